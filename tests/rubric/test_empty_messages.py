"""Messages that say nothing are weak, however well they are put together, and the missing reason is the first to change."""

import dataclasses

import pytest

from tests.cli.test_scorecard import printed
from tests.lines import analyzer, write_voice
from vmaudio.records import Message, Part
from vmaudio.report import message_view
from vmaudio.report.glossary import Glossary
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
        ("value", "so it costs you nothing.", False),
        ("value", "you get peace of mind and the best quality", True),
        ("offer", "we're giving a free half hour class on the new sterilizer rule", False),
    ],
)
def test_what_says_nothing(label, text, hollow):
    """A pretext and praise of the own company say nothing; a fact about the listener does, whatever stands beside it."""
    assert is_hollow(Part(label, 0.0, 1.0, text, 0.9)) is hollow


def test_the_band_follows_the_check_and_not_the_points(line, tmp_path):
    """Weak for the want of a reason, and the note says so; where another rubric asks for none, points alone decide."""
    text = EMPTY["did you get my e-mail"]
    path = tmp_path / "a.wav"
    write_voice(path, len(text.split()) / 2.6)
    made = line(text)
    lenient = dataclasses.replace(made.rubric, fair=40.0, strong=90.0)
    made.rubric = lenient
    given = made.analyze(Message(str(path))).score
    assert given.band == "weak"
    assert lenient.bands.why(given.points, given.checks).endswith("; the points alone would be fair")
    made.rubric = dataclasses.replace(lenient, weak_without=())
    given = made.analyze(Message(str(path))).score
    assert (given.band, made.rubric.bands.why(given.points, given.checks)) == ("fair", "")


BARE = "Karen, this is Dale Rowan. Would you call me back please? 303-555-0126. That is 303-555-0126. Thank you."


def test_a_bare_call_is_fair_at_most_and_a_pretext_makes_it_weak(line, tmp_path):
    """Nothing is offered and nothing pretended: its points would be strong, and the note says what is wanting."""
    path = tmp_path / "a.wav"
    write_voice(path, len(BARE.split()) / 2.0)
    made = line(BARE)
    analysis = made.analyze(Message(str(path), rep="Dale Rowan"))
    given, view = analysis.score, message_view(analysis, Glossary.of(made.rubric))
    assert (given.points >= made.rubric.strong, given.band) == (True, "fair")
    assert "a bare call" in made.rubric.bands.why(given.points, given.checks)
    assert view.unheard.id == "own_reason"
    assert view.summary == f"Change this first: {view.unheard.tip}"
    card = printed(analysis)
    assert card.index(view.unheard.tip[:40]) < card.index("✗")
    pretext = "Karen, did you look at what I sent? This is Dale Rowan. Would you call me back please? 303-555-0126. Thank you."
    assert line(pretext).analyze(Message(str(path), rep="Dale Rowan")).score.band == "weak"


def test_a_list_of_services_is_weak(line, tmp_path):
    """Everything that a firm does, and no reason of the listener's own."""
    text = (
        "Good afternoon Karen, Dale Rowan with Summit Partners. We do roofing, gutters, siding, windows, decks, painting and "
        "repairs, and we serve the whole valley. We work with hundreds of customers and they love us. You would save time and "
        "money with one company for everything. Call me any time at 303-555-0126. Thanks."
    )
    path = tmp_path / "a.wav"
    write_voice(path, len(text.split()) / 2.6)
    given = line(text).analyze(Message(str(path), rep="Dale Rowan")).score
    assert (given.band, {c.id: c.verdict for c in given.checks}["no_list"]) == ("weak", "fail")
