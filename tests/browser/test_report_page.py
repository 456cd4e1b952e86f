"""The report as it comes in a mail: a file opened from disk, without a server or a network."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest

from tests.browser.conftest import NARROW, axe, heard, sideways, until
from tests.report.makers import failure, glossary, team
from vmaudio.report.html import render_feedback, render_messages, render_report
from vmaudio.report.pages import message_page
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.repeats import repeat_rows
from vmaudio.report.team import build_report
from vmaudio.store.override_rows import Override, overrides_by_message

pytestmark = pytest.mark.browser

TEAM, OUTCOMES = team(40, seed=5)
PAGES = ("team", "message", "rep")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Every kind of report page, with sound in it."""
    from vmaudio.report.player_sound import to_mp3
    from vmaudio.testing import recording, speech_like

    spoken = speech_like((6, 7, 5, 8, 9, 7, 6, 5, 8, 9), seed=2).samples
    sound = to_mp3(recording(np.tile(spoken, 5)))  # longer than any of the messages
    folder = tmp_path_factory.mktemp("pages")
    one = max(TEAM, key=lambda a: sum(check.start_s is not None for check in a.score.checks))
    missed = next(check for check in one.score.checks if check.verdict == "fail")
    given = overrides_by_message(
        [Override(one.message.message_id, missed.id, "pass", "said before the tone", "Kim", "2026-05-05T10:00:00+00:00")]
    )
    shared = {"glossary": glossary(), "overrides": given, "sounds": lambda analysis: sound}
    made = {
        "team": render_report(build_report(TEAM, OUTCOMES, failures=[failure()], repeats=repeat_rows(TEAM), **shared)),
        "message": render_messages(
            message_page([one], glossary(), outcomes=OUTCOMES, overrides=given, sounds=lambda analysis: sound, tone=True)
        ),
        "rep": render_feedback(build_rep_sheet(TEAM, TEAM[0].message.rep, OUTCOMES, **shared)),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    return {name: (folder / f"{name}.html").as_uri() for name in made}


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_finding_and_no_error(name, colours, files, open_context):
    """Each page opens from disk without an error in the console, asks for nothing, and axe finds nothing serious."""
    context, watch = open_context(color_scheme=colours)
    page = context.new_page()
    page.goto(files[name])
    assert page.locator("h1").count() == 1
    assert axe(page) == []
    assert {url for url in watch.seen if not url.startswith(("data:", "blob:"))} == {files[name]}


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_a_narrow_screen(name, files, open_context):
    """At 360 pixels the page itself does not scroll sideways."""
    context, _ = open_context(viewport=NARROW)
    page = context.new_page()
    page.goto(files[name])
    assert sideways(page) <= 0


def test_a_narrow_picture_begins_with_the_message(files, open_context, tmp_path):
    """What stands before the first word, as a greeting does, is scrolled past; a message that begins at once is not."""
    context, _ = open_context(viewport=NARROW)
    text = Path(unquote(urlsplit(files["message"]).path)).read_text("utf-8")
    late = re.sub(r'(class="w[^>]*? data-start=")[\d.]+', r"\g<1>8.00", text, count=1)
    (tmp_path / "late.html").write_text(late, "utf-8")
    page, left = context.new_page(), []
    for address in (files["message"], (tmp_path / "late.html").as_uri()):
        page.goto(address)
        left.append(page.locator(".scroll:has(> .p-message)").evaluate("one => one.scrollLeft"))
    assert left[0] == 0
    assert left[1] > 100


def test_dark_is_dark(files, open_context):
    """In dark mode the page is dark and its text light; in light mode the other way round."""

    def brightness(scheme):
        context, _ = open_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(files["team"])
        return page.evaluate(
            """() => ['backgroundColor', 'color'].map((what) => {
                 const [r, g, b] = getComputedStyle(document.body)[what].match(/[\\d.]+/g).map(Number);
                 return 0.3 * r + 0.6 * g + 0.1 * b; })"""
        )

    (dark_back, dark_text), (light_back, light_text) = brightness("dark"), brightness("light")
    assert dark_back < 60 < 180 < dark_text
    assert light_text < 80 < 220 < light_back


def test_a_click_on_a_check_or_a_word_plays_that_second(files, page):
    """The seek button of a check, a word, and the keyboard each set the player to their second, and it plays."""
    page.goto(files["message"])
    button = page.locator("button.seek").first
    at = float(button.get_attribute("data-start") or "nan")
    button.click()
    heard(page, at - 0.1, at + 0.1)
    word = page.locator(".w").nth(12)
    at = float(word.get_attribute("data-start") or "nan")
    word.click()
    heard(page, at - 0.1, at + 0.1)
    assert page.locator(".w.now").count() == 1
    assert page.locator("svg .p-cursor.on").count() == 1
    page.locator(".transcript").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    at = float(page.locator(".w.here").get_attribute("data-start") or "nan")
    page.keyboard.press("Enter")
    heard(page, at - 0.1, at + 0.1)


def test_the_sound_stops_where_the_check_ends(files, page):
    """A check's second is played to its end, not to the end of the message."""
    page.goto(files["message"])
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    buttons = page.locator("button.seek")
    spans = [
        (i, float(buttons.nth(i).get_attribute("data-end") or 0) - float(buttons.nth(i).get_attribute("data-start") or 0))
        for i in range(buttons.count())
    ]
    short, _ = min(((i, s) for i, s in spans if s > 0), key=lambda pair: pair[1])
    buttons.nth(short).click()
    until(page, "window.heardAt.some(([kind]) => kind === 'playing')")
    until(page, "document.querySelector('audio').paused")
    end = float(buttons.nth(short).get_attribute("data-end") or "nan")
    stopped, whole = page.evaluate(
        "(() => { const a = document.querySelector('audio'); return [a.currentTime, a.duration]; })()"
    )
    assert end <= stopped < end + 2  # a busy machine draws a frame late
    assert stopped < whole - 5


def test_one_player_at_a_time(files, page):
    """Starting one message stops the other."""
    page.goto(files["team"])
    for i in (0, 1):
        page.locator("article.message").nth(i).locator(".w").nth(2).click()
        until(page, "i => !document.querySelectorAll('audio')[i].paused", i)
    assert page.evaluate("[...document.querySelectorAll('audio')].filter((a) => !a.paused).length") == 1


def test_the_table_is_filtered_and_sorted(files, page):
    """Typing keeps the rows with all the words and says how many; a click on a column sorts, unknown values last."""
    page.goto(files["team"])
    table = page.locator("table.filterable")
    rows = table.locator("tbody tr")
    assert rows.count() == len(TEAM)
    rep = TEAM[0].message.rep
    page.get_by_label("Find").fill(rep.lower())
    own = sum(one.message.rep == rep for one in TEAM)
    assert table.locator("tbody tr:visible").count() == own
    assert page.get_by_role("status").filter(has_text=f"{own} of {len(TEAM)}").count() == 1
    page.get_by_label("Find").fill("")
    table.get_by_role("button", name="Points").click()
    points = table.evaluate(
        """table => {
             const heads = [...table.tHead.rows[0].cells], at = heads.findIndex((head) => head.hasAttribute('aria-sort'));
             const cells = [...table.tBodies[0].rows].map((row) => row.cells[at]);
             return cells.map((cell) => cell.dataset.sort ?? cell.textContent.trim()); }"""
    )
    points = [round(float(text), 1) for text in points if text not in ("", "–")]
    assert points == sorted(points)
    known = [one.score.points for one in TEAM if one.score.points is not None]
    assert points == pytest.approx(sorted(known), abs=0.06)


def test_a_persons_verdict_is_on_the_page(files, page):
    """The person's verdict and the machine's are both to be read."""
    page.goto(files["message"])
    shown = page.locator(".override")
    assert shown.count() == 1
    assert "A person says pass: said before the tone" in shown.inner_text()
    assert "the machine says fail" in shown.inner_text()


def test_without_script_everything_is_there_to_read(files, open_context):
    """Without JavaScript the page shows headline, tables, transcripts and tips."""
    context, _ = open_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["team"])
    assert page.locator("h1").inner_text()
    assert page.locator("article.message .w").count() > 50
    assert page.locator("table.filterable tbody tr").count() == len(TEAM)


