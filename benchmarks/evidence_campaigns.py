"""Whole campaigns with a known truth, through `compare`: rates that drift while scripts change, and many arms at once.

Run it alone with ``python -m benchmarks.evidence_campaigns``, or as part of the row ``evidence`` of `benchmarks.accuracy`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np

from benchmarks.common import SEED, Table, environment
from benchmarks.evidence import share as share_of
from vmaudio.experiments.comparison import compare
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)


def _observed(
    rng: np.random.Generator, rep: np.ndarray, script: list[str], day: np.ndarray, p: np.ndarray
) -> list[Observation]:
    made = []
    for i, called in enumerate((rng.random(len(p)) < p).tolist()):
        sent = START + datetime.timedelta(days=int(day[i]), minutes=int(rng.integers(480)))
        message = Message(f"{i}.wav", rep=f"rep{rep[i]}", prospect=f"p{i}", sent_at=sent.isoformat(), script=script[i])
        made.append(Observation(message, Outcome(message.message_id, callback=called)))
    return made


def _half(t: np.ndarray) -> np.ndarray:
    return (t >= 0.5).astype(float)


DESIGNS: tuple[tuple[str, int, Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray], float], ...] = (
    ("old on days 0 to 59, new on 60 to 119; rate 5 to 15 %", 120, _half, lambda t: 0.05 + 0.10 * t, 0.0),
    ("the same, and the rate jumps on that day", 120, _half, lambda t: 0.05 + 0.10 * _half(t), 0.0),
    ("change-over within three weeks, with a jump", 21, _half, lambda t: 0.05 + 0.10 * _half(t), 0.0),
    ("new grows from 10 to 90 %; rate 5 to 15 %", 120, lambda t: 0.1 + 0.8 * t, lambda t: 0.05 + 0.10 * t, 0.0),
    ("the same; new adds 5 points", 120, lambda t: 0.1 + 0.8 * t, lambda t: 0.05 + 0.10 * t, 0.05),
    ("scripts by chance; rate 5 to 15 %", 120, lambda t: np.full(t.shape, 0.5), lambda t: 0.05 + 0.10 * t, 0.0),
    ("the same; new adds 5 points", 120, lambda t: np.full(t.shape, 0.5), lambda t: 0.05 + 0.10 * t, 0.05),
)


def drift(draws: int = 100, n: int = 2000) -> Table:
    """The rate drifts: what is said of a script that replaces another one, overlaps with it, or alternates."""
    rows = []
    for name, days, share, rate, effect in DESIGNS:
        rng = np.random.default_rng(SEED + 10)
        naive = named = confounded = inside = estimable = 0
        for _ in range(draws):
            day, rep = rng.integers(days, size=n), rng.integers(8, size=n)
            new = rng.random(n) < share(day / days)
            script = np.where(new, "new", "old").tolist()
            (pair,) = compare(_observed(rng, rep, script, day, rate(day / days) + effect * new), "script", now=NOW).pairs
            naive += pair.p_value < 0.05
            named += pair.verdict.kind in ("a_higher", "b_higher")
            confounded += pair.verdict.kind == "confounded"
            if pair.adjusted.low is not None and pair.adjusted.high is not None:
                estimable += 1
                inside += pair.adjusted.low <= effect <= pair.adjusted.high
        rows.append(
            (
                name, share_of(naive, draws), share_of(named, draws), share_of(confounded, draws),
                share_of(inside, estimable) if estimable else "not estimable",
            )
        )  # fmt: skip
    return Table(
        f"Scripts that change while the rate drifts (8 reps, {n:,} messages)",
        ("campaign", "naive p < .05", "verdict: one is higher", "verdict: confounded", "adjusted interval holds the truth"),
        rows,
        f"{draws} campaigns per line, through `compare` as a whole.",
    )


def many_arms(draws: int = 60, n: int = 2500) -> Table:
    """Ten scripts that do nothing, used by twelve reps with levels and mixes of their own: is there a winner?"""
    rows = []
    for arms in (4, 10):
        rng = np.random.default_rng(SEED + 11)
        naive = uncorrected = named = 0
        for _ in range(draws):
            level, mix = rng.beta(2, 14, 12), rng.dirichlet(np.full(arms, 2.0), 12)
            rep = rng.integers(12, size=n)
            script = [f"s{rng.choice(arms, p=mix[r])}" for r in rep]
            found = compare(_observed(rng, rep, script, rng.integers(60, size=n), level[rep]), "script", now=NOW)
            naive += any(pair.p_adjusted < 0.05 for pair in found.pairs)
            uncorrected += any(pair.p_deciding < 0.05 for pair in found.pairs)
            named += any(pair.verdict.kind in ("a_higher", "b_higher") for pair in found.pairs)
        rows.append((str(arms), share_of(naive, draws), share_of(uncorrected, draws), share_of(named, draws)))
    return Table(
        f"Many scripts that do nothing (12 reps with levels and mixes of their own, {n:,} messages)",
        ("scripts", "messages alone, Holm", "within reps, not corrected", "vmaudio names a winner"),
        rows,
        f"{draws} campaigns per line: share with at least one such pair. Aim: at most 5 %.",
    )


PARTS: tuple[Callable[[], Table], ...] = (drift, many_arms)


if __name__ == "__main__":
    for part in PARTS:
        print(part().markdown(), flush=True)
    print(environment())
