"""Outcomes that are missing of one arm more often make no winner."""

from __future__ import annotations

import datetime
import random

from vmaudio.experiments import Comparison, compare
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def campaign(kept: dict[str, float], **how: object) -> Comparison:
    """Two scripts alike; of each a share of the "no" is kept by the CRM, and every "yes"."""
    rng, seen = random.Random(7), []
    for i in range(1600):
        script, called = rng.choice(["new", "old"]), rng.random() < 0.12
        sent = START + datetime.timedelta(days=i * 60 // 1600, minutes=rng.randrange(480))
        known = called or rng.random() < kept[script]
        message = Message("", f"m{i}", f"rep{i % 4}", f"p{i}", sent_at=sent.isoformat(), script=script)
        seen.append(Observation(message, Outcome(f"m{i}", callback=called) if known else None))
    return compare(seen, "script", now=START + datetime.timedelta(days=365), **how)  # type: ignore[arg-type]


def test_outcomes_missing_of_one_arm_give_no_verdict() -> None:
    """Half of the "no" of one script are gone: it looks twice as good, and nothing is said but that."""
    (pair,) = campaign({"new": 0.5, "old": 1.0}).pairs
    assert pair.p_deciding < 0.001
    assert pair.verdict.kind == "confounded"
    assert "the outcome (callback) is not known of" in pair.verdict.sentence
    assert "0 % of 'old'" in pair.verdict.sentence


def test_outcomes_missing_of_both_alike_or_read_as_no_are_compared() -> None:
    """A third of either's is gone; or missing means no."""
    assert campaign({"new": 0.66, "old": 0.66}).pairs[0].verdict.kind == "not_enough"
    assert campaign({"new": 0.5, "old": 1.0}, missing_is=False).pairs[0].verdict.kind == "not_enough"


def test_messages_too_young_for_an_outcome_are_no_missing_ones() -> None:
    """The last week has no outcomes yet."""
    end = START + datetime.timedelta(days=30)
    found = campaign({"new": 1.0, "old": 1.0}, as_of=end)
    assert found.pairs[0].verdict.kind == "not_enough"
