"""Each rep against the own past, week by week, with uncertainty; and what changed in between: a new script, a new rubric."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments import newcombe
from vmaudio.plots import percent
from vmaudio.records import counted
from vmaudio.report.data import Figure
from vmaudio.report.glossary import Glossary
from vmaudio.report.sheet import NEVER, Coded, Sheet
from vmaudio.report.tallies import checks_in, spread_in
from vmaudio.report.trend_figures import DEFAULT_TRENDS, Change, TrendOptions, median_words, trend_figures


@dataclass(frozen=True, slots=True)
class Against:
    """A week's measure against the own past. ``verdict`` is "higher", "lower", "no clear change" or "too few"."""

    what: str
    now: str
    past: str
    n: int
    n_past: int
    verdict: str
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class Trends:
    """A rep's (or the team's) weeks.

    Attributes:
        week: Monday of the week that is held against the past.
        messages: of that week.
        against: each measure of the week against the past.
        figures: week by week.
        changes: what changed, in order of time.
    """

    week: datetime.date
    messages: int
    against: tuple[Against, ...]
    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]


def trends_of(
    sheet: Sheet,
    chosen: np.ndarray,
    glossary: Glossary,
    *,
    week: datetime.date | None = None,
    pictures: bool = True,
    options: TrendOptions = DEFAULT_TRENDS,
) -> Trends | None:
    """Hold a week against the weeks before it. In points, pace and checks a recording counts in the week of its first send, in
    callbacks every send counts.

    Args:
        sheet: all messages.
        chosen: a rep's, or the team's (n_messages,).
        glossary: titles of the checks.
        week: Monday of the week; None is the newest with a message. Later messages are left out.
        pictures: draw the weeks.
        options: thresholds.

    Returns:
        The weeks; None where no message has a date.
    """
    dated = chosen & (sheet.week != NEVER)
    if week is not None:
        dated = dated & (sheet.week <= week.toordinal())
    if not dated.any():
        return None
    monday = week.toordinal() if week is not None else int(sheet.week[dated].max())
    now = dated & (sheet.week == monday)
    past = dated & (sheet.week < monday) & (sheet.week >= monday - 7 * options.past_weeks)
    once = sheet.sounds.once(dated)
    new, old = now & once, past & once
    checks = [row.id for row in checks_in(sheet, new | old, glossary) if row.missed.k][: options.checks]
    pretend = " (simulated)" if sheet.simulated[dated].any() else ""
    against = [
        _medians("points", sheet.points, new, old, options, better=True),
        _medians("pace, words/min", sheet.pace, new, old, options, better=None),
        _rates(f"called back{pretend}", sheet.called == 1, sheet.called >= 0, now, past, options, better=True),
    ]
    for check in checks:
        missed = sheet.is_mark(check, "f")
        title = f"missed: {glossary.title(check)}"
        against.append(_rates(title, missed, missed | sheet.is_mark(check, "p"), new, old, options, better=False))
    changes = changes_of(sheet, dated, options)
    figures = trend_figures(sheet, dated, monday, checks, glossary, changes, options) if pictures else ()
    return Trends(datetime.date.fromordinal(monday), int(now.sum()), tuple(against), figures, changes)


def _medians(
    what: str, values: np.ndarray, now: np.ndarray, past: np.ndarray, options: TrendOptions, *, better: bool | None
) -> Against:
    here, before = spread_in("", values[now]), spread_in("", values[past])
    verdict = "no clear change"
    if min(here.n, before.n) < options.fewest or not (math.isfinite(here.low) and math.isfinite(before.low)):
        verdict = "too few"
    elif here.low > before.high or here.high < before.low:
        verdict = "higher" if here.mid > before.mid else "lower"
    return Against(what, median_words(here), median_words(before), here.n, before.n, verdict, _good(verdict, better))


def _good(verdict: str, better: bool | None) -> bool | None:
    return None if better is None or verdict not in ("higher", "lower") else (verdict == "higher") == better


