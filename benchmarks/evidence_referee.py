"""The referee on campaigns drawn from a mix of truths, and looked at every day: how often is its sentence wrong?

Everything here is simulated, with a truth that is known. ``python -m benchmarks.evidence_referee`` draws 200 campaigns of the
mix; ``python -m benchmarks.evidence_referee 0:10000 campaigns.jsonl`` draws those numbered so, keeps what was found in the
file, and goes on from there when it is run again.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import json
import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table, environment
from benchmarks.evidence import share
from vmaudio.experiments.adaptive import arm_probabilities
from vmaudio.experiments.comparison import compare, corrected_pairs
from vmaudio.experiments.fixed_effects import stratified_test
from vmaudio.experiments.options import AdaptiveOptions, CompareOptions, MonitorOptions
from vmaudio.experiments.plans import Place, assign_arms
from vmaudio.experiments.rates import holm
from vmaudio.experiments.sample_ratio import check_ratio
from vmaudio.experiments.sequential import blocks, stakes_of
from vmaudio.experiments.weighted import log_wealth, scores
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)
LOOKS = 15
QUICK = CompareOptions(fewest_for_chance=10**9)
"""Without the chance that one is better, which decides nothing and takes half of the time."""


@dataclass(frozen=True)
class Campaign:
    """One campaign: its messages by time, and which arms are truly better than which.

    Attributes:
        kind: one of `KINDS`.
        messages: with their outcomes.
        better: pairs (better, worse) of arms that truly differ.
        told_apart: whether arms can be told from what else differs between them.
    """

    kind: str
    messages: list[Observation]
    better: frozenset[tuple[str, str]]
    told_apart: bool = True


KINDS = {
    "null": "nothing (reps differ)",
    "effect": "5 points, 1,000 a side",
    "rep": "nothing; the better reps prefer 'new'",
    "rep alone": "nothing; the best rep alone uses 'new'",
    "list": "nothing; 'new' is used on the better list",
    "time": "nothing; 'new' replaces 'old' while the rate doubles",
    "drift": "nothing; 'new' grows from 10 to 90 % while the rate doubles",
    "dilution": "6 points, but 1 message in 6 used the other script",
    "rare": "nothing; rate 1 %",
    "many arms": "nothing; ten scripts",
}


@dataclass(frozen=True)
class Columns:
    """A campaign's messages by time: rep numbers, arm numbers (0 is 'new' where there are two), days, lists and outcomes."""

    kind: str
    rep: np.ndarray
    arm: np.ndarray
    day: np.ndarray
    campaign: np.ndarray
    called: np.ndarray
    arms: int
    told_apart: bool


def columns(rng: np.random.Generator, kind: str) -> Columns:
    """Draw a campaign of the mix: 4 to 20 reps with levels and mixes of their own, 30 to 90 days, 1,000 to 3,000 messages."""
    n = 2000 if kind in ("effect", "dilution") else int(rng.integers(1000, 3000))
    reps, days = int(rng.integers(4, 21)), int(rng.integers(30, 91))
    day, rep = np.sort(rng.integers(days, size=n)), rng.integers(reps, size=n)
    base = 0.01 if kind == "rare" else float(rng.uniform(0.05, 0.15))
    level = base * rng.gamma(4, 1 / 4, reps)
    t = day / days
    good = level > np.median(level)
    scripts = 10 if kind == "many arms" else 2
    campaign = np.full(n, "spring")
    told_apart = True
    if scripts > 2:
        mix = rng.dirichlet(np.full(scripts, 2.0), reps)
        arm = (rng.random(n)[:, None] > np.cumsum(mix[rep], axis=1)).sum(axis=1).clip(max=scripts - 1)
    else:
        prefers = {"rep": np.where(good, 0.8, 0.2), "rep alone": (np.arange(reps) == level.argmax()).astype(float)}
        chance = prefers.get(kind, rng.uniform(0.3, 0.7, reps))[rep]
        if kind == "time":
            chance = (t >= 0.5).astype(float)
        if kind == "drift":
            chance = 0.1 + 0.8 * t
        if kind == "list":
            hot = rng.random(n) < 0.5
            campaign = np.where(hot, "hot list", "cold list")
            chance = np.where(hot, 0.85, 0.15)
        arm = (rng.random(n) >= chance).astype(int)  # 0: new
        told_apart = kind not in ("rep alone", "time")
    p = level[rep]
    if kind in ("time", "drift"):
        p = p * (2 / 3 + 2 / 3 * t)
    if kind == "list":
        p = p * np.where(campaign == "hot list", 1.5, 0.5)
    used = arm
    if kind == "dilution":
        used = np.where(rng.random(n) < 1 / 6, 1 - arm, arm)
    p = p + {"effect": 0.05, "dilution": 0.06}.get(kind, 0.0) * (used == 0)
    return Columns(kind, rep, arm, day, campaign, rng.random(n) < np.minimum(p, 0.95), scripts, told_apart)


