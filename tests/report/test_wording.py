"""Words of delivery are shown only where they rest on axes that were held against real voices."""

from __future__ import annotations

import pytest

from vmaudio.records import TONE_AXES, Tone
from vmaudio.report import delivery_word

AXES = dict.fromkeys(TONE_AXES, 0.5)


@pytest.mark.parametrize(
    ("label", "not_validated", "shown"),
    [
        ("warm", (), "warm"),
        ("warm", ("friendly",), ""),
        ("warm", ("urgent",), "warm"),
        ("businesslike", ("lively", "urgent"), "businesslike"),
        ("businesslike", ("formal",), ""),
        ("rushed", ("urgent",), ""),
        ("neutral", ("friendly",), ""),
        ("unclear", (), "not sure"),
        ("unclear", TONE_AXES, ""),
        ("pushy", (), ""),
    ],
)
def test_a_word_needs_its_axes(label: str, not_validated: tuple[str, ...], shown: str) -> None:
    """One axis that was not validated hides every word that rests on it; "pushy" is never shown."""
    assert delivery_word(Tone(AXES, label, "tone/1", tuple(not_validated))) == shown
