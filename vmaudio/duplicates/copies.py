"""One message that is there more than once: the same bytes under two names, or the same sound in two formats.

A copy is no second message, and nobody got it twice: it is counted once. Two sends of one recording are told apart from
copies by what is known of them: another prospect, time, rep or caller's number, or two rows of a manifest for one file.

Whether two files hold the same sound is told by how the level goes up and down. Measured on 58 voicemails in 7 codecs (MP3,
AAC, Opus, u-law, IMA ADPCM, AMR, 3GP): the contours of one message in two formats correlate by 0.98 and more, and those of
two messages by 0.30 at most; the lengths differ by up to 0.24 s.
Only names that may be those of two formats are compared: what says the same in the same rhythm is no copy for that.
"""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from vmaudio.duplicates.items import DuplicateItem, Levels
from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.duplicates.sends import KnownSends, one_send
from vmaudio.intake import sound_rank

DEFAULT = DuplicateOptions()

FRAME_S = 0.05
"""One frame of a contour."""

_COARSE = 32  # values of a contour when many are compared at once
_COARSE_LEAST = 0.6  # a shift of 150 ms costs so few values more than the fine look


@dataclass(frozen=True, slots=True)
class Copy:
    """An item that is a copy of another.

    Args:
        item: the copy.
        of: the message that counts.
        alike: correlation of their level contours; 1 for the same bytes.
    """

    item: DuplicateItem
    of: DuplicateItem
    alike: float

    @property
    def why(self) -> str:
        """In a few words why it is one."""
        if self.item.recording_id == self.of.recording_id:
            return f"the same bytes as {self.of.file_name}"
        return f"the same message as {self.of.file_name} in another format"


def find_copies(
    seen: Sequence[DuplicateItem],
    levels: Levels | None = None,
    *,
    options: DuplicateOptions = DEFAULT,
    keep: Collection[str] = (),
) -> list[Copy]:
    """Find the copies among messages.

    Args:
        seen: the messages; their order does not matter.
        levels: level contours of their recordings; without them only the same bytes are found.
        options: what counts as the same sound.
        keep: ids of messages that have an outcome of their own, and so are none.

    Returns:
        The copies, each with the message that counts: the one of which most is known, and then the one in the best format.
    """
    wanted = frozenset(keep)
    order = sorted(seen, key=lambda item: (item.message_id not in wanted, *_rank(item)))
    copies: list[Copy] = []
    first: dict[str, KnownSends] = {}
    for item in order:
        known = first.setdefault(item.recording_id, KnownSends(wanted))
        of = known.first_alike(item)
        if of is None:
            known.add(item)
        else:
            copies.append(Copy(item, of, 1.0))
    if levels:
        place = {item.message_id: i for i, item in enumerate(order)}
        single = [item for known in first.values() for item in known.items if is_heard(item, levels)]
        if len({_ending(item) for item in single}) == 1:  # then only what has one name may be one sound
            namesakes = worth_hearing(single, options=options, keep=keep)
            single = [item for item in single if item.recording_id in namesakes]
        again: dict[str, Copy] = {}
        pairs = [
            (*((a, b) if place[a.message_id] < place[b.message_id] else (b, a)), alike)
            for a, b, alike in same_sounds(single, levels, options, partial(_may_be_copy, wanted))
        ]
        for of, item, alike in sorted(pairs, key=lambda pair: (place[pair[0].message_id], place[pair[1].message_id])):
            of = again[of.message_id].of if of.message_id in again else of
            if item.message_id not in again and of is not item:
                again[item.message_id] = Copy(item, of, alike)
        copies = [
            Copy(one.item, again[one.of.message_id].of, one.alike) if one.of.message_id in again else one for one in copies
        ]
        copies += again.values()
    return copies


def _rank(item: DuplicateItem) -> tuple[object, ...]:
    known = sum(value is not None for value in (item.prospect, item.sent_at, item.rep))
    return -known, sound_rank(item.source or item.file_name), item.file_name, item.message_id


def same_sounds(
    items: Sequence[DuplicateItem],
    levels: Levels,
    options: DuplicateOptions,
    asked: Callable[..., bool],
    most_asked: int | None = None,
) -> Iterator[tuple[DuplicateItem, DuplicateItem, float]]:
    """Pairs of items of different recordings that hold the same sound, neighbours in length compared where it is asked.

    Args:
        items: messages; all have a contour.
        levels: the contours.
        options: what counts as the same sound.
        asked: of two items whether they are to be compared.
        most_asked: so many of the most alike are asked about; None is all. A drop may have thousands.

    Yields:
        Two items, the shorter first, and the correlation of their levels.
    """
    ordered = sorted(items, key=lambda item: (item.duration_s, item.message_id))
    made = {item.recording_id: item for item in ordered}
    shapes = {
        name: _coarse(clipped_levels(levels[name], options)) for name in made
    }  # contours themselves only of what is compared
    coarse = np.array([shapes[item.recording_id] for item in ordered], dtype=np.float32).reshape(len(ordered), _COARSE)
    lengths = np.array([item.duration_s for item in ordered])

    @lru_cache(maxsize=1 << 10)
    def clipped(recording_id: str) -> np.ndarray:
        return clipped_levels(levels[recording_id], options)

    for i, item in enumerate(ordered):
        end = int(np.searchsorted(lengths, lengths[i] + options.copy_length_s, side="right"))
        alike = coarse[i + 1 : end] @ coarse[i]
        near = np.flatnonzero(alike >= _COARSE_LEAST)
        if most_asked is not None and len(near) > most_asked:
            near = near[np.argpartition(-alike[near], most_asked)[:most_asked]]
        heard = 0
        for j in near[np.argsort(-alike[near], kind="stable")].tolist():
            other = ordered[i + 1 + j]
            if item.recording_id == other.recording_id or not asked(item, other):
                continue
            correlation = level_correlation(clipped(item.recording_id), clipped(other.recording_id), options)
            if correlation >= options.copy_correlation:
                yield item, other, correlation
            heard += 1
            if heard == options.most_heard:
                break


