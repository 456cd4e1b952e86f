"""What a telephone line does to a voice: level, noise, clipping, band limit and speech codecs, in memory.

Sound goes in and comes out aligned (a codec's delay is measured by cross-correlation and taken out), so that known times
stay true. `write` puts sound into a file and measures how much later it decodes.
"""

from __future__ import annotations

import io
import subprocess
import tempfile
import wave
from pathlib import Path
from typing import Any

import numpy as np

try:
    from samples.voices import Samples, level_dbfs, resample
except ModuleNotFoundError:  # run as a script from this folder
    from voices import Samples, level_dbfs, resample  # type: ignore[no-redef]

KINDS = ("wide", "band", "ulaw", "gsm", "amr", "mp3", "opus")
NOISES = ("white", "pink", "hum", "babble", "street")


def channel(
    samples: Samples,
    rate: int,
    kind: str = "ulaw",
    *,
    level: float | None = None,
    snr_db: float | None = None,
    noise: str = "pink",
    clip_share: float = 0.0,
    seed: int = 0,
) -> tuple[Samples, int]:
    """Send sound through a line; return (samples, rate), aligned with the input.

    ``kind``: "wide" (16 kHz, no loss), "band" (300-3400 Hz at 8 kHz), "ulaw" (band and G.711 u-law), "gsm" (band and GSM
    06.10 full rate; needs sox), "amr" (band and AMR-NB 12.2 kbit/s), "mp3" (band and MP3 16 kbit/s), "opus" (16 kHz, Opus
    12 kbit/s). ``level`` is the speech level in dBFS after the band limit (see `voices.level_dbfs`), lowered where peaks would
    pass 0.97; ``snr_db`` adds ``noise`` (one of `NOISES`) that far below the speech; ``clip_share`` drives the sound until
    that share of the speaking
    samples stands at the rail. Raises ValueError for an unknown kind or noise.
    """
    if kind not in KINDS:
        raise ValueError(f"No channel is called {kind}. There are: {', '.join(KINDS)}.")
    new_rate = 16000 if kind in ("wide", "opus") else 8000
    out = resample(samples, rate, new_rate)
    speech = out
    if new_rate == 8000:
        out = speech = band_limit(out, new_rate)
    if snr_db is not None:
        bed = make_noise(noise, len(out), new_rate, seed)
        if new_rate == 8000:
            bed = band_limit(bed, new_rate)
        gain = 10 ** ((level_dbfs(speech, new_rate) - snr_db) / 20) / max(
            float(np.sqrt(np.mean(bed.astype(np.float64) ** 2))), 1e-12
        )
        out = (out + bed * np.float32(gain)).astype(np.float32)
    if level is not None:
        out = (out * np.float32(10 ** ((level - level_dbfs(speech, new_rate)) / 20))).astype(np.float32)
    if clip_share:
        out = clip(out, new_rate, clip_share)
    elif out.size and np.abs(out).max() > 0.97:
        out = (out * np.float32(0.97 / np.abs(out).max())).astype(np.float32)
    out = np.clip(out, -1.0, 1.0)
    if kind in ("wide", "band"):
        return out, new_rate
    formats = {"ulaw": "ulaw.wav", "gsm": "gsm.wav", "amr": "amr", "mp3": "mp3", "opus": "ogg"}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("x." + formats[kind].rsplit(".", 1)[-1])
        write(path, out, new_rate, formats[kind])
        back, back_rate = read(path)
    back = resample(back, back_rate, new_rate)
    lag = delay(out, back, new_rate)
    back = back[lag:] if lag >= 0 else np.pad(back, (-lag, 0))
    return np.pad(back, (0, max(0, len(out) - len(back))))[: len(out)].astype(np.float32), new_rate


