"""A cluster of two nodes, both on this machine, one of which dies in the middle of a batch; see `tests.analysis.test_ray`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile

import pytest

from tests.analysis.test_ray import files, with_ray
from tests.analysis.test_workers import until
from vmaudio.store import open_store

MESSAGES = 24

CLUSTER = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
second = cluster.add_node(num_cpus=1)
print(cluster.address, second.node_id, flush=True)
if sys.stdin.readline():
    cluster.remove_node(second, allow_graceful=False)
    print("gone", flush=True)
    sys.stdin.read()
cluster.shutdown()
"""

BATCH = """
import functools, sys
from tests.analysis import handlers
from vmaudio.analysis import run_batch
from vmaudio.analysis.ray_engine import RayEngine
from vmaudio.records import Message
from vmaudio.store import open_store
address, db, notes, *paths = sys.argv[1:]
engine = RayEngine(functools.partial(handlers.noting, folder=notes, nodes=2, pause_s=0.3), address=address)
assert engine.workers == 2
seen = []
with open_store(db) as store:
    summary = run_batch(engine, map(Message, paths), store, on_result=seen.append)
assert sorted(one.source for one in seen) == sorted(paths)
assert (summary.analysed, summary.failed) == (len(paths), 0)
"""


@pytest.fixture
def environ():
    """Of a Ray that stays on loopback and leaves nothing behind."""
    folder = tempfile.mkdtemp(prefix="vm-")  # short: the names of sockets are limited
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    yield {
        **own, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "0" * 64, "RAY_worker_niceness": "0", "RAY_TMPDIR": folder,
    }  # fmt: skip
    shutil.rmtree(folder)


def test_two_nodes_one_of_which_dies(tmp_path, environ):
    """Both work; when one is killed with its actor, what it was at is done by the other: each message is stored once."""
    with_ray()
    for name in ("calls", "notes"):
        (tmp_path / name).mkdir()
    paths = [message.source for message in files(tmp_path / "calls", [f"{i}.wav" for i in range(MESSAGES)])]
    db, notes = str(tmp_path / "nodes.sqlite"), tmp_path / "notes"
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environ}
    with subprocess.Popen([sys.executable, "-c", CLUSTER], **piped, stderr=subprocess.DEVNULL) as cluster:
        address, second = cluster.stdout.readline().split()
        command = [sys.executable, "-c", BATCH, address, db, str(notes), *paths]
        with subprocess.Popen(command, **piped, stderr=subprocess.PIPE) as batch:
            both = until(lambda: len([path for path in notes.iterdir() if path.stat().st_size]) == 2, 60)
            cluster.stdin.write("kill the second\n")
            cluster.stdin.flush()
            gone = cluster.stdout.readline()
            _, said = batch.communicate(timeout=60)
        cluster.stdin.close()
    assert batch.returncode == 0, said
    assert both
    assert gone == "gone\n"
    assert said.count("a Ray actor has ended") == 1
    begun = {path.name: path.read_text().splitlines() for path in notes.iterdir()}
    assert len(begun) == 2
    (first,) = begun.keys() - {second}
    assert set(begun[first]) | set(begun[second]) == set(paths)
    # what the dead node was at was begun once more, by the other, and perhaps the one whose answer was on its way
    assert set(begun[first]) & set(begun[second]) <= set(begun[second][-2:])
    with open_store(db) as store:
        assert sorted(one.source for one in store.analyses()) == sorted(paths)
        assert not store.failures()
