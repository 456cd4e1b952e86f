"""Words by which a greeting, a mailbox's menu and a message are known: "leave a message after the tone", "to re-record".

Patterns look at words in lower case as recognisers hear them. A rep may say one such phrase in a message ("I'll leave you a
message"), so they are written as a mailbox says them, and the stage that uses them looks at voices and pauses too. Of 419
labelled messages 4 hold a phrase of a greeting, and 7, robocalls most of them, one of a menu.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_WHOSE = "(?:me |us |him |her |them |you |your |a |the |an )"
_DIGIT = r"(?:one|to|two|three|four|five|\d)"

# one line of alternatives is one phrase: it counts once, however often it is said
_GREETING = (
    (
        rf"(?:please|so|or|and|just|can|otherwise|to) leave {_WHOSE}*(?:\w+ ){{0,3}}?(?:message|name|number|voicemail)",
        rf"(?:^|\. )leave {_WHOSE}+(?:\w+ ){{0,3}}?(?:message|name|number)",
        r"leave (?:me|us|him|her|them) (?:a |your )+(?:\w+ ){0,2}?(?:message|name|number|voicemail)",
        r"(?<!i )(?<!i'll )(?<!not )(?<!n't )(?<!to )leave a (?:\w+ )?(?:message|voicemail)(?:\.|$)",
        "drop (?:me|us) a",
    ),
    ("leave your (?:name|number|message)", r"leave (?:a |your )*(?:\w+ ){0,2}?message (?:after|at|and|with|for)"),
    ("(?:after|at|for|until|following) (?:you hear )?the (?:tone|beep|signal)",),
    ("(?:state|say) your name",),
    (
        r"you(?: have|'ve|ve)(?: just)? (?:reached(?! out| the maximum)|contacted|called)",
        r"you(?: have|'ve|ve) got(?:ten)? (?:\w+(?:'s)? ){0,3}voice ?mail",
        "you(?: are|'re)(?: now)? through to",
    ),
    ("(?<!re )(?<!re-)record (?:your|a) (?:message|name)",),
    (
        "(?:is|are|am|i'm|currently) (?:not|un) ?available",
        "unavailable",
        "no ?(?:one|body) (?:is (?:available|here|home)|can )",
    ),
    ("(?:can't|cannot|can not|can|unable to) (?:come to|take|get to|answer|pick up) (?:the|your|my) (?:phone|call)",),
    (
        "(?:voice ?mail|mail) ?box (?:of|for|belonging)",
        "this is the voice ?mail",
        r"voice ?(?:mail|messag\w+|message) (?:messaging )?system",
        "mail ?box is full",
        "not (?:yet )?been set up",
    ),
    (
        "return your call",
        "i(?:'ll| will) (?:get|be) (?:right )?back (?:to|with) you",
        "(?:i|we|someone)(?:'ll| will) (?:call|ring) you(?: right)? back",
        "call you back as soon",
    ),
    (
        "away from (?:my|the) (?:desk|phone|office)",
        "out of the office",
        "on the other line",
        "(?:not|n't) (?:home|around|in) right now",
        "i'm not around",
        "won't be checking",
        "assisting (?:other|another) (?:client|caller|customer)",
        "(?:i|we) can't talk",
    ),
    ("(?:does|can|will) ?not accept (?:any )?(?:calls|messages|new)", "unable to (?:answer|take)"),
    ("office hours are", "our hours are", "if this is an emergency", "hang up and dial", "(?:i|we) missed your call"),
    ("you know what to do", "sorry (?:i|we) missed you"),
    (
        "(?:call|number) has been forwarded",
        "subscriber",
        "customer you(?: have|'ve)? (?:dialed|called)",
        "(?:person|party|number) you(?: are|'re| have|'ve)",
    ),
    ("thank(?:s| you) for calling", "your call is important", "is not answered", r"all of our (?:\w+ )?(?:staff|agents)"),
)
_MENU = (
    (r"(?<![\w-])re-? ?record",),
    (
        r"to (?:listen to|hear|review|replay|send|mark|save|erase|delete|keep) (?:it|your|this|the)(?: \w+){0,3}? "
        "(?:press|hit|hang)",
    ),
    (
        r"your message (?:has been|was|is|will be) (?:\w+ )?(?:recorded|sent|saved|marked|deleted|delivered)",
        "message (?:has been |was |is )?(?:saved|sent|recorded|deleted|delivered)",
    ),
    (
        "(?:for|more|further|other) (?:delivery )?options press",
        r"press (?:\w+ )?for (?:more |further |delivery |other )?options",
    ),
    ("for delivery", "mark (?:it|this|the message) (?:as )?urgent", "satisfied (?:with your message|press)"),
    ("(?:press|hit) (?:the )?(?:pound|star|hash)(?: key| sign)?",),
    (rf"press {_DIGIT}\b.{{0,60}}press {_DIGIT}\b",),
    ("if you are (?:finished|satisfied|done)", "when you are (?:finished|satisfied)"),
    ("seconds (?:remaining|left)(?:$|\\.)", "maximum (?:recording|message) (?:time|length)"),
    ("to page this", "call ?back number press"),
)
_SURE_MENU = (0, 2)
"""Phrases of a menu that nobody else says."""

_GREETING_RE = tuple(re.compile("|".join(phrase)) for phrase in _GREETING)
_MENU_RE = tuple(re.compile("|".join(phrase)) for phrase in _MENU)
_OPENS = re.compile(
    r"^(?:um |uh |yeah |yes |oh |so |okay )*"
    r"(?:hi|hello|hey|howdy|good (?:morning|afternoon|evening|day)|this is|my name|it's|dear)\b"
)
_CALLS = re.compile(
    r"\b(?:i'm calling|calling (?:you |about|because|from|to|with|on)|reason (?:for my call|i'm calling|for the call)"
    r"|give me a (?:call|ring|buzz)|call me|ring me|reach me|my number|wanted to|i saw|i noticed|again (?:that's|it's))\b"
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a stretch of words says of itself.

    Attributes:
        greeting: index of the first and last word of each phrase of a greeting, in the order of the patterns.
        menu: the same of phrases of a menu.
        opens: it begins as messages and people on the telephone do.
        calls: how many phrases of somebody who calls are in it.
        recorded: it says that a message was recorded or sent, or may be recorded again, which nobody but a mailbox says.
    """

    greeting: tuple[tuple[int, int], ...]
    menu: tuple[tuple[int, int], ...]
    opens: bool
    calls: int
    recorded: bool = False


