"""Each threshold of the finders decides: moved far enough, it changes what is found in a message on its border."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from vmaudio.records import Entities, Phone, Segment, Span, Transcript, Word, changed_options
from vmaudio.text import (
    EntityOptions,
    HypothesisOptions,
    NameMatchOptions,
    NameOptions,
    PhoneOptions,
    RunOptions,
    confirm_numbers,
    find_entities,
    match_name,
    same_number,
    settle_number,
)


def timed(text: str, gaps: dict[int, float] | None = None, probability: float = 0.9) -> Transcript:
    """Words of .4 s; ``gaps``: silence before a word, seconds by its place."""
    at, words = 0.0, []
    for i, word in enumerate(text.split()):
        at += (gaps or {}).get(i, 0.0)
        words.append(Word(word, at, at + 0.4, probability))
        at += 0.4
    return Transcript("speech", "en", text, (Segment(0.0, at, text, tuple(words), -0.2, 0.0, 1.2),), "test")


def found(said: Transcript, group: str, options: Any, **more: Any) -> dict[str, Any]:
    return find_entities(said, options=dataclasses.replace(EntityOptions(), **{group: options}), **more).to_dict()


NUMBER = "call me at 303-555-0126"
TWICE = timed("call 303 555 0126 again 303 555 0126")


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        (timed("call 303 that's that's that's 555 0126"), {"carrier_words": 2}),
        (timed("call 303 555 0126", {2: 3.0}), {"pause_s": 2.0}),
        (TWICE, {"row_digits": 12}),
        (TWICE, {"piece_digits": 9}),
        (timed("four eighty five five five oh one five eight"), {"readings": 0}),
        (timed("call 303-555-0126 extension 1234567"), {"extension_digits": 6}),
        (timed("the zip is 55802 303 555 0126"), {"saves_shaped": 0.0}),
        (timed("call me at 303 555 0126 303 555 0126"), {"cut_any": 50.0}),
        (timed("call 1 303 555 0126 303 555 0126"), {"eleven": 30.0}),
        (timed("call 555 0126 555 0199"), {"seven": 90.0}),
        (timed("call 303-555-0126-303-555-0126"), {"cut_dash": 90.0}),
        (TWICE, {"fits": -1.0, "cut_repeat": 90.0}),
        (timed("call 216555104216555104"), {"saves_long": 0.0, "saves_wrong_length": 0.0}),
        (timed("call 216555104216555104"), {"chance_digits": 30}),
        (timed("call 216555104216555104"), {"repeat_share": 1.1}),
        (timed("call 216555104216555104"), {"repeat_digits": 30}),
        (timed("call 216555104216555104"), {"saves_short": 20.0}),
        (timed("call 216555104216555104"), {"saves_alike": 20.0}),
    ],
)
def test_runs(said: Transcript, changes: dict[str, Any]) -> None:
    """Where rows end and what a cut costs decides over the numbers."""
    assert found(said, "runs", RunOptions(**changes)) != find_entities(said).to_dict()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (NUMBER, {"digit_probability": 0.95}),
        ("303-555-0126. 303-555-012.", {"same_share": 1.0}),
        ("303-555-0127. 303-555-0126.", {"same_share_whole": 1.0}),
        ("303-555-0126, my cell 303-555-0127.", {"same_share_announced": 1.0}),
        ("303-555-0126. That's 0126.", {"part_digits": 5}),
        ("303-555-0126. That's 0199.", {"same_share_part": 0.9}),
        ("my number is 30355", {"announced_digits": 6}),
        (NUMBER, {"stray_digits": 10}),
        ("303-555-012", {"wrong_length_factor": 0.1}),
        ("216-5555-104", {"doubt_factor": 0.1}),
        (NUMBER, {"pace_digits": 11}),
    ],
)
def test_phones(text: str, changes: dict[str, Any]) -> None:
    """When sayings are of one number, and how sure it is."""
    said = timed(text)
    assert found(said, "phones", PhoneOptions(**changes)) != find_entities(said).to_dict()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("This is for Tom. Dana's line.", {"callee_line": 9.0}),
        ("Hi Dana, this is for Tom Hale.", {"callee_greeted": 0.5}),
        ("Hi Dana Maria Ann Lee, call me.", {"person_words": 2}),
        ("Hi, Tom here. My name is Jack.", {"caller_here": 9.0}),
        ("Hi Dana, Tom from Acme. My name's Jack.", {"caller_company": 9.0}),
        ("Tom's my name. My name is Jack.", {"caller_name_after": 9.0}),
        ("Hi Dana, Tom again. It's Jack, calling.", {"caller_again": 9.0}),
        ("Hi Dana, Tom. It's Jack.", {"lone_base": 9.0}),
        ("Hi Dana, this is Tom, Acme Cleaning. I work for Smith Roofing.", {"company_beside_trade": 9.0}),
        ("Hi Dana, it's Tom from Acme.", {"company_after_caller": 9.0, "from_words": 0}),
        ("This is Blue Sky Green Hill Cleaning.", {"company_words": 2}),
        ("Hi Dana, this is Tom. I'm the office manager at Acme.", {"company_role": -1.0, "role_words": 0}),
    ],
)
def test_names(text: str, changes: dict[str, Any]) -> None:
    """Scores and lengths decide between the candidates for a name."""
    said = timed(text)
    assert found(said, "names", NameOptions(**changes)) != find_entities(said).to_dict()


def phone(digits: str, complete: bool = True) -> Phone:
    return Phone(digits, None, None, (Span(1.0, 4.0),), 1, 1.0, 0.9, 3.0, complete)


def test_hypotheses() -> None:
    """How much alike two hearings are, and which leads suffice, is an option."""
    first, second = phone("3035550126"), phone("3035550199")
    assert same_number(first, [second]) == second
    assert same_number(first, [second], options=HypothesisOptions(alike=0.9)) is None
    both = (Entities(phones=(first,)), Entities(phones=(second,)))
    assert confirm_numbers(*both).phones[0].agreement == 0.8
    assert confirm_numbers(*both, options=HypothesisOptions(alike=0.9)).phones[0].agreement == 0.0
    kept = settle_number(first, None, first.digits, 1.9, 0.9, "US")
    assert not kept.complete
    assert settle_number(first, None, first.digits, 1.9, 0.9, "US", options=HypothesisOptions(lead=1.5)).complete
    short = phone("303555012", complete=False)
    assert not settle_number(short, first, first.digits, 2.5, 0.9, "US").complete
    assert settle_number(short, first, first.digits, 2.5, 0.9, "US", options=HypothesisOptions(sure=2.4)).complete
    assert not settle_number(short, None, first.digits, 2.5, 0.9, "US", options=HypothesisOptions(sure=2.4)).complete
    assert settle_number(short, None, first.digits, 2.5, 0.9, "US", options=HypothesisOptions(made=2.4)).complete
    doubted = settle_number(short, None, first.digits, 2.5, 0.9, "US", options=HypothesisOptions(unsure_factor=0.1))
    assert doubted.confidence == pytest.approx(0.09)


@pytest.mark.parametrize("changes", [{"sound_share": 0.1}, {"sound_over_spelling": 0.0}, {"sound_letters": 9}])
def test_name_match(changes: dict[str, Any]) -> None:
    """What sound counts against spelling is an option."""
    assert match_name("Kathryn", "Catherine", options=NameMatchOptions(**changes)) < match_name("Kathryn", "Catherine")


def test_what_differs_has_a_dotted_name() -> None:
    """Options of all groups go into the key by the name of their group."""
    assert changed_options(EntityOptions()) == {}
    made = EntityOptions(runs=RunOptions(pause_s=2.0), hypotheses=HypothesisOptions(lead=1.0))
    assert changed_options(made) == {"runs.pause_s": 2.0, "hypotheses.lead": 1.0}
