"""Analyses in, ReportData out. No file is read, nothing is written, nothing is HTML yet."""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import vmaudio
from vmaudio.records import Analysis, Failure, Outcome, counted
from vmaudio.report.counting import as_counted
from vmaudio.report.data import FailureRow, FlagGroup, GroupRow, MessageRow, RepeatRow, ReportData
from vmaudio.report.findings import findings, headline
from vmaudio.report.glossary import Glossary, approach_words
from vmaudio.report.instructive import choose
from vmaudio.report.intervals import spread_of
from vmaudio.report.message import computed_by, message_view, title_of
from vmaudio.report.message_data import Fact
from vmaudio.report.overrides import Overrides, changed_verdicts, override_views
from vmaudio.report.sends import drops_of, first_sends
from vmaudio.report.summary import (
    Called,
    callbacks_of,
    called_back,
    check_rows,
    day,
    feature,
    group_rows,
    observations_of,
    points_of,
    sent_date,
    titles_in,
)  # fmt: skip
from vmaudio.report.team_pictures import pictures_of
from vmaudio.report.tone_visibility import without_tone
from vmaudio.report.wording import PRAISE, flag_name

Sounds = Callable[[Analysis], str | None]
"""Gives what a player plays for a message: a data: URI, a relative link, or None."""

GROUP_NOUNS: Mapping[str, str] = {"rep": "reps", "campaign": "campaigns", "approach": "approaches"}
"""What the groups of a report are called, by ``by``."""

_EXAMPLES = 5


def no_sound(analysis: Analysis) -> str | None:
    """No message has a player.

    Args:
        analysis: Any message.

    Returns:
        None.
    """
    return None


def build_report(
    analyses: Sequence[Analysis],
    outcomes: Mapping[str, Outcome] | None = None,
    *,
    overrides: Overrides | None = None,
    glossary: Glossary | None = None,
    by: str = "rep",
    failures: Sequence[Failure] = (),
    repeats: Sequence[RepeatRow] | None = None,
    sounds: Sounds = no_sound,
    tone: bool = False,
    redacted: bool = False,
    called: Called | None = None,
    attribution: str = "",
    today: datetime.date | None = None,
    copies: int = 0,
    whole: Callable[[str], Analysis | None] | None = None,
) -> ReportData:
    """Sum up a team's messages.

    Args:
        analyses: The messages.
        outcomes: Outcomes by message id; missing ones are unknown.
        overrides: People's verdicts by message id and check; shown beside the machine's, from which all numbers are computed.
        glossary: Titles and tips of the checks.
        by: "rep", "campaign" or "approach".
        failures: Files that could not be analysed.
        repeats: Repeated messages, or None when nobody searched for them.
        sounds: Gives the sound of the few messages that are shown in full.
        tone: Does the setting let the team see how messages sound?
        redacted: Have names and numbers been left out of the analyses? (`build_report` itself leaves nothing out.)
        called: Which messages count as called back, where these are a part of those that were counted (`count_callbacks`).
        attribution: What the rule of attribution did, in a sentence; see `Counting.note`. Without `called` it is found here.
        today: The date on the report; by default today in UTC.
        copies: How many files were left out because they are copies of one of the messages.
        whole: Gives the whole analysis of one of the few messages that are shown in full, by its id, where the analyses are
            brief (`vmaudio.store.brief_analyses`); None where they are whole.

    Returns:
        What `render_report` writes.
    """
    glossary, outcomes, overrides = glossary or Glossary(), outcomes or {}, overrides or {}
    analyses = list(analyses) if tone else [without_tone(analysis) for analysis in analyses]
    observations = observations_of(analyses, outcomes)
    counted_here, prepared = called_back(observations)
    if called is None:
        called = counted_here
        attribution = " ".join(said for one in prepared.contests if (said := one.sentence(prepared.attribution)))
    ids = {a.message.message_id for a in analyses}
    called = {message_id: back for message_id, back in called.items() if message_id in ids}
    points, missed = spread_of("", points_of(first_sends(analyses))), check_rows(analyses, glossary)
    overall = callbacks_of("all", analyses, called)
    groups = group_rows(analyses, called, glossary, by)
    reps = {a.message.rep for a in analyses if a.message.rep}
    simulated = any(outcome.simulated for outcome in outcomes.values())
    known, unknown = findings(observations, prepared, groups, overall, points, missed, by=by, titles=titles_in(analyses))
    chosen = choose(analyses, called, missed, overrides=overrides)
    if whole is not None:
        chosen = [dataclasses.replace(one, analysis=_in_full(one.analysis, whole, tone)) for one in chosen]
    return ReportData(
        headline=headline(len(analyses), len(reps), points, overall, missed, simulated=simulated),
        by=by,
        n=len(analyses),
        n_reps=len(reps),
        period=period_of(analyses),
        made_on=day(today or datetime.datetime.now(datetime.UTC).date()),
        version=vmaudio.__version__,
        simulated=simulated,
        known=tuple(known),
        unknown=tuple(unknown),
        groups=tuple(groups),
        groups_note=groups_note(groups, by),
        overall=overall,
        checks=tuple(missed),
        pictures=pictures_of(analyses, called, outcomes, glossary, by, ' (simulated)' if simulated else ''),
        instructive=tuple(
            message_view(
                choice.analysis, glossary, tone=tone, sound=sounds(choice.analysis),
                outcome=outcomes.get(choice.analysis.message.message_id), why=choice.why, details=False,
                counted=as_counted(outcomes.get(choice.analysis.message.message_id), called),
                overrides=override_views(overrides.get(choice.analysis.message.message_id)),
            )
            for choice in chosen
        ),
        repeats=tuple(repeats or ()),
        repeats_known=repeats is not None,
        flags=tuple(_flags(analyses)),
        failures=tuple(FailureRow(failure.file_name, failure.message) for failure in failures),
        messages=tuple(_row(analysis, called, glossary) for analysis in analyses),
        computed=(*how_computed(analyses), *changed_verdicts(analyses, overrides)),
        redacted=redacted,
        attribution=attribution,
        copies=copies,
        drops=drops_of(analyses),
    )  # fmt: skip


