"""Two takes of one message: what changed, check by check and measure by measure."""

from __future__ import annotations

import dataclasses

from tests.makers import analysis
from vmaudio.records import Analysis
from vmaudio.report.glossary import Glossary
from vmaudio.report.takes import compare_takes
from vmaudio.rubric.load import load_rubric
from vmaudio.rubric.scoring import score


def scored(one: Analysis) -> Analysis:
    """The same with points."""
    return dataclasses.replace(one, score=score(one, load_rubric()))


def test_a_take_compared_with_itself_changes_nothing():
    """Two equal takes: no check changes, no measure moves."""
    one = scored(analysis())
    found = compare_takes(one, one, Glossary())
    assert {check.change for check in found.checks} == {"same"}
    assert {measure.difference for measure in found.measures} <= {0.0, None}
    assert found.summary == "±0 points. No check changed between passed and missed."


def test_changes_are_named_and_sorted():
    """A check that was missed and passes is better, the reverse is worse, one that did not apply is other; in that order."""
    one = scored(analysis())
    assert one.score is not None
    verdicts = {"caller_named": ("fail", "pass"), "number_complete": ("pass", "fail"), "personal": ("n/a", "pass")}

    def take(which: int, points: float) -> Analysis:
        checks = tuple(
            dataclasses.replace(check, verdict=verdicts[check.id][which]) for check in one.score.checks if check.id in verdicts
        )
        return dataclasses.replace(one, score=dataclasses.replace(one.score, points=points, checks=checks))

    found = compare_takes(take(0, 70.0), take(1, 64.0), Glossary.of(load_rubric()))
    assert [(c.id, c.change) for c in found.checks] == [
        ("caller_named", "better"), ("number_complete", "worse"), ("personal", "other"),
    ]  # fmt: skip
    assert found.summary == "−6 points. 1 check is better, 1 worse."
    assert found.checks[0].title == "Say your name"


def test_a_take_without_points_is_said_first():
    """That no check changed would be true and no help: the headline names the take, and why nothing was judged."""
    one = scored(analysis())
    why = "it is no sales message of the kind this rubric is for (inquiry, 99 % sure)"
    checks = tuple(dataclasses.replace(check, verdict="n/a", evidence=why) for check in one.score.checks)
    none = dataclasses.replace(one, score=dataclasses.replace(one.score, points=None, checks=checks))
    assert compare_takes(one, none, Glossary()).summary == f"The new take has no points: {why}."
    assert compare_takes(none, one, Glossary()).summary == f"The earlier take had no points: {why}."
    unscored = dataclasses.replace(one, score=None)
    assert compare_takes(one, unscored, Glossary()).summary == "The new take has no points."
