"""What a recording says of its call without being heard: its name, a text or JSON file beside it, its length, its date."""

from __future__ import annotations

import configparser
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vmaudio.errors import VmaudioError
from vmaudio.intake.tables import parse_date_time

MOST_SIDECAR_BYTES = 200_000
_FEWEST_DIGITS = 7
"""A number with fewer digits is an extension or a count."""

_EPOCH = re.compile(r"(?<!\d)(1[4-9]\d{8})(\d{3})?(?:\.\d{1,6})?(?!\d)")
_STAMP = re.compile(
    r"(?<!\d)(20\d{2})[-_.]?([01]\d)[-_.]?([0-3]\d)(?:[T _-]?)([0-2]\d)[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?(Z)?(?!\d)"
)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_LONG_ID = re.compile(r"(?<![0-9A-Za-z])(?:[A-Z]{2}[0-9a-f]{32}|[0-9a-f]{24,64}|\d{10}\.\d{1,9})(?![0-9A-Za-z])")
_NUMBER = re.compile(r"(?<![\dA-Za-z])(?:\+\d{8,15}|\d{10,15})(?![\dA-Za-z])")

_KEYS: Mapping[str, tuple[str, ...]] = {
    "start": ("starttime", "startedat", "start", "origtime", "calldate", "callstart", "datecreated", "createdat", "timestamp",
              "date", "time"),
    "caller": ("from", "fromnumber", "caller", "callerid", "calleridnum", "fromphonenumber", "localphone", "src"),
    "callee": ("to", "tonumber", "callee", "called", "dialed", "phonenumber", "tophonenumber", "remotephone", "dst"),
    "duration": ("duration", "durations", "recordingduration", "billsec", "lengthinsec", "seconds"),
    "ids": ("id", "callid", "recordingid", "sid", "callsid", "recordingsid", "uniqueid", "linkedid", "uuid", "msgid"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """What is known of a recording's call before anybody hears it.

    Attributes:
        path: the file.
        start: when it was made; None when not known.
        clock: where ``start`` comes from: "sidecar", "name" or "file date"; each may be off in its own way.
        callers: telephone numbers of the calling side, digits only.
        callees: numbers of the called side, digits only.
        numbers: numbers of which the side is not known.
        duration_s: length of the sound; None when it could not be read.
        ids: ids of call or recording, in lower case.
    """

    path: Path
    start: datetime.datetime | None = None
    clock: str = ""
    callers: frozenset[str] = frozenset()
    callees: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    duration_s: float | None = None
    ids: frozenset[str] = frozenset()


def number_key(text: str) -> str | None:
    """A telephone number for comparison: its last ten digits, or all of a shorter one.

    Args:
        text: a number as somebody wrote it, perhaps with a name, an extension or a SIP address around it.

    Returns:
        The digits; None where there are fewer than seven.
    """
    plain = re.split(r"(?i)[;@]|\b(?:ext|x)\.?\s*\d", text.rpartition("<")[2])[0]
    digits = re.sub(r"\D", "", plain)
    return digits[-10:] if len(digits) >= _FEWEST_DIGITS else None


def name_facts(path: Path, zone: datetime.tzinfo) -> RecordingFacts:
    """Read a file's name: a time, telephone numbers and ids, as recorders write them.

    Args:
        path: the file; only its name is read.
        zone: zone of a time without one.

    Returns:
        What the name says.
    """
    text = path.stem
    ids = {found.lower() for found in _UUID.findall(text)}
    rest = _UUID.sub(" ", text)
    ids |= {found.lower() for found in _LONG_ID.findall(rest)}
    start = None
    stamp = _STAMP.search(rest)
    if stamp:
        year, month, day, hour, minute = (int(stamp[i]) for i in range(1, 6))
        try:
            start = datetime.datetime(
                year, month, day, hour, minute, int(stamp[6] or 0), tzinfo=datetime.UTC if stamp[7] else zone
            )
            rest = rest[: stamp.start()] + " " + rest[stamp.end() :]
        except ValueError:
            start = None
    epoch = _EPOCH.search(rest)
    if epoch:
        if start is None:
            start = datetime.datetime.fromtimestamp(int(epoch[1]), datetime.UTC)
        rest = rest[: epoch.start()] + " " + rest[epoch.end() :]
    rest = _LONG_ID.sub(" ", rest)
    numbers = {key for found in _NUMBER.findall(rest.replace("_", " ")) if (key := number_key(found))}
    ids.add(text.lower())
    return RecordingFacts(path, start, "name" if start else "", numbers=frozenset(numbers), ids=frozenset(ids))


def _sidecar(path: Path) -> Mapping[str, str]:
    """The text or JSON file beside a recording, as plain keys and texts; Asterisk's msg0000.txt is one."""
    for ending in (".json", ".txt"):
        for beside in (path.with_suffix(ending), path.with_name(path.name + ending)):
            try:
                if not beside.is_file() or beside.stat().st_size > MOST_SIDECAR_BYTES:
                    continue
                text = beside.read_text("utf-8", errors="replace")
            except OSError:
                continue
            found = _json_keys(text) if ending == ".json" else _ini_keys(text)
            if found:
                return found
    return {}


def _json_keys(text: str) -> dict[str, str]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(data, dict):
        return {}
    plain = {**data, **{k: v for inner in data.values() if isinstance(inner, dict) for k, v in inner.items()}}
    return {_plain(str(key)): str(value) for key, value in plain.items() if isinstance(value, (str, int, float))}


def _ini_keys(text: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return {}
    return {_plain(key): value for section in parser.sections() for key, value in parser.items(section)}


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


def _first(found: Mapping[str, str], what: str) -> str | None:
    return next((found[key] for key in _KEYS[what] if found.get(key)), None)


def _moment(text: str | None, zone: datetime.tzinfo) -> datetime.datetime | None:
    if not text:
        return None
    try:
        return parse_date_time(text, zone, None)
    except (ValueError, OverflowError, OSError):
        return None


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def file_facts(path: Path, zone: datetime.tzinfo, *, measure: bool = True) -> RecordingFacts:
    """Everything that a recording says of its call without being heard.

    A time in a file beside it wins over one in its name, and that over the file's own date.

    Args:
        path: the file.
        zone: zone of times without one.
        measure: decode the sound for its length, where no file beside it says it.

    Returns:
        The facts.
    """
    named, beside = name_facts(path, zone), _sidecar(path)
    start, clock = _moment(_first(beside, "start"), zone), "sidecar"
    if start is None:
        start, clock = named.start, "name"
    duration = _seconds(_first(beside, "duration"))
    if duration is None and measure:
        duration = _length(path)
    if start is None:
        try:  # written when the recording ended
            ended = datetime.datetime.fromtimestamp(path.stat().st_mtime, datetime.UTC)
            start, clock = ended - datetime.timedelta(seconds=duration or 0.0), "file date"
        except OSError:
            clock = ""
    caller, callee = (number_key(_first(beside, side) or "") for side in ("caller", "callee"))
    known = {number for number in (caller, callee) if number}
    ids = {beside[key].strip().lower() for key in _KEYS["ids"] if beside.get(key)}
    return RecordingFacts(
        path, start, clock, frozenset({caller} - {None}), frozenset({callee} - {None}), named.numbers - known,  # type: ignore[arg-type]
        duration, named.ids | ids,
    )  # fmt: skip


def _length(path: Path) -> float | None:
    from vmaudio.audio import load_audio

    try:
        return load_audio(path).duration_s
    except VmaudioError:
        return None
