"""Clusters by rep and differences within reps, against brute force and against data with a known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.experiments.clusters import cells, clustered, icc, robust_difference
from vmaudio.experiments.fixed_effects import fixed_effect, stratified_score, stratified_test


def world(
    seed: int, reps: int = 8, each: int = 80, spread: float = 0.0, effect: float = 0.0, lean: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rep numbers, arm a, outcomes; rep levels spread evenly, better reps leaning to arm a."""
    rng = np.random.default_rng(seed)
    rep = np.repeat(np.arange(reps), each)
    level = 0.2 + spread * np.linspace(-1, 1, reps)
    in_a = rng.random(len(rep)) < 0.5 + lean * np.linspace(-1, 1, reps)[rep]
    return rep, in_a, (rng.random(len(rep)) < level[rep] + effect * in_a).astype(float)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_cr2_is_the_matrix_formula(seed: int) -> None:
    """Standard error and degrees of freedom are those of the full matrices (Bell & McCaffrey 2002)."""
    rng = np.random.default_rng(seed)
    n = 40
    rep, in_a, y = rng.integers(0, 5, n), rng.random(n) < 0.5, (rng.random(n) < 0.4).astype(float)
    rep = np.unique(rep, return_inverse=True)[1]
    counts, events = cells(rep, in_a, y)
    found = robust_difference(counts, events)
    if found is None:
        return
    x = np.stack([np.ones(n), in_a.astype(float)], axis=1)
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ bread @ x.T @ y
    hat = x @ bread @ x.T
    total, g_columns = 0.0, []
    for cluster in range(rep.max() + 1):
        own = rep == cluster
        values, vectors = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        root = vectors @ np.diag(np.where(values > 1e-9, np.abs(values) ** -0.5, 0)) @ vectors.T
        weight = root @ x[own] @ bread[:, 1]
        total += float(residual[own] @ weight) ** 2
        g_columns.append((np.eye(n) - hat)[:, own] @ weight)
    gram = np.array(g_columns) @ np.array(g_columns).T
    assert found[0] == pytest.approx(float((bread @ x.T @ y)[1]))
    assert found[1] == pytest.approx(total**0.5, rel=1e-6, abs=1e-9)
    assert found[2] == pytest.approx(np.trace(gram) ** 2 / (gram**2).sum(), rel=1e-6)


def test_icc_of_identical_and_of_opposite_reps() -> None:
    """Reps who all have the same rate have no correlation; reps who always or never get a callback have 1."""
    same = icc(np.full((6, 1), 50.0), np.full((6, 1), 10.0))
    opposite = icc(np.full((6, 1), 50.0), np.array([[50.0], [0.0]] * 3))
    assert same is not None
    assert same[0] == 0.0
    assert opposite is not None
    assert opposite[0] == pytest.approx(1.0)


def test_design_effect_of_the_evidence() -> None:
    """Fifty calls per rep and an ICC of .05 give a design effect of 3.45."""
    rng = np.random.default_rng(5)
    p = rng.beta(0.2 * 19, 0.8 * 19, 4000)  # a beta with this sum of parameters has ICC 1 / (1 + 19) = .05
    found = icc(np.full((4000, 1), 50.0), rng.binomial(50, p)[:, None].astype(float))
    assert found is not None
    assert found[0] == pytest.approx(0.05, abs=0.004)
    assert 1 + (found[1] - 1) * found[0] == pytest.approx(3.45, abs=0.2)


def test_clustered_is_wider_when_reps_differ() -> None:
    """With each rep in one arm and reps unlike, the interval by rep is far wider than the naive one."""
    rng = np.random.default_rng(2)
    rep = np.repeat(np.arange(12), 60)
    level = rng.permutation(np.linspace(0.05, 0.45, 12))
    y = (rng.random(len(rep)) < level[rep]).astype(float)
    found = clustered(rep, rep % 2 == 0, y)
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low > 2 * 2 * 1.96 * (0.25 * 0.75 / 360 * 2) ** 0.5 * 0.9
    assert found.icc is not None
    assert found.icc > 0.05
    assert found.design_effect is not None
    assert found.design_effect > 3
    assert found.n_reps == 12


