"""Peeking: intervals that hold at every look."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.experiments import compare
from vmaudio.experiments.options import MonitorOptions
from vmaudio.experiments.sequential import critical_value, monitor_difference, p_values, rate_sequence
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)


def ever_shown(in_a: np.ndarray, y: np.ndarray, block: np.ndarray | None = None, *, expect: bool) -> bool:
    """Is a difference ever shown, at ten looks?"""
    n = len(y)
    looks = [(end, None if block is None else block[:end]) for end in range(n // 10, n + 1, n // 10)]
    return any(
        monitor_difference(in_a[:end], y[:end], block=own, left=n - end if expect else None).shows_difference
        for end, own in looks
    )


@pytest.mark.parametrize("expect", [False, True])
def test_peeking_fools_it_rarely_where_better_reps_prefer_an_arm(expect: bool) -> None:
    """Nothing is planted, reps have levels and preferences of their own: within reps hardly a campaign is called different."""
    rng, wrong, alone = np.random.default_rng(8), 0, 0
    for _ in range(60):
        rep = rng.integers(5, size=600)
        in_a = rng.random(600) < np.array([0.2, 0.35, 0.5, 0.65, 0.8])[rep]
        y = (rng.random(600) < np.array([0.04, 0.1, 0.15, 0.2, 0.3])[rep]).astype(float)
        wrong += ever_shown(in_a, y, rep, expect=expect)
        alone += monitor_difference(in_a, y).shows_difference
    assert wrong <= 8  # 5 % of 60 is 3: more than 8 would happen once in 400 tries
    assert alone > 8  # without reps the same campaigns look different


def test_a_real_difference_is_found() -> None:
    """Ten against twenty-five percent is found within a thousand messages, and the interval holds the truth."""
    rng = np.random.default_rng(4)
    in_a = rng.random(1000) < 0.5
    y = (rng.random(1000) < np.where(in_a, 0.25, 0.10)).astype(float)
    found = monitor_difference(in_a, y)
    assert found.p_value < 0.05
    assert 0 < found.low < 0.15 < found.high
    until = monitor_difference(in_a, y, left=0)
    assert found.low < until.low < 0.15 < until.high < found.high  # with an end the interval is narrower there
    assert until.fraction == 1.0


def test_boundaries_are_those_of_the_literature() -> None:
    """O'Brien and Fleming's constant for looks without end is 2.24; Robbins' mixture is nowhere under 3.03."""
    end_only = MonitorOptions(expected_share=1 - 1e-9)
    assert critical_value(50.0, 1.0, end_only) == pytest.approx(2.2414, abs=1e-4)
    assert critical_value(50.0, 0.25, end_only) == pytest.approx(2 * 2.2414, abs=1e-3)
    endless = [critical_value(v) for v in np.geomspace(0.1, 1e5, 400)]
    assert min(endless) == pytest.approx(3.03, abs=0.01)
    assert max(critical_value(v) for v in (9.0, 100.0, 320.0)) < 3.3
    assert critical_value(50.0, 1.0) == pytest.approx(2.281, abs=0.001)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.5, 1e4), st.one_of(st.none(), st.floats(0.01, 1.0)), st.floats(1e-6, 0.2))
def test_the_p_value_is_the_level_at_which_the_boundary_is_met(v: float, fraction: float | None, alpha: float) -> None:
    """Test and p-value are one thing, for either boundary."""
    options = MonitorOptions(alpha=alpha)
    _, p = p_values(critical_value(v, fraction, options), v, fraction, options)
    assert p == pytest.approx(alpha, rel=1e-6)


def test_the_interval_holds_the_truth_at_every_look() -> None:
    """Of 60 campaigns with rare and with common outcomes, looked at twenty times, few ever miss the planted difference."""
    rng, missed = np.random.default_rng(6), 0
    for i in range(60):
        p_a, p_b = ((0.02, 0.01), (0.15, 0.10), (0.30, 0.05))[i % 3]
        in_a = rng.random(800) < 0.3
        y = (rng.random(800) < np.where(in_a, p_a, p_b)).astype(float)
        looks = [monitor_difference(in_a[:end], y[:end]) for end in range(40, 801, 40)]
        missed += any(not one.low <= p_a - p_b <= one.high for one in looks)
    assert missed <= 8


def test_without_two_arms_nothing_is_known() -> None:
    """One arm alone leaves the difference open, and few events leave what the arms' own intervals do."""
    found = monitor_difference(np.ones(5, dtype=bool), np.ones(5))
    assert found.low <= 0 <= found.high
    assert found.high == 1.0
    assert found.p_value == 1.0
    none = monitor_difference(np.arange(2000) % 2 == 0, np.zeros(2000))
    assert -0.02 < none.low < 0 < none.high < 0.02
    assert none.estimate is None


def test_beyond_the_expected_messages_the_first_of_them_decide() -> None:
    """More messages than expected: the verdict of those that were, and a caution; the rest must show it at a tenth of 5 %."""
    rng = np.random.default_rng(11)
    script = np.where(rng.random(1500) < 0.5, "new", "old")
    called = rng.random(1500) < np.where((script == "new") & (np.arange(1500) < 1000), 0.19, 0.10)
    seen = [
        Observation(
            Message(f"{i}.wav", f"m{i}", rep=f"r{i % 4}", sent_at=(START + datetime.timedelta(hours=i)).isoformat(),
                    script=str(script[i])),
            Outcome(f"m{i}", callback=bool(called[i])),
        )
        for i in range(1500)
    ]  # fmt: skip
    exact = compare(seen[:1000], "script", now=NOW, anytime=True, expect=1000)
    over = compare(seen, "script", now=NOW, anytime=True, expect=1000)
    assert exact.pairs[0].verdict.kind == over.pairs[0].verdict.kind == "a_higher"
    assert exact.pairs[0].anytime is not None
    assert over.pairs[0].anytime is not None
    assert over.pairs[0].anytime.low == pytest.approx(exact.pairs[0].anytime.low)
    assert compare(seen, "script", now=NOW, anytime=True).pairs[0].verdict.kind == "not_enough"
    assert "expect_exceeded" not in {one.kind for one in exact.warnings}
    assert "expect_exceeded" in {one.kind for one in over.warnings}


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
