"""What to coach this week: for each rep at most two things, each with the two recordings that show it best.

A thing is chosen by how much it costs and by how sure it is. The cost is the check's weight times the share of messages that
miss it, of which the lower end of Wilson's 95 % interval counts, so that a few messages do not make a habit. How sure a
"missed" is was counted on recordings of known script (``rubric/how_right.csv``); a check without such a count is taken for as
likely wrong as right. A recording that was sent to several prospects is one message here.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from vmaudio.experiments import wilson
from vmaudio.records import Check, counted, threshold
from vmaudio.report.glossary import CheckText, Glossary
from vmaudio.report.overrides import Overrides
from vmaudio.report.sheet import NEVER, Sheet
from vmaudio.report.summary import day
from vmaudio.report.tallies import judged, members_of
from vmaudio.rubric import HowRight, how_right
from vmaudio.store import CoachNote, Store, stored_checks


@dataclass(frozen=True, slots=True)
class CoachingOptions:
    """What is worth coaching.

    Attributes:
        things: most things for one rep.
        recordings: recordings that show each.
        fewest_judged: messages of a week in which a check must have been judged; with fewer the last weeks are taken.
        weeks: weeks that are then looked at, the last one included.
        fewest_missed: messages that must have missed a check.
    """

    things: int = threshold(2, "most things for one rep in a week", source="the coach's time; our default")
    recordings: int = threshold(2, "recordings that show each thing", source="our default")
    fewest_judged: int = threshold(
        5, "messages of a week in which a check must have been judged; with fewer the last weeks are taken",
        source="our default",
    )  # fmt: skip
    weeks: int = threshold(4, "weeks that are looked at where one has too few messages", source="our default")
    fewest_missed: int = threshold(2, "messages that must have missed a check: once is no habit", source="our default")


DEFAULT_COACHING = CoachingOptions()
_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """A recording that shows a thing, at its second."""

    message_id: str
    title: str
    evidence: str
    start_s: float | None
    end_s: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to coach.

    Attributes:
        rep: name of the rep.
        check: what is missed.
        missed: messages that missed it.
        judged: messages in which it was judged.
        since: first day of the weeks that were looked at.
        until: last day.
        cost: points that it costs a message on average, of 100.
        right: how often "missed" was right of how often it was said, on recordings of known script; None where not counted.
        recordings: where to hear it.
        week: Monday of the week, under which notes are kept.
        note: the coach's note of this week; None where there is none.
        before: the newest note of an earlier week.
    """

    rep: str
    check: CheckText
    missed: int
    judged: int
    since: datetime.date
    until: datetime.date
    cost: float
    right: tuple[int, int] | None
    recordings: tuple[Shown, ...]
    week: datetime.date
    note: CoachNote | None = None
    before: CoachNote | None = None

    @property
    def costs(self) -> str:
        """What it costs, in words: "about 4 points a message"."""
        points = round(self.cost)
        return "less than 1 point a message" if not points else f"about {counted(points, 'point')} a message"

    @property
    def counts(self) -> str:
        """Messages of which weeks were counted, to be read after a count: "" for the week itself."""
        return " in the last four weeks" if (self.until - self.since).days > 6 else ""


