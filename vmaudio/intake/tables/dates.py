"""Dates and times as exports write them: ISO 8601, local dates, names of months, RFC 2822, Unix and Excel numbers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple

from vmaudio.intake.tables.faults import shortened
from vmaudio.intake.tables.placeholders import is_nothing
from vmaudio.intake.tables.zones import named_zone

_LONGEST_DATE = 100
"""More characters are no date, and searching them by pattern would take its time."""

_FIRST_YEAR, _LAST_YEAR = 1990, 2100
_MONTH_NAMES = "january february march april may june july august september october november december".split()
_DAYS = "mon tue wed thu fri sat sun".split()
_EXCEL_EPOCH = datetime.datetime(1899, 12, 30)

_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|ur)?(?:day)?\b\.?,?\s*", re.IGNORECASE)
_ZONE = re.compile(
    r"(?P<iso>(?<=\d)\s*Z$)|(?:(?:(?<=[\s\d(])(?:GMT|UTC|UT))?\s*(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?$)"
    r"|(?P<name>(?<=[\s\d(])(?:[A-Z]{2,5}|(?:Pacific|Mountain|Central|Eastern)(?: (?:Standard|Daylight))? Time)$)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:])(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?\s?m?\.?(?![a-z]))?(?![\d:])"
    r"|(?<![\d:/.-])(?P<hh>\d{1,2})\s*(?P<half2>[ap])\.?\s?m\.?(?![a-z])",
    re.IGNORECASE,
)
_CLOCK_AT_END = re.compile(r"\d:\d{2}(?:[:.,]\d+)*\s*(?:[ap]\.?m?\.?)?\s*$", re.IGNORECASE)
_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_DAY_NAME = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?(?:\s*of)?[\s\-/.,]*([a-z]{3,9})\.?[\s\-/.,']*(\d{4}|\d{2})", re.IGNORECASE
)
_NAME_DAY = re.compile(r"([a-z]{3,9})\.?[\s\-/.]*(\d{1,2})(?:st|nd|rd|th)?[\s\-/.,']+(\d{4}|\d{2})", re.IGNORECASE)
_NAME_DAY_CLOCK_YEAR = re.compile(r"([a-z]{3,9})\s+(\d{1,2})\s+(\d{4})", re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[T_-]?(\d\d)(\d\d)(\d\d)?)?")
_UNIX = re.compile(r"(\d{10})(?:\.\d+|\d{3}(?:\.\d+)?|\d{6})?")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")


class Ambiguous(ValueError):
    """A date such as 3/4/2026, and nothing says which number is the month."""


class When(NamedTuple):
    """A date or time that was read; a tuple, as very many are made.

    Attributes:
        at: the moment; midnight of the day where only a day was given.
        day_only: only a day was given.
        local: it had no zone of its own, and got the one of the setting.
    """

    at: datetime.datetime
    day_only: bool
    local: bool


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
        if text[4:5] == "-" and text[:4].isdigit():
            continue
        match = _LOCAL.search(text)
        if match and not _ISO_DAY.search(text):
            first, second = int(match[1]), int(match[2])
            named = _weekday_order(text, match) if first <= 12 and second <= 12 else None
            mdy, dmy = mdy or second > 12 or named == "mdy", dmy or first > 12 or named == "dmy"
    return None if mdy == dmy else "mdy" if mdy else "dmy"


def _weekday_order(text: str, match: re.Match[str]) -> str | None:
    """The order that the weekday beside a date allows, if it is only one."""
    weekday = _WEEKDAY.search(text)
    if not weekday:
        return None
    year, fits = _year(match[3]), []
    for order, month, day in (("mdy", int(match[1]), int(match[2])), ("dmy", int(match[2]), int(match[1]))):
        try:
            if datetime.date(year, month, day).weekday() == _DAYS.index(weekday[1].lower()):
                fits.append(order)
        except ValueError:
            continue
    return fits[0] if len(fits) == 1 else None


def parse_date_time(text: str, zone: datetime.tzinfo, order: str | None) -> datetime.datetime | None:
    """Read a date or time in one of the forms that exports use.

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
    found = read_when(text, zone, order)
    return found.at if found else None


