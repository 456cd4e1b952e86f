"""How a recording sounds: levels, pauses, syllables and odd inputs; pitch has its own file."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.audio.decode import decode_audio, load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.prosody.level import clipped_share
from vmaudio.prosody.measure import measure_prosody, track
from vmaudio.records import Activity, Prosody, Span
from vmaudio.testing import signals

RATE = 16000


def measure(samples: np.ndarray) -> Prosody:
    recording = signals.recording(samples)
    return measure_prosody(recording, detect_speech(recording))


def measure_as_speech(samples: np.ndarray) -> Prosody:
    """Measure with the whole file called speech, as a tone never is by itself."""
    recording = signals.recording(samples)
    whole = (Span(0.0, recording.duration_s),) if len(samples) else ()
    return measure_prosody(recording, Activity(whole, recording.duration_s, -90.0, 30.0))


ODD = {
    "empty": np.zeros(0),
    "ten samples": np.full(10, 0.1),
    "zeros": np.zeros(RATE),
    "offset": np.full(RATE, 0.5),
    "square": np.sign(np.sin(np.arange(RATE) * 0.05)),
    "not a number": np.full(RATE, np.nan),
    "one click": np.eye(1, RATE, 5000)[0],
    "full scale noise": np.random.default_rng(1).uniform(-1, 1, RATE),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("how", [measure, measure_as_speech])
def test_odd_sound_is_measured_without_an_exception(name, how):
    """Nothing voiced gives NaN, and the JSON form survives the round trip."""
    found = how(ODD[name])
    assert Prosody.from_dict(found.to_dict()).to_dict() == found.to_dict()
    assert 0 <= found.clipped_share <= 1
    if name != "square":
        assert math.isnan(found.f0_median_hz)
    if name in ("empty", "ten samples", "zeros", "offset", "not a number"):
        assert found.speech_s == 0
        assert found.syllables == 0
        assert math.isnan(found.level_mean_dbfs)
        assert found.lead_silence_s == pytest.approx(len(ODD[name]) / RATE)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 4000), st.floats(0, 1), st.integers(0, 1000), st.booleans())
def test_any_length_and_level_is_measured(length, gain, seed, spiky):
    """Random samples of any length never raise or warn, and the counts stay in their ranges."""
    samples = np.random.default_rng(seed).standard_normal(length) * gain
    found = measure_as_speech(samples**5 if spiky else samples)
    assert found.speech_s <= length / RATE + 1e-9
    assert found.lead_silence_s >= 0
    assert found.tail_silence_s >= 0
    assert len(found.contour.times_s) == len(found.contour.f0_hz) == len(found.contour.level_dbfs) == -(-length // 800)


@pytest.mark.parametrize("noise_dbfs", [None, -65, -45])
def test_silence_pauses_and_speech_are_where_they_were_put(noise_dbfs):
    """Lead and tail are exact to 20 ms and pauses to 50 ms, in silence, over a line's floor and at 20 dB SNR."""
    truth = signals.speech_like(lead_s=0.73, tail_s=1.31, pause_s=0.6, level_dbfs=-25, seed=3)
    samples = truth.samples
    if noise_dbfs is not None:
        samples = samples + signals.noise(len(samples) / RATE, noise_dbfs, "pink", 5)[: len(samples)]
    found = measure(samples)
    assert found.lead_silence_s == pytest.approx(0.73, abs=0.02)
    assert found.tail_silence_s == pytest.approx(1.31, abs=0.02)
    assert len(found.pauses) == len(truth.pauses)
    for pause, span in zip(found.pauses, truth.pauses, strict=True):
        assert pause.start_s == pytest.approx(span.start_s, abs=0.05)
        assert pause.start_s + pause.duration_s == pytest.approx(span.end_s, abs=0.05)
    assert found.speech_s == pytest.approx(sum(span.duration_s for span in truth.spans), rel=0.03)


def test_short_gaps_are_no_pauses():
    """A gap of 0.15 s belongs to the speech, one of 0.35 s does not."""
    assert measure(signals.speech_like(pause_s=0.15).samples).pauses == ()
    assert len(measure(signals.speech_like(pause_s=0.35).samples).pauses) == 2


def with_faint_sound(start_s: float, end_s: float, pause_s: float) -> Prosody:
    """Two phrases of 1 s parted by a pause, with hiss 30 dB under them from ``start_s`` to ``end_s`` into the pause."""
    truth = signals.speech_like((5, 5), pause_s=pause_s, lead_s=0.5, tail_s=0.8, level_dbfs=-25)
    samples = truth.samples.copy()
    a, b = (round((1.5 + at) * RATE) for at in (start_s, end_s))
    samples[a:b] += signals.noise((b - a) / RATE, -55, "white", 2)[: b - a]
    return measure(samples)


