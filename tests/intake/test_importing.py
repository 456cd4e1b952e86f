"""Imports into the store: everything or nothing, again and again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.makers import analysis
from vmaudio.duplicates import stored_copies
from vmaudio.errors import SettingError, TableError
from vmaudio.intake.outcomes.importing import import_outcomes, parse_as_of
from vmaudio.records import Message
from vmaudio.store.assignment_rows import get_assignments, put_assignments
from vmaudio.store.outcome_rows import all_outcomes, observations
from vmaudio.store.store import Store, open_store

MANIFEST = "file,prospect,sent_at,campaign,channel\na.wav,p1,2026-05-04,spring,voicemail\nb.wav,p2,2026-05-04,spring,e-mail\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "vm.sqlite"))
    yield made
    made.close()


def files(folder: Path, outcomes: str, listed: str = MANIFEST) -> tuple[Path, Path]:
    (folder / "m.csv").write_text(listed, "utf-8")
    (folder / "o.csv").write_text(outcomes, "utf-8")
    return folder / "o.csv", folder / "m.csv"


def test_import_and_again(tmp_path: Path, store: Store) -> None:
    """Importing the same file twice changes nothing; another file changes only what it says."""
    path, listed = files(tmp_path, "file,callback,callback_at,cost\na.wav,1,2026-05-06,1.50\nb.wav,0,,\n")
    first = import_outcomes(store, path, manifest_path=listed)
    assert (first.added, first.changed, first.same, first.new_messages) == (2, 0, 0, 2)
    before = all_outcomes(store)
    again = import_outcomes(store, path)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    assert all_outcomes(store) == before
    path.write_text("file,sale\na.wav,yes\n", "utf-8")
    third = import_outcomes(store, path)
    assert (third.added, third.changed, third.same) == (0, 1, 0)
    (kept,) = (o for o in all_outcomes(store).values() if o.sale)
    assert kept.callback is True
    assert kept.cost == 1.5


def test_nothing_is_half_written(tmp_path: Path, store: Store) -> None:
    """A file with one fault leaves the store as it was, the manifest's messages included."""
    path, listed = files(tmp_path, "file,callback\na.wav,1\nb.wav,perhaps\n")
    with pytest.raises(TableError, match="line 3"):
        import_outcomes(store, path, manifest_path=listed)
    assert all_outcomes(store) == {}
    assert list(observations(store)) == []


def test_a_file_that_fits_nothing_is_refused(tmp_path: Path, store: Store) -> None:
    """When not one line fits a message, that is an error with the cure, not an import of nothing."""
    path, listed = files(tmp_path, "file,callback\nz.wav,1\n")
    with pytest.raises(TableError, match=r"none of its lines \(1\) matches.*vmaudio batch"):
        import_outcomes(store, path)
    with pytest.raises(TableError, match=r"none of its lines \(1\) matches one of the messages \(2\).*--map"):
        import_outcomes(store, path, manifest_path=listed)


def test_messages_without_recordings(tmp_path: Path, store: Store) -> None:
    """An e-mail blast comes in by its lines alone, with campaign, channel and cost."""
    path, _ = files(tmp_path, "message_id,campaign,channel,callback,cost\ne1,spring,e-mail,0,0.10\ne2,spring,e-mail,1,0.10\n")
    done = import_outcomes(store, path, new_messages=True)
    assert done.new_messages == 2
    assert {o.message.channel for o in observations(store)} == {"e-mail"}


def test_a_manifest_written_from_elsewhere_is_the_same_message(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message is known again although its manifest's path was written another way."""
    path, listed = files(tmp_path, "file,callback\na.wav,1\nb.wav,0\n")
    import_outcomes(store, path, manifest_path=listed)
    monkeypatch.chdir(tmp_path)
    assert import_outcomes(store, "o.csv", manifest_path="m.csv").new_messages == 0
    assert len(list(observations(store))) == 2


def test_withdrawn_callback_loses_its_time(tmp_path: Path, store: Store) -> None:
    """A later export that says no takes the callback's time away too."""
    path, listed = files(tmp_path, "file,callback,callback_at\na.wav,1,2026-05-06\n")
    import_outcomes(store, path, manifest_path=listed)
    path.write_text("file,callback\na.wav,0\n", "utf-8")
    import_outcomes(store, path)
    (outcome,) = all_outcomes(store).values()
    assert (outcome.callback, outcome.callback_at) == (False, None)


def test_as_of_is_kept(tmp_path: Path, store: Store) -> None:
    """The export's date stays with its outcomes."""
    path, listed = files(tmp_path, "file,callback\na.wav,0\n")
    import_outcomes(store, path, manifest_path=listed, as_of=parse_as_of("2026-05-20"))
    (outcome,) = all_outcomes(store).values()
    assert outcome.as_of == "2026-05-20T23:59:59+00:00"


def test_when() -> None:
    """A date means its whole day; a time is taken as it is; anything else is refused."""
    assert parse_as_of("2026-05-31") == datetime.datetime(2026, 5, 31, 23, 59, 59, tzinfo=datetime.UTC)
    assert parse_as_of("2026-05-31T08:00:00Z") == datetime.datetime(2026, 5, 31, 8, tzinfo=datetime.UTC)
    assert parse_as_of(None) is None
    with pytest.raises(SettingError, match="--as-of"):
        parse_as_of("last week")


def test_assignments_are_replaced(store: Store) -> None:
    """A plan is kept in order, and saved again it is not doubled."""
    rows = [{"prospect": f"p{i}", "arm": "ab"[i % 2], "rep": None, "position": i} for i in range(3)]
    assert put_assignments(store, "plan", rows) == 3
    put_assignments(store, "plan", rows)
    assert [row["arm"] for row in get_assignments(store, "plan")] == ["a", "b", "a"]


def test_a_file_name_that_a_message_and_its_copy_have(tmp_path: Path, store: Store) -> None:
    """It means the message that counts; of two messages of one name in two folders it is said that there are two."""
    for message, recording in (
        (Message("/calls/01_a.wav", "s01", prospect="p1"), "1" * 64),
        (Message("/cp2/01_a.wav", "copy"), "1" * 64),
        (Message("/calls/02_b.wav", "s02", prospect="p2"), "2" * 64),
        (Message("/else/02_b.wav", "other", prospect="p3"), "3" * 64),
    ):
        store.save(analysis(message, recording_id=recording))
    path = tmp_path / "o.csv"
    path.write_text("file,callback\n01_a.wav,yes\n02_b.wav,no\n/nowhere/02_b.wav,no\n", "utf-8")
    done = import_outcomes(store, path, copies=stored_copies(store))
    assert set(all_outcomes(store)) == {"s01"}
    assert done.unmatched == (
        (3, "2 messages have the name '02_b.wav' in several folders: give path or message_id"),
        (4, "no message has the file '/nowhere/02_b.wav'"),
    )
    path.write_text(f"recording_id,callback\n{'1' * 64},yes\n", "utf-8")
    assert import_outcomes(store, path, copies=stored_copies(store)).same == 1
