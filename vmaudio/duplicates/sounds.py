"""Two messages by what they sound like: a recogniser that mishears a third of the words still writes what was to be heard.

The words' sounds are joined to one string, so that "web in are" is "webinar". Whole scripts are told apart by how alike the two
strings are; another reason inside one script by the worst stretch of their alignment, as what is misheard lies scattered and
another reason lies together. In between, the recordings decide: a script spoken again by one voice goes up and down as before,
faster here and slower there.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.text import sound_key

DEFAULT = DuplicateOptions()

_STRETCHED = 0.2

_key = functools.lru_cache(maxsize=65536)(sound_key)


def sound_of(words: tuple[str, ...]) -> str:
    """What a message sounds like, roughly: classes of its consonants in a row.

    Args:
        words: of the message, as `vmaudio.duplicates.normalize.normal_tokens` leaves them.
    """
    return "".join(_key(word) for word in words)


def sound_likeness(a: str, b: str) -> float:
    """1 less the share of sounds to delete and insert, 0 to 1.

    Args:
        a: what one message sounds like, from `sound_of`.
        b: the other.
    """
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(a, b)) if a and b else 0.0


def same_sound(
    a: str, b: str, options: DuplicateOptions = DEFAULT, distance: Callable[[], float] | None = None
) -> float | None:
    """How alike two messages sound that say the same; None where they do not.

    Args:
        a: what one sounds like, from `sound_of`.
        b: the other.
        options: what counts as the same.
        distance: gives `level_distance` of the recordings, where they are there; asked where the words leave it open.

    Returns:
        1 less the share of sounds to delete and insert, 0 to 1; None.
    """
    from rapidfuzz.distance import Levenshtein

    if min(len(a), len(b)) < options.least_sounds or options.similar_sound > 1:
        return None
    alike = sound_likeness(a, b)
    least = options.similar_sound if distance is None else min(options.similar_sound, options.open_sound)
    if alike < least:
        return None
    equal = [np.zeros(len(a)), np.zeros(len(b))]
    for op in Levenshtein.opcodes(a, b):
        if op.tag == "equal":
            equal[0][op.src_start : op.src_end] = 1
            equal[1][op.dest_start : op.dest_end] = 1
    worst = min(_worst_stretch(flags, options.sound_stretch) for flags in equal)
    if alike >= options.similar_sound and worst >= options.stretch_alike:
        return alike
    if distance is not None and worst >= options.open_stretch and distance() <= options.level_distance:
        return alike
    return None


def level_distance(
    a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray, options: DuplicateOptions = DEFAULT
) -> float:
    """How unlike two level contours go up and down when one may be stretched (dynamic time warping; Sakoe & Chiba 1978).

    Args:
        a: one contour in dBFS, one frame per 50 ms.
        b: the other.
        options: how far apart lengths may be, and what counts as quiet.

    Returns:
        Mean squared distance of the standardised levels along the best path, with .2 for each frame that is stretched;
        infinite where one is even, or longer than the other by more than ``options.longer``.
    """
    x, y = _standardised(a, options), _standardised(b, options)
    n, m = len(x), len(y)
    if not n or not m or max(n, m) > (1 + options.longer) * min(n, m):
        return math.inf
    cost = (x[:, None] - y[None, :]) ** 2
    outside = np.abs(np.arange(n)[:, None] / n - np.arange(m)[None, :] / m) > options.longer
    cost[outside] = np.inf
    before, last = np.full(n + 1, np.inf), np.full(n + 1, np.inf)
    last[0] = 0.0  # by diagonals: all that a diagonal needs is on the two before it
    for d in range(2, n + m + 1):
        now = np.full(n + 1, np.inf)
        i = np.arange(max(1, d - m), min(n, d - 1) + 1)
        straight = before[i - 1] if d > 2 else np.where(i == 1, 0.0, np.inf)
        now[i] = cost[i - 1, d - i - 1] + np.minimum(straight, np.minimum(last[i - 1], last[i]) + _STRETCHED)
        before, last = last, now
        if d == 2:
            before = np.full(n + 1, np.inf)
    return float(last[n]) / (n + m)


def _standardised(levels: Sequence[float] | np.ndarray, options: DuplicateOptions) -> np.ndarray:
    found = np.nan_to_num(np.asarray(levels, dtype=float), nan=-120.0, neginf=-120.0)
    if not len(found):
        return found
    found = np.maximum(found, found.max() - options.copy_range_db)
    deviation = float(found.std())
    return (found - found.mean()) / deviation if deviation >= options.copy_least_sd_db else np.empty(0)


def _worst_stretch(equal: np.ndarray, length: int) -> float:
    """Least share of equal sounds in any stretch of so many."""
    length = min(length, len(equal))
    summed = np.concatenate(([0.0], np.cumsum(equal)))
    return float((summed[length:] - summed[:-length]).min() / length)