def test_clustered_refuses_one_rep_per_arm() -> None:
    """With one rep per arm there is no interval by rep, and the reason is said."""
    rep = np.repeat([0, 1], 50)
    found = clustered(rep, rep == 0, np.tile([0.0, 1.0], 50))
    assert found.low is None
    assert found.reason is not None
    assert found.n_reps == 2


def test_clustered_refuses_unknown_reps() -> None:
    """A message whose rep is not known makes the interval by rep impossible."""
    assert clustered(np.array([0, -1, 1]), np.array([True, False, True]), np.zeros(3)).n_reps == 0


def test_stratified_score_in_one_stratum_is_miettinen_and_nurminen() -> None:
    """56/70 against 48/80 gives 0.0528 to 0.3382 (Newcombe 1998, table II, example a, method 6)."""
    d, low, high = stratified_score(np.array([[70.0, 80.0]]), np.array([[56.0, 48.0]]))
    assert d == pytest.approx(0.2)
    assert (low, high) == pytest.approx((0.0528, 0.3382), abs=5e-4)


def test_stratified_score_without_events_is_not_degenerate() -> None:
    """No event in one arm still gives an interval of some width."""
    d, low, high = stratified_score(np.array([[20.0, 30.0]]), np.array([[0.0, 3.0]]))
    assert low < d < high
    assert low < -0.2
    assert high > 0.05


def test_mantel_haenszel_is_statsmodels() -> None:
    """The difference within reps, reps alone, is the within estimator: its regression gives the same number."""
    rep, in_a, y = world(3, spread=0.15, lean=0.3)
    found = fixed_effect(rep, in_a, y)
    dummies = (rep[:, None] == np.arange(8)[None]).astype(float)
    regression = np.linalg.lstsq(np.hstack([in_a[:, None].astype(float), dummies]), y, rcond=None)[0][0]
    assert found.difference == pytest.approx(float(regression))
    assert found.n_reps == 8


def test_within_takes_a_reps_merit_out() -> None:
    """Better reps prefer arm a, which does nothing: the raw difference is large, the one within reps holds zero."""
    rep, in_a, y = world(6, each=400, spread=0.18, lean=0.45)
    assert y[in_a].mean() - y[~in_a].mean() > 0.05
    found = fixed_effect(rep, in_a, y)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_within_recovers_a_planted_effect_with_covariates() -> None:
    """An effect of 10 points is found within reps, also when a covariate that matters goes with the arm."""
    rng = np.random.default_rng(8)
    rep, in_a, _ = world(8, each=300, lean=0.3)
    monday = rng.random(len(rep)) < np.where(in_a, 0.7, 0.2)
    y = (rng.random(len(rep)) < 0.1 + 0.10 * in_a + 0.2 * monday).astype(float)
    found = fixed_effect(rep, in_a, y, {"weekday": monday[:, None].astype(float)})
    assert found.covariates == ("rep", "weekday")
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.10 < found.high
    raw = fixed_effect(rep, in_a, y)
    assert raw.low is not None
    assert raw.low > 0.10


@pytest.mark.parametrize(
    ("rep", "arm", "said"),
    [
        ([0] * 40 + [1] * 40, [True] * 40 + [False] * 40, "no rep used both"),
        ([-1] * 80, [True, False] * 40, "not known"),
    ],
)
def test_within_says_why_it_is_not_estimable(rep: list[int], arm: list[bool], said: str) -> None:
    """Where no rep used both arms, or reps are unknown, there is no number and a reason."""
    found = fixed_effect(np.array(rep), np.array(arm), np.tile([0.0, 1.0], 40))
    assert found.difference is None
    assert found.reason is not None
    assert said in found.reason


def test_within_refuses_too_few_events() -> None:
    """Two events among comparable messages are not a difference."""
    y = np.zeros(80)
    y[:2] = 1
    found = fixed_effect(np.zeros(80, dtype=int), np.tile([True, False], 40), y)
    assert found.difference is None
    assert "2 events" in str(found.reason)


