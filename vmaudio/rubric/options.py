"""The thresholds of scoring, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Thresholds inside the checks; what a rubric can set stands in the rubric instead."""

    unsure_local: float = threshold(
        0.6,
        "A number of seven digits with less confidence could not be made out; it is not one with three digits too few.",
        unit="probability",
        source="our default",
    )
    min_baseline: int = threshold(
        10,
        "Fewest messages from which a rep's own pace is taken.",
        unit="messages",
        source="our default: a score must not depend on the order of a batch",
    )
    fewest_pace_words: int = threshold(
        8, "Fewest spoken words for a speaking rate to be checked.", unit="words", source="our default"
    )
    stretch_words: int = threshold(
        8, "Length of the stretch that is shown as the fastest or the slowest.", unit="words", source="our default"
    )
    pace_error: float = threshold(
        0.05,
        "A pace this share beyond a limit cannot be told from the limit: misheard words move it that much between codecs.",
        unit="share",
        source="the benchmarks' row `pace`",
        tuned_on="the spoken samples through telephone codecs",
    )
    pause_reach_s: float = threshold(
        0.35,
        "A pause that ends this near the first digit counts as the pause before the number: word times reach into pauses.",
        unit="s",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class ConfidenceOptions:
    """When a verdict is too unsure to count, and is n/a instead."""

    readable_probability: float = threshold(
        0.45,
        "Below this mean word probability the words cannot be trusted, and checks of content are n/a.",
        unit="probability",
        source="our default",
    )
    guess_probability: float = threshold(
        0.6,
        "A word with less recognition probability is a guess: where one stands at the place of a name or a company that "
        "was not found, nobody is told to say it.",
        unit="probability",
        source="our default",
    )
    sure_name: float = threshold(
        0.8,
        "A listener's name heard with less probability is not held against the one on the list.",
        unit="probability",
        source="our default",
    )
    alike_name: float = threshold(
        0.5,
        "A name heard that is at least so alike the one on the list may be the same, misheard.",
        unit="0 to 1, as the rubric's least_similarity",
        source="our default",
    )
    lost_speech_s: float = threshold(
        1.0,
        "In so much speech without words a number, a name or a reason may have been said: what was not heard is n/a then.",
        unit="s",
        source="our default: ten digits said fast take 1.5 s, a name half a second",
    )
    readable_snr_db: float = threshold(
        4.4,
        "Below this level of the voice over the noise the words cannot be trusted either. Nearly every fail would be n/a, and "
        "the passes left would raise the points (from 77 to 86 at 0 dB before there was this limit).",
        unit="dB",
        source="the benchmarks' row `uncertainty`",
        tuned_on="the spoken samples under noise",
    )
    sure_fail: float = threshold(
        0.4,
        "A fail with less confidence is n/a.",
        unit="probability",
        source="our default; see the benchmarks' row `uncertainty`",
    )
    sure_pass: float = threshold(
        0.25,
        "A pass with less confidence is n/a. Lower than for a fail, as the one word of a name that a pass rests on is often "
        "unsure on a clear line.",
        unit="probability",
        source="our default; see the benchmarks' row `uncertainty`",
    )
    sure_empty: float = threshold(
        0.6,
        "Where what is heard as the reason says nothing, no other part must be one with more than 1 - this probability, "
        "for a missing reason to be held against the caller.",
        unit="probability",
        source="our default",
        tuned_on="the tuning half of labels/quality.jsonl",
    )
    sure_absent: float = threshold(
        0.8,
        "A fail because a part was not heard is n/a where the part model is less sure that there is none. Of 23 fails for want "
        "of a reason that were surer all were right, of the 28 others 16; for want of a value or an offer 97 % of 74 and 63 % "
        "of 65. Passes were right nine times in ten however unsure the model was (it is tuned to find rare parts): they stay.",
        unit="probability",
        source="counted on labelled messages",
        tuned_on="328 labelled sales messages by reps the model had not met, recognised text",
    )
    clear_snr_db: float = threshold(
        15.0, "Noise this far below the voice lowers no confidence.", unit="dB", source="our default"
    )
    noisy_share: float = threshold(
        0.25, "What is left of the confidence where noise is as loud as the voice.", unit="share", source="our default"
    )
    clear_clipped: float = threshold(
        0.005, "Clipping up to this share of the samples lowers no confidence.", unit="share", source="our default"
    )
    heavy_clipped: float = threshold(
        0.05, "From this share of clipped samples on, confidence is lowered as far as it goes.", unit="share",
        source="our default",
    )  # fmt: skip
    clipped_share: float = threshold(
        0.5, "What is left of the confidence where clipping is heavy.", unit="share", source="our default"
    )
    named_probability: float = threshold(
        0.5,
        "A listener's name heard with this probability speaks against a robocall.",
        unit="probability",
        source="our default",
    )
    named_robocall: float = threshold(
        0.95,
        "A message that names its listener is a robocall only where the approach model is this sure: a recording for thousands "
        "names nobody.",
        unit="probability",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class ProspectOptions:
    """When what is known of the prospect counts as said in the message."""

    close_enough: float = threshold(
        85.0,
        "Least likeness of two longer words that count as the same: about one letter in seven may differ.",
        unit="rapidfuzz ratio, 0 to 100",
        source="our default",
    )
    close_letters: int = threshold(
        6, "Words of fewer letters must be the same or have the same stem.", unit="letters", source="our default"
    )
    compound_letters: int = threshold(
        5,
        'A word of so many letters is heard in one that begins or ends with it: "north" in "northwell".',
        unit="letters",
        source="our default",
    )
    term_letters: int = threshold(3, "Shorter words of the notes carry no evidence.", unit="letters", source="our default")
    everyday_share: float = threshold(
        0.3,
        "A word said by this share of reps tells nothing of one prospect.",
        unit="share of reps",
        source="our default",
        tuned_on="the labelled messages of 31 reps, which give the shares",
    )
    rare_share: float = threshold(
        0.08,
        "A word said by at most this share of reps tells enough of one prospect; between the two shares a word tells in part.",
        unit="share of reps",
        source="our default",
    )
    specific_weight: float = threshold(
        1.0,
        "What the words of the notes that are heard must tell together for the message to be specific to this prospect.",
        unit="rare words",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class RubricOptions:
    """All thresholds of scoring one message."""

    checks: CheckOptions = CheckOptions()
    confidence: ConfidenceOptions = ConfidenceOptions()
    prospect: ProspectOptions = ProspectOptions()


RUBRIC_OPTIONS = RubricOptions()
"""The defaults."""