def _may_be_copy(wanted: frozenset[str], a: DuplicateItem, b: DuplicateItem) -> bool:
    return _two_formats(a, b) and one_send(a, b, wanted)


def worth_hearing(
    items: Sequence[DuplicateItem], *, options: DuplicateOptions = DEFAULT, keep: Collection[str] = ()
) -> set[str]:
    """Recordings whose sound may be that of another of the same name: contours are the most that there is to read.

    Where a switchboard names its files by number, each mailbox has an msg0001.wav: what is known of two messages, and their
    lengths, tell most of them apart unheard.

    Args:
        items: the messages.
        options: what counts as the same sound.
        keep: as of `find_copies`.

    Returns:
        Ids of recordings. Of all others `find_copies` would find none that has the name of another.
    """
    named: dict[str, list[DuplicateItem]] = defaultdict(list)
    for item in items:
        named[os.path.splitext(item.file_name)[0].lower()].append(item)
    kept, found = frozenset(keep), set[str]()
    for namesakes in named.values():
        if len({item.recording_id for item in namesakes}) == 1:  # a drop
            continue
        namesakes.sort(key=lambda item: item.duration_s)
        first = 0
        for i, item in enumerate(namesakes):
            while item.duration_s - namesakes[first].duration_s > options.copy_length_s:
                first += 1
            for other in namesakes[first:i]:
                if item.recording_id != other.recording_id and one_send(item, other, kept):
                    found |= {item.recording_id, other.recording_id}
    return found


def is_heard(item: DuplicateItem, levels: Levels) -> bool:
    """Whether there is a contour of an item's recording.

    Args:
        item: a message.
        levels: the contours.
    """
    return len(levels.get(item.recording_id, ())) > 0


def _ending(item: DuplicateItem) -> str:
    return os.path.splitext(item.file_name)[1]


def _two_formats(a: DuplicateItem, b: DuplicateItem) -> bool:
    """Whether two names may be those of two formats: another ending (.wav and .WAV are two), or one stem in two folders."""
    (stem, ending), (other, its) = (os.path.splitext(item.file_name) for item in (a, b))
    return ending != its or stem.lower() == other.lower()


def clipped_levels(levels: Sequence[float] | np.ndarray, options: DuplicateOptions) -> np.ndarray:
    """A contour in which all that is quiet is equally quiet.

    Args:
        levels: dBFS, one per 50 ms.
        options: what is quiet.
    """
    found = np.nan_to_num(np.asarray(levels, dtype=np.float64), nan=-120.0, neginf=-120.0)
    return np.maximum(found, found.max() - options.copy_range_db)


def _coarse(levels: np.ndarray) -> np.ndarray:
    """A contour with `_COARSE` values, of mean 0 and length 1; all zeros where nothing goes up and down."""
    at = np.linspace(0, len(levels), _COARSE + 1)
    summed = running_sums(levels)
    means = np.diff(np.interp(at, np.arange(len(summed)), summed)) / np.diff(at)
    centred = means - means.mean()
    length = np.linalg.norm(centred)
    return centred / length if length > 1e-9 else np.zeros(_COARSE)


def level_correlation(a: np.ndarray, b: np.ndarray, options: DuplicateOptions = DEFAULT) -> float:
    """How alike two level contours go up and down, at the best of a few shifts: a codec begins a little late.

    Args:
        a: one contour in dBFS, (n_frames,), one frame per 50 ms.
        b: the other.
        options: how far they may be shifted, and how much there must be to compare.

    Returns:
        Correlation, -1 to 1; -1 where there is too little to compare, or one of them is even.
    """
    best, least = -1.0, options.copy_least_sd_db**2
    sums = [
        (running_sums(levels), running_sums(levels**2)) for levels in (a, b)
    ]  # of any stretch the mean and the spread at once
    for shift in range(-options.copy_shift_frames, options.copy_shift_frames + 1):
        starts = (max(0, shift), max(0, -shift))
        n = min(len(a) - starts[0], len(b) - starts[1])
        if n < options.copy_least_frames:
            continue
        means = [(total[at + n] - total[at]) / n for (total, _), at in zip(sums, starts, strict=True)]
        spread = [
            (square[at + n] - square[at]) / n - mean**2 for (_, square), at, mean in zip(sums, starts, means, strict=True)
        ]
        if min(spread) >= least:
            together = float(a[starts[0] : starts[0] + n] @ b[starts[1] : starts[1] + n]) / n - means[0] * means[1]
            best = max(best, float(together / math.sqrt(spread[0] * spread[1])))
    return best


def running_sums(values: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, 2 ... values.

    Args:
        values: (n,).

    Returns:
        (n + 1,).
    """
    return np.concatenate(([0.0], np.cumsum(values)))


def counted_once(copies: Sequence[Copy]) -> Mapping[str, str]:
    """By the message_id of a copy that of the message that counts.

    Args:
        copies: as `find_copies` gives them.
    """
    return {one.item.message_id: one.of.message_id for one in copies}
