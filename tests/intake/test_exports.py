"""Providers' lists and webhooks: each record with its recording beside it; nothing is fetched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.intake.spools import put, riff
from vmaudio.intake.sources.providers import records_in, understand
from vmaudio.intake.sources.registry import read_place

SOUND = riff(1, b"\0\x10" * 4000)
RE = "RE" + "0123456789abcdef" * 2
CALLBACK = {
    "AccountSid": "AC1", "CallSid": "CA1", "RecordingSid": RE, "RecordingStatus": "completed", "RecordingDuration": "12",
    "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{RE}", "RecordingChannels": "1",
    "RecordingStartTime": "Mon, 02 Mar 2026 17:15:02 +0000", "RecordingSource": "RecordVerb",
}  # fmt: skip
LISTED = {
    "account_sid": "AC1", "call_sid": "CA1", "sid": RE, "channels": 1, "duration": "12", "status": "completed",
    "date_created": "Mon, 02 Mar 2026 17:15:02 +0000", "start_time": "Mon, 02 Mar 2026 17:15:02 +0000", "source": "RecordVerb",
    "uri": f"/2010-04-01/Accounts/AC1/Recordings/{RE}.json",
}  # fmt: skip
RINGCENTRAL = {
    "id": 111111111111, "type": "VoiceMail", "creationTime": "2026-03-02T17:15:02.000Z", "readStatus": "Read",
    "direction": "Inbound", "availability": "Alive", "to": [{"name": "Dana Whitfield"}],
    "from": {"phoneNumber": "+13035550126", "name": "BECKER TOM"},
    "attachments": [
        {"id": 222, "type": "AudioTranscription", "contentType": "text/plain"},
        {"id": 10000000001, "type": "AudioRecording", "contentType": "audio/mpeg", "vmDuration": 12},
    ],
}  # fmt: skip
ZOOM = {
    "id": "f5a2b1c4d3e6", "caller_name": "Tom Becker", "caller_number": "+13035550126", "callee_name": "Dana",
    "callee_number": "1001", "date_time": "2026-03-02T17:15:02Z", "duration": 12, "status": "unread",
    "download_url": "https://zoom.us/v2/phone/voice_mails/download/f5a2b1c4d3e6",
}  # fmt: skip
DIALPAD = {
    "call_id": 5780678246121472, "direction": "outbound", "state": "voicemail_uploaded", "external_number": "+13035550177",
    "internal_number": "+13035550126", "date_started": 1772471702000, "duration": 12000.0,
    "contact": {"name": "Dana Whitfield", "phone": "+13035550177"}, "target": {"name": "Tom Becker", "type": "user"},
    "voicemail_link": "https://dialpad.com/blob/voicemail/5780678246121472.mp3",
}  # fmt: skip
AIRCALL = {
    "id": 812345678, "direction": "inbound", "status": "done", "started_at": 1772471702, "duration": 12,
    "raw_digits": "+1 303-555-0126", "voicemail": "https://assets.aircall.io/calls/812345678/voicemail",
    "user": {"name": "Dana"}, "contact": {"first_name": "Tom", "last_name": "Becker"}, "number": {"digits": "+1 303 555 0177"},
}  # fmt: skip
JUSTCALL = {
    "id": 93384242, "call_sid": "CA2", "contact_number": "13035550177", "contact_name": "Dana Whitfield",
    "justcall_number": "13035550126", "agent_name": "Tom Becker", "call_date": "2026-03-02", "call_time": "17:15:02",
    "call_info": {"direction": "Outgoing", "recording": "https://justcall.io/recordings/93384242"},
    "call_duration": {"total_duration": 12},
}  # fmt: skip
RECORDS = {
    "callback": (CALLBACK, RE, None, None, None),
    "Twilio": (LISTED, RE, None, None, None),
    "RingCentral": (RINGCENTRAL, "10000000001", "BECKER TOM", "+13035550126", None),
    "Zoom": (ZOOM, "f5a2b1c4d3e6", "Tom Becker", "+13035550126", None),
    "Dialpad": (DIALPAD, "5780678246121472", "Tom Becker", "+13035550126", "+13035550177"),
    "Aircall": (AIRCALL, "812345678", "Tom Becker", "+1 303-555-0126", None),
    "JustCall": (JUSTCALL, "93384242", "Tom Becker", "13035550126", "13035550177"),
}
WRAPPED = {
    "Twilio's list": ({"recordings": [LISTED], "page": 0, "uri": "/x"}, RE),
    "RingCentral's list": ({"records": [RINGCENTRAL], "paging": {}}, "10000000001"),
    "RingCentral's event": ({"uuid": "1", "event": "/restapi/v1.0/voicemail", "body": RINGCENTRAL}, "10000000001"),
    "Zoom's list": ({"voice_mails": [ZOOM], "page_size": 30}, "f5a2b1c4d3e6"),
    "Zoom's event": ({"event": "phone.voicemail_received", "payload": {"account_id": "1", "object": ZOOM}}, "f5a2b1c4d3e6"),
    "Aircall's list": ({"meta": {"count": 1}, "calls": [AIRCALL]}, "812345678"),
    "Aircall's event": ({"resource": "call", "event": "call.voicemail_left", "data": AIRCALL}, "812345678"),
    "JustCall's list": ({"status": "success", "data": [JUSTCALL]}, "93384242"),
    "a list of events": ([{"payload": {"object": ZOOM}}], "f5a2b1c4d3e6"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_each_providers_record(name):
    """Recording id, who called, when and how long. In a call that went out the rep is the provider's user."""
    record, recording_id, rep, number, prospect = RECORDS[name]
    found = understand(record)
    message = found.message("x.wav")
    assert (found.ids[0], found.ready, message.message_id) == (recording_id, True, recording_id)
    assert (message.rep, message.caller_id, message.prospect) == (rep, number, prospect)
    assert (message.sent_at, message.extra["duration_s"]) == ("2026-03-02T17:15:02+00:00", "12")


