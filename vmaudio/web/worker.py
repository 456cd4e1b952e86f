"""Who analyses uploads: one long-lived process with the model loaded once, which can be killed and is started again.

A stranger's audio is decoded there and nowhere else. The process is one of `vmaudio.analysis.WorkerPool`. For tests there is
`Inline`, which works in this process.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vmaudio.analysis import STAGES, Lost, WorkerPool, WorkerStartError, result_from_json, result_to_json
from vmaudio.errors import VmaudioError
from vmaudio.events import Event, Listener
from vmaudio.records import Analysis, Failure, Message
from vmaudio.settings import get

if TYPE_CHECKING:
    from vmaudio.analysis import Analyzer

log = logging.getLogger(__name__)

LOADING_S = 300.0
"""Longest time the model may take to load, in seconds."""

OnStage = Callable[[str], None]
"""Is called with the name of each stage as it begins: "load" while the model is loaded, then those of
`vmaudio.analysis.STAGES`."""

Factory = Callable[[], "Analyzer"]


class WorkerStopped(VmaudioError):
    """The worker died, took too long, or was stopped; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Task:
    """One upload to be analysed. ``copy`` is where the copy for the player goes."""

    message: Message
    copy: Path

    def to_dict(self) -> dict[str, Any]:
        """As JSON, for the way to the worker."""
        return {"message": self.message.to_dict(), "copy": str(self.copy)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Task:
        """Build the task from ``to_dict``'s output.

        Args:
            data: what `to_dict` returned.

        Returns:
            The task.
        """
        return cls(Message.from_dict(data["message"]), Path(data["copy"]))


class Engine(Protocol):
    """Analyses one upload at a time."""

    @property
    def state(self) -> str:
        """ "starting", "ready", "stopped", or "broken: " and why."""
        ...

    def start(self) -> None:
        """Load the model, in the background where that takes long."""
        ...

    def run(self, task: Task, on_stage: OnStage) -> Analysis | Failure:
        """Analyse one upload.

        Args:
            task: the upload.
            on_stage: is called with the stages.

        Raises:
            WorkerStopped: the worker died, was too slow, was killed, or cannot be started.
        """
        ...

    def kill(self) -> None:
        """Stop the task under way at once."""
        ...

    def stop(self) -> None:
        """End."""
        ...


def analyze_upload(analyzer: Analyzer, task: Task, listener: Listener) -> Analysis | Failure:
    """Analyse one upload and write the copy for the player.

    Args:
        analyzer: does the work.
        task: the upload.
        listener: is called with the stages.
    """
    from vmaudio.audio import write_copy

    result = analyzer.analyze(task.message, listener=listener)
    if isinstance(result, Analysis):
        try:
            options = analyzer.options
            write_copy(task.message.source, task.copy, max_seconds=options.max_seconds, options=options.decode)
        except (VmaudioError, OSError) as error:  # the scorecard is worth having without a player
            log.warning("no copy for the player: %s", error)
    return result


def build(engine: str | None, language: str | None, rubric: str | None, models_dir: str | None, max_seconds: float) -> Analyzer:
    """Make the analyzer of the settings, with the uploads' limit of seconds.

    Args:
        engine: name of the recogniser, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        language: language spoken, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        rubric: path of a rubric file, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        models_dir: folder of promoted models, as for `vmaudio.Analyzer.from_settings`; None leaves it to the settings.
        max_seconds: longest upload that is analysed in full; the general limit holds where it is lower.

    Returns:
        The analyzer, with its recogniser loaded.

    Raises:
        VmaudioError: a setting, the rubric, a model or the engine's weights cannot be used.
    """
    from vmaudio.analysis import Analyzer

    return Analyzer.from_settings(
        engine=engine,
        language=language,
        rubric=rubric,
        models_dir=models_dir,
        max_seconds=min(max_seconds, float(get("max_seconds"))),
    )


def _stage_listener(on_stage: OnStage) -> Listener:
    """A listener that passes on the names of the stages; other events are of no interest here."""

    def tell(event: Event) -> None:
        if event.stage in STAGES:
            on_stage(event.stage)

    return tell


class Inline:
    """Works in the calling thread: for tests.

    Args:
        factory: makes the analyzer.
    """

    def __init__(self, factory: Factory) -> None:
        self.factory = factory
        self.analyzer: Analyzer | None = None

    @property
    def state(self) -> str:
        """Always "ready"."""
        return "ready"

    def start(self) -> None:
        """Make the analyzer."""
        self.analyzer = self.analyzer or self.factory()

    def run(self, task: Task, on_stage: OnStage) -> Analysis | Failure:
        """Analyse one upload here. See `Engine.run`."""
        self.start()
        assert self.analyzer is not None  # noqa: S101 - start has made it
        return analyze_upload(self.analyzer, task, _stage_listener(on_stage))

    def kill(self) -> None:
        """Nothing can be stopped here."""
        return

    def stop(self) -> None:
        """Nothing has to be ended here."""
        return


class UploadHandler:
    """Analyses uploads inside a worker process; see `vmaudio.analysis.worker_process.Handler`.

    Args:
        analyzer: the loaded analyzer.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def describe(self) -> None:
        """The app wants to know nothing beforehand."""
        return

    def answer(self, items: Sequence[Any], listener: Listener) -> Iterator[tuple[int, Any]]:
        """Analyse uploads.

        Args:
            items: tasks as JSON.
            listener: is called with the stages.

        Yields:
            (index of the task, its result by `vmaudio.analysis.result_to_json`).
        """
        for index, data in enumerate(items):
            yield index, result_to_json(analyze_upload(self.analyzer, Task.from_dict(data), listener))


def serve_uploads(factory: Factory, *, threads: int | None) -> UploadHandler:
    """Make the handler inside the worker process.

    Args:
        factory: makes the analyzer.
        threads: is not used: the settings say how many threads the recogniser may use.

    Returns:
        The handler.
    """
    return UploadHandler(factory())


class Worker:
    """One child process.

    A death costs the upload under way, which its owner may try again: who sends what kills the process shall not kill it
    twice. While the model is loaded a death costs a second start.

    Args:
        factory: makes the analyzer; it is called in the process and must be importable there.
        timeout_s: longest time one task may take, in seconds; then the process is killed, and started again for the next.
    """

    def __init__(self, factory: Factory, timeout_s: float = 900.0) -> None:
        self.pool = WorkerPool(functools.partial(serve_uploads, factory), timeout_s=timeout_s, loading_s=LOADING_S, tries=1)

    @property
    def state(self) -> str:
        """ "starting", "ready", "stopped", or "broken: " and why."""
        return self.pool.state

    @property
    def pid(self) -> int | None:
        """Of the process, while there is one."""
        return next(iter(self.pool.pids), None)

    def start(self) -> None:
        """Start the process if it does not run; the model is loaded while others go on."""
        self.pool.start()

    def run(self, task: Task, on_stage: OnStage) -> Analysis | Failure:
        """Analyse one upload in the process. See `Engine.run`."""
        pool, outcome = self.pool, None
        if pool.state != "ready":
            on_stage("load")
        pool.give([task.to_dict()])
        try:
            while pool.pending:
                for outcome in pool.wait(_stage_listener(on_stage)):  # noqa: B007 - the only one is used below
                    pass
        except WorkerStartError as error:
            raise WorkerStopped(str(error)) from None
        if outcome is None or isinstance(outcome, Lost):
            raise WorkerStopped(self._why(outcome.reason if outcome else "killed"))
        return result_from_json(outcome.value)

    def kill(self) -> None:
        """Kill the process; `run` in another thread ends with `WorkerStopped`."""
        self.pool.kill()

    def stop(self) -> None:
        """End the process."""
        self.pool.stop()

    def _why(self, reason: str) -> str:
        """A sentence for the owner of an upload without a result."""
        if reason == "killed":
            return "The analysis was stopped."
        if reason == "timeout":
            return (
                f"This took longer than {self.pool.timeout_s:.0f} s and was stopped. Upload a shorter recording, or ask "
                "whoever runs the server to raise VMAUDIO_UPLOAD_TIMEOUT_S."
            )
        return (
            "The worker that analyses recordings died over this one (out of memory, or a damaged file). "
            "It is started again: try once more, or with another recording."
        )
