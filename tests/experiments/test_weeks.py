"""Time as a confounder: scripts that replace each other, overlap, or alternate, while the rate drifts."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
import pytest

from vmaudio.experiments.comparison import compare
from vmaudio.experiments.results import Comparison
from vmaudio.experiments.weeks import concurrent, within_weeks
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)


def drifting(
    seed: int,
    share: Callable[[np.ndarray], np.ndarray],
    *,
    effect: float = 0.0,
    days: int = 120,
    n: int = 2400,
    rate: Callable[[np.ndarray], np.ndarray] = lambda t: 0.05 + 0.10 * t,
    reps: int | None = 8,
) -> Comparison:
    """Messages whose rate follows the time t (0 to 1), as does the share of the new script."""
    rng = np.random.default_rng(seed)
    day = rng.integers(days, size=n)
    new = rng.random(n) < share(day / days)
    called = rng.random(n) < rate(day / days) + effect * new
    made = []
    for i in range(n):
        sent = START + datetime.timedelta(days=int(day[i]), minutes=int(rng.integers(480)))
        rep = f"rep{rng.integers(reps)}" if reps else None
        message = Message(f"{i}.wav", rep=rep, prospect=f"p{i}", sent_at=sent.isoformat(), script="new" if new[i] else "old")
        made.append(Observation(message, Outcome(message.message_id, callback=bool(called[i]))))
    return compare(made, "script", now=NOW)


def half(t: np.ndarray) -> np.ndarray:
    return (t >= 0.5).astype(float)


@pytest.mark.parametrize("reps", [8, None])
@pytest.mark.parametrize("seed", range(3))
def test_a_script_that_replaces_another_gets_no_verdict(seed: int, reps: int | None) -> None:
    """Old on days 0 to 59, new on 60 to 119, the rate rising from 5 to 15 %: it cannot be told, and what to do is said."""
    found = drifting(seed, half, reps=reps)
    (pair,) = found.pairs
    assert pair.p_value < 0.01  # what a spreadsheet would call real
    assert pair.verdict.kind == "confounded"
    assert "cannot be told; alternate the scripts" in found.headline
    assert "higher" not in found.headline
    assert pair.adjusted.difference is None
    (warned,) = [one for one in found.warnings if one.kind == "not_concurrent"]
    assert warned.details["adjusted_for"] is False


def test_a_change_over_in_the_middle_of_a_week_is_no_overlap() -> None:
    """In three weeks the change-over week holds a quarter of what could be known; a jump on that day is not the script's."""
    for seed in range(5):
        found = drifting(seed, half, days=21, n=1200, rate=lambda t: np.where(t >= 0.5, 0.15, 0.05))
        assert found.pairs[0].verdict.kind == "confounded"


def test_overlapping_scripts_are_compared_within_weeks() -> None:
    """The new script grows from 10 to 90 % while the rate triples: the raw difference is wrong, the one within weeks is not."""
    raw, inner, claimed = [], [], 0
    for seed in range(20):
        (pair,) = drifting(seed, lambda t: 0.1 + 0.8 * t).pairs
        assert pair.adjusted.covariates[:2] == ("rep", "week")
        assert pair.adjusted.difference is not None
        raw.append(pair.difference)
        inner.append(pair.adjusted.difference)
        claimed += pair.verdict.kind != "not_enough"
    assert np.mean(raw) > 0.015
    assert abs(np.mean(inner)) < 0.01  # its standard error is .0032
    assert claimed <= 3  # 5 % of 20 is 1; four or more would happen once in 60 tries


def test_an_effect_is_found_in_spite_of_the_drift() -> None:
    """Seven points more by the new script are found within weeks and reps, and the sentence says so."""
    found = drifting(3, lambda t: 0.1 + 0.8 * t, effect=0.07)
    (pair,) = found.pairs
    assert pair.deciding == "within weeks and reps"
    assert pair.verdict.kind == "a_higher"
    assert "(within weeks and reps)" in pair.verdict.sentence
    assert pair.adjusted.low is not None
    assert pair.adjusted.high is not None
    assert pair.adjusted.low < 0.07 < pair.adjusted.high


def test_a_script_used_in_the_middle_only_is_seen() -> None:
    """New in the middle, old before and after: the mean dates are the same, the weeks are not."""
    found = drifting(1, lambda t: ((t > 0.33) & (t < 0.67)).astype(float), rate=lambda t: 0.15 - 0.4 * np.abs(t - 0.5) ** 1.5)
    (pair,) = found.pairs
    flagged = {one.covariate for one in pair.imbalance if one.flagged}
    assert "week" in flagged
    assert pair.verdict.kind == "confounded"


def test_alternating_scripts_are_not_called_confounded() -> None:
    """Scripts by chance at the same time are flagged in hardly any of 40 campaigns, and decided within reps."""
    flagged = 0
    for seed in range(40):
        (pair,) = drifting(100 + seed, lambda t: np.full(t.shape, 0.5), n=800).pairs
        flagged += any(one.flagged and one.covariate in ("date", "week") for one in pair.imbalance)
    assert flagged <= 3  # 1 % for each of the two is 0.8


def test_strata_are_weeks_of_one_rep_with_both_arms_side_by_side() -> None:
    """A change-over week, a week with one arm, and what lies before the later arm's first use are left out."""
    who = np.zeros(20, dtype=int)
    week = np.repeat([0, 1, 2, 3], 5)
    at = np.arange(20, dtype=float)
    a = np.array([0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0], dtype=bool)
    # week 0: side by side from its third message on; 1: one follows the other, but only two of one; 2: one arm; 3: side by side
    assert concurrent(who, week, at, a).tolist() == [-1, -1, 0, 0, 0, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, 2, 2, 2, 2, -1]
    six = np.array([1, 1, 0, 0, 0, 1, 1, 1, 0, 0], dtype=bool)
    weeks = np.repeat([0, 1], [2, 8])
    assert concurrent(who[:10], weeks, at[:10], six).tolist()[:2] == [-1, -1]
    changed = np.array([1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0], dtype=bool)
    assert concurrent(who[:12], np.repeat([0, 1, 2], [4, 6, 2]), at[:12], changed).tolist()[4:10] == [-1] * 6


def test_reps_who_change_one_after_the_other_tell_nothing() -> None:
    """Each rep changes once, on another day: weeks have both arms, but no rep used both side by side."""
    rng = np.random.default_rng(1)
    rep, at = rng.integers(10, size=2000), rng.random(2000) * 100
    in_a = at > 5 + 9 * rep
    found = within_weeks(rep, (at // 7).astype(int), at, in_a, (rng.random(2000) < 0.1).astype(float))
    assert found.difference is None
    assert "hardly used in the same weeks" in str(found.reason)
