"""Do two arms differ in more than the message? And the slope of a number."""

from __future__ import annotations

import math

import numpy as np
import pytest

from vmaudio.experiments.balance import CAP, design, imbalance
from vmaudio.experiments.trend import jackknife, logistic, trend_of


def words(*counts: tuple[str, int]) -> np.ndarray:
    return np.array([name for name, n in counts for _ in range(n)], dtype=object)


def test_two_values_have_the_textbook_difference() -> None:
    """For a yes/no covariate it is the difference of shares over the pooled spread (Austin 2009)."""
    found = imbalance("channel", words(("x", 600), ("y", 400)), words(("x", 300), ("y", 700)))
    assert found is not None
    raw = 0.3 / math.sqrt((0.6 * 0.4 + 0.3 * 0.7) / 2)
    assert found.smd == pytest.approx(math.sqrt(raw**2 - (1 / 1000 + 1 / 1000)))
    assert found.flagged
    assert {found.share_a, found.share_b} == {0.6, 0.3} or {found.share_a, found.share_b} == {0.4, 0.7}


def test_arms_that_share_nothing_are_at_the_cap() -> None:
    """Arms with no value in common differ without bound; it is cut."""
    found = imbalance("rep", words(("ann", 50)), words(("bob", 50), ("cy", 50)))
    assert found is not None
    assert found.smd == pytest.approx(CAP, rel=0.01)
    assert found.flagged


def test_numbers() -> None:
    """Touches that differ by half a spread are flagged; the same ones are not; constants are left out."""
    rng = np.random.default_rng(1)
    a, b = rng.normal(1, 1, 500), rng.normal(0.5, 1, 500)
    found = imbalance("touches", a, b)
    assert found is not None
    assert found.smd == pytest.approx(0.5, abs=0.12)
    assert found.flagged
    same = imbalance("touches", a, rng.permutation(a))
    assert same is not None
    assert not same.flagged
    assert imbalance("touches", np.ones(5), np.ones(5)) is None


def test_chance_is_seldom_called_confounding() -> None:
    """Arms drawn by chance among twenty reps, forty messages each, are flagged in hardly any of 200 draws."""
    rng = np.random.default_rng(3)
    flagged = 0
    for _ in range(200):
        reps = np.array([f"rep{i}" for i in rng.integers(20, size=80)], dtype=object)
        found = imbalance("rep", reps[:40], reps[40:])
        flagged += bool(found and found.flagged)
    assert flagged <= 7  # 1 % is 2


def test_thousands_of_values_are_no_thousand_columns() -> None:
    """A campaign with thousands of values is compared, big ones by name, and makes at most seven columns of a regression."""
    values = np.array([f"c{i}" for i in range(3000)], dtype=object)
    assert imbalance("campaign", values[:1500], values[1500:]) is not None
    assert design({"campaign": values})["campaign"].shape == (3000, 7)
    values[:900] = "spring"
    found = imbalance("campaign", values[:1500], values[1500:])
    assert found is not None
    assert found.flagged
    assert found.most in ("spring", "all others")


def test_unknown_numbers_are_said_to_be_unknown() -> None:
    """Unknown touches take the mean, with a column that says so."""
    made = design({"touches": np.array([0.0, math.nan, 2.0])})["touches"]
    assert made.shape == (3, 2)
    assert made[:, 1].tolist() == [0, 1, 0]
    assert not np.isnan(made).any()


def test_logistic_is_statsmodels() -> None:
    """Coefficients and covariance are statsmodels'."""
    api = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(4)
    x = np.hstack([np.ones((400, 1)), rng.normal(size=(400, 2))])
    y = (rng.random(400) < 1 / (1 + np.exp(-(x @ [-1.0, 0.8, 0.0])))).astype(float)
    expected = api.Logit(y, x).fit(disp=0)
    found = logistic(x, y)
    assert found is not None
    assert found[0] == pytest.approx(expected.params, rel=1e-6)
    assert found[1] == pytest.approx(expected.cov_params(), rel=1e-4)


def test_the_jackknife_is_that_of_refits() -> None:
    """Leaving out a rep by one Newton step is all but leaving the rep out and fitting again."""
    rng = np.random.default_rng(4)
    group = rng.integers(15, size=1500)
    x = np.hstack([np.ones((1500, 1)), rng.normal(size=(1500, 1))])
    y = (rng.random(1500) < 1 / (1 + np.exp(1 - 0.5 * x[:, 1] - 0.4 * rng.normal(size=15)[group]))).astype(float)
    fitted = logistic(x, y)
    assert fitted is not None
    total = np.zeros((2, 2))
    for g in range(15):
        left = logistic(x[group != g], y[group != g])
        assert left is not None
        total += np.outer(left[0] - fitted[0], left[0] - fitted[0])
    assert jackknife(x, y, group, fitted[0]) == pytest.approx(total * 14 / 15, rel=0.05)


def test_a_reps_level_is_no_trend() -> None:
    """Reps with more points have more callbacks, while points do nothing within a rep: hardly any slope misses 1."""
    missed = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        rep = rng.integers(12, size=1500)
        points = 50 + 3.0 * rep + rng.normal(0, 5, 1500)
        y = (rng.random(1500) < 0.05 + 0.02 * rep).astype(float)
        found = trend_of("points", y, points.tolist(), rep)
        assert found is not None
        missed += not found.low < 1 < found.high
    assert missed <= 7  # 5 % of 60 is 3; more than 7 would happen once in 50 tries


def test_a_slope_within_reps_is_found() -> None:
    """A planted slope of .06 log-odds for a point is found beside reps of unlike levels."""
    rng = np.random.default_rng(5)
    rep = rng.integers(12, size=3000)
    points = 50 + 3.0 * rep + rng.normal(0, 5, 3000)
    y = (rng.random(3000) < 1 / (1 + np.exp(2 - 0.06 * (points - 50 - 3 * rep)))).astype(float)
    found = trend_of("points", y, points.tolist(), rep)
    assert found is not None
    assert 1 < found.low < math.exp(0.06 * found.step) < found.high
    assert found.odds_ratio == pytest.approx(math.exp(0.06 * 5), rel=0.12)


def test_no_trend_of_few_events_or_of_words() -> None:
    """Fewer than ten events, or no numbers, have no slope."""
    assert trend_of("points", np.zeros(100), list(map(float, range(100))), np.zeros(100, dtype=int)) is None
    assert trend_of("script", np.ones(100), [None] * 100, np.zeros(100, dtype=int)) is None
