"""A coach's library in a browser: a clip cut by clicking words, a playlist that plays on, and blind scoring by keyboard."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NARROW, arrived, axe, heard, sideways, until
from vmaudio.store import clips_of, coach_verdicts_of, place_clip, save_clip, save_playlist

pytestmark = pytest.mark.browser


def test_a_clip_is_cut_by_its_words(live, page):
    """Two clicks choose it, it is heard, kept and shared; the page is read by axe."""
    page.goto(f"{live.url}/message/m-strong#library")
    fold = page.locator("#library")
    arrived(fold.locator(".clip-form"))
    words = page.locator(".transcript .w")
    words.nth(2).click()
    words.nth(8).click()
    assert page.locator(".w.cut").count() == 7
    first, last = (fold.locator(f"[name={name}]").input_value() for name in ("start_s", "end_s"))
    fold.get_by_role("button", name="Hear it").click()
    heard(page, float(first) - 0.2, float(first) + 0.2)
    fold.get_by_label("Why it is worth hearing").fill("the reason first")
    fold.get_by_label("Your name").fill("Kim")
    fold.get_by_label("Share with the team").check()
    assert axe(page) == []
    fold.get_by_role("button", name="Keep this clip").click()
    arrived(page.get_by_text("the reason first").first)
    kept = live.store.released()[0]
    assert (kept.start_s, kept.end_s, kept.by) == (float(first), float(last), "Kim")
    page.set_viewport_size(NARROW)
    assert sideways(page) == 0


def test_a_playlist_plays_on(live, page):
    """Space begins, the next clip follows when one ends, an arrow goes back."""
    held = save_playlist(live.store, "Two openers", by="Kim")
    for message_id in ("m-strong", "m-weak"):
        place_clip(live.store, held.id, save_clip(live.store, message_id, (0.5, 1.1), by="Kim").id)
    page.goto(f"{live.url}/library/playlists/{held.id}")
    arrived(page.locator("#play-words"))
    page.keyboard.press(" ")
    said = "() => document.getElementById('play-words').textContent"
    until(page, f"({said})().startsWith('2 of 2')")
    until(page, f"({said})() === 'That was the last clip.'")
    page.keyboard.press("ArrowRight")
    until(page, f"({said})().startsWith('1 of 2')")
    assert len(clips_of(live.store, message_id="m-weak")) == 1


def test_scoring_with_the_keyboard_alone(live, page):
    """Each key answers the question at hand and is saved at once; the last one leads to the button."""
    page.goto(f"{live.url}/calibrate")
    page.get_by_label("Your name").fill("Lee")
    page.keyboard.press("Enter")
    page.get_by_label("Messages", exact=True).fill("2")
    for box in page.locator(".pick input:checked").all()[:1:-1]:
        box.uncheck()
    page.get_by_role("button", name="Draw and begin").click()
    arrived(page.get_by_role("heading", name="Message 1 of 2"))
    held = []
    page.route("**/answers", lambda route: held.append(route))
    page.keyboard.press("y")
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert len(held) == 1  # the second waits, so that it cannot overtake the first
    page.unroute("**/answers")  # which lets the first one go
    until(page, "document.getElementById('so-far').textContent === '2 of 4 questions answered'")
    assert [one.verdict for one in coach_verdicts_of(live.store) if one.coach == "Lee"].count("fail") == 1
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="Message 2 of 2"))
    assert axe(page) == []
    page.keyboard.press("c")
    page.keyboard.press("a")
    until(page, "document.getElementById('so-far').textContent === '4 of 4 questions answered'")
    page.keyboard.press("Enter")
    arrived(page.get_by_role("heading", name="How far coaches and machine agree"))
