"""The self-check: upload, progress, scorecard, takes, keep and delete."""

from __future__ import annotations

import re
import wave
from io import BytesIO
from pathlib import Path

import pytest

from tests.web import fakes
from vmaudio.analysis.analyzer import Options
from vmaudio.records import Tone
from vmaudio.store import Filter
from vmaudio.testing import encode, silence
from vmaudio.web.worker import Inline


def test_an_upload_becomes_a_scorecard_with_a_player(site_with):
    """A recording is analysed by the real line, its page shows score and words, and its sound can be heard."""
    site = site_with(Inline(fakes.analyzer))
    job = site.checked(rep="Tom Becker", prospect="Dana Whitfield")
    assert job["state"] == "done"
    page = site.get(job["url"]).text
    assert "lease" in page
    assert "of 100 points" in page
    assert f'src="{job["audio"]}"' in page
    assert "data-start=" in page
    assert job["analysis"]["message"]["rep"] == "Tom Becker"
    assert any(check["id"] == "callee_matches" and check["verdict"] == "pass" for check in job["analysis"]["score"]["checks"])


def test_the_sound_is_served_in_parts(site):
    """The player's copy is 16 kHz mono WAV of the recording's length, and a Range request gets just that range."""
    job = site.checked(fakes.voice(form="webm"), "take.webm")
    whole = site.get(job["audio"]).content
    with wave.open(BytesIO(whole)) as file:
        assert (file.getframerate(), file.getnchannels()) == (16000, 1)
        assert file.getnframes() / 16000 == pytest.approx(job["analysis"]["duration_s"], abs=0.01)
    part = site.get(job["audio"], 206, headers={"range": "bytes=1000-1999"})
    assert part.content == whole[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(whole)}"
    site.get(job["audio"], 416, headers={"range": f"bytes={len(whole) + 5}-"})


def test_no_page_tells_where_the_server_keeps_files(site, tmp_path):
    """Neither the page nor its JSON holds the path of the upload."""
    job = site.checked()
    assert str(tmp_path) not in site.get(job["url"]).text
    assert str(tmp_path) not in site.get(f"{job['url']}.json").text
    assert job["analysis"]["source"] == "tom.wav"


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"%PDF-1.7 not a voicemail", "message.wav", "PDF"),
        (b"hello, I am a text" * 50, "message.mp3", "message.mp3"),
        (fakes.voice()[:30], "cut.wav", "cut.wav"),
    ],
    ids=["pdf", "text", "cut"],
)
def test_bad_audio_is_explained(site, tmp_path, data, name, says):
    """A file that is no recording ends in a sentence that names it, on a page with the form to try again."""
    job = site.checked(data, name)
    assert job["state"] == "failed"
    assert says in job["error"]
    assert str(tmp_path) not in job["error"]
    page = site.get(job["url"], 422).text
    assert 'action="/jobs"' in page
    assert site.web.jobs.get(job["id"]).folder is None


def test_a_recording_without_speech_is_no_failure(site_with):
    """Silence is analysed, gets no points and says so."""
    site = site_with(Inline(fakes.analyzer))
    job = site.checked(encode(silence(4.0)), "silence.wav")
    assert job["state"] == "done"
    assert job["analysis"]["score"]["band"] == "unscored"
    assert "No speech was found" in site.get(job["url"]).text


def test_an_empty_file_is_refused_at_once(site):
    """An empty upload is refused with a sentence, and nothing is left of it."""
    assert "is empty" in site.upload(b"", status=400).json()["error"]
    assert list(site.web.jobs.folder.iterdir()) == []


def test_a_file_over_the_limit_is_refused(site_with):
    """An upload of more bytes than the limit is refused with 413, whether or not its length was announced."""
    site = site_with(max_bytes=50_000)
    answer = site.upload(b"x" * 60_000, status=413)
    assert "larger than 50 kB" in answer.json()["error"]
    refused = site.upload(b"x" * 5_000_000, status=413)
    assert "larger than" in refused.json()["error"]

    def pieces():
        boundary = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
        yield boundary
        for _ in range(200):
            yield b"x" * 1000

    headers = {"content-type": "multipart/form-data; boundary=b"}
    assert "larger than" in site.post("/jobs", 413, json=True, headers=headers, content=pieces()).json()["error"]
    assert list(site.web.jobs.folder.iterdir()) == []


def test_only_the_first_seconds_are_analysed(site_with):
    """A recording over the limit of seconds is analysed as far as it goes, and flagged."""

    def factory():
        made = fakes.Quick()
        made.options = Options(max_seconds=2.0)
        return made

    job = site_with(Inline(factory)).checked()
    assert job["analysis"]["duration_s"] <= 2.1
    assert "truncated" in [flag["kind"] for flag in job["analysis"]["flags"]]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../../etc/passwd.wav", "passwd.wav"),
        ("..\\..\\boot.wav", "boot.wav"),
        ("/etc/cron.d/job.wav", "job.wav"),
        ("<img src=x onerror=alert(1)>.wav", "_img src_x onerror_alert(1)_.wav"),
        (".wav", "wav"),
        ("...", "recording"),
        ("con.wav", "_con.wav"),
        ("listen.wav", "_listen.wav"),
        ("a" * 300 + ".wav", "a" * 76 + ".wav"),
    ],
)
def test_file_names_cannot_leave_their_folder(site, given, kept):
    """Whatever an upload calls itself, its file lies in its own folder under a harmless name."""
    job = site.checked(name=given)
    assert job["file_name"] == kept
    path = site.web.jobs.get(job["id"]).path
    assert path.parent == site.web.jobs.folder / job["id"]


