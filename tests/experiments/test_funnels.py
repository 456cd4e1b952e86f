"""The funnel, and the time to a callback."""

from __future__ import annotations

import dataclasses
import datetime
import json

import numpy as np
import pytest

from vmaudio.experiments.comparison import compare
from vmaudio.experiments.funnels import funnel, kaplan_meier
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def test_kaplan_meier_is_statsmodels() -> None:
    """Our curve is statsmodels' at every day, with half the messages still watched."""
    survfunc = pytest.importorskip("statsmodels.duration.survfunc")
    rng = np.random.default_rng(2)
    days, event = rng.exponential(10, 300), rng.random(300) < 0.5
    expected = survfunc.SurvfuncRight(days, event.astype(int))
    for point in kaplan_meier(days, event):
        k = int(np.searchsorted(expected.surv_times, point.days, side="right")) - 1
        assert point.share == pytest.approx(1 - expected.surv_prob[k] if k >= 0 else 0.0)
        if k >= 0:  # log-log interval from Greenwood's standard error
            s, se = expected.surv_prob[k], expected.surv_prob_se[k]
            spread = 1.959964 * se / (s * abs(np.log(s)))
            assert (point.low, point.high) == pytest.approx((1 - s ** np.exp(-spread), 1 - s ** np.exp(spread)), abs=1e-6)


def test_the_published_curve() -> None:
    """Freireich's 6-MP arm: 0.807 at 7 weeks, 0.690 at 14, 0.448 at 30 (Freireich 1963, a textbook's example)."""
    weeks = np.array([6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35], dtype=float)
    relapse = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
    surviving = {point.days: 1 - point.share for point in kaplan_meier(weeks, relapse)}
    assert surviving[7] == pytest.approx(0.807, abs=5e-4)
    assert surviving[14] == pytest.approx(0.690, abs=5e-4)
    assert surviving[30] == pytest.approx(0.448, abs=5e-4)


def test_cost_may_stand_in_the_manifest() -> None:
    """A column cost of the manifest counts where the outcome file has none; what is no amount does not."""
    rows = [
        Observation(Message(f"{i}.wav", campaign="a", extra={"cost": text}), Outcome(f"m{i}", callback=i == 0, cost=cost))
        for i, (text, cost) in enumerate((("1.50", None), ("9", 2.5), ("free", None), ("nan", None)))
    ]
    (group,) = funnel(rows).groups["campaign"]
    assert (group.cost, group.cost_per_event) == (4.0, 4.0)


def test_funnel_counts_unknown_apart() -> None:
    """Each outcome has its own known messages; young ones wait; campaigns have their cost per callback."""
    rows = []
    for i in range(40):
        sent = START + datetime.timedelta(days=i)
        message = Message(f"{i}.wav", prospect=f"p{i}", sent_at=sent.isoformat(), campaign="ab"[i % 2], channel="voicemail")
        at = (sent + datetime.timedelta(days=2)).isoformat() if i % 5 == 0 else None
        outcome = Outcome(
            message.message_id, callback=i % 5 == 0, callback_at=at, sale=True if i == 0 else None, cost=2.0
        )  # fmt: skip
        rows.append(Observation(message, outcome))
    found = funnel(rows, as_of=START + datetime.timedelta(days=39))
    assert found.prepared.young == 7
    assert (found.rates["callback"].n, found.rates["callback"].events) == (33, 7)
    assert (found.rates["sale"].n, found.unknown["sale"]) == (1, 39)
    first = found.groups["campaign"][0]
    assert (first.name, first.cost_per_event) == ("a", pytest.approx(2.0 * first.rate.n / first.rate.events))
    shares = {point.days: point.share for point in found.curve}
    assert shares[1] == 0
    assert shares[2] == pytest.approx(0.2, abs=0.03)
    made = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert made["outcomes"]["callback"]["events"] == 7
    assert made["by_channel"][0]["channel"] == "voicemail"


