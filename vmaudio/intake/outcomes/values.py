"""The cells of somebody's export: yes and no in many spellings, dispositions, amounts of money."""

from __future__ import annotations

import re

from vmaudio.intake.tables import OUTCOME_MEANINGS, is_nothing, meaning_of, shortened

_YES = frozenset({"1", "yes", "y", "true", "t", "x", "on", "checked", "1.0", "ja", "si", "sí", "oui", "wahr", "✓", "✔"})
_NO = frozenset({"0", "no", "n", "false", "f", "off", "unchecked", "0.0", "nein", "non", "falsch", "-", "✗"})

_LONGEST_AMOUNT = 40
"""More characters are no amount, and searching them by pattern would take its time."""


def yes_or_no(text: str) -> bool | None:
    """Read a yes or a no in one of many spellings.

    Args:
        text: the cell.

    Returns:
        True, False, or None for unknown (an empty cell, "n/a" ...).

    Raises:
        ValueError: it is a spelling of neither.
    """
    word = text.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if is_nothing(word):
        return None
    raise ValueError(f"{shortened(text)} is not yes or no")


def result_field(text: str) -> str | None:
    """Read a CRM's disposition ("Connected", "Wrong number").

    Args:
        text: the cell.

    Returns:
        The outcome that it states, such as "connect"; None for others ("Left voicemail").
    """
    meaning = meaning_of(text)
    return meaning if meaning in OUTCOME_MEANINGS else None


def amount(text: str) -> float | None:
    """Read an amount of money; a currency sign and thousands commas are allowed.

    Args:
        text: the cell.

    Returns:
        The amount, 0 or more; None for unknown.

    Raises:
        ValueError: it is not an amount.
    """
    if is_nothing(text):
        return None
    if len(text) > _LONGEST_AMOUNT:
        raise ValueError(f"{shortened(text)} is not an amount such as 12.50")
    plain = re.sub(r"^[^\d\-+.,]*|[^\d.,]*$", "", text.strip())
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not re.fullmatch(r"\d+(\.\d+)?|\.\d+", plain):
        raise ValueError(f"{shortened(text)} is not an amount such as 12.50")
    return float(plain)


def count(text: str) -> int | None:
    """Read a whole number from 0 to 10,000.

    Args:
        text: the cell.

    Returns:
        The number; None for unknown.

    Raises:
        ValueError: it is not such a number.
    """
    if is_nothing(text):
        return None
    if not re.fullmatch(r"\d{1,5}(\.0+)?", text.strip()) or float(text) > 10000:
        raise ValueError(f"{shortened(text)} is not a whole number from 0 to 10,000")
    return int(float(text))
