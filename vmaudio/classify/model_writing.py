"""Writing model folders: either all of a folder appears, or nothing."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import re
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

_SCHEMA_FILE = "schema.json"
_PICTURE = re.compile(r"(?:calibration|confusion)(?:-\w+)?\.svg")
"""Pictures that training writes beside a model."""
CURRENT_FILE = "CURRENT"
"""The file beside a model's versions that holds the version in use."""


def check_target(folder: Path) -> None:
    """Refuse to write a model over something else; training asks this first, before its minutes of work.

    Args:
        folder: that is to be written.

    Raises:
        ModelRefused: the folder exists, and is neither empty nor a model's. What is left of one counts as one: DVC takes away
            the files that it keeps, and leaves the others, before it runs a stage again.
    """
    if folder.exists() and not (
        folder.is_dir() and ((folder / META_FILE).is_file() or all(map(_of_a_model, folder.iterdir())))
    ):
        raise ModelRefused(f"{folder} exists and holds no model. Give an empty or a new folder.")


def _of_a_model(path: Path) -> bool:
    return path.name in (CARD_FILE, ESTIMATOR_FILE, ".gitignore") or _PICTURE.fullmatch(path.name) is not None


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
    data = with_stable_names(skops.io.dumps(estimator))
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


def with_stable_names(data: bytes) -> bytes:
    """A skops archive whose bytes depend on what it holds alone: two trainings with one seed have one SHA-256.

    skops names arrays and objects by where they lay in memory, and its files by the time of day; a text vectorizer keeps such a
    place as well. Here they are numbered in the order in which the schema names them, and dated to the start of the format, so
    that another process, too, writes the same. Compressed at the highest level.

    Args:
        data: as skops wrote it, uncompressed or not.

    Returns:
        The same model.
    """
    names: dict[str, str] = {}
    numbers: dict[int, int] = {}
    count = itertools.count()

    def walk(node: Any) -> Any:
        if isinstance(node, list):
            return [walk(one) for one in node]
        if not isinstance(node, dict):
            return node
        made: dict[str, Any] = {}
        for key, value in node.items():
            if key == "file" and isinstance(value, str) and value in members:  # a vocabulary may hold the word "file"
                made[key] = names.setdefault(value, f"{len(names)}{Path(value).suffix}")
            elif key == "__id__" and node.get("__loader__") == "JsonNode":
                # equal texts and numbers may or may not be one object, which differs from run to run: each is one by itself
                made[key] = next(count)
            elif key == "__id__":
                made[key] = numbers[value] if value in numbers else numbers.setdefault(value, next(count))
            elif key == "_stop_words_id" and isinstance(value, dict):
                # where scikit-learn's own stop words lay in memory when it last looked at them: 0, and it looks again
                made[key] = walk({**value, "content": "0"})
            else:
                made[key] = walk(value)
        return made

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        members = set(read.namelist())
        schema = walk(json.loads(read.read(_SCHEMA_FILE)))
        content = [(new, read.read(old)) for old, new in names.items()]
        for name, body in (*content, (_SCHEMA_FILE, json.dumps(schema, indent=2).encode())):
            about = zipfile.ZipInfo(name)  # dated 1980-01-01
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            written.writestr(about, body, compresslevel=9)
    return out.getvalue()


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
