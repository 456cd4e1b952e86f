"""A folder of recordings with its tables: a dry run that says what would happen, then the work, one recording after another.

The files wait in the server's own folder until somebody says yes; a recording is kept when its turn comes, so that nothing
of an import that was never started or did not end is left.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vmaudio.errors import TableError, VmaudioError
from vmaudio.intake import IntakeCheck, check_tables, load_manifest, names_script_file, read_outcomes
from vmaudio.records import Analysis, Message, counted
from vmaudio.store import safe_name
from vmaudio.web import arriving, tables
from vmaudio.web.context import Web
from vmaudio.web.held_imports import Import
from vmaudio.web.job import Busy
from vmaudio.web.tables import HowRead
from vmaudio.web.uploads import UploadError, save_upload, without_folder

MOST_FILES = 1000
"""Most files of one import: as many as a form may have."""

TABLES = (".csv", ".tsv", ".xlsx")
NOT_SOUND = (*TABLES, ".txt", ".json", ".xml", ".html", ".pdf", ".ini", ".db")
"""Files that lie beside recordings and are none."""

MANIFEST, OUTCOMES = "manifest", "outcomes"


@dataclass(frozen=True, slots=True)
class Planned:
    """A recording and what is known of its message."""

    path: Path
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        recordings: what would be analysed.
        known: recordings that were analysed before, and are passed over.
        without_row: recordings of which the manifest says nothing.
        without_file: rows of the manifest, by line, whose recording is not here.
        left_out: files that are no recordings, or have the name of another.
        faults: why nothing can be done.
        tables: how the tables were read.
        questions: what a person has to be asked about the reading.
    """

    recordings: tuple[Planned, ...]
    known: int = 0
    without_row: tuple[str, ...] = ()
    without_file: tuple[tuple[int, str], ...] = ()
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    tables: IntakeCheck | None = None
    questions: tuple[str, ...] = ()


def start(web: Web, token: str, plan: Plan, asked: HowRead) -> Import:
    """Begin an import; one that has begun is not begun again.

    Args:
        web: The app.
        token: Under which its files wait.
        plan: What is done.
        asked: How the outcome file is read.

    Returns:
        The import.
    """
    made = Import(len(plan.recordings) + plan.known, known=plan.known)
    return web.imports.run(token, made, lambda: _work(web, token, plan, asked, made, web.imports.stopping))


def receive(files: Iterable[tuple[BinaryIO, str]], manifest: tuple[BinaryIO, str] | None,
            outcomes: tuple[BinaryIO, str] | None, folder: Path, max_bytes: int) -> tuple[str, Path, list[str]]:  # fmt: skip
    """Save what was uploaded. A table in the folder whose name says "manifest" or "outcomes" is taken for it.

    Args:
        files: Recordings, and what lies beside them, with their names.
        manifest: A manifest, where one was chosen.
        outcomes: The same for outcomes.
        folder: Where tables wait.
        max_bytes: Largest recording, and largest table.

    Returns:
        The token, the folder of the import, and the names of files that were left out.

    Raises:
        UploadError: a file is too large, or nothing was chosen.
    """
    token, place = tables.new_place(folder)
    left_out: list[str] = []
    taken: set[str] = set()
    try:
        sound = place / "recordings"
        for part in ("recordings", MANIFEST, OUTCOMES):
            (place / part).mkdir(mode=0o700)
        for kind, given in ((MANIFEST, manifest), (OUTCOMES, outcomes)):
            if given is not None and given[1]:
                save_upload(*given, place / kind, max_bytes)
        for stream, name in files:
            kind = _table_kind(name)
            if not name:
                continue
            if kind and table_in(place, kind) is None:
                save_upload(stream, name, place / kind, max_bytes)
            elif names_script_file(safe_name(name)):  # beside the manifest, which may name it as a script
                save_upload(stream, name, place / MANIFEST, max_bytes)
            elif Path(safe_name(name)).suffix.lower() in NOT_SOUND or safe_name(name).startswith((".", "_.")):
                left_out.append(f"{safe_name(name)}: no recording")
            elif safe_name(name).casefold() in taken:  # as the manifest's names are looked for
                left_out.append(f"{safe_name(name)}: another file has this name")
            else:
                taken.add(safe_name(name).casefold())
                save_upload(stream, name, sound, max_bytes)
        if not any(sound.iterdir()):
            raise UploadError("There is no recording among these files. Choose a folder, or its files.")
        scripts = _scripts_in(place)
        if scripts and table_in(place, MANIFEST) is None:
            left_out += [f"{path.name}: no recording" for path in scripts]
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return token, place, left_out


def _table_kind(name: str) -> str:
    low = Path(name).name.lower()
    return next((kind for kind in (MANIFEST, OUTCOMES) if kind[:-1] in low and low.endswith(TABLES)), "")


def table_in(place: Path, kind: str) -> Path | None:
    """A table of an import.

    Args:
        place: Folder of the import.
        kind: "manifest" or "outcomes".

    Returns:
        The file; None without one.
    """
    return next((path for path in sorted((place / kind).iterdir()) if not names_script_file(path.name)), None)


def _scripts_in(place: Path) -> list[Path]:
    return [path for path in sorted((place / MANIFEST).iterdir()) if names_script_file(path.name)]


