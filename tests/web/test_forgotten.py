"""After forgetting, every byte of the data folder is searched: nothing is left of the person."""

import pytest
from click.testing import CliRunner

from vmaudio.cli.root import cli
from vmaudio.records import Failure, Outcome
from vmaudio.store import all_outcomes, put_outcomes
from vmaudio.store.assignment_rows import put_assignments

REP, WHOM, ID = "Maren Quillfeather", "Dana Whitlock-Öz", "prospect-77123"
FILE = "call-to-whitlock.wav"
LEFT = [
    REP,
    WHOM,
    WHOM.lower(),
    ID,
    "call-to-whitlock",
    "Main Street",
    "Acme Copiers",
    "5550126",
    "555-0126",
    "never said the lease",
]


def rows_and_files(folder):
    """All that is written anywhere below a folder, and the names of the files, as one text."""
    found = []
    for path in sorted(folder.rglob("*")):
        found.append(str(path.relative_to(folder)))
        if path.is_file():
            data = path.read_bytes()
            found += [data.decode("utf-8", "replace"), data.decode("latin-1")]
    return "\n".join(found)


@pytest.fixture
def kept(site, tmp_path, monkeypatch):
    """One take of a rep for a prospect, kept in the app, played, judged, labelled, with an outcome and a place in a plan."""
    job = site.checked(name=FILE, rep=REP, prospect=WHOM, notes="never said the lease")
    site.post(f"/jobs/{job['id']}/keep", data={"rep": REP, "prospect": WHOM, "campaign": "spring"})
    message_id = site.client.get(f"/jobs/{job['id']}.json").json()["kept_as"]
    site.get(f"/message/{message_id}/audio")
    check = site.get(f"/message/{message_id}.json").json()["analysis"]["score"]["checks"][0]["id"]
    reason = {"check_id": check, "verdict": "fail", "reason": "never said the lease", "author": "Coach"}
    site.post(f"/message/{message_id}/override", data=reason)
    clip = {"message_id": message_id, "start_s": "1", "end_s": "2", "comment": f"hear how {WHOM} is asked"}
    clip_id = site.post("/library/clips", 201, json=True, data=clip).json()["id"]
    site.get(f"/library/{clip_id}/audio")
    site.post("/library/playlists", data={"name": "openers", "clip_id": str(clip_id)})
    put_outcomes(site.store, [Outcome(message_id, callback=True)])
    put_assignments(site.store, "plan1", [{"prospect": WHOM, "arm": "a", "rep": REP, "position": 0}])
    site.store.save_failure(
        Failure(str(tmp_path / "calls" / FILE), FILE, "decode", "NotAudio", f"{FILE} to {WHOM} is no audio.")
    )
    monkeypatch.setenv("VMAUDIO_WEB_DIR", str(site.web.config.folder))
    return site, message_id


def forget(site, *args):
    """Run the command on the app's database, while the app runs."""
    return CliRunner().invoke(cli, ["--db", site.web.config.db, "forget", "--yes", *args])


@pytest.mark.parametrize(("option", "value"), [("--rep", f" {REP.upper()} "), ("--prospect", WHOM.lower())])
def test_nothing_is_left_of_a_person(kept, tmp_path, option, value):
    """Rows, sound, copies, plans; the file that failed is named on its own. Written in small or large letters."""
    site, _ = kept
    before = rows_and_files(tmp_path)
    assert all(word in before for word in (REP, WHOM, "Main Street", "call-to-whitlock"))
    done = forget(site, option, value)
    assert done.exit_code == 0, done.output
    assert "1 message" in done.output
    assert "that vmaudio kept" in done.output
    assert forget(site, str(tmp_path / "calls" / FILE)).exit_code == 0
    site.web.jobs.stop()  # a running server still holds the take it was kept from, for its stated time
    site.store.close()
    after = rows_and_files(tmp_path)
    assert [word for word in LEFT if word in after] == []
    assert not list(site.web.config.folder.rglob("*.wav"))


def test_deleting_in_the_app_reaches_the_take_it_was_kept_from(kept, tmp_path):
    """At once, not when its time is up."""
    site, message_id = kept
    site.post(f"/message/{message_id}/delete")
    assert not list(site.web.config.folder.rglob("*.wav"))
    assert all_outcomes(site.store) == {}
    assert site.get("/library.json").json()["playlists"][0]["clips"] == []


def test_nothing_is_stored_only_when_that_is_so(site, tmp_path):
    """A person who is only in a plan, a file that only failed: found and deleted; then there is nothing more."""
    put_assignments(site.store, "plan1", [{"prospect": ID, "arm": "a", "rep": REP, "position": 0}])
    site.store.save_failure(Failure(str(tmp_path / FILE), FILE, "decode", "NotAudio", "x"))
    for args in (("--prospect", ID), (str(tmp_path / FILE),)):
        assert "1 other row" in forget(site, *args).output
        assert "Nothing of it is stored." in forget(site, *args).output


def test_no_is_no(kept):
    """Answered with no, nothing is deleted, and that is said."""
    site, message_id = kept
    done = CliRunner().invoke(cli, ["--db", site.web.config.db, "forget", "--rep", REP], input="n\n")
    assert done.exit_code == 1
    assert "Nothing was deleted." in done.output
    assert site.store.one(message_id) is not None
