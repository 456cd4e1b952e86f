"""Clips of the library: pieces of messages that a coach cut, and whole messages that a coach starred, each with a comment.

A clip keeps the id of the recording in which its seconds are counted: of another recording under the same message they would
say nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import analyses, clips as table, playlist_clips, recordings, scores

SHORTEST_S = 0.3
"""A clip shorter than a word is a slip of the hand."""

LONGEST_S = 120.0
"""A longer piece is a message of its own: star it as a whole. Its sound is cut into a file of at most 4 MB."""


@dataclass(frozen=True, slots=True)
class Clip(Record):
    """A piece of a message that a coach keeps for the team, or a whole message.

    Attributes:
        id: number of the clip.
        message_id: the message.
        analysis_id: number of the message's analysis, as it is now.
        recording_id: the recording in which the seconds are counted.
        start_s: where it starts, in seconds from the start of the recording.
        end_s: where it ends.
        whole: the whole message was starred.
        comment: the coach's words; may be empty.
        check: id of the check that it shows; None where it shows none in particular.
        by: who chose it.
        released: whether the whole team may see it; else coaches alone.
        created_utc: when it was chosen, ISO 8601.
    """

    id: int
    message_id: str
    analysis_id: int
    recording_id: str
    start_s: float
    end_s: float
    whole: bool
    comment: str
    check: str | None
    by: str
    released: bool
    created_utc: str


def save_clip(
    store: Database,
    message_id: str,
    bounds: tuple[float, float] | None,
    *,
    by: str,
    comment: str = "",
    check: str | None = None,
    released: bool = False,
) -> Clip:
    """Keep a piece of a message, or the whole of it. Who stars a message again for the same check changes the first star.

    Args:
        store: the store.
        message_id: the message; it must be analysed.
        bounds: first and last second of the piece; None is the whole message.
        by: who chooses it.
        comment: why.
        check: id of the check that it shows.
        released: whether the whole team may see it.

    Returns:
        The clip.

    Raises:
        NotStored: there is no such message.
        SettingError: the seconds lie outside the recording, or too near together or too far apart.
    """
    with store.begin() as connection:
        recording_id, duration_s = _recording(connection, message_id)
        start_s, end_s = _checked(bounds, duration_s)
        values = {
            "message_id": message_id, "recording_id": recording_id, "start_s": start_s, "end_s": end_s,
            "whole": bounds is None, "comment": comment, "check_id": check, "author": by, "released": released,
        }  # fmt: skip
        shows = table.c.check_id.is_(None) if check is None else table.c.check_id == check
        mine = (table.c.message_id == message_id, table.c.whole, table.c.author == by, shows)
        old = connection.execute(select(table.c.clip_id).where(*mine)).scalar() if bounds is None else None
        if old is None:
            old = connection.execute(
                insert(table).values(**values, created_utc=utc_now()).returning(table.c.clip_id)
            ).scalar_one()
        else:
            connection.execute(update(table).where(table.c.clip_id == old).values(**values))
        return _found(connection, old)


def change_clip(
    store: Database,
    clip_id: int,
    *,
    bounds: tuple[float, float] | None = None,
    comment: str | None = None,
    check: str | None = None,
    released: bool | None = None,
) -> Clip:
    """Change a clip; what is None stays as it is.

    Args:
        store: the store.
        clip_id: number of the clip.
        bounds: first and last second; a whole message becomes a piece.
        comment: the coach's words.
        check: id of the check that it shows; "" is none.
        released: whether the whole team may see it.

    Returns:
        The clip as it is now.

    Raises:
        NotStored: there is no such clip.
        SettingError: the seconds lie outside the recording, or too near together or too far apart.
    """
    with store.begin() as connection:
        values: dict[str, Any] = {}
        if bounds is not None:
            _, duration_s = _recording(connection, _found(connection, clip_id).message_id)
            values["start_s"], values["end_s"] = _checked(bounds, duration_s)
            values["whole"] = False
        if check is not None:
            values["check_id"] = check or None
        values |= {n: v for n, v in (("comment", comment), ("released", released)) if v is not None}
        if values:
            connection.execute(update(table).where(table.c.clip_id == clip_id).values(**values))
        return _found(connection, clip_id)


def delete_clip(store: Database, clip_id: int) -> bool:
    """Take a clip out of the library and of all playlists; the message stays.

    Args:
        store: the store.
        clip_id: number of the clip.

    Returns:
        Whether there was one.
    """
    with store.begin() as connection:
        connection.execute(delete(playlist_clips).where(playlist_clips.c.clip_id == clip_id))
        return connection.execute(delete(table).where(table.c.clip_id == clip_id)).rowcount > 0


def clips_of(store: Database, *, message_id: str | None = None, check: str | None = None, released: bool = False) -> list[Clip]:
    """Clips, the newest first.

    Args:
        store: the store.
        message_id: only of this message.
        check: only those that show this check.
        released: only those that the whole team may see.

    Returns:
        The clips.
    """
    query = _select().order_by(table.c.created_utc.desc(), table.c.clip_id.desc())
    if message_id is not None:
        query = query.where(table.c.message_id == message_id)
    if check is not None:
        query = query.where(table.c.check_id == check)
    if released:
        query = query.where(table.c.released)
    with store.engine.connect() as connection:
        return [Clip(*row) for row in connection.execute(query)]


def clip_of(store: Database, clip_id: int) -> Clip | None:
    """One clip.

    Args:
        store: the store.
        clip_id: number of the clip.

    Returns:
        The clip; None where there is none.
    """
    with store.engine.connect() as connection:
        row = connection.execute(_select().where(table.c.clip_id == clip_id)).first()
    return Clip(*row) if row else None


def move(connection: Connection, old: str, new: str) -> None:
    """Give the clips of a message to another one.

    Args:
        connection: in a transaction.
        old: id of the message that will be deleted.
        new: id under which it is stored.
    """
    connection.execute(update(table).where(table.c.message_id == old).values(message_id=new))


def _select() -> Select[Any]:
    """Clips in the order of `Clip`'s fields; only of messages that are analysed."""
    joined = table.join(scores, scores.c.message_id == table.c.message_id)
    columns = (
        table.c.clip_id, table.c.message_id, scores.c.analysis_id, table.c.recording_id, table.c.start_s, table.c.end_s,
        table.c.whole, table.c.comment, table.c.check_id, table.c.author, table.c.released, table.c.created_utc,
    )  # fmt: skip
    return select(*columns).select_from(joined)


