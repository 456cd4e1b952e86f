"""Many outcomes, one decision: contradictions are named, values add up, guardrails hold, and nothing is chosen by chance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.experiments.test_comparison import NOW, START
from vmaudio.errors import SettingError
from vmaudio.experiments import Values, compare, decide, other_outcomes, read_values
from vmaudio.experiments.decision import Decision
from vmaudio.records import Message, Observation, Outcome


def team(seed: int, n: int, rates: dict[str, dict[str, float]], reps: int = 6) -> list[Observation]:
    """Messages of arms with a rate for each outcome; every rep uses every arm."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        arm = list(rates)[int(rng.integers(len(rates)))]
        came = {outcome: bool(rng.random() < rate) for outcome, rate in rates[arm].items()}
        message = Message(f"{i}.wav", rep=f"rep{rng.integers(reps)}", prospect=f"p{i}", sent_at=START.isoformat(), script=arm)
        made.append(Observation(message, Outcome(message.message_id, **came)))
    return made


def decided(seen: list[Observation], values: Values | None = None, *, looks: bool = False) -> Decision:
    first = compare(seen, "script", now=NOW)
    others = [compare(seen, "script", outcome, now=NOW) for outcome in other_outcomes(seen, "callback")]
    return decide([first, *others], values, looks=looks)


CROSSED = {"a": {"callback": 0.2, "sale": 0.02, "complaint": 0.01}, "b": {"callback": 0.1, "sale": 0.06, "complaint": 0.01}}


def test_callback_says_one_arm_and_sale_the_other() -> None:
    """The contradiction is named with both rates; without values nothing is decided."""
    found = decided(team(1, 3000, CROSSED))
    assert [(one.one, one.says, one.other, one.other_says) for one in found.conflicts] == [("callback", "a", "sale", "b")]
    assert "contradict each other: callback says 'a' (" in found.sentence
    assert "sale says 'b' (" in found.sentence
    assert found.choice is None
    assert found.worth == ()


def test_values_decide_and_their_sum_is_the_expected_value() -> None:
    """What an arm is worth is the sum of its pooled rates times their values, and the interval holds the truth."""
    seen = team(2, 4000, CROSSED)
    found = decided(seen, Values({"callback": 10.0, "sale": 400.0}, {}))
    assert found.choice == "b"
    best, other = found.worth
    assert (best.arm, other.arm) == ("b", "a")
    pooled = {one.outcome: {arm.arm: arm.rate for arm in one.pooling.arms} for one in found.comparisons if one.pooling}
    assert best.per_100 == pytest.approx(100 * (10 * pooled["callback"]["b"] + 400 * pooled["sale"]["b"]), rel=0.01)
    assert best.low < 100 * (10 * 0.1 + 400 * 0.06) < best.high
    assert "Choose 'b'" in found.sentence
    dear = decided(seen, Values({"callback": 300.0, "sale": 400.0}, {}))
    assert dear.choice == "a"


def test_an_arm_that_breaks_a_guardrail_is_not_chosen() -> None:
    """The arm that is worth most has too many complaints: it is out, and the sentence says by how much."""
    rates = {"loud": {"callback": 0.3, "complaint": 0.08}, "calm": {"callback": 0.1, "complaint": 0.01}}
    found = decided(team(3, 2500, rates), Values({"callback": 10.0}, {"complaint": 0.03}))
    assert {(one.arm, one.state) for one in found.guardrails} == {("loud", "broken"), ("calm", "kept")}
    assert "Out by a guardrail: complaint of 'loud'" in found.sentence
    assert found.choice == "calm"
    few = decided(team(4, 200, {"loud": {"callback": 0.5, "complaint": 0.02}, "calm": {"callback": 0.1, "complaint": 0.02}}),
                  Values({"callback": 10.0}, {"complaint": 0.03}))  # fmt: skip
    assert few.choice is None
    assert "guardrail is open" in few.sentence
    unsure = decided(team(4, 200, {arm: {"callback": 0.1, "complaint": 0.02} for arm in ("loud", "calm")}),
                     Values({"callback": 10.0}, {"complaint": 0.03}))  # fmt: skip
    assert "is worth most with a chance of" in unsure.sentence
    assert "Its guardrail is open too, and it cannot be chosen until that is kept: complaint of '" in unsure.sentence


def test_fewer_complaints_are_said_to_be_better() -> None:
    """A verdict on complaints names the arm with the higher rate, and says that the other one is better."""
    seen = team(5, 3000, {"loud": {"callback": 0.2, "complaint": 0.1}, "calm": {"callback": 0.2, "complaint": 0.03}})
    found = compare(seen, "script", "complaint", now=NOW)
    assert "'loud' has the higher rate" in found.headline
    assert "Here fewer are better: 'calm' is the better one." in found.headline
    both = decided(team(6, 4000, {"loud": {"callback": 0.3, "complaint": 0.1}, "calm": {"callback": 0.1, "complaint": 0.03}}))
    assert "complaint says 'calm'" in both.sentence
    assert "where lower is better" in both.sentence


def test_equal_arms_are_hardly_ever_chosen() -> None:
    """Of 12 teams whose two arms are alike, at most a few get a choice; and none while somebody looks again and again."""
    values = Values({"callback": 20.0, "sale": 300.0}, {})
    same = {"callback": 0.12, "sale": 0.03}
    found = [decided(team(100 + i, 600, {"a": same, "b": same}), values) for i in range(12)]
    assert sum(one.choice is not None for one in found) <= 2
    assert decided(team(2, 4000, CROSSED), Values({"sale": 400.0}, {}), looks=True).choice is None


def test_arms_of_different_reps_get_no_choice() -> None:
    """Where one great rep alone uses an arm, no value decides."""
    rng = np.random.default_rng(8)
    seen = []
    for i in range(1500):
        rep = int(rng.integers(4))
        message = Message(f"{i}.wav", rep=f"rep{rep}", sent_at=START.isoformat(), script="new" if rep == 0 else "old")
        seen.append(Observation(message, Outcome(message.message_id, callback=bool(rng.random() < (0.4 if rep == 0 else 0.1)))))
    found = decided(seen, Values({"callback": 10.0}, {}))
    assert found.choice is None
    assert "differs from others in more than the message" in found.sentence


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("values = 3", "must be a table"),
        ("[values]\ncomplaint = 5", "fewer are better"),
        ("[values]\nlunch = 5", "no outcome"),
        ("[values]\nsale = true", "no number"),
        ("[values]\nsale = nan", "no number"),
        ("[values]\nsale = 1\n[guardrails]\ncomplaint = 2", "2 % is 0.02"),
        ("[guardrails]\ncomplaint = 0.1", "no outcome has a value"),
        ("[value]\nsale = 1", "is not known"),
        ("[values", "is not TOML"),
    ],
)
def test_a_file_of_values_with_a_fault_says_which(tmp_path: Path, text: str, why: str) -> None:
    """Every fault is a sentence with the file and the cure."""
    path = tmp_path / "values.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingError, match=why):
        read_values(path)


def test_a_file_of_values_is_read(tmp_path: Path) -> None:
    """Values, guardrails and unit."""
    path = tmp_path / "values.toml"
    path.write_text('unit = "EUR"\n[values]\nsale = 400\ncomplaint = -150\n[guardrails]\ncomplaint = 0.02\n', "utf-8")
    assert read_values(path) == Values({"sale": 400.0, "complaint": -150.0}, {"complaint": 0.02}, "EUR")
