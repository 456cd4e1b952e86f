"""The telephone numbers in a manifest's caller_id, as switchboards, dialers and CRMs write it."""

from __future__ import annotations

import re

_ROUNDED = re.compile(r"\dE\+?\d{2}", re.IGNORECASE)
_SIP = re.compile(r"sips?:([^@;>\s,]+)@[^;>\s,]*", re.IGNORECASE)
_PARAMETER = re.compile(r";\s*[a-z][\w-]*(?:=[^;>,\s]*)?", re.IGNORECASE)
_NAME = re.compile(r"\"[^\"]*\"|'[^']*'")
_INSIDE = re.compile(r"<([^<>]+)>")
_EXTENSION = re.compile(r"\s*(?:\b(?:extension|ext|x)\b\.?|(?<=\d)x|#)\s*:?\s*\d{1,6}(?!\d)", re.IGNORECASE)
_BETWEEN = re.compile(r"[;,|/&\n]|\b(?:or|and)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-\u2010-\u2015]{4,}\d")
_LETTERS = re.compile(r"(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?[A-Z\d][A-Z\d\s.-]{5,}", re.IGNORECASE)
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_SHORTEST, _LONGEST = 7, 15
"""Digits of a local number, and of the longest there is (E.164)."""


def shown_numbers(caller_id: str) -> list[str]:
    """The numbers that a phone shows.

    Read are ``+1 804-555-0192 x12``, ``sip:18045550192@host:5060``, ``"Name" <8045550192>``, two numbers with ``;`` between,
    and numbers with letters (1-800-FLOWERS). An extension is no part of the number.

    Args:
        caller_id: as the manifest has it.

    Returns:
        The digits of each number; none where nothing can be read, such as "Anonymous" or a number that a spreadsheet rounded.
    """
    if _ROUNDED.search(caller_id):
        return []
    text = _SIP.sub(r" \1 ", caller_id)
    text = _PARAMETER.sub(" ", _NAME.sub(" ", text))
    inside = _INSIDE.findall(text)
    text = _EXTENSION.sub(" ", " ; ".join(inside) if any(map(_digits, inside)) else text)
    whole = _digits(text)
    pieces = [text] if whole and len(whole) <= 11 else _BETWEEN.split(text)
    found = []
    for piece in pieces:
        number = _NUMBER.search(piece.replace("/", "-"))
        lettered = None if number else _LETTERS.search(piece)
        digits = _digits(number[0] if number else lettered[0].upper().translate(_KEYS) if lettered else "")
        if _SHORTEST <= len(digits) <= _LONGEST:
            found.append(digits[:11] if lettered else digits)
    return list(dict.fromkeys(found))


def _digits(text: str) -> str:
    return "".join(re.findall(r"[0-9]", text))
