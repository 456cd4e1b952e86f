"""The pages, one module per noun: each makes a router, each page has a ``.json`` twin. `ROUTERS` has them all."""

from __future__ import annotations

from vmaudio.web.pages import (
    audit,
    base,
    calibrate,
    health,
    importing,
    intake,
    invite,
    library,
    login,
    message,
    outcomes,
    playlists,
    practice,
    rep,
    report,
    rubric,
    selfcheck,
    sign_on,
    team,
    users,
)

ROUTERS = tuple(
    page.router
    for page in (
        base, health, login, invite, sign_on, selfcheck, practice, report, rep, team, message, playlists, library, calibrate,
        outcomes, rubric, importing, intake, users, audit,
    )
)  # fmt: skip
