"""The feedback sheet: only the rep's own messages, progress only where it is real, better words only of the rep's own."""

import dataclasses
import datetime

import pytest

from tests.report.makers import REPS, glossary, labelled, make, team
from vmaudio.records import Message
from vmaudio.report.message import words_between
from vmaudio.report.rep_sheet import _said, build_rep_sheet

TEAM, OUTCOMES = team(90)
REP = REPS[-1]
OWN = [a for a in TEAM if a.message.rep == REP]


def sheet(analyses=TEAM, rep=REP, **options):
    return build_rep_sheet(analyses, rep, OUTCOMES, glossary=glossary(), today=datetime.date(2026, 6, 1), **options)


def test_nobody_elses_messages_enter():
    """The sheet is the same whether others' messages are there or not, and quotes only the rep's own."""
    assert sheet() == sheet(OWN)
    assert sheet().n == len(OWN)
    own_ids = {a.message.message_id for a in OWN}
    for item in sheet().tries:
        assert item.moment is None or item.moment.message_id in own_ids
        assert item.instead is None or item.instead.message_id in own_ids


def test_three_things_to_try_are_the_costliest_of_late():
    """At most three checks, each really missed, each with a message that misses it and one that passes it."""
    data = sheet()
    assert 1 <= len(data.tries) <= 3
    by_id = {a.message.message_id: a for a in OWN}
    for item in data.tries:
        assert item.check.missed.k > 0

        def verdict(example, check=item.check):
            return next(c.verdict for c in by_id[example.message_id].score.checks if c.id == check.id)

        assert item.moment is not None
        assert verdict(item.moment) == "fail"
        if item.instead:
            assert verdict(item.instead) == "pass"


def test_read_this_instead_is_what_the_rep_really_said():
    """The better words are words of the named message, at the named second."""
    by_id = {a.message.message_id: a for a in OWN}
    quoted = [item.instead for item in sheet().tries if item.instead]
    assert quoted
    for example in quoted:
        said = by_id[example.message_id].transcript.text
        assert example.words.removesuffix(" …") in " ".join(said.split())


def test_what_nobody_did_better_is_not_invented():
    """When no own message passes a check, there is nothing to read instead."""
    failing = [
        dataclasses.replace(
            a, score=dataclasses.replace(a.score, checks=tuple(dataclasses.replace(c, verdict="fail") for c in a.score.checks))
        )
        for a in OWN
    ]
    assert all(item.instead is None for item in sheet(failing).tries)
    assert sheet(failing).strengths == ()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(40.0, 80.0, "got better"), (80.0, 40.0, "have lost points"), (60.0, 60.0, "level has not clearly changed")],
)
def test_progress_is_said_only_when_intervals_are_apart(before, after, said):
    """Better, worse or level: as the medians of the earlier and the later half and their intervals say."""
    made = []
    for i in range(20):
        base = make(labelled()[i % 5], Message(f"{i}.wav", rep="Ann", sent_at=f"2026-03-{i + 1:02d}T10:00:00+00:00"), seed=i)
        points = (before if i < 10 else after) + i % 3
        points = dataclasses.replace(base.score, points=points)
        made.append(dataclasses.replace(base, recording_id=f"{i:064d}", score=points))
    data = sheet(made, "Ann")
    assert said in data.headline
    assert (data.before.n, data.lately.n) == (10, 10)


def test_few_messages_say_so():
    """With few messages nothing is called progress, a strength or a change."""
    data = sheet(OWN[:4])
    assert "too few to measure progress" in data.headline
    assert data.strengths == ()
    assert data.progress == ()


def test_a_rep_without_messages_gets_a_sentence():
    """An unknown name is a sheet that says so."""
    assert sheet(rep="Nobody").headline == "There is no message by Nobody yet."


def test_words_between_two_seconds():
    """Words are quoted by their own times, and without a place nothing is quoted."""
    made = OWN[0]
    first = made.transcript.words[0]
    assert words_between(made, first.start_s, first.end_s) == first.text
    assert words_between(made, None, 1.0) == ""


def test_an_example_has_enough_words_to_be_known():
    """A check that points at a greeting of one word is shown with what follows it."""
    long = next(one for one in OWN if len(one.structure.parts) > 2 and one.score)
    first = long.structure.parts[0]
    hello = dataclasses.replace(first, end_s=long.transcript.words[0].end_s)
    made = dataclasses.replace(long, structure=dataclasses.replace(long.structure, parts=(hello, *long.structure.parts[1:])))
    check = dataclasses.replace(long.score.checks[0], start_s=hello.start_s, end_s=hello.end_s)
    assert len(words_between(made, check.start_s, check.end_s).split()) == 1
    assert len(_said(made, check).split()) >= 4


def test_tone_stays_out_unless_allowed():
    """The rep's best message carries tone only when the setting lets it."""
    assert sheet().best.tone == ()
    assert sheet(tone=True).best.tone


def test_no_example_is_of_a_weak_message_or_missed_elsewhere():
    """What one check passes and another fails is nothing to follow, and neither is a weak message."""
    weak = [dataclasses.replace(made, score=dataclasses.replace(made.score, band="weak")) for made in OWN if made.score]
    assert all(item.instead is None for item in sheet(weak).tries)
    for item in sheet().tries:
        if item.instead:
            (made,) = [one for one in OWN if one.message.message_id == item.instead.message_id]
            assert made.score.band != "weak"
