"""A feedback sheet for one rep: progress against the rep's own past, strengths, and three things to try.

Other reps' messages are not used: every number and every example is the rep's own.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence

import vmaudio
from vmaudio.experiments import newcombe
from vmaudio.plots import Spread, percent
from vmaudio.records import Analysis, Check, Outcome, counted
from vmaudio.report.data import CheckRow, Example, FeedbackData, Finding, Try
from vmaudio.report.figures import trend_figure
from vmaudio.report.findings import quoted
from vmaudio.report.glossary import Glossary
from vmaudio.report.intervals import spread_of
from vmaudio.report.message import message_view, words_between
from vmaudio.report.overrides import Overrides, changed_verdicts, override_views, verdict_of
from vmaudio.report.sends import drops_of, first_sends
from vmaudio.report.summary import (
    Called,
    callbacks_of,
    called_back,
    check_rows,
    day,
    feature,
    observations_of,
    points_of,
    sent_date,
    weeks_of,
)  # fmt: skip
from vmaudio.report.team import Sounds, how_computed, no_sound, period_of
from vmaudio.report.tone_visibility import without_tone

MOST = 3
"""Most strengths, and most things to try: nobody works on more than three things at once."""

_TREND = (
    "Your median points in each week, with 95 % interval. Rings: too few messages for an interval. Only your own messages are "
    "in this sheet."
)

_FEW = 4
"""Fewer words than this tell nobody where in a message they stand."""

FEWEST = 6
"""Fewest messages on each side of a comparison with the own past: below, a median has no interval."""


def build_rep_sheet(
    analyses: Sequence[Analysis],
    rep: str,
    outcomes: Mapping[str, Outcome] | None = None,
    *,
    overrides: Overrides | None = None,
    glossary: Glossary | None = None,
    sounds: Sounds = no_sound,
    tone: bool = False,
    redacted: bool = False,
    called: Called | None = None,
    attribution: str = "",
    today: datetime.date | None = None,
) -> FeedbackData:
    """Make a rep's feedback sheet. The rep's messages are divided into an earlier and a later half by date; messages by others
    are left out, and a recording that was sent several times counts once, but in callbacks.

    Args:
        analyses: Messages, also by others.
        rep: The rep's name as the manifest has it.
        outcomes: Outcomes by message id.
        overrides: People's verdicts by message id and check. A miss that a person does not see as one is not shown as an
            example, and stays in the counts.
        glossary: Titles and tips of the checks.
        sounds: Gives what the player of a message plays.
        tone: May the sheet say how messages sound?
        redacted: Have names and numbers been left out of the analyses? The sheet then says so.
        called: Which messages count as called back, as the team's report counts; None counts the rep's messages alone.
        attribution: What the rule of attribution did, in a sentence; see `Counting.note`.
        today: The date on the sheet; by default today in UTC.

    Returns:
        What `render_feedback` writes.
    """
    glossary, outcomes, overrides = glossary or Glossary(), outcomes or {}, overrides or {}
    own = [a if tone else without_tone(a) for a in analyses if a.message.rep == rep]
    own.sort(key=lambda a: (sent_date(a) or datetime.date.min, a.message.sent_at or "", a.message.message_id))
    counted_here, prepared = called_back(observations_of(own, outcomes))
    called = counted_here if called is None else called
    once = first_sends(own)
    earlier, later = once[: len(once) // 2], once[len(once) // 2 :]
    before, lately = spread_of("before", points_of(earlier)), spread_of("lately", points_of(later))
    weeks = weeks_of(own)
    costly = [row for row in check_rows(later or once, glossary) if row.missed.k][:MOST]
    best = max((a for a in own if points_of([a])), key=lambda a: (points_of([a])[0], a.message.sent_at or ""), default=None)
    return FeedbackData(
        rep=rep,
        headline=_headline(rep, own, before, lately),
        n=len(own),
        period=period_of(own),
        made_on=day(today or datetime.datetime.now(datetime.UTC).date()),
        version=vmaudio.__version__,
        simulated=bool(prepared.simulated),
        before=before,
        lately=lately,
        progress=tuple(_progress(earlier, later, glossary)),
        trend=trend_figure(weeks, caption=_TREND, width=920.0),
        strengths=tuple(_strengths(own, glossary)),
        tries=tuple(_try(row, own, later, sounds, overrides) for row in costly),
        best=message_view(
            best,
            glossary,
            tone=tone,
            sound=sounds(best),
            overrides=override_views(overrides.get(best.message.message_id)),
            details=False,
        )
        if best
        else None,
        callbacks=callbacks_of(rep, own, called),
        computed=(*how_computed(own), *changed_verdicts(own, overrides)),
        redacted=redacted,
        attribution=attribution,
        drops=drops_of(own),
    )


def _headline(rep: str, own: Sequence[Analysis], before: Spread, lately: Spread) -> str:
    if not own:
        return f"There is no message by {rep} yet."
    if min(before.n, lately.n) < FEWEST:
        return f"{rep}: {counted(len(own), 'message')}, too few to measure progress yet."
    now, then = f"{lately.mid:.0f}", f"{before.mid:.0f}"
    if lately.low > before.high:
        return f"{rep}, your messages got better: your median is {now} points now, and was {then} before."
    if lately.high < before.low:
        return f"{rep}, your messages have lost points: your median is {now} points now, and was {then} before."
    return f"{rep}, your level has not clearly changed: your median is {now} points now, and was {then} before."


def _progress(earlier: Sequence[Analysis], later: Sequence[Analysis], glossary: Glossary) -> list[Finding]:
    """Checks whose share of passes really changed between the halves, and the pace."""
    if min(len(earlier), len(later)) < FEWEST:
        return []
    found = []
    past = {row.id: row.missed for row in check_rows(earlier, glossary) if row.missed.n >= FEWEST}
    both = [row for row in check_rows(later, glossary) if row.missed.n >= FEWEST and row.id in past]
    level = 1 - 0.05 / max(len(both), 1)  # Bonferroni: one sheet in twenty says "changed" of anything that did not
    for row in both:
        then = past[row.id]
        low, high = newcombe(row.missed.k, row.missed.n, then.k, then.n, level)
        if low > 0 or high < 0:
            way = "more often" if low > 0 else "less often"
            text = f"You miss the check {quoted(row.title)} {way}: {percent(row.missed.rate)} now, {percent(then.rate)} before."
            found.append(
                Finding(text, f"{row.missed.k} of {counted(row.missed.n, 'message')} now, {then.k} of {then.n} before")
            )
    pace = [spread_of("", (feature(a, "speaking_rate_wpm") for a in half)) for half in (earlier, later)]
    if all(math.isfinite(spread.low) for spread in pace) and (pace[1].low > pace[0].high or pace[1].high < pace[0].low):
        way = "faster" if pace[1].mid > pace[0].mid else "slower"
        found.append(Finding(f"You speak {way}: {pace[1].mid:.0f} words per minute now, {pace[0].mid:.0f} before."))
    if not found:
        found.append(Finding("No check has clearly changed between your earlier and your later messages."))
    return found


def _strengths(own: Sequence[Analysis], glossary: Glossary) -> list[CheckRow]:
    """Checks that matter and that the rep passes almost always: weight times the least likely share of passes."""
    rows = [row for row in check_rows(own, glossary) if row.missed.n >= FEWEST and row.missed.rate <= 0.25]
    weights = {check.id: check.weight for a in own if a.score for check in a.score.checks}
    return sorted(rows, key=lambda row: -(1 - row.missed.high) * weights.get(row.id, 0.0))[:MOST]


def _check(analysis: Analysis, check_id: str) -> Check | None:
    return next((check for check in (analysis.score.checks if analysis.score else ()) if check.id == check_id), None)


def _example(analysis: Analysis, check: Check, sounds: Sounds) -> Example:
    words = _said(analysis, check)
    message, date = analysis.message, sent_date(analysis)
    whom = message.prospect_name or message.prospect
    title = (f"to {whom}" if whom else analysis.file_name) + (f", {date.day} {date:%b}" if date else "")
    return Example(
        message.message_id, title, words or check.evidence, check.start_s, check.end_s, bool(words), sounds(analysis)
    )  # fmt: skip


def _said(analysis: Analysis, check: Check) -> str:
    """The words that a check points at; of a few, the part they stand in, with what follows where that is short too."""
    words = words_between(analysis, check.start_s, check.end_s)
    if check.start_s is None or len(words.split()) >= _FEW:
        return words
    parts = [p for p in analysis.structure.parts if check.start_s <= p.end_s + 0.05]
    for last in parts if parts and parts[0].start_s - 0.05 <= check.start_s else ():
        words = words_between(analysis, parts[0].start_s, last.end_s) or words
        if len(words.split()) >= _FEW or any(letter.isdigit() for letter in words):  # a number is known by itself
            break
    return words


def _may_be_followed(analysis: Analysis, check: Check) -> bool:
    """Whether words may be an example: not of a weak message, and not where another check is missed."""
    if analysis.score is None or analysis.score.band == "weak":
        return False
    if check.start_s is None:
        return True
    end_s = check.end_s if check.end_s is not None else check.start_s
    missed = (one.start_s for one in analysis.score.checks if one.verdict == "fail" and one.start_s is not None)
    return not any(check.start_s <= start_s <= end_s for start_s in missed)


def _try(row: CheckRow, own: Sequence[Analysis], later: Sequence[Analysis], sounds: Sounds, overrides: Overrides) -> Try:
    """The newest message that misses the check (with a second to hear, if any has one), and the rep's best that passes it."""

    def is_now(analysis: Analysis, verdict: str) -> bool:
        return verdict_of(analysis, row.id, overrides) == verdict

    missed = [(a, c) for a in reversed(later or own) if (c := _check(a, row.id)) and c.verdict == "fail" and is_now(a, "fail")]
    moment = next((pair for pair in missed if pair[1].start_s is not None), missed[0] if missed else None)
    passed = [(a, c) for a in own if (c := _check(a, row.id)) and c.verdict == "pass" and is_now(a, "pass")]
    with_words = [pair for pair in passed if _said(*pair) and _may_be_followed(*pair)]
    better = max(with_words, key=lambda pair: (*points_of([pair[0]]), pair[0].message.sent_at or ""), default=None)
    return Try(
        check=row,
        moment=_example(*moment, sounds) if moment else None,
        instead=_example(*better, sounds) if better else None,
    )
