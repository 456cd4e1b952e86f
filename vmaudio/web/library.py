"""What the pages of the library show: clips with their titles and sound, and messages that could be examples of a check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import numpy as np

from vmaudio.errors import NotStored, SettingError
from vmaudio.records import Check, clock
from vmaudio.report import Sheet, sent_words
from vmaudio.store import Clip, clip_of, clips_of, overrides_by_message, stored_checks
from vmaudio.web.context import Web
from vmaudio.web.rights import may_open
from vmaudio.web.viewers import Viewer

SUGGESTED = 2
"""Messages that are suggested as examples of a check."""

LOOKED_AT = 12
"""Messages with the most points of those that pass a check: of these the surest are suggested."""

Stored = Mapping[str, tuple[str, str, tuple[Check, ...]]]
"""As `stored_checks` gives it."""

GONE = "The recording was moved or deleted, so this cannot be played."
REPLACED = "The recording was replaced since this was chosen, so the seconds say nothing any more."


@dataclass(frozen=True, slots=True)
class Shown:
    """A clip as a page shows it.

    Attributes:
        clip: the clip.
        title: whose message it is, to whom.
        when: when it was sent; "" where not known.
        points: of the message, 0 to 100; None without.
        check: title of the check that it shows; "" without.
        sound: address of its sound; None where it cannot be played.
        silent: why it cannot; "" where it can.
        missed: the message misses the check that the clip shows, and no person denies it: it is no example to copy.
    """

    clip: Clip
    title: str
    when: str
    points: float | None
    check: str
    sound: str | None
    silent: str
    missed: bool

    @property
    def seconds(self) -> str:
        """Where it lies in the message, as text."""
        length = self.clip.end_s - self.clip.start_s
        return f"whole message, {clock(length)}" if self.clip.whole else f"{length:.1f} s from {clock(self.clip.start_s)}"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A message that passes a check surely and has many points: a coach may take it for an example.

    Attributes:
        message_id: the message.
        title: whose message it is, to whom.
        points: 0 to 100.
        evidence: what the verdict rests on.
        start_s: where to hear it; None where nowhere in particular.
        end_s: where that ends.
        sound: address of the message's sound; None where it cannot be played.
    """

    message_id: str
    title: str
    points: float
    evidence: str
    start_s: float | None
    end_s: float | None
    sound: str | None


def prepares(viewer: Viewer) -> bool:
    """Whether a viewer chooses what is in the library, and so sees also what is not released yet.

    Args:
        viewer: who looks.

    Returns:
        True for who may change the library; by the table of rights coaches and admins.
    """
    return may_open(viewer.role, "/library/clips", changes=True)


def clip_for(web: Web, viewer: Viewer, clip_id: int) -> Clip:
    """A clip, if the viewer may hear it.

    Args:
        web: the app.
        viewer: who looks.
        clip_id: number of the clip.

    Returns:
        The clip.

    Raises:
        NotStored: there is none, or it is not released and the viewer is no coach.
    """
    found = clip_of(web.store, clip_id)
    if found is None or not (found.released or prepares(viewer)):
        raise NotStored("There is no such clip in the library. It may have been deleted.")
    return found


def clips_for(web: Web, viewer: Viewer, *, check: str | None = None, message_id: str | None = None) -> list[Clip]:
    """The clips that a viewer may hear, the newest first.

    Args:
        web: the app.
        viewer: who looks.
        check: only those that show this check.
        message_id: only of this message.

    Returns:
        The clips.
    """
    return clips_of(web.store, check=check, message_id=message_id, released=not prepares(viewer))


def starred(web: Web, viewer: Viewer) -> dict[tuple[str, str | None], int]:
    """The messages that are kept whole, so that a page says so where it offers to keep them.

    Args:
        web: the app.
        viewer: who looks.

    Returns:
        Id of the message and of the check that it is to show (None for none) -> number of the newest such clip.
    """
    return {(clip.message_id, clip.check): clip.id for clip in reversed(clips_for(web, viewer)) if clip.whole}


def shown(web: Web, given: Sequence[Clip]) -> list[Shown]:
    """Clips as a page shows them.

    Args:
        web: the app.
        given: clips.

    Returns:
        One for each, in the same order.
    """
    if not given:
        return []
    sheet, glossary = web.sheets.current(), web.glossary()
    places = places_of(web, sheet)
    stored = stored_checks(web.store, sorted({clip.message_id for clip in given}))
    made = []
    for clip in given:
        source, recording, checks = stored.get(clip.message_id, ("", "", ()))
        said = {one.id: one.verdict for one in checks}
        said |= {one.check_id: one.verdict for one in web.store.overrides(clip.message_id)}
        silent = "" if web.copies.may_play(source) else GONE
        silent = REPLACED if recording != clip.recording_id else silent
        at = places.get(clip.message_id)
        row = None if at is None else sheet.rows[at]
        made.append(
            Shown(
                clip, clip.message_id if at is None else title_at(sheet, at), sent_words(row.sent_at) if row else "",
                row.points if row else None, glossary.check(clip.check).title if clip.check else "",
                None if silent else f"/library/{clip.id}/audio", silent, said.get(clip.check or "") == "fail",
            )
        )  # fmt: skip
    return made


