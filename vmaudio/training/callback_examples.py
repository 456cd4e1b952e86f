"""What the callback model learns from: measured messages joined with what came of them, from the store or from files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vmaudio import settings
from vmaudio.duplicates import stored_copies, without_copies
from vmaudio.errors import TableError
from vmaudio.experiments import data_cautions, parse_window, prepare
from vmaudio.intake import (
    Send,
    is_list,
    join_outcomes,
    joined_observations,
    parse_as_of,
    parse_column_map,
    parse_date_time,
    read_outcomes,
    time_zone,
)
from vmaudio.records import Message, Observation
from vmaudio.store import Store, observations
from vmaudio.training.callback_held import conditions_of
from vmaudio.training.callback_table import Example, FeatureValues, feature_rows

_MESSAGE = (
    "message_id", "rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OutcomeRules:
    """Which outcomes count as known and final.

    Attributes:
        window: how long after sending a callback counts, such as "7d".
        as_of: when the outcomes were exported; None is now, or what the outcomes themselves say.
        missing_is: what a message without an outcome is: "unknown", or "0" for no callback.
        timezone: of dates without one; None is the setting ``timezone``.
    """

    window: str = "7d"
    as_of: str | None = None
    missing_is: str = "unknown"
    timezone: str | None = None

    @property
    def zone(self) -> str:
        """The time zone of dates without one."""
        return str(settings.get("timezone", self.timezone))


RULES = OutcomeRules()
"""The defaults."""


def examples_from_store(store: Store, rules: OutcomeRules = RULES) -> tuple[list[Example], list[str]]:
    """Examples of all analysed messages with a known, final outcome.

    Args:
        store: with analyses and outcomes.
        rules: which outcomes count.

    Returns:
        The examples, and sentences about the data that a reader should know.
    """
    slim = (_slim(seen) for seen in observations(store) if seen.features)
    return examples_of(without_copies(slim, stored_copies(store)), rules)


def examples_from_files(
    features: str, outcomes: str, rules: OutcomeRules = RULES, mapping: Sequence[str] = (), dates: str = "auto"
) -> tuple[list[Example], list[str]]:
    """Examples from an exported flat table and an outcome file, joined as `vmaudio outcomes import` joins them.

    Args:
        features: path of the table, as `vmaudio report` writes it (CSV or Parquet).
        outcomes: path of the outcome file.
        rules: which outcomes count.
        mapping: columns of the outcome file that have other names, as ``--map`` takes them.
        dates: order of day and month in 3/4/2026: "auto", "mdy" or "dmy".

    Returns:
        The examples, and sentences about the data that a reader should know.

    Raises:
        TableError: a file has faults, or names a message twice; file and line are named.
    """
    sends, values = _read_sends(features, rules.zone)
    matched = join_outcomes(read_outcomes(outcomes, parse_column_map(mapping, dates), timezone=rules.zone), sends)
    seen = [
        Observation(o.message, o.outcome, o.recording_id, values[o.message.message_id])
        for o in joined_observations(sends, matched)
    ]
    examples, notes = examples_of(seen, rules)
    if matched.unmatched:
        line, reason = matched.unmatched[0]
        notes.append(f"{len(matched.unmatched)} lines of {outcomes} fit no message, the first on line {line}: {reason}.")
    return examples, notes


def examples_of(seen: Iterable[Observation], rules: OutcomeRules = RULES) -> tuple[list[Example], list[str]]:
    """Examples of those observations whose outcome is known and final.

    Args:
        seen: measured messages with what is known of their outcomes.
        rules: which outcomes count.

    Returns:
        The examples, and sentences about the data that a reader should know.
    """
    prepared = prepare(
        list(seen),
        "callback",
        window=parse_window(rules.window),
        as_of=parse_as_of(rules.as_of, rules.zone),
        missing_is=False if rules.missing_is == "0" else None,
    )
    clock = any(row.sent and (row.sent.hour or row.sent.minute) for row in prepared.rows)  # dates alone all say midnight
    made = []
    for row in prepared.rows:
        message, outcome = row.observation.message, row.observation.outcome
        conditions = conditions_of(message.campaign, message.extra, row.sent, clock=clock)
        made.append(
            Example(
                message.message_id, row.observation.features, row.event, message.rep or "", message.prospect or "", row.sent,
                bool(outcome and outcome.simulated), conditions,
            )
        )  # fmt: skip
    return made, [warned.sentence for warned in data_cautions(prepared)]


def _slim(seen: Observation) -> Observation:
    """Without what training does not need: at 200,000 messages it would not fit into memory."""
    return replace(seen, features=FeatureValues(seen.features), checks={})


def _read_sends(features: str, timezone: str) -> tuple[list[Send], dict[str, Mapping[str, Any]]]:
    """The messages of a flat table, and the rows by message id; lines are counted from 1, the header's."""
    sends: list[Send] = []
    values: dict[str, Mapping[str, Any]] = {}
    for number, row in enumerate(feature_rows(features), 2):
        file = str(row.get("file") or row.get("file_name") or row.get("source") or "")
        fields: dict[str, Any] = {name: str(row[name]) for name in _MESSAGE if row.get(name) not in (None, "")}
        try:
            sent = parse_date_time(fields.pop("sent_at", ""), time_zone(timezone), None)
        except ValueError as error:
            raise TableError(f"{features}, line {number}: sent_at: {error}") from None
        if not file and "message_id" not in fields:
            raise TableError(f"{features}, line {number}: names no message (message_id, file or file_name).")
        extra = {name: str(row[name]) for name in row if is_list(name)}
        message = Message(source=file, sent_at=sent.isoformat() if sent else None, extra=extra, **fields)
        if message.message_id in values:
            raise TableError(f"{features}, line {number}: the message {message.message_id!r} stands there twice.")
        recording_id = row.get("recording_id")
        sends.append(Send(message, Path(file).name if file else "", str(recording_id) if recording_id else None, number))
        values[message.message_id] = FeatureValues(row)
    return sends, values
