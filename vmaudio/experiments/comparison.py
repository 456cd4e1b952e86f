"""Compare arms: for each a rate with its interval, for each pair everything that an honest answer needs."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments import (
    arms as arms_of,
    balance,
    clusters,
    fixed_effects,
    misclassification,
    rates,
    sequential,
    trend,
    verdict,
)
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.cautions import Caution, data_cautions, pair_cautions, rep_cautions
from vmaudio.experiments.preparation import ATTRIBUTIONS, LOWER_IS_BETTER, WINDOW, Prepared, Row, cost_of, prepare
from vmaudio.records import Observation

SAME_THING = {"rep": ("rep",), "campaign": ("campaign",), "channel": ("channel",)}
"""Arms that are a covariate are not compared in that covariate."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: ``rate`` with its Wilson interval; cost only of messages whose cost is known."""

    arm: str
    n: int
    events: int
    rate: float | None
    low: float | None
    high: float | None
    n_reps: int = 0
    cost: float | None = None
    cost_per_event: float | None = None
    anytime: tuple[float, float] | None = None
    corrected: float | None = None
    purity: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms; every difference is a - b. See docs/does-it-work.md for each number."""

    a: str
    b: str
    difference: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    prob_a_better: float
    n_more_per_arm: int | None
    test: str
    risk_ratio: tuple[float, float, float] | None
    clustered: clusters.Clustered
    adjusted: fixed_effects.FixedEffect
    n_more_by_rep: int | None = None
    imbalance: tuple[balance.Imbalance, ...] = ()
    anytime: sequential.Monitored | None = None
    corrected: tuple[float, float, float] | None = None
    verdict: verdict.Verdict = field(default_factory=lambda: verdict.Verdict("not_enough", ""))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `compare` found; ``to_dict`` is what ``--json`` prints."""

    by: str
    outcome: str
    arms: tuple[Arm, ...]
    pairs: tuple[Pair, ...]
    warnings: tuple[Caution, ...]
    prepared: Prepared
    no_arm: int
    overall_p: float | None
    trend: trend.Trend | None
    headline: str

    @property
    def simulated(self) -> bool:
        return self.prepared.simulated > 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what cannot be computed is None."""
        p = self.prepared
        done: dict[str, Any] = _finite(
            {
                "by": self.by,
                "outcome": self.outcome,
                "better": "lower" if self.outcome in LOWER_IS_BETTER else "higher",
                "arms": [_arm(arm) for arm in self.arms],
                "pairs": [_pair(pair) for pair in self.pairs],
                "warnings": [warned.to_dict() for warned in self.warnings],
                "verdict": self.headline,
                "overall_p": self.overall_p,
                "trend": self.trend.to_dict() if self.trend else None,
                "simulated": self.simulated,
                "n": sum(arm.n for arm in self.arms),
                "left_out": {"unknown": p.unknown, "young": p.young, "no_arm": self.no_arm},
                "taken_as_no": p.taken_as_no,
                "late_callbacks": p.late,
                "window_days": p.window.total_seconds() / 86400 if p.window else None,
                "as_of": p.as_of.isoformat() if p.as_of else None,
                "attribution": {"rule": p.attribution, "means": ATTRIBUTIONS[p.attribution], "moved": p.moved},
                "prior": f"Beta({rates.PRIOR[0]:g}, {rates.PRIOR[1]:g}) on each arm's rate",
                "level": rates.LEVEL,
                "power": rates.POWER,
            }
        )
        return done


def compare(
    observations: Iterable[Observation],
    by: str,
    outcome: str = "callback",
    *,
    window: datetime.timedelta | None = WINDOW,
    as_of: datetime.datetime | None = None,
    missing_is: bool | None = None,
    attribution: str = "last",
    bins: str | None = None,
    anytime: bool = False,
    approach_meta: Mapping[str, Any] | None = None,
    also: Sequence[Caution] = (),
    now: datetime.datetime | None = None,
) -> Comparison:
    """Compare the arms that ``by`` makes, on one outcome.

    Args:
        by: see `vmaudio.experiments.arms.choose`; or ``checks``: pass against fail for every check of the rubric.
        anytime: add confidence sequences, valid however often one looks.
        approach_meta: model.json of the model that predicted the approaches, to undo its errors.
        also: warnings known beforehand. The others are those of `vmaudio.experiments.prepare`.

    Raises:
        SettingError: an unknown arm, outcome or attribution.
    """
    prepared = prepare(
        observations, outcome, window=window, as_of=as_of, missing_is=missing_is, attribution=attribution, now=now
    )
    # confidence sequences look at messages as they were sent; without times the file's order stands for it
    rows = sorted(prepared.rows, key=lambda row: row.sent.timestamp() if row.sent else float("-inf"))
    warned = [*data_cautions(prepared), *also]
    seen = [row.observation for row in rows]
    families = _families(seen, by, bins) if seen else []
    table = _Columns(rows)
    found_arms: list[Arm] = []
    found_pairs: list[Pair] = []
    no_arm, overall, slope = 0, None, None
    for family in families:
        made = _arms(family, table, anytime)
        kept = [i for i, arm in enumerate(made) if arm.n]
        fixed = None
        if family.kind == "predicted":
            made, fixed, note = _undiluted(family, made, approach_meta)
            warned.append(note)
        found_arms += [dataclasses.replace(arm, arm=_named(family, by, arm.arm)) for arm in made]
        n_pairs = len(kept) * (len(kept) - 1) // 2
        for i, j in itertools.combinations(kept, 2):
            pair = _compare_pair(family, table, i, j, outcome, anytime, n_pairs)
            if fixed is not None:
                pair = dataclasses.replace(pair, corrected=fixed.difference(i, j))
            found_pairs.append(dataclasses.replace(pair, a=_named(family, by, pair.a), b=_named(family, by, pair.b)))
        if by != "checks":
            no_arm = int((family.index < 0).sum())
            overall = rates.homogeneity_test([(arm.events, arm.n) for arm in made]) if len(kept) > 2 else None
            slope = trend.trend_of(by, table.y, [_number(o, by) for o in seen], table.rep)
    found_pairs = _read_together(found_pairs)
    warned += of_arms(found_arms, no_arm, by)
    if len(found_pairs) and (table.rep < 0).any():
        warned.append(rep_cautions(int((table.rep < 0).sum()), len(rows)))
    for pair in found_pairs:
        warned += pair_cautions(pair, table.has_rep)
    headline = verdict.headline([pair.verdict for pair in found_pairs], len(found_arms), sum(arm.n for arm in found_arms))
    return Comparison(
        by, outcome, tuple(found_arms), tuple(found_pairs), tuple(warned), prepared, no_arm, overall, slope, headline
    )


class _Columns:
    """The rows as arrays."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.y = np.array([row.event for row in rows], dtype=float)
        self.covariates = balance.covariates(rows)
        self.design = balance.design({k: v for k, v in self.covariates.items() if k not in ("rep",)})
        names = [row.observation.message.rep for row in rows]
        order = {name: i for i, name in enumerate(sorted({name for name in names if name}))}
        self.rep = np.array([order[name] if name else -1 for name in names], dtype=int)
        self.has_rep = bool(order)
        self.dated = all(row.sent is not None for row in rows)
        self.cost = np.array([_cost(row) for row in rows])


