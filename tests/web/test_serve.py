"""`vmaudio serve`: what it asks for before it listens."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from vmaudio.cli.root import cli
from vmaudio.errors import SettingError


def run(*args: str, **more):
    return CliRunner().invoke(cli, ["serve", *args], **more)


def test_other_machines_need_a_password(tmp_path, monkeypatch):
    """With another host than this machine and no password, nothing is opened and the cure is named."""
    monkeypatch.setenv("VMAUDIO_DB", str(tmp_path / "x.sqlite"))
    error = run("--host", "0.0.0.0", "--port", "0").exception  # noqa: S104
    assert isinstance(error, SettingError)
    assert "VMAUDIO_PASSWORD" in str(error)
    assert not (tmp_path / "x.sqlite").exists()


def test_a_taken_port_is_said_before_anything_is_touched(tmp_path, monkeypatch):
    """A port that is taken is a sentence; the folder of the server that has it is not touched."""
    monkeypatch.setenv("VMAUDIO_WEB_DIR", str(tmp_path / "web"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        error = run("--port", str(taken.getsockname()[1])).exception
    assert isinstance(error, SettingError)
    assert "Give another --port" in str(error)
    assert not (tmp_path / "web").exists()


def test_the_password_may_come_from_a_file(tmp_path):
    """An empty password file and a short password are refused."""
    empty, short = tmp_path / "empty", tmp_path / "short"
    empty.write_text("\n")
    short.write_text("abc\n")
    assert "first line is empty" in str(run("--port", "0", "--password-file", str(empty)).exception)
    assert "shorter" in str(run("--port", "0", "--password-file", str(short)).exception)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_server_starts_answers_and_stops(tmp_path):
    """The command serves the first page on a free port without the recogniser's weights, and Ctrl-C ends it cleanly."""
    env = {
        **os.environ, "VMAUDIO_DB": str(tmp_path / "x.sqlite"), "VMAUDIO_WEB_DIR": str(tmp_path / "web"),
        "VMAUDIO_ENGINE": "openai-whisper:nothing",
    }  # fmt: skip
    command = [sys.executable, "-m", "vmaudio", "serve", "--port", "0"]
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            line = next(line for line in process.stderr if "Open " in line)
            url = re.search(r"http://[\d.:]+", line).group(0)
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"{url}/health", timeout=10) as answer:  # noqa: S310 - our own server
                        assert json.load(answer)["queue"] == 8
                    break
                except ConnectionError:
                    continue
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)
        assert process.returncode in (0, 130, -signal.SIGINT)
    assert not (tmp_path / "web" / "takes-0").exists()
    assert [path.name for path in (tmp_path / "web").iterdir() if path.name.startswith("takes")] == []
