"""Thresholds of comparing a message with its script."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import UNSURE_WORD, threshold

SCRIPT_TEXT = "script_text"
"""Where `Message.extra` keeps the text of a script whose name, or file, is in ``Message.script``."""

_HAND = "set by hand"


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """How a script is laid beside what was heard: the alignment with the lowest sum of costs is taken."""

    content_word: float = threshold(1.0, "Cost of a word that is left out or added.", source="as in the word error rate")
    function_word: float = threshold(
        0.6, "The same for a word such as *the* or *of*: the words that carry the meaning hold the two together.", source=_HAND
    )
    digit: float = threshold(0.45, "The same for one digit of a number.", source=_HAND)
    filler: float = threshold(0.05, "The same for an um.", source=_HAND)
    opening: float = threshold(
        0.15, "Added for each stretch of such words: one long gap is likelier than several short ones.", source=_HAND
    )
    unlike: float = threshold(
        1.1,
        "One word instead of an unlike one costs this share of leaving out the first and adding the second: a lone word is "
        "changed, a whole phrase is left out and another added.",
        source=_HAND,
    )
    like: float = threshold(0.35, "The same where the two are spelled or sound almost alike.", source=_HAND)
    slot_words: int = threshold(6, "Most words that a slot such as {company} takes.", unit="words", source=_HAND)
    slot_name: int = threshold(3, "Most words that a slot for a person's name takes.", unit="words", source=_HAND)
    slot_digits: int = threshold(
        15, "Most digits that a slot for a number takes.", unit="digits", source="ITU-T E.164: the longest number"
    )
    slot: float = threshold(0.15, "Cost of a slot that one word fills.", source=_HAND)
    slot_further: float = threshold(
        0.5, "A further word in a slot that is none for a name costs this share of an added one.", unit="share", source=_HAND
    )
    slot_misfit: float = threshold(
        0.5,
        "Added where a slot begins or ends with what it does not ask for (*the*, a digit or a small letter in a name), and for "
        "each comma or stop inside.",
        source=_HAND,
    )
    repeated_digits: int = threshold(
        7,
        "A number with so many digits, said again, is a repetition and not added.",
        unit="digits",
        source="a North American number without its area code",
    )
    alike: float = threshold(
        0.8,
        "Two words this much alike, in spelling or sound, may be one word that the recogniser misheard: unsure.",
        unit="likeness, 0 to 1",
        source="names that differ by one recognition error have .75 and more: benchmark row `names`",
    )
    unsure: float = threshold(
        UNSURE_WORD,
        "Under this recognition probability a word that differs is unsure, and so is a missing one beside it.",
        unit="probability",
        source="the same limit below which words are shown as unsure",
    )
    least_words: int = threshold(
        6, "What has fewer words is the name of a script, and no script.", unit="words", source="our default"
    )
    most_words: int = threshold(
        400, "A longer script is refused.", unit="words", source="over two minutes at 150 words a minute: no voicemail"
    )


DEFAULT = ScriptOptions()
