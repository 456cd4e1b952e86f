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
from vmaudio.prosody.options import PauseOptions
from vmaudio.records import Pause, Span
from vmaudio.scipy_parts import grown, maximum_filter1d, uniform_filter1d, without_short_runs


def phonation(
    bands: np.ndarray, coarse: tuple[Span, ...], duration_s: float, options: PauseOptions
) -> tuple[list[Span], np.ndarray]:
    """Where exactly there is speech, and the noise behind it.

    Args:
        bands: energies every 10 ms, shape (frames, 16).
        coarse: where activity was found; the result reaches at most ``margin_s`` beyond it.
        duration_s: length of the recording.
        options: thresholds of phonation and pauses.

    Returns:
        The stretches of speech in time order, parted by at least ``min_pause_s``; none without activity, and the activity's
        own where the signal shows no border. And the mean noise energy of each band, shape (16,), 0 where there is none.
    """
    n, k = bands.shape
    inside = np.zeros(n, dtype=bool)
    for span in coarse:
        inside[
            max(0, int((span.start_s - options.margin_s) / HOP_S)) : int(np.ceil((span.end_s + options.margin_s) / HOP_S)) + 1
        ] = True
    total = bands.sum(axis=1)
    loud = float(np.percentile(total[inside], 95)) if inside.any() else 0.0
    if loud <= 1e-10:
        return [], np.zeros(k)
    noise, evidence, border, seed = _against_noise(bands, loud, options)
    excess = np.maximum(bands - noise, 0).sum(axis=1)
    audible = inside & (excess > loud * 10 ** (options.sound_db / 10))
    likely = (evidence > options.less_evidence * border) & audible
    over = _grown((evidence > border) & audible, likely, options)
    raw: list[tuple[float, float]] = []
    for a, b in _sounds(over, excess >= seed, options):
        start, end = (a - 0.5) * HOP_S, (b - 0.5) * HOP_S + _fade_s(excess[a:b] / loud, float(noise.sum()) / loud, options)
        if raw and start - raw[-1][1] < options.min_pause_s:
            raw[-1] = (raw[-1][0], end)
        else:
            raw.append((start, end))
    spans = [Span(float(max(0.0, a)), float(min(duration_s, b))) for a, b in raw]
    if not spans:  # a sound as steady as its own noise
        return [Span(max(0.0, span.start_s), min(duration_s, span.end_s)) for span in coarse], np.zeros(k)
    return spans, np.where(noise > 1.01 * loud * 10 ** (options.floor_db / 10) / k, noise, 0)


def pauses(spans: list[Span]) -> tuple[Pause, ...]:
    """The gaps between stretches of phonation.

    Args:
        spans: the stretches, in time order.

    Returns:
        One pause fewer than there are stretches, in time order.
    """
    return tuple(Pause(a.end_s, b.start_s - a.end_s) for a, b in itertools.pairwise(spans))


def _against_noise(bands: np.ndarray, loud: float, options: PauseOptions) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Noise per band, evidence per frame, the border for it, and the energy that a stretch of speech must reach."""
    floor = loud * 10 ** (options.floor_db / 10) / bands.shape[1]
    least = options.evidence
    first = np.maximum(np.percentile(uniform_filter1d(bands, 9, "nearest"), 10, axis=0) * 1.2, floor)
    evidence = _evidence(bands, first)

    # Noise that moves (voices in the background) is never quiet by its own low percentiles. It shows in the frames that are
    # far from anything loud: there the evidence should be nil.
    level, low, high = to_db(uniform_filter1d(bands.sum(axis=1), 5)), float(to_db(first.sum())), float(to_db(np.array(loud)))
    middle = max((low + high) / 2, high - options.moving_range_db)
    far = maximum_filter1d(level, 25) < middle
    if far.sum() >= options.least_frames and np.median(evidence[far]) > options.moving_noise * least:
        noise = np.maximum(bands[far].mean(axis=0), floor)
        evidence = _evidence(bands, noise)
        border = max(least, options.moving_over * float(np.percentile(evidence[far], 85)))
        return noise, evidence, border, 10 ** (middle / 10)

    noise, border = first, least
    for _ in range(3):
        evidence, border = _evidence(bands, noise), least
        quiet = maximum_filter1d(evidence, 9) < options.quiet_evidence * least
        if quiet.sum() < options.least_frames:
            break
        border = max(least, options.over_quiet * float(np.percentile(evidence[quiet], 97)))
        noise = np.clip(bands[quiet].mean(axis=0), floor, options.noise_rise * first)
    return noise, evidence, border, loud * 10 ** (options.seed_db / 10)


def _evidence(bands: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Log likelihood ratio that a frame holds more than noise: per band, bins * (r - 1 - ln r), r being energy over noise."""
    ratio = np.maximum(bands / noise, 1.0)
    each = (BINS * (ratio - 1 - np.log(ratio))).sum(axis=1)
    return np.convolve(np.pad(each, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")


def _fade_s(excess: np.ndarray, noise: float, options: PauseOptions) -> float:
    """Seconds that the end of a stretch went on under the noise, both powers relative to the loud frames.

    The end is what it last came to, and what noise can hide; a voice that stops at once has a steeper end.
    """
    last, before = (float(to_db(excess[-k])) for k in (1, min(3, len(excess))))
    hidden = min(last, float(to_db(np.array(4 * noise))))
    pace = max(options.fade_db_s, (before - last) / (2 * HOP_S))
    return float(np.clip((hidden - options.faded_db) / pace, 0.0, options.fade_max_s))


def _grown(sure: np.ndarray, likely: np.ndarray, options: PauseOptions) -> np.ndarray:
    """The sure stretches that are long enough, and the likely frames right beside them (hysteresis)."""
    return grown(without_short_runs(sure, options.least_stretch), options.growth, likely)


def _sounds(over: np.ndarray, loud: np.ndarray, options: PauseOptions) -> list[list[int]]:
    """Stretches that come up to the seed, with the faint ones less than ``near_s`` before or after them.

    A faint one that would fill a pause between two is left out: it is a breath or a noise.
    """
    runs = _runs(over)
    places = [place for place, (a, b) in enumerate(runs) if loud[a:b].any()]
    found = [list(runs[place]) for place in places]
    near, pause = options.near_s / HOP_S, options.min_pause_s / HOP_S
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
    """First index and end of every run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
