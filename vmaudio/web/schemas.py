"""The shapes of the ``.json`` twins, for OpenAPI. Records become models by themselves, so the two cannot differ."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, Field, create_model

from vmaudio.records import Analysis, Outcome, Record, ScriptAdherence
from vmaudio.store import Override, Row


@cache
def model_of(record: Any) -> type[BaseModel]:
    """A pydantic model of a record's JSON: floats may be null (NaN), tuples are lists, derived values are included.

    Args:
        record: A class of `vmaudio.records`, or another record of ours.

    Returns:
        The model, made once.
    """
    hints = typing.get_type_hints(record)
    types_by_name: dict[str, Any] = {field.name: _json_type(hints[field.name]) for field in dataclasses.fields(record)}
    for name in record._derived:
        types_by_name[name] = _json_type(typing.get_type_hints(getattr(record, name).fget)["return"])
    # a field must not be called as a method of pydantic's is: "schema"
    fields: dict[str, Any] = {
        f"{name}_" if hasattr(BaseModel, name) else name: (hint, _field(name, hint, record._if_set))
        for name, hint in types_by_name.items()
    }
    return create_model(record.__name__, __doc__=record.__doc__, **fields)


def _field(name: str, hint: Any, if_set: tuple[str, ...]) -> Any:
    """A field under its name; one that a record writes only where it is not empty may be absent here too."""
    if name not in if_set:
        return Field(alias=name)
    return Field(alias=name, default="" if hint is str else {}, exclude_if=lambda value: not value)


def _json_type(hint: Any) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return typing.Union[tuple(_json_type(arg) for arg in args)]  # noqa: UP007 - made at run time
    if isinstance(hint, type) and issubclass(hint, Record):
        return model_of(typing.cast(Any, hint))
    if hint is float:
        return float | None
    if origin is tuple:
        return list[_json_type(args[0])]  # type: ignore[misc]
    if origin is not None and issubclass(origin, Mapping):
        return dict[str, _json_type(args[1])]  # type: ignore[misc]
    return hint


AnalysisModel = model_of(Analysis)
ScriptModel = model_of(ScriptAdherence)
OutcomeModel = model_of(Outcome)
RowModel = model_of(Row)
OverrideModel = model_of(Override)


class Taken(BaseModel):
    """A recording that a program sent was taken: its id, and whether it was new."""

    message_id: str
    new: bool


class Problem(BaseModel):
    """Why a request was not answered as asked."""

    error: str = Field(description="A sentence: what, why, and the cure.")
    status: int


class Health(BaseModel):
    """Is the server there, and its worker?"""

    status: str = Field(description='"ok", or "degraded" when the worker cannot work')
    version: str
    worker: str = Field(description='"starting", "ready", "stopped", or "broken: " and why')
    waiting: int
    queue: int = Field(description="most uploads that may wait")


class CheckChange(BaseModel):
    """One check in two takes."""

    id: str
    title: str
    before: str
    after: str
    change: str = Field(description="better, worse, same, or other (it did not apply to one of them)")


class MeasureChange(BaseModel):
    """One measure in two takes."""

    name: str
    title: str
    unit: str
    before: float | None
    after: float | None
    difference: float | None


class Comparison(BaseModel):
    """Two takes side by side."""

    previous: str = Field(description="id of the earlier take's job")
    points_before: float | None
    points_after: float | None
    summary: str
    checks: list[CheckChange]
    measures: list[MeasureChange]


class DrillModel(BaseModel):
    """What came of an attempt at a drill."""

    id: str
    passed: bool | None = Field(description="null: it could not be judged")
    evidence: str


class JobModel(BaseModel):
    """One upload on its way."""

    id: str
    state: str = Field(description="waiting, working, done, failed, lost or deleted")
    stage: str = Field(description="load, listen, transcribe or describe; empty while it waits")
    stages: list[str]
    position: int = Field(description="place in the queue; 0 when its turn has come")
    error: str
    file_name: str
    length_s: float | None = Field(default=None, description="seconds of sound, as it was decoded or as the upload says")
    left_s: float | None = Field(default=None, description="about how many seconds the analysis still takes")
    percent: int | None = Field(default=None, description="about how much of the analysis is done")
    created_utc: str
    expires_utc: str | None = Field(description="when it is deleted, if nobody keeps it")
    kept_as: str | None = Field(description="its message's id in the store, once it was kept")
    url: str
    audio: str | None
    analysis: AnalysisModel | None  # type: ignore[valid-type]
    comparison: Comparison | None
    drill: DrillModel | None = None
    script: ScriptModel | None = None  # type: ignore[valid-type]


class Accepted(BaseModel):
    """An upload was taken."""

    id: str
    url: str
    position: int


class Done(BaseModel):
    """Something was done; ``url`` is where to look next."""

    done: str
    url: str


class Team(BaseModel):
    """One page of the team table. ``copies``: files that are copies of a message of the team, and are not among the rows."""

    total: int
    page: int
    pages: int
    limit: int
    sort: str
    copies: int
    rows: list[RowModel]  # type: ignore[valid-type]
    reps: list[str]
    campaigns: list[str]
    approaches: list[str]
    scripts: list[str]
    checks: list[str]


class LabelModel(BaseModel):
    """A person's label of a clause (position from 0) or of the whole message (-1)."""

    kind: str
    position: int
    text: str
    label: str
    annotator: str


