"""WAV files whose headers lie: several `data` chunks, lengths that were never filled in, and whether sound is missing.

FFmpeg reads the first `data` chunk and keeps silent about a second one; it also keeps silent about a file that ends inside
a chunk, and does not find sound in a list (`wavl`) of `data` and silence (`slnt`). So the chunks are walked here, a file of
several is put together before it is decoded, and an announced length is believed only where the rest of the header bears it
out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MAX_CHUNKS = 10_000
"""More chunks than these are not walked: a hostile file must not keep the run busy."""

HEADER_BYTES = 64
"""Recorders that count the header into the length of the sound announce 36, 44 or 58 bytes too many."""

ROUND_BYTES = 0x10000
"""Lengths of whole 64 KiB, but for a header, are written before the true one is known: 0x7FF00000, 0x40000000 ..."""

_EXTENSIBLE = 0xFFFE

MAX_SILENCE_S = 300.0
"""Silence of a list beyond this is left out, all together: as gaps in time stamps (`DecodeOptions.longest_gap_s`)."""

_SILENT = {1: b"\0", 3: b"\0", 6: b"\xd5", 7: b"\xff"}
"""A byte of silence by format tag: PCM, float, A-law, u-law. PCM of 8 bits has 0x80."""

LONGEST_S = 3600.0
"""An announced length beyond an hour, in a file that does not hold it, is a placeholder too: no voicemail is so long."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk: its four letters, where its payload begins, how long it says it is. ``silent``: so many samples of silence
    instead of a payload."""

    kind: bytes
    start: int
    size: int
    silent: int = 0


@dataclass(slots=True)
class Wave:
    """The chunks of a WAV file (RIFF or RF64) that matter to its sound.

    Attributes:
        data: the bytes of the file.
        tag: the format tag of the first `fmt ` chunk: 1 is PCM, 7 u-law, 0x40 G.721; 0 without one.
        bytes_per_s: bytes per second by the first `fmt ` chunk; 0 where it does not say.
        block_bytes: bytes per block by the same chunk; 0 where it does not say.
        fmt: payload of the first `fmt ` chunk.
        sounds: every `data` chunk in the order of the file, of the first format.
        samples: samples per channel by the `fact` chunk; 0 without one.
        other: `data` chunks of another format than the first.
        listed: the sound is a list of `data` and `slnt` chunks.
        left_out_s: silence of the list that was left out.
        torn: place of a chunk that is no sound and reaches beyond the file's end; 0 where there is none.
    """

    data: bytes
    tag: int = 0
    bytes_per_s: int = 0
    block_bytes: int = 0
    fmt: bytes = b""
    sounds: list[Chunk] = field(default_factory=list)
    samples: int = 0
    other: int = 0
    listed: bool = False
    left_out_s: float = 0.0
    torn: int = 0

    @property
    def breaks_off(self) -> bool:
        """Whether the file ends before its sound does, as far as its header can be believed."""
        last = next((one for one in reversed(self.sounds) if not one.silent), None)
        if last is None:
            return False
        missing = last.start + last.size - len(self.data)
        return missing > 1 and not self._is_wrong(last, missing)

    @property
    def held_bytes(self) -> int:
        """Bytes of sound that the file holds."""
        return sum(
            one.silent * self.block_bytes or max(0, min(one.size or len(self.data), len(self.data) - one.start))
            for one in self.sounds
        )

    def _is_wrong(self, last: Chunk, missing: int) -> bool:
        """Whether a length that reaches beyond the file is the writer's mistake, and no sound is missing."""
        in_64k = (last.size + HEADER_BYTES) % ROUND_BYTES
        whole_file = int.from_bytes(self.data[4:8], "little") + 8
        return (
            missing <= HEADER_BYTES
            or (last.size >= 16 * ROUND_BYTES and in_64k <= 2 * HEADER_BYTES)
            or (self.bytes_per_s > 0 and last.size / self.bytes_per_s > LONGEST_S)
            or (self.data[:4] == b"RIFF" and whole_file <= len(self.data) + 1)
        )

    def joined(self) -> bytes:
        """The bytes of the file, with the sound of several `data` chunks in one, and a torn chunk as one to be passed over:
        for the tags of a list FFmpeg takes as much memory as the list says that it is long, up to 2 GB."""
        if len(self.sounds) < 2 and not self.listed:
            return self.data[: self.torn] + b"JUNK" + self.data[self.torn + 4 :] if self.torn else self.data
        quiet = b"\x80" if self.tag == 1 and self.fmt[14:16] == b"\x08\0" else _SILENT.get(self.tag, b"\0")
        sound = b"".join(
            quiet * (one.silent * self.block_bytes) or self.data[one.start : one.start + one.size] for one in self.sounds
        )
        fmt = self.fmt + b"\0" * (len(self.fmt) % 2)
        body = b"WAVEfmt " + len(self.fmt).to_bytes(4, "little") + fmt + b"data" + len(sound).to_bytes(4, "little")
        return b"RIFF" + (len(body) + len(sound)).to_bytes(4, "little") + body + sound


