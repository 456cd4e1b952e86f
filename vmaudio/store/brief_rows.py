"""What a team's page says of each message, read without its words, its contour and what its checks rest on: a tenth of the
time of whole analyses, and of the memory. And what tells whether anything of a message is another, without reading it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, select

from vmaudio.records import (
    Analysis,
    Check,
    Contour,
    Entities,
    FeatureRow,
    Flag,
    Mention,
    Prosody,
    Provenance,
    Score,
    Structure,
    Transcript,
)
from vmaudio.store.analysis_rows import MESSAGE_COLUMNS, SCORED, analysis_of, counts, message_of, select_analyses
from vmaudio.store.database import Database
from vmaudio.store.filtering import Filter
from vmaudio.store.narrow_rows import NOT_JUDGED, checks_of_rubrics, verdict_of_mark
from vmaudio.store.search_words import among
from vmaudio.store.tables import analyses, messages, report_rows, scores

_PORTION = 200
_NAN = math.nan
_NO_PROSODY = Prosody(*(_NAN,) * 15, (), 0, _NAN, Contour((), (), ()))
_MENTIONS = ("caller", "callee", "company")
_COUNTED = ("rubric_id", "points", "band", "duration_s", "pace_wpm", "pitch_hz", "forecast", "forecast_simulated", "marks")
_FEATURES = {"pace_wpm": "speaking_rate_wpm", "pitch_hz": "f0_median_hz"}
"""Columns of `report_rows` and the features that they hold."""


def brief_analyses(store: Database, which: Filter | None = None) -> list[Analysis]:
    """Analyses with what a team's page says of each message, and no more.

    The rest is empty or unknown: segments, prosody, tone, spans, parts, phones, the evidence of checks, the reasons of a
    forecast, and all features but pace, pitch and approach. Where the rows that are made for reports do not tell the verdicts
    of a message, its analysis is whole.

    Args:
        store: the store.
        which: which messages.

    Returns:
        Analyses by ``sent_at`` and id.
    """
    rubrics = checks_of_rubrics(store)
    made: dict[tuple[str, str], tuple[Check, ...]] = {}  # very many messages have the same verdicts
    found: list[Analysis | None] = []
    whole: dict[int, int] = {}  # place by analysis_id
    query = (
        _brief().where(counts(), *(which or Filter()).where()).order_by(messages.c.sent_at.nulls_first(), messages.c.message_id)
    )
    with store.engine.connect() as connection:
        for row in connection.execution_options(yield_per=_PORTION).execute(query).mappings():
            marks, rubric_id = row["marks"], row["rubric_id"]
            weights = rubrics.get(rubric_id, {})
            if marks is None or rubric_id != row["scored_by"] or len(marks) != len(weights) or row["flags"] is None:
                whole[row["analysis_id"]] = len(found)
                found.append(None)
                continue
            checks = made.get((rubric_id, marks))
            if checks is None:
                checks = made[rubric_id, marks] = _checks(weights, marks)
            found.append(_analysis(row, checks))
        for analysis_id, one in _whole(connection, list(whole)):
            found[whole[analysis_id]] = one
    return [one for one in found if one is not None]


def stored_digests(store: Database, ids: Sequence[str]) -> dict[str, str]:
    """A hash of all that is stored of some messages: context, measures, score and flags, as the database holds them.

    Args:
        store: the store.
        ids: of messages with an analysis.

    Returns:
        SHA-256 in hex by message id.
    """
    texts = (cast(column, Text) for column in (analyses.c.body, scores.c.body, scores.c.flags, messages.c.extra))
    plain = (messages.c[name] for name in (*MESSAGE_COLUMNS, "recording_id", "file_name") if name != "extra")
    query = select(scores.c.message_id, *texts, *plain).select_from(SCORED)
    found = {}
    with store.engine.connect() as connection:
        for first in range(0, len(ids), _PORTION):
            some = among(scores.c.message_id, ids[first : first + _PORTION])
            for message_id, *values in connection.execute(query.where(some)):
                made = hashlib.sha256()
                for text in (*values[:3], json.dumps(values[3:])):  # JSON: a path may hold half surrogates
                    made.update(text.encode())
                    made.update(b"\n")
                found[message_id] = made.hexdigest()
    return found


def _brief() -> Select[Any]:
    joined = (
        analyses.outerjoin(scores, scores.c.analysis_id == analyses.c.analysis_id)
        .outerjoin(messages, messages.c.message_id == scores.c.message_id)
        .outerjoin(report_rows, report_rows.c.message_id == scores.c.message_id)
    )
    body = analyses.c.body
    return select(
        *(messages.c[name] for name in (*MESSAGE_COLUMNS, "file_name")),
        *(report_rows.c[name] for name in _COUNTED),
        *(analyses.c[name] for name in ("analysis_id", "status", "text", "engine", "feature_schema")),
        analyses.c.recording_id.label("heard_in"),
        analyses.c.approach.label("told"),
        scores.c.rubric_id.label("scored_by"),
        scores.c.baseline_id,
        scores.c.flags,
        body["provenance"].label("provenance"),
        *(body["entities"][name].label(f"heard_{name}") for name in _MENTIONS),
        body["transcript"]["language"].as_string().label("language"),
        body["structure"]["approach_title"].as_string().label("approach_title"),
        body["features"]["values"]["approach"].as_string().label("approach_feature"),
    ).select_from(joined)


def _checks(weights: Mapping[str, float], marks: str) -> tuple[Check, ...]:
    return tuple(
        Check(check, verdict_of_mark(mark), weight, "", not_judged=mark == NOT_JUDGED)
        for (check, weight), mark in zip(weights.items(), marks, strict=True)
    )


def _analysis(row: Mapping[Any, Any], checks: tuple[Check, ...]) -> Analysis:
    message = message_of(row)
    values: dict[str, float | str] = {name: row[column] for column, name in _FEATURES.items() if row[column] is not None}
    if row["approach_feature"] is not None:
        values["approach"] = row["approach_feature"]
    provenance = row["provenance"] | {"rubric_id": row["scored_by"], "baseline_id": row["baseline_id"]}
    return Analysis(
        recording_id=row["heard_in"],
        source=message.source,
        file_name=row["file_name"],
        duration_s=row["duration_s"],
        message=message,
        transcript=Transcript(row["status"], row["language"] or "", row["text"], (), row["engine"]),
        prosody=_NO_PROSODY,
        entities=Entities(*(_mention(row[f"heard_{kind}"]) for kind in _MENTIONS)),
        structure=Structure((), (), row["told"], approach_title=row["approach_title"] or ""),
        tone=None,
        features=FeatureRow(row["feature_schema"], values),
        score=Score(
            row["points"],
            row["band"],
            checks,
            row["rubric_id"],
            callback_probability=row["forecast"],
            callback_simulated=row["forecast_simulated"],
            baseline_id=row["baseline_id"],
        ),
        flags=tuple(map(Flag.from_dict, row["flags"])),
        provenance=Provenance.from_dict(provenance),
    )


def _mention(given: Any) -> Any:
    return Mention.from_dict(given) if given else None


def _whole(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Analysis]]:
    for first in range(0, len(ids), _PORTION):
        query = select_analyses().add_columns(analyses.c.analysis_id)
        wanted = analyses.c.analysis_id.in_(ids[first : first + _PORTION])
        for row in connection.execute(query.where(wanted)).mappings():
            yield row["analysis_id"], analysis_of(row)
