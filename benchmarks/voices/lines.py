"""What a telephone line does to a voice: one function for all lines that the voices are sent through."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from samples.channels import band_limit, channel, read, write
from samples.voices import Samples, resample
from vmaudio.audio.decode import load_audio
from vmaudio.records import Recording
from vmaudio.testing import recording

RATE_HZ = 16000
LINES = {
    "tune": ("clean", "ulaw", "gsm", "amr 12200", "opus 16", "loss 3", "babble 20", "babble 10", "street 15"),
    "choose": ("clean", "amr 4750", "clipping", "street 20"),
    "report": ("clean", "alaw", "amr 7950", "opus 8", "loss 10", "babble 15", "street 10"),
}
"""By part; "clean" is in all of them. amr: bit/s, opus: kbit/s, loss: % of frames of 20 ms, babble and street: dB SNR."""

KINDS = {
    "clean": "clean", "ulaw": "codec", "alaw": "codec", "gsm": "codec", "amr": "codec", "opus": "codec", "loss": "loss",
    "babble": "noise", "street": "noise", "clipping": "clipping",
}  # fmt: skip


def kind_of(line: str) -> str:
    """clean, codec, loss, noise or clipping."""
    return KINDS[line.split()[0]]


def through(samples: Samples, line: str, seed: int) -> Recording:
    """Sound after a line.

    Args:
        samples: mono at 16 kHz.
        line: one of `LINES`.
        seed: of noise and of what is lost.
    """
    name, _, value = line.partition(" ")
    if name == "clean":
        return recording(np.asarray(samples, np.float32))
    if name in ("babble", "street"):
        out, rate = channel(samples, RATE_HZ, "band", snr_db=float(value), noise=name, seed=seed)
    elif name == "clipping":
        out, rate = channel(samples, RATE_HZ, "band", clip_share=0.08, seed=seed)
    elif name == "ulaw":
        out, rate = channel(samples, RATE_HZ, "ulaw", seed=seed)
    elif name == "loss":
        out, rate = channel(samples, RATE_HZ, "ulaw", seed=seed)
        out = lossy(out, rate, float(value) / 100, seed)
    else:
        return _coded(samples, name, value)
    return recording(np.asarray(out, np.float32), rate)


def _coded(samples: Samples, name: str, value: str) -> Recording:
    rate = RATE_HZ if name == "opus" else 8000
    out = resample(samples, RATE_HZ, rate) if name == "opus" else band_limit(resample(samples, RATE_HZ, 8000), 8000)
    peak = float(np.abs(out).max(initial=0.0))
    out = out * np.float32(0.97 / peak) if peak > 0.97 else out
    fmt, suffix, kbps = {
        "alaw": ("alaw.wav", "wav", None), "gsm": ("gsm.wav", "wav", None), "opus": ("ogg", "ogg", value),
        "amr": ("amr", "amr", value),
    }[name]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{suffix}"
        if name == "amr":
            _amr(path, out, int(value))
        else:
            write(path, out, rate, fmt, kbps=int(kbps) if kbps else None)
        if name == "gsm":  # our own decoder: the other cannot read a GSM file whose last frame is half full
            return load_audio(path)
        back, back_rate = read(path)
    return recording(np.asarray(back, np.float32), back_rate)


def _amr(path: Path, samples: Samples, bit_rate: int) -> None:
    from samples.channels import _encode

    pcm = np.clip(np.round(samples.astype(np.float64) * 32767), -32768, 32767).astype("<i2")
    _encode(path, pcm, 8000, "libopencore_amrnb", "s16", "amr", bit_rate)


def lossy(samples: Samples, rate: int, share: float, seed: int) -> Samples:
    """Sound with that share of its 20 ms packets lost; the first of a gap repeats the packet before at half its level.

    Args:
        samples: mono.
        rate: Hz.
        share: of the packets, 0 to 1; they are lost in runs of two on average.
        seed: of what is lost.
    """
    rng = np.random.default_rng(seed)
    size, out, lost = rate // 50, samples.copy(), False
    for begin in range(0, len(out) - size, size):
        was, lost = lost, bool(rng.random() < (0.5 if lost else share * 0.5 / max(1e-9, 1 - share)))
        if lost:
            out[begin : begin + size] = 0.0 if was or begin < size else out[begin - size : begin] * np.float32(0.5)
    return out
