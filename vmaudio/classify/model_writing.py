"""Writing model folders: either all of a folder appears, or nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vmaudio.classify.model_folder import (
    CARD_FILE,
    ESTIMATOR_FILE,
    FORMAT,
    META_FILE,
    refuse_untrusted,
)
from vmaudio.errors import ModelRefused
from vmaudio.records import FEATURE_SCHEMA

CURRENT_FILE = "CURRENT"
"""The file beside a model's versions that holds the version in use."""


def check_target(folder: Path) -> None:
    """Refuse to write a model over something else; training asks this first, before its minutes of work.

    Args:
        folder: that is to be written.

    Raises:
        ModelRefused: the folder exists, and is neither empty nor a model's.
    """
    if folder.exists() and not (folder.is_dir() and (not any(folder.iterdir()) or (folder / META_FILE).is_file())):
        raise ModelRefused(f"{folder} exists and holds no model. Give an empty or a new folder.")


def write_folder(
    folder: Path, estimator: Any, meta: Mapping[str, Any], card: str = "", pictures: Mapping[str, str] | None = None
) -> None:
    """Write a model folder, in the place of an older model there.

    Args:
        folder: ``.../<name>/<version>``, or any folder.
        estimator: a fitted stock scikit-learn estimator, or a mapping of names to such.
        meta: JSON values with at least ``name``. Format, feature schema, versions of scikit-learn and skops and the SHA-256
            are added here.
        card: Markdown.
        pictures: file name to SVG text.

    Raises:
        ModelRefused: the estimator holds types that loading would refuse, or the folder holds something else.
    """
    import sklearn
    import skops
    import skops.io

    check_target(folder)
    data = skops.io.dumps(estimator, compression=zipfile.ZIP_DEFLATED, compresslevel=9)
    refuse_untrusted(data, str(folder))
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


def copy_folder(source: Path, folder: Path) -> None:
    """Copy a model folder.

    Args:
        source: the folder with the model.
        folder: where the copy goes.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        shutil.copytree(source, work, dirs_exist_ok=True)
        work.chmod(0o755)
        _replace_folder(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def write_current(versions: Path, version: str) -> None:
    """Say which version of a model is in use.

    Args:
        versions: the folder of the model's versions, made where it is missing.
        version: the one in use from now on.
    """
    pointer = versions / CURRENT_FILE
    pointer.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=".CURRENT-", dir=pointer.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(version + "\n")
    Path(temporary).chmod(0o644)
    Path(temporary).replace(pointer)


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
