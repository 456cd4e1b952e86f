"""Who asked to be forgotten is found under each writing of a number, an address or an id."""

import pytest

from vmaudio.intake.manifest import read_manifest
from vmaudio.privacy import find_messages, forget, has_traces
from vmaudio.store.assignment_rows import put_assignments
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store


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
