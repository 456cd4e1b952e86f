"""The flat table as a data frame of pandas or polars, whichever is installed. Neither is needed by anything else."""

from __future__ import annotations

import importlib.util
from typing import Any

from vmaudio.errors import ExtraMissing, SettingError
from vmaudio.store.columns import Column, Table

BACKENDS = ("pandas", "polars")


def frame_of(table: Table, backend: str | None = None) -> Any:
    """A data frame with the table's columns and rows.

    Args:
        table: one row per message, as `vmaudio.store.messages_table` makes it.
        backend: "pandas" or "polars"; None takes pandas where it is installed, else polars.

    Returns:
        A `pandas.DataFrame` or `polars.DataFrame`. Text is text, numbers are float64, truth is true or false; what is not
        known is missing (NA or null), never 0.

    Raises:
        SettingError: there is no such backend.
        ExtraMissing: the backend is not installed.
    """
    if backend is not None and backend not in BACKENDS:
        raise SettingError(f"There is no data frame backend {backend!r}. Known are: {', '.join(BACKENDS)}.")
    for name in BACKENDS if backend is None else (backend,):
        if importlib.util.find_spec(name) is not None:
            return (_pandas if name == "pandas" else _polars)(table)
    wanted = backend or "pandas or polars"
    raise ExtraMissing(f"A data frame needs {wanted}, which is not installed. Install it: pip install {backend or 'pandas'}.")


def _cells(table: Table) -> dict[Column, list[Any]]:
    return {column: [column.typed(row[i]) for row in table.rows] for i, column in enumerate(table.columns)}


def _pandas(table: Table) -> Any:
    import pandas

    # before pandas 3 "str" turned what is missing into the word "None"
    text = "str" if int(pandas.__version__.split(".")[0]) >= 3 else "object"
    kinds = {"text": text, "number": "float64", "truth": "boolean"}
    made = {column.name: pandas.Series(cells, dtype=kinds[column.kind]) for column, cells in _cells(table).items()}
    return pandas.DataFrame(made)


def _polars(table: Table) -> Any:
    import polars

    kinds = {"text": polars.String, "number": polars.Float64, "truth": polars.Boolean}
    return polars.DataFrame(
        [polars.Series(column.name, cells, dtype=kinds[column.kind]) for column, cells in _cells(table).items()]
    )
