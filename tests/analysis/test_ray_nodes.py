"""A cluster of two nodes, both on this machine, of which one dies in the middle of a batch. See `tests.analysis.test_ray`."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.analysis.test_ray import files, with_ray
from vmaudio.store import open_store

MESSAGES = 48

CLUSTER = """
import sys
from ray.cluster_utils import Cluster
cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
second = cluster.add_node(num_cpus=1)
print(cluster.address, flush=True)
sys.stdin.readline()
cluster.remove_node(second, allow_graceful=False)
sys.stdin.read()
cluster.shutdown()
"""

DRIVER = """
import json, sys
import vmaudio.analysis
from tests.analysis import handlers
from vmaudio.analysis.ray_engine import RayEngine
from vmaudio.cli.root import main

def chosen(name, **settings):
    made = RayEngine(handlers.slow, address=settings["ray_address"])
    wait = made.pool.wait

    def waiting(listener):
        for outcome in wait(listener):
            yield outcome
            print(len(made.pool.pids), file=sys.stderr, flush=True)

    made.pool.wait = waiting
    return made

vmaudio.analysis.get_batch_engine = chosen
main()
"""


@pytest.fixture
def environ():
    """Of a Ray that stays on loopback."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    return {
        **own, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "0" * 64,
    }  # fmt: skip


def test_a_node_that_dies(tmp_path, environ):
    """Both nodes work; one is killed with its actor; each message is stored once, and stdout holds results alone."""
    with_ray()
    (tmp_path / "calls").mkdir()
    messages = files(tmp_path / "calls", [f"{i}.wav" for i in range(MESSAGES)])
    db = str(tmp_path / "nodes.sqlite")
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as cluster:  # fmt: skip
        address = cluster.stdout.readline().strip()
        command = ["--db", db, "batch", str(tmp_path / "calls"), "--on", "ray", "--ray-address", address, "--jsonl", "-"]
        with subprocess.Popen(
            [sys.executable, "-c", DRIVER, *command], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as driver:
            actors = [driver.stderr.readline() for _ in range(6)]
            cluster.stdin.write("kill the second\n")
            cluster.stdin.flush()
            said, warned = driver.communicate(timeout=120)
        cluster.stdin.close()
    assert driver.returncode == 0, warned
    assert "2\n" in actors
    assert "1\n" in warned.splitlines(keepends=True)
    assert "a Ray actor has ended" in warned
    lines = [json.loads(line) for line in said.splitlines()]
    assert sorted(line["source"] for line in lines) == sorted(message.source for message in messages)
    with open_store(db) as store:
        assert store.count() == MESSAGES
        assert not store.failures()
