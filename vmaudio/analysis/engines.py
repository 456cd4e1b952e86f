"""Where a batch runs. Every engine keeps the contract of `Analyzer.analyze_many`: one result per message, in order of
completion; a file that cannot be used is a Failure; the driver is the only writer.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from functools import partial
from typing import Protocol

from vmaudio.analysis.analyzer import Analyzer
from vmaudio.analysis.prepare import Known
from vmaudio.analysis.scoring_pass import Baselines, no_baseline
from vmaudio.analysis.serving import analyzer_from_settings
from vmaudio.errors import SettingError
from vmaudio.records import FEATURE_SCHEMA, MEASURE_VERSIONS, Analysis, Failure, Key, Message

Results = Generator[Analysis | Failure, None, None]
"""One result per message, in order of completion. Closing it stops the work."""

NAMES = ("inline", "local", "ray")


class BatchEngine(Protocol):
    """Runs messages through analyzers somewhere.

    Attributes:
        name: by which `get_batch_engine` finds it.
    """

    name: str

    @property
    def key(self) -> Key:
        """The key under which results are stored; see `vmaudio.records.Key`."""
        ...

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Analyse messages.

        Args:
            messages: what to analyse; read as the work goes on.
            known: looks up an earlier result by the SHA-256 of the bytes, so that only the cheap pass is made.

        Yields:
            As many results as there are messages, in order of completion.
        """
        ...


class InlineEngine:
    """This process. Decoding and prosody still run ahead in threads, see `vmaudio.analysis.analyzer`.

    Args:
        analyzer: the loaded analyzer.
    """

    name = "inline"

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    @property
    def key(self) -> Key:
        """The key under which results are stored: the analyzer's own key."""
        return self.analyzer.key

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """Analyse messages in this process. See `BatchEngine.run`."""
        yield from self.analyzer.analyze_many(messages, known=known)


class NothingThere:
    """For messages of which none leads to a file: nothing is loaded to say so.

    Args:
        failures: of `not_there`, by the id of the message.
    """

    name = "inline"
    key = Key(engine="", options={}, feature_schema=FEATURE_SCHEMA, model_ids=(), measure_versions=MEASURE_VERSIONS)

    def __init__(self, failures: Mapping[str, Failure]) -> None:
        self._failures = failures

    def run(self, messages: Iterable[Message], known: Known | None = None) -> Results:
        """The failure of each message. See `BatchEngine.run`."""
        yield from (self._failures[message.message_id] for message in messages)


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
    raw_format: str | None = None,
    ray_address: str | None = None,
) -> BatchEngine:
    """Make the batch engine of that name.

    Args:
        name: "inline" (this process), "local" (several processes on this machine) or "ray" (actors of a Ray cluster).
        workers: processes of "local" and actors of "ray"; as memory and cores allow by default.
        baselines: gives a rep's own baseline.
        engine: name of the recogniser, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        language: language spoken, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        rubric: path of a rubric file, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        models_dir: folder of promoted models, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        verbatim: write um and uh down, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        raw_format: what raw files hold, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        ray_address: of the cluster for "ray"; "" starts Ray on this machine; None leaves it to the settings.

    Raises:
        SettingError: there is no such engine.
        VmaudioError: the analyzer cannot be built.
    """
    build = partial(
        analyzer_from_settings,
        engine=engine,
        language=language,
        rubric=rubric,
        models_dir=models_dir,
        verbatim=verbatim,
        raw_format=raw_format,
    )
    if name == "inline":
        return InlineEngine(build(baselines=baselines))
    if name == "local":
        from vmaudio.analysis.local import LocalEngine, default_workers

        count = workers or default_workers()
        return LocalEngine(build, workers=count, baselines=baselines, rubric=rubric, models_dir=models_dir)
    if name == "ray":
        from vmaudio.analysis.ray_engine import RayEngine

        return RayEngine(build, address=ray_address, workers=workers, baselines=baselines, rubric=rubric, models_dir=models_dir)
    raise SettingError(f"There is no batch engine {name!r}. Known are: {', '.join(NAMES)}.")
