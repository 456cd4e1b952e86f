"""Sequential monitoring: intervals and tests that stay valid however often one looks at the data.

Difference of two rates: messages are grouped in the order of sending into blocks, each with one message of the rarer arm and
one to three of the other, in the ratio seen so far, all of one stratum (a rep, on one list) and of the same days. A block's
difference of shares lies in -1..1 and has the true difference as its mean. Against each possible difference delta a bet is
placed on every block, with stakes fixed beforehand; only a wrong delta lets the money grow without limit. The interval is every
delta against which the bets have not reached 1 / alpha (Waudby-Smith & Ramdas 2024, "Estimating means of bounded random
variables by betting"). A single rate: the beta-binomial mixture (Robbins 1970; Howard, Ramdas, McAuliffe & Sekhon 2021).

Both are valid at any number of looks, whatever the distribution of the rates; they assume that which arm comes next does not
depend on outcomes already known. "No difference" means none in any stratum; where strata differ, the interval is that of the
mean over blocks. Written by hand: neither scipy nor statsmodels has confidence sequences.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from vmaudio.experiments.options import MonitorOptions

METHOD = "betting on blocks (Waudby-Smith & Ramdas 2024), mixture over fixed stakes"

_DEFAULT = MonitorOptions()


@dataclass(frozen=True, slots=True)
class Monitored:
    """Difference of rates a - b so far, in a form that is valid at every look.

    Attributes:
        low: lower end of the interval, a share from -1 to 1.
        high: upper end.
        e_value: what a bet of 1 against "no difference" has become.
        p_value: anytime-valid p-value, 1 / ``e_value`` but at most 1.
        blocks: blocks of messages that were compared.
        waiting: messages that no block has used.
        method: name of the method.
        estimate: mean difference of the blocks, a share from -1 to 1; None without blocks.
        held: covariates that are equal within every block, such as "rep"; empty where blocks use too little of the messages.
    """

    low: float
    high: float
    e_value: float
    p_value: float
    blocks: int
    waiting: int
    method: str = METHOD
    estimate: float | None = None
    held: tuple[str, ...] = ()

    @property
    def shows_difference(self) -> bool:
        """Whether the interval excludes zero: it is at the level that was asked for, shared among the pairs of a comparison."""
        return self.low > 0 or self.high < 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "held": list(self.held)}


def blocks(
    in_a: np.ndarray,
    y: np.ndarray,
    options: MonitorOptions = _DEFAULT,
    stratum: np.ndarray | None = None,
    at: np.ndarray | None = None,
) -> tuple[np.ndarray, int]:
    """Group messages into blocks and give each block's difference of shares, in the order of sending.

    Which messages a block takes follows from strata, times and arms of the messages so far, never from their outcomes and never
    from later messages. A stratum's messages count from the later of the two arms' first use in it.

    Args:
        in_a: bool (n,), whether the message is in arm a; in the order of sending.
        y: 0 or 1 (n,), the outcomes.
        options: thresholds.
        stratum: numbers (n,): a block has messages of one stratum; those under 0 are left out. None for one stratum.
        at: when each message was sent (n,), in days; a message waits ``longest_wait_days`` at most. None where not known.

    Returns:
        Differences a - b from -1 to 1, shape (n_blocks,), and how many messages no block has used.
    """
    found: list[float] = []
    lines: dict[int, _Line] = {}
    strata = [0] * len(y) if stratum is None else stratum.tolist()
    times = [0.0] * len(y) if at is None else at.tolist()
    left_out = 0
    for arm, value, own, time in zip(np.where(in_a, 0, 1).tolist(), y.tolist(), strata, times, strict=True):
        if own < 0:
            left_out += 1
            continue
        line = lines.get(own)
        if line is None:
            line = lines[own] = _Line(options.most_waiting)
        found += line.add(arm, value, time, options)
    return np.array(found), left_out + sum(line.waiting for line in lines.values())


class _Line:
    """The messages of one stratum that wait for a block."""

    def __init__(self, most: int) -> None:
        self.queues: tuple[deque[tuple[float, float]], deque[tuple[float, float]]] = (deque(maxlen=most), deque(maxlen=most))
        self.come, self.used = [0, 0], 0

    @property
    def waiting(self) -> int:
        return sum(self.come) - self.used

    def add(self, arm: int, value: float, time: float, options: MonitorOptions) -> list[float]:
        """Add a message; the differences of the blocks that it completes."""
        self.come[arm] += 1
        if self.come[arm] == 1 and self.come[1 - arm] > 1:  # messages of before this arm was in use say nothing of it
            last = self.queues[1 - arm][-1]
            self.queues[1 - arm].clear()
            self.queues[1 - arm].append(last)
        self.queues[arm].append((value, time))
        for queue in self.queues:
            while queue and time - queue[0][1] > options.longest_wait_days:
                queue.popleft()
        found = []
        while self.queues[0] and self.queues[1]:
            ratio = max(1, min(options.most_to_one, round(max(self.come) / min(self.come))))
            common = 0 if self.come[0] > self.come[1] else 1
            if len(self.queues[common]) < ratio:
                break
            sums = [0.0, 0.0]
            # the newest: where one arm is rare, the oldest that wait are from another time than its next message
            sums[common] = sum(self.queues[common].pop()[0] for _ in range(ratio)) / ratio
            sums[1 - common] = self.queues[1 - common].pop()[0]
            self.used += ratio + 1
            found.append(sums[0] - sums[1])
        return found


def stakes_of(options: MonitorOptions = _DEFAULT) -> np.ndarray:
    """Stakes of the bets, evenly spaced on a log scale.

    Args:
        options: thresholds; with ``expected_blocks`` n the stakes are near sqrt(2 log(2 / alpha) / (n v)), the best ones at n
            blocks whose differences have a variance v from 2 x .02 x .98 to 2 x .3 x .7.

    Returns:
        Shares of the largest stake allowed, shape (n_stakes,), or (expected_stakes,) for a tuned bet.
    """
    if options.expected_blocks:
        best = np.sqrt(2 * math.log(2 / options.alpha) / (options.expected_blocks * np.array([0.42, 0.0392])))
        low, high = np.clip(best, options.lowest_stake, options.highest_stake)
        return np.geomspace(low, high, options.expected_stakes)
    return np.geomspace(options.lowest_stake, options.highest_stake, options.n_stakes)


def log_wealth(differences: np.ndarray, delta: np.ndarray, options: MonitorOptions = _DEFAULT) -> np.ndarray:
    """Log of what a bet of 1 against each ``delta`` has become, betting both ways and averaged over the stakes.

    Args:
        differences: differences of shares of the blocks (n_blocks,), see `blocks`.
        delta: hypothetical differences from -1 to 1, shape (n_delta,).
        options: thresholds.

    Returns:
        Natural logarithms, shape (n_delta,).
    """
    fractions = stakes_of(options)[None, :]
    values, counts = np.unique(differences, return_counts=True)
    delta = np.asarray(delta, dtype=float)
    up = fractions / (1 + delta[:, None] + 1e-12)  # bets that the mean is above: 1 + stake (D - delta) stays > 0
    down = -fractions / (1 - delta[:, None] + 1e-12)
    stakes = np.hstack([up, down])
    total = np.zeros_like(stakes)
    for value, count in zip(values, counts, strict=True):
        total += count * np.log1p(np.maximum(stakes * (value - delta[:, None]), -1 + 1e-12))
    top = total.max(axis=1)
    return np.asarray(top + np.log(np.exp(total - top[:, None]).mean(axis=1)))


def monitor_difference(
    in_a: np.ndarray,
    y: np.ndarray,
    options: MonitorOptions = _DEFAULT,
    stratum: np.ndarray | None = None,
    at: np.ndarray | None = None,
) -> Monitored:
    """Anytime-valid interval and p-value of the difference of rates a - b, within strata where these are given.

    Args:
        in_a: bool (n,), whether the message is in arm a; in the order of sending.
        y: 0 or 1 (n,), the outcomes in the same order.
        options: thresholds; ``alpha`` is the chance of ever being wrong.
        stratum: strata (n,), as `blocks` takes them.
        at: times (n,), likewise.

    Returns:
        The difference so far; without a complete block -1 to 1 with p-value 1.
    """
    differences, waiting = blocks(in_a, y, options, stratum, at)
    if not len(differences):
        return Monitored(-1.0, 1.0, 1.0, 1.0, 0, waiting)
    grid = np.linspace(-1, 1, options.grid_points)
    kept = np.flatnonzero(log_wealth(differences, grid, options) < math.log(1 / options.alpha))
    step = float(grid[1] - grid[0])
    low, high = grid[kept[0]] - step, grid[kept[-1]] + step  # outward by one step: the grid must not make it narrower
    e_value = math.exp(min(700.0, float(log_wealth(differences, np.zeros(1), options)[0])))
    return Monitored(
        float(max(-1.0, low)), float(min(1.0, high)), e_value, min(1.0, 1 / e_value), len(differences), waiting,
        estimate=float(differences.mean()),
    )  # fmt: skip


def rate_sequence(events: int, n: int, options: MonitorOptions = _DEFAULT) -> tuple[float, float]:
    """Interval of one rate that is valid at every n at once: a uniform beta mixture against each rate.

    Args:
        events: messages with the outcome.
        n: messages.
        options: thresholds; ``alpha`` is the chance of ever being wrong.

    Returns:
        Lower and upper end, shares from 0 to 1; (0, 1) for n = 0.
    """
    from scipy.optimize import brentq
    from scipy.special import betaln

    if n == 0:
        return 0.0, 1.0
    mixture = float(betaln(events + 1, n - events + 1))

    def excess(p: float) -> float:
        log_p = events * math.log(p) if events else 0.0
        log_p += (n - events) * math.log1p(-p) if n > events else 0.0
        return mixture - log_p - math.log(1 / options.alpha)

    share, tiny = events / n, 1e-12
    inner = min(max(share, tiny), 1 - tiny)
    low = 0.0 if events == 0 or excess(tiny) < 0 else float(brentq(excess, tiny, inner))
    high = 1.0 if events == n or excess(1 - tiny) < 0 else float(brentq(excess, inner, 1 - tiny))
    return low, high
