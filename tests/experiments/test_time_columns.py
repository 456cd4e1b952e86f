"""Hours of the day as columns: good hours that end within a slot make no winner; fewer columns where events are few."""

from __future__ import annotations

import datetime
import random

import numpy as np
import pytest

from vmaudio.experiments import compare
from vmaudio.experiments.time_columns import fewer, hours, periods
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)


def test_a_script_of_the_good_hours_is_no_better_script() -> None:
    """In each hour both have the same rate; until 11 it is four times as high, and 'new' is used more. "10 to 12" has both."""
    rng, seen = random.Random(3), []
    for hour in range(9, 17):
        good = hour < 11
        for script, n in (("new", 160 if good else 60), ("old", 40 if good else 140)):
            for i in range(n):
                sent = START + datetime.timedelta(days=rng.randrange(28), hours=hour, minutes=1 + i % 59)
                message = Message("", f"{hour}-{script}-{i}", f"rep{i % 3}", sent_at=sent.isoformat(), script=script)
                seen.append(Observation(message, Outcome(message.message_id, callback=i < round((0.4 if good else 0.1) * n))))
    (pair,) = compare(seen, "script", now=START + datetime.timedelta(days=365)).pairs
    assert pair.difference > 0.1
    assert "hour" in pair.adjusted.covariates
    assert pair.adjusted.difference == pytest.approx(0, abs=0.015)
    assert pair.verdict.kind == "not_enough"


def test_hours_with_few_messages_go_with_a_neighbour() -> None:
    """Three at 7, a hundred at 9 and 10 each, one at 20 and one that is not known: 7 to 9, 10 to 20, not known."""
    found = hours(np.array([7] * 3 + [9] * 100 + [10] * 100 + [20, -1]))
    assert found is not None
    assert found.sum(axis=0).tolist() == [101, 1]
    assert found[-2:].tolist() == [[1, 0], [0, 1]]
    assert hours(np.array([9, 9])) is None
    assert hours(np.array([-1, -1])) is None


def test_the_widest_columns_of_time_are_halved_first() -> None:
    """Eight hours and twelve weeks: pairs of weeks, pairs of hours, a line of weeks, and no fewer; the list stays."""
    clock, week = np.tile(np.arange(9, 17), 12), np.repeat(np.arange(12), 8)
    hour, date = hours(clock), periods(week)
    assert hour is not None
    assert date is not None
    columns = {"list": np.ones((96, 1)), "hour": hour, "date": date}
    widths = {most: [values.shape[1] for values in fewer(columns, most).values()] for most in (19, 18, 12, 9, 5, 4)}
    assert widths == {19: [1, 7, 11], 18: [1, 7, 5], 12: [1, 3, 5], 9: [1, 3, 5], 5: [1, 3, 1], 4: [1, 3, 1]}
    few = fewer(columns, 5)
    assert few["date"][:, 0].tolist() == week.tolist()
    assert (few["hour"] @ np.arange(1, 4)).tolist() == ((clock - 9) // 2).tolist()
