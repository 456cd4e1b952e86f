"""The caller_id of a manifest, as switchboards, dialers and CRMs write it."""

from __future__ import annotations

import pytest

from vmaudio.text.caller_id import shown_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("804-555-0192", ["8045550192"]),
        ("+1 804-555-0192 x12", ["18045550192"]),
        ("(804) 555-0192 ext. 12", ["8045550192"]),
        ("8045550192x12", ["8045550192"]),
        ("804.555.0192 #12", ["8045550192"]),
        ("tel:+1-804-555-0192;ext=12", ["18045550192"]),
        ("sip:18045550192@host:5060", ["18045550192"]),
        ("<sip:+18045550192@10.0.0.1:5060;transport=udp>;tag=1928301774", ["18045550192"]),
        ('"Tom Reed" <8045550192>', ["8045550192"]),
        ('"Line 2" <sip:8045550192@pbx>', ["8045550192"]),
        ("Tom Reed <+1 804 555 0192>", ["18045550192"]),
        ("Sales 804-555-0192", ["8045550192"]),
        ("804-555-0192; 303-555-0126", ["8045550192", "3035550126"]),
        ("+18045550192,+13035550126", ["18045550192", "13035550126"]),
        ("804-555-0192 or 303-555-0126", ["8045550192", "3035550126"]),
        ("804/555-0192", ["8045550192"]),
        ("1-800-FLOWERS", ["18003569377"]),
        ("+44 20 7946 0958", ["442079460958"]),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, numbers: list[str]) -> None:
    """An extension, a name, a SIP address or a second number does not hide the number."""
    assert shown_numbers(text) == numbers


@pytest.mark.parametrize(
    "text", ["", "Anonymous", "Restricted", "8.04555E+09", "8.045550192E+09", "sip:anonymous@host", "x12", "ann@example.com"]
)
def test_what_is_no_number_gives_none(text: str) -> None:
    """What cannot be read is no number, so that nobody is failed for it."""
    assert shown_numbers(text) == []
