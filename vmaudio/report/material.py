"""What a report is made of, as it may be shown: read from the store, redacted if asked for, put into a page or a table.

The command line and a notebook make their reports from this; neither decides what may be seen.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmaudio.records import Analysis, Failure, Outcome
from vmaudio.report.data import RepeatRow
from vmaudio.report.dictionary import dictionary_markdown, dictionary_table, overrides_table
from vmaudio.report.files import csv_text, jsonl_text, table_jsonl_text, write_parquet, write_text, write_xlsx
from vmaudio.report.glossary import Glossary
from vmaudio.report.groups import groups_table
from vmaudio.report.html import render_feedback, render_messages, render_report
from vmaudio.report.pages import message_page
from vmaudio.report.provenance import Made, provenance_facts, provenance_table, write_metadata
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.summary import Called
from vmaudio.report.team import Sounds, build_report
from vmaudio.report.tone_visibility import tone_is_shown, without_tone
from vmaudio.store import (
    Overrides,
    Table,
    message_columns,
    messages_table,
)

TEXT_FORMATS = ("csv", "jsonl", "md")
"""Formats of a table that are text; the others need a file."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a report is made of, as it may be shown.

    Args:
        analyses: the messages.
        outcomes: what came of them, by message_id.
        failures: files that could not be analysed.
        overrides: people's verdicts.
        glossary: titles of checks and meanings of features.
        rep: the only rep, for a feedback sheet; None is the team.
        message_id: the only message; None is all.
        repeats: messages said again; None where nobody looked.
        tone: how a message sounds may be shown.
        redacted: names and numbers are left out.
        called: which messages count as called back; None where nobody counted over the whole store.
        attribution: what the rule of attribution did, in a sentence; empty where no callback is contested.
        copies: files that are copies of one of the messages, and are not among them.
        made: how the report is made; None where nobody says.
        corrected: by check what share misses it as coaches would say it, in words, where they scored.
        ids: ids of the messages as they are stored, also where they are left out.
        whole: gives the whole analysis of a message where the others are brief; None where they are whole.
    """

    analyses: Sequence[Analysis]
    outcomes: Mapping[str, Outcome]
    failures: Sequence[Failure] = ()
    overrides: Overrides = field(default_factory=dict)
    glossary: Glossary = field(default_factory=Glossary)
    rep: str | None = None
    message_id: str | None = None
    repeats: Sequence[RepeatRow] | None = None
    tone: bool = False
    redacted: bool = False
    called: Called | None = None
    attribution: str = ""
    copies: int = 0
    made: Made | None = None
    corrected: Mapping[str, str] = field(default_factory=dict)
    ids: Sequence[str] = ()
    whole: Callable[[str], Analysis | None] | None = None


def tone_in(form: str, setting: str, *, team: bool) -> bool:
    """Whether a report may show how messages sound.

    Args:
        form: its format. A table goes further than a page ("html"), so it takes the strictest reading of the setting.
        setting: the setting ``tone``: "all", "self-check" or "off".
        team: the report is about a team, not about one rep or one message.
    """
    return tone_is_shown(setting, team=team or form != "html")


def page_html(given: Material, sounds: Sounds, *, by: str | None = None) -> str:
    """The page: of one message, a rep's feedback sheet, or the team's report, by what the material is about.

    Args:
        given: what is shown.
        sounds: the recordings' sound, see `vmaudio.report.sounds`.
        by: sum the team's report up by "rep", "campaign" or "approach"; None is by rep.
    """
    shared: dict[str, Any] = {"overrides": given.overrides, "sounds": sounds, "tone": given.tone, "redacted": given.redacted}
    shared["called"] = given.called
    if given.message_id:
        page = message_page(given.analyses, given.glossary, outcomes=given.outcomes, **shared)
        return render_messages(dataclasses.replace(page, provenance=_made(given)))
    if given.rep:
        shared["attribution"] = given.attribution
        sheet = build_rep_sheet(given.analyses, given.rep, given.outcomes, glossary=given.glossary, **shared)
        facts = (*sheet.computed, *(provenance_facts(given.made) if given.made else ()))
        return render_feedback(dataclasses.replace(sheet, provenance=_made(given), computed=facts))
    data = build_report(
        given.analyses,
        given.outcomes,
        glossary=given.glossary,
        by=by or "rep",
        failures=given.failures,
        repeats=given.repeats,
        attribution=given.attribution,
        copies=given.copies,
        whole=given.whole,
        **shared,
    )
    facts = (*data.computed, *(provenance_facts(given.made) if given.made else ()))
    return render_report(dataclasses.replace(data, provenance=_made(given), computed=facts, corrected=given.corrected))


def _made(given: Material) -> str:
    return json.dumps(given.made, ensure_ascii=False) if given.made else ""


def table_text(given: Material, form: str, *, by: str | None = None) -> str:
    """The table as text: one row per message, or per group. JSON Lines without groups has a whole Analysis on each line.

    Args:
        given: what is shown.
        form: "csv" or "jsonl".
        by: a row for each "rep", "campaign" or "approach".
    """
    if form == "jsonl" and by is None:
        return jsonl_text(_shown(given), given.overrides)
    table = _table(given, by)
    return table_jsonl_text(table) if form == "jsonl" else csv_text(table)


def write_table(given: Material, form: str, path: Path, *, by: str | None = None) -> None:
    """Write the table to a file; a workbook also has people's verdicts and what each column means.

    Args:
        given: what is shown.
        form: "csv", "jsonl", "parquet" or "xlsx".
        path: the file, which appears whole or not at all.
        by: a row for each "rep", "campaign" or "approach".

    Raises:
        ReportError: a package that the format needs is not installed, or the file cannot be written.
    """
    if form in TEXT_FORMATS:
        write_text(path, table_text(given, form, by=by))
        if given.made:
            write_metadata(path, given.made, None if form == "jsonl" and by is None else _table(given, by))
        return
    table = _table(given, by)
    if form == "parquet":
        write_parquet(path, table, given.made)
        return
    sheets = {f"by {by}" if by else "messages": table}
    people = overrides_table(_shown(given), given.overrides, given.glossary)
    if people.rows:
        sheets["overrides"] = people
    sheets["dictionary"] = dictionary_table(table.columns)
    if given.made:
        sheets["provenance"] = provenance_table(given.made)
    write_xlsx(path, sheets)


def dictionary_text(glossary: Glossary, form: str, *, tone: bool) -> str:
    """What each column of the table means, as text.

    Args:
        glossary: titles of checks and meanings of features.
        form: "csv", "jsonl" or "md".
        tone: with the columns of delivery.
    """
    columns = message_columns((), glossary, tone=tone)
    if form == "md":
        return dictionary_markdown(columns)
    table = dictionary_table(columns)
    return table_jsonl_text(table) if form == "jsonl" else csv_text(table)


def write_dictionary(glossary: Glossary, form: str, path: Path, *, tone: bool) -> None:
    """Write what each column of the table means to a file.

    Args:
        glossary: titles of checks and meanings of features.
        form: "csv", "jsonl", "md", "parquet" or "xlsx".
        path: the file, which appears whole or not at all.
        tone: with the columns of delivery.

    Raises:
        ReportError: a package that the format needs is not installed, or the file cannot be written.
    """
    if form in TEXT_FORMATS:
        write_text(path, dictionary_text(glossary, form, tone=tone))
        return
    table = dictionary_table(message_columns((), glossary, tone=tone))
    if form == "parquet":
        write_parquet(path, table)
    else:
        write_xlsx(path, {"dictionary": table})


def _shown(given: Material) -> Sequence[Analysis]:
    return given.analyses if given.tone else [without_tone(analysis) for analysis in given.analyses]


def _table(given: Material, by: str | None) -> Table:
    if by:
        return groups_table(_shown(given), given.outcomes, given.glossary, by, given.called)
    return messages_table(_shown(given), given.outcomes, given.glossary, tone=given.tone, overrides=given.overrides)
