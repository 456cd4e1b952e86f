"""Two telephone numbers, digit against digit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache


@lru_cache(maxsize=512)
def similarity(one: str, other: str) -> float:
    """Share of digits on which two sayings agree; a shorter one is held against the end of the longer.

    1 - edit distance / length of the shorter (country 1 left out), 0 at least.
    """
    one, other = national_digits(one), national_digits(other)
    short, long = sorted((one, other), key=len)
    if not short:
        return 0.0
    if len(short) <= 7 < len(long):
        long = long[-len(short) :]
    return max(0.0, 1.0 - _distance()(short, long) / max(len(short), 1))


@cache
def _distance() -> Callable[[str, str], int]:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.distance


def national_digits(digits: str) -> str:
    """The digits without a leading country 1."""
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
