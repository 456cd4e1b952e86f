"""The pitch track: known tones, glides and voices, narrow bands, noise, hum, falls at phrase ends, and the laryngograph."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.prosody import measure as prosody, pitch
from vmaudio.records import Activity, Prosody
from vmaudio.testing import signals

RATE = 16000


def measure(samples: np.ndarray) -> Prosody:
    recording = signals.recording(samples)
    return prosody.measure_prosody(recording, detect_speech(recording))


def telephone(samples: np.ndarray) -> np.ndarray:
    """300-3400 Hz with the slopes of a line: a brick wall would ring at 300 Hz wherever a harmonic lies on its edge."""
    from scipy.signal import butter, sosfilt

    return sosfilt(butter(6, [300, 3400], "bandpass", fs=RATE, output="sos"), samples).astype(np.float32)


def semitones(a: float, b: float) -> float:
    return abs(12 * math.log2(a / b))


@pytest.mark.parametrize("freq_hz", [75, 120, 233, 440])
def test_a_tone_has_its_frequency(freq_hz):
    """A steady complex tone is voiced throughout and found to a tenth of a semitone."""
    track = prosody.track(signals.tone([freq_hz * k for k in range(1, 8)], 1.5))
    inner = track.f0_hz[5:-5]
    assert np.isfinite(inner).all()
    assert np.abs(12 * np.log2(inner / freq_hz)).max() < 0.1
    assert track.voiced_strength[5:-5].min() > 0.9
    assert track.times_s[1] == pytest.approx(0.01)


def test_another_sample_rate_is_resampled():
    """The frames of 8 kHz samples lie on the same times and have the same pitch."""
    tone = signals.tone([150, 300, 450, 600], 1.0, rate_hz=8000)
    track = prosody.track(tone, 8000)
    assert len(track.times_s) == 100
    assert np.nanmedian(track.f0_hz) == pytest.approx(150, rel=0.003)


def test_a_glide_is_followed():
    """A glide of an octave in two seconds is followed within a third of a semitone."""
    t = np.arange(2 * RATE) / RATE
    f0 = 110 * 2 ** (t / 2)
    phase = 2 * np.pi * np.cumsum(f0) / RATE
    track = prosody.track(sum(np.sin(k * phase) / k for k in range(1, 10)) * 0.1)
    truth = np.interp(track.times_s, t, f0)
    inner = slice(10, -10)
    assert np.isfinite(track.f0_hz[inner]).mean() > 0.98
    assert np.nanmax(np.abs(12 * np.log2(track.f0_hz[inner] / truth[inner]))) < 0.33


@pytest.mark.parametrize("f0_hz", [85, 120, 210, 280])
@pytest.mark.parametrize("channel", ["clean", "telephone", "noise"])
def test_voices_of_known_pitch(f0_hz, channel):
    """The median is right to a quarter of a semitone: clean, without all below 300 Hz, and at 15 dB SNR."""
    truth = signals.speech_like((6, 8, 5), f0_hz=f0_hz, seed=int(f0_hz))
    samples = truth.samples
    if channel == "telephone":
        samples = telephone(samples)
    elif channel == "noise":
        samples = samples + signals.noise(len(samples) / RATE, truth.level_dbfs - 15, "pink", 1)[: len(samples)]
    found = measure(samples)
    assert semitones(found.f0_median_hz, truth.f0_median_hz) < 0.25
    assert found.voiced_share > 0.7


def test_a_voice_that_leaps_an_octave_keeps_both_registers():
    """A low speaker with high words, and the other way round: neither register is halved or doubled."""
    for low_share in (0.75, 0.3):
        pieces = [
            signals.speech_like((8,), f0_hz=f0, fall_st=1, lead_s=0.1, tail_s=0.1, seed=k).samples
            for k, f0 in enumerate([85.0] * round(low_share * 20) + [168.0] * round((1 - low_share) * 20))
        ]
        f0 = prosody.track(np.concatenate(pieces)).f0_hz
        edge = round(low_share * 20) * 180
        low, high = f0[:edge], f0[edge + 10 :]
        assert semitones(float(np.nanmedian(low)), 85) < 0.5
        assert semitones(float(np.nanmedian(high)), 168) < 0.5
        assert np.mean(low[np.isfinite(low)] > 120) < 0.02
        assert np.mean(high[np.isfinite(high)] < 120) < 0.02


def test_a_voiced_stretch_does_not_begin_or_end_an_octave_off():
    """The frame where a voice sets in holds half a window of nothing, and halved the pitch of a real one in noise."""
    nan = float("nan")
    f0 = np.array([nan, 83, 167, 168, 166, nan, 120, 122, 60, nan, 100, nan], np.float32)
    found = pitch._without_stray_edges(f0, edge_st=3.0)
    assert np.flatnonzero(np.isfinite(found)).tolist() == [2, 3, 4, 6, 7, 10]


@pytest.mark.parametrize("kind", ["white", "pink", "brown"])
def test_noise_is_unvoiced(kind):
    """Noise without a voice has hardly a voiced frame."""
    assert np.isfinite(prosody.track(signals.noise(5.0, -30, kind, 3)).f0_hz).mean() < 0.05


def test_mains_hum_is_not_the_speaker():
    """Hum 15 dB below the voice moves neither the median nor the share of voiced frames much."""
    truth = signals.speech_like((6, 8, 5), f0_hz=190, seed=1)
    clean = measure(truth.samples)
    hummed = measure(truth.samples + signals.hum(len(truth.samples) / RATE, truth.level_dbfs - 15)[: len(truth.samples)])
    assert semitones(hummed.f0_median_hz, clean.f0_median_hz) < 0.3
    assert hummed.voiced_share == pytest.approx(clean.voiced_share, abs=0.1)


def test_range_of_a_known_fall():
    """Phrases that fall evenly by 10 semitones have eight tenths of that between p10 and p90."""
    found = measure(signals.speech_like((8, 8), syllable_s=0.2, fall_st=10, f0_hz=130).samples)
    assert found.f0_range_st == pytest.approx(8.0, abs=0.5)
    assert found.f0_p10_hz < found.f0_median_hz < found.f0_p90_hz


@pytest.mark.parametrize("fall_st", [6.0, 0.0, -6.0])
def test_final_fall_has_the_sign_and_size_of_the_fall(fall_st):
    """Of a phrase of 1.6 s that moves evenly, the last half second holds 0.5 / 1.6 of the movement; a rise is negative."""
    truth = signals.speech_like((8, 8, 8), syllable_s=0.2, fall_st=fall_st, f0_hz=150)
    found = prosody.measure_prosody(signals.recording(truth.samples), Activity(truth.spans, 4.8, -90.0, 60.0))
    assert found.final_fall_st == pytest.approx(fall_st * 0.5 / 1.6, abs=0.35)


@pytest.mark.shared
def test_laryngograph(shared: Path):
    """On a few real sentences through a telephone band the track agrees with the laryngograph."""
    folder = shared / "pitch" / "fda_ue"
    gross = missed = false = both = voiced = unvoiced = 0
    for name in ("rl001", "rl013", "sb005", "sb021"):
        reference = np.loadtxt(folder / f"{name}.f0ref").ravel()
        f0 = prosody.track(telephone(load_audio(folder / f"{name}.wav").samples)).f0_hz
        found = f0[np.minimum(np.round(np.arange(len(reference)) * 1.5).astype(int), len(f0) - 1)]
        around = np.pad(reference, 1, mode="edge")
        is_voiced = (reference > 0) & (around[:-2] > 0) & (around[2:] > 0)
        is_unvoiced = (reference == 0) & (around[:-2] == 0) & (around[2:] == 0)
        voiced, unvoiced = voiced + is_voiced.sum(), unvoiced + is_unvoiced.sum()
        missed, false = missed + (is_voiced & np.isnan(found)).sum(), false + (is_unvoiced & np.isfinite(found)).sum()
        hit = is_voiced & np.isfinite(found)
        both += hit.sum()
        gross += (np.abs(found[hit] / reference[hit] - 1) > 0.2).sum()
    assert gross / both < 0.02
    assert missed / voiced < 0.12
    assert false / unvoiced < 0.02
