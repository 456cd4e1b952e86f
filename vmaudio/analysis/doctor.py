"""What a machine has and lacks for vmaudio, and the cure for each lack. Nothing is loaded, and nothing is fetched."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaudio import settings
from vmaudio.classify import ModelStore
from vmaudio.errors import VmaudioError
from vmaudio.transcribe import Figure, engines, native_bfloat16, quickest, read_figures, save_figures

_NEEDED = ("av", "librosa", "openai-whisper", "pydub", "scikit-learn", "skops", "SQLAlchemy", "torch")
_EXTRAS = {
    "faster-whisper": "pip install 'vmaudio[faster]' adds a second recogniser",
    "pyarrow": "pip install 'vmaudio[report]' writes Parquet",
    "fastapi": "pip install 'vmaudio[web]' serves the web app",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: its name.
        state: "ok", "missing" (a check cannot run) or "optional" (something more could be had).
        detail: what was found.
        cure: what to do about it; empty where nothing has to be done.
    """

    what: str
    state: str
    detail: str
    cure: str = ""


def examine(models: ModelStore, database: str) -> list[Finding]:
    """Look at packages, recognisers, models and the database's place. Nothing is loaded or made.

    Args:
        models: the model folders.
        database: URL or path; "" is the user's own.
    """
    return [*_packages(), *_processor(), *_engines(), *_models(models), _database(database)]


def _packages() -> Iterator[Finding]:
    yield Finding("Python", "ok", platform.python_version())
    found, lacking = [], []
    for name in _NEEDED:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lacking.append(name)
    if lacking:
        yield Finding("packages", "missing", f"not installed: {', '.join(lacking)}", "pip install vmaudio")
    else:
        yield Finding("packages", "ok", ", ".join(found))
    for name, cure in _EXTRAS.items():
        try:
            yield Finding(name, "ok", importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, "optional", "not installed", cure)


def _processor() -> Iterator[Finding]:
    flags = native_bfloat16()
    native = f"bfloat16 in hardware ({', '.join(sorted(flags))})" if flags else "no bfloat16 in hardware"
    yield Finding("processor", "ok", f"{os.cpu_count()} cores, {native}")
    figures = read_figures(_cache_dir())
    for one in sorted(figures, key=lambda one: -one.audio_s_per_s):
        yield Finding("measured here", "ok", f"{one.engine} in {one.dtype}: {one.speed}")
    if not figures:
        yield Finding("measured here", "optional", "nothing", "vmaudio doctor --tune FILE times the recognisers on a message")


def best_engine(available: Collection[str], wanted: str, figures: Sequence[Figure]) -> tuple[str, str]:
    """Name the engine that is quickest here for the wanted model.

    Args:
        available: names of engines that can be used.
        wanted: the engine that the settings name; its model is kept.
        figures: what was measured on this machine, from `vmaudio.transcribe.read_figures`.

    Returns:
        (name of the engine, why).
    """
    model = wanted.partition(":")[2]
    ours, other = f"openai-whisper:{model}", f"faster-whisper:{model}"
    if other not in available:
        return ours, "the only one that can be used here with this model"
    if ours not in available:
        return other, "the only one that can be used here with this model"
    best = quickest([one for one in figures if one.engine in available], model)
    if best is not None:
        return best.engine, f"{best.speed}, measured here"
    return ours, "not measured here; on the machines of docs/benchmarks.md it was the quicker one"


def _engines() -> Iterator[Finding]:
    wanted = str(settings.get("engine"))
    found = {engine.name: engine for engine in engines()}
    for engine in found.values():
        if engine.available or engine.name == wanted:
            state = "ok" if engine.available else "missing"
            yield Finding(f"recogniser {engine.name}", state, engine.note if engine.available else "no weights", engine.note)
    usable = [name for name, engine in found.items() if engine.available]
    if usable and wanted in found:
        best, why = best_engine(usable, wanted, read_figures(_cache_dir()))
        other = "" if best == wanted else f"; the settings name {wanted}: change VMAUDIO_ENGINE or --engine"
        yield Finding("best recogniser here", "ok", f"{best}: {why}{other}")
    family = f"{wanted.partition(':')[0]}:MODEL"  # another package's family is listed without its models
    if wanted in found or family in found:
        return
    yield Finding(f"recogniser {wanted}", "missing", "no such engine", f"Known: {', '.join(found)}")


