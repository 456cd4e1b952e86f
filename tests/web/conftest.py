"""The web app in this process, with a recogniser that knows the words."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web import fakes, stock
from vmaudio.store import passwords
from vmaudio.store.store import open_store
from vmaudio.store.user_rows import add_user
from vmaudio.web.app import create_app
from vmaudio.web.config import Config
from vmaudio.web.context import Web
from vmaudio.web.worker import Engine, Inline

BASE = "http://127.0.0.1:8000"


@dataclass
class Site:
    """A running app and a browser in front of it."""

    client: TestClient
    web: Web

    @property
    def store(self):
        return self.web.store

    def get(self, path: str, status: int = 200, **more: Any):
        """Fetch a page and hold it to its status."""
        answer = self.client.get(path, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:500]}"
        return answer

    @property
    def token(self) -> str:
        """The token of this browser's forms."""
        found = re.search(r'name="csrf" content="([^"]+)"', self.client.get("/", headers={"accept": "text/html"}).text)
        assert found
        return found.group(1)

    def post(self, path: str, status: int = 303, *, json: bool = False, headers: dict[str, str] | None = None, **more: Any):
        """Send a form as the page would, and hold the answer to its status."""
        known = {"x-csrf-token": self.token, **({"accept": "application/json"} if json else {}), **(headers or {})}
        answer = self.client.post(path, headers=known, follow_redirects=False, **more)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer

    def upload(self, data: bytes | None = None, name: str = "tom.wav", status: int = 202, **fields: str):
        """Upload a recording as a program does."""
        content = fakes.voice() if data is None else data
        return self.post("/jobs", status, json=True, files={"file": (name, content, "audio/wav")}, data=fields)

    def checked(self, data: bytes | None = None, name: str = "tom.wav", **fields: str) -> dict[str, Any]:
        """Upload, wait, and give the finished job."""
        return self.wait(self.upload(data, name, **fields).json()["id"])

    def wait(self, job_id: str, seconds: float = 120.0) -> dict[str, Any]:
        """Wait until a job is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.client.get(f"/jobs/{job_id}.json").json()
            if found["state"] not in ("waiting", "working"):
                return found
            time.sleep(0.02)
        raise AssertionError(f"job {job_id} is still {found['state']}")


class Person(Site):
    """The same for somebody who logs in: the token is made from the cookie, without a page, where there is one."""

    @property
    def token(self) -> str:
        """The token of this browser's forms."""
        session = self.web.sessions.read(self.client.cookies.get("vmaudio_8000"))
        return self.web.sessions.token(session) if session else super().token


@pytest.fixture
def site_with(tmp_path) -> Iterator[Callable[..., Site]]:
    """Start an app with another engine or settings; it is stopped when the test ends."""
    running: list[TestClient] = []

    def start(engine: Engine | None = None, **settings: Any) -> Site:
        settings = {"db": str(tmp_path / "web.sqlite"), "folder": tmp_path / "web", **settings}
        app = create_app(Config(**settings), engine=engine or Inline(fakes.Quick))
        client = TestClient(app, base_url=BASE, client=("127.0.0.1", 50000))
        client.__enter__()
        app.state.portal = client.portal
        running.append(client)
        return Site(client, app.state.web)

    yield start
    for client in running:
        client.__exit__(None, None, None)


@pytest.fixture(scope="session")
def dozen(tmp_path_factory) -> Path:
    """A database with a dozen messages, made once and copied by each test."""
    path = tmp_path_factory.mktemp("dozen") / "dozen.sqlite"
    store = open_store(str(path))
    stock.fill(store)
    store.close()
    return path


@pytest.fixture(scope="session")
def calm(dozen, tmp_path_factory) -> Iterator[Site]:
    """An app with a dozen messages for all tests that only look, or are refused."""
    folder = tmp_path_factory.mktemp("calm")
    shutil.copyfile(dozen, folder / "web.sqlite")
    app = create_app(Config(db=str(folder / "web.sqlite"), folder=folder / "web"), engine=Inline(fakes.Quick))
    with TestClient(app, base_url=BASE, client=("127.0.0.1", 50000)) as client:
        yield Site(client, app.state.web)


@pytest.fixture
def team(site_with, dozen, tmp_path) -> Site:
    """An app with a dozen messages."""
    copy = tmp_path / "web.sqlite"
    shutil.copyfile(dozen, copy)
    return site_with()


PASSWORD = "four words of mine"
PEOPLE = {"rep": ("Ann", "Ann"), "coach": ("Cora", ""), "data": ("Dan", ""), "admin": ("Ada", "")}
"""A user for each role: name, and the rep whose messages are theirs."""


@pytest.fixture(scope="package", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """argon2 at its least: what is tested is who gets in, not how long a guess takes."""
    from argon2 import PasswordHasher

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "hasher", lambda: cheap)
        yield


def browser_of(app: Any, address: str = "127.0.0.1") -> TestClient:
    """One more browser in front of a running app, in the app's own event loop."""
    client = TestClient(app, base_url=BASE, client=(address, 50000))
    client.portal = app.state.portal
    return client


def log_in(app: Any, name: str, password: str = PASSWORD, status: int = 303, address: str = "127.0.0.1") -> TestClient:
    """A browser of its own in which somebody has logged in by name."""
    client = browser_of(app, address)
    token = re.search(r'name="csrf" content="([^"]+)"', client.get("/login").text)
    assert token
    data = {"name": name, "password": password, "csrf": token.group(1)}
    answer = client.post("/login", data=data, follow_redirects=False)
    assert answer.status_code == status, answer.text[:500]
    return client


@pytest.fixture
def staffed(team) -> Site:
    """An app with a dozen messages and a user for each role."""
    for role, (name, rep) in PEOPLE.items():
        add_user(team.store, name, role, rep=rep, password=PASSWORD)
    return team


@pytest.fixture(scope="session")
def crew(dozen, tmp_path_factory) -> Iterator[dict[str, Site]]:
    """The same for tests that only look, or are refused: for each role a browser in which its user has logged in."""
    folder = tmp_path_factory.mktemp("crew")
    shutil.copyfile(dozen, folder / "web.sqlite")
    app = create_app(Config(db=str(folder / "web.sqlite"), folder=folder / "web"), engine=Inline(fakes.Quick))
    with TestClient(app, base_url=BASE) as first:
        web, app.state.portal = app.state.web, first.portal
        for role, (name, rep) in PEOPLE.items():
            add_user(web.store, name, role, rep=rep, password=PASSWORD)
        yield {role: Person(log_in(app, name), web) for role, (name, _) in PEOPLE.items()}


@pytest.fixture
def site(site_with) -> Site:
    """An app with the settings it comes with."""
    return site_with()
