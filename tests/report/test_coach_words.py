"""A verdict on a coach's page names nothing to type, whichever verdict it is."""

from __future__ import annotations

import datetime
import random

import pytest

from vmaudio.experiments import compare
from vmaudio.records import Message, Observation, Outcome
from vmaudio.report.findings import _for_coaches

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("kind", "named"),
    [("times", "were used at different times"), ("campaigns", "also differ in campaign"), ("unknown", "is not known of")],
)
def test_no_command_and_no_option_stands_in_a_verdict_for_coaches(kind: str, named: str) -> None:
    """The terminal's sentence has one, the page's has not, and else it says the same."""
    rng, seen = random.Random(3), []
    for i in range(1200):
        script, called = rng.choice(["new", "old"]), rng.random() < 0.2
        day = i * 60 // 1200 + 60 * (kind == "times" and script == "new")
        sent = START + datetime.timedelta(days=day, minutes=rng.randrange(480))
        campaign = script if kind == "campaigns" else None
        message = Message("", f"m{i}", f"rep{i % 4}", f"p{i}", sent_at=sent.isoformat(), script=script, campaign=campaign)
        known = called or kind != "unknown" or script == "old" or rng.random() < 0.4
        seen.append(Observation(message, Outcome(f"m{i}", callback=called) if known else None))
    (pair,) = compare(seen, "script", now=START + datetime.timedelta(days=365)).pairs
    assert named in pair.verdict.sentence
    assert "vmaudio " in pair.verdict.sentence or "--" in pair.verdict.sentence
    said = _for_coaches(pair, "script")
    assert named in said
    assert "vmaudio" not in said
    assert "--" not in said
    assert "No verdict" not in said
