"""Words by which a greeting, a mailbox's menu and a message are known: "leave a message after the tone", "to re-record".

Patterns look at words in lower case without marks, as recognisers hear them. A rep may say one such phrase in a message ("I'll
leave you a message"), so phrases are written as a mailbox says them, and the stage that uses them looks at voices and pauses too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_GREETING = (
    r"(?:please|so|or|and|just|can|otherwise|to) leave (?:me |us |him |her |them |you |your |a |the |an )*(?:\w+ ){0,3}?(?:message|name|number|voicemail)",
    r"(?:^|\. )leave (?:me |us |him |her |them |your |a )+(?:\w+ ){0,3}?(?:message|name|number)",
    r"leave (?:me|us|him|her|them) (?:a |your )+(?:\w+ ){0,2}?(?:message|name|number)",
    r"leave your (?:name|number|message)",
    r"leave (?:a |your )*(?:\w+ ){0,2}?message (?:after|at|and|with|for)",
    r"(?:after|at|for|until|following) (?:you hear )?the (?:tone|beep|signal)",
    r"you(?: have|'ve|ve)(?: just)? (?:reached|got(?:ten)? (?:the )?voice ?mail|contacted|called)",
    r"(?<!re )(?<!re-)record (?:your|a) (?:message|name)",
    r"(?:is|are|am|i'm|currently) (?:not|un) ?available|unavailable|no ?(?:one|body) (?:is |can )",
    r"(?:can't|cannot|can not|can|unable to|can't) (?:come to|take|get to|answer|pick up) (?:the|your|my) (?:phone|call)",
    r"(?:voice ?mail|mail) ?box (?:of|for|belonging)|this is the voice ?mail|voice ?(?:mail|messag\w+|message) (?:messaging )?system",
    r"return your call|i(?:'ll| will) (?:get|be) (?:right )?back (?:to|with) you|(?:i|we|someone)(?:'ll| will) call you(?: right)? back|call you back as soon",
    r"away from (?:my|the) (?:desk|phone|office)|out of the office|on the other line|(?:not|n't) (?:home|around|in) right now|i'm not around",
    r"office hours are|if this is an emergency|hang up and dial|(?:i|we) missed your call",
    r"you know what to do|sorry (?:i|we) missed you",
    r"(?:call|number) has been forwarded|subscriber|customer you(?: have|'ve)? (?:dialed|called)|(?:person|party|number) you(?: are|'re| have|'ve)",
    r"thank(?:s| you) for calling|your call is important|is not answered|all of our (?:staff|agents|representatives)",
)  # fmt: skip
_GREETING_RE = tuple(re.compile(pattern) for pattern in _GREETING)

_MENU = (
    r"(?<![\w-])re-? ?record",
    r"to (?:listen to|hear|review|replay|send|mark|save|erase|delete|keep) (?:it|your|this|the)(?: \w+){0,3}? (?:press|hit|hang)",
    r"your message (?:has been|was|is|will be) ?(?:\w+ )?(?:recorded|sent|saved|marked|deleted|delivered)?",
    r"message (?:has been |was |is )?(?:saved|sent|recorded|deleted|delivered)",
    r"(?:for|more|further|other) (?:delivery )?options press|press (?:\w+ )?for (?:more |further |delivery |other )?options",
    r"for delivery|mark (?:it|this|the message) (?:as )?urgent|satisfied (?:with your message|press)|press (?:the )?(?:pound|star|hash)(?: key| sign)?",
    r"press (?:one|two|three|four|five|\d)\b.{0,60}press (?:one|to|two|three|four|five|\d)\b|(?:press|hit) (?:the )?(?:pound|star|hash)",
    r"if you are (?:finished|satisfied|done)|when you are (?:finished|satisfied)",
)
_MENU_RE = tuple(re.compile(pattern) for pattern in _MENU)

_OPENS = re.compile(
    r"^(?:um |uh |yeah |yes |oh |so |okay )*(?:hi|hello|hey|howdy|good (?:morning|afternoon|evening|day)|this is|my name|it's|dear)\b"
)
_CALLS = re.compile(
    r"\b(?:i'm calling|calling (?:you |about|because|from|to|with|on)|reason (?:for my call|i'm calling|for the call)|give me a (?:call|ring|buzz)"
    r"|call me|ring me|reach me|my number|my name is|wanted to|i saw|i noticed|again (?:that's|it's))\b"
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a stretch of words says of itself.

    Attributes:
        greeting: index of the first and last word of each phrase of a greeting, in the order of the patterns.
        menu: the same of phrases of a menu.
        opens: it begins as messages and people on the telephone do.
        calls: how many phrases of somebody who calls are in it.
    """

    greeting: tuple[tuple[int, int], ...]
    menu: tuple[tuple[int, int], ...]
    opens: bool
    calls: int


def mailbox_phrases(words: Sequence[str]) -> Phrases:
    """Find the phrases of greetings, menus and callers.

    Args:
        words: as recognised, in order.

    Returns:
        What was found; every pattern counts once.
    """
    starts: list[int] = []
    text = ""
    for word in words:  # a sentence's end stays as ". ", which some patterns look for
        plain = re.sub(r"[^\w'-]", "", word.lower().replace("’", "'"))
        starts.append(len(text))
        text += plain + (". " if re.search(r"[.!?]$", word.strip()) else " ")
    text = text.rstrip(" ")

    def places(patterns: Sequence[re.Pattern[str]]) -> tuple[tuple[int, int], ...]:
        found = []
        for pattern in patterns:
            match = pattern.search(text)
            if match:
                found.append((_word_at(starts, match.start()), _word_at(starts, match.end() - 1)))
        return tuple(found)

    return Phrases(places(_GREETING_RE), places(_MENU_RE), bool(_OPENS.match(text)), len(set(_CALLS.findall(text))))


def _word_at(starts: Sequence[int], place: int) -> int:
    """Index of the word that holds a place of the text."""
    return max((i for i, start in enumerate(starts) if start <= place), default=0)
