"""Parts of the Ray engine that need no Ray: the folder of one that is started here, and what is said of a node's fault."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import tempfile
from unittest.mock import MagicMock

import pytest

from tests.analysis import handlers
from tests.analysis.test_workers import is_alive, until
from vmaudio.analysis.ray_folder import RayFolder
from vmaudio.analysis.ray_member import RayMember


def test_a_node_without_vmaudio(monkeypatch):
    """What it says names the cause and the cure, and the actor is not tried again."""

    class ActorDiedError(Exception):
        actor_init_failed = True

    def get(answer, timeout):
        raise ActorDiedError("The actor died in its creation task\n  ^^^\nModuleNotFoundError: No module named 'vmaudio'")

    ray = MagicMock(get=get)
    ray.exceptions.GetTimeoutError = TimeoutError
    monkeypatch.setitem(sys.modules, "ray", ray)
    heard = queue.SimpleQueue()
    member = RayMember(handlers.instant, 1, lambda _, kind, value: heard.put(kind))
    member.start()
    assert heard.get(timeout=10) == "ended"
    assert member.refusal == (
        "vmaudio could not be imported on a node of Ray (ModuleNotFoundError: No module named 'vmaudio')."
        " Install the same on all nodes."
    )
    assert ray.kill.called


HOLDS = """
import subprocess, sys
from vmaudio.analysis.ray_folder import RayFolder
made = RayFolder()
left = subprocess.Popen(["sleep", "60"], stdout=open(made.path + "/worker.out", "w"), start_new_session=True)
print(made.path, left.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_a_killed_run_leaves_no_folder_and_no_process(tmp_path):
    """What writes into the folder ends with the run, and nothing else does."""
    with subprocess.Popen([sys.executable, "-c", HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        folder, left = run.stdout.readline().split()
        assert os.stat(folder).st_mode & 0o777 == 0o700
        beside = (tmp_path / "out").open("w")
        with beside, subprocess.Popen(["sleep", "60"], stdout=beside) as other:
            run.kill()
            run.wait()
            assert until(lambda: not is_alive(left) and not os.path.exists(folder), 5.0)
            assert other.poll() is None
            other.kill()


def test_the_folder_is_deleted_with_what_is_in_it(tmp_path, monkeypatch):
    """At once, when the run asks for it; no process waits on."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = RayFolder()
    (tmp_path / made.path / "session").mkdir()
    made.delete()
    assert not list(tmp_path.iterdir())
    assert made._keeper.returncode == 0
