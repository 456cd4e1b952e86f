"""A real browser in front of a real server: Debian's Chromium, driven by Playwright. ``make test-browser`` runs these.

Every page of every test is watched: an error in the console, an exception, or a request that would leave this machine fails the
test. The recogniser knows the words (`tests.web.fakes`), everything else is the real thing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

    from vmaudio.store.store import Store

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
MUST = os.environ.get("BROWSER_TESTS_MUST_RUN") == "1"
"""Set by ``make test-browser``: what cannot run is then a failure and not a skip."""

LOCAL = ("127.0.0.1", "localhost", "")
PATIENCE_S = 60.0
"""How long to wait for what must come: long, as the machine may be busy."""

LISTEN = """
  window.heardAt = [];
  for (const kind of ['seeked', 'playing']) document.addEventListener(kind, (event) => {
    window.heardAt.push([kind, event.target.currentTime]);
  }, true);
"""
"""Notes where players were set to and that they played, so that no test must look at just the right moment."""

WIDE, NARROW = {"width": 1100, "height": 800}, {"width": 360, "height": 740}


def _cannot(reason: str) -> None:
    (pytest.fail if MUST else pytest.skip)(reason)


@pytest.fixture(scope="session")
def browser(tmp_path_factory) -> Iterator[Browser]:
    """Chromium with a microphone that plays something like speech, and no way to any other machine."""
    if CHROMIUM is None:
        _cannot("chromium is not installed: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _cannot("playwright is not installed: pip install --group dev")
    from vmaudio.testing import encode, speech_like

    spoken = speech_like((5, 7, 4, 6, 5), seed=3, rate_hz=48000)
    microphone = tmp_path_factory.mktemp("microphone") / "speech.wav"
    microphone.write_bytes(encode(spoken.samples, "wav", spoken.rate_hz))
    args = [
        "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--disable-background-networking", "--disable-gpu",
        "--disable-component-update", "--disable-sync", "--no-first-run", "--mute-audio",
    ]  # fmt: skip
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        args.append("--no-sandbox")  # Chromium refuses to run as root with its sandbox
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=args)
        yield started
        started.close()


@dataclass
class Watch:
    """What a browser context did that it should not have done."""

    errors: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def on(self, context: BrowserContext) -> None:
        """Watch every page of the context, and stop what would leave the machine."""

        def route(route: Any) -> None:
            url = route.request.url
            self.seen.append(url)
            if urlsplit(url).scheme in ("http", "https", "ws", "wss", "ftp") and urlsplit(url).hostname not in LOCAL:
                self.left.append(url)
                route.abort()
            else:
                route.continue_()

        context.route("**/*", route)
        context.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def check(self) -> None:
        """Fail if anything was wrong."""
        assert self.left == [], "requests that would leave this machine"
        wrong = [error for error in self.errors if not any(known in error for known in self.expected)]
        assert wrong == [], "errors in the console"


@pytest.fixture
def open_context(browser) -> Iterator[Callable[..., tuple[BrowserContext, Watch]]]:
    """Make a browser context with a watch on it; all are judged and closed at the end."""
    made: list[tuple[BrowserContext, Watch]] = []

    def start(**options: Any) -> tuple[BrowserContext, Watch]:
        options = {"viewport": WIDE, "locale": "en-US", "timezone_id": "UTC", "color_scheme": "light", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(LISTEN)
        watch = Watch()
        watch.on(context)
        made.append((context, watch))
        return context, watch

    yield start
    for context, _ in made:
        context.close()
    for _, watch in made:
        watch.check()


@pytest.fixture
def watched(open_context) -> tuple[Page, Watch]:
    """A page and its watch, for tests that expect an answer that the console calls an error."""
    context, watch = open_context()
    return context.new_page(), watch


@pytest.fixture
def page(watched) -> Page:
    """A wide, light page."""
    return watched[0]


def axe(page: Page) -> list[str]:
    """Serious and critical findings of axe-core on the page as it is now, as lines."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def arrived(shown: Locator) -> None:
    """Wait for what only the next page has, and for that page's script, without which a click or a choice does less."""
    shown.wait_for()
    shown.page.wait_for_load_state()


