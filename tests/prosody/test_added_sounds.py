"""Tones, music, clatter, silence and an offset around a message: its measures are those of the message alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vmaudio import testing as signals
from vmaudio.audio import detect_speech, load_audio
from vmaudio.prosody import measure_prosody
from vmaudio.records import Prosody

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FILES = {number: next(p for p in SAMPLES.glob(f"{number}_*") if p.suffix != ".json") for number in ("02", "14", "23", "29")}


def before(sound: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.concatenate([sound, signals.silence(0.2), x])


def after(sound: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.concatenate([x, signals.silence(0.1), sound])


TONES_BEFORE = {
    "record tone": before(signals.tone(1000, 0.6, -14)),
    "key tones": before(signals.dtmf("3035550126", level_dbfs=-14)),
    "ringback": before(signals.tone((440, 480), 2.0, -16)),
    "hold music": before(signals.chords(5.0, -18, seed=3)),
}
TONES_AFTER = {
    "dial tone": after(signals.dial_tone(3.0, -10)),
    "busy tone": after(signals.busy_tone(4.0, -10)),
    "beep": after(signals.tone(1000, 0.3, -20)),
}
OTHER = {
    "clatter": after(signals.noise(0.3, -12, "white", 4)),
    "silence": after(signals.silence(10.0)),
    **{f"offset of {dc}": lambda x, dc=dc: x + np.float32(dc) for dc in (0.03, 0.1, 0.3)},
}


def another_voice(f0_hz: float, level_dbfs: float, seed: int) -> np.ndarray:
    """Somebody else for 3 s, from a line with noise of its own."""
    voice = signals.speech_like((5, 6, 4), f0_hz=f0_hz, level_dbfs=level_dbfs, lead_s=0.1, tail_s=0.1, seed=seed).samples
    return voice + signals.noise(len(voice) / 16000 + 0.1, level_dbfs - 30, "pink", seed)[: len(voice)]


def sung(level_dbfs: float) -> np.ndarray:
    """Held vowels with vibrato, a note after the other."""
    t = np.arange(int(0.6 * 16000)) / 16000
    notes = []
    for step in (0, 4, 7, 5, 2, 0):
        phase = 2 * np.pi * np.cumsum(220 * 2 ** ((step + 0.3 * np.sin(2 * np.pi * 5.5 * t)) / 12)) / 16000
        wave = sum(np.sin(k * phase) / (1 + ((k * 220 - 800) / 300) ** 2) for k in range(1, 15))
        notes.append(wave * np.sin(np.pi * t / t[-1]))  # it swells and fades, as sung notes do
    return signals.set_level(np.concatenate(notes).astype(np.float32), level_dbfs)


def slammed(seed: int) -> np.ndarray:
    """A receiver that is put down hard: thuds of 50 to 150 ms that ring."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int(0.6 * 16000))
    for at in (0.0, 0.12, 0.3):
        t = np.arange(int(rng.uniform(0.05, 0.15) * 16000)) / 16000
        first = int(at * 16000)
        out[first : first + len(t)] += rng.standard_normal(len(t)) * np.exp(-t * 30) * np.sin(2 * np.pi * 300 * t)
    return signals.set_level(out.astype(np.float32), -14)


BEYOND = {
    "greeting before": before(np.concatenate([another_voice(210, -20, 3), signals.tone(1400, 0.4, -14)])),
    "another voice after": after(np.concatenate([signals.silence(0.7), another_voice(180, -24, 4)])),
    "another voice far after": after(np.concatenate([signals.silence(0.7), another_voice(100, -45, 5)])),
    "sung before": before(sung(-20)),
    "sung after": after(sung(-20)),
    "slammed before": before(slammed(1)),
    "slammed after": after(slammed(2)),
    "sweep after": after(signals.chirp(300, 2500, 1.5, -18)),
    "breath after": after(signals.breathing(2.0, -50, 3)),
    "clicks before": before(signals.clicks(1.0, -35)),
}
"""Sounds that may pass for speech: they move where the message seems to begin and end, and nothing else."""


@pytest.mark.parametrize("number", FILES)
@pytest.mark.parametrize("name", BEYOND)
def test_what_may_pass_for_speech_moves_no_level(name: str, number: str, alone: dict[str, tuple[np.ndarray, Prosody]]) -> None:
    """SNR within 3 dB, level within 2 (a voice or a song as loud as the rep's is part of it), clipping as without."""
    samples, right = alone[number]
    found = measured(BEYOND[name](samples))
    assert found.snr_db == pytest.approx(right.snr_db, abs=3.0)
    assert found.level_mean_dbfs == pytest.approx(right.level_mean_dbfs, abs=2.0)
    assert found.clipped_share == pytest.approx(right.clipped_share, abs=0.003)


