"""Words between and before numbers that say what they are: said again, corrected, an extension, a time, an account."""

from __future__ import annotations

import re

REPEAT = re.compile(
    r"\b(?:again|once more|one more time|once again|i repeat|i'll repeat|let me repeat|i'll say|say "
    r"(?:that|it)|repeat|that's|that is|thats|"
    r"that number|the number|number is|number's|my number)\b"
)
CORRECT = re.compile(
    r"^no$|\b(?:try that again|start over|strike that|got that wrong|let me correct|misspoke|pardon me|no wait|wait no|wait"
    r"|scratch that|correction|i mean|sorry|make that|excuse me|rather|oops|actually|my mistake)\b"
)
AREA = re.compile(r"\barea code(?:'s)?\b")
ABROAD = "011"  # what is dialled in North America before the country code of another country
EXTENSION = re.compile(r"\b(?:extension|ext|extn|ex|x)\b")
NOT_DIALLED = re.compile(
    r"\b(?:(?:zip|postal) code|zip|account|invoice|order|passcode|pin|npi|ein|sku|\w+ id"
    r"|(?:account|policy|order|invoice|confirmation|reference|tracking|case|ticket|claim|member|membership|customer"
    r"|purchase order|po|serial|license|routing|part|model|meeting|conference|access|pass|dealer|employee|store|reservation"
    r"|booking|loan|contract|batch|lot|item|tax)(?:'s)? (?:number|no|id|code|#))"
    r"(?: is| was|'s)?(?: ending| ending in| ends in)?$"
)
CALLING = re.compile(r"\b(?:call|reach|dial|text)\b")
_TIME_BEFORE = re.compile(r"\b(?:before|by|until|till|after|around|at|past|about|between \w+ (?:and|or))$")
OTHER_PHONE = re.compile(r"\b(?:or|cell|mobile|office|fax|direct|desk|home|text|alternatively|also)\b|/")
_KIND = re.compile(r"\b(?:(fax)|(cell|mobile)|(office|desk|work|direct)|(home)|(toll)|(phone|main|voice))\b")
CARRIER = frozenset(
    """
    uh um er erm ah hm and so that's thats that is it's its it again once more time i repeat i'll will say let me you the
    my our number number's numbers area code code's dash hyphen dot then okay ok alright right yes yeah no wait sorry scratch
    i'm
    correction mean make excuse actually rather oops mistake extension ext extn ex x is was here's here a plus call at on /
    """.split()
)
HESITATION = re.compile(r"\b(?:you know|let's see|lets see|let me see|i think|hang on|hold on|try that again|start over)\b")
"""Between the groups of a number."""
_CALL_AT = re.compile(r"\b(?:me|us|back|number|reached|directly|cell|line|office|desk|home) at$")


def is_time_before(words: str) -> bool:
    """Whether a number after these words may be a time of day ("by", "until"); after "call me at" it is a number to call.

    Args:
        words: the last words before it, in lower case.
    """
    return _TIME_BEFORE.search(words) is not None and _CALL_AT.search(words) is None


def kind_of_phone(words: str) -> int | None:
    """Which kind of telephone the words before a number announce last: fax, cell, office, home, toll-free or plain phone.

    Args:
        words: before the number, in lower case.

    Returns:
        A number for the kind; None where they announce none.
    """
    found = list(_KIND.finditer(words))
    return found[-1].lastindex if found else None
