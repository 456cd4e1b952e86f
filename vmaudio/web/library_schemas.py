"""The shapes of the library's ``.json`` twins."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ClipModel(BaseModel):
    """A piece of a message that a coach keeps for the team, or a whole message."""

    id: int
    message_id: str
    title: str = Field(description="whose message it is, to whom")
    start_s: float = Field(description="seconds from the start of the recording")
    end_s: float
    whole: bool = Field(description="the whole message was starred")
    comment: str
    check: str | None = Field(description="id of the check that it shows")
    by: str
    released: bool = Field(description="the whole team may hear it")
    created_utc: str
    words: str | None = Field(default=None, description="what is said in it; only on its own page")
    audio: str | None = Field(description="null where the recording is gone or was replaced")


class PlaylistModel(BaseModel):
    """Clips that are played one after another."""

    id: int
    name: str
    by: str
    released: bool
    created_utc: str
    clips: list[ClipModel] = Field(description="in order; only those that the reader may hear")


class SuggestionModel(BaseModel):
    """A message that passes a check surely and has many points."""

    message_id: str
    title: str
    points: float
    evidence: str
    start_s: float | None
    end_s: float | None


class LibraryModel(BaseModel):
    """The library, as far as the reader may see it."""

    playlists: list[PlaylistModel]
    clips: list[ClipModel] = Field(description="the newest first")
    suggestions: dict[str, list[SuggestionModel]] = Field(description="by check; only for those who prepare the library")


class ClipDone(BaseModel):
    """A clip was kept, changed or deleted."""

    done: str
    id: int
    url: str
