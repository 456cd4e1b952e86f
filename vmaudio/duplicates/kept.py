"""The copies in a store, kept by a server and brought up to date when a few messages change."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from vmaudio.duplicates.copies import counted_once, find_copies, worth_hearing
from vmaudio.duplicates.stored import are_mixed, items_of, stored_copies
from vmaudio.store import Store, copy_facts, messages_with_outcome


class _Looked(NamedTuple):
    recording: str
    stem: str
    ending: str


class _Sharing:
    """Which messages have a value. Most values are those of one message."""

    def __init__(self) -> None:
        self._ids: dict[str, str | set[str]] = {}

    def add(self, value: str, message_id: str) -> None:
        known = self._ids.setdefault(value, message_id)
        if isinstance(known, set):
            known.add(message_id)
        elif known != message_id:
            self._ids[value] = {known, message_id}

    def drop(self, value: str, message_id: str) -> None:
        known = self._ids[value]
        if isinstance(known, set) and len(known) > 1:
            known.remove(message_id)
        else:
            del self._ids[value]

    def several(self, value: str) -> Collection[str]:
        known = self._ids[value]
        return known if isinstance(known, set) else ()


class KeptCopies:
    """The copies in a store, brought up to date when a few messages change: only what shares its recording or its name with
    another can be a copy, or have one, and of a large store only what shares it with what has changed is looked at again.

    Args:
        store: an open store; it is only read.

    Attributes:
        found: as `stored_copies` gives them.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, _Looked] = {}
        self._recordings, self._stems, self._endings = _Sharing(), _Sharing(), Counter[str]()
        self.found: Mapping[str, str]
        rows = copy_facts(store)
        for message_id, one in _looked_at(rows).items():
            self._add(message_id, one)
        self._look_at_all(rows)

    def change(self, written: Collection[str], told: Collection[str]) -> None:
        """Look again at what has changed.

        Args:
            written: ids of messages of which anything may have been written, those that are gone among them.
            told: ids of those whose outcomes are others.
        """
        now = _looked_at(copy_facts(self._store, written))
        changed = {*written, *told}
        mixed, touched = self._mixed(), self._neighbours(changed)
        recordings = {self._kept[name].recording for name in touched}
        for name in written:
            self._drop(name)
            if name in now:
                self._add(name, now[name])
        mixed, touched = mixed or self._mixed(), touched | self._neighbours(touched | changed)
        if mixed:
            self._look_at_all(copy_facts(self._store))
        elif any(self._shares(name) for name in touched) or not touched.isdisjoint(self.found):
            self._look_at(touched, recordings)

    def _look_at(self, touched: set[str], recordings: set[str]) -> None:
        """Look again at messages that share nothing with any other; what else may have the same sound is looked for anew."""
        there = [name for name in touched if name in self._kept]
        items = items_of(copy_facts(self._store, there))
        keep = messages_with_outcome(self._store, there)
        if not self._heard.isdisjoint(recordings) or worth_hearing(items, keep=keep):
            self._look_at_all(copy_facts(self._store))
            return
        others = {copy: of for copy, of in self.found.items() if copy not in touched}
        self.found = {**others, **counted_once(find_copies(items, keep=keep))}

    def _look_at_all(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Look at the whole store, of which everything is known that can be shared."""
        self.found = stored_copies(self._store, facts=rows)
        self._heard = worth_hearing(
            items_of(row for row in rows if self._shares(row[0])), keep=messages_with_outcome(self._store)
        )

    def _neighbours(self, names: Iterable[str]) -> set[str]:
        """Those of some messages that are known, and all that share a recording or a name with them, or with one of these."""
        found: set[str] = set()
        new = {name for name in names if name in self._kept}
        while new:
            found |= new
            near = {
                name
                for one in {self._kept[name] for name in new}
                for shared in (self._recordings.several(one.recording), self._stems.several(one.stem))
                for name in shared
            }
            new = near - found
        return found

    def _mixed(self) -> bool:
        return are_mixed(len(self._kept), (f"a{ending}" for ending in +self._endings))

    def _shares(self, name: str) -> bool:
        one = self._kept.get(name)
        return one is not None and bool(self._recordings.several(one.recording) or self._stems.several(one.stem))

    def _add(self, name: str, one: _Looked) -> None:
        self._kept[name] = one
        self._recordings.add(one.recording, name)
        self._stems.add(one.stem, name)
        self._endings[one.ending] += 1

    def _drop(self, name: str) -> None:
        if (one := self._kept.pop(name, None)) is not None:
            self._recordings.drop(one.recording, name)
            self._stems.drop(one.stem, name)
            self._endings[one.ending] -= 1


def _looked_at(rows: Iterable[tuple[Any, ...]]) -> dict[str, _Looked]:
    """By message_id the recording, and the file's name and ending."""
    split = ((row, os.path.splitext(row[2])) for row in rows)
    return {row[0]: _Looked(row[1], stem.lower(), ending) for row, (stem, ending) in split}
