"""Forgetting: a voicemail is personal data, and deletion means that it is gone from the file too."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from vmaudio.privacy.cleaning import clean
from vmaudio.privacy.copies import copies_of
from vmaudio.privacy.finding import find_messages, same_name
from vmaudio.records import absolute_source
from vmaudio.store import (
    Store,
    analyses,
    assignments,
    audit_log,
    baselines,
    calibration_messages,
    claimed,
    clips,
    coach_notes,
    coach_verdicts,
    contours,
    delete_kept,
    failures,
    forget_subjects,
    labelled_texts,
    labels,
    messages,
    outcomes,
    override_log,
    overrides,
    playlist_clips,
    practice_attempts,
    practice_owners,
    recordings,
    report_rows,
    scores,
    users,
    verdicts,
)

FORGOTTEN = "(forgotten)"
"""Who did something, in the log of the web app, once that rep was forgotten."""

_PORTION = 500  # SQLite takes at most 999 values in a statement of older builds


@dataclass(frozen=True, slots=True)
class Gone:
    """What was deleted.

    Attributes:
        messages: the messages that were named.
        recordings: measurements of recordings that no other message had.
        rows: other rows that name the person or file: failed files, assignments of plans, labels, baselines, notes, attempts at
            drills.
        files: sound files that vmaudio itself kept.
        copies: messages that were not named and hold the same words as one that was: its copies.
        left: other ids and names that a prospect's messages had, and that still stand somewhere: of one id another name may be
            noted, and two people may have one name, so nothing more is deleted unasked.
    """

    messages: int
    recordings: int
    rows: int = 0
    files: int = 0
    copies: int = 0
    left: tuple[str, ...] = ()


def forget(
    store: Store,
    message_ids: Sequence[str],
    *,
    files: Sequence[str] = (),
    prospect: str | None = None,
    rep: str | None = None,
    before: datetime.datetime | None = None,
    folder: Path | None = None,
) -> Gone:
    """Delete messages and their copies, the measurements nobody else's message needs, and what else names the person or file.

    With them go the measurements of recordings that no message has any more. A recording is the user's own file and stays,
    unless vmaudio itself copied it out of a mail or was sent it.

    On SQLite the file is rewritten, so that no page of it keeps the words. On PostgreSQL the planner's statistics are taken
    anew and the places of the rows are given free; the server writes over them in its own time, and its log (WAL) and backups
    keep the words for as long as it is set to.

    Args:
        store: an open store.
        message_ids: of the messages.
        files: delete what is noted of these paths without a message too: that they failed.
        prospect: delete this person's assignments of plans and labels too, also under the ids that the messages have; an id or
            a name.
        rep: delete this rep's baselines, assignments, labels, attempts at drills, a coach's notes and the rep's account in the
            web app too.
        before: delete what else is older too: failed files, entries of the web app's log, assignments, attempts at drills,
            a coach's notes, labels of texts that no message has any more, and baselines of reps without a message. With a time
            zone.
        folder: of the web app: recordings that it keeps, and copies for its player, are deleted.

    Returns:
        What is gone.
    """
    rows = kept_files = 0
    named: list[str] = []
    unnamed: set[str] = set()
    people: set[str] = set()
    ids: set[str] = set()
    copies = copies_of(store, message_ids, person=bool(prospect or rep), before=before)
    with store.begin() as connection:
        for portion in _portions([*message_ids, *copies]):
            found = connection.execute(
                select(messages.c.recording_id, messages.c.source, messages.c.prospect, messages.c.prospect_name).where(
                    messages.c.message_id.in_(portion)
                )
            ).all()
            if prospect is not None:
                people.update(who for row in found for who in (row.prospect, row.prospect_name) if who)
                ids.update(row.prospect for row in found if row.prospect)
            texts = _clause_keys(connection, portion)
            theirs = select(clips.c.clip_id).where(clips.c.message_id.in_(portion))
            connection.execute(delete(playlist_clips).where(playlist_clips.c.clip_id.in_(theirs)))
            forget_subjects(connection, "message", portion)
            for table in (
                verdicts,
                report_rows,
                scores,
                outcomes,
                overrides,
                coach_verdicts,
                clips,
                calibration_messages,
                override_log,
                labels,
                labelled_texts,
                messages,
            ):
                connection.execute(delete(table).where(table.c.message_id.in_(portion)))
            if texts:
                lost = labels.c.message_id.is_(None)  # of before labels knew their message
                connection.execute(delete(labels).where(lost, labels.c.text_key.in_(texts)))
            rows += _delete_sources(connection, [row.source for row in found])
            sources = [row.source for row in found]
            unnamed |= set(sources) - set(
                connection.execute(select(messages.c.source).where(messages.c.source.in_(sources))).scalars()
            )
            named += sources
        gone = _delete_unnamed(connection)
        if folder is not None:
            kept_files += _delete_files(folder, named, gone)
        rows += _delete_sources(connection, [absolute_source(file) for file in files])
        if rep is not None:
            for table, where, values in _named_elsewhere(rep):
                rows += connection.execute(update(table).where(where).values(**values)).rowcount
        for table, where in (
            *_others(prospect, rep, before),
            *(one for who in sorted(ids) for one in _others(who, None, None)),
        ):
            rows += _delete(connection, table, where)
    kept_files += delete_kept(unnamed)
    clean(store)
    left = tuple(sorted(who for who in people if _stands(store, who)))
    return Gone(len(message_ids), len(gone), rows, kept_files, len(copies), left)


def _delete_unnamed(connection: Connection) -> list[str]:
    """Delete measurements that no message leads to: of messages that are gone, and of a file before its sound was another.

    Returns:
        Ids of the recordings.
    """
    named = select(messages.c.message_id).where(messages.c.recording_id == recordings.c.recording_id)
    gone = list(connection.execute(select(recordings.c.recording_id).where(~named.exists())).scalars())
    for chunk in _portions(gone):
        old = select(analyses.c.analysis_id).where(analyses.c.recording_id.in_(chunk))
        connection.execute(delete(scores).where(scores.c.analysis_id.in_(old)))
        connection.execute(delete(analyses).where(analyses.c.recording_id.in_(chunk)))
        connection.execute(delete(contours).where(contours.c.recording_id.in_(chunk)))
        connection.execute(delete(recordings).where(recordings.c.recording_id.in_(chunk)))
    return gone


def has_traces(
    store: Store,
    *,
    files: Sequence[str] = (),
    prospect: str | None = None,
    rep: str | None = None,
    before: datetime.datetime | None = None,
) -> bool:
    """Does the store name a file or a person apart from messages? As `forget` would delete it.

    Args:
        store: an open store; it is only read.
        files: paths.
        prospect: an id or a name.
        rep: a name.
        before: what is older than this moment.

    Returns:
        True when there is at least one such row.
    """
    wanted = [(failures, failures.c.source.in_([absolute_source(file) for file in files])), *_others(prospect, rep, before)]
    wanted += [(table, where) for table, where, _ in (_named_elsewhere(rep) if rep is not None else ())]
    with store.engine.connect() as connection:
        return any(connection.execute(select(table).where(where).limit(1)).first() is not None for table, where in wanted)


def _others(
    prospect: str | None, rep: str | None, before: datetime.datetime | None
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Rows that name a person, or are old, and belong to no message."""
    if prospect is not None:
        yield assignments, same_name(assignments.c.prospect, prospect)
        theirs = same_name(labelled_texts.c.prospect, prospect)
        yield labels, labels.c.message_id.in_(select(labelled_texts.c.message_id).where(theirs))
        yield labelled_texts, theirs
    if rep is not None:
        for table in (baselines, assignments, labels, labelled_texts, coach_notes, practice_attempts):
            yield table, same_name(table.c.rep, rep)
        own = practice_owners(_account_of(rep))
        yield practice_attempts, practice_attempts.c.owner.in_(own)  # those of before the account had the rep's name too
        yield users, _account_of(rep)
    if before is not None:
        day = before.astimezone(datetime.UTC).isoformat(timespec="seconds")
        yield failures, failures.c.created_utc < day
        yield practice_attempts, practice_attempts.c.created_utc < day
        yield audit_log, audit_log.c.at_utc < day
        yield assignments, assignments.c.created_utc < day
        yield coach_notes, coach_notes.c.changed_utc < day
        for table in (labels, labelled_texts):
            orphan = or_(table.c.message_id.is_(None), table.c.message_id.not_in(select(messages.c.message_id)))
            yield table, and_(table.c.created_utc < day, orphan)
        sending = select(messages.c.rep).where(messages.c.rep.is_not(None))
        yield baselines, and_(baselines.c.created_utc < day, baselines.c.rep.not_in(sending))


