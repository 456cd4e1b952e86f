"""Sound with the timing and the spectrum of speech, and exact truth about both."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Span
from vmaudio.testing.signals import RATE_HZ, silence


@dataclass(frozen=True, slots=True, eq=False)
class SpeechLike:
    """A synthetic utterance and its truth. ``samples`` float32; ``spans`` are phrases, ``syllable_times_s`` vowel centres.

    ``f0_median_hz`` is over voiced time; ``level_dbfs`` the RMS over the spans.
    """

    samples: np.ndarray
    rate_hz: int
    spans: tuple[Span, ...]
    pauses: tuple[Span, ...]
    syllable_times_s: tuple[float, ...]
    f0_median_hz: float
    level_dbfs: float


# First three formants in Hz (Peterson & Barney 1952, men), for a as in "father", i, u, ae, schwa, o.
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (660, 1720, 2410), (500, 1500, 2500), (570, 840, 2410))


def speech_like(
    phrases: Sequence[int] = (5, 7, 4),
    *,
    syllable_s: float = 0.2,
    pause_s: float = 0.5,
    lead_s: float = 0.5,
    tail_s: float = 0.5,
    f0_hz: float = 120.0,
    fall_st: float = 3.0,
    level_dbfs: float = -25.0,
    voiced: bool = True,
    seed: int = 0,
    rate_hz: int = RATE_HZ,
) -> SpeechLike:
    """Vowels and hisses with the timing of speech, and exact truth.

    A phrase lasts its count of syllables times ``syllable_s``; phrases are parted by digital silence. Each syllable is a vowel
    of harmonics under three formants, with every other one led by a hiss.

    Args:
        phrases: syllables of each phrase.
        syllable_s: seconds of a syllable.
        pause_s: digital silence between phrases, in seconds.
        lead_s: silence before the first.
        tail_s: silence after the last.
        f0_hz: pitch in the middle of a phrase.
        fall_st: how far the pitch falls over a phrase, in semitones.
        level_dbfs: RMS level over the phrases.
        voiced: False whispers all of it.
        seed: the same seed gives the same samples.
        rate_hz: sample rate.
    """
    rng = np.random.default_rng(seed)
    pieces, spans, centres, f0s = [silence(lead_s, rate_hz)], [], [], []
    at = len(pieces[0])
    for number, count in enumerate(phrases):
        if number:
            pieces.append(silence(pause_s, rate_hz))
            at += len(pieces[-1])
        n, one = round(count * syllable_s * rate_hz), syllable_s * rate_hz
        position = np.arange(n) / max(n, 1)
        f0 = f0_hz * 2 ** (fall_st * (0.5 - position) / 12)
        phase = 2 * np.pi * np.cumsum(f0) / rate_hz
        index = np.minimum((np.arange(n) / one).astype(int), count - 1)
        inside = np.arange(n) / one - index
        vowels = np.array([_VOWELS[i] for i in rng.integers(len(_VOWELS), size=count)], dtype=float)
        smooth = np.ones(int(0.03 * rate_hz)) / int(0.03 * rate_hz)
        tracks = [
            np.convolve(np.pad(vowels[index, j], len(smooth), "edge"), smooth, "same")[len(smooth) : -len(smooth)]
            for j in range(3)
        ]
        swell = 0.15 + 0.85 * np.sin(np.pi * np.clip((inside - 0.1) / 0.9, 0, 1)) ** 0.7
        wave = np.zeros(n)
        hiss = rng.standard_normal(n)
        for k in range(1, int(min(4000, 0.45 * rate_hz) / f0_hz) + 1):
            gain = sum(_resonance(k * f0, track, 60 + 40 * j) for j, track in enumerate(tracks)) / k**0.5
            wave += gain * (np.sin(k * phase) if voiced else rng.standard_normal(n) * np.sin(k * phase))
        wave *= swell
        led = (inside < 0.22) & (index % 2 == 1)
        peak = float(np.sqrt(np.mean(wave**2))) or 1.0
        wave += np.append(0.0, np.diff(hiss)) * led * np.sin(np.pi * np.clip(inside / 0.22, 0, 1)) * 0.25 * peak
        ramp = int(0.005 * rate_hz)
        wave *= np.clip(np.minimum(np.arange(n), np.arange(n)[::-1]) / max(ramp, 1), 0, 1)
        pieces.append(wave.astype(np.float32))
        spans.append((at, at + n))
        centres += [(at + (i + 0.55) * one) / rate_hz for i in range(count)]
        f0s.append(f0)
        at += n
    pieces.append(silence(tail_s, rate_hz))
    samples = np.concatenate(pieces)
    power = np.mean(np.concatenate([samples[a:b] for a, b in spans]).astype(float) ** 2) if spans else 0.0
    samples = (samples * (10 ** (level_dbfs / 20) / np.sqrt(power) if power else 0.0)).astype(np.float32)
    return SpeechLike(
        samples=samples,
        rate_hz=rate_hz,
        spans=tuple(Span(a / rate_hz, b / rate_hz) for a, b in spans),
        pauses=tuple(Span(a[1] / rate_hz, b[0] / rate_hz) for a, b in itertools.pairwise(spans)),
        syllable_times_s=tuple(centres),
        f0_median_hz=float(np.median(np.concatenate(f0s))) if f0s and voiced else float("nan"),
        level_dbfs=level_dbfs,
    )


def _resonance(freq_hz: np.ndarray, centre_hz: np.ndarray, width_hz: float) -> np.ndarray:
    """Gain of a formant, 1 at its centre."""
    return width_hz / np.sqrt(width_hz**2 + (freq_hz - centre_hz) ** 2)
