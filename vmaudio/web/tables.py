"""Outcome files that were uploaded: a dry run that says what an import would do, and lists every fault with its line."""

from __future__ import annotations

import datetime
import re
import secrets
import shutil
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import func, select

from vmaudio.duplicates import stored_copies
from vmaudio.errors import NotStored, SettingError, TableError
from vmaudio.experiments import Rate
from vmaudio.intake import (
    ColumnMap,
    Imported,
    Send,
    import_outcomes,
    join_outcomes,
    parse_as_of,
    parse_column_map,
    read_outcomes,
)
from vmaudio.records import Outcome
from vmaudio.report import count_callbacks, sent_words
from vmaudio.store import Store, Stored, all_outcomes, messages, outcomes as outcome_table, stored_messages
from vmaudio.web.schemas import Count, LineNote, OutcomeChange, OutcomesCheck, OutcomesPage
from vmaudio.web.uploads import save_upload, without_folder

WAITS_S = 3600.0
"""So long a checked file waits for a yes."""

MOST_CHANGES = 500
"""Most changed outcomes that a dry run lists; all are counted."""

FIELDS = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")

_CLI = (
    (re.compile(r"Say --dates mdy or --dates dmy"), "Choose the order of day and month"),
    (re.compile(r"Say which [\w ]+: --map (\w+)=COLUMN"), r"Enter it in the field for other names of columns: \1=COLUMN"),
    (re.compile(r"name a message: --map "), "name a message. Enter it in the field for other names of columns: "),
    (re.compile(r"so no --map helps\. Give the manifest [^.]*\."), "whatever it is called. Analyse the recordings first."),
    (re.compile(r" If its times are of another zone: --timezone [^\n]*"), " The times may be of another zone."),
    (re.compile(r" Say where the times are from, such as --timezone [^\n)]*"), ""),
    (re.compile(r": --map (\w+)='?([\w -]+?)'?([.]|$)"), r": enter \1=\2 in the field for other names of columns\3"),
    (re.compile(r": --map-value '([^']+)'"), r": enter \1 in the field for words"),
    (re.compile(r": --as-of DATE"), ": enter it in the field for the day of the export"),
    (re.compile(r"Run `vmaudio batch` on [^.]*\."), "Analyse the recordings first."),
)
"""Cures that name options of the command line, as this page has them."""


@dataclass(frozen=True, slots=True)
class HowRead:
    """How a file is to be read: as the options of ``vmaudio outcomes import``."""

    mapping: str = ""
    dates: str = "auto"
    as_of: str = ""
    words: str = ""

    def columns(self) -> ColumnMap:
        """The names of columns. Raises SettingError: the mapping cannot be read."""
        given = tuple(part.strip() for part in self.mapping.split(",") if part.strip())
        for part in given:
            if "=" not in part:  # the command would take it for a file, and here that would be the server's
                raise SettingError(f"{part[:80]!r}: write FIELD=COLUMN, such as callback=Returned.")
        words = tuple(part.strip() for part in self.words.split(",") if part.strip())
        try:
            return parse_column_map(given, self.dates, words)
        except SettingError as error:
            text = str(error).replace("--map-value", "Words", 1).replace("--map", "Names of columns", 1)
            raise SettingError(text) from None

    def moment(self, timezone: str) -> datetime.datetime | None:
        """When the file was exported.

        Args:
            timezone: Zone of a date without one.

        Returns:
            The moment; None when it was not given.

        Raises:
            SettingError: it is not a date.
        """
        return parse_as_of(self.as_of.strip() or None, timezone)


def in_page_words(text: str, folder: Path) -> str:
    """An error of the command line as this page says it: without paths of the server and without options.

    Args:
        text: The error message.
        folder: The folder of the file; its path is left out.

    Returns:
        The message for a visitor.
    """
    text = without_folder(text, folder)
    for pattern, words in _CLI:
        text = pattern.sub(words, text)
    return text


def receive(stream: BinaryIO, file_name: str, folder: Path, max_bytes: int) -> tuple[str, Path]:
    """Save an uploaded table under a token; tables older than `WAITS_S` are deleted.

    Args:
        stream: The upload.
        file_name: Its name, as the browser gave it.
        folder: Where tables wait.
        max_bytes: Largest size.

    Returns:
        The token and the file.

    Raises:
        UploadError: empty, or too large.
    """
    token, place = new_place(folder)
    try:
        return token, save_upload(stream, file_name or "outcomes.csv", place, max_bytes)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def new_place(folder: Path) -> tuple[str, Path]:
    """A folder of its own for an upload that waits for a yes; those older than `WAITS_S` are deleted.

    Args:
        folder: Where tables wait.

    Returns:
        Its token and the folder.
    """
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > WAITS_S:
            shutil.rmtree(old, ignore_errors=True)
    token = secrets.token_urlsafe(16)
    place = folder / token
    place.mkdir(mode=0o700)
    return token, place


def waiting(token: str, folder: Path) -> Path:
    """The file that waits under a token.

    Args:
        token: As `receive` gave it; it may come from a stranger.
        folder: Where tables wait.

    Returns:
        The file.

    Raises:
        NotStored: there is no such file any more.
    """
    place = folder / token
    if re.fullmatch(r"[\w-]{16,40}", token) and place.is_dir():
        for path in place.iterdir():
            return path
    raise NotStored("This file is no longer on the server. Upload it again.")


def drop(token: str, folder: Path) -> None:
    """Delete a waiting file.

    Args:
        token: As `receive` gave it; it may come from a stranger.
        folder: Where tables wait.
    """
    if re.fullmatch(r"[\w-]{16,40}", token):
        shutil.rmtree(folder / token, ignore_errors=True)


