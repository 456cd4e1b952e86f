"""Intervals, tests and sample sizes against printed tables, scipy and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.experiments.rates import (
    Rate,
    difference_test,
    holm,
    homogeneity_test,
    newcombe,
    prob_higher,
    risk_ratio,
    wilson,
)
from vmaudio.experiments.sample_sizes import fisher_power, further_for, further_messages, sample_size

relaxed = settings(deadline=None, max_examples=50)  # the first call imports scipy
COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_wilson_of_the_trainers_figure() -> None:
    """27 of 133 has the interval 14.3 to 27.9 %, as printed in the evidence."""
    low, high = wilson(27, 133)
    assert round(low, 3) == 0.143
    assert round(high, 3) == 0.279


@relaxed
@given(COUNTS)
def test_wilson_is_scipys(counts: tuple[int, int]) -> None:
    """Our Wilson interval is scipy's."""
    from scipy.stats import binomtest

    events, n = counts
    expected = binomtest(events, n).proportion_ci(method="wilson")
    assert wilson(events, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_no_messages_have_no_rate() -> None:
    """An empty arm has no rate, not a rate of zero."""
    assert Rate.of(0, 0) == Rate(0, 0, None, None, None)


@relaxed
@given(COUNTS, COUNTS)
def test_newcombe_is_statsmodels(a: tuple[int, int], b: tuple[int, int]) -> None:
    """Our Newcombe interval is statsmodels'."""
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    expected = proportion.confint_proportions_2indep(a[0], a[1], b[0], b[1], method="newcomb")
    assert newcombe(*a, *b) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("events", "n"), [(5, 3), (-1, 3), (1, 0)])
def test_wilson_refuses_what_is_no_share(events: int, n: int) -> None:
    """More events than messages is a mistake of the caller, and said so."""
    with pytest.raises(ValueError, match=f"{events} of {n} is no share"):
        wilson(events, n)


def test_newcombe_of_a_published_example() -> None:
    """56/70 against 48/80 gives 0.0524 to 0.3339 (Newcombe 1998, table II, example a, method 10)."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(
    ("p_a", "p_b", "n"), [(0.05, 0.08, 1059), (0.05, 0.20, 76), (0.08, 0.20, 131), (0.05, 0.10, 435), (0.20, 0.25, 1094)]
)
def test_sample_sizes_of_the_evidence(p_a: float, p_b: float, n: int) -> None:
    """The messages per arm are those of the printed table, whichever arm is first."""
    assert sample_size(p_a, p_b) == n
    assert sample_size(p_b, p_a) == n


@relaxed
@given(st.floats(0.01, 0.5), st.floats(0.01, 0.5), st.integers(1, 2000))
def test_further_messages_end_where_the_sample_size_is(p_a: float, p_b: float, n: int) -> None:
    """With equal arms, what is there and what is still needed make the sample size, unless Fisher's test decides."""
    needed = sample_size(p_a, p_b)
    if needed is None or needed > 10**9:
        return
    further = further_messages(p_a, n, p_b, n)
    assert further is not None
    rarer = min(p_a + p_b, 2 - p_a - p_b) / 2
    if max(needed, n) * rarer >= 5 and (n + further) * rarer >= 5:
        assert abs(further - max(0, needed - n)) <= 1
    else:
        assert fisher_power(p_a, n + further, p_b, n + further) >= 0.8 or (n + further) * rarer >= 5


def test_further_messages_counts_the_weaker_arm() -> None:
    """Unequal arms need fewer further messages than the small arm alone lacks, and more with a design effect."""
    further = further_messages(0.05, 1000, 0.08, 100)
    assert further is not None
    assert 0 < further < 1059 - 100
    assert (further_messages(0.05, 1000, 0.08, 100, inflation=2.0) or 0) > further
    assert further_messages(0.05, 10, 0.05, 10) is None


def test_difference_test_is_scipys() -> None:
    """Large counts take Pearson's chi-square, small ones Fisher's exact test, and both are scipy's."""
    from scipy.stats import chi2_contingency, fisher_exact

    p, name = difference_test(27, 133, 14, 133)
    assert name.startswith("score")
    assert p == pytest.approx(chi2_contingency([[27, 106], [14, 119]], correction=False).pvalue)
    p, name = difference_test(1, 20, 5, 22)
    assert name == "Fisher exact"
    assert p == pytest.approx(fisher_exact([[1, 19], [5, 17]]).pvalue)
    assert difference_test(0, 20, 0, 22) == (1.0, "Fisher exact")


def test_score_test_at_the_evidences_edge() -> None:
    """Against 27 of 133, an arm of 133 differs by the score test with 15 callbacks and not with 16."""
    assert difference_test(27, 133, 15, 133)[0] < 0.05
    assert difference_test(27, 133, 16, 133)[0] > 0.05