def read_when(text: str, zone: datetime.tzinfo, order: str | None) -> When | None:
    """Read a date or time, and say what was missing in it.

    ISO 8601 with one or two figures, a T or a space, AM and PM; 5/14/2026 and 14.5.26; 5-May-26, May 5, 2026 at 9:12 AM;
    Tue, 5 May 2026 09:12:00 -0700 (RFC 2822); 20260505T0912; Unix seconds, milliseconds and microseconds; Excel's serial
    numbers. After the time a zone: Z, -07:00, GMT-7, UTC, or PDT where the setting's zone has it.

    Args:
        text: the cell.
        zone: zone of times without one.
        order: "mdy" or "dmy"; None when it is not known.

    Returns:
        The date or time; None for unknown.

    Raises:
        Ambiguous: the order matters and is not known.
        ValueError: it is not a date of the years 1990 to 2100.
    """
    text = text.strip()
    if text[4:5] == "-" and text[:4].isdigit() and len(text) <= _LONGEST_DATE:
        try:
            at = datetime.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            _check_year(at.year)
            return When(at if at.tzinfo else at.replace(tzinfo=zone), len(text) == 10, at.tzinfo is None)
    if is_nothing(text):
        return None
    if len(text) > _LONGEST_DATE or not text.isascii():
        text = text.replace("\u202f", " ").replace("\xa0", " ").replace("\u2013", "-")  # as browsers and Excel space "9:12 AM"
        if len(text) > _LONGEST_DATE or not text.isascii():
            raise ValueError(f"{shortened(text)} is not a date")
    return _number(text, zone) or _written(text, zone, order)


def _check_year(year: int) -> None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"the year {year} is not between {_FIRST_YEAR} and {_LAST_YEAR}")


def _number(text: str, zone: datetime.tzinfo) -> When | None:
    """Dates that are one number: Unix seconds and fractions of them (HubSpot gives milliseconds), Excel's days, 20260505."""
    compact = _COMPACT.fullmatch(text.rstrip("Zz"))
    if compact and (len(text) != 10 or compact[4] is None) and int(compact[2]) in range(1, 13):
        year, month, day, hour, minute, second = (int(part or 0) for part in compact.groups())
        _check_year(year)
        at = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.UTC if text[-1] in "Zz" else zone)
        return When(at, compact[4] is None, text[-1] not in "Zz")
    unix = _UNIX.fullmatch(text)
    if unix:
        whole = text.partition(".")[0]
        seconds = float(text) / 10 ** (len(whole) - 10)
        at = datetime.datetime.fromtimestamp(0, datetime.UTC) + datetime.timedelta(seconds=seconds)
        _check_year(at.year)
        return When(at, False, False)
    if _SERIAL.fullmatch(text):
        days = float(text.replace(",", "."))
        at = _EXCEL_EPOCH + datetime.timedelta(seconds=round(days * 86400))
        _check_year(at.year)
        return When(at.replace(tzinfo=zone), days.is_integer(), True)
    return None


def _written(text: str, zone: datetime.tzinfo, order: str | None) -> When:
    rest = text
    comment = re.search(r"\s*\(([^()]*)\)$", rest)  # RFC 2822 may name the zone again: -0700 (PDT)
    if comment:
        bare = rest[: comment.start()]
        rest = bare if _ZONE.search(bare) else f"{bare} {comment[1]}"
    weekday = _WEEKDAY.search(rest)
    if weekday:
        rest = rest[: weekday.start()] + rest[weekday.end() :]
    rest = re.sub(r"\b(at|um)\b|(?<=\d)\s*(uhr|h|hrs)\b", " ", rest, flags=re.IGNORECASE)
    found_zone, rest = _zone_at_end(rest)
    hour, minute, second, has_clock, rest = _clock_of(rest)
    year, month, day = _day_of(rest.strip(" ,;T\t-"), order, weekday and weekday[1].lower())
    _check_year(year)
    at = datetime.datetime(year, month, day, hour, minute, second)
    if weekday and at.weekday() != _DAYS.index(weekday[1].lower()):
        raise ValueError(f"{shortened(text)} is no {weekday[0].strip(' ,')}")
    if found_zone is None:
        return When(at.replace(tzinfo=zone), not has_clock, True)
    return When(at.replace(tzinfo=_zone_of(found_zone, zone, at)), not has_clock, False)


