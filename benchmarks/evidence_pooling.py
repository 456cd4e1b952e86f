"""Are winners overstated, and is anything chosen by chance? Partial pooling and decisions on simulated teams.

Everything here is simulated, with a truth that is known. Run it alone with ``python -m benchmarks.evidence_pooling``.
"""

from __future__ import annotations

import datetime

import numpy as np

from benchmarks.common import SEED, Table
from benchmarks.evidence import share
from vmaudio.experiments import Values, compare, decide, pool
from vmaudio.records import Message, Observation, Outcome

SENT = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def pooled_rates(draws: int = 200) -> Table:
    """Error of raw and pooled rates, how far the best is overstated, and whether a best that is called settled is the best."""
    rows = []
    for n_arms, n, arm_sd in ((2, 266, 0.3), (4, 1000, 0.0), (6, 900, 0.25), (10, 2500, 0.3)):
        rng = np.random.default_rng(SEED + n)
        raw_off, off, raw_best, best, inside, settled, right = [], [], [], [], 0, 0, 0
        for _ in range(draws):
            arms, reps = arm_sd * rng.standard_normal(n_arms), 0.5 * rng.standard_normal(8)
            arm, rep = rng.integers(n_arms, size=n), rng.integers(8, size=n)
            rate = 1 / (1 + np.exp(2.2 - arms[:, None] - reps[None, :]))
            truth = rate.mean(axis=1)
            found = pool([str(i) for i in range(n_arms)], arm, rep, (rng.random(n) < rate[arm, rep]).astype(float))
            if found is None:
                continue
            raw, pooled = (np.array([getattr(one, what) for one in found.arms]) for what in ("raw", "rate"))
            top = int(found.best.arm)
            raw_off += list((raw - truth) ** 2)
            off += list((pooled - truth) ** 2)
            raw_best.append(raw.max() - truth[raw.argmax()])
            best.append(pooled[top] - truth[top])
            inside += sum(one.low <= true <= one.high for one, true in zip(found.arms, truth, strict=True))
            settled += found.best.prob_best >= 0.95
            right += found.best.prob_best >= 0.95 and truth[top] == truth.max()
        name = f"{n_arms} arms, {n:,} messages, {f'spread {arm_sd:g}' if arm_sd else 'all equal'}"
        errors = (f"{100 * np.sqrt(np.mean(raw_off)):.2f}", f"{100 * np.sqrt(np.mean(off)):.2f}")
        over = (f"{100 * np.mean(raw_best):+.2f}", f"{100 * np.mean(best):+.2f}")
        called = f"{settled} ({right} right)" if arm_sd else f"{settled}"
        rows.append((name, *errors, *over, share(inside, draws * n_arms), called))
    return Table(
        "Partial pooling: error, and how far the best is overstated",
        ("teams", "error raw", "error pooled", "best raw", "best pooled", "interval holds", "called settled"),
        rows,
        f"{draws} simulated teams of 8 reps per line, base about 10 %, spread on the log-odds scale. Root mean square error "
        "and overstatement in percentage points; best: the highest raw rate, and the arm most likely best.",
    )


def decisions(draws: int = 150) -> Table:
    """How often an arm is chosen by its expected value: where all arms are alike, and where one is worth more."""
    values = Values({"callback": 20.0, "sale": 300.0}, {})
    worlds = (
        ("2 equal arms, 1,000 messages", 1000, ((0.12, 0.03), (0.12, 0.03))),
        ("5 equal arms, 1,500 messages", 1500, ((0.12, 0.03),) * 5),
        ("sale 6 against 3 %, 2,000 messages", 2000, ((0.12, 0.06), (0.12, 0.03))),
    )
    rows = []
    for number, (name, n, rates) in enumerate(worlds):
        rng = np.random.default_rng(SEED + number)
        chosen = wrong = 0
        for _ in range(draws):
            arm, rep, u = rng.integers(len(rates), size=n), rng.integers(8, size=n), rng.random((n, 2))
            seen = [
                Observation(
                    Message(f"{i}.wav", f"m{i}", rep=f"r{rep[i]}", sent_at=SENT.isoformat(), script=str(arm[i])),
                    Outcome(f"m{i}", callback=bool(u[i, 0] < rates[arm[i]][0]), sale=bool(u[i, 1] < rates[arm[i]][1])),
                )
                for i in range(n)
            ]
            found = decide([compare(seen, "script", what) for what in ("callback", "sale")], values)
            chosen += found.choice is not None
            wrong += found.choice is not None and (rates[0] == rates[1] or found.choice != "0")
        rows.append((name, share(chosen, draws), share(wrong, draws)))
    return Table(
        "Decisions by values: how often an arm is chosen",
        ("teams", "chosen", "wrongly"),
        rows,
        f"{draws} simulated teams per line; values 20 a callback and 300 a sale. Between equal arms every choice is wrong.",
    )


PARTS = (pooled_rates, decisions)

if __name__ == "__main__":
    for part in PARTS:
        print(part().markdown())
