"""E-mail addresses and times of day or week, as spoken and as recognisers write them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Sequence

from vmaudio.records import Mention
from vmaudio.text.lexicon import DIGIT_WORDS, FUNCTION, MONTH_NAMES, ORDINAL_WORDS, TEEN_WORDS, WEEKDAY_NAMES
from vmaudio.text.tokens import Token, mention

_TOP = frozenset("com net org io co us biz info edu gov ai dev app uk ca de me tv".split())
_WRITTEN = re.compile(r"[a-z0-9._%+\-]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,}$")
_SITE = re.compile(r"[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.(?:com|net|org|io|co|us|biz|info|edu|gov|ai|dev|app)$")
_NOT_LOCAL = FUNCTION | frozenset(
    "look visit find website site online page go see email mail it us check write reach email".split()
)
_LOCAL_LETTERS = 64  # of the part before the "@": RFC 5321, 4.5.3.1.1
_JOINERS = {"dot": ".", "period": ".", "point": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-"}

_DAYS = rf"(?:{'|'.join(WEEKDAY_NAMES)})s?"
_HOUR = rf"(?:\d{{1,2}}|{'|'.join((*DIGIT_WORDS[1:], *TEEN_WORDS[:3]))})"
_MINUTE = r"(?:o'clock|oclock|thirty|fifteen|forty five|forty-five|oh five|ten|twenty|sharp)"
_HALF = r"(?:a\.?m\.?|p\.?m\.?|o'clock|oclock|in the (?:morning|afternoon|evening)|noon|midnight)"
_PART = r"(?:morning|afternoon|evening|night|noon|lunchtime|lunch)"
_CLOCK = (
    rf"(?:\d{{1,2}}:\d\d(?: ?{_HALF})?|\d{{1,2}} ?(?:am|pm|a\.m|p\.m)\b|(?:half past|quarter (?:past|to)) {_HOUR}|"
    rf"{_HOUR}(?: {_MINUTE})? {_HALF}|noon|midnight)"
)
_MONTH = rf"(?:{'|'.join(MONTH_NAMES)})"
_ORDINAL = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?|(?:twenty |thirty )?(?:{'|'.join(ORDINAL_WORDS[:9])})|{'|'.join(ORDINAL_WORDS[9:])}|"
    r"(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)"
)
_DAY = (
    rf"(?:today|tomorrow|tonight|yesterday|(?:(?:this|next|last|coming) ){{0,3}}{_DAYS}|"
    rf"(?:this|next) (?:week|month|quarter|year|weekend|{_PART})|end of (?:the )?(?:day|week|month)|{_MONTH} (?:the "
    rf")?{_ORDINAL})"
)
_BEFORE = r"(?:(?:by|before|after|until|till|around|about|on|at|from|since) )?"
_NO_DIGITS = rf"(?! \w{{0,20}}(?:zero|oh|{'|'.join(DIGIT_WORDS[1:])}|\d))"
_AT = rf"(?:,? (?:at|by|before|after|around|about|from)? ?(?:{_CLOCK}|{_HOUR}(?: {_MINUTE})?{_NO_DIGITS}))?"
_TIME = re.compile(
    rf"\b{_BEFORE}(?:{_DAY}(?:,? {_PART})?{_AT}|{_CLOCK}(?: (?:on )?{_DAY})?|(?<=at ){_HOUR}(?: {_MINUTE})? (?:on "
    rf")?{_DAY})(?=[ .,;!?]|$)"
)


def find_emails(tokens: Sequence[Token]) -> tuple[Mention, ...]:
    """Find the e-mail addresses, written or spoken.

    Args:
        tokens: of the whole message.

    Returns:
        Mentions in order; ``text`` is the address in lower case ("dana at acme dot com" -> "dana@acme.com").
    """
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        low = tokens[at].low
        if _WRITTEN.match(low):
            found.append(mention(tuple(tokens), at, at, low))
        elif low == "at" and (hit := _spoken(tokens, at)) is not None:
            first, last, text = hit
            found.append(mention(tuple(tokens), first, last, text))
            at = last
        at += 1
    return tuple(found)


def _spoken(tokens: Sequence[Token], at: int) -> tuple[int, int, str] | None:
    """An address around the word "at": (first token, last token, address)."""
    first, local = at - 1, ""
    if first < 0 or tokens[first].ends or tokens[first].low in _NOT_LOCAL:
        return None
    local = tokens[first].low
    while first >= 2 and tokens[first - 1].low in _JOINERS and len(local) <= _LOCAL_LETTERS:
        local = tokens[first - 2].low + _JOINERS[tokens[first - 1].low] + local
        first -= 2
    domain = ""
    for place in range(at + 1, min(at + 8, len(tokens))):
        low = tokens[place].low
        if low == "dot" and domain:
            following = tokens[place + 1].low if place + 1 < len(tokens) else ""
            if following in _TOP:
                text = f"{local}@{domain}.{following}"
                return (first, place + 1, text) if _WRITTEN.match(text) else None
            domain += "."
        elif _SITE.match(domain + low):
            text = f"{local}@{domain}{low}"
            return (first, place, text) if _WRITTEN.match(text) else None
        elif low in _JOINERS and domain:
            domain += _JOINERS[low]
        else:
            domain += low.replace("'", "")
        if tokens[place].stop:
            return None
    return None


def find_times(tokens: Sequence[Token], taken: Collection[int]) -> tuple[Mention, ...]:
    """Find days and times of day ("tomorrow at three", "by Friday", "3:30").

    Args:
        tokens: of the whole message.
        taken: indices of tokens that are part of telephone numbers; they are never part of a time.

    Returns:
        Mentions in order, as said.
    """
    text, places = "", []
    for index, token in enumerate(tokens):
        low = "#" if index in taken else token.low.replace("-", " ") or "#"
        places.append(len(text))
        text += low + (". " if token.stop else ", " if token.comma else " ")
    found = []
    for hit in _TIME.finditer(text):
        first, end = bisect.bisect_left(places, hit.start()), bisect.bisect_left(places, hit.end())
        if first < end:
            found.append(mention(tuple(tokens), first, end - 1))
    return tuple(found)
