"""Files that hold names and what people said are for who wrote them alone."""

import os
import stat
import subprocess
import sys

import pytest

from tests.makers import analysis
from vmaudio.store import open_store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of files are POSIX's")

PROSPECTS = "prospect,rep\np1,Ann\np2,Ann\np3,Ben\np4,Ben\n"


def _mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    "args",
    [
        ["batch", "none", "--jsonl", "OUT.jsonl"],
        ["labels", "export", "-o", "OUT.csv"],
        ["compare", "plan", "--prospects", "prospects.csv", "--arms", "a,b", "-o", "OUT.csv"],
        ["report", "-o", "OUT.csv"],
    ],
    ids=lambda args: args[0],
)
def test_what_is_written_can_be_read_by_its_owner_alone(tmp_path, args):
    """Whatever the umask of the shell."""
    (tmp_path / "prospects.csv").write_text(PROSPECTS)
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "broken.wav").write_bytes(b"RIFF")
    with open_store(tmp_path / "vm.sqlite") as store:
        store.save(analysis())
    target = tmp_path / next(arg for arg in args if arg.startswith("OUT"))
    line = [sys.executable, "-m", "vmaudio", "--db", str(tmp_path / "vm.sqlite"), *args]
    done = subprocess.run(line, cwd=tmp_path, umask=0o022, capture_output=True, text=True, check=False)
    assert target.exists(), done.stderr
    assert target.read_bytes() or args[0] == "batch"
    assert _mode(target) == 0o600
