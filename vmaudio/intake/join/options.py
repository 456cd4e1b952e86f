"""What joining calls sure, near and likely."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

SIMULATED = "benchmarks/rows/join.py, simulated exports of seven systems"


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """How recordings are joined with the calls of a CRM's export."""

    tolerance_s: float = threshold(
        600.0, "How far apart recording and call may be, once the clocks' difference is taken off.", unit="s",
        source="our default",
    )  # fmt: skip
    sure: float = threshold(
        0.95, "Probability below which a pair is never joined; a person is asked.", unit="share",
        source="our default", tuned_on=SIMULATED,
    )  # fmt: skip
    most_wrong: float = threshold(
        0.001, "Share of the joined pairs that may be wrong, by their own probabilities: the likeliest are joined, until one "
        "more would exceed it.", unit="share", source="our default", tuned_on=SIMULATED,
    )  # fmt: skip
    shown: float = threshold(0.02, "Candidates less likely than this are not shown to a person.", unit="share",
                             source="our default")  # fmt: skip
    farthest_clock_s: float = threshold(
        52200.0, "How far apart the two clocks may be: 14.5 h covers every pair of time zones, and minutes besides.", unit="s",
        source="time zones go from UTC-12 to UTC+14; our default",
    )  # fmt: skip
    fewest_for_clock: int = threshold(
        4, "Recordings that must agree on the clocks' difference; with fewer the clocks are taken to agree.",
        unit="recordings", source="our default",
    )  # fmt: skip
    fewest_that_match: int = threshold(
        2, "The same where the pairs have an id or a telephone number in common.", unit="recordings", source="our default",
    )  # fmt: skip
    clock_bin_s: float = threshold(20.0, "Width of the bins in which the clocks' difference is looked for.", unit="s",
                                   source="our default")  # fmt: skip
    outlier_share: float = threshold(
        0.01, "Share of true pairs whose times or durations agree in nothing, as after an edit in the CRM.", unit="share",
        source="our default",
    )  # fmt: skip
    same_number: float = threshold(
        0.98, "Share of true pairs whose telephone numbers agree, before the export itself has said so.", unit="share",
        source="our default",
    )  # fmt: skip
    rounds: int = threshold(6, "Times that the clocks' scatter and the shares are learned from the pairs found so far.",
                            source="our default")  # fmt: skip
