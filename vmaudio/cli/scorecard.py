"""The scorecard: one analysis as a rep enjoys reading it. The verdict first, then what to change and when it happened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from vmaudio.cli.script_part import script_part
from vmaudio.features import CATALOGUE, ends_words
from vmaudio.records import Analysis, Check, Score, clock, grouped_digits
from vmaudio.report import PRAISE, Glossary, approach_words, delivery_word, flags_for_people, length_words, part_words
from vmaudio.rubric import RUBRIC_OPTIONS, Criterion, Rubric
from vmaudio.text import adherence_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BAND_STYLES = {"strong": "green", "fair": "yellow", "weak": "red", "unscored": "bright_black"}

PART_STYLES = {
    "greeting": "bright_black", "callee": "cyan", "identity": "blue", "company": "magenta", "reason": "green",
    "value": "bright_green", "offer": "bold green", "proof": "bright_cyan", "ask": "yellow", "number": "bold yellow",
    "number_repeat": "bold yellow", "next_step": "bright_yellow", "opt_out": "bright_magenta", "closing": "bright_black",
    "filler": "red", "other": "white",
}  # fmt: skip
TO_CHANGE = 3


def scorecard(analysis: Analysis, rubric: Rubric) -> RenderableType:
    """Everything a rep needs to know about one message, for the terminal.

    Args:
        analysis: One analysed message; its score may be missing.
        rubric: Gives the titles of the checks.

    Returns:
        What `rich` prints.
    """
    criteria = {criterion.id: criterion for criterion in rubric.criteria}
    blocks: list[RenderableType] = [_verdict(analysis, rubric)]
    if analysis.flags:
        blocks.append(_flags(analysis))
    if analysis.transcript.status == "speech":
        checks = analysis.score.checks if analysis.score else ()
        unheard = Glossary.of(rubric).unheard(analysis.score)
        blocks += [*_changes(checks, rubric, criteria, unheard), *_kept(checks, criteria), *forecast(analysis.score)]
        blocks += [_transcript(analysis), *script_part(adherence_of(analysis)), _facts(analysis)]
        blocks += _left_out(analysis.score, criteria)
    return Group(*(line for block in blocks for line in (block, Text())))


def _verdict(analysis: Analysis, rubric: Rubric) -> Panel:
    score = analysis.score
    band = score.band if score else "unscored"
    head = Text()
    if score and score.points is not None:
        head.append(f"{score.points:.0f}", style=f"bold {BAND_STYLES[band]}")
        head.append(" of 100 points  ", style="default")
        head.append(f" {band} ", style=f"reverse {BAND_STYLES[band]}")
        if score.callback_probability is not None:
            low, high = score.callback_low or 0.0, score.callback_high or 1.0
            head.append(f"   callback {100 * score.callback_probability:.0f} % ({100 * low:.0f} to {100 * high:.0f} %)")
            if score.callback_simulated:
                head.append("  SIMULATED", style="bold reverse")
    else:
        why = score.why_unscored if score else ""
        head.append("no points", style="bold bright_black")
        head.append(f"  {why}", style="default")
    about = [f"approach: {approach_words(analysis.structure)}"] if analysis.transcript.status == "speech" else []
    about.append(length_words(analysis))
    if analysis.message.rep:
        about.append(analysis.message.rep)
    listener = analysis.message.prospect_name or analysis.message.prospect
    if listener:
        about.append(f"to {listener}")
    lines = [head]
    if lowered := Glossary.of(rubric).why_band(score):
        lines.append(Text(f"{band}: {lowered}", style="default"))
    return Panel(
        Group(*lines, Text(" · ".join(about), style="bright_black")),
        title=Text(analysis.file_name, style="bold"),
        title_align="left",
        border_style=BAND_STYLES[band],
    )


def _heading(text: str) -> Text:
    return Text(f" {text}", style="bold")


def _changes(
    checks: Iterable[Check], rubric: Rubric, criteria: Mapping[str, Criterion], unheard: Check | None
) -> list[RenderableType]:
    missed = (check for check in checks if check.verdict == "fail")
    failed = sorted(missed, key=lambda check: rubric.bands.urgency(check.id, check.weight))
    failed = [unheard, *failed] if unheard else failed  # what is lacking comes before what is missed
    if not failed:
        return []
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold")
    table.add_column(justify="right", style="bright_black", min_width=5)
    table.add_column()
    for rank, check in enumerate(failed[:TO_CHANGE], 1):
        criterion = criteria.get(check.id)
        words = Text()
        words.append(check.tip or (criterion.tip if criterion else ""), style="bold")
        words.append(f"\n{'–' if check is unheard else '✗'} {criterion.title if criterion else check.id}: ", style="red")
        words.append(check.evidence, style="default")
        if criterion and criterion.disputed:
            words.append("  (trainers disagree on this)", style="italic bright_black")
        if check.unsure:
            words.append("  (not certain: please listen yourself)", style="italic bright_black")
        table.add_row(str(rank), clock(check.start_s), words)
    rest = failed[TO_CHANGE:]
    n = min(TO_CHANGE, len(failed))
    blocks: list[RenderableType] = [
        _heading("One thing to change" if n == 1 else f"{n} things to change"),
        Padding(table, (0, 1)),
    ]
    if rest:
        lines = Text("Also missed:", style="bright_black")
        for check in rest:
            title = criteria[check.id].title if check.id in criteria else check.id
            lines.append(f"\n✗ {title}: {check.evidence}")
        blocks.append(Padding(lines, (0, 2)))
    return [Group(*blocks)]


def _kept(checks: Iterable[Check], criteria: Mapping[str, Criterion]) -> list[RenderableType]:
    passed = sorted((check for check in checks if check.verdict == "pass"), key=lambda check: -check.weight)
    if not passed:
        return []
    titles = [criteria[check.id].title if check.id in criteria else check.id for check in passed]
    line = Text("✓ ", style="green")
    line.append("  ✓ ".join(titles), style="default")
    return [Group(_heading(f"Good ({len(passed)})"), Padding(line, (0, 2)))]


def forecast(score: Score | None) -> list[RenderableType]:
    """Why the callback model says what it says, and what would change it.

    Args:
        score: A message's score, or None.

    Returns:
        What `rich` prints; nothing without a promoted model.
    """
    if score is None or score.callback_probability is None:
        return []
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="bold", min_width=5)
    table.add_column()
    for reason in score.reasons:
        style = "green" if reason.contribution > 0 else "red"
        table.add_row(Text(f"{reason.contribution:+.2f}", style=style), Text(reason.sentence))
    total = sum(reason.contribution for reason in score.reasons)
    shown = f"= log-odds of {100 * score.callback_probability:.1f} %, for an average rep. These are associations in"
    table.add_row(Text(f"{total:+.2f}"), Text(f"{shown} your data, not proof of a cause.", style="bright_black"))
    blocks: list[RenderableType] = [_heading(f"Why {100 * score.callback_probability:.0f} % ({score.model_id})")]
    if score.callback_simulated:
        blocks.append(
            Padding(Text("SIMULATED: trained on invented outcomes; this is an exercise", style="bold reverse"), (0, 2))
        )
    blocks.append(Padding(table, (0, 1)))
    if score.changes:
        from vmaudio.callback import CAUTION

        lines = Text("What goes with a higher probability, one change at a time:", style="default")
        for change in score.changes:
            lines.append(f"\n• {change.sentence}")
        lines.append(f"\n{CAUTION}", style="bright_black")
        blocks.append(Padding(lines, (0, 2)))
    return [Group(*blocks)]


def _transcript(analysis: Analysis) -> RenderableType:
    text = Text()
    shown: dict[str, tuple[str, str]] = {}
    for part in analysis.structure.parts:
        style = PART_STYLES.get(part.plays, "default")
        text.append(part.text, style=style)
        text.append(" ")
        shown.setdefault(part.label, (part_words(part), style))
    legend = Text()
    for name, style in shown.values():
        legend.append(f"{name}  ", style=style)
    read = analysis.transcript.is_english or bool(analysis.structure.language)
    if not analysis.structure.parts or not read:  # of a language that the model does not read only the numbers are parts
        text = Text(analysis.transcript.text) if analysis.transcript.text else Text("No words were written down.", "italic")
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bright_black", min_width=5, justify="right")
    table.add_column()
    words = analysis.transcript.words
    table.add_row(clock(words[0].start_s if words else None), text)
    if shown:
        table.add_row("", legend)
    return Group(_heading("Transcript"), Padding(table, (0, 1)))


def _number(analysis: Analysis, name: str, digits: int = 0) -> str:
    value = analysis.features.values.get(name)
    return f"{value:.{digits}f}" if isinstance(value, float) and not math.isnan(value) else "n/a"


def _facts(analysis: Analysis) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bright_black", justify="right", min_width=9)
    table.add_column()
    low, high = CATALOGUE["speaking_rate_wpm"].low, CATALOGUE["speaking_rate_wpm"].high
    pace = f"{_number(analysis, 'speaking_rate_wpm')} words per minute"
    table.add_row("Pace", f"{pace} (everyday voicemails: {low:.0f} to {high:.0f})")
    table.add_row(
        "Pitch",
        f"median {_number(analysis, 'f0_median_hz')} Hz, range {_number(analysis, 'f0_range_st', 1)} semitones, "
        f"{ends_words(analysis.prosody.final_fall_st)}",
    )
    longest = max(analysis.prosody.pauses, key=lambda pause: pause.duration_s, default=None)
    where = f", the longest {longest.duration_s:.1f} s at {clock(longest.start_s)}" if longest else ""
    table.add_row("Pauses", f"{_number(analysis, 'pause_count')}{where}")
    table.add_row(
        "Line",
        f"level {_number(analysis, 'level_mean_dbfs')} dBFS ± {_number(analysis, 'level_sd_db')} dB, "
        f"speech {_number(analysis, 'snr_db')} dB above the noise",
    )
    table.add_row("Contact", Text(_contact(analysis)))
    if analysis.tone is not None:
        axes = ", ".join(f"{axis} {value:.1f}" for axis, value in analysis.tone.axes.items())
        doubtful = analysis.tone.not_validated
        whose = "all of these" if len(doubtful) == len(analysis.tone.axes) else ", ".join(doubtful)
        caveat = f"\nnot validated on real voices: {whose}" if doubtful else ""
        word = delivery_word(analysis.tone)
        table.add_row("Sounds", f"{f'{word} ({axes})' if word else axes}; delivery, not emotion{caveat}")
    return Group(_heading("Measured"), Padding(table, (0, 1)))


def _contact(analysis: Analysis) -> str:
    who = analysis.entities
    limit = RUBRIC_OPTIONS.confidence.guess_probability
    named = [mention for mention in (who.caller, who.company) if mention]
    found = [f"{one.text} (heard so, not sure)" if one.probability < limit else one.text for one in named]
    for phone in who.phones:
        sure = "complete" if phone.complete else "please check the digits"
        times = {1: "once", 2: "twice"}.get(phone.times_said, f"{phone.times_said} times")
        found.append(
            f"{grouped_digits(phone.digits)}{f' ext. {phone.extension}' if phone.extension else ''} (said {times}, {sure})"
        )
    found += [mention.text for mention in who.emails]
    return " · ".join(found) or "no name, number or address was made out"


def _flags(analysis: Analysis) -> RenderableType:
    """What was done well first, then what a person should look at; why there are no points was said in the head."""
    table = Table.grid(padding=(0, 1))
    above = analysis.score.why_unscored if analysis.score else ""
    for flag, name in sorted(flags_for_people(analysis.flags), key=lambda shown: shown[0].kind not in PRAISE):
        sign, style = ("✓", "green") if flag.kind in PRAISE else ("⚑", "yellow")
        said = name + (f": {flag.evidence}" if flag.evidence != above else "")
        table.add_row(Text(sign, style=style), Text(clock(flag.start_s)), Text(said, style=style))
    return Padding(table, (0, 2))


def _left_out(score: Score | None, criteria: Mapping[str, Criterion]) -> list[RenderableType]:
    """What could not be judged, and what does not apply; what only repeats why there are no points was said in the head."""
    why = score.why_unscored if score else ""
    left = [
        check for check in (score.checks if score else ()) if check.verdict == "n/a" and not (why and check.evidence == why)
    ]
    blocks: list[RenderableType] = []
    for title, unsure in (("Could not be judged", True), ("Does not apply here", False)):
        lines = [f"{criteria[c.id].title if c.id in criteria else c.id}: {c.evidence}" for c in left if c.not_judged is unsure]
        if lines:
            blocks.append(Padding(Text(f"{title}: {'; '.join(lines)}", style="bright_black"), (0, 2)))
    return blocks
