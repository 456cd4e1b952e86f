"""How well the sound fits each number that could have been said: what the comparison of neighbours found."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """Numbers and how well the sound fits them, at several speeds.

    Args:
        numbers: two or more, without country code.
        scores: natural log probabilities, one row for each speed, one column for each number.
    """

    numbers: tuple[str, ...]
    scores: tuple[tuple[float, ...], ...]

    @property
    def means(self) -> tuple[float, ...]:
        """Of each number the mean over the speeds, nats."""
        return tuple(sum(column) / len(self.scores) for column in zip(*self.scores, strict=True))

    @property
    def best(self) -> str:
        """The likeliest number."""
        return self.numbers[max(range(len(self.numbers)), key=self.means.__getitem__)]

    @property
    def lead(self) -> float:
        """By how much it is likelier than the next, nats."""
        first, second = sorted(self.means, reverse=True)[:2]
        return first - second

    @property
    def chance(self) -> float:
        """Its share of the probability of all numbers, 0 to 1."""
        top = max(self.means)
        return 1.0 / sum(math.exp(one - top) for one in self.means)

    def leads(self, number: str) -> tuple[float, ...] | None:
        """By how much a number is likelier than the likeliest other, at each speed.

        Args:
            number: without country code.

        Returns:
            Nats, below 0 where another is likelier; None where the number was not compared.
        """
        if number not in self.numbers:
            return None
        at = self.numbers.index(number)
        return tuple(row[at] - max(one for place, one in enumerate(row) if place != at) for row in self.scores)