def mailbox_phrases(words: Sequence[str]) -> Phrases:
    """Find the phrases of greetings, menus and callers.

    Args:
        words: as recognised, in order.

    Returns:
        What was found; every pattern counts once.

    Example:
        >>> mailbox_phrases("Hi, you've reached Dana. Please leave a message after the tone.".split()).greeting
        ((4, 7), (5, 8), (8, 10), (1, 2))
    """
    starts: list[int] = []
    text = ""
    for word in words:  # a sentence's end stays as ". ", which some patterns look for
        plain = re.sub(r"[^\w'-]", "", word.lower().replace("’", "'"))
        starts.append(len(text))
        text += plain + (". " if re.search(r"[.!?]$", word.strip()) else " ")
    text = text.rstrip(" ")
    calls = len(set(_CALLS.findall(text)))
    recorded = any(_MENU_RE[i].search(text) for i in _SURE_MENU)
    return Phrases(
        _places(_GREETING_RE, text, starts), _places(_MENU_RE, text, starts), bool(_OPENS.match(text)), calls, recorded
    )


def _places(patterns: Sequence[re.Pattern[str]], text: str, starts: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """First and last word of the first place of each pattern."""
    found = [match for pattern in patterns if (match := pattern.search(text))]
    return tuple((_word_at(starts, one.start()), _word_at(starts, one.end() - 1)) for one in found)


def _word_at(starts: Sequence[int], place: int) -> int:
    """Index of the word that holds a place of the text."""
    return max((i for i, start in enumerate(starts) if start <= place), default=0)
