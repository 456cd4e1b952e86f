"""Two runs on one database: a recording is one run's until its result is there, the run ends, or the run is gone."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from vmaudio.store import Claims, open_store
from vmaudio.store.tables import claimed


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vm.sqlite"


@pytest.fixture
def store(path):
    with open_store(path) as opened:
        yield opened


def left(store):
    with store.begin() as connection:
        return sorted(connection.execute(select(claimed.c.source)).scalars())


def test_a_recording_is_one_runs(store, path):
    """However its path is written; what is released can be claimed again."""
    with Claims(store) as ours, open_store(path) as other, Claims(other) as theirs:
        assert ours.take(["/calls/a.wav", "/calls/b.wav"]) == {"/calls/a.wav", "/calls/b.wav"}
        assert ours.take(["/calls/a.wav"]) == {"/calls/a.wav"}
        assert theirs.take(["/calls/x/../a.wav", "/calls/c.wav", "s3://calls/a.wav"]) == {"/calls/c.wav", "s3://calls/a.wav"}
        ours.release("/calls/a.wav")
        assert theirs.take(["/calls/a.wav", "/calls/b.wav"]) == {"/calls/a.wav"}
        theirs.release("/calls/b.wav")
        assert left(store) == ["/calls/a.wav", "/calls/b.wav", "/calls/c.wav", "s3://calls/a.wav"]
    assert left(store) == []


def test_a_lease_ends_unless_it_is_renewed(store, path):
    """A run that hangs loses its claims; one that works keeps them longer than the lease."""
    with open_store(path) as other, Claims(other, lease_s=0.5, renew_s=0.1) as working, Claims(store) as ours:
        working.take(["/a.wav"])
        hanging = Claims(other, lease_s=0.2, renew_s=60)
        with hanging:
            hanging.take(["/b.wav"])
            time.sleep(1.0)
            assert ours.take(["/a.wav", "/b.wav"]) == {"/b.wav"}


def test_the_claims_of_a_process_that_is_gone_are_free(store):
    """After a kill the next run begins at once."""
    code = (
        "import sys, os; from vmaudio.store import Claims, open_store; claims = Claims(open_store(sys.argv[1])); "
        "claims.__enter__(); claims.take(['/a.wav']); os._exit(9)"
    )
    url = store.engine.url.render_as_string(hide_password=False)
    assert subprocess.run([sys.executable, "-c", code, url], check=False).returncode == 9
    assert left(store) == ["/a.wav"]
    with Claims(store) as ours:
        assert ours.take(["/a.wav"]) == {"/a.wav"}


def test_another_machines_claims_hold(store):
    """Whether a process of that number runs here says nothing of a process elsewhere."""
    row = {"source": "/a.wav", "holder": "another-host|999999999|x", "until": time.time() + 60}
    with store.begin() as connection:
        connection.execute(insert(claimed), row)
    with Claims(store) as ours:
        assert ours.take(["/a.wav"]) == set()
        assert row["holder"] != ours.holder
        assert ours.holder.split("|")[1] == str(os.getpid())


def test_eight_runs_at_once(path):
    """Each recording is claimed by exactly one of them."""
    sources = [f"/calls/{i}.wav" for i in range(60)]
    open_store(path).close()
    barrier = threading.Barrier(8, timeout=60)

    def run(_):
        with open_store(path) as store, Claims(store) as claims:
            barrier.wait()
            mine = [one for i in range(0, 60, 4) for one in claims.take(sources[i : i + 4])]
            barrier.wait()
            return mine

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(run, range(8)))
    assert sorted(one for mine in taken for one in mine) == sorted(sources)
