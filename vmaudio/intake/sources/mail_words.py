"""What a mail about a voicemail says in words: who called, and how long it is."""

from __future__ import annotations

import html
import re

from vmaudio.intake.sources.callers import parse_caller, telephone

LONGEST = 20_000
"""Characters of a mail's text that are read."""

_FROM = re.compile(r"\b(?:voice\s?-?mail|voice\s?-?message|message|call)\b[^@]{0,60}?\bfrom:?\s+(?P<who>[^\n]{2,120})", re.I)
_LINE = re.compile(
    r"^[ \t>*]*(?:from|caller|caller[ -]?id|call from|calling number|caller number|phone(?: number)?|telephone|number|callback"
    r"(?: number)?)[ \t]*[:=][ \t]*(?P<who>[^\n]{2,120})$",
    re.I | re.M,
)
_END = re.compile(
    r"\s+(?:to|on|at|for|in|of|left|received|was|has|with|dated?|your|that)\b|[,;|\n]|\s[-\u2013\u2014]\s|\.(?:\s|$)|\s\(?\d+:\d\d",
    re.I,
)
_SYSTEM = re.compile(
    r"voice\s?-?(?:mail|message)|no-?reply|do not reply|notification|postmaster|\bpbx\b|phone system|answering", re.I
)
_CLOCK = re.compile(
    r"(?:duration|length|long|time)\W{0,12}(?:(?:of|is)\s)?(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\b|(?:(\d{1,2}):)?(\d{1,2}):(\d{2})\s+long",
    re.I,
)
_SECONDS = re.compile(r"\b(\d{1,4})\s*(?:s|secs?|seconds?)\b", re.I)


def caller_in(subject: str, body: str) -> tuple[str | None, str | None]:
    """Who called, by a mail's words: "You have a new voicemail from Tom Becker (303) 555-0126".

    Args:
        subject: of the mail.
        body: its text.

    Returns:
        Name and number, each None where nothing says it. The name of a system that sends such mails is nobody's.
    """
    name = number = None
    body = body[:LONGEST]
    for text, pattern in ((subject[:500], _FROM), (body, _FROM), (body, _LINE)):
        for found in pattern.finditer(text):
            its_name, its_number = parse_caller(_END.split(found["who"], maxsplit=1)[0])
            if its_number is None and pattern is _FROM:
                its_number = parse_caller(found["who"])[1]
            name = name or (its_name if its_name and not is_system(its_name) else None)
            number = number or telephone(its_number)
            if name and number:
                return name, number
    return name, number


def is_system(name: str) -> bool:
    """Whether a name is that of a system which sends mails about voicemails, and no caller's.

    Args:
        name: the name, or an address.
    """
    return bool(_SYSTEM.search(name)) or "@" in name


def duration_in(text: str) -> str:
    """How long the message is, by a mail's words: "0:34", "(34 seconds)".

    Args:
        text: subject and text of the mail.

    Returns:
        Seconds as text; "" where nothing says it.
    """
    text = text[:LONGEST]
    if clock := _CLOCK.search(text):
        hours, minutes, seconds = (int(part or 0) for part in (clock.groups()[:3] if clock[3] else clock.groups()[3:]))
        return str(3600 * hours + 60 * minutes + seconds)
    found = _SECONDS.search(text)
    return found[1] if found else ""


def text_of_html(text: str) -> str:
    """The words of an HTML mail, a line for each row or paragraph; good enough to look for a caller in.

    Args:
        text: the HTML.

    Returns:
        Its text.
    """
    text = text[: 10 * LONGEST]
    for name in ("script", "style"):
        text = _without(text, name)
    text = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,500}>", "\n", text)
    return re.sub(r"[ \t\xa0]+", " ", html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", text)))


def _without(text: str, name: str) -> str:
    """The HTML without an element; found step by step, since a pattern would look for every missing end anew."""
    kept, low, at = [], text.lower(), 0
    while (start := low.find(f"<{name}", at)) >= 0:
        kept.append(text[at:start])
        at = low.find(f"</{name}", start)
        if at < 0:
            return " ".join(kept)
    return " ".join([*kept, text[at:]])