def draw(seed: int) -> Campaign:
    """Draw a campaign of the mix as messages."""
    rng = np.random.default_rng([SEED, 77, seed])
    drawn = columns(rng, list(KINDS)[seed % len(KINDS)])
    n, called = len(drawn.rep), drawn.called.tolist()
    minutes = rng.integers(480, size=n).tolist()
    names = ["new", "old"] if drawn.arms == 2 else [f"s{i}" for i in range(drawn.arms)]
    made = []
    for i in range(n):
        sent = (START + datetime.timedelta(days=int(drawn.day[i]), minutes=minutes[i])).isoformat()
        message = Message(
            f"{i}.wav", f"m{i}", f"rep{drawn.rep[i]}", f"p{i}", sent_at=sent, campaign=str(drawn.campaign[i]),
            script=names[drawn.arm[i]],
        )  # fmt: skip
        made.append(Observation(message, Outcome(f"m{i}", callback=called[i])))
    better = frozenset({("new", "old")} if drawn.kind in ("effect", "dilution") else ())
    return Campaign(drawn.kind, made, better, drawn.told_apart)


WAYS = ("fixed", "monitor", "expect")
"""One look by the fixed test; the sequence of ``--monitor``; the same with ``--expect``."""


def _said(campaign: Campaign, messages: Sequence[Observation]) -> dict[str, tuple[bool, bool, bool]]:
    """By each way, whether a wrong winner is named, a right one, and whether all pairs are called confounded.

    One call of `compare` serves for all three: only what decides is exchanged, by the code that `compare` itself runs.
    """
    found = compare(messages, "script", now=NOW, options=QUICK, anytime=True)
    fixed = corrected_pairs([dataclasses.replace(pair, anytime=None) for pair in found.pairs], QUICK)
    pairs = {"fixed": fixed, "monitor": found.pairs}
    if len(found.arms) == 2 and found.pairs:
        more = compare(messages, "script", now=NOW, options=QUICK, anytime=True, expect=len(campaign.messages))
        pairs["expect"] = more.pairs
    said = {}
    for way, made in pairs.items():
        named = [(p.a, p.b) if p.verdict.kind == "a_higher" else (p.b, p.a) for p in made
                 if p.verdict.kind in ("a_higher", "b_higher")]  # fmt: skip
        confounded = bool(made) and all(p.verdict.kind == "confounded" for p in made)
        wrong, right = any(one not in campaign.better for one in named), any(one in campaign.better for one in named)
        said[way] = (wrong, right, confounded)
    return said


