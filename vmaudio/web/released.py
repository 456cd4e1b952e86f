"""Passages of better messages that a coach has released: where the library and the practice pages meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from vmaudio.records import Word
from vmaudio.report import title_of
from vmaudio.store import Store


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


def read_instead(store: Store, checks: Iterable[str], most: int = 3) -> list[Better]:
    """Passages to read instead: released by a coach, of messages that pass the check for sure.

    Args:
        store: the store.
        checks: ids of the checks that the rep trains.
        most: most passages.

    Returns:
        The passages; none where nothing is released.
    """
    found: list[Better] = []
    for check in checks:
        for clip in store.released(check):
            analysis = store.one(clip.message_id)
            if analysis is None or analysis.score is None or analysis.recording_id != clip.recording_id:
                continue
            better = any(one.id == check and one.verdict == "pass" and not one.unsure for one in analysis.score.checks)
            inside = [word.text.strip() for word in analysis.transcript.words if clip.start_s <= _middle(word) <= clip.end_s]
            if better and inside:
                found.append(Better(" ".join(inside), analysis.message.rep or title_of(analysis), clip.comment, check))
            if len(found) == most:
                return found
    return found


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