def test_a_curve_without_events_has_upper_limits() -> None:
    """0 of 20 may be up to 16.8 %: the exact limit, which grows as fewer are still watched; 20 of 20 has a lower one."""
    none = kaplan_meier(np.array([10.0] * 20), np.zeros(20, dtype=bool))
    assert {(point.share, point.low) for point in none} == {(0.0, 0.0)}
    assert [point.high for point in none] == pytest.approx([1 - 0.025 ** (1 / 20)] * len(none))
    assert none[0].high == pytest.approx(0.168, abs=5e-4)
    fewer = kaplan_meier(np.array([1.5] * 15 + [10.0] * 5), np.zeros(20, dtype=bool))
    assert fewer[-1].high == pytest.approx(1 - 0.025 ** (1 / 5))
    everyone = kaplan_meier(np.linspace(0.5, 1.5, 20), np.ones(20, dtype=bool))
    assert [point.share for point in everyone][-1] < 1  # at one day ten of twenty
    later = kaplan_meier(np.array([0.1] * 20 + [3.0]), np.array([True] * 20 + [False]))
    assert all(0 < point.share < 1 for point in later)
    done = kaplan_meier(np.array([0.1] * 19 + [0.25]), np.ones(20, dtype=bool))
    assert (done[0].share, done[0].low, done[0].high) == (1.0, pytest.approx(0.025 ** (1 / 20)), 1.0)
    rows = [
        Observation(Message(f"{i}.wav", sent_at=START.isoformat()), Outcome(f"m{i}", callback=False)) for i in range(20)
    ]  # fmt: skip
    found = funnel(rows, as_of=START + datetime.timedelta(days=10))
    assert found.curve[0].high == pytest.approx(0.168, abs=5e-4)


def exported(seed: int, day: int, until: int) -> list[Observation]:
    """What the export of a day says of 600 messages sent over 60 days; truly 30 % call back, after 6 days on average."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(600):
        sent, wait = START + datetime.timedelta(days=float(rng.uniform(0, 60))), float(rng.exponential(6))
        at = sent + datetime.timedelta(days=wait)
        known = bool(rng.random() < 0.3) and at <= START + datetime.timedelta(days=day)
        if sent > START + datetime.timedelta(days=until):
            continue
        message = Message(f"{i}.wav", rep=f"rep{i % 5}", prospect=f"p{i}", sent_at=sent.isoformat(), script="ab"[i % 2])
        as_of = (START + datetime.timedelta(days=day)).isoformat()
        callback_at = at.isoformat() if known else None
        made.append(Observation(message, Outcome(message.message_id, callback=known, callback_at=callback_at, as_of=as_of)))
    return made


def test_looking_back_is_the_export_of_that_day() -> None:
    """Asked about day 30 in an export of day 90, curve and comparison are those of the export of day 30 itself."""
    day = START + datetime.timedelta(days=30)
    back, then = funnel(exported(1, 90, 60), as_of=day, window=None), funnel(exported(1, 30, 30), window=None)
    assert back.curve == then.curve
    assert back.curve_n == then.curve_n < 400
    assert back.rates["callback"] == then.rates["callback"]
    sent_later = len(exported(1, 90, 60)) - len(exported(1, 90, 30))
    (caution,) = [one for one in back.warnings if one.kind == "not_sent"]
    assert caution.details["count"] == sent_later > 200
    first = compare(exported(1, 90, 60), "script", as_of=day, window=None)
    assert first.pairs == compare(exported(1, 30, 30), "script", window=None).pairs
    assert first.to_dict()["left_out"]["not_sent"] == sent_later


def test_looking_back_holds_the_truth() -> None:
    """By 7 days 30 % x (1 - exp(-7 / 6)) have called; 20 looks back from day 90 to day 30 hold it, as they should."""
    truth = 0.3 * (1 - np.exp(-7 / 6))
    inside = 0
    for seed in range(20):
        curve = funnel(exported(seed, 90, 60), as_of=START + datetime.timedelta(days=30)).curve
        (seven,) = [point for point in curve if point.days == 7]
        inside += seven.low <= truth <= seven.high
    assert inside >= 17  # 95 % of 20 is 19; fewer than 17 would happen once in 60 tries


def test_outcomes_without_a_time_are_named_when_looking_back() -> None:
    """A callback without a time in a later export may have come after the day that is asked about: counted, and said."""
    rows = [
        dataclasses.replace(one, outcome=dataclasses.replace(one.outcome, callback_at=None)) if one.outcome else one
        for one in exported(2, 90, 60)
    ]
    back = funnel(rows, as_of=START + datetime.timedelta(days=30), window=None)
    (caution,) = [one for one in back.warnings if one.kind == "outcome_without_time"]
    assert caution.details["count"] == back.rates["callback"].events > 0
    assert "outcome_without_time" not in {one.kind for one in funnel(rows, window=None).warnings}
