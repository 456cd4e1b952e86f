"""The contract of the batch engines, kept by Ray: `make test-ray` installs Ray and runs these. The actors are real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from importlib.util import find_spec

import pytest

from tests.analysis import handlers
from vmaudio.analysis import get_batch_engine, ray_engine, run_batch
from vmaudio.analysis.ray_engine import Lengths, RayEngine
from vmaudio.errors import ExtraMissing, SettingError
from vmaudio.records import Failure, Message
from vmaudio.store import open_store


def with_ray():
    """Skip without Ray, which is too heavy for every test run."""
    if find_spec("ray") is None:
        pytest.skip("Ray (80 MB, 200 unpacked) is not installed; make test-ray does it")


@pytest.fixture
def store(tmp_path):
    """A store of this test's."""
    opened = open_store(str(tmp_path / "counts.sqlite"))
    yield opened
    opened.close()


def files(folder, names):
    """Messages whose files hold their names."""
    for name in names:
        (folder / name).write_bytes(name.encode())
    return [Message(str(folder / name)) for name in names]


def same(results, messages):
    """Every message has one result."""
    return sorted(result.source for result in results) == sorted(message.source for message in messages)


@pytest.mark.parametrize("count", [1, 16, 17, 100])
def test_as_many_results_as_messages(tmp_path, store, count):
    """Around the size of a batch; one file is not there, and some fail in the actor: nothing is lost, nothing stops."""
    with_ray()
    messages = [*files(tmp_path, [f"{i}.wav" for i in range(count)]), Message(str(tmp_path / "gone.wav"))]
    seen = []
    summary = run_batch(RayEngine(handlers.instant, workers=2), iter(messages), store, on_result=seen.append)
    assert summary.total == count + 1
    assert same(seen, messages)
    assert [one.stage for one in seen if one.source.endswith("gone.wav")] == ["read"]


def test_what_is_stored_is_not_measured_again(tmp_path, store):
    """A second run over the same bytes only scores them."""
    with_ray()
    messages = files(tmp_path, [f"{i}.wav" for i in range(20)])
    first = run_batch(RayEngine(handlers.by_bytes, workers=1), messages, store)
    second = run_batch(RayEngine(handlers.by_bytes, workers=1), messages, store)
    assert (first.analysed, first.failed) == (second.stored, second.failed) == (20, 0)
    assert (second.analysed, second.total) == (0, 20)


def test_a_killed_actor_costs_a_retry(tmp_path, store):
    """What kills its actor twice is a failure; everything else has its result, and that failure says what happened."""
    with_ray()
    messages = files(tmp_path, ["0.wav", "die.wav", *(f"{i}.wav" for i in range(1, 30))])
    seen = []
    run_batch(RayEngine(handlers.by_bytes, workers=2), messages, store, on_result=seen.append)
    assert same(seen, messages)
    (failed,) = [one for one in seen if isinstance(one, Failure)]
    assert failed.error == "WorkerDied"
    assert "died 2 times" in failed.message


def test_an_actor_that_is_killed_from_outside(tmp_path, store):
    """The system kills an actor in the middle of its work: its batch is done by another."""
    with_ray()
    messages = files(tmp_path, [f"{i}.wav" for i in range(12)])
    engine = RayEngine(handlers.slow, workers=2)
    seen, killed = [], []

    def on_result(result):
        seen.append(result)
        if not killed:
            killed.extend(engine.pool.pids[:1])
            os.kill(killed[0], signal.SIGKILL)

    summary = run_batch(engine, messages, store, on_result=on_result)
    assert killed
    assert same(seen, messages)
    assert (summary.analysed, summary.failed) == (12, 0)


def test_models_are_loaded_once_for_each_actor(tmp_path, store, monkeypatch):
    """Ten batches, two loads."""
    with_ray()
    monkeypatch.setattr(ray_engine, "BATCH_S", 10.0)
    (tmp_path / "loads").mkdir()
    messages = files(tmp_path, [f"{i}.wav" for i in range(100)])
    build = partial(handlers.counted, folder=str(tmp_path / "loads"), loads=2)
    run_batch(RayEngine(build, workers=2), messages, store)
    assert len(list((tmp_path / "loads").iterdir())) == 2


def wav(seconds):
    """A header that says 32,000 bytes a second, and silence."""
    size = int(32000 * seconds)
    head = b"RIFF" + (size + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    return head + b"\1\0\1\0" + (16000).to_bytes(4, "little") + (32000).to_bytes(4, "little") + b"\2\0\x10\0data" + bytes(size)


def test_batches_are_bounded_in_seconds_of_audio(tmp_path):
    """Short messages travel together, a long recording alone; what is read ahead is one message."""
    engine = RayEngine(handlers.instant, workers=1)
    lengths = [20] * 20 + [900] + [20] * 3
    for number, seconds in enumerate(lengths):
        (tmp_path / f"{number}.wav").write_bytes(wav(seconds))
    source = iter([Message(str(tmp_path / f"{number}.wav")) for number in range(len(lengths))])
    sizes = []
    while batch := engine._take(source):
        sizes.append(len(batch))
    assert sizes == [15, 5, 1, 3]


def test_lengths_are_learned():
    """Without a header the first file counts as a telephone line, later ones as the earlier of that ending."""
    lengths = Lengths()
    assert lengths.guess("a.mp3", bytes(16000)) == 2.0
    lengths.learn("a.mp3", bytes(16000), 4.0)
    assert lengths.guess("S3://b/c.MP3", bytes(8000)) == 2.0
    assert lengths.guess("a.ogg", bytes(8000)) == 1.0


def test_ray_client_is_refused():
    """It streams nothing: the sentence says what to do instead."""
    with pytest.raises(SettingError, match="Ray Client does not stream"):
        RayEngine(handlers.instant, address="ray://127.0.0.1:10001")


def test_without_ray_a_sentence_says_what_to_install(monkeypatch):
    """`--on ray` without the extra."""
    monkeypatch.setitem(sys.modules, "ray", None)
    engine = get_batch_engine("ray")
    with pytest.raises(ExtraMissing, match=r"pip install 'vmaudio\[ray\]'"):
        assert engine.key


def test_a_cluster_by_its_address(tmp_path):
    """A cluster that somebody else started is used, and left as it was."""
    with_ray()
    own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environ = {
        **own, "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": "0" * 64,
    }  # fmt: skip
    script = (
        "import ray, sys; made = ray.init(address='local', num_cpus=2, include_dashboard=False);"
        " print(made.address_info['gcs_address'], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as head:  # fmt: skip
        address = head.stdout.readline().strip()
        code = f"""
from tests.analysis import handlers
from vmaudio.analysis.ray_engine import RayEngine
from vmaudio.records import Message
engine = RayEngine(handlers.instant, address={address!r})
print(engine.workers, len(list(engine.run([Message({str(tmp_path / "a.wav")!r})] * 3))))
"""
        files(tmp_path, ["a.wav"])
        done = [subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True) for _ in range(2)]
        head.stdin.close()
    assert [one.stdout.strip() for one in done] == ["2 3", "2 3"], done[0].stderr
