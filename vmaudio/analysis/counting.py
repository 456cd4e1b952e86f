"""Counts messages and results: every batch engine promises as many results as messages, and none may be lost in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vmaudio.errors import VmaudioError
from vmaudio.records import Message


class ResultsMissing(VmaudioError):
    """A batch engine gave back more or fewer results than it took messages. This is a bug of the engine."""


class Counted:
    """Messages, counted as they are taken.

    Args:
        messages: what is handed on, one by one.

    Attributes:
        taken: messages taken so far.
    """

    def __init__(self, messages: Iterable[Message]) -> None:
        self._messages, self.taken = messages, 0

    def __iter__(self) -> Iterator[Message]:
        for message in self._messages:
            self.taken += 1
            yield message


def check_count(engine: str, messages: int, results: int) -> None:
    """Check that an engine gave as many results as it took messages.

    Args:
        engine: its name.
        messages: that it took.
        results: that it gave.

    Raises:
        ResultsMissing: the numbers differ.
    """
    if messages != results:
        raise ResultsMissing(
            f"The batch engine {engine!r} took {messages} messages and gave {results} results. This is a bug of vmaudio: "
            "report it. The results that came are stored; run the batch again with --on inline."
        )
