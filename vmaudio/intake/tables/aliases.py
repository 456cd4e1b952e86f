"""What our fields are called in the exports of CRMs and dialers."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

OUTCOME_FIELDS = (
    "message_id", "file", "recording_id", "prospect", "callback", "callback_at", "reply", "connect", "sale", "complaint",
    "wrong_person", "cost", "touches", "rep", "sent_at", "campaign", "channel", "script", "result", "simulated",
)  # fmt: skip
"""What an outcome file may say. ``result`` is a CRM's one-word disposition ("Connected", "Wrong number")."""

MANIFEST_FIELDS = (
    "file", "rep", "prospect", "message_id", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script", "audio_channel",
)  # fmt: skip
"""Columns of a manifest that mean something; others are kept in ``Message.extra``."""

# Names as Salesforce, HubSpot, Close, Pipedrive, Outreach, Salesloft, Aircall, Dialpad, JustCall and VICIdial export them
# (labels and API names), and as people write them; compared without case, spaces and punctuation, and without Salesforce's
# "__c". The first of a field's names that is there wins: when a call was made or done stands before when it was due.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "message_id": (
        "messageid", "message", "activityid", "taskid", "callid", "engagementid", "hsobjectid", "recordid", "hsengagementid",
        "callsid", "sid", "uniqueid", "calluuid", "id",
    ),
    "file": (
        "file", "filename", "path", "filepath", "recording", "recordingfile", "voicemailfile", "audiofile", "audio",
        "recordingurl", "callrecordingurl", "hscallrecordingurl", "voicemailrecording", "recordinglink", "voicemailurl",
        "voicemaillink", "recordingfilename", "recordingpath", "callrecording", "audiourl",
    ),
    "recording_id": ("recordingid", "sha256", "hash", "filehash", "checksum"),
    "prospect": (
        "prospect", "prospectid", "whoid", "contactid", "leadid", "nameid", "contactorleadid", "associatedcontactids",
        "associatedcontactid", "personid", "vendorleadcode", "contact", "lead", "prospectemail", "contactemail", "personemail",
        "personemailaddress", "contactnumber", "prospectnumber", "prospectphone", "tonumber", "hscalltonumber", "calltonumber",
        "tophonenumber", "phonenumberdialed", "externalnumber", "remotephone", "to",
    ),
    "prospect_name": (
        "prospectname", "contactname", "leadname", "fullname", "whoname", "associatedcontact", "associatedcontacts",
        "contactperson", "personname", "persondisplayname",
    ),
    "company": (
        "company", "account", "accountname", "companyaccount", "companyname", "associatedcompany", "associatedcompanies",
        "primaryassociatedcompany",
    ),
    "rep": (
        "rep", "repname", "salesrep", "agent", "caller", "assignedto", "assigned", "taskowner", "activityassignedto",
        "activityowner", "owner", "ownername", "ownerid", "hubspotownerid", "activityassignedtoname", "assignedtoname",
        "recordowner", "contactowner", "agentname", "assignedtouser", "username", "user", "agentemail", "useremail", "userid",
    ),
    "sent_at": (
        "sentat", "sent", "leftat", "calldatetime", "callstarttime", "calldate", "completeddatetime", "completedat",
        "completedon", "completeddate", "datecompleted", "completiondate", "hstaskcompletiondate", "markedasdonetime",
        "starttime", "startedat", "datestarted", "callstart", "calledat", "activityat", "datetimetzoffsetincl",
        "datetzoffsetincl", "hstimestamp", "activitydatetime", "datetime", "timestamp", "activitydate", "date", "calltime",
        "createdate", "createddate", "createdat", "datecreated", "duedate",
    ),
    "campaign": ("campaign", "campaignname", "campaignid", "hscampaign", "list", "listname", "sequence", "sequencename",
                 "cadence", "cadencename"),
    "channel": ("channel", "activitytype", "tasktype", "tasksubtype", "engagementtype", "hsactivitytype"),
    "script": ("script", "scriptname", "template", "talktrack", "messagetemplate"),
    "caller_id": (
        "callerid", "fromnumber", "hscallfromnumber", "callfromnumber", "fromphonenumber", "justcallnumber", "internalnumber",
        "localphone", "from",
    ),
    "notes": ("notes", "note", "description", "comments", "fullcomments", "callnotes"),
    "callback": (
        "callback", "calledback", "returned", "returnedcall", "callreturned", "callbackreceived", "gotcallback",
        "voicemailcallback", "hascalledback", "returncall",
    ),
    "callback_at": (
        "callbackat", "callbackdate", "callbacktime", "calledbackat", "returnedat", "returneddate", "dateofcallback",
        "callbackdatetime", "callbackreceivedat", "calledbackdate", "calledbackon", "callbackon", "returnedon",
        "callreturneddate", "callbackreceiveddate",
    ),
    "reply": ("reply", "replied", "emailreply", "emailreplied", "hasreplied", "hsemailreplied"),
    "connect": ("connect", "connected", "conversation", "laterconnect", "spoke", "reached"),
    "sale": ("sale", "sold", "iswon", "won", "closedwon", "isclosedwon", "hsisclosedwon", "dealwon", "converted"),
    "complaint": ("complaint", "complained", "optout", "optedout", "unsubscribed", "donotcall", "hasoptedoutofcall"),
    "wrong_person": ("wrongperson", "wrongnumber", "wrongcontact", "badnumber", "notthem"),
    "cost": ("cost", "price", "costperdrop", "spend", "amountspent"),
    "touches": ("touches", "earliertouches", "previoustouches", "numberoftimescontacted", "numnotes", "numcontactednotes",
                "timescontacted", "touchcount"),
    "result": (
        "result", "calloutcome", "calldisposition", "hscalldisposition", "callresult", "disposition", "outcome", "status",
        "statusname",
    ),
    "simulated": ("simulated",),
}  # fmt: skip
NOT_WITH = {"fullname": "phonenumberdialed"}
"""VICIdial's full_name is the agent's: no name of a prospect beside its phone_number_dialed."""
ONLY_WITH = {"status": "phonenumberdialed", "statusname": "phonenumberdialed"}
"""A column status is a disposition beside VICIdial's phone_number_dialed; elsewhere it is the task's or the file's."""
_ALL_NAMES = frozenset(key for keys in _ALIASES.values() for key in keys) | {
    key.replace("_", "") for key in (*OUTCOME_FIELDS, *MANIFEST_FIELDS)
}
_LONGEST_NAME = 120
_LISTS = frozenset({"list", "listname", "listid", "leadlist", "segment"})


