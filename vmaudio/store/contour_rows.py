"""How the level of each recording goes up and down, apart from the other measures: what tells drops and copies by their sound.

A byte for each 50 ms: half decibels below 0 dBFS, 255 for anything softer and for what is not known. A recording of half a
minute has 600 bytes, where its measures as JSON have thirty thousand, which all had to be read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, select

from vmaudio.records import Analysis
from vmaudio.store.database import Database, put
from vmaudio.store.tables import contours

_PORTION = 500
_STEP_DB = 0.5


def put_contour(connection: Connection, analysis: Analysis) -> None:
    """Insert or replace the level contour of a recording.

    Args:
        connection: in a transaction.
        analysis: with the contour; of one without any nothing is stored.
    """
    levels = packed_levels(analysis.prosody.contour.level_dbfs)
    if levels:
        put(connection, contours, {"recording_id": analysis.recording_id}, {"levels": levels})


def packed_levels(level_dbfs: Sequence[float | None]) -> bytes:
    """A contour as it is stored.

    Args:
        level_dbfs: one level per 50 ms; None and NaN are not known.

    Returns:
        A byte for each.
    """
    levels = np.array([np.nan if value is None else value for value in level_dbfs], dtype=float)
    steps = np.rint(np.nan_to_num(levels, nan=-np.inf) / -_STEP_DB)
    return np.clip(steps, 0, 255).astype(np.uint8).tobytes()


def unpacked_levels(levels: bytes) -> np.ndarray:
    """A contour as it was measured, to a quarter of a decibel.

    Args:
        levels: as `packed_levels` made them.

    Returns:
        (n_frames,) dBFS, one per 50 ms; -127.5 is that or less, or not known.
    """
    return np.frombuffer(levels, dtype=np.uint8) * np.float32(-_STEP_DB)


def packed_contours(store: Database, recording_ids: Iterable[str] | None = None) -> dict[str, bytes]:
    """The level contours of analysed recordings.

    Args:
        store: the store.
        recording_ids: only of these recordings; None is all.

    Returns:
        By recording_id what `unpacked_levels` takes.
    """
    wanted = None if recording_ids is None else sorted(set(recording_ids))
    query, found = select(contours.c.recording_id, contours.c.levels), dict[str, bytes]()
    with store.engine.connect() as connection:
        if wanted is None:
            rows = connection.execution_options(yield_per=_PORTION).execute(query)
            return {recording_id: bytes(levels) for recording_id, levels in rows}
        for start in range(0, len(wanted), _PORTION):
            few = query.where(contours.c.recording_id.in_(wanted[start : start + _PORTION]))
            found |= {recording_id: bytes(levels) for recording_id, levels in connection.execute(few)}
    return found
