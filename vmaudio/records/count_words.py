"""Counts with their noun, written the same way everywhere: 1 message, 2,000 messages."""

from __future__ import annotations


def counted(n: int, one: str, many: str | None = None) -> str:
    """A count with its noun.

    Args:
        n: the count.
        one: the noun for one.
        many: the noun for any other number; None adds an s.

    Returns:
        The words.

    Example:
        >>> counted(1, "message"), counted(2000, "message"), counted(0, "more message per arm", "more messages per arm")
        ('1 message', '2,000 messages', '0 more messages per arm')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