class MessagePage(BaseModel):
    """One stored message."""

    analysis: AnalysisModel  # type: ignore[valid-type]
    overrides: list[OverrideModel]  # type: ignore[valid-type]
    labels: list[LabelModel]
    outcome: OutcomeModel | None  # type: ignore[valid-type]
    audio: str | None
    clauses: list[str]
    script: ScriptModel | None = None  # type: ignore[valid-type]


class Criterion(BaseModel):
    """One check of a rubric."""

    id: str
    title: str
    test: str
    weight: float
    tip: str
    options: dict[str, float | str | list[str]]
    disputed: bool
    na_for: list[str]


class Rescoring(BaseModel):
    """The cheap pass over the store after a new rubric."""

    state: str = Field(description="idle, running, done or failed")
    done: int
    total: int
    error: str


class RubricPage(BaseModel):
    """The active rubric."""

    rubric_id: str
    title: str
    path: str | None = Field(description="the file it was read from; null for the one that ships, and for whoever is no admin")
    saves_to: str = Field(description="the file that a change is saved as; empty for whoever is no admin")
    text: str
    strong: float
    fair: float
    checks: list[Criterion]
    rescoring: Rescoring


class Moved(BaseModel):
    """A message that a new rubric moves."""

    message_id: str
    title: str
    points_before: float | None
    points_after: float | None
    band_before: str
    band_after: str


class Preview(BaseModel):
    """What a rubric would do to the last messages."""

    rubric_id: str
    messages: int
    changed_band: int
    changed_points: int
    median_before: float | None
    median_after: float | None
    bands_before: dict[str, int]
    bands_after: dict[str, int]
    histogram_before: list[int] = Field(description="messages per 10 points, from 0")
    histogram_after: list[int]
    moved: list[Moved]


class Count(BaseModel):
    """How many of how many."""

    name: str
    yes: int
    known: int
    low: float | None = Field(description="Wilson's 95 % interval of the share")
    high: float | None


class OutcomesPage(BaseModel):
    """How many outcomes are known, and how they came out."""

    messages: int
    with_outcome: int
    simulated: int = Field(description="outcomes among them that are invented, as those of the samples")
    counts: list[Count]
    imported_utc: str | None
    attribution: str = Field(description="what the rule of attribution does where messages of several reps claim a callback")


class LineNote(BaseModel):
    """Something about a line of a file."""

    line: int
    text: str


class OutcomeChange(BaseModel):
    """What an outcome file changes of one message, each as "field: from → to"."""

    message_id: str
    title: str
    changes: list[str]


class OutcomesCheck(BaseModel):
    """What an outcome file would do, or why it is not taken."""

    file_name: str
    ok: bool
    faults: list[str]
    lines: int
    matched: int
    unmatched: list[LineNote]
    duplicates: list[LineNote]
    columns: dict[str, str]
    questions: list[str] = Field(description="what has to be asked about words and dates that may mean something else")
    added: int
    changed: int
    same: int
    changes: list[OutcomeChange] = Field(default=[], description="of the outcomes that change, at most 500")
    confirm: str | None = Field(description="token for POST /outcomes/confirm")


class OutcomesDone(BaseModel):
    """What an import did."""

    added: int
    changed: int
    same: int
    matched: int
    unmatched: int
