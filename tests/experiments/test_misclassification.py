"""Undoing a classifier's errors."""

from __future__ import annotations

import numpy as np
import pytest

from vmaudio.experiments.misclassification import Corrected, confusion_of, correct_misclassification


@pytest.mark.parametrize(
    "meta",
    [
        {"confusion": {"labels": ["a", "b"], "matrix": [[8, 2], [1, 9]]}},
        {"metrics": {"confusion": {"labels": ["a", "b"], "matrix": [[8, 2], [1, 9]]}}},
        {"confusion": {"a": {"a": 8, "b": 2}, "b": {"a": 1, "b": 9}}},
        {"classes": ["a", "b"], "confusion": [[8, 2], [1, 9]]},
    ],
)
def test_confusion_matrices_are_found(meta: dict[str, object]) -> None:
    """The matrix is read in whichever form a card has it, truth in rows."""
    found = confusion_of(meta)
    assert found is not None
    assert found[0] == ["a", "b"]
    assert found[1].tolist() == [[8, 2], [1, 9]]
    assert found[2] is True


def test_answers_that_the_model_stands_by_come_first() -> None:
    """The matrix without unclear answers is preferred: the arms are without them too."""
    one, two = {"labels": ["a", "b"], "matrix": [[8, 2], [1, 9]]}, {"labels": ["a", "b"], "matrix": [[8, 0], [1, 7]]}
    found = confusion_of({"metrics": {"confusion": one, "confusion_answered": two}})
    assert found is not None
    assert found[1].tolist() == [[8, 0], [1, 7]]
    assert found[2] is False


@pytest.mark.parametrize("meta", [{}, {"confusion": "none"}, {"confusion": {"labels": ["a"], "matrix": [[1, 2], [3, 4]]}}])
def test_no_confusion_matrix(meta: dict[str, object]) -> None:
    """Without a readable matrix there is a sentence, not a number."""
    assert isinstance(correct_misclassification(["a", "b"], [10, 10], [1, 2], meta), str)


def test_expected_counts_are_undone_exactly() -> None:
    """Counts that are exactly what the errors make of 20 and 10 % give 20 and 10 % back, also with unequal shares."""
    truth_n = np.array([3000.0, 1000.0])
    errors = np.array([[0.85, 0.15], [0.25, 0.75]])
    n = truth_n @ errors
    events = (truth_n * np.array([0.20, 0.10])) @ errors
    meta = {"confusion": {"labels": ["a", "b"], "matrix": (errors * 1000).tolist()}}
    found = correct_misclassification(["a", "b"], n.astype(int).tolist(), events.astype(int).tolist(), meta)
    assert isinstance(found, Corrected)
    assert found.rates.tolist() == pytest.approx([0.20, 0.10], abs=2e-3)
    assert found.purity[0] == pytest.approx(3000 * 0.85 / n[0], abs=1e-3)


def test_fifteen_percent_errors_leave_seventy_percent() -> None:
    """15 % symmetric errors with equal shares shrink a difference to 70 %, and undoing gives it back with a wider interval."""
    meta = {"confusion": {"labels": ["a", "b"], "matrix": [[85, 15], [15, 85]]}}
    found = correct_misclassification(["a", "b"], [1000, 1000], [185, 115], meta)
    assert isinstance(found, Corrected)
    d, low, high = found.difference(0, 1)
    assert d == pytest.approx(0.07 / 0.7)
    assert high - low > 1.4 * 2 * 1.96 * (2 * 0.15 * 0.85 / 1000) ** 0.5 * 0.95


def test_hopeless_errors_are_not_undone() -> None:
    """A classifier that hardly knows the classes apart, or one never tested on a class, gives a sentence."""
    meta = {"confusion": {"labels": ["a", "b"], "matrix": [[51, 49], [49, 51]]}}
    assert "confused too often" in str(correct_misclassification(["a", "b"], [100, 100], [10, 20], meta))
    meta = {"confusion": {"labels": ["a", "b"], "matrix": [[51, 49], [0, 0]]}}
    assert "fewer than 10 messages of 'b'" in str(correct_misclassification(["a", "b"], [100, 100], [10, 20], meta))
    assert "does not know" in str(correct_misclassification(["a", "z"], [100, 100], [10, 20], meta))


@pytest.mark.parametrize(("errors", "share"), [(((0.85, 0.15), (0.15, 0.85)), 0.5), (((0.9, 0.1), (0.2, 0.8)), 0.35)])
def test_undone_estimates_are_nearly_unbiased_and_their_intervals_honest(
    errors: tuple[tuple[float, float], ...], share: float
) -> None:
    """A true difference of 10 points, mixed by errors known from 80 messages of each class, comes back on average."""
    rng = np.random.default_rng(11)
    wrong = np.array(errors)
    seen, fixed, inside = [], [], 0
    for _ in range(120):
        matrix = [rng.multinomial(80, row).tolist() for row in wrong]
        truth = (rng.random(1500) >= share).astype(int)
        answer = (rng.random(1500) >= wrong[truth, 0]).astype(int)
        y = rng.random(1500) < np.where(truth == 0, 0.20, 0.10)
        n = np.bincount(answer, minlength=2).tolist()
        events = np.bincount(answer, weights=y, minlength=2).astype(int).tolist()
        done = correct_misclassification(["a", "b"], n, events, {"confusion": {"labels": ["a", "b"], "matrix": matrix}})
        assert isinstance(done, Corrected)
        d, low, high = done.difference(0, 1)
        seen.append(events[0] / n[0] - events[1] / n[1])
        fixed.append(d)
        inside += low <= 0.10 <= high
    assert np.mean(seen) < 0.08
    assert np.mean(fixed) == pytest.approx(0.10, abs=0.008)  # three standard errors of the mean
    assert inside >= 107  # 95 % of 120 is 114; fewer than 107 would happen once in 500 tries


def test_a_matrix_of_few_messages_makes_a_wide_interval() -> None:
    """What is known from 20 messages of a class gives a wider interval than what is known from 2,000."""
    widths = []
    for times in (1, 100):
        meta = {"confusion": {"labels": ["a", "b"], "matrix": [[17 * times, 3 * times], [3 * times, 17 * times]]}}
        found = correct_misclassification(["a", "b"], [5000, 5000], [925, 575], meta)
        assert isinstance(found, Corrected)
        _, low, high = found.difference(0, 1)
        widths.append(high - low)
    assert widths[0] > 1.3 * widths[1]
