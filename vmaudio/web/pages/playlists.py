"""Playlists of the library: clips in an order, played one after another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from vmaudio.errors import NotStored
from vmaudio.store import (
    Playlist,
    all_playlists,
    change_playlist,
    delete_playlist,
    place_clip,
    playlist_of,
    save_playlist,
    unplace_clip,
)
from vmaudio.web import keeping, library
from vmaudio.web.context import MOST_NUMBER, RowNumber, SessionOf, Web, WebOf, as_json, page, signed, wants_json
from vmaudio.web.library import Shown, prepares
from vmaudio.web.library_schemas import ClipModel, PlaylistModel
from vmaudio.web.schemas import Done
from vmaudio.web.viewers import Viewer, ViewerOf

router = APIRouter(tags=["library"])

Name = Annotated[str, Form(max_length=200, description="what it is called")]
ClipId = Annotated[int, Form(ge=0, le=MOST_NUMBER, description="number of the clip")]


def clip_model(one: Shown, words: str | None = None) -> ClipModel:
    """A clip as JSON.

    Args:
        one: the clip.
        words: what is said in it, where that is shown.

    Returns:
        The model.
    """
    fields = {name: getattr(one.clip, name) for name in ClipModel.model_fields if name in type(one.clip).__slots__}
    return ClipModel(**fields, title=one.title, words=words, audio=one.sound)


def playlist_models(web: Web, viewer: Viewer) -> list[PlaylistModel]:
    """All playlists that a viewer may see, by name, with the clips that the viewer may hear.

    Args:
        web: the app.
        viewer: who looks.

    Returns:
        The playlists.
    """
    heard = {one.clip.id: one for one in library.shown(web, library.clips_for(web, viewer))}
    return [_model(one, heard) for one in all_playlists(web.store) if one.released or prepares(viewer)]


def _model(one: Playlist, heard: dict[int, Shown]) -> PlaylistModel:
    clips = [clip_model(heard[number]) for number in one.clips if number in heard]
    return PlaylistModel(id=one.id, name=one.name, by=one.by, released=one.released, created_utc=one.created_utc, clips=clips)


def _one(web: Web, viewer: Viewer, playlist_id: int) -> tuple[Playlist, dict[int, Shown]]:
    found = playlist_of(web.store, playlist_id)
    if not (found.released or prepares(viewer)):
        raise NotStored("There is no such playlist in the library. It may have been deleted.")
    own = [clip for clip in library.clips_for(web, viewer) if clip.id in found.clips]
    return found, {one.clip.id: one for one in library.shown(web, own)}


@router.get("/library/playlists/{playlist_id:int}.json")
def playlist_json(web: WebOf, viewer: ViewerOf, playlist_id: RowNumber) -> PlaylistModel:
    """One playlist with its clips."""
    return _model(*_one(web, viewer, playlist_id))


@router.get("/library/playlists/{playlist_id:int}", include_in_schema=False)
def playlist_page(request: Request, web: WebOf, viewer: ViewerOf, playlist_id: RowNumber) -> Response:
    """The page."""
    held, heard = _one(web, viewer, playlist_id)
    clips = [heard[number] for number in held.clips if number in heard]
    return page(request, "playlist.html.j2", held=held, clips=clips, prepares=prepares(viewer))


@router.post("/library/playlists", response_model=Done, status_code=201)
def make(request: Request, web: WebOf, session: SessionOf, viewer: ViewerOf, name: Name, clip_id: ClipId = 0) -> Response:
    """Make a playlist; ``clip_id``: with this clip in it."""
    title = keeping.field(name, "The playlist's name", needed=True) or ""
    if clip_id:
        library.clip_for(web, viewer, clip_id)
    held = save_playlist(web.store, title, by=signed(request, session.name or ""))
    if clip_id:
        place_clip(web.store, held.id, clip_id)
    return _done(request, "made", held.id, 201)


@router.post("/library/playlists/{playlist_id:int}/change", response_model=Done)
def change(
    request: Request,
    web: WebOf,
    playlist_id: RowNumber,
    name: Name = "",
    released: Annotated[bool, Form(description="the whole team may see it")] = False,
) -> Response:
    """Give a playlist a name, unless that is empty, and let the whole team see it, or coaches alone."""
    change_playlist(web.store, playlist_id, name=keeping.field(name, "The playlist's name"), released=released)
    return _done(request, "changed", playlist_id)


@router.post("/library/playlists/{playlist_id:int}/place", response_model=Done)
def place(
    request: Request,
    web: WebOf,
    viewer: ViewerOf,
    playlist_id: RowNumber,
    clip_id: ClipId,
    move: Annotated[int, Form(ge=-1, le=1, description="-1 one place up, 1 one place down")] = 0,
) -> Response:
    """Put a clip at the end of a playlist, or move it by a place."""
    library.clip_for(web, viewer, clip_id)
    place_clip(web.store, playlist_id, clip_id, move)
    return _done(request, "placed", playlist_id)


@router.post("/library/playlists/{playlist_id:int}/remove", response_model=Done)
def remove(request: Request, web: WebOf, playlist_id: RowNumber, clip_id: ClipId) -> Response:
    """Take a clip out of a playlist; it stays in the library."""
    unplace_clip(web.store, playlist_id, clip_id)
    return _done(request, "removed", playlist_id)


@router.post("/library/playlists/{playlist_id:int}/delete", response_model=Done)
def delete(request: Request, web: WebOf, playlist_id: RowNumber) -> Response:
    """Delete a playlist; its clips stay."""
    if not delete_playlist(web.store, playlist_id):
        raise NotStored("There is no such playlist in the library. It may have been deleted.")
    return as_json(Done(done="deleted", url="/library")) if wants_json(request) else RedirectResponse("/library", 303)


def _done(request: Request, what: str, playlist_id: int, status: int = 200) -> Response:
    url = f"/library/playlists/{playlist_id}"
    return as_json(Done(done=what, url=url), status) if wants_json(request) else RedirectResponse(url, 303)
