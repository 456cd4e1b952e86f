"""Telephone numbers as people read them."""

from __future__ import annotations


def grouped_digits(digits: str) -> str:
    """Digits of a telephone number in the groups in which they are said: 303-555-0126.

    Args:
        digits: The digits as said, without extension.

    Returns:
        The digits with dashes; other lengths than 7, 10 and 11 unchanged.
    """
    if len(digits) == 11 and digits[0] == "1":
        return "1-" + grouped_digits(digits[1:])
    return {10: f"{digits[:3]}-{digits[3:6]}-{digits[6:]}", 7: f"{digits[:3]}-{digits[3:]}"}.get(len(digits), digits)
