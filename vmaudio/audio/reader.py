"""One decoding run: bytes in, float blocks out, bounded in seconds, bytes, packets and time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.audio.formats import amr_decoder, breaks_off, declared_seconds, error_text, open_container, refuse_other_content
from vmaudio.errors import NoAudioStream, NothingDecoded, SourceEmpty

SAMPLE_RATE_HZ = 16000
"""Samples per second that everything after decoding works at."""

MAX_CHANNELS = 64
"""More channels are a damaged header, not sound."""

SOURCE_RATES_HZ = (1000, 4_000_000)
"""Sample rates outside are a damaged header, not sound."""

PATIENCE_S = 60.0
"""Longest time one file may take to decode; a file of the largest size allowed takes a few seconds."""

MAX_FRUITLESS_PACKETS = 5000
"""So many packets in a row without sound end the run: a hostile file must not keep it busy."""


@dataclass(slots=True)
class Reader:
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
        refuse_other_content(self.data, self.name)
        self._deadline = time.monotonic() + PATIENCE_S
        waiting: list[np.ndarray] = []
        rate_hz = held = total = 0
        container, self.cause = open_container(self.data, self.name, PATIENCE_S)
        with container:
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
        elif breaks_off(self.data):
            self.why = "the file breaks off before its end"

    def _fault(self, cause: str) -> None:
        self.faults += 1
        self.fault_at_end = True
        self.cause = self.cause or cause

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
        self.declared_s = declared_seconds(container, stream, self.data)
        decoder = amr_decoder() if self.codec == "amr_nb" else stream.codec_context
        fruitless = 0
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                self._fault(error_text(error))
                return
            try:
                frames = decoder.decode(packet)
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                if packet.size or self.seconds == 0:
                    self._fault(error_text(error))
                frames = []
            fruitless = 0 if frames else fruitless + 1
            self.fault_at_end = self.fault_at_end and not frames
            yield from frames
            if fruitless > MAX_FRUITLESS_PACKETS or time.monotonic() > self._deadline:
                self._fault(
                    "no sound for thousands of packets" if fruitless > MAX_FRUITLESS_PACKETS else "decoding takes too long"
                )
                return


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
