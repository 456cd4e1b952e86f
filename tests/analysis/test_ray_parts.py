"""Parts of the Ray engine that need no Ray: the folder of one that is started here, and what is said of a node's fault."""

from __future__ import annotations

import os
import queue
import sys
import tempfile
from unittest.mock import MagicMock

from tests.analysis import handlers
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


def test_folders_that_killed_runs_left_are_deleted(tmp_path, monkeypatch):
    """Neither those that are in use, nor new ones, nor what a link points to."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    used = RayFolder()
    for name in ("vm-ray-left", "vm-ray-new", "other"):
        (tmp_path / name / "session").mkdir(parents=True)
    (tmp_path / "vm-ray-link").symlink_to("other")
    for name in ("vm-ray-left", os.path.basename(used.path), "other"):
        os.utime(tmp_path / name, (0, 0))
    made = RayFolder()
    assert {path.name for path in tmp_path.iterdir()} == {
        "vm-ray-new", "vm-ray-link", "other", os.path.basename(used.path), os.path.basename(made.path)
    }  # fmt: skip
    assert os.stat(made.path).st_mode & 0o777 == 0o700
    used.delete()
    made.delete()
    assert not os.path.exists(made.path)
