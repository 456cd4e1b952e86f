"""What the commands that take a table share: how it is read, and what is said of the reading."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from vmaudio import settings
from vmaudio.cli.common import App, err, read_options
from vmaudio.errors import SettingError, TableError

if TYPE_CHECKING:
    from vmaudio.intake import ColumnMap, Fitted, Manifest, Send, TableRead
    from vmaudio.records import Message

F = TypeVar("F", bound=Callable[..., Any])
_NAMED = 10
"""Files and rows left over that are named; the rest is counted."""

timezone_option = click.option(
    "--timezone", metavar="ZONE", help="Time zone of times without one, such as America/Denver.  [VMAUDIO_TIMEZONE]"
)
strict_option = click.option(
    "--strict", is_flag=True, help="What is left over on either side, or not understood, is an error: nothing is done."
)
map_value_option = click.option(
    "--map-value",
    "values",
    metavar="WORD=MEANING",
    multiple=True,
    help="What a word of the disposition means: Interested=connect.",
)


@dataclass(frozen=True, slots=True)
class Tables:
    """How a command's tables are read."""

    mapping: tuple[str, ...] = ()
    dates: str = "auto"
    timezone: str | None = None
    save_map: str | None = None
    strict: bool = False
    values: tuple[str, ...] = ()

    @property
    def zone(self) -> str:
        """The time zone of times without one."""
        return str(settings.get("timezone", self.timezone))

    def columns(self) -> ColumnMap:
        """Which columns are which."""
        from vmaudio.intake import parse_column_map

        return parse_column_map(self.mapping, self.dates, self.values)

    def save(self, used: dict[str, str]) -> None:
        """Write the mapping that was used, where ``--save-map`` asks for it.

        Args:
            used: our field -> the column it was read from.
        """
        if self.save_map:
            import dataclasses

            from vmaudio.intake import column_map_toml

            text = column_map_toml(dataclasses.replace(self.columns(), columns=used))
            try:
                Path(self.save_map).write_text(text, "utf-8")
            except OSError as error:
                raise SettingError(f"{self.save_map}: cannot be written ({error.strerror}). Give another place.") from error


def table_options(command: F) -> F:
    """``--map``, ``--save-map``, ``--dates``, ``--timezone`` and ``--strict``, handed to the command as ``tables``.

    Args:
        command: The command that gets the options.

    Returns:
        The same command with them.
    """

    @functools.wraps(command)
    def with_tables(
        *args: Any, mapping: tuple[str, ...], save_map: str | None, dates: str, timezone: str | None, strict: bool, **given: Any
    ) -> Any:
        values = given.pop("values", ())  # of `map_value_option`, where a command reads outcomes
        return command(*args, tables=Tables(mapping, dates, timezone, save_map, strict, values), **given)

    made: Any = with_tables
    for option in reversed(
        (
            click.option(
                "--map", "mapping", metavar="MAP", multiple=True, help="FIELD=COLUMN,... or a .toml file, for other names."
            ),
            click.option("--save-map", metavar="TOML", help="Write the mapping that was used to a file for next time."),
            click.option(
                "--dates", type=click.Choice(["auto", "mdy", "dmy"]), default="auto", help="Order in dates such as 3/4/2026."
            ),
            timezone_option,
            strict_option,
        )
    ):
        made = option(made)
    return cast(F, made)


@dataclass(frozen=True, slots=True)
class Listed:
    """The messages of a manifest, and the table that they were read from; None for a provider's list of recordings."""

    path: Path
    sends: Sequence[Send]
    table: Manifest | None = None


def load_manifest(path: str | None, tables: Tables, *, files_needed: bool = False) -> Listed | None:
    """Read a manifest as the options say.

    Args:
        path: The table, or a provider's list of recordings as JSON or CSV, or None. With ``--map`` it is a table.
        tables: The options.
        files_needed: Every row must name its recording.

    Returns:
        The manifest; None without a path.
    """
    from vmaudio.intake import Send, load_manifest as load, read_place, recognise

    if not path:
        return None
    if not tables.mapping and recognise(Path(path)).name == "export":
        found = read_place(path, source="export", options=read_options(tables.zone)).messages
        return Listed(Path(path), [Send(message, Path(message.source).name) for message in found])
    read = load(path, tables.columns(), timezone=tables.zone, files_needed=files_needed)
    tables.save(dict(read.rows.columns))
    return Listed(read.path, read.sends, read)


def fitted(app: App, files: Sequence[str], path: str | None, tables: Tables) -> list[Message]:
    """Messages of files with the context of a manifest; files that it does not name are said on stderr.

    Args:
        app: The command's app.
        files: Paths.
        path: The manifest, or None.
        tables: How it is read.

    Returns:
        All rows of each file, else a message without context.
    """
    from vmaudio.intake import fit_recordings

    read = load_manifest(path, tables)
    found = fit_recordings(files, messages_of(read))
    if read is not None:
        say_left_over(app, list_left_over(found, read, rows=False), tables.strict)
    return list(found.messages)


def messages_of(read: Listed | None) -> list[Message]:
    """The messages of a manifest; none without one.

    Args:
        read: The manifest.
    """
    return [send.message for send in read.sends] if read else []


def list_left_over(found: Fitted, read: Listed, *, rows: bool = True) -> list[str]:
    """What a manifest and recordings leave over on either side, in sentences that name it.

    Args:
        found: Recordings and rows, put together.
        read: The manifest.
        rows: Also the rows whose recording is not there.

    Returns:
        The sentences.
    """
    said = []
    name = read.path.name
    if rows and found.without_recording:
        shown = named_rows(found.without_recording, read)
        said.append(_listed(f"{len(shown)} of {len(read.sends)} rows of {name} have no recording here:", shown))
    if found.without_row:
        said.append(_listed(f"{len(found.without_row)} recordings have no row in {name}:", list(found.without_row)))
    return said


def named_rows(rows: Sequence[Message], read: Listed) -> list[str]:
    """Rows of a manifest for a sentence: the line of each, where it has one, and its recording.

    Args:
        rows: The rows.
        read: The manifest.

    Returns:
        Their names.
    """
    line_of = {send.message.message_id: f"line {send.line}: " if send.line else "" for send in read.sends}
    return [line_of[row.message_id] + (row.source or row.message_id) for row in rows]


def _listed(head: str, shown: Sequence[str]) -> str:
    more = f"\n  ... and {len(shown) - _NAMED} more" if len(shown) > _NAMED else ""
    return head + "".join(f"\n  {one}" for one in shown[:_NAMED]) + more


def say_left_over(app: App, sentences: Sequence[str], strict: bool) -> None:
    """Name what is left over on stderr; with ``--strict`` it is an error.

    Args:
        app: The command's app.
        sentences: What is left over.
        strict: Whether it is an error.

    Raises:
        TableError: something is left over, and strict.
    """
    if sentences and strict:
        raise TableError("--strict: " + "\n".join(sentences))
    for sentence in sentences if not app.quiet else ():
        err().print(f"! {sentence}", markup=False, soft_wrap=True)


def say_read(app: App, read: Listed | None) -> TableRead | None:
    """Say on stderr how a manifest was read, where there is anything to know.

    Args:
        app: The command's app.
        read: The manifest.

    Returns:
        The summary; None without a table.
    """
    from vmaudio.intake import table_read

    if read is None or read.table is None:
        return None
    summary = table_read(read.table.rows)
    for sentence in summary.sentences() if not app.quiet else ():
        err().print(f"{read.path.name}: {sentence}", markup=False, soft_wrap=True)
    return summary