def _rates(
    what: str, event: np.ndarray, known: np.ndarray, now: np.ndarray, past: np.ndarray, options: TrendOptions, *, better: bool
) -> Against:
    k, n = int((event & now).sum()), int((known & now).sum())
    before, n_before = int((event & past).sum()), int((known & past).sum())
    verdict = "no clear change"
    if min(n, n_before) < options.fewest:
        verdict = "too few"
    else:
        low, high = newcombe(k, n, before, n_before, 1 - 0.05 / (1 + options.checks))  # Bonferroni
        verdict = "higher" if low > 0 else "lower" if high < 0 else verdict
    shares = [f"{percent(of / total)} ({of} of {total})" if total else "–" for of, total in ((k, n), (before, n_before))]
    return Against(what, shares[0], shares[1], n, n_before, verdict, _good(verdict, better))


def changes_of(sheet: Sheet, chosen: np.ndarray, options: TrendOptions = DEFAULT_TRENDS) -> tuple[Change, ...]:
    """What changed from a week on: a script that was not used before, where the manifest names scripts; another rubric by which
    most messages of the week are scored. Single messages that were scored again later (a name was learned) change nothing.

    Args:
        sheet: all messages.
        chosen: whose.
        options: thresholds.

    Returns:
        Changes in order of time; the first script and the first rubric are none.
    """
    scripts = sorted(_first_weeks(sheet, sheet.script, chosen).items(), key=lambda item: (item[1], item[0]))
    begin = scripts[0][1] if scripts else 0
    found = [Change(datetime.date.fromordinal(at), f"new script: {name}") for name, at in scripts if at > begin]
    runs = _runs(sheet, sheet.rubric, chosen, options.fewest)
    found += [Change(datetime.date.fromordinal(run.week), f"new rubric: {run.name}") for run in runs[1:]]
    newest = int(sheet.week[chosen].max()) if chosen.any() else 0
    shown = [one for one in found if one.week.toordinal() > newest - 7 * options.shown_weeks]
    return tuple(sorted(shown, key=lambda one: (one.week, one.text)))


def _first_weeks(sheet: Sheet, column: Coded, chosen: np.ndarray) -> Mapping[str, int]:
    places = np.flatnonzero(chosen & (sheet.week != NEVER))
    codes, at = np.unique(column.codes[places], return_index=True)  # rows are in order of time
    return {column.names[c]: int(sheet.week[places[i]]) for c, i in zip(codes, at, strict=True) if column.names[c]}


@dataclass(slots=True)
class _Run:
    """Weeks in a row in which one name is that of most messages: the name, the first Monday's ordinal, such messages."""

    name: str
    week: int
    n: int


def _runs(sheet: Sheet, column: Coded, chosen: np.ndarray, fewest: int) -> list[_Run]:
    """In order of time; without runs of fewer than ``fewest`` messages whose name prevails later, or between two of another."""
    known = chosen & (sheet.week != NEVER) & ~column.is_("")
    runs: list[_Run] = []
    for week in np.unique(sheet.week[known]).tolist():
        names = Counter(column.names[code] for code in column.codes[known & (sheet.week == week)].tolist())
        most = max(names.values())
        before = runs[-1].name if runs else ""
        name = before if names[before] == most else min(one for one, n in names.items() if n == most)
        _join(runs, _Run(name, week, names[name]))
    kept: list[_Run] = []
    for i, run in enumerate(runs):
        later = {one.name for one in runs[i + 1 :]}
        between = 0 < i < len(runs) - 1 and runs[i - 1].name == runs[i + 1].name
        if run.n >= fewest or not (run.name in later or between):
            _join(kept, run)
    return kept


def _join(runs: list[_Run], run: _Run) -> None:
    if runs and runs[-1].name == run.name:
        runs[-1].n += run.n
    else:
        runs.append(run)


def sentence_of(trends: Trends, rep: str) -> str:
    """The week in one sentence.

    Args:
        trends: of a rep.
        rep: the rep's name.

    Returns:
        What clearly changed, or that nothing did.
    """
    clear = [one for one in trends.against if one.verdict in ("higher", "lower")]
    begin = f"{rep}, week of {trends.week.day} {trends.week:%b}: {counted(trends.messages, 'message')}"
    if not clear:
        few = all(one.verdict == "too few" for one in trends.against)
        return f"{begin}; {'too few to hold against the weeks before' if few else 'nothing has clearly changed'}."
    return f"{begin}; " + "; ".join(f"{one.what} {one.now}, before {one.past}" for one in clear) + "."
