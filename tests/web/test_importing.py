"""A folder with its tables: the dry run says what would happen and stores nothing; then each recording is analysed once."""

import time

import pytest

from tests.web import fakes
from vmaudio.report import count_callbacks

MANIFEST = (
    "file,rep,prospect,sent_at\none.wav,Ann,p1,2026-03-02T10:00:00+00:00\ntwo.wav,Bo,p2,2026-03-03T10:00:00+00:00\n"
    "gone.wav,Bo,p3,2026-03-03T11:00:00+00:00\n"
)
OUTCOMES = "file,callback\none.wav,yes\ntwo.wav,no\nnobody.wav,no\n"


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Recordings are kept in a folder of the test's own."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def folder(manifest=MANIFEST, outcomes=OUTCOMES):
    files = [
        ("files", ("one.wav", fakes.voice(1), "audio/wav")),
        ("files", ("sub/two.wav", fakes.voice(2), "audio/wav")),
        ("files", ("three.wav", fakes.voice(3), "audio/wav")),
        ("files", ("notes.txt", b"hello", "text/plain")),
    ]
    tables = [("files", ("manifest.csv", manifest, "text/csv")), ("files", ("crm-outcomes.csv", outcomes, "text/csv"))]
    return files + [one for one in tables if one[1][1]]


def wait(site, token, seconds=60.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = site.get(f"/import/{token}.json").json()
        if found["state"] != "working":
            return found
        time.sleep(0.03)
    raise AssertionError(found)


def test_a_dry_run_and_then_the_work(site, kept):
    """What the dry run counts is what happens; names come from the manifest, callbacks from the outcomes; nothing twice."""
    found = site.post("/import/check", 200, json=True, files=folder()).json()
    assert (found["recordings"], found["known"], found["without_row"]) == (3, 0, ["three.wav"])
    assert found["without_file"] == [{"line": 4, "text": "gone.wav"}]
    assert found["left_out"] == ["notes.txt: no recording"]
    assert found["columns"] == {"file": "file", "rep": "rep", "prospect": "prospect", "sent_at": "sent_at"}
    assert found["matched"] == 2
    assert [line["line"] for line in found["unmatched"]] == [4]
    assert site.store.count() == 0
    assert not kept.exists()
    token = found["confirm"]
    assert site.post("/import/confirm", 202, json=True, data={"token": token}).json()["url"] == f"/import/{token}"
    done = wait(site, token)
    assert (done["state"], done["done"], done["failed"]) == ("done", 3, [])
    assert done["outcomes"].startswith("Outcomes: 2 added")
    assert sorted(one.message.rep or "" for one in site.store.analyses()) == ["", "Ann", "Bo"]
    assert sum(count_callbacks(site.store).called.values()) == 1
    assert len(list(kept.glob("*/*.wav"))) == 3
    assert "3 of 3" in site.get(f"/import/{token}").text
    again = site.post("/import/check", 200, json=True, files=folder()).json()
    assert (again["recordings"], again["known"]) == (0, 3)


def test_scripts_in_the_folder_are_read(site):
    """A text that the manifest names, with its folder or without, is kept with the message; other texts are left out."""
    table = "file,rep,script\none.wav,Ann,opener.txt\ntwo.wav,Bo,scripts/second.txt\nthree.wav,Bo,../../lost.txt\n"
    texts = {"opener.txt": "Hi {name}, this is Ann.", "pack/second.txt": "Call me back at {number}."}
    files = folder(table, "") + [("files", (name, text.encode(), "text/plain")) for name, text in texts.items()]
    found = site.post("/import/check", 200, json=True, files=files).json()
    assert (found["recordings"], found["left_out"]) == (3, ["notes.txt: no recording"])
    assert [("lost.txt" in doubt, "opener.txt" in doubt) for doubt in found["questions"]] == [(True, False)]
    site.post("/import/confirm", 202, json=True, data={"token": found["confirm"]})
    assert wait(site, found["confirm"])["done"] == 3
    kept = {one.message.rep: one.message for one in site.store.analyses() if one.message.script != "../../lost.txt"}
    assert {rep: one.extra["script_text"] for rep, one in kept.items()} == {
        "Ann": texts["opener.txt"],
        "Bo": texts["pack/second.txt"],
    }
    page = site.get(f"/message/{kept['Ann'].message_id}", 200).text
    assert "The recording is deleted too." in page


def test_names_that_differ_by_case_are_one_name(site):
    """A manifest's names are looked for without case: the second file is named as left out, not lost."""
    files = [("files", (name, fakes.voice(i + 1), "audio/wav")) for i, name in enumerate(("One.wav", "one.WAV"))]
    found = site.post("/import/check", 200, json=True, files=files).json()
    assert (found["recordings"], found["left_out"]) == (1, ["one.WAV: another file has this name"])


def test_a_table_with_errors_is_refused_with_its_lines(site):
    """Nothing waits on the server then."""
    bad = MANIFEST.replace("2026-03-03T10:00:00+00:00", "the day before")
    answer = site.post("/import/check", 422, json=True, files=folder(bad))
    found = answer.json()
    assert (found["ok"], found["confirm"]) == (False, None)
    assert any("line 3" in fault for fault in found["faults"])
    assert str(site.web.tables) not in answer.text
    assert list(site.web.tables.iterdir()) == []
    page = site.post("/import/check", 422, files=folder(bad))
    assert "These files cannot be taken" in page.text


def test_cancelled_files_are_deleted(site):
    """No table and no recording is left, and the token opens nothing any more."""
    token = site.post("/import/check", 200, json=True, files=folder("", "")).json()["confirm"]
    site.post("/import/cancel", data={"token": token})
    assert list(site.web.tables.iterdir()) == []
    site.post("/import/confirm", 404, data={"token": token})
    site.post("/import/confirm", 404, data={"token": "../../etc/passwd-----"})
    site.get("/import/nothing", 404)


def test_what_is_no_recording_is_refused(site):
    """A form without a recording says so; one that cannot be decoded is listed with its reason and not kept."""
    site.post("/import/check", 400, json=True, files=[("files", ("notes.txt", b"hello", "text/plain"))])
    files = [("files", ("noise.wav", b"RIFFnothing", "audio/wav"))]
    token = site.post("/import/check", 200, json=True, files=files).json()["confirm"]
    site.post("/import/confirm", 202, json=True, data={"token": token})
    done = wait(site, token)
    assert done["done"] == 0
    assert done["failed"][0].startswith("noise.wav: ")
    assert done["failed"][0].count("noise.wav") == 1
    assert "/" not in done["failed"][0]  # where the server keeps it is nobody's business