def places_of(web: Web, sheet: Sheet) -> dict[str, int]:
    """Where each message stands in the sheet.

    Args:
        web: the app.
        sheet: its messages.

    Returns:
        Places by message id.
    """
    return web.sheets.remembered("places", sheet, lambda: {row.message_id: i for i, row in enumerate(sheet.rows)})


def title_at(sheet: Sheet, at: int) -> str:
    """The title of a message.

    Args:
        sheet: the messages.
        at: place of the message.

    Returns:
        "REP to PROSPECT" as far as they are known, else the message's id.
    """
    row = sheet.rows[at]
    whom = row.prospect_name or row.prospect
    if row.rep and whom:
        return f"{row.rep} to {whom}"
    return row.rep or (f"to {whom}" if whom else row.message_id)


def sound_file(web: Web, clip: Clip) -> Path:
    """The sound of a clip as a file: cut from the recording, if that is still the one in which its seconds were counted.

    Args:
        web: the app.
        clip: the clip.

    Returns:
        A WAV file; of a whole message the copy of its recording.

    Raises:
        NotStored: the recording is gone, was replaced, or cannot be decoded.
    """
    found = web.store.one(clip.message_id)
    if found is None or found.recording_id != clip.recording_id:
        raise NotStored(REPLACED)
    asked = (found.source, found.recording_id)
    if clip.whole:
        made = web.copies.get(*asked, found.message, found.spans)
    else:
        made = web.copies.cut(*asked, clip.start_s, clip.end_s, found.message, found.spans)
    if made is None:
        raise NotStored(GONE)
    return made


def suggestions(web: Web) -> dict[str, list[Suggestion]]:
    """For each check the messages that pass it surest among those with the most points, without copies and without those that
    a person judged otherwise.

    Args:
        web: the app.

    Returns:
        Suggestions by the check's id; made once for each state of the store.
    """
    sheet = web.sheets.current()
    key = ("examples", web.book.active.rubric.rubric_id)
    return web.sheets.remembered(key, sheet, lambda: _suggested(web, sheet))


def _suggested(web: Web, sheet: Sheet) -> dict[str, list[Suggestion]]:
    given = overrides_by_message(web.store.overrides())
    usable = np.isfinite(sheet.points) & ~sheet.copied
    order = np.lexsort((-sheet.week, -sheet.points))  # the most points first; of as many the newest
    wanted = {}
    for check in sheet.checks:
        passed = usable & sheet.is_mark(check, "p")
        best = [int(i) for i in order[passed[order]][:LOOKED_AT]]
        wanted[check] = [i for i in best if check not in given.get(sheet.rows[i].message_id, {})]
    stored = stored_checks(web.store, sorted({sheet.rows[i].message_id for places in wanted.values() for i in places}))
    return {check: _surest(web, sheet, check, places, stored) for check, places in wanted.items() if places}


def _surest(web: Web, sheet: Sheet, check: str, places: list[int], stored: Stored) -> list[Suggestion]:
    ranked = []
    for rank, i in enumerate(places):
        row = sheet.rows[i]
        source, recording, checks = stored.get(row.message_id, ("", "", ()))
        found = next((one for one in checks if one.id == check), None)
        if found is not None:
            sound = f"/message/{quoted(row.message_id)}/audio" if web.copies.may_play(source) else None
            said = Suggestion(
                row.message_id, title_at(sheet, i), float(sheet.points[i]), found.evidence, found.start_s, found.end_s, sound
            )
            ranked.append(((-round(found.confidence, 1), rank), recording or row.message_id, said))
    ranked.sort(key=lambda one: one[0])
    different: dict[str, Suggestion] = {}  # one recording may have been left for several prospects
    for _, recording, one in ranked:
        different.setdefault(recording, one)
    return list(different.values())[:SUGGESTED]


def quoted(message_id: str) -> str:
    """A message's id as a part of an address.

    Args:
        message_id: the id.

    Returns:
        The id without characters that mean something in an address.
    """
    return quote(message_id, safe="")


def second(text: str, what: str) -> float:
    """A moment that was typed, as seconds.

    Args:
        text: seconds such as 12.5, or minutes and seconds such as 1:05.
        what: what the field is called in an error message.

    Returns:
        Seconds.

    Raises:
        SettingError: it is neither.
    """
    found = re.fullmatch(r"(?:(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)", text.strip())
    if found is None:
        raise SettingError(f"{what} is {text[:20]!r}. Write seconds such as 12.5, or minutes and seconds such as 1:05.")
    return 60 * int(found[1] or 0) + float(found[2].replace(",", "."))
