"""Our converted copy of a model's weights: float16 safetensors with a digest of its tensors inside.

A damaged copy is made again. It is written to a temporary file and moved into place in one step, so that two processes at
once and a kill half way do no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vmaudio.errors import WeightsCorrupt
from vmaudio.records import parse_json
from vmaudio.transcribe.weights.names import canonical

if TYPE_CHECKING:
    import torch

_FORMAT = 1
_STALE_S = 3600.0  # a temporary file older than this belongs to a process that was killed


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's tensors, with what is needed to build the network.

    Attributes:
        model: an official name, not an alias.
        dims: openai-whisper's ``ModelDimensions``.
        tensors: float16, by openai-whisper's names.
        source: "sha256:" and the hash of the file that they were read from.
    """

    model: str
    dims: Mapping[str, int]
    tensors: Mapping[str, torch.Tensor]
    source: str


def save_converted(weights: Weights, target: Path) -> None:
    """Write our copy: a temporary file of this process, flushed to disk, then moved into place in one step.

    Temporary files that killed processes left there more than an hour ago are removed.

    Args:
        weights: to be written.
        target: from `locate.converted_path`; its folder is made.

    Raises:
        OSError: it cannot be written.
    """
    from safetensors.torch import save_file

    target.parent.mkdir(parents=True, exist_ok=True)
    for left in target.parent.glob("*.tmp"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_S:
                left.unlink()
    facts = {"format": _FORMAT, "model": weights.model, "dims": dict(weights.dims), "source": weights.source}
    facts["digest"] = _digest(weights.tensors)
    handle, name = tempfile.mkstemp(prefix=target.stem + ".", suffix=".tmp", dir=target.parent)
    os.close(handle)
    try:
        save_file(dict(weights.tensors), name, metadata={"vmaudio": json.dumps(facts, sort_keys=True)})
        with open(name, "rb") as stream:
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def read_converted(path: Path, model: str) -> Weights:
    """Read our copy and check its digest.

    Args:
        path: from `locate.converted_path`.
        model: that it should hold.

    Raises:
        WeightsCorrupt: the file is cut, damaged, of another model or of another format.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as stream:
            facts = parse_json((stream.metadata() or {}).get("vmaudio", "{}"))
            tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsCorrupt(_damaged(path, model, str(error))) from error
    if not isinstance(facts, dict) or facts.get("format") != _FORMAT or facts.get("model") != canonical(model):
        raise WeightsCorrupt(_damaged(path, model, "it is of another model or format"))
    if facts.get("digest") != _digest(tensors):
        raise WeightsCorrupt(_damaged(path, model, "its digest does not match"))
    dims, source = facts.get("dims"), facts.get("source")
    if not isinstance(dims, dict) or not isinstance(source, str):
        raise WeightsCorrupt(_damaged(path, model, "it does not say what it holds"))
    return Weights(canonical(model), dims, tensors, source)


def _digest(tensors: Mapping[str, torch.Tensor]) -> str:
    """SHA-256 over names, types, shapes and bytes."""
    import numpy as np

    digest = hashlib.sha256()
    for name in sorted(tensors):
        array = tensors[name].numpy()
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)  # the bytes where they lie
    return digest.hexdigest()


def _damaged(path: Path, model: str, why: str) -> str:
    """The message of a damaged copy, with the cure."""
    return f"{path} is damaged ({why}). Delete it and run `vmaudio models fetch openai-whisper:{model}`."
