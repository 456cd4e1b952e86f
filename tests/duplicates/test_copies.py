"""Copies: the same bytes under two names, the same sound in two formats; and what is no copy."""

from __future__ import annotations

import dataclasses
import os
from collections import Counter

import numpy as np
import pytest

from tests.makers import analysis, prosody
from tests.report.test_takes import scored
from vmaudio.audio.decode import decode_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.duplicates.copies import counted_once, find_copies
from vmaudio.duplicates.groups import find_duplicates
from vmaudio.duplicates.items import DuplicateItem, StoredLevels, item_of
from vmaudio.duplicates.kept import KeptCopies
from vmaudio.duplicates.stored import _stems as stems_of, stored_copies, without_copies as without_copies_of
from vmaudio.prosody import measure_prosody
from vmaudio.records import Contour, Message, Outcome
from vmaudio.report.collecting import collect
from vmaudio.report.glossary import Glossary
from vmaudio.report.material import page_html
from vmaudio.report.team import no_sound
from vmaudio.store.heard_rows import copy_facts
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store
from vmaudio.testing import encode, speech_like

RNG = np.random.default_rng(7)


def item(name: str, recording: str = "r1", **values: object) -> DuplicateItem:
    made = DuplicateItem(f"m-{name}", recording, name.rpartition("/")[2], "call me back", source=name, duration_s=12.0)
    return dataclasses.replace(made, **values)  # type: ignore[arg-type]


def levels(seed: int, frames: int = 240) -> list[float]:
    """A level that goes up and down as speech does."""
    return list(-30 + 12 * np.convolve(np.random.default_rng(seed).normal(size=frames), np.ones(6) / 6, "same"))


def test_the_same_bytes_under_two_names_are_a_copy_and_no_mass_drop():
    """Nothing but the name tells them apart."""
    pair = [item("a.wav"), item("b.wav")]
    (copy,) = find_copies(pair)
    assert (copy.item.file_name, copy.of.file_name, copy.why) == ("b.wav", "a.wav", "the same bytes as a.wav")
    (group,) = find_duplicates(pair)
    assert (group.kind, group.similarity, [one.file_name for one in group.members]) == ("copy", 1.0, ["a.wav", "b.wav"])


@pytest.mark.parametrize(
    "other",
    [
        {"prospect": "p2"},
        {"sent_at": "2026-03-03T10:00:00+00:00"},
        {"rep": "Bo"},
        {"caller_id": "(303) 555-0142"},
        {"source": "a.wav", "message_id": "another row"},
    ],
)
def test_sends_of_one_recording_are_no_copies(other):
    """Another prospect, time, rep or number of the caller, or two rows of a manifest for one file: two sends."""
    one = item("a.wav", prospect="p1", sent_at="2026-03-02T10:00:00+00:00", rep="Ann", caller_id="+13035550126")
    two = dataclasses.replace(one, **{"source": "b.wav", "message_id": "m2", **other})
    assert find_copies([one, two]) == []


def test_a_file_that_was_read_without_its_context_before(tmp_path):
    """A spool's message by its msg_id, and the same file by its path alone: one message, and the one with context counts."""
    known = item("a.wav", rep="Tom")
    bare = dataclasses.replace(known, rep=None, message_id=Message("a.wav").message_id)
    assert counted_once(find_copies([bare, known])) == {bare.message_id: "m-a.wav"}


def test_a_mass_drop_is_still_told():
    """One recording for two prospects, and a stray copy of it: the drop has two messages, and the copy one."""
    seen = [item("a.wav", prospect="p1"), item("b.wav", prospect="p2"), item("stray.wav")]
    assert [(group.kind, len(group.members)) for group in find_duplicates(seen)] == [("mass_drop", 2), ("copy", 2)]


def test_a_drop_that_was_recorded_at_each_call_is_not_spoken_anew():
    """Three recordings of one sound, one a little later and one softer, for three prospects; a fourth speaks the words anew."""
    first = levels(1)
    heard = {"r1": first, "r2": [-30.0] * 4 + first[:-2], "r3": [level - 6 for level in first], "r4": levels(2)}
    text = "hi this is kim with alderbrook we saw that your warehouse in denver is hiring drivers call me back"
    seen = [
        item(f"{n}.wav", f"r{n}", prospect=f"p{n}", sent_at=f"2026-05-0{n}T09:00:00+00:00", text=text, duration_s=12 + 0.1 * n)
        for n in (1, 2, 3, 4)
    ]
    found = [(group.kind, [member.recording_id for member in group.members]) for group in find_duplicates(seen, levels=heard)]
    assert found == [("mass_drop", ["r1", "r2", "r3"]), ("same_script", ["r1", "r2", "r3", "r4"])]
    assert [group.kind for group in find_duplicates(seen[:3], levels=heard)] == ["mass_drop"]


