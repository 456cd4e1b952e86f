"""Two telephone numbers, digit against digit."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache


@lru_cache(maxsize=512)
def similarity(one: str, other: str) -> float:
    """Share of digits on which two sayings agree.

    Args:
        one: digits of one saying, with or without a country 1.
        other: those of another. Where one has seven or fewer and the other more, only the end of the longer is compared.

    Returns:
        1 less edit distance (Levenshtein) / length of the shorter, 0 at least; 0 where one is empty.
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
    """The digits of a number without country code.

    Args:
        digits: as spoken.

    Returns:
        Eleven digits that begin with 1 without the 1; all else as it is.
    """
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
