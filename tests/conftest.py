"""Shared by all tests: nothing of the user's is read or written, and no setting leaks in from outside."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.postgres import PostgresServer, stores_on, why_not

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
settings.load_profile("untimed")


def pytest_addoption(parser):
    """The same tests on another database."""
    parser.addoption("--postgres", action="store_true", help="keep stores on a PostgreSQL server instead of in SQLite files")


def pytest_collection_modifyitems(config, items):
    """Begin with the test that takes minutes, so that the other core is busy meanwhile; no test relies on the order."""
    items.sort(key=lambda item: item.get_closest_marker("install") is None)
    if config.getoption("--postgres"):
        items[:] = [item for item in items if item.get_closest_marker("sqlite") is None]


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of our own, or a skip with the reason."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session", autouse=True)
def _stores(request):
    """With --postgres every store that a test opens by a path is a database on the server."""
    if not request.config.getoption("--postgres"):
        yield
        return
    with stores_on(request.getfixturevalue("postgres")):
        yield


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory, monkeypatch):
    """Point user data at a temporary folder; the cache of converted weights is kept for the session."""
    for name in [name for name in os.environ if name.startswith("VMAUDIO_") and name != "VMAUDIO_ACCEPT"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development recordings, or a skip."""
    if not SHARED.is_dir():
        pytest.skip("the development recordings are not beside the repository")
    return SHARED
