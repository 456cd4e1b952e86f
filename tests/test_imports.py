"""The direction of imports, and what must not be loaded by ``--help``."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "vmaudio"

WORDS = {"records", "errors", "events", "settings", "spreadsheet"}
DESCRIBE = {"spoken", "entities", "clauses"}
MEASURE = {"audio", "activity", "transcribe", "prosody"}
JUDGE = {"modelstore", "structure", "tone", "callback", "cues"}
SUM_UP = {"features", "context", "flags", "rubric", "judges", "scoring"}

ALLOWED: dict[str, set[str]] = {
    **dict.fromkeys(WORDS, WORDS),
    # 1 measure
    "audio": WORDS,
    "activity": WORDS,
    "transcribe": WORDS | {"activity"},
    "prosody": WORDS | {"activity"},
    # 2 describe
    "spoken": WORDS,
    "entities": WORDS,
    "clauses": WORDS | {"entities", "spoken"},
    # 3 judge
    "modelstore": WORDS,
    "cues": WORDS,
    "structure": WORDS | DESCRIBE | {"modelstore", "cues"},
    "tone": WORDS | DESCRIBE | {"modelstore", "cues"},
    "callback": WORDS | {"modelstore"},
    # 4 sum up
    "features": WORDS | DESCRIBE,
    "context": WORDS | DESCRIBE,
    "flags": WORDS | DESCRIBE | {"context"},
    "rubric": WORDS | DESCRIBE | {"features"},
    "judges": WORDS | DESCRIBE | {"features", "context", "rubric"},
    "scoring": WORDS | DESCRIBE | {"features", "modelstore", "rubric", "judges", "callback"},
    # 5 compose
    "rehear": WORDS | {"activity", "transcribe", "entities"},
    "analyze": WORDS | MEASURE | DESCRIBE | JUDGE | SUM_UP | {"prefetch", "rehear"},
    "prefetch": set(),
    # 6 around
    "store": WORDS,
    "plots": WORDS,
    "manifest": WORDS,
    "outcomes": WORDS | {"store", "manifest"},
    "repeats": WORDS | {"store"},
    "evidence": WORDS | {"store", "outcomes", "manifest"},
    "redact": WORDS,
    "bleep": WORDS | {"audio", "redact"},
    "training": WORDS | MEASURE | DESCRIBE | JUDGE | SUM_UP,
    "batch": WORDS | {"analyze", "store", "manifest", "audio", "rubric", "modelstore", "callback"},
    "rescoring": WORDS | SUM_UP | {"analyze", "store", "modelstore"},
    "drift": WORDS | {"callback", "modelstore", "evidence"},
    "diagnosis": WORDS | {"modelstore", "transcribe", "store", "audio", "activity"},
    "report": WORDS | {"store", "plots", "evidence", "repeats", "features", "rubric", "redact", "outcomes"},
    "labelling": WORDS | {"store", "manifest", "training"},
    "testing": WORDS | {"audio", "activity"},
    # 7 show: anything below, never each other
    "cli": {"*"},
    "web": {"*"},
}


def module_files() -> dict[str, list[Path]]:
    """Files of every module directly below the package, itself and its members."""
    found: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name not in ("__init__", "__main__", "_models", "rubrics"):
            found.setdefault(name, []).append(path)
    return found


def imported(path: Path) -> set[str]:
    """Modules directly below the package that a file imports, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            full = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "vmaudio":
            full = [f"vmaudio.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            full = [node.module]
        else:
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative imports hide the direction"
            continue
        names |= {name.split(".")[1] for name in full if name.startswith("vmaudio.")}
    return names - {"__version__"}


@pytest.mark.parametrize("name", sorted(module_files()))
def test_imports_go_one_way(name):
    """Every module imports only what its layer may import."""
    assert name in ALLOWED, f"vmaudio.{name} is new: give it a line in the table of imports"
    allowed = ALLOWED[name]
    for path in module_files()[name]:
        found = imported(path) - {name}
        other_show = {"cli", "web"} - {name}
        extra = found & other_show if "*" in allowed else found - allowed
        if (name, path.name) == ("cli", "serve.py"):
            extra -= {"web"}  # the command that starts the web app
        assert not extra, f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(extra))}"


HEAVY = ("torch", "whisper", "librosa", "matplotlib", "plotly", "ray", "sklearn", "scipy", "av", "sqlalchemy", "numpy")


def test_the_command_line_loads_nothing_heavy():
    """Importing the command line loads none of the heavy libraries, so that --help answers at once."""
    code = f"import sys, vmaudio.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
