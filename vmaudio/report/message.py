"""One message, ready for its page: `message_view`. The web app shows the same view through the same template."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence

from vmaudio.callback import CAUTION
from vmaudio.plots import SPAN_NAMES, family, message_picture, percent
from vmaudio.records import UNSURE_WORD, Analysis, Check, Outcome, Part, Score, Tone, Word, clock, grouped_digits
from vmaudio.report.counting import counting_note
from vmaudio.report.glossary import PART_NAMES, Glossary, approach_words, part_name, part_words
from vmaudio.report.message_data import NAN, CheckView, Fact, FlagView, MessageView, OverrideView, PartView, WordView
from vmaudio.report.wording import PRAISE, delivery_word, flags_for_people, length_words, not_found
from vmaudio.text import adherence_of


def sent_words(sent_at: str | None) -> str:
    """A date and time as they are written: 2 Mar 2026, 10:00.

    Args:
        sent_at: ISO 8601, with or without a time; or None.

    Returns:
        Words for people; empty for None, and unchanged what is not a date.
    """
    if not sent_at:
        return ""
    try:
        at = datetime.datetime.fromisoformat(sent_at)
    except ValueError:
        return sent_at
    return f"{at.day} {at:%b} {at.year}, {at:%H:%M}" if "T" in sent_at or " " in sent_at else f"{at.day} {at:%b} {at.year}"


def _axes(tone: Tone) -> tuple[Fact, ...]:
    """The axes of delivery; one that was never held against real voices says so."""
    names = {axis: f"{axis} (not validated)" if axis in tone.not_validated else axis for axis in tone.axes}
    return tuple(Fact(names[axis], f"{value:.2f}") for axis, value in tone.axes.items())


def title_of(analysis: Analysis) -> str:
    """The title of a message.

    Args:
        analysis: One analysed message.

    Returns:
        "REP to PROSPECT" when both are known, else the file's name, else the message's id.
    """
    message = analysis.message
    whom = message.prospect_name or message.prospect
    if message.rep and whom:
        return f"{message.rep} to {whom}"
    return analysis.file_name or message.message_id


def message_view(
    analysis: Analysis,
    glossary: Glossary | None = None,
    *,
    tone: bool = False,
    sound: str | None = None,
    outcome: Outcome | None = None,
    overrides: Mapping[str, OverrideView] | None = None,
    why: str = "",
    details: bool = True,
    counted: Outcome | None = None,
) -> MessageView:
    """Make the view of one message.

    Args:
        analysis: One analysed message.
        glossary: Titles of the checks; without it their ids are shown.
        tone: May the reader see how the message sounds?
        sound: What the player plays: a data: URI, a link or a path; None for no player.
        outcome: What is known of the outcome.
        overrides: A person's verdicts by check id.
        why: Why the message was chosen, as a sentence.
        details: Also show what the analysis was computed with?
        counted: The outcome as reports count it, where that may differ; see `as_counted`.

    Returns:
        What the page of the message shows.
    """
    glossary = glossary or Glossary()
    message, score = analysis.message, analysis.score
    checks = [_check(check, glossary, overrides or {}) for check in (score.checks if score else ())]
    failed = sorted((c for c in checks if c.verdict == "fail"), key=lambda c: glossary.urgency(c.id, c.weight))
    lacking = glossary.unheard(score)
    unheard = next((c for c in checks if lacking is not None and c.id == lacking.id), None)
    approach = analysis.structure.approach
    return MessageView(
        id=message.message_id,
        title=title_of(analysis),
        file_name=analysis.file_name,
        rep=message.rep or "",
        prospect=message.prospect_name or message.prospect or "",
        sent=sent_words(message.sent_at),
        duration_s=analysis.duration_s,
        length=length_words(analysis),
        status=analysis.transcript.status,
        approach=approach_words(analysis.structure),
        approach_probability=analysis.structure.approach_probabilities.get(approach, NAN) if approach != "unclear" else NAN,
        points=score.points if score else None,
        band=score.band if score else "unscored",
        band_why=glossary.why_band(score),
        summary=_summary(analysis, [unheard, *failed] if unheard else failed),
        parts=_parts(analysis),
        missing=tuple(part_name(label) for label in not_found(analysis)),
        failed=tuple(failed),
        passed=tuple(c for c in checks if c.verdict == "pass"),
        not_applicable=tuple(c for c in checks if c.verdict not in ("pass", "fail") and not _said_above(c, score)),
        facts=_facts(analysis),
        flags=tuple(
            FlagView(f.kind, name, f.evidence, f.start_s, f.end_s, f.kind in PRAISE)
            for f, name in flags_for_people(analysis.flags)
        ),
        tone=_axes(analysis.tone) if tone and analysis.tone else (),
        tone_label=delivery_word(analysis.tone) if tone and analysis.tone else "",
        forecast=_forecast(analysis),
        reasons=_reasons(score),
        picture=message_picture(analysis, part_names=dict(PART_NAMES)),
        made=computed_by(analysis) if details else (),
        sound=sound,
        why=why,
        callback=(counted or outcome).callback if outcome else None,
        simulated=bool(outcome and outcome.simulated),
        callback_note=counting_note(outcome, counted),
        script=adherence_of(analysis),
        unheard=unheard,
    )


def _said_above(check: CheckView, score: Score | None) -> bool:
    """Whether a check only repeats why the message has no points: that is said once, above."""
    return score is not None and score.points is None and check.evidence == score.why_unscored and check.override is None


def _check(check: Check, glossary: Glossary, overrides: Mapping[str, OverrideView]) -> CheckView:
    text = glossary.check(check.id)
    return CheckView(
        id=check.id, title=text.title, verdict=check.verdict, weight=check.weight, evidence=check.evidence,
        start_s=check.start_s, end_s=check.end_s, tip=check.tip or text.tip, source=text.source, disputed=text.disputed,
        override=overrides.get(check.id), unsure=check.unsure, not_judged=check.not_judged,
    )  # fmt: skip


def _summary(analysis: Analysis, failed: Sequence[CheckView]) -> str:
    """The one thing to know about the message, as a sentence."""
    if analysis.transcript.status != "speech":
        return "No speech was found in this recording."
    score = analysis.score
    if score is None or score.points is None:
        return f"No points: {(score.why_unscored if score else '') or 'it was not scored'}."
    if not failed:
        unsure = any(check.not_judged for check in score.checks)
        return f"All checks that {'could be judged' if unsure else 'apply'} are passed."
    return f"Change this first: {failed[0].tip}" if failed[0].tip else f"The most important missed check: {failed[0].title}."


def _parts(analysis: Analysis) -> tuple[PartView, ...]:
    """The transcript cut into parts; words that lie in no part form nameless ones."""
    spans = [span for phone in analysis.entities.phones for span in phone.spans]
    parts = [part for part in analysis.structure.parts if math.isfinite(part.start_s) and math.isfinite(part.end_s)]
    views: list[tuple[Part | None, list[WordView]]] = []
    at = 0
    for word in analysis.transcript.words:
        middle = (word.start_s + word.end_s) / 2
        while at < len(parts) - 1 and middle > parts[at].end_s and middle >= parts[at + 1].start_s - 0.01:
            at += 1
        inside = bool(parts) and parts[at].start_s - 0.01 <= middle <= parts[at].end_s + 0.01
        part = parts[at] if inside else None
        said = any(span.start_s - 0.05 <= middle <= span.end_s + 0.05 for span in spans)
        view = WordView(word.text.strip(), word.start_s, word.end_s, word.probability < UNSURE_WORD, said)
        if views and views[-1][0] is part:
            views[-1][1].append(view)
        else:
            views.append((part, [view]))
    return tuple(
        PartView(
            label=part.label if part else "",
            name=part_words(part) if part else "",
            family=family(part.plays) if part else "rest",
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            words=tuple(words),
        )
        for part, words in views
    )


def _facts(analysis: Analysis) -> tuple[Fact, ...]:
    values = analysis.features.values

    def say(name: str, text: str, unit: str = "", digits: int = 0) -> Fact | None:
        value = values.get(name, NAN)
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            return None
        return Fact(text, f"{value:.{digits}f}{unit}")

    phone = analysis.entities.number_to_call
    number = None
    if phone:
        whole = "" if phone.complete else ", please check the digits"
        number = Fact(
            "number heard", f"{grouped_digits(phone.digits)}{whole}, {phone.times_said} ×, {phone.digits_per_s:.1f} digits/s"
        )
    reason_s = values.get("reason_s", NAN)
    reason = clock(reason_s + analysis.origin_s) if isinstance(reason_s, (int, float)) else ""
    beside = ", ".join(f"{SPAN_NAMES[span.kind]} {clock(span.start_s)}" for span in analysis.spans if span.kind != "message")
    found = (
        Fact("length", length_words(analysis)),
        Fact("beside the message", beside) if beside else None,
        say("speaking_rate_wpm", "pace", " words/min"),
        say("pause_count", "pauses"),
        say("pause_longest_s", "longest pause", " s", 1) if values.get("pause_count") else None,
        say("f0_range_st", "pitch range", " semitones", 1),
        Fact("reason starts at", reason) if reason else None,
        number,
    )
    return tuple(fact for fact in found if fact)


def _forecast(analysis: Analysis) -> str:
    score = analysis.score
    if score is None or score.callback_probability is None:
        return ""
    low, high = score.callback_low, score.callback_high
    interval = f" (interval {percent(low)} to {percent(high)})" if low is not None and high is not None else ""
    pretend = " SIMULATED: the model was trained on invented outcomes. This is an exercise." if score.callback_simulated else ""
    said = f"Callback probability {percent(score.callback_probability)}{interval}, for an average rep"
    return f"{said}, from the model {score.model_id}.{pretend}"


def _reasons(score: Score | None) -> tuple[str, ...]:
    """The terms of the probability, which add up to its log-odds, and then what would change it."""
    if score is None or score.callback_probability is None:
        return ()
    terms = [f"{reason.contribution:+.2f}: {reason.sentence}" for reason in score.reasons]
    changes = [f"If only this were otherwise: {change.sentence}" for change in score.changes]
    return (*terms, *changes, *((CAUTION,) if changes else ()))


def computed_by(analysis: Analysis) -> tuple[Fact, ...]:
    """What one analysis was made with.

    Args:
        analysis: One analysed message.

    Returns:
        Recogniser, models, rubric, feature schema and time.
    """
    made = analysis.provenance
    options = ", ".join(f"{name} {value}" for name, value in made.options.items())
    older = (
        (Fact("measured", "by an older version; vmaudio batch PATH... --redo stale measures it again"),)
        if made.is_older
        else ()
    )
    return (
        Fact("recogniser", f"{made.engine} ({options})" if options else made.engine),
        Fact("models", ", ".join(made.model_ids) or "none"),
        Fact("rubric", (analysis.score.rubric_id if analysis.score else made.rubric_id) or "none"),
        Fact("features", made.feature_schema),
        Fact("analysed", f"{sent_words(made.created_utc)} UTC with vmaudio {made.vmaudio_version}"),
        *older,
    )


def words_between(analysis: Analysis, start_s: float | None, end_s: float | None, most: int = 30) -> str:
    """The words said between two seconds.

    Args:
        analysis: One analysed message.
        start_s: Seconds from the start of the file, or None.
        end_s: The same for the end.
        most: Most words to give.

    Returns:
        The words, with an ellipsis if there are more; empty when the seconds are not known.
    """
    if start_s is None or end_s is None:
        return ""
    words = [word for word in analysis.transcript.words if _middle(word) >= start_s - 0.05 and _middle(word) <= end_s + 0.05]
    text = " ".join(word.text.strip() for word in words[:most])
    return text + " …" if len(words) > most else text


def _middle(word: Word) -> float:
    return (word.start_s + word.end_s) / 2
