"""The recordings that lie in folders, and which of a manifest's rows each of them belongs to."""

from __future__ import annotations

import dataclasses
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaudio.intake.tables import file_name, file_stem, id_key, path_tail
from vmaudio.records import Message, absolute_source

NOT_AUDIO = frozenset(
    ".csv .tsv .txt .md .rst .json .jsonl .toml .yaml .yml .ini .cfg .xml .html .htm .css .js .py .pyc .sh .bat .ps1 .pdf"
    " .doc .docx .xls .xlsx .ods .odt .ppt .pptx .db .sqlite .sqlite-wal .sqlite-shm .zip .gz .tar .7z .png .jpg .jpeg .gif"
    " .svg .bmp .log .lnk .ipynb .parquet .skops .safetensors".split()
)
"""Endings that a folder scan leaves out; everything else is tried, since recorders invent endings (.g711, .pcm, none)."""


def find_recordings(paths: Iterable[str | Path]) -> Iterator[str]:
    """Find the files at paths, searching folders below them.

    Args:
        paths: files and folders. A file given by name is always taken; in folders hidden files and endings of `NOT_AUDIO`
            are left out.

    Yields:
        Paths, each once, in the order of names within a folder.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() not in NOT_AUDIO
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
                and not file.is_dir()
            )
        else:
            found = [path]
        for file in found:
            key = file.absolute()
            if key not in seen:
                seen.add(key)
                yield str(file)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Recordings and the rows of a manifest, put together.

    Attributes:
        messages: in the order of the recordings: all rows that a recording has, else a message without context.
        without_row: recordings that no row names.
        without_recording: rows whose recording is not there.
    """

    messages: tuple[Message, ...]
    without_row: tuple[str, ...]
    without_recording: tuple[Message, ...]


def messages_for(sources: Iterable[str], listed: Sequence[Message]) -> Iterator[Message]:
    """Make messages for files: all rows that the manifest has for a file, else a message without context.

    Args:
        sources: paths of recordings.
        listed: messages of a manifest.

    Yields:
        Messages in the order of the files.
    """
    yield from fit_recordings(sources, listed).messages


def fit_recordings(sources: Iterable[str], listed: Sequence[Message]) -> Fitted:
    """Put recordings and the rows of a manifest together.

    Args:
        sources: paths of recordings.
        listed: messages of a manifest.

    Returns:
        The messages, and what is left over on either side; as `fit_messages`.
    """
    return fit_messages([Message(source=source) for source in sources], listed)


def fit_messages(messages: Sequence[Message], listed: Sequence[Message]) -> Fitted:
    """Put messages, as readers of places found them, and the rows of a manifest together.

    A row belongs to the message whose recording lies at its path; else to the one that has its message id; else to the one
    whose recording has its name (an export writes a URL, or another folder), its name with another ending, or its message id or
    recording id for a name. What fits several recordings fits none.

    Args:
        messages: a message for each recording, with what a reader knew of it.
        listed: messages of a manifest: what it says wins over what the reader says.

    Returns:
        The messages, each filled with what only the reader knew, and what is left over on either side.
    """
    by_path: dict[str, list[Message]] = defaultdict(list)
    by_id: dict[str, list[Message]] = defaultdict(list)
    for row in listed:
        if row.source:
            by_path[absolute_source(row.source)].append(row)
        by_id[id_key(row.message_id)].append(row)
    found = {i: rows for i, one in enumerate(messages) if (rows := by_path.get(absolute_source(one.source)))}
    used = {id(row) for rows in found.values() for row in rows}
    for i, one in enumerate(messages):
        rows = [row for row in by_id.get(id_key(one.message_id), []) if id(row) not in used] if i not in found else []
        if rows:
            found[i] = rows
            used.update(map(id, rows))
    # a row whose own recording lies elsewhere is that one's, whatever others are called
    elsewhere = {id(row) for row in listed if id(row) not in used and os.path.exists(row.source)}
    for own, theirs in _WAYS:
        named: dict[str, list[Message]] = defaultdict(list)
        for row in listed:
            if id(row) not in used and id(row) not in elsewhere:
                for key in theirs(row):
                    named[key].append(row)
        files: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for i, one in enumerate(messages):
            if i not in found:
                files[own(one.source)][one.source].append(i)
        for key in files.keys() & named.keys():
            for source, about in _pairs(list(files[key]), named[key]):
                found.update(dict.fromkeys(files[key][source], about))
                used.update(map(id, about))
    return Fitted(
        tuple(
            made
            for i, one in enumerate(messages)
            for made in ([_filled(row, one, alone=len(found[i]) == 1) for row in found[i]] if i in found else [one])
        ),
        tuple(dict.fromkeys(one.source for i, one in enumerate(messages) if i not in found)),
        tuple(row for row in listed if id(row) not in used),
    )


_FILLED = ("rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes", "script")


def _filled(row: Message, message: Message, *, alone: bool) -> Message:
    """A row of the manifest with what the reader knows besides; one file that was sent once keeps the reader's id."""
    derived = Message(row.source, prospect=row.prospect, sent_at=row.sent_at).message_id == row.message_id
    own_id = message.message_id != Message(message.source).message_id
    return dataclasses.replace(
        row,
        source=message.source,
        message_id=message.message_id if derived and own_id and alone else row.message_id,
        extra={**message.extra, **row.extra},
        **{name: getattr(message, name) for name in _FILLED if getattr(row, name) is None},
    )


def _ids(message: Message) -> list[str]:
    recording_id = message.extra.get("recording_id")
    return [id_key(text).casefold() for text in (message.message_id, recording_id) if text]


_WAYS: tuple[tuple[Callable[[str], str], Callable[[Message], list[str]]], ...] = (
    (file_name, lambda message: [file_name(message.source)] if message.source else []),
    (file_stem, lambda message: [file_stem(message.source)] if message.source else []),
    (lambda source: id_key(file_stem(source)).casefold(), _ids),
)
"""How a recording's path and a row are compared, the surest first."""


def _pairs(files: Sequence[str], rows: Sequence[Message]) -> Iterator[tuple[str, list[Message]]]:
    """Which rows of one name belong to which file of that name: one to one, or told apart by their folders."""
    by_source: dict[str, list[Message]] = defaultdict(list)
    for row in rows:
        by_source[row.source].append(row)
    if len(files) == 1 and (len(by_source) == 1):
        yield files[0], list(rows)
        return
    for source, about in by_source.items():
        tail = path_tail(source)
        for n in range(len(tail), 1, -1):
            alike = [file for file in files if path_tail(file)[-n:] == tail[-n:]]
            if alike:
                others = [other for other in by_source if other != source and path_tail(other)[-n:] == tail[-n:]]
                if len(alike) == 1 and not others:
                    yield alike[0], about
                break
