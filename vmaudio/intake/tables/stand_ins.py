"""Columns that are read where a row's own is empty, and the time of day in a column beside the date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vmaudio.intake.tables.aliases import key_of, names_of
from vmaudio.intake.tables.columns import ColumnMap, columns_by_key

_CLOCKS = ("time", "calltime", "starttime", "timeofday", "timeofcall", "duetime")
"""Columns with the time of day, in exports that keep the date in a column of its own."""
_INSTEAD: Mapping[str, tuple[str, ...]] = {
    "prospect": ("prospectid", "whoid", "contactid", "leadid", "contactorleadid", "associatedcontactids", "personid"),
    "sent_at": names_of("sent_at"),
}
"""Columns that stand in where a row's first one is empty: a contact's id or a lead's, done at or due on."""


def stand_ins(header: Sequence[str], columns: Mapping[str, str], given: ColumnMap) -> dict[str, tuple[str, ...]]:
    """Columns that are read where a row's own is empty, and the column with the time of day beside one of dates.

    Args:
        header: names of the columns.
        columns: the fields' columns, as `find_columns` gave them.
        given: the user's mapping: a field given there has no other column.

    Returns:
        Our field -> further columns, best first; ``clock`` -> the column with the time of day.
    """
    by_key = columns_by_key([name for name in header if name])
    taken = set(columns.values())
    found = {}
    for ours, keys in _INSTEAD.items():
        column = columns.get(ours, ours)  # our own name is no CRM's: nothing stands in for it
        if column != ours and ours not in given.columns and key_of(column.rpartition(":")[2]) in keys:
            others = [by_key[key] for key in keys if key in by_key and by_key[key] not in taken]
            found[ours] = tuple(dict.fromkeys(others))
    clocks = tuple(by_key[key] for key in _CLOCKS if key in by_key and by_key[key] not in taken)
    if "sent_at" in columns and "sent_at" not in given.columns and clocks:
        found["clock"] = clocks[:1]
    return found