def _stands(store: Store, who: str) -> bool:
    return bool(find_messages(store, prospect=who)) or has_traces(store, prospect=who)


def _account_of(rep: str) -> ColumnElement[bool]:
    """The account of a rep who logs in to the web app; a coach's own does not go with the messages that the coach left."""
    return and_(users.c.role == "rep", same_name(users.c.rep, rep))


def _named_elsewhere(rep: str) -> tuple[tuple[Table, ColumnElement[bool], dict[str, Any]], ...]:
    """Rows that stay and lose a rep's name: the log of the web app, and accounts that are not the rep's own."""
    account = _account_of(rep)
    user = and_(audit_log.c.kind == "user", audit_log.c.subject.in_(select(users.c.name).where(account)))
    about = or_(and_(audit_log.c.kind == "rep", same_name(audit_log.c.subject, rep)), user)
    by = audit_log.c.user_id.in_(select(users.c.user_id).where(account))
    return (
        (audit_log, about, {"subject": None}),
        (audit_log, by, {"who": FORGOTTEN, "user_id": None}),
        (users, and_(users.c.role != "rep", same_name(users.c.rep, rep)), {"rep": None}),
    )


def _delete(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    return connection.execute(delete(table).where(where)).rowcount


def _delete_sources(connection: Connection, sources: Sequence[str]) -> int:
    rows = 0
    for portion in _portions(sources):
        rows += _delete(connection, failures, failures.c.source.in_(portion))
        _delete(connection, claimed, claimed.c.source.in_(portion))
    return rows


def _delete_files(folder: Path, sources: Sequence[str], recording_ids: Sequence[str]) -> int:
    """Recordings that the web app keeps, and its player's copies. Whatever lies elsewhere is the user's own."""
    count, kept = 0, folder.resolve() / "kept"
    for source in sources:
        path = Path(source).resolve() if source and "://" not in source else None
        if path is not None and kept in path.parents and path.is_file():
            shutil.rmtree(path.parent, ignore_errors=True)
            count += 1
    for recording_id in recording_ids:
        for copy in folder.glob(f"copies-*/{recording_id}.*"):
            copy.unlink(missing_ok=True)
            count += 1
    return count


def _clause_keys(connection: Any, portion: Sequence[str]) -> list[str]:
    query = select(labels.c.text_key).where(labels.c.message_id.in_(portion))
    return [key for (key,) in connection.execute(query)]


def _portions(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while portion := list(islice(rest, _PORTION)):
        yield portion
