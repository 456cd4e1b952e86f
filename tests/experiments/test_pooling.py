"""Partial pooling: nearer to the truth than the raw rates, no winner overstated, and in agreement with another library."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.experiments.test_comparison import NOW, campaign
from vmaudio.experiments import PoolingOptions, best_words, compare, pool
from vmaudio.experiments.pooled_arms import within_verdicts
from vmaudio.experiments.pooled_model import Cells, _fit

OPTIONS = PoolingOptions()


def drawn(
    rng: np.random.Generator, n_arms: int, n: int, arm_sd: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Messages of eight reps with levels of their own: arm, rep, outcome, and each arm's true rate."""
    arms, reps = arm_sd * rng.standard_normal(n_arms), 0.5 * rng.standard_normal(8)
    arm, rep = rng.integers(n_arms, size=n), rng.integers(8, size=n)
    rate = 1 / (1 + np.exp(2.2 - arms[:, None] - reps[None, :]))
    return arm, rep, (rng.random(n) < rate[arm, rep]).astype(float), rate.mean(axis=1)


def test_pooled_rates_are_nearer_to_the_truth_and_the_best_is_not_overstated() -> None:
    """40 simulated teams: the pooled rates' error is smaller, and the rate of the arm named best is not too high on average,
    as the highest raw rate is."""
    rng = np.random.default_rng(1)
    raw_error, pooled_error, raw_best, pooled_best, inside = [], [], [], [], []
    for _ in range(40):
        arm, rep, y, truth = drawn(rng, 6, 900, 0.25)
        found = pool(list("abcdef"), arm, rep, y)
        assert found is not None
        raw, rate = np.array([one.raw for one in found.arms]), np.array([one.rate for one in found.arms])
        raw_error += list((raw - truth) ** 2)
        pooled_error += list((rate - truth) ** 2)
        raw_best.append(raw.max() - truth[raw.argmax()])
        top = [one.arm for one in found.arms].index(found.best.arm)
        pooled_best.append(rate[top] - truth[top])
        inside += [one.low <= true <= one.high for one, true in zip(found.arms, truth, strict=True)]
    assert np.mean(pooled_error) < 0.7 * np.mean(raw_error)
    assert np.mean(raw_best) > 0.02
    assert abs(np.mean(pooled_best)) < 0.008
    assert 0.91 <= np.mean(inside) <= 0.995


def test_equal_arms_have_no_settled_best() -> None:
    """Where all arms are alike, hardly any data set settles which is the best, and the ranks stay open."""
    rng = np.random.default_rng(2)
    settled = 0
    for _ in range(40):
        arm, rep, y, _ = drawn(rng, 5, 800, 0.0)
        found = pool(list("abcde"), arm, rep, y)
        assert found is not None
        settled += found.best.prob_best >= OPTIONS.level
        assert found.best.rank_low == 1
    assert settled <= 2


def test_the_levels_of_arms_are_those_of_statsmodels() -> None:
    """At the standard deviations that statsmodels finds, its mixed logistic model has the same levels of arms."""
    bayes = pytest.importorskip("statsmodels.genmod.bayes_mixed_glm")
    rng = np.random.default_rng(3)
    arm, rep, y, _ = drawn(rng, 3, 1500, 0.4)
    of_arm, of_rep = np.eye(3)[arm], np.eye(8)[rep]
    model = bayes.BinomialBayesMixedGLM(y, np.ones((len(y), 1)), np.hstack([of_arm, of_rep]), np.repeat([0, 1], [3, 8]))
    theirs = model.fit_vb()
    arm_sd, rep_sd = np.exp(theirs.vcp_mean)
    ours = _fit(Cells.of(arm, rep, y), arm_sd, rep_sd, 1e-3, PoolingOptions(mean_level_sd=50.0), np.zeros(4)).beta
    assert ours[1:] - ours[1:].mean() == pytest.approx(theirs.vc_mean[:3] - theirs.vc_mean[:3].mean(), abs=0.02)


