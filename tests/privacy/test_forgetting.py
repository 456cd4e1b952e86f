"""Forgetting finds the recording that is meant, from any folder, and never another of the same name."""

import pytest
from sqlalchemy import select

from tests.makers import analysis, transcript
from vmaudio.errors import StoreError
from vmaudio.privacy import find_messages, forget
from vmaudio.records import Message
from vmaudio.store import open_store, packed_contours
from vmaudio.store.kept import keep_recording, kept_folder
from vmaudio.store.tables import analyses


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Three recordings stored from the folder above them: two have one name."""
    for folder in ("ann", "ben"):
        (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path)
    with open_store(tmp_path / "vm.sqlite") as opened:
        for number, source in enumerate(("ann/message.wav", "ben/message.wav", "ben/other.wav")):
            (tmp_path / source).write_bytes(b"")
            opened.save(analysis(Message(source, f"m{number}"), recording_id=str(number) * 64))
        yield opened


def test_a_stored_source_says_where_the_file_lies(store, tmp_path):
    """Whatever the folder it was stored from: players, reports and forgetting find it from any other."""
    assert {message.source for message in store.messages()} == {
        str(tmp_path / name) for name in ("ann/message.wav", "ben/message.wav", "ben/other.wav")
    }


def test_a_path_means_its_file_alone(store, tmp_path, monkeypatch):
    """Relative to where one stands, as for every other command."""
    assert find_messages(store, files=["ann/message.wav"]) == ["m0"]
    assert find_messages(store, files=[str(tmp_path / "ben" / "message.wav")]) == ["m1"]
    monkeypatch.chdir(tmp_path / "ben")
    assert find_messages(store, files=["message.wav"]) == ["m1"]
    assert find_messages(store, files=["../ann/message.wav"]) == ["m0"]


def test_a_file_that_lies_here_is_no_name_for_one_elsewhere(store, tmp_path, monkeypatch):
    """message.wav of this folder was never stored; the stored ones of that name are other people's."""
    (tmp_path / "new").mkdir()
    monkeypatch.chdir(tmp_path / "new")
    (tmp_path / "new" / "other.wav").write_bytes(b"")
    assert find_messages(store, files=["other.wav"]) == []


def test_a_name_that_one_recording_has(store):
    """Is enough."""
    assert find_messages(store, files=["other.wav"]) == ["m2"]


def test_a_name_that_several_recordings_have(store, tmp_path):
    """Is asked about; where nobody can be asked, it is refused with their paths."""
    paths = [str(tmp_path / "ann" / "message.wav"), str(tmp_path / "ben" / "message.wav")]
    with pytest.raises(StoreError, match="the name of 2 stored recordings") as caught:
        find_messages(store, files=["message.wav"])
    assert all(path in str(caught.value) for path in paths)
    asked = []

    def second(name, sources):
        asked.append((name, list(sources)))
        return sources[1:]

    assert find_messages(store, files=["message.wav"], which=second) == ["m1"]
    assert asked == [("message.wav", paths)]
    assert find_messages(store, files=["message.wav"], which=lambda *_: []) == []


def test_a_source_that_is_a_url(store):
    """Is no path."""
    store.save(analysis(Message("https://example.com/a.wav", "m9"), recording_id="9" * 64))
    assert find_messages(store, files=["https://example.com/a.wav"]) == ["m9"]


def test_what_was_measured_of_a_file_before_its_sound_changed_goes_too(store):
    """No message leads to those words any more; after forgetting they are in no row."""

    def words():
        with store.engine.connect() as connection:
            return [text for text in connection.execute(select(analyses.c.text)).scalars() if "Zebulon" in text]

    store.save(
        analysis(Message("ann/message.wav", "m0"), recording_id="8" * 64, transcript=transcript("Zebulon called before."))
    )
    store.save(analysis(Message("ann/message.wav", "m0"), recording_id="9" * 64))
    assert words()
    assert {"8" * 64, "9" * 64} <= packed_contours(store).keys()
    gone = forget(store, ["m0"])
    assert (gone.messages, gone.recordings) == (1, 3)  # with the empty file's of the fixture
    assert not words()
    assert not {"8" * 64, "9" * 64} & packed_contours(store).keys()


def test_a_kept_recording_whose_message_is_of_another_file_is_deleted(store, tmp_path, monkeypatch):
    """Nothing leads to it any more, so that forgetting could not find it; one that another message has stays."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    sent = [keep_recording(data, "sent.wav", kept_folder()) for data in (b"first", b"second")]
    for number, path in enumerate([*sent, sent[1]]):
        store.save(analysis(Message(str(path), f"sent{number}"), recording_id=f"{number + 4}" * 64))
    store.save(analysis(Message("ben/other.wav", "sent0"), recording_id="7" * 64))
    store.save(analysis(Message("ben/other.wav", "sent1"), recording_id="7" * 64))
    assert [path.exists() for path in sent] == [False, True]