def test_strangers_words_run_nothing(tmp_path, watched):
    """A page made of markup in every field runs none of it, and the browser's policy has nothing to refuse."""
    from tests.report.test_html import evil_analysis

    page, watch = watched
    page.on("dialog", lambda dialog: watch.errors.append("a script of a stranger ran"))
    made = evil_analysis()
    plain = dataclasses.replace(message_page([made], glossary(), tone=True), notes=("<script>alert(1)</script>",))
    for name, text in (
        ("message", render_messages(plain)),
        ("team", render_report(build_report([made], {}, glossary=glossary()))),
    ):
        path = tmp_path / f"{name}.html"
        path.write_text(text, "utf-8")
        page.goto(path.as_uri())
        assert page.locator("script").count() == 1
        assert page.locator("img").count() == 0
        page.locator(".w").first.click()


def test_the_printed_report(files, browser):
    """On paper: page numbers on every page, all checks and messages, nothing beyond the margins, and not too many pages."""
    pypdfium2 = pytest.importorskip("pypdfium2")
    page = browser.new_page()
    page.goto(files["team"])
    made = page.pdf(prefer_css_page_size=True)
    page.close()
    document = pypdfium2.PdfDocument(made)
    count, texts = len(document), []
    for i, sheet in enumerate(document, 1):
        width, height = sheet.get_size()
        texts.append(sheet.get_textpage().get_text_range())
        assert f"{i} of {count}" in texts[-1]
        dark = sheet.render(scale=1.0).to_numpy().min(axis=2) < 200
        rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
        assert columns[0] >= 17  # 6 mm: what printers leave white
        assert columns[-1] <= width - 17
        assert rows[-1] <= height - 10
        assert dark.mean() > 0.001, f"page {i} is empty"
    assert count <= 9  # 40 messages; the 36 samples take 8
    text = " ".join(" ".join(texts).split())
    data = build_report(TEAM, OUTCOMES, glossary=glossary())
    for row in data.checks:
        assert row.title in text, row.title
    for view in data.instructive:
        for check in view.failed + view.passed:
            assert check.title in text
    assert sum(row.sent in text for row in data.messages) == len(data.messages)
    assert "Save picture" not in text
