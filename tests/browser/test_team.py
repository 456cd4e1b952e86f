"""The coach's pages in a real browser: filters, a message, overrides, labels, outcomes, rubric."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import NARROW, arrived, axe, heard, serving, sideways, until
from vmaudio.store.label_rows import all_labels
from vmaudio.store.outcome_rows import all_outcomes
from vmaudio.store.search import Search

pytestmark = pytest.mark.browser

PAGES = (
    "/", "/report", "/rep/Finn%20O%E2%80%99Leary", "/import", "/team", "/team?rep=nobody", "/message/m-strong",
    "/outcomes", "/rubric", "/no-such-page",
)  # fmt: skip


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(live, open_context, path, colours):
    """Every page, light and dark, with everything unfolded, has no serious or critical finding."""
    context, watch = open_context(color_scheme=colours)
    watch.expected.append("404")
    page = context.new_page()
    page.goto(live.url + path)
    assert axe(page) == []
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    assert axe(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_narrow_and_dark(live, open_context, path):
    """At 360 pixels no page scrolls sideways, folded or unfolded; in dark mode pages are dark."""
    context, watch = open_context(viewport=NARROW, color_scheme="dark")
    watch.expected.append("404")
    page = context.new_page()
    page.goto(live.url + path)
    assert sideways(page) <= 0
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    assert sideways(page) <= 0
    back = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number)")
    assert max(back) < 70


def test_nothing_is_cut_at_360_pixels(live, open_context):
    """The navigation wraps, dates are shown whole, and a picture that is wider than the window says that it scrolls."""
    context, _ = open_context(viewport=NARROW)
    page = context.new_page()
    page.goto(live.url + "/team")
    for name in ("Self-check", "Report", "Messages", "Outcomes", "Rubric"):
        box = page.locator(".top nav").get_by_role("link", name=name, exact=True).bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 360
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    assert min(page.locator("input[type=date]").evaluate_all("all => all.map((d) => d.clientWidth)")) > 200
    page.goto(live.url + "/message/m-strong")
    hint = "getComputedStyle(document.querySelector('.message > .scroll'), '::before').content"
    assert "Scroll sideways" in page.evaluate(hint)
    page.set_viewport_size({"width": 1100, "height": 800})
    assert "Scroll" not in page.evaluate(hint)


def test_filters(live, page):
    """A choice is applied at once; filters add up, stay in the address, and can be cleared."""
    page.goto(live.url + "/team")
    page.get_by_label("Rep", exact=True).select_option("Ann Ruiz")
    page.wait_for_url(re.compile("rep=Ann"))
    assert page.locator("table.team tbody tr").count() == 1
    page.get_by_role("link", name="Clear all filters").click()
    page.wait_for_url(live.url + "/team")
    page.get_by_label("Words in the message").fill('"main street" LEASE')
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("text="))
    found = live.store.page(Search(text='"main street" LEASE')).total
    assert page.get_by_role("status").filter(has_text=f"{found} message").count() == 1
    page.get_by_label("Band").select_option("strong")
    page.wait_for_url(re.compile("band=strong"))
    assert "text=" in page.url
    found = live.store.page(Search(text='"main street" LEASE', band="strong")).total
    assert page.get_by_role("status").filter(has_text=f"{found} message").count() == 1


def test_a_check_and_its_verdict(live, page):
    """Messages that missed a check are those of the store, page by page."""
    check = live.store.facets().checks[0]
    found = live.store.page(Search(check=check, verdict="fail"))
    page.goto(f"{live.url}/team?check={check}&verdict=fail")
    assert page.get_by_role("status").filter(has_text=f"{found.total} message").count() == 1
    assert page.locator("table.team tbody tr").count() == len(found.rows)


def test_sorting_and_paging(live, page):
    """A column's name sorts by it, both ways; the next page goes on where the first ended."""
    page.goto(live.url + "/team")
    first = page.locator("table.team tbody th a").first.get_attribute("href")
    page.get_by_role("link", name=re.compile("Next page")).click()
    page.wait_for_url(re.compile("page=2"))
    assert page.locator("table.team tbody th a").first.get_attribute("href") != first
    page.goto(live.url + "/team")
    head = page.locator("table.team thead").get_by_role("link", name=re.compile("Points"))
    head.click()
    page.wait_for_url(re.compile("sort="))
    points = [float(p) for p in page.locator("table.team tbody td strong").all_inner_texts()]
    assert points in (sorted(points), sorted(points, reverse=True))
    assert page.locator("th[aria-sort]").count() == 1


