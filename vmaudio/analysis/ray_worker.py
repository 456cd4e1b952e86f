"""What runs inside a Ray actor: an analyzer that is loaded once, and answers batches as `vmaudio.analysis.serving` does.

Bytes come and go: JSON, and the recordings as they are. Nothing heavy is imported before `RayWorker.load`.
"""

from __future__ import annotations

import functools
import json
import os
import pkgutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import vmaudio
from vmaudio.errors import VmaudioError
from vmaudio.events import ignore
from vmaudio.records import MEASURE_VERSIONS

if TYPE_CHECKING:
    from vmaudio.analysis.serving import MessageHandler


def order_of(build: Callable[..., Any], threads: int | None, key: Any) -> bytes:
    """What an actor is to load, as JSON: no code travels, only its name.

    Args:
        build: makes the analyzer: a module's function, or a partial of one with settings that are JSON.
        threads: processor threads of the actor.
        key: under which the others' results are stored, as JSON; None if this is the first.
    """
    settings: dict[str, Any] = {}
    while isinstance(build, functools.partial):
        settings = {**build.keywords, **settings}
        build = build.func
    name = f"{build.__module__}:{build.__qualname__}"
    return json.dumps(
        {"build": name, "settings": settings, "threads": threads, "key": key, "made_by": _made_by()}, sort_keys=True
    ).encode()


def _made_by() -> dict[str, Any]:
    """What must be the same everywhere, or the results of one run would differ by where they were made."""
    return {"version": vmaudio.__version__, "measures": dict(MEASURE_VERSIONS)}


class RayWorker:
    """One actor. It holds what `load` made of an order, and answers one batch at a time."""

    def __init__(self) -> None:
        self._handler: MessageHandler | None = None

    def load(self, order: bytes) -> bytes:
        """Load the analyzer.

        Args:
            order: see `order_of`.

        Returns:
            JSON: "ready" and {"key", "pid"}, or "refused" and a sentence.
        """
        from vmaudio.analysis.serving import MessageHandler

        wanted = json.loads(order)
        here = f"Ray's node {_node()}"
        if wanted["made_by"] != _made_by():
            return _said(
                "refused",
                f"{here} has vmaudio {vmaudio.__version__}, another than the driver's. Install the same on all nodes.",
            )
        try:
            build = pkgutil.resolve_name(wanted["build"])
            self._handler = MessageHandler(build(threads=wanted["threads"], ahead=1, **wanted["settings"]))
            key = self._handler.describe()
        except VmaudioError as error:
            return _said("refused", f"{here}: {error}")
        if wanted["key"] is not None and wanted["key"] != json.loads(json.dumps(key)):
            return _said(
                "refused", f"{here} would measure differently: its settings, models or weights are not the first node's."
            )
        return _said("ready", {"key": key, "pid": os.getpid()})

    def answer(self, messages: bytes, *recordings: bytes) -> Iterator[bytes]:
        """Analyse messages.

        Args:
            messages: a JSON list of them.
            recordings: the bytes of each one's file.

        Yields:
            JSON of (index, result by `result_to_json`), in order of completion.
        """
        assert self._handler is not None  # noqa: S101 - the driver loads first
        items = json.loads(messages)
        data = {item["source"]: one for item, one in zip(items, recordings, strict=True)}
        for answer in self._handler.answer(items, ignore, data.__getitem__):
            yield json.dumps(answer).encode()


def _said(kind: str, value: Any) -> bytes:
    return json.dumps([kind, value]).encode()


def _node() -> str:
    import ray

    return str(ray.util.get_node_ip_address())
