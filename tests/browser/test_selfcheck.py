"""The rep's self-check in a real browser: upload, record, progress, click-to-hear, two takes, keep, delete."""

from __future__ import annotations

import re
import threading

import pytest

from tests.browser.conftest import NARROW, arrived, axe, fill, heard, serving, sideways, until
from tests.web import fakes
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.classify import ModelStore
from vmaudio.testing import FakeTranscriber
from vmaudio.web.worker import Inline

pytestmark = pytest.mark.browser

GATE = threading.Event()
"""The recogniser waits for this, so that a test can look at a job under way."""


class Gated(FakeTranscriber):
    """Waits until a test has looked."""

    def transcribe_many(self, recordings, activities, hints=()):
        assert GATE.wait(60)
        return super().transcribe_many(recordings, activities, hints)


def analyzer() -> Analyzer:
    from vmaudio.rubric.load import load_rubric

    return Analyzer(Gated(default=fakes.SAID), ModelStore(), load_rubric(), ahead=1)


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    folder = tmp_path_factory.mktemp("selfcheck")
    with serving(folder, engine=Inline(analyzer)) as running:
        fill(running.store, folder, more=4)
        yield running


@pytest.fixture(autouse=True)
def _open_gate(live):
    GATE.set()
    yield
    GATE.set()


def wav(name: str = "tom.wav", seed: int = 1) -> dict[str, object]:
    return {"name": name, "mimeType": "audio/wav", "buffer": fakes.voice(seed=seed)}


def upload(page, live, **more) -> None:
    """Choose a file, send it, and wait for the scorecard."""
    page.goto(live.url)
    page.get_by_label("Choose a recording").set_input_files(wav(**more))
    page.get_by_role("button", name="Check this message").click()
    arrived(page.locator(".message .score").first)


def test_upload_to_scorecard(live, page):
    """A chosen file is uploaded and judged; the scorecard has points, checks, words and a player."""
    upload(page, live)
    assert re.fullmatch(r"\d+", page.locator(".points .big").first.inner_text())
    assert "303-555-0126" in page.locator(".transcript").inner_text()
    assert page.locator(".check").count() > 10
    assert page.locator("audio.player[src]").count() == 1
    assert page.get_by_text("Not kept").is_visible()


def test_a_dropped_file_is_taken(live, page):
    """A file dropped on the field is chosen, and says so."""
    page.goto(live.url)
    page.evaluate(
        """(bytes) => {
             const data = new DataTransfer();
             data.items.add(new File([new Uint8Array(bytes)], 'dropped.wav', { type: 'audio/wav' }));
             const how = { dataTransfer: data, bubbles: true, cancelable: true };
             for (const kind of ['dragenter', 'dragover', 'drop'])
               document.getElementById('drop').dispatchEvent(new DragEvent(kind, how));
           }""",
        list(fakes.voice()[:4000]),
    )
    assert page.get_by_text("dropped.wav is chosen").is_visible()
    assert page.evaluate("document.getElementById('file').files[0].size") == 4000


def test_progress_is_shown_by_stage(live, page):
    """While it is worked on, the page says in words and on a bar what is being done; a second one waits in the queue."""
    GATE.clear()
    page.goto(live.url)
    page.get_by_label("Choose a recording").set_input_files(wav("slow.wav", seed=2))
    page.get_by_role("button", name="Check this message").click()
    status = page.get_by_role("status")
    arrived(page.get_by_role("heading", name="Listening to slow.wav"))
    until(page, "document.getElementById('progress-bar').value >= 1")
    first = status.inner_text()
    assert first.startswith("Now ")
    until(page, "document.querySelector('.stages .now')?.dataset.stage === 'transcribe'")
    assert axe(page) == []

    other = page.context.new_page()
    other.goto(live.url)
    other.get_by_label("Choose a recording").set_input_files(wav("next.wav", seed=3))
    other.get_by_role("button", name="Check this message").click()
    arrived(other.get_by_role("heading", name="Listening to next.wav"))
    until(other, "/queue/.test(document.getElementById('progress-words').textContent)")
    GATE.set()
    arrived(page.locator(".message .score"))
    arrived(other.locator(".message .score"))
    assert page.get_by_role("heading", level=1, name="slow.wav", exact=True).is_visible()


