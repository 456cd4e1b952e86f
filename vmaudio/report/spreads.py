"""Medians with their intervals, remembered: after a change most groups of a report have the values that they had before."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict

import numpy as np

from vmaudio.plots import Spread
from vmaudio.report.intervals import spread_of_sorted

MOST_VALUES = 2_000_000
"""Values that are kept in all, some 80 MB: five reports of 100,000 messages."""

FEWEST_VALUES = 200
"""Of fewer a spread is made as quickly as it is found."""


class Spreads:
    """Spreads by their values, those that were asked for last.

    Args:
        most: values that are kept in all.
    """

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most, self._held = most, 0
        self._made: OrderedDict[bytes, Spread] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, name: str, values: np.ndarray) -> Spread:
        """Values with their median and its interval.

        Args:
            name: what the group is called.
            values: float64 (n,); NaN is left out.

        Returns:
            As `vmaudio.report.intervals.spread_of` gives it.
        """
        key = values.tobytes() if len(values) >= FEWEST_VALUES else b""
        with self._lock:
            found = self._made.get(key)
            if found is not None:
                self._made.move_to_end(key)
        if found is not None:
            return dataclasses.replace(found, name=name)
        made = spread_of_sorted(name, np.sort(values[np.isfinite(values)]).tolist())
        if key:
            self._keep(key, made)
        return made

    def _keep(self, key: bytes, made: Spread) -> None:
        with self._lock:
            self._held += len(key) // 8 if key not in self._made else 0
            self._made[key] = made
            while self._held > self._most:
                old, _ = self._made.popitem(last=False)
                self._held -= len(old) // 8
