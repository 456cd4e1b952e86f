"""Messages with their outcomes as a comparison needs them: the measures that make its arms, and no other, are read."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Text, cast, select, type_coerce

from vmaudio.records import MEASURE_VERSIONS, Observation, Outcome, messages_of, records_of, versions_text
from vmaudio.store.database import Database
from vmaudio.store.outcome_rows import MESSAGE_FIELDS, OUTCOME_COLUMNS, approach_labels
from vmaudio.store.tables import analyses, messages, scores, stored_path

PLAIN_NAME = re.compile(r"\w+", re.ASCII)
"""Names of features that every database finds in JSON."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What is read of messages besides who left them, for whom and when, and what came of them.

    Attributes:
        feature: name of a feature, of ASCII letters, digits and _; None for none.
        column: name of a column of the manifest that is meant where any message has one; the feature is then not read.
        points: whether points are read.
        checks: whether the verdicts of checks are read.
        labels: whether coaches' labels of the approach are read.
    """

    feature: str | None = None
    points: bool = False
    checks: bool = False
    labels: bool = False
    column: str | None = None


def compared_observations(store: Database, measures: Measures) -> list[Observation]:
    """Every message with its outcome, and of what was measured in it what is asked for.

    Args:
        store: the store.
        measures: what is read.

    Returns:
        Observations by ``sent_at`` and id. What is not asked for is empty; ``older`` is known where features, points or checks
        are read.
    """
    asked = [
        cast(messages.c[name], Text) if name == "extra" else type_coerce(messages.c[name], Text) for name in MESSAGE_FIELDS
    ]
    by_time = messages.c.sent_at.nulls_first(), messages.c.message_id
    with store.engine.connect() as connection:
        rows = list(connection.execute(select(messages.c.recording_id, *asked).order_by(*by_time)).all())
        came = {row[0]: row for row in connection.execute(select(*OUTCOME_COLUMNS)).all()}
        marked = approach_labels(connection) if measures.labels else {}
        extras = {text: json.loads(text) for text in {row[1 + MESSAGE_FIELDS.index("extra")] for row in rows}}
        if measures.column is not None and any(measures.column in extra for extra in extras.values()):
            measures = dataclasses.replace(measures, feature=None)
        measured = _measured(connection, measures)
    # the records of messages that follow each other are made one after another, and so lie together in memory: what goes
    # through them later takes half the time; each database has its own order of letters, so it is put right here first
    place, name = 1 + MESSAGE_FIELDS.index("sent_at"), 1 + MESSAGE_FIELDS.index("message_id")
    rows.sort(key=lambda row: (row[place] is not None, row[place] or "", row[name]))
    if not rows:
        return []
    fields: dict[str, Sequence[Any]] = dict(zip(("recording_id", *MESSAGE_FIELDS), zip(*rows, strict=True), strict=True))
    recordings, ids = fields.pop("recording_id"), fields["message_id"]
    fields["extra"] = list(map(extras.__getitem__, fields["extra"]))
    if not all(map(str.isascii, fields["source"])):
        fields["source"] = list(map(stored_path, fields["source"]))
    made = messages_of(fields, len(rows))
    told = [row for name in ids if (row := came.get(name)) is not None]
    outcomes = {row[0]: one for row, one in zip(told, _outcomes_of(told), strict=True)}
    nothing: tuple[dict[str, Any], None, dict[str, str], bool] = ({}, None, {}, False)
    features, points, checks, older = zip(*(measured.get(name, nothing) for name in ids), strict=True)
    columns = {
        "message": made, "outcome": map(outcomes.get, ids), "recording_id": recordings, "features": features, "points": points,
        "checks": checks, "approach_label": map(marked.get, ids), "older": older,
    }  # fmt: skip
    return records_of(Observation, columns, len(rows))


def _outcomes_of(rows: Sequence[Sequence[Any]]) -> list[Outcome]:
    names = [one.name for one in dataclasses.fields(Outcome)]
    return records_of(Outcome, dict(zip(names, zip(*rows, strict=True), strict=True)), len(rows)) if rows else []


def _measured(connection: Connection, wanted: Measures) -> dict[str, tuple[dict[str, Any], float | None, dict[str, str], bool]]:
    """Feature, points, checks, and whether an older version measured them, by message id."""
    if not (wanted.feature or wanted.points or wanted.checks):
        return {}
    columns: list[Any] = [scores.c.message_id, analyses.c.analysis_id, analyses.c.measure_versions, scores.c.points]
    columns += [_column(wanted.feature)] if wanted.feature else []
    columns += [scores.c.body["checks"]] if wanted.checks else []
    joined = scores.outerjoin(analyses, analyses.c.analysis_id == scores.c.analysis_id)
    today, found = versions_text(MEASURE_VERSIONS), {}
    alike: dict[str | None, dict[str, Any]] = {None: {}}  # a word that very many messages have is one record for all of them
    for message_id, analysis_id, versions, points, *more in connection.execute(select(*columns).select_from(joined)):
        value = more[0] if wanted.feature else None
        if value is not None and not isinstance(value, str):
            features = {str(wanted.feature): value}
        elif value in alike:
            features = alike[value]
        else:
            features = alike[value] = {str(wanted.feature): value}
        found[message_id] = (
            features,
            points if wanted.points else None,
            {check["id"]: check["verdict"] for check in more[-1] or ()} if wanted.checks else {},
            analysis_id is not None and versions != today,
        )
    return found


def _column(feature: str) -> Any:
    """Where a feature stands. The approach has a column of its own: in very many messages its JSON is not looked through."""
    return analyses.c.approach if feature == "approach" else analyses.c.body["features"]["values"][feature]
