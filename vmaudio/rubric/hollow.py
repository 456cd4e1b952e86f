"""Parts that say nothing: a pretext for the call ("just wanted to see if you got my e-mail"), or praise of the own company.

The part model hears a reason or a value where the words have its form. Whether they say something is asked here: a pretext
with no word beside it that is not of everyday speech, and a claim that is about "we" and never about "you", say nothing.
"""

from __future__ import annotations

import re

from vmaudio.features import WE, YOU
from vmaudio.records import Part
from vmaudio.text import COMMON, FUNCTION

PRETEXTS = re.compile(
    r"\b(?:wanted to (?:see|check|know|make sure)|wondering if you|checking (?:in|back)|check(?:ed)? in|touch(?:ing)? base|"
    r"circl(?:e|ing) back|follow(?:ing)? up|reach(?:ing)? out|introduce (?:myself|us|our(?:selves)?)|"
    r"g[eo]t (?:a chance|around)|"
    r"(?:got|get|received?|saw|see|read|look at|looked at) (?:my|our|the) (?:last |previous |other |earlier )?"
    r"(?:e-?mails?|messages?|voicemails?|letters?|notes?)|had (?:a chance|time)|when you (?:can|get)|"
    r"just (?:calling|wanted|checking|following))\b"
)
"""Phrases in which a call is its own reason."""

_ABOUT_OURSELVES = frozenset({"value", "proof", "company", "filler", "other"})


def is_hollow(part: Part) -> bool:
    """Whether a part has the form of a reason or a value and says none.

    Args:
        part: of a message.
    """
    text = part.text.lower().replace("’", "'")
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", text)
    if part.label in _ABOUT_OURSELVES and not WE.isdisjoint(words) and YOU.isdisjoint(words):
        return True
    rest = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", PRETEXTS.sub(" ", text))
    plain = all(word in COMMON or word in FUNCTION or word in _OF_CALLS for word in rest)
    if part.label == "value" and plain and YOU.isdisjoint(words):
        return True
    return plain and (PRETEXTS.search(text) is not None or not _MESSAGES.isdisjoint(words))


_MESSAGES = frozenset({"e-mail", "e-mails", "email", "emails", "message", "messages", "voicemail", "voicemails"})
_OF_CALLS = _MESSAGES | {"chat", "briefly", "last", "earlier"}
