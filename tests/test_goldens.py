"""The rule for golden measures: what moves without a version fails, and cannot be accepted."""

from __future__ import annotations

import json

import pytest

from tests import goldens
from vmaudio.records import MEASURE_VERSIONS

STAGES = {"pauses": ("vad", "prosody"), "words": ("transcribe",)}
TOLERANCES = {"pauses": 1.0, "words": 2.0}


@pytest.fixture
def stored(tmp_path):
    """A golden file of one recording, with the versions given."""

    def store(**versions: int):
        data = {"measure_versions": {**MEASURE_VERSIONS, **versions}, "measures": {"a": {"pauses": 8.0, "words": 68.0}}}
        (tmp_path / "m.json").write_text(json.dumps(data), "utf-8")
        return lambda **found: goldens.check_measures("m.json", {"a": found}, TOLERANCES, STAGES, tmp_path)

    return store


def test_within_tolerance_passes(stored):
    """A little movement is no movement."""
    stored()(pauses=9.0, words=67.0)


@pytest.mark.parametrize("accept", ["0", "1"])
def test_what_moves_without_a_version_fails(stored, monkeypatch, accept):
    """The stages that make the measure are named; accepting is refused as well."""
    monkeypatch.setenv("VMAUDIO_ACCEPT", accept)
    with pytest.raises(AssertionError, match=r"a: pauses is 12.*raise MEASURE_VERSIONS of vad or prosody"):
        stored(transcribe=0)(pauses=12.0, words=68.0)


def test_with_a_version_it_wants_to_be_accepted(stored, monkeypatch, tmp_path):
    """A measure that moves with its stage's version fails until it is accepted; then the file holds both."""
    check = stored(vad=0)
    with pytest.raises(AssertionError, match="if that is right: make accept"):
        check(pauses=12.0, words=68.0)
    monkeypatch.setenv("VMAUDIO_ACCEPT", "1")
    check(pauses=12.0, words=68.0)
    monkeypatch.delenv("VMAUDIO_ACCEPT")
    check(pauses=12.0, words=68.0)
    assert json.loads((tmp_path / "m.json").read_text("utf-8"))["measure_versions"] == dict(MEASURE_VERSIONS)


def test_a_version_alone_wants_to_be_accepted(stored):
    """A raised version is taken over on purpose, even where no measure moved."""
    with pytest.raises(AssertionError, match="another version"):
        stored(vad=0)(pauses=8.0, words=68.0)
