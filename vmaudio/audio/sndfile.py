"""Three telephone codecs that libsndfile decodes and FFmpeg does not, or not rightly.

- NMS ADPCM (WAV tag 0x38): FFmpeg takes the tag for AMR and makes noise of it.
- G.721 (WAV tag 0x40): FFmpeg reads the two codes of each byte in the wrong order.
- OKI ADPCM (Dialogic .vox): FFmpeg has the codec, but no demuxer for sound without a header.

libsndfile comes in soundfile's wheel. It gets a header that is made here, never the file's own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np

from vmaudio.audio.raw import RawFormat
from vmaudio.audio.riff import Wave
from vmaudio.errors import NothingDecoded

NMS_ADPCM, G721 = 0x38, 0x40
CODECS = {NMS_ADPCM: "adpcm_nms", G721: "adpcm_g721"}
"""Format tags of WAV files that are decoded here, and what we call the codec."""

HIGH_PASS_HZ = 20.0
"""Below this lies the wandering offset of OKI ADPCM, and nothing of a telephone's sound."""

_NMS_BLOCKS = {42: 2, 62: 3, 82: 4}  # bytes per block of 160 samples: bits per sample
_NMS_SAMPLES = 160  # per block
_G721_BLOCK, _G721_SAMPLES = 60, 120  # libsndfile reads blocks of 60 bytes; the codec itself has none


def wave_blocks(wave: Wave, name: str) -> tuple[int, Iterator[np.ndarray]]:
    """Decode a WAV file of NMS ADPCM or G.721.

    Args:
        wave: its chunks; the tag is one of `CODECS`.
        name: the name of the file, for the sentence.

    Returns:
        The sample rate in Hz, and about a second of sound after another, float32 of shape (n, 1).

    Raises:
        NothingDecoded: several channels, a rate or a size of blocks that the codec does not have.
    """
    channels, rate_hz = int.from_bytes(wave.fmt[2:4], "little"), int.from_bytes(wave.fmt[4:8], "little")
    known_block = wave.tag == G721 or wave.block_bytes in _NMS_BLOCKS
    if channels != 1 or not 1000 <= rate_hz <= 48000 or not known_block:
        raise NothingDecoded(
            f"{name} is coded as {CODECS[wave.tag]} with {channels} channels at {rate_hz} Hz and blocks of"
            f" {wave.block_bytes} bytes, which vmaudio cannot decode. Export it as plain WAV (PCM)."
        )
    sound = b"".join(wave.data[one.start : one.start + (one.size or len(wave.data))] for one in wave.sounds if not one.silent)
    block, per_block = (_G721_BLOCK, _G721_SAMPLES) if wave.tag == G721 else (wave.block_bytes, _NMS_SAMPLES)
    whole = -(-len(sound) // block) * block
    held = whole // block * per_block if wave.tag == NMS_ADPCM else len(sound) * 2
    samples = wave.samples if 0 < held - wave.samples < 2 * per_block else held  # the last block is filled up
    fmt = wave.tag.to_bytes(2, "little") + wave.fmt[2:12]
    if wave.tag == G721:
        fmt += b"\x40\0\4\0\2\0\0\0"
    else:
        fmt += block.to_bytes(2, "little") + _NMS_BLOCKS[block].to_bytes(2, "little")
    body = b"WAVEfmt " + len(fmt).to_bytes(4, "little") + fmt + b"fact" + (4).to_bytes(4, "little")
    body += held.to_bytes(4, "little") + b"data" + whole.to_bytes(4, "little")
    padded = b"RIFF" + (len(body) + whole).to_bytes(4, "little") + body + sound.ljust(whole, b"\0")
    return rate_hz, _read(io.BytesIO(padded), samples, name)


def vox_blocks(data: bytes, form: RawFormat, name: str) -> Iterator[np.ndarray]:
    """Decode OKI ADPCM without a header, two samples a byte, and take out the offset that wanders.

    The codec has no means against rounding that differs between encoder and decoder, which adds up to an offset of some
    per cent of full scale. Telephone sound begins at 300 Hz: a high pass at about 20 Hz takes nothing of it.

    Args:
        data: the bytes of the file.
        form: its rate.
        name: the name of the file, for the sentence.

    Yields:
        About a second of sound after another, float32 of shape (n, 1).
    """
    from scipy.signal import lfilter

    pole = float(np.exp(-2 * np.pi * HIGH_PASS_HZ / form.rate_hz))
    state = np.zeros((1, 1))
    stream = io.BytesIO(data)
    for block in _read(stream, 2 * len(data), name, format="RAW", subtype="VOX_ADPCM", samplerate=form.rate_hz, channels=1):
        passed, state = lfilter([1.0, -1.0], [1.0, -pole], block, axis=0, zi=state)
        yield passed.astype(np.float32)


def _read(stream: io.BytesIO, samples: int, name: str, **raw: str | int) -> Iterator[np.ndarray]:
    """Blocks of at most 8000 samples, ``samples`` in all."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise NothingDecoded(
            f"{name} needs libsndfile, which cannot be loaded ({error}). Reinstall the package soundfile, or export the"
            " recording as plain WAV (PCM)."
        ) from None
    try:
        with soundfile.SoundFile(stream, **raw) as sound:
            left = samples
            while left > 0 and len(block := sound.read(min(left, 8000), dtype="float32", always_2d=True)):
                left -= len(block)
                yield block
    except (soundfile.LibsndfileError, RuntimeError, ValueError, TypeError) as error:
        raise NothingDecoded(
            f"{name} cannot be decoded by libsndfile ({str(error).strip('. ').lower()}). Export it as plain WAV (PCM)."
        ) from None
