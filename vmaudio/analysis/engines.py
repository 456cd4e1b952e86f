"""Where a batch runs. Every engine keeps the contract of `Analyzer.analyze_many`: one result per message, in order of
completion; a file that cannot be used is a Failure; the driver is the only writer.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from functools import partial
from typing import Protocol

from vmaudio.analysis.analyzer import Analyzer, Baselines, Known, no_baseline
from vmaudio.errors import SettingError
from vmaudio.records import Analysis, Failure, Key, Message

Results = Generator[Analysis | Failure, None, None]

NAMES = ("inline", "local")


class BatchEngine(Protocol):
    """Runs messages through analyzers somewhere."""

    name: str

    @property
    def key(self) -> Key:
        """Under which results are stored; see `vmaudio.records.Key`."""
        ...

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Yield one result per message. Closing the generator stops the work."""
        ...


class InlineEngine:
    """This process. Decoding and prosody still run ahead in threads, see `vmaudio.analysis.analyzer`."""

    name = "inline"

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    @property
    def key(self) -> Key:
        return self.analyzer.key

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Yield one result per message, in order of completion."""
        yield from self.analyzer.analyze_many(messages, known=known)


def get_batch_engine(
    name: str,
    *,
    workers: int | None = None,
    baselines: Baselines = no_baseline,
    engine: str | None = None,
    language: str | None = None,
    rubric: str | None = None,
    models_dir: str | None = None,
    verbatim: bool | None = None,
) -> BatchEngine:
    """The engine of that name; the other arguments are `Analyzer.from_settings`'s.

    Raises:
        SettingError: there is no such engine.
        VmaudioError: the analyzer cannot be built.
    """
    build = partial(
        Analyzer.from_settings, engine=engine, language=language, rubric=rubric, models_dir=models_dir, verbatim=verbatim
    )
    if name == "inline":
        return InlineEngine(build(baselines=baselines))
    if name == "local":
        from vmaudio.analysis.local import LocalEngine, default_workers

        count = workers or default_workers()
        return LocalEngine(build, workers=count, baselines=baselines, rubric=rubric, models_dir=models_dir)
    raise SettingError(f"There is no batch engine {name!r}. Known are: {', '.join(NAMES)}.")
