"""Fitted classifiers in plain numpy: what the shipped models are made of, answering as scikit-learn does.

A sigmoid-calibrated linear classifier over columns of measures, or of texts, measures and cues side by side. The sums run in
scikit-learn's order and number types, so that the answers are the same but for the last bits of the exponential. An
estimator of another make, or with other settings, is `NotPlain`: scikit-learn then answers itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from vmaudio.classify.plain_reading import Fitted, NotPlain

Step = Callable[[np.ndarray], np.ndarray]


class PlainClassifier:
    """A calibrated linear classifier.

    Args:
        fitted: a ``CalibratedClassifierCV`` (sigmoid, not an ensemble) over a pipeline.

    Attributes:
        classes_: labels, in the order of the answers' columns.

    Raises:
        NotPlain: it is of another make.
    """

    def __init__(self, fitted: Fitted) -> None:
        _of_kind(fitted, "CalibratedClassifierCV").holds(method="sigmoid", ensemble=False)
        (inner,) = fitted["calibrated_classifiers_"]
        _of_kind(inner, "_CalibratedClassifier").holds(method="sigmoid")
        self.classes_: np.ndarray = fitted["classes_"]
        *before, linear = _steps(inner["estimator"])
        if not isinstance(linear, Fitted) or linear.kind not in ("LinearSVC", "LogisticRegression"):
            raise NotPlain("the last step is no linear classifier")
        for labels in (inner["classes"], linear["classes_"]):
            if labels.tolist() != self.classes_.tolist():
                raise NotPlain("the calibration has other classes")
        self._weights = np.ascontiguousarray(linear["coef_"].T, dtype=float)  # (columns, classes), one where there are two
        self._intercept = np.asarray(linear["intercept_"], dtype=float)
        lines = inner["calibrators"]
        self._slope, self._offset = (np.array([float(line[name]) for line in lines]) for name in ("a_", "b_"))
        if len(lines) != len(self._intercept) or len(self._intercept) != (len(self.classes_) if len(self.classes_) > 2 else 1):
            raise NotPlain("the calibration is of other scores")
        self._blocks: _Blocks | None = None
        if len(before) == 1 and before[0].kind == "ColumnTransformer":
            self._blocks, before = _Blocks(before[0]), []
        self._measures = _measures(before)

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """How probable each class is.

        Args:
            rows: (n, columns), as in fitting: numbers, or texts and numbers.

        Returns:
            (n, classes), rows sum to 1.
        """
        if self._blocks:
            scores = np.array([self._sparse_scores(columns, values) for columns, values in self._blocks(rows)])
            scores = scores.reshape(len(rows), -1)
        else:
            scores = self._measures(_numbers(rows)) @ self._weights
        scores += self._intercept
        with np.errstate(over="ignore"):  # a chance of nothing
            chances = 1 / (1 + np.exp(self._slope * scores + self._offset))
        if len(self.classes_) == 2:
            return np.hstack([1 - chances, chances])
        total = chances.sum(axis=1, keepdims=True)
        even = np.full_like(chances, 1 / len(self.classes_))
        return np.divide(chances, total, out=even, where=total != 0)

    def _sparse_scores(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The scores of a row that has few columns, added up one after another as scipy does."""
        products = values[:, None] * self._weights[columns]
        return np.add.accumulate(products, axis=0)[-1] if len(products) else np.zeros(self._weights.shape[1])