@pytest.mark.parametrize("name", WRAPPED)
def test_lists_and_events(name):
    """However it is wrapped."""
    data, recording_id = WRAPPED[name]
    assert [understand(one).ids[0] for one in records_in(data)] == [recording_id]


def test_a_folder_with_a_list(tmp_path):
    """Files named after ids, after the address, or with the id in the name; the best of two formats; the rest is named."""
    put(tmp_path / "voicemails.json", json.dumps({"calls": [AIRCALL, {**AIRCALL, "id": 812345679}]}).encode())
    put(tmp_path / "dialpad.jsonl", json.dumps(DIALPAD).encode() + b"\n")
    put(tmp_path / "sound" / "812345678.wav", SOUND)
    put(tmp_path / "sound" / "812345678.mp3", SOUND)
    put(tmp_path / "sound" / "2026-03-02_5780678246121472_Tom.mp3", SOUND)
    put(tmp_path / "sound" / "unlisted.wav", SOUND)
    found = read_place(tmp_path)
    assert found.source == "export"
    by_name = {Path(one.source).name: one for one in found.messages}
    assert set(by_name) == {"812345678.wav", "2026-03-02_5780678246121472_Tom.mp3", "unlisted.wav"}
    assert by_name["2026-03-02_5780678246121472_Tom.mp3"].rep == "Tom Becker"
    assert by_name["unlisted.wav"].sent_at is None
    assert sorted((one.reason, one.what.rpartition("/")[2]) for one in found.left_out) == [
        ("copy", "812345678.mp3"),
        ("no recording", "voicemails.json: 812345679"),
    ]


def test_a_csv(tmp_path):
    """The same names as columns, as consoles export them."""
    head = "Recording SID,Call SID,Date Created,Duration,From,To,Direction"
    line = f"{RE},CA1,2026-03-02T17:15:02Z,12,+13035550126,+13035550177,outbound-api"
    put(tmp_path / "recordings.csv", f"{head}\n{line}\n".encode())
    put(tmp_path / f"{RE}.mp3", SOUND)
    (found,) = read_place(tmp_path / "recordings.csv").messages
    assert (found.message_id, found.caller_id, found.prospect) == (RE, "+13035550126", "+13035550177")
    assert found.sent_at == "2026-03-02T17:15:02+00:00"


@pytest.mark.parametrize(("status", "reason"), [("in-progress", "unfinished"), ("absent", "no recording")])
def test_a_recording_that_is_not_ready(tmp_path, status, reason):
    """Left for the next run; or the provider has none."""
    put(tmp_path / "callback.json", json.dumps({**CALLBACK, "RecordingStatus": status}).encode())
    found = read_place(tmp_path / "callback.json")
    assert ([one.reason for one in found.left_out], found.messages) == ([reason], ())


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "[" * 5000, '{"recordings": 7}', '{"recordings": [{"sid": null}]}', json.dumps({"id": 1, "type": "Fax"})],
)
def test_other_json_is_none_of_a_providers(tmp_path, text):
    """A folder with other JSON stays a folder of plain files."""
    put(tmp_path / "a.json", text.encode())
    put(tmp_path / "a.wav", SOUND)
    assert read_place(tmp_path).source == "files"


def test_a_manifest_is_no_export(tmp_path):
    """vmaudio's own tables beside recordings stay what they are."""
    put(tmp_path / "manifest.csv", b"file,rep,prospect,message_id\na.wav,Ann,p1,m1\n")
    put(tmp_path / "outcomes.csv", b"message_id,callback\nm1,1\n")
    put(tmp_path / "a.wav", SOUND)
    assert read_place(tmp_path).source == "files"
