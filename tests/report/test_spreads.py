"""Spreads are remembered by their values, and the oldest are forgotten."""

from __future__ import annotations

import math

import numpy as np

from vmaudio.report.intervals import bins_of, spread_of
from vmaudio.report.spreads import Spreads


def test_the_same_values_are_counted_once_under_any_name():
    values = np.random.default_rng(1).normal(70, 9, 500)
    values[3] = math.nan
    spreads = Spreads()
    first, again = spreads.of("Ann", values), spreads.of("team", values.copy())
    assert first == spread_of("Ann", values.tolist())
    assert again == spread_of("team", values.tolist())
    assert again.values is first.values
    assert spreads.of("Ann", values[1:]) == spread_of("Ann", values[1:].tolist())


def test_no_more_than_so_many_values_are_kept():
    """The one that was asked for longest ago goes; few values are never kept."""
    a, b, c = (np.random.default_rng(seed).normal(size=300) for seed in range(3))
    spreads = Spreads(most=700)
    kept = {name: spreads.of(name, values).values for name, values in (("a", a), ("b", b))}
    assert spreads.of("a", a).values is kept["a"]
    spreads.of("c", c)
    assert spreads.of("a", a).values is kept["a"]
    assert spreads.of("b", b).values is not kept["b"]
    assert spreads.of("few", a[:9]).values is not spreads.of("few", a[:9]).values


def test_bins_of_equal_values_are_those_of_the_pairs_in_order():
    """Of messages with one pace those that were not called back come first, as pairs are sorted."""
    pairs = [(1.0, True)] * 4 + [(1.0, False)] * 8 + [(2.0, True)] * 5
    low, high = bins_of(pairs)
    assert [(one.low, one.high, one.mid, one.rate.k, one.rate.n) for one in (low, high)] == [(1, 1, 1, 0, 8), (1, 2, 2, 9, 9)]
