"""Where a batch runs. Every engine keeps the contract of `Analyzer.analyze_many`: one result per message, in order of
completion; a file that cannot be used is a Failure; results are plain records, so they can cross a process border as JSON.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Protocol

from vmaudio.analyze import Analyzer, Known
from vmaudio.errors import SettingError
from vmaudio.records import Analysis, Failure, Message

Results = Generator[Analysis | Failure, None, None]


class Engine(Protocol):
    """Runs messages through analyzers somewhere."""

    name: str

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Yield one result per message. Closing the generator stops the work."""
        ...


class InlineEngine:
    """This process. Decoding and prosody still run ahead in threads, see `vmaudio.analyze`."""

    name = "inline"

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Yield one result per message, in order of completion."""
        yield from self.analyzer.analyze_many(messages, known=known)


def get_engine(name: str, analyzer: Analyzer, *, workers: int | None = None) -> Engine:
    """The engine of that name around an analyzer.

    Raises:
        SettingError: there is no such engine.
    """
    if name == "inline":
        return InlineEngine(analyzer)
    raise SettingError(f"There is no batch engine {name!r}. Known is: inline.")
