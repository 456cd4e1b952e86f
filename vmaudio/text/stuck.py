"""Figures with something stuck to them: "218-555-0134x42", "...0134-day", "218-555-0134/218-555-0199", "tel:+12185550134".

Recognisers and people who write numbers down leave spaces out. What is shaped like a telephone number is cut out of its token,
and what stands beside it becomes a token of its own.
"""

from __future__ import annotations

import re

_SHAPE = r"(?:\+?1[-–—./]?)?\(?[2-9]\d{2}\)?(?:/\d{3}/|[-–—./]?\d{3}[-–—.]?)\d{4}"
_HEARD = r"[2-9]\d{2}-\d{4}-\d{3}(?!-\d)"  # "919-5550-184": a recogniser that hears "five five five oh" as one group
_PHONE = re.compile(rf"(?<![\d,$€£])(?<!\d\.)(?:{_SHAPE}|{_HEARD})(?!\d|[.,]\d)")
_EXTENSION = re.compile(r"([-–—;,./]*)(x|ext|extn|extension)([-.=:]*)(\d{1,11})(?![\dA-Za-z])", re.IGNORECASE)
_SHORT = re.compile(r"(\d{3}[-–—.]\d{4}|)[-–—;,./]*(x|ext|extn)[-.=:]*(\d{1,11})[.,;:!?]*", re.IGNORECASE)
_BESIDE = re.compile(r"[-–—;,./:#*(]*")
_MARKS = re.compile(r"[-–—,;:.!?)\"']*")
_ADDRESS = re.compile(r"@|://|www\.", re.IGNORECASE)
_AGAIN = re.compile(r"([A-Za-z]{2,})[-–—]+(\d{2,7}(?:-\d{2,4})*)(?![\w-])")
_WORD = re.compile(r"[A-Za-z]{2,}")


def shaped_as_phone(text: str) -> bool:
    """Whether figures are written as a ten-digit telephone number is, with or without a leading 1.

    Args:
        text: a token without marks around it.
    """
    return re.fullmatch(_SHAPE, text) is not None


def unstick(text: str) -> list[tuple[int, int]]:
    """Cut a token at the telephone numbers in it.

    Args:
        text: a token, without spaces.

    Returns:
        First and last character + 1 of each part, in order; the whole token where nothing is stuck to a number. Marks between
        parts belong to the part before; a slash, "#" or "x" before a number does not hide it.
    """
    whole = [(0, len(text))]
    if (short := _SHORT.fullmatch(text)) and (short[1] or short[2].islower()):  # "(218) 555-0134x42", "218 555 0134 x42"
        return [short.span(place) for place in (1, 2) if short[place]] + [(short.start(3), len(text))]
    if sum(sign.isdigit() for sign in text) < 10 or _ADDRESS.search(text):
        return whole
    parts: list[tuple[int, int]] = []
    at = 0
    for found in _PHONE.finditer(text):
        before = text[at : found.start()]
        words = any(sign.isalnum() for sign in before)
        if re.search(r"\d|(?<![^\W\d_])\w$", before) or (parts and not words and "/" not in before):
            return whole  # a digit too many, or one said twice and written as one: the words around it decide
        if words:
            parts.append((_after(_BESIDE, text, at), found.start()))
        elif parts:
            slash = text.index("/", at)
            parts.append((slash, slash + 1))
        at = found.end()
        parts.append((found.start(), at))
        if extension := _EXTENSION.match(text, at):
            parts += [extension.span(2), extension.span(4)]
            at = extension.end()
        elif text[at : at + 1].isalpha() and not _WORD.match(text, at):
            return whole  # "268-441-0134A": one letter is a figure that was misheard, or the number is none
    if not parts:
        return whole
    if any(sign.isalnum() for sign in text[at:]):
        at = _after(_BESIDE, text, at)
        if again := _AGAIN.match(text, at):  # "218-555-0135-Sorry-0134"
            parts += [again.span(1), again.span(2)]
            at = again.end()
        if any(sign.isalnum() for sign in text[at:]):
            parts.append((at, len(text)))
    return [(first, _after(_MARKS, text, end)) for first, end in parts]


def _after(marks: re.Pattern[str], text: str, at: int) -> int:
    """Where the marks that stand at ``at`` end."""
    found = marks.match(text, at)
    return found.end() if found else at
