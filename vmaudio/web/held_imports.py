"""Imports of folders on their way, by their token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Import:
    """An import on its way: ``done`` of ``total`` are analysed, ``known`` were passed over.

    ``state`` is working, done or stopped; ``failed`` has names with reasons; ``outcomes`` is a sentence about the outcome
    file, once it was read.
    """

    total: int
    done: int = 0
    known: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    state: str = "working"
    outcomes: str = ""
    started: float = field(default_factory=time.time)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def left_s(self) -> float | None:
        """About how many seconds it still takes; None where nothing was analysed yet."""
        over = self.done + len(self.failed)
        return (time.time() - self.started) / over * (self.total - self.known - over) if over else None


class Imports:
    """The imports of a running server."""

    def __init__(self) -> None:
        self.all: dict[str, Import] = {}
        self.stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def run(self, token: str, made: Import, work: Callable[[], None]) -> Import:
        """Begin an import in a thread of its own; one that has begun is not begun again.

        Args:
            token: Of the import.
            made: The import.
            work: What is done.

        Returns:
            The import that goes on.
        """
        if token in self.all:
            return self.all[token]
        self.all[token] = made
        thread = threading.Thread(target=work, name="vmaudio import", daemon=True)
        thread.start()
        self._threads.append(thread)
        return made

    def stop(self) -> None:
        """Stop them; what was not analysed yet is not kept."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(10)
