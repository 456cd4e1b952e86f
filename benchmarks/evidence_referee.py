"""The referee on campaigns drawn from a mix of truths, and looked at every day: how often is its sentence wrong?

Everything here is simulated, with a truth that is known. ``python -m benchmarks.evidence_referee`` draws 200 campaigns of the mix;
``python -m benchmarks.evidence_referee 10000 campaigns.jsonl`` draws as many as named, keeps what was found in the file, and goes on
from there when it is run again.
"""

from __future__ import annotations

import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table, environment
from benchmarks.evidence import share
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.options import CompareOptions
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


def draw(seed: int) -> Campaign:
    """Draw a campaign of the mix: 4 to 20 reps with levels and mixes of their own, 30 to 90 days, 1,000 to 3,000 messages."""
    rng = np.random.default_rng([SEED, 77, seed])
    kind = list(KINDS)[seed % len(KINDS)]
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
    called = (rng.random(n) < np.minimum(p, 0.95)).tolist()
    minutes = rng.integers(480, size=n).tolist()
    names = ["new", "old"] if scripts == 2 else [f"s{i}" for i in range(scripts)]
    made = []
    for i in range(n):
        sent = (START + datetime.timedelta(days=int(day[i]), minutes=minutes[i])).isoformat()
        message = Message(
            f"{i}.wav", f"m{i}", f"rep{rep[i]}", f"p{i}", sent_at=sent, campaign=str(campaign[i]), script=names[arm[i]]
        )
        made.append(Observation(message, Outcome(f"m{i}", callback=called[i])))
    return Campaign(kind, made, frozenset({("new", "old")} if kind in ("effect", "dilution") else ()), told_apart)


def _said(campaign: Campaign, messages: Sequence[Observation], **more: Any) -> tuple[bool, bool, bool]:
    """Whether a wrong winner is named, a right one, and whether all pairs are called confounded."""
    found = compare(messages, "script", now=NOW, options=QUICK, **more)
    named = [(p.a, p.b) if p.verdict.kind == "a_higher" else (p.b, p.a) for p in found.pairs
             if p.verdict.kind in ("a_higher", "b_higher")]  # fmt: skip
    confounded = bool(found.pairs) and all(p.verdict.kind == "confounded" for p in found.pairs)
    return any(one not in campaign.better for one in named), any(one in campaign.better for one in named), confounded


def judged(seed: int, *, daily: bool) -> dict[str, Any]:
    """What is said of one campaign at its end, and of every twentieth at 15 looks with and without ``--monitor``."""
    campaign = draw(seed)
    n = len(campaign.messages)
    result: dict[str, Any] = {
        "seed": seed,
        "kind": campaign.kind,
        "told_apart": campaign.told_apart,
        "effect": bool(campaign.better),
        "end": _said(campaign, campaign.messages),
        "monitor": _said(campaign, campaign.messages, anytime=True),
        "expect": _said(campaign, campaign.messages, anytime=True, expect=n),
    }
    if daily:
        for name, more in (("fixed", {}), ("monitor", {"anytime": True}), ("expect", {"anytime": True, "expect": n})):
            looks = [_said(campaign, campaign.messages[: n * k // LOOKS], **more) for k in range(1, LOOKS + 1)]
            result[f"daily {name}"] = [any(look[i] for look in looks) for i in range(3)]
    return result


def run(draws: int, kept: Path | None = None, *, daily_every: int = 5) -> list[dict[str, Any]]:
    """Judge campaigns 0 to ``draws``; those that a file has are taken from there. One round of the mix in five is peeked at."""
    known: dict[int, dict[str, Any]] = {}
    if kept is not None and kept.exists():
        for line in kept.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            known[one["seed"]] = one
    for seed in range(draws):
        if seed not in known:
            known[seed] = judged(seed, daily=seed // len(KINDS) % daily_every == 0)
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
                words, str(len(own)), _rate(own, "end", 0), _rate(own, "end", 1) if truth else None, _rate(own, "end", 2),
                _rate(own, "monitor", 0), _rate(own, "monitor", 1) if truth else None,
                _rate(own, "expect", 1) if truth else None,
            )
        )  # fmt: skip
        looked = [one for one in own if "daily fixed" in one]
        cells = [_rate(looked, f"daily {name}", which) if truth or not which else None
                 for name in ("fixed", "monitor", "expect") for which in (0, 1)]  # fmt: skip
        peeked.append((words, str(len(looked)), *cells))
    whole = [one for one in results if not one["effect"]]
    rows.append(("all without an effect", str(len(whole)), _rate(whole, "end", 0), None, _rate(whole, "end", 2),
                 _rate(whole, "monitor", 0), None, None))  # fmt: skip
    looked = [one for one in whole if "daily fixed" in one]
    peeked.append(("all without an effect", str(len(looked)), _rate(looked, "daily fixed", 0), None,
                   _rate(looked, "daily monitor", 0), None, _rate(looked, "daily expect", 0), None))  # fmt: skip
    apart = [one for one in results if not one["told_apart"]]
    lost = share(sum(one["end"][0] for one in apart), len(apart)) if apart else "none"
    return [
        Table(
            f"A mix of {len(results):,} campaigns, looked at once",
            ("what the script does", "campaigns", "false winner", "true winner found", "said to be confounded",
             "--monitor: false winner", "--monitor: found", "--monitor --expect: found"),
            rows,
            "Each campaign has 4 to 20 reps with levels and mixes of their own, 30 to 90 days and 1,000 to 3,000 messages at 5 to "
            f"15 %. Where a script cannot be told from the rep or the time, a winner was named in {lost}.",
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
    return mixed_tables(run(200))


PARTS: tuple[Callable[[], list[Table]], ...] = (mixed,)


if __name__ == "__main__":
    counted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for table in mixed_tables(run(counted, Path(sys.argv[2]) if len(sys.argv) > 2 else None)):
        print(table.markdown(), flush=True)
    print(environment())
