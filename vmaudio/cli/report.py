"""report: what the store knows, for a coach, a rep or a spreadsheet."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio import settings
from vmaudio.cli.common import App, attribution_option, copies_words, err, pass_app
from vmaudio.collector import collector_paused
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.report import Glossary, Material

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
@attribution_option
@click.option("--redact", is_flag=True, help="Leave out names and numbers.")
@click.option(
    "--digest", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="A week's digest: FILE.html or FILE.eml."
)
@click.option("--week", metavar="WEEK", help="Week of the digest (2026-W47).  [the last that is over]")
@click.option("--dictionary", is_flag=True, help="Write what each column means, instead of the data.")
@pass_app
@click.pass_context
def command(
    ctx: click.Context,
    app: App,
    output: Path | None,
    form: str | None,
    by: str | None,
    since: str | None,
    message_id: str | None,
    rep: str | None,
    audio: str | None,
    attribution: str,
    redact: bool,
    digest: Path | None,
    week: str | None,
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
      vmaudio report --digest week.eml --week 2026-W47     a mail for Monday
    """
    if digest is not None:
        if redact or output is not None or message_id or rep or since:
            raise click.UsageError("--digest writes the week of the whole team: use it with --week alone.")
        _write_digest(app, digest, week)
        return
    if week is not None:
        raise click.UsageError("--week is the week of --digest.")
    form = form or _form(output)
    if output is None and form in NEEDS_FILE:
        raise click.UsageError(f"{form} needs a file: add -o FILE.{form}")
    if redact and audio in ("embed", "link"):
        raise click.UsageError("--redact leaves names out of the text, and the recordings still say them: use --audio none.")
    ctx.with_resource(collector_paused())  # all that is read lives to the end
    from vmaudio.report import collect, page_html, sounds, table_text, tone_in, what_was_read, write_table, write_text

    tone = tone_in(form, str(settings.get("tone")), team=not message_id and not rep)
    glossary = _glossary()
    if dictionary:
        _write_dictionary(output, form, glossary, tone)
        return
    given = collect(
        app.existing_store(),
        glossary,
        since=_day(since),
        message_id=message_id,
        rep=rep,
        redact=redact,
        tone=tone,
        repeats=form == "html",
        attribution=attribution,
        brief=form == "html",
    )
    if output is not None:
        from vmaudio.cli.provenance import made_by

        asked = {"by": by, "since": since, "audio": audio, "attribution": attribution, "redact": redact, "tone": tone}
        store = app.existing_store()
        read = [what_was_read(store, given)] if store else []
        hidden = ("rep", "output", "message_id") if redact else ()
        made = made_by(ctx, read, asked | {"rubric": str(settings.get("rubric"))}, hidden)
        given = dataclasses.replace(given, made=made)
    if form == "md":
        raise click.UsageError("Markdown is for --dictionary; use one of " + ", ".join(FORMATS))
    if output is None:
        _print(table_text(given, form, by=by))
    elif form == "html":
        given = dataclasses.replace(given, corrected=_as_coaches_say(app, given))
        mode = audio or ("none" if redact else "embed")
        write_text(output, page_html(given, sounds(mode, output.parent), by=by))
    else:
        write_table(given, form, output, by=by)
    if output is not None and not app.quiet:
        from rich.markup import escape

        size = output.stat().st_size
        shown_size = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"
        err().print(f"{escape(str(output))}: {counted(len(given.analyses), 'message')}, {shown_size}.")
    if given.copies and not app.quiet:
        err().print(f"{copies_words(given.copies)}.")


def _as_coaches_say(app: App, given: Material) -> dict[str, str]:
    """The shares that miss a check, corrected where coaches scored some of the report's messages blind."""
    from vmaudio.report import coaches_say
    from vmaudio.store import coach_verdicts_of
    from vmaudio.training import corrected_shares, machine_of

    store = app.existing_store()
    verdicts = coach_verdicts_of(store) if store else []
    if not verdicts:
        return {}
    machine, everywhere = machine_of(given.analyses)
    used = [one for one in verdicts if one.message_id in machine]
    simulated = any(one.simulated for one in used)
    found = corrected_shares(used, machine, everywhere)
    return {check: coaches_say(share, simulated=simulated) for check, share in found.items()}


def _write_digest(app: App, path: Path, week: str | None) -> None:
    from vmaudio.errors import SettingError
    from vmaudio.report import build_digest, monday_of, write_digest

    if path.suffix.lower() not in (".html", ".htm", ".eml"):
        raise click.UsageError(f"{path.name}: a digest is FILE.html or FILE.eml.")
    store = app.existing_store()
    if store is None:
        raise SettingError("The store has no analysed message yet. Run: vmaudio batch FOLDER")
    made = build_digest(store, _glossary(), monday_of(week) if week else None)
    write_digest(path, made)
    if not app.quiet:
        from rich.markup import escape

        err().print(f"{escape(str(path))}: {escape(made.title)}.")


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


def _day(text: str | None) -> str | None:
    if text is None:
        return None
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day. Write it as 2026-03-01.", param_hint="--since") from None


def _write_dictionary(output: Path | None, form: str, glossary: Glossary, tone: bool) -> None:
    from vmaudio.report import dictionary_text, write_dictionary

    if form == "html":
        raise click.UsageError("The dictionary is a table: use csv, jsonl, parquet, xlsx or md.")
    if output is None:
        _print(dictionary_text(glossary, form, tone=tone))
    else:
        write_dictionary(glossary, form, output, tone=tone)


def _print(text: str) -> None:
    click.echo(text.encode("utf-8", "replace"), nl=False)
