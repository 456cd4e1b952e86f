"""Phrases by which a message asks for something, and how many things it asks for.

The part model takes "if you need me before," for an ask and passes over one that stands among praise ("so what I'd like to do
is find fifteen minutes"). The phrases were written from what sellers ask for; they are no more than a list.
"""

from __future__ import annotations

import re

_BY_PHONE = re.compile(
    r"\b(?:(?:call|ring|phone|text|e-?mail|dial|reach|contact|write|message) (?:me|us|back|my|our)\b|"
    r"give (?:me|us) (?:a )?(?:quick )?(?:call|ring|shout|buzz|text)|let (?:me|us) know|get (?:back to|in touch|hold of)|"
    r"reach out|return my call|(?:tell|answer) (?:me|us)\b|reply)"
)
"""To get in touch, in whatever way: one thing, however often it is said."""

_BESIDES = re.compile(
    r"\b(?:(?:i'd|i would|we'd|we would) (?:like|love) to (?:find|set|schedule|meet|show|sit|grab|book|arrange|stop|come)|"
    r"what (?:i'd|i would|we'd|we would) like to do|take a (?:quick )?(?:look|listen)|pass (?:this|it|that|me) (?:along|on)|"
    r"(?:please |could you |can you )?(?:send|forward) (?:me|us|it)\b|(?:like|follow|visit) (?:us|our)\b|tell your\b|"
    r"(?:may|shall|can|could|should) (?:i|we) (?:come|stop|meet|show|visit|drop|send|set|schedule|have|get|look|talk|speak)|"
    r"(?:fill|sign) (?:in|out|up)|meet (?:me|us|for))\b"
)
"""Other things to do, each of them one."""

_CONDITION = re.compile(r"^(?:and |so |but )?(?:if|when|whenever|once|unless)\b[^,.;?!]*[,.]?$")


def is_condition(text: str) -> bool:
    """Whether a text is a condition alone, of which what is asked did not come: "if you need me before,".

    Args:
        text: of a part.
    """
    plain = _plain(text).strip()
    return _CONDITION.search(plain) is not None and _BY_PHONE.search(plain) is None


def things_asked(text: str) -> list[str]:
    """The phrases that ask, in the order said; all ways to get in touch are one thing.

    Args:
        text: what was said.

    Returns:
        The phrases in lower case; of those that ask to get in touch the first.
    """
    plain = _plain(text)
    found = [(one.start(), one[0]) for one in _BESIDES.finditer(plain)]
    touch = _BY_PHONE.search(plain)
    return [phrase for _, phrase in sorted([*found, (touch.start(), touch[0])] if touch else found)]


def _plain(text: str) -> str:
    return text.lower().replace("’", "'")
