"""requirements.lock has every dependency of pyproject.toml, at one version that it allows, each file with its hash."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
EXTRAS = re.search(r"^EXTRAS := (.+)$", MAKEFILE, re.MULTILINE)[1].split()
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
AGAIN = "pyproject.toml and requirements.lock differ: run make lock"
NOT_LOCKED = {"torch"}
"""Its version is in constraints.txt; requirements.lock says why it has no hash."""


def blocks():
    """(requirement, its hashes) of each package that is locked."""
    lines = [line for line in LOCK.splitlines() if not line.startswith("#")]
    for block in re.split(r"\n(?=\S)", "\n".join(lines)):
        head, *hashes = (part.strip() for part in block.split("\\\n"))
        yield Requirement(head), hashes


def wanted():
    lists = [PROJECT["project"]["dependencies"], *(PROJECT["project"]["optional-dependencies"][name] for name in EXTRAS)]
    lists += PROJECT["dependency-groups"].values()
    return [Requirement(one) for group in lists for one in group]


@pytest.mark.parametrize("one", wanted(), ids=str)
def test_what_the_project_asks_for_is_locked(one):
    """At a version that pyproject.toml allows, wherever it is asked for."""
    if one.name in NOT_LOCKED:
        assert re.search(rf"^{one.name}==", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
        return
    found = [locked for locked, _ in blocks() if canonicalize_name(locked.name) == canonicalize_name(one.name)]
    assert found, f"{one.name} is missing. {AGAIN}"
    for locked in found:
        (pin,) = locked.specifier
        assert pin.operator == "=="
        assert one.specifier.contains(pin.version, prereleases=True), f"{locked} is no {one}. {AGAIN}"


def test_every_file_has_a_hash_and_no_place_is_named():
    """pip takes nothing that is not listed, whichever package index it asks."""
    assert LOCK.count("--hash=sha256:") > 1000
    for locked, hashes in blocks():
        assert hashes, locked
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), locked
    assert "://" not in LOCK
    assert not re.search(r"^(torch|nvidia-|cuda-)", LOCK, re.MULTILINE)


def test_the_two_commands_install_what_is_locked():
    """make demo and make test set the environment up from the lock file, with hashes demanded."""
    recipe = re.search(r"^\$\(STAMP\): .*requirements\.lock\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)[1]
    assert "--no-deps --require-hashes --requirement requirements.lock" in recipe
    assert recipe.count("pip install") == 4  # pip itself, torch, what is locked, vmaudio
