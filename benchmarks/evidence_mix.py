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
from vmaudio.experiments import balance
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.compared_columns import Columns, Kept
from vmaudio.experiments.monitoring import Progress, tuned
from vmaudio.experiments.options import CompareOptions, MonitorOptions
from vmaudio.experiments.pairs import compare_pair, corrected_pairs, watched
from vmaudio.experiments.results import Pair
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)
LOOKS = 15
QUICK = CompareOptions(fewest_for_chance=10**9)
"""Without the chance that one is better, which decides nothing and takes half of the time."""


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
class Campaign:
    """One campaign, its messages in the order of sending, and what is true of it.

    Attributes:
        kind: one of `KINDS`.
        rep: numbers of the reps (n,).
        arm: numbers of the arms (n,), in the order of ``names``.
        day: days since the start (n,).
        minute: minutes since nine o'clock (n,).
        lists: names of the lists (n,).
        called: whether a callback came (n,).
        names: names of the arms.
    """

    kind: str
    rep: np.ndarray
    arm: np.ndarray
    day: np.ndarray
    minute: np.ndarray
    lists: np.ndarray
    called: np.ndarray
    names: tuple[str, ...]

    @property
    def better(self) -> frozenset[tuple[str, str]]:
        """Pairs (better, worse) of arms that truly differ."""
        return frozenset({("new", "old")} if self.kind in ("effect", "dilution") else ())

    @property
    def told_apart(self) -> bool:
        """Whether arms can be told from what else differs between them."""
        return self.kind not in ("rep alone", "time")

    def messages(self) -> list[Observation]:
        """The campaign as `compare` reads one."""
        made = []
        for i, called in enumerate(self.called.tolist()):
            sent = START + datetime.timedelta(days=int(self.day[i]), minutes=int(self.minute[i]))
            message = Message(f"{i}.wav", f"m{i}", f"rep{self.rep[i]:02d}", f"p{i}", sent_at=sent.isoformat(),
                              campaign=str(self.lists[i]), script=self.names[self.arm[i]])  # fmt: skip
            made.append(Observation(message, Outcome(f"m{i}", callback=called)))
        return made


def draw(seed: int) -> Campaign:
    """Draw a campaign of the mix: 4 to 20 reps with levels and mixes of their own, 30 to 90 days, 1,000 to 3,000 messages."""
    rng, kind = np.random.default_rng([SEED, 77, seed]), list(KINDS)[seed % len(KINDS)]
    n = 2000 if kind in ("effect", "dilution") else int(rng.integers(1000, 3000))
    reps, days = int(rng.integers(4, 21)), int(rng.integers(30, 91))
    day, rep = np.sort(rng.integers(days, size=n)), rng.integers(reps, size=n)
    base = 0.01 if kind == "rare" else float(rng.uniform(0.05, 0.15))
    level = base * rng.gamma(4, 1 / 4, reps)
    t = day / days
    good = level > np.median(level)
    scripts = 10 if kind == "many arms" else 2
    lists = np.full(n, "spring")
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
            lists = np.where(hot, "hot list", "cold list")
            chance = np.where(hot, 0.85, 0.15)
        arm = (rng.random(n) >= chance).astype(int)  # 0: new
    p = level[rep]
    if kind in ("time", "drift"):
        p = p * (2 / 3 + 2 / 3 * t)
    if kind == "list":
        p = p * np.where(lists == "hot list", 1.5, 0.5)
    used = arm
    if kind == "dilution":
        used = np.where(rng.random(n) < 1 / 6, 1 - arm, arm)
    p = p + {"effect": 0.05, "dilution": 0.06}.get(kind, 0.0) * (used == 0)
    called, minute = rng.random(n) < np.minimum(p, 0.95), rng.integers(480, size=n)
    order = np.lexsort([minute, day])
    names = ("new", "old") if scripts == 2 else tuple(f"s{i}" for i in range(scripts))
    return Campaign(kind, *(column[order] for column in (rep, arm, day, minute, lists, called)), names)


WAYS = ("fixed", "monitor", "expect")
"""One look by the fixed test; ``--monitor``; the same with ``--expect``."""


