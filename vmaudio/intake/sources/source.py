"""What a reader of recordings is, and what it yields."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vmaudio.records import Message
from vmaudio.store import kept_folder

REASONS = {
    "greeting": "greetings of a mailbox's owner",
    "unfinished": "still being recorded or written; the next run takes them",
    "copy": "copies of a message that is counted already",
    "no recording": "without a recording",
    "not a message": "not messages",
    "unreadable": "that cannot be read",
}
"""Why a reader leaves something out, and how a summary says it."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something at the place that is no message to analyse.

    Args:
        what: its path, with the place inside the file behind it where it lies in one.
        reason: a key of `REASONS`.
        why: the particular reason, in a few words.
    """

    what: str
    reason: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a reader may need to know.

    Args:
        timezone: IANA name of the zone of times without one.
        keep: folder into which recordings are copied that lie inside another file, such as a mail's attachment.
        max_bytes: largest recording that is copied.
        settle_s: a file that was written to within so many seconds may not be finished.
    """

    timezone: str = "UTC"
    keep: Path = field(default_factory=kept_folder)
    max_bytes: int = 512_000_000
    settle_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found: the messages in order, and what it left out.

    Args:
        source: name of the reader.
        messages: each message once.
        left_out: the rest, named.
    """

    source: str
    messages: tuple[Message, ...]
    left_out: tuple[LeftOut, ...] = ()


class Source(ABC):
    """A kind of place that recordings come from: a folder of files, a switchboard's spool, a mailbox.

    A reader only reads: it never changes the place, opens no connection, and looks into a file no further than it has to.

    Attributes:
        name: as in ``vmaudio batch --source NAME``.
        title: what it reads, in a few words.
        reads: what it looks for.
    """

    name: str = ""
    title: str = ""
    reads: str = ""

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether this reader understands what lies at a path; quick, and never raises.

        Args:
            path: a file or folder, which may not exist.
        """

    @abstractmethod
    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Read a place.

        Args:
            path: a file or folder.
            options: what may be needed.

        Yields:
            Messages, each with an id that stays the same when the place is read again; and what is left out.

        Raises:
            VmaudioError: the place as a whole cannot be read.
        """