def key_of(name: str) -> str:
    """A column's name as it is compared: without case, spaces, punctuation and Salesforce's ``__c``.

    Args:
        name: the name.
    """
    return re.sub(r"[\W_]+", "", re.sub(r"__c$", "", name.strip().lower()))


def names_of(ours: str) -> tuple[str, ...]:
    """What CRMs call a field, as `key_of` writes it, the best first.

    Args:
        ours: the field.
    """
    return _ALIASES.get(ours, ())


def is_list(name: str) -> bool:
    """Whether a column of a manifest names the list that a prospect is from.

    Args:
        name: its name.
    """
    return key_of(name) in _LISTS


def is_ours(name: str) -> bool:
    """Whether a column says what a field of ours means, even where another one was taken for that field.

    Args:
        name: its name. A campaign's and a channel's do not count: a sequence beside a campaign is something of its own.
    """
    return key_of(name) in _ALL_NAMES - {*_ALIASES["campaign"], *_ALIASES["channel"]}


def is_known(name: str, also: Collection[str] = ()) -> bool:
    """Whether a cell may be the name of a column: one of ours, of a CRM that is known, or given by the user.

    Args:
        name: the cell.
        also: further names, as `key_of` writes them.
    """
    if not name or len(name) > _LONGEST_NAME:
        return False
    key = key_of(name)
    return key in _ALL_NAMES or key in also or key_of(name.rpartition(":")[2]) in _ALL_NAMES
