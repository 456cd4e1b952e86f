"""Stored times, read once each: as dates, and as whole numbers that arrays compare exactly."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Sequence

import numpy as np

MOST_MOMENTS = 500_000
"""Times that are kept once read: each is asked for a dozen times in a comparison."""

MICROSECOND = datetime.timedelta(microseconds=1)
NEVER = int(np.iinfo(np.int64).min)
"""Time that is not known."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


@functools.lru_cache(maxsize=MOST_MOMENTS)
def parse_moment(text: str | None) -> datetime.datetime | None:
    """Read a stored time.

    Args:
        text: an ISO 8601 time; one without a zone is UTC.

    Returns:
        The time; None for no text, or for text that is no time.
    """
    if not text:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def micro(moment: datetime.datetime | None) -> int:
    """A time as a whole number, which arrays compare exactly.

    Args:
        moment: the time, with a zone; None where it is not known.

    Returns:
        Microseconds since 1970; `NEVER` for none.
    """
    return NEVER if moment is None else (moment - _EPOCH) // MICROSECOND


def micros(texts: Sequence[str | None]) -> np.ndarray:
    """Stored times as whole numbers.

    Args:
        texts: ISO 8601 times.

    Returns:
        Microseconds since 1970 (n,); `NEVER` where there is none.
    """
    different = {text: micro(parse_moment(text)) for text in set(texts)}
    return np.array([different[text] for text in texts], dtype=np.int64)
