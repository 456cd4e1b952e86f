"""Join recordings with the calls of an export: sure pairs, those that a person has to look at, and what is left over."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.intake.join.assignment import best_assignment
from vmaudio.intake.join.calls import Call
from vmaudio.intake.join.likelihood import Weighed, weigh
from vmaudio.intake.join.options import JoinOptions
from vmaudio.intake.join.recordings import RecordingFacts

_DEFAULT = JoinOptions()


@dataclass(frozen=True, slots=True)
class Pairing:
    """A recording and a call that may be of one call.

    Attributes:
        recording: what is known of the recording.
        call: the row of the export.
        probability: how probable it is, given all other recordings and calls, 0 to 1.
        why: what speaks for it, and against it.
        decided: whether a person said so.
    """

    recording: RecordingFacts
    call: Call
    probability: float
    why: str
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """How recordings and calls were joined.

    Attributes:
        sure: pairs that are joined, in the order of the recordings.
        unsure: pairs for a person to look at: by recording, the likeliest first.
        alone: recordings for which no call is likely.
        calls_left: calls for which no recording was joined; that is usual, as most calls have no voicemail.
        clocks: kind of the recordings' times -> (recorder minus export in seconds, recordings that agree on it; 0 where it
            could not be found and the clocks were taken to agree).
    """

    sure: tuple[Pairing, ...]
    unsure: tuple[tuple[Pairing, ...], ...]
    alone: tuple[RecordingFacts, ...]
    calls_left: tuple[Call, ...]
    clocks: dict[str, tuple[float, int]]

    @property
    def expected_wrong(self) -> float:
        """How many of the sure pairs are expected to be wrong, by their probabilities."""
        return sum(1 - pair.probability for pair in self.sure)


def join_calls(
    recordings: Iterable[RecordingFacts],
    calls: Sequence[Call],
    options: JoinOptions = _DEFAULT,
    *,
    decided: Iterable[tuple[str, int]] = (),
) -> Joined:
    """Join recordings with calls, each with one at most: by time, numbers, length and ids, all at once.

    The clocks' difference is found first. Every pair then has a weight, and the most probable assignment of all recordings is
    taken; of its pairs the likeliest are joined, as many as `JoinOptions.most_wrong` and `JoinOptions.sure` allow. A pair's
    probability counts every other assignment.

    Args:
        recordings: what is known of the recordings.
        calls: the rows of the export.
        options: thresholds.
        decided: pairs that a person decided on, as absolute path and line; they are joined whatever speaks against it.

    Returns:
        The pairs, and what is left over.
    """
    given = list(recordings)
    by_path, by_line = {os.path.abspath(one.path): one for one in given}, {call.line: call for call in calls}
    told = [
        Pairing(by_path[path], by_line[line], 1.0, "decided by a person", True)
        for path, line in dict(decided).items()
        if path in by_path and line in by_line
    ]
    gone, taken = {id(pair.recording) for pair in told}, {pair.call.line for pair in told}
    free = [one for one in given if id(one) not in gone]
    open_calls = [call for call in calls if call.line not in taken]
    found = weigh(free, open_calls, options)
    chosen = best_assignment(found.left, found.right, found.weight, len(free), len(open_calls))
    pairs: dict[int, list[tuple[int, Pairing]]] = {}
    for k in np.flatnonzero((found.probability >= options.shown) | chosen):
        i, j = int(found.left[k]), int(found.right[k])
        pair = Pairing(free[i], open_calls[j], float(found.probability[k]), _why(found, int(k), free[i], open_calls[j]))
        pairs.setdefault(i, []).append((int(k), pair))
    sure, unsure, alone = list(told), [], []
    least = _least_probability(found.probability[chosen], options)
    for i, one in enumerate(free):
        own = sorted(pairs.get(i, ()), key=lambda pair: -pair[1].probability)
        best = next((pair for k, pair in own if chosen[k] and pair.probability >= least), None)
        if best is not None:
            sure.append(best)
            continue
        likely = tuple(pair for _, pair in own if pair.probability >= options.shown)
        if likely:
            unsure.append(likely)
        else:
            alone.append(one)
    place = {str(one.path): n for n, one in enumerate(given)}
    sure.sort(key=lambda pair: place[str(pair.recording.path)])
    used = {pair.call.line for pair in sure}
    left = tuple(call for call in calls if call.line not in used)
    return Joined(tuple(sure), tuple(unsure), tuple(alone), left, found.clocks)


def _least_probability(probability: np.ndarray, options: JoinOptions) -> float:
    """The probability from which pairs are joined, so that of those joined no more are wrong than is allowed."""
    falling = np.sort(probability[probability >= options.sure])[::-1]
    wrong = np.cumsum(1 - falling) / np.arange(1, len(falling) + 1)
    allowed = np.flatnonzero(wrong <= options.most_wrong)
    return float(falling[allowed[-1]]) if len(allowed) else np.inf


def _why(found: Weighed, k: int, recording: RecordingFacts, call: Call) -> str:
    said = []
    if found.same_id[k]:
        said.append("same id")
    apart = found.apart_s[k]
    if not np.isnan(apart):
        said.append("same day" if call.within_s >= 86400 and apart == 0 else f"{abs(apart):.0f} s apart")
    for agree, what in ((found.callee[k], "called"), (found.caller[k], "calling")):
        if agree:
            said.append(f"{'same' if agree > 0 else 'another'} {what} number")
    if not np.isnan(found.longer_s[k]):
        said.append(f"{recording.duration_s:.0f} s long, the call {call.duration_s:.0f} s")
    return "; ".join(said)
