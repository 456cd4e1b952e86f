"""Rows that come and go: a column joined of its pieces is the column of the list to which the same was done."""

from __future__ import annotations

import random

import numpy as np
import pytest

from vmaudio.report.arranging import Arrangement
from vmaudio.report.sheet import Coded


@pytest.mark.parametrize("most", [1000, 2])
@pytest.mark.parametrize("seed", range(5))
def test_columns_follow_their_rows(seed, most, monkeypatch):
    monkeypatch.setattr("vmaudio.report.arranging.MOST_PIECES", most)
    draw = random.Random(seed)
    for _ in range(60):
        rows = [draw.choice("abc") * draw.randint(1, 3) for _ in range(draw.randint(0, 9))]
        gone = sorted(draw.sample(range(len(rows)), draw.randint(0, len(rows))))
        left = [name for i, name in enumerate(rows) if i not in gone]
        at = sorted(draw.randint(0, len(left)) for _ in range(draw.randint(0, 4)))
        new = [draw.choice("abcde") * draw.randint(1, 5) for _ in at]
        for place, name in zip(reversed(at), reversed(new), strict=True):
            left.insert(place, name)
        order = Arrangement(len(rows), gone, at)
        assert bool(order) == bool(gone or new)
        old, more = (np.array(names, dtype=str) if names else np.zeros(0, dtype="U1") for names in (rows, new))
        assert order.joined(old, more).tolist() == left
        coded, wanted = Coded.of(rows).joined(new, order), Coded.of(left)
        assert (coded.names, coded.codes.tolist()) == (wanted.names, wanted.codes.tolist())
