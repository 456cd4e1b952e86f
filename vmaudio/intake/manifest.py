"""Manifests: CSV files that say who left each recording for whom, and when."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from vmaudio.errors import SettingError, TableError
from vmaudio.records import Message, counted

COLUMNS = (
    "file", "rep", "prospect", "message_id", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script", "audio_channel",
)  # fmt: skip
"""Columns that mean something; others are kept in ``Message.extra``."""

AUDIO_CHANNELS = ("left", "right", "1", "2")
"""What the column audio_channel may hold: the channel in which the rep speaks."""

MOST_FAULTS = 20
"""Faults of a file that are listed; the rest is counted."""

MOST_BYTES = 200_000_000
MOST_COLUMNS = 1000
"""A larger table is no manifest and no export of a CRM: it is refused before it fills the memory."""
MOST_ID = 200
"""Most characters of a message_id, as the database keeps them."""

NOT_AUDIO = frozenset(
    ".csv .tsv .txt .md .rst .json .jsonl .toml .yaml .yml .ini .cfg .xml .html .htm .css .js .py .pyc .sh .bat .ps1 .pdf"
    " .doc .docx .xls .xlsx .ods .odt .ppt .pptx .db .sqlite .sqlite-wal .sqlite-shm .zip .gz .tar .7z .png .jpg .jpeg .gif"
    " .svg .bmp .log .lnk .ipynb .parquet .skops .safetensors".split()
)
"""Endings that a folder scan leaves out; everything else is tried, since recorders invent endings (.g711, .pcm, none)."""


def shortened(text: str, most: int = 80) -> str:
    """Quote a stranger's text in an error message: bounded in length, control characters spelled out.

    Args:
        text: the text.
        most: characters kept.

    Returns:
        The text in quotes, with an ellipsis where it was cut.
    """
    return repr(text if len(text) <= most else text[: most - 1] + "…")


def name_list(names: Iterable[str], most: int = 30) -> str:
    """Join column names for an error message, bounded in number and length.

    Args:
        names: the names.
        most: names listed; the rest is counted.

    Returns:
        The names, separated by commas.
    """
    names = list(names)
    shown = ", ".join(name if name.isprintable() and len(name) <= 80 else shortened(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def read_table(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV file with a header: separated by comma, semicolon or tab, in UTF-8 with or without a byte order mark.

    Args:
        path: the file.

    Returns:
        (line number, row) pairs; a row maps column names (lower case, stripped) to stripped cells. Empty lines are left
            out.

    Raises:
        TableError: it cannot be read, is not UTF-8 text, has no header, is far too large, or two columns have one name.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise TableError(f"{path}: has more than {MOST_BYTES / 1e6:.0f} MB. Cut it into several files.")
        text = io.TextIOWrapper(io.BytesIO(data), "utf-8-sig").read()
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a CSV file.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path}: is not UTF-8 text. Save it as CSV UTF-8.") from error
    if "\0" in text:
        raise TableError(f"{path}: has NUL bytes and is not CSV text. Save it as CSV UTF-8.")
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    names: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().lower() for cell in cells]
                if len(names) > MOST_COLUMNS:
                    raise TableError(
                        f"{path}, line 1: has {len(names)} columns and {MOST_COLUMNS} are allowed. Leave some out."
                    )
                continue
            if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
                raise TableError(
                    f"{path}, line {reader.line_num}: more cells than the header has columns. Quote cells with commas."
                )
            rows.append((reader.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=False)}))
    except csv.Error as error:
        raise TableError(f"{path}, line {reader.line_num}: {error}. Correct that line.") from error
    if not names:
        raise TableError(f"{path}: is empty. A header line with column names is needed.")
    twice = sorted(name for name, n in Counter(names).items() if name and n > 1)
    if twice:
        raise TableError(f"{path}, line 1: the column {shortened(twice[0])} is there twice.")
    return rows


def time_zone(name: str) -> datetime.tzinfo:
    """Look up a time zone.

    Args:
        name: IANA name such as "America/Denver", or "UTC".

    Returns:
        The zone.

    Raises:
        SettingError: there is no such zone.
    """
    try:
        return datetime.UTC if name.upper() == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingError(f"VMAUDIO_TIMEZONE={name!r} is not a time zone. Write one such as America/Denver.") from error


def end_of_interval(when: datetime.datetime) -> datetime.datetime:
    """Last moment that a time may mean: a time at exactly midnight was a bare date, and means some time of that day.

    Args:
        when: a time.

    Returns:
        The end of that day for midnight, else the time itself.
    """
    if when.time() != datetime.time(0):
        return when
    return when + datetime.timedelta(hours=23, minutes=59, seconds=59)


def parse_instant(text: str, default: datetime.tzinfo) -> datetime.datetime:
    """Read an ISO 8601 date or time.

    Args:
        text: the date or time.
        default: zone of a time without one.

    Returns:
        The time, with a zone.

    Raises:
        ValueError: it is not a date or time, or outside the years 1990 to 2100.
    """
    found = datetime.datetime.fromisoformat(text)
    if not 1990 <= found.year <= 2100:
        raise ValueError(f"the year {found.year} is not between 1990 and 2100")
    return found if found.tzinfo else found.replace(tzinfo=default)


def table_error(path: Path, found: Sequence[str]) -> TableError:
    """Make one error that lists the faults of a file.

    Args:
        path: the file.
        found: the faults, each with its line.

    Returns:
        The error; faults beyond `MOST_FAULTS` are counted.
    """
    shown = "\n  ".join(found[:MOST_FAULTS])
    more = f"\n  ... and {len(found) - MOST_FAULTS} more" if len(found) > MOST_FAULTS else ""
    return TableError(f"{path}: {counted(len(found), 'fault')}, nothing was imported:\n  {shown}{more}")


def read_manifest(path: str | Path, *, timezone: str = "UTC") -> list[Message]:
    """Read a manifest: a CSV file that says who left which recording for whom, and when.

    Args:
        path: the manifest; its column ``file`` is relative to it.
        timezone: zone of times without one.

    Returns:
        Messages in the order of the file.

    Raises:
        TableError: the file cannot be read, or rows have faults; all are listed with their line.
        SettingError: there is no such time zone.
    """
    path = Path(path)
    default = time_zone(timezone)
    rows = read_table(path)
    if rows and "file" not in rows[0][1]:
        raise TableError(f"{path}, line 1: there is no column 'file'. Columns: {name_list(rows[0][1])}.")
    messages: list[Message] = []
    wrong: list[str] = []
    seen: dict[str, int] = {}
    for line, row in rows:
        message = _message(path, line, row, default, wrong)
        if message is None:
            continue
        if message.message_id in seen:
            what = "the message_id" if row.get("message_id") else "the same file, prospect and sent_at"
            wrong.append(f"line {line}: {what} is already on line {seen[message.message_id]}")
        seen[message.message_id] = line
        messages.append(message)
    if wrong:
        raise table_error(path, wrong)
    return messages


def _message(path: Path, line: int, row: Mapping[str, str], default: datetime.tzinfo, wrong: list[str]) -> Message | None:
    if not row.get("file"):
        wrong.append(f"line {line}: no file")
        return None
    fields = {name: row[name] for name in COLUMNS[1:] if row.get(name)}
    if "sent_at" in fields:
        try:
            fields["sent_at"] = parse_instant(fields["sent_at"], default).isoformat()
        except ValueError as error:
            wrong.append(f"line {line}: sent_at {shortened(fields['sent_at'])} is not an ISO 8601 time ({str(error)[:200]})")
            return None
    if len(fields.get("message_id", "")) > MOST_ID:
        wrong.append(f"line {line}: message_id has {len(fields['message_id'])} characters; at most {MOST_ID}")
        return None
    if "audio_channel" in fields:
        fields["audio_channel"] = fields["audio_channel"].lower()
        if fields["audio_channel"] not in AUDIO_CHANNELS:
            wrong.append(f"line {line}: audio_channel {shortened(row['audio_channel'])} is none of {', '.join(AUDIO_CHANNELS)}")
            return None
    source = row["file"] if "://" in row["file"] else str(path.parent / row["file"])
    extra = {name: cell for name, cell in row.items() if name and name not in COLUMNS and cell}
    return Message(source=source, extra=extra, **fields)


def find_recordings(paths: Iterable[str | Path]) -> Iterator[str]:
    """Find the files at paths, searching folders below them.

    Args:
        paths: files and folders. A file given by name is always taken; in folders hidden files and endings of `NOT_AUDIO`
            are left out.

    Yields:
        Paths, each once, in the order of names within a folder.
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found = sorted(
                file
                for file in path.rglob("*")
                if file.suffix.lower() not in NOT_AUDIO
                and not any(part.startswith(".") for part in file.relative_to(path).parts)
                and not file.is_dir()
            )
        else:
            found = [path]
        for file in found:
            key = file.absolute()
            if key not in seen:
                seen.add(key)
                yield str(file)


def messages_for(sources: Iterable[str], listed: Sequence[Message]) -> Iterator[Message]:
    """Make messages for files: all rows that the manifest has for a file, else a message without context.

    Args:
        sources: paths of recordings.
        listed: messages of a manifest.

    Yields:
        Messages in the order of the files.
    """
    rows: dict[Path, list[Message]] = {}
    for message in listed:
        rows.setdefault(Path(message.source).absolute(), []).append(message)
    for source in sources:
        yield from rows.get(Path(source).absolute(), [Message(source=source)])
