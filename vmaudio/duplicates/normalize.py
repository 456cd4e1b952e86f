"""What is left of a message when names, numbers, days and greetings are taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.text import (
    DAYTIMES,
    HELLO_WORDS,
    MONTH_NAMES,
    ORDINAL_WORDS,
    SPOKEN_DIGITS,
    TEEN_WORDS,
    TENS_WORDS,
    WEEKDAY_NAMES,
)

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:]\s*$")

NUMBER_WORDS = frozenset(
    {
        *(*SPOKEN_DIGITS, *TEEN_WORDS, *TENS_WORDS, "hundred", "thousand", "double", "triple"),
        *(*ORDINAL_WORDS[:10], "extension", "am", "pm", "o'clock"),
    }
)
DAYS = ({*WEEKDAY_NAMES, *MONTH_NAMES} - {"may"}) | {*DAYTIMES, "today", "tomorrow", "tonight", "week"}
GREETINGS = {*HELLO_WORDS, *"good dear there mr mrs ms miss dr um uh er erm ah thanks thank bye goodbye cheers".split()}
_HELLO = frozenset((*HELLO_WORDS, "dear"))
STOP = frozenset(
    """a about again all also am an and any are as at back be because been but by call calling called can could day did do does
    for from get give go had has have he her here him his how i i'd i'll i'm i've if in into is it it's its just know let like
    me more my name no not number of on or our out over phone please reach see she so some soon that that's the their them then
    there these they this to up us was we we'd we'll we're we've were what when where which who will with would you you'd
    you'll you're you've your minute moment time wanted want talk speak hear hope great day leaving message voicemail""".split()
)
"""Words that carry no reason: they may differ freely when it is decided whether two messages say the same."""

DEFAULT = DuplicateOptions()


def _introduces(before: list[str]) -> bool:
    """Whether a name follows these words."""
    last = before[-1:]
    if last == ["is"]:
        return before[-2:] == ["this", "is"] or before == ["my", "name", "is"]
    return bool(last) and last[0] in _HELLO


def normal_tokens(text: str, names: Iterable[str] = (), options: DuplicateOptions = DEFAULT) -> tuple[str, ...]:
    """Words of the text in lower case without names, numbers, days and greetings.

    Left out as names: the words of ``names``; words with a capital inside a sentence, unless many words of the text have one;
    and the word after a greeting, "this is" or "my name is".

    Args:
        text: as recognised, with or without capitals and marks.
        names: of caller, listener and company as far as they are known.
        options: ``cased_share`` says when capitals tell nothing.

    Returns:
        What is left, in order; empty where nothing is.
    """
    known = {word.lower() for name in names for word in _WORD.findall(name)}
    found = list(_WORD.finditer(text))
    capitals = sum(match[0][0].isupper() for match in found)
    trust_case = capitals < options.cased_share * max(1, len(found))
    kept: list[str] = []
    said: list[str] = []
    end = 0
    for match in found:
        word = match[0]
        between = text[end : match.start()]
        starts_sentence = end == 0 or (between != " " and bool(_SENTENCE_END.search(between)))
        end = match.end()
        lower = word.lower().replace("’", "'")
        bare = lower.removesuffix("'s")
        if bare in GREETINGS:
            said.append(lower)
            continue
        if trust_case and word[0].isupper() and not starts_sentence and bare != "i" and not bare.startswith("i'"):
            continue
        if bare in known or bare in NUMBER_WORDS or bare in DAYS or (not bare.isalpha() and any(c.isdigit() for c in bare)):
            continue
        introduced = bare not in STOP and _introduces(said[-3:])
        said.append(lower)
        if introduced:
            continue
        kept.append(lower)
    return tuple(kept)
