"""Where exactly the voice starts and stops: phonation, pauses, silence before and after.

The recogniser's word times swallow pauses, so these are measured from the signal. Each frame's evidence for "more than
noise" is the likelihood ratio of its band energies against the noise, summed over bands (Sohn, Kim & Sung 1999): a weak vowel
in hiss or a weak hiss in hum shows in a few bands long before it moves the level. The noise comes from the recording itself:
low percentiles first, then the mean of the frames that look like noise. Where noise hides the end of a voice, the rest of its
fade is added.
"""

from __future__ import annotations

import itertools

import numpy as np

from vmaudio.prosody.frames import HOP_S
from vmaudio.prosody.level import BINS, to_db
from vmaudio.records import Pause, Span

PAUSE_MIN_S = 0.25
"""Shortest silence that counts as a pause: de Jong & Bosker 2013; shorter ones are mostly closures of stops."""

_FLOOR_DB = -50.0  # noise is not believed to be lower than this under the loud frames
_SOUND_DB = -42.0  # and nothing lower than this is speech: the smear of the 20 ms window, the room's ringing
_SEED_DB = -25.0  # a stretch must come up to this somewhere, or it is a breath or a click
_EVIDENCE = 10.0  # log likelihood ratio; noise alone stays under it in more than 99 of 100 frames
_LESS_EVIDENCE = 0.7  # of it, where a stretch already is speech: its edges are weaker than its middle
_GROWTH = 3  # frames at most on either side
_OVER_QUIET = 1.3  # and this much over what the quiet frames themselves reach
_MARGIN_S = 0.3  # how far beyond the coarse activity speech may reach
_SHORTEST = 4  # frames
_NEAR_S = 0.1  # a faint sound this near to another belongs to it: a stop is silent for about as long before its release
_FADED_DB = -33.0  # a voice that noise buries has ended where it would have faded to this under the loud frames,
_FADE_DB_S = 400.0  # at this pace or its own steeper one; fitted on joined sentences in white and pink noise at 20 dB
_FADE_MAX_S = 0.05


def phonation(bands: np.ndarray, coarse: tuple[Span, ...], duration_s: float) -> tuple[list[Span], np.ndarray]:
    """Return the stretches of speech parted by at least `PAUSE_MIN_S`, and the noise of each band.

    ``bands`` has shape (frames, bands); ``coarse`` is where activity was found, which the result does not leave by more than
    0.3 s. No activity gives no stretches. Where no border can be told, the stretches are the activity's own.
    """
    n, k = bands.shape
    inside = np.zeros(n, dtype=bool)
    for span in coarse:
        inside[max(0, int((span.start_s - _MARGIN_S) / HOP_S)) : int(np.ceil((span.end_s + _MARGIN_S) / HOP_S)) + 1] = True
    total = bands.sum(axis=1)
    loud = float(np.percentile(total[inside], 95)) if inside.any() else 0.0
    if loud <= 1e-10:
        return [], np.zeros(k)
    noise, evidence, border, seed = _against_noise(bands, loud)
    excess = np.maximum(bands - noise, 0).sum(axis=1)
    audible = inside & (excess > loud * 10 ** (_SOUND_DB / 10))
    over = _grown((evidence > border) & audible, (evidence > _LESS_EVIDENCE * border) & audible)
    raw: list[tuple[float, float]] = []
    for a, b in _sounds(over, excess >= seed):
        start, end = (a - 0.5) * HOP_S, (b - 0.5) * HOP_S + _fade_s(excess[a:b] / loud, float(noise.sum()) / loud)
        if raw and start - raw[-1][1] < PAUSE_MIN_S:
            raw[-1] = (raw[-1][0], end)
        else:
            raw.append((start, end))
    spans = [Span(float(max(0.0, a)), float(min(duration_s, b))) for a, b in raw]
    if not spans:  # a sound as steady as its own noise
        return [Span(max(0.0, span.start_s), min(duration_s, span.end_s)) for span in coarse], np.zeros(k)
    return spans, np.where(noise > 1.01 * loud * 10 ** (_FLOOR_DB / 10) / k, noise, 0)


