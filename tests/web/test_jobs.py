"""The queue and the worker: bounded, killable, and honest after a restart."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.web import fakes
from vmaudio.privacy.forgetting import forget
from vmaudio.web.jobs import Jobs
from vmaudio.web.worker import Inline, Worker


class Held(Inline):
    """Works only when it is let."""

    def __init__(self):
        super().__init__(fakes.Quick)
        self.go = threading.Event()
        self.began = threading.Event()

    def run(self, task, on_stage):
        on_stage("transcribe")
        self.began.set()
        assert self.go.wait(90)
        return super().run(task, on_stage)

    def kill(self):
        self.go.set()


def test_a_full_queue_says_so(site_with):
    """When the queue is full, an upload gets 503 with the time to try again; those before it know their position."""
    held = Held()
    site = site_with(held, queue=2)
    first = site.upload().json()
    assert held.began.wait(60)
    waiting = [site.upload(fakes.voice(seed=2 + i)).json() for i in range(2)]
    assert [job["position"] for job in waiting] == [2, 3]
    busy = site.upload(fakes.voice(seed=9), status=503)
    assert int(busy.headers["retry-after"]) >= 1
    assert "busy: 2 recordings wait" in busy.json()["error"]
    assert len(list(site.web.jobs.folder.iterdir())) == 3
    now = site.get(f"{first['url']}.json").json()
    assert (now["state"], now["stage"], now["position"]) == ("working", "transcribe", 0)
    assert "3 in the queue" in site.get(waiting[1]["url"]).text
    assert "transcribing the words" in site.get(first["url"]).text
    assert site.get("/health").json()["waiting"] == 2
    held.go.set()
    for job in (first, *waiting):
        assert site.wait(job["id"])["state"] == "done"


def test_how_far_it_is_is_said_from_the_first_second(site_with):
    """What the browser says of the length is enough for a percentage and the time left; nonsense is not believed."""
    held = Held()
    site = site_with(held)
    first, odd, long = (
        site.upload(fakes.voice(seed=n), seconds=said).json() for n, said in ((1, "95.5"), (2, "-3"), (3, "1e9"))
    )
    assert held.began.wait(60)
    now = site.get(f"{first['url']}.json").json()
    assert (now["length_s"], now["stage"]) == (95.5, "transcribe")
    assert now["left_s"] >= 1
    assert 0 <= now["percent"] < 100
    assert site.get(f"{odd['url']}.json").json()["length_s"] is None
    assert site.get(f"{long['url']}.json").json()["length_s"] == site.web.config.max_seconds
    held.go.set()
    assert site.wait(long["id"])["state"] == "done"


def test_a_waiting_upload_can_be_deleted(site_with):
    """Deleting an upload that waits takes it out of the queue; the next one moves up."""
    held = Held()
    site = site_with(held)
    site.upload()
    assert held.began.wait(60)
    second, third = (site.upload(fakes.voice(seed=n)).json() for n in (2, 3))
    site.post(f"{second['url']}/delete")
    assert site.get(f"{third['url']}.json").json()["position"] == 2
    assert site.get(f"{second['url']}.json", 410).json()["state"] == "deleted"
    held.go.set()
    assert site.wait(third["id"])["state"] == "done"
    assert site.get(f"{second['url']}.json", 410).json()["state"] == "deleted"


def test_unkept_uploads_are_deleted_in_time(site):
    """After the stated time an upload's files are gone and its page says so; a day later its id is forgotten."""
    job = site.checked()
    held = site.web.jobs.get(job["id"])
    now = site.web.jobs.clock()
    folder = held.folder
    site.web.jobs.clock = lambda: now + site.web.config.keep_s - 5
    site.get(job["url"])
    site.web.jobs.clock = lambda: now + site.web.config.keep_s + 5
    site.web.jobs.sweep()
    assert not folder.exists()
    site.get(job["url"], 410)
    site.web.jobs.clock = lambda: now + 3 * 86400
    site.web.jobs.sweep()
    site.get(job["url"], 404)


def test_a_restart_reports_jobs_as_lost(site_with, tmp_path):
    """After a stop nothing of an upload is left on disk, and the next server says "lost" to its id, not "unknown"."""
    first = site_with()
    job = first.checked()
    folder = first.web.jobs.folder
    first.client.__exit__(None, None, None)
    assert not folder.exists()
    second = site_with()
    lost = second.get(f"{job['url']}.json", 410).json()
    assert lost["state"] == "lost"
    assert "Upload it again" in second.get(job["url"], 410).text
    second.get("/jobs/never-there", 404)
    assert b"tom.wav" not in first.web.jobs.record.read_bytes()


def test_leftovers_of_a_crash_are_deleted_at_the_start(tmp_path):
    """Uploads that a killed server left behind are deleted by the next start."""
    left = tmp_path / "takes" / "x" / "secret.wav"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"a voice")
    jobs = Jobs(Inline(fakes.Quick), tmp_path / "takes", tmp_path / "jobs.json", limit=1, keep_s=60, finish=lambda a: a)
    jobs.start()
    assert not left.exists()
    jobs.stop()


