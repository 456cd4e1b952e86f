"""What others are told is known over a store: campaigns' scripts and dropped recordings are specific to nobody."""

import dataclasses

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis import rescore, run_batch, score_in_context, score_with_team, team_beside
from vmaudio.analysis.engines import InlineEngine
from vmaudio.records import Message
from vmaudio.rubric import NO_TEAM, load_rubric
from vmaudio.store.store import open_store

WORDS = "Hi there, about the pizza oven hood that drips in your kitchen. This is Tom. Call me at 303-555-0126."
NOTES = "the hood over the pizza oven drips"


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "vm.sqlite"))
    yield opened
    opened.close()


def personal(store, message_id):
    """The verdict on what is specific to the prospect, and the kinds of the flags."""
    one = store.one(message_id)
    return next(c.verdict for c in one.score.checks if c.id == "personal"), {flag.kind for flag in one.flags}


def measured(store, tmp_path, sends):
    """A batch of messages (id, recording, prospect, campaign, notes), as the command runs it."""
    for name in {row[1] for row in sends}:
        write_voice(tmp_path / f"{name}.wav", 5.0, seed=len(name))
    made = [
        Message(str(tmp_path / f"{name}.wav"), message_id, prospect=who, campaign=campaign, notes=notes)
        for message_id, name, who, campaign, notes in sends
    ]
    run_batch(InlineEngine(analyzer(default=WORDS)), made, store)
    return score_with_team(store, load_rubric(), made)


def test_a_campaigns_script_is_specific_to_nobody_after_the_batch(store, tmp_path):
    """One message alone passes; once two others of the campaign are told the same, nothing in it is specific."""
    assert measured(store, tmp_path, [("a", "r", "p1", "ovens", NOTES)]) == 0
    assert personal(store, "a")[0] == "pass"
    rest = [("b", "rr", "p2", "ovens", None), ("c", "rrr", "p3", "ovens", None)]
    assert measured(store, tmp_path, rest) == 1
    verdict, kinds = personal(store, "a")
    assert verdict == "n/a"
    assert kinds.isdisjoint({"uses_notes", "personalised"})


def test_another_campaign_does_not_matter(store, tmp_path):
    """What another campaign tells two prospects takes nothing from this one."""
    sends = [("a", "r", "p1", "ovens", NOTES), ("b", "rr", "p2", "roofs", None), ("c", "rrr", "p3", "roofs", None)]
    assert measured(store, tmp_path, sends) == 0
    assert personal(store, "a")[0] == "pass"


def test_one_recording_for_several_prospects_is_a_drop(store, tmp_path):
    """A recording that two prospects got is specific to neither, though its channel does not say so; rescore says the same."""
    sends = [("a", "r", "p1", None, NOTES), ("b", "r", "p2", None, NOTES)]
    assert measured(store, tmp_path, sends) == 2
    assert personal(store, "a")[0] == personal(store, "b")[0] == "n/a"
    for _, new in rescore(store, load_rubric()):
        assert next(c.verdict for c in new.score.checks if c.id == "personal") == "n/a"


def test_without_notes_nothing_is_scored_again(store, tmp_path):
    """A store without notes needs no second look."""
    assert measured(store, tmp_path, [("a", "r", "p1", "ovens", None), ("b", "r", "p2", "ovens", None)]) == 0


def test_the_store_gives_what_was_said(store, tmp_path):
    """Each message with its recording's id and its words."""
    measured(store, tmp_path, [("a", "r", "p1", "ovens", NOTES), ("b", "r", "p2", "ovens", None)])
    (one, first, text), (other, second, _) = store.spoken()
    assert {one.message_id, other.message_id} == {"a", "b"}
    assert first == second == store.one("a").recording_id
    assert text == store.one("a").transcript.text


def test_a_message_beside_the_store_is_scored_as_in_it(store, tmp_path):
    """What the web app scores before it is stored knows what the campaign tells others; a score says with how many."""
    measured(
        store, tmp_path, [("a", "r", "p1", "ovens", NOTES), ("b", "rr", "p2", "ovens", None), ("c", "rrr", "p3", "ovens", None)]
    )
    assert store.one("a").score.compared_with == 3
    measure = store.one("b")
    sent = dataclasses.replace(measure.message, message_id="d", prospect="p4", notes=NOTES)
    team = team_beside(store, sent, measure)
    alone, beside = (score_in_context(measure, sent, load_rubric(), team=known).score for known in (NO_TEAM, team))
    assert [next(c.verdict for c in one.checks if c.id == "personal") for one in (alone, beside)] == ["pass", "n/a"]
    assert (alone.compared_with, beside.compared_with) == (0, 4)
    assert team_beside(store, dataclasses.replace(sent, notes=None), measure) is NO_TEAM


def test_a_copy_of_a_message_is_nobody_else(store, tmp_path):
    """Its file again under another path changes no verdict: in the batch, in rescore, and beside the store."""
    assert measured(store, tmp_path, [("a", "r", "p1", "ovens", NOTES)]) == 0
    (tmp_path / "cp2").mkdir()
    (tmp_path / "cp2" / "r.wav").write_bytes((tmp_path / "r.wav").read_bytes())
    copy = Message(str(tmp_path / "cp2" / "r.wav"))
    run_batch(InlineEngine(analyzer(default=WORDS)), [copy], store)
    assert score_with_team(store, load_rubric(), [copy]) == 0
    assert personal(store, "a")[0] == "pass"
    old = store.one("a")
    assert not team_beside(store, old.message, old).is_dropped(old.recording_id)
    assert [new.score.checks == old.score.checks for old, new in rescore(store, load_rubric(), freeze=False)] == [True, True]
    told = dataclasses.replace(copy, prospect="p2")  # a manifest says now that it is a send of its own
    list(rescore(store, load_rubric(), [told], freeze=False))
    assert personal(store, "a")[0] == "n/a"
