"""Recordings in an S3 store: moto's server on loopback. `make test-storage` installs what is needed and runs these."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis import run_batch
from vmaudio.analysis.engines import InlineEngine
from vmaudio.audio import read_source
from vmaudio.errors import SourceEmpty, SourceMissing, SourceRefused, SourceTooLarge
from vmaudio.records import Failure, Message
from vmaudio.store import open_store

WORD, SECRET = "AKIDOWNEXAMPLE", "b3duLXNlY3JldC1vZi10aGUtdGVzdA"

if find_spec("moto") is None or find_spec("s3fs") is None:
    pytest.skip("moto and s3fs (330 MB) are not installed; make test-storage does it", allow_module_level=True)


@pytest.fixture(scope="module")
def server():
    """Moto's server, and what was asked of it, line by line."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": "3"}  # who asks is checked after the user was made
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture(scope="module")
def bucket(server):
    """A bucket that one key may read and nobody else: returns the client that fills it, and that key."""
    import boto3

    def client(name, key="anyone", word="anything"):
        return boto3.client(
            name, endpoint_url=server, region_name="us-east-1", aws_access_key_id=key, aws_secret_access_key=word
        )

    iam = client("iam")
    iam.create_user(UserName="reader")
    made = iam.create_access_key(UserName="reader")["AccessKey"]
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    iam.put_user_policy(UserName="reader", PolicyName="all", PolicyDocument=json.dumps(allowed))
    s3 = client("s3", made["AccessKeyId"], made["SecretAccessKey"])
    s3.create_bucket(Bucket="calls")
    return s3, made["AccessKeyId"], made["SecretAccessKey"]


@pytest.fixture
def put(server, bucket, monkeypatch):
    """Put an object into the bucket. The environment has the server's address and the key, as the provider's tools read it."""
    import s3fs

    s3, key, word = bucket
    for name, value in {
        "AWS_ENDPOINT_URL": server, "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": word, "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true", "VMAUDIO_STORAGE": "s3://calls/2026",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()

    def put(name, data):
        s3.put_object(Bucket="calls", Key=name, Body=data)
        return f"s3://calls/{name}"

    yield put
    s3fs.S3FileSystem.clear_instance_cache()


def test_the_bytes_come_back(put):
    """An object is read as a file is; blanks and signs in its name are its name."""
    data = bytes(range(256)) * 4000
    assert read_source(put("2026/a b/+1 (303) 555-0123.wav", data)) == data


def test_no_more_than_the_limit_is_fetched(put, monkeypatch):
    """Of an object of 30 MB the server sends the limit and one byte: nothing is read ahead."""
    import s3fs

    asked = []
    fetch = s3fs.core.S3File._fetch_range
    monkeypatch.setattr(s3fs.core.S3File, "_fetch_range", lambda self, a, b: asked.append((a, b)) or fetch(self, a, b))
    with pytest.raises(SourceTooLarge, match="more than the limit"):
        read_source(put("2026/large.wav", bytes(30 << 20)), max_bytes=1 << 20)
    assert asked == [(0, (1 << 20) + 1)]


def test_what_is_missing_or_empty(put):
    """Each has its sentence; so has a bucket that is not there, or not named."""
    put("2026/1.wav", b"x")
    with pytest.raises(SourceMissing, match="does not exist"):
        read_source("s3://calls/2026/gone.wav")
    with pytest.raises(SourceEmpty, match="0 bytes"):
        read_source(put("2026/empty.wav", b""))
    with pytest.raises(SourceMissing, match="no place that may be opened"):
        read_source("s3://other/1.wav")


@pytest.mark.parametrize("wrong", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "both", "none"])
def test_wrong_keys_are_one_sentence(put, monkeypatch, wrong):
    """A key that may not read, and none at all: refused, and neither the key nor its secret is repeated."""
    import s3fs

    url = put("2026/1.wav", b"x")
    for name, value in (("AWS_ACCESS_KEY_ID", WORD), ("AWS_SECRET_ACCESS_KEY", SECRET)):
        if wrong in (name, "both"):
            monkeypatch.setenv(name, value)
        if wrong == "none":
            monkeypatch.delenv(name)
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(SourceRefused) as caught:
        read_source(url)
    assert str(caught.value).startswith(f"{url} cannot be read (")
    assert not any(one in str(caught.value) for one in (WORD, SECRET, os.environ.get("AWS_SECRET_ACCESS_KEY", WORD)))


def test_a_batch_resumes_and_stores_no_key(put, bucket, tmp_path, monkeypatch):
    """A run that meets a missing object goes on; the next one measures that alone; no byte of the data folder holds the key."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_voice(tmp_path / "voice.wav", 2.0)
    sound = (tmp_path / "voice.wav").read_bytes()
    (tmp_path / "voice.wav").unlink()
    messages = [Message(put(f"2026/{i}.wav", sound + bytes([i])), rep="Ann") for i in range(3)]
    messages.append(Message("s3://calls/2026/late.wav", rep="Ann"))
    with open_store("") as store:
        seen = []
        first = run_batch(InlineEngine(analyzer()), messages, store, on_result=seen.append)
        assert (first.analysed, first.failed) == (3, 1)
        assert [one.error for one in seen if isinstance(one, Failure)] == ["SourceMissing"]
        put("2026/late.wav", sound + b"late")
        import s3fs

        s3fs.S3FileSystem.clear_instance_cache()
        second = run_batch(InlineEngine(analyzer()), messages, store)
        assert (second.analysed, second.stored, second.failed) == (1, 3, 0)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        held = path.read_bytes()
        assert not [word for word in bucket[1:] if word.encode() in held], path


def test_no_request_leaves_without_being_named(put, monkeypatch):
    """An object of an allowed bucket outside the allowed folder is not asked for."""
    import fsspec

    url = put("2025/1.wav", b"x")
    monkeypatch.setattr(fsspec, "open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(SourceMissing):
        read_source(url)