def _in_full(brief: Analysis, whole: Callable[[str], Analysis | None], tone: bool) -> Analysis:
    found = whole(brief.message.message_id) or brief  # gone since the others were read
    return found if tone else without_tone(found)


def period_of(analyses: Sequence[Analysis]) -> str:
    """The period in which messages were left.

    Args:
        analyses: The messages.

    Returns:
        From the first to the last day, as words; empty when the manifest gives no dates.
    """
    dates = [date for analysis in analyses if (date := sent_date(analysis))]
    if not dates:
        return ""
    first, last = min(dates), max(dates)
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def groups_note(groups: Sequence[GroupRow], by: str) -> str:
    """What the table of groups says about its own order.

    Args:
        groups: The rows of the table.
        by: "rep", "campaign" or "approach".

    Returns:
        Two sentences.
    """
    return (
        f"Sorted by name. Two {GROUP_NOUNS[by]} are called different only where chance alone hardly explains it: if all were"
        " equal, at most one report in twenty would call any two of them different (simultaneous 95 % intervals)."
        + (
            " The highest rate had luck as well. “Partially pooled” allows for it: each rate is drawn towards the others, the"
            " further the fewer its messages. The rank says which places are still possible, 95 times in 100."
            if any(row.pooled for row in groups)
            else ""
        )
    )


def _flags(analyses: Sequence[Analysis]) -> list[FlagGroup]:
    having: dict[str, list[Analysis]] = {}
    for analysis in analyses:
        for kind in {flag.kind: None for flag in analysis.flags if flag.kind not in PRAISE}:
            having.setdefault(kind, []).append(analysis)
    found = {kind: [(title_of(one), _evidence(one, kind)) for one in first_sends(own)] for kind, own in having.items()}
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return [FlagGroup(kind, flag_name(kind), len(rows), tuple(rows[:_EXAMPLES])) for kind, rows in ordered]


def _evidence(analysis: Analysis, kind: str) -> str:
    return [flag.evidence for flag in analysis.flags if flag.kind == kind][-1]


def _row(analysis: Analysis, called: Called, glossary: Glossary) -> MessageRow:
    message, score = analysis.message, analysis.score
    failed = [check for check in (score.checks if score else ()) if check.verdict == "fail"]
    top = min(failed, key=lambda check: glossary.urgency(check.id, check.weight), default=None)
    text = analysis.transcript.text
    return MessageRow(
        id=message.message_id,
        sent=(date.isoformat() if (date := sent_date(analysis)) else ""),
        rep=message.rep or "",
        prospect=message.prospect_name or message.prospect or "",
        campaign=message.campaign or "",
        approach=approach_words(analysis.structure),
        points=score.points if score else None,
        band=score.band if score else "unscored",
        pace_wpm=feature(analysis, "speaking_rate_wpm"),
        duration_s=analysis.duration_s,
        missed=glossary.check(top.id).title if top else "",
        callback=called.get(message.message_id),
        words=text if len(text) <= 90 else text[:88].rsplit(" ", 1)[0] + " …",
    )


def how_computed(analyses: Sequence[Analysis]) -> list[Fact]:
    """What the analyses were made with; where they differ, how many were made with each.

    Args:
        analyses: The messages.

    Returns:
        Recogniser, models, rubric and so on; none without messages.
    """
    if not analyses:
        return []
    counts: dict[str, Counter[str]] = {}
    for analysis in analyses:
        for fact in computed_by(analysis):
            if fact.name == "measured":  # counted below, for all together
                continue
            value = fact.value if fact.name != "analysed" else f"vmaudio {analysis.provenance.vmaudio_version}"
            counts.setdefault(fact.name, Counter())[value] += 1
    facts = []
    for name, values in counts.items():
        if len(values) == 1:
            facts.append(Fact(name, next(iter(values))))
        else:
            facts.append(Fact(name, "; ".join(f"{value} ({counted(n, 'message')})" for value, n in values.most_common())))
    older = sum(analysis.provenance.is_older for analysis in analyses)
    if older:
        these = f"{older} of {counted(len(analyses), 'message')} by an older version"
        text = f"{these}; vmaudio batch PATH... --redo stale measures them again"
        facts.append(Fact("measured", text))
    return facts
