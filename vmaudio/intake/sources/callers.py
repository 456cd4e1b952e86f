"""Caller ids as switchboards and mails write them: a name, a number, or both."""

from __future__ import annotations

import re

_NOBODY = frozenset(
    (
        "unknown,unknown caller,unknown name,anonymous,private,private caller,private number,unavailable,withheld,restricted,"
        "blocked,no caller id,no name,none,n/a,null,asterisk,wireless caller,cell phone,toll free call,out of area,caller,"
        "voicemail"
    ).split(",")
)
"""What stands in the name's place when nobody's name is known."""

_ANGLED = re.compile(r'^\s*"?(?P<name>[^"<]*?)"?\s*<(?P<number>[^>]*)>\s*$')
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d[\d\s().\-/]{5,22}\d(?![\w])")
_LONGEST = 200


def parse_caller(text: str | None) -> tuple[str | None, str | None]:
    """Read a caller id.

    Args:
        text: such as ``"Tom Becker" <3035550126>``, ``Tom Becker (303) 555-0126``, ``3035550126``, ``Unknown``.

    Returns:
        Name and number, each None where it is not given. A number has at least three digits and is left as it is written.
    """
    text = " ".join((text or "").split())[:_LONGEST]
    found = _ANGLED.match(text)
    if found:
        name, number = found["name"], found["number"]
    elif number_in := _NUMBER.search(text):
        number = number_in[0]
        name = (text[: number_in.start()] + " " + text[number_in.end() :]).strip()
    elif sum(c.isdigit() for c in text) >= 3 and not any(c.isalpha() for c in text):
        name, number = "", text
    else:
        name, number = text, ""
    return name_of(name), telephone(number)


def name_of(text: str | None) -> str | None:
    """A caller's name, or None for what stands there when nobody's is known.

    Args:
        text: the name as it came.
    """
    name = " ".join((text or "").split()).strip(" \"'()[]<>,:;")[:_LONGEST]
    if name.lower() in _NOBODY or not any(c.isalpha() for c in name):
        return None
    return name


def telephone(text: str | None) -> str | None:
    """A telephone number or extension as it was written, or None where there is none.

    Args:
        text: the number as it came; ``tel:`` and ``sip:`` before it and a host behind it are left out.
    """
    number = re.sub(r"^(?:tel|sips?):", "", (text or "").strip(), flags=re.IGNORECASE)
    number = re.split("[@;]", number)[0].strip()
    digits = sum(c.isdigit() for c in number)
    if not 3 <= digits <= 20 or any(c.isalpha() for c in number):
        return None
    return number