class Arrays(Columns):
    """The first ``n`` messages of a campaign as `Columns` has them, made without messages."""

    def __init__(self, campaign: Campaign, n: int) -> None:
        rep, day, minute = campaign.rep[:n], campaign.day[:n], campaign.minute[:n]
        dates = [START + datetime.timedelta(days=i) for i in range(int(day.max()) + 1)]
        slots = np.array([next(name for end, name in balance.SLOTS if hour < end) for hour in range(24)], dtype=object)
        found = {
            "rep": np.array([f"rep{i:02d}" for i in range(int(rep.max()) + 1)], dtype=object)[rep],
            "campaign": campaign.lists[:n].astype(object),
            "weekday": np.array([balance.DAYS[one.weekday()] for one in dates], dtype=object)[day],
            "week": np.array([one.strftime("%G-W%V") for one in dates], dtype=object)[day],
            "hour": slots[9 + minute // 60],
            "date": START.timestamp() / 86400 + day + minute / 1440,
        }
        self.rows, self.unit, self.y, self.has_rep = (), "message", campaign.called[:n].astype(float), True
        self.covariates = {name: values for name, values in found.items() if len(set(values.tolist())) > 1}
        self.codes = {name: balance.coded(values) for name, values in self.covariates.items() if values.dtype == object}
        self.kept = Kept()
        self.units = {"day": day}
        self.week, self.rep = (START.toordinal() + day - 1) // 7, rep
        held = {k: v for k, v in self.covariates.items() if k not in ("rep", *balance.TIME)}
        self.design = balance.design(held, self.codes, self.week, 9 + minute // 60)
        self.cost = np.full(n, np.nan)


def verdicts(campaign: Campaign, n: int, expect: int) -> dict[str, list[Pair]]:
    """The pairs of the first ``n`` messages as `compare` gives them, decided by each way, ``expect`` being at least ``n``."""
    table = Arrays(campaign, n)
    family = Arms("script", "column", campaign.names, campaign.arm[:n])
    used = sorted(set(family.index.tolist()))
    numbers = list(itertools.combinations(used, 2))
    plain = [compare_pair(family, table, i, j, "callback", QUICK, len(numbers)) for i, j in numbers]
    found = {"fixed": corrected_pairs(plain, QUICK)}
    for way, wanted in (("monitor", None), ("expect", expect)):
        options = tuned(MonitorOptions(), max(1, len(numbers)), wanted, len(used))
        made = [watched(pair, family, table, i, j, QUICK, options, Progress(wanted, n))
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
    n = len(campaign.called)
    seen = [verdicts(campaign, n * k // looks, n) for k in range(1, looks + 1)]
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

    Two of ten rounds of the mix are looked at 15 times, of five with an effect, of fifty with ten scripts.
    """
    known: dict[int, dict[str, Any]] = {}
    if kept is not None and kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            known[one["seed"]] = one
    for seed in range(first, end):
        if seed not in known:
            kind, number = list(KINDS)[seed % len(KINDS)], seed // len(KINDS)
            every = {"effect": 5, "many arms": 50}.get(kind, 10)
            known[seed] = judged(seed, LOOKS if number % every < 2 else 1)
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
                _rate(own, "expect", 0), _rate(own, "expect", 1) if truth else None,
            )
        )  # fmt: skip
        looked = [one for one in own if "daily fixed" in one]
        cells = [_rate(looked, f"daily {name}", which) if truth or not which else None
                 for name in WAYS for which in (0, 1)]  # fmt: skip
        peeked.append((words, str(len(looked)), *cells))
    whole = [one for one in results if not one["effect"]]
    rows.append(("all without an effect", str(len(whole)), _rate(whole, "fixed", 0), None, _rate(whole, "fixed", 2),
                 _rate(whole, "monitor", 0), None, _rate(whole, "expect", 0), None))  # fmt: skip
    looked = [one for one in whole if "daily fixed" in one]
    peeked.append(("all without an effect", str(len(looked)), _rate(looked, "daily fixed", 0), None,
                   _rate(looked, "daily monitor", 0), None, _rate(looked, "daily expect", 0), None))  # fmt: skip
    apart = [one for one in results if not one["told_apart"]]
    lost = share(sum(one["fixed"][0] for one in apart), len(apart)) if apart else "none"
    return [
        Table(
            f"A mix of {len(results):,} campaigns, looked at once",
            ("what the script does", "campaigns", "false winner", "true winner found", "said to be confounded",
             "--monitor: false winner", "--monitor: found", "--monitor --expect: false winner", "--monitor --expect: found"),
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
