"""Which column of somebody's export is which: our names, common CRM names, or a mapping that the user gives."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vmaudio.errors import SettingError, TableError
from vmaudio.intake.outcomes.dispositions import checked_meaning, parse_map_values

OUTCOME_FIELDS = (
    "message_id", "file", "recording_id", "prospect", "callback", "callback_at", "reply", "connect", "sale", "complaint",
    "wrong_person", "cost", "touches", "rep", "sent_at", "campaign", "channel", "script", "result", "simulated",
)  # fmt: skip
"""What an outcome file may say. ``result`` is a CRM's one-word disposition ("Connected", "Wrong number")."""

MANIFEST_FIELDS = (
    "file", "rep", "prospect", "message_id", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script",
)  # fmt: skip

# Names as Salesforce and HubSpot export them (labels and API names), and as people write them; compared without case,
# spaces and punctuation, and without Salesforce's "__c". The first of a field's names that is there wins.
_ALIASES: Mapping[str, tuple[str, ...]] = {
    "message_id": (
        "messageid", "message", "activityid", "taskid", "callid", "engagementid", "hsobjectid", "recordid", "hsengagementid",
    ),
    "file": (
        "file", "filename", "path", "filepath", "recording", "recordingfile", "voicemailfile", "audiofile", "audio",
        "recordingurl", "callrecordingurl", "hscallrecordingurl", "voicemailrecording", "recordinglink",
    ),
    "recording_id": ("recordingid", "sha256", "hash", "filehash", "checksum"),
    "prospect": (
        "prospect", "prospectid", "whoid", "contactid", "leadid", "nameid", "contactorleadid", "associatedcontactids",
        "associatedcontactid", "contact", "lead", "prospectemail",
    ),
    "prospect_name": (
        "prospectname", "contactname", "leadname", "fullname", "whoname", "associatedcontact", "associatedcontacts",
    ),
    "company": (
        "company", "account", "accountname", "companyaccount", "companyname", "associatedcompany", "associatedcompanies",
        "primaryassociatedcompany",
    ),
    "rep": (
        "rep", "repname", "salesrep", "agent", "caller", "assignedto", "assigned", "taskowner", "activityassignedto",
        "activityowner", "owner", "ownername", "ownerid", "hubspotownerid", "activityassignedtoname", "assignedtoname",
        "recordowner", "contactowner",
    ),
    "sent_at": (
        "sentat", "sent", "leftat", "calldate", "calltime", "activitydate", "hstimestamp", "completeddatetime", "createdate",
        "createddate", "duedate", "date", "datetime", "timestamp", "activitydatetime",
    ),
    "campaign": ("campaign", "campaignname", "campaignid", "hscampaign", "list", "listname", "sequence", "sequencename"),
    "channel": ("channel", "activitytype", "tasktype", "tasksubtype", "engagementtype", "hsactivitytype"),
    "script": ("script", "scriptname", "template", "talktrack", "messagetemplate"),
    "caller_id": ("callerid", "fromnumber", "hscallfromnumber", "callfromnumber"),
    "notes": ("notes", "note", "description", "comments", "fullcomments"),
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
    "result": ("result", "calloutcome", "calldisposition", "hscalldisposition", "callresult", "disposition", "outcome"),
    "simulated": ("simulated",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which columns a user's file has.

    Attributes:
        columns: our field -> their column.
        dates: order in dates such as 3/4/2026: "auto", "mdy" or "dmy".
        values: what the user says that words of a disposition mean: word -> one of `MEANINGS`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    dates: str = "auto"
    values: Mapping[str, str] = field(default_factory=dict)


def parse_column_map(given: Sequence[str], dates: str = "auto", values: Sequence[str] = ()) -> ColumnMap:
    """Read a mapping of columns: ``callback=Returned,file=Recording``, or a .toml file with the tables ``[columns]`` and
    ``[values]``, and ``dates``.

    Args:
        given: texts of ``--map``, later ones winning.
        dates: order in dates: "auto", "mdy" or "dmy"; "auto" leaves it to the file.
        values: texts of ``--map-value``, which say what a word of a disposition means; they win over the file.

    Returns:
        The mapping.

    Raises:
        SettingError: a text is neither, or names a field or a meaning that does not exist.
        TableError: the TOML file cannot be read.
    """
    columns: dict[str, str] = {}
    words: dict[str, str] = {}
    for text in given:
        if text.lower().endswith(".toml") and "=" not in text:
            loaded = _load(Path(text))
            columns |= loaded.columns
            words |= loaded.values
            dates = loaded.dates if dates == "auto" else dates
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
    return ColumnMap(columns, dates, words | parse_map_values(values))


def _load(path: Path) -> ColumnMap:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a mapping file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TableError(f'{path}: is not TOML ({error}). Write [columns] and lines such as callback = "Returned".') from error
    columns = data.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise TableError(f'{path}: [columns] must be lines such as callback = "Returned".')
    words = data.get("values", {})
    if not isinstance(words, dict) or not all(isinstance(value, str) for value in words.values()):
        raise TableError(f'{path}: [values] must be lines such as "Interested" = "connect".')
    return ColumnMap(
        {str(key).lower(): value for key, value in columns.items()},
        str(data.get("dates", "auto")),
        {str(word): checked_meaning(str(word), meaning) for word, meaning in words.items()},
    )


def column_map_toml(mapping: ColumnMap) -> str:
    """Write a mapping as TOML text that `parse_column_map` reads.

    Args:
        mapping: the mapping.

    Returns:
        The text of the file.
    """
    lines = [f'dates = "{mapping.dates}"', "", "[columns]"]
    lines += [f'{ours} = "{_escape(theirs)}"' for ours, theirs in sorted(mapping.columns.items())]
    if mapping.values:
        lines += ["", "[values]"]
        lines += [f'"{_escape(word)}" = "{meaning}"' for word, meaning in sorted(mapping.values.items())]
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]  # TOML escapes as JSON does


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"__c$", "", name.strip().lower()))


def find(header: Iterable[str], fields: Sequence[str], given: ColumnMap, path: Path) -> dict[str, str]:
    """Find the column of each field: given columns first, then our own names, then common CRM names.

    Args:
        header: names of the columns, in lower case.
        fields: our fields to look for.
        given: the user's mapping.
        path: the file, for errors.

    Returns:
        Our field -> their column; fields without a column are left out.

    Raises:
        TableError: a given column is not there, or two given fields claim one column.
    """
    names = [name for name in header if name]
    by_key: dict[str, str] = {}
    for name in names:
        by_key.setdefault(_key(name), name)
    for name in names:  # reports write "Contact: Contact ID"
        by_key.setdefault(_key(name.rpartition(":")[2]), name)
    found: dict[str, str] = {}
    for ours, theirs in given.columns.items():
        if ours not in fields:
            continue
        column = theirs.strip().lower() if theirs.strip().lower() in names else by_key.get(_key(theirs))
        if column is None:
            raise TableError(f"{path}, line 1: --map wants {ours} from a column {theirs!r}. Columns: {', '.join(names)}.")
        if column in found.values():
            raise TableError(f"{path}, line 1: --map gives the column {theirs!r} to two fields.")
        found[ours] = column
    for ours in fields:
        if ours not in found and ours in names and ours not in found.values():
            found[ours] = ours
    taken = set(found.values())
    for ours in fields:
        if ours in found:
            continue
        column = next((by_key[key] for key in _ALIASES.get(ours, ()) if key in by_key and by_key[key] not in taken), None)
        if column is not None:
            found[ours] = column
            taken.add(column)
    return found
