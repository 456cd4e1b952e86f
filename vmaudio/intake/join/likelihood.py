"""How much likelier two things are of one call than of two: time, numbers, length and ids weighed together.

Each piece of evidence is a ratio: how often true pairs show it, over how often a call at random would. The scatter of the
clocks and of the lengths, and how often numbers agree, are learned from the export itself, in a few rounds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.intake.join.assignment import pair_probabilities
from vmaudio.intake.join.calls import Call
from vmaudio.intake.join.clocks import clock_difference
from vmaudio.intake.join.options import JoinOptions
from vmaudio.intake.join.recordings import RecordingFacts

SAME_ID = 1e6
"""How much likelier one id in both makes it that they are of one call."""

NEGLIGIBLE = 1e-5
"""Pairs less likely than this against no pair at all are left out."""

_MOST_PER_RECORDING = 400
_LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """Pairs that may be of one call.

    Attributes:
        left: number of each pair's recording (n_pairs,).
        right: number of its call.
        weight: how much likelier the pair is than no pair.
        probability: how probable the pair is among all.
        apart_s: time between them, the clocks' difference taken off; NaN where one has no time.
        longer_s: length of the recording less that of the call; NaN where one is not known.
        same_id: whether they have an id in common.
        callee: 1 where the called numbers agree, -1 where they do not, 0 where one is not known.
        caller: likewise for the calling numbers.
        clocks: kind of the recordings' times -> (recorder minus CRM in seconds, recordings that agree on it).
    """

    left: np.ndarray
    right: np.ndarray
    weight: np.ndarray
    probability: np.ndarray
    apart_s: np.ndarray
    longer_s: np.ndarray
    same_id: np.ndarray
    callee: np.ndarray
    caller: np.ndarray
    clocks: dict[str, tuple[float, int]]


def _times(things: Sequence[RecordingFacts] | Sequence[Call]) -> np.ndarray:
    return np.array([one.start.timestamp() if one.start else np.nan for one in things], dtype=float)


def _lengths(things: Sequence[RecordingFacts] | Sequence[Call]) -> np.ndarray:
    return np.array([np.nan if one.duration_s is None else one.duration_s for one in things], dtype=float)


def _numbers_of(one: RecordingFacts) -> frozenset[str]:
    return one.callees | one.callers | one.numbers


def _by_name(recordings: Sequence[RecordingFacts], calls: Sequence[Call]) -> set[tuple[int, int]]:
    """Pairs with an id in common. An id that stands at several calls names none of them."""
    by_id: dict[str, list[int]] = defaultdict(list)
    for j, call in enumerate(calls):
        for one in call.ids:
            by_id[one].append(j)
    return {(i, by_id[one][0]) for i, facts in enumerate(recordings) for one in facts.ids if len(by_id.get(one, ())) == 1}


def find_clocks(
    recordings: Sequence[RecordingFacts], calls: Sequence[Call], named: set[tuple[int, int]], options: JoinOptions
) -> dict[str, tuple[float, int]]:
    """Find the clocks' difference for each kind of time that the recordings have.

    Args:
        recordings: what is known of the recordings.
        calls: the rows of the export.
        named: pairs with an id in common.
        options: thresholds.

    Returns:
        Kind of time -> (recorder minus CRM in seconds, recordings that agree on it).
    """
    called_s = _times(calls)
    timed = np.flatnonzero(~np.isnan(called_s) & np.array([call.within_s < 86400 for call in calls], dtype=bool))
    by_number: dict[str, list[int]] = defaultdict(list)
    for j in map(int, timed):
        if number := calls[j].callee:
            by_number[number].append(j)
    found = {}
    for clock in sorted({one.clock for one in recordings if one.start}):
        own = [i for i, one in enumerate(recordings) if one.clock == clock and one.start]
        pairs = [(i, j) for i, j in named if recordings[i].clock == clock and not np.isnan(called_s[j])]
        fewest = options.fewest_that_match
        if len(pairs) < fewest:
            pairs = [(i, j) for i in own for number in _numbers_of(recordings[i]) for j in by_number.get(number, ())]
        if len(pairs) < fewest:
            fewest = options.fewest_for_clock
            pairs = [(i, int(j)) for i in own[:: max(1, len(own) // 500)] for j in timed]
        if not pairs:
            found[clock] = (0.0, 0)
            continue
        left, right = (np.array(side) for side in zip(*pairs, strict=True))
        times = np.array([recordings[i].start.timestamp() for i in left])
        within = np.array([calls[j].within_s for j in right])
        found[clock] = clock_difference(times, called_s[right] + within / 2, left, fewest, options)
    return found


def _candidates(
    recordings: Sequence[RecordingFacts], calls: Sequence[Call], recorded_s: np.ndarray, named: set[tuple[int, int]],
    options: JoinOptions,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Pairs worth weighing: near in time, or with one id, or without a time and with one number."""
    called_s = _times(calls)
    exact = np.array([call.within_s < 86400 for call in calls], dtype=bool) & ~np.isnan(called_s)
    order = np.flatnonzero(exact)[np.argsort(called_s[exact], kind="stable")]
    sorted_s = called_s[order]
    by_number: dict[str, list[int]] = defaultdict(list)
    for j, call in enumerate(calls):
        if call.callee and (not exact[j] or np.isnan(recorded_s).any()):
            by_number[call.callee].append(j)
    pairs = set(named)
    for i, one in enumerate(recordings):
        at = recorded_s[i]
        loose = [j for number in _numbers_of(one) for j in by_number.get(number, ())]
        if np.isnan(at):
            pairs |= {(i, j) for j in loose[:_MOST_PER_RECORDING]}
            continue
        low, high = np.searchsorted(sorted_s, [at - options.tolerance_s - 60, at + options.tolerance_s])
        near = order[low:high]
        if len(near) > _MOST_PER_RECORDING:
            near = near[np.argsort(np.abs(called_s[near] - at))[:_MOST_PER_RECORDING]]
        pairs |= {(i, int(j)) for j in near}
        pairs |= {(i, j) for j in loose if not exact[j] and -1 <= at - called_s[j] <= 2 * 86400}
    found = np.array(sorted(pairs), dtype=int).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _agreement(known: Sequence[frozenset[str]], other: Sequence[str | None], left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.array(
        [0 if not known[i] or not other[j] else 1 if other[j] in known[i] else -1 for i, j in zip(left, right, strict=True)],
        dtype=int,
    )


def _number_ratio(agree: np.ndarray, share: np.ndarray, same: float) -> np.ndarray:
    """Ratio for a number: where it agrees, over how often a call at random has it; a rare number says more."""
    return np.where(agree > 0, same / share, np.where(agree < 0, (1 - same) / np.maximum(1 - share, 0.05), 1.0))


def _shares(numbers: Sequence[str | None]) -> np.ndarray:
    counts = Counter(number for number in numbers if number)
    total = max(1, sum(counts.values()))
    return np.array([(counts[number] + 0.5) / (total + 1) if number else 1.0 for number in numbers])


def _laplace(x: np.ndarray, scale: float) -> np.ndarray:
    return np.exp(-np.abs(x) / scale) / (2 * scale)


def weigh(recordings: Sequence[RecordingFacts], calls: Sequence[Call], options: JoinOptions) -> Weighed:
    """Weigh every pair that may be of one call.

    Args:
        recordings: what is known of the recordings.
        calls: the rows of the export.
        options: thresholds.

    Returns:
        The pairs, with weights and probabilities.
    """
    named = _by_name(recordings, calls)
    clocks = find_clocks(recordings, calls, named, options)
    recorded_s = _times(recordings) - np.array([clocks[one.clock][0] if one.start else 0.0 for one in recordings])
    left, right = _candidates(recordings, calls, recorded_s, named, options)
    called_s, within = _times(calls), np.array([call.within_s for call in calls], dtype=float)
    start = called_s[right]
    apart = recorded_s[left] - start
    # a time to the minute, or a bare date, means some moment in it
    apart = np.where(within[right] > 0, apart - np.clip(apart, 0.0, within[right]) * (within[right] >= 86400)
                     - within[right] / 2 * (within[right] == 60), apart)  # fmt: skip
    longer = _lengths(recordings)[left] - _lengths(calls)[right]
    same_id = np.array([(i, j) in named for i, j in zip(left, right, strict=True)], dtype=bool)
    either = [one.numbers for one in recordings]
    callee = _agreement(
        [one.callees | e for one, e in zip(recordings, either, strict=True)], [c.callee for c in calls], left, right
    )
    caller = _agreement([one.callers for one in recordings], [c.caller for c in calls], left, right)
    evidence = _Evidence(left, right, apart, longer, same_id, callee, caller, within[right])
    weight, probability = _learn(evidence, calls, len(recordings), options)
    kept = weight > NEGLIGIBLE
    return Weighed(
        left[kept], right[kept], weight[kept], probability[kept], apart[kept], longer[kept], same_id[kept], callee[kept],
        caller[kept], clocks,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Evidence:
    left: np.ndarray
    right: np.ndarray
    apart: np.ndarray
    longer: np.ndarray
    same_id: np.ndarray
    callee: np.ndarray
    caller: np.ndarray
    within: np.ndarray


def _density(calls: Sequence[Call], options: JoinOptions) -> np.ndarray:
    """Calls per second around each call (n_calls,); a bare date counts its day."""
    times = _times(calls)
    known = np.sort(times[~np.isnan(times)])
    reach = np.array([43200.0 if call.within_s >= 86400 else options.tolerance_s for call in calls])
    count = np.searchsorted(known, times + reach) - np.searchsorted(known, times - reach)
    found: np.ndarray = np.where(np.isnan(times), 1.0, np.maximum(count, 1)) / (2 * reach)
    return found


def _learn(e: _Evidence, calls: Sequence[Call], n_left: int, options: JoinOptions) -> tuple[np.ndarray, np.ndarray]:
    """Weights and probabilities, with the export's own scatter: probabilities tell the scatter, and it tells them."""
    n_right, n = len(calls), len(e.left)
    if not n:
        return np.empty(0), np.empty(0)
    density, lengths = _density(calls, options), _lengths(calls)
    to_share, from_share = _shares([c.callee for c in calls])[e.right], _shares([c.caller for c in calls])[e.right]
    known_s = lengths[~np.isnan(lengths)]
    spread = max(2.0, float(np.std(known_s))) if len(known_s) else 30.0
    at_random = np.array([_kernel(known_s, one, spread) for one in lengths]) if len(known_s) else np.ones(n_right)
    time_s, length_s, length_shift = 20.0, 10.0, 0.0
    same_to = same_from = options.same_number
    matched = 0.9
    stray = options.outlier_share
    weight = probability = np.empty(0)
    for _ in range(options.rounds):
        timed, sized = ~np.isnan(e.apart), ~np.isnan(e.longer)
        near = np.where(timed, _laplace(np.nan_to_num(e.apart), time_s), 0.0)
        day = e.within >= 86400
        near = np.where(day, np.where(np.abs(np.nan_to_num(e.apart)) < 1, 1 / 86400, 0.01 / 86400), near)
        f_time = np.where(timed, (1 - stray) * near + stray / (2 * options.tolerance_s), 1 / (2 * options.tolerance_s))
        clutter = density[e.right] * max(0.05, 1 - matched * min(1.0, n_left / n_right))
        f_length = np.where(
            sized, (1 - stray) * _laplace(np.nan_to_num(e.longer) - length_shift, length_s) + stray / _LONGEST_S, 1.0
        )
        g_length = np.where(sized, at_random[e.right], 1.0)
        weight = matched / (1 - matched) * f_time / clutter * f_length / g_length
        weight = weight * _number_ratio(e.callee, to_share, same_to) * _number_ratio(e.caller, from_share, same_from)
        weight = np.clip(np.where(e.same_id, weight * SAME_ID, weight), 1e-12, 1e12)
        used = weight > NEGLIGIBLE
        probability = np.zeros(n)
        probability[used] = pair_probabilities(e.left[used], e.right[used], weight[used], n_left, n_right)
        # what the likely pairs say of clocks, lengths and numbers; each with a few pairs of what is usual
        time_s = _scale(e.apart, probability, timed & ~day, 20.0, 0.5)
        length_shift = _middle(e.longer, probability, sized)
        length_s = _scale(e.longer - length_shift, probability, sized, 10.0, 0.5)
        same_to = _same(e.callee, probability, options.same_number)
        same_from = _same(e.caller, probability, options.same_number)
        matched = float(np.clip((probability.sum() + 1.8) / (n_left + 2), 0.05, 0.995))
    return weight, probability


def _kernel(known: np.ndarray, at: float, spread: float) -> float:
    """Density of the calls' lengths at one, from a histogram with wide bins and a floor."""
    if np.isnan(at):
        return 1.0
    width = max(1.0, spread / 4)
    inside = float((np.abs(known - at) <= width).sum())
    return (inside + 0.5) / ((len(known) + 1) * 2 * width)


def _scale(x: np.ndarray, probability: np.ndarray, use: np.ndarray, usual: float, least: float) -> float:
    """Scale of a Laplace distribution: the weighted mean distance, wild ones cut, with five pairs of the usual scale."""
    use = use & (probability > 0.5)
    distance = np.minimum(np.abs(x[use]), 5 * usual)
    return max(least, float((probability[use] * distance).sum() + 5 * usual) / float(probability[use].sum() + 5))


def _middle(x: np.ndarray, probability: np.ndarray, use: np.ndarray) -> float:
    use = use & (probability > 0.5)
    return float(np.median(x[use])) if use.sum() >= 5 else 0.0


def _same(agree: np.ndarray, probability: np.ndarray, usual: float) -> float:
    yes, no = float(probability[agree > 0].sum()), float(probability[agree < 0].sum())
    return float(np.clip((yes + 50 * usual) / (yes + no + 50), 0.02, 0.998))
