"""Do the shares that a report prints ("missed in 24 % of messages, 95 % interval 15 to 36 %") hold the true ones?

Teams are simulated from recordings of known script: reps are drawn, then messages of each. The report counts what the machine
ruled, as it does for a coach; the true share is how often reps like these really miss the check, by the scripts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table
from vmaudio.plots import Rate
from vmaudio.report.intervals import missed_rate, rate_of

TEAMS = 2000
REPS, EACH = 8, 6
"""A team: so many reps with so many messages each."""

FEWEST = 3
"""Checks that fewer reps of the recordings miss are left out: every team's share would be about 0."""


def shares(rows: Sequence[Any], checks: Sequence[str]) -> Table:
    """One line a check: the true share, the mean share printed, and how often the interval holds the true one."""
    rng = np.random.default_rng(SEED)
    lines = []
    for check in checks:
        own = [row for row in rows if row.check == check and row.true in ("pass", "fail")]
        by_rep = [[row for row in own if row.rep == rep] for rep in sorted({row.rep for row in own})]
        if sum(any(row.true == "fail" for row in rep) for rep in by_rep) < FEWEST:
            continue
        true = float(np.mean([np.mean([row.true == "fail" for row in rep]) for rep in by_rep]))
        lines.append((check, len(own), 100 * true, *_coverage(by_rep, true, rng)))
    cells = np.array([line[3:] for line in lines], dtype=float)
    lines.append(("mean", None, None, *map(float, cells.mean(axis=0))))
    return Table("Shares of a report against the truth", COLUMNS, lines, NOTES)


def _coverage(by_rep: Sequence[Sequence[Any]], true: float, rng: np.random.Generator) -> tuple[float, ...]:
    """Per cent: mean share printed, not judged, coverage of the interval printed, its width, coverage of Wilson's."""
    codes = [
        np.array([(row.shown == "fail", row.shown != "n/a", row.not_judged) for row in rep], dtype=float) for rep in by_rep
    ]
    found = []
    for _ in range(TEAMS):
        team = [codes[k][rng.integers(len(codes[k]), size=EACH)] for k in rng.integers(len(codes), size=REPS)]
        counts = [tuple(map(int, rep.sum(axis=0))) for rep in team]
        k, n = (sum(one[at] for one in counts) for at in (0, 1))
        if not n:
            continue
        printed, plain = missed_rate("", counts), rate_of("", k, n)
        found.append((k / n, 1 - n / (REPS * EACH), _holds(printed, true), printed.high - printed.low, _holds(plain, true)))
    return tuple(100 * float(value) for value in np.mean(found, axis=0))


def _holds(rate: Rate, true: float) -> bool:
    return rate.low - 1e-9 <= true <= rate.high + 1e-9


COLUMNS = (
    "check", "n", "true share missed, %", "share printed, mean, %", "not judged, %", "interval holds the true share, %",
    "its width, points", "Wilson's, messages as if independent, holds, %",
)  # fmt: skip
NOTES = (
    f"{TEAMS} teams of {REPS} reps with {EACH} messages each, drawn with replacement from the recordings of both halves; "
    f"checks that {FEWEST} reps or more miss. The share printed is that of `vmaudio report` (fails of the messages judged): "
    "what the machine got wrong or did not judge is in it. The interval takes what was not judged for passed at its lower end "
    "and for missed at its upper one, and a rep's messages for alike."
)
