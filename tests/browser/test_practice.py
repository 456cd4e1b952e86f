"""Practice in a real browser: the line under the script, live level and pace, a take, and an attempt at a drill."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, arrived, axe, fill, serving, sideways, until
from tests.web import fakes
from vmaudio.web.worker import Inline

pytestmark = pytest.mark.browser

SCRIPT = "Hi {name}, your lease on Main Street ends in May. This is [Rep] with {company}. Call me at {number}. Goodbye."


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practice")
    with serving(folder, engine=Inline(fakes.analyzer)) as running:
        fill(running.store, folder, more=1)
        yield running


def test_say_it_again_with_the_script_on_screen(live, watched):
    """Line, level and pace are shown, nothing is uploaded before it is sent, and the take is held against the script."""
    page, watch = watched
    page.goto(f"{live.url}/practice")
    page.locator("#script").fill(SCRIPT)
    page.locator("#count-in").focus()
    page.keyboard.press("Space")
    sent = len(watch.seen)
    page.get_by_role("button", name="Record").focus()
    page.keyboard.press("Enter")
    until(page, "!document.getElementById('countdown').hidden")
    until(page, "document.querySelectorAll('.pw.past').length >= 3")
    until(page, "/^about \\d+ words a minute/.test(document.getElementById('pace-word').textContent)")
    assert page.locator("#level-word").inner_text() == "good"
    assert axe(page) == []
    page.set_viewport_size(NARROW)
    assert sideways(page) <= 0
    page.keyboard.press("Enter")
    page.locator("#record-player").wait_for()
    new = [url for url in watch.seen[sent:] if not url.startswith("blob:")]
    assert all("/static/level.js" in url for url in new), new
    page.keyboard.press("Enter")  # the focus is on the button that sends
    arrived(page.locator(".script"))
    assert "words were said" in page.locator(".script").inner_text()
    page.get_by_role("link", name="Say it again with the script on screen").click()
    arrived(page.locator(".pw").first)
    assert page.locator("#script").input_value() == SCRIPT


def test_a_drill_in_the_dark_without_motion(live, open_context):
    """An attempt is told with its checks; without motion a sentence is marked and not a word."""
    context, _ = open_context(color_scheme="dark", reduced_motion="reduce", viewport=NARROW)
    page = context.new_page()
    page.goto(f"{live.url}/practice/drills/pace")
    page.get_by_role("button", name="Check this attempt").click()
    assert "Record the message first" in page.locator("#upload-status").inner_text()
    page.get_by_role("button", name="Record").click()
    until(page, "document.querySelectorAll('.pw.here').length > 3")
    page.get_by_role("button", name="Stop").click()
    page.locator("#record-player").wait_for()
    page.get_by_role("button", name="Check this attempt").click()
    arrived(page.locator(".result"))
    assert page.locator(".dots .v-fail, .dots .v-pass, .dots .v-na").count() == 1
    assert axe(page) == []
    assert sideways(page) <= 0