class _Blocks:
    """Texts and measures side by side, each block with its weight: the columns of a row that are not zero."""

    def __init__(self, fitted: Fitted) -> None:
        fitted.holds(remainder="drop", sparse_output_=True)
        weights: Mapping[str, float] = fitted["transformer_weights"] or {}
        self._parts: list[tuple[Any, _Text | Step, float]] = []
        self._widths: list[int] = []
        for name, block, column in fitted["transformers_"]:
            if name == "remainder" and block == "drop":
                continue
            steps = _steps(block)
            weight = float(weights.get(name, 1.0))
            if steps[0].kind == "TfidfVectorizer" and len(steps) == 1 and isinstance(column, int):
                text = _Text(steps[0])
                self._parts.append((column, text, weight))
                self._widths.append(text.width)
            elif isinstance(column, slice):
                self._parts.append((column, _measures(steps), weight))
                self._widths.append(len(range(column.start, column.stop, column.step or 1)))
            else:
                raise NotPlain(f"block {name} reads the columns {column!r}")

    def __call__(self, rows: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each row its columns that are not zero, ascending, and their values."""
        found: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in rows]
        begin = 0
        for (column, block, weight), width in zip(self._parts, self._widths, strict=True):
            if isinstance(block, _Text):
                for row, text in zip(found, rows[:, column], strict=True):
                    places, values = block(text)
                    row.append((places + begin, (values * np.float32(weight)).astype(float)))
            else:
                measured = block(_numbers(rows[:, column])) * weight
                for row, values in zip(found, measured, strict=True):
                    (places,) = np.nonzero(values)
                    row.append((places + begin, values[places]))
            begin += width
        return [(np.concatenate([c for c, _ in row]), np.concatenate([v for _, v in row])) for row in found]


class _Text:
    """Words and pairs of words, or letters in a row within words, weighted by how rare they are (TF-IDF)."""

    def __init__(self, fitted: Fitted) -> None:
        self._letters = fitted["analyzer"] == "char_wb"
        fitted.holds(
            analyzer="char_wb" if self._letters else "word", preprocessor=None, tokenizer=None, strip_accents=None,
            stop_words=None, lowercase=True,
            binary=False, dtype="numpy.float32", norm="l2", use_idf=True, sublinear_tf=True,
        )  # fmt: skip
        _of_kind(fitted["_tfidf"], "TfidfTransformer").holds(norm="l2", use_idf=True, sublinear_tf=True)
        self._words: Mapping[str, int] = fitted["vocabulary_"]
        self._rarity: np.ndarray = fitted["_tfidf"]["idf_"]
        self._pattern = re.compile(fitted["token_pattern"])
        self._lengths = range(fitted["ngram_range"][0], fitted["ngram_range"][1] + 1)
        self.width = len(self._rarity)
        if self._pattern.groups > 1 or self._rarity.dtype != np.float32:
            raise NotPlain("texts are cut or weighted in another way")

    def __call__(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The columns of a text that are not zero, ascending, and their values, float32."""
        terms = self._in_letters(text.lower()) if self._letters else self._in_words(text.lower())
        counts = Counter(self._words[term] for term in terms if term in self._words)
        places = np.array(sorted(counts), dtype=int)
        values = np.log(np.array([counts[place] for place in places.tolist()], dtype=np.float32)) + np.float32(1)
        values *= self._rarity[places]
        length = np.sqrt(np.add.accumulate((values * values).astype(float))[-1]) if len(values) else 1.0
        return places, (values / length).astype(np.float32)

    def _in_words(self, text: str) -> Iterator[str]:
        tokens = self._pattern.findall(text)
        for length in self._lengths:
            for i in range(len(tokens) - length + 1):
                yield " ".join(tokens[i : i + length])

    def _in_letters(self, text: str) -> Iterator[str]:
        """Letters in a row of each word, with a space on either side of it; a word that is shorter counts once."""
        for word in (f" {one} " for one in text.split()):
            for length in self._lengths:
                for i in range(max(1, len(word) - length + 1)):
                    yield word[i : i + length]
                if length >= len(word):
                    break


def plain(fitted: Fitted | Mapping[str, Any]) -> PlainClassifier | dict[str, PlainClassifier]:
    """The plain form of a fitted classifier, or of several by name.

    Args:
        fitted: from `plain_reading.read_fitted`.

    Raises:
        NotPlain: one is of another make.
    """
    if isinstance(fitted, Fitted):
        return PlainClassifier(fitted)
    return {name: PlainClassifier(each) for name, each in fitted.items()}


def _of_kind(value: Any, kind: str) -> Fitted:
    """An estimator that must be of a class."""
    if not isinstance(value, Fitted) or value.kind != kind:
        raise NotPlain(f"{value!r:.60} is no {kind}")
    return value


def _steps(value: Any) -> list[Fitted]:
    """The steps of a pipeline; of another estimator, itself."""
    if not isinstance(value, Fitted):
        raise NotPlain(f"{value!r:.60} is no estimator")
    return [step for _, each in value["steps"] for step in _steps(each)] if value.kind == "Pipeline" else [value]


def _numbers(rows: np.ndarray) -> np.ndarray:
    """Columns of numbers as scikit-learn takes them.

    Raises:
        ValueError: one is infinite.
    """
    values = np.asarray(rows, dtype=float)
    if np.isinf(values).any():
        raise ValueError("Input contains infinity or a value too large for dtype('float64').")
    return values


def _measures(steps: list[Fitted]) -> Step:
    """What a chain of steps does to columns of numbers."""
    ways = [_measure(step) for step in steps]

    def all_of_them(values: np.ndarray) -> np.ndarray:
        for way in ways:
            values = way(values)
        return values

    return all_of_them


def _measure(step: Fitted) -> Step:
    """What one step does to columns of numbers."""
    if step.kind == "SimpleImputer":
        step.holds(add_indicator=False, keep_empty_features=True)
        filling = step["statistics_"].astype(float)
        if not np.isnan(step["missing_values"]) or np.isnan(filling).any():
            raise NotPlain("gaps are filled in another way")
        return lambda values: np.where(np.isnan(values), filling, values)
    if step.kind == "StandardScaler":
        step.holds(with_mean=True, with_std=True)
        mean, scale = step["mean_"], step["scale_"]
        return lambda values: (values - mean) / scale
    if step.kind == "MaxAbsScaler":
        step.holds(clip=False)
        greatest = step["scale_"]
        return lambda values: values / greatest
    raise NotPlain(f"the step {step.kind}")
