"""Time zones: looking them up, the zone that a message was left in, and the hours that a clock change doubles or leaves out.

A zone is never guessed from an area code: people keep their numbers when they move, and dialers show whatever number they like.
"""

from __future__ import annotations

import datetime
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vmaudio.errors import SettingError

AMERICAN_HOURS = {"PST": -8, "PDT": -7, "MST": -7, "MDT": -6, "CST": -6, "CDT": -5, "EST": -5, "EDT": -4}
"""Hours of the American abbreviations, as RFC 2822 (section 4.3) has them. Elsewhere they mean other zones."""

_LONG_NAMES = {"pacific": "P", "mountain": "M", "central": "C", "eastern": "E"}


def time_zone(name: str) -> datetime.tzinfo:
    """Look up a time zone.

    Args:
        name: IANA name such as "America/Denver", or "UTC".

    Returns:
        The zone.

    Raises:
        SettingError: there is no such zone.
    """
    try:
        return datetime.UTC if name.upper() == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(f"VMAUDIO_TIMEZONE={name!r} is not a time zone. Write one such as America/Denver.") from error


def parse_instant(text: str, default: datetime.tzinfo) -> datetime.datetime:
    """Read an ISO 8601 date or time, as machines write it; `parse_date_time` reads what people and exports write.

    Args:
        text: the date or time.
        default: zone of a time without one.

    Returns:
        The time, with a zone.

    Raises:
        ValueError: it is not a date or time, or outside the years 1990 to 2100.
    """
    found = datetime.datetime.fromisoformat(text)
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"the year {found.year} is not between 1990 and 2100")
    return found if found.tzinfo else found.replace(tzinfo=default)


def named_zone(name: str, zone: datetime.tzinfo, local: datetime.datetime) -> datetime.tzinfo:
    """The zone of an abbreviation after a time: PDT means what it means where the setting's zone is.

    Args:
        name: such as "PDT", "UTC" or "Pacific Daylight Time".
        zone: the zone of the setting.
        local: the time before it.

    Returns:
        A zone for this time.

    Raises:
        ValueError: the abbreviation is not one of the setting's zone, with the setting that would tell.
    """
    short = name.strip("() ").upper()
    words = short.lower().split()
    if len(words) > 1 and words[-1] == "time" and words[0] in _LONG_NAMES:
        # "Pacific Standard Time" is also what Windows calls the zone all the year round
        short = f"{_LONG_NAMES[words[0]]}{'D' if 'daylight' in words else ''}T"
    if short in ("UTC", "GMT", "Z", "UT"):
        return datetime.UTC
    own = {_name(zone, local.replace(month=month, day=1)) for month in (1, 7)}
    if short in own:  # told apart from the zone's own rule only in the hour that a clock change doubles
        for fold in (0, 1):
            if _name(zone, local.replace(fold=fold)) == short:
                return datetime.timezone(local.replace(fold=fold, tzinfo=zone).utcoffset() or datetime.timedelta(0))
    american = own & set(AMERICAN_HOURS)
    if short in AMERICAN_HOURS and american:
        return datetime.timezone(datetime.timedelta(hours=AMERICAN_HOURS[short]))
    if american and short in ("PT", "MT", "CT", "ET"):
        places = {"PT": "Los_Angeles", "MT": "Denver", "CT": "Chicago", "ET": "New_York"}
        return ZoneInfo(f"America/{places[short]}")
    raise ValueError(
        f"{name!r} is no time zone of the setting ({zone}). Say where the times are from, such as --timezone America/Denver"
    )


def _name(zone: datetime.tzinfo, local: datetime.datetime) -> str:
    return local.replace(tzinfo=zone).tzname() or ""


def clock_change(local: datetime.datetime, zone: datetime.tzinfo) -> Literal["doubled", "missing"] | None:
    """Whether a local time is in the hour that a change of the clocks doubles or leaves out.

    Args:
        local: the time.
        zone: its zone.

    Returns:
        "doubled", "missing" or None.
    """
    if zone is datetime.UTC or isinstance(zone, datetime.timezone):
        return None
    first = local.replace(tzinfo=zone, fold=0).utcoffset()
    second = local.replace(tzinfo=zone, fold=1).utcoffset()
    if first is None or second is None or first == second:
        return None
    return "doubled" if first > second else "missing"


def message_zone(sent: datetime.datetime | None, default: datetime.tzinfo) -> datetime.tzinfo:
    """The zone in which a bare date about a message is a day: that of the time at which it was left.

    A time in UTC says nothing of the place; there, and without a time, it is the setting's zone.

    Args:
        sent: when the message was left.
        default: the setting's zone.

    Returns:
        The zone.
    """
    if sent is None or sent.tzinfo is None:
        return default
    offset = sent.utcoffset()
    if not offset or offset == sent.astimezone(default).utcoffset():
        return default
    return sent.tzinfo


def day_in(day: datetime.date, zone: datetime.tzinfo) -> tuple[datetime.datetime, datetime.datetime]:
    """First and last second of a day.

    Args:
        day: the day.
        zone: where.

    Returns:
        (first, last) with the zone's offset of that moment.
    """
    first = datetime.datetime.combine(day, datetime.time(0), zone)
    return first, datetime.datetime.combine(day, datetime.time(23, 59, 59), zone)


def end_of_interval(when: datetime.datetime) -> datetime.datetime:
    """Last moment that a time may mean: a time at exactly midnight was a bare date, and means some time of that day.

    Args:
        when: a time.

    Returns:
        The end of that day for midnight, else the time itself.
    """
    if when.hour or when.minute or when.second or when.microsecond:  # as most have; many are asked for
        return when
    return when + datetime.timedelta(hours=23, minutes=59, seconds=59)
