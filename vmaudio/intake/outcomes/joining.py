"""Which message each line of an outcome file is about."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vmaudio.errors import TableError
from vmaudio.intake.manifest import MOST_FAULTS, Send
from vmaudio.intake.outcomes.files import OutcomeFile, OutcomeRow, with_id, with_ids
from vmaudio.intake.outcomes.index import Index
from vmaudio.intake.tables import day_in, end_of_interval, message_zone, shortened
from vmaudio.records import Observation, Outcome


@dataclass(frozen=True, slots=True)
class Matched:
    """How the lines of an outcome file were matched to messages.

    Attributes:
        outcomes: outcomes by message id.
        lines: lines of the file.
        unmatched: (line, reason) of lines that match no message.
        duplicates: (line, earlier line) of lines that repeat another.
        rows_unmatched: the lines that match no message.
        questions: what a person has to be asked about the reading of the file, in sentences.
    """

    outcomes: dict[str, Outcome]
    lines: int
    unmatched: tuple[tuple[int, str], ...]
    duplicates: tuple[tuple[int, int], ...]
    rows_unmatched: tuple[OutcomeRow, ...]
    questions: tuple[str, ...] = ()

    @property
    def matched(self) -> int:
        """Lines that found their message (duplicates among them)."""
        return self.lines - len(self.unmatched)


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def join_outcomes(file: OutcomeFile, sends: Sequence[Send], *, copies: Mapping[str, str] = MappingProxyType({})) -> Matched:
    """Join an outcome file to messages.

    A line is joined by message id, recording id (the SHA-256), path, or file name, in this order. A line that has only a
    prospect is about that prospect's messages: a callback with a time belongs to the last one before it, a "no" to all.

    Args:
        file: the outcome file.
        sends: the messages.
        copies: by the id of a message that is a copy of another that of the one that counts (`vmaudio.duplicates`): a file name
            that both have means the one that counts.

    Returns:
        Outcomes by message id, and the lines that were not used.

    Raises:
        TableError: two lines contradict each other about one message, or a callback came before its message was left; all
            are listed with their lines.
    """
    index = Index(sends, copies)
    outcomes: dict[str, Outcome] = {}
    first_line: dict[str, int] = {}
    unmatched: list[tuple[int, str]] = []
    lost: list[OutcomeRow] = []
    duplicates: list[tuple[int, int]] = []
    wrong: list[str] = []
    base = str(file.path.parent)
    places = [index.find(row, base) for row in file.rows]
    for row, found, own in zip(file.rows, places, _of_one_message(file.rows, places), strict=True):
        named = bool(row.file or row.outcome.message_id or row.recording_id)
        about = found if isinstance(found, str) else [(found[0], own)] if own is not None else _about(row, found, named)
        if isinstance(about, str):
            unmatched.append((row.line, about))
            lost.append(row)
            continue
        repeated = None
        for send, outcome in about:
            message_id = outcome.message_id
            if outcome.callback_at:
                outcome = _on_day(row, outcome, send, file.zone)
            at = _moment(outcome.callback_at)
            sent = _moment(send.message.sent_at) if at else None
            if sent and at and at < sent <= end_of_interval(at):  # a bare date, and the message was left on that day
                outcome = dataclasses.replace(outcome, callback_at=end_of_interval(at).isoformat())
            elif sent and at and at < sent:
                wrong.append(
                    f"line {row.line}: callback_at {at.isoformat()} is before the message was left ({sent.isoformat()}): "
                    f"{row.name[:200]}{_zone_cure(sent, at)}"
                )
            if message_id not in outcomes:
                outcomes[message_id], first_line[message_id] = outcome, row.line
                continue
            merged = _agree(outcomes[message_id], outcome) if named else _newest(outcomes[message_id], outcome)
            if merged is None:
                wrong.append(
                    f"line {row.line}: contradicts line {first_line[message_id]} about {row.name[:200]}: keep one of them"
                )
            else:
                outcomes[message_id] = merged
                repeated = first_line[message_id]
        if repeated is not None:
            duplicates.append((row.line, repeated))
    if wrong:
        shown = "\n  ".join(wrong[:MOST_FAULTS])
        raise TableError(f"{file.path}: {len(wrong)} fault{'s' if len(wrong) > 1 else ''}, nothing was imported:\n  {shown}")
    return Matched(outcomes, len(file.rows), tuple(unmatched), tuple(duplicates), tuple(lost), tuple(file.questions()))


def _of_one_message(rows: Sequence[OutcomeRow], places: Sequence[list[Send] | str]) -> list[Outcome | None]:
    """The outcome of each line that is about one message, with that message's id; None for the others."""
    single = [(i, found[0]) for i, found in enumerate(places) if not isinstance(found, str) and len(found) == 1]
    own = with_ids([rows[i] for i, _ in single], [send.message.message_id for _, send in single])
    made: list[Outcome | None] = [None] * len(rows)
    for (i, _), outcome in zip(single, own, strict=True):
        made[i] = outcome
    return made