@pytest.fixture(scope="module")
def alone() -> dict[str, tuple[np.ndarray, Prosody]]:
    samples = {number: load_audio(path).samples for number, path in FILES.items()}
    return {number: (x, measured(x)) for number, x in samples.items()}


def measured(samples: np.ndarray) -> Prosody:
    recording = signals.recording(samples.astype(np.float32))
    return measure_prosody(recording, detect_speech(recording))


@pytest.mark.parametrize("number", FILES)
@pytest.mark.parametrize("name", [*TONES_BEFORE, *TONES_AFTER, *OTHER])
def test_the_measures_are_those_of_the_message(name: str, number: str, alone: dict[str, tuple[np.ndarray, Prosody]]) -> None:
    """SNR within 3 dB; level, clipping, pitch and seconds of speech as without; lead and tail silence count from the tones."""
    samples, right = alone[number]
    found = measured({**TONES_BEFORE, **TONES_AFTER, **OTHER}[name](samples))
    assert found.snr_db == pytest.approx(right.snr_db, abs=3.0)
    assert found.level_mean_dbfs == pytest.approx(right.level_mean_dbfs, abs=0.3)
    assert found.clipped_share == pytest.approx(right.clipped_share, abs=0.002)
    assert found.f0_median_hz == pytest.approx(right.f0_median_hz, rel=0.02)
    assert found.speech_s == pytest.approx(right.speech_s, abs=0.3)
    if name in TONES_BEFORE:
        assert found.lead_silence_s == pytest.approx(right.lead_silence_s + 0.2, abs=0.1)
        assert found.tail_silence_s == pytest.approx(right.tail_silence_s, abs=0.05)
    elif name in TONES_AFTER:
        assert found.tail_silence_s == pytest.approx(right.tail_silence_s + 0.1, abs=0.1)
        assert found.lead_silence_s == pytest.approx(right.lead_silence_s, abs=0.05)


def test_where_the_speech_is(alone: dict[str, tuple[np.ndarray, Prosody]]) -> None:
    """The times of the speech stay those of the file: a tone before and one after do not shift them."""
    samples, right = alone["14"]
    found = measured(after(signals.dial_tone(3.0, -10))(before(signals.tone(1000, 0.6, -14))(samples)))
    assert found.speech_start_s == pytest.approx(right.speech_start_s + 0.8, abs=0.03)
    assert found.after_speech_s == pytest.approx(right.after_speech_s + 3.1, abs=0.03)
    assert [pause.start_s for pause in found.pauses] == pytest.approx([p.start_s + 0.8 for p in right.pauses], abs=0.05)
    assert (right.before_s, right.after_s) == (0.0, 0.0)


@pytest.mark.parametrize("number", ["14", "23"])
@pytest.mark.parametrize("level_dbfs", [-62, -54, -46])
def test_a_line_that_is_louder_before_the_voice_is_not_its_noise(
    level_dbfs: float, number: str, alone: dict[str, tuple[np.ndarray, Prosody]]
) -> None:
    """Comfort noise of another level, right before the message and right behind it."""
    samples, right = alone[number]
    noise = signals.noise(2.0, level_dbfs, "pink", 1)
    for sound in (np.concatenate([noise, samples]), np.concatenate([samples, noise])):
        found = measured(sound)
        assert found.snr_db == pytest.approx(right.snr_db, abs=2.0)
        assert found.speech_s == pytest.approx(right.speech_s, abs=0.3)


@pytest.mark.parametrize("number", ["14", "29"])
def test_an_offset_that_comes_late_or_wanders_is_no_level(number: str, alone: dict[str, tuple[np.ndarray, Prosody]]) -> None:
    """It cannot be heard: level and SNR are as without."""
    samples, right = alone[number]
    t = np.arange(len(samples)) / 16000
    for offset in (0.05 * np.sin(2 * np.pi * 0.3 * t), 0.1 * (t > 5.0)):
        found = measured(samples + offset)
        assert found.level_mean_dbfs == pytest.approx(right.level_mean_dbfs, abs=0.1)
        assert found.snr_db == pytest.approx(right.snr_db, abs=3.0)
