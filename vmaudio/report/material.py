"""What a report is made of, as it may be shown: read from the store, redacted if asked for, put into a page or a table.

The command line and a notebook make their reports from this; neither decides what may be seen.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmaudio.duplicates import counted_once, find_copies, find_duplicates
from vmaudio.errors import SettingError
from vmaudio.experiments import DEFAULT_ATTRIBUTION
from vmaudio.privacy import redact_text, rep_aliases
from vmaudio.records import Analysis, Failure, Outcome
from vmaudio.report.counting import count_callbacks
from vmaudio.report.data import RepeatRow
from vmaudio.report.dictionary import dictionary_markdown, dictionary_table, overrides_table
from vmaudio.report.files import csv_text, jsonl_text, table_jsonl_text, write_parquet, write_text, write_xlsx
from vmaudio.report.glossary import Glossary
from vmaudio.report.groups import groups_table
from vmaudio.report.html import render_feedback, render_messages, render_report
from vmaudio.report.overrides import redacted_overrides
from vmaudio.report.pages import message_page
from vmaudio.report.provenance import Made, provenance_facts, provenance_table, write_metadata
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.repeats import repeat_items, rows_of_groups
from vmaudio.report.summary import Called
from vmaudio.report.team import Sounds, build_report
from vmaudio.report.tone_visibility import tone_is_shown, without_tone
from vmaudio.store import (
    Filter,
    Overrides,
    Store,
    Table,
    message_columns,
    messages_table,
    overrides_by_message,
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


def tone_in(form: str, setting: str, *, team: bool) -> bool:
    """Whether a report may show how messages sound.

    Args:
        form: its format. A table goes further than a page ("html"), so it takes the strictest reading of the setting.
        setting: the setting ``tone``: "all", "self-check" or "off".
        team: the report is about a team, not about one rep or one message.
    """
    return tone_is_shown(setting, team=team or form != "html")


def collect(
    store: Store | None,
    glossary: Glossary,
    *,
    since: str | None = None,
    message_id: str | None = None,
    rep: str | None = None,
    redact: bool = False,
    tone: bool = False,
    repeats: bool = False,
    attribution: str = DEFAULT_ATTRIBUTION,
) -> Material:
    """Read from the store what a report is made of.

    Args:
        store: the store, or None where there is none yet.
        glossary: titles of checks and meanings of features.
        since: only messages left on or after this day, ISO 8601.
        message_id: only this message.
        rep: only this rep's messages.
        redact: leave out names and numbers, in everything.
        tone: how a message sounds may be shown; see `tone_in`.
        repeats: look for messages said again, in a report about a team.
        attribution: to which of a prospect's messages a callback belongs, one of `vmaudio.experiments.ATTRIBUTIONS`.

    Raises:
        SettingError: no analysed message matches, or there is none at all; or there is no such attribution.
    """
    analyses = list(store.analyses(Filter(rep=rep, since=since, message_id=message_id))) if store else []
    if not analyses or store is None:
        asked = [f"{name} {value}" for name, value in (("message", message_id), ("rep", rep), ("since", since)) if value]
        if asked:
            raise SettingError(f"No analysed message matches {' and '.join(asked)}. vmaudio report lists what is there.")
        raise SettingError("The store has no analysed message yet. Run: vmaudio batch FOLDER")
    whole = not (message_id or rep or since)
    counting = count_callbacks(store, attribution, rep)
    listed = len(analyses)
    if message_id is None:
        analyses = without_copies(analyses, counting.outcomes)
    found = Material(
        analyses,
        counting.outcomes,
        store.failures() if whole else [],
        overrides_by_message(store.overrides(message_id)),
        glossary,
        rep,
        message_id,
        tone=tone,
        called=counting.called,
        attribution=counting.note,
        copies=listed - len(analyses),
    )
    shown = redacted_material(found) if redact else found
    if not repeats or message_id or rep:
        return shown
    # looked for in what was said, shown in what may be shown
    groups = find_duplicates(repeat_items(found.analyses, found.outcomes))
    instead = {old.message.message_id: new for old, new in zip(found.analyses, shown.analyses, strict=True)} if redact else None
    return dataclasses.replace(shown, repeats=rows_of_groups(groups, instead))


def without_copies(analyses: Sequence[Analysis], outcomes: Mapping[str, Outcome]) -> list[Analysis]:
    """Each message once: without files that hold the same bytes, or the same sound in another format.

    Args:
        analyses: the messages, copies among them.
        outcomes: what came of them; what has an outcome of its own is no copy.
    """
    levels = {analysis.recording_id: analysis.prosody.contour.level_dbfs for analysis in analyses}
    copies = counted_once(find_copies(repeat_items(analyses, outcomes), levels, keep=outcomes))
    return [analysis for analysis in analyses if analysis.message.message_id not in copies]


def redacted_material(given: Material) -> Material:
    """Everything without names and numbers; outcomes and people's verdicts follow their message to its new id.

    Args:
        given: material with names, without repeats.
    """
    aliases = rep_aliases(given.analyses)
    made = [redact_text(analysis, aliases=aliases) for analysis in given.analyses]
    renamed = {old.message.message_id: new.message.message_id for old, new in zip(given.analyses, made, strict=True)}
    hidden = []
    for failure in given.failures:
        what = f"{failure.error}; its name is left out here"
        hidden.append(dataclasses.replace(failure, source="", file_name=f"a file ({failure.stage})", message=what))
    return dataclasses.replace(
        given,
        analyses=made,
        outcomes={
            renamed[key]: dataclasses.replace(outcome, message_id=renamed[key])
            for key, outcome in given.outcomes.items()
            if key in renamed
        },
        called=None if given.called is None else {renamed[key]: back for key, back in given.called.items() if key in renamed},
        failures=hidden,
        overrides=redacted_overrides(given.overrides, renamed),
        rep=aliases.get(given.rep or "", given.rep) if given.rep else None,
        redacted=True,
    )


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
