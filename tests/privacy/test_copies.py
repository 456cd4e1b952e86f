"""What is forgotten is gone from its copies too: the same recording under another path."""

import pytest
from click.testing import CliRunner

from tests.makers import analysis
from vmaudio.cli.root import cli
from vmaudio.privacy import forget
from vmaudio.records import Message, Outcome
from vmaudio.store import open_store, put_outcomes

SENT = "2020-01-01T09:00:00+00:00"
SAME = "5" * 64


@pytest.fixture
def stored(tmp_path):
    """A message to Monica Salas, a copy of its file without context, and a send of the same recording to somebody else."""
    path = str(tmp_path / "vm.sqlite")
    with open_store(path) as store:
        monica = Message("/calls/s09.wav", "s09", prospect="p9", prospect_name="Monica Salas", rep="Tom", sent_at=SENT)
        copy, other = Message("/cp2/x.wav", "copy"), Message("/calls/b.wav", "other", prospect="p1", sent_at="2099-01-01")
        for message in (monica, copy, other):
            store.save(analysis(message, recording_id=SAME))
        store.save(analysis(Message("/cp2/y.wav", "alone"), recording_id="6" * 64))
    return path


def left(path):
    with open_store(path) as store:
        return {message.message_id for message in store.messages()}


@pytest.mark.parametrize("whom", [("--prospect", "Monica Salas"), ("--rep", "tom"), ("/calls/s09.wav",)])
def test_a_copy_is_forgotten_with_its_message(stored, whom):
    """By prospect, rep or file, and it is said; another send of the recording stays, and so what it measures."""
    done = CliRunner().invoke(cli, ["--db", stored, "forget", *whom, "--yes"])
    assert "Deleted: 1 message and 1 copy of it, the measurements of 0 recordings" in " ".join(done.output.split())
    assert left(stored) == {"other", "alone"}


def test_the_question_counts_the_copies(stored):
    """Before anything is deleted."""
    asked = CliRunner().invoke(cli, ["--db", stored, "forget", "--prospect", "p9"], input="n\n")
    assert "Delete 1 message and 1 copy of it from the store?" in " ".join(asked.output.split())
    assert left(stored) == {"s09", "copy", "other", "alone"}


def test_a_copy_goes_when_its_message_is_due(stored):
    """Though the copy was first seen today; what is known to be sent later stays."""
    done = CliRunner().invoke(cli, ["--db", stored, "purge", "--older-than", "1y", "--yes"])
    assert "Deleted: 1 message and 1 copy of it" in " ".join(done.output.split())
    assert left(stored) == {"other", "alone"}


def test_a_copy_with_an_outcome_is_forgotten_too(stored):
    """It counts as a message of its own, but its words are the person's."""
    with open_store(stored) as store:
        put_outcomes(store, [Outcome("copy", callback=True)])
        gone = forget(store, ["s09"], prospect="p9")
        assert (gone.messages, gone.copies) == (1, 1)
    assert left(stored) == {"other", "alone"}


def test_a_copy_forgotten_by_its_file_takes_nothing_along(stored):
    """The message that counts stays."""
    CliRunner().invoke(cli, ["--db", stored, "forget", "/cp2/x.wav", "--yes"])
    assert left(stored) == {"s09", "other", "alone"}