def test_strangers_words_in_every_name_run_nothing(live, watched):
    """A message whose id, rep, listener, campaign and words are full of markup is found, opened and filtered by, as text."""
    page, watch = watched
    page.on("dialog", lambda dialog: watch.errors.append("a script of a stranger ran"))
    page.goto(live.url + "/team")
    page.get_by_label("Rep", exact=True).select_option("Ben <script>alert(1)</script>")
    page.wait_for_url(re.compile("rep="))
    assert page.locator("table.team tbody tr").count() == 1
    page.locator("table.team tbody th a").first.click()
    arrived(page.get_by_role("heading", level=1, name=re.compile("Ben <script>")))
    assert page.locator("main img").count() == 0
    assert "<img src=x onerror=alert(1)>" in " ".join(page.locator(".w").all_inner_texts())
    page.get_by_role("link", name="Ben <script>alert(1)</script>").click()
    arrived(page.get_by_role("heading", name="Messages of the team"))
    assert page.locator("table.team tbody tr").count() == 1
    page.get_by_label("Campaign").select_option("a&b=c #1/2?")
    page.wait_for_url(re.compile("campaign="))
    assert page.locator("table.team tbody tr").count() == 1


def test_a_message_is_heard(live, page):
    """A stored message's recording plays from the second that is clicked."""
    page.goto(live.url + "/message/m-strong")
    word = page.locator(".w").nth(10)
    start = float(word.get_attribute("data-start") or "nan")
    word.click()
    heard(page, max(0, start - 0.1), start + 0.1)


def test_override_and_take_back(live, page):
    """A person's verdict is shown beside the machine's, points stay, and it can be taken back."""
    page.goto(live.url + "/message/m-weak")
    points = page.locator(".points .big").inner_text()
    item = page.locator("li.check.fail").first
    check = (item.get_attribute("id") or "").removeprefix("check-")
    item.get_by_text("Disagree").click()
    item.get_by_label("passed").check()
    item.get_by_label("Because").fill("he said it <b>before</b> the tone")
    item.get_by_label("Your name").fill("Coach Kim")
    item.get_by_role("button", name="Save verdict").click()
    arrived(page.locator(".override"))
    assert "A person says passed: he said it <b>before</b> the tone" in page.locator(".override").inner_text()
    assert page.locator(".points .big").inner_text() == points
    assert page.locator(f"#check-{check}.fail").count() == 1
    (kept,) = live.store.overrides("m-weak")
    assert (kept.check_id, kept.verdict, kept.author) == (check, "pass", "Coach Kim")
    assert axe(page) == []
    page.goto(live.url + "/team?overridden=1")
    assert page.locator("table.team tbody tr").count() == 1
    page.goto(live.url + "/message/m-weak")
    page.locator(".override").get_by_role("button", name="Withdraw").click()
    until(page, "document.querySelectorAll('.override').length === 0")
    assert live.store.overrides("m-weak") == []
    assert [entry.author for entry in live.store.override_history("m-weak")] == ["Coach Kim", "Coach Kim"]


def test_labels(live, page):
    """Parts and approach that a person gives are stored under that name, and shown again."""
    page.goto(live.url + "/message/m-strong#labels")
    rows = page.get_by_role("combobox", name=re.compile("Part of clause"))
    assert rows.count() > 3
    rows.nth(0).select_option("greeting")
    rows.nth(1).select_option("reason")
    page.get_by_label("Approach of the whole message").select_option("relevance_first")
    page.locator("#annotator").fill("Kim")
    page.get_by_role("button", name="Save labels").click()
    page.wait_for_url(re.compile("#labels"))
    given = {(label.kind, label.position): label.label for label in all_labels(live.store) if label.annotator == "Kim"}
    assert given == {("part", 0): "greeting", ("part", 1): "reason", ("approach", -1): "relevance_first"}
    assert rows.nth(1).input_value() == "reason"


