"""Thresholds of comparisons and of monitoring: every one has a meaning and a source, and decides something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vmaudio.classify import ModelStore
from vmaudio.errors import SettingError, TableError
from vmaudio.experiments import (
    AdaptiveOptions,
    CompareOptions,
    MonitorOptions,
    approach_card,
    assign_arms,
    compare,
    find_plan,
    monitor_difference,
    numbered_places,
    plan_csv,
    save_plan,
)
from vmaudio.intake import file_observations, store_observations
from vmaudio.records import Message, Observation, Outcome, option_fields
from vmaudio.store import open_store


def messages(n: int = 400) -> list[Observation]:
    """Two scripts used by four reps; the first has 15 % callbacks, the second 10 %."""
    made = []
    for i in range(n):
        script = "ab"[i // 4 % 2]
        message = Message(f"{i}.wav", rep=f"rep{i % 4}", prospect=f"p{i}", script=script)
        made.append(Observation(message, Outcome(message.message_id, callback=i * 7 % 100 < (15 if script == "a" else 10))))
    return made


@pytest.mark.parametrize("options", [CompareOptions(), MonitorOptions(), AdaptiveOptions()])
def test_every_threshold_says_what_it_means_and_where_it_comes_from(options: object) -> None:
    """Meaning and source stand beside each value."""
    for name, _, _, field in option_fields(options):
        assert field.metadata["meaning"].endswith("."), name
        assert field.metadata["source"], name


def test_thresholds_reach_what_they_decide() -> None:
    """Other thresholds choose another test, refuse arms, leave out estimates and call other things large."""
    seen = messages()
    (plain,) = compare(seen, "script").pairs
    assert plain.test.startswith("score")
    assert plain.adjusted.difference is not None
    (other,) = compare(seen, "script", options=CompareOptions(smallest_expected=1000.0, fewest_events=1000)).pairs
    assert other.test == "Fisher exact"
    assert other.adjusted.difference is None
    with pytest.raises(SettingError, match="more than 1 cannot be compared"):
        compare(seen, "script", options=CompareOptions(most_arms=1))
    many = messages(4000)
    assert compare(many, "script").pairs[0].verdict.kind == "a_higher"
    assert compare(many, "script", options=CompareOptions(alpha=1e-12)).pairs[0].verdict.kind == "not_enough"
    warned = compare(seen, "script", options=CompareOptions(large_design_effect=0.0)).warnings
    assert "clustered" in {one.kind for one in warned}


def test_a_smaller_alpha_makes_a_wider_sequence() -> None:
    """The confidence sequence is the wider, the less often it may be wrong."""
    rng = np.random.default_rng(1)
    in_a, y = rng.random(1000) < 0.5, (rng.random(1000) < 0.2).astype(float)
    usual, strict = monitor_difference(in_a, y), monitor_difference(in_a, y, MonitorOptions(alpha=0.001))
    assert strict.low < usual.low < usual.high < strict.high


def test_observations_from_files_and_from_a_store(tmp_path: Path) -> None:
    """What the command line compares can be had in Python: observations of two files, or of a store with messages in it."""
    (tmp_path / "m.csv").write_text("file,rep,script\na.wav,ann,x\nb.wav,bob,y\n")
    (tmp_path / "o.csv").write_text("file,callback\na.wav,1\nb.wav,0\nz.wav,1\n")
    found, matched = file_observations(tmp_path / "m.csv", tmp_path / "o.csv")
    assert [(one.message.script, one.outcome and one.outcome.callback) for one in found] == [("x", True), ("y", False)]
    assert [line for line, _ in matched.unmatched] == [4]
    for store in (None, open_store(str(tmp_path / "empty.sqlite"))):
        with pytest.raises(TableError, match="vmaudio batch"):
            store_observations(store)


def test_a_plan_is_found_by_its_file_and_by_its_id(tmp_path: Path) -> None:
    """Both ways give the same assignments; a name that is neither lists the saved plans."""
    plan = assign_arms(numbered_places(12, ["ann", "bob"]), ["x", "y"], by_rep=True)
    (tmp_path / "plan.csv").write_text(plan_csv(plan))
    store = open_store(str(tmp_path / "vm.sqlite"))
    save_plan(plan, store)
    assert find_plan(str(tmp_path / "plan.csv")) == find_plan(plan[0].plan_id, store) == plan
    with pytest.raises(TableError, match=f"saved: {plan[0].plan_id}"):
        find_plan("p000", store)
    with pytest.raises(TableError, match="saved: none"):
        find_plan("p000")


def test_the_card_is_asked_for_only_where_the_arms_are_a_models_answers(tmp_path: Path) -> None:
    """Comparing scripts needs no model; comparing approaches takes the current one's card."""
    models = ModelStore(tmp_path)
    assert approach_card("script", models) is None
    card = approach_card("approach", models)
    assert card is not None
    assert "confusion" in str(card)
