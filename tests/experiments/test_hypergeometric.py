"""Exact chances in whole numbers, against scipy's and against counts by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vmaudio.experiments.hypergeometric import chances, fisher_p, ways


def test_ways_of_a_small_table_are_counted():
    # 2 events on 3 messages of a and 2 of b: none on a in 1 way, one in 3 * 2, both in 3
    assert ways(3, 2, 2) == (0, [1, 6, 3])
    assert ways(3, 2, 4) == (2, [3, 2])  # b holds two of four at most
    least, found = chances(3, 2, 2)
    assert least == 0
    assert found.tolist() == [0.1, 0.6, 0.3]


def test_fisher_is_the_sum_of_what_is_no_likelier():
    assert fisher_p(2, 3, 0, 2) == 0.4  # .3 for what was seen, and .1
    assert fisher_p(np.int64(2), np.int64(3), np.int64(0), np.int64(2)) == 0.4
    # nearly five draws of which a third is on a: none, four or five of them on a
    assert fisher_p(0, 2000, 5, 4000) == pytest.approx((2**5 + 5 * 2 + 1) / 3**5, abs=3e-4)


def test_fisher_is_scipys():
    from scipy.stats import fisher_exact

    for a, b, (n_a, n_b) in itertools.product((0, 1, 4), (0, 3, 9), ((9, 9), (10, 40), (57, 11))):
        assert fisher_p(a, n_a, b, n_b) == pytest.approx(fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue, rel=1e-9)
