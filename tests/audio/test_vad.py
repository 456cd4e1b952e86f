"""Where there is speech: nothing in noise and tones, nothing lost of voices, borders, noise level and SNR."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.audio.decode import load_audio
from vmaudio.audio.options import VAD_OPTIONS
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Activity
from vmaudio.testing import signals

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


def detect(samples: np.ndarray) -> Activity:
    return detect_speech(signals.recording(samples))


def add(samples: np.ndarray, noise_dbfs: float, kind: str = "pink", seed: int = 1) -> np.ndarray:
    return samples + signals.noise(len(samples) / 16000, noise_dbfs, kind, seed)[: len(samples)]


NO_SPEECH = {
    "silence": signals.silence(3.0),
    "white": signals.noise(6.0, -30, "white"),
    "pink": signals.noise(6.0, -20, "pink"),
    "brown": signals.noise(6.0, -20, "brown"),
    "hum": signals.hum(6.0, -30),
    "hum50": signals.hum(6.0, -15, 50),
    "dial": signals.dial_tone(6.0),
    "ring": signals.ring_back(14.0),
    "busy": signals.busy_tone(6.0),
    "beeps": signals.beeps(6.0),
    "beep": signals.tone(1400, 0.4, -10),
    "tone": signals.tone(440, 4.0),
    "chirp": signals.chirp(300, 3000, 3.0),
    "breath": signals.breathing(8.0),
    "clicks": signals.clicks(8.0),
    "street": signals.street(12.0),
}


@pytest.mark.parametrize("level_dbfs", [-60.0, None, -5.0])
@pytest.mark.parametrize("kind", sorted(NO_SPEECH))
def test_no_speech_in(kind: str, level_dbfs: float | None) -> None:
    """Noise, tones, hum, clicks and breath give no span, at any level, alone or over a hiss."""
    samples = NO_SPEECH[kind]
    if level_dbfs is not None:
        samples = signals.set_level(samples, level_dbfs)
        samples = samples / max(1.0, float(np.abs(samples).max()))  # clicks reach full scale long before their RMS does
    for variant in (samples, add(samples, -65.0, "white")):
        found = detect(variant)
        assert found.speech == ()
        assert found.speech_s == 0.0
        assert np.isnan(found.snr_db)


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02, 0.1, 0.3])
def test_very_short_clips(seconds: float) -> None:
    """Clips down to nothing at all are answered, with no speech when there is none."""
    assert detect(signals.noise(seconds, -30)).speech == ()


@pytest.mark.parametrize("level_dbfs", [-45.0, -25.0, -10.0])
@pytest.mark.parametrize("snr_db", [10.0, 20.0, 30.0, None])
def test_speech_is_found_at_any_level(level_dbfs: float, snr_db: float | None) -> None:
    """Nine tenths of a synthetic utterance are found from -45 dBFS to clipping, down to 10 dB SNR."""
    speech = signals.speech_like((5, 7, 4), level_dbfs=level_dbfs, f0_hz=140)
    samples = speech.samples if snr_db is None else add(speech.samples, level_dbfs - snr_db)
    found = detect(np.clip(samples, -1, 1))
    truth = sum(span.duration_s for span in speech.spans)
    covered = sum(max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s)) for a in found.speech for b in speech.spans)
    assert covered > 0.9 * truth
    assert found.speech_s < 1.1 * truth


@pytest.mark.parametrize("kind", ["white", "pink", "brown"])
@pytest.mark.parametrize("pause_s", [0.16, 0.3, 0.6])
def test_borders_and_pauses(pause_s: float, kind: str) -> None:
    """At 20 dB SNR every pause of 160 ms or more is a gap, and every border is right within 30 ms."""
    speech = signals.speech_like((4, 6, 3, 5), pause_s=pause_s, f0_hz=110, level_dbfs=-25, seed=3)
    found = detect(add(speech.samples, -45.0, kind))
    assert len(found.speech) == len(speech.spans)
    for mine, true in zip(found.speech, speech.spans, strict=True):
        assert mine.start_s == pytest.approx(true.start_s, abs=0.03)
        assert mine.end_s == pytest.approx(true.end_s, abs=0.03)


@pytest.mark.parametrize("kind", ["white", "pink", "brown"])
@pytest.mark.parametrize("snr_db", [5.0, 10.0, 20.0, 35.0])
def test_snr_and_noise_level(snr_db: float, kind: str) -> None:
    """SNR and noise level are within 3 dB from 5 to 35 dB."""
    speech = signals.speech_like((6, 5, 7), f0_hz=170, level_dbfs=-20, seed=5)
    found = detect(add(speech.samples, -20 - snr_db, kind))
    assert found.snr_db == pytest.approx(snr_db, abs=3.0)
    assert found.noise_dbfs == pytest.approx(-20 - snr_db, abs=3.0)


def test_digital_silence_around_speech() -> None:
    """Without noise at all the noise is -100 dBFS and the SNR is capped at 60 dB."""
    found = detect(signals.speech_like((6, 5), level_dbfs=-20).samples)
    assert (found.noise_dbfs, found.snr_db) == (-100.0, 60.0)


def test_beep_before_a_message_is_no_speech() -> None:
    """The machine's beep and the dial tone after hanging up are left out; the message between is kept."""
    speech = signals.speech_like((5, 7, 4), level_dbfs=-22, lead_s=1.0, tail_s=1.0)
    beep, dial = signals.beeps(1.5, -15, 1400, 0.9, 0.6), signals.dial_tone(3.0, -18)
    found = detect(add(np.concatenate([beep, speech.samples, dial]), -60.0))
    assert found.speech[0].start_s == pytest.approx(2.5, abs=0.05)
    assert found.speech[-1].end_s < 1.5 + speech.spans[-1].end_s + 0.35


