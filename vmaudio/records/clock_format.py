"""Seconds as a clock shows them."""

from __future__ import annotations

import math


def clock(seconds: float | None) -> str:
    """A place in a recording as minutes and seconds: 0:07, 12:30.

    Args:
        seconds: from the start of the recording. Fractions are dropped, so that the time never lies after the word.

    Returns:
        "m:ss"; minutes go on beyond 59 (61:05), since no voicemail lasts for hours. Empty for None, NaN and infinity: there
        is no such place. A negative time (a margin before the first word) is the start, 0:00.

    Example:
        >>> clock(7.9), clock(3665), clock(None)
        ('0:07', '61:05', '')
    """
    if seconds is None or not math.isfinite(seconds):
        return ""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"
