"""Two messages by what they sound like: a recogniser that mishears a third of the words still writes what was to be heard.

The words' sounds are joined to one string, so that "web in are" is "webinar". Whole scripts are told apart by how alike the two
strings are; another reason inside one script by the worst stretch of their alignment, as what is misheard lies scattered and
another reason lies together.
"""

from __future__ import annotations

import functools

import numpy as np

from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.text import sound_key

DEFAULT = DuplicateOptions()

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


def same_sound(a: str, b: str, options: DuplicateOptions = DEFAULT) -> float | None:
    """How alike two messages sound that say the same; None where they do not.

    Args:
        a: what one sounds like, from `sound_of`.
        b: the other.
        options: what counts as the same.

    Returns:
        1 less the share of sounds to delete and insert, 0 to 1; None.
    """
    from rapidfuzz.distance import Indel, Levenshtein

    if min(len(a), len(b)) < options.least_sounds or options.similar_sound > 1:
        return None
    alike = float(Indel.normalized_similarity(a, b, score_cutoff=options.similar_sound))
    if alike < options.similar_sound:
        return None
    equal = [np.zeros(len(a)), np.zeros(len(b))]
    for op in Levenshtein.opcodes(a, b):
        if op.tag == "equal":
            equal[0][op.src_start : op.src_end] = 1
            equal[1][op.dest_start : op.dest_end] = 1
    worst = min(_worst_stretch(flags, options.sound_stretch) for flags in equal)
    return alike if worst >= options.stretch_alike else None


def _worst_stretch(equal: np.ndarray, length: int) -> float:
    """Least share of equal sounds in any stretch of so many."""
    length = min(length, len(equal))
    summed = np.concatenate(([0.0], np.cumsum(equal)))
    return float((summed[length:] - summed[:-length]).min() / length)
