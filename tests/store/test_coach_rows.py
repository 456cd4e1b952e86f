"""Coaches' verdicts follow a message to its new id, and go when it is forgotten."""

from __future__ import annotations

from pathlib import Path

from tests.makers import analysis
from vmaudio.privacy import forget
from vmaudio.records import Message
from vmaudio.store import CoachVerdict, analysis_rows, coach_verdicts_of, open_store, put_coach_verdicts


def test_verdicts_move_with_their_message_and_go_with_it(tmp_path: Path) -> None:
    """A message that is stored under another id takes the verdicts along, but for those that it has itself; forgetting it
    leaves none."""
    with open_store(tmp_path / "vm.sqlite") as store:
        for number in range(3):
            store.save(analysis(Message(f"{number}.wav", f"m{number}"), recording_id=str(number) * 64))
        given = [("m0", "a", "Ann", "pass"), ("m0", "b", "Ann", "fail"), ("m1", "a", "Ann", "n/a"), ("m2", "a", "Bob", "pass")]
        put_coach_verdicts(store, [CoachVerdict(*one) for one in given])
        with store.begin() as connection:
            analysis_rows.replace(connection, "m0", "m1")
        found = {(one.message_id, one.check_id, one.coach): one.verdict for one in coach_verdicts_of(store)}
        assert found == {("m1", "a", "Ann"): "n/a", ("m1", "b", "Ann"): "fail", ("m2", "a", "Bob"): "pass"}
        forget(store, ["m1"])
        assert [one.message_id for one in coach_verdicts_of(store)] == ["m2"]
