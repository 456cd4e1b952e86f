"""Recordings in stores of objects: read within a limit, below the places that are allowed, and without keys in any sentence."""

import fsspec
import pytest

from tests.lines import analyzer, voice
from vmaudio.audio import read_source
from vmaudio.errors import ExtraMissing, SourceEmpty, SourceMissing, SourceRefused, SourceTooLarge
from vmaudio.records import Failure, Message
from vmaudio.store import open_store
from vmaudio.testing import encode

PLACE = "memory://calls/2026"


@pytest.fixture
def put(monkeypatch):
    """Put an object into fsspec's store in memory; the place above is allowed."""
    monkeypatch.setenv("VMAUDIO_STORAGE", f"s3://other {PLACE}/")
    memory = fsspec.filesystem("memory")

    def put(url: str, data: bytes) -> str:
        memory.pipe(url, data)
        return url

    yield put
    memory.store.clear()


def test_the_bytes_come_back(put):
    """Below an allowed place an object is read as a file is."""
    assert read_source(put(f"{PLACE}/a b/1.wav", b"RIFF")) == b"RIFF"


def test_no_more_than_the_limit_is_fetched(put, monkeypatch):
    """A large object is refused, an empty one and one that is not there too, each with a sentence."""
    read = []
    real = fsspec.implementations.memory.MemoryFile.read
    monkeypatch.setattr(
        fsspec.implementations.memory.MemoryFile, "read", lambda self, size=-1: read.append(size) or real(self, size)
    )
    with pytest.raises(SourceTooLarge, match="more than the limit"):
        read_source(put(f"{PLACE}/large.wav", b"x" * 1000), max_bytes=100)
    assert read == [101]
    with pytest.raises(SourceEmpty, match="0 bytes"):
        read_source(put(f"{PLACE}/empty.wav", b""))
    with pytest.raises(SourceMissing, match="does not exist"):
        read_source(f"{PLACE}/nowhere.wav")


@pytest.mark.parametrize(
    "url",
    [
        "memory://calls/2025/a.wav", "memory://calls/2026secret/a.wav", f"{PLACE}/../2025/a.wav", f"simplecache::{PLACE}/a.wav",
        f"{PLACE}/a.wav::memory://calls/2025/a.wav", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_nothing_else_is_opened(put, monkeypatch, url):
    """A URL elsewhere, a way out of the place and a chain of readers are refused before anything is opened."""
    put("memory://calls/2025/a.wav", b"secret")
    monkeypatch.setattr(fsspec, "open", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(SourceMissing):
        read_source(url)
    monkeypatch.delenv("VMAUDIO_STORAGE")
    with pytest.raises(SourceMissing, match="VMAUDIO_STORAGE"):
        read_source(f"{PLACE}/a.wav")


@pytest.mark.parametrize("url", ["s3://key:word@other/a.wav", "s3://other/a.wav?X-Amz-Signature=word", "s3://other/a.wav#word"])
def test_no_key_in_a_url(put, url):
    """What would be stored with the source is refused, and not repeated."""
    with pytest.raises(SourceRefused) as caught:
        read_source(url)
    assert "word" not in str(caught.value).replace("password", "")


def test_a_providers_error_is_one_sentence(put, monkeypatch):
    """Its words may quote a key: they are left out. A package that is missing is named."""

    def fail(error):
        def opened(*_, **__):
            raise error

        return opened

    monkeypatch.setattr(fsspec, "open", fail(RuntimeError("key AKIA1 is wrong")))
    with pytest.raises(SourceRefused, match=r"\(RuntimeError\)") as caught:
        read_source("s3://other/a.wav")
    assert "AKIA1" not in str(caught.value)
    monkeypatch.setattr(fsspec, "open", fail(ImportError("s3fs")))
    with pytest.raises(ExtraMissing, match=r"vmaudio\[storage\]"):
        read_source("s3://other/a.wav")


def test_a_message_by_url_is_analysed(put, tmp_path):
    """Its name and source are the URL's; of one that holds a key the key is stored nowhere."""
    there = put(f"{PLACE}/tom.wav", encode(voice()))
    found = analyzer(default="Hi Dana.").analyze(Message(there))
    assert (found.source, found.file_name, found.transcript.text) == (there, "tom.wav", "Hi Dana.")
    (failed,) = analyzer().analyze_many([Message("s3://me:word@other/b.wav?part=2&X-Amz-Signature=word")])
    assert isinstance(failed, Failure)
    with open_store(tmp_path / "vm.sqlite") as store:
        store.save_failure(failed)
        (kept,) = store.failures()
    assert (kept.source, kept.file_name) == ("s3://other/b.wav?part=2", "b.wav?part=2")
    assert "word" not in str(kept).replace("password", "")
