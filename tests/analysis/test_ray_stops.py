"""What is left when `batch --on ray` is stopped: the results, and nothing else. See `tests.analysis.test_ray`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.analysis.test_ray import files, with_ray
from tests.analysis.test_workers import is_alive, until
from tests.lines import write_voice
from vmaudio.store import open_store

STOPPED = """
import sys
import vmaudio.analysis
from tests.analysis import handlers
from vmaudio.analysis.ray_engine import RayEngine
from vmaudio.cli.root import main

def chosen(name, **settings):
    made = RayEngine(handlers.drip, workers=2)
    wait = made.pool.wait

    def waiting(listener):
        for outcome in wait(listener):
            yield outcome
            print(*made.pool.pids, made.cluster._folder.path, file=sys.stderr, flush=True)

    made.pool.wait = waiting
    return made

vmaudio.analysis.get_batch_engine = chosen
main()
"""


def processes_with(word):
    """Command lines of running processes that hold a word."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes() and is_alive(path.parent.name):
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def listening():
    """Addresses on which the processes of this user's Ray listen, as hexadecimal of /proc/net/tcp and tcp6."""
    return [
        line.split()[1] for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]  # fmt: skip


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="looks for processes in /proc")
def test_nothing_outlives_the_driver(tmp_path, how, code):
    """Whatever ends the driver ends Ray's processes and deletes its folder; until then they listen on loopback alone."""
    with_ray()
    for i in range(4):
        write_voice(tmp_path / f"{i}.wav", 1.0, seed=i)
    db = str(tmp_path / "stopped.sqlite")
    command = [sys.executable, "-c", STOPPED, "--db", db, "batch", str(tmp_path), "--on", "ray", "--jsonl", "-"]
    before = set(listening())
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("{")
        *pids, folder = process.stderr.readline().split()
        assert pids
        assert all(map(is_alive, pids))
        assert processes_with(folder)
        assert os.stat(folder).st_mode & 0o777 == 0o700
        assert {os.getpriority(os.PRIO_PROCESS, int(pid)) for pid in pids} == {os.getpriority(os.PRIO_PROCESS, process.pid)}
        new = {address.rsplit(":", 1)[0] for address in set(listening()) - before}
        assert new
        assert new <= {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
        os.kill(process.pid, how)
        _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert until(lambda: not any(map(is_alive, pids)) and not processes_with(folder) and not os.path.exists(folder), 5.0)
    if how != signal.SIGKILL:
        assert "Finished results are saved" in said
    with open_store(db) as store:
        assert store.count() == 1


LOADING = """
import functools, sys
import vmaudio.analysis
from tests.analysis import handlers
from vmaudio.analysis.ray_engine import RayEngine
from vmaudio.cli.root import main
build = functools.partial(handlers.loading, folder=sys.argv.pop(1))
vmaudio.analysis.get_batch_engine = lambda name, **settings: RayEngine(build, workers=1)
main()
"""


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_stopped_while_the_first_actor_loads(tmp_path, how, code):
    """The command ends as it does later: nothing runs on, and Ray's folder has gone."""
    with_ray()
    loads = tmp_path / "loads"
    loads.mkdir()
    files(tmp_path, ["0.wav"])
    with tempfile.TemporaryDirectory(prefix="vm-") as folder:
        command = [
            sys.executable,
            "-c",
            LOADING,
            str(loads),
            "--db",
            str(tmp_path / "a.sqlite"),
            "batch",
            str(tmp_path),
            "--on",
            "ray",
        ]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": folder}) as process:
            assert until(lambda: list(loads.iterdir()), 60)
            assert len(os.listdir(folder)) == 1
            os.kill(process.pid, how)
            _, said = process.communicate(timeout=30)
        assert process.returncode == code
        assert "Finished results are saved" in said
        assert not os.listdir(folder)
        (actor,) = loads.iterdir()
        assert until(lambda: not is_alive(actor.name) and not processes_with(folder), 5.0)


STARTING = """
import atexit, os, signal, sys, time
from vmaudio.analysis import ray_cluster
from vmaudio.cli.root import main
os.environ.update(ray_cluster._QUIET, **ray_cluster._PRIVATE, RAY_AUTH_TOKEN=ray_cluster._token())
import ray
start = ray.init

def init(**settings):
    start(**settings)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(60)

ray.init = init
atexit.register(lambda: print("alarm in", signal.alarm(0), file=sys.stderr))
main()
"""


def test_stopped_while_ray_starts(tmp_path):
    """Ray has its own handlers of SIGTERM then, one of which aborts the process three seconds later."""
    with_ray()
    files(tmp_path, ["0.wav"])
    with tempfile.TemporaryDirectory(prefix="vm-") as folder:
        command = [sys.executable, "-c", STARTING, "--db", str(tmp_path / "a.sqlite"), "batch", str(tmp_path), "--on", "ray"]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "TMPDIR": folder}, timeout=120)
        assert done.returncode == 143
        assert "Finished results are saved" in done.stderr
        assert "alarm in 0" in done.stderr
        assert not os.listdir(folder)
