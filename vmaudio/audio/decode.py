"""From a file's bytes to a `Recording`: the only decoder of vmaudio.

`load` reads and decodes; `read_source` and `decode` are its halves, for callers that hold bytes already. `decode_native`
keeps rate and channels, for editing. The bytes are recognised by their content; the name is only a hint for raw telephone
formats that have no header. FFmpeg's libraries come inside PyAV's wheel, so no program ``ffmpeg`` is needed.

Files are never trusted: bytes in, bytes out, seconds, packets and time are bounded, only demuxers of plain media files are
allowed (a playlist could name other files or addresses), and every fault is an `AudioError` with a sentence.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.errors import (
    NoAudioStream,
    NotAudio,
    NothingDecoded,
    SourceEmpty,
    SourceMissing,
    SourceNotAFile,
    SourceRefused,
    SourceTooLarge,
)  # fmt: skip
from vmaudio.records import Recording

SAMPLE_RATE_HZ = 16000
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_SECONDS = 600.0
MAX_DECODED_BYTES = 1024 * 1024 * 1024
MAX_CHANNELS = 64
SOURCE_RATES_HZ = (1000, 4_000_000)
"""Sample rates outside are a damaged header, not sound."""
PATIENCE_S = 60.0
"""Longest time one file may take to decode; a file of the largest size allowed takes a few seconds."""
DROP_CHANNEL_DB = 30.0
"""A channel this far below the loudest carries no voice of its own: mixing it in would only lower the level."""
OPPOSITE_CORRELATION = -0.5
"""Channels that correlate below this cancel each other when mixed: the louder one is taken alone."""

# Demuxers of media files. Left out on purpose: playlists and everything that opens further files or devices.
_DEMUXERS = (
    "3gp aac ac3 aiff amr amrnb amrwb ape asf au avi caf dss eac3 flac flv gsm iff latm loas matroska mov mp3 mp4"
    " mpc mpc8 mpeg mpegts nistsphere ogg qcp rm shn sln sox tta voc w64 wav webm wv xwma"
).replace(" ", ",")  # fmt: skip
# Telephone formats without any header: tried only when nothing is recognised by content. Extension: (demuxer, options).
_HEADERLESS = {
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


@dataclass(frozen=True, slots=True, eq=False)
class NativeAudio:
    """Sound as the file holds it: ``samples`` float32 of shape (channels, n_samples) in about -1..1 at ``sample_rate_hz``.

    ``codec`` ("pcm_s16le", "mp3" ...) and ``sample_format`` (FFmpeg's name: "s16", "fltp" ...) let an editor write it back
    alike. ``truncated`` and ``truncated_why`` are as in `Recording`.
    """

    sha256: str
    samples: np.ndarray
    sample_rate_hz: int
    codec: str
    sample_format: str
    truncated: bool = False
    truncated_why: str = ""


def read_source(source: str | Path, *, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Read a local file of at most ``max_bytes`` bytes.

    Raises:
        SourceMissing, SourceNotAFile, SourceRefused, SourceEmpty, SourceTooLarge: a sentence with the file, cause and cure.
    """
    name = os.fspath(source)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        if os.path.isdir(name):
            raise SourceNotAFile(
                f"{name} is a folder, not a recording. Name a file in it, or give the folder to `vmaudio batch`."
            )
        handle = os.open(name, flags)  # non-blocking: a pipe nobody writes to must not hang the run
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise SourceMissing(f"{name!s} does not exist. Check the path and the spelling of the name.") from None
    except PermissionError:
        raise SourceRefused(
            f"{name} may not be read by this user. Change its permissions, or copy it to a folder of yours."
        ) from None
    except OSError as error:
        raise SourceMissing(f"{name} cannot be opened: {error.strerror}. Check the path.") from None
    with os.fdopen(handle, "rb") as stream:
        about = os.fstat(stream.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise SourceNotAFile(f"{name} is a device, pipe or socket, not a file. Save the recording to a file first.")
        if about.st_size > max_bytes:
            raise SourceTooLarge(_too_large(name, about.st_size, max_bytes))
        try:
            data = stream.read(max_bytes + 1)
        except OSError as error:
            raise SourceRefused(f"{name} cannot be read: {error.strerror}. Check the disk, or copy the file again.") from None
    if not data:
        raise SourceEmpty(f"{name} is empty: it has 0 bytes. Export or download the recording again.")
    if len(data) > max_bytes:  # it grew while we read
        raise SourceTooLarge(_too_large(name, len(data), max_bytes))
    return data


def load_audio(
    source: str | Path,
    *,
    max_bytes: int = MAX_FILE_BYTES,
    max_seconds: float = MAX_SECONDS,
    max_decoded_bytes: int = MAX_DECODED_BYTES,
) -> Recording:
    """`read_source`, then `decode`; raises what they raise."""
    data = read_source(source, max_bytes=max_bytes)
    return decode_audio(data, name=os.fspath(source), max_seconds=max_seconds, max_decoded_bytes=max_decoded_bytes)


def decode_audio(
    data: bytes, *, name: str, max_seconds: float = MAX_SECONDS, max_decoded_bytes: int = MAX_DECODED_BYTES
) -> Recording:
    """Decode a file's bytes to mono float32 at 16 kHz.

    Channels are averaged, but one that is `DROP_CHANNEL_DB` below the loudest is left out, and channels of opposite phase
    give way to the loudest. Values that are not finite become 0; the result is clipped to -1..1. What lies beyond
    ``max_seconds`` or ``max_decoded_bytes`` (float32 bytes at the file's own rate), or cannot be decoded, is left out and
    flagged as ``truncated``. Memory: the 16 kHz channels, never the file's own rate.

    Raises:
        NotAudio, NoAudioStream, NothingDecoded: a sentence with the file, cause and cure. ``name`` is used in it, and as a
            hint for formats without a header.
        SourceEmpty: no bytes.
    """
    reader = _Reader(data, name, max_seconds, max_decoded_bytes)
    sections: list[list[np.ndarray]] = []  # one per run of equal rate and channels: chained files may change both
    resampler: Any = None
    shape: tuple[int, int] | None = None
    for block, rate_hz in reader.blocks():
        if shape != (block.shape[1], rate_hz):
            if resampler is not None:
                sections[-1].append(resampler.resample_chunk(_none_of(block, shape), last=True))
            shape = (block.shape[1], rate_hz)
            sections.append([])
            resampler = _resampler(rate_hz, block.shape[1])
        sections[-1].append(block if resampler is None else resampler.resample_chunk(block))
    if resampler is not None:
        sections[-1].append(resampler.resample_chunk(np.zeros((0, shape[0] if shape else 1), np.float32), last=True))
    mono = [mixed for section in sections for mixed in _mix(section)]
    samples = np.concatenate(mono) if mono else np.zeros(0, np.float32)
    limit = int(max_seconds * SAMPLE_RATE_HZ)
    samples = np.clip(samples[:limit], -1.0, 1.0, out=samples[:limit])
    reader.finish(len(samples))
    return Recording(
        sha256=hashlib.sha256(data).hexdigest(),
        samples=samples,
        sample_rate_hz=SAMPLE_RATE_HZ,
        duration_s=len(samples) / SAMPLE_RATE_HZ,
        source_rate_hz=reader.rate_hz,
        source_channels=reader.channels,
        source_codec=reader.codec,
        truncated=bool(reader.why),
        truncated_why=reader.why,
    )


def decode_native(
    data: bytes, *, name: str, max_seconds: float = MAX_SECONDS, max_decoded_bytes: int = MAX_DECODED_BYTES
) -> NativeAudio:
    """Decode a file's bytes and keep rate and channels; limits and errors as for `decode`.

    Where a chained file changes its rate or channels, the rest is left out and flagged.
    """
    reader = _Reader(data, name, max_seconds, max_decoded_bytes)
    parts: list[np.ndarray] = []
    for block, rate_hz in reader.blocks():
        if (rate_hz, block.shape[1]) != (reader.rate_hz, reader.channels):
            reader.why = reader.why or "the sample rate or the number of channels changes half-way"
            break
        parts.append(block)
    samples = np.concatenate(parts).T if parts else np.zeros((0, 0), np.float32)
    reader.finish(samples.shape[1])
    return NativeAudio(
        sha256=hashlib.sha256(data).hexdigest(),
        samples=np.ascontiguousarray(samples[:, : int(max_seconds * reader.rate_hz)]),
        sample_rate_hz=reader.rate_hz,
        codec=reader.codec,
        sample_format=reader.sample_format,
        truncated=bool(reader.why),
        truncated_why=reader.why,
    )


def _too_large(name: str, size: int, limit: int) -> str:
    return (
        f"{name} has {size / 1e6:.1f} MB and the limit is {limit / 1e6:.1f} MB. Cut the recording, or raise the setting"
        " max_file_mb."
    )


def _resampler(rate_hz: int, channels: int) -> Any:
    """soxr, high quality; its delay is compensated, so that times stay exact. None when nothing is to be done."""
    import soxr

    return None if rate_hz == SAMPLE_RATE_HZ else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, channels, dtype="float32")


def _none_of(block: np.ndarray, shape: tuple[int, int] | None) -> np.ndarray:
    return np.zeros((0, shape[0] if shape else block.shape[1]), np.float32)


def _mix(blocks: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Mono blocks from blocks of shape (n, channels) of one section; which channels count is decided over all of it."""
    blocks = [block.reshape(len(block), -1) for block in blocks if len(block)]
    if not blocks:
        return
    channels = blocks[0].shape[1]
    weights = np.ones(1, np.float32)
    if channels > 1:
        products = sum((block.T.astype(np.float64) @ block for block in blocks), np.zeros((channels, channels)))
        power = np.diagonal(products)
        loudest = int(np.argmax(power))
        kept = power >= power[loudest] * 10 ** (-DROP_CHANNEL_DB / 10)
        correlation = products[loudest] / np.sqrt(np.maximum(power * power[loudest], 1e-30))
        if power[loudest] > 0 and np.any(correlation[kept] < OPPOSITE_CORRELATION):
            kept = np.arange(channels) == loudest
        weights = (kept / kept.sum()).astype(np.float32)
    for index, block in enumerate(blocks):
        blocks[index] = np.empty(0, np.float32)  # let it go: the mono copy takes its place
        yield block[:, 0] if channels == 1 else block @ weights


def _sniff(data: bytes, name: str) -> None:
    """Refuse with a plain word what is certainly no sound, before a demuxer guesses."""
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


@dataclass(slots=True)
class _Reader:
    """One decoding run: opens the bytes, yields float blocks, and remembers what went wrong in ``why``."""

    data: bytes
    name: str
    max_seconds: float
    max_decoded_bytes: int
    codec: str = ""
    sample_format: str = ""
    rate_hz: int = 0
    channels: int = 0
    why: str = ""
    seconds: float = 0.0
    declared_s: float | None = None
    faults: int = 0
    fault_at_end: bool = False
    cause: str = ""
    _deadline: float = field(default=0.0)

    def blocks(self) -> Iterator[tuple[np.ndarray, int]]:
        """Yield (samples float32 of shape (n, channels), rate in Hz) in order, about a second each."""
        if not self.data:
            raise SourceEmpty(f"{self.name} is empty: it has 0 bytes. Export or download the recording again.")
        _sniff(self.data, self.name)
        self._deadline = time.monotonic() + PATIENCE_S
        waiting: list[np.ndarray] = []
        rate_hz = held = total = 0
        with self._open() as container:
            for frame in self._frames(container):
                block = _to_float(frame)
                if block.shape[1] > MAX_CHANNELS or not SOURCE_RATES_HZ[0] <= frame.sample_rate <= SOURCE_RATES_HZ[1]:
                    self._fault(f"{block.shape[1]} channels at {frame.sample_rate} Hz")
                    break
                if not self.rate_hz:
                    self.rate_hz, self.channels, self.sample_format = frame.sample_rate, block.shape[1], frame.format.name
                if waiting and (block.shape[1] != waiting[0].shape[1] or frame.sample_rate != rate_hz):
                    yield np.concatenate(waiting), rate_hz
                    waiting, held = [], 0
                rate_hz = frame.sample_rate
                block = block[: max(0, int(np.ceil((self.max_seconds - self.seconds) * rate_hz)))]
                waiting.append(block)
                held += len(block)
                self.seconds += len(block) / rate_hz
                total += block.nbytes * max(1, SAMPLE_RATE_HZ // rate_hz)
                if held >= rate_hz:
                    yield np.concatenate(waiting), rate_hz
                    waiting, held = [], 0
                if self.seconds >= self.max_seconds or total > self.max_decoded_bytes:
                    longer = self.declared_s is None or self.declared_s > self.max_seconds + 0.05
                    if total > self.max_decoded_bytes:
                        self.why = f"more than {self.max_decoded_bytes / 1e6:.0f} MB of decoded sound; the rest is left out"
                    elif longer:
                        self.why = f"longer than the limit of {self.max_seconds:g} s; the rest is left out"
                    break
        if waiting:
            yield np.concatenate(waiting), rate_hz

    def finish(self, n_samples: int) -> None:
        """Judge the run: raise when nothing was decoded, else fill in ``why`` when something is missing."""
        if not n_samples:
            cause = f" ({self.cause})" if self.cause else ""
            raise NothingDecoded(
                f"{self.name} announces sound ({self.codec or 'unknown codec'}), but not one sample of it decodes{cause}."
                " It is empty or damaged: export or download the recording again."
            )
        if self.why:
            return
        missing = None if self.declared_s is None else self.declared_s - self.seconds
        if self.faults and not (self.fault_at_end and self.faults == 1 and missing is not None and missing < 0.1):
            self.why = f"{self.faults} piece{'s' if self.faults > 1 else ''} could not be decoded ({self.cause})"
        elif self.declared_s is not None and missing is not None and missing > max(0.02 * self.declared_s, 0.25):
            self.why = f"the file announces {self.declared_s:.1f} s and holds {self.seconds:.1f} s"
        elif _cut_off(self.data):
            self.why = "the file breaks off before its end"

    def _fault(self, cause: str) -> None:
        self.faults += 1
        self.fault_at_end = True
        self.cause = self.cause or cause

    def _open(self) -> Any:
        import av

        suffix = os.path.splitext(self.name)[1].lower()
        attempts: list[tuple[str | None, dict[str, str]]] = [(None, {"format_whitelist": _DEMUXERS, "protocol_whitelist": ""})]
        if suffix in _HEADERLESS:
            attempts.append(_HEADERLESS[suffix])
        for form, options in attempts:
            try:
                container = av.open(
                    io.BytesIO(self.data),
                    "r",
                    format=form,
                    container_options=options,
                    metadata_errors="ignore",
                    timeout=PATIENCE_S,
                )
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                self.cause = self.cause or _words(error)
                continue
            return container
        if self.data[4:8] == b"ftyp" and b"moov" not in self.data:
            raise NothingDecoded(
                f"{self.name} breaks off before its index, without which nothing of an MP4 or M4A file decodes."
                " Download or export it again."
            )
        raise NotAudio(
            f"{self.name} is in no audio format that vmaudio knows, or its header is damaged ({self.cause})."
            " Play it to check, and export it as WAV or MP3."
        )

    def _frames(self, container: Any) -> Iterator[Any]:
        import av

        streams = container.streams.audio
        if not streams:
            what = "a video without sound" if container.streams.video else "a media file without sound"
            raise NoAudioStream(f"{self.name} is {what}. Export it together with its sound.")
        stream = next((one for one in streams if one.codec_context is not None), None)
        if stream is None:
            self.cause = "its codec is not known"
            return
        codec = stream.codec_context.codec
        self.codec = getattr(codec, "canonical_name", codec.name)
        self.declared_s = self._declared(container, stream)
        decoder = _amr_decoder() if self.codec == "amr_nb" else stream.codec_context
        fruitless = 0
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                self._fault(_words(error))
                return
            try:
                frames = decoder.decode(packet)
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                if packet.size or self.seconds == 0:
                    self._fault(_words(error))
                frames = []
            fruitless = 0 if frames else fruitless + 1
            self.fault_at_end = self.fault_at_end and not frames
            yield from frames
            if fruitless > 5000 or time.monotonic() > self._deadline:
                self._fault("no sound for thousands of packets" if fruitless > 5000 else "decoding takes too long")
                return

    def _declared(self, container: Any, stream: Any) -> float | None:
        """Seconds that the header announces, or None where FFmpeg would only guess from the bit rate."""
        form = container.format.name
        if form == "mp3" and not any(tag in self.data[:200_000] for tag in (b"Xing", b"Info", b"VBRI")):
            return None
        if form in ("aac", "amr", "amrnb", "amrwb", "gsm", "latm", "loas", "mulaw", "alaw", "s16le", "ac3", "eac3", "ogg"):
            return None
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return None if container.duration is None else container.duration / 1e6


def _amr_decoder() -> Any:
    """OpenCORE's AMR-NB decoder: FFmpeg's own leaves out the silence frames (SID), and all later times would be early."""
    import av

    decoder = av.CodecContext.create("libopencore_amrnb", "r")
    decoder.sample_rate, decoder.layout = 8000, "mono"
    return decoder


def _to_float(frame: Any) -> np.ndarray:
    """A decoded frame as finite float32 of shape (n, channels)."""
    array = frame.to_ndarray()
    channels = frame.layout.nb_channels
    array = array.T if frame.format.is_planar else array.reshape(-1, channels)
    if array.dtype == np.uint8:
        return (array.astype(np.float32) - 128.0) / 128.0
    if array.dtype.kind == "i":
        return (array / float(-np.iinfo(array.dtype).min)).astype(np.float32)
    block = array.astype(np.float32)
    if not np.isfinite(block).all():
        block = np.where(np.isfinite(block), block, np.float32(0.0))
    return np.clip(block, -1e3, 1e3)


def _cut_off(data: bytes) -> bool:
    """Whether a RIFF or Ogg file ends inside a chunk or page: their demuxers keep silent about it."""
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


def _words(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__).lower()
