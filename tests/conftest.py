"""Shared by all tests: nothing of the user's is read or written, and no setting leaks in from outside."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_collection_modifyitems(items):
    """Begin with the test that takes minutes, so that the other core is busy meanwhile; no test relies on the order."""
    items.sort(key=lambda item: item.get_closest_marker("install") is None)


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
