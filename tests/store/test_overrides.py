"""A person's verdict: kept beside the machine's, replaced, taken back, logged, and gone when its message is."""

import dataclasses

import pytest

from tests.makers import analysis
from vmaudio.errors import NotStored, SettingError
from vmaudio.privacy.forgetting import forget
from vmaudio.records import Message
from vmaudio.rubric.load import load_rubric
from vmaudio.rubric.scoring import score
from vmaudio.store.label_rows import Label, all_labels, put_labels
from vmaudio.store.override_rows import MOST_REASON
from vmaudio.store.store import open_store

RUBRIC = load_rubric()


def scored(message, **changes):
    made = analysis(message, **changes)
    provenance = dataclasses.replace(made.provenance, rubric_id=RUBRIC.rubric_id)
    return dataclasses.replace(made, score=score(made, RUBRIC), provenance=provenance)


SENT = Message("/calls/tom.wav", "m1", rep="Tom")
MADE = scored(SENT)
CHECK, OTHER = (check.id for check in MADE.score.checks[:2])


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vm.sqlite"


@pytest.fixture
def store(path):
    opened = open_store(str(path))
    opened.save(MADE)
    yield opened
    opened.close()


def test_a_verdict_is_kept_beside_the_machines(store):
    """An override is found with reason, author and time; the score stays as the machine gave it."""
    kept = store.save_override("m1", CHECK, "fail", "  she never said it \n", " coach ")
    assert (kept.verdict, kept.reason, kept.author) == ("fail", "she never said it", "coach")
    assert kept.created_utc.endswith("+00:00")
    assert store.overrides() == store.overrides("m1") == [kept]
    assert store.overrides("m2") == []
    assert store.one("m1").to_dict() == MADE.to_dict()


def test_a_later_verdict_replaces_and_the_log_keeps_both(store):
    """One check has one override; giving another and taking it back are all in the log."""
    store.save_override("m1", CHECK, "fail", "first", "ann")
    store.save_override("m1", CHECK, "n/a", "second", "bo")
    store.save_override("m1", OTHER, "pass", "third", "bo")
    assert [(o.check_id, o.verdict) for o in store.overrides()] == sorted([(CHECK, "n/a"), (OTHER, "pass")])
    assert store.delete_override("m1", CHECK, "cy") is True
    assert store.delete_override("m1", CHECK, "cy") is False
    assert [o.check_id for o in store.overrides()] == [OTHER]
    log = [(entry.verdict, entry.reason, entry.author) for entry in store.override_history("m1")]
    assert log == [("fail", "first", "ann"), ("n/a", "second", "bo"), ("pass", "third", "bo"), (None, "", "cy")]


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"verdict": "maybe"}, SettingError, "'maybe' is no verdict"),
        ({"verdict": ""}, SettingError, "pass, fail, n/a"),
        ({"reason": " \n "}, SettingError, "reason is empty"),
        ({"reason": "x" * (MOST_REASON + 1)}, SettingError, "1001 characters; at most 1000"),
        ({"reason": "a\x00b"}, SettingError, "control characters"),
        ({"reason": "a\ud800b"}, SettingError, "control characters"),
        ({"author": ""}, SettingError, "author is empty"),
        ({"author": "y" * 10_000_000}, SettingError, "Make it shorter"),
        ({"message_id": "m9"}, NotStored, "no message 'm9'"),
        ({"message_id": "../../etc/passwd"}, NotStored, "no message"),
        ({"message_id": "m1\x00"}, NotStored, "control characters"),
        ({"check_id": "no_such"}, NotStored, "no verdict of a check 'no_such'"),
        ({"check_id": "z" * 10_000_000}, NotStored, "no verdict"),
    ],
)
def test_what_cannot_be_kept_is_one_sentence(store, change, error, says):
    """A wrong verdict, an empty or endless reason, and unknown ids are refused with a short sentence, and nothing is kept."""
    asked = {"message_id": "m1", "check_id": CHECK, "verdict": "fail", "reason": "why", "author": "coach"} | change
    with pytest.raises(error, match=says) as caught:
        store.save_override(**asked)
    assert len(str(caught.value)) < 1500
    assert store.overrides() == store.override_history() == []


def test_an_override_outlives_a_rescore_and_a_new_transcript(store):
    """A new score or measurement of the message leaves the person's verdict."""
    kept = store.save_override("m1", CHECK, "fail", "why", "coach")
    store.save_score(dataclasses.replace(MADE, score=dataclasses.replace(MADE.score, points=1.0)))
    made = dataclasses.replace(MADE.provenance, engine="other:engine")
    store.save(dataclasses.replace(MADE, provenance=made))
    assert store.overrides() == [kept]


def test_when_a_manifest_names_the_message_its_overrides_follow(tmp_path):
    """A file judged by a person before its manifest came keeps verdict, log and labels under the manifest's id."""
    store = open_store(str(tmp_path / "vm.sqlite"))
    first = scored(Message("calls/tom.wav"))
    old = first.message.message_id
    store.save(first)
    store.save_override(old, CHECK, "fail", "why", "coach")
    put_labels(store, [Label("approach", "k", "text", -1, "offer", "coach", old)])
    store.save(scored(Message("calls/tom.wav", "m7", rep="Tom")))
    assert [(o.message_id, o.check_id) for o in store.overrides()] == [("m7", CHECK)]
    assert [entry.message_id for entry in store.override_history()] == ["m7"]
    assert [label.message_id for label in all_labels(store)] == ["m7"]
    assert [row.message_id for row in store.page().rows] == ["m7"]
    store.save_score(scored(Message("calls/tom.wav", "m8", rep="Tom")), instead_of="m7")
    assert [o.message_id for o in store.overrides()] == ["m8"]
    assert [row.message_id for row in store.page().rows] == ["m8"]
    store.close()


@pytest.mark.sqlite
def test_forgetting_takes_overrides_log_and_verdicts_too(store, path):
    """A forgotten message leaves no override, no line of the log, no verdict, and not a word of the reason in the file."""
    store.save(scored(Message("calls/ann.wav", "m2", rep="Ann"), recording_id="1" * 64))
    for message in ("m1", "m2"):
        store.save_override(message, CHECK, "fail", f"secret words of {message}", "coach")
        store.delete_override(message, CHECK, "coach")
        store.save_override(message, CHECK, "fail", f"secret words of {message}", "coach")
    forget(store, ["m1"])
    assert {o.message_id for o in store.overrides()} == {"m2"}
    assert {entry.message_id for entry in store.override_history()} == {"m2"}
    assert store.info()["rows"]["verdicts"] == len(MADE.score.checks)
    store.close()
    held = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"secret words of m2" in held
    assert b"secret words of m1" not in held