def test_a_faint_release_after_a_closure_belongs_to_the_voice():
    """A stop is silent for some 60 ms; the faint sound after it is the end of the word, not part of the pause."""
    (pause,) = with_faint_sound(0.06, 0.14, 0.6).pauses
    assert pause.start_s == pytest.approx(1.64, abs=0.02)


def test_a_faint_sound_does_not_fill_a_pause():
    """A breath between two phrases lies near to both; the pause stays (a codec's noise bridged one of 0.3 s)."""
    (pause,) = with_faint_sound(0.08, 0.25, 0.33).pauses
    assert pause.duration_s == pytest.approx(0.33, abs=0.05)


def test_a_fade_goes_on_under_the_noise():
    """A voice that fades into noise at 20 dB ends later than where the noise hides it; one that stops at once does not."""
    truth = signals.speech_like((8,), lead_s=0.5, tail_s=1.0, level_dbfs=-25)
    noise = signals.noise(len(truth.samples) / RATE, -45, "pink", 1)[: len(truth.samples)]
    end = round(truth.spans[-1].end_s * RATE)
    fading = truth.samples.copy()
    fading[end - 3200 : end] *= 10 ** (-np.linspace(0, 50, 3200) / 20)  # 250 dB a second
    stops, fades = (measure(samples + noise) for samples in (truth.samples, fading))
    assert stops.tail_silence_s == pytest.approx(1.0, abs=0.02)
    assert fades.tail_silence_s == pytest.approx(1.0 + 0.2 * (50 - 33) / 50, abs=0.03)


@pytest.mark.parametrize("syllable_s", [0.14, 0.2, 0.3])
def test_syllables_are_counted(syllable_s):
    """Each vowel of the synthetic speech is one nucleus, at every pace."""
    truth = signals.speech_like((6, 9, 5), syllable_s=syllable_s, seed=2)
    found = measure(truth.samples)
    assert abs(found.syllables - 20) <= 1
    assert found.articulation_rate_syl_s == pytest.approx(1 / syllable_s, rel=0.07)


def test_whispering_has_no_pitch_but_a_level():
    """Whispered speech is unvoiced: pitch NaN, no nuclei, level measured."""
    found = measure_as_speech(signals.speech_like(voiced=False, level_dbfs=-30).samples)
    assert math.isnan(found.f0_median_hz)
    assert found.voiced_share < 0.02
    assert found.syllables == 0
    assert found.level_mean_dbfs == pytest.approx(-30, abs=0.3)


@pytest.mark.parametrize("gain_db", [-30, -12, 0, 10])
def test_gain_moves_the_level_and_nothing_else(gain_db):
    """Level follows the gain exactly; its spread, tilt, pitch, pace and pauses do not move."""
    truth = signals.speech_like(level_dbfs=-26, seed=4)
    base, found = measure(truth.samples), measure(truth.samples * 10 ** (gain_db / 20))
    assert base.level_mean_dbfs == pytest.approx(-26, abs=0.3)
    assert found.level_mean_dbfs - base.level_mean_dbfs == pytest.approx(gain_db, abs=0.05)
    for name in ("level_sd_db", "spectral_tilt_db", "hnr_db", "f0_median_hz", "f0_range_st", "final_fall_st", "speech_s"):
        assert getattr(found, name) == pytest.approx(getattr(base, name), rel=0.01), name
    assert found.syllables == base.syllables
    assert len(found.pauses) == len(base.pauses)


def test_zero_dbfs_is_the_full_scale_square_wave():
    """A full-scale sine has -3.01 dBFS."""
    sine = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    assert np.median(track(sine).level_dbfs) == pytest.approx(-3.01, abs=0.05)


def test_tilt_tells_bright_from_dark_within_the_telephone_band():
    """A resonance at 2 kHz is brighter than one at 500 Hz, and losing all beyond 3400 Hz does not matter."""
    bright, dark = signals.tone((400, 2000, 2200), 2.0), signals.tone((400, 700, 2000), 2.0)
    assert measure_as_speech(bright).spectral_tilt_db == pytest.approx(3.0, abs=0.4)
    assert measure_as_speech(dark).spectral_tilt_db == pytest.approx(-3.0, abs=0.4)
    wide = bright + signals.tone((5000, 6000), 2.0)
    assert measure_as_speech(wide).spectral_tilt_db == pytest.approx(3.0, abs=0.4)


