"""The gate before every page: host, origin, size, session, login and role; and the headers behind every answer.

- The Host header must be a name of ours: a stranger's domain that points at 127.0.0.1 (DNS rebinding) is refused.
- A request that changes something must come from our own pages (Origin, else Sec-Fetch-Site) and carry the form's token.
- Bodies are bounded before they are read. Nothing runs but our own files (Content-Security-Policy), nobody frames the app.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vmaudio.errors import VmaudioError
from vmaudio.web.accounts import Accounts, viewer_for
from vmaudio.web.audit import Audit
from vmaudio.web.config import Config
from vmaudio.web.limits import Limit, caller_of
from vmaudio.web.rights import Right, may_open, right_of
from vmaudio.web.routes import Found, Routes
from vmaudio.web.sessions import LASTS_S, Session, Sessions, same
from vmaudio.web.uploads import megabytes
from vmaudio.web.viewers import Viewer, nameless_who

log = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_BYTES = 512_000
"""Largest body of a form without a file: a rubric is 10 kB."""

TABLE_BYTES = 20_000_000
"""Largest CSV of outcomes: about 200,000 lines."""

IMPORT_BYTES = 1_000_000_000
"""Largest folder of recordings that is uploaded at once; the command line has no limit."""

SLACK_BYTES = 64_000
"""Of a multipart body around the file: other fields and boundaries."""

DRAIN = 4
"""Of a body that is too large, so many times the limit is read and thrown away: a browser shows an answer only after it has
sent its all."""

SIGNATURE = "x-vmaudio-signature"
"""The header with the signature of a recording that a program sends."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


NAMELESS = ("/static/{name}", "/health", "/favicon.ico")
"""Routes that are the same for everybody: nobody's name is looked up for them."""


