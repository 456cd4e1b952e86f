"""The recordings that lie in folders, and which of a manifest's rows each of them belongs to."""

from __future__ import annotations

import dataclasses
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaudio.intake.tables import file_name, file_stem, id_key, path_tail
from vmaudio.records import Message

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

    A row belongs to the recording at its path; else to the one of its name (an export writes a URL, or another folder), of its
    name with another ending, or whose name is its message id or recording id. What fits several recordings fits none.

    Args:
        sources: paths of recordings.
        listed: messages of a manifest.

    Returns:
        The messages, and what is left over on either side.
    """
    sources = list(sources)
    by_path: dict[Path, list[Message]] = defaultdict(list)
    for message in listed:
        by_path[Path(message.source).absolute()].append(message)
    found = {source: by_path[path] for source in sources if (path := Path(source).absolute()) in by_path}
    # a row whose own recording lies elsewhere is that one's, whatever others are called
    used = {id(message) for rows in found.values() for message in rows}
    elsewhere = {id(message) for message in listed if id(message) not in used and os.path.exists(message.source)}
    for own, theirs in _WAYS:
        rest = [source for source in sources if source not in found]
        rows: dict[str, list[Message]] = defaultdict(list)
        for message in listed:
            if id(message) not in used and id(message) not in elsewhere:
                for key in theirs(message):
                    rows[key].append(message)
        files: dict[str, list[str]] = defaultdict(list)
        for source in rest:
            files[own(source)].append(source)
        for key in files.keys() & rows.keys():
            for source, about in _pairs(files[key], rows[key]):
                found[source] = [dataclasses.replace(message, source=source) for message in about]
                used.update(id(message) for message in about)
    return Fitted(
        tuple(message for source in sources for message in found.get(source, [Message(source=source)])),
        tuple(source for source in sources if source not in found),
        tuple(message for message in listed if id(message) not in used),
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