def _cost(row: Row) -> float:
    found = cost_of(row.observation)
    return math.nan if found is None else found


def _families(seen: Sequence[Observation], by: str, bins: str | None) -> list[Arms]:
    if by != "checks":
        return [arms_of.choose(seen, by, bins)]
    checks = sorted({name for observation in seen for name in observation.checks})
    if not checks:
        raise SettingError("No message has checks: run `vmaudio batch` first, so that the rubric is applied.")
    made = [arms_of.choose(seen, f"check:{name}") for name in checks if _ruled(seen, name)]
    return [family for family in made if len(family.names) == 2]


def _ruled(seen: Sequence[Observation], name: str) -> bool:
    return any(observation.checks.get(name) in ("pass", "fail") for observation in seen)


def _named(family: Arms, by: str, arm: str) -> str:
    return f"{family.by.removeprefix('check:')}: {arm}" if by == "checks" else arm


def _number(observation: Observation, by: str) -> float | None:
    value = observation.points if by == "points" else observation.features.get(by.removeprefix("feature:"))
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _arms(family: Arms, table: _Columns, anytime: bool) -> list[Arm]:
    made = []
    for i, name in enumerate(family.names):
        inside = family.index == i
        rate = rates.Rate.of(int(table.y[inside].sum()), int(inside.sum()))
        priced = inside & ~np.isnan(table.cost)
        cost = float(table.cost[priced].sum()) if priced.any() else None
        hits = int(table.y[priced].sum())
        made.append(
            Arm(
                name, rate.n, rate.events, rate.rate, rate.low, rate.high,
                n_reps=len(set(table.rep[inside & (table.rep >= 0)].tolist())),
                cost=cost,
                cost_per_event=cost / hits if cost is not None and hits else None,
                anytime=sequential.rate_sequence(rate.events, rate.n) if anytime and rate.n else None,
            )
        )  # fmt: skip
    return made


