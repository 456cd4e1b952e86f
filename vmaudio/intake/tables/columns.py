"""Which column of somebody's export is which: our names, common CRM names, or a mapping that the user gives."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vmaudio.errors import SettingError, TableError
from vmaudio.intake.tables.faults import name_list
from vmaudio.intake.tables.table import Table, texts_of

OUTCOME_FIELDS = (
    "message_id", "file", "recording_id", "prospect", "callback", "callback_at", "reply", "connect", "sale", "complaint",
    "wrong_person", "cost", "touches", "rep", "sent_at", "campaign", "channel", "script", "result", "simulated",
)  # fmt: skip
"""What an outcome file may say. ``result`` is a CRM's one-word disposition ("Connected", "Wrong number")."""

MANIFEST_FIELDS = (
    "file", "rep", "prospect", "message_id", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script",
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
    "reply": ("reply", "replied", "emailreply", "emailreplied", "hasreplied", "hsemailreplied", "answered"),
    "connect": ("connect", "connected", "conversation", "laterconnect", "spoke", "reached"),
    "sale": ("sale", "sold", "iswon", "won", "closedwon", "isclosedwon", "hsisclosedwon", "dealwon", "converted"),
    "complaint": ("complaint", "complained", "optout", "optedout", "unsubscribed", "donotcall", "hasoptedoutofcall"),
    "wrong_person": ("wrongperson", "wrongnumber", "wrongcontact", "badnumber", "notthem"),
    "cost": ("cost", "price", "costperdrop", "spend", "amountspent"),
    "touches": ("touches", "earliertouches", "previoustouches", "numberoftimescontacted", "numnotes", "numcontactednotes",
                "timescontacted", "touchcount"),
    "result": ("result", "calloutcome", "calldisposition", "hscalldisposition", "callresult", "disposition", "outcome"),
    "simulated": ("simulated",),
}  # fmt: skip
_NOT_WITH = {"fullname": "phonenumberdialed"}
"""VICIdial's full_name is the agent's: no name of a prospect beside its phone_number_dialed."""
_ALL_NAMES = frozenset(key for keys in _ALIASES.values() for key in keys) | {
    key.replace("_", "") for key in (*OUTCOME_FIELDS, *MANIFEST_FIELDS)
}
_LONGEST_NAME = 120
_SHORTEST_ID = 8
"""A column "Id" beside a file column is the CRM's if its ids are at least so long; 1, 2, 3 only counts the rows of one file."""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which columns a user's file has.

    Attributes:
        columns: our field -> their column.
        dates: order in dates such as 3/4/2026: "auto", "mdy" or "dmy".
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = "auto"


def parse_column_map(given: Sequence[str], dates: str = "auto") -> ColumnMap:
    """Read a mapping of columns: ``callback=Returned,file=Recording``, or a .toml file with a table ``[columns]`` and
    ``dates``.

    Args:
        given: texts of ``--map``, later ones winning.
        dates: order in dates: "auto", "mdy" or "dmy"; "auto" leaves it to the file.

    Returns:
        The mapping.

    Raises:
        SettingError: a text is neither, or names a field that does not exist.
        TableError: the TOML file cannot be read.
    """
    columns: dict[str, str] = {}
    for text in given:
        if text.lower().endswith(".toml") and "=" not in text:
            loaded, file_dates = _load(Path(text))
            columns |= loaded
            dates = file_dates if dates == "auto" else dates
            continue
        for part in text.split(","):
            ours, sign, theirs = part.partition("=")
            if not sign or not ours.strip() or not theirs.strip():
                raise SettingError(f"--map {part!r}: write FIELD=COLUMN, such as callback=Returned, or a .toml file.")
            columns[ours.strip().lower()] = theirs.strip()
    known = set(OUTCOME_FIELDS) | set(MANIFEST_FIELDS)
    unknown = sorted(set(columns) - known)
    if unknown:
        raise SettingError(f"--map: there is no field {unknown[0]!r}. Fields: {', '.join(sorted(known))}.")
    if dates not in ("auto", "mdy", "dmy"):
        raise SettingError(f"dates = {dates!r} is not auto, mdy or dmy.")
    return ColumnMap(columns, dates)


def _load(path: Path) -> tuple[dict[str, str], str]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a mapping file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f'{path}: is not TOML ({error}). Write [columns] and lines such as callback = "Returned".') from error
    columns = data.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise TableError(f'{path}: [columns] must be lines such as callback = "Returned".')
    return {str(key).lower(): value for key, value in columns.items()}, str(data.get("dates", "auto"))


def column_map_toml(mapping: ColumnMap) -> str:
    """Write a mapping as TOML text that `parse_column_map` reads.

    Args:
        mapping: the mapping.

    Returns:
        The text of the file.
    """
    lines = [f'dates = "{mapping.dates}"', "", "[columns]"]
    lines += [f'{ours} = "{_escape(theirs)}"' for ours, theirs in sorted(mapping.columns.items())]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


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


def find_columns(table: Table, fields: Sequence[str], given: ColumnMap) -> dict[str, str]:
    """Find the column of each field: given columns first, then our own names, then common CRM names.

    Args:
        table: the table.
        fields: our fields to look for.
        given: the user's mapping.

    Returns:
        Our field -> their column; fields without a column are left out.

    Raises:
        TableError: a given column is not there, or two given fields claim one column.
    """
    names = [name for name in table.header if name]
    by_key = columns_by_key(names)
    found: dict[str, str] = {}
    for ours, theirs in given.columns.items():
        if ours not in fields:
            continue
        column = column_named(names, theirs)
        if column is None:
            raise TableError(
                f"{table.path}, line {table.header_line}: --map wants {ours} from a column {theirs!r}. "
                f"Columns: {name_list(names)}."
            )
        if column in found.values():
            raise TableError(f"{table.path}, line {table.header_line}: --map gives the column {theirs!r} to two fields.")
        found[ours] = column
    for ours in fields:
        if ours not in found and ours in names and ours not in found.values():
            found[ours] = ours
    taken = set(found.values())
    for ours in fields:
        if ours in found:
            continue
        keys = (key for key in _ALIASES.get(ours, ()) if _NOT_WITH.get(key) not in by_key)
        column = next((by_key[key] for key in keys if key in by_key and by_key[key] not in taken), None)
        if column is not None:
            found[ours] = column
            taken.add(column)
    if found.get("message_id", "") != "message_id" and "message_id" not in given.columns:
        _leave_row_numbers(table, found)
    return found


def column_named(header: Sequence[str], name: str) -> str | None:
    """The column that a user names.

    Args:
        header: names of the columns.
        name: as the user writes it.

    Returns:
        The column; None where there is none.
    """
    plain = name.strip().lower()
    return plain if plain in header else columns_by_key([one for one in header if one]).get(key_of(name))


def columns_by_key(names: Sequence[str]) -> dict[str, str]:
    """The columns by their names as `key_of` writes them; "Contact: Contact ID" is known by its last part too.

    Args:
        names: the columns.
    """
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(key_of(name), name)
    for name in names:  # reports write "Contact: Contact ID"
        by_key.setdefault(key_of(name.rpartition(":")[2]), name)
    return by_key


def _leave_row_numbers(table: Table, found: dict[str, str]) -> None:
    """Take a bare "id" for no message_id where a file or recording names the message and the ids are short."""
    if key_of(found.get("message_id", "")) != "id" or not ("file" in found or "recording_id" in found):
        return
    if any(0 < len(text) < _SHORTEST_ID for text in texts_of(table, found["message_id"])):
        del found["message_id"]
