"""What the commands say of copies: messages that are stored already under another name."""

import pytest
from click.testing import CliRunner

from tests.makers import analysis
from vmaudio.cli.root import cli
from vmaudio.records import Message, Outcome
from vmaudio.store import open_store, put_outcomes


@pytest.mark.parametrize(
    ("with_outcome", "says"),
    [
        (["a"], "one message that is there more than once, and counts once"),
        (["a", "b", "c"], "the same recording, counted as separate messages because each has an outcome of its own"),
        (["a", "b"], "the same recording, counted as 2 messages because so many have an outcome of their own"),
    ],
)
def test_repeats_says_how_a_recording_counts(tmp_path, with_outcome, says):
    """Once, or once for each outcome."""
    path = str(tmp_path / "vm.sqlite")
    with open_store(path) as store:
        for name in "abc":
            store.save(analysis(Message(f"/calls/{name}.wav", name), recording_id="1" * 64))
        put_outcomes(store, [Outcome(name, callback=True) for name in with_outcome])
    done = CliRunner().invoke(cli, ["--db", path, "repeats", "--kind", "copy"])
    assert says in " ".join(done.output.split())
