"""vmaudio report: the right file for every ending, settings honoured, errors as sentences."""

import csv
import dataclasses
import io
import json
import wave

import numpy as np
import pytest
from click.testing import CliRunner

from tests.report.makers import failure, glossary, labelled, make, team
from vmaudio.audio.decode import load_audio
from vmaudio.cli.root import cli
from vmaudio.errors import VmaudioError
from vmaudio.features import CATALOGUE
from vmaudio.records import Message
from vmaudio.store.outcome_rows import put_outcomes
from vmaudio.store.store import open_store

TEAM, OUTCOMES = team(18)


@pytest.fixture(scope="module")
def db(tmp_path_factory) -> str:
    """A store with a team's messages, outcomes and a failure."""
    path = str(tmp_path_factory.mktemp("report") / "store.sqlite")
    store = open_store(path)
    for i, analysis in enumerate(TEAM):
        store.save(dataclasses.replace(analysis, recording_id=f"{i:064d}"))
    put_outcomes(store, OUTCOMES.values())
    store.save_failure(failure())
    store.close()
    return path


def run(db, *arguments, expect=0):
    result = CliRunner().invoke(cli, ["--db", db, "report", *map(str, arguments)])
    if expect == "error":
        assert isinstance(result.exception, VmaudioError), result.output
        return str(result.exception)
    assert result.exit_code == expect, (result.output, result.exception)
    return result


def test_without_a_file_csv_goes_to_stdout(db):
    """Stdout has the table and nothing else, one row per message."""
    rows = list(csv.DictReader(io.StringIO(run(db).stdout)))
    assert [row["message_id"] for row in rows] == [a.message.message_id for a in sorted(TEAM, key=lambda a: a.message.sent_at)]
    assert "tone_label" not in rows[0]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "html", "parquet", "xlsx"])
def test_the_ending_says_the_format(db, tmp_path, ending):
    """Each ending writes its format, and tells on stderr what was written."""
    target = tmp_path / f"made.{ending}"
    result = run(db, "-o", target)
    begins = {"csv": b"message_id", "jsonl": b'{"recording_id"', "html": b"<!doctype html>", "parquet": b"PAR1", "xlsx": b"PK"}
    assert target.read_bytes().startswith(begins[ending])
    assert "18 messages" in result.stderr
    assert result.stdout == ""
    assert target.stat().st_mode & 0o077 == 0  # voices and names are for the owner


def test_filters_and_groups(db):
    """--rep, --since and --message choose messages; --by gives a row per group."""
    rep = TEAM[0].message.rep
    rows = list(csv.DictReader(io.StringIO(run(db, "--rep", rep).stdout)))
    assert {row["rep"] for row in rows} == {rep}
    assert len(rows) == sum(a.message.rep == rep for a in TEAM)
    late = list(csv.DictReader(io.StringIO(run(db, "--since", "2026-04-01").stdout)))
    assert len(late) == sum(a.message.sent_at >= "2026-04-01" for a in TEAM)
    groups = list(csv.DictReader(io.StringIO(run(db, "--by", "campaign").stdout)))
    assert sum(int(row["messages"]) for row in groups) == len(TEAM)
    one = run(db, "--message", TEAM[3].message.message_id, "--format", "jsonl").stdout
    assert json.loads(one)["message"]["message_id"] == TEAM[3].message.message_id


@pytest.mark.parametrize(
    ("tone", "team_has", "page_has"), [("all", True, True), ("self-check", False, True), ("off", False, False)]
)
def test_the_setting_tone_is_honoured(db, tmp_path, monkeypatch, tone, team_has, page_has):
    """Tone reaches a team's report only with "all", the rep's own page also with "self-check", and nothing with "off"."""
    monkeypatch.setenv("VMAUDIO_TONE", tone)
    run(db, "-o", tmp_path / "team.html")
    run(db, "-o", tmp_path / "one.html", "--message", TEAM[0].message.message_id)
    assert ("How it sounds" in (tmp_path / "team.html").read_text("utf-8")) == team_has
    assert ("How it sounds" in (tmp_path / "one.html").read_text("utf-8")) == page_has
    assert ("tone_lively" in run(db).stdout) == team_has
    assert ('"businesslike"' in run(db, "--format", "jsonl").stdout) == team_has
    assert ("tone_lively" in run(db, "--dictionary").stdout) == team_has


@pytest.mark.parametrize("ending", ["csv", "jsonl", "html"])
def test_redacted_reports_name_nobody(db, tmp_path, ending):
    """With --redact no rep, prospect, number or file is named in any format; rates stay the same."""
    target = tmp_path / f"made.{ending}"
    run(db, "-o", target, "--redact")
    text = target.read_text("utf-8")
    for analysis in TEAM:
        for name in (analysis.message.rep, analysis.message.prospect_name, analysis.file_name, "broken"):
            assert name not in text
        for phone in analysis.entities.phones:
            assert phone.digits not in text
    if ending == "html":
        assert "names and numbers left out" in text
        run(db, "-o", tmp_path / "full.html")
        rate = "of those with a known outcome were called back"
        full = (tmp_path / "full.html").read_text("utf-8")
        assert text[text.index("<h1>") :].split(rate)[0] == full[full.index("<h1>") :].split(rate)[0]


