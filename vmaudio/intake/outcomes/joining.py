"""Which message each line of an outcome file is about."""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from vmaudio.errors import TableError
from vmaudio.intake.manifest import end_of_interval, shortened
from vmaudio.intake.outcomes.files import MOST_FAULTS, OutcomeFile, OutcomeRow, Send, with_id
from vmaudio.records import Observation, Outcome, counted


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


class _Index:
    """Messages by each thing that may name them."""

    def __init__(self, sends: Sequence[Send]) -> None:
        self.by_id = {send.message.message_id: send for send in sends}
        self.by_key: dict[tuple[str, str], list[Send]] = defaultdict(list)
        for send in sends:
            message = send.message
            keys = {("path", message.source), ("name", send.file_name or _name(message.source))}
            if send.recording_id:
                keys.add(("hash", send.recording_id.lower()))
            if message.prospect:
                keys.add(("prospect", message.prospect))
            if message.source and "://" not in message.source:
                keys.add(("path", str(Path(message.source).absolute())))
            for key in keys:
                if key[1]:
                    self.by_key[key].append(send)

    def find(self, row: OutcomeRow, base: Path) -> list[Send] | str:
        """The messages that the row may be about (one, or several of one prospect), or why there is none."""
        if row.outcome.message_id:
            found = self.by_id.get(row.outcome.message_id)
            if found is not None:
                return [found]
            if not (row.file or row.recording_id):
                return f"no message has the id {shortened(row.outcome.message_id)}"
        if row.recording_id:
            return self._one_of(
                row, self.by_key.get(("hash", row.recording_id.lower()), []), f"recording {shortened(row.recording_id)}"
            )
        if row.file:
            return self._one_of(row, self._by_file(row.file, base), f"file {shortened(row.file)}")
        candidates = self.by_key.get(("prospect", row.prospect or ""), [])
        if not candidates:
            return f"no message went to the prospect {shortened(row.prospect or '')}"
        exact = [send for send in candidates if row.sent_at and _same_time(send.message.sent_at, row.sent_at)]
        return exact or candidates

    def _by_file(self, file: str, base: Path) -> list[Send]:
        for key in (
            ("path", file),
            ("path", str(base / file)),
            ("path", str((base / file).absolute())),
            ("hash", file.lower()),
        ):
            if self.by_key.get(key):
                return self.by_key[key]
        candidates = self.by_key.get(("name", _name(file)), [])
        # a name that stands in several folders names none of them, unless the line's own path ends alike
        if len({send.message.source for send in candidates}) > 1:
            tail = _tail(file)
            longest = [send for send in candidates if _tail(send.message.source)[-len(tail) :] == tail]
            return longest if len({send.message.source for send in longest}) == 1 else []
        return candidates

    def _one_of(self, row: OutcomeRow, candidates: list[Send], what: str) -> list[Send] | str:
        if not candidates:
            return f"no message has the {what}"
        if len(candidates) > 1 and row.prospect:
            candidates = [send for send in candidates if send.message.prospect == row.prospect]
            if not candidates:
                return f"no message with the {what} went to the prospect {shortened(row.prospect or '')}"
        if len(candidates) > 1 and row.sent_at:
            candidates = [send for send in candidates if _same_time(send.message.sent_at, row.sent_at)] or candidates
        if len(candidates) > 1:
            return f"{len(candidates)} messages have the {what}: give message_id, or prospect and sent_at"
        return candidates


def _name(path: str) -> str:
    name = PureWindowsPath(path).name if "\\" in path and "/" not in path else PurePosixPath(path).name
    return name or path


def _tail(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.replace("\\", "/").split("/") if part not in ("", "."))


def _moment(text: str | None) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _same_time(ours: str | None, theirs: str) -> bool:
    a, b = _moment(ours), _moment(theirs)
    return a is not None and b is not None and (a == b or (a.date() == b.date() and b.time() == datetime.time(0)))


def join_outcomes(file: OutcomeFile, sends: Sequence[Send]) -> Matched:
    """Join an outcome file to messages.

    A line is joined by message id, recording id (the SHA-256), path, or file name, in this order. A line that has only a
    prospect is about that prospect's messages: a callback with a time belongs to the last one before it, a "no" to all.

    Args:
        file: the outcome file.
        sends: the messages.

    Returns:
        Outcomes by message id, and the lines that were not used.

    Raises:
        TableError: two lines contradict each other about one message, or a callback came before its message was left; all
            are listed with their lines.
    """
    index = _Index(sends)
    outcomes: dict[str, Outcome] = {}
    first_line: dict[str, int] = {}
    unmatched: list[tuple[int, str]] = []
    lost: list[OutcomeRow] = []
    duplicates: list[tuple[int, int]] = []
    wrong: list[str] = []
    for row in file.rows:
        found = index.find(row, file.path.parent)
        named = bool(row.outcome.message_id or row.file or row.recording_id)
        about = found if isinstance(found, str) else _about(row, found, named)
        if isinstance(about, str):
            unmatched.append((row.line, about))
            lost.append(row)
            continue
        repeated = None
        for send, outcome in about:
            message_id = outcome.message_id
            sent, at = _moment(send.message.sent_at), _moment(outcome.callback_at)
            if sent and at and at < sent <= end_of_interval(at):  # a bare date, and the message was left on that day
                outcome = dataclasses.replace(outcome, callback_at=end_of_interval(at).isoformat())
            elif sent and at and at < sent:
                wrong.append(
                    f"line {row.line}: callback_at {at.isoformat()} is before the message was left ({sent.isoformat()}): "
                    f"{row.name[:200]}"
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
        raise TableError(f"{file.path}: {counted(len(wrong), 'fault')}, nothing was imported:\n  {shown}")
    return Matched(outcomes, len(file.rows), tuple(unmatched), tuple(duplicates), tuple(lost), tuple(file.questions()))


def _about(row: OutcomeRow, found: list[Send], named: bool) -> list[tuple[Send, Outcome]] | str:
    if len(found) == 1 or named:
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
