"""Who may open what: one table from every route to roles. The gate asks it for every request; a route that is not in it is
refused.

A line holds for a route's template (``/message/{message_id:path}/audio``) or, where it ends with ``*``, for all that begin so.
The longest line that fits is taken. ``docs/web.md`` has the table for people, made from this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vmaudio.records import Message
from vmaudio.web.viewers import ROLES, Role, Viewer

EVERYBODY: frozenset[Role] = frozenset(ROLES)
TEAM: frozenset[Role] = frozenset({"coach", "data", "admin"})
COACHES: frozenset[Role] = frozenset({"coach", "admin"})
ADMINS: frozenset[Role] = frozenset({"admin"})


@dataclass(frozen=True, slots=True)
class Right:
    """One line of the table.

    Attributes:
        what: in words, for people.
        paths: templates of routes; one that ends with ``*`` stands for all that begin so.
        roles: who may open them.
        changes: who may send forms to them; None is the same as ``roles``.
        open: whether they need no login.
        limit: what a role sees of it where that is not all: role -> words. The pages hold to it by `may_see`.
        logged: what the log of the web app says of it: "looked", "heard", "changed" and so on; empty for nothing.
        kind: of what the log says it is about: "message" or "rep".
        about: the part of the path that names it.
        once: whether the log has the same only once in a while, as it has a look, though something is sent: of answers to a
            round each is sent by itself.
    """

    what: str
    paths: tuple[str, ...]
    roles: frozenset[Role] = EVERYBODY
    changes: frozenset[Role] | None = None
    open: bool = False
    limit: tuple[tuple[Role, str], ...] = ()
    logged: str = ""
    kind: str = ""
    about: str = ""
    once: bool = False


_OWN = tuple((role, "own") for role in ROLES)
_MESSAGE = "/message/{message_id:path}"
_PLAYLIST = "/library/playlists/{playlist_id:int}"

TABLE: tuple[Right, ...] = (
    Right("Log in, accept an invitation", ("/login*", "/invite/{token}"), open=True),
    Right("Is the server there", ("/health", "/static/{name}", "/favicon.ico", "/refused", "/refused.json"), open=True),
    Right("Log out", ("/logout",)),
    Right("Description of the addresses for programs", ("/openapi.json",)),
    Right("Self-check: upload, record, hear, keep", ("/", "/jobs*"), limit=_OWN),
    Right("Keep a take", ("/jobs/{job_id}/keep",), limit=_OWN, logged="kept"),
    Right("Delete a take", ("/jobs/{job_id}/delete",), limit=_OWN, logged="deleted"),
    Right("Practice and its history", ("/practice*",), limit=_OWN),
    Right("Own messages", ("/mine", "/mine.json"), limit=_OWN),
    Right("A rep's page, week by week", ("/rep/{rep:path}", "/rep/{rep:path}.json"), COACHES | {"rep"},
          limit=(("rep", "own"),), logged="looked", kind="rep", about="rep"),
    Right("A message: words, checks, flags, outcome", (_MESSAGE, f"{_MESSAGE}.json"),
          limit=(("rep", "own"),), logged="looked", kind="message", about="message_id"),
    Right("A message's sound", (f"{_MESSAGE}/audio",), limit=(("rep", "own"),), logged="heard", kind="message",
          about="message_id"),
    Right("Disagree with a check", (f"{_MESSAGE}/override", f"{_MESSAGE}/override/delete"), COACHES, logged="changed",
          kind="message", about="message_id"),
    Right("Label a message", (f"{_MESSAGE}/labels",), TEAM, logged="labelled", kind="message", about="message_id"),
    Right("Delete a message", (f"{_MESSAGE}/delete",), COACHES | {"rep"}, limit=(("rep", "own kept takes"),), logged="forgot",
          kind="message", about="message_id"),
    Right("Messages of the team", ("/team", "/team.json"), TEAM, logged="looked at the team"),
    Right("Team report, what to coach", ("/report", "/report.json", "/report/later"), COACHES, logged="looked at the report"),
    Right("Notes on what to coach", ("/report/note",), COACHES, logged="noted"),
    Right("The report as a file", ("/report/file",), TEAM, logged="exported"),
    Right("Library of examples", ("/library*",), EVERYBODY, COACHES, limit=(("rep", "shared clips"),)),
    Right("Library: a clip's words", ("/library/{clip_id:int}", "/library/{clip_id:int}.json"),
          limit=(("rep", "shared clips"),), logged="looked", kind="message"),
    Right("Library: a clip's sound", ("/library/{clip_id:int}/audio",), limit=(("rep", "shared clips"),), logged="heard",
          kind="message"),
    Right("Library: star, cut, change, share, take out",
          ("/library/clips", *(f"/library/{{clip_id:int}}/{what}" for what in ("change", "release", "delete"))), COACHES,
          logged="changed the library", kind="message"),
    Right("Library: make and change playlists",
          ("/library/playlists", *(f"{_PLAYLIST}/{what}" for what in ("change", "place", "remove", "delete"))), COACHES,
          logged="changed a playlist"),
    Right("Judge the judge", ("/calibrate*",), TEAM),
    Right("Judge the judge: hear a message", ("/calibrate/rounds/{round_id:int}/audio",), TEAM, logged="heard", kind="message"),
    Right("Judge the judge: score blind", ("/calibrate/rounds/{round_id:int}/answers",), TEAM, logged="scored blind",
          once=True, kind="message"),
    Right("Judge the judge: begin and delete a round", ("/calibrate/rounds", "/calibrate/rounds/{round_id:int}/delete"), TEAM,
          logged="changed the calibration"),
    Right("Add recordings", ("/import*",), COACHES),
    Right("Add recordings: start the analysis", ("/import/confirm",), COACHES, logged="imported"),
    Right("Outcomes", ("/outcomes", "/outcomes.json"), TEAM),
    Right("Import outcomes", ("/outcomes/*",), COACHES),
    Right("Import outcomes: store them", ("/outcomes/confirm",), COACHES, logged="imported outcomes"),
    Right("Read the rubric", ("/rubric", "/rubric.json")),
    Right("Try a change of the rubric", ("/rubric/*",), TEAM),
    Right("Save the rubric, score again", ("/rubric/save", "/rubric/rescore"), TEAM, logged="changed the rubric"),
    Right("Users and invitations", ("/users", "/users.json", "/users/*"), ADMINS),
    Right("Log of who did what", ("/audit", "/audit.json"), ADMINS),
    Right("Recordings from programs (intake token)", ("/intake",), ADMINS),
)  # fmt: skip


@cache
def right_of(template: str) -> Right | None:
    """The line for a route.

    Args:
        template: the route's path with its parameters, as it is declared.

    Returns:
        The line with this template, else the one with the longest beginning that fits; None where there is none, and then
        nobody may open the route.
    """
    found, longest = None, -1
    for right in TABLE:
        for path in right.paths:
            begins = path.endswith("*") and template.startswith(path[:-1])
            length = 10_000 if path == template else len(path) if begins else -1
            if length > longest:
                found, longest = right, length
    return found


def may_open(role: Role, template: str, *, changes: bool = False) -> bool:
    """May this role open a route?

    Args:
        role: of the viewer.
        template: the route's path as it is declared.
        changes: whether a form is sent to it.

    Returns:
        True when the table has a line for the route, and the role is in it.
    """
    right = right_of(template)
    if right is None:
        return False
    return right.open or role in (right.roles if not changes or right.changes is None else right.changes)


def may_see(viewer: Viewer, message: Message) -> bool:
    """May this viewer see this message? A rep sees the own ones, everybody else all of them.

    Args:
        viewer: who looks.
        message: a stored message.

    Returns:
        Whether it may be shown; where not, a page answers as if there were no such message.
    """
    return viewer.role != "rep" or is_own(viewer, message.rep)


def runs_server(viewer: Viewer) -> bool:
    """Does this viewer look after the server? Nobody else is shown paths on it, or commands that are typed there.

    Args:
        viewer: who looks.

    Returns:
        True for admins; without users everybody who gets in is one.
    """
    return viewer.role in ADMINS


def is_own(viewer: Viewer, rep: str | None) -> bool:
    """Is this rep the viewer?

    Args:
        viewer: who looks.
        rep: the rep of a message.

    Returns:
        True only when both have a name, and it is the same.
    """
    return bool(viewer.rep) and rep == viewer.rep


def table_for_people() -> list[tuple[str, str, tuple[str, ...]]]:
    """The table as ``docs/web.md`` shows it.

    Returns:
        For each line what it is, its paths, and a word for each role in the order of `ROLES`: "yes", "no", or what of it.
    """
    lines = []
    for right in TABLE:
        if right.open:
            continue
        limit = dict(right.limit)
        words = tuple(_word(right, role, limit.get(role, "yes")) for role in ROLES)
        lines.append((right.what, ", ".join(f"`{_shown(path)}`" for path in right.paths), words))
    return lines


def _word(right: Right, role: Role, limit: str) -> str:
    if role not in right.roles:
        return "no"
    reads = right.changes is not None and role not in right.changes
    return (f"reads {limit}" if limit != "yes" else "reads") if reads else limit


def _shown(path: str) -> str:
    for name in ("message_id:path", "rep:path", "job_id", "clip_id:int", "playlist_id:int", "round_id:int"):
        path = path.replace("{" + name + "}", "NAME" if name.startswith("rep") else "ID")
    return path.replace("*", "…")
