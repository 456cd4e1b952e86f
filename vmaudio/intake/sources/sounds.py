"""Files of sound by their names: which endings there are, and which of several formats of one message is the best."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

_ORDER: Sequence[Sequence[str]] = (
    ("sln192", "sln96", "sln48", "sln44"),
    ("flac", "rf64", "w64", "aiff", "aif", "caf"),
    ("sln32", "sln24", "sln16", "wav16"),
    ("siren14",),
    ("g722", "siren7"),
    ("wav", "au", "sln12", "sln", "sln8", "raw"),
    ("ulaw", "ul", "ulw", "mu", "mulaw", "pcm", "alaw", "al", "alw"),
    ("opus", "ogg", "oga", "webm", "m4a", "mp4", "aac", "mp3", "wma", "awb", "mka"),
    ("g726-40", "g726-32", "g726", "vox"),
    ("gsm", "amr", "3gp", "3ga", "g726-24", "g726-16"),
    ("ilbc", "g729", "g723", "g723sf"),
)
"""Endings of recordings, the best quality first. A telephone call has 8 kHz or 16 kHz: what keeps that whole comes before what
compresses it, and 64 kbit/s before 13."""

_RANK = {ending: rank for rank, endings in enumerate(_ORDER) for ending in endings}
_GSM_RANK = _RANK["gsm"]
_WAVE_RANKS = {0x0006: _RANK["ulaw"], 0x0007: _RANK["ulaw"], 0x0031: _GSM_RANK}

SOUND_ENDINGS = frozenset(_RANK)
"""Endings, without the dot, of files that are recordings."""

_HEADER_BYTES = 60  # a file of no more than this is a header without sound: the recorder has only begun


def is_sound(name: str) -> bool:
    """Whether a file's ending is that of a recording.

    Args:
        name: its name.
    """
    return Path(name).suffix[1:].lower() in SOUND_ENDINGS


def sound_rank(name: str) -> int:
    """How good a recording may be by the ending of its name.

    Args:
        name: its name.

    Returns:
        0 for the best; more for less, and most for an ending that is none of a recording.
    """
    return _RANK.get(Path(name).suffix[1:].lower(), len(_ORDER))


def is_young(paths: Iterable[Path], settle_s: float) -> bool:
    """Whether a file was written to a short while ago, and so may not be whole; also one that has gone meanwhile.

    Args:
        paths: the files.
        settle_s: how long ago, in seconds.
    """
    try:
        return any(time.time() - path.stat().st_mtime < settle_s for path in paths)
    except OSError:
        return True


def best_first(paths: Iterable[Path]) -> list[Path]:
    """Formats of one message, the best first: Asterisk's wav49 is GSM in a ``.WAV``, so WAV files are looked into.

    Args:
        paths: the files.

    Returns:
        All of them; files without any sound come last.
    """
    return sorted(paths, key=lambda path: (_size(path) <= _HEADER_BYTES, _rank(path), path.name))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _rank(path: Path) -> int:
    ending = path.suffix[1:].lower()
    if ending != "wav":
        return sound_rank(path.name)
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError:
        return _RANK["wav"]
    at = head.find(b"fmt ")
    tag = int.from_bytes(head[at + 8 : at + 10], "little") if at > 0 else 0
    return _WAVE_RANKS.get(tag, _RANK["wav"])