def _zone_at_end(text: str) -> tuple[re.Match[str] | None, str]:
    text = text.strip()
    match = _ZONE.search(text)
    if not match or (match["name"] and match["name"].lower() in ("am", "pm", *_MONTH_NAMES, *(m[:3] for m in _MONTH_NAMES))):
        return None, text
    if match["sign"] and not _CLOCK_AT_END.search(text[: match.start()]):
        return None, text  # 5-May-26 and 2026-05-05 end like an offset, and have no time before it
    return match, text[: match.start()].strip()


def _zone_of(match: re.Match[str], zone: datetime.tzinfo, local: datetime.datetime) -> datetime.tzinfo:
    if match["iso"]:
        return datetime.UTC
    if match["sign"]:
        hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
        offset = datetime.timedelta(hours=hours, minutes=minutes)
        if offset > datetime.timedelta(hours=14) or minutes > 59:
            raise ValueError(f"{match[0].strip()!r} is no offset of a time zone")
        return datetime.timezone(-offset if match["sign"] == "-" else offset)
    return named_zone(match["name"], zone, local)


def _clock_of(text: str) -> tuple[int, int, int, bool, str]:
    """Hour, minute, second, whether there was a time of day, and the rest of the text."""
    matches = [
        match for match in _CLOCK.finditer(text) if match["hh"] or ":" in match[0] or match["half"] or not _LOCAL.search(text)
    ]
    colons = [match for match in matches if ":" in match[0]]
    match = next(iter(colons or matches), None)
    if match is None or (match["h"] and "." in match[0] and ":" not in match[0] and not match["half"]):
        if ":" in text:
            raise ValueError(f"{shortened(text)} is not a date with a time of day")
        return 0, 0, 0, False, text
    hour, half = int(match["h"] or match["hh"]), (match["half"] or match["half2"] or "").lower()
    minute, second = int(match["m"] or 0), int(match["s"] or 0)
    if half and 13 <= hour <= 23:  # 14:05 PM: the half says nothing new, unless it contradicts
        if half == "a":
            raise ValueError(f"{match[0]!r} is not a time of day")
    elif half and hour:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError(f"{match[0]!r} is not a time of day")
    return hour, minute, min(second, 59), True, f"{text[: match.start()]} {text[match.end() :]}"


def _day_of(text: str, order: str | None, weekday: str | None) -> tuple[int, int, int]:
    text = " ".join(text.split()).strip(" ,T")
    iso = _ISO_DAY.fullmatch(text)
    if iso:
        return int(iso[1]), int(iso[2]), int(iso[3])
    compact = _COMPACT.fullmatch(text)
    if compact and compact[4] is None:
        return int(compact[1]), int(compact[2]), int(compact[3])
    local = _LOCAL.fullmatch(text)
    if local:
        return _local_day(local, order or (_weekday_order(f"{weekday} {text}", local) if weekday else None))
    for pattern, day_at, month_at in ((_DAY_NAME, 1, 2), (_NAME_DAY, 2, 1), (_NAME_DAY_CLOCK_YEAR, 2, 1)):
        named = pattern.fullmatch(text)
        if named:
            return _year(named[3]), _month(named[month_at]), int(named[day_at])
    raise ValueError(f"{shortened(text)} is not a date")


def _local_day(match: re.Match[str], order: str | None) -> tuple[int, int, int]:
    first, second = int(match[1]), int(match[2])
    if order is None:
        if first <= 12 and second <= 12 and first != second:
            raise Ambiguous(f"{match[0]!r} may be month/day or day/month")
        order = "dmy" if first > 12 else "mdy"
    return (_year(match[3]), first, second) if order == "mdy" else (_year(match[3]), second, first)


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _month(name: str) -> int:
    name = name.lower()
    for number, whole in enumerate(_MONTH_NAMES, 1):
        if whole.startswith(name) or (name == "sept" and number == 9):
            return number
    raise ValueError(f"{name!r} is no month")
