"""Parts that say nothing: a pretext for the call ("just wanted to see if you got my e-mail"), or praise of the own company.

The part model hears a reason or a value where the words have its form. Whether they say something is asked here: a pretext,
and stock phrases of selling, with no word beside them that is not of everyday speech; a claim that is about "we" and never
about "you"; and a benefit in words that any firm uses. The lists were written from what trainers warn of
(playbooks P4, P10, P13) and from the tuning half of the labelled messages; they are no more than lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vmaudio.features import WE, YOU
from vmaudio.records import Part
from vmaudio.text import COMMON, FUNCTION, WEEKDAY_NAMES

_THINGS_SENT = r"(?:e-?mails?|messages?|voicemails?|letters?|notes?|calls?)"
PRETENCES = re.compile(
    r"\b(?:checking (?:in(?! (?:every|each|all|the|your|my|our|an?)\b)|back)|check(?:ed)? in|"
    r"touch(?:ing)? base|circl(?:e|ing) back|(?:just|i'm|am) follow(?:ing)? up|"
    r"reach(?:ing)? out|introduce (?:myself|us|our(?:selves)?|(?:\w+ ){0,3}(?:company|team|services?))|"
    r"put a name|get on your radar|still waiting|"
    r"(?:have|had)(?:n't| not) (?:heard|connected)|tr(?:ied|ying) (?:you|to reach you)|right person|"
    r"(?:(?:trying to reach|to see) )?who(?:ever)? (?:handles|is in charge|takes care)|"
    r"(?:got|get|received?|saw|see|read|look at|looked at) (?:(?:my|our|the) (?:last |previous |other |earlier )?"
    rf"{_THINGS_SENT}|what i sent)|(?:my|our|these|those) (?:last |previous |other |earlier ){_THINGS_SENT})\b"
)
"""Phrases in which a call is its own reason."""

_LEADS_IN = re.compile(
    r"\b(?:wanted to (?:see|check|know|make sure)|wondering if you|follow(?:ing)? up|g[eo]t (?:a chance|around)|"
    r"had (?:a chance|time)|when you (?:can|get)|just (?:calling|wanted|checking|following)|purpose of (?:my|this) call|"
    r"(?:\w+ )?minutes?(?: of your time)?(?: on (?:the|your) (?:books|calendar|schedule))?|"
    r"on (?:the|your) (?:books|calendar))\b"
)
"""Phrases that lead to a reason, and are none."""

_STOCK = frozenset(
    """ability affordable amazing award awards award-winning based best-in-class branding capabilities caring clients commitment
    communications company competitive comprehensive convenience cost-effective cutting-edge dedicated dependable
    efficiency efficient excellence exceptional excited exciting expert expertise experts explore flexible friendly
    full-service future-proof growth headache headaches honest industry innovative leader leaders leading margins
    maximize mission needs opportunities opportunity organization organizations pain partner partners partnership passion
    passionate peace potential premier pricing productivity products professional programs proud proven provider quality range
    reliable reputation results results-driven revenue satisfaction savings seamless services solution solutions specialists
    specialize success successful support synergies tailored teams technology thrilled top-notch transform trusted value
    winning world-class worry""".split()
)
"""Words that any firm uses of itself."""

_GIVES = frozenset("free complimentary gift trial sample samples percent discount charge cost".split())
"""Words by which an offer gives something."""

_MESSAGES = frozenset({"e-mail", "e-mails", "email", "emails", "message", "messages", "voicemail", "voicemails"})
_SEASONS = {"quarter", "spring", "summer", "autumn", "fall", "winter", "season"}
_OF_CALLS = _MESSAGES | {"chat", "briefly", "last", "earlier", "cell", "again", "still", *_SEASONS, *WEEKDAY_NAMES}
_OURSELVES = WE | {"ourselves"}
_ABOUT_OURSELVES = frozenset({"value", "proof", "company", "filler", "other"})


def is_hollow(part: Part) -> bool:
    """Whether a part has the form of a reason, a value or an offer and says none.

    Args:
        part: of a message.
    """
    text = part.text.lower().replace("’", "'")
    words = _words(text)
    if part.plays in _ABOUT_OURSELVES and not _OURSELVES.isdisjoint(words) and YOU.isdisjoint(words):
        return True
    plain = _is_plain(_words(_LEADS_IN.sub(" ", PRETENCES.sub(" ", text))))
    if part.plays == "value":
        return plain and (YOU.isdisjoint(words) or not _STOCK.isdisjoint(words))
    if part.plays == "offer":
        return plain and _GIVES.isdisjoint(words)
    if part.plays != "reason":
        return plain and PRETENCES.search(text) is not None
    says_you = not YOU.isdisjoint(words) and _MESSAGES.isdisjoint(words) and _STOCK.isdisjoint(words)
    return plain and not (says_you and PRETENCES.search(text) is None and _LEADS_IN.search(text) is None)


def pretence(parts: Iterable[Part]) -> Part | None:
    """The first part in which a call is its own reason ("did you see what I sent?"), whatever the part is.

    Args:
        parts: of a message.
    """
    return next((part for part in parts if PRETENCES.search(part.text.lower().replace("’", "'"))), None)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)


def _is_plain(words: Iterable[str]) -> bool:
    """Whether no word is other than everyday speech, talk of calls, and what any firm says of itself."""
    return all(word in COMMON or word in FUNCTION or word in _OF_CALLS or word in _STOCK for word in words)