def judged(seed: int, *, daily: bool) -> dict[str, Any]:
    """What is said of one campaign at its end, and if asked what was said at any of 15 looks."""
    campaign = draw(seed)
    n = len(campaign.messages)
    looks = [_said(campaign, campaign.messages[: n * k // LOOKS]) for k in range(1 if daily else LOOKS, LOOKS + 1)]
    result: dict[str, Any] = {
        "seed": seed, "kind": campaign.kind, "told_apart": campaign.told_apart, "effect": bool(campaign.better)
    }  # fmt: skip
    for way in WAYS:
        seen = [look[way] for look in looks if way in look]
        if seen:
            result[way] = seen[-1]
            if daily:
                result[f"daily {way}"] = [any(one[i] for one in seen) for i in range(3)]
    return result


def run(first: int, end: int, kept: Path | None = None) -> list[dict[str, Any]]:
    """Judge campaigns by number; those that a file has are taken from there, with all others in it.

    Every fifth round of the mix is looked at 15 times, of ten scripts every fiftieth: these take their time.
    """
    known: dict[int, dict[str, Any]] = {}
    if kept is not None and kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            known[one["seed"]] = one
    for seed in range(first, end):
        if seed not in known:
            many = list(KINDS)[seed % len(KINDS)] == "many arms"
            known[seed] = judged(seed, daily=seed // len(KINDS) % (50 if many else 5) == 0)
            if kept is not None:
                with kept.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(known[seed]) + "\n")
    return [known[seed] for seed in sorted(known)]


def _rate(results: Iterable[Mapping[str, Any]], key: str, which: int) -> str:
    seen = [one[key][which] for one in results if key in one]
    return share(sum(seen), len(seen)) if seen else ""


def mixed_tables(results: Sequence[Mapping[str, Any]]) -> list[Table]:
    """The tables of what `run` found."""
    by_kind: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in results:
        by_kind[one["kind"]].append(one)
    rows, peeked = [], []
    for kind, words in KINDS.items():
        own = by_kind[kind]
        if not own:
            continue
        truth = own[0]["effect"]
        rows.append(
            (
                words, str(len(own)), _rate(own, "fixed", 0), _rate(own, "fixed", 1) if truth else None, _rate(own, "fixed", 2),
                _rate(own, "monitor", 0), _rate(own, "monitor", 1) if truth else None,
                _rate(own, "expect", 1) if truth else None,
            )
        )  # fmt: skip
        looked = [one for one in own if "daily fixed" in one]
        cells = [_rate(looked, f"daily {name}", which) if truth or not which else None
                 for name in WAYS for which in (0, 1)]  # fmt: skip
        peeked.append((words, str(len(looked)), *cells))
    whole = [one for one in results if not one["effect"]]
    rows.append(("all without an effect", str(len(whole)), _rate(whole, "fixed", 0), None, _rate(whole, "fixed", 2),
                 _rate(whole, "monitor", 0), None, None))  # fmt: skip
    looked = [one for one in whole if "daily fixed" in one]
    peeked.append(("all without an effect", str(len(looked)), _rate(looked, "daily fixed", 0), None,
                   _rate(looked, "daily monitor", 0), None, _rate(looked, "daily expect", 0), None))  # fmt: skip
    apart = [one for one in results if not one["told_apart"]]
    lost = share(sum(one["fixed"][0] for one in apart), len(apart)) if apart else "none"
    return [
        Table(
            f"A mix of {len(results):,} campaigns, looked at once",
            ("what the script does", "campaigns", "false winner", "true winner found", "said to be confounded",
             "--monitor: false winner", "--monitor: found", "--monitor --expect: found"),
            rows,
            "Each campaign has 4 to 20 reps with levels and mixes of their own, 30 to 90 days and 1,000 to 3,000 messages at 5 "
            f"to 15 %. Where a script cannot be told from the rep or the time, a winner was named in {lost}.",
        ),
        Table(
            f"The same campaigns looked at {LOOKS} times",
            ("what the script does", "campaigns", "fixed test: false winner", "found", "--monitor: false winner", "found",
             "--monitor --expect: false winner", "found"),
            peeked,
            "A winner counts that was named at any look.",
        ),
    ]  # fmt: skip


def mixed() -> list[Table]:
    """A quick run of the mix."""
    return mixed_tables(run(0, 200))


def light(draws: int = 6000) -> list[Table]:
    """The tests that decide, without the rest of `compare`: many more campaigns, and the sequence looked at after every block.

    Only truths where reps are all that differs; whatever `compare` calls confounded is judged here too.
    """
    kinds = ("null", "rep", "rare", "many arms", "effect", "dilution")
    tally: dict[str, list[tuple[bool, ...]]] = defaultdict(list)
    for seed in range(draws):
        rng = np.random.default_rng([SEED, 66, seed])
        drawn = columns(rng, kinds[seed % len(kinds)])
        pairs = list(itertools.combinations(range(drawn.arms), 2))
        n = len(drawn.rep)
        looks = [_decided(drawn, pairs, n * k // LOOKS) for k in range(1, LOOKS + 1)]
        ever = [_ever(drawn, pair, MonitorOptions(alpha=0.05 / len(pairs), expected_blocks=tuned))
                for tuned in (0, n // drawn.arms) for pair in pairs]  # fmt: skip
        usual, tuned_ones = ever[: len(pairs)], ever[len(pairs) :]
        effect = drawn.kind in ("effect", "dilution")
        tally[drawn.kind].append(
            tuple(
                any(sign > 0 if effect and right else sign < 0 if effect else sign != 0 for sign in found)
                for found in (looks[-1], [sign for look in looks for sign in look], usual, tuned_ones)
                for right in (False, True)
            )
        )
    rows = []
    for kind, found in tally.items():
        hits, effect = np.array(found).sum(axis=0).tolist(), kind in ("effect", "dilution")
        cells = [
            share(hits[2 * way + right], len(found)) if effect or not right else None for way in range(4) for right in (0, 1)
        ]
        rows.append((KINDS[kind], str(len(found)), *cells))
    return [
        Table(
            f"The tests alone: {draws:,} campaigns",
            ("what the script does", "campaigns", "one look: false", "found", f"fixed test, {LOOKS} looks: false", "found",
             "sequence, every block: false", "found", "with --expect: false", "found"),
            rows,
            "Within reps, Holm's correction or the level shared among the pairs. Of an effect, false is the wrong sign.",
        )
    ]  # fmt: skip


def _decided(drawn: Columns, pairs: Sequence[tuple[int, int]], upto: int) -> list[int]:
    """Sign of each pair that the test within reps shows after so many messages, with Holm's correction; 0 for none."""
    rep, arm, y = drawn.rep[:upto], drawn.arm[:upto], drawn.called[:upto].astype(float)
    shape = (int(drawn.rep.max()) + 1, drawn.arms)
    n, events = np.zeros(shape), np.zeros(shape)
    np.add.at(n, (rep, arm), 1)
    np.add.at(events, (rep, arm), y)
    p_values, signs = [], []
    for pair in pairs:
        size, hits = n[:, pair], events[:, pair]
        both = (size > 0).all(axis=1)
        size, hits = size[both], hits[both]
        enough = len(size) and min(hits.sum(), size.sum() - hits.sum()) >= CompareOptions().fewest_events
        p_values.append(stratified_test(size, hits) if enough else 1.0)
        weight = size[:, 0] * size[:, 1] / size.sum(axis=1)
        signs.append(int(np.sign(weight @ (hits[:, 0] / size[:, 0] - hits[:, 1] / size[:, 1]))))
    return [sign if p < 0.05 else 0 for sign, p in zip(signs, holm(p_values), strict=True)]


def _ever(drawn: Columns, pair: tuple[int, int], options: MonitorOptions) -> int:
    """Sign of the difference when the sequence first shows one, looked at after every block; 0 for never."""
    use = np.isin(drawn.arm, pair)
    differences, _ = blocks(
        drawn.arm[use] == pair[0], drawn.called[use].astype(float), options, drawn.rep[use], drawn.day[use].astype(float)
    )
    stakes = np.concatenate([stakes_of(options), -stakes_of(options)])
    wealth = np.cumsum(np.log1p(stakes[None, :] * differences[:, None]), axis=0)
    shown = np.flatnonzero(np.exp(np.minimum(wealth, 700)).mean(axis=1) >= 1 / options.alpha)
    return int(np.sign(differences[: shown[0] + 1].sum())) if len(shown) else 0


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


PARTS: tuple[Callable[[], list[Table]], ...] = (mixed, light, adaptive, ratios)


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "0:200"
    alone = {part.__name__: part for part in PARTS}
    if asked in alone:
        made = alone[asked]()
    else:
        first, _, end = asked.partition(":")
        made = mixed_tables(run(int(first), int(end), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
    for table in made:
        print(table.markdown(), flush=True)
    print(environment())
