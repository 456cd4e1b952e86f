"""What was measured on this machine: how quick each engine and number type is. Kept in the cache, with the processor's name.

`vmaudio doctor --tune FILE` measures; the number type "auto" then is the quickest one that was measured for the model. On
another processor, or with another version of torch or CTranslate2, what was measured does not count.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vmaudio.records import parse_json
from vmaudio.transcribe.processor import native_bfloat16, processor_name
from vmaudio.transcribe.weights import cache_folder

_FORMAT = 1
_LIBRARIES = ("torch", "ctranslate2")
_WHOLE_TIMES = 10  # from here on a tenth says nothing to a reader


@dataclass(frozen=True, slots=True)
class Figure:
    """One way to transcribe, timed.

    Attributes:
        engine: "openai-whisper:base".
        dtype: its number type; CTranslate2's compute type for faster-whisper.
        audio_s_per_s: seconds of audio per second.
        start_s: seconds until it was loaded and had heard a first message.
    """

    engine: str
    dtype: str
    audio_s_per_s: float
    start_s: float

    @property
    def speed(self) -> str:
        """How fast it is, as a sentence without its subject."""
        times = f"{self.audio_s_per_s:.0f}" if self.audio_s_per_s >= _WHOLE_TIMES else f"{self.audio_s_per_s:.1f}"
        return f"transcribes {times} times as fast as it is spoken"


def save_figures(figures: Sequence[Figure], cache_dir: Path | None = None) -> Path:
    """Keep figures of one model; those of other models from this processor stay.

    Args:
        figures: of the engines with one model.
        cache_dir: None is the user's cache folder.

    Returns:
        The file.

    Raises:
        OSError: it cannot be written.
    """
    new = {_model(figure.engine) for figure in figures}
    kept = [figure for figure in read_figures(cache_dir) if _model(figure.engine) not in new]
    target = _file(cache_dir)
    target.parent.mkdir(parents=True, exist_ok=True)
    facts = {"format": _FORMAT, **_here(), "figures": [asdict(figure) for figure in (*kept, *figures)]}
    handle, name = tempfile.mkstemp(prefix="tuned.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(facts, stream, indent=1)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    return target


def read_figures(cache_dir: Path | None = None) -> list[Figure]:
    """The figures measured on this machine.

    Args:
        cache_dir: None is the user's cache folder.

    Returns:
        Nothing where none were measured, or only on another processor or with other libraries, or the file cannot be read.
    """
    try:
        facts: Any = parse_json(_file(cache_dir).read_text("utf-8"))
        if facts["format"] != _FORMAT or {name: facts[name] for name in _here()} != _here():
            return []
        return [
            Figure(str(one["engine"]), str(one["dtype"]), float(one["audio_s_per_s"]), float(one["start_s"]))
            for one in facts["figures"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def quickest(figures: Sequence[Figure], model: str, family: str = "") -> Figure | None:
    """The quickest way to transcribe with a model.

    Args:
        figures: from `read_figures`.
        model: "base".
        family: only of this family; "" is any.

    Returns:
        None where none was measured.
    """
    found = [one for one in figures if _model(one.engine) == model and (not family or one.engine.startswith(f"{family}:"))]
    return max(found, key=lambda one: one.audio_s_per_s, default=None)


def best_dtype(device: str, model: str = "", cache_dir: Path | None = None) -> str:
    """The quickest number type of a device that keeps the words.

    Args:
        device: "cpu", "cuda" or "cuda:0".
        model: an official name, "base".
        cache_dir: where what was measured is kept; None is the user's cache folder.

    Returns:
        "float16" on a GPU. On a processor what was measured to be the quickest for this model (`vmaudio doctor --tune`); where
        nothing was measured "bfloat16" if it multiplies that natively (AMX or AVX512-BF16), else "float32".
    """
    if device.startswith("cuda"):
        return "float16"
    measured = quickest(read_figures(cache_dir), model, "openai-whisper")
    if measured is not None and measured.dtype in ("float32", "bfloat16"):
        return measured.dtype
    import torch

    probes = (getattr(torch.cpu, name, bool) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return "bfloat16" if any(probe() for probe in probes) or native_bfloat16() else "float32"


def _here() -> dict[str, str]:
    """What the figures hold for."""
    versions = {}
    for name in _LIBRARIES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = ""
    return {"processor": processor_name(), "cores": str(os.cpu_count()), **versions}


def _file(cache_dir: Path | None) -> Path:
    return cache_folder(cache_dir).parent / "tuned.json"


def _model(engine: str) -> str:
    return engine.partition(":")[2]
