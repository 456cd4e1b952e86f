"""What every reader promises, tried on each that ships; and the list of them."""

from __future__ import annotations

import contextlib
import os
import socket
import tomllib
from pathlib import Path

import pytest

from tests.intake.places import PLACES
from vmaudio.errors import PluginError, SettingError, VmaudioError
from vmaudio.intake.sources import registry
from vmaudio.intake.sources.registry import SOURCES, all_sources, find_source, read_place, recognise, source_names, summary
from vmaudio.intake.sources.source import REASONS, LeftOut, ReadOptions, Source
from vmaudio.plugins import LazyEntry
from vmaudio.records import Message

NAMES = list(SOURCES)


@pytest.fixture
def options(tmp_path):
    return ReadOptions(keep=tmp_path / "kept")


@pytest.fixture
def place(request, tmp_path):
    make, _, _ = PLACES[request.param]
    folder = tmp_path / "there"
    folder.mkdir()
    return make(folder)


def everything_in(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and its time."""
    paths = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_every_source_has_a_place_here():
    """A reader that ships without being tried is a fault; and the packaging names the same ones in the same order."""
    assert set(PLACES) == set(SOURCES)
    project = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))
    assert list(project["project"]["entry-points"]["vmaudio.sources"].items()) == list(SOURCES.items())
    assert [one.name for one in all_sources()[0]][-1] == "files"


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    """Name, title and what it reads, for `vmaudio intake list`."""
    source = find_source(name)
    assert (source.name, bool(source.title), bool(source.reads)) == (name, True, True)


@pytest.mark.parametrize(("name", "place"), [(name, name) for name in NAMES], indirect=["place"])
def test_it_is_known_by_looking_and_read_alike_each_time(name, place, options):
    """The same ids each time, each once; every source is a file; what is left out says why; the place stays as it is."""
    _, messages, left_out = PLACES[name]
    before = everything_in(place)
    assert recognise(place).name == name
    first, second = (read_place(place, options=options) for _ in range(2))
    assert (first.source, len(first.messages), len(first.left_out)) == (name, messages, left_out)
    assert first == second == read_place(place, source=name, options=options)
    ids = [one.message_id for one in first.messages]
    assert len(set(ids)) == len(ids)
    assert all(0 < len(one) <= 200 for one in ids)
    assert all(os.path.getsize(one.source) for one in first.messages)
    assert all(one.reason in REASONS for one in first.left_out)
    assert everything_in(place) == before


@pytest.mark.parametrize(("name", "place"), [(name, name) for name in NAMES], indirect=["place"])
def test_moved_elsewhere_it_has_the_same_ids(name, place, options, tmp_path):
    """A copy of the place on another disk has the same messages; plain files are known by their paths alone."""
    if name == "files":
        return
    before = {one.message_id for one in read_place(place, options=options).messages}
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    place = place.rename(moved / place.name)
    assert {one.message_id for one in read_place(place, options=options).messages} == before


@pytest.mark.parametrize(("name", "place"), [(name, name) for name in NAMES], indirect=["place"])
def test_it_opens_no_connection(name, place, options, monkeypatch):
    """Reading is offline."""

    def refuse(*_args, **_more):
        raise AssertionError("a reader opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    assert list(find_source(name).read(place, options))


@pytest.mark.parametrize("name", NAMES)
def test_it_recognises_nothing_where_nothing_is(name, tmp_path):
    """A missing path, an empty folder, an empty file, a file of noise, a pipe: no error, and only files claims them."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "none.csv").write_bytes(b"")
    (tmp_path / "noise.json").write_bytes(bytes(range(256)) * 50)
    os.mkfifo(tmp_path / "pipe.eml")
    source = find_source(name)
    for what in ("gone", "empty", "none.csv", "noise.json", "pipe.eml"):
        path = tmp_path / what
        assert source.recognises(path) is (name == "files" and path.exists()), what


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("place", NAMES, indirect=True)
def test_broken_places_end_in_messages_or_a_sentence(name, share, place, options):
    """Every file of every place cut off: any reader gives messages, names what it leaves out, or raises a sentence."""
    for path in everything_in(place):
        data = Path(path).read_bytes()
        Path(path).write_bytes(data[: int(share * len(data))])
    with contextlib.suppress(VmaudioError):
        found = list(find_source(name).read(place, options))
        assert all(isinstance(one, (Message, LeftOut)) for one in found)


def test_an_unknown_source_is_a_sentence(tmp_path):
    """It names those that there are."""
    with pytest.raises(SettingError, match=r"no source 'dictaphone'. Known: asterisk, .*files"):
        read_place(tmp_path, source="dictaphone")


def test_a_named_source_that_finds_nothing_says_so(tmp_path):
    """`--source asterisk` on a folder of plain files is a mistake, not an empty result."""
    with pytest.raises(SettingError, match="nothing in it that the source asterisk reads"):
        read_place(tmp_path, source="asterisk")


class Dictaphone(Source):
    """A reader of another package."""

    name, title, reads = "dictaphone", "Dictaphones", ".dvf"

    def recognises(self, path):
        return path.suffix == ".dvf"

    def read(self, path, options):
        yield Message(str(path), rep="Ann")


class Clumsy(Dictaphone):
    """A reader that stumbles while it looks."""

    def recognises(self, path):
        raise OSError("no")


def test_a_reader_that_stumbles_keeps_nobody_from_theirs(monkeypatch, tmp_path, caplog):
    """It is named in a warning, and the next is asked."""
    entries = {
        "clumsy": LazyEntry("vmaudio.sources", "clumsy", f"{__name__}:Clumsy", "vm-clumsy 1.0"),
        "files": LazyEntry("vmaudio.sources", "files", SOURCES["files"], "vmaudio"),
    }
    monkeypatch.setattr(registry, "load_group", lambda group, shipped: entries)
    assert recognise(tmp_path).name == "files"
    assert "cannot look at" in caplog.text


def test_another_package_brings_a_reader(monkeypatch, tmp_path):
    """It is asked before plain files; what is no reader is an error that names its package and stops nobody else."""
    entries = {
        **{name: LazyEntry("vmaudio.sources", name, value, "vmaudio") for name, value in SOURCES.items()},
        "dictaphone": LazyEntry("vmaudio.sources", "dictaphone", f"{__name__}:Dictaphone", "vm-dvf 1.0"),
        "broken": LazyEntry("vmaudio.sources", "broken", f"{__name__}:NAMES", "vm-broken 2.0"),
    }
    monkeypatch.setattr(registry, "load_group", lambda group, shipped: entries)
    (tmp_path / "a.dvf").write_bytes(b"x")
    assert source_names() == (*[name for name in SOURCES if name != "files"], "dictaphone", "broken", "files")
    assert read_place(tmp_path / "a.dvf").messages[0].rep == "Ann"
    with pytest.raises(PluginError, match=r"vm-broken 2\.0 .*is no Source, but a list"):
        find_source("broken")
    assert len(all_sources()[1]) == 1


def test_a_summary_counts_and_names():
    """A line for each reason, with a few names."""
    lines = list(summary([LeftOut(f"{i}.wav", "greeting", "2001@default") for i in range(6)] + [LeftOut("x", "copy")]))
    assert lines[0].startswith("6 left out, greetings of a mailbox's owner: 0.wav (2001@default), 1.wav")
    assert lines[0].endswith(" and 2 more")
    assert lines[1] == "1 left out, copies of a message that is counted already: x"
