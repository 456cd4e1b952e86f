"""report: what the store knows, for a coach, a rep or a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio import settings
from vmaudio.cli.common import App, err, pass_app
from vmaudio.errors import SettingError

if TYPE_CHECKING:
    from vmaudio.records import Analysis, Failure, Outcome
    from vmaudio.report import Glossary, Overrides, RepeatRow, Sounds

FORMATS = ("csv", "jsonl", "html", "parquet", "xlsx")
NEEDS_FILE = ("html", "parquet", "xlsx")


@click.command("report", short_help="Write a report from the store: CSV, JSON Lines, HTML and more.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write there; else CSV to stdout."
)
@click.option("--format", "form", type=click.Choice(FORMATS), help="Format; else by the file's ending.")
@click.option(
    "--by", type=click.Choice(["rep", "campaign", "approach"]), help="Sum up by this; a table then has a row for each."
)
@click.option("--since", metavar="DATE", help="Only messages left on or after this day (2026-03-01).")
@click.option("--message", "message_id", metavar="ID", help="One message: its page, or its row.")
@click.option("--rep", metavar="NAME", help="One rep: a feedback sheet, or the rep's rows.")
@click.option("--audio", type=click.Choice(["embed", "link", "none"]), help="Sound in HTML.  [embed; none with --redact]")
@click.option("--redact", is_flag=True, help="Leave out names and numbers.")
@click.option("--dictionary", is_flag=True, help="Write what each column means, instead of the data.")
@pass_app
def command(
    app: App,
    output: Path | None,
    form: str | None,
    by: str | None,
    since: str | None,
    message_id: str | None,
    rep: str | None,
    audio: str | None,
    redact: bool,
    dictionary: bool,
) -> None:
    """Write a report from the store: CSV, JSON Lines, HTML and more.

    \b
    Example:
      vmaudio report > messages.csv                        a row per message
      vmaudio report -o team.html                          for the coach: one file, opens anywhere
      vmaudio report -o dana.html --rep "Dana Whitfield"   a feedback sheet
      vmaudio report -o one.html --message m0123456789abcdef
      vmaudio report -o team.xlsx --by campaign
    """
    form = form or _form(output)
    if output is None and form in NEEDS_FILE:
        raise click.UsageError(f"{form} needs a file: add -o FILE.{form}")
    if redact and audio in ("embed", "link"):
        raise click.UsageError("--redact leaves names out of the text, and the recordings still say them: use --audio none.")
    from vmaudio.report import tone_is_shown

    tone = tone_is_shown(str(settings.get("tone")), team=not message_id and not rep)
    # a table goes further than a page: it takes the strictest reading
    tone = tone if form == "html" else tone_is_shown(str(settings.get("tone")), team=True)
    glossary = _glossary()
    if dictionary:
        _write_dictionary(output, form, glossary, tone)
        return
    analyses, outcomes, failures, overrides = _read(app, since, message_id, rep)
    original, known = analyses, outcomes
    if redact:
        analyses, outcomes, failures, overrides, rep = _redacted(analyses, outcomes, failures, overrides, rep)
    if form == "html":
        repeats = None if message_id or rep else _repeats(original, known, analyses if redact else None)
        sounds = _sounds(audio or ("none" if redact else "embed"), output)
        given = Material(analyses, outcomes, failures, overrides, repeats, glossary, tone, redact)
        text = _html(given, by, message_id, rep, sounds)
        from vmaudio.report import write_text

        write_text(Path(str(output)), text)
    else:
        _table(output, form, analyses, outcomes, overrides, glossary, by, tone)
    if output is not None and not app.quiet:
        from rich.markup import escape

        size = output.stat().st_size
        shown_size = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
        err().print(f"{escape(str(output))}: {len(analyses)} message{'s' if len(analyses) != 1 else ''}, {shown_size}.")


def _form(output: Path | None) -> str:
    if output is None:
        return "csv"
    suffix = {"htm": "html", "ndjson": "jsonl", "md": "md"}.get(ending := output.suffix.lower().lstrip("."), ending)
    if suffix not in (*FORMATS, "md"):
        raise click.UsageError(f"{output.name}: the ending says no format. Use one of {', '.join(FORMATS)}, or --format.")
    return suffix


def _glossary() -> Glossary:
    from vmaudio.features import CATALOGUE
    from vmaudio.report import Glossary
    from vmaudio.rubric import load_rubric

    return Glossary.of(load_rubric(str(settings.get("rubric")) or None), CATALOGUE.values())


def _read(
    app: App, since: str | None, message_id: str | None, rep: str | None
) -> tuple[list[Analysis], dict[str, Outcome], list[Failure], Overrides]:
    from vmaudio.report import overrides_by_message
    from vmaudio.store import Filter, all_outcomes

    store = app.existing_store()
    which = Filter(rep=rep, since=_day(since), message_id=message_id)
    analyses = list(store.analyses(which)) if store else []
    if not analyses or store is None:
        asked = [f"{name} {value}" for name, value in (("message", message_id), ("rep", rep), ("since", since)) if value]
        if asked:
            raise SettingError(f"No analysed message matches {' and '.join(asked)}. vmaudio report lists what is there.")
        raise SettingError("The store has no analysed message yet. Run: vmaudio batch FOLDER")
    whole = not (message_id or rep or since)
    return analyses, all_outcomes(store), store.failures() if whole else [], overrides_by_message(store.overrides(message_id))


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day. Write it as 2026-03-01.", param_hint="--since") from None


def _repeats(
    analyses: Sequence[Analysis], outcomes: dict[str, Outcome], redacted: Sequence[Analysis] | None
) -> list[RepeatRow]:
    """Messages said again: looked for in what was said, told in what may be shown."""
    from vmaudio.duplicates import find_duplicates
    from vmaudio.report import repeat_items, rows_of_groups

    groups = find_duplicates(repeat_items(analyses, outcomes))
    if redacted is None:
        return rows_of_groups(groups)
    return rows_of_groups(groups, {old.message.message_id: new for old, new in zip(analyses, redacted, strict=True)})


def _redacted(
    analyses: Sequence[Analysis],
    outcomes: dict[str, Outcome],
    failures: Sequence[Failure],
    overrides: Overrides,
    rep: str | None,
) -> tuple[list[Analysis], dict[str, Outcome], list[Failure], Overrides, str | None]:
    """Everything without names and numbers; outcomes and people's verdicts follow their message's new id."""
    import dataclasses

    from vmaudio.privacy import redact_text, rep_aliases
    from vmaudio.report import redacted_overrides

    aliases = rep_aliases(analyses)
    made = [redact_text(analysis, aliases=aliases) for analysis in analyses]
    renamed = {old.message.message_id: new.message.message_id for old, new in zip(analyses, made, strict=True)}
    kept = {
        renamed[key]: dataclasses.replace(outcome, message_id=renamed[key])
        for key, outcome in outcomes.items()
        if key in renamed
    }
    hidden = []
    for failure in failures:
        what = f"{failure.error}; its name is left out here"
        hidden.append(dataclasses.replace(failure, source="", file_name=f"a file ({failure.stage})", message=what))
    return made, kept, hidden, redacted_overrides(overrides, renamed), aliases.get(rep or "", rep) if rep else None


def _sounds(mode: str, output: Path | None) -> Sounds:
    from vmaudio.report import sounds

    return sounds(mode, Path(str(output)).parent)


@dataclass(frozen=True, slots=True)
class Material:
    """What a page is made of, as it may be shown."""

    analyses: Sequence[Analysis]
    outcomes: dict[str, Outcome]
    failures: Sequence[Failure]
    overrides: Overrides
    repeats: Sequence[RepeatRow] | None
    glossary: Glossary
    tone: bool
    redacted: bool


def _html(given: Material, by: str | None, message_id: str | None, rep: str | None, sounds: Sounds) -> str:
    from vmaudio.report import build_rep_sheet, build_report, message_page, render_feedback, render_messages, render_report

    shared: dict[str, Any] = {"overrides": given.overrides, "sounds": sounds, "tone": given.tone, "redacted": given.redacted}
    if message_id:
        page = message_page(given.analyses, given.glossary, outcomes=given.outcomes, **shared)
        return render_messages(page)
    if rep:
        sheet = build_rep_sheet(given.analyses, rep, given.outcomes, glossary=given.glossary, **shared)
        return render_feedback(sheet)
    data = build_report(
        given.analyses,
        given.outcomes,
        glossary=given.glossary,
        by=by or "rep",
        failures=given.failures,
        repeats=given.repeats,
        **shared,
    )
    return render_report(data)


def _table(
    output: Path | None, form: str, analyses: Sequence[Analysis], outcomes: dict[str, Outcome],
    overrides: Overrides, glossary: Glossary, by: str | None, tone: bool,
) -> None:  # fmt: skip
    from vmaudio.report import (
        csv_text,
        dictionary_table,
        groups_table,
        jsonl_text,
        messages_table,
        overrides_table,
        table_jsonl_text,
        without_tone,
        write_parquet,
        write_xlsx,
    )

    if form == "md":
        raise click.UsageError("Markdown is for --dictionary; use one of " + ", ".join(FORMATS))
    shown = analyses if tone else [without_tone(analysis) for analysis in analyses]
    if form == "jsonl" and by is None:
        _put(output, jsonl_text(shown, overrides))
        return
    if by:
        table = groups_table(shown, outcomes, glossary, by)
    else:
        table = messages_table(shown, outcomes, glossary, tone=tone, overrides=overrides)
    if form == "xlsx" and output:
        sheets = {f"by {by}" if by else "messages": table}
        people = overrides_table(shown, overrides, glossary)
        if people.rows:
            sheets["overrides"] = people
        sheets["dictionary"] = dictionary_table(table.columns)
        write_xlsx(output, sheets)
    elif form == "parquet" and output:
        write_parquet(output, table)
    else:
        _put(output, table_jsonl_text(table) if form == "jsonl" else csv_text(table))


def _write_dictionary(output: Path | None, form: str, glossary: Glossary, tone: bool) -> None:
    from vmaudio.report import (
        csv_text,
        dictionary,
        dictionary_markdown,
        dictionary_table,
        table_jsonl_text,
        write_parquet,
        write_xlsx,
    )

    columns = dictionary([], glossary, tone=tone)
    table = dictionary_table(columns)
    if form == "md":
        _put(output, dictionary_markdown(columns))
    elif form == "xlsx" and output:
        write_xlsx(output, {"dictionary": table})
    elif form == "parquet" and output:
        write_parquet(output, table)
    elif form == "jsonl":
        _put(output, table_jsonl_text(table))
    elif form == "csv":
        _put(output, csv_text(table))
    else:
        raise click.UsageError("The dictionary is a table: use csv, jsonl, parquet, xlsx or md.")


def _put(output: Path | None, text: str) -> None:
    if output is None:
        click.echo(text.encode("utf-8", "replace"), nl=False)
    else:
        from vmaudio.report import write_text

        write_text(output, text)