def _found(connection: Connection, clip_id: int) -> Clip:
    row = connection.execute(_select().where(table.c.clip_id == clip_id)).first()
    if row is None:
        raise NotStored("There is no such clip in the library. It may have been deleted.")
    return Clip(*row)


def _recording(connection: Connection, message_id: str) -> tuple[str, float]:
    """The message's recording, and how long it is."""
    query = (
        select(recordings.c.recording_id, recordings.c.duration_s)
        .join(analyses, analyses.c.recording_id == recordings.c.recording_id)
        .join(scores, scores.c.analysis_id == analyses.c.analysis_id)
        .where(scores.c.message_id == message_id)
    )
    row = connection.execute(query).first()
    if row is None:
        raise NotStored("There is no such message in the store, or it is not analysed yet.")
    return str(row[0]), float(row[1])


def _checked(bounds: tuple[float, float] | None, duration_s: float) -> tuple[float, float]:
    if bounds is None:
        return 0.0, duration_s
    start_s, end_s = bounds
    if not (math.isfinite(start_s) and math.isfinite(end_s)) or start_s < 0 or start_s >= duration_s:
        raise SettingError(f"A clip starts between 0 and {duration_s:.1f} s, where the recording ends.")
    end_s = min(end_s, duration_s) if end_s <= duration_s + 1 else end_s  # a last word may end with the sound
    if end_s > duration_s:
        raise SettingError(f"The recording ends at {duration_s:.1f} s, before the clip does ({end_s:.1f} s).")
    if end_s - start_s < SHORTEST_S:
        raise SettingError(f"A clip ends at least {SHORTEST_S:g} s after its start: from {start_s:.1f} s to {end_s:.1f} s.")
    if end_s - start_s > LONGEST_S:
        raise SettingError(f"A clip lasts at most {LONGEST_S:.0f} s. Star the whole message instead.")
    return start_s, end_s
