"""The committed samples: sound, truth and tables agree, and the scripts say what the tables say."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from samples import scripts
from samples.check import check
from vmaudio.records import APPROACHES

SAMPLES = Path(__file__).resolve().parents[1] / "samples"


@pytest.fixture(scope="module")
def truths():
    return [json.loads(p.read_text(encoding="utf-8")) for p in sorted(SAMPLES.glob("[0-9]*.json"))]


def _table(name):
    with (SAMPLES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_the_folder_is_whole():
    """Every recording decodes with vmaudio, has a truth of the same length and bytes, and stands in the manifest."""
    assert check(SAMPLES) == []


def test_the_check_finds_damage(tmp_path):
    """A cut file, a missing truth, an unknown outcome and an unmarked one are each reported."""
    for path in SAMPLES.iterdir():
        if path.is_file():
            shutil.copy(path, tmp_path)
    victim = next(p for p in sorted(tmp_path.glob("01_*")) if p.suffix != ".json")
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    next(tmp_path.glob("14_*.json")).unlink()
    with (tmp_path / "outcomes.csv").open("a", encoding="utf-8") as handle:
        handle.write("nobody,1,,0,0,0,0,0,no\n")
    said = "\n".join(check(tmp_path))
    assert "SHA-256" in said
    assert "lasts" in said
    assert "no truth file" in said
    assert "no message has the id nobody" in said
    assert "not marked as simulated" in said


def test_there_is_variety(truths):
    """All approaches, six voices or more, seven codecs or more, and the special cases that the demo needs are there."""
    assert {t["approach"] for t in truths} == set(APPROACHES)
    assert len(truths) >= 26
    assert len({t["voice"] for t in truths} - {None}) >= 6
    assert len({t["codec"] for t in truths}) >= 7
    assert {t["special"] for t in truths} == {None, "silence", "tones"}
    assert max(t["duration_s"] for t in truths) > 60
    assert min(t["duration_s"] for t in truths) < 3
    assert any((t["tail_silence_s"] or 0) > 3 for t in truths)
    assert {t["notes_use"] for t in truths} == {None, "used", "ignored"}
    assert any(t["repeat_of"] for t in truths)


def test_one_recording_went_to_several_prospects():
    """The mass drop is one file with several rows of the manifest, each with its own prospect and id."""
    rows = [row for row in _table("manifest.csv") if row["channel"] == "drop" and row["script"] == "class-v1"]
    assert len(rows) >= 3
    assert len({row["file"] for row in rows}) == 1
    assert len({row["prospect"] for row in rows}) == len({row["message_id"] for row in rows}) == len(rows)


def test_only_fictional_numbers(truths):
    """Every number that is spoken, and every caller id, is an area code and 555-01XX."""
    said = [t["entities"]["phone_digits"] for t in truths if t["entities"]["phone_digits"]]
    shown = [row["caller_id"].removeprefix("+1") for row in _table("manifest.csv") if row["caller_id"]]
    assert said
    assert all(len(d) == 10 and d[3:8] == "55501" for d in said + shown)


def test_some_caller_ids_differ_from_the_number_spoken(truths):
    """At least one sample says another number than the one that called; most say the same."""
    shown = {row["file"]: row["caller_id"].removeprefix("+1") for row in _table("manifest.csv")}
    pairs = [
        (t["entities"]["phone_digits"], shown[t["file"]]) for t in truths if t["entities"]["phone_digits"] and shown[t["file"]]
    ]
    assert 1 <= sum(a != b for a, b in pairs) <= len(pairs) // 4


def test_parts_stand_apart_by_the_pauses(truths):
    """Inner pauses lie between the first and the last sound and do not overlap each other."""
    for truth in truths:
        at = truth["lead_silence_s"] or 0.0
        for pause in truth["pauses"]:
            assert pause["start_s"] >= at - 0.002, truth["file"]
            at = pause["start_s"] + pause["duration_s"]
        assert at <= truth["duration_s"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Again, two one eight, five five five, oh one three four.", "2185550134"),
        ("no number in here", ""),
        ("Zero nine", "09"),
    ],
)
def test_digits_of_a_number_part(text, expected):
    """Digit words become digits, everything else is left out."""
    assert scripts.digits(text) == expected


def test_units_keep_every_word_in_order():
    """Cutting a message into what is spoken in one go loses and repeats nothing."""
    for script in scripts.load():
        units = script.units()
        assert " ".join(unit.text for unit in units) == script.text
        assert [i for unit in units for i, _ in unit.shares] == sorted(i for unit in units for i, _ in unit.shares)


def test_a_script_that_contradicts_itself_is_refused(tmp_path):
    """A name that is not in the text, and a number that is not fictional, are each an error that names the message."""
    base = '[reps.a]\nname = "A"\nvoice = "joe"\nnumber = "2125550101"\n[[message]]\nname = "x"\nrep = "a"\n'
    for tail in ('said = { caller = "Bo" }\nparts = [["identity", "It is Al."]]', 'parts = [["number", "two one two, four."]]'):
        path = tmp_path / "s.toml"
        path.write_text(base + tail, encoding="utf-8")
        with pytest.raises(ValueError, match="x: "):
            scripts.load(path)
