"""Durations as exports write them: 00:01:35, 1:35, 95, 95 s, 1m 35s, PT1M35S."""

from __future__ import annotations

import re

from vmaudio.intake.tables.faults import shortened
from vmaudio.intake.tables.placeholders import is_nothing

_MOST_S = 7 * 86400.0
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:[.,]\d+)?)")
_PARTS = re.compile(
    r"(?:pt)?(?:(\d+(?:\.\d+)?)\s*h(?:ours?|rs?)?)?[\s,]*(?:(\d+(?:\.\d+)?)\s*m(?:in(?:utes?)?s?)?)?[\s,]*"
    r"(?:(\d+(?:\.\d+)?)\s*s(?:ec(?:onds?)?s?)?)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def parse_duration_s(text: str, *, milliseconds: bool = False) -> float | None:
    """Read a duration.

    Args:
        text: the cell. A number alone is seconds; of two numbers with a colon the first is minutes.
        milliseconds: a number alone is milliseconds, as HubSpot's API has it (``hs_call_duration``).

    Returns:
        Seconds, 0 or more; None for unknown.

    Raises:
        ValueError: it is no duration of at most a week.

    Example:
        >>> parse_duration_s("00:01:35"), parse_duration_s("95"), parse_duration_s("1m 35s")
        (95.0, 95.0, 95.0)
    """
    text = text.strip()
    if is_nothing(text):
        return None
    if len(text) < 40:
        clock, number, parts = _CLOCK.fullmatch(text), _NUMBER.fullmatch(text), _PARTS.fullmatch(text)
        if clock and float(clock[3].replace(",", ".")) < 60 and (not clock[1] or int(clock[2]) < 60):
            found = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))
        elif number:
            found = float(text.replace(",", ".")) / (1000 if milliseconds else 1)
        elif parts and any(parts.groups()):
            hours, minutes, seconds = (float(part or 0) for part in parts.groups())
            found = hours * 3600 + minutes * 60 + seconds
        else:
            found = -1.0
        if 0 <= found <= _MOST_S:
            return found
    raise ValueError(f"{shortened(text)} is no duration such as 0:01:35 or 95")