def test_within_refuses_arms_that_are_the_campaign() -> None:
    """When each arm was used for one campaign only, the difference cannot be told from the campaign's."""
    rep, in_a, y = world(1)
    found = fixed_effect(rep, in_a, y, {"campaign": in_a[:, None].astype(float)})
    assert found.difference is None
    assert "campaign" in str(found.reason)


def test_within_with_covariates_is_statsmodels() -> None:
    """Estimate and robust interval are those of a regression with a level for each rep (HC1)."""
    api = pytest.importorskip("statsmodels.api")
    rep, in_a, y = world(9, spread=0.1, lean=0.2)
    rng = np.random.default_rng(9)
    touches, monday = rng.normal(size=len(y)), (rng.random(len(y)) < 0.3).astype(float)
    found = fixed_effect(rep, in_a, y, {"touches": touches[:, None], "weekday": monday[:, None]})
    design = np.column_stack([in_a.astype(float), touches, monday, rep[:, None] == np.arange(8)[None]])
    expected = api.OLS(y, design.astype(float)).fit(cov_type="HC1")
    assert found.difference == pytest.approx(expected.params[0])
    assert (found.low, found.high) == pytest.approx(tuple(expected.conf_int()[0]), abs=1e-9)


def test_within_with_columns_that_say_the_same_twice() -> None:
    """Columns that repeat, add up to or nearly are each other count once: the difference is that of least squares."""
    rep, in_a, y = world(3, spread=0.1, effect=0.1)
    rng = np.random.default_rng(4)
    base = rng.random((len(rep), 2))
    near = base[:, :1] + 1e-3 * rng.random((len(rep), 1))
    columns = np.hstack([base, base[:, :1], base.sum(axis=1, keepdims=True), near, (rep == 2)[:, None]])
    found = fixed_effect(rep, in_a, y, {"x": columns})
    reps = (rep[:, None] == np.arange(8)).astype(float)
    alone = np.linalg.lstsq(np.hstack([in_a[:, None], reps, base, near]), y, rcond=None)[0][0]
    assert found.difference == pytest.approx(alone, abs=1e-9)


def test_within_is_the_between_within_split() -> None:
    """Mundlak's model, with the arm's share of each rep beside the arm, gives the same difference within reps (1978)."""
    api = pytest.importorskip("statsmodels.api")
    rep, in_a, y = world(10, spread=0.15, lean=0.3)
    share = (np.bincount(rep, weights=in_a) / np.bincount(rep))[rep]
    mundlak = api.OLS(y, np.column_stack([np.ones(len(y)), in_a.astype(float), share])).fit()
    assert fixed_effect(rep, in_a, y).difference == pytest.approx(mundlak.params[1])


def test_within_agrees_with_conditional_logit() -> None:
    """The conditional logit of statsmodels calls the same differences real: same sign, and zero inside or outside alike."""
    models = pytest.importorskip("statsmodels.discrete.conditional_models")
    agreed = 0
    for seed in range(12):
        rep, in_a, y = world(20 + seed, each=60, spread=0.15, lean=0.3, effect=0.12 * (seed % 2))
        found = fixed_effect(rep, in_a, y)
        fitted = models.ConditionalLogit(y, in_a.astype(float)[:, None], groups=rep).fit(disp=0)
        low, high = fitted.conf_int()[0]
        assert found.difference is not None
        assert found.low is not None
        assert found.high is not None
        assert np.sign(found.difference) == np.sign(fitted.params[0])
        agreed += (found.low > 0 or found.high < 0) == (low > 0 or high < 0)
    assert agreed >= 11  # at the very edge the two may differ


def test_the_stratified_test_is_statsmodels() -> None:
    """With enough events it is the Mantel-Haenszel test without correction."""
    tables = pytest.importorskip("statsmodels.stats.contingency_tables")
    rep, in_a, y = world(11, spread=0.15, lean=0.3, effect=0.05)
    n, events = cells(rep, in_a, y)
    strata = [np.array([[x[0], m[0] - x[0]], [x[1], m[1] - x[1]]]) for m, x in zip(n, events, strict=True)]
    expected = tables.StratifiedTable(strata).test_null_odds(correction=False).pvalue
    assert stratified_test(n, events) == pytest.approx(expected, rel=1e-9)
    assert fixed_effect(rep, in_a, y).p_value == pytest.approx(expected, rel=1e-9)


