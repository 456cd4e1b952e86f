"""Every public function, class and method of the package says what it is, and what its arguments are."""

from __future__ import annotations

from pathlib import Path

import vmaudio
from tests.docstrings import definitions, undocumented

PACKAGE = Path(vmaudio.__file__).parent
MIGRATIONS = PACKAGE / "store" / "migrations"  # Alembic's form


def test_everything_public_is_documented():
    """A docstring, with an Args section that names the parameters in their order; commands and web routes are left out."""
    files = [path for path in PACKAGE.rglob("*.py") if MIGRATIONS not in path.parents]
    found = [one for path in sorted(files) for one in definitions(path)]
    assert {one.name for one in found} >= {"Analyzer.score", "Store.save", "wilson", "Transcriber.score_texts"}
    assert undocumented(found) == []


def test_what_is_missing_is_found(tmp_path):
    """Each kind of fault is listed, and what is right is not."""
    path = tmp_path / "module.py"
    path.write_text(
        '''
class Base:
    """A base.

    Args:
        a: the first.
    """

    def __init__(self, a): ...

    def run(self, x):
        """Run.

        Args:
            x: where.
        """

    @property
    def size(self):
        """Its size."""

class Derived(Base):
    """Derives."""

    def run(self, x): ...

class Like:
    """Has no base, but refers to one."""

    def run(self, x):
        """Run here. See `module.Base.run`."""

    def other(self, y):
        """Run elsewhere. See `Base.run`."""

    @property
    def size(self): ...

class Made:
    """Does not say of what."""

    def __init__(self, a): ...

def swapped(a, *b, c=1, **d):
    """Two are swapped.

    Args:
        a: the first.
        c: the third.
        b: the second.
        d: the rest.
    """

def right(a, *b, c=1, **d):
    """Do it.

    Args:
        a: the first,
            over two lines.
        *b: the second.
        c: the third.
        d: the rest.

    Returns:
        what: it is.
    """

@app.command("run")
def command(a):
    """What users read."""

@router.get("/page")
async def route(a): ...

def _private(a): ...
''',
        "utf-8",
    )
    wrong = [line.removeprefix(f"{path}:").split(": ", 1)[1] for line in undocumented(definitions(path))]
    assert wrong == [
        "Like.other: Args names [], not ['y']",
        "Like.size: no docstring",
        "Made: Args names [], not ['a']",
        "swapped: Args names ['a', 'c', 'b', 'd'], not ['a', 'b', 'c', 'd']",
    ]