def pauses(spans: list[Span]) -> tuple[Pause, ...]:
    """The gaps between stretches of phonation."""
    return tuple(Pause(a.end_s, b.start_s - a.end_s) for a, b in itertools.pairwise(spans))


def _against_noise(bands: np.ndarray, loud: float) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Noise per band, evidence per frame, the border for it, and the energy that a stretch of speech must reach."""
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    floor = loud * 10 ** (_FLOOR_DB / 10) / bands.shape[1]
    first = np.maximum(np.percentile(uniform_filter1d(bands, 9, axis=0, mode="nearest"), 10, axis=0) * 1.2, floor)
    evidence = _evidence(bands, first)

    # Noise that moves (voices in the background) is never quiet by its own low percentiles. It shows in the frames that are
    # far from anything loud: there the evidence should be nil.
    level, low, high = to_db(uniform_filter1d(bands.sum(axis=1), 5)), float(to_db(first.sum())), float(to_db(np.array(loud)))
    middle = max((low + high) / 2, high - 30)
    far = maximum_filter1d(level, 25) < middle
    if far.sum() >= 20 and np.median(evidence[far]) > 2 * _EVIDENCE:
        noise = np.maximum(bands[far].mean(axis=0), floor)
        evidence = _evidence(bands, noise)
        return noise, evidence, max(_EVIDENCE, 1.2 * float(np.percentile(evidence[far], 85))), 10 ** (middle / 10)

    noise, border = first, _EVIDENCE
    for _ in range(3):
        evidence, border = _evidence(bands, noise), _EVIDENCE
        quiet = maximum_filter1d(evidence, 9) < 6 * _EVIDENCE
        if quiet.sum() < 20:
            break
        border = max(_EVIDENCE, _OVER_QUIET * float(np.percentile(evidence[quiet], 97)))
        noise = np.clip(bands[quiet].mean(axis=0), floor, 3 * first)
    return noise, evidence, border, loud * 10 ** (_SEED_DB / 10)


def _evidence(bands: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Log likelihood ratio that a frame holds more than noise: per band, bins * (r - 1 - ln r), r being energy over noise."""
    ratio = np.maximum(bands / noise, 1.0)
    each = (BINS * (ratio - 1 - np.log(ratio))).sum(axis=1)
    return np.convolve(np.pad(each, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")


def _fade_s(excess: np.ndarray, noise: float) -> float:
    """Seconds that the end of a stretch went on under the noise, both powers relative to the loud frames.

    The end is what it last came to, and what noise can hide; a voice that stops at once has a steeper end.
    """
    last, before = (float(to_db(excess[-k])) for k in (1, min(3, len(excess))))
    hidden = min(last, float(to_db(np.array(4 * noise))))
    pace = max(_FADE_DB_S, (before - last) / (2 * HOP_S))
    return float(np.clip((hidden - _FADED_DB) / pace, 0.0, _FADE_MAX_S))


def _grown(sure: np.ndarray, likely: np.ndarray) -> np.ndarray:
    """The sure stretches that are long enough, and the likely frames right beside them (hysteresis)."""
    from scipy.ndimage import binary_dilation, binary_opening

    return np.asarray(binary_dilation(binary_opening(sure, np.ones(_SHORTEST)), iterations=_GROWTH, mask=likely))


def _sounds(over: np.ndarray, loud: np.ndarray) -> list[list[int]]:
    """Stretches that come up to the seed, with the faint ones less than `_NEAR_S` before or after them.

    A faint one that would fill a pause between two is left out: it is a breath or a noise.
    """
    runs = _runs(over)
    places = [place for place, (a, b) in enumerate(runs) if loud[a:b].any()]
    found = [list(runs[place]) for place in places]
    near, pause = _NEAR_S / HOP_S, PAUSE_MIN_S / HOP_S
    borders = itertools.pairwise([[-1, -(10**9)], *found, [10**9, -1]])
    for (one, other), (left, right) in zip(borders, itertools.pairwise([-1, *places, len(runs)]), strict=True):
        here = runs[left + 1 : right]
        end, start = one[1], other[0]
        for a, b in here:
            end = b if a - end < near else end
        for a, b in reversed(here):
            start = a if start - b < near and a > end else start
        if start - end >= pause:
            one[1], other[0] = end, start
    return found


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
