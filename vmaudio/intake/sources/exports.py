"""Providers' exports: a list of recordings as JSON or CSV, with the recordings downloaded beside it. Nothing is fetched."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from vmaudio.errors import TableError
from vmaudio.intake.sources.provider_table import PROVIDERS
from vmaudio.intake.sources.providers import Understood, file_of_url, flat, provider_of, records_in, understand
from vmaudio.intake.sources.sounds import best_first, is_sound
from vmaudio.intake.sources.source import LeftOut, ReadOptions, Source
from vmaudio.intake.tables import read_table
from vmaudio.records import Message

_MOST_BYTES = 50_000_000
_MOST_TABLES = 50
_MOST_FILES = 1_000_000
_ENDINGS = (".json", ".jsonl", ".ndjson", ".csv")
_LEAST_ID = 5
"""Characters of an id that may be found inside a file's name; a shorter one must be the whole of it."""


class Exports(Source):
    """A provider's list of recordings, or the folder with it and the recordings."""

    name = "export"
    title = "Lists and webhooks of " + ", ".join(provider.name for provider in PROVIDERS)
    reads = "their JSON or CSV, with the recordings beside it, each named after its id"

    def recognises(self, path: Path) -> bool:
        """Whether a file is such a list, or a folder holds one at its top.

        Args:
            path: a file or folder.
        """
        return any(True for _ in _lists(path))

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Read the messages that the lists name.

        Args:
            path: a list, or the folder with it.
            options: the zone of times without one.

        Yields:
            A message for each record whose recording is there; records without are left out. Recordings in the folder that no
            list names are messages without context.
        """
        files = _Files(path if path.is_dir() else path.parent)
        for listed in _lists(path):
            for number, record in enumerate(_records(listed), 1):
                found = understand(record, options.timezone)
                if found is None:
                    yield LeftOut(f"{listed}, record {number}", "not a message", "no record of a recording")
                else:
                    yield from _one(found, files, listed)
        if path.is_dir():
            yield from (Message(source=str(one)) for one in files.left())


def _one(found: Understood, files: _Files, listed: Path) -> Iterator[Message | LeftOut]:
    what = f"{listed}: {found.ids[0]}"
    paths = files.of(found)
    if found.ready is None:
        yield LeftOut(what, "no recording", "the provider has none")
    elif not paths:
        why = (
            "its recording is not finished"
            if not found.ready
            else f"download it beside the list, as {found.ids[0]}.wav or .mp3"
        )
        yield LeftOut(what, "no recording" if found.ready else "unfinished", why)
    else:
        yield found.message(str(paths[0]))
        for other in paths[1:]:
            yield LeftOut(str(other), "copy", f"the same message as {paths[0].name}")


class _Files:
    """The recordings of a folder, found by an id in their names."""

    def __init__(self, folder: Path) -> None:
        every = (Path(where) / name for where, _, names in os.walk(folder) for name in names)
        self._all = [one for one in islice(every, _MOST_FILES) if is_sound(one.name) and not one.name.startswith(".")]
        self._by_name: dict[str, list[Path]] = {}
        self._by_word: dict[str, list[Path]] = {}
        self._used: set[Path] = set()
        for one in self._all:
            for key in (one.stem.lower(), one.name.lower()):
                self._by_name.setdefault(key, []).append(one)
            for word in {*re.split(r"[^a-z0-9]+", one.stem.lower()), *re.split(r"[^a-z0-9\-]+", one.stem.lower())}:
                self._by_word.setdefault(word, []).append(one)

    def of(self, found: Understood) -> list[Path]:
        """The files of a record, the best format first: named after an id, as in its address, or with an id in the name."""
        keys = [*(one.lower() for one in found.ids), file_of_url(found.url).lower()]
        paths = next((self._by_name[key] for key in keys if key in self._by_name), [])
        words = (one.lower() for one in found.ids if len(one) >= _LEAST_ID)
        paths = paths or next((self._by_word[word] for word in words if word in self._by_word), [])
        self._used.update(paths)
        return best_first(dict.fromkeys(paths))

    def left(self) -> list[Path]:
        """Recordings that no record named."""
        return sorted(one for one in self._all if one not in self._used)


def _lists(path: Path) -> Iterator[Path]:
    """The lists at a path: itself, or those at the top of a folder."""
    try:
        files = sorted(path.iterdir())[: 100 * _MOST_TABLES] if path.is_dir() else [path]
    except OSError:
        return
    for one in [one for one in files if one.suffix.lower() in _ENDINGS][:_MOST_TABLES]:
        if one.is_file() and any(provider_of(flat(record)) for record in islice(_records(one), 20)):
            yield one


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a file; none where it cannot be read, or is none of a provider's."""
    with contextlib.suppress(OSError, ValueError, RecursionError, TableError):
        if path.stat().st_size > _MOST_BYTES:
            return
        if path.suffix.lower() == ".csv":
            yield from (row for _, row in read_table(path))
        elif path.suffix.lower() == ".json":
            yield from records_in(json.loads(path.read_bytes()))
        else:
            with path.open("rb") as stream:
                for line in stream:
                    if line.strip():
                        yield from records_in(json.loads(line))
