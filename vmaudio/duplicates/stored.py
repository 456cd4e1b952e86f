"""The copies in a store, for everything that counts messages: the funnel, comparisons, the team's table, reports."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from vmaudio.duplicates.copies import counted_once, find_copies, worth_hearing
from vmaudio.duplicates.groups import DuplicateGroup, find_duplicates
from vmaudio.duplicates.items import DuplicateItem, Levels, StoredLevels
from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.events import Listener, ignore
from vmaudio.records import Message, Observation
from vmaudio.store import Store, copy_facts, copy_names, messages_with_outcome

DEFAULT = DuplicateOptions()

MOST_WITH_OTHER_NAMES = 5000
"""Most messages of a store in which one sound is looked for under two names: 5,000 contours are read in a few seconds."""


def stored_copies(
    store: Store,
    *,
    with_outcomes: bool = False,
    contexts: Mapping[str, Message] = MappingProxyType({}),
    facts: Sequence[tuple[Any, ...]] | None = None,
) -> Mapping[str, str]:
    """Which of a store's messages are copies of others: the same bytes, or the same sound in another format.

    Args:
        store: an open store; it is only read.
        with_outcomes: what has an outcome of its own, and so counts, may be a copy too: its words are the same.
        contexts: by message_id what is now known of messages, where that is another than what is stored.
        facts: what `copy_facts` read of the store, where it was read already.

    Returns:
        By the message_id of a copy that of the message that counts.
    """
    names = copy_names(store) if facts is None else [row[:3] for row in facts]
    mixed = are_mixed(len(names), (name for _, _, name in names))
    # in a large store what has neither the recording nor the name of another can be no copy, and is not looked at
    twice = [message_id for message_id, _, _ in names] if mixed else _twice(names)
    if facts is None:
        rows = copy_facts(store, None if 2 * len(twice) > len(names) else twice) if twice else []
    else:
        rows = list(facts)
    if not mixed:
        wanted = set(twice)
        rows = [row for row in rows if row[0] in wanted]
    items = items_of(rows)
    items = [_known(item, contexts.get(item.message_id)) for item in items] if contexts else items
    keep = () if with_outcomes or not items else messages_with_outcome(store)
    return counted_once(find_copies(items, _levels(store, items, keep, mixed), keep=keep))


def repeats_among(
    store: Store,
    items: Sequence[DuplicateItem],
    *,
    options: DuplicateOptions = DEFAULT,
    listener: Listener = ignore,
) -> list[DuplicateGroup]:
    """The repeats among messages of a store, by words and by sound: what `vmaudio repeats`, reports and the web app say.

    Args:
        store: an open store; it is only read.
        items: the messages.
        options: what counts as the same.
        listener: as of `find_duplicates`.

    Returns:
        As `find_duplicates`.
    """
    levels = StoredLevels(store, {item.recording_id for item in items})
    return find_duplicates(items, options=options, listener=listener, levels=levels)


def items_of(facts: Iterable[tuple[Any, ...]]) -> list[DuplicateItem]:
    """Messages, without their words.

    Args:
        facts: as `copy_facts` reads them.
    """
    return [
        DuplicateItem(
            message_id, recording_id, file_name, "", prospect, rep, sent_at, source=source, duration_s=float(duration_s),
            caller_id=caller_id,
        )
        for message_id, recording_id, file_name, prospect, rep, sent_at, caller_id, source, duration_s in facts
    ]  # fmt: skip


def are_mixed(n_messages: int, file_names: Iterable[str]) -> bool:
    """Whether one sound is looked for under two names: in a store that is not too large, with several formats.

    Args:
        n_messages: of the store.
        file_names: of its messages; of each ending one is enough.
    """
    return n_messages <= MOST_WITH_OTHER_NAMES and _several_endings(file_names)


def _several_endings(file_names: Iterable[str]) -> bool:
    return len({os.path.splitext(name)[1] for name in file_names}) > 1


def _twice(names: Sequence[tuple[str, str, str]]) -> list[str]:
    """Of messages with their recordings and file names the ids of those that have the recording of another, or its name but
    for the ending."""
    if not names:
        return []
    ids, recordings, files = zip(*names, strict=True)
    stems = _stems(files)
    if len(set(recordings)) == len(set(stems)) == len(ids):
        return []
    named, heard = Counter(stems), Counter(recordings)
    return [one for one, recording, stem in zip(ids, recordings, stems, strict=True) if heard[recording] > 1 or named[stem] > 1]


def _stems(file_names: Sequence[str]) -> list[str]:
    """What tells names apart but for their endings: of very many with one ending the whole names do, in a tenth of the time."""
    if len({name.rpartition(".")[2] for name in file_names}) == 1 and not any(name.startswith(".") for name in file_names):
        return list(map(str.lower, file_names))
    return list(map(_stem, file_names))


def _stem(file_name: str) -> str:
    return os.path.splitext(file_name)[0].lower()


def _known(item: DuplicateItem, now: Message | None) -> DuplicateItem:
    if now is None:
        return item
    return replace(item, prospect=now.prospect, rep=now.rep, sent_at=now.sent_at, caller_id=now.caller_id)


def without_copies(seen: Iterable[Observation], copies: Mapping[str, str]) -> list[Observation]:
    """Each message once.

    Args:
        seen: messages with their outcomes.
        copies: as `stored_copies` gives them.

    Returns:
        The same without the copies, in the same order.
    """
    return [one for one in seen if one.message.message_id not in copies]


def compared_levels(store: Store, items: Sequence[DuplicateItem], keep: Collection[str] = ()) -> Levels:
    """The level contours by which `find_copies` can find any copy among some messages of a store, and no other.

    Args:
        store: an open store; it is only read.
        items: the messages.
        keep: as of `find_copies`.

    Returns:
        By recording_id the level of its contour.
    """
    return _levels(store, items, keep, _several_endings([item.file_name for item in items]))


def _levels(store: Store, items: Sequence[DuplicateItem], keep: Collection[str], mixed: bool) -> Levels:
    """The level contours of those recordings whose names may be those of two formats: most stores have none, and contours
    are the most that there is to read. In a large store two formats must have one name but for the ending."""
    wanted = {item.recording_id for item in items} if mixed else worth_hearing(items, keep=keep)
    return StoredLevels(store, wanted) if wanted else {}
