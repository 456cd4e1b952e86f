"""Names without capitals: what is no everyday English is left out, and the everyday words that belong to a name."""

import re

import pytest
from hypothesis import given, settings, strategies as st

from tests.makers import analysis, transcript
from tests.privacy.test_redact_words import NO_PARTS
from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_analysis import redact_text
from vmaudio.privacy.redact_unlisted import is_listed
from vmaudio.privacy.redact_words import NAME, NUMBER
from vmaudio.records import Entities, Message

NAMES = st.sampled_from(
    """noor dmitri hanneke yusuf renata ignacio terrence judith clifford colin rosalind solomon nneka xiomara vikram priya
    kaylee jamal lupe zbigniew marisela okafor volchenko stallworth figueroa copperhouse haulmark brightwater""".split()
)
FRAMES = st.sampled_from(
    [
        "{} we talked about your boiler last week",
        "hi {} we talked about your boiler last week",
        "we talked last week about your boiler {} call me back",
        "ask for {} when you call",
        "we met when {} showed us the shop",
        "please call me back thanks so much {}",
        "i'm calling for {} about the roof",
    ]
)


def redacted(said: str) -> str:
    """A text of which no manifest and no entity is known, redacted."""
    return redact_text(
        analysis(Message("a.wav"), transcript=transcript(said), entities=Entities(), structure=NO_PARTS)
    ).transcript.text


@settings(max_examples=60, deadline=None)
@given(NAMES, FRAMES)
def test_a_name_in_lower_case_is_left_out_wherever_it_stands(name, frame):
    """No phrase, no capital and no manifest is needed."""
    assert name not in redacted(frame.format(name))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["extension", "ext", "x"]), st.integers(0, 9999), st.sampled_from(["26", "two six", "oh five"]))
def test_short_digits_that_tell_of_a_number_are_left_out(word, digits, end):
    """An extension and the end of a number, however many digits there are."""
    said = transcript(f"please dial {word} {digits} okay the line ends in {end} thanks")
    kept = redact_text(
        analysis(Message("a.wav"), transcript=said, entities=Entities(), structure=NO_PARTS), options=RedactOptions(digit_s=0.0)
    )
    assert str(digits) not in kept.transcript.text
    assert kept.transcript.text.endswith(f"ends in {NUMBER} thanks")


@settings(max_examples=40, deadline=None)
@given(st.text("bcdfghjklmnpqrstvwz", min_size=3, max_size=6), st.sampled_from([" ", "-"]))
def test_a_spelled_name_is_left_out(letters, between):
    """Letter by letter, as words of their own or joined by hyphens."""
    clean = redacted(f"my name is spelled {between.join(letters)} okay so call me back")
    assert clean.endswith(f"{NAME} okay so call me back")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("buck stallworth you are in trouble just call old buck now", f"{NAME} you are in trouble just call old {NAME} now"),
        ("we talked to renata from bayou pest and then we left", f"we talked to {NAME} from {NAME} and then we left"),
        ("terrence sentry oak security we watch the doors", f"{NAME} we watch the doors"),
    ],
)
def test_everyday_words_beside_a_name_belong_to_it(said, left):
    """A first name that is a word too, the same name again, and a firm's everyday words."""
    assert redacted(said) == left


def test_everyday_english_is_kept():
    """Sentences without names stay whole, marks and short forms with them."""
    said = "we're callin' about the contract you'd asked us for and can't wait to hear from you on the twenty-first"
    assert redacted(said) == said


@settings(deadline=None)
@given(st.text(max_size=12))
def test_any_token_is_judged(token):
    """Whatever a token is, it is listed or not; marks and figures name nobody."""
    assert is_listed(token) in (True, False)
    assert not re.fullmatch(r"\W*", token) or is_listed(token)
