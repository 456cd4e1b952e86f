"""Whether two messages may be one send: what is known of them does not tell them apart.

A drop may have thousands of sends of one recording: each is looked up, and not compared with all that came before it.
"""

from __future__ import annotations

import datetime
import os
import re
from functools import lru_cache

from vmaudio.duplicates.items import DuplicateItem
from vmaudio.records import Message

Facts = tuple[object, ...]

MOST_REMEMBERED = 1 << 17  # of messages that are compared with many


def one_send(a: DuplicateItem, b: DuplicateItem, wanted: frozenset[str]) -> bool:
    """Whether nothing that is known tells two messages apart as two sends.

    Args:
        a: a message.
        b: another.
        wanted: ids of messages that have an outcome of their own: two of them are two sends.
    """
    if a.message_id in wanted and b.message_id in wanted:
        return False
    if a.source and b.source and _absolute(a.source) == _absolute(b.source):
        # two rows of a manifest for one file; but what is known by its path alone is that file, read without its context
        return _is_bare(a) or _is_bare(b)
    return all(left is None or right is None or left == right for left, right in zip(_facts(a), _facts(b), strict=True))


class KnownSends:
    """Sends of one recording, in order, of which none is a copy of one before it.

    Args:
        wanted: as of `one_send`.
    """

    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self.items: list[DuplicateItem] = []
        self._of_source: dict[str, list[int]] = {}  # the first, and the first that is known by its path alone
        # by which facts a send has, and which of them it shares with whom is asked about: by these facts' values, the place of
        # the first send, and of the first from another file
        self._places: dict[int, dict[int, dict[Facts, list[int]]]] = {}

    def first_alike(self, item: DuplicateItem) -> DuplicateItem | None:
        """The first that may be the same send.

        Args:
            item: a message that comes after those that are known; those in `wanted` come before all others.

        Returns:
            The send; None where the message is one of its own.
        """
        if item.message_id in self._wanted:  # as all that came before it
            return None
        facts, source, found = _facts(item), _path(item), list[int]()
        own = _known(facts)
        for mask, shares in self._places.items():
            shared = mask & own
            if shared not in shares:
                shares[shared] = {}
                for place, one in enumerate(self.items):
                    if _known(_facts(one)) == mask:
                        self._note(shares[shared], place, one, shared)
            for place in shares[shared].get(_part(facts, shared), ()):
                if not source or _path(self.items[place]) != source:
                    found.append(place)
                    break
        if source in self._of_source:
            places = self._of_source[source]
            found += places[:1] if _is_bare(item) else [one for one in places if _is_bare(self.items[one])]
        return self.items[min(found)] if found else None

    def add(self, item: DuplicateItem) -> None:
        """Take up a send.

        Args:
            item: comes after all that are known.
        """
        place, source = len(self.items), _path(item)
        self.items.append(item)
        for shared, places in self._places.setdefault(_known(_facts(item)), {}).items():
            self._note(places, place, item, shared)
        if source:
            of = self._of_source.setdefault(source, [])
            if not of or (_is_bare(item) and not any(_is_bare(self.items[one]) for one in of)):
                of.append(place)

    def _note(self, places: dict[Facts, list[int]], place: int, item: DuplicateItem, shared: int) -> None:
        kept = places.setdefault(_part(_facts(item), shared), [])
        # a third could never be the first from another file
        if not kept or (len(kept) == 1 and _path(self.items[kept[0]]) and _path(self.items[kept[0]]) != _path(item)):
            kept.append(place)


def _facts(item: DuplicateItem) -> Facts:
    return item.prospect, item.rep, _moment(item.sent_at), _digits(item.caller_id)


def _known(facts: Facts) -> int:
    return sum(1 << i for i, value in enumerate(facts) if value is not None)


def _part(facts: Facts, shared: int) -> Facts:
    return tuple(value for i, value in enumerate(facts) if shared >> i & 1)


def _path(item: DuplicateItem) -> str:
    return _absolute(item.source) if item.source else ""


_absolute = lru_cache(maxsize=MOST_REMEMBERED)(os.path.abspath)


def _is_bare(item: DuplicateItem) -> bool:
    return item.message_id == _bare_id(item.source)


@lru_cache(maxsize=MOST_REMEMBERED)
def _bare_id(source: str) -> str:
    return Message(source).message_id


@lru_cache(maxsize=MOST_REMEMBERED)
def _digits(number: str | None) -> str | None:
    """The last ten digits of a number; None without any."""
    return re.sub(r"\D", "", number or "")[-10:] or None


@lru_cache(maxsize=MOST_REMEMBERED)
def _moment(text: str | None) -> float | None:
    if not text:
        return None
    found = datetime.datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).timestamp()
