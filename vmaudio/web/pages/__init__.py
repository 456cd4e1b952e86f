"""The pages, one module per noun: each makes a router, each page has a ``.json`` twin. `ROUTERS` has them all."""

from __future__ import annotations

from vmaudio.web.pages import (
    base,
    calibrate,
    health,
    importing,
    intake,
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
    team,
)

ROUTERS = tuple(
    page.router
    for page in (
        base, health, login, selfcheck, practice, report, rep, team, message, playlists, library, calibrate, outcomes, rubric,
        importing, intake,
    )
)  # fmt: skip
