"""Thresholds of partial pooling: how far arms and reps may be apart before any message is seen, and how it is computed."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class PoolingOptions:
    """How rates of arms are drawn towards each other (`pool`)."""

    arm_scale: float = threshold(
        0.5, "Scale of the half-normal prior of the arms' standard deviation on the log-odds scale.", unit="log-odds",
        source="our default: two arms then differ by a factor of 2 in odds, or less, in about four of five cases",
    )  # fmt: skip
    rep_scale: float = threshold(
        0.7, "Scale of the prior of the reps' standard deviation, which is 0 at 0.", unit="log-odds",
        source="our default; the form of the prior: Chung et al. 2013",
    )  # fmt: skip
    cell_scale: float = threshold(
        0.2, "The same for what one arm does in one rep's hands beyond both.", unit="log-odds",
        source="our default; the form of the prior: Chung et al. 2013",
    )  # fmt: skip
    mean_level: float = threshold(
        -2.2, "Centre of the normal prior of the mean level: 10 %.", unit="log-odds", source="our default"
    )
    mean_level_sd: float = threshold(
        2.0, "Its standard deviation: 95 % from 0.2 to 85 %.", unit="log-odds", source="our default: it says next to nothing"
    )
    arm_sds: tuple[float, ...] = threshold(
        (0.02, 0.06, 0.1, 0.15, 0.2, 0.27, 0.35, 0.45, 0.6, 0.8, 1.1, 1.5), "Standard deviations of the arms, averaged over.",
        unit="log-odds", source="our default",
    )  # fmt: skip
    rep_sds: tuple[float, ...] = threshold(
        (0.05, 0.15, 0.3, 0.5, 0.75, 1.1, 1.6), "Standard deviations of the reps that are tried.", unit="log-odds",
        source="our default",
    )  # fmt: skip
    cell_sds: tuple[float, ...] = threshold(
        (0.03, 0.1, 0.2, 0.35, 0.6),
        "Standard deviations of a rep's arms that are tried.",
        unit="log-odds",
        source="our default",
    )
    draws: int = threshold(
        4000, "Draws for intervals, ranks and chances: a chance is exact to about .008.", source="our default"
    )
    fewest_draws: int = threshold(500, "Draws where there are very many arms and reps.", source="our default: exact to .02")
    most_numbers: float = threshold(5e7, "Draws x arms x reps from which fewer are drawn.", source="our default: half a second")
    seed: int = threshold(20, "Start of the random numbers, so that the same data give the same result.", source="our default")
    most_steps: int = threshold(40, "Most steps of Newton's method.", source="our default: it takes four to eight")
    tolerance: float = threshold(1e-6, "Gain of log-density at which it stops.", unit="nats", source="our default")
    sure_of_value: float = threshold(
        0.975, "Chance of being worth most from which an arm is chosen.", unit="share",
        source="our default: with two equal arms either is chosen in 5 % at most",
    )  # fmt: skip
    level: float = threshold(0.95, "Chance of being best from which the best arm is called settled.", unit="share",
                             source="convention")  # fmt: skip
