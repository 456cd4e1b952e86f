"""Phrases of greetings, menus and callers."""

import pytest

from vmaudio.text import mailbox_phrases


def phrases(text: str):
    return mailbox_phrases(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "The person at extension 12 is not available. Please leave your message after the tone.",
        "Hey, this is Sam, I can't come to the phone. Leave me a message and I'll call you back.",
        "You have reached the mailbox of 3035550142. Record your message at the beep.",
        "You're through to Mike at Harbor Plumbing. Drop me a message and I'll ring you back.",
        "The mailbox is full and cannot accept any messages at this time.",
        "Hello, you've got Linda's voicemail. Speak after the beep.",
        "This is Dr. Patel's office. We are assisting other callers. Please state your name and leave a voicemail.",
        "Thanks for calling Miller Tools. Our office hours are eight to five. Leave a message and we will return your call.",
    ],
)
def test_greetings_say_several_phrases(text):
    """Each greeting has at least two phrases, no caller's phrase, and none of a menu."""
    found = phrases(text)
    assert len(found.greeting) >= 2
    assert (found.calls, found.menu) == (0, ())


@pytest.mark.parametrize(
    "text",
    [
        "To re-record your message, press one. To send it, hang up.",
        "Your message has been saved. For delivery options press pound.",
        "If you are finished, hang up. To listen to your message press two.",
        "You have reached the maximum recording time. To send your message press one.",
    ],
)
def test_menus(text):
    """A menu has its phrases, and "re-record your message" is none of a greeting."""
    found = phrases(text)
    assert len(found.menu) >= 2
    assert found.greeting == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Thank you. Your message has been delivered.", True),
        ("To re-record, press three.", True),
        ("Press two to be removed from our list.", False),
        ("I left you a message last week about the copier.", False),
    ],
)
def test_what_nobody_but_a_mailbox_says(text, said):
    """That a message was recorded or sent, or may be recorded again."""
    assert phrases(text).recorded is said


@pytest.mark.parametrize(
    "text",
    [
        "You've reached out to us about solar panels.",
        "I'll leave a message.",
        "We have you down for Thursday.",
    ],
)
def test_what_callers_say_of_messages(text):
    """None of it is a greeting's."""
    assert phrases(text).greeting == ()


def test_a_callers_words():
    """Messages have neither, and phrases of somebody who calls; where a phrase lies is told by its words."""
    found = phrases("Hi Ann, it's Tom. I'm calling about your roof. Call me at 303-555-0126.")
    assert (found.greeting, found.menu) == ((), ())
    assert found.opens
    assert found.calls >= 2
    assert phrases("Ann. Please leave a message after the tone.").greeting[0] == (1, 4)
    assert phrases("a pre-recorded line").menu == ()
