"""Numbers of many messages: callbacks, checks, groups, weeks. Nothing here writes a sentence."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from vmaudio.experiments import PooledArm, Prepared, pool, prepare, wilson
from vmaudio.plots import Rate, Week
from vmaudio.records import Analysis, Check, Observation, Outcome
from vmaudio.report.data import CheckRow, GroupRow
from vmaudio.report.glossary import Glossary, approach_words
from vmaudio.report.intervals import median, missed_rate, rate_of, spread_of
from vmaudio.report.message_data import NAN
from vmaudio.report.sends import first_sends

Called = Mapping[str, bool]
"""Was a message called back? By message_id; only messages of which that is known for good (see `called_back`)."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = (
    (0, 9, "before 9"), (9, 11, "9 to 11"), (11, 13, "11 to 13"), (13, 15, "13 to 15"), (15, 17, "15 to 17"),
    (17, 24, "after 17"),
)  # fmt: skip
"""Stretches of the day, by the hour that the manifest gives."""

UNKNOWN = "not given"
"""What a group is called whose name the manifest does not give."""


def points_of(analyses: Iterable[Analysis]) -> list[float]:
    """Points of the messages that have some.

    Args:
        analyses: Messages.

    Returns:
        Points, 0 to 100, of those that have some.
    """
    return [a.score.points for a in analyses if a.score is not None and a.score.points is not None]


def feature(analysis: Analysis, name: str) -> float:
    """A feature that is a number.

    Args:
        analysis: One analysed message.
        name: A name of the feature catalogue.

    Returns:
        Its value; NaN when it was not measured or is a word.
    """
    value = analysis.features.values.get(name, NAN)
    return float(value) if isinstance(value, (int, float)) else NAN


def observations_of(analyses: Iterable[Analysis], outcomes: Mapping[str, Outcome]) -> list[Observation]:
    """Messages as rows of evidence, as `vmaudio.experiments` takes them.

    Args:
        analyses: The messages.
        outcomes: Outcomes by message id; a missing one is unknown.

    Returns:
        One observation per message, in the same order.
    """
    return [
        Observation(
            message=a.message,
            outcome=outcomes.get(a.message.message_id),
            recording_id=a.recording_id,
            features=a.features.values,
            points=a.score.points if a.score else None,
            checks={check.id: check.verdict for check in (a.score.checks if a.score else ())},
        )
        for a in analyses
    ]


def called_back(observations: Iterable[Observation]) -> tuple[Called, Prepared]:
    """Who was called back, counted as `vmaudio compare` counts: the message that the outcome names, within the window.

    Args:
        observations: The messages with their outcomes.

    Returns:
        For each message of which it is known for good whether it was called back; and what was left out and why.
    """
    prepared = prepare(observations, "callback")
    return {row.observation.message.message_id: row.event for row in prepared.rows}, prepared


def callbacks_of(name: str, analyses: Iterable[Analysis], called: Called) -> Rate:
    """Callbacks among the messages of which it is known.

    Args:
        name: What the group is called.
        analyses: The group's messages.
        called: As `called_back` gives it.

    Returns:
        The rate with its 95 % interval.
    """
    known = [called[a.message.message_id] for a in analyses if a.message.message_id in called]
    return rate_of(name, sum(known), len(known))


def check_rows(analyses: Iterable[Analysis], glossary: Glossary) -> list[CheckRow]:
    """How often each check was missed, of the messages to which it applies and in which it could be judged.

    A verdict of which the machine was not sure is in nobody's share: it is counted in `CheckRow.not_judged`. A recording that a
    rep sent several times counts once.

    Args:
        analyses: Scored messages.
        glossary: Titles and tips of the checks.

    Returns:
        One row per check that applies to any message, the costliest (share missed x weight) first.
    """
    counts: dict[str, dict[str, list[int]]] = {}  # by check and rep: missed, judged, not judged
    alike: Counter[tuple[str, int]] = Counter()  # by rep and checks: brief analyses of the same verdicts share theirs
    having: dict[int, tuple[Check, ...]] = {}
    for analysis in first_sends(analyses):
        if analysis.score:
            checks = analysis.score.checks
            having.pop(id(checks), None)
            having[id(checks)] = checks  # in the order of the last message: its weight is the one that counts
            alike[KEYS["rep"](analysis), id(checks)] += 1
    for (rep, which), n in alike.items():
        for check in having[which]:
            entry = counts.setdefault(check.id, {}).setdefault(rep, [0, 0, 0])
            entry[0] += n * (check.verdict == "fail")
            entry[1] += n * (check.verdict != "n/a")
            entry[2] += n * check.not_judged
    weights = {check.id: check.weight for checks in having.values() for check in checks}
    rows = []
    for check_id, reps in counts.items():
        text = glossary.check(check_id)
        rate = missed_rate(text.title, [(missed, judged, unsure) for missed, judged, unsure in reps.values()])
        if rate.n:
            row = CheckRow(check_id, text.title, text.tip, rate, text.disputed, sum(one[2] for one in reps.values()))
            rows.append((row, weights[check_id] * rate.rate))
    return [row for row, _ in sorted(rows, key=lambda pair: -pair[1])]


def titles_in(analyses: Iterable[Analysis]) -> dict[str, str]:
    """How people read the approaches of a team's own that are in these messages, by label.

    Args:
        analyses: The messages.
    """
    found = (analysis.structure for analysis in analyses)
    return {one.approach: one.approach_title for one in found if one.approach_title}


KEYS: Mapping[str, Callable[[Analysis], str]] = {
    "rep": lambda a: a.message.rep or UNKNOWN,
    "campaign": lambda a: a.message.campaign or UNKNOWN,
    "approach": lambda a: approach_words(a.structure),
}
"""What messages can be grouped by."""


