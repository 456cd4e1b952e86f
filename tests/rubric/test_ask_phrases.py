"""How many things a message asks for: what the words say beside what the part model hears."""

from __future__ import annotations

import pytest

from tests.makers import analysis
from tests.rubric.test_scoring import judged, with_structure
from vmaudio.records import Check, Part
from vmaudio.rubric.ask_phrases import is_condition, things_asked


def one_ask(*said: tuple[str, str]) -> Check:
    heard = [Part(label, 2.0 * at, 2.0 * at + 1.5, text, 0.9, {label: 0.9}) for at, (label, text) in enumerate(said)]
    return judged("part_count", analysis(structure=with_structure(heard)), parts=("ask",), low=1.0, high=2.0)


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Call me back. Again, call me, or text me.", 1),
        ("Take a look, let me know what you think, and please pass this along.", 3),
        ("I'd love to set up a quick call. Please call me back.", 2),
        ("May I come by at closing time and show you one?", 1),
        ("We clean windows, and people call us the best.", 1),
        ("We have been in business for thirty years.", 0),
    ],
)
def test_things_asked(text: str, things: int) -> None:
    """To get in touch is one thing however often and in whatever way it is said."""
    assert len(things_asked(text)) == things


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("If you need me before,", True),
        ("And when you get a minute", True),
        ("If you want it, call me.", False),
        ("If that suits you, bring the car in on Friday.", False),
        ("Call me when you can.", False),
    ],
)
def test_a_condition_alone_asks_for_nothing(text: str, alone: bool) -> None:
    """What is asked stands behind the comma, or before the "if"."""
    assert is_condition(text) is alone


def test_asks_among_praise_are_not_overlooked() -> None:
    """One ask was heard where the words ask for four things: that is left to the listener, and the words are named."""
    check = one_ask(
        ("value", "So what I'd like to do is find fifteen minutes."),
        ("ask", "Take a look, let me know what you think, and please pass this along."),
    )
    assert check.verdict == "n/a"
    assert check.not_judged
    assert "pass this along" in check.evidence


def test_what_asks_once_still_passes() -> None:
    """One ask and its echo; what opens a message ("may I speak to") asks for nothing."""
    assert one_ask(("callee", "May I talk to Ann?"), ("ask", "Call me by Friday."), ("closing", "Call me.")).verdict == "pass"
    assert one_ask(("ask", "If you need me before,")).verdict == "n/a"