def test_the_message_of_which_most_is_known_counts():
    """The one with a prospect before one without; then the better format; an outcome of its own before all."""
    seen = [item("a.mp3"), item("b.wav"), item("c.gsm", prospect="p1")]
    assert {copy.of.file_name for copy in find_copies(seen)} == {"c.gsm"}
    assert {copy.of.file_name for copy in find_copies(seen[:2])} == {"b.wav"}
    assert {copy.of.file_name for copy in find_copies(seen[:2], keep=["m-a.mp3"])} == {"a.mp3"}
    assert find_copies(seen[:2], keep=["m-a.mp3", "m-b.wav"]) == []


def test_the_same_moment_in_two_zones_is_the_same():
    """Times are compared as moments."""
    one = item("a.wav", sent_at="2026-03-02T10:00:00+00:00")
    assert find_copies([one, item("b.wav", sent_at="2026-03-02T03:00:00-07:00")])


def test_three_formats_are_one_message():
    """All copies hang on the one that counts, also where one of them is a copy of another by its bytes."""
    first = levels(1)
    heard = {"r1": first, "r2": list(np.array(first) + RNG.normal(0, 0.5, 240)), "r3": first[2:]}
    seen = [item("a.mp3", "r2"), item("a2.mp3", "r2"), item("a.wav", "r1"), item("a.gsm", "r3", duration_s=11.9)]
    found = counted_once(find_copies(seen, heard))
    assert found == {"m-a.mp3": "m-a.wav", "m-a2.mp3": "m-a.wav", "m-a.gsm": "m-a.wav"}
    (group,) = find_duplicates(seen, levels=heard)
    assert (group.kind, len(group.members)) == ("copy", 4)


@pytest.mark.parametrize(
    ("other", "length"),
    [(levels(2), 12.0), (levels(1), 13.0), ([-40.0] * 240, 12.0), ([float("nan")] * 240, 12.0), (levels(1)[:15], 12.0)],
    ids=["another message", "another length", "an even level", "nothing measured", "too short"],
)
def test_what_only_looks_alike_is_no_copy(other, length):
    """The same words in the same time are two messages, unless the level goes up and down alike."""
    seen = [item("a.wav", "r1"), item("b.wav", "r2", duration_s=length)]
    assert find_copies(seen, {"r1": levels(1), "r2": other}) == []


@pytest.mark.parametrize("form", ["mp3", "ulaw", "opus", "m4a", "amr"])
def test_real_codecs(form):
    """One message decoded from WAV and from another codec is a copy; another speaker with the same rhythm is none."""
    rate_hz = 8000
    heard, seen = {}, []
    for name, data in (
        ("a.wav", encode(speech_like((5, 7, 4, 6), seed=3, rate_hz=rate_hz).samples, "wav", rate_hz)),
        (f"a.{form}", encode(speech_like((5, 7, 4, 6), seed=3, rate_hz=rate_hz).samples, form, rate_hz)),
        ("b.wav", encode(speech_like((3, 8, 6, 5), seed=4, rate_hz=rate_hz).samples, "wav", rate_hz)),
    ):
        sound = decode_audio(data, name=name)
        heard[name] = measure_prosody(sound, detect_speech(sound)).contour.level_dbfs
        seen.append(item(name, name, duration_s=sound.duration_s))
    assert counted_once(find_copies(seen, heard)) == {f"m-a.{form}": "m-a.wav"}


def stored(tmp_path):
    """A message in two formats, a copy of the first, and another message."""
    store = open_store(str(tmp_path / "copies.sqlite"))
    for name, seed in (("a.wav", 1), ("a.mp3", 1), ("again.wav", 1), ("b.wav", 2)):
        contour = Contour(tuple(0.05 * i + 0.025 for i in range(240)), (float("nan"),) * 240, tuple(levels(seed)))
        digest = {"a.wav": "1", "again.wav": "1", "a.mp3": "2", "b.wav": "3"}[name] * 64
        made = analysis(Message(f"calls/{name}", rep="Tom"), recording_id=digest, prosody=prosody(contour=contour))
        store.save(scored(made))
    return store


