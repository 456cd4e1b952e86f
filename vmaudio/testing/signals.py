"""Signals of known truth: tones, noises and what is heard on a telephone line.

The makers return float32 arrays of shape (n_samples,); levels are RMS in dBFS, 0 dBFS being an RMS of 1 (a full-scale sine
has -3.01 dBFS); every random one takes a ``seed``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

RATE_HZ = 16000


def set_level(samples: np.ndarray, level_dbfs: float) -> np.ndarray:
    """Scale to an RMS of ``level_dbfs``. Silence stays silence; nothing is clipped.

    Args:
        samples: float32 of shape (n_samples,).
        level_dbfs: RMS level.
    """
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    return (samples * (10 ** (level_dbfs / 20) / rms if rms > 0 else 0.0)).astype(np.float32)


def silence(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Digital zero.

    Args:
        seconds: length.
        rate_hz: sample rate.
    """
    return np.zeros(round(seconds * rate_hz), np.float32)


def tone(freq_hz: float | Sequence[float], seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A sine, or several together.

    Args:
        freq_hz: one frequency, or several of equal amplitude.
        seconds: length.
        level_dbfs: RMS level of the sum.
        rate_hz: sample rate.
    """
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    freqs = np.atleast_1d(np.asarray(freq_hz, dtype=float))
    return set_level(np.sin(2 * np.pi * freqs[:, None] * t).sum(axis=0), level_dbfs)


def chirp(start_hz: float, end_hz: float, seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A sine that glides linearly from one frequency to the other.

    Args:
        start_hz: frequency at the start.
        end_hz: frequency at the end.
        seconds: length.
        level_dbfs: RMS level.
        rate_hz: sample rate.
    """
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return set_level(np.sin(2 * np.pi * (start_hz * t + (end_hz - start_hz) * t**2 / (2 * seconds))), level_dbfs)


def noise(seconds: float, level_dbfs: float = -40.0, kind: str = "white", seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Stationary noise.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        kind: "white", "pink" (-3 dB per octave) or "brown" (-6 dB per octave), the latter two from 20 Hz up.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    n = round(seconds * rate_hz)
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0}[kind]
    if n == 0:
        return np.zeros(0, np.float32)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    freqs = np.fft.rfftfreq(n, 1 / rate_hz)
    spectrum *= np.where(freqs >= 20, np.maximum(freqs, 20.0) ** -slope, 0.0 if slope else 1.0)
    return set_level(np.fft.irfft(spectrum, n), level_dbfs)


def hum(seconds: float, level_dbfs: float = -40.0, mains_hz: float = 60.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Mains hum: the mains frequency and its harmonics to the 15th, odd ones stronger.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        mains_hz: 60 or 50.
        rate_hz: sample rate.
    """
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    parts = [(1.0 if k % 2 else 0.4) / k * np.sin(2 * np.pi * k * mains_hz * t + k) for k in range(1, 16)]
    return set_level(np.sum(parts, axis=0), level_dbfs)


def bursts(wave: np.ndarray, on_s: float, off_s: float, rate_hz: int = RATE_HZ, ramp_s: float = 0.005) -> np.ndarray:
    """Switch a sound on and off, beginning with on; soft ramps, so that no clicks arise.

    Args:
        wave: float32 of shape (n_samples,).
        on_s: seconds on.
        off_s: seconds off.
        rate_hz: sample rate.
        ramp_s: seconds in which it swells and fades.
    """
    t = np.arange(len(wave)) / rate_hz % (on_s + off_s)
    gate = np.clip(np.minimum(t, on_s - t) / ramp_s, 0.0, 1.0)
    return (wave * gate).astype(np.float32)


def beeps(
    seconds: float, level_dbfs: float = -20.0, freq_hz: float = 1000.0, on_s: float = 0.3, off_s: float = 0.7,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:  # fmt: skip
    """A tone that comes and goes.

    Args:
        seconds: length.
        level_dbfs: RMS level while on.
        freq_hz: frequency of the tone.
        on_s: seconds on.
        off_s: seconds off.
        rate_hz: sample rate.
    """
    return bursts(tone(freq_hz, seconds, level_dbfs, rate_hz), on_s, off_s, rate_hz)


def dial_tone(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American dial tone: 350 and 440 Hz.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        rate_hz: sample rate.
    """
    return tone((350, 440), seconds, level_dbfs, rate_hz)


def ring_back(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American ring-back tone: 440 and 480 Hz, 2 s on, 4 s off.

    Args:
        seconds: length.
        level_dbfs: RMS level while on.
        rate_hz: sample rate.
    """
    return bursts(tone((440, 480), seconds, level_dbfs, rate_hz), 2.0, 4.0, rate_hz)


def busy_tone(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American busy signal: 480 and 620 Hz, half a second on and off.

    Args:
        seconds: length.
        level_dbfs: RMS level while on.
        rate_hz: sample rate.
    """
    return bursts(tone((480, 620), seconds, level_dbfs, rate_hz), 0.5, 0.5, rate_hz)


def dtmf(digits: str, on_s: float = 0.1, off_s: float = 0.1, level_dbfs: float = -15.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Telephone keys, each as its two tones (ITU-T Q.23).

    Args:
        digits: 0 to 9, ``*`` and ``#``.
        on_s: seconds of each key.
        off_s: seconds between keys.
        level_dbfs: RMS level while on.
        rate_hz: sample rate.
    """
    keys = "123456789*0#"
    low, high = (697, 770, 852, 941), (1209, 1336, 1477)
    pieces = [
        np.concatenate([
            bursts(tone((low[keys.index(d) // 3], high[keys.index(d) % 3]), on_s, level_dbfs, rate_hz), on_s, 1.0, rate_hz),
            silence(off_s, rate_hz),
        ])
        for d in digits
    ]  # fmt: skip
    return np.concatenate(pieces) if pieces else silence(0)


def chords(seconds: float, level_dbfs: float = -20.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Music-like: triads of plucked notes with harmonics, a new chord every third to whole second.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    out = np.zeros(n)
    at = 0
    while at < n:
        length = int(rng.uniform(0.33, 1.0) * rate_hz)
        t = np.arange(min(n - at, int(length * 1.5))) / rate_hz
        root = 110 * 2 ** (rng.integers(0, 24) / 12)
        for interval in (0, int(rng.choice([3, 4])), 7, 12):
            for k in range(1, 6):
                freq = k * root * 2 ** (interval / 12)
                out[at : at + len(t)] += np.sin(2 * np.pi * freq * t + rng.uniform(0, 6)) / k * np.exp(-t * (1 + k))
        at += length
    return set_level(out, level_dbfs)


def clicks(seconds: float, level_dbfs: float = -35.0, per_s: float = 5.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Keyboard-like: short noise bursts with a resonance, each key down and up, at irregular times.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        per_s: keys a second, on average.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    out = np.zeros(n + rate_hz)
    at = rng.uniform(0, 0.2)
    while at < seconds:
        for delay, gain in ((0.0, 1.0), (rng.uniform(0.06, 0.11), 0.4)):
            t = np.arange(int(0.02 * rate_hz)) / rate_hz
            body = np.sin(2 * np.pi * rng.uniform(1500, 4000) * t) + rng.standard_normal(len(t))
            start = int((at + delay) * rate_hz)
            out[start : start + len(t)] += gain * rng.uniform(0.5, 1.0) * body * np.exp(-t / 0.004)
        at += rng.exponential(1 / per_s) + 0.05
    return set_level(out[:n], level_dbfs)


def breathing(seconds: float, level_dbfs: float = -40.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Breathing-like: band noise that swells and fades, in and out, about 15 breaths a minute.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal(n)) if n else np.zeros(1)
    freqs = np.fft.rfftfreq(max(n, 1), 1 / rate_hz)
    shape = np.exp(-0.5 * (np.log2(np.maximum(freqs, 1) / rng.uniform(600, 1500)) / 1.2) ** 2)
    t = np.arange(n) / rate_hz
    swell = np.clip(np.sin(2 * np.pi * t / rng.uniform(1.6, 2.4) + rng.uniform(0, 6)), 0, 1) ** 1.5
    return set_level(np.fft.irfft(spectrum * shape, n) * (swell + 0.01) if n else silence(0), level_dbfs)


def street(seconds: float, level_dbfs: float = -30.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Street-like: brown and pink noise, with cars that pass (slow swells) and engine hum.

    Args:
        seconds: length.
        level_dbfs: RMS level.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    out = noise(seconds, -20, "brown", seed, rate_hz) + noise(seconds, -30, "pink", seed + 1, rate_hz)
    for _ in range(max(1, round(seconds / 6))):
        bump = np.exp(-0.5 * ((t - rng.uniform(0, max(seconds, 1))) / rng.uniform(0.7, 2.0)) ** 2)
        out = out + noise(seconds, -14, "pink", int(rng.integers(1 << 30)), rate_hz) * bump
        out = out + 0.02 * np.sin(2 * np.pi * rng.uniform(60, 130) * t) * bump
    return set_level(out, level_dbfs)
