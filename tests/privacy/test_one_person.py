"""Who asked to be forgotten is found under each writing of a number, an address or an id."""

import pytest

from tests.makers import analysis
from vmaudio.intake.manifest import read_manifest
from vmaudio.privacy import find_messages, forget, has_traces
from vmaudio.records import Message
from vmaudio.store.assignment_rows import put_assignments
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store
from vmaudio.training import LabelledMessage, Sentence, save_labels


@pytest.mark.parametrize("asked", ["(218) 555-0134", "+12185550134", "2185550134"])
def test_a_number_is_found_in_any_writing(tmp_path, asked):
    """A manifest's numbers are kept in one writing, and found by any other."""
    (tmp_path / "m.csv").write_text("file,prospect\na.wav,218-555-0134\nb.wav,+1 (218) 555 0134\nc.wav,p3\n")
    store = open_store(str(tmp_path / "vm.sqlite"))
    listed = read_manifest(tmp_path / "m.csv")
    put_outcomes(store, [], [(message, message.source) for message in listed])
    assert sorted(find_messages(store, prospect=asked)) == sorted(message.message_id for message in listed[:2])
    assert find_messages(store, prospect="p3") == [listed[2].message_id]
    store.close()


def test_a_plan_that_has_the_number_in_another_writing_forgets_it(tmp_path):
    """A plan keeps numbers as its list had them: they go with the person, however the number was asked for."""
    with open_store(str(tmp_path / "vm.sqlite")) as store:
        rows = [{"prospect": who, "arm": "a", "rep": "Ann", "position": i} for i, who in enumerate(("(218) 555-0134", "p3"))]
        put_assignments(store, "plan1", rows)
        assert has_traces(store, prospect="+12185550134")
        assert not has_traces(store, prospect="+12185550135")
        assert forget(store, [], prospect="218.555.0134").rows == 1
        assert not has_traces(store, prospect="(218) 555-0134")
        assert has_traces(store, prospect="P3")


def test_labels_under_the_id_of_a_name_go_and_what_stands_under_another_is_named(tmp_path):
    """Labels of a message that was never stored know the id alone. A message of the id without the name may be another's."""
    with open_store(str(tmp_path / "vm.sqlite")) as store:
        for i, name in enumerate(("Dana Whitlock", None)):
            store.save(analysis(Message(f"/{i}.wav", f"m{i}", prospect="p7", prospect_name=name), recording_id=str(i) * 64))
        text = (Sentence("Hi Dana", "greeting"),)
        save_labels(store, [LabelledMessage(f"of {who}", "Tom", who, text, None, {}, None) for who in ("p7", "p8")], "Ann")
        gone = forget(store, find_messages(store, prospect="dana whitlock"), prospect="dana whitlock")
        assert (gone.messages, gone.left) == (1, ("p7",))
        assert [message.message_id for message in store.messages()] == ["m1"]
        assert not has_traces(store, prospect="p7")
        assert has_traces(store, prospect="p8")
        assert forget(store, find_messages(store, prospect="p7"), prospect="p7").left == ()
