"""Messages that say nothing are weak, however well they are put together, and the missing reason is the first to change."""

import dataclasses

import pytest

from tests.cli.test_scorecard import printed
from tests.lines import analyzer, write_voice
from vmaudio.records import Message, Part
from vmaudio.rubric.hollow import is_hollow

EMPTY = {
    "praise of the own company": (
        "Good morning. This is Dale Rowan with Summit Partners. We are the leading provider of business solutions in the "
        "region. We have been in business for thirty years and we have won many awards for our service. Our people are second "
        "to none. We are very proud of what we do. Please call me back at 303-555-0126. Thank you."
    ),
    "did you get my e-mail": (
        "Hi Karen, this is Dale Rowan with Summit Partners. I just wanted to see if you got my e-mail. Call me back at "
        "303-555-0126. Thanks, bye."
    ),
    "checking in, without a number": (
        "Hey Karen, it's Dale from Summit. Just checking in, touching base again, and I wanted to see if you had a chance to "
        "look at my last message. Give me a call back when you get a chance. Have a great day."
    ),
}


@pytest.fixture(scope="module")
def line():
    """The whole line, with the models that ship, around a recogniser that knows the words."""
    return lambda text: analyzer(default=text)


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_message_is_weak_and_told_why_first(name, line, tmp_path):
    """Weak, and the scorecard's first thing to change is the reason."""
    text = EMPTY[name]
    path = tmp_path / "a.wav"
    write_voice(path, len(text.split()) / 2.6)
    made = line(text).analyze(Message(str(path), rep="Dale Rowan"))
    assert made.score.band == "weak"
    card = printed(made)
    first = card.index("to change")
    tip = next(check.tip for check in made.score.checks if check.id == "gives_reason")
    assert " ".join(tip.split()[:6]) in " ".join(card[first : first + 160].split())


def test_a_message_with_a_reason_is_not_weak(line, tmp_path):
    """The same caller with a reason: fair or strong."""
    text = (
        "Hi Karen, your lease on Main Street ends in May and the landlord has two offers. This is Dale Rowan with Summit "
        "Partners. Call me back at 303-555-0126. Again, 303-555-0126. Bye."
    )
    path = tmp_path / "a.wav"
    write_voice(path, len(text.split()) / 2.0)
    made = line(text).analyze(Message(str(path), rep="Dale Rowan"))
    assert made.score.band in ("fair", "strong")
    assert {c.id: c.verdict for c in made.score.checks}["gives_reason"] == "pass"


@pytest.mark.parametrize(
    ("label", "text", "hollow"),
    [
        ("reason", "I just wanted to see if you got my e-mail.", True),
        ("reason", "Just checking in, touching base again", True),
        ("reason", "I'm following up on the quote for your roof", False),
        ("reason", "your lease on Main Street ends in May", False),
        ("value", "Our quality is second to none, and our prices are very competitive.", True),
        ("value", "The maker pays for it, so it costs you nothing.", False),
        ("offer", "we're giving a free half hour class on the new sterilizer rule", False),
    ],
)
def test_what_says_nothing(label, text, hollow):
    """A pretext and praise of the own company say nothing; a fact about the listener does, whatever stands beside it."""
    assert is_hollow(Part(label, 0.0, 1.0, text, 0.9)) is hollow


def test_the_band_follows_the_check_and_not_the_points(line, tmp_path):
    """Where another rubric asks for no reason, points alone decide."""
    text = EMPTY["did you get my e-mail"]
    path = tmp_path / "a.wav"
    write_voice(path, len(text.split()) / 2.6)
    made = line(text)
    made.rubric = dataclasses.replace(made.rubric, weak_without=())
    assert made.analyze(Message(str(path))).score.band == "fair"
