"""The doors of the folders, the contract that holds them, and what must not be loaded by ``--help``."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from grimp import ImportGraph

from tests.import_doors import DoorsContract

PACKAGE = Path(__file__).resolve().parents[1] / "vmaudio"
DOORS = sorted(path.parent for path in PACKAGE.rglob("__init__.pyi"))


def name_of(folder: Path) -> str:
    """The folder as a module."""
    return ".".join(folder.relative_to(PACKAGE.parent).parts)


@pytest.mark.parametrize("folder", DOORS, ids=name_of)
def test_a_door_offers_what_it_lists(folder):
    """Every name of a folder's ``__init__.pyi`` is there, and none hides behind a module of the same name."""
    module = importlib.import_module(name_of(folder))
    members = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert module.__doc__
    assert module.__all__
    for name in module.__all__:
        assert name not in members, (
            f"{name_of(folder)}.{name} is a module too: which of them an import gets would hang on the order"
        )
        assert getattr(module, name) is not None


def test_the_contract_of_doors_fails_when_somebody_climbs_in():
    """An import of a folder's member from elsewhere breaks the contract; through the door, or from inside, it does not."""
    graph = ImportGraph()
    for name in ("house", "house.a", "house.a.inner", "house.a.other", "house.b", "house.b.user"):
        graph.add_module(name)

    def lines(importer: str, imported: str, text: str = "import") -> list[str]:
        graph.add_import(importer=importer, imported=imported, line_number=7, line_contents=text)
        contract = DoorsContract("doors", {"root_packages": ["house"]}, {})
        broken: list[str] = contract.check(graph, verbose=False).metadata["broken"]
        return broken

    assert lines("house.a.other", "house.a.inner") == []
    assert lines("house.b.user", "house.a") == []
    assert lines("house.b.user", "house", "import house") == []
    own = [f"house.a.inner (line 7) imports from its own door {door}: name the module" for door in ("house", "house.a")]
    assert lines("house.a.inner", "house", "from house import run") == own[:1]
    assert lines("house.a.inner", "house.a", "    from house.a import other_name") == own
    graph.remove_import(importer="house.a.inner", imported="house")
    graph.remove_import(importer="house.a.inner", imported="house.a")
    assert lines("house.b.user", "house.a.inner") == ["house.b.user (line 7) imports house.a.inner: ask house.a for it"]


HEAVY = ("torch", "whisper", "librosa", "matplotlib", "plotly", "ray", "sklearn", "scipy", "av", "sqlalchemy", "numpy")


def test_the_command_line_loads_nothing_heavy():
    """Importing the command line loads none of the heavy libraries, so that --help answers at once."""
    code = f"import sys, vmaudio.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
