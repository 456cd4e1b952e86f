"""The cells of somebody's export: yes and no in many spellings, dates in local order, amounts of money."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

from vmaudio.intake.manifest import parse_instant, shortened
from vmaudio.intake.outcomes.dispositions import OUTCOME_MEANINGS, meaning_of

_YES = frozenset({"1", "yes", "y", "true", "t", "x", "on", "checked", "1.0", "ja", "si", "sí", "oui", "wahr", "✓", "✔"})
_NO = frozenset({"0", "no", "n", "false", "f", "off", "unchecked", "0.0", "nein", "non", "falsch", "-", "✗"})
_UNKNOWN = frozenset({"", "unknown", "n/a", "na", "null", "none", "?", "(no value)", "nan"})

_LONGEST_AMOUNT, _LONGEST_DATE = 40, 100
"""More characters are no amount and no date, and searching them by pattern would take its time."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*([ap])?\.?m?\.?$", re.IGNORECASE)
_LOCAL = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:,?\s+(.*))?$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:,?\s+(.*))?$")
_NAMED = re.compile(
    r"(?:(\d{1,2})\.?[ -]([a-z]{3,9})\.?|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?),?[ -]+(\d{4})(?:,?\s+(?:at\s+)?(.*))?$",
    re.IGNORECASE,
)


class Ambiguous(ValueError):
    """A date such as 3/4/2026, and nothing says which number is the month."""


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
    if word in _UNKNOWN:
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
    if text.strip().lower() in _UNKNOWN:
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
    if text.strip().lower() in _UNKNOWN:
        return None
    if not re.fullmatch(r"\d{1,5}(\.0+)?", text.strip()) or float(text) > 10000:
        raise ValueError(f"{shortened(text)} is not a whole number from 0 to 10,000")
    return int(float(text))


def date_order(texts: Iterable[str]) -> str | None:
    """Find the order of day and month in the dates of a column (3/14/2026 or 14/3/2026).

    One date that can be read only one way decides for the column.

    Args:
        texts: the cells.

    Returns:
        "mdy" or "dmy"; None when no date, or dates that contradict each other, decide it.
    """
    mdy = dmy = False
    for text in texts:
        match = _LOCAL.match(text.strip())
        if match:
            first, second = int(match[1]), int(match[2])
            mdy, dmy = mdy or second > 12, dmy or first > 12
    return None if mdy == dmy else "mdy" if mdy else "dmy"


def parse_date_time(text: str, zone: datetime.tzinfo, order: str | None) -> datetime.datetime | None:
    """Read a date or time: ISO 8601, a local date, a date with the month's name, or Unix seconds or milliseconds.

    Args:
        text: the cell.
        zone: zone of times without one.
        order: "mdy" or "dmy"; None when it is not known.

    Returns:
        The time, with a zone; None for unknown.

    Raises:
        Ambiguous: the order matters and is not known.
        ValueError: it is not a date of the years 1990 to 2100.
    """
    text = text.strip()
    if text.lower() in _UNKNOWN:
        return None
    if len(text) > _LONGEST_DATE:
        raise ValueError(f"{shortened(text)} is not a date")
    if re.fullmatch(r"\d{10}|\d{13}", text):  # HubSpot's API gives milliseconds
        return datetime.datetime.fromtimestamp(int(text) / (1000 if len(text) == 13 else 1), datetime.UTC)
    for pattern, read in ((_LOCAL, _local), (_YEAR_FIRST, _year_first), (_NAMED, _named)):
        match = pattern.match(text)
        if match:
            year, month, day, clock = read(match, order)
            hour, minute, second = _clock(clock or "")
            return _checked(datetime.datetime(year, month, day, hour, minute, second, tzinfo=zone))
    return parse_instant(text, zone)


def _checked(found: datetime.datetime) -> datetime.datetime:
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"the year {found.year} is not between 1990 and 2100")
    return found


_Parts = tuple[int, int, int, str | None]


def _local(match: re.Match[str], order: str | None) -> _Parts:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    year += 2000 if year < 100 else 0
    if order is None:
        if first <= 12 and second <= 12 and first != second:
            raise Ambiguous(f"{match[0]!r} may be month/day or day/month")
        order = "dmy" if first > 12 else "mdy"
    return (year, first, second, match[4]) if order == "mdy" else (year, second, first, match[4])


def _year_first(match: re.Match[str], order: str | None) -> _Parts:
    return int(match[1]), int(match[2]), int(match[3]), match[4]


def _named(match: re.Match[str], order: str | None) -> _Parts:
    name = (match[2] or match[3])[:3].lower()
    if name not in _MONTHS:
        raise ValueError(f"{match[0]!r} has no month that is known")
    return int(match[5]), _MONTHS.index(name) + 1, int(match[1] or match[4]), match[6]


def _clock(text: str) -> tuple[int, int, int]:
    if not text.strip():
        return 0, 0, 0
    match = _CLOCK.match(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a time of day")
    hour, half = int(match[1]), (match[4] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(f"{text!r} is not a time of day")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour, int(match[2] or 0), int(match[3] or 0)


Reader = Callable[[str], object]
