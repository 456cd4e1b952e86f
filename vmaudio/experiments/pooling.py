"""Winners shrink: the arm with the highest rate had luck as well, so beside each raw rate stands a partially pooled one.

Arms are taken for draws from a common distribution, within reps: an arm with few messages is drawn far towards the others, one
with many hardly at all. From the same posterior come the chance that an arm is the best and the interval of its rank. Where a
best is named, it is named with these.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vmaudio.experiments.pooling_options import PoolingOptions

if TYPE_CHECKING:
    from vmaudio.experiments.pooled_model import Posterior

_DEFAULT = PoolingOptions()


@dataclass(frozen=True, slots=True)
class PooledArm:
    """An arm's partially pooled rate and its rank.

    Attributes:
        arm: its name.
        n: messages.
        raw: events / messages, a share from 0 to 1.
        rate: partially pooled rate, standardised to the reps of all arms together.
        low: lower end of its 95 % interval.
        high: upper end.
        prob_best: chance that no other arm is better, 0 to 1.
        rank: expected rank, 1 the best.
        rank_low: best rank in the 95 % interval; in a comparison, within what its verdicts leave.
        rank_high: worst rank in it; likewise.
    """

    arm: str
    n: int
    raw: float
    rate: float
    low: float
    high: float
    prob_best: float
    rank: float
    rank_low: int
    rank_high: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Pooling:
    """Partially pooled rates of all arms.

    Attributes:
        arms: those that have messages, in the order given.
        prior: what was assumed and estimated, in a sentence.
        arm_sd: expected standard deviation of the arms on the log-odds scale.
        rep_sd: that of the reps; 0 where reps are not known or are the arms.
        lower_is_better: whether the best arm is that with the lowest rate.
        rates: draws of the rates (n_draws, n_arms).
    """

    arms: tuple[PooledArm, ...]
    prior: str
    arm_sd: float
    rep_sd: float
    lower_is_better: bool
    rates: np.ndarray

    @property
    def best(self) -> PooledArm:
        """The arm that is most likely the best."""
        return max(self.arms, key=lambda one: one.prob_best)

    def arm(self, name: str) -> PooledArm | None:
        """One arm by its name.

        Args:
            name: the arm.

        Returns:
            Its pooled rate; None for an arm without messages.
        """
        return next((one for one in self.arms if one.arm == name), None)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, without the draws."""
        return {
            "arms": [one.to_dict() for one in self.arms],
            "prior": self.prior,
            "arm_sd": self.arm_sd,
            "rep_sd": self.rep_sd,
            "better": "lower" if self.lower_is_better else "higher",
        }


def pool(
    names: Sequence[str],
    arm: np.ndarray,
    rep: np.ndarray | None,
    y: np.ndarray,
    *,
    held: str = "reps",
    lower_is_better: bool = False,
    options: PoolingOptions = _DEFAULT,
) -> Pooling | None:
    """Draw the rates of arms towards each other as far as the data do not hold them apart.

    Args:
        names: names of the arms.
        arm: number of each message's arm (n_messages,); -1 where it is in none.
        rep: numbers of the reps (n_messages,), -1 where not known, which counts as one more rep; None where reps are not
            known or are the arms.
        y: 0 or 1 (n_messages,), the outcomes.
        held: what ``rep`` numbers, in the plural, for the sentence.
        lower_is_better: whether the best arm is that with the lowest rate, as for complaints.
        options: thresholds.

    Returns:
        The pooled rates; None with fewer than two arms that have messages.
    """
    from vmaudio.experiments.pooled_model import Cells, posterior

    use = arm >= 0
    present = np.unique(arm[use])
    if len(present) < 2:
        return None
    index = np.searchsorted(present, arm[use])
    cells = Cells.of(index, None if rep is None else rep[use], y[use])
    found = posterior(cells, options)
    n = np.bincount(index)
    events = np.bincount(index, weights=y[use])
    order = np.argsort(found.rates if lower_is_better else -found.rates, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(1, len(present) + 1)[None, :], axis=1)
    tail = 50 * (1 - options.level)
    ends = np.percentile(found.rates, [tail, 100 - tail], axis=0)
    ranks = np.percentile(rank, [tail, 100 - tail], axis=0, method="inverted_cdf")
    arms = [
        PooledArm(
            names[int(present[i])], int(n[i]), float(events[i] / n[i]), float(found.rates[:, i].mean()), float(ends[0, i]),
            float(ends[1, i]), float((rank[:, i] == 1).mean()), float(rank[:, i].mean()), int(ranks[0, i]), int(ranks[1, i]),
        )
        for i in range(len(present))
    ]  # fmt: skip
    return Pooling(tuple(arms), _prior(found, held, options), found.arm_sd, found.rep_sd, lower_is_better, found.rates)


def _prior(found: Posterior, held: str, options: PoolingOptions) -> str:
    text = (
        "Arms are draws from a normal distribution on the log-odds scale: "
        f"standard deviation half-normal({options.arm_scale:g}), here about {found.arm_sd:.2f}"
    )
    if found.rep_sd:
        text += f"; {held} likewise {found.rep_sd:.2f}, one arm in one of them {found.cell_sd:.2f} (estimated)"
    return f"{text}; mean level normal({options.mean_level:g}, {options.mean_level_sd:g})"


def chance(share: float) -> str:
    """A chance as it is written; never 0 or 100 %, which no posterior is.

    Args:
        share: 0 to 1.

    Returns:
        Per cent.
    """
    return "over 99 %" if share > 0.99 else "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def rank_words(one: PooledArm) -> str:
    """The interval of a rank: "1 to 3", or "1".

    Args:
        one: the arm.

    Returns:
        The ranks that are left at 95 %.
    """
    return f"{one.rank_low}" if one.rank_low == one.rank_high else f"{one.rank_low} to {one.rank_high}"


def best_words(found: Pooling, mixed_up: Collection[str] = (), options: PoolingOptions = _DEFAULT) -> str:
    """What may be said of the best arm: its chance of being the best, its pooled rate beside the raw one, and its rank.

    Args:
        found: the pooled rates.
        mixed_up: arms that differ from another one in more than the message.
        options: thresholds.

    Returns:
        One sentence.
    """
    top = found.best
    if top.arm in mixed_up:
        return f"Which of {_all(found)} is the best cannot be told: '{top.arm}' differs from others in more than the message."
    what = "best (lowest rate)" if found.lower_is_better else "best"
    if top.rank_low > 1:  # a verdict that holds more equal than pooling does says otherwise
        held = "they do not hold equal all that the verdict does"
        return f"The pooled rates cannot say which of {_all(found)} is the {what}: {held}."
    rates = f"partially pooled {100 * top.rate:.1f} %, raw {100 * top.raw:.1f} %"
    if top.prob_best >= options.level:
        return f"Of {_all(found)} '{top.arm}' is the {what} with a chance of {chance(top.prob_best)} ({rates})."
    if top.rank_high == 1:  # the verdicts leave it no other place
        tested = f"Of {_all(found)} '{top.arm}' is the {what} by these tests"
        return f"{tested}; pooled the chance is {chance(top.prob_best)} ({rates})."
    return (
        f"Which of {_all(found)} is the {what} is not settled: most likely '{top.arm}', "
        f"with a chance of {chance(top.prob_best)} ({rates}; rank {rank_words(top)})."
    )


def _all(found: Pooling) -> str:
    return "both" if len(found.arms) == 2 else f"all {len(found.arms)} arms"
