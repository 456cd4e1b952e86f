"""A sheet that is kept: read once, and brought up to date by the few rows that change."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.records import Outcome
from vmaudio.report.arranging import Arrangement
from vmaudio.report.counting import Counting, KeptCounting
from vmaudio.report.kept_words import MOST_MESSAGES, KeptWords
from vmaudio.report.sends import Sounds, sound_key
from vmaudio.report.sheet import LATER, NEVER, Coded, Sheet
from vmaudio.store import Delta, ReportFacts, ReportRow, Store, Writes, approach_titles, checks_of_rubrics, report_version

MOST_CHANGED = 0.1
"""Share of the rows up to which a sheet is brought up to date; with more it is read anew."""

_NAMES = {name: name for name in ("rep", "campaign", "approach", "band", "script", "flags")} | {"rubric": "rubric_id"}
_PLAIN = ("sent", "week", "weekday", "hour", "points", "pace", "pitch", "forecast", "marks", "simulated", "id_rank")


def read_sheet(store: Store) -> Sheet:
    """Read all scored messages as columns.

    Args:
        store: the store.

    Returns:
        The sheet.
    """
    kept = KeptSheet(store)
    kept.close()
    return kept.sheet


class KeptSheet:
    """The sheet of a store, as it was when it was last asked for.

    Args:
        store: the store; it is only read.

    Attributes:
        sheet: all scored messages as columns.
        version: of the store that they show.
        words: their transcripts, once they were asked for; see `keep_words`.
    """

    words: KeptWords | None = None

    def __init__(self, store: Store) -> None:
        self._store, self._writes = store, Writes(store)
        self._token = self._writes.token()
        self._read()

    def keep_words(self) -> KeptWords | None:
        """The words of the sheet's transcripts; None where there are too many of them.

        Returns:
            The words, read if they were not.
        """
        if self.words is None and self.sheet.n <= MOST_MESSAGES:
            self.words = KeptWords(self._store)
        return self.words

    def _read(self) -> None:
        self.words = None
        self._facts = ReportFacts(self._store)
        self._counting = KeptCounting(self._store, self._facts)
        self._rubrics = checks_of_rubrics(self._store)
        self._checks = tuple(dict.fromkeys(check for known in self._rubrics.values() for check in known))
        self._sounds: dict[Hashable, int] = {}
        self.version = self._facts.version
        rows, counting = sorted(self._facts.rows.values(), key=_place), self._counting.result()
        made = self._columns(rows)
        self._ids = sorted(row.message_id for row in rows)
        place = {message_id: i for i, message_id in enumerate(self._ids)}
        made["id_rank"] = _ints([place[row.message_id] for row in rows])
        names = {name: Coded.of([getattr(row, field) for row in rows]) for name, field in _NAMES.items()}
        self.sheet = self._sheet(rows, counting, made, names)

    def now(self) -> Sheet:
        """The sheet of the store as it is now; the same object while nothing has changed."""
        token = self._writes.token()
        if token == self._token:
            return self.sheet
        version = report_version(self._store)
        if version != self.version:
            delta = self._facts.changes(version, most=max(100, int(MOST_CHANGED * self.sheet.n)))
            if delta is None or not self._patch(delta):
                self._read()
            self.version = self._facts.version
        self._token = token
        return self.sheet

    def close(self) -> None:
        """Give the connection back that asks whether anything has changed."""
        self._writes.close()

    def _patch(self, delta: Delta) -> bool:
        """Whether the sheet could be brought up to date: not where its checks are others."""
        new = sorted((row for row in delta.rows.values() if row), key=_place)
        if any(row.rubric_id not in self._rubrics for row in new):
            return False
        told = self._counting.change(delta)
        if self.words is not None:
            self.words.change(delta.written)
        old, counting, rows = self.sheet, self._counting.result(), list(self.sheet.rows)
        gone = sorted(bisect_left(rows, _place(row), key=_place) for row in delta.before.values())
        for i in reversed(gone):
            del rows[i]
        at = [bisect_left(rows, _place(row), key=_place) for row in new]
        for i, row in zip(reversed(at), reversed(new), strict=True):
            rows.insert(i, row)
        order, made = Arrangement(old.n, gone, at), self._columns(new)
        stay = {row.message_id for row in new} == delta.before.keys()
        joined = {name: order.joined(self._made[name], column) if order else self._made[name] for name, column in made.items()}
        changed = [one for name in told if (one := self._facts.rows.get(name))]
        again = _ints([bisect_left(rows, _place(row), key=_place) for row in changed])
        for name, column in self._told(changed).items():
            joined[name] = joined[name].copy()
            joined[name][again] = column
        ranks = self._made["id_rank"]
        if not stay:
            ranks, own = self._ranks(new, delta)
        else:
            place = {row.message_id: rank for row, rank in zip((old.rows[i] for i in gone), ranks[gone].tolist(), strict=True)}
            own = _ints([place[row.message_id] for row in new])
        joined["id_rank"] = order.joined(ranks, own)
        names = {}
        for name, field in _NAMES.items():
            known: Coded = getattr(old, name)
            names[name] = known.joined([getattr(row, field) for row in new], order) if order else known
        if set(names["rubric"].names) != set(self._rubrics):
            return False  # a rubric's last message is gone, and its checks with it
        self.sheet = self._sheet(rows, counting, joined, names)
        return True

    def _ranks(self, new: Sequence[ReportRow], delta: Delta) -> tuple[np.ndarray, np.ndarray]:
        """Places by id when some ids have come and others gone: of the old rows and of the new."""
        gone = sorted(bisect_left(self._ids, name) for name in delta.before if delta.rows[name] is None)
        come = sorted(row.message_id for row in new if row.message_id not in delta.before)
        for place in reversed(gone):
            del self._ids[place]
        ranks = self._made["id_rank"] - np.searchsorted(_ints(gone), self._made["id_rank"])
        before = _ints([bisect_left(self._ids, name) for name in come])
        self._ids = sorted([*self._ids, *come])
        own = _ints([bisect_left(self._ids, row.message_id) for row in new])
        return ranks + np.searchsorted(before, ranks, side="right"), own

    def _columns(self, rows: Sequence[ReportRow]) -> dict[str, np.ndarray]:
        """All columns of numbers of some rows."""
        moments = [_parsed(row.sent_at) for row in rows]
        sounds = self._sounds
        return {
            "sent": np.array([row.sent_at or "" for row in rows], dtype=str) if rows else np.zeros(0, dtype="U1"),
            "week": _ints([at.toordinal() - at.weekday() if at else NEVER for at in moments]),
            "weekday": _ints([at.weekday() if at else -1 for at in moments]),
            # a day alone has no hour
            "hour": _ints([at.hour if at and at.time() != datetime.time() else -1 for at in moments]),
            "points": _floats([row.points for row in rows]),
            "pace": _floats([row.pace_wpm for row in rows]),
            "pitch": _floats([row.pitch_hz for row in rows]),
            "forecast": _floats([row.forecast for row in rows]),
            "marks": _marks(rows, self._rubrics, self._checks),
            "codes": _ints(
                [sounds.setdefault(sound_key(row.rep, row.recording_id, row.message_id), len(sounds)) for row in rows]
            ),
            **self._told(rows),
        }

    def _told(self, rows: Sequence[ReportRow]) -> dict[str, np.ndarray]:
        """What their outcomes tell."""
        told = [self._counting.outcome(row.message_id) for row in rows]
        return {
            "slots": self._counting.slots([row.message_id for row in rows]),
            "simulated": np.array([one is not None and one.simulated for one in told], dtype=bool),
            **{name: _ints([_came(one, name) for one in told]) for name in LATER},
        }

    def _sheet(
        self, rows: Sequence[ReportRow], counting: Counting, made: Mapping[str, np.ndarray], names: Mapping[str, Coded]
    ) -> Sheet:
        self._made = made
        dated = made["sent"] != ""
        undated = [rows[i].message_id for i in np.flatnonzero(~dated).tolist()]
        columns: dict[str, Any] = {name: made[name] for name in _PLAIN}
        return Sheet(
            rows=rows,
            counting=counting,
            came={name: made[name] for name in LATER},
            checks=self._checks,
            weights={check: weight for known in self._rubrics.values() for check, weight in known.items()},
            sounds=Sounds.ordered(made["codes"], dated, undated),
            called=self._counting.called[made["slots"]],
            copied=made["slots"] < 0,
            titles=approach_titles(self._store, names["approach"].names),
            **(columns | dict(names)),
        )


def _place(row: ReportRow) -> tuple[bool, str, str]:
    """By ``sent_at`` and id, those that have none first."""
    return row.sent_at is not None, row.sent_at or "", row.message_id


def _came(outcome: Outcome | None, name: str) -> int:
    value = getattr(outcome, name) if outcome else None
    return -1 if value is None else int(value)


def _ints(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array(values, dtype=np.float64)  # None becomes NaN


def _parsed(sent_at: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat(sent_at or "")
    except ValueError:
        return None


def _marks(rows: Sequence[ReportRow], rubrics: Mapping[str, Mapping[str, float]], checks: Sequence[str]) -> np.ndarray:
    found = np.zeros((len(rows), len(checks)), dtype=np.uint8)
    members: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        if row.marks and len(row.marks) == len(rubrics.get(row.rubric_id, ())):
            members.setdefault(row.rubric_id, []).append(i)
    for rubric_id, places in members.items():
        known = rubrics[rubric_id]
        letters = np.frombuffer("".join(rows[i].marks for i in places).encode("ascii"), dtype=np.uint8)
        columns = [checks.index(check) for check in known]
        found[np.ix_(places, columns)] = letters.reshape(len(places), len(known))
    return found
