"""A model folder: what lies in it, and how it is checked and loaded. This module knows nothing about voicemails.

The folder holds ``model.skops`` (scikit-learn estimators, written by skops, never pickle), ``model.json`` (what it is:
classes, thresholds, metrics, the SHA-256 of model.skops, the feature schema), ``card.md`` (the same for people) and pictures
as SVG.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.errors import ModelMissing, ModelRefused
from vmaudio.records import FEATURE_SCHEMA, parse_json

TRUSTED_TYPES = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
)
"""Types that a model file may contain besides those that skops itself trusts. Reviewed by hand: the three hold arrays,
numbers and names, and none runs code of the file's choosing when it is built. Trees are left out on purpose: their node
tables are read by compiled code without bounds checks. Add a type only after reading its source."""

ESTIMATOR_FILE = "model.skops"
META_FILE = "model.json"
CARD_FILE = "card.md"
FORMAT = 1
"""Version of the layout of model.json. Raise it when a key changes its meaning."""

MODEL_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
"""What a model may be called."""
_DAMAGED = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, ImportError,
    RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """Where one version of a model lies.

    Attributes:
        name: of the model: "part", "approach", "tone", "callback" ...
        version: of it, usually a number.
        path: the folder.
        origin: "user", "shipped" or "path" (opened by path, not promoted).
    """

    name: str
    version: str
    path: Path
    origin: str

    @property
    def model_id(self) -> str:
        """``name/version``, as stored with every result that the model made."""
        return f"{self.name}/{self.version}"

    def meta(self) -> dict[str, Any]:
        """Read model.json.

        Raises:
            ModelRefused: it is absent or is no JSON object.
        """
        path = self.path / META_FILE
        try:
            meta = parse_json(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ModelRefused(
                f"{path} cannot be read ({error.strerror}): the folder is no complete model. Train it again."
            ) from None
        except ValueError as error:
            raise ModelRefused(f"{path} is damaged ({error}). Restore it from your copy, or train the model again.") from None
        if not isinstance(meta, dict):
            raise ModelRefused(f"{path} is damaged (not an object). Restore it from your copy, or train the model again.")
        return meta

    def card(self) -> str:
        """The model card as Markdown; empty when there is none."""
        path = self.path / CARD_FILE
        return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A loaded model.

    Attributes:
        name: of the model.
        version: of it.
        model_id: ``name/version``, as stored with every result that the model made.
        estimator: a fitted scikit-learn estimator, or a mapping of names to such; of calibrated linear classifiers, as those
            that ship, the plain form (`vmaudio.classify.plain`), which has ``classes_`` and ``predict_proba``.
        meta: the values of model.json.
        notes: sentences worth showing, as when the model was saved by another scikit-learn.
    """

    name: str
    version: str
    model_id: str
    estimator: Any
    meta: dict[str, Any]
    notes: tuple[str, ...] = ()


_cache: dict[tuple[str, str], Model] = {}


def open_folder(path: Path) -> ModelFolder:
    """Describe a model folder by its path.

    Args:
        path: of the folder that holds model.json.

    Raises:
        ModelMissing: there is no model.json in it.
        ModelRefused: model.json is damaged.
    """
    if not (path / META_FILE).is_file():
        raise ModelMissing(f"{path} holds no model ({META_FILE} is not there). Give the folder that training wrote.")
    found = ModelFolder("", path.resolve().name, path, "path")
    name = found.meta().get("name")
    if not isinstance(name, str) or not MODEL_NAME.fullmatch(name):
        raise ModelRefused(f"{path / META_FILE} does not say which model it is. Train the model again.")
    return ModelFolder(name, found.version, path, "path")


