"""What the bytes are: which demuxers are allowed, formats without a header, and what is certainly no sound.

Files are never trusted: only demuxers of plain media files are allowed, because a playlist could name other files or
addresses.
"""

from __future__ import annotations

import io
from typing import Any

from vmaudio.audio.mp3 import length_is_wrong
from vmaudio.audio.raw import RawFormat, cure
from vmaudio.audio.riff import LONGEST_S, Wave
from vmaudio.errors import NoAudioStream, NotAudio, NothingDecoded

# Demuxers of media files. Left out on purpose: playlists and everything that opens further files or devices.
DEMUXERS = (
    "3gp aac ac3 aiff amr amrnb amrwb ape asf au avi caf dss eac3 flac flv gsm iff latm loas matroska mov mp3 mp4"
    " mpc mpc8 mpeg mpegts nistsphere ogg qcp rm shn sln sox tta voc w64 wav webm wv xwma"
).replace(" ", ",")  # fmt: skip
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


def refuse_other_content(data: bytes, name: str, *, raw: bool = False) -> None:
    """Refuse what is certainly no sound, by its first bytes, before a demuxer guesses.

    Args:
        data: the bytes of the file.
        name: the name of the file, for the sentence.
        raw: the name says that the file has no header: a held sample value (silence in A-law is "UUUU") is not text.

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
    held = raw and len(set(head)) < 8
    if not held and not head.startswith(_TEXT_MAGIC) and _is_text(head):
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


def open_container(data: bytes, name: str, patience_s: float, raw: RawFormat | None = None) -> tuple[Any, str]:
    """Open a file's bytes with FFmpeg's demuxers.

    Args:
        data: the bytes of the file.
        name: the name of the file, for the sentences of errors.
        patience_s: longest time that opening may take, in seconds.
        raw: how the sound is coded if the file has no header; the demuxers that look at the bytes are tried after it.

    Returns:
        PyAV's input container, and what failed before it opened ("" where nothing did).

    Raises:
        NothingDecoded: an MP4 or M4A file that breaks off before its index.
        NotAudio: no demuxer recognises the bytes.
    """
    import av

    cause = ""
    attempts: list[tuple[str | None, dict[str, str]]] = [(None, {"format_whitelist": DEMUXERS, "protocol_whitelist": ""})]
    if raw is not None and raw.ffmpeg[0]:
        attempts.insert(0, raw.ffmpeg)
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
    if sentence := cure(name):
        raise NotAudio(sentence)
    raise NotAudio(
        f"{name} is in no audio format that vmaudio knows, or its header is damaged ({cause})."
        " Play it to check, and export it as WAV or MP3."
    )


def declared_seconds(container: Any, stream: Any, data: bytes, wave: Wave | None = None) -> tuple[float | None, bool]:
    """Length that a file's header announces, and whether sound is missing where the file holds less.

    Args:
        container: PyAV's open container.
        stream: its audio stream.
        data: the bytes of the file.
        wave: its chunks, if it is a WAV file.

    Returns:
        Seconds, or None where FFmpeg would only guess from the bit rate. The second is False where the header is known to
        announce more than there ever was: a placeholder, or a count that was never filled in.
    """
    form = container.format.name
    if form in _UNDECLARED:
        return None, True
    if form == "mp3" and not any(tag in data[:200_000] for tag in (b"Xing", b"Info", b"VBRI")):
        return None, True
    seconds = None if container.duration is None else container.duration / 1e6
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    if wave is not None and wave.sounds:
        held_s = wave.held_bytes / wave.bytes_per_s if wave.bytes_per_s else None
        whole = not wave.breaks_off
        return (held_s if whole and held_s is not None and (seconds is None or held_s < seconds) else seconds), not whole
    if form in _STREAMED and seconds is not None and seconds > LONGEST_S:
        return None, False
    return seconds, not (form == "mp3" and length_is_wrong(data))


_UNDECLARED = frozenset("aac amr amrnb amrwb gsm latm loas mulaw alaw s16le s16be s8 u8 g722 g726le g729 ac3 eac3 ogg".split())
_STREAMED = frozenset("wav w64 aiff au caf voc sox".split())  # their writers leave a placeholder when they cannot go back


def amr_decoder(codec: str) -> Any:
    """OpenCORE's decoder for AMR: FFmpeg's own ones leave out the silence frames (SID), and all later times would be early.

    Args:
        codec: "amr_nb" or "amr_wb".
    """
    import av

    name, rate_hz = ("libopencore_amrnb", 8000) if codec == "amr_nb" else ("libopencore_amrwb", 16000)
    decoder: Any = av.CodecContext.create(name, "r")
    decoder.sample_rate, decoder.layout = rate_hz, "mono"
    return decoder


def breaks_off(data: bytes) -> bool:
    """Whether an Ogg file ends inside a page: its demuxer keeps silent about it.

    Args:
        data: the bytes of the file.

    Returns:
        False for every other format.
    """
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
