"""What telephone providers call things: the fields of their webhooks, lists and exports, as fields of a message.

A record is understood by its names alone, whether they come as JSON, as the columns of a CSV or as a form: they are compared
without capitals, spaces and underscores, so that ``RecordingSid``, ``recording_sid`` and "Recording SID" are one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from vmaudio.intake.sources.callers import name_of, telephone
from vmaudio.intake.sources.provider_table import PROVIDERS, Provider
from vmaudio.intake.tables import MOST_ID, parse_instant, time_zone
from vmaudio.records import Message

MOST_VALUES = 2_000
"""Values of one record that are looked at."""

Row = Mapping[str, str]


_WRAPPERS = (
    "recordings", "records", "voice_mails", "voicemails", "calls", "items", "data", "results", "payload", "object", "body",
)  # fmt: skip
_OWN_FIELDS = ("message_id", "rep", "prospect", "prospect_name", "company", "campaign", "notes", "script")
_NOT_READY = frozenset({"in-progress", "processing", "paused", "stopped"})
_NEVER = frozenset({"absent", "failed", "deleted", "purged"})


@dataclass(frozen=True, slots=True)
class Understood:
    """A provider's record, understood.

    Args:
        provider: its name.
        ids: by which the recording's file may be named; the first is the recording's own.
        url: where the provider has the recording; "" where the record does not say.
        ready: the recording is finished; None where there never will be one.
        fields: of the message.
    """

    provider: str
    ids: tuple[str, ...]
    url: str
    ready: bool | None
    fields: Mapping[str, Any]

    def message(self, source: str) -> Message:
        """The message, with its recording.

        Args:
            source: path of the recording.
        """
        return Message(source=source, **self.fields)


def flat(record: Mapping[str, Any]) -> Row:
    """A record with dotted names instead of records in records, names and values as text.

    Args:
        record: from JSON, or a row of a table.

    Returns:
        By name, without capitals and signs; at most `MOST_VALUES`.
    """
    found: dict[str, str] = {}

    def put(name: str, value: Any, depth: int) -> None:
        if isinstance(value, Mapping) and depth < 6:
            for key, inner in value.items():
                put(f"{name}.{_plain(str(key))}" if name else _plain(str(key)), inner, depth + 1)
        elif isinstance(value, list) and depth < 6:
            for i, inner in enumerate(value[:50]):
                put(f"{name}.{i}", inner, depth + 1)
        elif value is not None and not isinstance(value, (Mapping, list)) and len(found) < MOST_VALUES:
            found.setdefault(name, str(value).strip()[:2000])

    put("", record, 0)
    for i in range(20):  # RingCentral lists the sound and its transcript among the attachments
        if found.get(f"attachments.{i}.type", "").lower() == "audiorecording":
            prefix = f"attachments.{i}."
            found |= {f"audio.{key.removeprefix(prefix)}": value for key, value in found.items() if key.startswith(prefix)}
            break
    return {name: value for name, value in found.items() if value}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", name.lower())


def provider_of(row: Row) -> Provider | None:
    """The provider whose record this is.

    Args:
        row: as `flat` gives it.

    Returns:
        The provider; None where it is nobody's that is known.
    """
    names = set(row)
    for one in PROVIDERS:
        field, value = one.only
        if any(marks <= names for marks in one.marks) and (not field or row.get(field, value).lower() == value):
            return one
    return None


def understand(record: Mapping[str, Any], timezone: str = "UTC") -> Understood | None:
    """Read a provider's record.

    Args:
        record: from JSON, a row of a table, or the fields of a form.
        timezone: zone of times without one.

    Returns:
        What it says; None where it is no record of a provider that is known, or has no id.
    """
    row = flat(record)
    provider = provider_of(row)
    if provider is None:
        return None
    ids = tuple(dict.fromkeys(value for name in provider.ids if (value := row.get(name)) and len(value) <= MOST_ID))
    if not ids:
        return None
    status = row.get("recordingstatus") or row.get("status") or row.get("availability") or ""
    ready = None if status.lower() in _NEVER else status.lower() not in _NOT_READY
    went_out = row.get(provider.direction, "").lower().startswith("out")
    caller_number, caller_name = (_first(row, names) for names in provider.caller)
    own_number, own_name = (_first(row, names) for names in provider.own)
    fields: dict[str, Any] = {
        "message_id": ids[0],
        "channel": "voicemail",
        "sent_at": _moment(_first(row, provider.sent_at), timezone, provider.milliseconds),
        "rep": name_of(own_name if went_out else caller_name),
        "caller_id": telephone(own_number if went_out else caller_number),
    }
    if went_out:
        other = row.get("to") if caller_number == own_number else caller_number
        fields["prospect"] = telephone(other)
        fields["prospect_name"] = name_of(caller_name) if caller_name != own_name else None
    length = _seconds(_first(row, provider.duration), provider.milliseconds)
    said = {"provider": provider.name, "duration_s": length, "call_id": row.get("callsid") or row.get("callid") or ""}
    fields |= {name: value for name in _OWN_FIELDS if (value := row.get(_plain(name)))}
    fields["extra"] = {name: value for name, value in said.items() if value}
    return Understood(provider.name, ids, _first(row, provider.url), ready, fields)


def _first(row: Row, names: Sequence[str]) -> str:
    for name in names:
        value = " ".join(row.get(part, "") for part in name.split("+")).strip()
        if value:
            return value
    return ""


def _seconds(text: str, milliseconds: bool) -> str:
    try:
        seconds = float(text) / (1000 if milliseconds else 1)
    except ValueError:
        return ""
    return f"{seconds:g}" if 0 <= seconds < 100_000 else ""


def _moment(text: str, timezone: str, milliseconds: bool) -> str | None:
    """ISO 8601, a mail's date, or seconds since 1970 (milliseconds, where the provider or the size says so)."""
    moment: datetime.datetime | None = None
    try:
        if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
            number = float(text)
            seconds = number / 1000 if milliseconds or number > 1e11 else number
            moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
        else:
            moment = parse_instant(text, time_zone(timezone))
    except (ValueError, OverflowError, OSError):
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if not 1990 <= moment.year <= 2100:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)).isoformat()


def records_in(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The records of a provider's JSON: one of a webhook, or those of a list, however it is wrapped.

    Args:
        data: the JSON.
        depth: how far inside it this is.

    Yields:
        The records, each a mapping.
    """
    if isinstance(data, list) and depth < 4:
        for one in data:
            yield from records_in(one, depth + 1)
    elif isinstance(data, Mapping):
        if depth >= 4 or provider_of(flat(data)) is not None:
            yield data
            return
        for name in _WRAPPERS:
            if isinstance(data.get(name), (list, Mapping)):
                yield from records_in(data[name], depth + 1)
                return


def file_of_url(url: str) -> str:
    """The name of the file that an address leads to.

    Args:
        url: the address.

    Returns:
        The last part of its path; "" where there is none.
    """
    try:
        return urlsplit(url).path.rpartition("/")[2]
    except ValueError:
        return ""
