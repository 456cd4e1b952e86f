"""The library: best examples by check, starred messages, clips. Each clip has a page of its own with its sound and words."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from vmaudio.errors import NotStored, SettingError
from vmaudio.store import Clip, all_playlists, change_clip, clip_of, delete_clip, save_clip
from vmaudio.web import keeping, library
from vmaudio.web.context import RowNumber, SessionOf, Web, WebOf, as_json, page, sign_as, signed, wants_json
from vmaudio.web.library import Shown, prepares
from vmaudio.web.library_schemas import ClipDone, ClipModel, LibraryModel, SuggestionModel
from vmaudio.web.pages.playlists import clip_model, playlist_models
from vmaudio.web.viewers import ViewerOf

router = APIRouter(tags=["library"])

COMMENT = 2000

ClipId = RowNumber
Comment = Annotated[str, Form(max_length=COMMENT, description="the coach's words")]
CheckId = Annotated[str, Form(max_length=100, description="id of the check that it shows; empty for none")]
Second = Annotated[str, Form(max_length=20, description="seconds such as 12.5, or m:ss")]
Released = Annotated[bool, Form(description="the whole team may hear it")]
Back = Annotated[str, Form(max_length=1000, description="where the browser goes then")]


@router.get("/library.json")
def library_json(web: WebOf, viewer: ViewerOf, check: Annotated[str, Query(max_length=100)] = "") -> LibraryModel:
    """Playlists, clips and starred messages, and messages that could be examples. ``check``: only of this check."""
    mine = prepares(viewer)
    found = library.suggestions(web) if mine else {}
    return LibraryModel(
        playlists=playlist_models(web, viewer),
        clips=[clip_model(one) for one in library.shown(web, library.clips_for(web, viewer, check=check or None))],
        suggestions={
            name: [SuggestionModel(**{field: getattr(one, field) for field in SuggestionModel.model_fields}) for one in some]
            for name, some in found.items()
            if not check or name == check
        },
    )


@router.get("/library", include_in_schema=False)
def library_page(request: Request, web: WebOf, viewer: ViewerOf, check: Annotated[str, Query(max_length=100)] = "") -> Response:
    """The page: playlists, then examples by check in the order of the rubric, then misses, then what shows no check."""
    mine = prepares(viewer)
    clips = library.shown(web, library.clips_for(web, viewer, check=check or None))
    suggested = library.suggestions(web) if mine else {}
    taken = {(one.clip.message_id, one.clip.check) for one in clips}
    order = list(dict.fromkeys([*(c.id for c in web.book.active.rubric.criteria), *suggested, *(o.clip.check for o in clips)]))
    groups = []
    for name in order:
        if name and (not check or name == check):
            own = [one for one in clips if one.clip.check == name and not one.missed]
            more = [one for one in suggested.get(name, []) if (one.message_id, name) not in taken]
            groups.append((web.glossary().check(name), own, more))
    return page(
        request, "library.html.j2", groups=[one for one in groups if one[1]],
        bare=[one for one in groups if not one[1] and one[2]],
        missed=[one for one in clips if one.missed],
        rest=[one for one in clips if not one.clip.check], playlists=playlist_models(web, viewer), prepares=mine,
        check=check, quoted=library.quoted,
    )  # fmt: skip


@router.get("/library/{clip_id:int}.json")
def clip_json(request: Request, web: WebOf, viewer: ViewerOf, clip_id: ClipId) -> ClipModel:
    """One clip with its words."""
    one = library.shown(web, [_noted(request, library.clip_for(web, viewer, clip_id))])[0]
    words = _words(web, one)
    return clip_model(one, " ".join(text for text, _, _ in words))


@router.get("/library/{clip_id:int}/audio", response_class=FileResponse, responses={206: {"description": "a part, by Range"}})
def clip_audio(request: Request, web: WebOf, viewer: ViewerOf, clip_id: ClipId) -> Response:
    """The clip's sound as 16 kHz mono WAV, cut on the server; only while the recording is the one in which it was cut."""
    clip = _noted(request, library.clip_for(web, viewer, clip_id))
    return FileResponse(library.sound_file(web, clip), media_type="audio/wav")


def _noted(request: Request, clip: Clip) -> Clip:
    """The same clip; the log then says of which message it is."""
    request.state.about = ("message", clip.message_id)
    return clip


