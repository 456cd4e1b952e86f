"""The same app in Debian's Firefox: the stories of a rep, a coach and a data person from a fresh store. ``make test-firefox``.

Playwright drives its own Firefox only; Debian's speaks the standard WebDriver BiDi, which Playwright 1.60 can use. 1.65
needs a command that this Firefox does not have (emulation.setMediaFeaturesOverride), so ``make test-firefox`` installs 1.60
beside the environment's. Dark is a preference of the browser here.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import NARROW, SCRIPTS, arrived, axe, heard, serving, sideways, until
from tests.web import fakes
from vmaudio.store import save_round

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.firefox

FIREFOX = os.environ.get("FIREFOX") or shutil.which("firefox-esr") or shutil.which("firefox")
MUST = os.environ.get("FIREFOX_TESTS_MUST_RUN") == "1"
PAGES = (
    "/", "/report", "/rep/Finn%20O%E2%80%99Leary", "/import", "/team", "/team?rep=nobody", "/message/m-strong",
    "/outcomes", "/rubric", "/no-such-page",
)  # fmt: skip
QUIET = {
    "browser.shell.checkDefaultBrowser": False, "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False, "media.autoplay.default": 0, "network.proxy.type": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    """Playwright, in a version that can drive this Firefox."""
    cannot = pytest.fail if MUST else pytest.skip
    if FIREFOX is None:
        cannot("Firefox is not installed: apt-get install firefox-esr")
    try:
        from playwright._repo_version import version as given
        from playwright.sync_api import sync_playwright
    except ImportError:
        cannot("playwright is not installed: make test-firefox")
    version = tuple(int(part) for part in given.split(".")[:2])
    if version > (1, 60):
        cannot(f"Playwright {given} cannot drive Debian's Firefox: make test-firefox installs 1.60 beside it")
    with sync_playwright() as started:
        yield started


def launched(driver: Any, *, dark: bool) -> Browser:
    """Firefox with a colour scheme."""
    prefs = {**QUIET, "ui.systemUsesDarkTheme": int(dark), "layout.css.prefers-color-scheme.content-override": int(not dark)}
    return driver.firefox.launch(channel="moz-firefox", executable_path=FIREFOX, firefox_user_prefs=prefs)


@pytest.fixture(scope="module")
def browser(driver) -> Iterator[Browser]:
    """Firefox, light; takes the place of Chromium for the fixtures that make pages."""
    started = launched(driver, dark=False)
    yield started
    started.close()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> Iterator[Any]:
    """A server with an empty store."""
    folder = tmp_path_factory.mktemp("fresh")
    with serving(folder) as running:
        yield running


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")


def test_a_rep_checks_a_message(fresh, page):
    """From an empty store: choose a recording, see the scorecard with its words and player, click a word, keep it."""
    page.goto(fresh.url)
    page.get_by_label("Choose a recording").set_input_files(
        {"name": "tom.wav", "mimeType": "audio/wav", "buffer": fakes.voice(seed=1)}
    )
    page.get_by_role("button", name="Check this message").click()
    arrived(page.locator(".message .score").first)
    assert re.fullmatch(r"\d+", page.locator(".points .big").first.inner_text())
    assert "303-555-0126" in page.locator(".transcript").inner_text()
    assert page.locator("audio.player[src]").count() == 1
    assert page.locator(".w").first.get_attribute("data-start")
    assert axe(page) == []


def test_a_coach_looks_at_the_team(live, page):
    """The team's table is filtered, a message opened, its verdict doubted; the report says what is known."""
    page.goto(live.url + "/team")
    page.get_by_label("Rep", exact=True).select_option("Ann Ruiz")
    page.wait_for_url(re.compile("rep=Ann"))
    assert page.locator("table.team tbody tr").count() == 1
    page.locator("table.team tbody th a").first.click()
    arrived(page.get_by_role("heading", level=1, name=re.compile("Ann Ruiz")))
    assert SCRIPTS["m-strong"][3].split()[2].strip(",") in page.locator(".transcript").inner_text()
    first = page.locator("li.check").first
    first.get_by_text("Disagree").click()
    first.get_by_label("missed").or_(first.get_by_label("passed")).first.check()
    first.get_by_label("Because").fill("I hear it otherwise.")
    first.get_by_label("Your name").fill("Kim")
    first.get_by_role("button", name="Save verdict").click()
    arrived(page.locator(".override").first)
    page.goto(live.url + "/report")
    page.locator('[data-later="known"] .findings li').first.wait_for()
    assert page.get_by_role("heading", name="What to coach this week").is_visible()


