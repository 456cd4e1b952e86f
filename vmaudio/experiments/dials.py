"""Dials: does leaving a message, or leaving nothing, change whether the prospect picks up the next time?

Published studies contradict each other on that, so it has to be tried: an arm in which the number is dialled and nothing is
left, and "connect on the next dial" as the outcome. A call list has all dials, also those without a message.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import TableError
from vmaudio.experiments.plans import Assignment
from vmaudio.experiments.preparation import DIAL
from vmaudio.experiments.results import Caution
from vmaudio.intake import ColumnMap, WordReader, date_order, parse_date_time, person, read_fields, table_error, time_zone
from vmaudio.records import Message, Observation, Outcome

CONNECTED = frozenset({"connect", "sale", "complaint", "wrong_person", "reply"})
"""Meanings of a disposition by which somebody picked up."""

REACHED_NOBODY = frozenset({"voicemail", "no contact"})

YES = frozenset({"1", "yes", "y", "true", "connected"})
NO = frozenset({"0", "no", "n", "false"})


@dataclass(frozen=True, slots=True)
class Dial:
    """One call to a prospect.

    Attributes:
        prospect: id of the prospect.
        at: when it was dialled.
        connected: whether somebody picked up; None when the list does not say.
        rep: who called; None when not known.
        script: the message that was left, or `plans.NO_MESSAGE`; None when the list does not say.
    """

    prospect: str
    at: datetime.datetime
    connected: bool | None
    rep: str | None = None
    script: str | None = None


def read_dials(path: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC") -> list[Dial]:
    """Read a call list: ``prospect``, ``sent_at`` (when it was dialled) and ``connect`` or ``result``, or as CRMs call them.

    Args:
        path: the file.
        mapping: which columns are which, where their names are not known ones; and what own dispositions mean.
        timezone: zone of times without one.

    Returns:
        The dials, in the order of the file.

    Raises:
        TableError: it cannot be read, has no such columns, or lines without a prospect or time.
        SettingError: there is no such time zone.
    """
    path, mapping, zone = Path(path), mapping or ColumnMap(), time_zone(timezone)
    rows = read_fields(path, ("prospect", "sent_at", "connect", "result", "rep", "script"), mapping)
    if rows and ("sent_at" not in rows[0][1] or not {"connect", "result"} & set(rows[0][1])):
        raise TableError(f"{path}: a list of dials needs the columns prospect, sent_at, and connect or result. Use --map.")
    order = mapping.dates if mapping.dates != "auto" else date_order(row["sent_at"] for _, row in rows)
    words = WordReader(mapping.values)
    wrong: list[str] = []
    found: list[Dial] = []
    for line, row in rows:
        try:
            at = parse_date_time(row["sent_at"], zone, order)
        except ValueError as error:
            wrong.append(f"line {line}: {error}")
            continue
        if person(row["prospect"]) is None or at is None:
            wrong.append(f"line {line}: no prospect or no time")
            continue
        picked_up = _connected(row, words)
        found.append(Dial(row["prospect"], at, picked_up, row.get("rep") or None, row.get("script") or None))
    if wrong:
        raise table_error(path, wrong)
    return found


def _connected(row: dict[str, str], words: WordReader) -> bool | None:
    said = row.get("connect", "").strip().lower()
    if said in YES or said in NO:
        return said in YES
    meaning = words.meaning(row["result"]) if row.get("result") else None
    return True if meaning in CONNECTED else False if meaning in REACHED_NOBODY else None


def next_connects(
    plan: Sequence[Assignment], dials: Sequence[Dial], window: datetime.timedelta | None
) -> tuple[list[Observation], list[Caution]]:
    """One observation for each planned prospect who was dialled in vain: did the next dial connect?

    The arm begins with the first dial that reached nobody; what happened before it cannot depend on the arm. A prospect who was
    not dialled again within the window has no known outcome.

    Args:
        plan: the plan.
        dials: all dials.
        window: how long after the first dial the next one counts; None for any time.

    Returns:
        Observations with ``connect`` as the outcome, dated by the first dial; and what to know about them.
    """
    by_prospect: dict[str, list[Dial]] = defaultdict(list)
    for dial in dials:
        by_prospect[person(dial.prospect) or ""].append(dial)
    found: list[Observation] = []
    again: Counter[str] = Counter()
    first_tried: Counter[str] = Counter()
    for one in plan:
        own = sorted(by_prospect.get(person(one.prospect) or "", []), key=lambda dial: dial.at)
        start = next((i for i, dial in enumerate(own) if dial.connected is False), None)
        if start is None:
            continue
        first = own[start]
        later = own[start + 1] if len(own) > start + 1 else None
        known = later is not None and (window is None or later.at - first.at <= window)
        connect = later.connected if later is not None and known else None
        message = Message(
            DIAL,
            f"dial:{one.prospect}",
            first.rep or one.rep,
            one.prospect,
            sent_at=first.at.isoformat(),
            script=first.script,
        )
        found.append(Observation(message, Outcome(message.message_id, connect=connect)))
        first_tried[one.arm] += 1
        again[one.arm] += connect is not None
    by_arm = ", ".join(f"'{arm}' {again[arm]} of {n}" for arm, n in sorted(first_tried.items()))
    text = (
        f"The outcome is whether the next dial connects. Dialled again after a dial that reached nobody: {by_arm or 'nobody'}."
    )
    return found, [Caution("next_dial", text, {"dialled_again": dict(again), "first_dials": dict(first_tried)})]
