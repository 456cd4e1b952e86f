"""Playlists of the library: named, ordered lists of clips."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from vmaudio.errors import NotStored
from vmaudio.records import Record
from vmaudio.store.database import Database, utc_now
from vmaudio.store.tables import playlist_clips as places, playlists as table


@dataclass(frozen=True, slots=True)
class Playlist(Record):
    """A list of clips that are played one after another.

    Attributes:
        id: number of the playlist.
        name: what it is called.
        by: who made it.
        released: whether the whole team may see it; of its clips the team sees those that are released themselves.
        created_utc: when it was made, ISO 8601.
        clips: numbers of its clips, in order.
    """

    id: int
    name: str
    by: str
    released: bool
    created_utc: str
    clips: tuple[int, ...] = ()


def save_playlist(store: Database, name: str, *, by: str, released: bool = False) -> Playlist:
    """Make an empty playlist.

    Args:
        store: the store.
        name: what it is called.
        by: who makes it.
        released: whether the whole team may see it.

    Returns:
        The playlist.
    """
    values = {"name": name, "author": by, "released": released, "created_utc": utc_now()}
    with store.begin() as connection:
        return _found(
            connection, connection.execute(insert(table).values(**values).returning(table.c.playlist_id)).scalar_one()
        )


def change_playlist(store: Database, playlist_id: int, *, name: str | None = None, released: bool | None = None) -> Playlist:
    """Change a playlist; what is None stays as it is.

    Args:
        store: the store.
        playlist_id: its number.
        name: what it is called.
        released: whether the whole team may see it.

    Returns:
        The playlist as it is now.

    Raises:
        NotStored: there is no such playlist.
    """
    values = {n: v for n, v in (("name", name), ("released", released)) if v is not None}
    with store.begin() as connection:
        if values:
            connection.execute(update(table).where(table.c.playlist_id == playlist_id).values(**values))
        return _found(connection, playlist_id)


def place_clip(store: Database, playlist_id: int, clip_id: int, move: int = 0) -> Playlist:
    """Put a clip at the end of a playlist, or move it if it is there already.

    Args:
        store: the store.
        playlist_id: number of the playlist.
        clip_id: number of the clip.
        move: by how many places it goes down (or up, below 0); 0 leaves it where it is.

    Returns:
        The playlist as it is now.

    Raises:
        NotStored: there is no such playlist.
    """
    with store.begin() as connection:
        order = list(_found(connection, playlist_id).clips)
        at = order.index(clip_id) if clip_id in order else len(order)
        if at == len(order):
            order.append(clip_id)
            move = min(move, 0)
        order.insert(max(0, at + move), order.pop(at))
        connection.execute(delete(places).where(places.c.playlist_id == playlist_id))
        rows = [{"playlist_id": playlist_id, "clip_id": one, "position": i} for i, one in enumerate(order)]
        connection.execute(insert(places), rows)
        return _found(connection, playlist_id)


def unplace_clip(store: Database, playlist_id: int, clip_id: int) -> None:
    """Take a clip out of a playlist; it stays in the library.

    Args:
        store: the store.
        playlist_id: number of the playlist.
        clip_id: number of the clip.
    """
    with store.begin() as connection:
        connection.execute(delete(places).where(places.c.playlist_id == playlist_id, places.c.clip_id == clip_id))


def delete_playlist(store: Database, playlist_id: int) -> bool:
    """Delete a playlist; its clips stay.

    Args:
        store: the store.
        playlist_id: its number.

    Returns:
        Whether there was one.
    """
    with store.begin() as connection:
        connection.execute(delete(places).where(places.c.playlist_id == playlist_id))
        return connection.execute(delete(table).where(table.c.playlist_id == playlist_id)).rowcount > 0


def all_playlists(store: Database) -> list[Playlist]:
    """All playlists, by name.

    Args:
        store: the store.

    Returns:
        The playlists.
    """
    query = select(table.c.playlist_id).order_by(func.lower(table.c.name), table.c.playlist_id)
    with store.engine.connect() as connection:
        return [_found(connection, number) for number in connection.execute(query).scalars().all()]


def playlist_of(store: Database, playlist_id: int) -> Playlist:
    """One playlist.

    Args:
        store: the store.
        playlist_id: its number.

    Returns:
        The playlist.

    Raises:
        NotStored: there is no such playlist.
    """
    with store.engine.connect() as connection:
        return _found(connection, playlist_id)


def _found(connection: Connection, playlist_id: int) -> Playlist:
    columns = (table.c.playlist_id, table.c.name, table.c.author, table.c.released, table.c.created_utc)
    row = connection.execute(select(*columns).where(table.c.playlist_id == playlist_id)).first()
    if row is None:
        raise NotStored("There is no such playlist in the library. It may have been deleted.")
    held = select(places.c.clip_id).where(places.c.playlist_id == playlist_id).order_by(places.c.position)
    return Playlist(*row, clips=tuple(connection.execute(held).scalars()))
