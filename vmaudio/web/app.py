"""`create_app`: the FastAPI application, put together. All state is in ``app.state.web``."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator, Callable

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

import vmaudio
from vmaudio.audio import PlayerCopies
from vmaudio.callback import promoted_model
from vmaudio.classify import ModelStore
from vmaudio.errors import NotStored, RubricError, StoreError, VmaudioError
from vmaudio.records import Analysis
from vmaudio.store import Claims, open_store
from vmaudio.web import arriving, keeping
from vmaudio.web.accounts import Accounts
from vmaudio.web.audit import Audit
from vmaudio.web.config import Config
from vmaudio.web.context import Web, as_json, page, session_of, wants_json, web_of
from vmaudio.web.folders import Folders
from vmaudio.web.jobs import Busy, Jobs
from vmaudio.web.limits import Limit, TooOften
from vmaudio.web.pages import ROUTERS
from vmaudio.web.retention import Daily
from vmaudio.web.routes import Routes
from vmaudio.web.rubrics import Book, Conflict
from vmaudio.web.schemas import Problem
from vmaudio.web.security import SAFE, Gate, Hosts, Refused, refuse_role
from vmaudio.web.sessions import Sessions
from vmaudio.web.sheets import Sheets
from vmaudio.web.sign_on import SignOn
from vmaudio.web.uploads import UploadError
from vmaudio.web.viewers import viewer_of
from vmaudio.web.worker import Engine, Worker, build

LOGINS = (8, 300.0)
"""Wrong passwords from one address in so many seconds."""

UPLOADS = (30, 60.0)
"""Uploads from one address in so many seconds."""


async def granted(request: Request) -> None:
    """Refuse a route that the viewer's role may not open. The gate has looked already, before the body was read; this is the
    route that was taken in the end.

    Args:
        request: Any request.

    Raises:
        Refused: the table of rights does not have the role.
    """
    if not request.state.intake:
        refuse_role(viewer_of(request), request.scope["route"].path, request.method)


async def form_token(request: Request) -> None:
    """Refuse a request that changes something without the token of the session's forms.

    A program that sends the token of the server (``Authorization: Bearer``) has no cookie that a stranger's page could use; nor
    has one that sends recordings with the intake token or its signature.

    Args:
        request: Any request; reading needs no token.

    Raises:
        Refused: the token is missing or not that of the session's forms.
    """
    if request.method in SAFE or request.state.bearer or request.state.intake:
        return
    given = request.headers.get("x-csrf-token")
    if given is None:
        value = (await request.form()).get("csrf")
        given = value if isinstance(value, str) else None
    if not web_of(request).sessions.is_token(session_of(request), given):
        raise Refused(
            "This page is too old, or the request came from another site. Load the page again and repeat the step.", 403
        )


def create_app(config: Config, *, engine: Engine | None = None) -> FastAPI:
    """Make the app. Nothing is started before the server starts; then the worker loads its model.

    Args:
        config: Where the app listens, what it may take, and where it keeps things.
        engine: Analyses uploads: a process of its own by default, `vmaudio.web.worker.Inline` for tests.

    Returns:
        The FastAPI application; all state is in ``app.state.web``.

    Raises:
        VmaudioError: the database or the rubric cannot be used.
    """
    store = open_store(config.db)
    config.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    book = Book(config.rubric, config.folder)
    if engine is None:
        rubric_file = str(book.active.path or "")
        factory = functools.partial(
            build, config.engine, config.language, rubric_file, config.models_dir, config.max_seconds
        )  # fmt: skip
        engine = Worker(factory, config.timeout_s)

    def finish(measured: Analysis) -> Analysis:
        return web.score_now(measured)

    folders = Folders(config.folder, config.port)
    jobs = Jobs(
        engine,
        folders.takes,
        config.folder / f"jobs-{config.port}.json",
        limit=config.queue,
        keep_s=config.keep_s,
        finish=finish,
    )
    logins = Limit("wrong passwords", *LOGINS)
    web = Web(
        config=config,
        folders=folders,
        store=store,
        engine=engine,
        jobs=jobs,
        book=book,
        sessions=Sessions(),
        copies=PlayerCopies(folders.copies, config.max_seconds),
        login_limit=logins,
        upload_limit=Limit("uploads", *UPLOADS),
        sheets=Sheets(store),
        accounts=Accounts(store, logins),
        audit=Audit(store),
        sign_on=SignOn(config.oidc) if config.oidc else None,
        forecaster=promoted_model(ModelStore.from_settings(config.models_dir)),
    )

    @contextlib.asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_begin, web)
        daily = Daily(web)
        daily.start()
        try:
            with Claims(web.store) as web.arriving.claims:
                arriving.resume(web)
                yield
        finally:
            await run_in_threadpool(daily.stop)
            await run_in_threadpool(_end, web)

    app = FastAPI(
        title="vmaudio",
        version=vmaudio.__version__,
        description="Self-check of voicemails, and a team's messages. Every page is also there as JSON, with the ending .json.",
        docs_url=None,  # its page would load scripts from elsewhere; /openapi.json is there
        redoc_url=None,
        openapi_url=None,  # a page of ours, so that it is in the table of rights
        lifespan=life,
        dependencies=[Depends(granted), Depends(form_token)],
        responses={status: {"model": Problem} for status in (400, 403, 404)},
    )
    app.state.web = web
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(
        Gate, config=config, sessions=web.sessions, hosts=Hosts(config), logins=web.login_limit, full=jobs.refuse_when_full,
        accounts=web.accounts, audit=web.audit, routes=functools.cache(lambda: Routes(app.routes)),
    )  # fmt: skip
    _add_errors(app)
    return app


def _begin(web: Web) -> None:
    web.folders.open()
    keeping.sweep(web)
    web.sheets.warm()
    web.jobs.start()


def _end(web: Web) -> None:
    web.rescore.stop.set()
    if web.rescore.thread is not None:
        web.rescore.thread.join(10)
    web.imports.stop()
    web.sheets.stop()
    web.jobs.stop()
    web.accounts.stop()
    web.audit.stop()
    web.folders.close()
    web.store.close()


def _status(error: Exception) -> tuple[int, dict[str, str]]:
    """The HTTP status of an expected error, and its headers."""
    if isinstance(error, (Refused, UploadError)):
        return error.status, {"connection": "close"} if error.status == 413 else {}
    if isinstance(error, Busy):
        return 503, {"retry-after": f"{error.retry_s:.0f}"}
    if isinstance(error, TooOften):
        return 429, {"retry-after": f"{max(1, error.retry_s):.0f}"}
    if isinstance(error, NotStored):
        return 404, {}
    if isinstance(error, Conflict):
        return 409, {}
    if isinstance(error, RubricError):
        return 422, {}
    return (503 if isinstance(error, StoreError) else 400), {}


TITLES = {
    400: "The request failed", 401: "Log in first", 403: "Refused", 404: "Not found", 405: "Not found",
    409: "Conflict with another change", 410: "Gone", 413: "Too large", 421: "Unknown host name",
    422: "Something is missing or wrong",
    429: "Too many requests", 500: "A bug in vmaudio",
    502: "Not available", 503: "Busy",
}  # fmt: skip


def problem(request: Request, status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    """An error as a page or as JSON, whichever was asked for.

    Args:
        request: The request that failed.
        status: The HTTP status.
        sentence: What went wrong and what to do, for the visitor.
        headers: Further headers.

    Returns:
        The answer.
    """
    if wants_json(request):
        return as_json(Problem(error=sentence, status=status), status, headers)
    title = TITLES.get(status, "The request failed")
    return page(request, "problem.html.j2", status=status, headers=headers, title=title, sentence=sentence)


def _add_errors(app: FastAPI) -> None:
    handler: Callable[..., object]

    async def expected(request: Request, error: VmaudioError) -> Response:
        status, headers = _status(error)
        return problem(request, status, str(error), headers)

    async def http(request: Request, error: HTTPException) -> Response:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, VmaudioError):  # raised while the body was read
            return await expected(request, cause)
        sentence = {404: "There is no such page.", 405: "This page does not accept this kind of request."}.get(
            error.status_code, str(error.detail)
        )
        return problem(request, error.status_code, sentence, dict(error.headers or {}))

    async def invalid(request: Request, error: RequestValidationError) -> Response:
        if any(e["loc"][0] == "path" for e in error.errors()):
            return problem(request, 404, "There is no such page.")
        wrong = "; ".join(f"{'.'.join(str(part) for part in e['loc'][1:]) or 'body'}: {e['msg']}" for e in error.errors()[:10])
        return problem(request, 422, f"The form is not complete: {wrong}.")

    for kind, handler in ((VmaudioError, expected), (HTTPException, http), (RequestValidationError, invalid)):
        app.add_exception_handler(kind, handler)  # type: ignore[arg-type]
