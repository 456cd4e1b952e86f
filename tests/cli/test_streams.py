"""Standard output that is full or closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vmaudio.cli.streams import write_fault
from vmaudio.store import open_store

COMMANDS = (["db", "info"], ["--help"], ["doctor", "--json"], ["models", "list"])


def run(tmp_path, args, **streams):
    line = [sys.executable, "-m", "vmaudio", "--db", str(tmp_path / "vm.sqlite"), *args]
    return subprocess.run(line, stderr=subprocess.PIPE, text=True, check=False, **streams)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_a_full_output(tmp_path, args):
    """One sentence and exit code 1."""
    with open("/dev/full", "w") as full:
        done = run(tmp_path, args, stdout=full)
    assert done.returncode == 1
    assert done.stderr == "Error: Writing to the output failed: no space is left. Free some, and run the command again.\n"


@pytest.mark.skipif(os.name != "posix", reason="streams are closed by number")
def test_a_closed_output(tmp_path):
    """It is an error, and the database does not come to stand where a library prints."""
    done = run(tmp_path, ["db", "info"], preexec_fn=lambda: os.close(1))
    assert done.returncode == 1
    assert done.stderr == "Error: Writing to the output failed: it is closed. Send it to a file, a program or a terminal.\n"
    with open_store(tmp_path / "vm.sqlite") as store:
        assert store.info()["rows"]["messages"] == 0


def test_other_errors_are_not_explained_away():
    """A file that is missing is no full disk."""
    assert write_fault(FileNotFoundError(2, "No such file", "x")) is None
    assert write_fault(OSError(28, "No space left on device", "/calls/x.csv")).startswith(
        "Writing to /calls/x.csv failed: no space"
    )
