"""A rep, a coach and an admin log in, each in a browser of their own."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, arrived, axe, serving, sideways
from tests.web import fakes, stock
from vmaudio.store.user_rows import add_user
from vmaudio.web.worker import Inline

pytestmark = pytest.mark.browser

PASSWORD = "four words of mine"
FITS = """select => {
  const whole = select.cloneNode(true);
  whole.style.width = 'auto';
  document.body.append(whole);
  const needed = whole.offsetWidth;
  whole.remove();
  return needed <= select.offsetWidth;
}"""
"""Whether a select is as wide as its longest option needs."""


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A server with messages, a coach and an admin."""
    folder = tmp_path_factory.mktemp("office")
    with serving(folder, engine=Inline(fakes.Quick)) as running:
        for i in range(6):
            (folder / f"{i}.wav").write_bytes(fakes.voice())
            running.store.save(stock.made(i, folder))
        add_user(running.store, "Ada", "admin", password=PASSWORD)
        add_user(running.store, "Cora", "coach", password=PASSWORD)
        yield running


def log_in(page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    arrived(page.get_by_role("button", name="Log out"))


def menu(page) -> list[str]:
    return page.locator(".top nav a").all_inner_texts()


def test_an_admin_invites_a_rep_who_sees_only_what_is_theirs(office, open_context):
    """From the page of users over the link to the own message, which plays; the team's pages are not there."""
    context, _ = open_context()
    ada = context.new_page()
    log_in(ada, office.url, "Ada")
    assert menu(ada) == ["Self-check", "Practice", "Report", "Messages", "Library", "Outcomes", "Rubric", "Users"]
    ada.get_by_role("link", name="Users", exact=True).click()
    for select in (ada.get_by_label("Role", exact=True), ada.get_by_label("Role of Ada")):
        assert select.evaluate(FITS), "the text of the select is cut off"
    assert "rep: their own takes" in ada.locator("#role-help").inner_text()
    ada.get_by_label("Name", exact=True).fill("Ann")
    ada.get_by_label("Rep whose messages are theirs", exact=True).fill("Bo")
    ada.get_by_role("button", name="Add, and make a link").click()
    shown = ada.get_by_label("Link of the invitation")
    arrived(shown)
    assert axe(ada) == []
    link = shown.input_value()

    context, watch = open_context(viewport=NARROW)
    watch.expected.append("403")
    ann = context.new_page()
    ann.goto(link)
    assert axe(ann) == []
    ann.get_by_label("New password").fill(PASSWORD)
    ann.get_by_label("The same once more").fill(PASSWORD)
    ann.get_by_role("button", name="Set the password").click()
    arrived(ann.get_by_role("link", name="My messages"))
    assert menu(ann) == ["Self-check", "Practice", "My messages", "Library", "Rubric"]
    ann.get_by_role("link", name="My messages").click()
    arrived(ann.get_by_role("heading", name="My messages"))
    assert sideways(ann) <= 0
    assert ">Bo<" in ann.content()
    assert "Cleo" not in ann.content()
    ann.locator("table.team tbody th a").first.click()
    arrived(ann.get_by_role("heading", name="Dana 4"))
    assert sideways(ann) <= 0
    assert ann.locator("audio.player").count() == 1
    assert ann.locator(".disagree").count() == 0
    ann.goto(office.url + "/report")
    assert "not open to your role" in ann.content()

    ada.goto(office.url + "/audit")
    assert "message/m4" in ada.content()
    assert axe(ada) == []


def test_a_coach_logs_in_and_signs(office, open_context):
    """The team's pages; a verdict carries the coach's name, and the field for it cannot be changed."""
    context, _ = open_context()
    cora = context.new_page()
    log_in(cora, office.url, "Cora")
    assert menu(cora) == ["Self-check", "Practice", "Report", "Messages", "Library", "Outcomes", "Rubric"]
    cora.goto(office.url + "/message/m0")
    check = cora.locator(".check").first
    cora.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    assert check.get_by_label("Your name").input_value() == "Cora"
    assert not check.get_by_label("Your name").is_editable()
    check.get_by_label("Because").fill("I heard it")
    check.get_by_role("button", name="Save verdict").click()
    cora.get_by_text("(Cora,").first.wait_for()
    cora.get_by_role("button", name="Log out").click()
    arrived(cora.get_by_label("Name"))
    assert axe(cora) == []