def _undiluted(
    family: Arms, made: list[Arm], meta: Mapping[str, Any] | None
) -> tuple[list[Arm], misclassification.Corrected | None, Caution]:
    reason: str | misclassification.Corrected = "the model's card is not at hand"
    if family.by.endswith("order"):
        reason = "the order comes from several parts, and has no confusion matrix"
    elif meta is not None and len(made) > 1:
        reason = misclassification.correct_misclassification(
            family.names, [arm.n for arm in made], [arm.events for arm in made], meta
        )
    text = (
        "These arms are what a classifier heard. Its mistakes mix the arms, so the true differences are larger than the ones "
        "seen here, and more messages are needed. Arms from the manifest (script) or a coach's labels do not have this fault."
    )
    if isinstance(reason, str):
        return made, None, Caution("diluted", f"{text} No correction: {reason}.")
    fixed = [
        dataclasses.replace(arm, corrected=float(min(1, max(0, rate))), purity=float(pure))
        for arm, rate, pure in zip(made, reason.rates, reason.purity, strict=True)
    ]
    worst = min(fixed, key=lambda arm: arm.purity or 0.0)
    text += f" By the model's confusion matrix, {100 * (worst.purity or 0):.0f} % of '{worst.arm}' truly are that."
    if reason.forced:
        text += " That matrix is of forced answers; here the model may say 'unclear', so the correction is rather too large."
    return fixed, reason, Caution("diluted", text)


def _compare_pair(family: Arms, table: _Columns, i: int, j: int, outcome: str, anytime: bool, n_pairs: int) -> Pair:
    inside = (family.index == i) | (family.index == j)
    in_a, y, rep = family.index[inside] == i, table.y[inside], table.rep[inside]
    n_a, n_b = int(in_a.sum()), int((~in_a).sum())
    x_a, x_b = int(y[in_a].sum()), int(y[~in_a].sum())
    low, high = rates.newcombe(x_a, n_a, x_b, n_b)
    p_value, test = rates.difference_test(x_a, n_a, x_b, n_b)
    higher = rates.prob_higher(x_a, n_a, x_b, n_b)
    own = SAME_THING.get(family.by, ())
    if "rep" in own:
        by_rep = clusters.Clustered(None, None, None, None, 2, reason="the arms are the reps")
        inner = fixed_effects.not_estimable("not estimable: the arms are the reps")
    else:
        by_rep = clusters.clustered(rep, in_a, y)
        held = {k: v[inside] for k, v in table.design.items() if k not in (*own, "date")}
        inner = fixed_effects.fixed_effect(rep, in_a, y, held)
    imbalances = [
        balance.imbalance(name, column[inside][in_a], column[inside][~in_a])
        for name, column in table.covariates.items()
        if name not in own
    ]
    rate_a, rate_b = x_a / n_a, x_b / n_b
    inflation = by_rep.design_effect
    return Pair(
        a=family.names[i], b=family.names[j],
        difference=rate_a - rate_b, low=low, high=high,
        p_value=p_value, p_adjusted=p_value,
        prob_a_better=1 - higher if outcome in LOWER_IS_BETTER else higher,
        n_more_per_arm=rates.further_messages(rate_a, n_a, rate_b, n_b),
        test=test,
        risk_ratio=rates.risk_ratio(x_a, n_a, x_b, n_b),
        clustered=by_rep, adjusted=inner,
        n_more_by_rep=rates.further_messages(rate_a, n_a, rate_b, n_b, inflation=inflation) if inflation else None,
        imbalance=tuple(found for found in imbalances if found is not None),
        anytime=_monitored(in_a, y, table.dated, n_pairs) if anytime else None,
    )  # fmt: skip


