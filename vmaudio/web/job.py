"""One upload on its way: its states, and the file in which the ids of all uploads are remembered."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import VmaudioError
from vmaudio.records import Analysis, Message, parse_json

WAITING, WORKING, DONE, FAILED, LOST, GONE = "waiting", "working", "done", "failed", "lost", "deleted"
"""States of a job. "lost": the server was restarted. "deleted": its time was up, or its owner deleted it."""

LOST_WORDS = "The server was restarted, and nothing of this recording was kept. Upload it again."
GONE_WORDS = "This recording was deleted. Upload it again if you want to hear more about it."


WhenOver = Callable[[Analysis | None, str], None]
"""Is called with the analysis, or with None and the reason why there is none."""


class Busy(VmaudioError):
    """The queue is full.

    Args:
        retry_s: when to try again, in seconds from now.
        waiting: uploads that wait.
    """

    def __init__(self, retry_s: float, waiting: int) -> None:
        super().__init__(
            f"The server is busy: {waiting} recordings wait already. Nothing was uploaded. Try again in {retry_s:.0f} seconds."
        )
        self.retry_s = retry_s


@dataclass(slots=True)
class Job:
    """One upload. ``folder`` is None once everything of it is deleted; ``kept_as`` is its message's id in the store.
    ``owner`` is the id of the session that uploaded it, "" for a program with the server's token: until it is kept, nobody
    else sees it. ``when_over`` is told how it ended. ``drill``: id of the drill of which it is an attempt.
    ``told_s``: seconds of sound as the browser found them, 0 where it did not say; only the progress shown rests on it.
    """

    id: str
    created: float
    state: str = WAITING
    file_name: str = ""
    message: Message | None = None
    folder: Path | None = None
    previous: str | None = None
    owner: str = ""
    stage: str = ""
    error: str = ""
    analysis: Analysis | None = None
    started: float = 0.0
    ended: float = 0.0
    kept_as: str | None = None
    when_over: WhenOver | None = None
    drill: str = ""
    told_s: float = 0.0

    @property
    def is_over(self) -> bool:
        """Nothing more will happen to it."""
        return self.state not in (WAITING, WORKING)

    @property
    def path(self) -> Path | None:
        """The uploaded file."""
        return Path(self.message.source) if self.message is not None and self.folder is not None else None

    @property
    def copy(self) -> Path | None:
        """The copy for the player."""
        return self.folder / "listen.wav" if self.folder is not None else None


def read_record(path: Path) -> dict[str, float]:
    """The ids that an earlier run wrote down.

    Args:
        path: the file.

    Returns:
        For each id when its job was made, in seconds since the epoch; none where the file cannot be read.
    """
    try:
        found = parse_json(path.read_text("utf-8"))
        return {str(job_id): float(created) for job_id, created in found.items()}
    except (OSError, ValueError, AttributeError, TypeError, OverflowError):
        return {}


def write_record(path: Path, known: Mapping[str, float]) -> None:
    """Write the ids down; on a full disk nothing is written, and the next run knows less.

    Args:
        path: the file; it is replaced as a whole, and only its owner can read it.
        known: for each id when its job was made, in seconds since the epoch.
    """
    part = path.with_suffix(".part")
    with contextlib.suppress(OSError):
        handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(known, stream)
        part.replace(path)
