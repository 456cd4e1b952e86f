"""The table of groups: a row per rep, campaign or approach."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from vmaudio.records import Analysis, Outcome
from vmaudio.report.glossary import Glossary
from vmaudio.report.summary import Called, called_back, group_rows, observations_of
from vmaudio.store import Cell, Column, Table


def groups_table(
    analyses: Sequence[Analysis], outcomes: Mapping[str, Outcome], glossary: Glossary, by: str, called: Called | None = None
) -> Table:
    """One row per group, in the order of names: n, points and callbacks with 95 % intervals, pace, the costliest check.

    Args:
        analyses: the messages of the report.
        outcomes: what came of them, by message id.
        glossary: titles of the checks.
        by: what the groups are: "rep", "campaign" or "approach".
        called: which messages count as called back, as the team's report counts; None counts these messages alone.

    Returns:
        The table; what is not known is None.
    """
    columns = (
        Column(by, "text", "", f"the {by}", "manifest" if by != "approach" else "approach model"),
        Column("messages", "number", "", "messages analysed", "store"),
        Column("points_median", "number", "0 to 100", "median of the points", "rubric"),
        Column("points_low", "number", "0 to 100", "lower end of its 95 % interval (order statistics)", "rubric"),
        Column("points_high", "number", "0 to 100", "upper end of its 95 % interval", "rubric"),
        Column("pace_median", "number", "words/min", "median speaking rate", "word times"),
        Column("top_missed", "text", "", "missed check that costs most points", "rubric"),
        Column("top_missed_count", "number", "", "messages that miss this check", "rubric"),
        Column("top_missed_of", "number", "", "messages to which this check applies", "rubric"),
        Column("callbacks", "number", "", "messages called back", "outcome file"),
        Column("callbacks_of", "number", "", "messages with a known, final outcome", "outcome file"),
        Column("callback_rate", "number", "0 to 1", "callbacks / callbacks_of", "outcome file"),
        Column("callback_low", "number", "0 to 1", "lower end of Wilson's 95 % interval", "outcome file"),
        Column("callback_high", "number", "0 to 1", "upper end of Wilson's 95 % interval", "outcome file"),
        Column(
            "apart_from",
            "text",
            "",
            "groups whose rate clearly differs (simultaneous intervals do not overlap)",
            "outcome file",
        ),
        Column("outcomes_simulated", "truth", "", "true: the outcomes are invented for a demonstration", "outcome file"),
        Column("callback_pooled", "number", "0 to 1", "rate drawn towards the other groups' (partial pooling)", "outcome file"),
        Column("callback_pooled_low", "number", "0 to 1", "lower end of its 95 % interval", "outcome file"),
        Column("callback_pooled_high", "number", "0 to 1", "upper end of its 95 % interval", "outcome file"),
        Column("chance_best", "number", "0 to 1", "chance that no other group's rate is higher", "outcome file"),
        Column("rank_low", "number", "", "best rank in the 95 % interval of the rank by callbacks", "outcome file"),
        Column("rank_high", "number", "", "worst rank in it", "outcome file"),
    )
    counted_here, prepared = called_back(observations_of(analyses, outcomes))
    called = counted_here if called is None else called
    rows: list[tuple[Cell, ...]] = []
    for row in group_rows(analyses, called, glossary, by):
        top, back = row.top_missed, row.callbacks
        known = back.n > 0
        one = row.pooled
        rows.append(
            (
                row.name, row.n, _finite(row.points.mid), _finite(row.points.low), _finite(row.points.high),
                _finite(row.pace_wpm), top.title if top else None, top.missed.k if top else None,
                top.missed.n if top else None, back.k if known else None, back.n, back.rate if known else None,
                back.low if known else None, back.high if known else None, ", ".join(row.apart), bool(prepared.simulated),
                *((one.rate, one.low, one.high, one.prob_best, one.rank_low, one.rank_high) if one else (None,) * 6),
            )
        )  # fmt: skip
    return Table(columns, tuple(rows))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
