"""Recordings that a program sends: the token, the signature, the limits, and each taken once."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time

import pytest

from tests.intake.test_exports import CALLBACK, RE, RECORDS, WRAPPED
from tests.web import fakes
from vmaudio.errors import SettingError
from vmaudio.privacy import find_messages, forget
from vmaudio.records import Message, Outcome
from vmaudio.store import open_store, put_outcomes
from vmaudio.web.config import Config
from vmaudio.web.worker import Inline, WorkerStopped

TOKEN = "intake-token-1"
BEARER = {"authorization": f"Bearer {TOKEN}"}


class Held(Inline):
    """Works until it is stopped, and no longer."""

    def __init__(self):
        super().__init__(fakes.Quick)
        self.stopped = threading.Event()

    def run(self, task, on_stage):
        self.stopped.wait(60)
        raise WorkerStopped("The worker was stopped.")

    def kill(self):
        self.stopped.set()


@pytest.fixture
def open_site(site_with, tmp_path, monkeypatch):
    """An app that takes recordings, behind a password."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    return site_with(intake_token=TOKEN, password="correct horse")


def send(site, data=None, headers=BEARER, name="call.wav", **fields):
    files = {"file": (name, fakes.voice() if data is None else data, "audio/wav")} if data != b"" else None
    return site.client.post("/intake", headers={"accept": "application/json", **headers}, files=files, data=fields)


def wait(site, message_id, seconds=60.0):
    """Until the message is stored, or its failure."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if message_id not in site.web.arriving.ids:
            return site.store.one(message_id)
        time.sleep(0.02)
    raise AssertionError(f"{message_id} is still under way")


def test_a_recording_with_twilios_fields(open_site, tmp_path):
    """Kept for its owner alone, analysed and stored under the recording's id."""
    answer = send(open_site, **CALLBACK)
    assert (answer.status_code, answer.json()) == (202, {"message_id": RE, "new": True})
    found = wait(open_site, RE)
    assert (found.message.sent_at, found.message.channel) == ("2026-03-02T17:15:02+00:00", "voicemail")
    assert found.source.startswith(str(tmp_path / "kept"))
    assert found.score is not None


def test_what_was_taken_survives_the_server(site_with, tmp_path, monkeypatch):
    """A server that ends before the analysis has its note and its file: the next one takes it up, and forgetting finds it."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    first = site_with(Held(), intake_token=TOKEN, password="correct horse")
    for name in ("one", "two"):
        assert send(first, fakes.voice(len(name) + ord(name[0])), message_id=name, rep="Ann").status_code == 202
    first.client.__exit__(None, None, None)
    assert len(list((tmp_path / "kept").glob("*/*.wav"))) == 2
    with open_store(tmp_path / "web.sqlite") as store:
        assert store.failures() == []
        assert forget(store, find_messages(store, message_id="two")).files == 1
    second = site_with(intake_token=TOKEN, password="correct horse")
    end = time.monotonic() + 60
    while second.store.one("one") is None and time.monotonic() < end:
        time.sleep(0.02)
    assert second.store.one("one").message.rep == "Ann"
    assert second.store.one("two") is None
    assert len(list((tmp_path / "kept").glob("*/*.wav"))) == 1


def test_a_row_of_a_crm_is_no_reason_to_lose_a_recording(site_with, tmp_path, monkeypatch):
    """The row becomes the note, an import during the work leaves it one, and the next start takes the recording up."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    first = site_with(Held(), intake_token=TOKEN, password="correct horse")
    row = Message("/crm/one.wav", "one", rep="Ann", prospect="p9")
    put_outcomes(first.store, [Outcome("one", callback=True)], [(row, "one.wav")])
    assert send(first, fakes.voice(7), message_id="one", rep="Ann").status_code == 202
    put_outcomes(first.store, [Outcome("one", callback=True)], [(row, "one.wav")])
    first.client.__exit__(None, None, None)
    second = site_with(intake_token=TOKEN, password="correct horse")
    end = time.monotonic() + 60
    while second.store.one("one") is None and time.monotonic() < end:
        time.sleep(0.02)
    assert second.store.one("one").message.rep == "Ann"
    put_outcomes(second.store, [], [(row, "one.wav")])
    assert forget(second.store, find_messages(second.store, message_id="one")).files == 1
    assert not list((tmp_path / "kept").glob("*/*"))


def test_a_row_of_a_crm_is_put_back(open_site, tmp_path):
    """A recording that cannot be analysed leaves the row that was there as it was."""
    row = Message("/crm/one.wav", "one", rep="Ann", prospect="p9")
    put_outcomes(open_site.store, [], [(row, "one.wav")])
    assert send(open_site, b"no sound", message_id="one", rep="Bo").status_code == 202
    assert wait(open_site, "one") is None
    (found,) = open_site.store.messages()
    assert (found.source, found.rep, found.prospect) == ("/crm/one.wav", "Ann", "p9")
    assert not list((tmp_path / "kept").glob("*/*.wav"))


def test_what_was_forgotten_meanwhile_stays_forgotten(open_site, tmp_path, monkeypatch):
    """The result of a message that was deleted while it was being analysed is not stored."""
    wait_for, go = threading.Event(), threading.Event()
    real = open_site.web.engine.run
    monkeypatch.setattr(open_site.web.engine, "run", lambda *given: (wait_for.set(), go.wait(60), real(*given))[2])
    send(open_site, message_id="one", rep="Ann")
    assert wait_for.wait(60)
    assert forget(open_site.store, find_messages(open_site.store, rep="Ann"), rep="Ann").messages == 1
    go.set()
    assert wait(open_site, "one") is None
    assert not list((tmp_path / "kept").glob("*/*.wav"))


