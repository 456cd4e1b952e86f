"""Words between and before numbers that say what they are: said again, corrected, an extension, a time, an account."""

from __future__ import annotations

import re

REPEAT = re.compile(
    r"\b(?:again|once more|one more time|once again|i repeat|i'll repeat|let me repeat|i'll say|say "
    r"(?:that|it)|repeat|that's|that is|thats|"
    r"that number|the number|number is|number's|my number)\b"
)
CORRECT = re.compile(
    r"\b(?:no wait|wait no|wait|scratch that|correction|i mean|sorry|make that|excuse me|rather|oops|actually|my mistake)\b"
)
AREA = re.compile(r"\barea code(?:'s)?\b")
ABROAD = "011"  # what is dialled in North America before the country code of another country
EXTENSION = re.compile(r"\b(?:extension|ext|extn|x)\b")
NOT_DIALLED = re.compile(
    r"\b(?:(?:zip|postal) code|zip|account|(?:account|policy|order|invoice|confirmation|reference|tracking|case|ticket|claim"
    r"|member|membership|customer|purchase order|po|serial|license|routing|part|model)(?:'s)? (?:number|no|id|code))"
    r"(?: is| was|'s)?(?: ending| ending in| ends in)?$"
)
CALLING = re.compile(r"\b(?:call|reach|dial|text)\b")
_TIME_BEFORE = re.compile(r"\b(?:before|by|until|till|after|around|at|past|about|between \w+ (?:and|or))$")
OTHER_PHONE = re.compile(r"\b(?:or|cell|mobile|office|fax|direct|desk|home|text|alternatively|also)\b|/")
CARRIER = frozenset(
    """
    uh um er erm ah hm and so that's thats that is it's its it again once more time i repeat i'll will say let me you the
    my our number number's numbers area code code's dash hyphen dot then okay ok alright right yes yeah no wait sorry scratch
    correction mean make excuse actually rather oops mistake extension ext extn x is was here's here a plus call at on /
    """.split()
)
_CALL_AT = re.compile(r"\b(?:me|us|back|number|reached|directly|cell|line|office|desk|home) at$")


def is_time_before(words: str) -> bool:
    """Whether a number after these words may be a time of day ("by", "until"); after "call me at" it is a number to call.

    Args:
        words: the last words before it, in lower case.
    """
    return _TIME_BEFORE.search(words) is not None and _CALL_AT.search(words) is None
