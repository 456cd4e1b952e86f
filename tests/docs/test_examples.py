"""What the pages and the docstrings show behind ``>>>`` prints what they say."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

PAGES = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "```pycon" in path.read_text("utf-8")]
MODULES = [path for path in sorted((ROOT / "vmaudio").rglob("*.py")) if ">>> " in path.read_text("utf-8")]


def run(test: doctest.DocTest) -> list[str]:
    """The complaints about the examples of one text."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=said.append)
    return said


def code_of(page: str) -> str:
    """The page with everything but its ``pycon`` blocks blanked out, so that a complaint names the page's own line."""
    kept, inside = [], False
    for line in page.splitlines():
        if line.startswith("```"):
            inside = line == "```pycon"
            kept.append("")
        else:
            kept.append(line if inside else "")
    return "\n".join(kept) + "\n"


def test_a_wrong_example_is_noticed():
    """The runner does complain; an empty page would say nothing."""
    page = code_of("# Page\n\n```pycon\n>>> 1 + 1\n3\n```\n\n>>> 1 + 1\n4\n")
    (test,) = [doctest.DocTestParser().get_doctest(page, {}, "page", "page.md", 0)]
    assert [(example.source, example.want, example.lineno) for example in test.examples] == [("1 + 1\n", "3\n", 3)]
    assert re.search(r"line 4", "".join(run(test)))


@pytest.mark.real
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_examples_of_the_pages(path, monkeypatch):
    """All examples of a page, in one flow, from the repository's root as the page says."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("VMAUDIO_ENGINE", "")  # a page may set it; this puts it back afterwards
    monkeypatch.delenv("VMAUDIO_ENGINE")
    text = code_of(path.read_text("utf-8"))
    said = run(doctest.DocTestParser().get_doctest(text, {"__name__": "__main__"}, path.name, str(path), 0))
    assert not said, "".join(said)


def test_examples_of_the_docstrings():
    """Every example in a docstring of the package."""
    wrong = []
    for path in MODULES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
            wrong += run(test)
    assert not wrong, "".join(wrong)
