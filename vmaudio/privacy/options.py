"""What is left out of texts and sound, and how it is covered."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """Thresholds of redaction; all are on the side of leaving out too much."""

    slack_s: float = threshold(
        0.05, "Words that are no farther than this from the time of a name or number belong to it.", unit="s",
        source="word times are good to about a frame",
    )  # fmt: skip
    run_digits: int = threshold(
        3, 'Runs of this many digits or number words are left out; "two calls" and "at 3" stay.', source="our default"
    )
    written_digits: int = threshold(
        5, "Figures of this many digits are left out of texts that have no times (evidence, manifest).", source="our default"
    )
    greeting_words: int = threshold(
        8, "So many words at the start are near a greeting.", source="our default: a greeting and an introduction"
    )
    spelled_letters: int = threshold(3, "Rows of this many single letters are a spelled name.", source="our default")
    alike: float = threshold(
        0.75, "Words that fit a name of the manifest so well are that name.", unit="0 to 1", source="see `match_name`"
    )
    alike_near: float = threshold(
        0.6, "The same near a greeting or an introduction, for words that are not everyday ones.", unit="0 to 1",
        source="our default: what is left out too much costs little",
    )  # fmt: skip
    greeting_s: float = threshold(
        1.2, "So much of the start is left out when the prospect's name was not heard.", unit="s", source="a short greeting"
    )
    introduction_s: float = threshold(
        3.5, "So much of the start is left out when the rep's name was not heard.", unit="s",
        source="a greeting and an introduction",
    )  # fmt: skip
    digit_s: float = threshold(
        0.5, "Left out on both sides of a number for each digit that it lacks of ten.", unit="s", source="slow digits"
    )
    part_slack_s: float = threshold(
        0.01, "A word belongs to a part whose times its middle is no farther from than this.", unit="s",
        source="times are rounded to the millisecond",
    )  # fmt: skip
    margin_s: float = threshold(
        0.25, "Covered with sound on both sides of a word.", unit="s",
        source="recognised word times err by about so much: a tenth of the words start 0.27 s off",
        tuned_on="the development recordings",
    )  # fmt: skip
    word_reach_s: float = threshold(
        0.15, "Speech so near a word is that word's.", unit="s", source="word times by telephone are off by up to 0.09 s"
    )
    word_s: float = threshold(
        0.5, "A word accounts for so much speech, and for what its letters and figures add.", unit="s", source="our default"
    )
    letter_s: float = threshold(0.06, "What a letter of a word adds.", unit="s", source="our default")
    figure_s: float = threshold(0.5, "What a figure adds: figures are said one by one.", unit="s", source="our default")
    word_probability: float = threshold(
        0.2, "A word less sure than this does not count as made out.", unit="0 to 1", source="our default"
    )
    unknown_s: float = threshold(
        0.2, "Speech of this length without a word is covered.", unit="s", source="a short digit takes about 0.2 s"
    )
    long_s: float = threshold(
        1.0, "Speech without words of this length may be a sentence or a number.", unit="s", source="our default"
    )
    long_guard_s: float = threshold(
        0.6, "Covered on both sides of such speech.", unit="s",
        source="in noise the detection of speech ends up to half a second early", tuned_on="sample 24",
    )  # fmt: skip
    end_s: float = threshold(
        0.02,
        "So much more sound than was analysed is covered to its end.",
        unit="s",
        source="longer than any resampling's delay",
    )
    edge_s: float = threshold(
        0.4, "A number is covered to the start or end of the speech when that is no farther.", unit="s",
        source="longer than a digit: the last one is often cut by the recogniser",
    )  # fmt: skip
    block_s: float = threshold(
        0.25, "Length of the blocks in which channels are compared with what was heard.", unit="s", source="about a syllable"
    )
    same_sound: float = threshold(
        0.5, "A channel whose correlation with what was heard is lower holds other speech.", unit="0 to 1",
        source="our default: one of two equally loud channels gives 0.7",
    )  # fmt: skip
    tone_hz: int = threshold(440, "Pitch of the covering tone.", unit="Hz", source="concert pitch")
    tone_dbfs: float = threshold(-30.0, "Level of the covering tone.", unit="dBFS", source="our default: softer than speech")
    fade_ms: int = threshold(
        10, "Length of the tone's fade at both ends, so that it does not click.", unit="ms", source="our default"
    )


DEFAULT = RedactOptions()