def test_recorded_with_the_microphone(live, page):
    """A take recorded in the browser can be heard, is sent, and gets a scorecard with words at seconds of the recording."""
    page.goto(live.url)
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("button", name="Stop").wait_for()
    until(page, "document.getElementById('record-level').value > 0.02")
    until(page, "/0:(0[5-9]|[1-5]\\d)/.test(document.getElementById('record-clock').textContent)")
    assert axe(page) == []
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Listen to it, record it again, or check it").wait_for()
    assert page.locator("#send").evaluate("(e) => e === document.activeElement")
    until(page, "document.getElementById('record-player').readyState >= 1")
    page.get_by_role("button", name="Check this message").click()
    arrived(page.locator(".message .score"))
    assert re.fullmatch(r"take \d\d\.\d\d\.\d\d\.webm", page.get_by_role("heading", level=1).inner_text())
    words = page.locator(".w")
    assert words.count() > 20
    last = float(words.last.get_attribute("data-end") or "nan")
    assert 3 < last < 70
    words.nth(words.count() // 2).click()
    heard(page, last / 4, last)


def test_without_a_microphone_it_says_so(live, browser, open_context):
    """When the microphone cannot be had, a sentence says why and that a file will do."""
    context, _ = open_context()
    context.add_init_script(
        "if (navigator.mediaDevices)"
        " navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));"
    )
    page = context.new_page()
    page.goto(live.url)
    page.get_by_role("button", name="Record", exact=True).click()
    assert "the browser may not use the microphone. Choose a file instead." in page.locator("#upload-status").inner_text()


def test_click_to_hear(live, page):
    """A check's second, a word, and the picture each set the player to their place, and it plays."""
    upload(page, live)
    for target in (page.locator("button.seek").first, page.locator(".w").nth(15)):
        start = float(target.get_attribute("data-start") or "nan")
        target.click()
        heard(page, max(0, start - 0.1), start + 0.1)
    picture = page.locator("svg.p-message")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.7, "y": box["height"] / 2})
    length = page.evaluate("document.querySelector('audio.player').duration")
    heard(page, length * 0.5, length)


def test_two_takes_side_by_side(live, page):
    """Trying again shows both takes with their points and players, and which checks came out otherwise."""
    upload(page, live, name="first.wav", seed=4)
    page.get_by_role("link", name="Try again").click()
    arrived(page.get_by_role("button", name="Check this take"))
    page.get_by_label("Choose a recording").set_input_files(wav("second.wav", seed=5))
    page.get_by_role("button", name="Check this take").click()
    arrived(page.locator(".take-pair").first)
    assert page.locator(".take").count() == 2
    assert page.locator(".take audio[src]").count() == 2
    sources = page.locator(".take audio").evaluate_all("all => all.map((a) => a.src)")
    assert len(set(sources)) == 2
    page.locator(".take").nth(0).locator(".w").nth(8).click()
    until(page, "window.heardAt.some(([kind]) => kind === 'playing')")
    page.evaluate("window.heardAt = []")
    page.locator(".take").nth(1).locator(".w").nth(8).click()
    until(page, "window.heardAt.some(([kind]) => kind === 'playing')")
    assert page.evaluate("document.querySelectorAll('.take audio')[0].paused")
    assert page.get_by_role("heading", name="Checks").count() == 1
    assert page.get_by_role("heading", name="Measures").count() == 1
    assert axe(page) == []
    assert page.get_by_role("link", name=re.compile("first.wav")).count() == 1


