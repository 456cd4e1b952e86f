"""Time stamps: what a container leaves out stays in its place, and no stamp can make vmaudio work or wait for long."""

from __future__ import annotations

import contextlib
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.audio.telephone_files import first_second, padded, stamped
from vmaudio.audio import DecodeOptions, decode_audio, decode_native
from vmaudio.audio.timeline import Timeline

GAPPED = [
    "webm",
    "opus",
    "mp4/aac",
    "3gp/aac",
    "mp4/libopus",
    "mp4/libmp3lame",
    "ipod/alac",
    "mka",
    "ogg/flac",
    "matroska/pcm_s16le",
    "asf/wmav2",
    "flv/aac",
]


@pytest.mark.parametrize("form", GAPPED)
def test_a_gap_in_the_time_stamps_is_silence(form: str) -> None:
    """Sound at 0 to 2 s and at 5 to 7 s lasts 7 s, with the second sound where it was; nothing is called missing."""
    near_s = 0.06 if form == "asf/wmav2" else 0.03  # its decoder drops the first frame of 43 ms
    sound = decode_audio(stamped(form, [(0, padded(440)), (5, padded(880))]), name="x")
    assert sound.duration_s == pytest.approx(7.0, abs=near_s + 0.01)
    assert first_second(sound.samples, 440) == pytest.approx(0.2, abs=near_s)
    assert first_second(sound.samples, 880) == pytest.approx(5.2, abs=near_s)
    assert np.abs(sound.samples[33_000:79_000]).max() < 1e-3
    assert not sound.truncated, sound.truncated_why


@pytest.mark.parametrize("form", ["webm", "opus", "mp4/aac", "ipod/alac", "mp4/libopus", "mka", "asf/wmav2"])
def test_a_late_first_time_stamp_is_silence(form: str) -> None:
    """A first stamp at 3 s, which MP4 writes as an empty edit, is 3 s of silence: later times are those of the stamps."""
    sound = decode_audio(stamped(form, [(3, padded(440)), (5, padded(880))]), name="x")
    assert first_second(sound.samples, 440) == pytest.approx(3.2, abs=0.03)
    assert first_second(sound.samples, 880) == pytest.approx(5.2, abs=0.03)
    assert not sound.truncated, sound.truncated_why


def test_the_editor_hears_the_same_gap() -> None:
    """decode_native, which redaction writes back from, places the sound alike."""
    native = decode_native(stamped("webm", [(0, padded(440)), (5, padded(880))]), name="x")
    assert native.samples.shape == (1, pytest.approx(7 * 48000, abs=2000))


@pytest.mark.parametrize("jitter_s", [0.001, 0.01, 0.04])
def test_rounded_time_stamps_make_no_silence(jitter_s: float) -> None:
    """Pieces of 2 s whose stamps lie up to 40 ms beside their place are joined as they are."""
    pieces = [(2 * i + jitter_s * (i % 2), padded(440 if i % 2 else 880)) for i in range(4)]
    sound = decode_audio(stamped("matroska/pcm_s16le", pieces), name="x")
    assert sound.duration_s == pytest.approx(8.0, abs=0.001)


def test_time_stamps_that_go_back() -> None:
    """A chained file, whose stamps begin anew half-way, loses nothing, and a gap behind the change keeps its length."""
    data = stamped("opus", [(0, padded(440))]) + stamped("opus", [(0, padded(880)), (5, padded(660))])
    sound = decode_audio(data, name="x")
    assert sound.duration_s == pytest.approx(9.0, abs=0.05)
    assert first_second(sound.samples, 880) == pytest.approx(2.2, abs=0.03)
    assert first_second(sound.samples, 660) == pytest.approx(7.2, abs=0.05)