@router.get("/library/{clip_id:int}", include_in_schema=False)
def clip_page(request: Request, web: WebOf, viewer: ViewerOf, clip_id: ClipId) -> Response:
    """The page."""
    one = library.shown(web, [_noted(request, library.clip_for(web, viewer, clip_id))])[0]
    lists = all_playlists(web.store) if prepares(viewer) else []
    return page(
        request, "clip_page.html.j2", one=one, words=_words(web, one), prepares=prepares(viewer), quoted=library.quoted,
        checks=[(check.id, check.title) for check in web.book.active.rubric.criteria],
        without=[held for held in lists if clip_id not in held.clips], inside=[held for held in lists if clip_id in held.clips],
    )  # fmt: skip


def _words(web: Web, one: Shown) -> list[tuple[str, float, float]]:
    """The clip's words with their seconds in the clip's own sound; none where the recording was replaced."""
    clip = one.clip
    found = web.store.one(clip.message_id)
    if found is None or one.silent == library.REPLACED:
        return []
    return [
        (word.text.strip(), max(0.0, word.start_s - clip.start_s), word.end_s - clip.start_s)
        for word in found.transcript.words
        if clip.start_s <= (word.start_s + word.end_s) / 2 <= clip.end_s
    ]


@router.post("/library/clips", response_model=ClipDone, status_code=201)
def keep_clip(
    request: Request,
    web: WebOf,
    session: SessionOf,
    message_id: Annotated[str, Form(max_length=200)],
    start_s: Second = "",
    end_s: Second = "",
    whole: Annotated[bool, Form(description="star the whole message")] = False,
    comment: Comment = "",
    check: CheckId = "",
    released: Released = False,
    author: Annotated[str, Form(max_length=200)] = "",
    back: Back = "",
) -> Response:
    """Cut a clip out of a message, or star the whole of it."""
    who = signed(request, keeping.field(author, "Your name") or session.name or "")
    bounds = None if whole else (library.second(start_s, "From"), library.second(end_s, "To"))
    _must_be_a_check(web, message_id, check)
    made = save_clip(
        web.store, message_id, bounds, by=who, comment=keeping.without_controls(comment), check=check or None, released=released
    )
    sign_as(request, who)
    _noted(request, made)
    request.state.did = "shared" if released else None
    return _done(request, "kept", made.id, back)


def _must_be_a_check(web: Web, message_id: str, check: str) -> None:
    if "\x00" in message_id:
        raise NotStored("There is no such message in the store.")
    if check and check not in {c.id for c in web.book.active.rubric.criteria} | set(web.sheets.current().checks):
        raise SettingError(f"{check[:40]!r} is no check of the rubric.")


@router.post("/library/{clip_id:int}/change", response_model=ClipDone)
def change(
    request: Request,
    web: WebOf,
    clip_id: ClipId,
    comment: Comment = "",
    check: CheckId = "",
    start_s: Second = "",
    end_s: Second = "",
) -> Response:
    """Change a clip's comment and check, and where it starts and ends; without seconds it stays as it is."""
    bounds = (library.second(start_s, "From"), library.second(end_s, "To")) if start_s or end_s else None
    _must_be_a_check(web, "", check)
    made = change_clip(web.store, clip_id, bounds=bounds, comment=keeping.without_controls(comment), check=check)
    _noted(request, made)
    return _done(request, "changed", clip_id, "", 200)


@router.post("/library/{clip_id:int}/release", response_model=ClipDone)
def release(request: Request, web: WebOf, clip_id: ClipId, released: Released = False, back: Back = "") -> Response:
    """Let the whole team hear a clip, or coaches alone."""
    _noted(request, change_clip(web.store, clip_id, released=released))
    request.state.did = "shared" if released else "took back"
    return _done(request, "released" if released else "private", clip_id, back, 200)


@router.post("/library/{clip_id:int}/delete", response_model=ClipDone)
def delete(request: Request, web: WebOf, clip_id: ClipId) -> Response:
    """Take a clip out of the library; the message stays."""
    found = clip_of(web.store, clip_id)
    if found is None or not delete_clip(web.store, clip_id):
        raise NotStored("There is no such clip in the library. It may have been deleted.")
    _noted(request, found)
    if wants_json(request):
        return as_json(ClipDone(done="deleted", id=clip_id, url="/library"))
    return RedirectResponse("/library", 303)


def _done(request: Request, what: str, clip_id: int, back: str, status: int = 201) -> Response:
    url = f"/library/{clip_id}"
    if wants_json(request):
        return as_json(ClipDone(done=what, id=clip_id, url=url), status)
    place = urlsplit(back)
    safe = back if back.startswith("/") and not back.startswith("//") and not place.netloc and not place.scheme else url
    return RedirectResponse(safe, 303)
