"""How a table was read, for people: which column was taken for what, each distinct value, what was set aside."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from vmaudio.intake.tables.cells import ABOUT_SCRIPTS, MOST_DISTINCT, PEOPLE, Rows
from vmaudio.intake.tables.distinct import counted
from vmaudio.intake.tables.stand_ins import stand_ins
from vmaudio.intake.tables.table import texts_of

GROUPS = ("rep", "script", "campaign", "channel")
"""Fields by which messages are compared: their values are counted."""
_TIMES = ("sent_at", "callback_at")
_NO_NAMES = ("callback", "reply", "connect", "sale", "complaint", "wrong_person", "result", "simulated")
"""Fields whose values name nobody, and may be kept with a run."""


@dataclass(frozen=True, slots=True)
class ValueRead:
    """A distinct value of a column.

    Attributes:
        text: as it stands in the table.
        reading: what it was read as.
        count: rows that have it.
        line: the first of them.
        understood: False where nobody says what it means.
    """

    text: str
    reading: str
    count: int
    line: int
    understood: bool = True


@dataclass(frozen=True, slots=True)
class TableRead:
    """How a table was read.

    Attributes:
        path: the file.
        lines: its rows.
        header_line: the line with the names of the columns.
        columns: our field -> the column it was read from.
        instead: our field -> (column, rows): where the first column was empty and another was read.
        other_columns: columns that stand for no field.
        set_aside: (line, text) of what is no row: titles, totals, notes.
        values: our field -> its distinct values, the most frequent first.
        doubts: sentences about times that are kept although they are doubtful.
    """

    path: str
    lines: int
    header_line: int
    columns: dict[str, str]
    instead: dict[str, tuple[str, int]]
    other_columns: tuple[str, ...]
    set_aside: tuple[tuple[int, str], ...]
    values: dict[str, tuple[ValueRead, ...]]
    doubts: tuple[str, ...]

    def not_understood(self) -> list[tuple[str, ValueRead]]:
        """(field, value) of those that nobody says what they mean."""
        return [(ours, value) for ours, values in self.values.items() for value in values if not value.understood]

    def sentences(self) -> list[str]:
        """What a person has to know of the reading, in sentences; nothing where all was plain.

        Words that are not understood are asked about by `OutcomeFile.questions`."""
        said = []
        renamed = ", ".join(f"{ours} from {theirs!r}" for ours, theirs in self.columns.items() if ours != theirs)
        if renamed:
            said.append(f"Columns read: {renamed}.")
        said += [f"{ours} of {n} rows read from {column!r}." for ours, (column, n) in self.instead.items()]
        for ours in (*PEOPLE, *GROUPS[1:]):
            nobody = [one for one in self.values.get(ours, ()) if one.reading in (_NOBODY, _NONE)]
            if nobody:
                said.append(f"{ours}: {_counted(nobody)} read as {'nobody' if ours in PEOPLE else 'none'}.")
        if self.set_aside:
            shown = "; ".join(f"line {line} {text[:60]!r}" for line, text in self.set_aside[:5])
            more = f"; and {len(self.set_aside) - 5} more" if len(self.set_aside) > 5 else ""
            said.append(f"No rows of the table, and set aside: {shown}{more}.")
        return [*said, *(f"Kept with a doubt: {doubt}." for doubt in self.doubts)]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        made = asdict(self)
        made["instead"] = {ours: {"column": column, "rows": n} for ours, (column, n) in self.instead.items()}
        made["set_aside"] = [{"line": line, "text": text} for line, text in self.set_aside]
        return made

    def kept(self) -> dict[str, Any]:
        """What is kept with a run: columns, counts and words of outcomes; nobody's name, number or id."""
        return {
            "lines": self.lines,
            "columns": dict(self.columns),
            "set_aside_lines": [line for line, _ in self.set_aside[:100]],
            "values": {
                ours: [[one.text[:80], one.reading, one.count] for one in values[:100]]
                for ours, values in self.values.items()
                if ours in _NO_NAMES
            },
            "nobody": {
                ours: sum(one.count for one in values if one.reading == _NOBODY)
                for ours, values in self.values.items()
                if ours in PEOPLE
            },
            "doubts": [doubt for doubt in self.doubts if not doubt.startswith(ABOUT_SCRIPTS)],
        }


_NOBODY, _NONE = "nobody", "none"


def _counted(values: list[ValueRead], most: int = 10) -> str:
    shown = ", ".join(f"{one.text[:60]!r} ({one.count})" for one in values[:most])
    return f"{shown} and {len(values) - most} more" if len(values) > most else shown


def table_read(rows: Rows, understood: Mapping[str, Callable[[str], bool]] | None = None) -> TableRead:
    """Sum up how a table was read.

    Args:
        rows: the reader of its cells, after all rows were read.
        understood: our field -> whether a text without a value is a word that is known.

    Returns:
        The summary.
    """
    table = rows.table
    values: dict[str, tuple[ValueRead, ...]] = {}
    for ours, texts in rows.readings.items():
        known = (understood or {}).get(ours, lambda text: True)
        found = [
            ValueRead(text, _shown(ours, one.value, known(text)), one.count, one.line, one.value is not None or known(text))
            for text, one in texts.items()
        ]
        values[ours] = tuple(sorted(found, key=lambda one: -one.count))
    for ours in GROUPS:
        if ours in rows.columns:
            values[ours] = _groups(rows, ours, {one.text for one in values.get(ours, ())})
    used = set(rows.columns.values())
    further = stand_ins(table.header, rows.columns, rows.given)
    instead = {ours: (further[ours][0], n) for ours, n in rows.instead.items()}
    used |= {column for ours, columns in further.items() for column in columns if ours in rows.instead or ours == "clock"}
    return TableRead(
        str(table.path), len(table.rows), table.header_line, dict(rows.columns), instead,
        tuple(name for name in table.header if name and name not in used), table.set_aside, values, tuple(rows.warnings()),
    )  # fmt: skip


def _groups(rows: Rows, ours: str, nobody: set[str]) -> tuple[ValueRead, ...]:
    """The values of a field by which messages are compared."""
    from vmaudio.intake.tables.people import person
    from vmaudio.intake.tables.placeholders import is_nothing

    found = counted(rows.table.rows, texts_of(rows.table, rows.columns[ours]))
    most = heapq.nlargest(MOST_DISTINCT, found.items(), key=lambda one: one[1][0])
    return tuple(
        ValueRead(
            text,
            _NOBODY
            if text in nobody
            else _NONE
            if is_nothing(text)
            else (person(text, rows.region) or _NOBODY)
            if ours in PEOPLE
            else text,
            n,
            line,
        )
        for text, (n, line) in most
        if text
    )


def _shown(ours: str, value: Any, known: bool) -> str:
    if ours in PEOPLE:
        return _NOBODY
    if value is None:
        return "unknown" if known else "not understood"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