def test_a_report_counts_messages_and_says_what_it_left_out(tmp_path):
    """Two messages of four files; a copy with an outcome of its own stays; one message asked for by its id is shown."""
    store = stored(tmp_path)
    given = collect(store, Glossary())
    assert (sorted(one.file_name for one in given.analyses), given.copies) == (["a.wav", "b.wav"], 2)
    assert "2 copies are left out" in page_html(given, no_sound)
    mp3 = Message("calls/a.mp3").message_id
    assert collect(store, Glossary(), message_id=mp3).copies == 0
    put_outcomes(store, [Outcome(mp3, callback=True)])
    for brief in (False, True):
        given = collect(store, Glossary(), repeats=True, brief=brief)
        assert sorted(one.file_name for one in given.analyses) == ["a.mp3", "b.wav"]
        assert not given.repeats  # and a copy is no repeat


def test_without_copies_nothing_is_said(tmp_path):
    """A report without copies has no word about them."""
    store = open_store(str(tmp_path / "one.sqlite"))
    store.save(scored(analysis()))
    assert "left out: the same recording" not in page_html(collect(store, Glossary()), no_sound)


def test_the_copies_of_a_store(tmp_path):
    """By id; looked for again when an outcome makes a message of a copy."""
    store = stored(tmp_path)
    ids = {name: Message(f"calls/{name}").message_id for name in ("a.wav", "a.mp3", "again.wav", "b.wav")}
    known = KeptCopies(store)
    found = known.found
    assert found == {ids["a.mp3"]: ids["a.wav"], ids["again.wav"]: ids["a.wav"]}
    assert stored_copies_left(store) == {ids["a.wav"], ids["b.wav"]}
    put_outcomes(store, [Outcome(ids["a.wav"], callback=True), Outcome(ids["a.mp3"], callback=False)])
    known.change([], [ids["a.wav"], ids["a.mp3"]])
    assert known.found == {ids["again.wav"]: ids["a.wav"]}
    assert stored_copies_left(store) == {ids["a.wav"], ids["a.mp3"], ids["b.wav"]}


def test_the_copies_of_a_large_store_are_found_by_their_names_alone(tmp_path, monkeypatch):
    """Where only what shares its recording or its name is looked at, the same copies are found; and none where nothing does."""
    store = stored(tmp_path)
    every = dict(stored_copies(store))
    monkeypatch.setattr("vmaudio.duplicates.stored.MOST_WITH_OTHER_NAMES", 0)
    assert len(every) == 2
    assert dict(stored_copies(store)) == dict(stored_copies(store, facts=copy_facts(store))) == every
    other = open_store(str(tmp_path / "others.sqlite"))
    for name in ("c.wav", "d.mp3"):
        other.save(scored(analysis(Message(f"calls/{name}"), recording_id=name[0] * 64)))
    assert stored_copies(other) == {}


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (("a.wav", "A.wav", "b.wav"), 2), (("a.wav", "a.mp3", "b.wav"), 2), ((".wav", ".wav.wav"), 2),
        (("a.b.wav", "a.c.wav"), 0),
        (("wav", "WAV", "x/a.b/c"), 2),
    ],
)  # fmt: skip
def test_names_are_told_apart_but_for_their_endings(names, alike):
    """With one ending and with several, the quick way and the other, the same names are alike."""
    found = Counter(stems_of(names))
    assert sum(found[one] > 1 for one in stems_of(names)) == alike
    usual = Counter(os.path.splitext(name)[0].lower() for name in names)
    assert sum(n for n in usual.values() if n > 1) == alike


def stored_copies_left(store):
    """Ids of the messages that count."""
    return {one.message.message_id for one in without_copies_of(list(store.observations()), stored_copies(store))}


def test_levels_of_the_store(tmp_path):
    """The contours come back by recording, to a quarter of a decibel; an item of memory equals that of the store."""
    store = stored(tmp_path)
    found = StoredLevels(store)
    assert found["1" * 64] == pytest.approx(levels(1), abs=0.26)
    assert set(found) == {recording for recording, *_ in [row[1:] for row in copy_facts(store)]}
    assert set(StoredLevels(store, ["1" * 64, "no such"])) == {"1" * 64}
    assert item_of(store.one(Message("calls/b.wav").message_id)).duration_s > 0
