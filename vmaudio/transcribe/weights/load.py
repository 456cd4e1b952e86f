"""Load Whisper's weights after they were verified, and keep one converted copy for quick loading."""

from __future__ import annotations

import contextlib
from pathlib import Path

from vmaudio import events
from vmaudio.errors import WeightsCorrupt
from vmaudio.events import Event, Listener
from vmaudio.transcribe.weights import converted, locate, names, packages
from vmaudio.transcribe.weights.converted import Weights
from vmaudio.transcribe.weights.packages import Package


def load_weights(model: str, cache_dir: Path | None = None, listener: Listener = events.ignore) -> Weights:
    """Find, verify and load a model's weights; convert them into our cache the first time.

    Args:
        model: one of `names.WHISPER_MODELS`.
        cache_dir: folder to keep the converted copy in; None is the user's cache folder.
        listener: called before and after a conversion (stage "convert").

    Returns:
        float16 tensors by openai-whisper's names.

    Raises:
        WeightsMissing: they are nowhere on this machine.
        WeightsCorrupt: what was found is damaged, and there is no other copy.
    """
    target = locate.converted_path(model, cache_dir)
    damaged: WeightsCorrupt | None = None
    if target.is_file():
        try:
            return converted.read_converted(target, model)
        except WeightsCorrupt as error:
            damaged = error  # made again below, if there is something to make it from
    listener(Event("convert", model, 0, 1))
    original = locate.whisper_cache() / f"{names.canonical(model)}.pt"
    package = packages.package_for(model)
    if original.is_file():
        weights = read_pt(original, model)
    elif package and (files := packages.package_files(package)):
        weights = read_package(package, files)
    elif damaged:
        raise damaged
    else:
        raise locate.missing_weights(model, cache_dir)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the result
        converted.save_converted(weights, target)
    listener(Event("convert", model, 1, 1))
    return weights


def read_pt(path: Path, model: str) -> Weights:
    """Read OpenAI's ``.pt`` after its SHA-256, with ``weights_only``: no code in it can run.

    Args:
        path: of the file.
        model: whose file it should be.

    Returns:
        float16 tensors by openai-whisper's names.

    Raises:
        WeightsCorrupt: the SHA-256 is not the published one.
    """
    import torch

    found = packages.file_sha256([path])
    if found != names.published_sha256(model):
        raise WeightsCorrupt(
            f"{path} is not OpenAI's {model}: its SHA-256 is {found}, the published one is {names.published_sha256(model)}. "
            f"Delete it and run `vmaudio models fetch openai-whisper:{model}`."
        )
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in checkpoint["model_state_dict"].items()}
    return Weights(names.canonical(model), {k: int(v) for k, v in checkpoint["dims"].items()}, tensors, f"sha256:{found}")


def read_package(package: Package, files: list[Path]) -> Weights:
    """Join and read the files of a weight package after their SHA-256.

    Args:
        package: an entry of `packages.WEIGHT_PACKAGES`.
        files: from `packages.package_files`.

    Returns:
        float16 tensors by openai-whisper's names.

    Raises:
        WeightsCorrupt: the joined SHA-256 is not the one in `packages.WEIGHT_PACKAGES`.
    """
    import numpy as np
    import torch

    from vmaudio.transcribe.weights import ctranslate2

    data = packages.join_package(package, files)
    arrays, dims = ctranslate2.read_model_bin(data, files[0])
    tensors = {name: torch.from_numpy(np.array(array, dtype=np.float16)) for name, array in arrays.items()}
    return Weights(package.model, dims, tensors, f"sha256:{package.sha256}")