def test_outcomes_are_checked_and_then_imported(live, watched):
    """A file with faults is refused with the lines; a sound one is shown first, and stored after a yes."""
    page, watch = watched
    watch.expected.append("422")
    page.goto(live.url + "/outcomes")
    assert "these outcomes are simulated" in page.locator(".notice").inner_text()

    def send(text: str) -> None:
        page.get_by_label("CSV file").set_input_files({"name": "crm.csv", "mimeType": "text/csv", "buffer": text.encode()})
        page.get_by_role("button", name="Check the file").click()

    send("message_id,callback\nm-strong,perhaps\nm-weak,1\n")
    arrived(page.get_by_role("heading", name="crm.csv cannot be imported"))
    assert "line 2" in page.get_by_role("alert").inner_text()
    assert axe(page) == []
    assert "m-weak" not in all_outcomes(live.store)
    send("message_id,callback,note\nm-strong,yes,=1+1\nm-weak,no,\n<b>nobody</b>,1,\n")
    arrived(page.get_by_role("heading", name="Import crm.csv?"))
    assert "Line 4" in page.locator("main").inner_text()
    assert "m-weak" not in all_outcomes(live.store)
    assert axe(page) == []
    page.get_by_role("button", name="Import", exact=True).click()
    arrived(page.get_by_text("2 outcomes added"))
    assert all_outcomes(live.store)["m-strong"].callback is True
    page.goto(live.url + "/message/m-strong")
    assert "called back" in page.locator(".meta").inner_text()


def test_the_rubric_is_previewed_before_it_is_saved(live, watched):
    """A changed weight shows what it does to stored messages before it is saved; a fault names its line."""
    page, watch = watched
    watch.expected.append("422")
    page.goto(live.url + "/rubric")
    weight = page.locator("input[type=number]").first
    weight.fill("40")
    page.get_by_role("button", name="Show what it changes").first.click()
    arrived(page.get_by_role("heading", level=1, name=re.compile(r"messages? changes? band")))
    assert page.locator("svg.hist").count() == 1
    assert axe(page) == []
    page.get_by_role("link", name="Do not save").click()
    page.wait_for_url(live.url + "/rubric")
    page.locator("#toml").fill("[rubric\n<script>alert(1)</script>")
    page.get_by_role("button", name="Show what it changes").last.click()
    arrived(page.get_by_role("heading", name="The rubric has an error"))
    assert axe(page) == []
    assert not (live.folder / "web" / "rubric.toml").exists()


