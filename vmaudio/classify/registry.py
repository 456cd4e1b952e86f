"""The store of models: find, load, save and promote them. This module knows nothing about voicemails.

A model is a folder ``<name>/<version>/`` (see `model_folder`), and ``<name>/CURRENT`` holds the version in use. Models that
ship with vmaudio are read only; ``promote`` writes to the user's folder, which is looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vmaudio import settings
from vmaudio.classify.model_folder import META_FILE, MODEL_NAME, Model, ModelFolder, load_folder, open_folder
from vmaudio.classify.model_writing import CURRENT_FILE, copy_folder, write_current, write_folder
from vmaudio.errors import ModelMissing, ModelRefused

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,40}")


class ModelStore:
    """Models by name and version, the user's before those that ship.

    Args:
        user_dir: folder of the user's own models; None is the setting ``models_dir``, and where that is empty ``models`` in
            the user's data folder. The folder is made when something is promoted, not before.
        shipped_dir: folder of the models that ship; None is vmaudio's own.
    """

    def __init__(self, user_dir: Path | None = None, shipped_dir: Path | None = None) -> None:
        self.user_dir = Path(user_dir) if user_dir is not None else _user_dir(None)
        self.shipped_dir = Path(shipped_dir) if shipped_dir is not None else _shipped_dir()

    @classmethod
    def from_settings(cls, models_dir: str | None = None) -> ModelStore:
        """The store that the settings name.

        Args:
            models_dir: folder of the user's own models; None is the setting ``models_dir``. Where that is empty too, it is
                ``models`` in the user's data folder.
        """
        return cls(_user_dir(models_dir))

    def names(self) -> tuple[str, ...]:
        """Names of all models that have at least one version, sorted."""
        found = {
            path.name
            for root in (self.user_dir, self.shipped_dir)
            if root.is_dir()
            for path in root.iterdir()
            if path.is_dir() and MODEL_NAME.fullmatch(path.name) and self.versions(path.name)
        }
        return tuple(sorted(found))

    def versions(self, name: str) -> tuple[str, ...]:
        """Versions of a model.

        Args:
            name: of the model.

        Returns:
            In order, numbers by value; empty when there is no such model.
        """
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

        Args:
            name: of the model.
            version: of it.

        Raises:
            ModelMissing: there is no such model or version; the sentence lists those that there are.
        """
        for origin, root in (("user", self.user_dir), ("shipped", self.shipped_dir)):
            path = root / name / version
            if MODEL_NAME.fullmatch(name) and _VERSION.fullmatch(version) and (path / META_FILE).is_file():
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

        Args:
            name: of the model.

        Raises:
            ModelMissing: there is no such model, or CURRENT names a version that is not there.
        """
        for root in (self.user_dir, self.shipped_dir):
            path = root / name / CURRENT_FILE
            if MODEL_NAME.fullmatch(name) and path.is_file():
                version = path.read_text(encoding="utf-8").strip()
                try:
                    return self.folder(name, version)
                except ModelMissing as error:
                    raise ModelMissing(f"{path} says {version!r}. {error} Promote one of them.") from None
        return self.folder(name, (self.versions(name) or ("",))[-1])

    def next_folder(self, name: str) -> Path:
        """The folder in which the next version of a model belongs: the user's, under the next free number.

        Args:
            name: of the model.
        """
        numbers = [int(version) for version in self.versions(name) if version.isdigit()]
        return self.user_dir / name / str(max(numbers, default=0) + 1)

    def promoted(self, name: str) -> bool:
        """Whether a version of the model was promoted, or ships as the one in use.

        Args:
            name: of the model.
        """
        return any((root / name / CURRENT_FILE).is_file() for root in (self.user_dir, self.shipped_dir))

    def load(self, name: str, version: str | None = None) -> Model:
        """Load a version, the current one by default; loaded models are kept for the life of the process.

        Args:
            name: of the model.
            version: of it; None is the current one.

        Raises:
            ModelMissing: no such model or version.
            ModelRefused: another feature schema, untrusted types, a damaged file.
        """
        return load_folder(self.current(name) if version is None else self.folder(name, version))

    def open(self, path: Path) -> Model:
        """Load a model from its folder, promoted or not.

        Args:
            path: of the folder.

        Raises:
            ModelMissing: there is no model in that folder.
            ModelRefused: as in `load`.
        """
        return load_folder(open_folder(Path(path)))

    def resolve(self, spec: str) -> Model:
        """Load what a user names.

        Args:
            spec: ``part``, ``part/2``, or the path of a model folder.

        Raises:
            ModelMissing: it is none of these.
            ModelRefused: as in `load`.
        """
        if (Path(spec) / META_FILE).is_file():
            return self.open(Path(spec))
        name, _, version = spec.partition("/")
        if MODEL_NAME.fullmatch(name) and (not version or _VERSION.fullmatch(version)):
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
            meta: JSON values with at least ``name``. Format, feature schema, versions of scikit-learn and skops and the
                SHA-256 are added.
            card: Markdown.
            pictures: file name to SVG text.

        Raises:
            ModelRefused: the estimator holds types that loading would refuse, or the folder holds something else.
        """
        write_folder(Path(folder), estimator, meta, card, pictures)
        return open_folder(Path(folder))

    def promote(self, name: str, version_or_path: str | Path) -> ModelFolder:
        """Make a version the current one; nothing else changes CURRENT. Writes to the user's folder only.

        Args:
            name: of the model.
            version_or_path: a version that there is, or the path of a model folder. That is copied in under the next free
                number; it is loaded first, so that what cannot be used is not promoted.

        Returns:
            The folder that is in use now.

        Raises:
            ModelMissing: no such version, or no model at the path.
            ModelRefused: the model cannot be used, or is a model of another name.
        """
        if not MODEL_NAME.fullmatch(name):
            raise ModelMissing(f"{name!r} is no model name. Models: {', '.join(self.names()) or 'none'}.")
        text = str(version_or_path)
        if isinstance(version_or_path, str) and _VERSION.fullmatch(text) and text in self.versions(name):
            folder = self.folder(name, text)
            load_folder(folder)
        else:
            source = open_folder(Path(version_or_path))
            if source.name != name:
                raise ModelRefused(f"{source.path} is a model {source.name!r}, not {name!r}. Promote it as {source.name}.")
            load_folder(source)
            path = self.next_folder(name)
            folder = ModelFolder(name, path.name, path, "user")
            copy_folder(source.path, folder.path)
        write_current(self.user_dir / name, folder.version)
        return folder


def _version_key(version: str) -> tuple[int, int, str]:
    return (1, int(version), "") if version.isdigit() else (0, 0, version)


def _user_dir(models_dir: str | None) -> Path:
    """The folder of the user's own models: as given, else as the settings say, else in the user's data folder."""
    own = str(settings.get("models_dir", models_dir))
    if own:
        return Path(own).expanduser()
    import platformdirs

    return Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "models"


def _shipped_dir() -> Path:
    package = Path(__file__).resolve().parents[1]
    inside = package / "_models"  # in the wheel
    return inside if inside.is_dir() else package.parent / "models"  # in a checkout
