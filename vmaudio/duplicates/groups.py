"""From near-duplicates to what a coach wants to know: who got the same message again, the worst cases first."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from vmaudio.duplicates import near_duplicates, normalize
from vmaudio.duplicates.copies import Copy, counted_once, find_copies, is_heard, same_sounds
from vmaudio.duplicates.drops import MOST_ASKED, one_sound, wider_shift
from vmaudio.duplicates.items import DuplicateItem, Levels
from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.duplicates.sounds import level_distance
from vmaudio.events import Event, Listener, ignore

DUPLICATE_KINDS = {
    "after_wrong_person": "the prospect was recorded as the wrong person, and was called again",
    "same_prospect": "the same message again to the same prospect",
    "mass_drop": "the very same recording for several prospects",
    "same_script": "the same words, spoken anew, for several prospects",
    "copy": "one message that is there more than once, and counts once",
}
"""Kinds of groups, the worst first; a copy is nothing bad."""

DEFAULT = DuplicateOptions()


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """Messages that say the same. ``similarity`` is the lowest of a member's with the first, 0 to 1 (1: the same recording).

    It is that of the words or of their sounds, whichever is more; .9 at least where the recordings themselves sound alike.
    """

    kind: str
    similarity: float
    members: tuple[DuplicateItem, ...]

    def to_dict(self) -> dict[str, Any]:
        """The group as plain JSON values: kind, similarity, members in order of sending, number of prospects, campaigns."""
        names = ("recording_id", "file_name", "prospect", "rep", "sent_at", "campaign", "message_id")
        return {
            "kind": self.kind,
            "similarity": round(self.similarity, 4),
            "members": [{name: value for name, value in asdict(item).items() if name in names} for item in self.members],
            "prospects": len({item.prospect or item.message_id for item in self.members}),
            "campaigns": sorted({item.campaign for item in self.members if item.campaign}),
        }


def find_duplicates(
    seen: Sequence[DuplicateItem],
    *,
    options: DuplicateOptions = DEFAULT,
    listener: Listener = ignore,
    levels: Levels | None = None,
) -> list[DuplicateGroup]:
    """Group messages that say the same.

    A message may stand in several groups: in one with the prospect's other messages, and in one with its script's. A copy
    stands only in the group of its copies.

    Args:
        seen: the messages; their order does not matter.
        options: what counts as the same.
        listener: is called with the progress (stage "repeats").
        levels: level contours of the recordings, by which copies in another format and drops that were recorded at each call
            are known, and scripts spoken again where the words leave it open.

    Returns:
        The worst kind first (`DUPLICATE_KINDS`), and the largest group first within a kind.
    """
    copies = find_copies(seen, levels, options=options)
    once = counted_once(copies)
    seen = [item for item in seen if item.message_id not in once]
    texts = [normalize.normal_tokens(item.text, item.names, options) for item in seen]
    to_one: dict[str, list[int]] = defaultdict(list)
    by_rep: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(seen)), key=lambda i: (_sent(seen[i]), seen[i].message_id)):
        if seen[i].prospect:
            to_one[seen[i].prospect or ""].append(i)
        by_rep[seen[i].rep or ""].append(i)

    def distance(i: int, j: int) -> float:
        one, other = (levels.get(seen[k].recording_id, ()) if levels else () for k in (i, j))
        return level_distance(one, other, options)

    cluster = near_duplicates.clusters(
        texts, options, lambda done, total: listener(Event("repeats", "", done, total)),
        [*to_one.values(), *by_rep.values()], distance if levels else None,
    )  # fmt: skip
    by_cluster: dict[object, list[int]] = defaultdict(list)
    by_recording: dict[str, list[int]] = defaultdict(list)
    # without words to go by, only the same recording is the same message
    keys: list[object] = [int(cluster[i]) if cluster[i] >= 0 else item.recording_id for i, item in enumerate(seen)]
    heard = _joined_by_sound(seen, keys, levels, options) if levels else set()
    for i, key in enumerate(keys):
        by_cluster[key].append(i)
    sound: dict[str, str] = {}
    for members in by_cluster.values() if levels else ():
        if _several(seen, members, options):
            sound |= one_sound([seen[i] for i in members], levels or {}, options)
    for i, item in enumerate(seen):
        by_recording[sound.get(item.recording_id, item.recording_id)].append(i)
    same = {i: key for key, members in by_cluster.items() for i in members}
    groups = [
        *_to_one_prospect(seen, texts, to_one, same, heard),
        *(_group("mass_drop", seen, texts, m, heard) for m in by_recording.values() if _several(seen, m, options)),
        *(
            _group("same_script", seen, texts, m, heard)
            for m in by_cluster.values()
            if _several(seen, m, options) and len({sound.get(seen[i].recording_id, seen[i].recording_id) for i in m}) > 1
        ),
        *_copy_groups(copies),
    ]
    order = list(DUPLICATE_KINDS)
    return sorted(groups, key=lambda g: (order.index(g.kind), -len(g.members), _sent(g.members[0]), g.members[0].message_id))


def _joined_by_sound(seen: Sequence[DuplicateItem], keys: list[object], levels: Levels, options: DuplicateOptions) -> set[str]:
    """Give one key to recordings of one sound whose words were recognised as others, or not at all; their ids.

    One of the two has words: what holds none may be a busy line's tone or a carrier's, which many recordings have.
    """
    place = {item.message_id: i for i, item in enumerate(seen)}
    joined: dict[object, object] = {}
    found: set[str] = set()

    def key_of(item: DuplicateItem) -> object:
        key = keys[place[item.message_id]]
        while key in joined:
            key = joined[key]
        return key

    def asked(a: DuplicateItem, b: DuplicateItem) -> bool:
        one, other = key_of(a), key_of(b)
        return one != other and (isinstance(one, int) or isinstance(other, int))

    items = [item for item in seen if is_heard(item, levels)]
    for a, b, _ in same_sounds(items, levels, wider_shift(options), asked, MOST_ASKED):
        one, other = sorted((key_of(a), key_of(b)), key=lambda key: isinstance(key, int))  # words last: their key is kept
        if one != other:
            joined[one] = other
        found |= {a.recording_id, b.recording_id}
    keys[:] = [key_of(item) for item in seen]
    return found


def _copy_groups(copies: Sequence[Copy]) -> Iterator[DuplicateGroup]:
    """A group for each message that is there more than once, the one that counts first."""
    by_first: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies:
        by_first[copy.of.message_id].append(copy)
    for members in by_first.values():
        items = sorted((copy.item for copy in members), key=lambda item: (item.file_name, item.message_id))
        yield DuplicateGroup("copy", min(copy.alike for copy in members), (members[0].of, *items))


def _to_one_prospect(
    seen: Sequence[DuplicateItem],
    texts: Sequence[near_duplicates.Tokens],
    by_prospect: dict[str, list[int]],
    same: dict[int, object],
    heard: set[str],
) -> Iterator[DuplicateGroup]:
    for members in by_prospect.values():
        if len(members) < 2:
            continue
        wrong = [_sent(seen[i]) for i in members if seen[i].wrong_person and seen[i].sent_at]
        recorded = min(wrong, default=None)
        late: list[int] = []
        if recorded is not None:
            late = [i for i in members if seen[i].sent_at and _sent(seen[i]) > recorded]
            if late:
                warned = [i for i in members if seen[i].sent_at and _sent(seen[i]) == recorded and seen[i].wrong_person]
                yield _group("after_wrong_person", seen, texts, [*warned, *late], heard)
        again: dict[object, list[int]] = defaultdict(list)
        for i in members:
            again[same[i]].append(i)
        for repeated in again.values():
            if len(repeated) > 1 and not (late and set(repeated) <= {*late, *(i for i in members if seen[i].wrong_person)}):
                yield _group("same_prospect", seen, texts, repeated, heard)


def _group(
    kind: str,
    seen: Sequence[DuplicateItem],
    texts: Sequence[near_duplicates.Tokens],
    members: Sequence[int],
    heard: set[str],
) -> DuplicateGroup:
    ordered = sorted(members, key=lambda i: (_sent(seen[i]), seen[i].message_id))
    first = ordered[0]
    lowest = 1.0
    for i in {texts[i]: i for i in ordered[1:]}.values():
        if seen[i].recording_id != seen[first].recording_id:
            least = DEFAULT.copy_correlation if seen[i].recording_id in heard else 0.0  # what is known by its sound alone
            lowest = min(lowest, max(least, near_duplicates.likeness(texts[first], texts[i])))
    return DuplicateGroup(kind, lowest, tuple(seen[i] for i in ordered))


def _several(seen: Sequence[DuplicateItem], members: Sequence[int], options: DuplicateOptions) -> bool:
    """Whether messages went to several prospects. One whose prospect is not known may be to one of the others."""
    known = {seen[i].prospect for i in members if seen[i].prospect}
    unknown = sum(not seen[i].prospect for i in members)
    return len(known) > 1 or len(known) + unknown >= options.surely_several


def _sent(item: DuplicateItem) -> float:
    if not item.sent_at:
        return float("inf")
    found = datetime.datetime.fromisoformat(item.sent_at)
    return (found if found.tzinfo else found.replace(tzinfo=datetime.UTC)).timestamp()
