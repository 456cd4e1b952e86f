"""The shipped models in plain numpy answer as scikit-learn does; what is of another make is left to scikit-learn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vmaudio.classify import CLAUSE_COLUMNS, MESSAGE_COLUMNS, ModelStore
from vmaudio.classify.model_folder import TRUSTED_TYPES
from vmaudio.classify.plain import PlainClassifier, plain
from vmaudio.classify.plain_reading import NotPlain, read_fitted

SAID = "hi dana i saw your sign is dark ? call me at xdigitx it takes an hour don't wait thank you xcallerx".split()


def both(name: str) -> tuple[Any, Any]:
    """A shipped model in plain form, and by scikit-learn."""
    data = (ModelStore().folder(name, "1").path / "model.skops").read_bytes()
    return plain(read_fitted(data)), skops.io.loads(data, trusted=list(TRUSTED_TYPES))


def rows(columns: int, texts: int) -> np.ndarray:
    """Made-up rows: texts, one of them empty, then measures with gaps and zeros."""
    rng = np.random.default_rng(7)
    made = np.empty((40, columns), dtype=object)
    for row in made:
        row[:texts] = [" ".join(rng.choice(SAID, rng.integers(0, 30))) for _ in range(texts)]
    made[:, texts:] = rng.random((40, columns - texts)) * (rng.random((40, columns - texts)) < 0.4)
    made[0, :texts] = ""
    if columns > texts:
        made[1, texts] = np.nan
    return made


@pytest.mark.parametrize(
    ("name", "member", "columns"),
    [("part", "found", CLAUSE_COLUMNS), ("part", "given", CLAUSE_COLUMNS), ("approach", None, MESSAGE_COLUMNS)],
)
def test_texts_and_measures(name: str, member: str | None, columns: tuple[str, ...]) -> None:
    """Parts and approaches: the same probabilities but for the last bits of the exponential."""
    ours, theirs = (each[member] if member else each for each in both(name))
    made = rows(len(columns), 3)
    np.testing.assert_allclose(ours.predict_proba(made), theirs.predict_proba(made), rtol=0, atol=1e-14)
    assert ours.classes_.tolist() == theirs.classes_.tolist()


def test_letters_of_words() -> None:
    """The reason model: words, and letters in a row within them, also of words shorter than these."""
    ours, theirs = both("reason")
    made = rows(1, 1)
    made[1] = "i  a\tb we're\u00a0here"
    np.testing.assert_allclose(ours.predict_proba(made), theirs.predict_proba(made), rtol=0, atol=1e-5)  # float32 sums there


def test_measures() -> None:
    """Axes of delivery: numbers alone, with gaps, also very large ones."""
    ours, theirs = both("tone")
    assert ours.keys() == theirs.keys()
    for axis, classifier in theirs.items():
        made = np.random.default_rng(3).normal(0, 50, (30, classifier.n_features_in_))
        made[0, 0], made[1] = np.nan, 1e6
        np.testing.assert_allclose(ours[axis].predict_proba(made), classifier.predict_proba(made), rtol=0, atol=1e-14)


def test_shipped_models_need_no_scikit_learn() -> None:
    """The store gives the plain form of what ships, and loads neither skops nor scikit-learn for it."""
    code = (
        "import sys; from vmaudio.classify import ModelStore; "
        "models = [ModelStore().load(name) for name in ('part', 'approach', 'tone')]; "
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'skops')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert isinstance(ModelStore().load("approach").estimator, PlainClassifier)


def test_another_make_is_left_to_scikit_learn(tmp_path: Path) -> None:
    """A classifier without the calibration, and one with another calibration, are read by skops."""
    x, y = np.random.default_rng(0).normal(size=(40, 3)), np.tile(["a", "b"], 20)
    bare = make_pipeline(StandardScaler(), LogisticRegression())
    for estimator in (bare.fit(x, y), CalibratedClassifierCV(bare, method="isotonic", ensemble=False).fit(x, y)):
        with pytest.raises(NotPlain):
            plain(read_fitted(skops.io.dumps(estimator)))