def test_every_page_has_its_keyboard_way(live, page):
    """The first Tab leads to the skip link, and every control of the team page can be reached and has a name."""
    page.goto(live.url + "/team")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = 0
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => { const e = document.activeElement;
                 if (e === document.body) return 'end';
                 const label = e.labels && e.labels[0];
                 return e.getAttribute('aria-label') || (label && label.textContent) || e.textContent || ''; }"""
        )
        if name == "end":
            break
        assert name.strip(), page.evaluate("document.activeElement.outerHTML")
        reached += 1
    assert reached > 20


def test_logging_in(tmp_path, watched):
    """With a password every page asks for it; a wrong one is told, the right one opens, and logging out closes again."""
    page, watch = watched
    watch.expected.append("401")
    with serving(tmp_path, password="correct horse") as locked:
        page.goto(locked.url + "/team")
        arrived(page.get_by_role("heading", name="Log in"))
        assert axe(page) == []
        page.get_by_label("Password or token").fill("wrong horse")
        page.get_by_role("button", name="Log in").click()
        assert "password is wrong" in page.get_by_role("alert").inner_text()
        page.get_by_label("Password or token").fill("correct horse")
        page.get_by_role("button", name="Log in").click()
        arrived(page.get_by_role("heading", level=1, name=re.compile("voicemail")))
        page.goto(locked.url + "/team")
        page.get_by_role("heading", name="Messages of the team").wait_for()
        page.get_by_role("button", name="Log out").click()
        arrived(page.get_by_role("heading", name="Log in"))
        page.goto("about:blank")


def test_without_script_the_pages_work(live, open_context):
    """Without JavaScript one can filter, open a message and judge it."""
    context, _ = open_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live.url + "/team")
    page.get_by_label("Rep", exact=True).select_option("Ann Ruiz")
    page.get_by_role("button", name="Show").click()
    assert page.locator("table.team tbody tr").count() == 1
    page.locator("table.team tbody th a").click()
    assert page.locator(".transcript").is_visible()


def test_a_file_name_that_is_no_utf8(live, watched):
    """A recording whose name is no UTF-8 is listed, opened and given as JSON like any other."""
    import dataclasses

    page, watch = watched
    watch.expected.append("404")
    one = live.store.one("m-strong")
    sent = dataclasses.replace(one.message, source="calls/Ren\udce9.wav", message_id="m-latin", rep="Latin One")
    live.store.save(
        dataclasses.replace(one, recording_id="f" * 64, source=sent.source, file_name="Ren\udce9.wav", message=sent)
    )
    for path in ("/team?rep=Latin+One", "/message/m-latin"):
        assert page.goto(live.url + path).status == 200
    for path in ("/team.json?rep=Latin+One", "/message/m-latin.json"):
        assert page.request.get(live.url + path).status == 200
    assert page.request.get(live.url + "/message/m-latin/audio").status == 404


def test_a_coachs_monday(live, page):
    """The report, a number's messages by keyboard and back, a note marked as done, a rep's weeks."""
    page.goto(live.url + "/report?until=2026-05-20")  # the newest week has one message of each rep, and once is no habit
    page.get_by_role("heading", name="What to coach this week").wait_for()
    page.locator('[data-later="known"] .findings li').first.wait_for()
    number = page.locator("#groups td a.n").first
    wanted = int(number.inner_text())
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/team"))
    page.get_by_role("status").filter(has_text=f"{wanted} message").wait_for()
    page.go_back()
    card = page.locator(".coach-card").first
    card.locator("details.note-fold summary").first.click()
    card.get_by_label("Your note").first.fill("say it in groups of three")
    card.get_by_label("Done").first.check()
    card.get_by_label("Your name").first.fill("Kim")
    card.get_by_role("button", name="Save").first.click()
    page.locator(".thing.done").first.wait_for()
    page.wait_for_load_state()
    assert "say it in groups of three" in page.locator(".thing-note").first.inner_text()
    page.locator(".coach-card h3 a").first.click()
    page.locator("table.against").wait_for()
    assert page.locator("figure svg").count() >= 3


def test_pictures_are_saved(live, page):
    """A picture comes as SVG with its own colours and paper, and as PNG; its numbers are a table."""
    page.goto(live.url + "/report")
    page.wait_for_load_state()
    figure = page.locator('figure[data-name="funnel"]')
    figure.locator("summary").click()
    assert figure.locator("tbody tr").count() >= 3
    with page.expect_download() as waited:
        figure.get_by_role("button", name="SVG").click()
    text = waited.value.path().read_text("utf-8")
    assert waited.value.suggested_filename == "funnel.svg"
    assert text.startswith("<svg")
    assert "var(" not in text
    assert ".p-bars" in text
    with page.expect_download() as waited:
        figure.get_by_role("button", name="PNG").click()
    data = waited.value.path().read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) > 5000


def test_a_folder_is_added(live, page, tmp_path, monkeypatch):
    """Files are chosen, the dry run counts them, and they are analysed with the names of the manifest."""
    from tests.web import fakes

    monkeypatch.setenv("VMAUDIO_INTAKE_DIR", str(tmp_path / "kept"))
    (tmp_path / "a.wav").write_bytes(fakes.voice(71))
    (tmp_path / "manifest.csv").write_text("file,rep,prospect\na.wav,Zoe Imported,p1\n")
    page.goto(live.url + "/import")
    page.locator("#import-files").set_input_files([tmp_path / "a.wav", tmp_path / "manifest.csv"])
    page.get_by_role("button", name="Check the files").click()
    page.get_by_role("button", name="Analyse 1 recording").click()
    page.get_by_role("heading", name="The recordings are analysed").wait_for()
    assert live.store.page(Search(rep="Zoe Imported")).total == 1
    for message in [one for one in live.store.messages() if one.rep == "Zoe Imported"]:
        page.goto(f"{live.url}/message/{message.message_id}")
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("button", name="Delete this message").click()
        page.get_by_role("status").filter(has_text="Nothing was deleted.").wait_for()
        assert live.store.one(message.message_id) is not None
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Delete this message").click()
        page.wait_for_url(re.compile("/team"))


def test_names_and_tips_of_the_report_are_read_on_a_telephone(live, open_context):
    """Tables scroll inside the page: neither a rep's name nor a check's tip becomes a column of syllables."""
    context, _ = open_context(viewport=NARROW)
    page = context.new_page()
    page.goto(live.url + "/report")
    page.locator("#groups tbody th").first.wait_for()
    for cells, least in (("#groups tbody th", 110), ("#checks tbody td:last-child", 200)):
        widths = page.locator(cells).evaluate_all("all => all.map(one => one.offsetWidth).filter(Boolean)")
        assert widths
        assert min(widths) >= least
    assert sideways(page) <= 0
