"""Tones: found whatever their kind, never in a voice, a noise or a hum."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from vmaudio import testing as signals
from vmaudio.audio import ToneOptions, detect_speech, load_audio
from vmaudio.audio.tones import HIGH_HZ, LOW_HZ, keys, tone_frames, tone_spans
from vmaudio.audio.vad_frames import measure

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
VOICE = signals.speech_like((5, 7, 4), level_dbfs=-25, f0_hz=140, seed=3).samples
TONES = {
    "record tone": signals.tone(1000, 0.6, -14),
    "short beep": signals.tone(1400, 0.3, -20),
    "keys": signals.dtmf("3035550126", level_dbfs=-14),
    "fast keys": signals.dtmf("3035550126", 0.06, 0.06, -14),
    "ringback": signals.tone((440, 480), 2.0, -16),
    "dial tone": signals.dial_tone(3.0, -10),
    "busy tone": signals.busy_tone(3.5, -10),
    "no such number": np.concatenate([signals.tone(hz, 0.33, -15) for hz in (914, 1371, 1777)]),
    "music": signals.chords(5.0, -18, seed=3),
}


def found(samples: np.ndarray, **changes: float) -> np.ndarray:
    return tone_frames(measure(samples), ToneOptions(**changes))


@pytest.mark.parametrize("name", TONES)
@pytest.mark.parametrize("noise_dbfs", [None, -45])
def test_tones_are_found(name: str, noise_dbfs: float | None) -> None:
    """Nine tenths of what sounds are found (of music most), to within 50 ms, and none of the voice after."""
    tone = TONES[name]
    samples = np.concatenate([signals.silence(0.4), tone, signals.silence(0.4), VOICE])
    if noise_dbfs is not None:
        samples = samples + signals.noise(len(samples) / 16000 + 0.1, noise_dbfs, "pink", 1)[: len(samples)]
    mask = found(samples)
    start, end = 40, 40 + len(tone) // 160
    sounding = np.flatnonzero(measure(samples)["level_db"][start:end] > -40) + start
    assert mask[sounding].mean() > (0.65 if name == "music" else 0.9)
    assert not mask[: start - 5].any()
    assert not mask[end + 5 :].any()


@pytest.mark.parametrize("f0_hz", [90, 120, 160, 200, 240])
def test_synthetic_voices_hold_no_tone(f0_hz: float) -> None:
    """Also where the pitch moves little and the sound is loud."""
    voice = signals.speech_like((5, 7, 4), level_dbfs=-15, f0_hz=f0_hz, seed=5).samples
    assert not found(np.clip(voice, -1, 1)).any()


@pytest.mark.parametrize("number", ["02", "04", "10", "11", "14", "16", "17", "22", "23", "24", "27", "28", "30"])
def test_voices_of_the_samples_hold_no_tone(number: str) -> None:
    """A flat voice, a clipped one, GSM and AMR, street noise, babble and hum among them."""
    path = next(path for path in SAMPLES.glob(f"{number}_*") if path.suffix != ".json")
    assert not found(load_audio(path).samples).any()


@pytest.mark.parametrize("kind", ["white", "pink", "brown", "street", "hum", "breath", "clicks"])
def test_noises_hold_no_tone(kind: str) -> None:
    """Hum never stops, so it is noise and no tone, though its lines are held: under a voice, and alone."""
    noise = {
        "street": lambda: signals.street(4.0, -30),
        "hum": lambda: signals.hum(4.0, level_dbfs=-30),
        "breath": lambda: signals.breathing(4.0, -30),
        "clicks": lambda: signals.clicks(4.0, -30),
    }.get(kind, lambda: signals.noise(4.0, -30, kind))()
    n = min(len(noise), len(VOICE))
    assert not found(noise).any()
    assert not found(VOICE[:n] + noise[:n]).any()


def test_every_key_is_known() -> None:
    """All 16 pairs of frequencies give their own key; one frequency alone gives none."""
    for low, row in zip(LOW_HZ, range(4), strict=True):
        for high, column in zip(HIGH_HZ, range(4), strict=True):
            frames = measure(signals.tone((float(low), float(high)), 0.2))
            assert set(frames["keys"][5:15]) == {1 + 4 * row + column}
    assert not measure(signals.tone(770, 0.2))["keys"].any()
    assert not keys(np.zeros((3, 513), np.float32)).any()


def test_spans() -> None:
    """Two tones are two spans, with their times; nothing and silence have none."""
    beep = signals.tone(1000, 0.5)
    samples = np.concatenate([signals.silence(1.0), beep, signals.silence(1.0), beep, signals.silence(1.0)])
    samples = samples + signals.noise(4.0, -60)
    spans = [(span.start_s, span.end_s) for span in detect_speech(signals.recording(samples)).tones]
    assert np.abs(np.array(spans) - [(1.0, 1.5), (2.5, 3.0)]).max() < 0.06
    assert detect_speech(signals.recording(samples[:100])).tones == ()
    assert tone_spans(tone_frames(measure(signals.silence(1.0))), 1.0) == ()


MOVED_BY: dict[str, tuple[str, float]] = {
    "line_share": ("music", 0.99),
    "sure_correlation": ("record tone", 1.1),
    "min_sure_frames": ("record tone", 200),
    "held_correlation": ("music", 1.1),
    "min_held_frames": ("music", 400),
    "min_key_frames": ("keys", 60),
    "quiet_quantile": ("record tone", 1.0),
    "quietest_dbfs": ("record tone", 0.0),
    "over_quiet_db": ("record tone", 90.0),
    "join_s": ("keys", 0.02),
    "rest_s": ("tone that ends in a click", 0.0),
}

CLICK = np.concatenate([signals.tone(1000, 0.6, -14), signals.noise(0.12, -20)])


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(ToneOptions)])
def test_every_threshold_is_used(name: str) -> None:
    """Each one moves what is found in a sound that it is about."""
    sound, value = MOVED_BY[name]
    samples = np.concatenate([TONES.get(sound, CLICK), signals.silence(0.5), VOICE])
    assert (found(samples) != found(samples, **{name: value})).any()