def test_the_exact_stratified_test() -> None:
    """Of one stratum it is Fisher's; of two alike ones the p-value is that of the sum, counted by hand."""
    from scipy.stats import fisher_exact

    for a, b, n_a, n_b in ((3, 0, 3, 3), (4, 1, 9, 12), (0, 3, 20, 30)):
        exact = fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue
        assert stratified_test(np.array([[n_a, n_b]]), np.array([[a, b]])) == pytest.approx(exact)
    # 1 event among 1 + 1 in each of two strata: both in a has chance 1/4, as both in b, one each 1/2
    assert stratified_test(np.ones((2, 2)), np.array([[1.0, 0.0], [1.0, 0.0]])) == pytest.approx(0.5)


def test_an_arm_of_a_few_messages_without_events_shows_nothing() -> None:
    """Six messages without an event are no finding, and no interval says so, although HC1's error for them is zero."""
    rng = np.random.default_rng(2)
    rep, in_a = np.arange(600) % 5, np.arange(600) < 6
    y = (rng.random(600) < 0.25).astype(float)
    y[in_a] = 0
    found = fixed_effect(rep, in_a, y, {"touches": rng.normal(size=(600, 1))})
    assert found.covariates == ("rep", "touches")
    assert found.high is not None
    assert found.high > 0
    assert found.p_value is not None
    assert found.p_value > 0.1


def test_by_rep_needs_something_that_varies() -> None:
    """0 of 50 against 0 of 50 has no interval by rep, nor has 50 of 50; a width of zero would claim certainty."""
    rep, in_a = np.repeat(np.arange(10), 10), np.tile([True, False], 50)
    for outcomes, said in ((np.zeros(100), "no message has the outcome"), (np.ones(100), "every message has the outcome")):
        found = clustered(rep, in_a, outcomes)
        assert (found.low, found.high, found.p_value, found.design_effect) == (None, None, None, None)
        assert found.reason == said
    alike = np.tile([1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 10)  # every rep 1 of 5 in both arms
    assert clustered(rep, in_a, alike).reason == "the reps' rates do not vary"


def test_by_rep_p_value_goes_with_its_interval() -> None:
    """The p-value by rep is under .05 when, and only when, the interval leaves zero out."""
    seen = set()
    for seed in range(30):
        found = clustered(*world(40 + seed, spread=0.15, effect=0.08))
        assert found.low is not None
        assert found.high is not None
        assert found.p_value is not None
        assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)
        seen.add(found.p_value < 0.05)
    assert seen == {True, False}


def test_reps_with_all_or_none_leave_an_interval_with_a_width() -> None:
    """Where every rep's messages have one outcome, nothing varies within reps, and yet little is known of a difference."""
    rng = np.random.default_rng(3)
    rep = np.repeat(np.arange(6), 40)
    in_a, y = rng.random(240) < 0.5, (rep % 2).astype(float)
    hour = rng.integers(2, size=(240, 1)).astype(float)
    n, events = np.array([[in_a[rep == r].sum(), (~in_a)[rep == r].sum()] for r in range(6)]), np.zeros((6, 2))
    events[1::2] = n[1::2]
    expected = stratified_score(n.astype(float), events)
    for covariates in (None, {"hour": hour}):
        found = fixed_effect(rep, in_a, y, covariates)
        assert found.low is not None
        assert found.high is not None
        assert (found.difference, found.p_value) == (pytest.approx(0, abs=1e-12), pytest.approx(1))
        assert (found.low, found.high) == (pytest.approx(expected[1], abs=1e-6), pytest.approx(expected[2], abs=1e-6))
    assert -0.1 < expected[1] < -0.01 < 0.01 < expected[2] < 0.1
