"""Ends of phrases: movements of known size are found with their sign and size, and where they cannot be, nothing is said."""

from __future__ import annotations

import numpy as np
import pytest

from tests.prosody.test_pitch import telephone
from vmaudio import testing as signals
from vmaudio.audio import detect_speech
from vmaudio.prosody import ProsodyOptions
from vmaudio.prosody.endings import phrase_ends
from vmaudio.prosody.measure import measure_prosody
from vmaudio.records import PhraseEnd, Span

OPTIONS = ProsodyOptions().ends


def ends(f0: np.ndarray, level_dbfs: float = -25.0, noise_dbfs: float = -70.0) -> tuple[PhraseEnd, ...]:
    span = Span(0.0, (len(f0) - 1) * 0.01)
    return phrase_ends(f0, np.full(len(f0), level_dbfs), noise_dbfs, [span], OPTIONS)


def contour(rise_st: float, seconds: float = 1.0) -> np.ndarray:
    """Level, and then the movement in the last half second."""
    times = np.arange(round(seconds * 100)) * 0.01
    return 120 * 2 ** (rise_st * np.clip((times - (seconds - 0.5)) / 0.5, 0, 1) / 12)


@pytest.mark.parametrize("rise_st", [-5.0, -1.0, 0.0, 1.0, 5.0])
def test_a_line_is_measured(rise_st: float) -> None:
    """Size and sign of an even movement, with an error that is small."""
    (end,) = ends(contour(rise_st))
    assert end.fall_st == pytest.approx(-rise_st, abs=0.15)
    assert end.error_st == pytest.approx(OPTIONS.least_error_st, abs=0.05)
    assert (end.start_s, end.end_s) == pytest.approx((0.5, 0.99), abs=0.011)


def test_octave_errors_do_not_move_it() -> None:
    """A fifth of the frames an octave down (creak, or an error) leaves the sign and nearly the size."""
    f0 = contour(3.0)
    f0[-10:] /= 2
    (end,) = ends(f0)
    assert end.fall_st == pytest.approx(-3.0, abs=0.8)


def test_scatter_is_error() -> None:
    """Frames that keep to no line raise the error, until the end is not measured."""
    rng = np.random.default_rng(3)
    f0 = contour(2.0)
    (little,), (more,) = (ends(f0 * 2 ** (rng.normal(0, st, len(f0)) / 12)) for st in (0.3, 0.8))
    assert OPTIONS.least_error_st < little.error_st < more.error_st
    assert ends(f0 * 2 ** (rng.normal(0, 2.5, len(f0)) / 12)) == ()


def test_what_cannot_be_measured_is_not() -> None:
    """Too little voice, noise that hides the fade, a long voiceless end, and no voice at all."""
    f0 = contour(3.0)
    nothing = np.full(100, np.nan)
    assert ends(np.where(np.arange(100) < 88, np.nan, f0)) == ()
    assert ends(f0, noise_dbfs=-35.0) == ()
    assert ends(np.append(f0, np.full(40, np.nan))) == ()
    assert ends(nothing) == ()
    assert len(ends(np.append(f0, np.full(20, np.nan)))) == 1


@pytest.mark.parametrize("rise_st", [-6.0, 6.0])
@pytest.mark.parametrize("f0_hz", [95, 210])
@pytest.mark.parametrize("line", ["clean", "telephone", "noise"])
def test_voices_that_rise_and_fall(rise_st: float, f0_hz: float, line: str) -> None:
    """Every phrase of a synthetic voice has the direction it was given; under much noise none has any."""
    truth = signals.speech_like((8, 8, 8), f0_hz=f0_hz, fall_st=-rise_st, seed=4)
    x = telephone(truth.samples) if line == "telephone" else truth.samples
    if line == "noise":
        x = x + signals.noise(len(x) / 16000 + 0.1, truth.level_dbfs - 20, "pink", 2)[: len(x)]
    recording = signals.recording(np.asarray(x, np.float32))
    found = measure_prosody(recording, detect_speech(recording))
    assert len(found.ends) == 3
    assert [np.sign(end.fall_st) for end in found.ends] == [-np.sign(rise_st)] * 3
    assert found.final_fall_st == np.median([end.fall_st for end in found.ends])
    buried = x + signals.noise(len(x) / 16000 + 0.1, truth.level_dbfs - 5, "pink", 2)[: len(x)]
    recording = signals.recording(np.asarray(buried, np.float32))
    hidden = measure_prosody(recording, detect_speech(recording))
    assert hidden.ends == ()
    assert np.isnan(hidden.final_fall_st)
