"""Columns of a manifest that have no field, and a drift too small for a flag: neither makes a winner."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import random
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from vmaudio.experiments import Comparison, best_words, compare
from vmaudio.experiments.fixed_effects import fixed_effect
from vmaudio.experiments.manifest_columns import list_column, other_columns
from vmaudio.experiments.time_columns import MOST_PERIODS, periods
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def campaign(n: int, columns: Callable[[bool, str, bool], Mapping[str, str]], *, alike: bool = False) -> Comparison:
    """Hot prospects are called back three times as often, mostly get 'new', and no script does anything; 8 weeks, 4 reps."""
    rng, seen = random.Random(4), []
    for i in range(n):
        hot = rng.random() < 0.5
        script = "new" if alike or rng.random() < (0.8 if hot else 0.2) else "old"
        script = rng.choice(["new", "old"]) if alike else script
        called = rng.random() < (0.24 if hot else 0.08)
        sent = START + datetime.timedelta(days=i * 56 // n, minutes=rng.randrange(480))
        extra = dict(columns(hot, script, called))
        message = Message(
            "", f"m{i}", f"rep{i % 4}", f"p{i}", sent_at=sent.isoformat(), campaign="spring", script=script, extra=extra
        )
        seen.append(Observation(message, Outcome(f"m{i}", callback=called)))
    return compare(seen, "script", now=START + datetime.timedelta(days=365))


@pytest.mark.parametrize("name", ["lead_source", "list", "List Name"])
def test_the_better_list_is_no_better_script(name: str) -> None:
    """Lists, beside a campaign too, and a lead's source are held equal; without the column nothing can know."""
    (pair,) = campaign(1600, lambda hot, *_: {name: "webinar" if hot else "bought"}).pairs
    assert pair.verdict.kind == "not_enough"
    assert ("list" if "ist" in name else name) in pair.adjusted.covariates
    (blind,) = campaign(1600, lambda *_: {}).pairs
    assert blind.verdict.kind == "a_higher"


def test_what_came_of_the_message_is_not_held_equal_and_another_name_of_the_arm_is_no_reason() -> None:
    """A disposition in the call log, alike in the arms, stays out of the model; a code for each script is the script."""
    found = campaign(1600, lambda _, script, called: {"mood": str(called), "code": script[0]}, alike=True)
    (pair,) = found.pairs
    assert {"mood", "code"}.isdisjoint(pair.adjusted.covariates)
    assert "code" not in [one.covariate for one in pair.imbalance]
    assert pair.verdict.kind == "not_enough"


def test_which_columns_these_are() -> None:
    """A few values each and known of half of the messages; no ids, and nothing that vmaudio has a field for."""
    made = [
        Message("", f"m{i}", campaign="spring", extra={"state": "OH" if i % 2 else "MI", "code": f"c{i}", "sale": str(i % 2),
                                                       "Segment": "a" if i % 3 else "b", **({"rare": "x"} if i < 9 else {})})
        for i in range(40)
    ]  # fmt: skip
    assert set(other_columns(made)) == {"state"}
    lists = list_column(made)
    assert lists is not None
    assert list(lists[:3]) == ["b", "a", "a"]
    assert list_column([Message("", f"m{i}", campaign=c, extra={"list": c}) for i, c in enumerate("ab")]) is None
    assert list_column(made[:0]) is None


def test_a_drift_that_is_too_small_for_a_flag_is_removed() -> None:
    """In each week both scripts have the same rate; it rises, and so does the use of 'new', by too little to be flagged."""
    seen = []
    for week, rep in itertools.product(range(8), range(2)):
        rate = 0.05 + 0.025 * week
        for script, n in (("new", 80 + 5 * week), ("old", 120 - 5 * week)):
            for i in range(n):
                sent = START + datetime.timedelta(days=7 * week + i % 5, hours=i % 6)
                message = Message("", f"{week}-{rep}-{script}-{i}", f"rep{rep}", sent_at=sent.isoformat(), script=script)
                seen.append(Observation(message, Outcome(message.message_id, callback=i < round(rate * n))))
    (pair,) = compare(seen, "script", now=START + datetime.timedelta(days=365)).pairs
    assert not any(one.flagged for one in pair.imbalance)
    assert pair.difference > 0.01
    assert "date" in pair.adjusted.covariates
    assert pair.adjusted.difference == pytest.approx(0, abs=0.003)


