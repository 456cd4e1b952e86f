"""The store as a data frame: one row a message, the columns of the report's table, in pandas and in polars."""

from __future__ import annotations

import csv
import importlib.util
import io
import math
from typing import Any

import pytest

from tests.report.makers import glossary, team
from vmaudio.errors import ExtraMissing, SettingError
from vmaudio.features import CATALOGUE
from vmaudio.report import collect, table_text
from vmaudio.store import Filter, open_store, put_outcomes


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Twelve messages with outcomes, one of which a person judged otherwise."""
    opened = open_store(tmp_path_factory.mktemp("frame") / "vm.sqlite")
    analyses, outcomes = team(12)
    for analysis in analyses:
        opened.save(analysis)
    put_outcomes(opened, outcomes.values())
    first = analyses[0]
    assert first.score is not None
    opened.save_override(first.message.message_id, first.score.checks[0].id, "pass", "heard again", "Kim")
    yield opened
    opened.close()


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_columns_and_cells_are_those_of_the_report(store, backend):
    """Same names in the same order as ``vmaudio report``'s CSV, same rows, and numbers as numbers."""
    frame = store.to_frame(backend=backend)
    assert type(frame).__module__.split(".")[0] == backend
    given = collect(store, glossary())
    rows = list(csv.DictReader(io.StringIO(table_text(given, "csv"))))
    assert list(frame.columns) == list(rows[0])
    assert list(frame["message_id"]) == [row["message_id"] for row in rows]
    for name in ("points", "duration_s"):
        assert [float(value) for value in frame[name]] == pytest.approx([float(row[name]) for row in rows])
    check = next(name for name in frame.columns if name.startswith("override_") and name.endswith("_author"))
    assert "Kim" in list(frame[check])


def kind(frame: Any, name: str) -> str:
    return str(frame[name].dtype).lower()


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_types_do_not_depend_on_what_is_missing(store, backend):
    """A column without a single value keeps its type; unknown is missing, not 0 and not the text None."""
    frame = store.to_frame(backend=backend)
    assert kind(frame, "transcript").startswith("str")
    assert {kind(frame, name) for name in ("points", "f0_median_hz", "callback_low")} == {"float64"}
    assert kind(frame, "outcome_callback").startswith("bool")
    missing = frame["callback_low"]
    assert (missing.isna() if backend == "pandas" else missing.is_null()).all()
    known = frame["outcome_callback"]
    known = known.dropna() if backend == "pandas" else known.drop_nulls()
    assert 0 < len(known) < len(frame)
    assert set(known) <= {True, False}
    column = frame["script"]
    assert "None" not in set(column)
    assert (column.isna() if backend == "pandas" else column.is_null()).all()


def test_which_messages_and_tone(store):
    """A filter leaves the others out; how messages sound is in it only where it is asked for."""
    whole = store.to_frame(backend="pandas")
    rep = whole["rep"].iloc[0]
    assert set(store.to_frame(Filter(rep=rep))["rep"]) == {rep}
    assert "tone_label" not in whole.columns
    assert "tone_label" in store.to_frame(tone=True).columns
    named = [name for name in CATALOGUE if name in whole.columns]
    assert [name for name in whole.columns if name in CATALOGUE] == named  # the catalogue's order
    assert math.isclose(whole["duration_s"].sum(), sum(a.duration_s for a in store.analyses()))


def test_a_backend_in_the_place_of_the_filter_is_named(store):
    """`to_frame("polars")` says how a backend is given."""
    with pytest.raises(TypeError, match=r"which is a Filter or None, and no str.*backend="):
        store.to_frame("polars")


def test_an_empty_store_is_an_empty_frame(tmp_path):
    """No message, no row; the columns that every table has are there."""
    opened = open_store(tmp_path / "empty.sqlite")
    frame = opened.to_frame()
    assert len(frame) == 0
    assert "message_id" in frame.columns
    opened.close()


def test_neither_installed_names_the_cure(store, monkeypatch):
    """Without pandas the other is taken; without both the sentence says what to install."""
    real = importlib.util.find_spec

    def without(*gone: str) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name, *a: None if name in gone else real(name, *a))

    without("pandas")
    assert type(store.to_frame()).__module__.startswith("polars")
    with pytest.raises(ExtraMissing, match="pip install pandas"):
        store.to_frame(backend="pandas")
    without("pandas", "polars")
    with pytest.raises(ExtraMissing, match=r"pandas or polars.*pip install pandas"):
        store.to_frame()
    with pytest.raises(SettingError, match="no data frame backend 'excel'"):
        store.to_frame(backend="excel")
