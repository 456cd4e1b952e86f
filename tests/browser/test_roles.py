"""A team's first week from an empty store, each person in a browser of their own: admin, coach, two reps."""

from __future__ import annotations

import hashlib
import re

import pytest
from click.testing import CliRunner

from tests.browser.conftest import NARROW, arrived, serving, sideways, until
from tests.web import fakes
from vmaudio.cli.root import cli
from vmaudio.web.worker import Inline

pytestmark = pytest.mark.browser

PASSWORD = "four words of mine"
GOOD = (
    "Hi Dana, your lease on Main Street ends in May and the new rates are out. This is Ann Ruiz with Acme Copiers. "
    "Call me back at 303-555-0126. Again, that's 303-555-0126. Thanks, bye."
)
POOR = "Hello, this is Ben Osei with Acme Copiers. We are a leading provider and we work with our clients on our programs. Bye."
SAID = (("Ann Ruiz", 2, GOOD), ("Ben Osei", 2, POOR), ("Ben Osei", 3, POOR))
CALLS = {f"{rep[:3].lower()}-{day}.wav": (rep, day, said) for rep, day, said in SAID}


def test_a_team_begins(tmp_path, open_context):
    """Invited by link; a folder analysed, a message coached, a clip shared; reps see what is theirs; the log and the end."""
    sounds = {name: fakes.voice(seed=60 + i, seconds=3.0) for i, name in enumerate(CALLS)}
    said = {hashlib.sha256(sounds[name]).hexdigest(): call[2] for name, call in CALLS.items()}
    rows = [f"{name[:-4]},{name},{rep},Dana,2026-06-0{day}T09:00:00Z" for name, (rep, day, _) in CALLS.items()]
    table = "\n".join(["message_id,file,rep,prospect_name,sent_at", *rows]).encode()
    with serving(tmp_path, engine=Inline(lambda: fakes.analyzer(said))) as live:
        people = {}

        def person(name: str, link: str, **options):
            """A browser in which somebody has followed the link of an invitation."""
            context, watch = open_context(**options)
            watch.expected += ["403", "404"]
            page = people[name] = context.new_page()
            page.goto(link)
            page.get_by_label("New password").fill(PASSWORD)
            page.get_by_label("The same once more").fill(PASSWORD)
            page.get_by_role("button", name="Set the password").click()
            arrived(page.get_by_role("button", name="Log out"))
            return page

        def invited(name: str, role: str) -> str:
            ada.goto(f"{live.url}/users")
            ada.get_by_label("Name", exact=True).fill(name)
            ada.get_by_label("Role", exact=True).select_option(role)
            ada.get_by_role("button", name="Add, and make a link").click()
            shown = ada.get_by_label("Link of the invitation")
            arrived(shown)
            return shown.input_value()

        options = [
            "--db",
            str(tmp_path / "web.sqlite"),
            "users",
            "add",
            "Ada",
            "--role",
            "admin",
            "--invite",
            "--url",
            live.url,
        ]
        ada = person("Ada", CliRunner().invoke(cli, options).stdout.strip())
        links = {name: invited(name, role) for name, role in (("Cora", "coach"), ("Ann Ruiz", "rep"), ("Ben Osei", "rep"))}

        cora = person("Cora", links["Cora"])
        cora.get_by_role("link", name="Report", exact=True).click()
        cora.get_by_role("link", name="Add a folder of recordings").click()
        files = [{"name": name, "mimeType": "audio/wav", "buffer": data} for name, data in sounds.items()]
        files.append({"name": "manifest.csv", "mimeType": "text/csv", "buffer": table})
        cora.get_by_label("Recordings", exact=True).set_input_files(files)
        cora.get_by_role("button", name="Check the files").click()
        cora.get_by_role("button", name="Analyse 3 recordings").click()
        arrived(cora.get_by_role("heading", name="The recordings are analysed"))
        cora.get_by_role("link", name="Messages of the team").click()
        arrived(cora.get_by_role("heading", name="Messages of the team"))
        assert cora.locator("table.team tbody tr").count() == 3

        cora.get_by_role("link", name="Report", exact=True).click()
        card = cora.locator(".coach-card").filter(has=cora.get_by_role("link", name="Ben Osei", exact=True))
        card.get_by_text("Add a note").first.click()
        card.get_by_label("Your note").first.fill("Begin with what concerns her.")
        card.get_by_role("button", name="Save").first.click()
        arrived(cora.locator(".thing-note").get_by_text("Begin with what concerns her."))
        card.get_by_role("button", name="☆ Star").first.click()
        arrived(card.get_by_role("link", name="★ Starred"))
        cora.goto(f"{live.url}/message/ann-2#library")
        fold, words = cora.locator("#library"), cora.locator(".transcript .w")
        arrived(fold.locator(".clip-form"))
        words.nth(2).click()
        words.nth(8).click()
        fold.get_by_label("Why it is worth hearing").fill("her lease comes first")
        fold.get_by_role("button", name="Keep this clip").click()
        arrived(cora.get_by_role("button", name="Share with the team"))
        clip = cora.url

        ann, ben = person("Ann Ruiz", links["Ann Ruiz"]), person("Ben Osei", links["Ben Osei"], viewport=NARROW)
        assert ben.goto(clip).status == 404
        cora.get_by_role("button", name="Share with the team").click()
        arrived(cora.get_by_role("button", name="Take it back"))
        ben.goto(f"{live.url}/library")
        assert "her lease comes first" in ben.locator("main").inner_text()
        assert ben.locator(".kept").count() == 1  # what is only starred is not shared
        assert sideways(ben) <= 0
        ben.get_by_role("link", name="My messages").click()
        arrived(ben.get_by_role("heading", name="My messages"))
        assert ben.locator("table.team tbody td.rep").all_inner_texts() == ["Ben Osei", "Ben Osei"]
        for path, status in (("/message/ann-2", 404), ("/message/ann-2/audio", 404), ("/rep/Ann%20Ruiz", 404), ("/team", 403)):
            assert ben.request.get(live.url + path).status == status, path
            assert ann.request.get(live.url + path).status == (403 if status == 403 else 200), path
        ben.goto(f"{live.url}/practice/drills/reason")
        arrived(ben.get_by_role("button", name="Record"))
        ben.get_by_role("button", name="Record").click()
        until(ben, "document.querySelectorAll('.pw.past').length > 1")
        ben.get_by_role("button", name="Stop").click()
        ben.locator("#record-player").wait_for()
        ben.get_by_role("button", name="Check this attempt").click()
        arrived(ben.locator(".result"))
        assert ben.locator(".dots .v-pass, .dots .v-fail, .dots .v-na").count() == 1

        ada.goto(f"{live.url}/audit")
        log = {tuple(row.split("\t")[1:]) for row in ada.locator("table.team tbody").inner_text().split("\n")}
        assert {
            ("(command line)", "added", "user Ada"), ("Ada", "added", "user Cora"), ("Cora", "imported", ""),
            ("Cora", "noted", "rep Ben Osei"), ("Cora", "changed the library", "message ben-3"),
            ("Cora", "shared", "message ann-2"),
        } <= log  # fmt: skip
        assert {what for who, what, _ in log if who == "Ben Osei"} == {"set a password"}  # practice is nobody else's
        ada.goto(f"{live.url}/users")
        ada.get_by_role("button", name=re.compile("^Disable.*Ben Osei")).click()
        arrived(ada.get_by_role("button", name=re.compile("^Enable.*Ben Osei")))
        ben.goto(f"{live.url}/mine")
        arrived(ben.get_by_label("Password"))
        ann.goto(f"{live.url}/mine")
        assert ann.locator("table.team tbody tr").count() == 1
