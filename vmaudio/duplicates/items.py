"""Messages as the search for repeats and copies sees them: from the store, or from analyses in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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


Levels = Mapping[str, Sequence[float]]
"""By recording_id the level of its contour, in dBFS, one value per 50 ms."""


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
        named = [entities.get(kind) for kind in ("caller", "callee", "company")]
        names = [str(mention["text"]) for mention in named if mention]
        names += [name for name in (message.rep, message.prospect_name, message.company) if name]
        yield DuplicateItem(
            message.message_id, row.recording_id, row.file_name, row.text, message.prospect, message.rep, message.sent_at,
            message.campaign, tuple(names), row.wrong_person, message.source, row.duration_s, message.caller_id,
            message.prospect_name,
        )  # fmt: skip


def stored_levels(store: Store) -> Levels:
    """The level contours of every recording of the store, for `vmaudio.duplicates.find_copies`.

    Args:
        store: an open store; it is only read.
    """
    from vmaudio.store import level_contours

    return dict(level_contours(store))


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
