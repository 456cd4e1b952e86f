"""A table's columns by field: each distinct text is read once, and every fault and doubt kept with its line."""

from __future__ import annotations

import datetime
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vmaudio.intake.tables.columns import ColumnMap
from vmaudio.intake.tables.dates import Ambiguous, When, date_order, read_when
from vmaudio.intake.tables.distinct import Lines, Reading, counted
from vmaudio.intake.tables.faults import line_list, shortened
from vmaudio.intake.tables.people import person
from vmaudio.intake.tables.placeholders import cut_short, is_nothing, is_rounded, nothings
from vmaudio.intake.tables.stand_ins import stand_ins
from vmaudio.intake.tables.table import Cells, Table, texts_of
from vmaudio.intake.tables.zones import clock_change

PEOPLE = ("prospect", "rep")
IDS = ("message_id", "recording_id")
MOST_DISTINCT = 1000
"""Different values of a column that are kept with their count; the rest is counted together."""


_CLOCK = re.compile(r"\d:\d|\d\s*[ap]\.?m", re.IGNORECASE)
DOUBTS = {
    "doubled": "in the hour that the clocks went through twice, read as the first",
    "missing": "in the hour that the clocks left out, read as before the change",
}
"""Times that a change of the clocks makes doubtful; they are kept."""
ABOUT_SCRIPTS = "script: "
"""How the sentence about scripts' files begins that could not be read: it may name people, the others do not."""


