"""Sample-ratio check: do the messages of a plan's arms come in the ratio that was assigned?

Where an arm loses messages that the other keeps (a script that reps skip, an outcome that is noted for one arm only), what is
left is no longer assigned by chance, and no method repairs it. Those who are missing tell it sooner than those who are left:
where 60 are missing, all of one arm, the 1,140 others still look nearly even. So both are held against the plan. The check is
the sequential multinomial test of Lindon & Malek ("Anytime-valid inference for multinomial count data", 2022): a Bayes factor
of a Dirichlet mixture against the ratio that was planned. Written by hand: neither scipy nor statsmodels has it; a chi-square
test at every look would be wrong far more often than it says. The level .001 is usual for this check (Fabijan et al.,
"Diagnosing sample ratio mismatch", 2019).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

ALPHA = 0.001
"""Chance that the check ever fails although the ratio is as planned, over all looks."""

CONCENTRATION = 200.0
"""Weight of the Dirichlet mixture around the planned ratio, in messages: it looks for shares that are 3 to 4 points off."""

OF_THE_MISSING = 4.0
"""The same for those who are missing: few, and perhaps all of one arm."""


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """Whether arms come in the ratio that was assigned.

    Attributes:
        e_value: the mean of the bets below; the check fails from 1 / `ALPHA`.
        fails: whether it does.
        overall: the bet on all messages, or on the batches of an adaptive plan.
        missing: the bet on the prospects who are missing although later ones of the plan are not.
        by_rep: the mean bet on single reps, those who are missing too; 1 where they are not looked at.
        by_day: the mean bet on single days, likewise.
        worst: where the ratio is most in doubt: "all", "rep Ann", "2026-03-04", "batch 3", "missing", "missing of rep Ann".
        counts: messages by arm there.
        expected: messages by arm to expect there.
    """

    e_value: float
    fails: bool
    overall: float
    missing: float
    by_rep: float
    by_day: float
    worst: str
    counts: Mapping[str, int]
    expected: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        arms = ", ".join(f"'{arm}' {n} instead of about {self.expected[arm]:.0f}" for arm, n in self.counts.items())
        where = self.worst.removeprefix("missing").removeprefix(" of ")
        where = "" if where in ("", "all") else f" ({where})"
        what = f"Missing{where} are" if self.worst.startswith("missing") else f"Counted{where} are"
        return (
            f"The arms do not come in the ratio that was assigned. {what} {arms}. Messages or outcomes of an arm are missing, "
            "so what is left is no fair comparison. Find out why; no winner is named."
        )


def log_bayes_factor(counts: np.ndarray, shares: np.ndarray, concentration: float = CONCENTRATION) -> float:
    """Log of Lindon & Malek's Bayes factor against planned shares.

    Args:
        counts: messages by arm (n_arms,).
        shares: planned shares (n_arms,), each above 0, that add up to 1.
        concentration: weight of the mixture around them, in messages.

    Returns:
        The natural logarithm; 0 without messages.
    """
    from scipy.special import gammaln

    weight = concentration * shares
    n = counts.sum()
    found = gammaln(concentration) - gammaln(concentration + n) + (gammaln(weight + counts) - gammaln(weight)).sum()
    return float(found - (counts * np.log(shares)).sum())


def check_ratio(
    assigned: Sequence[tuple[str, str | None, int]],
    counted: Sequence[tuple[str, str | None, int, str]],
    missing: Sequence[tuple[str, str | None, int]] = (),
) -> SampleRatio | None:
    """Check the ratio of the arms over all messages, by rep and by day; for an adaptive plan by batch.

    Args:
        assigned: arm, rep and batch of each line of the plan.
        counted: arm, rep, batch and day ("" not known) of each prospect whose message and outcome are known, by time.
        missing: arm, rep and batch of each prospect who is not counted although later ones of the plan are.

    Returns:
        The check; None without such messages, or with one arm.
    """
    arms = sorted({arm for arm, *_ in assigned})
    if len(arms) < 2 or not counted:
        return None
    place = {arm: i for i, arm in enumerate(arms)}
    batches = sorted({batch for *_, batch in assigned})
    everywhere = _shares(place, [arm for arm, *_ in assigned])
    found: dict[str, tuple[float, np.ndarray, np.ndarray]] = {}

    grouped: dict[tuple[str, object], list[str]] = defaultdict(list)
    for arm, rep, batch, day in counted:
        for key in (("rep", rep), ("batch", batch), ("day", day)):
            grouped[key].append(arm)
    planned: dict[tuple[str, object], list[str]] = defaultdict(list)
    gone: dict[tuple[str, object], list[str]] = defaultdict(list)
    for lines, into in ((assigned, planned), (missing, gone)):
        for arm, rep, batch in lines:
            into["rep", rep].append(arm)
            into["batch", batch].append(arm)

    def bet(name: str, seen: Sequence[str], shares: np.ndarray) -> float:
        counts = np.array([seen.count(arm) for arm in arms])
        use, near = shares > 0, OF_THE_MISSING if name.startswith("missing") else CONCENTRATION
        value = float(np.exp(min(700.0, log_bayes_factor(counts[use], shares[use], near)))) if use.sum() > 1 else 1.0
        found[name] = (value, counts, shares * counts.sum())
        return value

    by_rep = by_day = 1.0
    if len(batches) == 1:
        overall = bet("all", [arm for arm, *_ in counted], everywhere)
        away = bet("missing", [arm for arm, *_ in missing], everywhere)
        reps = sorted(rep for kind, rep in planned if kind == "rep" and isinstance(rep, str))
        if reps:  # every rep of the plan has a weight from the start: reps who come later must not raise the mean
            bets = [bet(f"rep {rep}", grouped["rep", rep], _shares(place, planned["rep", rep])) for rep in reps]
            bets += [bet(f"missing of rep {rep}", gone["rep", rep], _shares(place, planned["rep", rep])) for rep in reps]
            by_rep = sum(bets) / len(bets)
        days = list(dict.fromkeys(day for *_, day in counted if day))
        by_day = _in_turn([bet(day, grouped["day", day], everywhere) for day in days])
    else:
        own = [(f"batch {b}", grouped["batch", b], _shares(place, planned["batch", b])) for b in batches]
        overall = _in_turn([bet(*one) for one in own])
        away = _in_turn(
            [bet(f"missing of {name}", gone["batch", b], shares) for b, (name, _, shares) in zip(batches, own, strict=True)]
        )
    e_value = (overall + away + by_rep + by_day) / 4
    worst = max(found, key=lambda name: found[name][0])
    _, counts, expected = found[worst]
    return SampleRatio(
        e_value, e_value >= 1 / ALPHA, overall, away, by_rep, by_day, worst,
        {arm: int(n) for arm, n in zip(arms, counts, strict=True)},
        {arm: float(n) for arm, n in zip(arms, expected, strict=True)},
    )  # fmt: skip


def _shares(place: Mapping[str, int], arms: Sequence[str]) -> np.ndarray:
    counts = Counter(arms)
    return np.array([counts[arm] for arm in place]) / max(1, len(arms))


def _in_turn(bets: Sequence[float]) -> float:
    """Mean of bets that come one after the other: weights 1/2, 1/6, 1/12 ... given beforehand; the rest stays at 1."""
    weights = [1 / ((j + 1) * (j + 2)) for j in range(len(bets))]
    return sum(w * bet for w, bet in zip(weights, bets, strict=True)) + 1 - sum(weights)
