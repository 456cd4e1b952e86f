"""Cells that say nothing: words that exports write for "no value", and numbers that a spreadsheet has rounded."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable

_NOTHING = frozenset(
    {
        "", "unknown", "n/a", "na", "n.a.", "n.a", "n/a.", "n\\a", "#n/a", "#ref!", "#name?", "#value!", "#null!", "#num!",
        "#div/0!", "null", "nil", "none", "nan", "nat", "undefined", "\\n", "no value", "blank", "empty", "no data", "not set",
        "not available", "not applicable", "not provided", "not specified", "unspecified", "not known", "not found",
        "unavailable", "unassigned", "no answer given", "tbd", "tba", "missing", "no name", "noname", "unnamed", "deleted",
    }
)  # fmt: skip
_NOBODY = frozenset(
    {
        "anonymous", "anonymous caller", "unknown caller", "unknown contact", "unknown prospect", "unknown lead",
        "unknown name", "unknown number", "unknown person", "unknown user", "unknown company", "unknown rep", "unknown agent",
        "no contact", "no lead", "no owner", "no user", "no number", "no caller id", "private", "private caller",
        "private number", "withheld", "number withheld", "restricted", "restricted number", "blocked", "blocked number",
        "id blocked", "out of area", "no phone", "no email", "deleted user", "deactivated user", "removed", "no record",
    }
)  # fmt: skip
_HIDDEN_NUMBERS = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})
"""What networks show for a withheld number: ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a telephone's keys.
https://www.twilio.com/docs/voice (From)"""

_NO_END = frozenset(string.ascii_letters + string.digits) - {end for word in _NOTHING for end in (word[-1:], word[-1:].upper())}
"""Letters and figures in which no word for nothing ends: of most cells of a table one look is enough."""

_BRACKETS = re.compile(r"[(\[<{]\s*(.*?)\s*[)\]>}]")
_ONLY_SIGNS = re.compile(r"[-\u2010-\u2015\u2212_.…?*/\\#~\s]*")
_NO_ADDRESS = re.compile(r"(sips?:)?(none|unknown|n\.?a|no[-_.]?e?mail|null|anonymous|unavailable|restricted|noreply)@.*")
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?e\+?\d{2,3}", re.IGNORECASE)
_EXACT_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number."""


@functools.lru_cache(maxsize=65_536)
def is_nothing(text: str) -> bool:
    """Whether a cell only says that there is no value: empty, "N/A", "(No value)", "-", "null", "#N/A" and the like.

    Args:
        text: the cell.
    """
    if len(text) > 40 or text[-1:] in _NO_END or text[-1:].isdigit():
        return False
    plain = text.strip().lower()
    if plain in _NOTHING:
        return True
    if plain[0].isalnum():
        return False
    inside = _BRACKETS.fullmatch(plain)
    if inside:
        return not inside[1] or inside[1] in _NOTHING
    return bool(_ONLY_SIGNS.fullmatch(plain))


def nothings(texts: Iterable[str]) -> set[str]:
    """Those of a column's cells that only say that there is no value, as `is_nothing` tells them.

    Args:
        texts: the cells.
    """
    return {text for text in set(texts) if text[-1:] not in _NO_END and is_nothing(text)}


def is_nobody(text: str) -> bool:
    """Whether a cell names no person: as `is_nothing`, or "Anonymous", a withheld number, a number of zeros, or one rounded.

    Args:
        text: the cell.
    """
    if is_nothing(text):
        return True
    plain = " ".join(text.strip().lower().split())
    inside = _BRACKETS.fullmatch(plain) if plain[0] in "([<{" else None
    if (inside[1] if inside else plain) in _NOBODY or is_rounded(plain):
        return True
    if "@" in plain:
        return bool(_NO_ADDRESS.fullmatch(plain))
    if plain[-1].isdigit():
        digits = re.sub(r"[\s()+./-]", "", plain)
        return digits.isdigit() and (digits in _HIDDEN_NUMBERS or (len(digits) > 6 and not digits.strip("0")))
    return False


def is_rounded(text: str) -> bool:
    """Whether a number was rounded by a spreadsheet: 8.50556E+09.

    Args:
        text: the cell.
    """
    return len(text) < 40 and ("e" in text or "E" in text) and bool(_ROUNDED.fullmatch(text.strip()))


def cut_short(texts: list[str]) -> bool:
    """Whether a spreadsheet has cut the numbers of a column to fifteen digits: all that are longer end in zeros.

    Args:
        texts: the cells. One alone counts only with three zeros or more: it may end in a zero of its own.
    """
    long = [text for text in texts if len(text) > _EXACT_DIGITS and text.isdigit()]
    if not long or any(text[_EXACT_DIGITS:].strip("0") for text in long):
        return False
    return len(set(long)) > 1 or len(long[0]) >= _EXACT_DIGITS + 3