class Rows:
    """Reads a table's columns by field.

    Args:
        table: the table.
        columns: our field -> their column.
        given: the user's mapping, with the order of dates.
        zone: zone of times without one.
        region: where telephone numbers without a country code are from.
    """

    def __init__(
        self, table: Table, columns: Mapping[str, str], given: ColumnMap, zone: datetime.tzinfo, region: str = "US"
    ) -> None:
        self.table, self.columns, self.given, self.zone, self.region = table, columns, given, zone, region
        self._faults: list[tuple[int, str]] = []
        self.doubts: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.readings: dict[str, dict[str, Reading]] = defaultdict(dict)
        self._at = {ours: table.header.index(theirs) for ours, theirs in columns.items()}
        self._also = {
            ours: tuple(table.header.index(name) for name in names)
            for ours, names in stand_ins(table.header, columns, given).items()
        }
        self.instead: dict[str, int] = defaultdict(int)
        self.unread_scripts: dict[str, int] = {}
        self._orders = _orders(table, columns, self._also, given.dates)
        self._rounded = {ours for ours in IDS if ours in columns and cut_short(list(texts_of(table, columns[ours])))}

    @property
    def wrong(self) -> list[str]:
        """The faults by line; those of one line in the order in which its cells were read."""
        return [text for _, text in sorted(self._faults, key=operator.itemgetter(0))]

    def fault(self, line: int, text: str) -> None:
        """Note a fault.

        Args:
            line: of the row.
            text: what is wrong.
        """
        self._faults.append((line, f"line {line}: {text}"))

    def faults_instead(self, faults: Mapping[int, str]) -> None:
        """Note faults beside which nothing else is said of their lines.

        Args:
            faults: what is wrong, by line.
        """
        self._faults = [one for one in self._faults if one[0] not in faults]
        for line, text in faults.items():
            self.fault(line, text)

    def cells(self, rows: Lines, ours: str) -> list[str]:
        """A column as it stands there.

        Args:
            rows: which rows.
            ours: the field.

        Returns:
            A cell for each row; "" where the field has no column.
        """
        at = self._at.get(ours)
        return [""] * len(rows) if at is None else [cells[at] for _, cells in rows]

    def texts(self, rows: Lines, ours: str) -> list[str | None]:
        """A column's texts.

        Args:
            rows: which rows.
            ours: the field.

        Returns:
            A text for each row; None where the field has no column, or the cell says nothing.
        """
        if ours not in self._at:
            return [None] * len(rows)
        column = self.cells(rows, ours)
        nothing = nothings(column)
        if not nothing:
            return list(column)
        also = self._also.get(ours, ())
        return [
            text if text not in nothing else self._instead(cells, ours, also) if also else None
            for text, (_, cells) in zip(column, rows, strict=True)
        ]

    def _instead(self, cells: Cells, ours: str, also: Sequence[int]) -> str | None:
        for other in also:
            if not is_nothing(cells[other]):
                self.instead[ours] += 1
                return cells[other]
        return None

    def read(self, rows: Lines, ours: str, reader: Callable[[str], Any]) -> list[Any]:
        """Read a column. Each distinct text is read once; what cannot be read is a fault of each line that has it.

        Args:
            rows: which rows.
            ours: the field.
            reader: turns a text into a value, or raises ValueError.

        Returns:
            A value for each row; None for none.
        """
        column = self.cells(rows, ours)
        if ours not in self._at:
            return [None] * len(rows)
        values: dict[str, Any] = {"": None}
        faults: dict[str, str] = {}
        for text, (n, line) in counted(rows, column).items():
            if not text:
                continue
            try:
                known = Reading(reader(text), n, line)
            except (ValueError, OverflowError) as error:
                known = Reading(None, n, line, understood=False, fault=str(error))
                faults[text] = known.fault
            values[text] = known.value
            self._keep(ours, text, known)
        for (line, _), text in zip(rows, column, strict=True) if faults else ():
            if text in faults:
                self.fault(line, f"{ours}: {faults[text]}")
        return [values[text] for text in column]

    def warnings(self) -> list[str]:
        """One sentence for each kind of doubt, with its lines."""
        said = [
            f"{ours}: {len(lines)} time{'s' if len(lines) > 1 else ''} {DOUBTS[kind]} ({line_list(lines)})"
            for (ours, kind), lines in sorted(self.doubts.items(), key=lambda one: one[1][0])
        ]
        if self.unread_scripts:
            said.append(self._unread())
        return said

    def _unread(self) -> str:
        """Of cells that look like a script's file and could not be read as one, each with the first row that has it."""
        shown = [f"{name!r} (line {line})" for name, line in self.unread_scripts.items()]
        some = ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
        where = f"the folder of {self.table.path.name} or below it (UTF-8, at most 20 kB)"
        if len(shown) == 1:
            return f"{ABOUT_SCRIPTS}{some} is no text file in {where}, and was taken as a script's name"
        return f"{ABOUT_SCRIPTS}{some} are no text files in {where}, and were taken as scripts' names"

    def _keep(self, ours: str, text: str, reading: Reading) -> None:
        if len(self.readings[ours]) < MOST_DISTINCT:
            self.readings[ours][text] = reading

    def who(self, rows: Lines, ours: str) -> list[str | None]:
        """Whom a column names, in one writing for one person.

        Args:
            rows: which rows.
            ours: "prospect" or "rep".

        Returns:
            The person of each row; None for nobody.
        """
        texts = self.texts(rows, ours)
        people = {text: person(text, self.region) for text in set(texts)}
        found = [people[text] for text in texts]
        if None in people.values():  # "Unknown" is nobody, and the count of it is shown
            lost = [row for row, one in zip(rows, found, strict=True) if one is None]
            for said, (n, line) in counted(lost, self.cells(lost, ours)).items():
                if said:
                    self._keep(ours, said, Reading(None, n, line))
        return found

    def ids(self, rows: Lines, ours: str) -> list[str | None]:
        """A column of ids. One that a spreadsheet has rounded is a fault: it names nothing any more.

        Args:
            rows: which rows.
            ours: "message_id" or "recording_id".

        Returns:
            The id of each row; None without one.
        """
        texts = self.texts(rows, ours)
        cut = ours in self._rounded
        rounded = {
            text for text in set(texts) if text and (is_rounded(text) or (cut and len(text) > 15 and text.isdigit()))
        }  # fmt: skip
        for (line, _), text in zip(rows, texts, strict=True) if rounded else ():
            if text in rounded:
                self.fault(
                    line,
                    f"{ours}: {shortened(str(text))} was rounded by a spreadsheet: export the file again and do not save it "
                    "with Excel, or import the column as text",
                )
        return texts

    def times(self, rows: Lines, ours: str) -> list[When | None]:
        """A column of dates or times. In the hour that a change of the clocks doubles or leaves out one is kept, with a note.

        Args:
            rows: which rows.
            ours: the field.

        Returns:
            The time of each row; None for none.
        """
        texts = self.texts(rows, ours)
        if ours == "sent_at" and "clock" in self._also:
            texts = self._with_clock(rows, texts)
        found: dict[str | None, When | None] = {None: None}
        faults: dict[str | None, str] = {}
        changes: dict[str | None, str] = {}
        clocks_change = not isinstance(self.zone, datetime.timezone)
        for text, (n, line) in counted(rows, texts).items():
            if text is None:
                continue
            found[text] = when = None
            try:
                found[text] = when = read_when(text, self.zone, self._orders.get(ours))
            except Ambiguous as error:
                faults[text] = f"{ours}: {error}. Say --dates mdy or --dates dmy"
            except (ValueError, OverflowError) as error:
                faults[text] = f"{ours} {shortened(text)} is not a date or time ({str(error)[:200]})"
            if when is None:
                continue
            if len(self.readings[ours]) < MOST_DISTINCT:
                shown = when.at.date().isoformat() if when.day_only else when.at.isoformat()
                self._keep(ours, text, Reading(shown, n, line))
            if not clocks_change or not when.local or when.day_only:
                continue
            if change := clock_change(when.at.replace(tzinfo=None), self.zone):
                changes[text] = change
        for (line, _), text in zip(rows, texts, strict=True) if faults or changes else ():
            if text in faults:
                self.fault(line, faults[text])
            if text in changes:
                self.doubts[ours, changes[text]].append(line)
        return [found[text] for text in texts]

    def _with_clock(self, rows: Lines, texts: Sequence[str | None]) -> list[str | None]:
        """Bare dates with the time of day that stands in a column beside them."""
        at = self._also["clock"][0]
        return [
            f"{text} {cells[at]}" if text and _CLOCK.search(cells[at]) and self._is_day(text) else text
            for text, (_, cells) in zip(texts, rows, strict=True)
        ]

    def _is_day(self, text: str) -> bool:
        try:
            found = read_when(text, self.zone, self._orders.get("sent_at"))
        except (ValueError, OverflowError):
            return False
        return found is not None and found.day_only


def _orders(table: Table, columns: Mapping[str, str], also: Mapping[str, Sequence[int]], dates: str) -> dict[str, str | None]:
    """The order of day and month in each column of dates."""
    fields = [ours for ours in ("sent_at", "callback_at") if ours in columns]
    if dates != "auto":
        return dict.fromkeys(fields, dates)
    found: dict[str, str | None] = {}
    for ours in fields:
        names = [columns[ours], *(table.header[at] for at in also.get(ours, ()))]
        found[ours] = date_order(text for name in names for text in texts_of(table, name))
    # one export writes all its dates in one way: what one column shows holds for the other
    shown = {order for order in found.values() if order}
    return dict.fromkeys(found, shown.pop()) if len(shown) == 1 else found
