"""The copies in a store, for everything that counts messages: the funnel, comparisons, the team's table, reports."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vmaudio.duplicates.copies import counted_once, find_copies
from vmaudio.duplicates.items import DuplicateItem, Levels, duplicate_items
from vmaudio.records import Observation
from vmaudio.store import Store, all_outcomes, level_contours, told_apart


def stored_copies(store: Store) -> Mapping[str, str]:
    """Which of a store's messages are copies of others: the same bytes, or the same sound in another format.

    Args:
        store: an open store; it is only read.

    Returns:
        By the message_id of a copy that of the message that counts. What has an outcome of its own is no copy.
    """
    items = list(duplicate_items(store))
    return counted_once(find_copies(items, _levels(store, items), keep=all_outcomes(store)))


def without_copies(seen: Iterable[Observation], copies: Mapping[str, str]) -> list[Observation]:
    """Each message once.

    Args:
        seen: messages with their outcomes.
        copies: as `stored_copies` gives them.

    Returns:
        The same without the copies, in the same order.
    """
    return [one for one in seen if one.message.message_id not in copies]


class KnownCopies:
    """The copies in a store, looked for again only where its messages have changed. Safe to use from several threads.

    Args:
        store: an open store; it is only read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._state: object = None
        self._found: Mapping[str, str] = {}

    def now(self) -> Mapping[str, str]:
        """As `stored_copies` gives them."""
        with self._lock:
            state = self._state_now()
            if state != self._state:
                self._found, self._state = stored_copies(self._store), state
            return self._found

    def _state_now(self) -> object:
        """All that copies depend on but the sound, which never changes under one recording_id."""
        return hash(told_apart(self._store))


def _levels(store: Store, items: Sequence[DuplicateItem]) -> Levels:
    """The level contours of those recordings whose names may be those of two formats: most stores have none, and contours
    are the most that there is to read."""
    names = [os.path.splitext(item.file_name) for item in items]
    stems = Counter(stem.lower() for stem, _ in names)
    mixed = len({ending for _, ending in names}) > 1
    wanted = {item.recording_id for item, (stem, _) in zip(items, names, strict=True) if mixed or stems[stem.lower()] > 1}
    return dict(level_contours(store, wanted)) if wanted else {}
