"""What is given as the reason to call back, as the shipped model reads it."""

import pytest

from vmaudio.classify import ModelStore, hear_reason
from vmaudio.records import REASONS
from vmaudio.text import find_entities, split_clauses, transcript_from_text

MODEL = ModelStore().load("reason")
SAID = {
    "own": "Hi Ana, Rob Keel. The airline moved your Friday flight to six. I can put you on the nine o'clock. 303-555-0142.",
    "bare": "Hi Ana, it's Rob Keel. Call me back please, 303-555-0142. Thanks.",
    "none": "Hi Ana, it's Rob Keel with Summit. I just wanted to introduce myself and touch base. We are the leading firm in "
    "town and our customers love us. 303-555-0142.",
    "pressure": "Ana, it's Rob. I'm disappointed in you, after all that I did for you. You owe me a call. I hope nothing bad "
    "happens to you tonight. 303-555-0142.",
}


def heard(text):
    """What the model says of a text."""
    transcript = transcript_from_text(text)
    return hear_reason(split_clauses(transcript, find_entities(transcript)), MODEL)


@pytest.mark.parametrize("kind", SAID)
def test_kinds(kind):
    """Each kind is the likeliest for a message that is plainly of it; the chances sum to 1."""
    found = heard(SAID[kind])
    assert max(found.probabilities, key=found.probabilities.get) == kind
    assert tuple(found.probabilities) == REASONS
    assert sum(found.probabilities.values()) == pytest.approx(1)


def test_the_clause_that_says_so_most():
    """Where nothing or pressure is likely a clause of the message is named, with its time; elsewhere none."""
    assert heard(SAID["own"]).text == heard(SAID["bare"]).text == ""
    for kind in ("none", "pressure"):
        found = heard(SAID[kind])
        assert found.text
        assert found.text in SAID[kind]
        assert 0 <= found.start_s < found.end_s
    assert hear_reason((), MODEL) is None
