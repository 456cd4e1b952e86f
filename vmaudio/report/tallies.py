"""The numbers of a report, counted in columns: what `vmaudio.report.summary` counts of analyses, of a `Sheet`."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np

from vmaudio.experiments import PooledArm, pool
from vmaudio.plots import Rate, Spread, Week
from vmaudio.report.data import CheckRow, Figure, GroupRow
from vmaudio.report.figures import distribution_figure
from vmaudio.report.glossary import Glossary, approach_name
from vmaudio.report.intervals import missed_rate, rate_of
from vmaudio.report.sheet import LATER, NEVER, Coded, Sheet
from vmaudio.report.spreads import Spreads
from vmaudio.report.summary import HOURS, UNKNOWN, WEEKDAYS, mark_apart

_SPREADS = Spreads()


def column_of(sheet: Sheet, by: str) -> Coded:
    """The column that groups messages.

    Args:
        sheet: all messages.
        by: "rep", "campaign" or "approach".

    Returns:
        The column.
    """
    return {"rep": sheet.rep, "campaign": sheet.campaign, "approach": sheet.approach}[by]


def shown_name(by: str, name: str, sheet: Sheet) -> str:
    """A group's name as it is written for people.

    Args:
        by: "rep", "campaign" or "approach".
        name: the name in the column.
        sheet: all messages.

    Returns:
        Words.
    """
    return approach_name(name, sheet.titles) if by == "approach" else name or UNKNOWN


def spread_in(name: str, values: np.ndarray) -> Spread:
    """Values with their median and its interval.

    Args:
        name: what the group is called.
        values: numbers; NaN is left out.

    Returns:
        As `vmaudio.report.intervals.spread_of` gives it.
    """
    return _SPREADS.of(name, values)


def callbacks_in(name: str, sheet: Sheet, chosen: np.ndarray) -> Rate:
    """Callbacks among the messages of which it is known.

    Args:
        name: what the group is called.
        sheet: all messages.
        chosen: which of them.

    Returns:
        The rate with its 95 % interval.
    """
    known = sheet.called[chosen]
    return rate_of(name, int((known == 1).sum()), int((known >= 0).sum()))


def checks_in(sheet: Sheet, chosen: np.ndarray, glossary: Glossary) -> list[CheckRow]:
    """How often each check was missed, as `vmaudio.report.summary.check_rows` counts it: each recording once for each rep.

    Args:
        sheet: all messages.
        chosen: which of them.
        glossary: titles and tips of the checks.

    Returns:
        One row per check that applies to any message, the costliest (share missed x weight) first.
    """
    groups = members_of(sheet.rep, sheet.sounds.once(chosen))
    if not groups:
        return []
    counted = np.stack([_verdicts(sheet.marks.take(members, axis=0)) for _, members in groups])
    unsure = counted[:, 2].sum(axis=0)
    rows = []
    for column, check in enumerate(sheet.checks):
        text, counts = glossary.check(check), counted[:, :, column]
        rate = missed_rate(text.title, [(f, j, u) for f, j, u in counts.tolist()])
        if rate.n:
            row = CheckRow(check, text.title, text.tip, rate, text.disputed, int(unsure[column]))
            rows.append((row, sheet.weights.get(check, 0.0) * rate.rate))
    return [row for row, _ in sorted(rows, key=lambda pair: -pair[1])]


def groups_in(sheet: Sheet, chosen: np.ndarray, glossary: Glossary, by: str) -> list[GroupRow]:
    """One row per group, as `vmaudio.report.summary.group_rows` makes them: all sends in callbacks, else each recording once.

    Args:
        sheet: all messages.
        chosen: which of them.
        glossary: titles of the checks.
        by: "rep", "campaign" or "approach".

    Returns:
        Rows in the order of names, those without a name last.
    """
    column = column_of(sheet, by)
    rows = []
    for code, members in members_of(column, chosen):
        name, once = column.names[code], sheet.sounds.once_at(members)
        rows.append(
            GroupRow(
                name=shown_name(by, name, sheet),
                n=len(members),
                points=spread_in(shown_name(by, name, sheet), sheet.points[once]),
                pace_wpm=_median(sheet.pace[once]),
                top_missed=_costliest(sheet, once, glossary),
                callbacks=callbacks_in(shown_name(by, name, sheet), sheet, members),
                key=name,
            )
        )
    pooled = _pooled(sheet, chosen, by)
    rows = [dataclasses.replace(row, pooled=pooled.get(row.name)) for row in rows]
    return mark_apart(sorted(rows, key=lambda row: (row.name == UNKNOWN, row.name.casefold())))


def _pooled(sheet: Sheet, chosen: np.ndarray, by: str) -> dict[str, PooledArm]:
    """Callback rates drawn towards each other, by the name that is shown, as `pooled_callbacks` makes them."""
    column, known = column_of(sheet, by), chosen & (sheet.called >= 0)
    codes, reps = column.codes[known], sheet.rep.codes[known]
    shown = [shown_name(by, name, sheet) for name in column.names]
    found = sorted({shown[code] for code in np.flatnonzero(np.bincount(codes))} - {UNKNOWN})
    if len(found) < 2:
        return {}
    place = np.array([found.index(name) if name in found else -1 for name in shown])
    people = sorted({sheet.rep.names[code] for code in np.flatnonzero(np.bincount(reps))} - {""})
    person = np.array([people.index(name) if name in people else -1 for name in sheet.rep.names])
    within = person[reps] if people and by != "rep" else None
    made = pool(found, place[codes], within, sheet.called[known].astype(float))
    return {one.arm: one for one in made.arms} if made else {}


def members_of(column: Coded, chosen: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The messages of each group.

    Args:
        column: the groups.
        chosen: which messages.

    Returns:
        The code of each group that has any, and the places of its messages.
    """
    return groups_of(column, np.flatnonzero(chosen))


