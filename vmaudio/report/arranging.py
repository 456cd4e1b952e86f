"""How the rows of a kept sheet are put in order again when a few have come and gone: columns are cut into pieces and joined."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

MOST_PIECES = 1000
"""With more pieces the rows are taken one by one, which is quicker."""


class Arrangement:
    """Where rows go.

    Args:
        n: rows that there were.
        gone: places of those that are gone, in order.
        at: places among all that are left at which the new rows stand, in order.

    Attributes:
        gone: as given.
    """

    def __init__(self, n: int, gone: Sequence[int], at: Sequence[int]) -> None:
        self._n, self.gone = n, np.array(gone, dtype=np.int64)
        self._changed = bool(gone or at)
        places = np.array(at, dtype=np.int64)
        # places in the old rows with the new ones after them
        self._order = np.insert(np.delete(np.arange(n), self.gone), places, n + np.arange(len(places)))
        begin = np.flatnonzero((np.diff(self._order, prepend=-2) != 1) | (self._order == n))
        self._pieces = list(itertools.pairwise([*begin.tolist(), len(self._order)]))

    def __bool__(self) -> bool:
        """Whether any row is another."""
        return self._changed

    def joined(self, old: np.ndarray, new: np.ndarray) -> np.ndarray:
        """A column of the rows as they stand now.

        Args:
            old: the column as it was.
            new: that of the new rows.

        Returns:
            The column, a copy.
        """
        found: np.ndarray
        if len(self._pieces) > MOST_PIECES or not self._pieces:
            found = np.concatenate([old, new])[self._order]
            return found
        pieces = []
        for first, last in self._pieces:
            place, length = int(self._order[first]), last - first
            column, place = (old, place) if place < self._n else (new, place - self._n)
            pieces.append(column[place : place + length])
        found = np.concatenate(pieces)
        return found
