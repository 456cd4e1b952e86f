"""What the bytes are: which demuxers are allowed, formats without a header, and what is certainly no sound.

Files are never trusted: only demuxers of plain media files are allowed, because a playlist could name other files or
addresses.
"""

from __future__ import annotations

import io
import os
from typing import Any

from vmaudio.errors import NoAudioStream, NotAudio, NothingDecoded

# Demuxers of media files. Left out on purpose: playlists and everything that opens further files or devices.
DEMUXERS = (
    "3gp aac ac3 aiff amr amrnb amrwb ape asf au avi caf dss eac3 flac flv gsm iff latm loas matroska mov mp3 mp4"
    " mpc mpc8 mpeg mpegts nistsphere ogg qcp rm shn sln sox tta voc w64 wav webm wv xwma"
).replace(" ", ",")  # fmt: skip
# Telephone formats without any header: tried only when nothing is recognised by content. Extension: (demuxer, options).
HEADERLESS = {
    ".gsm": ("gsm", {"sample_rate": "8000"}),
    ".ul": ("mulaw", {"sample_rate": "8000"}),
    ".ulaw": ("mulaw", {"sample_rate": "8000"}),
    ".mulaw": ("mulaw", {"sample_rate": "8000"}),
    ".al": ("alaw", {"sample_rate": "8000"}),
    ".alaw": ("alaw", {"sample_rate": "8000"}),
    ".g722": ("g722", {}),
    ".sln": ("s16le", {"sample_rate": "8000"}),
}
_PICTURES = {
    b"\x89PNG\r\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF",
}
_OTHERS = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"SQLite format 3": "a database",
}
_TEXT_MAGIC = (b"#!AMR", b"NIST_1A", b"OggS", b"fLaC", b".snd", b"RIFF", b"RIFX", b"RF64", b"FORM", b"ID3", b"ajkg", b"#!SILK")


def refuse_other_content(data: bytes, name: str) -> None:
    """Refuse what is certainly no sound, by its first bytes, before a demuxer guesses.

    Args:
        data: the bytes of the file.
        name: the name of the file, for the sentence.

    Raises:
        NoAudioStream: a picture.
        NotAudio: text, a document, an archive, a program or a database.
    """
    head = data[:4096]
    for magic, kind in _PICTURES.items():
        if head.startswith(magic):
            raise NoAudioStream(f"{name} is a picture ({kind}), there is no sound in it. Name the recording itself.")
    for magic, kind in _OTHERS.items():
        if head.startswith(magic):
            raise NotAudio(f"{name} is {kind}, not a recording. Name the recording itself.")
    if not head.startswith(_TEXT_MAGIC) and _is_text(head):
        raise NotAudio(f"{name} holds text, not sound, whatever its ending says. Export the recording again.")


def _is_text(head: bytes) -> bool:
    """UTF-8, or an 8-bit code with few letters beyond ASCII, without control characters."""
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    try:
        head[:-3].decode("utf-8")  # the cut may fall inside a character
    except UnicodeDecodeError:
        return sum(byte < 127 for byte in head) > 0.9 * len(head)
    return True


def open_container(data: bytes, name: str, patience_s: float) -> tuple[Any, str]:
    """Open a file's bytes with FFmpeg's demuxers.

    Args:
        data: the bytes of the file.
        name: the name of the file, for the sentences of errors and as a hint for formats without a header.
        patience_s: longest time that opening may take, in seconds.

    Returns:
        PyAV's input container, and what failed before it opened ("" where nothing did).

    Raises:
        NothingDecoded: an MP4 or M4A file that breaks off before its index.
        NotAudio: no demuxer recognises the bytes.
    """
    import av

    cause = ""
    suffix = os.path.splitext(name)[1].lower()
    attempts: list[tuple[str | None, dict[str, str]]] = [(None, {"format_whitelist": DEMUXERS, "protocol_whitelist": ""})]
    if suffix in HEADERLESS:
        attempts.append(HEADERLESS[suffix])
    for form, options in attempts:
        try:
            container = av.open(
                io.BytesIO(data),
                "r",
                format=form,
                container_options=options,
                metadata_errors="ignore",
                timeout=patience_s,
            )
        except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
            cause = cause or error_text(error)
            continue
        return container, cause
    if data[4:8] == b"ftyp" and b"moov" not in data:
        raise NothingDecoded(
            f"{name} breaks off before its index, without which nothing of an MP4 or M4A file decodes."
            " Download or export it again."
        )
    raise NotAudio(
        f"{name} is in no audio format that vmaudio knows, or its header is damaged ({cause})."
        " Play it to check, and export it as WAV or MP3."
    )


def declared_seconds(container: Any, stream: Any, data: bytes) -> float | None:
    """Length that a file's header announces.

    Args:
        container: PyAV's open container.
        stream: its audio stream.
        data: the bytes of the file.

    Returns:
        Seconds, or None where FFmpeg would only guess from the bit rate.
    """
    form = container.format.name
    if form == "mp3" and not any(tag in data[:200_000] for tag in (b"Xing", b"Info", b"VBRI")):
        return None
    if form in ("aac", "amr", "amrnb", "amrwb", "gsm", "latm", "loas", "mulaw", "alaw", "s16le", "ac3", "eac3", "ogg"):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / 1e6


def amr_decoder() -> Any:
    """OpenCORE's AMR-NB decoder: FFmpeg's own leaves out the silence frames (SID), and all later times would be early."""
    import av

    decoder = av.CodecContext.create("libopencore_amrnb", "r")
    decoder.sample_rate, decoder.layout = 8000, "mono"
    return decoder


def breaks_off(data: bytes) -> bool:
    """Whether a RIFF or Ogg file ends inside a chunk or page: their demuxers keep silent about it.

    Args:
        data: the bytes of the file.

    Returns:
        False for every other format.
    """
    if data[:4] == b"RIFF":
        at = 12
        while at + 8 <= len(data):
            size = int.from_bytes(data[at + 4 : at + 8], "little")
            if data[at : at + 4] == b"data":  # sizes near 2 or 4 GB are what a recorder writes that streams
                return size < 0x7FFF0000 and at + 8 + size > len(data) + 1
            at += 8 + size + size % 2
    if data[:4] == b"OggS":
        at = data.rfind(b"OggS")
        segments = data[at + 26 : at + 27]
        return not segments or at + 27 + segments[0] + sum(data[at + 27 : at + 27 + segments[0]]) > len(data)
    return False


def error_text(error: BaseException) -> str:
    """What FFmpeg says of an error, in lower case, to stand inside a sentence.

    Args:
        error: what PyAV raised.

    Returns:
        A few words without a full stop.
    """
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()
