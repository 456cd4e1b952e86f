"""The thresholds of decoding and of voice activity detection: each one is used, and moves the result where it should."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files

import numpy as np
import pytest

from vmaudio import testing as signals
from vmaudio.audio import DecodeOptions, ToneOptions, VadOptions, VoiceOptions, decode_audio, detect_speech
from vmaudio.audio.vad_evidence import MEASURES
from vmaudio.records import Activity, changed_options, option_fields


def detect(samples: np.ndarray, **changes: float) -> Activity:
    return detect_speech(signals.recording(samples), VadOptions(**changes))


def voice(level_dbfs: float = -25.0, pause_s: float = 0.3, noise_dbfs: float | None = -45.0) -> np.ndarray:
    samples = signals.speech_like((5, 7, 4), pause_s=pause_s, level_dbfs=level_dbfs, f0_hz=140, seed=3).samples
    if noise_dbfs is None:
        return samples
    return samples + signals.noise(len(samples) / 16000 + 0.1, noise_dbfs, "pink", 1)[: len(samples)]


@pytest.mark.parametrize("options", [DecodeOptions(), VadOptions(), ToneOptions()])
def test_every_threshold_is_explained(options: object) -> None:
    """Each field says what it decides, in which unit and where the number comes from."""
    assert changed_options(options) == {}
    for name, _, _, field in option_fields(options):
        assert field.metadata["meaning"].endswith((".", "...")), name
        assert field.metadata["unit"], name
        assert field.metadata["source"], name


def test_a_longer_least_pause_joins_spans() -> None:
    """Pauses of 0.3 s part the spans of three phrases, unless only longer ones count."""
    assert len(detect(voice()).speech) == 3
    assert len(detect(voice(), min_pause_s=0.4).speech) == 1


def test_more_evidence_finds_less_speech() -> None:
    """What is speech by default is none when more evidence is asked for, or more frames of it."""
    assert detect(voice()).speech
    assert detect(voice(), min_evidence=50.0).speech == ()
    assert detect(voice(), min_evidence_frames=1000).speech == ()
    assert detect(voice(), stretch_evidence=50.0).speech == ()


def test_a_quiet_voice_is_found_down_to_the_quietest_level() -> None:
    """A voice at -60 dBFS is found, unless nothing below -40 dBFS counts."""
    quiet = voice(-60.0, noise_dbfs=None)
    assert detect(quiet).speech
    assert detect(quiet, quietest_dbfs=-40.0).speech == ()


def swelling() -> np.ndarray:
    """A voice over faint noise whose level swells twice a second."""
    samples = voice(noise_dbfs=None)
    swell = 10 ** (12 * np.sin(4 * np.pi * np.arange(len(samples)) / 16000) / 20)
    return samples + signals.noise(len(samples) / 16000 + 0.1, -65, "pink", 1)[: len(samples)] * swell


def clattering(pause_s: float, clatter_dbfs: float = -32.0) -> np.ndarray:
    """A noisy voice, a second of the noise before it, and a clatter after it."""
    before = signals.noise(1.0, -45, "pink", 2)
    return np.concatenate([before, voice(pause_s=pause_s), signals.noise(0.3, clatter_dbfs, "white", 2)])


SOUNDS = {
    "clean": voice(noise_dbfs=None),
    "noisy": voice(),
    "swelling": swelling(),
    "clattering": clattering(0.5),
    "clattering, without pauses": clattering(0.05, -22.0),
}
MOVED_BY: dict[str, tuple[str, float]] = {
    "present_db": ("noisy", 25.0),
    "band_cap_db": ("noisy", 3.5),
    "loud_quantile": ("noisy", 0.2),
    "range_db": ("clean", 5.0),
    "noise_over_floor_db": ("noisy", -50.0),
    "noise_spreads": ("swelling", 6.0),
    "noise_range_db": ("noisy", 3.0),
    "quietest_dbfs": ("noisy", -20.0),
    "min_pause_s": ("noisy", 0.4),
    "min_span_s": ("noisy", 1.2),
    "tone_share": ("noisy", 0.0),
    "held_correlation": ("noisy", -1.0),
    "min_evidence_frames": ("noisy", 1000),
    "best_frames": ("noisy", 200),
    "min_evidence": ("noisy", 50.0),
    "stretch_evidence": ("noisy", 50.0),
    "noise_clear_s": ("noisy", 0.2),
    "noise_between_s": ("clattering", 9.0),
    "noise_alike_db": ("clattering", 60.0),
    "noise_unlike_db": ("clattering, without pauses", 60.0),
    "noise_min_s": ("noisy", 9.0),
    "noise_share": ("noisy", 0.5),
    "noise_lowest_dbfs": ("noisy", -30.0),
    "snr_lowest_db": ("noisy", 40.0),
    "snr_highest_db": ("noisy", 10.0),
}


@pytest.mark.parametrize(
    "name", [field.name for field in dataclasses.fields(VadOptions) if field.name not in ("tones", "voice")]
)
def test_every_vad_threshold_is_used(name: str) -> None:
    """Each one moves the activity of a sound that it is about."""
    sound, value = MOVED_BY[name]
    base = {"min_evidence": 24.0} if name == "best_frames" else {}  # else the best frames are far from the border
    assert detect(SOUNDS[sound], **base).to_dict() != detect(SOUNDS[sound], **base, **{name: value}).to_dict()


TWICE = {
    "louder": np.concatenate([voice(-35.0, noise_dbfs=-55), voice(-15.0, noise_dbfs=-55)[: 16000 * 2]]),
    "fainter": np.concatenate([voice(), voice(-42.0, noise_dbfs=-65)]),
    "another line": np.concatenate([voice(noise_dbfs=-65), voice(noise_dbfs=-45)]),
    "cut": np.concatenate([voice(), signals.silence(0.8), voice()]),
}
VOICE_MOVED_BY: dict[str, tuple[str, float]] = {
    "above_db": ("louder", 60.0),
    "below_db": ("fainter", 60.0),
    "quiet_quantile": ("another line", 1.0),
    "gap_quantile": ("another line", 1.0),
    "gap_db": ("another line", 60.0),
    "silent_share": ("cut", 0.0),
}


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(VoiceOptions)])
def test_every_threshold_of_the_voice_is_used(name: str) -> None:
    """Each one moves which spans are the voice, or its noise, where two voices or two lines are in one file."""
    sound, value = VOICE_MOVED_BY[name]
    changed = dataclasses.replace(VoiceOptions(), **{name: value})
    assert detect(TWICE[sound]).to_dict() != detect(TWICE[sound], voice=changed).to_dict()


def test_the_channel_that_is_dropped() -> None:
    """A channel 35 dB down is dropped and the level stays; with a limit of 60 dB it is mixed in and halves the amplitude."""
    pair = np.stack([signals.tone(440, 1.0, -20), signals.noise(1.0, -55)])
    data = signals.encode(pair, "float")
    assert level_dbfs(decode_audio(data, name="x.wav").samples) == pytest.approx(-20, abs=0.05)
    mixed = decode_audio(data, name="x.wav", options=DecodeOptions(drop_channel_db=60.0))
    assert level_dbfs(mixed.samples) == pytest.approx(-26.0, abs=0.05)


def test_opposite_channels() -> None:
    """Channels of opposite phase do not cancel, unless no correlation counts as opposite."""
    tone = signals.tone(440, 1.0, -20)
    data = signals.encode(np.stack([tone, -0.9 * tone]), "float")
    assert level_dbfs(decode_audio(data, name="x.wav").samples) == pytest.approx(-20, abs=0.05)
    assert level_dbfs(decode_audio(data, name="x.wav", options=DecodeOptions(opposite_correlation=-2.0)).samples) < -40


def test_what_counts_as_truncated() -> None:
    """Each limit of how much may be missing decides about a file that lacks a little more or less than that."""
    half = signals.encode(signals.noise(6.0, -20), "mp3")
    half = half[: len(half) // 2]
    assert decode_audio(half, name="x.mp3").truncated
    assert not decode_audio(half, name="x.mp3", options=DecodeOptions(missing_s=10.0)).truncated
    assert not decode_audio(half, name="x.mp3", options=DecodeOptions(missing_share=0.9)).truncated
    almost = signals.encode(signals.noise(3.0, -20), "flac")[:-20]
    assert not decode_audio(almost, name="x.flac").truncated
    assert decode_audio(almost, name="x.flac", options=DecodeOptions(end_fault_s=0.0)).truncated
    long = signals.encode(signals.noise(3.04, -20), "wav")
    assert not decode_audio(long, name="x.wav", max_seconds=3.0).truncated
    assert decode_audio(long, name="x.wav", max_seconds=3.0, options=DecodeOptions(over_limit_s=0.0)).truncated


def level_dbfs(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(float) ** 2)))


def test_the_fitted_model_fits_the_measures() -> None:
    """The data file has a centre, a scale and a weight for every measure, and a weight for every product of two."""
    model = json.loads(files("vmaudio.audio").joinpath("vad_model.json").read_text("utf-8"))
    n = len(MEASURES)
    assert model["made_by"] == "benchmarks/fit_vad.py"
    assert tuple(model["measures"]) == MEASURES
    assert [len(model[name]) for name in ("centre", "scale", "linear", "quadratic")] == [n, n, n, n * (n + 1) // 2]
