"""How far a batch is: by seconds of audio, from what the files done have shown."""

from types import SimpleNamespace

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis.pass_size import LONG_S, PassSize
from vmaudio.analysis.progress import BatchProgress, in_words
from vmaudio.records import Failure, Message


@pytest.fixture
def done(tmp_path):
    """Six messages, four of 3 s and two of 9 s, with their results."""
    for number, seconds in enumerate((3, 3, 3, 3, 9, 9)):
        write_voice(tmp_path / f"{number}.wav", seconds, seed=number)
    messages = [Message(str(path)) for path in sorted(tmp_path.iterdir())]
    results = sorted(analyzer().analyze_many(messages), key=lambda result: result.source)
    return messages, results


def test_time_left_goes_by_seconds_of_audio(done):
    """After the four short ones two of six messages are left, but more than half of the audio, and so of the time."""
    messages, results = done
    clock = SimpleNamespace(now=0.0)
    progress = BatchProgress(messages, clock=lambda: clock.now)
    assert progress.left_s is None
    for result in results[:4]:
        clock.now += 1.0
        progress.take(result)
    heard, left = (sum(r.duration_s for r in some) for some in (results[:4], results[4:]))
    assert progress.rate == pytest.approx(heard / 4)
    assert progress.audio_left_s == pytest.approx(left, rel=0.02)
    assert progress.left_s == pytest.approx(4 * left / heard, rel=0.02)
    assert progress.left_s > 4
    assert progress.line().startswith(f"4 of 6 messages, {heard:,.0f} s of audio, ")
    assert progress.line().endswith(" left.")


def test_a_failure_counts_and_has_no_audio(done):
    """A failed message is done; the bytes that it would have taken are not left."""
    messages, results = done
    progress = BatchProgress(messages)
    for result in results[:-1]:
        progress.take(result)
    progress.take(Failure(results[-1].source, "5.wav", "decode", "X", "no sound"))
    assert (progress.done, progress.total, progress.audio_left_s) == (6, 6, 0.0)
    assert "left" not in progress.line()


def test_what_was_stored_does_not_count_for_the_rate(done):
    """Results that come in no time at the start are out of the rate once they are five minutes old."""
    messages, results = done
    clock = SimpleNamespace(now=0.0)
    progress = BatchProgress(messages, clock=lambda: clock.now)
    for result in results[:4]:
        progress.take(result)
    clock.now += 400.0
    progress.take(results[4])
    clock.now += 400.0
    progress.take(results[5])
    assert progress.rate == pytest.approx(results[5].duration_s / 400, rel=0.01)


@pytest.mark.parametrize(("seconds", "said"), [(40, "40 s"), (700, "12 min"), (12_000, "3 h 20 min")])
def test_a_time_in_words(seconds, said):
    """Seconds, minutes, hours, as one would say it."""
    assert in_words(seconds) == said


def test_a_pass_takes_what_waits_longest_and_its_like():
    """Nothing waits for ever, and messages of one length end their pass together."""
    size = PassSize(4)
    waiting = {"a": 20.0, "b": 5.0, "c": 60.0, "d": 21.0}
    assert size.choose(waiting, float) == [20.0, 21.0]
    assert size.choose(waiting, float) == [5.0, 60.0]
    assert not waiting


def test_long_passes_get_smaller_and_short_ones_larger():
    """On a slow machine fewer messages share a pass, down to one; on a quick one as many as are allowed."""
    size = PassSize(16)
    assert size.now == 8
    size.took(8, LONG_S / 10)
    assert size.now == 16
    size.took(16, LONG_S / 10)
    assert size.now == 16
    size.took(3, LONG_S / 10)  # the last few of a run say nothing
    assert size.now == 16
    for expected in (8, 4, 2, 1, 1):
        size.took(size.now, LONG_S * 2)
        assert size.now == expected
