"""Messages as the search for repeats and copies sees them: from the store, or from analyses in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Analysis
from vmaudio.store import Store


@dataclass(frozen=True, slots=True)
class DuplicateItem:
    """A message with its text.

    ``text`` as recognised; ``sent_at`` in ISO 8601; ``names``: what entities and manifest know as names in it;
    ``wrong_person``: an outcome says that the listener was not the one meant; ``source`` and ``duration_s`` are its
    recording's path and length; ``caller_id`` the number that called.
    """

    message_id: str
    recording_id: str
    file_name: str
    text: str
    prospect: str | None = None
    rep: str | None = None
    sent_at: str | None = None
    campaign: str | None = None
    names: tuple[str, ...] = ()
    wrong_person: bool = False
    source: str = ""
    duration_s: float = 0.0
    caller_id: str | None = None
    prospect_name: str | None = None

    @property
    def listener(self) -> str | None:
        """Whom the message was left for: the name where it is known, else the id."""
        return self.prospect_name or self.prospect


Levels = Mapping[str, Sequence[float] | np.ndarray]
"""By recording_id the level of its contour, in dBFS, one value per 50 ms."""


class StoredLevels(Mapping[str, np.ndarray]):
    """The level contours of a store's recordings, kept as they are stored: 600 bytes for half a minute.

    Args:
        store: an open store; it is only read.
        recording_ids: only of these recordings; None is all.
    """

    def __init__(self, store: Store, recording_ids: Iterable[str] | None = None) -> None:
        from vmaudio.store import packed_contours

        self._packed = packed_contours(store, recording_ids)

    def __getitem__(self, recording_id: str) -> np.ndarray:
        from vmaudio.store import unpacked_levels

        return unpacked_levels(self._packed[recording_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def duplicate_items(store: Store) -> Iterator[DuplicateItem]:
    """Every message of the store that has a recording, with its newest transcript.

    Args:
        store: an open store; it is only read.

    Yields:
        Items without audio: equal recordings are known by their id.
    """
    from vmaudio.store import transcripts

    for row in transcripts(store):
        message, entities = row.message, row.entities
        said = [found for kind in ("caller", "callee", "company") if (found := entities.get(kind))]
        names = [str(name) for one in said for name in (one["text"], one.get("heard")) if name]
        names += [name for name in (message.rep, message.prospect_name, message.company) if name]
        yield DuplicateItem(
            message.message_id, row.recording_id, row.file_name, row.text, message.prospect, message.rep, message.sent_at,
            message.campaign, tuple(names), row.wrong_person, message.source, row.duration_s, message.caller_id,
            message.prospect_name,
        )  # fmt: skip


def item_of(analysis: Analysis, *, wrong_person: bool = False) -> DuplicateItem:
    """An analysis in memory as an item.

    Args:
        analysis: one message.
        wrong_person: an outcome says that the listener was not the one meant.

    Returns:
        The item.
    """
    message, heard = analysis.message, analysis.entities
    mentions = [mention for mention in (heard.caller, heard.callee, heard.company) if mention]
    names = [name for mention in mentions for name in dict.fromkeys((mention.text, mention.as_heard))]
    names += [name for name in (message.rep, message.prospect_name, message.company) if name]
    return DuplicateItem(
        message.message_id, analysis.recording_id, analysis.file_name, analysis.transcript.text, message.prospect, message.rep,
        message.sent_at, message.campaign, tuple(names), wrong_person, message.source, analysis.duration_s,
        message.caller_id,
        message.prospect_name,
    )  # fmt: skip