def test_a_strong_rep_does_not_make_an_arm_the_best() -> None:
    """A great rep leaves most messages of one arm; within reps the arms are equal, and so are the pooled rates."""
    rng = np.random.default_rng(4)
    rep = rng.integers(6, size=2400)
    arm = (rng.random(2400) < np.where(rep == 0, 0.85, 0.4)).astype(int)
    y = (rng.random(2400) < np.where(rep == 0, 0.35, 0.08)).astype(float)
    found = pool(["old", "new"], arm, rep, y)
    assert found is not None
    raw, pooled = ([getattr(one, what) for one in found.arms] for what in ("raw", "rate"))
    assert raw[1] - raw[0] > 0.05
    assert abs(pooled[1] - pooled[0]) < 0.02


def test_fewer_complaints_are_better() -> None:
    """For complaints the arm with the lowest rate is the best, and the sentence says so."""
    arm = np.repeat([0, 1], 600)
    y = np.concatenate([np.arange(600) < 90, np.arange(600) < 12]).astype(float)
    found = pool(["loud", "quiet"], arm, None, y, lower_is_better=True)
    assert found is not None
    assert found.best.arm == "quiet"
    assert "Of both 'quiet' is the best (lowest rate) with a chance of over 99 %" in best_words(found)
    assert "cannot be told" in best_words(found, {"quiet"})


def test_a_winner_stands_beside_its_pooled_rate() -> None:
    """The verdict that names a higher arm names the best of all with its pooled rate and chance; without a winner nothing is
    named, and the JSON has prior and ranks all the same."""
    won = compare(
        campaign(5, 3000, lambda rng, rep: "abc"[rng.integers(3)], lambda rep, script: 0.2 if script == "a" else 0.1),
        "script",
        now=NOW,
    )
    pooling = won.to_dict()["pooling"]
    assert "Of all 3 arms 'a' is the best with a chance of over 99 % (partially pooled" in won.headline
    assert [one["arm"] for one in pooling["arms"]] == ["a", "b", "c"]
    assert pooling["arms"][0]["rank_high"] == 1
    assert pooling["arms"][0]["rate"] < pooling["arms"][0]["raw"]
    assert "half-normal(0.5)" in pooling["prior"]
    none = compare(campaign(6, 300, lambda rng, rep: "abc"[rng.integers(3)], lambda rep, script: 0.1), "script", now=NOW)
    assert "best" not in none.headline
    assert none.pooling is not None


def test_ranks_do_not_contradict_the_verdicts() -> None:
    """An arm that is decided lower than another is not the first by rank; one that is decided higher than all is the best."""
    seen = campaign(0, 450, lambda rng, rep: "abc"[rng.integers(3)], lambda rep, script: 0.22 if script == "c" else 0.11)
    found = compare(seen, "script", now=NOW)
    assert found.pooling is not None
    assert [pair.verdict.kind for pair in found.pairs] == ["not_enough", "not_enough", "b_higher"]
    assert [(one.rank_low, one.rank_high) for one in found.pooling.arms] == [(1, 3), (2, 3), (1, 2)]
    lower = [dataclasses.replace(pair, verdict=dataclasses.replace(pair.verdict, kind="b_higher")) for pair in found.pairs[1:]]
    sure = dataclasses.replace(found.pooling, arms=tuple(dataclasses.replace(one, prob_best=0.9) for one in found.pooling.arms))
    decided = within_verdicts(sure, lower, "callback")
    assert [(one.rank_low, one.rank_high) for one in decided.arms] == [(2, 3), (2, 3), (1, 1)]
    assert "by these tests; pooled the chance is 90 %" in best_words(dataclasses.replace(decided, arms=decided.arms[::-1]))
    spoilt = within_verdicts(found.pooling, lower, "complaint")
    assert [(one.rank_low, one.rank_high) for one in spoilt.arms] == [(1, 2), (2, 2), (3, 3)]