def _monitored(in_a: np.ndarray, y: np.ndarray, dated: bool, n_pairs: int) -> sequential.Monitored:
    if not dated:  # files are often sorted by arm: take the first of each arm together, then the second of each ...
        rank = np.where(in_a, np.cumsum(in_a), np.cumsum(~in_a))
        order = np.argsort(rank, kind="stable")
        in_a, y = in_a[order], y[order]
    return sequential.monitor_difference(in_a, y, sequential.ALPHA / n_pairs)


def _read_together(pairs: list[Pair]) -> list[Pair]:
    """Holm over all pairs, and then each pair's verdict."""
    corrected = rates.holm([pair.p_value for pair in pairs])
    done = []
    for pair, p in zip(pairs, corrected, strict=True):
        pair = dataclasses.replace(pair, p_adjusted=p)
        done.append(dataclasses.replace(pair, verdict=verdict.of_pair(pair)))
    return done


def of_arms(arms: Sequence[Arm], no_arm: int, by: str) -> list[Caution]:
    """What to know about the arms: few events, messages in no arm, an arm alone."""
    found = []
    few = [arm for arm in arms if min(arm.events, arm.n - arm.events) < rates.SMALLEST_EXPECTED]
    if few:
        names = ", ".join(f"'{arm.arm}' ({arm.events} of {arm.n})" for arm in few[:8])
        found.append(Caution("few_events", f"Few events or few non-events, so the rate is a rough guess: {names}."))
    if no_arm:
        found.append(Caution("no_arm", f"{no_arm} messages have no {by!r}, or an unclear one, and are in no arm."))
    if len([arm for arm in arms if arm.n]) == 1:
        found.append(Caution("one_arm", "There is one arm only: nothing to compare with."))
    return found


def _arm(arm: Arm) -> dict[str, Any]:
    made = {k: getattr(arm, k) for k in ("arm", "n", "events", "rate", "low", "high", "n_reps")}
    if arm.cost is not None:
        made |= {"cost": arm.cost, "cost_per_event": arm.cost_per_event}
    if arm.anytime is not None:
        made["monitor"] = dict(zip(("low", "high"), arm.anytime, strict=True))
    if arm.purity is not None:
        made |= {"rate_corrected": arm.corrected, "purity": arm.purity}
    return made


def _pair(pair: Pair) -> dict[str, Any]:
    plain = (
        "a", "b", "difference", "low", "high", "p_value", "p_adjusted", "prob_a_better", "n_more_per_arm", "n_more_by_rep",
        "test",
    )  # fmt: skip
    made: dict[str, Any] = {name: getattr(pair, name) for name in plain}
    made["risk_ratio"] = dict(zip(("ratio", "low", "high"), pair.risk_ratio, strict=True)) if pair.risk_ratio else None
    made |= {"clustered": pair.clustered.to_dict(), "adjusted": pair.adjusted.to_dict()}
    made["imbalance"] = [one.to_dict() for one in pair.imbalance]
    if pair.anytime is not None:
        made["monitor"] = pair.anytime.to_dict()
    if pair.corrected is not None:
        made["corrected"] = dict(zip(("difference", "low", "high"), pair.corrected, strict=True))
    return made | {"verdict": pair.verdict.sentence, "verdict_kind": pair.verdict.kind}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
