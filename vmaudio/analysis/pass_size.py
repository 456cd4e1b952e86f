"""How many messages share a pass of the recogniser: many, as long as that does not keep results back for long.

A pass of several messages ends for all of them at once, and a stop loses what is in it. On a quiet machine a full pass takes a
few seconds; on a busy or slow one minutes, and then fewer messages share one. Which do does not change their words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONG_S = 30.0
"""A pass longer than this is halved, one shorter than half of it doubled: so results come about every half minute."""


class PassSize:
    """The number of messages of the next pass.

    Args:
        most: never more than this.

    Attributes:
        now: messages of the next pass; half of ``most`` at first, so that first results come early.
    """

    def __init__(self, most: int) -> None:
        self.most = max(1, most)
        self.now = -(-self.most // 2)

    def took(self, messages: int, seconds: float) -> None:
        """Learn from a pass.

        Args:
            messages: that shared it; fewer than ``now`` say nothing of a full pass, unless it was long.
            seconds: that it took.
        """
        if seconds > LONG_S:
            self.now = max(1, min(self.now, messages) // 2)
        elif seconds < LONG_S / 2 and messages >= self.now:
            self.now = min(self.most, 2 * self.now)

    def choose(self, waiting: dict[str, T], length: Callable[[T], float]) -> list[T]:
        """Take out what goes into the next pass: what waits longest, and those nearest to it in length, which end with it.

        Args:
            waiting: in the order in which they came, at least one; changed in place.
            length: of one of them.

        Returns:
            At most ``now`` of them.
        """
        first = length(next(iter(waiting.values())))
        near = sorted(waiting, key=lambda key: abs(length(waiting[key]) - first))
        return [waiting.pop(key) for key in near[: self.now]]