def test_homogeneity_of_three_arms() -> None:
    """The overall test is scipy's chi-square; without events there is none."""
    from scipy.stats import chi2_contingency

    expected = chi2_contingency([[10, 90], [20, 80], [15, 85]], correction=False).pvalue
    assert homogeneity_test([(10, 100), (20, 100), (15, 100)]) == pytest.approx(expected)
    assert homogeneity_test([(0, 10), (0, 10)]) is None


@relaxed
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_is_statsmodels(p_values: list[float]) -> None:
    """Our Holm correction is statsmodels'."""
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    assert holm(p_values) == pytest.approx(list(multitest.multipletests(p_values, method="holm")[1]), abs=1e-12)


@pytest.mark.parametrize("counts", [(27, 133, 14, 133), (0, 5, 3, 4), (900, 20000, 1000, 20000), (0, 10, 0, 10)])
def test_prob_higher_is_the_posteriors(counts: tuple[int, int, int, int]) -> None:
    """The probability is that of two beta posteriors, found here by a fine sum over the rates."""
    from scipy.stats import beta

    x_a, n_a, x_b, n_b = counts
    grid = np.linspace(0, 1, 400001)
    mass = np.diff(beta.cdf(grid, x_a + 1, n_a - x_a + 1))
    below = beta.cdf((grid[1:] + grid[:-1]) / 2, x_b + 1, n_b - x_b + 1)
    assert prob_higher(*counts) == pytest.approx(float(mass @ below), abs=2e-4)


@relaxed
@given(COUNTS, COUNTS)
def test_prob_higher_of_both_sides_is_one(a: tuple[int, int], b: tuple[int, int]) -> None:
    """One of the two is better."""
    assert prob_higher(*a, *b) + prob_higher(*b, *a) == pytest.approx(1.0, abs=2e-4)


def test_risk_ratio_is_the_log_method() -> None:
    """Ratio and interval are statsmodels' adjusted log method; two empty arms have none."""
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    found = risk_ratio(27, 133, 14, 133)
    assert found is not None
    assert found[0] == pytest.approx(27 / 14)
    expected = proportion.confint_proportions_2indep(27, 133, 14, 133, compare="ratio", method="log-adjusted")
    assert found[1:] == pytest.approx(expected, rel=0.02)
    assert risk_ratio(0, 10, 0, 10) is None
    zero = risk_ratio(3, 10, 0, 10)
    assert zero is not None
    assert math.isfinite(zero[2])


def test_still_needed_is_of_the_test_that_decides() -> None:
    """While Fisher's test decides: 1 of 1 against 0 of 1 needs 4 in each arm, 3 of 3 against 0 of 3 one more."""
    assert further_messages(1.0, 1, 0.0, 1) == 3
    assert further_messages(1.0, 3, 0.0, 3) == 1
    assert further_messages(1.0, 4, 0.0, 4) == 0
    for p_a, p_b in ((0.0, 0.01), (0.3, 0.8)):  # what is said to be needed gives the power, and less does not
        n = further_messages(p_a, 0, p_b, 0)
        assert n is not None
        rng = np.random.default_rng(1)
        for count, enough in ((n, True), (int(0.7 * n), False)):
            draws = zip(rng.binomial(count, p_a, 600), rng.binomial(count, p_b, 600), strict=True)
            found = sum(difference_test(int(a), count, int(b), count)[0] < 0.05 for a, b in draws) / 600
            assert (found > 0.76) == enough  # the standard error is .016


def test_fisher_power_is_the_sum_over_all_tables() -> None:
    """The chance is that of all tables which scipy's exact test calls different."""
    scipy_stats = pytest.importorskip("scipy.stats")
    for n_a, p_a, n_b, p_b in ((20, 0.3, 15, 0.8), (12, 0.0, 30, 0.2), (25, 0.95, 25, 0.6)):
        expected = sum(
            scipy_stats.binom.pmf(a, n_a, p_a) * scipy_stats.binom.pmf(b, n_b, p_b)
            for a in range(n_a + 1)
            for b in range(n_b + 1)
            if scipy_stats.fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue < 0.05
        )
        assert fisher_power(p_a, n_a, p_b, n_b) == pytest.approx(expected, abs=2e-5)


def test_further_messages_of_a_test_follow_from_its_p_value() -> None:
    """A test two standard errors from zero after 100 messages needs (2.8 / 2) squared times as many for 80 % power."""
    p = 2 * (1 - 0.9772498680518208)
    assert further_for(p, 100) == math.ceil(((1.959964 + 0.841621) / 2) ** 2 * 50 - 50)
    assert further_for(1e-9, 100) == 0
    assert further_for(1.0, 100) is None
