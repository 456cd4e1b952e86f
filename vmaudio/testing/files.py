"""Signals as a decoded recording, and as a file in memory."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np

from vmaudio.records import Recording
from vmaudio.testing.signals import RATE_HZ


def recording(samples: np.ndarray, rate_hz: int = RATE_HZ) -> Recording:
    """Wrap samples as if they had been decoded; other rates than 16 kHz are resampled as `vmaudio.audio` does it.

    Args:
        samples: float32 of shape (n_samples,), in -1..1.
        rate_hz: sample rate.
    """
    samples = np.asarray(samples, dtype=np.float32)
    sha256 = hashlib.sha256(samples.tobytes()).hexdigest()
    if rate_hz != RATE_HZ:
        import soxr

        samples = soxr.resample(samples, rate_hz, RATE_HZ)
    return Recording(
        sha256=sha256,
        samples=samples,
        sample_rate_hz=RATE_HZ,
        duration_s=len(samples) / RATE_HZ,
        source_rate_hz=rate_hz,
        source_channels=1,
        source_codec="pcm_f32le",
    )


FORMATS = {
    "wav": ("wav", "pcm_s16le"), "wav8": ("wav", "pcm_u8"), "wav24": ("wav", "pcm_s24le"), "wav32": ("wav", "pcm_s32le"),
    "float": ("wav", "pcm_f32le"), "double": ("wav", "pcm_f64le"), "ulaw": ("wav", "pcm_mulaw"), "alaw": ("wav", "pcm_alaw"),
    "adpcm": ("wav", "adpcm_ima_wav"), "msadpcm": ("wav", "adpcm_ms"), "aiff": ("aiff", "pcm_s16be"), "au": ("au", "pcm_mulaw"),
    "caf": ("caf", "pcm_s16le"), "w64": ("w64", "pcm_s16le"), "flac": ("flac", "flac"), "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"), "alac": ("ipod", "alac"), "aac": ("adts", "aac"), "3gp": ("3gp", "libopencore_amrnb"),
    "amr": ("amr", "libopencore_amrnb"), "opus": ("ogg", "libopus"), "oggflac": ("ogg", "flac"), "webm": ("webm", "libopus"),
    "wma": ("asf", "wmav2"), "mka": ("matroska", "flac"), "g722": ("g722", "g722"),
    "wv": ("wv", "wavpack"), "tta": ("tta", "tta"),
}  # fmt: skip
"""What `encode` can make: name -> (FFmpeg's muxer, encoder)."""


def encode(samples: np.ndarray, form: str = "wav", rate_hz: int = RATE_HZ) -> bytes:
    """A file of samples, made with PyAV.

    Args:
        samples: shape (n_samples,) or (channels, n_samples), in -1..1.
        form: one of `FORMATS`.
        rate_hz: sample rate; AMR takes 8000 alone.
    """
    import av

    muxer, codec = FORMATS[form]
    block = np.atleast_2d(np.asarray(samples, dtype=np.float32))
    layout = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1", 8: "7.1"}[len(block)]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=muxer) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        if codec == "wmav2":
            stream.bit_rate = 64000
        chunk = 4000
        for start in range(0, block.shape[1], chunk):
            piece = block[:, start : start + chunk].T.reshape(1, -1)  # side by side: PyAV fails with eight planes
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()
