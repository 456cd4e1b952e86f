"""Thresholds of a comparison and of sequential monitoring, each with its unit and source.

The confidence level (95 %), the power (80 %) and the prior (Beta(1, 1)) are constants of `vmaudio.experiments.rates`: texts and
pages state them as words.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class MonitorOptions:
    """How intervals are made that hold at every look (`monitor_difference`, `rate_sequence`)."""

    alpha: float = threshold(
        0.05, "Chance of ever being wrong, over all looks; a comparison divides it by its number of pairs (Bonferroni).",
        unit="share", source="convention",
    )  # fmt: skip
    mixture_information: float = threshold(
        4.0, "Information at which the prior of the endless mixture weighs as much as the data: a quarter of the events, with "
        "arms of one size.", unit="events squared",
        source="our default: the critical value is 3.0 to 3.3 from 35 to 1,300 events, and nowhere under 3.03",
    )  # fmt: skip
    expected_share: float = threshold(
        0.9, "Share of alpha that `--expect` spends until the expected number of messages; the rest is for the time after it.",
        unit="share", source="our default; power: benchmarks/evidence_mix.py",
    )  # fmt: skip
    expected_blocks: int = threshold(
        0, "Of an adaptive plan: messages of an arm at which the interval is to be narrowest (`--expect` sets it); 0 for no "
        "tuning.", unit="messages", source="our default",
    )  # fmt: skip
    expected_stakes: int = threshold(
        3, "Of an adaptive plan: stakes of a tuned bet, the best ones for rates from 2 to 30 % at that number of messages.",
        source="our default",
    )  # fmt: skip
    n_stakes: int = threshold(24, "Of an adaptive plan: how many stakes the bet is spread over.", source="our default")
    lowest_stake: float = threshold(
        0.005, "Of an adaptive plan: smallest stake, as a share of the largest one allowed: finds small differences after many "
        "messages.", unit="share", source="our default",
    )  # fmt: skip
    highest_stake: float = threshold(
        0.95, "Of an adaptive plan: largest stake, as a share of the largest one allowed: finds large differences early.",
        unit="share", source="our default",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AdaptiveOptions:
    """How `vmaudio compare plan --adaptive` shares out the next prospects."""

    burn_in: int = threshold(
        50, "Messages of each arm with a known outcome until all arms have the same probability.", unit="messages",
        source="our default",
    )  # fmt: skip
    floor: float = threshold(
        0.05, "Least probability of every arm, so that each can still be compared with the others.", unit="share",
        source="our default",
    )  # fmt: skip
    leader: float = threshold(
        0.7, "How often the arm drawn as best is taken instead of the next best one drawn.", unit="share",
        source="our default: Russo 2020 takes a half, which loses more callbacks (benchmarks/evidence_referee.py)",
    )  # fmt: skip
    draws: int = threshold(20_000, "Draws of the arms' rates by which the chance of being the best is counted.",
                           source="our default: an error of at most 0.4 points")  # fmt: skip


@dataclass(frozen=True, slots=True)
class CompareOptions:
    """What `compare` calls few, large, different and shown."""

    # arms
    most_arms: int = threshold(40, "More different values than this are an id or free text, not arms.", source="our default")
    few_values: int = threshold(8, "Numbers with at most so many different values are arms as they are; more are binned.",
                                source="our default")  # fmt: skip

    # tests and verdict
    alpha: float = threshold(
        0.05, "Holm's p-value below which a pair may be called different.", unit="share", source="convention"
    )
    smallest_expected: float = threshold(
        5.0, "Expected count below which Fisher's exact test is used, and events below which a rate is called a rough guess.",
        unit="messages", source="Cochran 1954",
    )  # fmt: skip
    large_design_effect: float = threshold(
        1.5, "Design effect from which a warning points to the interval by rep.",
        source="our default: the simple interval is then too narrow by a fifth or more",
    )  # fmt: skip

    fewest_for_chance: int = threshold(
        10, "Fewest messages in each arm for a chance that one is better, and for how many more are needed.",
        unit="messages",
        source="our default: below it the prior, which has the weight of two messages, decides",
    )  # fmt: skip

    most_further: int = threshold(
        10_000, "Most further messages in each arm that are named; where more are needed the rates are called too close.",
        unit="messages", source="our default: about a year of a team's voicemails",
    )  # fmt: skip

    # imbalance of covariates
    large_imbalance: float = threshold(
        0.25, "Standardised difference from which arms are called different in a covariate; 0.1 is called negligible.",
        unit="standard deviations", source="Stuart 2010",
    )  # fmt: skip
    imbalance_alpha: float = threshold(
        0.01, "An imbalance is reported only if chance alone would make one as large less often than this.",
        unit="share", source="our default: with few messages large differences come by chance",
    )  # fmt: skip

    # arms used at different times
    least_overlap: float = threshold(
        0.1, "Least share of what the messages could tell of a difference within reps that is left when only messages of the "
        "same week are compared; below it arms used at different times get no verdict.",
        unit="share", source="our default: a change-over week or a few stray messages are no overlap",
    )  # fmt: skip

    # the difference within reps
    fewest_events: int = threshold(
        3, "Fewest events, and fewest non-events, among messages of reps who used both arms.", unit="messages",
        source="our default",
    )  # fmt: skip
    events_per_column: int = threshold(
        10, "Events (or non-events) needed for each covariate column; with fewer the covariates are left out.", unit="messages",
        source="Peduzzi et al. 1996",
    )  # fmt: skip
    least_own_variation: float = threshold(
        0.02, "Least share of an arm's variation within reps that covariates leave; below it arm and covariates are one thing.",
        unit="share", source="our default: a variance inflation factor of 50",
    )  # fmt: skip

    # arms that were chosen for several messages at once
    chosen_together: float = threshold(
        3.0, "How far beyond chance the arms of messages to one prospect, to one company, or of one day must be alike, from "
        "where these and not the messages are counted.", unit="standard deviations",
        source="our default: one in 700 by chance, and then little is lost",
    )  # fmt: skip

    mentioned_design_effect: float = threshold(
        1.1, "Design effect of such arms from which a warning names it; the interval allows for any.", source="our default"
    )  # fmt: skip

    # the slope of a number
    trend_fewest_messages: int = threshold(
        20, "Fewest messages with a value for a slope.", unit="messages", source="our default"
    )
    trend_fewest_events: int = threshold(10, "Fewest events, and fewest non-events, for a slope.", unit="messages",
                                         source="Peduzzi et al. 1996")  # fmt: skip
    trend_fewest_reps: int = threshold(
        6, "From so many reps on the interval of a slope allows for messages of one rep being alike.", unit="reps",
        source="our default",
    )  # fmt: skip

    # misclassification of predicted arms
    worst_condition: float = threshold(
        20.0, "Condition number of the confusion above which correcting it would only amplify noise.", source="our default",
    )  # fmt: skip
    fewest_tested: int = threshold(10, "Messages of each class that the model must have been tested on.", unit="messages",
                                   source="our default")  # fmt: skip
    fewest_seen: int = threshold(20, "Messages of an arm below which the number of errors among them is a guess.",
                                 unit="messages", source="our default")  # fmt: skip
    draws: int = threshold(2000, "Draws of messages, outcomes and confusion matrix for the interval.", source="our default")