def plan_of(web: Web, place: Path, asked: HowRead, left_out: Iterable[str] = ()) -> Plan:
    """What an import would do. Nothing is stored.

    Args:
        web: The app.
        place: Folder of the import.
        asked: How the tables are to be read.
        left_out: Files that were left out already.

    Returns:
        The plan; with faults nothing is done.

    Raises:
        SettingError: the names of columns or the date of the export cannot be read.
    """
    manifest, outcomes = table_in(place, MANIFEST), table_in(place, OUTCOMES)
    columns, zone = asked.columns(), web.config.timezone
    sounds = {path.name.casefold(): path for path in sorted((place / "recordings").iterdir())}
    read: IntakeCheck | None = None
    planned: list[Planned] = []
    missing: list[tuple[int, str]] = []
    used: set[str] = set()
    questions: list[str] = []
    try:
        if manifest is not None:
            read = check_tables(manifest, outcomes, columns, timezone=zone, as_of=asked.moment(zone))
            doubts = read.manifest.doubts if read.manifest else ()
            questions = [*read.questions, *(f"Kept with a doubt: {doubt}." for doubt in doubts)]
            listed = load_manifest(manifest, columns, timezone=zone)
            with_ids = "message_id" in listed.rows.columns
            named = {Path(send.message.script or "").name.casefold() for send in listed.sends}
            unnamed = [path.name for path in _scripts_in(place) if path.name.casefold() not in named]
            left_out = [*left_out, *(f"{name}: no recording" for name in unnamed)]
            for send in listed.sends:
                name = safe_name(Path(send.message.source).name).casefold()
                if name not in sounds:
                    missing.append((send.line, send.file_name or send.message.message_id))
                    continue
                used.add(name)
                planned.append(Planned(sounds[name], _fields(send.message, sounds[name].name, with_ids)))
        elif outcomes is not None:
            read_outcomes(outcomes, columns, timezone=zone, as_of=asked.moment(zone))
    except TableError as error:
        where = next((p for p in (manifest, outcomes) if p is not None and p.name in str(error)), place)
        head, *rest = tables.in_page_words(str(error), where.parent).split("\n")
        return Plan((), faults=tuple(line.strip() for line in rest) or (head,), left_out=tuple(left_out))
    rest_of = [path for name, path in sounds.items() if name not in used]
    planned += [Planned(path, {"message_id": _bare_id(path), "channel": "voicemail"}) for path in rest_of]
    known = {one.fields["message_id"] for one in planned if web.store.one(one.fields["message_id"]) is not None}
    return Plan(
        tuple(one for one in planned if one.fields["message_id"] not in known), len(known),
        tuple(path.name for path in rest_of) if manifest is not None else (), tuple(missing), tuple(left_out), (), read,
        tuple(tables.in_page_words(one, place) for one in questions),
    )  # fmt: skip


def _fields(message: Message, file_name: str, with_ids: bool) -> dict[str, Any]:
    """What the manifest says; the id rests on the file's name, so that the same folder sent again is known."""
    given = {name: getattr(message, name) for name in Message.__slots__ if name != "source"}
    if not with_ids:
        given["message_id"] = Message(file_name, prospect=message.prospect, sent_at=message.sent_at).message_id
    return given


def _bare_id(path: Path) -> str:
    with path.open("rb") as stream:
        return "b" + hashlib.file_digest(stream, "sha256").hexdigest()[:32]


def _work(web: Web, token: str, plan: Plan, asked: HowRead, made: Import, stopping: threading.Event) -> None:
    place = web.tables / token
    left = threading.Semaphore(0)
    begun = 0
    try:
        for one in plan.recordings:
            os.utime(place)  # an old folder would be taken for a forgotten one
            if (new := _begin(web, one, made, left, stopping)) is None:
                break
            begun += new
        for _ in range(begun):
            while not left.acquire(timeout=0.5):
                if stopping.is_set():
                    return
        outcomes = table_in(place, OUTCOMES)
        if outcomes is not None and not stopping.is_set():
            made.outcomes = _outcomes(web, outcomes, asked)
    finally:
        made.state = "stopped" if stopping.is_set() else "done"
        shutil.rmtree(place, ignore_errors=True)


def _begin(web: Web, one: Planned, made: Import, left: threading.Semaphore, stopping: threading.Event) -> int | None:
    """Queue a recording when there is room, half the queue being left to reps: 1, 0 where it is known, None at the end."""

    def over(analysis: Analysis | None, why: str) -> None:
        with made.lock:
            made.done += analysis is not None
            if analysis is None:
                made.failed.append((one.path.name, why.removeprefix(f"{one.path.name} ")))
        left.release()

    while not stopping.is_set():
        if web.jobs.waiting <= web.jobs.limit // 2:
            with contextlib.suppress(Busy):
                try:
                    _, new = arriving.take(web, one.path.read_bytes(), one.path.name, one.fields, also=over)
                except (VmaudioError, OSError) as error:
                    with made.lock:
                        made.failed.append((one.path.name, without_folder(str(error), one.path.parent)))
                    return 0
                if not new:
                    with made.lock:
                        made.known += 1
                return int(new)
        stopping.wait(0.1)
    return None


def _outcomes(web: Web, path: Path, asked: HowRead) -> str:
    try:
        done = tables.confirm(web.store, path, asked, web.config.timezone)
    except VmaudioError as error:
        return f"The outcomes were not imported: {error}"
    lost = f"; {counted(len(done.unmatched), 'line matches', 'lines match')} no message" if done.unmatched else ""
    return f"Outcomes: {done.added} added, {done.changed} changed, {done.same} unchanged{lost}."