def test_gain_changes_nothing() -> None:
    """20 dB more or less leave the spans where they are and move the noise level alone."""
    samples = add(signals.speech_like((5, 7, 4), level_dbfs=-30).samples, -55.0)
    one, other = detect(samples), detect(samples * 0.1)
    assert [(a.start_s, a.end_s) for a in one.speech] == [(a.start_s, a.end_s) for a in other.speech]
    assert one.noise_dbfs - other.noise_dbfs == pytest.approx(20.0, abs=0.1)
    assert one.snr_db == pytest.approx(other.snr_db, abs=0.1)


@settings(max_examples=40, deadline=None)
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(["silence", "noise", "tone", "speech", "click"]), st.floats(0.0, 2.0), st.floats(-90, 0)),
        max_size=5,
    ),
    cut=st.integers(0, 15_000),
)
def test_spans_are_well_formed(pieces: list[tuple[str, float, float]], cut: int) -> None:
    """Whatever comes: spans are ordered, apart, inside the recording, and sum to speech_s."""
    make = {
        "silence": lambda s, db: signals.silence(s),
        "noise": lambda s, db: signals.noise(s, db),
        "tone": lambda s, db: signals.tone(700, s, db),
        "speech": lambda s, db: signals.speech_like((int(1 + 4 * s),), level_dbfs=db).samples,
        "click": lambda s, db: np.eye(1, max(1, int(s * 16000)), dtype=np.float32)[0],
    }
    samples = np.concatenate([signals.silence(0), *(make[kind](s, db) for kind, s, db in pieces)])[cut:]
    recording = signals.recording(samples)
    found = detect_speech(recording)
    assert all(0 <= span.start_s < span.end_s <= recording.duration_s + 1e-9 for span in found.speech)
    assert all(b.start_s - a.end_s >= VAD_OPTIONS.min_pause_s - 1e-6 for a, b in itertools.pairwise(found.speech))
    assert found.speech_s == pytest.approx(sum(span.duration_s for span in found.speech))
    assert VAD_OPTIONS.noise_lowest_dbfs <= found.noise_dbfs < 10
    assert Activity.from_dict(found.to_dict()).speech == found.speech


def shared(folder: str) -> list[Path]:
    path = SHARED / folder
    if not path.is_dir():
        pytest.skip("the development recordings are not beside the repository")
    with (path / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        return [path / row["file"] for row in csv.DictReader(stream)]


@pytest.mark.shared
def test_real_voices_are_found() -> None:
    """Whispered, creaky, breathy, quiet, accented and telephone voices are all found."""
    names = {"mfa_whisper.flac", "whisper.flac", "mfa_creaky.flac", "mfa_breathy.flac", "falsetto.flac"}
    paths = [path for path in shared("style/mfa_fillers_and_styles") if path.name in names]
    paths += shared("transcribed/an4_test")[::6] + shared("transcribed/speechocean762_adults")[::4]
    paths += shared("voicemail/azure_v2t_codecs")
    for path in paths:
        samples = load_audio(path, max_seconds=12).samples
        quiet = signals.set_level(samples, -45.0)
        assert detect(samples).speech_s > 0.25, path.name
        assert detect(quiet).speech_s > 0.25, path.name
        found = detect(add(samples, float(10 * np.log10(np.mean(samples.astype(float) ** 2))) - 15.0))
        assert found.speech_s > 0.2, path.name