def test_nothing_is_kept_unless_the_rep_says_so(site):
    """A checked recording is not in the store, and its deletion removes its file and its page at once."""
    job = site.checked()
    assert site.store.count() == 0
    folder = site.web.jobs.get(job["id"]).folder
    assert folder.is_dir()
    gone_to = site.post(f"{job['url']}/delete").headers["location"]
    assert not folder.exists()
    assert "was deleted" in site.get(gone_to).text  # for who did it no error
    assert "was deleted" in site.get(job["url"], 410).text
    gone = site.get(f"{job['url']}.json", 410).json()
    assert (gone["state"], gone["file_name"], gone["analysis"]) == ("deleted", "", None)
    site.get(job["audio"], 404)


def test_keeping_and_deleting(site):
    """A kept take is in the store under the rep's name, can be heard there, and deleting it leaves neither row nor file."""
    job = site.checked(prospect="Dana Whitfield")
    site.post(f"{job['url']}/keep", 422, data={})
    assert "name is empty" in site.post(f"{job['url']}/keep", 400, json=True, data={"rep": "  "}).json()["error"]
    kept = site.post(f"{job['url']}/keep", 200, json=True, data={"rep": "Tom Becker", "campaign": "leases"}).json()
    again = site.post(f"{job['url']}/keep", 200, json=True, data={"rep": "Tom Becker"}).json()
    assert kept == again
    stored = next(site.store.analyses(Filter(rep="Tom Becker")))
    assert (stored.message.channel, stored.message.campaign) == ("self-check", "leases")
    assert stored.message.prospect_name == "Dana Whitfield"
    recording = Path(stored.source)
    assert recording.read_bytes() == fakes.voice()
    assert recording.stat().st_mode & 0o077 == 0
    assert site.get(f"{kept['url']}/audio").headers["content-type"] == "audio/wav"
    assert "Kept" in site.get(job["url"]).text
    site.post(f"{job['url']}/delete")
    assert site.store.count() == 0
    assert not recording.exists()
    site.get(kept["url"], 404)


def test_a_take_is_compared_with_the_one_before(site_with):
    """A second take shows both side by side: what got better, what got worse, and how the measures moved."""
    texts = iter([fakes.WORSE, fakes.SAID])

    def factory():
        analyzer = fakes.analyzer()
        fake = analyzer.transcriber
        spoken = fake.transcribe_many

        def next_text(recordings, activities, hints=()):
            fake.default = next(texts)
            return spoken(recordings, activities, hints)

        fake.transcribe_many = next_text
        return analyzer

    site = site_with(Inline(factory))
    first = site.checked()
    second = site.checked(fakes.voice(seed=2), "again.wav", previous=first["id"])
    found = second["comparison"]
    assert found["previous"] == first["id"]
    changes = {check["id"]: check["change"] for check in found["checks"]}
    assert changes["number_complete"] == "better"
    assert changes["callee_named"] == "better"
    assert found["points_after"] > found["points_before"]
    ums = next(measure for measure in found["measures"] if measure["name"] == "filler_count")
    assert (ums["before"], ums["after"], ums["difference"]) == (1, 0, -1)
    page = site.get(second["url"]).text
    assert page.count("<audio") >= 3
    assert found["summary"].split(". ")[1] in page
    assert first["url"] in page
    # the first take goes; the second stays as it is, without a comparison
    site.post(f"{first['url']}/delete")
    assert site.get(f"{second['url']}.json").json()["comparison"] is None
    site.get(second["url"])


def test_the_form_works_without_script(site):
    """A browser without JavaScript posts the form and is sent to the progress page, which loads itself again."""
    answer = site.post("/jobs", 303, files={"file": ("tom.wav", fakes.voice(), "audio/wav")}, data={"csrf": site.token})
    where = answer.headers["location"]
    assert re.fullmatch(r"/jobs/[\w-]{20,}", where)
    site.wait(where.rpartition("/")[2])
    assert "of 100 points" in site.get(where).text


@pytest.mark.parametrize(("tone", "shown"), [("all", True), ("self-check", True), ("off", False)])
def test_tone_is_shown_to_the_rep_unless_off(site_with, tone, shown):
    """The rep's own page says how it sounds, unless the setting is off; then neither page nor JSON has a trace of it."""
    site = site_with(Inline(lambda: fakes.Quick(tone=Tone({"lively": 0.5}, "warm", "tone/1"))), tone=tone)
    job = site.checked()
    assert ("How it sounds" in site.get(job["url"]).text) == shown
    assert (job["analysis"]["tone"] is not None) == shown


def test_a_job_that_ends_while_it_is_asked_about_is_not_done_without_its_analysis(site_with, monkeypatch):
    """The end comes between two looks at the job: the answer is that of one moment."""
    site = site_with(Inline(fakes.analyzer))
    job = site.checked()
    jobs = site.web.jobs
    held = jobs.get(job["id"])
    analysis, held.analysis, held.state = held.analysis, None, "working"
    left = jobs.left

    def ends_meanwhile(asked):
        held.analysis, held.state = analysis, "done"
        return left(asked)

    monkeypatch.setattr(jobs, "left", ends_meanwhile)
    found = [site.client.get(f"/jobs/{job['id']}.json").json() for _ in range(2)]
    assert [(one["state"], one["analysis"] is not None) for one in found] == [("working", False), ("done", True)]
