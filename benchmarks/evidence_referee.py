"""Adaptive plans and the sample-ratio check on campaigns with a known truth.

Run a part alone with ``python -m benchmarks.evidence_referee adaptive`` (or ``ratios``); verdicts on a mix of campaigns are
`benchmarks.evidence_mix`.
"""

from __future__ import annotations

import itertools
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping

import numpy as np

from benchmarks.common import SEED, Table, environment
from benchmarks.evidence import share
from benchmarks.evidence_mix import LOOKS, mixed
from vmaudio.experiments.adaptive import arm_probabilities
from vmaudio.experiments.options import AdaptiveOptions, MonitorOptions
from vmaudio.experiments.plans import Place, assign_arms
from vmaudio.experiments.sample_ratio import check_ratio
from vmaudio.experiments.weighted import log_wealth, scores, stakes_of

SPLITS: Mapping[str, tuple[float, Callable[[np.random.Generator], np.ndarray]]] = {
    "five alike": (0.10, lambda rng: np.zeros(5)),
    "five alike, the rate trebles": (0.10, lambda rng: np.zeros(5)),
    "five alike, reps differ": (0.10, lambda rng: np.zeros(5)),
    "one better by 5 points": (0.10, lambda rng: 0.05 * (np.arange(5) == rng.integers(5))),
    "rates of 3 to 20 %": (0.0, lambda rng: rng.beta(6, 54, 5)),
    "one at 4 instead of 2 %": (0.02, lambda rng: 0.02 * (np.arange(5) == rng.integers(5))),
}
"""Truths of five arms: base rate and what is added to it."""


def adaptive(draws: int = 1000, batch: int = 100, batches: int = 30) -> list[Table]:
    """Top-two Thompson sampling against a fixed split, looked at after every second batch."""
    options, level = AdaptiveOptions(draws=4000), math.log(10 / MonitorOptions().alpha)
    tally: dict[str, list[tuple[float, float, bool, bool]]] = defaultdict(list)
    for seed in range(draws):
        rng = np.random.default_rng([SEED, 88, seed])
        name = list(SPLITS)[seed % len(SPLITS)]
        base, added = SPLITS[name]
        rates = base + added(rng)
        reps = rng.normal(0, 0.8, 8) if "reps" in name else np.zeros(8)
        seen, chance = np.zeros((batches, 5, 2)), np.zeros((batches, 5))  # messages by batch, arm and outcome
        wrong = right = False
        for b in range(batches):
            counts = [(int(k), int(n)) for k, n in zip(seen[:, :, 1].sum(axis=0), seen.sum(axis=(0, 2)), strict=True)]
            chance[b] = arm_probabilities(counts, rng, options=options)
            new = rng.choice(5, size=batch, p=chance[b])
            true = rates[new] * (0.5 + b / batches if "trebles" in name else 1.0)
            odds = true / (1 - true) * np.exp(reps[rng.integers(8, size=batch)])
            np.add.at(seen[b], (new, (rng.random(batch) < odds / (1 + odds)).astype(int)), 1)
            for i, j in itertools.combinations(range(5), 2) if b % 2 else ():
                cells = seen[: b + 1, [i, j]].reshape(-1)
                in_a, y = np.tile([True, True, False, False], b + 1), np.tile([0.0, 1.0], 2 * (b + 1))
                e = np.repeat(chance[: b + 1, i] / (chance[: b + 1, i] + chance[: b + 1, j]), 4)
                score, slope = scores(in_a, y, e, np.repeat(np.arange(b + 1), 4), cells)
                if log_wealth(score, slope, cells, 0.0, stakes_of()) >= level:
                    won, lost = (i, j) if cells @ score > 0 else (j, i)
                    wrong, right = wrong or rates[won] <= rates[lost], right or rates[won] > rates[lost]
        regret = float((rates.max() - rates) @ seen.sum(axis=(0, 2)))
        tally[name].append((regret, float((rates.max() - rates).mean() * batch * batches), bool(wrong), bool(right)))
    rows = []
    for name, found in tally.items():
        lost, fixed, wrong, right = (np.array(column, dtype=float) for column in zip(*found, strict=True))
        less = f"{100 * (1 - lost.sum() / fixed.sum()):.0f} %" if fixed.any() else None
        gap = (float(fixed.mean()), float(lost.mean()), less) if fixed.any() else (None, None, None)
        truly = share(int(right.sum()), len(found)) if fixed.any() else None
        rows.append((name, str(len(found)), *gap, share(int(wrong.sum()), len(found)), truly))
    lost = np.array([one[:2] for found in tally.values() for one in found])
    total = [one[2] for found in tally.values() for one in found]
    less = f"{100 * (1 - lost[:, 0].sum() / lost[:, 1].sum()):.0f} %"
    rows.append(("all", str(len(total)), None, None, less, share(sum(total), len(total)), None))
    return [
        Table(
            f"Adaptive plans: five arms, {batch * batches:,} messages in {batches} batches",
            ("truth", "campaigns", "callbacks lost, fixed split", "lost, adaptive", "fewer lost", "false winner at any look",
             "a true difference found"),
            rows,
            "Lost: callbacks that the best arm would have had more. Weighted scores, ten pairs, looked at 15 times.",
        )
    ]  # fmt: skip


def ratios(draws: int = 200, n: int = 1200, reps: int = 6) -> list[Table]:
    """The sample-ratio check: false alarms over 15 looks, and what it finds."""
    rows = []
    for name, lost_by_arm, whose in (
        ("nothing is lost", (0.0, 0.0), reps),
        ("a third is lost, of both arms alike", (0.33, 0.33), reps),
        ("10 % of one arm are lost", (0.0, 0.1), reps),
        ("20 % of one arm are lost", (0.0, 0.2), reps),
        ("one rep of six leaves out half of an arm", (0.0, 0.5), 1),
    ):
        rng = np.random.default_rng([SEED, 99])
        failed, at = 0, []
        for i in range(draws):
            places = [Place(f"p{k}", f"rep{k % reps}") for k in range(n)]
            plan = assign_arms(places, ["a", "b"], by_rep=True, seed=i)
            kept = [one for one in plan if rng.random() >= lost_by_arm[one.arm == "b"] * (int(one.rep[3:]) < whose)]
            assigned, reached = [(one.arm, one.rep, 1) for one in plan], {one.position for one in kept}
            for look in range(1, LOOKS + 1):
                counted = [(o.arm, o.rep, 1, str(o.position // 40)) for o in kept if o.position <= n * look // LOOKS]
                gone = [(o.arm, o.rep, 1) for o in plan if o.position <= n * look // LOOKS and o.position not in reached]
                found = check_ratio(assigned, counted, gone)
                if found is not None and found.fails:
                    failed += 1
                    at.append(n * look // LOOKS)
                    break
        rows.append((name, share(failed, draws), float(np.median(at)) if at else None))
    return [
        Table(
            f"Sample ratio: plans of {n:,} prospects and {reps} reps, looked at {LOOKS} times, level .001",
            ("what is lost", "the check fails at any look", "median of prospects until then"),
            rows,
            f"{draws} plans per line.",
        )
    ]


PARTS: tuple[Callable[[], list[Table]], ...] = (mixed, adaptive, ratios)


if __name__ == "__main__":
    for part in PARTS:
        if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
            for table in part():
                print(table.markdown(), flush=True)
    print(environment())
