"""The cells of a table by field: read once each, counted, and every fault and doubt kept with its line."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vmaudio.intake.tables.columns import ColumnMap
from vmaudio.intake.tables.dates import Ambiguous, When, date_order, read_when
from vmaudio.intake.tables.faults import line_list, shortened
from vmaudio.intake.tables.people import person
from vmaudio.intake.tables.placeholders import cut_short, is_nothing, is_rounded
from vmaudio.intake.tables.stand_ins import stand_ins
from vmaudio.intake.tables.table import Cells, Table, texts_of
from vmaudio.intake.tables.zones import clock_change

PEOPLE = ("prospect", "rep")
IDS = ("message_id", "recording_id")
MOST_DISTINCT = 1000
"""Different values of a column that are kept with their count; the rest is counted together."""


@dataclass(slots=True)
class Reading:
    """How one distinct text of a column was read.

    Attributes:
        value: what it was read as; None for unknown, and for what says nothing.
        count: in how many rows it stands.
        line: the first of them.
        understood: False where the text is none of the words that are known.
        fault: why it could not be read; empty where it was.
    """

    value: Any
    count: int = 0
    line: int = 0
    understood: bool = True
    fault: str = ""


_CLOCK = re.compile(r"\d:\d|\d\s*[ap]\.?m", re.IGNORECASE)
DOUBTS = {
    "doubled": "in the hour that the clocks went through twice, read as the first",
    "missing": "in the hour that the clocks left out, read as before the change",
}
"""Times that a change of the clocks makes doubtful; they are kept."""


class Rows:
    """Reads a table's cells by field.

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
        self.wrong: list[str] = []
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

    def cell(self, cells: Cells, ours: str) -> str:
        """A cell as it stands there.

        Args:
            cells: of the row.
            ours: the field.

        Returns:
            The cell; "" where the field has no column.
        """
        at = self._at.get(ours)
        return "" if at is None else cells[at]

    def text(self, cells: Cells, ours: str) -> str | None:
        """A cell's text.

        Args:
            cells: of the row.
            ours: the field.

        Returns:
            The text; None where the field has no column, or the cell says nothing.
        """
        at = self._at.get(ours)
        if at is None:
            return None
        text = cells[at]
        if text and not is_nothing(text):
            return text
        for other in self._also.get(ours, ()):
            if not is_nothing(cells[other]):
                self.instead[ours] += 1
                return cells[other]
        return None

    def read(self, line: int, cells: Cells, ours: str, reader: Callable[[str], Any]) -> Any:
        """Read a cell. Each distinct text is read once; what cannot be read is a fault of its line.

        Args:
            line: of the row.
            cells: of the row.
            ours: the field.
            reader: turns a text into a value, or raises ValueError.

        Returns:
            The value; None for none.
        """
        at = self._at.get(ours)
        if at is None or not (text := cells[at]):
            return None
        known = self.readings[ours].get(text)
        if known is None:
            try:
                known = Reading(reader(text), line=line)
            except (ValueError, OverflowError) as error:
                known = Reading(None, line=line, understood=False, fault=str(error))
            self._keep(ours, text, known)
        if known.fault:
            self.wrong.append(f"line {line}: {ours}: {known.fault}")
        known.count += 1
        return known.value

    def _seen(self, line: int, ours: str, text: str, found: When) -> None:
        reading = self.readings[ours].get(text)
        if reading is None:
            if len(self.readings[ours]) >= MOST_DISTINCT:
                return
            reading = Reading(found.at.date().isoformat() if found.day_only else found.at.isoformat(), line=line)
            self.readings[ours][text] = reading
        reading.count += 1

    def warnings(self) -> list[str]:
        """One sentence for each kind of doubtful time, with its lines."""
        return [
            f"{ours}: {len(lines)} time{'s' if len(lines) > 1 else ''} {DOUBTS[kind]} ({line_list(lines)})"
            for (ours, kind), lines in self.doubts.items()
        ]

    def script_warnings(self) -> list[str]:
        """A sentence of cells that look like a script's file and could not be read, each with the first row that has it."""
        if not self.unread_scripts:
            return []
        shown = [f"{name!r} (line {line})" for name, line in self.unread_scripts.items()]
        some = ", ".join(shown[:5]) + (f" and {len(shown) - 5} more" if len(shown) > 5 else "")
        where = f"the folder of {self.table.path.name} or below it (UTF-8, at most 20 kB)"
        if len(shown) == 1:
            return [f"script: {some} is no text file in {where}, and was taken as a script's name"]
        return [f"script: {some} are no text files in {where}, and were taken as scripts' names"]

    def _keep(self, ours: str, text: str, reading: Reading) -> None:
        if len(self.readings[ours]) < MOST_DISTINCT:
            self.readings[ours][text] = reading

    def who(self, line: int, cells: Cells, ours: str) -> str | None:
        """Whom a cell names, in one writing for one person.

        Args:
            line: of the row.
            cells: of the row.
            ours: "prospect" or "rep".

        Returns:
            The person; None for nobody.
        """
        text = self.text(cells, ours)
        found = person(text, self.region)
        if found is not None:
            return found
        said = self.cell(cells, ours)
        if said:  # "Unknown" is nobody, and the count of it is shown
            reading = self.readings[ours].get(said)
            if reading is None:
                reading = Reading(None, line=line)
                self._keep(ours, said, reading)
            reading.count += 1
        return None

    def id(self, line: int, cells: Cells, ours: str) -> str | None:
        """An id. One that a spreadsheet has rounded is a fault: it names nothing any more.

        Args:
            line: of the row.
            cells: of the row.
            ours: "message_id" or "recording_id".

        Returns:
            The id; None without one.
        """
        text = self.text(cells, ours)
        if text is not None and (is_rounded(text) or (ours in self._rounded and len(text) > 15 and text.isdigit())):
            self.wrong.append(
                f"line {line}: {ours}: {shortened(text)} was rounded by a spreadsheet: export the file again and do not save "
                "it with Excel, or import the column as text"
            )
        return text

    def when(self, line: int, cells: Cells, ours: str) -> When | None:
        """A date or time. In the hour that a change of the clocks doubles or leaves out it is kept, with a note.

        Args:
            line: of the row.
            cells: of the row.
            ours: the field.

        Returns:
            The time; None for none.
        """
        text = self.text(cells, ours)
        if text is None:
            return None
        try:
            found = read_when(text, self.zone, self._orders.get(ours))
            clock = self._also.get("clock", ()) if ours == "sent_at" else ()
            if found and found.day_only and clock and _CLOCK.search(cells[clock[0]]):
                text = f"{text} {cells[clock[0]]}"
                found = read_when(text, self.zone, self._orders.get(ours))
        except Ambiguous as error:
            self.wrong.append(f"line {line}: {ours}: {error}. Say --dates mdy or --dates dmy")
            return None
        except (ValueError, OverflowError) as error:
            self.wrong.append(f"line {line}: {ours} {shortened(text)} is not a date or time ({str(error)[:200]})")
            return None
        if found is not None:
            self._seen(line, ours, text, found)
        if found and found.local and not found.day_only:
            change = clock_change(found.at.replace(tzinfo=None), self.zone)
            if change:
                self.doubts[ours, change].append(line)
        return found


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
