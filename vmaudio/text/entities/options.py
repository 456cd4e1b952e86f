"""Thresholds of the finders of numbers and names."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from vmaudio.records import threshold
from vmaudio.text.entities.name_options import NameOptions

_NAMES = "the 25 labelled recordings as base and tiny.en write them (benchmark row names)"
_VOICES = "the tune and choose parts of benchmarks/voices: 323 recordings of 73 voices"
_REPS = "the tune half of the labelled messages by rep, as a recogniser wrote them (benchmark row names)"
_HAND = "set by hand"
_ROWS = "spoken and written numbers of the development recordings"
_LABELLED = "labelled messages"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a row of digits is cut into sayings of a number: the cut with the lowest sum of costs is taken."""

    carrier_words: int = threshold(8, 'Most words between two numbers of one row ("that\'s", "again").', source=_HAND)
    pause_s: float = threshold(
        6.0, "A longer silence ends a row.", unit="s", source="none so long was seen inside a number", tuned_on=_ROWS
    )
    row_digits: int = threshold(
        60, "A longer row is counting, or a recogniser's loop.", source="four sayings with a country code are 44"
    )
    piece_digits: int = threshold(13, "Most digits of one saying.", source=_HAND)
    readings: int = threshold(6, 'Most other readings of a row that are tried ("eighty five" as 80, 5).', source=_HAND)
    extension_digits: int = threshold(
        11, "Most digits of an extension.", source="ITU-T E.164 leaves 15 digits for all; switchboards use four to eight"
    )
    correction_words: int = threshold(
        6, 'Most words of a correction between two numbers of one row ("no, wait").', source=_HAND
    )
    extension_words: int = threshold(12, "Most words between a number and an extension that stands by itself.", source=_HAND)
    break_s: float = threshold(
        0.6, "A silence of this length separates like a full stop.", unit="s", source=_HAND, tuned_on=_ROWS
    )
    cut_repeat: float = threshold(-0.5, 'Cost of a cut at "again" or "no, wait".', source=_HAND, tuned_on=_ROWS)
    cut_stop: float = threshold(0.1, "Cost of a cut at a full stop or a long silence.", source=_HAND, tuned_on=_ROWS)
    cut_comma: float = threshold(0.3, "Cost of a cut at a comma.", source=_HAND, tuned_on=_ROWS)
    cut_word: float = threshold(0.4, "Cost of a cut between two words without a mark.", source=_HAND, tuned_on=_ROWS)
    cut_dash: float = threshold(0.5, "Cost of a cut at a dash inside a written number.", source=_HAND, tuned_on=_ROWS)
    cut_inside: float = threshold(2.2, "Cost of a cut elsewhere inside a written number.", source=_HAND, tuned_on=_ROWS)
    cut_any: float = threshold(0.3, "Cost of every cut.", source=_HAND, tuned_on=_ROWS)
    eleven: float = threshold(0.2, "Cost of eleven digits with a leading 1 (ten cost nothing).", source=_HAND, tuned_on=_ROWS)
    seven_local: float = threshold(0.2, "Cost of seven digits where local numbers count.", source=_HAND, tuned_on=_ROWS)
    seven: float = threshold(1.0, "Cost of seven digits elsewhere.", source=_HAND, tuned_on=_ROWS)
    one_or_two: float = threshold(2.0, "Cost of one or two digits.", source=_HAND, tuned_on=_ROWS)
    three_or_four: float = threshold(2.4, "Cost of three or four digits.", source=_HAND, tuned_on=_ROWS)
    other_length: float = threshold(2.2, "Cost of any other length, before `digit_off`.", source=_HAND, tuned_on=_ROWS)
    digit_off: float = threshold(0.25, "Cost of each digit more or fewer than ten.", source=_HAND, tuned_on=_ROWS)
    fits: float = threshold(0.2, "A piece of this cost or less is a whole number.", source="as eleven and seven_local")
    leading_time: float = threshold(
        0.1, "Cost of digits at the start that tell a time as a piece.", source=_HAND, tuned_on=_ROWS
    )
    no_time: float = threshold(1.0, "Added where a piece takes such a time in.", source=_HAND, tuned_on=_ROWS)
    repeat_share: float = threshold(
        0.7, "A piece that agrees with the one before in this share of its digits repeats it.", unit="share", source=_HAND,
        tuned_on=_ROWS,
    )  # fmt: skip
    repeat_digits: int = threshold(4, "Shorter pieces repeat nothing.", source=_HAND, tuned_on=_ROWS)
    saves_alike: float = threshold(
        0.8, "Saved by a piece that repeats the one before but for some digits.", source=_HAND, tuned_on=_ROWS
    )
    saves_short: float = threshold(
        1.5, "Saved by a piece that repeats the one before in all of its digits.", source=_HAND, tuned_on=_ROWS
    )
    chance_digits: int = threshold(8, "So many digits are repeated by no chance.", source=_HAND, tuned_on=_ROWS)
    saves_long: float = threshold(2.5, "Saved by a repeat of so many digits.", source=_HAND, tuned_on=_ROWS)
    saves_shaped: float = threshold(
        1.0, 'Saved by a piece in figures that are grouped as a telephone number is ("218 555 0134").', source=_HAND,
        tuned_on="a ZIP code, a time or a suite beside a number",
    )  # fmt: skip
    saves_wrong_length: float = threshold(
        2.0, "Saved more, with the piece's own cost, where its length is wrong: the number lost the same digit twice.",
        source=_HAND, tuned_on=_ROWS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhoneOptions:
    """When sayings are of one number, and when it is complete. What is not complete is shown all the same."""

    digit_probability: float = threshold(
        0.3, "A digit recognised with less than this keeps a number from being complete.", unit="share", source="our default"
    )
    same_share: float = threshold(
        0.6, "Sayings that agree in this share of their digits are of one number.", unit="share", source=_HAND, tuned_on=_ROWS
    )
    same_share_whole: float = threshold(
        0.65, "The same for two whole numbers: at most three of ten digits were misheard.", unit="share", source=_HAND,
        tuned_on="numbers that share their 555-01",
    )  # fmt: skip
    same_share_announced: float = threshold(
        0.85, 'The same after words that announce another number ("or my cell").', unit="share", source=_HAND, tuned_on=_ROWS
    )
    same_share_part: float = threshold(
        0.5, "The same for a saying of four to six digits, a part of the number.", unit="share", source=_HAND, tuned_on=_ROWS
    )
    numbers_back: int = threshold(
        30, "A saying is compared with so many numbers before it.", source="our default: no message names so many"
    )
    part_digits: int = threshold(4, "Shorter sayings are no part of a number.", source=_HAND, tuned_on=_ROWS)
    announced_digits: int = threshold(
        5, "After words that announce a number, so many digits are one.", source=_HAND, tuned_on=_ROWS
    )
    stray_digits: int = threshold(2, "So few digits beside a number are strays.", source=_HAND, tuned_on=_ROWS)
    wrong_length_factor: float = threshold(0.5, "Times the confidence of a number of the wrong length.", source="our default")
    doubt_factor: float = threshold(
        0.5, "Times the confidence of a number with stray digits, or oddly grouped.", source="our default"
    )
    pace_digits: int = threshold(4, "Shorter sayings have no pace.", source="our default")


@dataclass(frozen=True, slots=True)
class HypothesisOptions:
    """When a second pass, and the comparison of neighbouring numbers with the sound, change a number."""

    alike: float = threshold(
        0.6, "Numbers of two passes that agree in this share of their digits are the same number.", unit="share", source=_HAND,
        tuned_on=_ROWS,
    )  # fmt: skip
    sure: float = threshold(
        3.0, "The likeliest number must lead by this to be called complete although it was not heard as such.", unit="nats",
        source="49 of the 50 likeliest numbers above it were right; the other was heard in full, and otherwise, at first. The "
        "rest of the wrong ones led by 2.4 at most",
        tuned_on="one half of the development recordings (clean, GSM, u-law, babble at 15 dB)",
    )  # fmt: skip
    made: float = threshold(
        5.5, "The same where neither pass heard the likeliest number in full.", unit="nats",
        source="of 23 such numbers above 3 five were wrong and led by 5.04 at most; 13 of the 18 right ones by more than 5.5",
        tuned_on=_VOICES,
    )  # fmt: skip
    lead: float = threshold(
        3.0, "A number heard in full, and doubted since, must lead by this to stay complete, and another to take its place.",
        unit="nats", source="a wrong number that both passes agreed on led by 1.4, one of two that were heard in full by 2.85",
        tuned_on=_VOICES,
    )  # fmt: skip
    unsure_factor: float = threshold(
        0.5, "Times the confidence of a number that leads by less than sure.", source="our default"
    )
    complete_from: float = threshold(
        0.96, "A number in doubt that a pass heard in full, and that is right with at least this probability, is complete "
        "after all; 1 is never.", unit="0 to 1",
        source="16 more numbers became complete, all of them right; the likeliest wrong number in doubt has .952",
        tuned_on=_VOICES,
    )  # fmt: skip
    complete_lead: float = threshold(
        1.5, "And it must lead its neighbours by this.", unit="nats",
        source="a wrong number that both passes agreed on led by 1.4", tuned_on="as sure",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameMatchOptions:
    """How a heard name is compared with an expected one."""

    sound_share: float = threshold(
        0.95,
        "What likeness of sound counts against likeness of spelling.",
        unit="share",
        source=_HAND,
        tuned_on="benchmark row names",
    )
    sound_over_spelling: float = threshold(
        0.45, "Most that sound may lie above spelling: two names of one sound key may be different names.", unit="share",
        source=_HAND, tuned_on="benchmark row names",
    )  # fmt: skip
    sound_letters: int = threshold(3, "Shorter words are compared by their spelling alone.", source=_HAND)


@dataclass(frozen=True, slots=True)
class KnownNameOptions:
    """When a stretch of the words is taken for a name of the manifest."""

    mentioned: float = threshold(
        0.75, "A name that was heard is the manifest's where they are as alike as this.", unit="0 to 1",
        source="benchmark row names: of names that were not said, how many get in, and how many that were said are right",
        tuned_on=_REPS,
    )  # fmt: skip
    mentioned_letters: int = threshold(
        6, "A name of fewer letters must be more alike ...", unit="letters", source="see mentioned", tuned_on=_REPS
    )
    mentioned_short: float = threshold(
        0.04, "... by so much for each letter.", unit="0 to 1", source="see mentioned", tuned_on=_REPS
    )
    given_name: float = threshold(
        0.15,
        "By so much more where what was heard is a given name by itself: Dale is not Dahl.",
        unit="0 to 1",
        source="see mentioned",
        tuned_on=_REPS,
    )
    searched: float = threshold(
        0.72, "Where no name was heard, words that are as alike as this are the rep's or the company's.", unit="0 to 1",
        source="see mentioned", tuned_on=_REPS,
    )  # fmt: skip
    searched_letters: int = threshold(
        12, "A name of fewer letters must be more alike ...", unit="letters", source="see mentioned", tuned_on=_REPS
    )
    searched_short: float = threshold(
        0.03, "... by so much for each letter.", unit="0 to 1", source="see mentioned", tuned_on=_REPS
    )
    everyday: float = threshold(
        0.08, "By so much more where all the words are everyday ones.", unit="0 to 1", source="see mentioned", tuned_on=_REPS
    )
    framed: float = threshold(
        0.08, "They count by so much less where they begin or end with a word like “and”, and the name does not.",
        unit="0 to 1", source="see mentioned", tuned_on=_REPS,
    )  # fmt: skip
    search_letters: int = threshold(6, "Names with fewer letters are not searched for.", source=_HAND, tuned_on=_NAMES)
    opening_words: int = threshold(
        8, "The listener's name is looked for among so many first words, where nobody was heard for sure.", source=_HAND
    )
    opening_letters: int = threshold(3, "Shorter words of it are not looked for.", unit="letters", source=_HAND)
    doubted_callee: float = threshold(
        0.5, "A listener heard with less than this is not heard for sure.", unit="0 to 1", source=_HAND
    )
    length_share: float = threshold(
        0.35, "Words that are longer or shorter than the name by more than this share are not it.", unit="share", source=_HAND,
        tuned_on=_NAMES,
    )  # fmt: skip
    sound_share: float = threshold(
        0.95, "What likeness of sound counts against likeness of letters.", unit="share", source=_HAND
    )
    sound_over_spelling: float = threshold(
        0.2, "Most that sound without vowels may lie above the letters.", unit="share", source="see mentioned", tuned_on=_REPS
    )
    sound_by_consonant: float = threshold(
        0.03, "Most that it may for each consonant of the name behind the first.", unit="share", source="see mentioned",
        tuned_on=_REPS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnCompanyOptions:
    """When a name that a rep's messages have in common is taken for the company that the rep calls for."""

    messages: int = threshold(
        3, "It is heard, by its sound, in at least so many of the rep's messages.", unit="messages",
        source="of 18 reps' companies 11 are learned, 10 of them within one error (at 2: 13 and 11)", tuned_on=_REPS,
    )  # fmt: skip
    letters: int = threshold(4, "Names with fewer letters are not learned.", unit="letters", source=_HAND)
    another: float = threshold(
        0.6, "A name that is like the rep's, a prospect's or a prospect's company's is not the own company.", unit="0 to 1",
        source=_HAND,
    )  # fmt: skip
    read: int = threshold(60, "The newest messages of a rep that are read for it.", unit="messages", source="bounds the time")
    names: int = threshold(
        12, "Names that are tried, those first that are like most others.", source="bounds the time: a second for a rep"
    )


@dataclass(frozen=True, slots=True)
class EntityOptions:
    """Thresholds of `vmaudio.text.find_entities` and of what is done with its numbers afterwards."""

    runs: RunOptions = RunOptions()
    phones: PhoneOptions = PhoneOptions()
    names: NameOptions = dataclasses.field(default_factory=NameOptions)
    hypotheses: HypothesisOptions = HypothesisOptions()
    name_match: NameMatchOptions = NameMatchOptions()
    known_names: KnownNameOptions = KnownNameOptions()
    own_company: OwnCompanyOptions = OwnCompanyOptions()


DEFAULT = EntityOptions()
