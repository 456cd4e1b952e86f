"""Windows: everything that is speech is in one, none is too long, times map back."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings, strategies as st

from vmaudio.records import Span
from vmaudio.transcribe.options import DEFAULT
from vmaudio.transcribe.windows import Window, plan_windows


@st.composite
def messages(draw: st.DrawFn) -> tuple[list[Span], float]:
    """Speech spans in order, and a duration."""
    at, spans = draw(st.floats(0, 5)), []
    for _ in range(draw(st.integers(0, 25))):
        length = draw(st.floats(0.05, 12.0))
        spans.append(Span(at, at + length))
        at += length + draw(st.floats(0.05, 8.0))
    if draw(st.booleans()):  # one stretch without any pause
        spans.append(Span(at, at + draw(st.floats(30.0, 90.0))))
        at = spans[-1].end_s
    return spans, at + draw(st.floats(0, 5))


@settings(max_examples=150, deadline=None)
@given(messages())
def test_all_speech_is_in_a_window_and_none_is_too_long(made: tuple[list[Span], float]):
    """Every moment of speech is in the window that decides it; windows and pieces are in order and inside the recording."""
    speech, duration = made
    windows = plan_windows(speech, duration)
    for window in windows:
        assert 0 < window.seconds <= DEFAULT.windows.longest_s + 1e-6
        for piece in window.pieces:
            assert -1e-9 <= piece.start_s < piece.end_s <= duration + 1e-9
        for a, b in itertools.pairwise(window.pieces):
            assert a.end_s <= b.start_s
    for a, b in itertools.pairwise(windows):
        assert a.keep.end_s == b.keep.start_s
    if windows:
        assert (windows[0].keep.start_s, windows[-1].keep.end_s) == (0.0, math.inf)
    for span in speech:
        for moment in np.linspace(span.start_s + 1e-6, min(span.end_s, duration) - 1e-6, 7):
            deciding = [w for w in windows if w.keep.start_s <= moment < w.keep.end_s]
            assert len(deciding) == 1
            assert any(piece.start_s - 1e-6 <= moment <= piece.end_s + 1e-6 for piece in deciding[0].pieces)


@settings(max_examples=50, deadline=None)
@given(messages(), st.lists(st.floats(0, 27), min_size=2, max_size=6))
def test_times_map_back_in_order(made: tuple[list[Span], float], moments: list[float]):
    """Later in the window is never earlier in the recording, and every time lies in one of its pieces."""
    for window in plan_windows(*made):
        times = [window.to_recording(moment) for moment in sorted(moments)]
        assert times == sorted(times)
        assert all(any(p.start_s - 1e-9 <= time <= p.end_s + 1e-9 for p in window.pieces) for time in times)


def test_no_speech_no_window():
    """Without speech there is nothing to transcribe."""
    assert plan_windows([], 30.0) == []


def test_a_short_message_is_one_window_with_padding():
    """A message under the limit is not cut; silence at its ends is left out."""
    (window,) = plan_windows([Span(5.0, 10.0), Span(11.0, 20.0)], 40.0)
    assert len(window.pieces) == 1
    assert 4.5 < window.pieces[0].start_s < 5.0
    assert 20.0 < window.pieces[0].end_s < 20.5


def test_a_long_silence_is_left_out_and_times_map_over_it():
    """Ten seconds of silence are left out; what comes after them keeps its time."""
    (window,) = plan_windows([Span(1.0, 5.0), Span(15.0, 20.0)], 21.0)
    assert len(window.pieces) == 2
    assert window.seconds < 11.0
    seam = window.pieces[0].duration_s
    assert window.to_recording(seam + 1.0) == window.pieces[1].start_s + 1.0
    assert window.to_recording(seam, end=True) == window.pieces[0].end_s


def test_cuts_fall_into_the_longest_pause_near_the_middle():
    """A message of 40 s is cut once, at its long pause, not into 27 and 13 s."""
    speech = [Span(0.5, 10.0), Span(10.2, 18.0), Span(19.0, 30.0), Span(30.2, 40.0)]
    first, second = plan_windows(speech, 40.5)
    assert 18.0 < first.keep.end_s < 19.0
    assert second.keep.start_s == first.keep.end_s


def test_speech_without_a_pause_overlaps():
    """Where there is no pause both windows hold the border, and one of them decides each moment."""
    first, second = plan_windows([Span(0.0, 50.0)], 50.0)
    assert second.pieces[0].start_s < first.keep.end_s < first.pieces[-1].end_s
    assert first.keep.end_s == second.keep.start_s


def test_samples_are_the_pieces():
    """The sound of a window is its pieces end to end."""
    sound = np.arange(16000 * 4, dtype=np.float32)
    window = Window((Span(0.5, 1.0), Span(2.0, 2.25)), Span(0.0, math.inf))
    assert np.array_equal(window.samples(sound, 16000), np.concatenate([sound[8000:16000], sound[32000:36000]]))
