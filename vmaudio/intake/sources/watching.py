"""Messages as they arrive: a place read again and again, and only what is new or has changed handed on."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from vmaudio.errors import VmaudioError
from vmaudio.intake.sources.gathering import gather
from vmaudio.intake.sources.registry import find_source
from vmaudio.intake.sources.source import ReadOptions
from vmaudio.records import Message

log = logging.getLogger(__name__)


class Watcher:
    """Knows which messages were handed on already.

    Args:
        paths: files and folders.
        listed: gives the rows of a manifest; asked at each look, since the file may grow.
        source: name of the reader; None looks.
        options: what readers may need to know.
        settle_s: a recording that was written to within so many seconds, or grew since the last look, waits.

    Raises:
        SettingError: no reader has this name.
    """

    def __init__(
        self,
        paths: Sequence[str | Path],
        listed: Callable[[], Sequence[Message]] = tuple,
        *,
        source: str | None = None,
        options: ReadOptions | None = None,
        settle_s: float = 5.0,
    ) -> None:
        self.paths, self.listed, self.source, self.options, self.settle_s = paths, listed, source, options, settle_s
        self._seen: dict[str, tuple[int, int]] = {}
        self._sizes: dict[str, int] = {}
        self._last: object = None
        if source:
            find_source(source)

    def look(self) -> list[Message]:
        """Read the places once.

        Returns:
            Messages that are new, or whose recording has changed since they were handed on. A place that cannot be read now (a
            network drive that is away) gives none, and is tried again by the next look.
        """
        try:
            listed = self.listed()
            now = (tuple(_state_of(self.paths)), tuple(listed))
            if now == self._last:
                return []  # reading a large mailbox takes a while
            messages, left_out = gather(self.paths, listed, source=self.source, options=self.options, empty=True)
        except (VmaudioError, OSError) as error:
            log.warning("%s", error)
            return []
        sizes, new = {}, []
        waits = any(one.reason == "unfinished" for one in left_out)
        for message in messages:
            try:
                about = os.stat(message.source)
            except OSError:
                waits = True  # filed elsewhere since; the next look finds it there
                continue
            sizes[message.source] = about.st_size
            state = (about.st_size, about.st_mtime_ns)
            if self._seen.get(message.message_id) == state:
                continue
            grows = self._sizes.get(message.source, about.st_size) != about.st_size
            if grows or time.time() - about.st_mtime < self.settle_s:
                waits = True
                continue
            self._seen[message.message_id] = state
            new.append(message)
        self._sizes = sizes
        self._last = None if waits else now
        return new


def _state_of(paths: Sequence[str | Path]) -> Iterator[tuple[str, int, int]]:
    """Every file at the paths with its size and time: while they are the same, there is nothing new."""
    for path in paths:
        files = (
            [str(path)] if os.path.isfile(path) else (os.path.join(one, f) for one, _, names in os.walk(path) for f in names)
        )
        for file in files:
            try:
                about = os.lstat(file)
            except OSError:
                continue
            yield file, about.st_size, about.st_mtime_ns


def wake_ups(paths: Sequence[str | Path], every_s: float, stop: threading.Event, *, poll: bool = False) -> Iterator[None]:
    """When to look: at once, whenever something changes below the paths, and at least so often.

    Args:
        paths: files and folders.
        every_s: longest time between two looks.
        stop: ends it.
        poll: go by the clock alone. Changes on a network drive are not told by the system; without the package watchfiles
            they never are.

    Yields:
        None, once for each look.
    """
    yield
    try:
        from watchfiles import watch
    except ImportError:
        poll = True
    if not poll:
        there = [path for path in paths if os.path.exists(path)]
        for _ in watch(*there, stop_event=stop, rust_timeout=int(every_s * 1000), yield_on_timeout=True, raise_interrupt=True):
            yield
        return
    while not stop.wait(every_s):
        yield
