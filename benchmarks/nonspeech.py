"""Clips without speech for fitting and evaluating the speech detector: more kinds than `vmaudio.testing` has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.testing import (
    beeps,
    breathing,
    busy_tone,
    chirp,
    chords,
    clicks,
    dial_tone,
    dtmf,
    hum,
    noise,
    ring_back,
    set_level,
    silence,
    street,
    tone,
)

RATE_HZ = 16000
Maker = Callable[[float, np.random.Generator], np.ndarray]


def _time(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(1 << 30))


def melody(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Frequency-modulation synthesis: single notes of a scale, plucked or held."""
    out = np.zeros(round(seconds * RATE_HZ))
    root, ratio, fade, at = rng.uniform(150, 500), rng.choice([1, 1.5, 2, 3]), rng.uniform(0.5, 6), 0
    while at < len(out):
        t = _time(float(rng.choice([0.12, 0.18, 0.25, 0.35, 0.5])))[: len(out) - at]
        phase = 2 * np.pi * root * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 11, 12, 14, 16]) / 12) * t
        note = np.sin(phase + rng.uniform(0, 3) * np.exp(-4 * t) * np.sin(ratio * phase))
        out[at : at + len(t)] += note * np.minimum(1, t / 0.01) * np.exp(-t * fade)
        at += len(t)
    return out


