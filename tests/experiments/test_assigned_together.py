"""Arms that were chosen for all messages to a prospect, or for a day, at once: the messages tell as much as their units."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pytest

from vmaudio.experiments.clusters import cells, robust_difference
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.fixed_effects import fixed_effect
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)


def doubled(times: int) -> tuple[np.ndarray, ...]:
    """200 prospects of four reps, each with as many messages that all have one arm and one outcome."""
    rng = np.random.default_rng(5)
    rep, in_a = np.arange(200) % 4, rng.random(200) < 0.5
    y = (rng.random(200) < np.where(in_a, 0.4, 0.3)).astype(float)
    return tuple(np.repeat(one, times) for one in (rep, in_a, y, np.arange(200)))


@pytest.mark.parametrize("unit", ["prospect", "company", "day"])
def test_messages_that_say_the_same_five_times_are_counted_once(unit: str) -> None:
    """Five equal messages to each prospect have the interval and the p-value of one, but for Student's t and whole units."""
    rep, in_a, y, _ = doubled(1)
    once = fixed_effect(rep, in_a, y)
    rep, in_a, y, who = doubled(5)
    plain, found = fixed_effect(rep, in_a, y), fixed_effect(rep, in_a, y, units={unit: who})
    assert found.together == unit
    assert found.design_effect == pytest.approx(5, rel=0.05)
    assert found.difference == pytest.approx(once.difference)
    assert found.p_value == pytest.approx(once.p_value, abs=0.02)
    assert plain.p_value < once.p_value / 2  # type: ignore[operator]
    width = [one.high - one.low for one in (plain, once, found)]  # type: ignore[operator]
    assert width[2] == pytest.approx(width[1], rel=0.03)
    assert width[0] < 0.5 * width[1]
    assert found.information == pytest.approx(once.information, rel=0.06)


def test_arms_that_change_from_message_to_message_lose_nothing() -> None:
    """Prospects who differ much, and each message with an arm of its own: the interval is that of single messages."""
    rng = np.random.default_rng(2)
    who = np.repeat(np.arange(200), 5)
    y = (rng.random(1000) < np.repeat(rng.choice([0.05, 0.6], 200), 5)).astype(float)
    in_a, rep = rng.random(1000) < 0.5, np.zeros(1000, dtype=int)
    assert fixed_effect(rep, in_a, y, units={"prospect": who}) == fixed_effect(rep, in_a, y)


def test_few_days_are_few() -> None:
    """A script on each of twelve days, a hundred messages a day: the p-value is near that of days as the unit (CR2)."""
    rng = np.random.default_rng(11)
    day = np.repeat(np.arange(12), 100)
    rate = rng.choice([0.05, 0.2], 12)
    y, in_a = (rng.random(1200) < rate[day]).astype(float), day % 2 == 0
    found = fixed_effect(np.zeros(1200, dtype=int), in_a, y, units={"day": day})
    d, se, df = robust_difference(*cells(day, in_a, y)) or (0.0, 1.0, 1.0)
    assert df == pytest.approx(10)
    assert found.difference == pytest.approx(d)
    half = (found.high - found.low) / 2  # type: ignore[operator]
    assert half == pytest.approx(2.228 * se, rel=0.15)


def observed(reps: bool) -> list[Observation]:
    """Ten messages to each of 60 prospects who call back often or never; the prospects of one script were luckier."""
    made = []
    hours = np.random.default_rng(4).permutation(600)
    for i in range(600):
        who = i % 60
        message = Message(
            f"{i}.wav", rep=f"rep{who % 3}" if reps else None, prospect=f"p{who}", script="new" if who < 30 else "old",
            sent_at=(START + datetime.timedelta(hours=int(hours[i]))).isoformat(),
        )  # fmt: skip
        called = who in (0, 1, 2, 3, 4, 5, 6, 30, 31, 32) and i % 3 != 0
        made.append(Observation(message, Outcome(message.message_id, callback=called)))
    return made


@pytest.mark.parametrize("reps", [True, False])
def test_lucky_prospects_make_no_winner(reps: bool) -> None:
    """Seven of 30 prospects against three of 30 is no difference, however many messages each of them got."""
    found = compare(observed(reps), "script", now=NOW)
    (pair,) = found.pairs
    assert pair.verdict.kind == "not_enough"
    nobody = [dataclasses.replace(one, message=dataclasses.replace(one.message, prospect=None)) for one in observed(reps)]
    assert compare(nobody, "script", now=NOW).pairs[0].verdict.kind == "a_higher"
    watched = compare(observed(reps), "script", now=NOW, anytime=True).pairs[0].anytime
    assert watched is not None
    assert not watched.shows_difference
    (warned,) = [one for one in found.warnings if one.kind == "assigned_together"]
    assert warned.details["unit"] == "prospect"
    assert "More prospects tell more than more messages to each." in warned.sentence