def test_sent_again_it_is_known(open_site):
    """Idempotent by the recording's id: while it is under way and afterwards; one file, one message."""
    assert send(open_site, **CALLBACK).json()["new"] is True
    again = send(open_site, **CALLBACK)
    assert (again.status_code, again.json()) == (200, {"message_id": RE, "new": False})
    wait(open_site, RE)
    assert send(open_site, **CALLBACK).status_code == 200
    assert open_site.store.count() == 1


@pytest.mark.parametrize("name", [*RECORDS, *WRAPPED])
def test_every_providers_event_as_metadata(open_site, name):
    """The JSON as it came, in one field."""
    record = RECORDS[name][0] if name in RECORDS else WRAPPED[name][0]
    recording_id = RECORDS[name][1] if name in RECORDS else WRAPPED[name][1]
    assert send(open_site, metadata=json.dumps(record)).json()["message_id"] == recording_id


def test_a_manifests_own_names(open_site):
    """rep, prospect, sent_at and so on; without an id the bytes are the key."""
    first = send(open_site, rep="Ann", prospect="p1", sent_at="2026-03-02T10:00:00-07:00", caller_id="303-555-0126", notes="x")
    message_id = first.json()["message_id"]
    found = wait(open_site, message_id).message
    assert (found.rep, found.prospect, found.sent_at) == ("Ann", "p1", "2026-03-02T10:00:00-07:00")
    assert send(open_site, rep="Bo").json() == {"message_id": message_id, "new": False}
    assert send(open_site, recording_id="mine").json()["message_id"] == "mine"


def signed(site, when=None, token=TOKEN, change=b""):
    """A signed request, built by hand: the signature is over the very bytes of the body."""
    made = site.client.build_request("POST", "/intake", files={"file": ("a.wav", fakes.voice(), "audio/wav")}, data=CALLBACK)
    body = made.read()
    moment = str(int(time.time() if when is None else when))
    mac = hmac.new(token.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {"content-type": made.headers["content-type"], "x-vmaudio-signature": f"t={moment},v1={mac}"}
    return site.client.post("/intake", content=body + change, headers={**headers, "accept": "application/json"})


def test_a_signature_instead_of_the_token(open_site):
    """HMAC over time and body; the token itself does not travel."""
    assert signed(open_site).status_code == 202


@pytest.mark.parametrize(
    "wrong",
    [{"token": "another-token"}, {"when": time.time() - 3600}, {"when": time.time() + 3600}, {"change": b" "}],
    ids=["another token", "an hour old", "an hour ahead", "a changed body"],
)
def test_wrong_signatures(open_site, wrong):
    """Refused, and nothing is kept."""
    assert signed(open_site, **wrong).status_code == 401
    assert not open_site.web.arriving.ids


@pytest.mark.parametrize(
    "headers",
    [{"authorization": "Bearer wrong"}, {"x-vmaudio-signature": "nonsense"}, {"x-vmaudio-signature": "t=1,v1="}, {}],
)
def test_without_the_token(open_site, headers):
    """Neither a wrong token nor a half signature lets anybody in."""
    assert send(open_site, headers=headers, **CALLBACK).status_code in (401, 403)
    assert not open_site.web.arriving.ids


def test_the_token_opens_nothing_else(open_site):
    """Neither pages nor other forms."""
    for path in ("/team.json", "/outcomes.json"):
        assert open_site.client.get(path, headers=BEARER).status_code == 401
    assert open_site.client.post("/jobs", headers=BEARER, files={"file": ("a.wav", b"x")}).status_code in (401, 403)


def test_without_the_option_there_is_no_such_page(site_with):
    """A server that was not told to takes nothing, from nobody."""
    site = site_with(token="the whole server")
    assert site.client.post("/intake", headers={"authorization": "Bearer the whole server"}).status_code == 404
    assert site.client.post("/intake", headers=BEARER).status_code == 401


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"data": b""}, 422, "fetches none"),
        ({"metadata": "{"}, 422, "no JSON"),
        ({"metadata": "[" * 100000}, 422, "no JSON"),
        ({"sent_at": "yesterday"}, 422, "no time"),
        ({"rep": "x" * 300}, 400, "at most 200"),
        ({**CALLBACK, "RecordingStatus": "in-progress"}, 422, "not finished"),
    ],
)
def test_what_cannot_be_taken_is_a_sentence(open_site, fields, status, words):
    """With what to do about it; nothing is kept."""
    answer = send(open_site, **fields)
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert not open_site.web.arriving.ids


def test_a_recording_that_is_too_large(site_with, tmp_path, monkeypatch):
    """Refused by its size."""
    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    site = site_with(intake_token=TOKEN, max_bytes=10_000)
    assert send(site, b"x" * 20_000).status_code == 413
    assert send(site, b"x" * 200_000).status_code == 413
    assert not (tmp_path / "kept").exists()


def test_a_recording_that_is_none(open_site, tmp_path):
    """The failure is stored for the report, its file goes, and it may be sent again."""
    message_id = send(open_site, b"no sound at all" * 50).json()["message_id"]
    assert wait(open_site, message_id) is None
    assert [failure.stage for failure in open_site.store.failures()] == ["intake"]
    assert not list((tmp_path / "kept").rglob("*.wav"))
    assert send(open_site, b"no sound at all" * 50).json()["new"] is True


def test_a_short_token_is_refused():
    """As a password would be."""
    with pytest.raises(SettingError, match="intake token is shorter"):
        Config(intake_token="short")
