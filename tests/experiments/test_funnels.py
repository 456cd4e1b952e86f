"""The funnel, and the time to a callback."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pytest

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
