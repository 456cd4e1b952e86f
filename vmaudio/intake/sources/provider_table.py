"""The names that telephone providers give to the fields of a recording; `vmaudio.intake.sources.providers` reads by them.

Those of Twilio, RingCentral and Zoom Phone are of their public references. Those of Dialpad, Aircall and JustCall are from
their documentation as known, and were not tried against an account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """How one provider names things; each field has the names that it may have, the first that is there counts.

    Args:
        name: of the provider.
        marks: sets of names; a record that has all of one set is the provider's.
        ids: the recording's id, then others by which its file may be named.
        url: where the provider has the recording.
        sent_at: when the message was left; several joined by "+" are a date and a time.
        duration: its length, in seconds unless ``milliseconds``.
        caller: number and name of who called, in a call that came in.
        own: number and name of the user, in a call that went out: there the rep is the user, and the caller the prospect.
        milliseconds: its numbers of time and length are milliseconds.
        direction: the name of the field that says whether the call came in.
        only: a field and the value that it must have in lower case.
    """

    name: str
    marks: Sequence[frozenset[str]]
    ids: Sequence[str]
    url: Sequence[str]
    sent_at: Sequence[str]
    duration: Sequence[str]
    caller: tuple[Sequence[str], Sequence[str]]
    own: tuple[Sequence[str], Sequence[str]]
    milliseconds: bool = False
    direction: str = "direction"
    only: tuple[str, str] = ("", "")


def _all(*names: str) -> frozenset[str]:
    return frozenset(names)


PROVIDERS: Sequence[Provider] = (
    Provider(
        "Twilio",
        (
            _all("recordingsid"),
            _all("sid", "callsid", "accountsid", "channels"),
        ),
        ids=("recordingsid", "sid", "callsid"), url=("recordingurl", "mediaurl", "uri"),
        sent_at=("recordingstarttime", "starttime", "datecreated", "timestamp"),
        duration=("recordingduration", "duration"),
        caller=(("from", "caller"), ("callername",)), own=(("from", "caller"), ("callername",)),
    ),
    Provider(
        "RingCentral",
        (_all("id", "creationtime", "type", "readstatus"), _all("id", "creationtime", "attachments.0.id")),
        ids=("audio.id", "id"), url=("audio.uri", "audio.link"), sent_at=("creationtime",), duration=("audio.vmduration",),
        caller=(("from.phonenumber", "from.extensionnumber"), ("from.name",)), own=((), ()), only=("type", "voicemail"),
    ),
    Provider(
        "Zoom Phone",
        (_all("id", "callernumber", "datetime", "downloadurl"), _all("id", "callernumber", "calleenumber", "datetime")),
        ids=("id", "calllogid", "callid"), url=("downloadurl",), sent_at=("datetime",), duration=("duration",),
        caller=(("callernumber", "callerdidnumber"), ("callername",)), own=(("callernumber",), ("callername",)),
    ),
    Provider(
        "Dialpad",
        (_all("callid", "externalnumber", "datestarted"), _all("callid", "voicemaillink")),
        ids=("voicemailrecordingid", "recordingid", "callid"), url=("voicemaillink", "recordingurl"), sent_at=("datestarted",),
        duration=("voicemailduration", "duration"),
        caller=(("externalnumber", "contact.phone"), ("contact.name",)), own=(("internalnumber",), ("target.name",)),
        milliseconds=True,
    ),
    Provider(
        "Aircall",
        (_all("id", "rawdigits", "startedat", "direction"),),
        ids=("id", "callid", "sid"), url=("voicemail", "recording", "asset"), sent_at=("startedat",), duration=("duration",),
        caller=(("rawdigits",), ("contact.name", "contact.firstname+contact.lastname")),
        own=(("number.digits", "number.e164digits"), ("user.name",)),
    ),
    Provider(
        "JustCall",
        (_all("contactnumber", "justcallnumber"),),
        ids=("id", "callsid", "callid"), url=("callinfo.recording", "recordingurl", "recording", "recurl"),
        sent_at=("datetime", "calldate+calltime", "calldate"),
        duration=("callduration.totalduration", "callduration", "duration"),
        caller=(("contactnumber",), ("contactname",)), own=(("justcallnumber",), ("agentname",)),
        direction="callinfo.direction",
    ),
)  # fmt: skip
"""The providers that are understood."""
