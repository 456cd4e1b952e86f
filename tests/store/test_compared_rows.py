"""What a comparison reads of a store: no more than makes its arms, and that as everything is read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.makers import frozen
from vmaudio.cli.provenance import texts_of
from vmaudio.experiments.arms import measures_of
from vmaudio.records import Message, Observation, Outcome
from vmaudio.store.compared_rows import Measures, compared_observations
from vmaudio.store.label_rows import Label, put_labels
from vmaudio.store.outcome_rows import observations, put_outcomes
from vmaudio.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "vm.sqlite"))
    for i, one in enumerate(frozen()[0][:4]):
        message = dataclasses.replace(one.message, message_id=f"m{i}", sent_at=f"2026-05-0{4 - i}T09:00:00+00:00")
        made.save(dataclasses.replace(one, message=message, recording_id=f"{i}" * 64))
    sent = [Outcome("m0", callback=True, callback_at="2026-05-06T09:00:00+00:00", simulated=True), Outcome("bare", sale=False)]
    put_outcomes(
        made, sent, [(Message("", "bare", rep="Ann", extra={"list": "ü"}), "x.wav"), (Message("", "a", sent_at=""), "")]
    )
    put_labels(made, [Label("approach", "h", "some text", -1, "pitch", "coach", "m1")])
    yield made
    made.close()


def test_everything_that_is_asked_for_is_as_all_is_read(store: Store) -> None:
    everything = list(observations(store))
    for feature in ("duration_s", "approach", "nothing_of_the_kind"):
        read = compared_observations(store, Measures(feature, points=True, checks=True, labels=True))
        assert [dataclasses.replace(one, features={}) for one in read] == [
            dataclasses.replace(one, features={}) for one in everything
        ]
        assert [one.features.get(feature) for one in read] == [one.features.get(feature) for one in everything]
    assert [one.message.message_id for one in everything] == ["bare", "a", "m3", "m2", "m1", "m0"]


def test_nothing_else_is_read(store: Store) -> None:
    bare = {"features": {}, "points": None, "checks": {}, "approach_label": None, "older": False}
    slim = [dataclasses.replace(one, **bare) for one in observations(store)]  # type: ignore[arg-type]
    assert compared_observations(store, Measures()) == slim


def test_a_column_of_the_manifest_wins_over_a_feature_of_its_name(store: Store) -> None:
    """What is not compared is not read; asked for as a feature it is."""
    assert {str(one.features) for one in compared_observations(store, measures_of("list") or Measures())} == {"{}"}
    put_outcomes(store, [], [(Message("", "b", extra={"approach": "hand-made"}), "")])
    assert not any(one.features for one in compared_observations(store, measures_of("approach") or Measures()))
    assert any(one.features for one in compared_observations(store, measures_of("feature:approach") or Measures()))


@pytest.mark.parametrize(
    ("by", "reads"),
    [
        ("script", Measures()), ("Rep", Measures()), ("plan", Measures()), ("checks", Measures(checks=True)),
        ("check:number_twice", Measures(checks=True)), ("label:approach", Measures(labels=True)),
        ("points", Measures(points=True, column="points")), ("feature:approach", Measures("approach")),
        ("List", Measures("List", column="list")), ('odd "name', None),
    ],
)  # fmt: skip
def test_what_makes_the_arms_says_what_is_read(by: str, reads: Measures | None) -> None:
    assert measures_of(by) == reads


def test_records_are_hashed_by_what_they_hold(store: Store) -> None:
    """The hash of a store is that of its records, however fast they are written."""
    seen = [*observations(store), Observation(Message("a.wav"), None), ("no", "observation")]
    assert texts_of(seen) == [repr(one) for one in seen]
