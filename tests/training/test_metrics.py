"""Numbers held against scikit-learn, against hand-made cases, and against what they must do on average."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from sklearn import metrics as sk

from vmaudio.training.metrics import (
    calibration,
    confusion,
    group_counts,
    intervals,
    paired,
    per_class,
    scores,
    threshold_for,
    wilson,
)

LABELS = ("a", "b", "c")
pairs = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(pairs)
def test_scores_as_scikit_learn(rows: list[tuple[str, str]]) -> None:
    """Accuracy, macro F1 and balanced accuracy are scikit-learn's, averaged over the classes present in the truth."""
    truth, guess = [t for t, _ in rows], [g for _, g in rows]
    found = scores(confusion(truth, guess, LABELS))
    present = sorted(set(truth))
    assert found["accuracy"] == pytest.approx(sk.accuracy_score(truth, guess))
    assert found["macro_f1"] == pytest.approx(sk.f1_score(truth, guess, labels=present, average="macro", zero_division=0))
    recall = sk.recall_score(truth, guess, labels=present, average="macro", zero_division=0)
    assert found["balanced_accuracy"] == pytest.approx(recall)


def test_per_class_by_hand() -> None:
    """Precision, recall and F1 of a class never guessed are 0; a class that is not in the truth is left out."""
    found = per_class(confusion(["a", "a", "b"], ["a", "c", "a"], LABELS), LABELS)
    assert set(found) == {"a", "b"}
    assert found["a"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "n": 2}
    assert found["b"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 1}


def test_interval_draws_whole_groups() -> None:
    """Twenty equal rows of one rep count as one draw: the interval by rep is wider than the one by row."""
    rng = np.random.default_rng(1)
    truth = ["a"] * 200
    groups = [f"rep {i // 20}" for i in range(200)]
    guess = ["a" if rng.random() < (0.95 if int(g.split()[1]) % 2 else 0.45) else "b" for g in groups]
    _, by_rep = group_counts(truth, guess, groups, LABELS)
    _, by_row = group_counts(truth, guess, [str(i) for i in range(200)], LABELS)
    wide, narrow = intervals(by_rep)["accuracy"], intervals(by_row, draws=300)["accuracy"]
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])
    assert intervals(by_rep[:1]) == {}
    assert intervals(by_rep) == intervals(by_rep), "the same seed gives the same interval"


def test_paired_difference() -> None:
    """Equal models differ by nothing; a model that repairs the other's errors in every rep is really better."""
    truth = ["a", "b"] * 50
    groups = [f"rep {i // 10}" for i in range(100)]
    worse = ["a" if i % 5 else "b" for i in range(100)]
    _, a = group_counts(truth, worse, groups, LABELS)
    _, b = group_counts(truth, truth, groups, LABELS)
    same = paired(a, a)["accuracy"]
    assert (same["difference"], same["real"]) == (0, False)
    better = paired(a, b)["accuracy"]
    assert better["real"]
    assert better["ci"][0] > 0
    assert better["p"] <= 0.01


def test_calibration_of_a_calibrated_model() -> None:
    """The ECE of outcomes drawn from the confidences lies in its null band; that of a boaster lies above it."""
    rng = np.random.default_rng(0)
    p = rng.uniform(0.3, 1.0, 800)
    honest = calibration(p, rng.random(800) < p)
    assert honest["ece_null"][0] * 0.5 <= honest["ece"] <= honest["ece_null"][2] * 1.3
    boaster = calibration(np.full(800, 0.95), rng.random(800) < 0.6)
    assert boaster["ece"] == pytest.approx(0.35, abs=0.05)
    assert boaster["ece"] > boaster["ece_null"][2]
    assert calibration([], [])["bins"] == []


def test_null_band_is_that_of_the_literature() -> None:
    """At n = 100 the median ECE of a calibrated 10-bin model is near .068 (see the design's evidence), at 500 near .030."""
    rng = np.random.default_rng(3)
    for n, expected in ((100, 0.068), (500, 0.030)):
        p = rng.uniform(0.0, 1.0, n)
        assert calibration(p, rng.random(n) < p)["ece_null"][1] == pytest.approx(expected, abs=0.035)


def test_threshold_reaches_its_precision() -> None:
    """Above the threshold answers are right as often as asked, and it is 0 where all answers together are."""
    confidence = np.linspace(0, 1, 200)
    right = np.arange(200) >= 60
    threshold = threshold_for(confidence, right, 0.9)
    assert right[confidence >= threshold].mean() >= 0.9
    assert right[confidence >= threshold - 0.05].mean() < 0.9
    assert threshold_for(confidence, np.ones(200, bool), 0.9) == 0.0
    assert threshold_for(confidence, np.zeros(200, bool), 0.9) > 0


def test_wilson_of_the_evidence_page() -> None:
    """27 of 133 has the 95 % Wilson interval 14.3 to 27.9 %."""
    low, high = wilson(27, 133)
    assert (round(low, 3), round(high, 3)) == (0.143, 0.279)
    assert wilson(0, 0) == (0.0, 1.0)