def check(store: Store, path: Path, asked: HowRead, timezone: str, token: str) -> OutcomesCheck:
    """What an import would do. Nothing is written.

    Args:
        store: Where the messages and their outcomes are.
        path: The uploaded file.
        asked: How it is to be read.
        timezone: Zone of dates without one.
        token: The file's token, for the import that may follow.

    Returns:
        The effect; for a file with errors ``ok`` is false and every error is listed.

    Raises:
        SettingError: the mapping or the date of the export cannot be read.
    """
    columns, as_of = asked.columns(), asked.moment(timezone)
    try:
        file = read_outcomes(path, columns, timezone=timezone, as_of=as_of)
        sends = [Send(s.message, s.file_name, s.recording_id) for s in stored_messages(store)]
        matched = join_outcomes(file, sends, copies=stored_copies(store))
        if matched.lines and not matched.matched:
            shown = [f"line {line}: {reason}" for line, reason in matched.unmatched[:200]]
            return _faulty(path, [f"None of the lines ({matched.lines}) matches one of the messages ({len(sends)}).", *shown])
    except TableError as error:
        head, *faults = in_page_words(str(error), path.parent).split("\n")
        return _faulty(path, [fault.strip() for fault in faults] or [head])
    added, changed, same = _changes(matched.outcomes, all_outcomes(store))
    titles = {one.message.message_id: _title(one) for one in stored_messages(store)} if changed else {}
    return OutcomesCheck(
        file_name=path.name, ok=bool(matched.lines), faults=[] if matched.lines else ["This file has no lines."],
        lines=matched.lines, matched=matched.matched,
        unmatched=[LineNote(line=line, text=reason) for line, reason in matched.unmatched],
        duplicates=[LineNote(line=line, text=f"repeats line {first}") for line, first in matched.duplicates],
        columns=dict(file.columns), questions=[in_page_words(one, path.parent) for one in file.questions()], added=added,
        changed=len(changed), same=same,
        changes=[
            OutcomeChange(message_id=message_id, title=titles.get(message_id, message_id), changes=moved)
            for message_id, moved in list(changed.items())[:MOST_CHANGES]
        ],
        confirm=token if matched.lines else None,
    )  # fmt: skip


def _title(stored: Stored) -> str:
    message, whom = stored.message, stored.message.prospect_name or stored.message.prospect
    return f"{message.rep} to {whom}" if message.rep and whom else stored.file_name or message.message_id


def _faulty(path: Path, faults: list[str]) -> OutcomesCheck:
    return OutcomesCheck(
        file_name=path.name, ok=False, faults=faults, lines=0, matched=0, unmatched=[], duplicates=[], columns={},
        questions=[], added=0, changed=0, same=0, confirm=None,
    )  # fmt: skip


def _changes(new: dict[str, Outcome], known: dict[str, Outcome]) -> tuple[int, dict[str, list[str]], int]:
    """How many outcomes are new; what changes, by message; how many say what is known already (None says nothing)."""
    added, changed = 0, {}
    for message_id, outcome in new.items():
        old = known.get(message_id)
        if old is None:
            added += 1
            continue
        moved = [
            f"{name.replace('_', ' ')}: {_word(getattr(old, name))} → {_word(value)}"
            for name in Outcome.__slots__
            if (value := getattr(outcome, name)) is not None and value != getattr(old, name)
        ]
        if outcome.callback is False and old.callback_at:
            moved.append(f"callback at: {_word(old.callback_at)} → nothing")
        if moved:
            changed[message_id] = moved
    return added, changed, len(new) - added - len(changed)


def _word(value: object) -> str:
    """A value of an outcome for people."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return sent_words(value) if isinstance(value, str) else f"{value:g}"


def confirm(store: Store, path: Path, asked: HowRead, timezone: str) -> Imported:
    """Import a file that was checked: all of it, or nothing.

    Args:
        store: Where the messages and their outcomes are.
        path: The uploaded file.
        asked: How it is to be read.
        timezone: Zone of dates without one.

    Returns:
        What was imported.

    Raises:
        TableError: the file has errors by now (because a message was deleted, say).
        SettingError: as in `check`.
    """
    try:
        copies = stored_copies(store)
        return import_outcomes(store, path, asked.columns(), timezone=timezone, as_of=asked.moment(timezone), copies=copies)
    except TableError as error:
        raise TableError(in_page_words(str(error), path.parent)) from None


def known(store: Store, copies: Collection[str] = ()) -> OutcomesPage:
    """How many outcomes are known, and how they came out.

    Args:
        store: Where the messages and their outcomes are.
        copies: Ids of messages that are copies of others and are not counted.

    Returns:
        Counts with Wilson's 95 % intervals.
    """
    table = outcome_table
    with store.engine.connect() as connection:
        total = connection.execute(select(func.count()).select_from(messages)).scalar_one()
        with_outcome = connection.execute(select(func.count()).select_from(table)).scalar_one()
        invented = select(func.count()).select_from(table).where(table.c.simulated.is_(True))
        simulated = connection.execute(invented).scalar_one()
        newest = connection.execute(select(func.max(table.c.imported_utc))).scalar()
        counts = []
        for name in FIELDS:
            column = table.c[name]
            yes, answered = connection.execute(
                select(func.count().filter(column.is_(True)), func.count().filter(column.is_not(None)))
            ).one()
            if answered:
                rate = Rate.of(yes, answered)
                counts.append(Count(name=name.replace("_", " "), yes=yes, known=answered, low=rate.low, high=rate.high))
    return OutcomesPage(
        messages=total - len(copies), with_outcome=with_outcome, simulated=simulated, counts=counts, imported_utc=newest,
        attribution=count_callbacks(store).note if with_outcome else "",
    )  # fmt: skip
