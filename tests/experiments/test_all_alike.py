"""Differences within reps where all messages of an arm have the same outcome."""

from __future__ import annotations

import numpy as np
import pytest

from vmaudio.experiments.fixed_effects import fixed_effect, stratified_score


@pytest.mark.parametrize("by_week", [False, True])
@pytest.mark.parametrize(("a", "b"), [(5, 0), (20, 0), (20, 1), (19, 0)])
def test_all_of_one_arm_and_none_of_the_other_leave_a_width(by_week: bool, a: int, b: int) -> None:
    """5 of 5 against 0 of 5 is no difference of 100 points for certain, and none is beyond 100."""
    n = max(5, a)
    rep, in_a = np.zeros(2 * n, dtype=int), np.arange(2 * n) < n
    y = np.concatenate([np.arange(n) < a, np.arange(n) < b]).astype(float)
    week = {"week": (np.arange(2 * n) % 2)[:, None].astype(float)} if by_week else None
    found = fixed_effect(rep, in_a, y, week)
    _, low, high = stratified_score(np.array([[n, n]]), np.array([[a, b]]))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= low + 0.01 < found.difference - 0.05 < found.high <= 1
    assert found.high >= min(1.0, high - 0.01)
