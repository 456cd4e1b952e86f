"""What runs inside a worker process: an analyzer behind the pool's protocol, messages and results as JSON.

Nothing heavy is imported before `serve_messages` is called, see `vmaudio.analysis.workers`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from vmaudio.events import Listener
from vmaudio.records import Analysis, Failure, Message

if TYPE_CHECKING:
    from vmaudio.analysis.analyzer import Analyzer


class MessageHandler:
    """Analyses batches of messages; see `vmaudio.analysis.workers.Handler`.

    Args:
        analyzer: the loaded analyzer.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self.analyzer = analyzer

    def describe(self) -> Any:
        """The key under which the results are stored, as JSON."""
        return self.analyzer.key.to_dict()

    def answer(
        self, items: Sequence[Any], listener: Listener, open: Callable[[str], bytes] | None = None
    ) -> Iterator[tuple[int, Any]]:
        """Analyse messages.

        Args:
            items: messages as JSON.
            listener: is called with their stages.
            open: turns a source into bytes; None reads the path.

        Yields:
            (index of the message, its result by `result_to_json`), in order of completion.
        """
        messages = [Message.from_dict(data) for data in items]
        waiting: dict[str, list[int]] = {}
        for index, message in enumerate(messages):
            waiting.setdefault(message.source, []).append(index)
        for result in self.analyzer.analyze_many(messages, open, listener=listener):
            # which of several messages with one source failed is not said, and all the same
            places = waiting[result.source]
            own = result.message.message_id if isinstance(result, Analysis) else None
            index = next((i for i in places if messages[i].message_id == own), places[0])
            places.remove(index)
            yield index, result_to_json(result)


def serve_messages(build: Callable[..., Analyzer], *, threads: int | None) -> MessageHandler:
    """Make a worker's handler.

    Args:
        build: makes the analyzer; it gets ``threads`` and ``ahead``. One thread ahead is enough where every core has its own
            worker.
        threads: processor threads of this worker.
    """
    return MessageHandler(build(threads=threads, ahead=1))


def analyzer_from_settings(**settings: Any) -> Analyzer:
    """Build an analyzer as `Analyzer.from_settings` does, which is imported only now.

    Args:
        settings: the arguments of `Analyzer.from_settings`.

    Returns:
        The analyzer, with its recogniser loaded.

    Raises:
        VmaudioError: a setting, the rubric, a model or the engine's weights cannot be used.
    """
    from vmaudio.analysis.analyzer import Analyzer

    return Analyzer.from_settings(**settings)


def result_to_json(result: Analysis | Failure) -> list[Any]:
    """A result as JSON, for the way from a worker to the driver.

    Args:
        result: an analysis or a failure.

    Returns:
        A list of "analysis" or "failure", and the record's own JSON.
    """
    return ["analysis" if isinstance(result, Analysis) else "failure", result.to_dict()]


def result_from_json(value: Any) -> Analysis | Failure:
    """The result that `result_to_json` turned into JSON.

    Args:
        value: what `result_to_json` returned.

    Raises:
        ValueError: it is neither an analysis nor a failure.
    """
    kind, data = value
    if kind == "analysis":
        return Analysis.from_dict(data)
    if kind == "failure":
        return Failure.from_dict(data)
    raise ValueError(f"a worker sent a {kind!r}")
