"""The verdict on a comparison in plain language; it never claims more than the numbers show.

One comparison decides (`deciding`): the one within reps (and weeks, where arms were used at different times) where it can be
estimated, else the one by rep together with the test of the messages, else that test alone. A difference is called real only if
the deciding p-value, corrected by Holm over all pairs, is under alpha (.05) and the interval excludes zero. Arms that differ in
a covariate, time among them, which the adjusted difference does not remove get no verdict. Under monitoring the sequence
decides, which is valid at every look; what it does not hold equal is not removed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.experiments.balance import TIME
from vmaudio.experiments.clusters import ARMS_ARE_REPS
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.results import PLAN_COMMAND, Pair, Verdict
from vmaudio.experiments.sequential import Monitored
from vmaudio.records import counted

_DEFAULT = CompareOptions()

EVERY_LOOK = "at every look"
"""What decides under monitoring."""


def points(share: float) -> str:
    """A difference of shares in words: "2.5 points".

    Args:
        share: difference of two shares, -1 to 1; the sign is dropped.

    Returns:
        Percentage points with their noun.
    """
    size = abs(100 * share)
    text = f"{size:.0f}" if size >= 10 else f"{size:.1f}"
    return f"{text} point{'' if text == '1.0' else 's'}"


def pair_verdict(pair: Pair, options: CompareOptions = _DEFAULT) -> Verdict:
    """The verdict on one pair of arms.

    Args:
        pair: the pair, its p-values already corrected.
        options: thresholds; ``alpha`` is held against Holm's p-value of the comparison that decides.

    Returns:
        Kind and sentence.
    """
    flagged = [one.covariate for one in pair.imbalance if one.flagged]
    open_ones = list(dict.fromkeys("time" if name in TIME else name for name in flagged if not held_equal(pair, name)))
    if open_ones == ["time"]:
        return Verdict(
            "confounded",
            f"No verdict: '{pair.a}' and '{pair.b}' were used at different times, and something else may have changed. "
            f"Which is better cannot be told; alternate the scripts in the same weeks{PLAN_COMMAND}.",
        )
    if open_ones:
        names = " and ".join(open_ones)
        why = f" ({pair.adjusted.reason})" if pair.adjusted.reason and "rep" in names else ""
        return Verdict(
            "confounded",
            f"No verdict: '{pair.a}' and '{pair.b}' also differ in {names}{why}. "
            f"Let the same reps use both, on the same lists, assigned by chance{PLAN_COMMAND}.",
        )
    if pair.anytime is not None:
        return _monitored(pair, pair.anytime)
    if not _shown(pair, options.alpha):
        return Verdict("not_enough", _not_enough(pair, options.alpha))
    # the adjusted difference is the one to name when reps are known
    best = pair.adjusted if pair.adjusted.difference is not None else pair
    low, high = best.low or 0.0, best.high or 0.0
    d = best.difference or 0.0
    first, second = (pair.a, pair.b) if d > 0 else (pair.b, pair.a)
    least, most = sorted((abs(low), abs(high)))
    return Verdict(
        "a_higher" if d > 0 else "b_higher",
        f"'{first}' has the higher rate than '{second}': by {points(d)}, likely between {points(least)} and {points(most)}"
        + (f" ({pair.deciding})." if best is pair.adjusted else ".")
        + _only_these(pair),
    )


def held_equal(pair: Pair, covariate: str) -> bool:
    """Whether the adjusted difference of a pair removes what comes from a covariate.

    Args:
        pair: the pair.
        covariate: its name; "date" and "week" are both held equal by weeks.

    Returns:
        Whether it does; False where there is no adjusted difference. Under monitoring: whether the sequence holds it equal.
    """
    if pair.anytime is not None:
        held = pair.anytime.held
    else:
        held = pair.adjusted.covariates if pair.adjusted.difference is not None else ()
    return covariate in held or (covariate in TIME and "week" in held)


def deciding(pair: Pair) -> tuple[str, float]:
    """The comparison that decides the verdict on a pair, and its p-value before any correction.

    Args:
        pair: the pair.

    Returns:
        One of the names of `Pair.deciding`, and a p-value from 0 to 1: by rep the larger of that and the one of the messages,
        and 1 where reps are known and nothing allows for them. Under monitoring the sequence, and never a fixed test.
    """
    if pair.anytime is not None:
        return EVERY_LOOK, pair.anytime.p_value
    if pair.adjusted.difference is not None:
        held = [f"{name}s" for name in ("week", "rep") if name in pair.adjusted.covariates]
        p = pair.adjusted.p_value
        return "within " + " and ".join(held), 1.0 if p is None else p
    if pair.clustered.n_reps and pair.clustered.reason != ARMS_ARE_REPS:
        p = pair.clustered.p_value
        return "by rep", 1.0 if p is None else max(p, pair.p_value)
    return "messages", pair.p_value


def _monitored(pair: Pair, seen: Monitored) -> Verdict:
    """The verdict of the sequence, which allows for every look."""
    inside = " within reps" if "rep" in seen.held else ""
    if not seen.shows_difference:
        said = f"from {_signed(seen.low)} to {_signed(seen.high)} points{inside}, every look allowed for"
        return Verdict(
            "not_enough",
            f"Not enough data for '{pair.a}' against '{pair.b}' so far: the difference may be anything {said}. "
            "You may look again whenever you like.",
        )
    first, second = (pair.a, pair.b) if seen.low > 0 else (pair.b, pair.a)
    least, most = sorted((abs(seen.low), abs(seen.high)))
    return Verdict(
        "a_higher" if seen.low > 0 else "b_higher",
        f"'{first}' has the higher rate than '{second}': by {points(seen.estimate or 0.0)}, likely between {points(least)} and "
        f"{points(most)} ({'within reps, ' if inside else ''}every look allowed for).",
    )


def _only_these(pair: Pair) -> str:
    by_rep = pair.clustered
    if by_rep.low is None or by_rep.high is None or _excludes_zero(by_rep.low, by_rep.high):
        return ""
    between = f"{_signed(by_rep.low)} to {_signed(by_rep.high)} points"
    return f" This holds for these {by_rep.n_reps} reps; it may not hold for others ({between} by rep)."


def _shown(pair: Pair, alpha: float) -> bool:
    if pair.p_deciding_adjusted >= alpha:
        return False
    if pair.adjusted.difference is not None:
        same_side = pair.adjusted.difference * pair.difference > 0 or any(one.flagged for one in pair.imbalance)
        return _excludes_zero(pair.adjusted.low, pair.adjusted.high) and same_side
    return pair.deciding == "messages" or _excludes_zero(pair.clustered.low, pair.clustered.high)


def _excludes_zero(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and (low > 0 or high < 0)


def _not_enough(pair: Pair, alpha: float) -> str:
    these, between = f"Not enough data for '{pair.a}' against '{pair.b}'", _left_open(pair)
    if not pair.difference and not pair.risk_ratio:
        open_ends = f"from {_signed(pair.low)} to {_signed(pair.high)} points"
        return f"{these}: nothing came of either so far. The difference may be anything {open_ends}."
    if any(one.flagged and one.covariate in TIME for one in pair.imbalance):
        return f"{these}, which were used at different times: {between}. Alternate the scripts from now on."
    text = f"{these}: {between}."
    more, seen = pair.n_more, pair.difference
    if pair.n_more_deciding is not None and pair.adjusted.difference is not None:
        seen = pair.adjusted.difference
    if pair.why_no_count:
        text += f" {pair.why_no_count[0].upper()}{pair.why_no_count[1:]}."
    elif seen and more:
        text += f" {counted(more, f'more {pair.unit}')} per arm would show a difference of {points(seen)}, if it is real."
        if pair.test == "Fisher exact":
            text += " With so few events it may be much smaller, and then many more messages are needed."
    elif pair.difference and pair.p_adjusted < alpha:
        text += " The difference does not hold across reps: more reps are needed, each using both."
    elif not pair.difference:
        text += " So far the rates are the same."
    return text


def _left_open(pair: Pair) -> str:
    """What the test that decides leaves open, by its own interval; without one that holds zero, in words alone."""
    low, high = pair.low, pair.high
    if pair.deciding != "messages":
        own = pair.adjusted if pair.adjusted.difference is not None else pair.clustered
        low, high = (math.nan if end is None else end for end in (own.low, own.high))
    if not low <= 0 <= high:  # another test than the interval's, or one corrected for many pairs
        return "chance alone may make a difference such as this one"
    where = "" if pair.deciding == "messages" else f"compared {pair.deciding} "
    return f"{where}the difference may be anything from {_signed(low)} to {_signed(high)} points"


def why_no_count(pair: Pair, options: CompareOptions = _DEFAULT) -> str:
    """Why no number of further messages is said: too few so far to guess the rates by, or so many that nobody waits for them.

    Args:
        pair: the pair.
        options: thresholds.

    Returns:
        The reason in words; "" where a number makes sense.
    """
    if (pair.n_more or 0) > options.most_further:
        return f"the rates are too close so far to say how many more {pair.unit}s are needed"
    if pair.prob_a_better is None and not pair.adaptive:
        return f"there are too few {pair.unit}s to say how many more are needed{_as_seen(pair)}"
    return ""


def _as_seen(pair: Pair) -> str:
    """The number all the same, of rates of which it is said beside it that they are no more than what a few messages show."""
    if not pair.n_more or pair.n_in_all is None:
        return ""
    a, b = pair.n_in_all
    whole = f"{a:,} per arm in all" if a == b else f"{a:,} of '{pair.a}' and {b:,} of '{pair.b}' in all"
    return f"; if the rates were those seen, {pair.n_more:,} more per arm, {whole}"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f}"


def headline(verdicts: Sequence[Verdict], n_arms: int, n: int) -> str:
    """One sentence about all pairs together.

    Args:
        verdicts: the verdict of each pair.
        n_arms: how many arms there are.
        n: messages in them.

    Returns:
        The sentence; with one pair its own.
    """
    if n == 0:
        return "No message has a known, final outcome yet."
    if n_arms < 2 or not verdicts:
        return "There is only one arm, so there is nothing to compare."
    shown = [one for one in verdicts if one.kind in ("a_higher", "b_higher")]
    if len(verdicts) == 1:
        return verdicts[0].sentence
    if shown:
        return f"{len(shown)} of {len(verdicts)} pairs differ. " + " ".join(one.sentence for one in shown[:3])
    if all(one.kind == "confounded" for one in verdicts):
        return "No verdict yet: the arms differ in more than the message."
    return f"Not enough data: none of the {len(verdicts)} pairs shows a difference that holds."
