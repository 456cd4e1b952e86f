"""Is the name that was heard the name that was expected?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaudio.text.entities.options import DEFAULT, NameMatchOptions
from vmaudio.text.lexicon import TITLES

_ANY = ""

# each rule with texts of which one is in whatever it changes: looking for them takes a tenth of the time
_RULES = tuple(
    (tuple(needed.split()) or ("",), re.compile(pattern), by)
    for needed, pattern, by in (
        ("n", r"^(?:kn|gn|pn)", "n"), ("wr", r"^wr", "r"), ("x", r"^x", "s"), ("mb", r"mb$", "m"),
        ("tch", r"tch", "x"), ("sh ch ti ci", r"sch|sh|ch|ti(?=[ao])|ci(?=a)", "x"),
        ("ph gh", r"ph|gh(?=[^aeiou]|$)", "f"), ("th", r"th", "t"), ("c q x", r"ck|q|c(?=[^eiy]|$)|x(?<=kx)", "k"),
        ("c", r"c", "s"), ("g j", r"dge|g(?=[eiy])|j", "j"), ("gh", r"gh", "g"),
        ("z", r"z", "s"), ("v", r"v", "f"), ("d", r"d", "t"), ("b", r"b", "p"), ("g", r"g", "k"),
        ("w", r"wh|w(?=[^aeiou]|$)", ""), ("h", r"h", ""), ("y", r"y(?=[^aeiou]|$)", "i"),
    )
)  # fmt: skip


_SAID = tuple(
    (tuple(needed.split()) or ("",), re.compile(pattern), by)
    for needed, pattern, by in (
        ("n", r"^(?:kn|gn|pn)", "n"), ("wr", r"^wr", "r"), ("x", r"^x", "s"), ("mb", r"mb$", "m"),
        ("sh ch ti ci", r"tch|sch|sh|ch|ti(?=[ao])|ci(?=a)", "x"), ("ph", r"ph", "f"), ("gh", r"gh(?=[^aeiou]|$)", ""),
        ("th", r"th", "t"), ("c q", r"ck|q|c(?=[^eiy]|$)", "k"), ("c", r"c", "s"), ("g j", r"dge|g(?=[eiy])|j", "j"),
        ("z", r"z", "s"), ("h", r"(?<=[a-z])h", ""), ("wh", r"wh", "w"), (_ANY, r"(.)\1+", r"\1"),
        ("e", r"(?<=[^aeiou])e$", ""), ("e y", r"ie|ey|ea|ei|y", "i"), ("ai ay", r"ai|ay", "a"),
        ("ou oo ew ue", r"ou|oo|ew|ue", "u"), ("oa ow au aw", r"oa|ow|au|aw", "o"), (_ANY, r"(.)\1+", r"\1"),
    )
)  # fmt: skip


def plain_spelling(word: str) -> str:
    """A name as a child would write what it hears, vowels and all: letters that are spoken alike become one.

    Where `sound_key` leaves the vowels out, and has Dale and Doyle alike, this keeps them: Donnie and Donny are "doni", Dale is
    "dal" and Doyle "doil".

    Args:
        word: one word or several; what is no letter from a to z does not count.

    Returns:
        Lower case letters.
    """
    return _changed(word, _SAID)


def sound_key(word: str) -> str:
    """A rough key of how an English name sounds: consonant classes in order, vowels only at the start as "a".

    After the idea of Metaphone (Philips 1990), with voiced and unvoiced stops and fricatives together, since telephone
    speech confuses them. By hand and not jellyfish's metaphone: on 64 names heard over the telephone both find the same 43
    alike (nysiis 44, soundex 42, spelling alone 37; 2 of 312 other names with each of ours, metaphone and nysiis), but
    metaphone keeps t and d, p and b apart (likeness after one such slip .91 instead of .93), and Schmidt from Shmit. It is
    three times as fast, where a message takes well under a millisecond.

    Args:
        word: one word; what is no letter from a to z does not count.

    Returns:
        Lower case letters; empty for a word of h and w alone.
    """
    key = _changed(word, _RULES)
    head = "a" if key[:1] and key[0] in "aeiouy" else ""
    key = head + re.sub(r"[aeiouyw]", "", key)
    return re.sub(r"(.)\1+", r"\1", key)


def _changed(word: str, rules: Sequence[tuple[tuple[str, ...], re.Pattern[str], str]]) -> str:
    """The letters of a name by the rules, one after the other."""
    key = re.sub(r"[^a-z]", "", word.lower())
    for needed, pattern, by in rules:
        for text in needed:
            if text in key:
                key = pattern.sub(by, key)
                break
    return key


def match_name(said: str, expected: str, *, options: NameMatchOptions = DEFAULT.name_match) -> float:
    """How well a heard name fits an expected one; each said word is compared with its best expected word.

    Titles do not count, and a first or last name alone may match a full name. The likeness of two words is the larger of the
    normalised edit likeness of the spellings (Levenshtein) and a little less than that of the sound keys.

    Args:
        said: the name as recognised.
        expected: as the list of prospects spells it.
        options: how much the sound counts.

    Returns:
        0 to 1. Names score .75 and more when they are the same but for one recognition error (see the benchmark row ``names``);
        0 where one of them has no letters.
    """
    from rapidfuzz.distance import Levenshtein

    heard, wanted = _name_words(said), _name_words(expected)
    if not heard or not wanted:
        return 0.0
    total = 0.0
    for word in heard:
        best = 0.0
        for other in wanted:
            spelling = Levenshtein.normalized_similarity(word, other)
            sound = 0.0
            if len(word) >= options.sound_letters:
                sound = options.sound_share * Levenshtein.normalized_similarity(sound_key(word), sound_key(other))
            best = max(best, spelling, min(sound, spelling + options.sound_over_spelling))
        total += best * len(word)
    joined = Levenshtein.normalized_similarity("".join(heard), "".join(wanted))
    return float(max(total / sum(len(word) for word in heard), joined))


def _name_words(text: str) -> list[str]:
    words = re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ").replace("’", "'")).replace("'s ", " ").split()
    words = [bare for word in words if (bare := word.replace("'", ""))]
    return [word for word in words if word not in TITLES] or words