@pytest.mark.parametrize("hnr_db", [5, 10, 20])
def test_harmonics_to_noise_ratio(hnr_db):
    """Harmonics in white noise of known ratio within 300-3400 Hz are measured to 1.5 dB."""
    t = np.arange(3 * RATE) / RATE
    harmonic = sum(np.sin(2 * np.pi * 150 * k * t + k) for k in range(2, 23))
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(len(t)))
    freqs = np.fft.rfftfreq(len(t), 1 / RATE)
    noise = np.fft.irfft(spectrum * ((freqs > 290) & (freqs < 3410)), len(t))
    noise *= np.sqrt(np.mean(harmonic**2) / np.mean(noise**2)) * 10 ** (-hnr_db / 20)
    assert measure_as_speech((harmonic + noise) / 50).hnr_db == pytest.approx(hnr_db, abs=1.5)


@pytest.mark.parametrize("share", [0.002, 0.01, 0.03])
def test_clipping_is_found_after_it_was_turned_down(share):
    """The share of samples cut off is found within a third, at full scale and 20 dB below, and through 8 kHz u-law."""
    speech = signals.speech_like((9, 9, 9), seed=7).samples
    rail = float(np.quantile(np.abs(speech), 1 - share))
    cut = np.clip(speech, -rail, rail) / rail
    for gain in (0.999, 0.1):
        assert clipped_share(cut * np.float32(gain)) == pytest.approx(share, rel=0.34)
    if share >= 0.01:
        import soxr

        narrow = soxr.resample(speech, RATE, 8000)
        rail = float(np.quantile(np.abs(narrow), 1 - share))
        coded = signals.encode(np.clip(narrow, -rail, rail) / rail * 0.9, "ulaw", 8000)
        assert clipped_share(decode_audio(coded, name="clipped").samples) == pytest.approx(share, rel=0.5)


def test_unclipped_sound_has_no_clipping():
    """Speech, tones, glides and noise that were never cut show none; a square wave is nothing else."""
    for samples in (
        signals.speech_like().samples, signals.tone(200, 1.0, -3.02), signals.tone((350, 440), 2.0), signals.noise(2.0),
        signals.chirp(100, 3000, 2.0), signals.chords(3.0), signals.silence(1.0), np.zeros(0),
    ):  # fmt: skip
        assert clipped_share(samples) == 0
    assert clipped_share(np.sign(np.sin(np.arange(RATE) * 0.05))) > 0.9


def test_contour_has_a_frame_per_50_ms():
    """Times are frame centres, pitch is NaN in pauses, level is that of the sound."""
    truth = signals.speech_like(level_dbfs=-25)
    contour = measure(truth.samples).contour
    assert contour.times_s[:2] == pytest.approx((0.025, 0.075))
    times, f0 = np.array(contour.times_s), np.array(contour.f0_hz)
    inside = np.array([any(s.start_s + 0.05 < t < s.end_s - 0.05 for s in truth.spans) for t in times])
    outside = np.array([all(t < s.start_s - 0.05 or t > s.end_s + 0.05 for s in truth.spans) for t in times])
    assert np.isnan(f0[outside]).all()
    assert np.isfinite(f0[inside]).mean() > 0.95
    assert np.array(contour.level_dbfs)[outside].max() < -100


def test_a_long_recording_is_worked_through_in_blocks():
    """Ninety seconds give the measures of the ten that they repeat: nothing breaks at the borders of blocks."""
    truth = signals.speech_like((5, 7, 4, 8), pause_s=0.5, lead_s=0.5, tail_s=0.5, seed=5)
    once, often = measure(truth.samples), measure(np.tile(truth.samples, 15))
    assert often.f0_median_hz == pytest.approx(once.f0_median_hz, rel=0.005)
    assert often.syllables == pytest.approx(15 * once.syllables, rel=0.03)
    assert len(often.pauses) == 15 * len(once.pauses) + 14
    assert often.level_mean_dbfs == pytest.approx(once.level_mean_dbfs, abs=0.1)


@pytest.mark.shared
def test_voicemails_of_known_times(shared: Path):
    """Two shared voicemails keep their lead, tail and syllables near the truth."""
    import json

    folder = shared / "voicemails"
    truths = {row["id"]: row for row in map(json.loads, (folder / "truth.jsonl").read_text().splitlines())}
    for row in [row for row in truths.values() if row.get("syllables") and row["channel"] in ("flac16", "pcm8")][:3]:
        recording = load_audio(folder / row["file"])
        found = measure_prosody(recording, detect_speech(recording))
        assert found.lead_silence_s == pytest.approx(row["lead_silence_s"], abs=0.05)
        assert found.tail_silence_s == pytest.approx(row["trail_silence_s"], abs=0.05)
        assert found.syllables == pytest.approx(row["syllables"], rel=0.3)
