"""One decoding run: bytes in, float blocks out, bounded in seconds, bytes, packets and time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.audio.formats import amr_decoder, breaks_off, declared_seconds, error_text, open_container, refuse_other_content
from vmaudio.audio.options import DecodeOptions
from vmaudio.audio.raw import RawFormat, raw_format
from vmaudio.audio.riff import Wave, read_wave
from vmaudio.audio.sndfile import CODECS, vox_blocks, wave_blocks
from vmaudio.audio.timeline import LATE_S, STAMPED, Timeline
from vmaudio.errors import NoAudioStream, NothingDecoded, SourceEmpty
from vmaudio.records import counted

SAMPLE_RATE_HZ = 16000
"""Samples per second that everything after decoding works at."""

MAX_CHANNELS = 64
"""More channels are a damaged header, not sound."""

MOST_PLANES = 7
"""PyAV 14 to 18 counts the planes of a frame up to the first pointer that is empty. Eight fill FFmpeg's list: then what lies
behind it is taken for one more, and to read that ends the process."""

SOURCE_RATES_HZ = (1000, 4_000_000)
"""Sample rates outside are a damaged header, not sound."""

PATIENCE_S = 60.0
"""Longest time one file may take to decode; a file of the largest size allowed takes a few seconds."""

MAX_FRUITLESS_PACKETS = 5000
"""So many packets in a row without sound end the run: a hostile file must not keep it busy."""


@dataclass(slots=True)
class Reader:
    """One decoding run: opens the bytes, yields float blocks, and remembers what went wrong in ``why``.

    Attributes:
        data: the bytes of the file.
        name: the name of the file, for the sentences of errors and as a hint for formats without a header.
        max_seconds: sound beyond this is left out.
        max_decoded_bytes: sound beyond so many bytes of float32 is left out.
        options: from when on something is missing.
        codec: FFmpeg's name of the codec.
        sample_format: FFmpeg's name of the sample format.
        rate_hz: sample rate of the first frame.
        channels: channels of the first frame.
        why: why the recording counts as truncated; empty when it is whole.
        seconds: length decoded so far.
        declared_s: length that the header announces, if it does.
        vouched: sound is missing where the file holds less than it announces.
        faults: pieces that could not be decoded.
        fault_at_end: nothing was decoded after the last fault.
        cause: what FFmpeg said of the first fault.
    """

    data: bytes
    name: str
    max_seconds: float
    max_decoded_bytes: int
    options: DecodeOptions
    codec: str = ""
    sample_format: str = ""
    rate_hz: int = 0
    channels: int = 0
    why: str = ""
    seconds: float = 0.0
    declared_s: float | None = None
    vouched: bool = True
    faults: int = 0
    fault_at_end: bool = False
    cause: str = ""
    _deadline: float = field(default=0.0)
    _wave: Wave | None = field(default=None)
    _timeline: Timeline | None = field(default=None)

    def blocks(self) -> Iterator[tuple[np.ndarray, int]]:
        """Decode from the start to the end or a limit.

        Yields:
            Samples, finite float32 of shape (n, channels) and about a second long, and their rate in Hz.

        Raises:
            SourceEmpty: there are no bytes.
            NotAudio: the bytes are of no audio format.
            NoAudioStream: a picture, or media without sound.
            NothingDecoded: an MP4 without its index.
        """
        if not self.data:
            raise SourceEmpty(f"{self.name} is empty: it has 0 bytes. Export or download the recording again.")
        raw = raw_format(self.data, self.name, self.options.raw_format)
        refuse_other_content(self.data, self.name, raw=raw is not None)
        self._deadline = time.monotonic() + PATIENCE_S
        self._wave = read_wave(self.data)
        waiting: list[np.ndarray] = []
        rate_hz = held = total = 0
        for block, rate, sample_format in self._pieces(raw):
            if block.shape[1] > MAX_CHANNELS or not SOURCE_RATES_HZ[0] <= rate <= SOURCE_RATES_HZ[1]:
                self._fault(f"{block.shape[1]} channels at {rate} Hz")
                break
            if not self.rate_hz:
                self.rate_hz, self.channels, self.sample_format = rate, block.shape[1], sample_format
            if waiting and (block.shape[1] != waiting[0].shape[1] or rate != rate_hz):
                yield np.concatenate(waiting), rate_hz
                waiting, held = [], 0
            rate_hz = rate
            block = block[: max(0, int(np.ceil((self.max_seconds - self.seconds) * rate_hz)))]
            waiting.append(block)
            held += len(block)
            self.seconds += len(block) / rate_hz
            total += block.nbytes * max(1, SAMPLE_RATE_HZ // rate_hz)
            if held >= rate_hz:
                yield np.concatenate(waiting), rate_hz
                waiting, held = [], 0
            if self.seconds >= self.max_seconds or total > self.max_decoded_bytes:
                longer = self.declared_s is None or self.declared_s > self.max_seconds + self.options.over_limit_s
                if total > self.max_decoded_bytes:
                    self.why = f"more than {self.max_decoded_bytes / 1e6:.0f} MB of decoded sound; the rest is left out"
                elif longer:
                    self.why = f"longer than the limit of {self.max_seconds:g} s; the rest is left out"
                break
        if waiting:
            yield np.concatenate(waiting), rate_hz

    def finish(self, n_samples: int) -> None:
        """End the run: fill in ``why`` when something is missing.

        Args:
            n_samples: number of samples that came out of it.

        Raises:
            NothingDecoded: it is 0.
        """
        if not n_samples:
            cause = f" ({self.cause})" if self.cause else ""
            raise NothingDecoded(
                f"{self.name} announces sound ({self.codec or 'unknown codec'}), but not one sample of it decodes{cause}."
                " It is empty or damaged: export or download the recording again."
            )
        if self.why:
            return
        missing = None if self.declared_s is None else self.declared_s - self.seconds
        if self._timeline is not None and missing is not None:
            missing -= self._timeline.start_s + self._timeline.jumped_s
        last_packet = self.faults == 1 and self.fault_at_end and missing is not None and missing < self.options.end_fault_s
        if self.faults and not last_packet:
            self.why = f"{counted(self.faults, 'piece')} could not be decoded ({self.cause})"
        elif (
            self.vouched
            and self.declared_s is not None
            and missing is not None
            and missing > max(self.options.missing_share * self.declared_s, self.options.missing_s)
        ):
            self.why = f"the file announces {self.declared_s:.1f} s and holds {self.seconds:.1f} s"
        elif breaks_off(self.data) or (self._wave is not None and self._wave.breaks_off):
            self.why = "the file breaks off before its end"
        elif self._wave is not None and self._wave.other:
            self.why = "a second sound of another format follows in the same file; it was left out"
        elif self._wave is not None and self._wave.left_out_s:
            self.why = f"{self._wave.left_out_s:.0f} s of silence in its list of sounds were left out"
        elif self._timeline is not None and self._timeline.jumped_s:
            self.why = f"its time stamps leap over {self._timeline.jumped_s:.0f} s, which were left out"

    def _fault(self, cause: str) -> None:
        """Count a fault; the first cause is kept."""
        self.faults += 1
        self.fault_at_end = True
        self.cause = self.cause or cause

    def _pieces(self, raw: RawFormat | None) -> Iterator[tuple[np.ndarray, int, str]]:
        """Samples of shape (n, channels), their rate and their format, in the order and at the times of the file."""
        wave = self._wave
        if raw is not None and raw.coding == "oki":
            self.codec = "adpcm_oki"
            for block in vox_blocks(self.data, raw, self.name):
                yield block, raw.rate_hz, "s16"
            return
        if wave is not None and wave.tag in CODECS and wave.sounds:
            self.codec = CODECS[wave.tag]
            rate_hz, blocks = wave_blocks(wave, self.name)
            for block in blocks:
                yield block, rate_hz, "s16"
            return
        data = self.data if wave is None else wave.joined()
        container, self.cause = open_container(data, self.name, PATIENCE_S, raw)
        with container:
            frames = self._frames(container)
            names = container.format.name.split(",")
            if STAMPED.intersection(names):
                late_s = max(LATE_S.get(name, 0.0) for name in names)
                yield from self._placed(frames, Timeline(self.options, late_s=late_s))
            else:
                for frame, _ in frames:
                    yield _to_float(frame), frame.sample_rate, frame.format.name

    def _placed(self, frames: Iterator[tuple[Any, float | None]], timeline: Timeline) -> Iterator[tuple[np.ndarray, int, str]]:
        """As `_pieces`, with silence where the time stamps leave a gap. One wild stamp, that the next one goes back behind,
        makes no gap."""
        self._timeline = timeline
        ahead: list[tuple[Any, float | None]] = []
        while (item := ahead.pop() if ahead else next(frames, None)) is not None:
            frame, stamp_s = item
            rate_hz, form = frame.sample_rate, frame.format.name
            block = _to_float(frame)
            length_s = len(block) / max(1, rate_hz)
            gap_s = self._timeline.gap_s(stamp_s, length_s, self.seconds)
            if gap_s and stamp_s is not None:
                ahead += [after] if (after := next(frames, None)) is not None else []
                if ahead and ahead[0][1] is not None and ahead[0][1] < stamp_s:
                    self._timeline.take_back(self.seconds + length_s)
                    gap_s = 0.0
            for start in range(0, round(gap_s * rate_hz), max(1, rate_hz)):
                yield np.zeros((min(rate_hz, round(gap_s * rate_hz) - start), block.shape[1]), np.float32), rate_hz, form
            yield block, rate_hz, form

    def _frames(self, container: Any) -> Iterator[tuple[Any, float | None]]:
        """The decoded frames of the first audio stream whose codec is known, and their time stamps; faults are counted."""
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
        self.declared_s, self.vouched = declared_seconds(container, stream, self.data, self._wave)
        decoder = amr_decoder(self.codec) if self.codec in ("amr_nb", "amr_wb") else stream.codec_context
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
                frames = [one for frame in decoder.decode(packet) for one in _packed(frame)]
            except (av.FFmpegError, ValueError, OSError, MemoryError, OverflowError) as error:
                if packet.size or self.seconds == 0:
                    self._fault(error_text(error))
                frames = []
            fruitless = 0 if frames else fruitless + 1
            self.fault_at_end = self.fault_at_end and not frames
            yield from ((frame, frame.time) for frame in frames)
            if fruitless > MAX_FRUITLESS_PACKETS or time.monotonic() > self._deadline:
                fruitless_long = fruitless > MAX_FRUITLESS_PACKETS
                self._fault("no sound for thousands of packets" if fruitless_long else "decoding takes too long")
                return


def _packed(frame: Any) -> list[Any]:
    """A frame of few planes as it is, one of many with its channels side by side in one plane."""
    import av

    if not frame.format.is_planar or frame.layout.nb_channels <= MOST_PLANES:
        return [frame]
    resampler = av.AudioResampler(format=frame.format.packed.name)
    return [*resampler.resample(frame), *resampler.resample(None)]


def _to_float(frame: Any) -> np.ndarray:
    """A decoded frame as finite float32 of shape (n, channels)."""
    channels = frame.layout.nb_channels
    if frame.format.packed.name == "s64":  # FFmpeg decodes 64-bit integers, and PyAV 18 has no array for them
        planes = [np.frombuffer(plane, np.int64) for plane in frame.planes]
        array = np.stack([plane[: frame.samples * channels // len(planes)] for plane in planes])
    else:
        array = frame.to_ndarray()
    array = array.T if frame.format.is_planar else array.reshape(-1, channels)
    if array.dtype == np.uint8:
        return (array.astype(np.float32) - 128.0) / 128.0
    if array.dtype.kind == "i":
        return (array / float(-np.iinfo(array.dtype).min)).astype(np.float32)
    block = array.astype(np.float32)
    if not np.isfinite(block).all():
        block = np.where(np.isfinite(block), block, np.float32(0.0))
    return np.clip(block, -1e3, 1e3)
