"""The sample-ratio test, adaptive shares and weighted scores."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import dirichlet_multinomial, multinomial

from vmaudio.experiments.adaptive import arm_probabilities
from vmaudio.experiments.options import AdaptiveOptions, MonitorOptions
from vmaudio.experiments.plans import assign_arms, numbered_places
from vmaudio.experiments.sample_ratio import CONCENTRATION, check_ratio, log_bayes_factor
from vmaudio.experiments.weighted import log_wealth as weighted_wealth, scores, stakes_of, weighted_difference


@pytest.mark.parametrize("counts", [(60, 40), (500, 520, 510), (3, 0)])
def test_the_ratio_is_held_against_the_dirichlet_multinomial(counts: tuple[int, ...]) -> None:
    """The Bayes factor is that of scipy's two distributions."""
    n, shares = sum(counts), np.full(len(counts), 1 / len(counts))
    wanted = dirichlet_multinomial.logpmf(counts, CONCENTRATION * shares, n) - multinomial.logpmf(counts, n, shares)
    assert log_bayes_factor(np.array(counts), shares) == pytest.approx(float(wanted), abs=1e-8)


def test_one_rep_who_skips_an_arm_is_found() -> None:
    """The rep is named where all arms together still look even, and a plan that is followed raises no alarm at any look."""
    plan = assign_arms(numbered_places(150, ["ann", "bob", "cy"]), ["a", "b"], by_rep=True)
    assigned = [(one.arm, one.rep, 1) for one in plan]
    for upto in range(30, 451, 30):
        seen = check_ratio(assigned, [(one.arm, one.rep, 1, str(one.position // 30)) for one in plan[:upto]])
        assert seen is not None
        assert not seen.fails
    skipped = {("ann", "b"), ("bob", "a")}
    left = [(one.arm, one.rep, 1, "") for one in plan if (one.rep, one.arm) not in skipped]
    gone = [(one.arm, one.rep, 1) for one in plan if (one.rep, one.arm) in skipped]
    found = check_ratio(assigned, left, gone)
    assert found is not None
    assert found.fails
    assert found.worst.endswith(("rep ann", "rep bob"))
    assert max(found.overall, found.missing) < 10 < found.by_rep
    few = [one for one in plan if one.arm == "b"][:25]
    kept = [(one.arm, one.rep, 1, "") for one in plan if one not in few]
    assert not check_ratio(assigned, kept).fails  # type: ignore[union-attr]
    seen = check_ratio(assigned, kept, [(one.arm, one.rep, 1) for one in few])
    assert seen is not None
    assert seen.fails
    assert "Missing are 'a' 0 instead of about 12, 'b' 25" in seen.sentence
    assert check_ratio(assigned, []) is None


def test_shares_follow_what_is_known() -> None:
    """Equal until the burn-in ends; then the best leads, none is under the floor; for complaints the lowest rate leads."""
    options = AdaptiveOptions(burn_in=20, draws=2000)
    rng = np.random.default_rng(1)
    assert arm_probabilities([(5, 40), (9, 19)], rng, options=options).tolist() == [0.5, 0.5]
    clear = arm_probabilities([(10, 200), (60, 200), (12, 200)], rng, options=options)
    assert clear.sum() == pytest.approx(1)
    assert clear.argmax() == 1
    assert 0.6 < clear[1] < 0.8
    assert clear.min() >= options.floor
    bad = arm_probabilities([(10, 200), (60, 200), (30, 200)], rng, lower_is_better=True, options=options)
    assert bad.argmax() == 0


def test_weighted_scores_are_not_fooled_by_drift() -> None:
    """The rate trebles while arm a gets ever more messages: the plain difference is large, the weighted one holds zero."""
    rng = np.random.default_rng(2)
    batch = np.repeat(np.arange(20), 200)
    chance = np.linspace(0.1, 0.9, 20)[batch]
    in_a = rng.random(4000) < chance
    y = (rng.random(4000) < np.linspace(0.08, 0.24, 20)[batch]).astype(float)
    assert y[in_a].mean() - y[~in_a].mean() > 0.05
    found = weighted_difference(in_a, y, chance, batch, MonitorOptions())
    assert found.low < 0 < found.high
    assert found.high - found.low < 0.12
    planted = (rng.random(4000) < np.linspace(0.08, 0.24, 20)[batch] + 0.1 * in_a).astype(float)
    shown = weighted_difference(in_a, planted, chance, batch, MonitorOptions())
    assert 0 < shown.low < 0.1 < shown.high
    assert shown.estimate == pytest.approx(0.1, abs=0.03)


def test_the_weighted_bet_is_fair_whatever_chose_the_arms() -> None:
    """Arms that follow the last batch's luck, no effect: the bet is wrong in few of 300 runs; the plain rates are biased."""
    rng, wrong, bias = np.random.default_rng(5), 0, []
    for _ in range(300):
        chance, parts = 0.5, []
        for number in range(8):
            in_a = rng.random(40) < chance
            y = (rng.random(40) < 0.2).astype(float)
            parts.append((in_a, y, np.full(40, chance), np.full(40, number)))
            lead = y[in_a].mean() - y[~in_a].mean() if 0 < in_a.sum() < 40 else 0.0
            chance = 0.9 if lead > 0 else 0.1
        in_a, y, chances, batch = map(np.concatenate, zip(*parts, strict=True))
        score, slope = scores(in_a, y, chances, batch)
        wrong += weighted_wealth(score, slope, np.ones(len(y)), 0.0, stakes_of()) >= math.log(20)
        bias.append(float(score.sum()))
    assert wrong <= 26  # 5 % and three standard errors
    assert abs(np.mean(bias)) < 3 * np.std(bias) / math.sqrt(300)


def test_expected_messages_narrow_the_sequence_there() -> None:
    """The stakes of a tuned bet are fewer and lie around the best ones for that number of blocks."""
    tuned = stakes_of(MonitorOptions(expected_blocks=1000))
    assert len(tuned) == 3
    assert tuned[0] == pytest.approx(math.sqrt(2 * math.log(40) / (1000 * 0.42)))
    assert tuned[-1] < 0.5
    assert len(stakes_of()) == 24