def test_kept_only_when_asked_and_deleted_again(live, page):
    """A take is in no list until it is kept; kept, it is the team's; deleted, it is gone from there and from disk."""
    before = live.store.page().total
    upload(page, live, name="kept.wav", seed=6)
    assert live.store.page().total == before
    page.get_by_role("link", name="Keep").click()
    arrived(page.get_by_role("button", name="Keep this take"))
    page.locator("#keep-rep").fill("Kim <b>Ito</b>")
    page.get_by_role("button", name="Keep this take").click()
    page.get_by_role("link", name="Open its page in the team’s list").click()
    arrived(page.get_by_role("button", name="Delete this message"))
    message_id = live.store.page(sort="-sent_at").rows and next(
        row.message_id for row in live.store.page(limit=200).rows if row.rep == "Kim <b>Ito</b>"
    )
    source = live.store.one(message_id).source
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete this message").click()
    arrived(page.get_by_role("heading", name="Messages of the team"))
    assert live.store.one(message_id) is None
    import os

    assert not os.path.exists(source)


def test_a_file_that_is_no_recording(live, watched):
    """What cannot be decoded is told with its name and the cure, on a page from which another can be sent."""
    page, watch = watched
    watch.expected.append("422")
    page.goto(live.url)
    evil = "<img src=x onerror=alert(1)>.wav"
    page.get_by_label("Choose a recording").set_input_files(
        {"name": evil, "mimeType": "audio/wav", "buffer": b"this is a letter and no sound at all"}
    )
    page.get_by_role("button", name="Check this message").click()
    arrived(page.get_by_role("heading", name="This recording cannot be checked"))
    assert "not sound" in page.get_by_role("alert").inner_text()
    assert page.locator("main img").count() == 0
    assert page.get_by_label("Choose a recording").count() == 1
    assert axe(page) == []


def test_a_file_that_is_too_large_does_not_travel(live, watched):
    """A file over the limit is refused in the browser, before a byte of it is sent."""
    page, watch = watched
    page.goto(live.url)
    page.evaluate("document.getElementById('upload').dataset.maxBytes = '1000'")
    page.get_by_label("Choose a recording").set_input_files(wav("large.wav"))
    assert "large.wav is larger than" in page.locator("#upload-status").inner_text()
    assert page.evaluate("document.getElementById('file').files.length") == 0
    assert not [url for url in watch.seen if url.endswith("/jobs")]


def test_with_the_keyboard_alone(live, page):
    """From the address to a sounding check with Tab, Space, Enter and arrows, and the focus is always to be seen."""
    page.on("filechooser", lambda _: None)  # takes the browser's dialog, which under load may come late or not at all
    page.goto(live.url)

    def tab_to(what: str, most: int = 60) -> None:
        for _ in range(most):
            page.keyboard.press("Tab")
            if page.evaluate("(what) => document.activeElement.matches(what)", what):
                outline = page.evaluate(
                    "() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle + s.outlineWidth; }"
                )
                assert not outline.startswith("none"), f"no outline on {what}"
                return
        raise AssertionError(f"Tab does not lead to {what}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") in ("main", "")
    tab_to("#file")
    page.evaluate(
        "document.getElementById('file').addEventListener('click', (e) => { window.pressed = e.isTrusted; }, { once: true })"
    )
    page.keyboard.press("Space")
    until(page, "window.pressed === true")
    page.locator("#file").set_input_files(wav("keys.wav", seed=7))
    tab_to("#send")
    page.keyboard.press("Enter")
    arrived(page.locator(".message .score"))
    tab_to("button.seek")
    start = float(page.evaluate("document.activeElement.dataset.start"))
    page.keyboard.press("Enter")
    heard(page, max(0, start - 0.1), start + 0.1)
    page.goto(page.url)
    tab_to(".transcript")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    start = float(page.locator(".w.here").get_attribute("data-start") or "nan")
    page.keyboard.press("Enter")
    heard(page, max(0, start - 0.1), start + 0.1)


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_on_start_and_scorecard(live, open_context, colours):
    """The start page and a scorecard have no serious finding, light and dark, and fit 360 pixels."""
    context, _ = open_context(color_scheme=colours)
    page = context.new_page()
    page.goto(live.url)
    assert axe(page) == []
    upload(page, live, name="axe.wav", seed=8)
    page.locator("details").evaluate_all("all => all.forEach((d) => { d.open = true; })")
    assert axe(page) == []
    page.set_viewport_size(NARROW)
    assert sideways(page) <= 0
    page.goto(live.url)
    assert sideways(page) <= 0