def test_redact_and_sound_do_not_go_together(db, tmp_path):
    """A recording says the names that the text leaves out, so it is refused."""
    assert "use --audio none" in run(db, "-o", tmp_path / "x.html", "--redact", "--audio", "embed", expect=2).output


def _message_with_sound(tmp_path, name="tom & dana.wav"):
    """A store whose one message has its recording on disk."""
    path = tmp_path / name
    samples = (3000 * np.sin(np.arange(16000 * 3) / 20)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(samples.tobytes())
    made = make(labelled()[0], Message(str(path), message_id="m1", rep="Ann"))
    made = dataclasses.replace(made, recording_id=load_audio(path).sha256)
    db = str(tmp_path / "sound.sqlite")
    store = open_store(db)
    store.save(made)
    store.close()
    return db, path


def test_sound_is_embedded_linked_or_left_out(tmp_path):
    """embed puts an MP3 into the page, link names the file beside it, none has no player; a moved file has none either."""
    db, path = _message_with_sound(tmp_path)
    target = tmp_path / "one.html"

    def page(mode):
        run(db, "-o", target, "--message", "m1", "--audio", mode)
        return target.read_text("utf-8")

    assert 'src="data:audio/mpeg;base64,' in page("embed")
    assert 'src="tom%20%26%20dana.wav"' in page("link")
    assert "<audio" not in page("none")
    path.write_bytes(path.read_bytes()[:-2000])  # another recording under the same name is not this message's
    assert "<audio" not in page("embed")
    path.unlink()
    assert "<audio" not in page("link")


def test_the_dictionary_names_every_feature(db, tmp_path):
    """--dictionary explains each column, without reading a message."""
    rows = list(csv.DictReader(io.StringIO(run("/nowhere/else.sqlite", "--dictionary").stdout)))
    names = {row["column"] for row in rows}
    assert {name for name in CATALOGUE if not name.startswith("tone_")} <= names
    assert {f"check_{check}" for check in glossary().checks} <= names
    run(db, "--dictionary", "-o", tmp_path / "features.md")
    assert "| `speaking_rate_wpm` | number | words/min |" in (tmp_path / "features.md").read_text()


def test_wrong_use_is_told(db, tmp_path):
    """Unknown messages, days, endings and folders are sentences that say what to do."""
    assert "No analysed message matches message nope" in run(db, "--message", "nope", expect="error")
    assert "Run: vmaudio batch" in run(str(tmp_path / "new.sqlite"), expect="error")
    assert not (tmp_path / "new.sqlite").exists()
    assert "Write it as 2026-03-01" in run(db, "--since", "March", expect=2).output
    assert "the ending says no format" in run(db, "-o", tmp_path / "x.pdf", expect=2).output
    assert "needs a file" in run(db, "--format", "xlsx", expect=2).output
    assert "cannot be written" in run(db, "-o", tmp_path / "no" / "x.csv", expect="error")
    assert "x.eml cannot be written" in run(db, "--digest", tmp_path / "no" / "x.eml", expect="error")


@pytest.fixture
def judged(tmp_path) -> tuple[str, str, str]:
    """A store in which a person has judged a check otherwise: its path, the message and the check."""
    path, one = str(tmp_path / "judged.sqlite"), TEAM[0]
    check = next(check.id for check in one.score.checks if check.verdict == "fail")
    store = open_store(path)
    store.save(one)
    store.save_override(one.message.message_id, check, "pass", "Zebulon was named before the beep", "Coach Quillfeather")
    store.close()
    return path, one.message.message_id, check


@pytest.mark.parametrize("ending", ["csv", "jsonl", "html"])
def test_a_persons_verdict_is_exported(judged, tmp_path, ending):
    """Every export of a message carries the person's verdict with reason and author; redacted, neither of the two."""
    path, message, check = judged
    target = tmp_path / f"made.{ending}"
    more = ["--message", message] if ending == "html" else []
    run(path, "-o", target, *more)
    text = target.read_text("utf-8")
    assert "Zebulon was named before the beep" in text
    assert "Coach Quillfeather" in text
    assert f"override_{check}" in text or ending != "csv"
    run(path, "-o", target, "--redact", *more)
    hidden = target.read_text("utf-8")
    assert "Zebulon" not in hidden
    assert "Quillfeather" not in hidden
    assert "(left out)" in hidden


def test_the_workbook_has_a_sheet_of_peoples_verdicts(judged, db, tmp_path):
    """The workbook has the sheet where there are verdicts, and not where there are none."""
    import openpyxl

    run(judged[0], "-o", tmp_path / "a.xlsx")
    run(db, "-o", tmp_path / "b.xlsx")
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["messages", "overrides", "dictionary", "provenance"]
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames == ["messages", "dictionary", "provenance"]