def _models(models: ModelStore) -> Iterator[Finding]:
    for name in ("part", "approach", "tone", *(["reason"] if models.versions("reason") else [])):  # the last is no must
        try:
            folder = models.current(name)
            yield Finding(f"model {name}", "ok", f"{folder.model_id} at {folder.path}")
        except VmaudioError as error:
            yield Finding(f"model {name}", "missing", str(error))


def _database(where: str) -> Finding:
    from vmaudio.errors import StoreError
    from vmaudio.store import TablesError, default_path, examine_tables

    try:
        shown = examine_tables(where)
    except TablesError as error:
        found, _, cure = str(error).partition("Run: ")
        return Finding("database", "missing", found.strip(), cure)
    except StoreError as error:
        return Finding("database", "missing", str(error))
    if "://" in where:
        return Finding("database", "ok", shown)
    path = Path(where or default_path()).expanduser()
    if path.exists():
        return Finding("database", "ok", str(path))
    parent = next(folder for folder in path.absolute().parents if folder.exists())
    if not os.access(parent, os.W_OK):
        return Finding("database", "missing", f"{path} cannot be made", "Give another place with --db or VMAUDIO_DB")
    return Finding("database", "ok", f"{path} (made by the first batch)")


COPIES = 8
"""So many copies of a message stand for a batch in `time_engines`."""


def time_engines(path: str, names: Sequence[str]) -> Iterator[Figure]:
    """Let engines transcribe one message `COPIES` times over, each in the number type that it takes by itself here.

    Args:
        path: an audio file.
        names: of the engines.

    Yields:
        A figure for each.

    Raises:
        VmaudioError: the file or an engine cannot be used.
    """
    for name in names:
        yield _timed(path, name, "auto")


def comparable_engines() -> list[str]:
    """Names of the engines that can be used here with the model of the settings."""
    model = str(settings.get("engine")).partition(":")[2]
    return [engine.name for engine in engines() if engine.available and engine.name.partition(":")[2] == model]


def tune(path: str) -> Iterator[Figure]:
    """Time every engine that can be used with the model of the settings, in its number types, and keep what was found.

    Args:
        path: an audio file, best a message of usual length.

    Yields:
        A figure for each; they are kept after the last (`vmaudio.transcribe.save_figures`).

    Raises:
        VmaudioError: the file or an engine cannot be used.
        OSError: the cache folder cannot be written.
    """
    figures = []
    for name in comparable_engines():
        for dtype in ("int8",) if name.startswith("faster-whisper:") else ("bfloat16", "float32"):
            figures.append(_timed(path, name, dtype))
            yield figures[-1]
    save_figures(figures, _cache_dir())


def _timed(path: str, name: str, dtype: str) -> Figure:
    """One engine in one number type, over `COPIES` copies of a message; the better of two rounds, as others may be at work."""
    import time

    from vmaudio.audio import detect_speech, load_audio
    from vmaudio.transcribe import get_transcriber

    recording = load_audio(path)
    active = detect_speech(recording)
    begin = time.perf_counter()
    engine = get_transcriber(name, cache_dir=_cache_dir(), dtype=dtype)
    engine.transcribe_many([recording], [active])  # the first pass is slow: memory is laid out
    start_s, rounds = time.perf_counter() - begin, []
    for _ in range(2):
        begin = time.perf_counter()
        engine.transcribe_many([recording] * COPIES, [active] * COPIES)
        rounds.append(time.perf_counter() - begin)
    return Figure(name, dtype, round(COPIES * recording.duration_s / min(rounds), 2), round(start_s, 2))


def _cache_dir() -> Path | None:
    """The folder that the settings name; None for the user's own."""
    named = str(settings.get("cache_dir"))
    return Path(named) if named else None
