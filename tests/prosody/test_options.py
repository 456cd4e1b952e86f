"""The thresholds of prosody: each one is used, and moves the measures where it should."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np
import pytest

from vmaudio import testing as signals
from vmaudio.audio import detect_speech, load_audio
from vmaudio.prosody import LevelOptions, PauseOptions, PitchOptions, ProsodyOptions, measure_prosody
from vmaudio.prosody.level import clipped_share
from vmaudio.records import Activity, Prosody, Recording, Span, changed_options, option_fields

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FILES = {
    "telephone": "04_identity_first_desmond.amr",
    "street": "17_inquiry_walt_street_noise.wav",
    "clipped": "23_relevance_first_ray_lively_clipped.wav",
    "babble": "24_identity_first_bridget_babble.wav",
}


def voice(f0_hz: float = 120.0, pause_s: float = 0.4) -> np.ndarray:
    return signals.speech_like((6, 8, 5), pause_s=pause_s, level_dbfs=-25, f0_hz=f0_hz, seed=3).samples


def measure(samples: np.ndarray, options: ProsodyOptions) -> Prosody:
    recording = signals.recording(samples)
    return measure_prosody(recording, detect_speech(recording), options)


def test_every_threshold_is_explained() -> None:
    """Each field says what it decides, in which unit and where the number comes from."""
    assert changed_options(ProsodyOptions()) == {}
    for name, _, _, field in option_fields(ProsodyOptions()):
        assert field.metadata["meaning"].endswith((".", "...")), name
        assert field.metadata["unit"], name
        assert field.metadata["source"], name


def test_a_change_is_named_by_its_place() -> None:
    """What differs from the defaults has a dotted name, for the key of a stored result."""
    assert changed_options(ProsodyOptions(pauses=PauseOptions(min_pause_s=0.4))) == {"pauses.min_pause_s": 0.4}


def test_a_longer_least_pause_leaves_fewer_pauses() -> None:
    """Pauses of 0.4 s count by default and are speech when only 0.5 s count."""
    default = measure(voice(), ProsodyOptions())
    strict = measure(voice(), ProsodyOptions(pauses=PauseOptions(min_pause_s=0.5)))
    assert (len(default.pauses), len(strict.pauses)) == (2, 0)
    assert strict.speech_s > default.speech_s + 0.7


def test_a_shorter_least_pause_finds_more_pauses() -> None:
    """Pauses of 0.2 s are speech by default and count when 0.15 s are enough."""
    assert measure(voice(pause_s=0.2), ProsodyOptions()).pauses == ()
    assert len(measure(voice(pause_s=0.2), ProsodyOptions(pauses=PauseOptions(min_pause_s=0.15))).pauses) == 2


def test_nothing_below_the_pitch_floor_is_found() -> None:
    """A voice at 90 Hz is found there, and never below a floor of 130 Hz."""
    low = voice(f0_hz=90.0)
    default = measure(low, ProsodyOptions())
    floored = measure(low, ProsodyOptions(pitch=PitchOptions(lowest_hz=130.0, floor_hz=130.0)))
    assert default.f0_p10_hz < default.f0_median_hz < 110.0
    pitches = np.array(floored.contour.f0_hz)
    assert not np.any(pitches[np.isfinite(pitches)] < 129.0)


def test_a_lower_pitch_floor_finds_a_lower_tone() -> None:
    """A tone of 45 Hz is taken for another by default, and found with a floor of 40 Hz."""
    samples = signals.tone([45.0 * k for k in range(4, 12)], 1.5)
    whole = Activity((Span(0.0, 1.5),), 1.5, -90.0, 60.0)
    recording = signals.recording(samples)
    options = ProsodyOptions(pitch=PitchOptions(lowest_hz=40.0, floor_hz=40.0, longest_window_s=0.064))
    assert not 44.0 < measure_prosody(recording, whole).f0_median_hz < 46.0
    assert measure_prosody(recording, whole, options).f0_median_hz == pytest.approx(45.0, rel=0.02)


def test_a_stricter_rail_finds_less_clipping() -> None:
    """A voice cut at its 99th percentile is clipped, unless a crowd at the rail must be larger."""
    samples = voice()
    rail = float(np.quantile(np.abs(samples), 0.99))
    cut = np.clip(samples, -rail, rail)
    assert clipped_share(cut) > 0.005
    assert clipped_share(cut, LevelOptions(rail_samples=10**6, crowd_ratio=1e6)) == 0


@functools.cache
def sound(name: str) -> tuple[Recording, Activity]:
    if name in FILES:
        recording = load_audio(SAMPLES / FILES[name])
    else:
        samples = voice()
        if name == "hum":
            samples = samples + signals.hum(len(samples) / 16000 + 0.1, -35)[: len(samples)]
        elif name == "noisy":
            samples = samples + signals.noise(len(samples) / 16000 + 0.1, -35, "pink", 1)[: len(samples)]
        elif name == "cut":
            rail = float(np.quantile(np.abs(samples), 0.99))
            samples = np.clip(samples, -rail, rail)
        recording = signals.recording(samples)
    return recording, detect_speech(recording)


@functools.cache
def by_default(name: str) -> str:
    return repr(measure_prosody(*sound(name)).to_dict())


MOVED_BY: dict[str, tuple[str, float]] = {
    "pitch.lowest_hz": ("clean", 300.0),
    "pitch.highest_hz": ("clipped", 250.0),
    "pitch.sure_strength": ("clean", 1.2),
    "pitch.sure_least": ("clean", 0.9),
    "pitch.sure_most": ("noisy", 0.01),
    "pitch.sure_frames": ("clean", 10**6),
    "pitch.below": ("clean", 1.0),
    "pitch.above": ("noisy", 1.1),
    "pitch.floor_hz": ("clean", 250.0),
    "pitch.ceiling_hz": ("clipped", 300.0),
    "pitch.candidates": ("clean", 1),
    "pitch.least_peak": ("noisy", 0.4),
    "pitch.octave_cost": ("clean", 0.05),
    "pitch.jump_cost": ("noisy", 0.175),
    "pitch.voicing_cost": ("noisy", 0.4),
    "pitch.pull_below": ("noisy", 0.005),
    "pitch.pull_above": ("clipped", 0.15),
    "pitch.voiced_from": ("clean", 0.92),
    "pitch.weak_below": ("clean", 0.4),
    "pitch.weak_cost": ("clean", 0.16),
    "pitch.silent_below": ("telephone", 0.015),
    "pitch.level_from_hz": ("clipped", 750.0),
    "pitch.wide_to_hz": ("clean", 1900.0),
    "pitch.low_to_hz": ("clean", 500.0),
    "pitch.hum_from_ratio": ("hum", 1.2),
    "pitch.hum_factor": ("hum", 4.0),
    "pitch.hum_range": ("hum", 0.005),
    "pitch.periods": ("clean", 8.0),
    "pitch.shortest_window_s": ("clean", 0.05),
    "pitch.longest_window_s": ("clean", 0.0225),
    "pitch.edge_st": ("hum", 6.0),
    "pitch.hnr_low_hz": ("clean", 600.0),
    "pitch.hnr_high_hz": ("clean", 1700.0),
    "pitch.hnr_periods": ("clean", 3.0),
    "pitch.hnr_shortest_window_s": ("clean", 0.06),
    "pitch.hnr_longest_window_s": ("clean", 0.03),
    "level.quietest_rail": ("cut", 1.0),
    "level.rail_share": ("clean", 0.9),
    "level.under_share": ("cut", 0.2),
    "level.rail_samples": ("cut", 10**6),
    "level.rail_ratio": ("cut", 50.0),
    "level.crowd_ratio": ("clipped", 3.6),
    "level.crowd_samples": ("clipped", 10**6),
    "level.crowd_below": ("clipped", 10**5),
    "level.tone_share": ("clipped", 1e-5),
    "level.flat_share": ("cut", 50.0),
    "pauses.min_pause_s": ("clean", 0.5),
    "pauses.margin_s": ("noisy", 0.015),
    "pauses.floor_db": ("clean", -25.0),
    "pauses.sound_db": ("clean", -21.0),
    "pauses.seed_db": ("babble", -12.5),
    "pauses.evidence": ("noisy", 20.0),
    "pauses.less_evidence": ("noisy", 0.35),
    "pauses.growth": ("street", 0),
    "pauses.over_quiet": ("noisy", 2.6),
    "pauses.quiet_evidence": ("noisy", 3.0),
    "pauses.noise_rise": ("noisy", 0.75),
    "pauses.least_frames": ("noisy", 400),
    "pauses.moving_noise": ("noisy", 0.5),
    "pauses.moving_range_db": ("street", 7.5),
    "pauses.moving_over": ("street", 4.8),
    "pauses.least_stretch": ("street", 12),
    "pauses.near_s": ("street", 0.4),
    "pauses.faded_db": ("noisy", -8.25),
    "pauses.fade_db_s": ("noisy", 1600.0),
    "pauses.fade_max_s": ("noisy", 0.0125),
    "syllables.compression": ("babble", 0.8),
    "syllables.dip": ("babble", 0.2),
    "syllables.dip_of_peak": ("babble", 0.16),
    "syllables.least_height": ("babble", 0.6),
    "syllables.least_strength": ("babble", 0.9),
    "syllables.syllable_share": ("babble", 0.24),
    "syllables.narrowest": ("babble", 4.8),
    "syllables.widest": ("babble", 1.5),
    "around_s": ("babble", 0.1),
    "rumble_hz": ("noisy", 200.0),
    "ends.window_s": ("clean", 0.3),
    "ends.least_voiced_s": ("clean", 0.6),
    "ends.stray_st": ("clean", 0.1),
    "ends.over_noise_db": ("noisy", 5.0),
    "ends.voiceless_s": ("clean", -1.0),
    "ends.most_error_st": ("clean", 0.1),
    "ends.least_error_st": ("clean", 0.1),
    "ends.frames_alike": ("clean", 9.0),
}


@pytest.mark.parametrize("name", [name for name, *_ in option_fields(ProsodyOptions())])
def test_every_prosody_threshold_is_used(name: str) -> None:
    """Each one moves the measures of a sound that it is about."""
    which, value = MOVED_BY[name]
    stage, _, field = name.rpartition(".")
    options = ProsodyOptions()
    change = dataclasses.replace(getattr(options, stage), **{field: value}) if stage else value
    options = dataclasses.replace(options, **{stage or field: change})
    assert repr(measure_prosody(*sound(which), options).to_dict()) != by_default(which)
