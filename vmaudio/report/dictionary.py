"""Tables beside the one of messages: people's verdicts, and the dictionary that says what each column is."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.records import Analysis
from vmaudio.report.glossary import Glossary
from vmaudio.store import Cell, Column, Overrides, Table


def _text(name: str, meaning: str, source: str) -> Column:
    return Column(name, "text", "", meaning, source)


def overrides_table(analyses: Sequence[Analysis], given: Overrides, glossary: Glossary) -> Table:
    """One row per verdict of a person, with the machine's beside it.

    Args:
        analyses: the messages of the report.
        given: people's verdicts, by message id and check id.
        glossary: titles of the checks.

    Returns:
        A table in the order of the messages, then of the checks' ids.
    """
    columns = (
        _text("message_id", "id of this send", "manifest, or made from source, prospect and date"),
        _text("file_name", "name of the recording", "file"),
        _text("check", "check", "rubric"),
        _text("title", "title of the check", "rubric"),
        _text("machine", "the machine's verdict: pass, fail or n/a", "rubric"),
        _text("person", "the person's verdict", "a person"),
        _text("reason", "the person's reason", "a person"),
        _text("author", "who gave this verdict", "a person"),
        _text("created_utc", "when the verdict was given, ISO 8601", "a person"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in analyses:
        machine = {check.id: check.verdict for check in (one.score.checks if one.score else ())}
        for id, own in sorted(given.get(one.message.message_id, {}).items()):
            title = glossary.check(id).title
            names: tuple[Cell, ...] = (one.message.message_id, one.file_name, id, title, machine.get(id))
            rows.append((*names, own.verdict, own.reason, own.author, own.created_utc))
    return Table(columns, tuple(rows))


def dictionary_table(columns: Sequence[Column]) -> Table:
    """The data dictionary as a table: one row per column of a report.

    Args:
        columns: the columns that it explains.

    Returns:
        A table of name, kind, unit, meaning and source.
    """
    head = (
        _text("column", "name of the column", ""),
        _text("kind", "text, number or truth (true, false or empty)", ""),
        _text("unit", "unit", ""),
        _text("meaning", "what it says", ""),
        _text("source", "where it comes from", ""),
    )
    return Table(head, tuple((c.name, c.kind, c.unit, c.meaning, c.source) for c in columns))


def dictionary_markdown(columns: Sequence[Column]) -> str:
    """The data dictionary as a page of Markdown.

    Args:
        columns: the columns that it explains.

    Returns:
        Text with one line per column.
    """
    lines = [
        "# Columns of a report",
        "",
        "Made by `vmaudio report --dictionary -o columns.md` from the feature catalogue and the rubric.",
        "An empty cell is *not known* or *not measurable*, never 0.",
        "",
        "| column | kind | unit | meaning | source |",
        "|---|---|---|---|---|",
    ]
    for column in columns:
        cells = (f"`{column.name}`", column.kind, column.unit, column.meaning, column.source)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
