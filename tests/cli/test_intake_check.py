"""``vmaudio intake check``, and what the other commands say of a table that is left over."""

from __future__ import annotations

import json

import pytest

from tests.lines import write_voice
from vmaudio.store.store import open_store

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture
def calls(tmp_path):
    folder = tmp_path / "calls"
    folder.mkdir()
    for i in range(2):
        write_voice(folder / f"c{i}.wav", 3.0, seed=i)
    return folder


@pytest.fixture
def crm(tmp_path):
    """A CRM's export as a manifest: URLs, a title, local dates, a placeholder."""
    path = tmp_path / "crm.csv"
    path.write_text(
        "Calls of May\n\nCall ID;Recording URL;Agent;Contact ID;Date\n"
        "11112222;https://x/v/c0.wav?sig=1;Ann;Unknown;5/14/2026 9:12 AM\n"
        "11112223;https://x/v/gone.wav?sig=2;Bob;p2;5/14/2026 9:15 AM\n",
        "utf-8",
    )
    return path


def test_the_dry_run(run, crm, tmp_path):
    """It prints columns, readings and what is left over, --json the same as one object; --strict is exit code 1."""
    outcomes = tmp_path / "o.csv"
    outcomes.write_text("Call ID,Called Back\n11112222,yes\n99999999,no\n", "utf-8")
    result = run("intake", "check", crm, outcomes)
    assert result.code == 0
    for words in ("file           from 'recording url'", "'Unknown' (1): nobody", "1 matched, 1 unmatched",
                  "line 3: no message", "line 1: Calls of May", "gone.wav"):  # fmt: skip
        assert words in result.out
    (found,) = run("intake", "check", crm, outcomes, "--json").json
    assert found["manifest"]["columns"]["sent_at"] == "date"
    assert found["unmatched"] == [{"line": 3, "reason": "no message has the id '99999999'"}]
    assert run("intake", "check", crm, outcomes, "--strict").code == 1
    assert not (tmp_path / "cli.sqlite").exists()


def test_words_are_asked_about_and_given(run, tmp_path):
    """The dry run asks about a word that nobody knows; --map-value says it, and --strict is content."""
    (tmp_path / "m.csv").write_text("message_id,file\nc1,a.wav\n")
    (tmp_path / "o.csv").write_text("message_id,disposition\nc1,Fluxed\n")
    tables = (tmp_path / "m.csv", tmp_path / "o.csv")
    asked = run("intake", "check", *tables, "--strict")
    assert asked.code == 1
    assert "--map-value 'Fluxed=connect'" in asked.out
    given = run("intake", "check", *tables, "--strict", "--map-value", "Fluxed=connect")
    assert given.code == 0
    assert "'Fluxed' (1): connect" in given.out


def test_a_providers_list_is_a_manifest(run, calls, tmp_path):
    """Its records give the context of the recordings beside it, and those without a recording are left over."""
    recording = "RE" + "0123456789abcdef" * 2
    (calls / "c0.wav").rename(calls / f"{recording}.wav")
    listed = {"account_sid": "AC1", "call_sid": "CA1", "sid": recording, "channels": 1, "status": "completed",
              "from": "+13035550126", "start_time": "Mon, 02 Mar 2026 17:15:02 +0000"}  # fmt: skip
    (calls / "list.json").write_text(json.dumps({"recordings": [listed], "page": 0, "uri": "/x"}))
    result = run("batch", calls, "--source", "files", "--manifest", calls / "list.json")
    assert result.code == 0
    assert "1 recordings have no row in list.json" in result.err
    with open_store(str(tmp_path / "cli.sqlite")) as store:
        (message,) = (one for one in store.messages() if one.caller_id)
    assert (message.message_id, message.sent_at) == (recording, "2026-03-02T17:15:02+00:00")


def test_a_mapping_is_saved_and_read_again(run, tmp_path):
    """--save-map writes what was used, and --map reads it."""
    (tmp_path / "m.csv").write_text("Sound,Seller\na.wav,Ann\n")
    saved = tmp_path / "map.toml"
    run("intake", "check", tmp_path / "m.csv", "--map", "file=Sound,rep=Seller", "--save-map", saved)
    (found,) = run("intake", "check", tmp_path / "m.csv", "--map", saved, "--json").json
    assert found["manifest"]["columns"] == {"file": "sound", "rep": "seller"}


def test_batch_reads_an_export_and_names_what_is_left_over(run, calls, crm, tmp_path):
    """A CRM's export is a manifest: rows join by name, both leftovers are named, and the summary is kept with the run."""
    result = run("batch", calls, "--manifest", crm, "--timezone", "America/Denver")
    assert result.code == 0
    assert "1 of 2 rows of crm.csv have no recording here:" in result.err
    assert "line 5: https://x/v/gone.wav?sig=2" in result.err
    assert "1 recordings have no row in crm.csv:" in result.err
    assert "'Unknown' (1) read as nobody" in result.err
    store = open_store(str(tmp_path / "cli.sqlite"))
    message = next(one for one in store.messages() if one.message_id == "11112222")
    ((command, _, summary),) = store.run_summaries()
    store.close()
    assert (message.rep, message.prospect, message.sent_at) == ("Ann", None, "2026-05-14T09:12:00-06:00")
    assert (command, summary["manifest"]["lines"]) == ("batch", 2)


def test_strict_stops_before_anything_is_done(run, calls, crm, tmp_path):
    """--strict makes the leftovers an error, and nothing is analysed."""
    result = run("batch", calls, "--manifest", crm, "--strict")
    assert result.code == 1
    assert "gone.wav" in result.err
    assert not (tmp_path / "cli.sqlite").exists()


def test_rescore_names_rows_that_fit_no_message(run, calls, tmp_path):
    """Rows that fit no stored message are named; none at all is said, and an error with --strict."""
    run("batch", calls)
    listed = tmp_path / "new.csv"
    listed.write_text("file,rep\nx/zz.wav,Ann\n")
    result = run("rescore", "--manifest", listed)
    assert result.code == 0
    assert "None of 1 rows of new.csv fit a stored message" in result.err
    assert "line 2: " in result.err
    assert run("rescore", "--manifest", listed, "--strict").code == 1
    listed.write_text("recording url,agent\nhttps://x/c0.wav?sig=1,Ann\n")
    result = run("rescore", "--manifest", listed, "--strict")
    assert result.code == 0
    store = open_store(str(tmp_path / "cli.sqlite"))
    assert {one.rep for one in store.messages()} == {"Ann", None}
    store.close()


def test_check_and_redact_read_the_same_tables(run, calls, tmp_path):
    """An Excel manifest gives a check its context; a file that it does not name is said."""
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Recording", "Agent"], ["c0.wav", "Ann"]):
        book.active.append(row)
    book.save(tmp_path / "m.xlsx")
    result = run("check", "--json", calls / "c0.wav", calls / "c1.wav", "--manifest", tmp_path / "m.xlsx")
    assert [row["message"]["rep"] for row in result.json] == ["Ann", None]
    assert "1 recordings have no row in m.xlsx" in result.err
    done = run("redact", calls / "c0.wav", "--manifest", tmp_path / "m.xlsx", "--out", tmp_path / "out", "--text-only")
    assert done.code == 0