class Refused(VmaudioError):
    """A request that is not let through; ``status`` is the HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        """Say why.

        Args:
            message: A sentence for the visitor.
            status: The HTTP status.
        """
        super().__init__(message)
        self.status = status


def refuse_role(viewer: Viewer, template: str, method: str) -> None:
    """Refuse a route that a viewer's role may not open.

    Args:
        viewer: who asks.
        template: the route's path as it is declared.
        method: of the request.

    Raises:
        Refused: the table of rights does not have the role, or not the route.
    """
    if may_open(viewer.role, template, changes=method not in SAFE):
        return
    if right_of(template) is None:
        log.error("%s has no line in vmaudio.web.rights.TABLE, so nobody may open it.", template)
    raise Refused(f"This page is not open to your role ({viewer.role}). An admin can change roles.", 403)


def cookie_name(config: Config) -> str:
    """The cookie's name. Cookies know no ports, so two servers on one machine need two names.

    Args:
        config: Says on which port the app listens.

    Returns:
        A name with the port in it.
    """
    return f"vmaudio_{config.port}"


def known_cookie(config: Config) -> str:
    """The name of the cookie by which a browser that has logged in is known again.

    Args:
        config: Says on which port the app listens.

    Returns:
        A name with the port in it.
    """
    return f"{cookie_name(config)}_known"


class Hosts:
    """The names under which the app may be called.

    Not starlette's TrustedHostMiddleware: it knows a list of names, and not "every loopback address" (127.0.0.1, 127.0.0.2,
    [::1]) or, on a server for others, "every address written as digits"; it answers with plain text instead of a sentence
    with the cure; and before starlette 1 it cuts an IPv6 address at its first colon.
    """

    def __init__(self, config: Config) -> None:
        """Collect the names.

        Args:
            config: Says where the app listens, and its further names.
        """
        self.names = {"localhost", *(name.lower() for name in config.names)}
        self.addresses = not config.is_local  # an address in the Host header cannot be rebound
        if not config.is_local:
            self.names |= {config.host.lower(), socket.gethostname().lower(), socket.getfqdn().lower()}

    def knows(self, header: str) -> bool:
        """Is this Host header one of ours? Any port: a tunnel may change it.

        Args:
            header: The Host header as it came, with or without a port.

        Returns:
            True for a name of ours and for an address that cannot be a stranger's name; False for what is no host at all.
        """
        try:
            name = (urlsplit(f"//{header}").hostname or "").lower()
        except ValueError:
            return False
        if name in self.names:
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self.addresses or address.is_loopback


class Gate:
    """ASGI middleware. Refusals go through ``refuse``, so that they look like every other page."""

    def __init__(
        self,
        app: ASGIApp,
        config: Config,
        sessions: Sessions,
        hosts: Hosts,
        logins: Limit,
        full: Callable[[], None],
        accounts: Accounts,
        audit: Audit,
        routes: Callable[[], Routes],
    ) -> None:
        """Stand before ``app``.

        Args:
            app: What is asked once a request was let through.
            config: Says what must be asked for, and how large a body may be.
            sessions: Reads and writes cookies.
            hosts: The names under which the app may be called.
            logins: Counts wrong tokens together with wrong passwords.
            full: Raises `vmaudio.web.jobs.Busy` when no upload can be taken.
            accounts: Knows the users.
            audit: Takes down who did what.
            routes: Gives the app's routes.
        """
        self.app, self.config, self.sessions, self.hosts = app, config, sessions, hosts
        self.logins, self.full = logins, full
        self.accounts, self.audit, self.routes = accounts, audit, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        found = self.routes().find(scope)
        right = right_of(found.template) if found else None
        given = self.sessions.read(request.cookies.get(cookie_name(self.config)))
        session = given or self.sessions.new()
        bearer = by_name = False
        # a signature is over the body, so the page itself looks at it
        signed = self._brings(scope) and self.config.intake_token is not None and SIGNATURE in request.headers
        state = scope.setdefault("state", {})
        state.update(session=session, bearer=False, intake=signed, intake_bearer=False, refused=None)
        state.update(viewer=Viewer(), by_name=False, about=None, did=None, locked=True)
        secure = scope.get("scheme") == "https"

        started, status = False, 0

        async def answer(message: Message) -> None:
            nonlocal started, status
            started = True
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if not scope["path"].startswith("/static/"):
                    headers["cache-control"] = "no-store"  # other people's voices stay out of caches
                now: Session = state["session"]
                quiet = (
                    bearer
                    or state["intake"]
                    or state["refused"] is not None
                    or scope["path"].startswith(("/static/", "/health"))
                )
                if now != given and not quiet:
                    headers.append("set-cookie", self._cookie(now, secure))
            await send(message)

        try:
            self._check(scope, request.headers)
            if found is None or found.template not in NAMELESS:
                session, viewer, by_name = await run_in_threadpool(self._who, session)
                state.update(session=session, viewer=viewer, by_name=by_name)
            state["locked"] = self.config.locked or by_name or not self.config.is_local
            secret = self._secret(scope, request)
            bearer = state["bearer"] = secret == "server"
            if bearer:  # an admin's, whoever has logged in with the same program
                state["viewer"] = Viewer()
            state["intake_bearer"] = secret == "intake"
            state["intake"] = state["intake"] or state["intake_bearer"]
            if self._brings(scope) and self.config.intake_token and not (state["intake"] or bearer or session.logged_in):
                raise Refused("The intake token is missing or wrong. Send it as `Authorization: Bearer`.", 401)
            if scope["method"] == "POST" and scope["path"] in ("/jobs", "/intake"):
                self.full()
        except VmaudioError as refusal:
            await self._refuse(refusal, scope, receive, answer)
            return
        if state["locked"] and not session.logged_in and not bearer and not state["intake"] and not (right and right.open):
            if scope["method"] in SAFE and _wants_page(scope["path"], request.headers):
                await RedirectResponse("/login", 303)(scope, receive, answer)
                return
            first = Refused("Log in first: open /login, or send the token as `Authorization: Bearer`.", 401)
            await self._refuse(first, scope, receive, answer)
            return
        try:
            if found and not state["intake"]:
                refuse_role(state["viewer"], found.template, scope["method"])
        except Refused as refusal:
            await self._refuse(refusal, scope, receive, answer)
            return
        try:
            await self.app(scope, self._bounded(scope, receive), answer)
            if by_name and found and right and right.logged and 200 <= status < 400:
                self._log(scope, found, right)
        except Exception as error:
            # here rather than further out, so that this answer too carries the headers
            log.error("%s %s failed", scope["method"], scope["path"], exc_info=error)
            if started:
                raise
            bug = Refused("This is a bug in vmaudio, not an error in your request. The server's log has the details.", 500)
            await self._refuse(bug, scope, receive, answer)

    def _who(self, session: Session) -> tuple[Session, Viewer, bool]:
        """The session and who that is, as both are at this moment, and whether there are users at all."""
        if session.user:
            user = self.accounts.of_session(session.user, session.epoch)
            if user is not None:
                self.audit.seen(user.user_id)
                return session, viewer_for(user), True
            session = self.sessions.new()
        return session, Viewer(), self.accounts.any()

    def _log(self, scope: Scope, found: Found, right: Right) -> None:
        state = scope["state"]
        kind, subject = state["about"] or (right.kind, found.parameters.get(right.about))
        who = nameless_who(state["viewer"], bearer=state["bearer"], secret=self.config.locked)
        once = right.once or (scope["method"] in SAFE and right.logged != "exported")
        self.audit.note(state["viewer"], state["did"] or right.logged, kind, subject, who=who, once=once)

    @staticmethod
    def _brings(scope: Scope) -> bool:
        """Does a program bring a recording?"""
        return bool(scope["path"] == "/intake" and scope["method"] == "POST")

    def _secret(self, scope: Scope, request: HTTPConnection) -> str:
        """Whose token it carries: "server", "intake" (where that is taken) or "". Wrong ones count as wrong passwords do."""
        given = _bearer(request.headers)
        known = {"server": self.config.token, "intake": self.config.intake_token if self._brings(scope) else None}
        if given is None or not any(known.values()):
            return ""
        caller = caller_of(request)
        self.logins.check(caller)
        for whose, secret in known.items():
            if same(given, secret):
                return whose
        self.logins.count(caller)
        return ""

    async def _refuse(self, refusal: VmaudioError, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app say it: the route /refused raises what is found in the state."""
        scope["state"]["refused"] = refusal
        ending = ".json" if scope["path"].endswith(".json") or self._brings(scope) else ""
        path = f"/refused{ending}"
        await self.app({**scope, "path": path, "raw_path": path.encode(), "method": "GET"}, receive, send)

    def _check(self, scope: Scope, headers: Headers) -> None:
        host = headers.get("host", "")
        if not self.hosts.knows(host):
            raise Refused(
                f"This server does not accept the host name {host[:100]!r}. Open it by its address, or start it with "
                "--allow-host and this name.",
                421,
            )
        if scope["method"] in SAFE:
            return
        origin = headers.get("origin")
        if origin is not None:
            scheme, _, theirs = origin.partition("://")
            if scheme not in ("http", "https") or theirs.lower() != host.lower():
                raise Refused("This request came from another site and was refused.", 403)
        elif headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise Refused("This request came from another site and was refused.", 403)
        length = headers.get("content-length", "0")
        most = self._most(scope["path"])
        if not length.isdecimal() or len(length) > 15 or int(length) > DRAIN * most:
            raise Refused(_too_large(most), 413)

    def _most(self, path: str) -> int:
        if path in ("/jobs", "/intake"):
            return self.config.max_bytes + SLACK_BYTES
        if path == "/import/check":
            return IMPORT_BYTES
        return TABLE_BYTES + SLACK_BYTES if path.startswith("/outcomes") else FORM_BYTES

    def _bounded(self, scope: Scope, receive: Receive) -> Receive:
        """Count the body's bytes, whatever Content-Length says; drain what is too much, then refuse."""
        most, size = self._most(scope["path"]), 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > most:
                while message.get("more_body") and size <= DRAIN * most:
                    message = await receive()
                    size += len(message.get("body", b""))
                raise Refused(_too_large(most), 413)
            return message

        return counted

    def _cookie(self, session: Session, secure: bool) -> str:
        parts = [
            f"{cookie_name(self.config)}={self.sessions.write(session)}", "Path=/", f"Max-Age={LASTS_S:.0f}", "HttpOnly",
            "SameSite=Strict",
        ]  # fmt: skip
        return "; ".join([*parts, "Secure"] if secure else parts)


def _too_large(most: int) -> str:
    return f"This upload is larger than {megabytes(most)}. Upload a shorter recording, or an MP3 of it."


def _bearer(headers: Headers) -> str | None:
    kind, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else None


def _wants_page(path: str, headers: Headers) -> bool:
    return not path.endswith(".json") and "text/html" in headers.get("accept", "text/html")
