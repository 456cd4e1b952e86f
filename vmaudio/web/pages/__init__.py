"""The pages, one module per noun: each makes a router, each page has a ``.json`` twin. `ROUTERS` has them all."""

from __future__ import annotations

from vmaudio.web.pages import (
    audit,
    base,
    health,
    importing,
    intake,
    invite,
    login,
    message,
    outcomes,
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
        base, health, login, invite, sign_on, selfcheck, report, rep, team, message, outcomes, rubric, importing, intake, users,
        audit,
    )
)  # fmt: skip
