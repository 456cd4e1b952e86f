"""Whose number it is that was said: the caller's, or one that is not the one to call back.

A mailbox says the listener's own number, and so do people ("I tried you at ..."); a fax, an old number and the line that takes
people off a list are told from the number to call by the words beside them.
"""

from __future__ import annotations

import re

WORDS = 12
"""So many words before and after a number are looked at."""

_BEFORE = re.compile(
    r"\b(?:"
    r"you(?: have|'ve)?(?: just)? (?:reached|called|dialed)(?: the \w+ of)?(?: at)?"
    r"|(?:person|party|customer|subscriber|mailbox)(?: at| of| for| you are calling| you dialed| you called)?"
    r"|(?:i am|i'm|we're|we are|been|am) calling(?: you)?(?: back)?(?: at| on)?"
    r"|(?:tried|trying|reached|reaching|called|calling|dialed|rang|texted)(?: to (?:call|reach|ring))?"
    r" (?:you|your(?: \w+){1,2})(?: back)?(?: \w+)?(?: at| on)?"
    r"|left (?:you )?(?:a |another )?(?:message|voicemail)(?: for you)? (?:on|at)"
    r"|your(?: [a-z]+){0,3} (?:number|line|cell|phone|mobile|office|extension|listing|desk|fax|landline)"
    r"(?: (?!to\b|for\b)\w+){0,3}(?: is| was| at| shows?| says| as| on| which is)?"
    r"|(?:have|got|had|see|show|shows|list|lists|listed) you (?:at|on|as|under|down as|down at|listed at|listed as)"
    r"|(?:have|on file|listed|got|had|found|given)(?: \w+){0,2} for you(?: is| was| as)?"
    r"|call(?:ed|ing)? (?:us|me|in)(?: \w+)? from"
    r"|i(?: have|'ve)? (?:just )?(?:called|tried|dialed|rang|phoned|got|found)(?: at| on)?"
    r"|(?:number|one) (?:on|in|from) your(?: \w+){1,2}"
    r"|fax(?: \w+){1,2} (?:to|at|on)"
    r"|fax(?: number| line| machine)?(?: is|'s| to| at| on)?"
    r"|(?:old|former|previous) (?:\w+ )?(?:number|line|cell|extension)(?: is| was)?"
    r"|(?:don't|do not|no longer|never|stop|not)"
    r" (?:use|using|call|calling|dial|dialing|text|reach me|answer)(?: me)?(?: at| on)?"
    r"|not at"
    r")$"
)
_OPT_OUT = re.compile(
    r"\b(?:not (?:to )?(?:hear|be called|be contacted|receive|want)|opt(?:ed)? out|unsubscribe|removed?|taken? (?:you )?off"
    r"|off (?:our|the|this|my) (?:call(?:ing)? )?list|do not call)\b[^.?!]*$"
)
_GONE = r"(?:been )?(?:disconnected|no longer|out of service|an old|my old)"
_AFTER = re.compile(
    r"^(?:is |was |which is |that's )?(?:currently |presently )?(?:(?:not|un) ?available|still yours?\b"
    r"|(?:still )?(?:yours?|the (?:best|right|correct) (?:number|line|cell) for you)\b"
    rf"|{_GONE}|(?:it's|it has|it is|has|that's) {_GONE})"
)


def is_to_call(before: str, after: str) -> bool:
    """Whether a number may be the one to call back.

    Args:
        before: the words before the number in lower case, oldest first; a sentence's end stays as ". ".
        after: the words after it.

    Returns:
        False where the words say that it is the listener's number, a fax, an old one, or for being taken off a list.
    """
    return not (_BEFORE.search(before) or _OPT_OUT.search(before) or _AFTER.search(after))
