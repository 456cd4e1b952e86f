"""One message and three people, from a fresh store: a rep checks and keeps it, a coach judges it, a data person labels it."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import arrived, serving
from tests.web import fakes
from vmaudio.store.label_rows import all_labels

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """A server with an empty store."""
    with serving(tmp_path_factory.mktemp("story")) as running:
        yield running


def test_one_message_and_three_people(fresh, page):
    """What the rep keeps is in the coach's table and report; the coach's verdict and the label are what the store has."""
    page.goto(fresh.url)
    page.get_by_label("Choose a recording").set_input_files(
        {"name": "tom.wav", "mimeType": "audio/wav", "buffer": fakes.voice(seed=31)}
    )
    page.get_by_role("button", name="Check this message").click()
    arrived(page.locator(".message .score").first)
    points = page.locator(".points .big").first.inner_text()
    page.get_by_role("link", name="Keep").click()
    arrived(page.get_by_role("button", name="Keep this take"))
    page.locator("#keep-rep").fill("Tom Becker")
    page.get_by_role("button", name="Keep this take").click()
    arrived(page.get_by_role("link", name="Open its page in the team’s list"))

    page.goto(fresh.url + "/team")
    assert page.locator("table.team tbody tr").count() == 1
    assert page.locator("table.team tbody td strong").first.inner_text() == points
    page.locator("table.team tbody th a").first.click()
    arrived(page.get_by_role("button", name="Delete this message"))
    check = page.locator("li.check").first
    check.get_by_text("Disagree").click()
    check.get_by_label("Because").fill("I hear it otherwise.")
    check.get_by_label("Your name").fill("Kim, coach")
    check.get_by_role("button", name="Save verdict").click()
    arrived(page.locator(".override").first)

    page.get_by_role("combobox", name="Part of clause 1", exact=True).select_option("greeting")
    page.locator("#annotator").fill("Ann, data")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Save labels").click()
    page.wait_for_load_state()
    page.goto(fresh.url + "/report")
    arrived(page.get_by_role("heading", level=1, name=re.compile("1 message by 1 rep")))
    (row,) = page.evaluate("fetch('/team.json').then((answer) => answer.json())")["rows"]
    assert (row["rep"], row["n_overrides"], f"{row['points']:.0f}") == ("Tom Becker", 1, points)
    assert {one.annotator for one in all_labels(fresh.store)} == {"Ann, data"}
