"""Peeking: intervals that hold at every look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.sequential import blocks, log_wealth, monitor_difference, rate_sequence


def ever_crosses(in_a: np.ndarray, y: np.ndarray) -> bool:
    """Does the bet against "no difference" ever make 20, looked at after every block?"""
    differences, _ = blocks(in_a, y)
    return any(log_wealth(differences[:end], np.zeros(1))[0] >= np.log(20) for end in range(5, len(differences) + 1, 5))


def test_peeking_all_the_time_fools_it_rarely() -> None:
    """With nothing planted, at most 5 % of runs ever show a difference, although each is looked at a hundred times."""
    rng = np.random.default_rng(3)
    fooled = 0
    for _ in range(60):
        in_a = rng.random(1000) < 0.5
        fooled += ever_crosses(in_a, (rng.random(1000) < 0.1).astype(float))
    assert fooled <= 6  # 5 % of 60 is 3; more than 6 would happen once in 30 tries at exactly 5 %, and it is nearer 1 %


def test_a_real_difference_is_found() -> None:
    """Ten against twenty-five percent is found within a thousand messages, and the interval holds the truth."""
    rng = np.random.default_rng(4)
    in_a = rng.random(1000) < 0.5
    y = (rng.random(1000) < np.where(in_a, 0.25, 0.10)).astype(float)
    found = monitor_difference(in_a, y)
    assert found.p_value < 0.05
    assert 0 < found.low < 0.15 < found.high


@pytest.mark.parametrize("share", [0.5, 0.25, 0.9])
def test_blocks_use_most_messages(share: float) -> None:
    """Unequal arms are paired too, and a block's mean is the difference of the rates."""
    rng = np.random.default_rng(5)
    in_a = rng.random(20000) < share
    y = (rng.random(20000) < np.where(in_a, 0.3, 0.1)).astype(float)
    differences, waiting = blocks(in_a, y)
    assert differences.mean() == pytest.approx(0.2, abs=0.03)
    assert len(differences) >= 0.9 * min(in_a.sum(), (~in_a).sum())
    assert waiting <= 20000 - 2 * len(differences)


def test_the_bets_are_fair() -> None:
    """If the mean is as bet on, the money is 1 on average, whatever the distribution."""
    rng = np.random.default_rng(6)
    for p_a, p_b in ((0.1, 0.1), (0.05, 0.3)):
        wealth = [
            np.exp(log_wealth((rng.random(20) < p_a).astype(float) - (rng.random(20) < p_b), np.array([p_a - p_b]))[0])
            for _ in range(4000)
        ]
        assert np.mean(wealth) == pytest.approx(1.0, abs=0.12)


def test_without_a_pair_nothing_is_known() -> None:
    """One arm alone leaves the difference anywhere from -1 to 1."""
    found = monitor_difference(np.ones(5, dtype=bool), np.ones(5))
    assert (found.low, found.high, found.p_value) == (-1.0, 1.0, 1.0)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_rate_sequences_hold_the_rate_seen(counts: tuple[int, int]) -> None:
    """The interval of one rate lies in 0..1, holds the share seen, and is wider than Wilson's."""
    from vmaudio.experiments.rates import wilson

    low, high = rate_sequence(*counts)
    assert 0 <= low <= counts[0] / counts[1] <= high <= 1
    narrow = wilson(*counts)
    assert high - low > 0.9 * (narrow[1] - narrow[0])


def test_rate_sequence_is_the_mixtures_level_set() -> None:
    """At the edge, the uniform mixture's likelihood is twenty times that of the rate (Robbins 1970)."""
    from scipy.stats import betabinom, binom

    low, high = rate_sequence(27, 133)
    for edge in (low, high):
        assert betabinom.pmf(27, 133, 1, 1) / binom.pmf(27, 133, edge) == pytest.approx(20, rel=1e-6)


def test_the_interval_says_whether_a_difference_is_shown() -> None:
    """With the level shared among more pairs the interval is wider, and what it holds is no longer shown, whatever p says."""
    rng = np.random.default_rng(4)
    in_a = rng.random(400) < 0.5
    y = (rng.random(400) < np.where(in_a, 0.25, 0.10)).astype(float)
    alone = monitor_difference(in_a, y)
    shared = monitor_difference(in_a, y, MonitorOptions(alpha=0.05 * alone.p_value / 2))
    assert (alone.low > 0) == alone.shows_difference
    assert shared.low < 0 < shared.high
    assert not shared.shows_difference
