"""From a file's bytes to a `Recording`: the only decoder of vmaudio.

`load_audio` reads and decodes; `read_source` and `decode_audio` are its halves, for callers that hold bytes already.
`decode_native` keeps rate and channels, for editing. The bytes are recognised by their content; the name is only a hint for
raw telephone formats that have no header. FFmpeg's libraries come inside PyAV's wheel, so no program ``ffmpeg`` is needed.

Files are never trusted: bytes in, bytes out, seconds, packets and time are bounded, only demuxers of plain media files are
allowed (a playlist could name other files or addresses), and every fault is an `AudioError` with a sentence.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.audio.channels import both_parties, mix, with_party
from vmaudio.audio.options import DECODE_OPTIONS, DecodeOptions
from vmaudio.audio.reader import SAMPLE_RATE_HZ, Reader
from vmaudio.audio.source import MAX_FILE_BYTES, read_source
from vmaudio.records import Recording

MAX_SECONDS = 600.0
"""Longest stretch of a recording that is decoded unless the caller says otherwise."""

MAX_DECODED_BYTES = 1024 * 1024 * 1024
"""Most bytes of decoded sound (float32, at the file's own rate) unless the caller says otherwise."""


@dataclass(frozen=True, slots=True, eq=False)
class NativeAudio:
    """Sound as the file holds it, for an editor that writes it back alike.

    Attributes:
        sha256: of the file's bytes, as hexadecimal digits.
        samples: float32 of shape (channels, n_samples), in about -1 to 1.
        sample_rate_hz: the file's own rate.
        codec: FFmpeg's name: "pcm_s16le", "mp3" ...
        sample_format: FFmpeg's name: "s16", "fltp" ...
        truncated: part of the file was left out or could not be decoded.
        truncated_why: the reason; empty when it is whole.
    """

    sha256: str
    samples: np.ndarray
    sample_rate_hz: int
    codec: str
    sample_format: str
    truncated: bool = False
    truncated_why: str = ""


def load_audio(
    source: str | Path,
    *,
    max_bytes: int = MAX_FILE_BYTES,
    max_seconds: float = MAX_SECONDS,
    max_decoded_bytes: int = MAX_DECODED_BYTES,
    options: DecodeOptions = DECODE_OPTIONS,
) -> Recording:
    """Read a local file and decode it: `read_source`, then `decode_audio`.

    Args:
        source: path of a regular file.
        max_bytes: a larger file is refused.
        max_seconds: sound beyond this is left out and flagged.
        max_decoded_bytes: sound beyond so many bytes, as float32 at the file's own rate, is left out and flagged.
        options: thresholds of decoding.

    Returns:
        The recording: mono float32 at 16 kHz, in -1 to 1.

    Raises:
        AudioError: what `read_source` and `decode_audio` raise.
    """
    data = read_source(source, max_bytes=max_bytes)
    return decode_audio(
        data, name=os.fspath(source), max_seconds=max_seconds, max_decoded_bytes=max_decoded_bytes, options=options
    )


def decode_audio(
    data: bytes,
    *,
    name: str,
    max_seconds: float = MAX_SECONDS,
    max_decoded_bytes: int = MAX_DECODED_BYTES,
    options: DecodeOptions = DECODE_OPTIONS,
    channel: str | None = None,
) -> Recording:
    """Decode a file's bytes to mono float32 at 16 kHz.

    Channels are averaged, but one far below the loudest is left out, and channels of opposite phase give way to the loudest
    (`DecodeOptions`). Of a call with one party on each channel only the rep's is taken (`vmaudio.audio.parties`).
    Values that are not finite become 0; the result is clipped to -1 to 1. What lies beyond a limit or cannot be decoded is left
    out and flagged as ``truncated``. Memory: the 16 kHz channels, never the file's own rate.

    Args:
        data: the bytes of the file; its format is recognised by them.
        name: the name of the file, for the sentences of errors and as a hint for formats without a header.
        max_seconds: sound beyond this is left out.
        max_decoded_bytes: sound beyond so many bytes, as float32 at the file's own rate, is left out.
        options: thresholds of decoding.
        channel: the rep's channel, "left", "right", "1" or "2", as a manifest says; None to find it. A file of one channel has
            no other.

    Returns:
        The recording; ``samples`` has shape (n_samples,) and at least one sample.

    Raises:
        SourceEmpty: there are no bytes.
        NotAudio: the bytes are of no audio format.
        NoAudioStream: a picture, or media without sound.
        NothingDecoded: the file announces sound, and not one sample of it decodes.
            The text of each of them names the file, the cause and a cure.
    """
    reader = Reader(data, name, max_seconds, max_decoded_bytes, options)
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
    limit = int(max_seconds * SAMPLE_RATE_HZ)
    parties = both_parties(sections, channel, options)
    mono = [mixed for section in sections for mixed in mix(section, options)] if parties is None else [parties[0]]
    samples = np.concatenate(mono) if mono else np.zeros(0, np.float32)
    samples = np.clip(samples[:limit], -1.0, 1.0, out=samples[:limit])
    reader.finish(len(samples))
    decoded = Recording(
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
    return decoded if parties is None else with_party(decoded, *parties[1:], limit)


def decode_native(
    data: bytes,
    *,
    name: str,
    max_seconds: float = MAX_SECONDS,
    max_decoded_bytes: int = MAX_DECODED_BYTES,
    options: DecodeOptions = DECODE_OPTIONS,
) -> NativeAudio:
    """Decode a file's bytes and keep rate and channels.

    Where a chained file changes its rate or channels, the rest is left out and flagged.

    Args:
        data: as for `decode_audio`.
        name: as for `decode_audio`.
        max_seconds: as for `decode_audio`.
        max_decoded_bytes: as for `decode_audio`.
        options: as for `decode_audio`; those about channels do nothing here.

    Returns:
        The sound, of shape (channels, n_samples) with at least one sample.

    Raises:
        AudioError: as for `decode_audio`.
    """
    reader = Reader(data, name, max_seconds, max_decoded_bytes, options)
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


def _resampler(rate_hz: int, channels: int) -> Any:
    """soxr, high quality; its delay is compensated, so that times stay exact. None when nothing is to be done."""
    import soxr

    return None if rate_hz == SAMPLE_RATE_HZ else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, channels, dtype="float32")


def _none_of(block: np.ndarray, shape: tuple[int, int] | None) -> np.ndarray:
    """No samples, of as many channels as the section that ends."""
    return np.zeros((0, shape[0] if shape else block.shape[1]), np.float32)