@pytest.fixture(scope="module")
def worker():
    """One worker process for the tests of this file that need a real one."""
    made = Worker(fakes.picky, timeout_s=90)
    yield made
    made.stop()


@pytest.fixture
def site_with_worker(site_with, worker):
    """An app with that process; it is not stopped with the app."""

    class Lent:
        state = property(lambda self: worker.state)
        start, run, kill = worker.start, worker.run, worker.kill

        def stop(self):
            return

    return site_with(Lent())


def test_the_worker_process_analyses_dies_and_comes_back(site_with_worker, worker):
    """A recording is analysed in another process; one that kills the process fails alone, and the next is analysed again."""
    site = site_with_worker
    job = site.checked()
    assert job["state"] == "done", job["error"]
    assert job["analysis"]["duration_s"] == pytest.approx(6.0, abs=1.5)
    before = worker.pid
    assert before not in (None, os.getpid())
    deadly = site.checked(fakes.voice(seed=4, seconds=2.0), "deadly.wav")
    assert deadly["state"] == "failed"
    assert "died" in deadly["error"]
    again = site.checked(fakes.voice(seed=5))
    assert again["state"] == "done", again["error"]
    assert worker.pid != before


def test_a_killed_worker_fails_its_job_alone(site_with_worker, worker):
    """When the process is killed from outside in the middle of a job, that job says so and the next one works."""
    site = site_with_worker
    slow = site.upload(fakes.voice(seed=6, seconds=3.0)).json()
    end = time.monotonic() + 60
    while site.get(f"{slow['url']}.json").json()["stage"] != "transcribe" and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    assert "died" in site.wait(slow["id"])["error"]
    # deleting a running job stops its work at once
    slow = site.upload(fakes.voice(seed=7, seconds=3.0)).json()
    end = time.monotonic() + 60
    while site.get(f"{slow['url']}.json").json()["stage"] != "transcribe" and time.monotonic() < end:
        time.sleep(0.02)
    site.post(f"{slow['url']}/delete")
    assert site.checked(fakes.voice(seed=8))["state"] == "done", "the deleted job held up the next"


def test_a_job_that_takes_too_long_is_stopped(site_with_worker, worker, monkeypatch):
    """Work beyond the time limit is stopped with a sentence that says what to do."""
    monkeypatch.setattr(worker.pool, "timeout_s", 0.5)
    job = site_with_worker.checked(fakes.voice(seed=9, seconds=3.0))
    assert job["state"] == "failed"
    assert "longer than 0 s" in job["error"] or "longer than 1 s" in job["error"]
    assert "VMAUDIO_UPLOAD_TIMEOUT_S" in job["error"]


def test_a_worker_without_weights_says_why(site_with):
    """When the recogniser cannot be loaded, uploads fail with its sentence, the first page shows it and health is degraded."""
    worker = Worker(fakes.broken)
    site = site_with(worker)
    job = site.checked()
    assert job["state"] == "failed"
    assert "Install vmaudio[weights]" in job["error"]
    assert "Install vmaudio[weights]" in site.get("/").text
    assert site.get("/health").json()["status"] == "degraded"


def test_the_worker_is_ready_before_the_first_upload(site_with):
    """Once its process has begun, health says ready without any upload; with a broken one it says so."""
    for factory, expected in ((fakes.picky, "ready"), (fakes.broken, "broken")):
        site = site_with(Worker(factory), port=8000 + len(expected))
        end = time.monotonic() + 120
        while (state := site.get("/health").json()["worker"]) == "starting" and time.monotonic() < end:
            time.sleep(0.05)
        assert state == expected


def test_what_was_forgotten_elsewhere_is_tidied_away(site_with, tmp_path):
    """A recording whose message was deleted by the command line goes at the next start; those of another database stay."""
    first = site_with()
    kept = []
    for seed in (1, 2):
        job = first.checked(fakes.voice(seed=seed))
        first.post(f"{job['url']}/keep", data={"rep": "Tom"})
        kept.append(next(a for a in first.store.analyses() if a.message.message_id == first.web.jobs.get(job["id"]).kept_as))
    folders = [Path(one.source).parent for one in kept]
    forget(first.store, [kept[0].message.message_id])
    for folder in folders:
        os.utime(folder, (1, 1))
    site_with(db=str(tmp_path / "other.sqlite"), port=8001)
    assert all(folder.exists() for folder in folders)
    site_with(port=8002)
    assert [folder.exists() for folder in folders] == [False, True]


def test_what_a_killed_server_left_behind_goes_at_the_next_start(site_with, tmp_path):
    """Folders of a server that is gone are deleted by the next one, whatever its port; those of one that runs are not."""
    running = site_with(port=8001)
    job = running.checked()
    left = tmp_path / "web" / "takes-9999" / "x" / "secret.wav"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"a voice")
    (tmp_path / "web" / "server-9999.lock").touch()
    site_with(port=8002)
    assert not left.parents[1].exists()
    assert running.web.jobs.get(job["id"]).path.exists()
    assert sorted(path.name for path in (tmp_path / "web").glob("*.lock")) == ["server-8001.lock", "server-8002.lock"]
