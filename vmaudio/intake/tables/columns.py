"""Which column of somebody's export is which: our names, common CRM names, or a mapping that the user gives."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vmaudio.errors import SettingError, TableError
from vmaudio.intake.tables.aliases import MANIFEST_FIELDS, NOT_WITH, ONLY_WITH, OUTCOME_FIELDS, key_of, names_of
from vmaudio.intake.tables.dispositions import checked_meaning, parse_map_values
from vmaudio.intake.tables.faults import name_list
from vmaudio.intake.tables.table import Table, texts_of
from vmaudio.records import parse_toml

_SHORTEST_ID = 8
"""A column "Id" beside a file column is the CRM's if its ids are at least so long; 1, 2, 3 only counts the rows of one file."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which columns a user's file has.

    Attributes:
        columns: our field -> their column.
        dates: order in dates such as 3/4/2026: "auto", "mdy" or "dmy".
        values: what the user says that words of a disposition mean: word -> one of `MEANINGS`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = "auto"
    values: Mapping[str, str] = field(default_factory=dict)


def parse_column_map(given: Sequence[str], dates: str = "auto", values: Sequence[str] = ()) -> ColumnMap:
    """Read a mapping of columns: ``callback=Returned,file=Recording``, or a .toml file with the tables ``[columns]`` and
    ``[values]``, and ``dates``.

    Args:
        given: texts of ``--map``, later ones winning.
        dates: order in dates: "auto", "mdy" or "dmy"; "auto" leaves it to the file.
        values: texts of ``--map-value``, which say what a word of a disposition means; they win over the file.

    Returns:
        The mapping.

    Raises:
        SettingError: a text is neither, or names a field or a meaning that does not exist.
        TableError: the TOML file cannot be read.
    """
    columns: dict[str, str] = {}
    words: dict[str, str] = {}
    for text in given:
        if text.lower().endswith(".toml") and "=" not in text:
            loaded = _load(Path(text))
            columns |= loaded.columns
            words |= loaded.values
            dates = loaded.dates if dates == "auto" else dates
            continue
        for part in text.split(","):
            ours, sign, theirs = part.partition("=")
            if not sign or not ours.strip() or not theirs.strip():
                raise SettingError(f"--map {part!r}: write FIELD=COLUMN, such as callback=Returned, or a .toml file.")
            columns[ours.strip().lower()] = theirs.strip()
    known = set(OUTCOME_FIELDS) | set(MANIFEST_FIELDS)
    unknown = sorted(set(columns) - known)
    if unknown:
        raise SettingError(f"--map: there is no field {unknown[0]!r}. Fields: {', '.join(sorted(known))}.")
    if dates not in ("auto", "mdy", "dmy"):
        raise SettingError(f"dates = {dates!r} is not auto, mdy or dmy.")
    return ColumnMap(columns, dates, words | parse_map_values(values))


def _load(path: Path) -> ColumnMap:
    try:
        data = parse_toml(path.read_text("utf-8"))
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a mapping file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f'{path}: is not TOML ({error}). Write [columns] and lines such as callback = "Returned".') from error
    columns = data.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise TableError(f'{path}: [columns] must be lines such as callback = "Returned".')
    words = data.get("values", {})
    if not isinstance(words, dict) or not all(isinstance(value, str) for value in words.values()):
        raise TableError(f'{path}: [values] must be lines such as "Interested" = "connect".')
    return ColumnMap(
        {str(key).lower(): value for key, value in columns.items()},
        str(data.get("dates", "auto")),
        {str(word): checked_meaning(str(word), meaning) for word, meaning in words.items()},
    )


def column_map_toml(mapping: ColumnMap) -> str:
    """Write a mapping as TOML text that `parse_column_map` reads.

    Args:
        mapping: the mapping.

    Returns:
        The text of the file.
    """
    lines = [f'dates = "{mapping.dates}"', "", "[columns]"]
    lines += [f'{ours} = "{_escape(theirs)}"' for ours, theirs in sorted(mapping.columns.items())]
    if mapping.values:
        lines += ["", "[values]"]
        lines += [f'"{_escape(word)}" = "{meaning}"' for word, meaning in sorted(mapping.values.items())]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]  # TOML escapes as JSON does


def find_columns(table: Table, fields: Sequence[str], given: ColumnMap) -> dict[str, str]:
    """Find the column of each field: given columns first, then our own names, then common CRM names.

    Args:
        table: the table.
        fields: our fields to look for.
        given: the user's mapping.

    Returns:
        Our field -> their column; fields without a column are left out.

    Raises:
        TableError: a given column is not there, or two given fields claim one column.
    """
    names = [name for name in table.header if name]
    by_key = columns_by_key(names)
    found: dict[str, str] = {}
    for ours, theirs in given.columns.items():
        if ours not in fields:
            continue
        column = column_named(names, theirs)
        if column is None:
            raise TableError(
                f"{table.path}, line {table.header_line}: --map wants {ours} from a column {theirs!r}. "
                f"Columns: {name_list(names)}."
            )
        if column in found.values():
            raise TableError(f"{table.path}, line {table.header_line}: --map gives the column {theirs!r} to two fields.")
        found[ours] = column
    for ours in fields:
        if ours not in found and ours in names and ours not in found.values():
            found[ours] = ours
    taken = set(found.values())
    for ours in fields:
        if ours in found:
            continue
        keys = (key for key in names_of(ours) if NOT_WITH.get(key) not in by_key and ONLY_WITH.get(key, key) in by_key)
        column = next((by_key[key] for key in keys if key in by_key and by_key[key] not in taken), None)
        if column is not None:
            found[ours] = column
            taken.add(column)
    if found.get("message_id", "") != "message_id" and "message_id" not in given.columns:
        _leave_row_numbers(table, found)
    return found


def column_named(header: Sequence[str], name: str) -> str | None:
    """The column that a user names.

    Args:
        header: names of the columns.
        name: as the user writes it.

    Returns:
        The column; None where there is none.
    """
    plain = name.strip().lower()
    return plain if plain in header else columns_by_key([one for one in header if one]).get(key_of(name))


def columns_by_key(names: Sequence[str]) -> dict[str, str]:
    """The columns by their names as `key_of` writes them; "Contact: Contact ID" is known by its last part too.

    Args:
        names: the columns.
    """
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(key_of(name), name)
    for name in names:  # reports write "Contact: Contact ID"
        by_key.setdefault(key_of(name.rpartition(":")[2]), name)
    return by_key


def _leave_row_numbers(table: Table, found: dict[str, str]) -> None:
    """Take a bare "id" for no message_id where a file or recording names the message and the ids are short."""
    if key_of(found.get("message_id", "")) != "id" or not ("file" in found or "recording_id" in found):
        return
    if any(0 < len(text) < _SHORTEST_ID for text in texts_of(table, found["message_id"])):
        del found["message_id"]
