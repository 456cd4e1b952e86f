"""Passages of better messages that a coach has released: where the library and the practice pages meet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select

from vmaudio.report import title_of
from vmaudio.store import Store, scores


class Clip(Protocol):
    """A passage of a stored message that a coach has released to the team."""

    @property
    def analysis_id(self) -> Any:
        """Id of the analysis in the store."""

    @property
    def start_s(self) -> float:
        """Where it begins, in seconds from the start of the file."""

    @property
    def end_s(self) -> float:
        """Where it ends."""

    @property
    def comment(self) -> str:
        """What the coach says of it; may be empty."""

    @property
    def check(self) -> str | None:
        """Id of the check that it is a good example of."""


class Released(Protocol):
    """What a coach has released."""

    def __call__(self, check: str | None = None) -> Sequence[Clip]:
        """The clips for one check, or all."""


def nothing_released(check: str | None = None) -> Sequence[Clip]:
    """What is released where there is no library.

    Args:
        check: id of a check, or None for all.

    Returns:
        Nothing.
    """
    return ()


@dataclass(frozen=True, slots=True)
class Better:
    """A released passage to read instead.

    Args:
        text: its words.
        who: whose message it is.
        comment: what the coach says of it; may be empty.
        check: id of the check that it passes.
    """

    text: str
    who: str
    comment: str
    check: str


def read_instead(store: Store, released: Released, checks: Iterable[str], most: int = 3) -> list[Better]:
    """Passages to read instead: released by a coach, of messages that pass the check for sure.

    Args:
        store: the store.
        released: gives what a coach has released.
        checks: ids of the checks that the rep trains.
        most: most passages.

    Returns:
        The passages; none where nothing is released.
    """
    found: list[Better] = []
    for check in checks:
        for clip in released(check):
            with store.engine.connect() as connection:
                query = select(scores.c.message_id).where(scores.c.analysis_id == clip.analysis_id).limit(1)
                message_id = connection.execute(query).scalar()
            analysis = store.one(message_id) if message_id else None
            if analysis is None or analysis.score is None:
                continue
            better = any(one.id == check and one.verdict == "pass" and not one.unsure for one in analysis.score.checks)
            inside = [word.text.strip() for word in analysis.transcript.words if clip.start_s <= _middle(word) <= clip.end_s]
            if better and inside and len(found) < most:
                found.append(Better(" ".join(inside), analysis.message.rep or title_of(analysis), clip.comment, check))
    return found


def _middle(word: Any) -> float:
    return float(word.start_s + word.end_s) / 2
