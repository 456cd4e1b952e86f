"""Model folders: find, check, load, save and promote them. This module knows nothing about voicemails.

A model is a folder ``<name>/<version>/`` with ``model.skops`` (scikit-learn estimators, written by skops, never pickle),
``model.json`` (what it is: classes, thresholds, metrics, the SHA-256 of model.skops, the feature schema), ``card.md`` (the
same for people) and pictures as SVG. ``<name>/CURRENT`` holds the version in use. Models that ship with vmaudio are read
only; ``promote`` writes to the user's folder, which is looked at first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio import settings
from vmaudio.errors import ModelMissing, ModelRefused
from vmaudio.records import FEATURE_SCHEMA

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
CURRENT_FILE = "CURRENT"
FORMAT = 1
"""Version of the layout of model.json. Raise it when a key changes its meaning."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,40}")
_DAMAGED = (
    zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, ImportError,
    RuntimeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """Where one version of a model lies. ``origin`` is "user", "shipped" or "path" (opened by path, not promoted)."""

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
            meta = json.loads(path.read_text(encoding="utf-8"))
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
    """A loaded model. ``estimator`` is a fitted scikit-learn estimator, or a mapping of names to such; ``meta`` is model.json.

    ``notes`` are sentences worth showing, as when the model was saved by another scikit-learn.
    """

    name: str
    version: str
    model_id: str
    estimator: Any
    meta: dict[str, Any]
    notes: tuple[str, ...] = ()


_cache: dict[tuple[str, str], Model] = {}


class ModelStore:
    """Models by name and version, the user's before those that ship.

    ``user_dir`` defaults to the setting ``models_dir``, and that to ``models`` in the user's data folder. The folder is
    made when something is promoted, not before.
    """

    def __init__(self, user_dir: Path | None = None, shipped_dir: Path | None = None) -> None:
        self.user_dir = Path(user_dir) if user_dir is not None else _default_user_dir()
        self.shipped_dir = Path(shipped_dir) if shipped_dir is not None else _shipped_dir()

    def names(self) -> tuple[str, ...]:
        """Names of all models that have at least one version, sorted."""
        found = {
            path.name
            for root in (self.user_dir, self.shipped_dir)
            if root.is_dir()
            for path in root.iterdir()
            if path.is_dir() and _NAME.fullmatch(path.name) and self.versions(path.name)
        }
        return tuple(sorted(found))

    def versions(self, name: str) -> tuple[str, ...]:
        """Versions of a model, in order (numbers by value); empty when there is no such model."""
        found = {
            path.name
            for root in (self.user_dir, self.shipped_dir)
            if (root / name).is_dir()
            for path in (root / name).iterdir()
            if (path / META_FILE).is_file() and _VERSION.fullmatch(path.name)
        }
        return tuple(sorted(found, key=_version_key))

    def folder(self, name: str, version: str) -> ModelFolder:
        """Find one version.

        Raises:
            ModelMissing: there is no such model or version; the sentence lists those that there are.
        """
        for origin, root in (("user", self.user_dir), ("shipped", self.shipped_dir)):
            path = root / name / version
            if _NAME.fullmatch(name) and _VERSION.fullmatch(version) and (path / META_FILE).is_file():
                return ModelFolder(name, version, path, origin)
        if not self.versions(name):
            known = ", ".join(self.names()) or "none"
            raise ModelMissing(
                f"There is no model {name!r} in {self.user_dir} or {self.shipped_dir} (there: {known}). "
                "Train one with `vmaudio models train`, or install vmaudio again if its own models are gone."
            )
        raise ModelMissing(f"Model {name!r} has no version {version!r}; it has {', '.join(self.versions(name))}.")

    def current(self, name: str) -> ModelFolder:
        """The version in use: what the user promoted, else what ships.

        Raises:
            ModelMissing: there is no such model, or CURRENT names a version that is not there.
        """
        for root in (self.user_dir, self.shipped_dir):
            path = root / name / CURRENT_FILE
            if _NAME.fullmatch(name) and path.is_file():
                version = path.read_text(encoding="utf-8").strip()
                try:
                    return self.folder(name, version)
                except ModelMissing as error:
                    raise ModelMissing(f"{path} says {version!r}. {error} Promote one of them.") from None
        return self.folder(name, (self.versions(name) or ("",))[-1])

    def promoted(self, name: str) -> bool:
        """Whether somebody has said which version of the model is to be used."""
        return any((root / name / CURRENT_FILE).is_file() for root in (self.user_dir, self.shipped_dir))

    def load(self, name: str, version: str | None = None) -> Model:
        """Load a version, the current one by default; loaded models are kept for the life of the process.

        Raises:
            ModelMissing: no such model or version.
            ModelRefused: another feature schema, untrusted types, a damaged file.
        """
        return _load(self.current(name) if version is None else self.folder(name, version))

    def open(self, path: Path) -> Model:
        """Load a model from its folder, promoted or not.

        Raises:
            ModelMissing: there is no model in that folder.
            ModelRefused: as in `load`.
        """
        return _load(open_folder(Path(path)))

    def resolve(self, spec: str) -> Model:
        """Load what a user names: ``part``, ``part/2``, or the path of a model folder.

        Raises:
            ModelMissing: it is none of these.
            ModelRefused: as in `load`.
        """
        if (Path(spec) / META_FILE).is_file():
            return self.open(Path(spec))
        name, _, version = spec.partition("/")
        if _NAME.fullmatch(name) and (not version or _VERSION.fullmatch(version)):
            return self.load(name, version or None)
        raise ModelMissing(
            f"{spec} is no model: there is no {META_FILE} in it, and it is no name or name/version. "
            f"Models: {', '.join(self.names()) or 'none'}."
        )

    def save(
        self, folder: Path, estimator: Any, meta: Mapping[str, Any], card: str = "", pictures: Mapping[str, str] | None = None
    ) -> ModelFolder:
        """Write a model folder; either all of it appears, or nothing.

        Args:
            folder: ``.../<name>/<version>``, or any folder; an older model there is replaced.
            estimator: fitted stock scikit-learn estimator, or a mapping of names to such.
            meta: JSON values with at least ``name``. Format, feature schema, versions of scikit-learn and skops, the
                SHA-256 and the trusted types are added here.
            card: Markdown. pictures: file name to SVG text.

        Raises:
            ModelRefused: the estimator holds types that loading would refuse, or the folder holds something else.
        """
        import sklearn
        import skops
        import skops.io

        folder = Path(folder)
        check_target(folder)
        data = skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
        _refuse_untrusted(data, str(folder))
        full = {
            "format": FORMAT,
            **meta,
            "feature_schema": FEATURE_SCHEMA,
            "scikit_learn": sklearn.__version__,
            "skops": skops.__version__,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            (work / ESTIMATOR_FILE).write_bytes(data)
            text = json.dumps(full, indent=1, ensure_ascii=False, allow_nan=False)
            (work / META_FILE).write_text(text + "\n", encoding="utf-8")
            (work / CARD_FILE).write_text(card, encoding="utf-8")
            for name, svg in (pictures or {}).items():
                (work / name).write_text(svg, encoding="utf-8")
            work.chmod(0o755)
            _replace_folder(work, folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return open_folder(folder)

    def promote(self, name: str, version_or_path: str | Path) -> ModelFolder:
        """Make a version the current one; nothing else changes CURRENT. Writes to the user's folder only.

        A path is copied in under the next free number; it is loaded first, so that what cannot be used is not promoted.

        Raises:
            ModelMissing: no such version, or no model at the path.
            ModelRefused: the model cannot be used, or is a model of another name.
        """
        if not _NAME.fullmatch(name):
            raise ModelMissing(f"{name!r} is no model name. Models: {', '.join(self.names()) or 'none'}.")
        text = str(version_or_path)
        if isinstance(version_or_path, str) and _VERSION.fullmatch(text) and text in self.versions(name):
            folder = self.folder(name, text)
            _load(folder)
        else:
            source = open_folder(Path(version_or_path))
            if source.name != name:
                raise ModelRefused(f"{source.path} is a model {source.name!r}, not {name!r}. Promote it as {source.name}.")
            _load(source)
            numbers = [int(v) for v in self.versions(name) if v.isdigit()]
            version = str(max(numbers, default=0) + 1)
            folder = ModelFolder(name, version, self.user_dir / name / version, "user")
            folder.path.parent.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix=f".{folder.version}-", dir=folder.path.parent))
            try:
                shutil.copytree(source.path, work, dirs_exist_ok=True)
                work.chmod(0o755)
                _replace_folder(work, folder.path)
            finally:
                shutil.rmtree(work, ignore_errors=True)
        pointer = self.user_dir / name / CURRENT_FILE
        pointer.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".CURRENT-", dir=pointer.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(folder.version + "\n")
        Path(temporary).chmod(0o644)
        Path(temporary).replace(pointer)
        return folder


def open_folder(path: Path) -> ModelFolder:
    """Describe a model folder by its path.

    Raises:
        ModelMissing: there is no model.json in it.
        ModelRefused: model.json is damaged.
    """
    if not (path / META_FILE).is_file():
        raise ModelMissing(f"{path} holds no model ({META_FILE} is not there). Give the folder that training wrote.")
    found = ModelFolder("", path.resolve().name, path, "path")
    name = found.meta().get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ModelRefused(f"{path / META_FILE} does not say which model it is. Train the model again.")
    return ModelFolder(name, found.version, path, "path")


def _load(folder: ModelFolder) -> Model:
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
    _refuse_untrusted(data, str(path))
    estimator, notes = _read(data, path, meta)
    model = Model(folder.name, folder.version, folder.model_id, estimator, meta, notes)
    _cache[key] = model
    return model


def _read(data: bytes, path: Path, meta: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    import sklearn
    import skops.io
    from sklearn.exceptions import InconsistentVersionWarning

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", InconsistentVersionWarning)  # judged below by what it answers
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


def check_target(folder: Path) -> None:
    """Refuse to write a model over something else; training asks this first, before its minutes of work.

    Raises:
        ModelRefused: the folder exists, and is neither empty nor a model's.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / META_FILE).is_file())):
        raise ModelRefused(f"{folder} exists and holds no model. Give an empty or a new folder.")


def probe(estimator: Any, rows: Mapping[str, Any]) -> dict[str, Any]:
    """Rows with the answers that a fitted estimator gives, for model.json: loading under another scikit-learn compares.

    Args:
        estimator: as in `ModelStore.save`. rows: for each of its names ("" for a single one), an object or float array
            (n_rows, n_columns) of text and numbers.
    """
    return {
        name: {
            "rows": [
                [None if isinstance(v, float) and not np.isfinite(v) else v for v in row] for row in np.asarray(x).tolist()
            ],
            "probabilities": np.round(_member(estimator, name).predict_proba(x), 6).tolist(),
        }
        for name, x in rows.items()
    }


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


def _refuse_untrusted(data: bytes, where: str) -> None:
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


def _replace_folder(work: Path, folder: Path) -> None:
    """Put ``work`` in the place of ``folder``; a folder cannot be renamed onto a full one, so the old one steps aside."""
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    try:
        work.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _version_key(version: str) -> tuple[int, int, str]:
    return (1, int(version), "") if version.isdigit() else (0, 0, version)


def _default_user_dir() -> Path:
    given = str(settings.get("models_dir"))
    if given:
        return Path(given).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "models"


def _shipped_dir() -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / "_models"  # in the wheel
    return inside if inside.is_dir() else package.parent / "models"  # in a checkout
