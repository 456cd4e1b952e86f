"""Monitoring a comparison: the comparison that decides at one look, held against boundaries that are valid at every look.

What is held equal is what one look holds equal: reps, and lists, channels and hours where there are enough events for them, and
weeks where arms were used at different times. Which of these it is follows from arms and times, never from outcomes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments.fixed_effects import FixedEffect
from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.preparation import Row
from vmaudio.experiments.results import Caution
from vmaudio.experiments.sequential import UNTIL, Monitored, sequence, unknown


@dataclass(frozen=True)
class Progress:
    """How many messages there are, and how many will be.

    Attributes:
        expect: messages expected in the end, in all arms; None where nobody said.
        n: messages in all arms so far.
        first: bool (n_messages,), the first ``expect`` ones in the order of sending, where there are more than that; None where
            there are not, or where it is not known when they were sent.
    """

    expect: int | None
    n: int
    first: np.ndarray | None = None

    @classmethod
    def of(cls, rows: Sequence[Row], index: np.ndarray, expect: int | None) -> Progress:
        """The progress of a comparison.

        Args:
            rows: messages that count, in the order of sending.
            index: their arms (n_messages,), -1 for none.
            expect: messages expected in the end; None where not known.

        Returns:
            The progress.
        """
        inside = index >= 0
        n = int(inside.sum())
        if expect is None or n <= expect or not all(row.sent for row in rows):
            return cls(expect, n)
        return cls(expect, n, inside & (np.cumsum(inside) <= expect))

    def cautions(self) -> list[Caution]:
        """A warning where there are more messages than were expected."""
        if self.expect is None or self.n <= self.expect:
            return []
        text = f"There are {self.n:,} messages, --expect said {self.expect:,}. "
        text += "Its boundary holds for the first of these" if self.first is not None else "Its boundary has ended"
        return [
            Caution("expect_exceeded", text + "; after them a difference must be larger to be shown.",
                    {"expected": self.expect, "count": self.n})
        ]  # fmt: skip


ENDLESS = Progress(None, 0)
"""Nobody said how many messages there will be."""


def tuned(options: MonitorOptions, n_pairs: int, expect: int | None, n_arms: int) -> MonitorOptions:
    """The options for one pair of a comparison: its share of the level, and for an adaptive plan tuned bets.

    Args:
        options: thresholds of the comparison as a whole.
        n_pairs: pairs in the comparison, at least 1.
        expect: messages expected in the end, in all arms; None where not known.
        n_arms: arms.

    Returns:
        The thresholds.
    """
    blocks = max(1, round(expect / n_arms)) if expect else 0
    return dataclasses.replace(options, alpha=options.alpha / n_pairs, expected_blocks=blocks)


def monitored(
    decides: Callable[[np.ndarray], FixedEffect],
    inside: np.ndarray,
    counts: tuple[int, int, int, int],
    options: MonitorOptions,
    progress: Progress = ENDLESS,
) -> Monitored:
    """The difference of two arms so far, valid at every look.

    Args:
        decides: gives the comparison that decides at one look, of the messages that are asked for.
        inside: bool (n_messages,), the messages of both arms.
        counts: events and messages of arm a, then of arm b.
        options: thresholds, at the pair's own level.
        progress: how many messages are expected.

    Returns:
        The difference, and which covariates it holds equal. Beyond the expected number two sequences share the level: the one
        that ended with it, and the endless one.
    """
    found, n = decides(inside), counts[1] + counts[3]
    if progress.expect is None or progress.n <= progress.expect:
        left = None if progress.expect is None else (progress.expect - progress.n) * n / progress.n
        return sequence(found, options, left, n - found.n) or unknown(counts, options, n)
    rest = 1 - options.expected_share
    endless = sequence(found, dataclasses.replace(options, alpha=rest * options.alpha), None, n - found.n)
    if endless is None:
        return unknown(counts, options, n)
    p, method = min(1.0, endless.p_value / rest), UNTIL
    until = sequence(decides(inside & progress.first), options, 0.0) if progress.first is not None else None
    if until is None:
        return dataclasses.replace(endless, p_value=p, method=method)
    ended = until.shows_difference or (not endless.shows_difference and until.high - until.low < endless.high - endless.low)
    return dataclasses.replace(until if ended else endless, p_value=min(p, until.p_value), method=method, fraction=1.0)
