"""Examples for the callback model: outcomes joined to measured messages, from the store or from files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaudio.errors import TableError

if TYPE_CHECKING:
    from vmaudio.evidence import Prepared
    from vmaudio.records import Observation
    from vmaudio.store import Store
    from vmaudio.training.callback import Example

_MESSAGE = (
    "message_id", "rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script",
)  # fmt: skip


def from_store(store: Store | None) -> tuple[list[Example], list[str]]:
    """Examples of all analysed messages with a known, final outcome, and what to know about them."""
    from vmaudio.store.outcomes import observations

    return _examples([o for o in observations(store) if o.features] if store else [])


def from_files(features: str, outcomes_path: str, timezone: str) -> tuple[list[Example], list[str]]:
    """Examples from an exported flat table and an outcome file, joined as `vmaudio outcomes import` joins them."""
    from vmaudio import outcomes
    from vmaudio.manifest import zone
    from vmaudio.outcomes import Send
    from vmaudio.outcomes.values import date_time
    from vmaudio.records import Message, Observation
    from vmaudio.training.callback import read_features

    sends, rows = [], read_features(features)
    values: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 2):
        file = str(row.get("file") or row.get("file_name") or row.get("source") or "")
        given: dict[str, Any] = {name: str(row[name]) for name in _MESSAGE if row.get(name) not in (None, "")}
        try:
            sent = date_time(given.pop("sent_at", ""), zone(timezone), None)
        except ValueError as error:
            raise TableError(f"{features}, line {number}: sent_at: {error}") from None
        if not file and "message_id" not in given:
            raise TableError(f"{features}, line {number}: names no message (message_id, file or file_name).")
        message = Message(source=file, sent_at=sent.isoformat() if sent else None, **given)
        if message.message_id in values:
            raise TableError(f"{features}, line {number}: the message {message.message_id!r} stands there twice.")
        recording_id = row.get("recording_id")
        sends.append(Send(message, Path(file).name if file else "", str(recording_id) if recording_id else None, number))
        values[message.message_id] = row
    matched = outcomes.match(outcomes.read_outcomes(outcomes_path, timezone=timezone), sends)
    seen = [
        Observation(o.message, o.outcome, o.recording_id, values[o.message.message_id])
        for o in outcomes.observations(sends, matched)
    ]
    examples, notes = _examples(seen)
    if matched.unmatched:
        line, reason = matched.unmatched[0]
        notes.append(f"{len(matched.unmatched)} lines of {outcomes_path} fit no message, the first on line {line}: {reason}.")
    return examples, notes


def _examples(seen: list[Observation]) -> tuple[list[Example], list[str]]:
    from vmaudio.evidence import prepare
    from vmaudio.evidence.warn import of_data
    from vmaudio.training.callback import Example

    prepared: Prepared = prepare(seen, "callback")
    made = [
        Example(
            row.observation.message.message_id, row.observation.features, row.event, row.observation.message.rep or "",
            row.observation.message.prospect or "", row.sent,
            bool(row.observation.outcome and row.observation.outcome.simulated),
        )
        for row in prepared.rows
    ]  # fmt: skip
    return made, [warned.sentence for warned in of_data(prepared)]