def load_folder(folder: ModelFolder) -> Model:
    """Check and load a model; loaded models are kept for the life of the process.

    Args:
        folder: where it lies.

    Raises:
        ModelRefused: another format or feature schema, untrusted types, a damaged file, or other answers under another
            scikit-learn.
    """
    meta = folder.meta()
    path = folder.path / ESTIMATOR_FILE
    if meta.get("format") != FORMAT:
        raise ModelRefused(
            f"Model {folder.model_id} in {folder.path} has format {meta.get('format')}, and this vmaudio reads {FORMAT}. "
            "Train it again with this vmaudio, or use the vmaudio that wrote it."
        )
    if meta.get("feature_schema") != FEATURE_SCHEMA:
        raise ModelRefused(
            f"Model {folder.model_id} in {folder.path} was trained on feature schema {meta.get('feature_schema')!r}, and "
            f"this vmaudio measures {FEATURE_SCHEMA!r}. Train it again with `vmaudio models train {folder.name}`."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelRefused(
            f"{path} cannot be read ({error.strerror}). Restore it from your copy, or train the model again."
        ) from None
    digest = hashlib.sha256(data).hexdigest()
    key = (str(folder.path.resolve()), digest + folder.model_id)
    if key in _cache:
        return _cache[key]
    if digest != meta.get("sha256"):
        raise ModelRefused(
            f"{path} is damaged: its SHA-256 is not the one in {META_FILE}. Restore it from your copy, or train it again."
        )
    notes: tuple[str, ...] = ()
    estimator = _read_plain(data, meta)
    if estimator is None:
        refuse_untrusted(data, str(path))
        estimator, notes = _read(data, path, meta)
    model = Model(folder.name, folder.version, folder.model_id, estimator, meta, notes)
    _cache[key] = model
    return model


def _read_plain(data: bytes, meta: Mapping[str, Any]) -> Any:
    """The estimator in plain numpy, which spares loading scikit-learn; None where skops has to read it.

    That is where the estimator is of another make, where it was saved by another scikit-learn, or where the answers to the
    probe are not those that scikit-learn gave.
    """
    from importlib.metadata import version

    from vmaudio.classify.plain import plain
    from vmaudio.classify.plain_reading import NotPlain, read_fitted

    if meta.get("scikit_learn") != version("scikit-learn") or not meta.get("probe"):
        return None
    try:
        estimator = plain(read_fitted(data))
    except (NotPlain, *_DAMAGED):
        return None
    return estimator if _answers_as_before(estimator, meta["probe"]) else None


def _read(data: bytes, path: Path, meta: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    import sklearn
    import skops.io
    from sklearn.exceptions import InconsistentVersionWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InconsistentVersionWarning)  # its answers are compared below
            estimator = skops.io.loads(data, trusted=list(TRUSTED_TYPES))
    except _DAMAGED as error:
        raise ModelRefused(f"{path} cannot be read ({error}). Restore it from your copy, or train the model again.") from None
    if meta.get("scikit_learn") == sklearn.__version__:
        return estimator, ()
    note = f"saved by scikit-learn {meta.get('scikit_learn')}, read by {sklearn.__version__}"
    if not _answers_as_before(estimator, meta.get("probe") or {}):
        raise ModelRefused(
            f"{path} does not answer as it did when it was saved ({note}). Train it again with "
            f"`vmaudio models train {meta.get('name')}`, or install scikit-learn=={meta.get('scikit_learn')}."
        )
    return estimator, (note + "; its probe answers are the same",)


def probe(estimator: Any, rows: Mapping[str, Any]) -> dict[str, Any]:
    """Made-up rows with the answers that a fitted estimator gives, for model.json: loading under another scikit-learn compares.

    No row of anybody's message is kept: texts are made of everyday words, and numbers are the quarter, middle and
    three-quarter points of their columns.

    Args:
        estimator: as in `ModelStore.save`.
        rows: for each of the estimator's names ("" for a single one), an object or float array (n_rows, n_columns) of text and
            numbers, from which the columns' kinds and sizes are taken.

    Returns:
        For each name its ``rows`` and the ``probabilities`` of its answers, as plain lists.
    """
    made = {name: _made_up(np.asarray(x)) for name, x in rows.items()}
    return {
        name: {
            "rows": [[None if isinstance(v, float) and not np.isfinite(v) else v for v in row] for row in x.tolist()],
            "probabilities": np.round(_member(estimator, name).predict_proba(x), 6).tolist(),
        }
        for name, x in made.items()
    }


_MADE_UP = (
    "hello this is xcallerx with xcompanyx",
    "kindly call xdigitx some day when it suits you",
    "we can send you a sample for free and you can tell me if you like it thank you goodbye",
)


def _made_up(x: np.ndarray) -> np.ndarray:
    rows = np.empty((len(_MADE_UP), x.shape[1]), dtype=x.dtype)
    for column in range(x.shape[1]):
        values = x[:, column]
        if any(isinstance(value, str) for value in values):
            rows[:, column] = _MADE_UP
        else:
            numbers = values.astype(float)
            numbers = numbers[np.isfinite(numbers)]
            # rounded, so that a column in which every message differs gives no message away
            rows[:, column] = [float(f"{q:.3g}") for q in np.quantile(numbers, (0.25, 0.5, 0.75))] if len(numbers) else 0.0
    return rows


def _answers_as_before(estimator: Any, probes: Mapping[str, Any]) -> bool:
    try:
        for name, known in probes.items():
            rows = np.empty((len(known["rows"]), len(known["rows"][0])), dtype=object)
            for i, row in enumerate(known["rows"]):
                rows[i] = [np.nan if value is None else value for value in row]
            if not any(isinstance(value, str) for value in rows[0]):
                rows = rows.astype(float)
            if not np.allclose(_member(estimator, name).predict_proba(rows), known["probabilities"], atol=1e-4):
                return False
    except _DAMAGED:
        return False
    return True


def _member(estimator: Any, name: str) -> Any:
    return estimator[name] if name else estimator


def refuse_untrusted(data: bytes, where: str) -> None:
    """Refuse the bytes of a model file that holds other types than skops' own and `TRUSTED_TYPES`.

    Args:
        data: as skops wrote them.
        where: the file, for the message.

    Raises:
        ModelRefused: other types, or no model file.
    """
    import skops.io

    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED_TYPES))
    except _DAMAGED as error:
        raise ModelRefused(
            f"{where} is no model file ({error}). Restore it from your copy, or train the model again."
        ) from None
    if unknown:
        raise ModelRefused(
            f"{where} asks for types that vmaudio does not trust: {', '.join(unknown)}. It was not loaded. "
            "Do not use it unless you made it; a model made by `vmaudio models train` needs none of them."
        )
