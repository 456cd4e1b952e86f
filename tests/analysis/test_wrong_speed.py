"""A file at double or half speed is told from a voice that is high and fast, or low and slow, by nature."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soxr

from tests.lines import analyzer
from vmaudio import testing as signals
from vmaudio.analysis import Options
from vmaudio.analysis.flags import of_signal
from vmaudio.audio import detect_speech, load_audio
from vmaudio.prosody import measure_prosody
from vmaudio.records import Flag, Message, Recording, Transcript

SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "samples").glob("[0-9][0-9]_*") if path.suffix != ".json")


def wrong_speed(recording: Recording, **changes: float) -> list[str]:
    """What the flag says of a recording."""
    prosody = measure_prosody(recording, detect_speech(recording))
    heard = Transcript("speech", "en", "", (), "fake:words", {})
    found: tuple[Flag, ...] = of_signal(recording, heard, prosody, dataclasses.replace(Options().flags, **changes))
    return [flag.evidence for flag in found if flag.kind == "wrong_speed"]


def at_speed(path: Path, speed: float) -> Recording:
    """20 s of a recording as a header with a wrong sample rate plays them."""
    recording = load_audio(path, max_seconds=20)
    samples = soxr.resample(recording.samples, 16000 * speed, 16000)
    return dataclasses.replace(recording, samples=samples, duration_s=len(samples) / 16000)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_no_real_voice_is_called_too_fast_or_too_slow(path: Path) -> None:
    """None of the samples is."""
    assert wrong_speed(at_speed(path, 1.0)) == []


def named(start: str) -> Path:
    return next(path for path in SAMPLES if path.name.startswith(start))


@pytest.mark.parametrize("start", ["01", "02", "03", "08", "10", "12"])
def test_double_speed_is_told(start: str) -> None:
    """A header that says twice the rate."""
    (told,) = wrong_speed(at_speed(named(start), 2.0))
    assert told.startswith("the voice is implausibly high and fast: 2 x")


@pytest.mark.parametrize("start", ["02", "04", "05", "09", "10", "16"])
def test_half_speed_is_told(start: str) -> None:
    """A header that says half the rate."""
    (told,) = wrong_speed(at_speed(named(start), 0.5))
    assert told.startswith("the voice is implausibly low and slow: 0.5 x")


@pytest.mark.parametrize("speed", [2.0, 0.5])
def test_nothing_is_made_of_garbled_words(speed: float, tmp_path: Path) -> None:
    """What the recogniser makes of such sound is no robocall, has no approach, no points and no legal flag."""
    said = (
        "This is a final notice. Your account is suspended. Press one now to speak with an agent, or press nine to be removed."
    )
    line = analyzer(default=said)
    path = tmp_path / "call.wav"
    path.write_bytes(signals.encode(at_speed(named("02"), speed).samples, "wav"))
    found = line.analyze(Message(str(path)))
    kinds = {flag.kind for flag in found.flags}
    assert "wrong_speed" in kinds
    assert "sounds_prerecorded" not in kinds
    assert found.structure.approach == "unclear"
    assert found.score.points is None
    path.write_bytes(signals.encode(at_speed(named("02"), 1.0).samples, "wav"))
    usual = line.analyze(Message(str(path)))
    assert (usual.structure.approach, "sounds_prerecorded" in {flag.kind for flag in usual.flags}) == ("robocall", True)


def test_each_threshold_is_used() -> None:
    """More evidence than there is silences the flag; nearer thresholds raise it for a usual voice."""
    fast, usual = at_speed(named("02"), 2.0), at_speed(named("02"), 1.0)
    assert wrong_speed(fast)
    silent: tuple[dict[str, float], ...] = (
        {"speed_speech_s": 60.0}, {"speed_syllables": 1000}, {"speed_voiced_share": 1.0}, {"speed_fast": 99.0},
        {"speed_fast_rate": 20.0},
    )  # fmt: skip
    for change in silent:
        assert wrong_speed(fast, **change) == [], change
    assert wrong_speed(usual, speed_fast=-99.0, speed_fast_rate=0.0)
    assert wrong_speed(usual, speed_slow=-99.0, speed_slow_rate=20.0)
    assert wrong_speed(usual, speed_fast=-99.0, speed_slow=-99.0) == []  # its pace is a usual one


@pytest.mark.parametrize("start", ["01", "30"])
def test_noise_makes_no_voice_too_fast(start: str) -> None:
    """Hiss 10 dB below the voice moves the spectrum as double speed does, and leaves the pace as it is."""
    usual = load_audio(named(start), max_seconds=20)
    hiss = np.random.default_rng(7).standard_normal(len(usual.samples)).astype(np.float32)
    hiss *= np.sqrt(np.mean(usual.samples**2) / np.mean(hiss**2)) * 10 ** (-10 / 20)
    noisy = dataclasses.replace(usual, samples=usual.samples + hiss)
    assert wrong_speed(noisy, speed_fast_rate=0.0)  # by the spectrum alone it would be
    assert wrong_speed(noisy) == []
    assert wrong_speed(signals.recording(signals.noise(6.0, -20))) == []
