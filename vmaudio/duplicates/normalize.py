"""What is left of a message when names, numbers, days and greetings are taken out."""

from __future__ import annotations

import functools
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
    found = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text)]
    capitals = sum(word[0].isupper() for word, _, _ in found)
    trust_case = capitals < options.cased_share * max(1, len(found))
    kept: list[str] = []
    said: list[str] = []
    end = 0
    for word, start, stop in found:
        lower, bare, kind = _read(word)
        if kind == _GREETING:
            said.append(lower)
        elif (
            kind != _LEFT_OUT
            and bare not in known
            and not (trust_case and kind == _CAPITAL and not _starts_sentence(text[end:start], end))
        ):
            introduced = bare not in STOP and _introduces(said[-3:])
            said.append(lower)
            if not introduced:
                kept.append(lower)
        end = stop
    return tuple(kept)


_GREETING, _LEFT_OUT, _CAPITAL, _PLAIN = range(4)


@functools.lru_cache(maxsize=1 << 16)
def _read(word: str) -> tuple[str, str, int]:
    """What a word is wherever it stands: in lower case, without its genitive, and its kind. Messages share most of theirs."""
    lower = word.lower().replace("’", "'")
    bare = lower.removesuffix("'s")
    if bare in GREETINGS:
        return lower, bare, _GREETING
    if bare in NUMBER_WORDS or bare in DAYS or (not bare.isalpha() and any(c.isdigit() for c in bare)):
        return lower, bare, _LEFT_OUT
    return lower, bare, _CAPITAL if word[0].isupper() and bare != "i" and not bare.startswith("i'") else _PLAIN


def _starts_sentence(before: str, end: int) -> bool:
    """Whether what stands between a word and the one before it, which ends at ``end``, ends a sentence."""
    return end == 0 or (before != " " and bool(_SENTENCE_END.search(before)))