def grouped(analyses: Iterable[Analysis], by: str) -> dict[str, list[Analysis]]:
    """Messages by group.

    Args:
        analyses: The messages.
        by: "rep", "campaign" or "approach".

    Returns:
        Groups in the order of their names, those without a name last: the order says nothing about merit.
    """
    groups: dict[str, list[Analysis]] = {}
    for analysis in analyses:
        groups.setdefault(KEYS[by](analysis), []).append(analysis)
    return dict(sorted(groups.items(), key=lambda item: (item[0] == UNKNOWN, item[0].casefold())))


def group_rows(analyses: Sequence[Analysis], called: Called, glossary: Glossary, by: str) -> list[GroupRow]:
    """One row per group; `GroupRow.apart` names the groups whose callback rate clearly differs. All sends count in
    callbacks; in points, pace and checks each recording once for each rep.

    Args:
        analyses: The messages.
        called: As `called_back` gives it.
        glossary: Titles of the checks.
        by: "rep", "campaign" or "approach".

    Returns:
        Rows in the order of names.
    """
    rows = []
    for name, members in grouped(analyses, by).items():
        missed, once = check_rows(members, glossary), first_sends(members)
        rows.append(
            GroupRow(
                name=name,
                n=len(members),
                points=spread_of(name, points_of(once)),
                pace_wpm=median(feature(a, "speaking_rate_wpm") for a in once),
                top_missed=missed[0] if missed and missed[0].missed.k else None,
                callbacks=callbacks_of(name, members, called),
            )
        )
    pooled = pooled_callbacks(analyses, called, by)
    return mark_apart([dataclasses.replace(row, pooled=pooled.get(row.name)) for row in rows])


def pooled_callbacks(analyses: Sequence[Analysis], called: Called, by: str) -> dict[str, PooledArm]:
    """Callback rates of groups drawn towards each other, within reps where the groups are not the reps.

    Args:
        analyses: The messages.
        called: As `called_back` gives it.
        by: "rep", "campaign" or "approach".

    Returns:
        By the group's name; empty with fewer than two groups of which callbacks are known. Messages of no group are left out.
    """
    known = [a for a in analyses if a.message.message_id in called]
    names = sorted({KEYS[by](a) for a in known} - {UNKNOWN})
    reps = {name: i for i, name in enumerate(sorted({a.message.rep for a in known if a.message.rep}))}
    if len(names) < 2:
        return {}
    place = {name: i for i, name in enumerate(names)}
    found = pool(
        names,
        np.array([place.get(KEYS[by](a), -1) for a in known]),
        np.array([reps.get(a.message.rep or "", -1) for a in known]) if reps and by != "rep" else None,
        np.array([called[a.message.message_id] for a in known], dtype=float),
    )
    return {one.arm: one for one in found.arms} if found else {}


def mark_apart(rows: Sequence[GroupRow]) -> list[GroupRow]:
    """Fill in `GroupRow.apart`: pairs whose *simultaneous* intervals do not overlap.

    With R groups each interval has level 0.95 ** (1/R) (Šidák), so the chance that any two alike groups are called
    different is at most 5 %, however many pairs there are.

    Args:
        rows: Groups with their callbacks.

    Returns:
        The same rows in the same order, each with the names of the groups that differ from it.
    """
    known = [row for row in rows if row.callbacks.n]
    level = 0.95 ** (1 / max(len(known), 1))
    limits = {row.name: wilson(row.callbacks.k, row.callbacks.n, level) for row in known}
    return [
        dataclasses.replace(
            row,
            apart=tuple(
                other.name
                for other in known
                if row.name in limits
                and (limits[row.name][0] > limits[other.name][1] or limits[row.name][1] < limits[other.name][0])
            ),
        )
        for row in rows
    ]


def sent_date(analysis: Analysis) -> datetime.date | None:
    """Day on which the message was left.

    Args:
        analysis: One analysed message.

    Returns:
        The day; None when the manifest does not say.
    """
    moment = sent_moment(analysis)
    return moment.date() if moment else None


def day(date: datetime.date) -> str:
    """A day as it is written: 2 Mar 2026.

    Args:
        date: A day.

    Returns:
        For example "2 Mar 2026".
    """
    return f"{date.day} {date:%b} {date.year}"


def weeks_of(analyses: Iterable[Analysis], most: int = 26) -> list[Week]:
    """Points by ISO week, weeks without a message included.

    Args:
        analyses: Messages; those without a date or points are left out, and a recording counts in the week of its first send.
        most: Most weeks: the newest are given.

    Returns:
        Weeks in order, from the first to the last with a message.
    """
    by_week: dict[datetime.date, list[float]] = {}
    dated = (a for a in analyses if a.score and a.score.points is not None and sent_date(a))
    for analysis in first_sends(dated):
        date = sent_date(analysis)
        if date and analysis.score and analysis.score.points is not None:
            by_week.setdefault(date - datetime.timedelta(days=date.weekday()), []).append(analysis.score.points)
    if not by_week:
        return []
    monday, last = min(by_week), max(by_week)
    monday = max(monday, last - datetime.timedelta(weeks=most - 1))
    weeks = []
    while monday <= last:
        weeks.append(Week(f"{monday.day} {monday:%b}", spread_of("", by_week.get(monday, []))))
        monday += datetime.timedelta(weeks=1)
    return weeks


def sent_moment(analysis: Analysis) -> datetime.datetime | None:
    """When the message was left, in the time that the manifest gives.

    Args:
        analysis: One analysed message.

    Returns:
        The moment; None when the manifest does not say.
    """
    try:
        return datetime.datetime.fromisoformat(analysis.message.sent_at or "")
    except ValueError:
        return None