def band_limit(samples: Samples, rate: int, low_hz: float = 300.0, high_hz: float = 3400.0) -> Samples:
    """The telephone band (ITU-T G.712), as a linear-phase filter without delay."""
    from scipy.signal import fftconvolve, firwin

    taps = firwin(2 * (rate // 80) + 1, [low_hz, min(high_hz, rate * 0.47)], pass_zero=False, fs=rate)
    return np.asarray(fftconvolve(samples.astype(np.float64), taps, mode="same"), dtype=np.float32)


def clip(samples: Samples, rate: int, share: float) -> Samples:
    """Drive the sound until ``share`` of the samples inside speech (20 ms frames within 30 dB of the loudest) clip."""
    frame = rate // 50
    n = len(samples) // frame
    frames = samples[: n * frame].reshape(n, frame)
    power = np.mean(frames.astype(np.float64) ** 2, axis=1)
    speaking = np.abs(frames[power > power.max() * 1e-3]).ravel()
    rail = float(np.quantile(speaking, 1 - share))
    return np.clip(samples / max(rail, 1e-9), -1.0, 1.0).astype(np.float32)


def make_noise(kind: str, n: int, rate: int, seed: int = 0) -> Samples:
    """Noise of a kind, RMS 1: white, pink (1/f), hum (60 Hz, harmonics, hiss), babble, street (rumble, passing cars)."""
    if kind not in NOISES:
        raise ValueError(f"No noise is called {kind}. There are: {', '.join(NOISES)}.")
    rng = np.random.default_rng(seed)
    t = np.arange(n) / rate
    if kind == "hum":
        x = sum(
            np.sin(2 * np.pi * 60 * k * t + rng.uniform(0, 6.28)) / k**0.7 for k in range(1, 12)
        ) + 0.15 * rng.standard_normal(n)
    elif kind == "babble":  # twelve talkers: speech-shaped noise with syllable-rate envelopes
        x = np.zeros(n)
        for _ in range(12):
            envelope = np.interp(
                t, np.arange(0, n / rate + 1, 0.12), rng.gamma(0.8, 1.0, len(np.arange(0, n / rate + 1, 0.12)))
            )
            x += _coloured(rng, n, rate, 1.6, 250.0) * envelope
    elif kind == "street":
        swell = 0.4 + sum(
            np.exp(-0.5 * ((t - c) / rng.uniform(0.8, 2.0)) ** 2) for c in rng.uniform(0, n / rate, max(1, n // (rate * 6)))
        )
        x = _coloured(rng, n, rate, 1.4, 120.0) * swell
    else:
        x = _coloured(rng, n, rate, 0.0 if kind == "white" else 1.0, 40.0)
    x = x - np.mean(x)
    return np.asarray(x / max(float(np.sqrt(np.mean(x**2))), 1e-12), dtype=np.float32)


def _coloured(rng: np.random.Generator, n: int, rate: int, exponent: float, corner_hz: float) -> Any:
    """Noise with a power spectrum falling as 1/f**exponent above ``corner_hz``."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    f = np.maximum(np.fft.rfftfreq(n, 1 / rate), corner_hz) / corner_hz
    return np.fft.irfft(spectrum * f ** (-exponent / 2), n)


def delay(reference: Samples, other: Samples, rate: int, limit_s: float = 0.25) -> int:
    """By how many samples ``other`` is later than ``reference`` (negative: earlier), by cross-correlation."""
    from scipy.signal import correlate, correlation_lags

    n = min(len(reference), len(other), rate * 20)
    a, b = reference[:n].astype(np.float64), other[:n].astype(np.float64)
    lags = correlation_lags(n, n)
    near = np.abs(lags) <= limit_s * rate
    return int(lags[near][np.argmax(correlate(b, a)[near])])


# --- files -------------------------------------------------------------------------------------------------------------

FORMATS: dict[str, str] = {
    "wav": "PCM wav",
    "ulaw.wav": "G.711 u-law wav",
    "alaw.wav": "G.711 A-law wav",
    "gsm.wav": "GSM 06.10 in wav",
    "gsm": "raw GSM 06.10",
    "mp3": "MP3",
    "m4a": "AAC in m4a",
    "ogg": "Opus in ogg",
    "flac": "FLAC",
    "amr": "AMR-NB 12.2 kbit/s",
}


def write(path: Path, samples: Samples, rate: int, fmt: str, *, kbps: int | None = None, stereo: bool = False) -> None:
    """Write mono sound in one of `FORMATS`; ``stereo`` puts it in the left channel with a silent right one (wav only)."""
    pcm = np.clip(np.round(samples.astype(np.float64) * 32767), -32768, 32767).astype("<i2")
    if fmt in ("gsm", "gsm.wav"):
        pcm = np.pad(pcm, (0, -len(pcm) % 640))  # pairs of blocks: sox counts the pad byte of an odd chunk as sound
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in.wav"
            _write_pcm(source, pcm, rate, 1)
            kind = ["-t", "gsm"] if fmt == "gsm" else ["-t", "wav", "-e", "gsm-full-rate"]
            subprocess.run(["sox", "-D", str(source), "-r", "8000", *kind, str(path)], check=True, capture_output=True)
        return
    if fmt == "wav":
        _write_pcm(path, np.column_stack([pcm, np.zeros_like(pcm)]).ravel() if stereo else pcm, rate, 2 if stereo else 1)
        return
    codec, sample_format, container, default = {
        "ulaw.wav": ("pcm_mulaw", "s16", "wav", 64),
        "alaw.wav": ("pcm_alaw", "s16", "wav", 64),
        "mp3": ("libmp3lame", "s16p", "mp3", 24),
        "m4a": ("aac", "fltp", "ipod", 40),
        "ogg": ("libopus", "s16", "ogg", 16),
        "flac": ("flac", "s16", "flac", 0),
        "amr": ("libopencore_amrnb", "s16", "amr", 12),
    }[fmt]
    _encode(path, pcm, rate, codec, sample_format, container, 12200 if fmt == "amr" else 1000 * (kbps or default))


def _write_pcm(path: Path, pcm: Any, rate: int, channels: int) -> None:
    with wave.open(str(path), "wb") as handle:
        handle.setnchannels(channels)
        handle.setsampwidth(2)
        handle.setframerate(rate)
        handle.writeframes(pcm.tobytes())


def _encode(path: Path, pcm: Any, rate: int, codec: str, sample_format: str, container: str, bit_rate: int) -> None:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=container, options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream(codec, rate=rate, layout="mono", format=sample_format)
        if bit_rate:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=sample_format, layout="mono", rate=rate)
        frame = av.AudioFrame.from_ndarray(pcm.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        for piece in resampler.resample(frame):
            piece.pts = None
            fifo.write(piece)
        size = stream.codec_context.frame_size or 1024
        position = 0
        while fifo.samples:
            block = fifo.read(size, partial=True)
            block.pts = position
            position += block.samples
            out.mux(stream.encode(block))
        out.mux(stream.encode(None))
    path.write_bytes(buffer.getvalue())


def read(path: Path) -> tuple[Samples, int]:
    """Decode a file to mono float32 (the mean of the channels that carry sound) with PyAV; for making and checking only."""
    import av

    with av.open(str(path), format="gsm" if path.suffix == ".gsm" else None) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="fltp")
        blocks = [b.to_ndarray() for frame in container.decode(stream) for b in resampler.resample(frame)]
        rate = int(stream.rate)
    sound = np.concatenate(blocks, axis=1)
    alive = sound[np.abs(sound).max(axis=1) > 0]
    return (alive.mean(axis=0) if len(alive) else sound[0]).astype(np.float32), rate
