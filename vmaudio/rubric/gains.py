"""Words in which a value or an offer says what somebody gains: something saved, free, less, sooner, or had.

The part model takes reasons for values ("it turns out you roast at noon"): a plain word of gain tells them apart. The list was
written from what sellers promise, before it was counted; it is no more than a list.
"""

from __future__ import annotations

import re

GAINS = frozenset({"value", "offer"})
"""Parts of a message that say a gain."""

_SAYS_GAIN = re.compile(
    r"\b(?:sav(?:e|es|ed|ing|ings)|free|no (?:charge|cost|fee)|for nothing|cheaper|discount|percent|half (?:the )?price|less|"
    r"without|so (?:that )?(?:you|your)|you(?:'d|'ll| would| will| can| could)? (?:get|have|keep|pay|see|lose|need|not)|"
    r"instead of|no more|never|extra|cut|lower|faster|sooner|before|back)\b"
)


def says_gain(text: str) -> bool:
    """Whether a text has a word or a phrase of gain.

    Args:
        text: of a part.
    """
    return _SAYS_GAIN.search(text.lower().replace("’", "'")) is not None


_GIVEN = re.compile(
    r"\b(?:you(?:'ll|'d| will| would)?(?: can| could| may)? (?:have|keep) (?:it|them|one|this|that|the)|"
    r"(?:it's|it is|they're|is|are) yours|keep (?:it|them)|(?:one|two|three) (?:spare|extra|left)|"
    r"(?:i have|i've got|i got) (?:a|an|one|two) (?:spare|extra))\b"
)


def thing_given(text: str) -> str:
    """The first phrase by which the listener is given a thing ("you can have it"): an offer is no list of services.

    Of the labelled messages by reps of the tuning half 5 of 29 offers have one and none of 30 pitches.

    Args:
        text: what was said.

    Returns:
        The phrase in lower case; "" where there is none.
    """
    found = _GIVEN.search(text.lower().replace("’", "'"))
    return found[0] if found else ""