def test_time_is_a_straight_line_where_events_are_few() -> None:
    """Twelve weeks need eleven columns; with forty events one is left, with five none."""
    rng = np.random.default_rng(2)
    week, in_a = np.repeat(np.arange(12), 50), rng.random(600) < 0.5
    columns = periods(week)
    assert columns is not None
    assert columns.shape == (600, 11)
    y = np.zeros(600)
    y[rng.choice(600, 40, replace=False)] = 1
    few = fixed_effect(np.zeros(600, dtype=int), in_a, y, {"date": columns})
    line = fixed_effect(np.zeros(600, dtype=int), in_a, y, {"date": week[:, None].astype(float)})
    assert few.covariates == ("rep", "date")
    assert (few.difference, few.low) == pytest.approx((line.difference, line.low))
    y[np.flatnonzero(y)[5:]] = 0
    assert fixed_effect(np.zeros(600, dtype=int), in_a, y, {"date": columns}).covariates == ("rep",)


def test_periods_are_weeks_or_a_few_in_a_row() -> None:
    """At most so many columns, in the order of time; unknown weeks are a period of their own; one week is none."""
    many = periods(np.arange(70))
    assert many is not None
    assert many.shape[1] < MOST_PERIODS
    assert (np.diff(many @ np.arange(1, many.shape[1] + 1)) >= 0).all()
    unknown = periods(np.array([3, 3, -1]))
    assert unknown is not None
    assert unknown.tolist() == [[0.0], [0.0], [1.0]]
    assert periods(np.array([3, 3])) is None


def test_what_is_said_beside_an_open_verdict_does_not_settle_it() -> None:
    """Scripts at different times: neither is the first in rank while the verdict is open."""
    found = campaign(1600, lambda hot, *_: {"list": "hot" if hot else "cold"})
    assert found.pooling is not None
    assert found.pairs[0].verdict.kind == "not_enough"
    assert [(arm.rank_low, arm.rank_high) for arm in found.pooling.arms] == [(1, 2), (1, 2)]


def test_nothing_came_of_either() -> None:
    """No chance that one is better rests on how many messages each had, and the interval is that of no event."""
    seen = [
        Observation(Message("", f"m{i}", f"rep{i % 3}", script="new" if i % 4 else "old"), Outcome(f"m{i}", callback=False))
        for i in range(200)
    ]
    (pair,) = compare(seen, "script", now=START).pairs
    assert pair.prob_a_better is None
    assert "nothing came of either so far. The difference may be anything from -7.1 to +2.5 points." in pair.verdict.sentence


def test_a_best_arm_that_the_verdict_calls_worse_is_not_named() -> None:
    """Pooling holds less equal than a comparison within weeks: where the verdict says otherwise it names none."""
    found = campaign(1600, lambda *_: {}).pooling
    assert found is not None
    assert f"Of both '{found.best.arm}' is the best" in best_words(found)
    turned = [dataclasses.replace(arm, rank_low=2, rank_high=2) if arm == found.best else arm for arm in found.arms]
    said = best_words(dataclasses.replace(found, arms=tuple(turned)))
    assert said.startswith("The pooled rates cannot say which of both is the best")


def test_of_three_arms_none_is_the_best_while_two_of_them_are_not_told_apart() -> None:
    """'new' and 'newer' beat 'old', but were used at different times, with nothing in between: which is best is open."""
    rng, seen = random.Random(5), []
    for i in range(2400):
        day = i * 84 // 2400
        script = rng.choice(["old", "new" if day < 42 else "newer"])
        called = rng.random() < {"old": 0.05, "new": 0.2, "newer": 0.3}[script]
        sent = START + datetime.timedelta(days=day, minutes=rng.randrange(480))
        message = Message("", f"m{i}", f"rep{i % 3}", f"p{i}", sent_at=sent.isoformat(), script=script)
        seen.append(Observation(message, Outcome(f"m{i}", callback=called)))
    found = compare(seen, "script", now=START + datetime.timedelta(days=365))
    kinds = {(pair.a, pair.b): pair.verdict.kind for pair in found.pairs}
    assert kinds == {("new", "newer"): "confounded", ("new", "old"): "a_higher", ("newer", "old"): "a_higher"}
    assert found.pooling is not None
    assert {arm.arm: arm.rank_high for arm in found.pooling.arms} == {"new": 2, "newer": 2, "old": 3}
    assert "is the best cannot be told" in found.headline