def organ(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Held chords of eight harmonics."""
    out = np.zeros(round(seconds * RATE_HZ))
    at = 0
    while at < len(out):
        t = _time(rng.uniform(0.4, 2))[: len(out) - at]
        root = rng.uniform(80, 260)
        for interval in (0, rng.choice([3, 4, 5]), 7, 12):
            for k in range(1, 9):
                out[at : at + len(t)] += np.sin(2 * np.pi * k * root * 2 ** (interval / 12) * t + rng.uniform(0, 6)) / k
        at += len(t)
    return out


def drums(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A kit of bass drum, snare and hi-hat at 80 to 160 beats a minute."""
    n = round(seconds * RATE_HZ)
    out = np.zeros(n + RATE_HZ)
    t = _time(0.25)
    for start in np.arange(0, seconds, 30 / rng.uniform(80, 160)):
        hiss = rng.standard_normal(len(t) + 1)
        stroke = (
            np.sin(2 * np.pi * (50 * t + 80 * (1 - np.exp(-t * 30)) / 30)) * np.exp(-t * 12),
            hiss[1:] * np.exp(-t * 20) + np.sin(2 * np.pi * 190 * t) * np.exp(-t * 18),
            0.5 * np.diff(hiss) * np.exp(-t * 50),
        )[rng.integers(3)]
        out[int(start * RATE_HZ) : int(start * RATE_HZ) + len(t)] += stroke
    return out[:n]


def band(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Melody, chords and drums together."""
    return melody(seconds, rng) + 0.5 * organ(seconds, rng) + drums(seconds, rng)


def wind(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Coloured noise that swells slowly."""
    x = noise(seconds, -20, str(rng.choice(["pink", "brown"])), _seed(rng))
    t = np.arange(len(x)) / RATE_HZ
    gain = 1 + sum(rng.uniform(0.2, 0.6) * np.sin(2 * np.pi * rng.uniform(0.1, 2) * t + rng.uniform(0, 6)) for _ in range(3))
    return x * np.maximum(gain, 0.05)


def machine(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Noise that pulses evenly, 0.5 to 9 times a second: pumps, saws, engines."""
    x = noise(seconds, -20, str(rng.choice(["white", "pink"])), _seed(rng))
    swell = np.clip(np.sin(2 * np.pi * rng.uniform(0.5, 9) * np.arange(len(x)) / RATE_HZ), 0, 1)
    return x * (0.15 + swell ** rng.uniform(0.5, 4))


def siren(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A tone with two overtones that wails."""
    t = _time(seconds)
    phase = 2 * np.pi * np.cumsum(900 + 500 * np.sin(2 * np.pi * rng.uniform(0.2, 3) * t)) / RATE_HZ
    return sum((np.sin(k * phase) / k**1.5 for k in range(1, 4)), np.zeros(len(t)))


def ringtone(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Two tones in quick turn, with rests."""
    t = _time(seconds)
    low, high = rng.uniform(400, 1500, 2)
    wave = np.where((t * rng.uniform(8, 25)) % 1 < 0.5, np.sin(2 * np.pi * low * t), np.sin(2 * np.pi * high * t))
    return wave * ((t % rng.uniform(1, 3)) < rng.uniform(0.4, 1))


def thuds(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Doors, knocks, things put down: noise bursts with a resonance, 50 to 400 ms."""
    from scipy.signal import lfilter

    n = round(seconds * RATE_HZ)
    out = np.zeros(n + RATE_HZ)
    at = rng.uniform(0, 0.3)
    while at < seconds:
        t = _time(rng.uniform(0.05, 0.4))
        pole = -2 * 0.97 * np.cos(2 * np.pi * rng.uniform(80, 1500) / RATE_HZ)
        burst = lfilter([1], [1, pole, 0.97**2], rng.standard_normal(len(t))) * np.exp(-t * rng.uniform(10, 50))
        out[int(at * RATE_HZ) : int(at * RATE_HZ) + len(t)] += rng.uniform(0.3, 1) * burst / burst.std()
        at += rng.exponential(0.8) + 0.1
    return out[:n]


def crackle(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """A bad line: single samples off, over hiss."""
    out = 0.005 * rng.standard_normal(round(seconds * RATE_HZ))
    at = rng.integers(0, len(out), int(seconds * rng.uniform(5, 80)))
    out[at] += rng.standard_normal(len(at)) * rng.exponential(1, len(at))
    return out


def heavy_breath(seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Breaths in and out through moving resonances, with rests."""
    from scipy.signal import lfilter

    hiss = rng.standard_normal(round(seconds * RATE_HZ))
    out, at = 0.01 * hiss, 0
    while at < len(hiss):
        breath = hiss[at : at + int(rng.uniform(0.5, 2) * RATE_HZ)]
        for freq in rng.uniform([400, 1200, 2200], [900, 2000, 3300]):
            breath = lfilter([1], [1, -2 * 0.93 * np.cos(2 * np.pi * freq / RATE_HZ), 0.93**2], breath) + 0.3 * breath
        swell = np.sin(np.pi * np.arange(len(breath)) / len(breath)) ** rng.uniform(0.5, 2)
        out[at : at + len(breath)] += breath / (breath.std() + 1e-9) * swell * rng.uniform(0.4, 1)
        at += len(breath) + int(rng.uniform(0.1, 1) * RATE_HZ)
    return out


def _keys(seconds: float, rng: np.random.Generator) -> np.ndarray:
    digits = "".join(rng.choice(list("0123456789*#"), max(1, int(seconds * 4))))
    return dtmf(digits, rng.uniform(0.06, 0.2), rng.uniform(0.05, 0.2))


MAKERS: dict[str, Maker] = {
    "silence": lambda s, rng: silence(s),
    "white": lambda s, rng: noise(s, -20, "white", _seed(rng)),
    "pink": lambda s, rng: noise(s, -20, "pink", _seed(rng)),
    "brown": lambda s, rng: noise(s, -20, "brown", _seed(rng)),
    "hum": lambda s, rng: hum(s, -20, float(rng.choice([50, 60]))),
    "dial": lambda s, rng: dial_tone(s),
    "ring": lambda s, rng: ring_back(s),
    "busy": lambda s, rng: busy_tone(s),
    "beeps": lambda s, rng: beeps(s, -20, rng.uniform(300, 2500), rng.uniform(0.05, 0.6), rng.uniform(0.05, 1)),
    "tone": lambda s, rng: tone(rng.uniform(150, 3000), s),
    "keys": _keys,
    "chirp": lambda s, rng: chirp(rng.uniform(200, 800), rng.uniform(900, 3500), s),
    "chords": lambda s, rng: chords(s, -20, _seed(rng)),
    "clicks": lambda s, rng: clicks(s, -20, rng.uniform(2, 9), _seed(rng)),
    "breath": lambda s, rng: breathing(s, -20, _seed(rng)),
    "street": lambda s, rng: street(s, -20, _seed(rng)),
    "melody": melody, "organ": organ, "drums": drums, "band": band, "wind": wind, "machine": machine, "siren": siren,
    "ringtone": ringtone, "thuds": thuds, "crackle": crackle, "heavy breath": heavy_breath,
}  # fmt: skip
NAMED = ("silence", "hum", "dial", "beeps", "chords", "breath", "clicks", "street")
"""The kinds that a voicemail line knows best: silence, hum, dial and beep tones, music, breathing, keyboard, street."""


def telephone(samples: np.ndarray) -> np.ndarray:
    """The band of a telephone line, 300 to 3400 Hz."""
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(4, [300, 3400], "band", fs=RATE_HZ, output="sos"), samples), dtype=np.float32)


def clips(n: int, seed: int, kinds: Sequence[str] | None = None, longest_s: float = 12.0) -> list[tuple[str, np.ndarray]]:
    """``n`` clips, kinds in turn, 0.3 s to ``longest_s``, -60 to -5 dBFS, some over hiss, some through a telephone line."""
    rng = np.random.default_rng(seed)
    kinds = tuple(MAKERS) if kinds is None else tuple(kinds)
    out = []
    for number in range(n):
        kind = kinds[number % len(kinds)]
        seconds = float(np.exp(rng.uniform(np.log(0.3), np.log(longest_s))))
        wave = set_level(MAKERS[kind](seconds, rng), rng.uniform(-60, -5))
        if rng.random() < 0.2 and kind != "silence":
            other = noise(len(wave) / RATE_HZ, rng.uniform(-65, -35), "pink", _seed(rng))
            wave = wave + other[: len(wave)]
        if rng.random() < 0.4:
            wave = wave + noise(len(wave) / RATE_HZ, rng.uniform(-80, -55), "white", _seed(rng))[: len(wave)]
        if rng.random() < 0.4 and len(wave) > 2000:
            wave = telephone(wave)
        out.append((kind, np.clip(wave, -1, 1).astype(np.float32)))
    return out