def test_one_wild_time_stamp_makes_no_silence() -> None:
    """A stamp far ahead that the next one goes back behind is damage: the frame stays in its place."""
    timeline = Timeline(DecodeOptions())
    assert timeline.gap_s(0.0, 0.02, 0.0) == 0
    assert timeline.gap_s(100.0, 0.02, 0.02) == pytest.approx(99.98)
    timeline.take_back(0.04)
    assert timeline.gap_s(0.04, 0.02, 0.04) == 0
    assert timeline.gap_s(5.06, 0.02, 0.06) == pytest.approx(5.0)


@pytest.mark.parametrize("starts", [(0, 36_000), (36_000, 36_002)])
@pytest.mark.parametrize("form", ["webm", "mp4/aac"])
def test_a_stamp_of_ten_hours(form: str, starts: tuple[float, float]) -> None:
    """It costs neither memory nor time; a jump inside is flagged, a recorder's own clock is not."""
    data = stamped(form, [(starts[0], padded(440)), (starts[1], padded(880))])
    tracemalloc.start()
    begun = time.monotonic()
    sound = decode_audio(data, name="x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.monotonic() - begun < 10
    assert peak < 20e6
    assert sound.duration_s == pytest.approx(4.0, abs=0.05)
    assert ("leap over" in sound.truncated_why) == (starts[0] == 0)


def test_the_limits_of_gaps_are_options() -> None:
    """From when on a step is a gap, the longest lead and the longest gap each decide."""
    data = stamped("webm", [(0, padded(440)), (5, padded(880))])
    assert decode_audio(data, name="x", options=DecodeOptions(gap_s=4.0)).duration_s == pytest.approx(4.0, abs=0.02)
    capped = decode_audio(data, name="x", options=DecodeOptions(longest_gap_s=1.0))
    assert capped.duration_s == pytest.approx(4.0, abs=0.02)
    assert capped.truncated_why == "its time stamps leap over 3 s, which were left out"
    late = stamped("webm", [(3, padded(440))])
    assert decode_audio(late, name="x", options=DecodeOptions(longest_lead_s=1.0)).duration_s == pytest.approx(2.0, abs=0.02)
    assert decode_audio(data, name="x", max_seconds=4.0).duration_s == pytest.approx(4.0, abs=0.001)


def test_lost_packets_add_up_and_a_slow_clock_does_not_stutter() -> None:
    """Every tenth packet of 20 ms lost keeps its time; stamps that run 1 % fast leave no holes."""
    lost, held = Timeline(DecodeOptions()), 0.0
    for i in range(1000):
        if i % 10:
            held += lost.gap_s(i * 0.02, 0.02, held) + 0.02
    assert held == pytest.approx(20.0, abs=0.08)
    slow = Timeline(DecodeOptions())
    assert not any(slow.gap_s(i * 0.0202, 0.02, i * 0.02) for i in range(1000))


stamps = st.none() | st.floats(-1e12, 1e12) | st.floats(0, 30)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(stamps, st.floats(0, 2)), max_size=40))
def test_any_time_stamps(frames: list[tuple[float | None, float]]) -> None:
    """Whatever the stamps are, no gap is negative or longer than the options allow."""
    timeline, held = Timeline(DecodeOptions()), 0.0
    for stamp_s, length_s in frames:
        gap_s = timeline.gap_s(stamp_s, length_s, held)
        assert gap_s == 0 or 0.05 <= gap_s <= 300
        held += gap_s + length_s


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["webm", "mp4/aac"]),
    st.lists(st.tuples(st.integers(0, 50_000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damaged_stamps_give_sound_or_a_sentence(form: str, edits: list[tuple[int, int]]) -> None:
    """Bytes changed in a file with a gap never make more than the limit of seconds."""
    from vmaudio.errors import AudioError

    data = bytearray(GAP[form])
    for at, value in edits:
        data[at % len(data)] = value
    begun = time.monotonic()
    with contextlib.suppress(AudioError):
        assert decode_audio(bytes(data), name="x", max_seconds=20).duration_s <= 20
    assert time.monotonic() - begun < 10


GAP = {form: stamped(form, [(0, padded(440)), (5, padded(880))]) for form in ("webm", "mp4/aac")}
