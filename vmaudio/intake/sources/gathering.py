"""Several places read together, and a manifest laid over them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from vmaudio.intake.sources.registry import once, read_place
from vmaudio.intake.sources.source import LeftOut, ReadOptions
from vmaudio.records import Message


def gather(
    paths: Iterable[str | Path],
    listed: Sequence[Message] = (),
    *,
    source: str | None = None,
    options: ReadOptions | None = None,
    empty: bool = False,
) -> tuple[list[Message], list[LeftOut]]:
    """Read the messages of several places.

    Args:
        paths: files and folders; each is read by the reader that understands it.
        listed: messages of a manifest: what it says wins over what the place says.
        source: name of the reader for all of them; None looks.
        options: what readers may need to know.
        empty: a place in which the named reader finds nothing is no error.

    Returns:
        Each message once, in the order of the places, and what was left out.

    Raises:
        VmaudioError: a place as a whole cannot be read.
    """
    found: list[Message | LeftOut] = []
    for path in paths:
        reading = read_place(path, source=source, options=options, empty=empty)
        found += [*reading.messages, *reading.left_out]
    messages, left_out = once(found)
    return list(with_context(messages, listed)), left_out


def with_context(messages: Iterable[Message], listed: Sequence[Message]) -> Iterator[Message]:
    """Lay a manifest over messages: a row is a message's by its file or by its ``message_id``.

    Args:
        messages: as readers yielded them.
        listed: rows of a manifest, as messages.

    Yields:
        All rows that a message has, each filled with what only the reader knew; else the message as it is.
    """
    by_file: dict[Path, list[Message]] = {}
    by_id: dict[str, Message] = {}
    for row in listed:
        by_file.setdefault(Path(row.source).absolute(), []).append(row)
        by_id[row.message_id] = row
    for message in messages:
        named = by_id.get(message.message_id)
        rows = by_file.get(Path(message.source).absolute()) or ([named] if named else [])
        if not rows:
            yield message
        for row in rows:
            yield _filled(row, message, alone=len(rows) == 1)


def _filled(row: Message, message: Message, *, alone: bool) -> Message:
    """A row of the manifest with what the reader knows besides; one file that was sent once keeps the reader's id."""
    derived = Message(row.source, prospect=row.prospect, sent_at=row.sent_at).message_id == row.message_id
    own_id = message.message_id != Message(message.source).message_id
    names = ("rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes", "script")
    missing = {name: getattr(message, name) for name in names if getattr(row, name) is None}
    return dataclasses.replace(
        row,
        source=message.source,
        message_id=message.message_id if derived and own_id and alone else row.message_id,
        extra={**message.extra, **row.extra},
        **missing,
    )