def read_wave(data: bytes) -> Wave | None:
    """Walk the chunks of a WAV file.

    Args:
        data: the bytes of a file.

    Returns:
        What they say; None where the bytes are no WAV file.
    """
    if data[:4] not in (b"RIFF", b"RF64") or data[8:12] != b"WAVE":
        return None
    wave = Wave(data)
    fmt = b""
    silences: list[tuple[int, int]] = []
    for chunk in _walk(data):
        payload = data[chunk.start : chunk.start + min(chunk.size, 64)]
        if chunk.kind == b"fmt ":
            fmt = payload
            wave.fmt = wave.fmt or fmt
        elif chunk.kind == b"fact" and not wave.samples:
            wave.samples = int.from_bytes(payload[:4], "little")
        elif chunk.kind == b"data":
            if fmt[:16] == wave.fmt[:16]:
                wave.sounds.append(chunk)
            elif chunk.size:
                wave.other += 1
        elif chunk.kind == b"slnt" and wave.listed:
            silences.append((len(wave.sounds), int.from_bytes(payload[:4], "little")))
        if chunk.kind not in (b"data", b"fmt ") and chunk.start + chunk.size > len(data) + 1:
            wave.torn = chunk.start - 8
        wave.listed = wave.listed or (chunk.kind == b"LIST" and data[chunk.start : chunk.start + 4] == b"wavl")
    wave.tag = int.from_bytes(wave.fmt[:2], "little")
    wave.bytes_per_s = int.from_bytes(wave.fmt[8:12], "little")
    wave.block_bytes = int.from_bytes(wave.fmt[12:14], "little")
    _place(silences, wave)
    return wave


def _place(silences: list[tuple[int, int]], wave: Wave) -> None:
    """Put silences, each with the number of sounds before it, among the sounds; too long ones only count."""
    rate_hz = int.from_bytes(wave.fmt[4:8], "little")
    left = round(MAX_SILENCE_S * rate_hz) if wave.tag in _SILENT or wave.tag == _EXTENSIBLE else 0
    sounds = list(wave.sounds)
    for before, samples in reversed(silences):
        if samples <= left:
            sounds.insert(before, Chunk(b"slnt", 0, 0, samples))
            left -= samples
        elif rate_hz:
            wave.left_out_s += samples / rate_hz
    wave.sounds = sounds


def _walk(data: bytes) -> Iterator[Chunk]:
    """The chunks one after another; a WAV file that another was appended to goes on with the other's chunks."""
    at, long_size = 12, 0
    for _ in range(MAX_CHUNKS):
        kind = data[at : at + 4]
        if len(kind) < 4 or at + 8 > len(data) or not _is_name(kind):
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        start = at + 8
        if kind == b"ds64":
            long_size = int.from_bytes(data[start + 8 : start + 16], "little")
        if kind == b"data" and size == 0xFFFFFFFF and long_size:
            size = long_size
        if (kind, data[start : start + 4]) in ((b"RIFF", b"WAVE"), (b"LIST", b"wavl")):
            size = 4
        yield Chunk(kind, start, size)
        at = start + size
        if size % 2 and not (_is_name(data[at : at + 4]) and data[at : at + 1] != b"\0"):  # some writers leave the pad byte out
            at += 1


def _is_name(kind: bytes) -> bool:
    """Four printable letters."""
    return len(kind) == 4 and all(32 <= byte < 127 for byte in kind)
