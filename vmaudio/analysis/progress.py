"""How far a batch is, in seconds of audio: messages differ in length by a factor of thirty, so their number says little."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path, PurePath

from vmaudio.records import Analysis, Failure, Message

RECENT_S = 300.0
"""The rate is that of so many seconds: what was stored before passes in no time, and says nothing of the rest."""


class BatchProgress:
    """Counts what is done, and estimates what is left.

    How many seconds of audio a file holds is known once it is done; of the others it is estimated from their bytes, by what a
    second took in the files done with the same ending.

    Args:
        messages: all that the batch will do.
        clock: seconds that only go forwards.

    Attributes:
        total: messages in all.
        done: messages that have a result.
        audio_s: seconds of audio of those.
    """

    def __init__(self, messages: Iterable[Message], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._waiting: dict[str, list[int]] = {}  # source to the bytes of its messages that have no result
        self._left: dict[str, int] = {}  # ending to bytes without a result
        self._heard: dict[str, list[float]] = {}  # ending to (bytes, seconds) of the analysed
        self.total = self.done = 0
        self.audio_s = 0.0
        self._add(messages)
        self._marks: deque[tuple[float, float]] = deque([(clock(), 0.0)])

    def _add(self, messages: Iterable[Message]) -> None:
        for message in messages:
            size = _bytes(message.source)
            self._waiting.setdefault(message.source, []).append(size)
            self._left[_ending(message.source)] = self._left.get(_ending(message.source), 0) + size
            self.total += 1

    def take(self, result: Analysis | Failure) -> None:
        """Count a result.

        Args:
            result: of one of the messages; of a message that was not announced it counts as one more.
        """
        if not self._waiting.get(result.source):
            self._add([Message(result.source)])
        size, ending = self._waiting[result.source].pop(), _ending(result.source)
        self._left[ending] -= size
        self.done += 1
        if isinstance(result, Analysis):
            self.audio_s += result.duration_s
            heard = self._heard.setdefault(ending, [0.0, 0.0])
            heard[0] += size
            heard[1] += result.duration_s
        now = self._clock()
        self._marks.append((now, self.audio_s))
        while len(self._marks) > 2 and now - self._marks[1][0] > RECENT_S:
            self._marks.popleft()

    @property
    def audio_left_s(self) -> float | None:
        """Seconds of audio without a result, estimated; None before the first result."""
        if not (all_bytes := sum(heard[0] for heard in self._heard.values())):
            return None
        usual = sum(heard[1] for heard in self._heard.values()) / all_bytes
        per_byte = {ending: heard[1] / heard[0] for ending, heard in self._heard.items() if heard[0]}
        return sum(size * per_byte.get(ending, usual) for ending, size in self._left.items())

    @property
    def rate(self) -> float:
        """Seconds of audio per second, over the last `RECENT_S`; 0 before the first result."""
        seconds = self._clock() - self._marks[0][0]
        return (self.audio_s - self._marks[0][1]) / seconds if seconds > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until the end, estimated; None where nothing is known yet."""
        left = self.audio_left_s
        return left / self.rate if left is not None and self.rate > 0 else None

    def line(self) -> str:
        """All of it in one line of a log."""
        parts = [f"{self.done:,} of {self.total:,} messages", f"{self.audio_s:,.0f} s of audio"]
        if self.rate > 0:
            parts.append(f"{self.rate:.1f} s of audio per second")
        if self.left_s is not None and self.done < self.total:
            parts.append(f"about {in_words(self.left_s)} left")
        return ", ".join(parts) + "."


def in_words(seconds: float) -> str:
    """A time to wait, as one says it: "40 s", "12 min", "3 h 20 min".

    Args:
        seconds: how long.
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _ending(source: str) -> str:
    return PurePath(source).suffix.lower()


def _bytes(source: str) -> int:
    """Bytes of a file; 1 where they cannot be told (it is gone, or lies elsewhere), so that it counts a little."""
    try:
        return max(1, Path(source).stat().st_size)
    except (OSError, ValueError):
        return 1
