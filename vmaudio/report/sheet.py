"""All scored messages of a store as columns: a report of 100,000 messages is counted in columns, not message by message.

A `Sheet` is read once for each state of the store (`vmaudio.store.report_version`); filters and counts are then array
operations. Which messages count as called back is decided over the whole store, as for every other page and table.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.records import Message, Observation
from vmaudio.report.arranging import Arrangement
from vmaudio.report.counting import Counting
from vmaudio.report.sends import Sounds
from vmaudio.store import (
    ReportRow,
    Search,
    Store,
    matching_ids,
    sent_limits,
)

LATER = ("reply", "connect", "sale")
"""Outcomes after a callback, in the order of the funnel."""

NEVER = 0
"""Week of a message of which it is not known when it was sent."""


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of names: ``names[codes[i]]`` is the name of message i, "" where none is known.

    Attributes:
        names: the different names, in order.
        codes: for each message the place of its name (n_messages,).
    """

    names: tuple[str, ...]
    codes: np.ndarray

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Coded:
        """Code a column.

        Args:
            values: a name for each message; None is "".

        Returns:
            The column.
        """
        names = sorted({value or "" for value in values})
        place = {name: i for i, name in enumerate(names)}
        return cls(tuple(names), np.array([place[value or ""] for value in values], dtype=np.int64))

    def joined(self, values: Sequence[str | None], order: Arrangement) -> Coded:
        """The column when some messages have come and others gone.

        Args:
            values: names of those that have come.
            order: where they stand.

        Returns:
            The column.
        """
        more = Coded.of(values)
        if not set(more.names) <= set(self.names):
            names = sorted({*self.names, *more.names})
            return Coded(tuple(names), self._codes(names)).joined(values, order)
        codes = order.joined(self.codes, more._codes(self.names))
        counts = np.bincount(codes, minlength=len(self.names)) if len(order.gone) else np.ones(len(self.names))
        if counts.all():
            return Coded(self.names, codes)
        used = np.flatnonzero(counts)
        names = [self.names[i] for i in used.tolist()]
        return Coded(tuple(names), Coded(self.names, codes)._codes(names))

    def _codes(self, names: Sequence[str]) -> np.ndarray:
        """The codes by other names, in which all that are used stand."""
        place = {name: i for i, name in enumerate(names)}
        found: np.ndarray = np.array([place.get(name, -1) for name in self.names], dtype=np.int64)[self.codes]
        return found

    def is_(self, name: str) -> np.ndarray:
        """Which messages have a name.

        Args:
            name: the name.

        Returns:
            bool (n_messages,).
        """
        return self.codes == (self.names.index(name) if name in self.names else -1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns over all scored messages, by ``sent_at`` and id; NaN and -1 are not known.

    Attributes:
        rows: the rows themselves.
        counting: which messages count as called back, and their outcomes.
        rep, campaign, approach, band, script, rubric: names.
        sent: moments of sending as the store writes them; "" where not known.
        week: ordinal of the week's Monday; `NEVER` where not known.
        weekday: 0 is Monday.
        hour: local hour of sending, 0 to 23.
        points: 0 to 100.
        pace: words a minute.
        pitch: Hz.
        forecast: callback probability, 0 to 1.
        called: 1 called back, 0 not.
        simulated: the outcome is invented.
        came: whether there was a reply, a connect, a sale: 1 yes, 0 no.
        checks: ids of the checks of all rubrics.
        weights: the weight of each check.
        marks: letters of verdicts as bytes (n_messages, n_checks); 0 where the rubric has no such check.
        flags: kinds of flags, with spaces between, as of the rows.
        copied: copies of other messages, which are not counted.
        id_rank: place of each message when all stand by id.
        sounds: which messages are sends of one recording.
        titles: how people read approaches of a team's own, by label.
    """

    rows: Sequence[ReportRow]
    counting: Counting
    rep: Coded
    campaign: Coded
    approach: Coded
    band: Coded
    script: Coded
    rubric: Coded
    sent: np.ndarray
    week: np.ndarray
    weekday: np.ndarray
    hour: np.ndarray
    points: np.ndarray
    pace: np.ndarray
    pitch: np.ndarray
    forecast: np.ndarray
    called: np.ndarray
    simulated: np.ndarray
    came: Mapping[str, np.ndarray]
    checks: tuple[str, ...]
    weights: Mapping[str, float]
    marks: np.ndarray
    flags: Coded
    copied: np.ndarray
    id_rank: np.ndarray
    sounds: Sounds
    titles: Mapping[str, str]

    @property
    def n(self) -> int:
        """How many messages there are."""
        return len(self.rows)

    def is_mark(self, check: str, mark: str) -> np.ndarray:
        """Which messages have a verdict.

        Args:
            check: id of a check.
            mark: p, f, u or n, as `ReportRow.marks` has them.

        Returns:
            bool (n_messages,).
        """
        if check not in self.checks:
            return np.zeros(self.n, dtype=bool)
        return np.asarray(self.marks[:, self.checks.index(check)] == ord(mark))

    def flagged(self, kind: str) -> np.ndarray:
        """Which messages have a flag.

        Args:
            kind: kind of the flag.

        Returns:
            bool (n_messages,).
        """
        return np.isin(self.flags.codes, [i for i, kinds in enumerate(self.flags.names) if kind in kinds.split()])

    def observations(self, chosen: np.ndarray) -> list[Observation]:
        """Messages as rows of evidence, as `vmaudio.experiments` takes them: by approach, script and points.

        Args:
            chosen: which messages (n_messages,).

        Returns:
            One observation for each chosen message.
        """
        made = []
        for i in np.flatnonzero(chosen).tolist():
            row = self.rows[i]
            message = Message(
                "", row.message_id, rep=row.rep, prospect=row.prospect, sent_at=row.sent_at, campaign=row.campaign,
                script=row.script,
            )  # fmt: skip
            outcome = self.counting.outcomes.get(row.message_id)
            made.append(Observation(message, outcome, None, {"approach": row.approach}, row.points))
        return made


def chosen_by(sheet: Sheet, which: Search, store: Store, words: Callable[[str], Collection[str]] | None = None) -> np.ndarray:
    """Which messages a search finds, as the table of the team finds them.

    Args:
        sheet: all messages.
        which: the search.
        store: the store, for words of the transcripts and for people's verdicts.
        words: ids of the messages whose transcript has some words, where the database need not be asked for them.

    Returns:
        bool (n_messages,).

    Raises:
        SettingError: a date that is not possible.
    """
    keep = np.ones(sheet.n, dtype=bool)
    names = (
        (sheet.rep, which.rep),
        (sheet.campaign, which.campaign),
        (sheet.approach, which.approach),
        (sheet.script, which.script),
        (sheet.band, which.band),
    )
    for column, name in names:
        if name:
            keep &= column.is_(name)
    since, before, until = sent_limits(which)
    if since:
        keep &= (sheet.sent >= since) & (sheet.sent != "")
    if before:
        keep &= (sheet.sent < before) & (sheet.sent != "")
    if until:
        keep &= (sheet.sent <= until) & (sheet.sent != "")
    if which.check or which.verdict:
        keep &= _with_verdict(sheet, which)
    if which.text and words is not None:
        keep &= _among(sheet, words(which.text))
    elsewhere = Search(text=None if words is not None else which.text, overridden=which.overridden)
    if elsewhere.text or elsewhere.overridden:
        keep &= _among(sheet, matching_ids(store.engine, elsewhere))
    return keep if which.ids is None else keep & _among(sheet, which.ids)


def narrowed(
    sheet: Sheet, keep: np.ndarray, *, called: str = "", flag: str = "", unsure_of: str = "", judged_of: str = ""
) -> np.ndarray:
    """Those of the chosen messages that have what only a report knows of.

    Args:
        sheet: all messages.
        keep: which are chosen (n_messages,).
        called: "yes", "no", "known" or "unknown", as reports count callbacks; "" for all.
        flag: a kind of flag; "" for all.
        unsure_of: a check that could not be judged; "" for all.
        judged_of: a check that was missed or passed; "" for all.

    Returns:
        bool (n_messages,).
    """
    if called in ("known", "unknown"):
        keep = keep & ((sheet.called >= 0) == (called == "known"))
    elif called:
        keep = keep & (sheet.called == int(called == "yes"))
    if flag:
        keep = keep & sheet.flagged(flag)
    if judged_of:
        keep = keep & (sheet.is_mark(judged_of, "p") | sheet.is_mark(judged_of, "f"))
    return keep & sheet.is_mark(unsure_of, "u") if unsure_of else keep


def _among(sheet: Sheet, ids: Any) -> np.ndarray:
    wanted = set(ids)
    return np.array([row.message_id in wanted for row in sheet.rows], dtype=bool)


def _with_verdict(sheet: Sheet, which: Search) -> np.ndarray:
    letters = {"pass": "p", "fail": "f", "n/a": "un"}.get(which.verdict or "", "" if which.verdict else "pfun")
    marks = sheet.marks
    if which.check:
        marks = marks[:, [sheet.checks.index(which.check)]] if which.check in sheet.checks else marks[:, :0]
    return np.asarray(np.isin(marks, [ord(letter) for letter in letters]).any(axis=1))
