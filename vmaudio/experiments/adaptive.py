"""Adaptive plans: the next prospects go more often to the scripts that do better, with known probabilities.

Top-two Thompson sampling (Russo, "Simple Bayesian algorithms for best-arm identification", 2020): an arm is drawn by its
chance to be the best; every so often the next best one drawn is taken instead. All arms begin with the same probability, and
none falls below a floor. The probabilities are kept with each line of the plan: a comparison must weigh by them
(`vmaudio.experiments.weighted`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments.options import AdaptiveOptions
from vmaudio.experiments.plans import Assignment, Place, check_arms
from vmaudio.experiments.rates import PRIOR
from vmaudio.intake import person

_DEFAULT = AdaptiveOptions()


def arm_probabilities(
    counts: Sequence[tuple[int, int]],
    rng: np.random.Generator,
    *,
    lower_is_better: bool = False,
    options: AdaptiveOptions = _DEFAULT,
) -> np.ndarray:
    """With which probability each arm gets the next prospect.

    Args:
        counts: (events, messages) of each arm so far.
        rng: for the draws.
        lower_is_better: whether the outcome is a bad one.
        options: thresholds.

    Returns:
        Probabilities (n_arms,), each at least the floor, that add up to 1; all equal during the burn-in.
    """
    events, n = np.array(counts, dtype=float).reshape(-1, 2).T
    k = len(n)
    if n.min() < options.burn_in:
        return np.full(k, 1 / k)
    drawn = rng.beta(events + PRIOR[0], n - events + PRIOR[1], size=(options.draws, k))
    if lower_is_better:
        drawn = -drawn
    best = np.bincount(drawn.argmax(axis=1), minlength=k) / options.draws
    # the arm that is best in a later draw, where another one was drawn first
    other = np.where(best < 1, best / np.maximum(1 - best, 1e-12), 0.0)
    second = best * (other.sum() - other)
    if second.sum() <= 0:  # one arm is the best in every draw: its rival is the best of the rest
        leader = int(best.argmax())
        drawn[:, leader] = -np.inf
        second = np.bincount(drawn.argmax(axis=1), minlength=k) / options.draws
    share = options.leader * best + (1 - options.leader) * second / second.sum()
    return np.asarray(options.floor + (1 - k * options.floor) * share / share.sum())


def next_batch(
    earlier: Sequence[Assignment],
    places: Sequence[Place],
    arms: Sequence[str],
    counts: Mapping[str, tuple[int, int]],
    *,
    seed: int = 0,
    lower_is_better: bool = False,
    options: AdaptiveOptions = _DEFAULT,
) -> list[Assignment]:
    """Assign the next prospects of an adaptive plan.

    Args:
        earlier: the plan so far; empty at the beginning.
        places: the next prospects.
        arms: names of the arms, all of the plan so far among them; an arm that joins later begins a burn-in.
        counts: (events, messages) with a known outcome by arm, of the plan so far.
        seed: another seed draws other arms; the same one the same.
        lower_is_better: whether the outcome is a bad one.
        options: thresholds.

    Returns:
        The lines of the new batch, with the id of the plan so far.

    Raises:
        SettingError: the arms make no plan or are too many for the floor, an arm of the plan so far is missing, or a
            prospect is in it already.
    """
    check_arms(arms)
    if len(arms) * options.floor >= 1:
        raise SettingError(f"{len(arms)} arms are too many for an adaptive plan: each gets {options.floor:.0%} at least.")
    gone = [f"'{arm}'" for arm in dict.fromkeys(one.arm for one in earlier) if arm not in arms]
    if gone:
        raise SettingError(f"--arms {','.join(arms)}: the plan so far also has {', '.join(gone)}. Name all of its arms.")
    taken = {person(one.prospect) for one in earlier}
    twice = [place.prospect for place in places if person(place.prospect) in taken]
    if twice:
        raise SettingError(f"{len(twice)} of the prospects are in the plan already, such as {twice[0]!r}: each has one arm.")
    batch = max((one.batch for one in earlier), default=0) + 1
    named = "\x1f".join([*arms, str(seed), "adaptive", *(f"{place.prospect}\x1e{place.rep or ''}" for place in places)])
    digest = hashlib.sha256(f"{named}\x1f{batch}\x1f{sorted(counts.items())}".encode()).digest()
    plan_id = earlier[0].plan_id if earlier else f"p{hashlib.sha256(named.encode()).hexdigest()[:12]}"
    rng = np.random.default_rng(int.from_bytes(digest[:8], "big"))
    shares = arm_probabilities([counts.get(arm, (0, 0)) for arm in arms], rng, lower_is_better=lower_is_better, options=options)
    logged = {arm: float(share) for arm, share in zip(arms, shares, strict=True)}
    drawn = rng.choice(len(arms), size=len(places), p=shares)
    start = len(earlier) + 1
    return [
        Assignment(plan_id, start + i, place.prospect, place.rep, arms[k], logged, batch)
        for i, (place, k) in enumerate(zip(places, drawn.tolist(), strict=True))
    ]
