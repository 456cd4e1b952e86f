"""The scikit-learn pipelines that training chooses among, unfitted."""

from __future__ import annotations

from typing import Any

import numpy as np

from vmaudio.classify import CLAUSE_COLUMNS, CLAUSE_CUES, CLAUSE_TEXTS, MESSAGE_COLUMNS, MESSAGE_CUES, MESSAGE_TEXTS


def classifier(kind: str, c: float) -> Any:
    """A linear classifier with class weights.

    Args:
        kind: "svm" (support vectors) or "logistic" (logistic regression).
        c: inverse strength of the penalty.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if kind == "svm":
        return LinearSVC(C=c, class_weight="balanced", dual=True, random_state=0, tol=1e-3, max_iter=5000)
    return LogisticRegression(C=c, class_weight="balanced", tol=1e-3, max_iter=2000)


def part_pipeline(kind: str, c: float, neighbours: float = 0.5) -> Any:
    """Words of the clause and of its neighbours, its place, and its cues; the weights put the blocks on one scale.

    Args:
        kind: of the classifier.
        c: of the classifier.
        neighbours: weight of the neighbours' words; 0 leaves them out.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler

    first, cue, end = CLAUSE_TEXTS, CLAUSE_CUES, len(CLAUSE_COLUMNS)
    around = [("before", _text(min_df=3, max_features=600), 1), ("after", _text(min_df=3, max_features=600), 2)]
    blocks = ColumnTransformer(
        [
            ("words", _text(ngram_range=(1, 2), min_df=2, max_features=4000), 0),
            *(around if neighbours else []),
            ("place", _measures(), slice(first, cue)),
            ("cues", MaxAbsScaler(), slice(cue, end)),  # not centred, so that they stay sparse
        ],
        transformer_weights={"words": 1.0, "before": neighbours, "after": neighbours, "place": 0.3, "cues": 0.6}
        if neighbours
        else {"words": 1.0, "place": 0.3, "cues": 0.6},
    )
    return make_pipeline(blocks, classifier(kind, c))


def approach_pipeline(kind: str, c: float, cues: float = 0.6, measures: float = 0.3) -> Any:
    """Words of the message, words of what it is about, its parts and their order, and cues.

    Args:
        kind: of the classifier.
        c: of the classifier.
        cues: weight of the cue phrases.
        measures: weight of parts and order.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler

    first, cue, end = MESSAGE_TEXTS, MESSAGE_CUES, len(MESSAGE_COLUMNS)
    blocks = ColumnTransformer(
        [
            ("words", _text(ngram_range=(1, 2), min_df=3, max_features=3000), 0),
            ("matter", _text(ngram_range=(1, 2), min_df=2, max_features=2000), 1),
            ("reason", _text(min_df=2, max_features=1000), 2),
            ("parts", _measures(), slice(first, cue)),
            ("cues", MaxAbsScaler(), slice(cue, end)),
        ],
        transformer_weights={"words": 1.0, "matter": 0.7, "reason": 0.7, "parts": measures, "cues": cues},
    )
    return make_pipeline(blocks, classifier(kind, c))


def reason_pipeline(c: float, letters: float = 1.0) -> Any:
    """Words of the message, and letters in a row within them.

    Args:
        c: of the logistic regression.
        letters: weight of the letters.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline

    blocks = ColumnTransformer(
        [
            ("words", _text(ngram_range=(1, 2), min_df=2, max_features=6000), 0),
            ("letters", _text("char_wb", ngram_range=(2, 4), min_df=3, max_features=8000), 0),
        ],
        transformer_weights={"words": 1.0, "letters": letters},
    )
    return make_pipeline(blocks, classifier("logistic", c))


def _text(analyzer: str = "word", **options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if analyzer == "word":
        options.setdefault("token_pattern", r"[\w']+|\?")
    return TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32, **options)


def _measures() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
