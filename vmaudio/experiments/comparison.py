"""Compare arms: a rate with its interval for each arm; differences, tests, intervals by rep and a verdict for each pair."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments import arms as arms_of, monitoring, plan_checks, rates, sequential, trend, verdict
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.attribution import DEFAULT_ATTRIBUTION, Messages, contest
from vmaudio.experiments.cautions import arm_cautions, data_cautions, older_cautions, pair_cautions, rep_cautions
from vmaudio.experiments.compared_columns import Columns
from vmaudio.experiments.options import CompareOptions, MonitorOptions
from vmaudio.experiments.pairs import SAME_THING, compare_pair, corrected_pairs, watched
from vmaudio.experiments.plans import Assignment, intention_to_treat
from vmaudio.experiments.pooled_arms import lower_is_better, mixed_up, pooled_arms
from vmaudio.experiments.pooling import best_words
from vmaudio.experiments.predicted_arms import correct_predicted_arms
from vmaudio.experiments.preparation import LOWER_IS_BETTER, WINDOW, Prepared, Row, prepare
from vmaudio.experiments.results import Arm, Caution, Comparison, Pair
from vmaudio.experiments.unknown_outcomes import fairly_known
from vmaudio.records import Observation

_DEFAULT, _MONITOR = CompareOptions(), MonitorOptions()


def compare(
    observations: Iterable[Observation],
    by: str = "approach",
    outcome: str = "callback",
    *,
    window: datetime.timedelta | None = WINDOW,
    as_of: datetime.datetime | None = None,
    missing_is: bool | None = None,
    attribution: str = DEFAULT_ATTRIBUTION,
    bins: str | None = None,
    plan: Sequence[Assignment] | None = None,
    anytime: bool = False,
    expect: int | None = None,
    approach_meta: Mapping[str, Any] | None = None,
    options: CompareOptions = _DEFAULT,
    monitor_options: MonitorOptions = _MONITOR,
    now: datetime.datetime | None = None,
) -> Comparison:
    """Compare arms (scripts, approaches, passed and failed checks ...) by the rate of one outcome.

    For every arm a rate with its interval; for every pair of arms the difference with its interval, a test (with Holm's
    correction over all pairs), the same with reps as the unit, the difference within reps, warnings, and a verdict in words.

    Args:
        observations: messages with their outcomes, for example of `vmaudio.store.observations` or
            `vmaudio.intake.file_observations`.
        by: what makes the arms: ``approach``, ``order``, ``label:approach`` (a coach's), a column of the manifest such as
            ``script``, a feature, ``check:<id>``, ``checks`` (passed against failed for every check), or ``points``.
        outcome: one of `OUTCOMES`.
        window: how long after sending an outcome counts (default 7 days); younger messages are left out. None: any time.
        as_of: when the outcomes were exported; see `prepare`.
        missing_is: what a missing outcome means: None unknown (left out), False no.
        attribution: to which of a prospect's messages a callback belongs, one of `ATTRIBUTIONS`.
        bins: where ``by`` is a number: how many bins ("3"), or cut points ("20,30").
        plan: compare the arms that a plan assigned (intention to treat), instead of ``by``.
        anytime: decide by confidence sequences, which are valid however often one looks, and never by a fixed test.
        expect: about how many messages there will be in the end, in all arms; tunes the sequences. None: not known.
        approach_meta: card of the model that predicted the approaches, to correct for its errors; see `approach_card`.
        options: thresholds.
        monitor_options: thresholds of the confidence sequences.
        now: this moment, for tests.

    Returns:
        The comparison; rates and differences are shares.

    Raises:
        SettingError: no such arms, outcome or attribution; too many different values; or ``expect`` without ``anytime``.
    """
    if expect is not None and not anytime:
        raise SettingError("--expect tunes the intervals of --monitor: give both.")
    as_sent, planned = Messages.of(observations), list[Caution]()
    counted = as_sent
    if plan is not None:
        if as_sent.kept.get("plan", (None,))[0] is not plan:
            assigned, planned = intention_to_treat(as_sent, plan)
            as_sent.kept["plan"] = plan, Messages(assigned), planned
        _, counted, planned = as_sent.kept["plan"]
        by = "plan"
    prepared = prepare(counted, outcome, window=window, as_of=as_of, missing_is=missing_is, attribution=attribution, now=now)
    # confidence sequences look at messages as they were sent; without times the order of the file is used
    rows = _in_time(prepared.rows)
    prepared = _contested_arms(prepared, counted, by, bins, options)
    warned = [*data_cautions(prepared), *planned]
    seen = [row.observation for row in rows]
    table = as_sent.kept["columns"] = Columns(rows, as_sent.kept.get("columns"), (by, bins, options))
    if table.kept.families is None:
        table.kept.families = _families(seen, by, bins, options) if seen else []
    families = table.kept.families
    drawn = plan_checks.Drawn(plan, rows) if plan and plan_checks.is_adaptive(plan) else None
    anytime = anytime or drawn is not None
    found_arms: list[Arm] = []
    found_pairs: list[Pair] = []
    no_arm, overall, slope, pooled = 0, None, None, None
    n_all = sum(math.comb(len(set(family.index[family.index >= 0].tolist())), 2) for family in families)
    for family in families:
        made = _arms(family, table, monitor_options if anytime else None)
        kept = [i for i, arm in enumerate(made) if arm.n]
        fixed = None
        if family.kind == "predicted":
            made, fixed, note = correct_predicted_arms(family, made, approach_meta, options)
            warned.append(note)
        found_arms += [dataclasses.replace(arm, arm=_named(family, by, arm.arm)) for arm in made]
        monitor = monitoring.tuned(monitor_options, n_all, expect, len(made)) if anytime and n_all else None
        progress = monitoring.Progress.of(rows, family.index, expect) if monitor else monitoring.ENDLESS
        warned += progress.cautions()
        for i, j in itertools.combinations(kept, 2):
            pair = compare_pair(family, table, i, j, outcome, options, n_all)
            if monitor is not None and drawn is None:
                pair = watched(pair, family, table, i, j, options, monitor, progress)
            if drawn is not None and monitor is not None:
                inside = (family.index == i) | (family.index == j)
                seq = drawn.difference(inside, family.index[inside] == i, table.y[inside], pair, monitor)
                # what the plain rates would say of it is biased
                pair = dataclasses.replace(pair, anytime=seq, prob_a_better=None, n_more_per_arm=None, n_more_by_rep=None)
            if fixed is not None:
                pair = dataclasses.replace(pair, corrected=fixed.difference(i, j))
            found_pairs.append(dataclasses.replace(pair, a=_named(family, by, pair.a), b=_named(family, by, pair.b)))
        if by != "checks":
            no_arm = int((family.index < 0).sum())
            if len(kept) > 2 and drawn is None:
                overall = rates.homogeneity_test([(arm.events, arm.n) for arm in made])
            slope = trend.trend_of(by, table.y, _numbers(seen, by), table.rep, options)
    found_pairs = corrected_pairs(found_pairs, options)
    if plan is None:
        found_pairs = fairly_known(found_pairs, as_sent, as_sent.sent, prepared, by, bins, options)
    if outcome in LOWER_IS_BETTER:
        found_pairs = [lower_is_better(pair) for pair in found_pairs]
    if families and by != "checks" and drawn is None:  # the plain rates of an adaptive plan are biased
        reps = None if "rep" in SAME_THING.get(by, ()) else table.rep
        pooled = pooled_arms(families[0], reps, table.week, table.y, found_pairs, outcome)
    if families:
        warned += older_cautions(families[0].kind, sum(map(operator.attrgetter("older"), seen)), len(seen))
    warned += arm_cautions(found_arms, no_arm, by, options)
    if len(found_pairs) and (table.rep < 0).any():
        warned.append(rep_cautions(int((table.rep < 0).sum()), len(rows)))
    for pair in found_pairs:
        warned += pair_cautions(pair, table.has_rep, options)
    headline = verdict.headline([pair.verdict for pair in found_pairs], len(found_arms), sum(arm.n for arm in found_arms))
    if pooled is not None and any(pair.verdict.kind in ("a_higher", "b_higher") for pair in found_pairs):
        headline = f"{headline} {best_words(pooled, mixed_up(found_pairs))}"  # what is left of a winner's lead after shrinking
    found = Comparison(
        by, outcome, tuple(found_arms), tuple(found_pairs), tuple(warned), prepared, no_arm, overall, slope, headline, pooled
    )
    if plan is None:
        return found
    used = plan_checks.as_used(as_sent, counted, [arm.arm for arm in found_arms])
    again: Any = {"window": window, "as_of": as_of, "missing_is": missing_is, "attribution": attribution, "options": options}
    other = compare(used, "plan", outcome, now=now, **again) if used else None
    checks = plan_checks.planned(plan, counted, prepared)
    return plan_checks.checked(found, dataclasses.replace(checks, as_treated=plan_checks.summary(other)))


def _in_time(rows: Sequence[Row]) -> list[Row]:
    """The rows by time, those without one first."""
    if all(map(operator.attrgetter("sent"), rows)):
        return sorted(rows, key=operator.attrgetter("sent"))
    return sorted(rows, key=lambda row: row.sent.timestamp() if row.sent else float("-inf"))


def _contested_arms(
    prepared: Prepared, observations: Sequence[Observation], by: str, bins: str | None, options: CompareOptions
) -> Prepared:
    """Add the callbacks that messages of several arms may claim; where the arms are the reps they are counted already."""
    if by in ("checks", "rep") or not prepared.contests or not prepared.rows:
        return prepared
    arms = arms_of.choose(observations, by, bins, options)
    between = contest(observations, "arm", [arms.names[i] if i >= 0 else None for i in arms.index])
    return dataclasses.replace(prepared, contests=(*prepared.contests, between))


def _families(seen: Sequence[Observation], by: str, bins: str | None, options: CompareOptions) -> list[Arms]:
    if by != "checks":
        return [arms_of.choose(seen, by, bins, options)]
    checks = sorted({name for observation in seen for name in observation.checks})
    if not checks:
        raise SettingError("No message has checks: run `vmaudio batch` first, so that the rubric is applied.")
    made = [arms_of.choose(seen, f"check:{name}", options=options) for name in checks if _ruled(seen, name)]
    return [family for family in made if len(family.names) == 2]


def _ruled(seen: Sequence[Observation], name: str) -> bool:
    return any(observation.checks.get(name) in ("pass", "fail") for observation in seen)


def _named(family: Arms, by: str, arm: str) -> str:
    return f"{family.by.removeprefix('check:')}: {arm}" if by == "checks" else arm


def _numbers(seen: Sequence[Observation], by: str) -> list[float | None]:
    """The number of each message by which arms are made; None where there is none."""
    if by.lower() in arms_of.COLUMNS:
        return [None] * len(seen)
    name = by.removeprefix("feature:")
    values = [one.points for one in seen] if by == "points" else [one.features.get(name) for one in seen]
    return [float(one) if isinstance(one, (int, float)) and math.isfinite(one) else None for one in values]


def _arms(family: Arms, table: Columns, monitor: MonitorOptions | None) -> list[Arm]:
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
                anytime=sequential.rate_sequence(rate.events, rate.n, monitor) if monitor and rate.n else None,
            )
        )  # fmt: skip
    return made
