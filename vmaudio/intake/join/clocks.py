"""How far apart the clocks of the recorder and of the CRM are: the difference that most pairs agree on."""

from __future__ import annotations

import numpy as np

from vmaudio.intake.join.options import JoinOptions


def clock_difference(
    recorded: np.ndarray, called: np.ndarray, recording: np.ndarray, fewest: int, options: JoinOptions
) -> tuple[float, int]:
    """Find the difference of two clocks from pairs of which many are wrong.

    True pairs agree on one difference and stand on each other in a histogram; wrong ones lie spread over hours.

    Args:
        recorded: times by the recorder's clock (n_pairs,), seconds.
        called: times of the calls by the CRM's clock (n_pairs,), seconds.
        recording: number of each pair's recording (n_pairs,).
        fewest: recordings that must agree.
        options: thresholds.

    Returns:
        Recorder minus CRM in seconds, and how many recordings agree on it; 0.0 and 0 where too few do, or no difference
            stands out.
    """
    apart = recorded - called
    near = np.abs(apart) <= options.farthest_clock_s
    weight = 1 / np.bincount(recording)[recording]  # a recording in many pairs says as much as one in one
    apart, weight, recording = apart[near], weight[near], recording[near]
    if not len(apart):
        return 0.0, 0
    width = options.clock_bin_s
    bins = np.floor((apart + options.farthest_clock_s) / width).astype(int)
    heights = np.convolve(
        np.bincount(bins, weight, minlength=int(2 * options.farthest_clock_s / width) + 1), np.ones(3), "same"
    )
    peak = int(heights.argmax())
    middle = (peak + 0.5) * width - options.farthest_clock_s
    agree = np.abs(apart - middle) <= 1.5 * width
    # by chance the highest of so many bins holds about this much
    expected = 3 * float(weight.sum()) / len(heights)
    voices = len(set(recording[agree].tolist()))
    if voices < fewest or heights[peak] < expected + 5 * np.sqrt(expected * float(weight.max())):
        return 0.0, 0
    return float(np.median(apart[agree])), voices