def tabbed(page: Page, wanted: str, most: int = 80) -> None:
    """Press Tab until what has the focus matches; it must show that it has it."""
    at = "document.activeElement"
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"{at}.matches({wanted!r})"):
            around = f"[{at}, {at}.closest('li')].some((one) => one && getComputedStyle(one).outlineStyle !== 'none')"
            assert page.evaluate(f"{at}.matches('audio') || {around}"), f"no ring around {wanted}"
            return
    raise AssertionError(f"{most} times Tab, and never at {wanted}")


def test_a_message_is_heard(live, page):
    """A click on a word sets the player to its second and plays, at once after the page came and again; a check's, too."""
    page.goto(live.url + "/message/m-strong")
    for at in (10, 4):
        word = page.locator(".w").nth(at)
        start = float(word.get_attribute("data-start") or "nan")
        word.click()
        heard(page, start - 0.1, start + 0.1)
    check = page.locator("button.seek").first
    start = float(check.get_attribute("data-start") or "nan")
    check.click()
    heard(page, start - 0.1, start + 0.1)
    # a machine without a sound device plays on in silence; the recording is not to blame
    assert "cannot be played here" not in page.content()


def test_by_keyboard_alone(live, page):
    """From the team's table to a message, its player and checks; then blind scoring and practice, without a mouse."""
    page.goto(live.url + "/team?rep=Ann+Ruiz")
    tabbed(page, "a.skip")
    page.keyboard.press("Enter")
    tabbed(page, "table.team tbody a")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", level=1, name=re.compile("Ann Ruiz")))
    tabbed(page, "audio")
    page.keyboard.press("Space")
    until(page, "window.heardAt.some(([kind]) => kind === 'playing')")
    page.keyboard.press("Space")
    until(page, "document.querySelector('audio').paused")
    page.evaluate("window.heardAt = []")
    tabbed(page, ".transcript")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    start = float(page.locator(".w.here").get_attribute("data-start") or "nan")
    page.keyboard.press("Enter")
    heard(page, start - 0.1, start + 0.1)
    tabbed(page, "li.check button.seek")
    start = float(page.evaluate("document.activeElement.dataset.start"))
    page.keyboard.press("Enter")
    heard(page, start - 0.1, start + 0.1)
    tabbed(page, "summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")

    save_round(live.store, ["m-strong"], live.store.facets().checks[:3], seed=0, by="Kim")
    page.goto(live.url + "/calibrate")
    tabbed(page, "[name=author]")
    page.keyboard.type("Lee")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("button", name="Draw and begin"))
    tabbed(page, "[href^='/calibrate/rounds/']")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="Message 1 of 1"))
    page.keyboard.press("p")
    until(page, "window.heardAt.some(([kind]) => kind === 'playing')")
    page.keyboard.press("p")
    for key in "yna":
        page.keyboard.press(key)
    until(page, "document.getElementById('so-far').textContent === '3 of 3 questions answered'")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="How far coaches and machine agree"))

    page.goto(live.url + "/practice")
    tabbed(page, "#speed")
    before = page.locator("#speed-word").inner_text()
    page.keyboard.press("ArrowRight")
    assert page.locator("#speed-word").inner_text() != before
    tabbed(page, ".drills a")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("button", name="Check this attempt"))


def test_a_data_person_takes_the_numbers(live, page):
    """The table as JSON and the report as a file are what the pages say."""
    page.goto(live.url + "/team")
    shown = page.locator("table.team tbody tr").count()
    found = page.evaluate("fetch('/team.json?limit=50').then((answer) => answer.json())")
    assert len(found["rows"]) == shown
    text = page.evaluate("fetch('/report/file').then((answer) => answer.text())")
    assert text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", PAGES)
def test_axe_and_width(live, open_context, path):
    """No page has a serious finding, and none scrolls sideways at 360 pixels, with everything unfolded."""
    context, watch = open_context()
    watch.expected.append("404")
    page = context.new_page()
    page.goto(live.url + path)
    unfold(page)
    assert axe(page) == []
    page.set_viewport_size(NARROW)
    assert sideways(page) <= 0


def test_dark(live, driver):
    """Pages are dark where the system is, and have no serious finding there."""
    dark = launched(driver, dark=True)
    try:
        page = dark.new_page()
        for path in ("/", "/report", "/team", "/message/m-strong", "/rubric"):
            page.goto(live.url + path)
            unfold(page)
            back = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)")
            assert max(back) < 70, path
            assert axe(page) == [], path
    finally:
        dark.close()
