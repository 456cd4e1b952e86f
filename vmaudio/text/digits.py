"""Digits that were said, and the numbers that they form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Digit:
    """One spoken digit with its time, its word's probability and index.

    ``interpolated``: the time is its equal share of a word, or of figures that were timed together.
    """

    value: str
    start_s: float
    end_s: float
    probability: float
    word: int
    interpolated: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """Digits that belong together: one written token or one spoken number ("fifty five").

    ``first`` and ``last`` index the tokens (inclusive). ``written``: with figures, not words. ``quantity``: it counts, costs
    or dates something. ``plus``: written with a leading plus sign. ``groups``: the digits before which a dash or dot stands.
    """

    digits: tuple[Digit, ...]
    first: int
    last: int
    written: bool
    quantity: bool = False
    plus: bool = False
    groups: frozenset[int] = frozenset()

    @property
    def text(self) -> str:
        return "".join(digit.value for digit in self.digits)
