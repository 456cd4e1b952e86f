"""Where exactly the voice starts and stops: phonation, pauses, silence before and after.

The recogniser's word times swallow pauses, so these are measured from the signal. Each band's energy is divided by that
band's noise; the mean over bands, in dB, is the height of a frame over the noise. Hiss and babble are told apart from
speech better that way than by the overall level (Ramirez et al. 2004 use the same long-term divergence).
"""

from __future__ import annotations

import itertools

import numpy as np

from vmaudio.prosody.frames import HOP_S
from vmaudio.prosody.level import to_db
from vmaudio.records import Pause, Span

PAUSE_MIN_S = 0.25
"""Shortest silence that counts as a pause: de Jong & Bosker 2013; shorter ones are mostly closures of stops."""

_FLOOR_DB = -50.0  # noise is not believed to be lower than this under the loud frames: below it nobody hears a border
_OVER_NOISE_DB = 6.0
_SEED_DB = 10.0  # a stretch must rise this much over the border somewhere, or it is a breath or a click
_MARGIN_S = 0.3  # how far beyond the coarse activity speech may reach
_SHORTEST_S = 0.04


def phonation(bands: np.ndarray, coarse: tuple[Span, ...], duration_s: float) -> tuple[list[Span], np.ndarray]:
    """Return the stretches of speech parted by at least `PAUSE_MIN_S`, and the noise of each band.

    ``bands`` has shape (frames, bands); ``coarse`` is where activity was found, which the result does not leave by more than
    0.3 s. No activity gives no stretches.
    """
    n, k = bands.shape
    inside = np.zeros(n, dtype=bool)
    for span in coarse:
        inside[max(0, int((span.start_s - _MARGIN_S) / HOP_S)) : int(np.ceil((span.end_s + _MARGIN_S) / HOP_S)) + 1] = True
    if not inside.any():
        return [], np.zeros(k)
    total = bands.sum(axis=1)
    loud = float(np.percentile(total[inside], 95))
    if loud <= 1e-10:
        return [], np.zeros(k)
    floor = loud * 10 ** (_FLOOR_DB / 10) / k
    quiet = total <= max(float(np.percentile(total, 15)), loud * 1e-6)
    for _ in range(3):
        noise = np.maximum(bands[quiet].mean(axis=0), floor) if quiet.any() else np.full(k, floor)
        height = to_db((bands / noise).mean(axis=1))
        spread = float(np.std(height[quiet])) if quiet.sum() > 5 else 0.0
        border = min(max(_OVER_NOISE_DB, 3 * spread), 10.0)
        speech = _smooth(height) > border
        far = ~_widen(speech, 5)
        if far.sum() < 10:
            break
        quiet = far
    spans = _stretches(_smooth(height), border, inside, duration_s)
    if not spans:  # a sound as steady as its own noise: the activity knows better
        spans = [Span(max(0.0, span.start_s), min(duration_s, span.end_s)) for span in coarse]
    return spans, np.where(noise > floor, noise, 0)


def pauses(spans: list[Span]) -> tuple[Pause, ...]:
    """The gaps between stretches of phonation."""
    return tuple(Pause(a.end_s, b.start_s - a.end_s) for a, b in itertools.pairwise(spans))


def _smooth(height: np.ndarray) -> np.ndarray:
    """Median of three frames: a single click is no speech."""
    padded = np.pad(height, 1, mode="edge")
    return np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)


def _widen(mask: np.ndarray, frames: int) -> np.ndarray:
    return np.convolve(mask, np.ones(2 * frames + 1), mode="same") > 0.5


def _stretches(height: np.ndarray, border: float, inside: np.ndarray, duration_s: float) -> list[Span]:
    over = (height > border) & inside
    edges = np.flatnonzero(np.diff(np.concatenate([[False], over, [False]]).astype(np.int8)))
    raw: list[tuple[float, float]] = []
    for a, b in zip(edges[::2], edges[1::2], strict=True):
        if (b - a) * HOP_S < _SHORTEST_S or height[a:b].max() < border + _SEED_DB:
            continue
        start, end = a * HOP_S - HOP_S / 2, (b - 1) * HOP_S + HOP_S / 2
        if raw and start - raw[-1][1] < PAUSE_MIN_S:
            raw[-1] = (raw[-1][0], end)
        else:
            raw.append((start, end))
    return [Span(float(max(0.0, a)), float(min(duration_s, b))) for a, b in raw]
