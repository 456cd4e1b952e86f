"""Files as switchboards and recorders write them, with headers and time stamps of our choice, made with PyAV and by hand."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from vmaudio.testing import FORMATS, silence, tone


def chunk(kind: bytes, payload: bytes, size: int | None = None) -> bytes:
    """One RIFF chunk, with a length of its own choice."""
    return kind + struct.pack("<I", len(payload) if size is None else size) + payload + b"\0" * (len(payload) % 2)


def fmt(
    tag: int = 1,
    bits: int = 16,
    rate_hz: int = 8000,
    block: int | None = None,
    bytes_per_s: int | None = None,
    channels: int = 1,
) -> bytes:
    """The `fmt ` chunk of a WAV file."""
    block = channels * bits // 8 if block is None else block
    rate = rate_hz * channels * bits // 8 if bytes_per_s is None else bytes_per_s
    return chunk(b"fmt ", struct.pack("<HHIIHH", tag, channels, rate_hz, rate, block, bits))


def riff(*chunks: bytes, size: int | None = None, magic: bytes = b"RIFF") -> bytes:
    """A WAV file of chunks."""
    body = b"WAVE" + b"".join(chunks)
    return magic + struct.pack("<I", len(body) if size is None else size) + body


def pcm(samples: np.ndarray) -> bytes:
    """16-bit samples, low byte first."""
    return (np.asarray(samples) * 32767).astype("<i2").tobytes()


def padded(hz: float, rate_hz: int = 48000) -> np.ndarray:
    """2 s: a tone from 0.2 to 1.8 s, so that no codec's frame holds two tones."""
    rest = silence(0.2, rate_hz)
    return np.concatenate([rest, tone(hz, 1.6, -20, rate_hz), rest])


def stamped(form: str, pieces: Iterable[tuple[float, np.ndarray]], rate_hz: int = 48000) -> bytes:
    """A file whose pieces begin at the given seconds: packets of a continuous encoding, moved by changing their stamps.

    Args:
        form: name in `FORMATS`, or "muxer/codec".
        pieces: second of the time stamps where a piece begins, and its samples.
        rate_hz: sample rate.
    """
    import av

    muxer, codec = form.split("/") if "/" in form else FORMATS[form]
    buffer = io.BytesIO()
    options = {"page_duration": "20000"} if muxer == "ogg" else {}  # a gap inside a page could not be told
    with av.open(buffer, "w", format=muxer, options=options) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout="mono")
        if codec.startswith("wma"):
            stream.bit_rate = 64_000
        edges, total, parts = [], 0, []
        for start_s, samples in pieces:
            edges.append((total / rate_hz, start_s - total / rate_hz))
            total += len(samples)
            parts.append(samples)
        whole = np.concatenate(parts).astype(np.float32)
        packets = []
        for at in range(0, len(whole), 4000):
            frame = av.AudioFrame.from_ndarray(whole[None, at : at + 4000].copy(), format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, at, Fraction(1, rate_hz)
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for packet in packets:
            now_s = float(packet.pts * packet.time_base)
            shift_s = [shift for edge_s, shift in edges if now_s + 0.012 >= edge_s or edge_s == 0][-1]
            packet.pts += round(shift_s / packet.time_base)
            packet.dts = packet.pts
            container.mux(packet)
    return buffer.getvalue()


def first_second(samples: np.ndarray, hz: float, rate_hz: int = 16000) -> float:
    """The second where a tone of that frequency is first heard, to about 10 ms."""
    n = rate_hz // 50
    frames = np.lib.stride_tricks.sliding_window_view(samples, n)[:: n // 2]
    wave = np.exp(-2j * np.pi * hz * np.arange(n) / rate_hz)
    heard = np.abs(frames @ wave) / n > 0.02
    return float(np.argmax(heard) * (n // 2) / rate_hz) if heard.any() else float("nan")