@dataclass(frozen=True, slots=True)
class Coaching:
    """What to coach in a week.

    Attributes:
        week: its Monday; None where no message has a date.
        things: by rep, in the order of names.
        without: reps of whom nothing is sure enough to be coached.
    """

    week: datetime.date | None
    things: Mapping[str, tuple[Thing, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()


def coaching_of(
    store: Store,
    sheet: Sheet,
    chosen: np.ndarray,
    glossary: Glossary,
    *,
    overrides: Overrides,
    notes: list[CoachNote],
    options: CoachingOptions = DEFAULT_COACHING,
) -> Coaching:
    """Choose what to coach, of the newest week with a message.

    A rep who has left none in it yet (it may be Monday morning) is judged by the weeks before, as one with too few is.

    Args:
        store: the store.
        sheet: all messages.
        chosen: which of them count.
        glossary: titles and tips of the checks.
        overrides: people's verdicts; a miss that a person does not see as one is neither counted nor shown.
        notes: the coach's notes, the newest week first.
        options: thresholds.

    Returns:
        The things with their recordings and notes.
    """
    dated = chosen & (sheet.week != NEVER)
    if not dated.any():
        return Coaching(None)
    monday = int(sheet.week[dated].max())
    marks = _judged_by_people(sheet, overrides)
    found: dict[str, tuple[Thing, ...]] = {}
    wanted: dict[tuple[str, str], list[int]] = {}
    without = []
    for code, places in members_of(sheet.rep, dated & (sheet.week > monday - 7 * options.weeks)):
        rep = sheet.rep.names[code]
        things = [
            (thing, candidates)
            for thing, candidates in _things(sheet, marks, rep, places, monday, glossary, options)
        ] if rep else []  # fmt: skip
        if things:
            found[rep] = tuple(thing for thing, _ in things)
            wanted |= {(rep, thing.check.id): candidates for thing, candidates in things}
        elif rep:
            without.append(rep)
    ids = {sheet.rows[i].message_id for candidates in wanted.values() for i in candidates}
    checks = stored_checks(store, sorted(ids), {check for _, check in wanted})
    week = datetime.date.fromordinal(monday)
    made = {
        rep: tuple(_finished(sheet, thing, wanted[rep, thing.check.id], checks, notes, week, options) for thing in things)
        for rep, things in sorted(found.items(), key=lambda item: item[0].casefold())
    }
    return Coaching(week, made, tuple(sorted(without, key=str.casefold)))


def _judged_by_people(sheet: Sheet, overrides: Overrides) -> np.ndarray:
    """The marks, with people's verdicts in place of the machine's where a miss is none."""
    if not overrides:
        return sheet.marks
    marks = sheet.marks.copy()
    for i, row in enumerate(sheet.rows):
        for check, given in overrides.get(row.message_id, {}).items():
            if check in sheet.checks:
                letter = {"pass": "p", "fail": "f"}.get(given.verdict, "n")
                marks[i, sheet.checks.index(check)] = ord(letter)
    return marks


def _things(
    sheet: Sheet, marks: np.ndarray, rep: str, places: np.ndarray, monday: int, glossary: Glossary, options: CoachingOptions
) -> list[tuple[Thing, list[int]]]:
    """What costs this rep most, and the messages that may show it, the newest first."""
    last, known = sheet.sounds.once_at(places[sheet.week[places] == monday]), how_right()
    whole = sheet.sounds.once_at(places)
    ranked = []
    for column, check in enumerate(sheet.checks):
        used, since = last, monday
        if int(judged(marks[last, column]).sum()) < options.fewest_judged:
            used, since = whole, monday - 7 * (options.weeks - 1)
        missed = used[marks[used, column] == ord("f")]
        n_judged = int(judged(marks[used, column]).sum())
        if len(missed) < options.fewest_missed:
            continue
        weight, sure = sheet.weights.get(check, 0.0), chance_right(known.get(check))
        right = (known[check].fails_true, known[check].fails) if check in known and known[check].fails else None
        cost = 100 * weight * len(missed) / n_judged / _whole(sheet, marks, used)
        thing = Thing(
            rep, glossary.check(check), len(missed), n_judged, datetime.date.fromordinal(since),
            datetime.date.fromordinal(monday + 6), cost, right, (),
            datetime.date.fromordinal(monday),
        )  # fmt: skip
        ranked.append((weight * wilson(len(missed), n_judged)[0] * sure, thing, missed[::-1][:_CANDIDATES].tolist()))
    ranked.sort(key=lambda one: -one[0])
    return [(thing, candidates) for worth, thing, candidates in ranked[: options.things] if worth > 0]


def chance_right(counted: HowRight | None) -> float:
    """How likely a "missed" is right.

    Args:
        counted: the count on recordings of known script; None where there is none.

    Returns:
        0 to 1, by the rule of succession: one half without a count.
    """
    return (counted.fails_true + 1) / (counted.fails + 2) if counted else 0.5


def _whole(sheet: Sheet, marks: np.ndarray, used: np.ndarray) -> float:
    """The mean sum of the weights that apply to a message."""
    weights = np.array([sheet.weights.get(check, 0.0) for check in sheet.checks])
    return max(float((judged(marks[used]) @ weights).mean()), 1e-9)


def _finished(
    sheet: Sheet,
    thing: Thing,
    candidates: list[int],
    checks: Mapping[str, tuple[str, str, tuple[Check, ...]]],
    notes: list[CoachNote],
    week: datetime.date,
    options: CoachingOptions,
) -> Thing:
    shown: list[tuple[tuple[float, ...], str, Shown]] = []
    for age, i in enumerate(candidates):
        row = sheet.rows[i]
        source, recording, own = checks.get(row.message_id, ("", "", ()))
        check = next((one for one in own if one.id == thing.check.id), None)
        if check is None:
            continue
        whom, date = row.prospect_name or row.prospect, datetime.date.fromisoformat((row.sent_at or "")[:10])
        title = f"to {whom}, {day(date)}" if whom else day(date)
        # sure verdicts first, then those with a second to hear, then the newest
        rank = (round(check.confidence, 1), float(check.start_s is not None), -float(age))
        shown.append(
            (
                rank,
                recording or row.message_id,
                Shown(row.message_id, title, check.evidence, check.start_s, check.end_s, source),
            )
        )
    shown.sort(key=lambda one: one[0], reverse=True)
    different: dict[str, Shown] = {}  # one recording may have been left for several prospects: it is heard once
    for _, recording, one in shown:
        different.setdefault(recording, one)
    own_notes = [note for note in notes if (note.rep, note.check_id) == (thing.rep, thing.check.id)]
    return Thing(
        **{name: getattr(thing, name) for name in Thing.__slots__ if name not in ("recordings", "note", "before")},
        recordings=tuple(different.values())[: options.recordings],
        note=next((note for note in own_notes if note.week == week.isoformat()), None),
        before=next((note for note in own_notes if note.week < week.isoformat() and note.note), None),
    )
