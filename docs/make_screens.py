"""Photograph the main pages of the web app and the team report, from a store of the samples.

    vmaudio --db samples.sqlite batch --manifest samples/manifest.csv
    vmaudio --db samples.sqlite outcomes import samples/outcomes.csv
    python docs/make_screens.py samples.sqlite
    python docs/make_screens.py samples.sqlite --all FOLDER     every page, whole: light, dark, 360 pixels wide, on paper

Works on a copy of the store. Needs Debian's chromium (or CHROMIUM=path) and Playwright. Look at every picture before you commit
it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from vmaudio.features import CATALOGUE
from vmaudio.report.glossary import Glossary
from vmaudio.report.html import render_report
from vmaudio.report.repeats import repeat_rows
from vmaudio.report.team import build_report
from vmaudio.rubric.load import load_rubric
from vmaudio.store.outcome_rows import all_outcomes
from vmaudio.store.store import open_store
from vmaudio.testing import encode, speech_like

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
SAMPLES = ROOT / "samples"
MOST_BYTES = 300_000


@contextlib.contextmanager
def serving(db: Path, folder: Path) -> Iterator[str]:
    """Run ``vmaudio serve`` on a free port; gives its address."""
    environment = {**os.environ, "VMAUDIO_WEB_DIR": os.path.relpath(folder, ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "vmaudio", "--db", str(db), "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603 - ourselves
    try:
        assert process.stderr is not None
        for line in process.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                yield found[0]
                break
        else:
            raise SystemExit("vmaudio serve did not start")
    finally:
        process.terminate()
        process.wait(30)


def save(page: Page, name: str, *, height: int, top: str = "") -> None:
    """Photograph the upper part of the page as it is now, or that from the element ``top`` on; players show their length."""
    width = page.viewport_size["width"] if page.viewport_size else 1100
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(0, 0)
    players = page.locator("audio.player[src]")
    if top:
        page.evaluate("(top) => window.scrollTo(0, document.querySelector(top).getBoundingClientRect().top + scrollY - 4)", top)
    elif 0 < players.count() < 3:
        players.evaluate_all("all => all.forEach((a) => { a.preload = 'metadata'; a.load(); })")
        page.wait_for_timeout(1500)
    target = IMAGES / name
    page.screenshot(path=str(target), animations="disabled")
    size = target.stat().st_size
    print(f"{name}: {size // 1000} kB")
    if size > MOST_BYTES:
        raise SystemExit(f"{name} is larger than {MOST_BYTES // 1000} kB: make it lower.")


def upload(page: Page, sample: str) -> None:
    """Choose a sample, send it, and wait for its scorecard."""
    page.locator("#file").set_input_files(str(SAMPLES / sample))
    page.locator("#send").click()
    page.locator(".message .score").first.wait_for(timeout=180_000)


def report(db: Path, browser: Browser, folder: Path) -> None:
    """The team report, as a file."""
    store = open_store(str(db))
    analyses, outcomes = list(store.analyses()), all_outcomes(store)
    store.close()
    glossary = Glossary.of(load_rubric(), CATALOGUE.values())
    file = folder / "team.html"
    file.write_text(
        render_report(build_report(analyses, outcomes, glossary=glossary, repeats=repeat_rows(analyses, outcomes))), "utf-8"
    )
    page = browser.new_page(viewport={"width": 1100, "height": 1200})
    page.goto(file.as_uri())
    save(page, "report.png", height=1330)
    page.close()


def web(url: str, browser: Browser) -> None:
    """The pages of the web app."""
    page = browser.new_page(viewport={"width": 1100, "height": 900}, locale="en-GB")
    page.set_default_timeout(180_000)  # transcription takes its time on a busy machine
    for _ in range(300):
        if page.request.get(f"{url}/health").json()["worker"] == "ready":
            break
        page.wait_for_timeout(400)
    page.goto(url)
    save(page, "web-selfcheck.png", height=740)
    page.locator("details.context summary").click()
    page.locator("#prospect").fill("Monica Salas")
    upload(page, "09_offer_ray_fast_number.wav")
    page.goto(page.url)
    save(page, "web-scorecard.png", height=1240)

    page.goto(url)
    upload(page, "26_offer_pam_no_number.wav")
    upload(page, "08_offer_pam_drop.mp3")
    page.locator(".take-pair").first.wait_for()
    page.goto(page.url)
    save(page, "web-takes.png", height=1000)

    page.goto(f"{url}/team?sort=-sent_at")
    save(page, "web-team.png", height=900)

    page.goto(f"{url}/report?until=2026-04-12")
    page.locator('[data-later="known"] .findings li').first.wait_for()
    page.goto(page.url)
    save(page, "web-report.png", height=1180)

    page.goto(f"{url}/message/s09")
    check = page.locator("li#check-number_slow")
    check.get_by_text("Disagree").click()
    check.get_by_label("passed").check()
    check.get_by_label("Because").fill("I wrote it down at the first try.")
    check.get_by_label("Your name").fill("Kim, coach")
    check.get_by_role("button", name="Save verdict").click()
    page.locator(".override").wait_for()
    page.goto(f"{url}/message/s09")
    save(page, "web-override.png", height=540, top=".checks")

    page.goto(f"{url}/rubric")
    page.locator("input[type=number]").first.fill("30")
    page.get_by_role("button", name="Show what it changes").first.click()
    page.locator("svg.hist").wait_for(timeout=120_000)
    save(page, "web-rubric.png", height=900)

    page.goto(f"{url}/outcomes")
    save(page, "web-outcomes.png", height=720)
    page.close()

    phone = browser.new_page(viewport={"width": 390, "height": 844}, device_scale_factor=2, color_scheme="dark")
    phone.goto(f"{url}/message/s02")
    save(phone, "web-phone.png", height=844)
    phone.close()


def practice(url: str, browser: Browser) -> None:
    """The script with its line, level and pace while recording, and an attempt at a drill."""
    page = browser.new_page(viewport={"width": 1100, "height": 900}, locale="en-GB")
    page.set_default_timeout(180_000)
    page.goto(f"{url}/practice")
    page.locator("#script").fill(
        "Hi {name}, I drove past your shop on Route Nine last night, and half of your sign was dark. This is [Rep] with "
        "{company}. It takes an hour to fix. Call me at {number}. Thank you."
    )
    page.locator("#record-button").click()
    page.wait_for_timeout(6500)
    save(page, "web-practice.png", height=600)
    page.locator("#record-button").click()
    page.goto(f"{url}/practice/drills/names")
    page.locator("#file-fold summary").click()
    page.locator("#file").set_input_files(str(SAMPLES / "01_relevance_first_maren.wav"))
    page.locator("#send").click()
    page.locator(".result").wait_for()
    save(page, "web-drill.png", height=900)
    page.close()


PAGES = (
    "/", "/report", "/team", "/team?rep=nobody", "/message/s09", "/message/s02", "/outcomes", "/import", "/rubric",
    "/no-such-page",
)  # fmt: skip
LOOKS = {
    "light": {"viewport": {"width": 1100, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1100, "height": 800}, "color_scheme": "dark"},
    "360": {"viewport": {"width": 360, "height": 740}, "color_scheme": "light"},
    "paper": {"viewport": {"width": 1100, "height": 800}, "color_scheme": "light"},
}
"""How every page is looked at; for paper it is printed to PDF."""


def every_page(url: str, browser: Browser, folder: Path) -> None:
    """Photograph each page whole, in each look, into a folder: to be looked at, not to be shown."""
    folder.mkdir(parents=True, exist_ok=True)
    for look, options in LOOKS.items():
        page = browser.new_page(locale="en-GB", **options)
        page.goto(f"{url}/team")
        rep = page.locator("select[name=rep] option").nth(1).get_attribute("value")
        for path in (*PAGES, f"/rep/{quote(rep or '', safe='')}"):
            page.goto(url + path)
            if path == "/report":
                page.locator('[data-later="known"] .findings li').first.wait_for()
            name = re.sub(r"[^a-z0-9]+", "-", unquote(path).lower()).strip("-") or "selfcheck"
            if look == "paper":
                page.pdf(path=str(folder / f"{name}.pdf"), format="A4")
            else:
                page.screenshot(path=str(folder / f"{name}.{look}.png"), full_page=True, animations="disabled")
        page.close()
    print(f"{len(list(folder.iterdir()))} pictures in {folder}: look at them.")


def main() -> None:
    """Make all pictures."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--only", choices=("report", "web", "practice"))
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every look, into this folder")
    given = parser.parse_args()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium is not installed: apt-get install chromium")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    args += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        folder = Path(name)
        db = folder / "copy.sqlite"
        shutil.copyfile(given.store, db)
        microphone = folder / "speech.wav"
        spoken = speech_like((5, 7, 4, 6, 5), seed=3, rate_hz=48000)
        microphone.write_bytes(encode(spoken.samples, "wav", spoken.rate_hz))
        args += [f"--use-file-for-fake-audio-capture={microphone}"]
        browser = driver.chromium.launch(executable_path=chromium, args=args)
        if given.only in (None, "report") and not given.all:
            report(db, browser, folder)
        (ROOT / "demo-output").mkdir(exist_ok=True)
        if given.only != "report":
            # a folder below this one, as its name is on a picture
            with tempfile.TemporaryDirectory(prefix="web-", dir=ROOT / "demo-output") as own, serving(db, Path(own)) as url:
                if given.all:
                    every_page(url, browser, given.all)
                elif given.only != "practice":
                    web(url, browser)
                if not given.all:
                    practice(url, browser)
        browser.close()


if __name__ == "__main__":
    main()