def _zone_cure(sent: datetime.datetime, at: datetime.datetime) -> str:
    """What to say where a time read in the wrong zone may be why a callback lies before its message."""
    if sent - at > datetime.timedelta(hours=26) or sent.utcoffset() == at.utcoffset():
        return ""
    return ". If its times are of another zone: --timezone America/Denver, say"


def _on_day(row: OutcomeRow, outcome: Outcome, send: Send, zone: datetime.tzinfo) -> Outcome:
    """The outcome with a bare date of the callback as a day in the zone that the message was left in."""
    if row.callback_day is None or not outcome.callback_at:
        return outcome
    first = day_in(row.callback_day, message_zone(_moment(send.message.sent_at), zone))[0].isoformat()
    return outcome if first == outcome.callback_at else dataclasses.replace(outcome, callback_at=first)


def _about(row: OutcomeRow, found: list[Send], named: bool) -> list[tuple[Send, Outcome]] | str:
    if named:
        return [(found[0], with_id(row, found[0].message.message_id))]
    outcome = row.outcome
    if outcome.callback_at:
        at = _moment(outcome.callback_at)
        before = [send for send in found if (sent := _moment(send.message.sent_at)) and at and sent <= end_of_interval(at)]
        if not before:
            who = shortened(row.prospect or "")
            return f"no message to the prospect {who} was left before the callback of {outcome.callback_at}"
        before.sort(key=lambda send: str(send.message.sent_at and _moment(send.message.sent_at)))
        last = before[-1]
        no = Outcome("", callback=False, as_of=outcome.as_of, simulated=outcome.simulated)
        about = [(send, dataclasses.replace(no, message_id=send.message.message_id)) for send in before[:-1]]
        return [*about, (last, with_id(row, last.message.message_id))]
    if any(getattr(outcome, name) for name in ("callback", "reply", "connect", "sale", "complaint", "wrong_person")):
        return f"the prospect {shortened(row.prospect or '')} got {len(found)} messages: give message_id or callback_at"
    return [(send, with_id(row, send.message.message_id)) for send in found]


def _agree(a: Outcome, b: Outcome) -> Outcome | None:
    """Both lines in one, when neither contradicts the other; None when they do."""
    values = {}
    for field in dataclasses.fields(Outcome):
        mine, theirs = getattr(a, field.name), getattr(b, field.name)
        if mine is not None and theirs is not None and mine != theirs:
            return None
        values[field.name] = theirs if mine is None else mine
    return Outcome(**values)


def _newest(a: Outcome, b: Outcome) -> Outcome:
    """Two lines about one prospect: a callback of either counts, at its earliest time."""
    at = min((text for text in (a.callback_at, b.callback_at) if text), default=None)
    return dataclasses.replace(
        a,
        callback_at=at,
        callback=_either(a.callback, b.callback),
        reply=_either(a.reply, b.reply),
        connect=_either(a.connect, b.connect),
        sale=_either(a.sale, b.sale),
        complaint=_either(a.complaint, b.complaint),
        wrong_person=_either(a.wrong_person, b.wrong_person),
    )


def _either(a: bool | None, b: bool | None) -> bool | None:
    return True if a or b else a if b is None else b


def joined_observations(sends: Sequence[Send], matched: Matched) -> list[Observation]:
    """Put messages and their outcomes together.

    Args:
        sends: the messages.
        matched: the result of `join_outcomes`.

    Returns:
        Every message, with its outcome where it has one.
    """
    return [Observation(send.message, matched.outcomes.get(send.message.message_id), send.recording_id) for send in sends]