def groups_of(column: Coded, places: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The same of places.

    Args:
        column: the groups.
        places: of some messages, in order.

    Returns:
        As `members_of`.
    """
    if not len(places):
        return []
    codes = column.codes[places]
    counts = np.bincount(codes)
    found = np.flatnonzero(counts)
    order = np.argsort(codes.astype(np.min_scalar_type(len(counts))), kind="stable")  # small numbers are sorted in one pass
    pieces = np.split(places[order], np.cumsum(counts[found])[:-1])
    return [(code, piece) for code, piece in zip(found.tolist(), pieces, strict=True)]


def _median(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")


def judged(marks: np.ndarray) -> np.ndarray:
    """Which marks are verdicts.

    Args:
        marks: letters as bytes, as `Sheet.marks` has them.

    Returns:
        bool, in the same shape.
    """
    found: np.ndarray = (marks == ord("p")) | (marks == ord("f"))
    return found


def _verdicts(marks: np.ndarray) -> np.ndarray:
    """How many messages missed each check, in how many it was judged, and in how many it could not be (3, n_checks)."""
    by_check = np.ascontiguousarray(marks.T)  # the letters of a check side by side, to be compared many at a time
    missed, passed, unsure = ([np.count_nonzero(row == ord(letter)) for row in by_check] for letter in "fpu")
    return np.array([missed, np.add(missed, passed), unsure], dtype=np.int64).reshape(3, -1)


def _costliest(sheet: Sheet, members: np.ndarray, glossary: Glossary) -> CheckRow | None:
    """The check that costs this group most points; None where it misses none."""
    missed, known, _ = _verdicts(sheet.marks.take(members, axis=0))
    weights = np.array([sheet.weights.get(check, 0.0) for check in sheet.checks])
    cost = np.where(known > 0, weights * missed / np.maximum(known, 1), -1.0)
    if not len(cost) or cost.max() <= 0:
        return None
    column = int(np.argmax(cost))
    text = glossary.check(sheet.checks[column])
    counts = [_verdicts(sheet.marks[own, column : column + 1])[:, 0].tolist() for _, own in groups_of(sheet.rep, members)]
    return CheckRow(
        text.id, text.title, text.tip, missed_rate(text.title, counts), text.disputed, sum(one[2] for one in counts)
    )


def weeks_in(sheet: Sheet, chosen: np.ndarray, values: np.ndarray, most: int = 26) -> list[tuple[datetime.date, Week]]:
    """A measure by ISO week, weeks without a message included.

    Args:
        sheet: all messages.
        chosen: which of them; a recording counts in the week of its first send.
        values: the measure (n_messages,).
        most: most weeks: the newest are given.

    Returns:
        The Monday of each week and what was measured in it, in order.
    """
    use = sheet.sounds.once(chosen & np.isfinite(values) & (sheet.week != NEVER))
    if not use.any():
        return []
    weeks, found = sheet.week[use], values[use]
    last = int(weeks.max())
    made = []
    for monday in range(max(int(weeks.min()), last - 7 * (most - 1)), last + 1, 7):
        date = datetime.date.fromordinal(monday)
        made.append((date, Week(f"{date.day} {date:%b}", spread_in("", found[weeks == monday]))))
    return made


def times_in(sheet: Sheet, chosen: np.ndarray) -> tuple[list[Rate], list[Rate]]:
    """Callbacks by weekday and by stretch of the day.

    Args:
        sheet: all messages.
        chosen: which of them.

    Returns:
        A rate for each weekday, and for each of `HOURS`.
    """
    days = [callbacks_in(name, sheet, chosen & (sheet.weekday == i)) for i, name in enumerate(WEEKDAYS)]
    return days, [callbacks_in(name, sheet, chosen & (sheet.hour >= low) & (sheet.hour < high)) for low, high, name in HOURS]


def funnel_in(sheet: Sheet, chosen: np.ndarray) -> list[Rate]:
    """What became of the messages.

    Args:
        sheet: all messages.
        chosen: which of them.

    Returns:
        Steps: messages, known, called back, and what else the outcome files tell.
    """
    total, known = int(chosen.sum()), callbacks_in("called back", sheet, chosen)
    steps = [Rate("messages", total, total, 1.0, 1.0)]
    if known.n:
        share = known.n / total
        steps += [Rate("outcome known", known.n, total, share, share), known]
    for name in LATER:
        told = sheet.came[name][chosen]
        if (told >= 0).any():
            steps.append(rate_of(name, int((told == 1).sum()), int((told >= 0).sum())))
    return steps


def pairs_in(values: np.ndarray, sheet: Sheet, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A measure of each message whose outcome is known, with that outcome.

    Args:
        values: the measure (n_messages,).
        sheet: all messages.
        chosen: which of them.

    Returns:
        The measure (n,) and whether it was called back (n,), in the order of the messages.
    """
    use = chosen & np.isfinite(values) & (sheet.called >= 0)
    return values[use], sheet.called[use] == 1


def distribution_of_rep(sheet: Sheet, rep: str) -> tuple[Figure, ...]:
    """Pace and pitch of the team, with one rep's median.

    Args:
        sheet: all messages.
        rep: name of the rep.

    Returns:
        The figures that there are enough messages for.
    """
    once = sheet.sounds.once(np.ones(sheet.n, dtype=bool))
    own = once & sheet.rep.is_(rep)
    made = (
        distribution_figure(
            spread_in("all messages", values[once]),
            [spread_in(rep, values[own])],
            name=name,
            what=name.capitalize(),
            unit=unit,
            me=rep,
        )
        for name, values, unit in (("pace", sheet.pace, "words/min"), ("pitch", sheet.pitch, "Hz"))
    )
    return tuple(one for one in made if one is not None)