def until(page: Page, what: str, arg: Any = None, seconds: float = PATIENCE_S) -> Any:
    """Ask again until the answer is true. (Playwright's own way to wait runs text as script, which our pages forbid.)"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = page.evaluate(what, arg)
        if found:
            return found
        page.wait_for_timeout(40)
    raise AssertionError(f"not true within {seconds} s: {what} {arg}")


def heard(page: Page, least: float, most: float) -> None:
    """Wait until a player was set to a second between these and played; what was heard before is forgotten."""
    look = """([least, most]) => window.heardAt.some(([kind, at]) => kind === 'seeked' && at >= least && at <= most)
              && window.heardAt.some(([kind]) => kind === 'playing')"""
    until(page, look, [least, most])
    page.evaluate("window.heardAt = []; document.querySelectorAll('audio').forEach((a) => a.pause())")


@dataclass
class Live:
    """A server in this process, listening on a port of its own."""

    url: str
    store: Store
    folder: Path
    web: Any


@contextlib.contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Live]:
    """Run the app on a free port until the block ends."""
    import uvicorn

    from tests.web import fakes
    from vmaudio.web.app import create_app
    from vmaudio.web.config import Config
    from vmaudio.web.worker import Inline

    engine = settings.pop("engine", None) or Inline(fakes.analyzer)
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        port = listener.getsockname()[1]
        config = Config(db=str(folder / "web.sqlite"), folder=folder / "web", port=port, **settings)
        app = create_app(config, engine=engine)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            end = time.monotonic() + 120
            while not server.started and thread.is_alive() and time.monotonic() < end:
                time.sleep(0.02)
            assert server.started, "the server did not start"
            yield Live(f"http://127.0.0.1:{port}", app.state.web.store, folder, app.state.web)
        finally:
            server.should_exit = True
            thread.join(15)
            assert not thread.is_alive(), "the server did not stop"


SCRIPTS = {
    "m-strong": (
        "Ann Ruiz", "Dana Whitfield", "spring",
        "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Ann Ruiz with Acme Copiers. "
        "Call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye.",
    ),
    "m-weak": (
        "Ben Osei", "Sam Field", "spring",
        "Hello, hope you're doing well. We are a leading provider and we work with our clients on all of our programs. "
        "Um, give me a call some time.",
    ),
    "m-évil <b>&": (
        "Ben <script>alert(1)</script>", 'O\'Neil "Bob"', "a&b=c #1/2?",
        "Hi <img src=x onerror=alert(1)> this is Ben. Call me at 303-555-0177. Thanks.",
    ),
}  # fmt: skip
"""Messages with a recording that can be played: id -> rep, prospect, campaign, words."""


def fill(store: Store, folder: Path, more: int = 60) -> None:
    """Save messages: a few with recordings, and a team's without."""
    import dataclasses
    import hashlib

    from tests.report.makers import team
    from tests.web import fakes
    from vmaudio.records import Analysis, Message
    from vmaudio.store.outcome_rows import put_outcomes

    calls = folder / "calls"
    calls.mkdir(parents=True)
    said, messages = {}, []
    for i, (message_id, (rep, prospect, campaign, words)) in enumerate(SCRIPTS.items()):
        data = fakes.voice(seed=20 + i)
        (calls / f"call-{i}.wav").write_bytes(data)
        said[hashlib.sha256(data).hexdigest()] = words
        messages.append(
            Message(str(calls / f"call-{i}.wav"), message_id, rep=rep, prospect=f"p{i}", prospect_name=prospect,
                    campaign=campaign, sent_at=f"2026-06-0{i + 1}T09:00:00+00:00")
        )  # fmt: skip
    for result in fakes.analyzer(said).analyze_many(messages):
        assert isinstance(result, Analysis), result
        store.save(result)
    made, outcomes = team(more)
    for i, one in enumerate(made):
        store.save(dataclasses.replace(one, recording_id=f"{i:064d}"))
    put_outcomes(store, outcomes.values())


@pytest.fixture(scope="module")
def live(tmp_path_factory) -> Iterator[Live]:
    """A server with a team's messages; each test file has its own."""
    folder = tmp_path_factory.mktemp("live")
    with serving(folder) as running:
        fill(running.store, folder)
        yield running
