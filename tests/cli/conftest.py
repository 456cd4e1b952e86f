"""Run the command line in this process, with a recogniser that knows the words."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

import pytest

from vmaudio.cli.root import main
from vmaudio.testing import FakeTranscriber

SAID = (
    "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Tom Becker with Acme Copiers. "
    "Please call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye."
)


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def fake(monkeypatch):
    """Every analyzer built from the settings gets this transcriber."""
    transcriber = FakeTranscriber(default=SAID)
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: transcriber)
    return transcriber


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Call ``vmaudio ARGS``; gives exit code, stdout and stderr. The database is a temporary one."""
    monkeypatch.setenv("VMAUDIO_DB", str(tmp_path / "cli.sqlite"))

    def run(*args: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["vmaudio", *map(str, args)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        found = capsys.readouterr()
        return Result(int(caught.value.code or 0), found.out, found.err)

    return run
