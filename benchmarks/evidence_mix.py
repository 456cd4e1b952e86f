"""The referee on campaigns drawn from a mix of truths, looked at once and every day: how often is its sentence wrong?

Everything here is simulated, with a truth that is known. ``python -m benchmarks.evidence_mix FIRST:END FILE`` judges the
campaigns that are numbered so, keeps what was found in the file, and goes on from there when it is run again. Judged is by the
functions that ``vmaudio compare`` runs, without what decides nothing (tests/experiments/test_mix.py holds that the verdicts are
those of the command). Odd rounds of the mix are for tuning, even ones are reported
(``python -m benchmarks.evidence_mix 0:0 FILE even``).
"""

from __future__ import annotations

import datetime
import itertools
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table, environment
from benchmarks.evidence import share
from vmaudio.experiments import arms as arms_of, balance
from vmaudio.experiments.monitoring import Progress, tuned
from vmaudio.experiments.options import CompareOptions, MonitorOptions
from vmaudio.experiments.pairs import Columns, compare_pair, corrected_pairs, watched
from vmaudio.experiments.preparation import Row, prepare
from vmaudio.experiments.results import Pair
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
class Drawn:
    """A campaign's messages by time: rep numbers, arm numbers (0 is 'new' where there are two), days, lists and outcomes."""

    kind: str
    rep: np.ndarray
    arm: np.ndarray
    day: np.ndarray
    campaign: np.ndarray
    called: np.ndarray
    arms: int
    told_apart: bool


def drawn_campaign(rng: np.random.Generator, kind: str) -> Drawn:
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
    return Drawn(kind, rep, arm, day, campaign, rng.random(n) < np.minimum(p, 0.95), scripts, told_apart)


def draw(seed: int) -> Campaign:
    """Draw a campaign of the mix as messages."""
    rng = np.random.default_rng([SEED, 77, seed])
    drawn = drawn_campaign(rng, list(KINDS)[seed % len(KINDS)])
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
    made.sort(key=lambda one: one.message.sent_at or "")
    better = frozenset({("new", "old")} if drawn.kind in ("effect", "dilution") else ())
    return Campaign(drawn.kind, made, better, drawn.told_apart)


WAYS = ("fixed", "monitor", "expect")
"""One look by the fixed test; ``--monitor``; the same with ``--expect``."""


class Prefix(Columns):
    """The first messages of a campaign, without reading the rows again."""

    def __init__(self, whole: Columns, n: int) -> None:
        self.rows, self.unit, self.y, self.has_rep = whole.rows[:n], whole.unit, whole.y[:n], whole.has_rep
        cut = {name: values[:n] for name, values in whole.covariates.items()}
        self.covariates = {name: values for name, values in cut.items() if len(set(values.tolist())) > 1}
        self.design = balance.design({k: v for k, v in self.covariates.items() if k not in ("rep", *balance.TIME)})
        self.week, self.rep, self.cost = whole.week[:n], whole.rep[:n], whole.cost[:n]


def verdicts(rows: Sequence[Row], whole: Columns, n: int, expect: int) -> dict[str, list[Pair]]:
    """The pairs of the first ``n`` messages as `compare` would give them, decided by each way."""
    table = Prefix(whole, n)
    family = arms_of.choose([row.observation for row in rows[:n]], "script")
    used = sorted(set(family.index.tolist()))
    numbers = list(itertools.combinations(used, 2))
    plain = [compare_pair(family, table, i, j, "callback", QUICK, len(numbers)) for i, j in numbers]
    found = {"fixed": corrected_pairs(plain, QUICK)}
    for way, wanted in (("monitor", None), ("expect", expect)):
        options = tuned(MonitorOptions(), max(1, len(numbers)), wanted, len(used))
        progress = Progress.of(rows[:n], family.index, wanted)
        made = [watched(pair, family, table, i, j, QUICK, options, progress)
                for pair, (i, j) in zip(plain, numbers, strict=True)]  # fmt: skip
        found[way] = corrected_pairs(made, QUICK)
    return found


def _said(campaign: Campaign, pairs: Sequence[Pair]) -> tuple[bool, bool, bool]:
    """Whether a wrong winner is named, a right one, and whether all pairs are called confounded."""
    named = [(p.a, p.b) if p.verdict.kind == "a_higher" else (p.b, p.a)
             for p in pairs if p.verdict.kind in ("a_higher", "b_higher")]  # fmt: skip
    confounded = bool(pairs) and all(p.verdict.kind == "confounded" for p in pairs)
    return any(one not in campaign.better for one in named), any(one in campaign.better for one in named), confounded


def judged(seed: int, looks: int = LOOKS) -> dict[str, Any]:
    """What is said of one campaign at its end, and what was said at any of its looks; with one look only at its end."""
    campaign = draw(seed)
    rows = prepare(campaign.messages, now=NOW).rows
    whole, n = Columns(rows), len(rows)
    seen = [verdicts(rows, whole, n * k // looks, n) for k in range(1, looks + 1)]
    result: dict[str, Any] = {
        "seed": seed, "kind": campaign.kind, "told_apart": campaign.told_apart, "effect": bool(campaign.better)
    }  # fmt: skip
    for way in WAYS:
        said = [_said(campaign, look[way]) for look in seen]
        result[way] = said[-1]
        if looks > 1:
            result[f"daily {way}"] = [any(one[i] for one in said) for i in range(3)]
    return result


def run(first: int, end: int, kept: Path | None = None) -> list[dict[str, Any]]:
    """Judge campaigns by number; those that a file has are taken from there, with all others in it.

    Two of ten rounds of the mix are looked at 15 times.
    """
    known: dict[int, dict[str, Any]] = {}
    if kept is not None and kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            known[one["seed"]] = one
    for seed in range(first, end):
        if seed not in known:
            known[seed] = judged(seed, LOOKS if seed // len(KINDS) % 10 < 2 else 1)
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
    return mixed_tables(run(0, 400))


if __name__ == "__main__":
    first, _, end = (sys.argv[1] if len(sys.argv) > 1 else "0:400").partition(":")
    found = run(int(first), int(end), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    halves = {"odd": (1,), "even": (0,)}.get(sys.argv[3] if len(sys.argv) > 3 else "", (0, 1))
    for table in mixed_tables([one for one in found if one["seed"] // len(KINDS) % 2 in halves]):
        print(table.markdown(), flush=True)
    print(environment())
