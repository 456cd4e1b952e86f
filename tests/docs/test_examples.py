"""What the pages and the docstrings show behind ``>>>`` prints what they say."""

import doctest
import importlib
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from vmaudio import find_entities
from vmaudio.rubric import Criterion

ROOT = Path(__file__).resolve().parents[2]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

PAGES = [path for path in sorted((ROOT / "docs").rglob("*.md")) if "```pycon" in path.read_text("utf-8")]
MODULES = [path for path in sorted((ROOT / "vmaudio").rglob("*.py")) if ">>> " in path.read_text("utf-8")]


def run(test: doctest.DocTest) -> list[str]:
    """The complaints about the examples of one text."""
    said: list[str] = []
    doctest.DocTestRunner(verbose=False, optionflags=FLAGS).run(test, out=said.append)
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


def test_the_check_with_options_of_the_extending_page():
    """The check that docs/extending.md shows answers, and is the question that `asks` says it is."""
    page = (ROOT / "docs" / "extending.md").read_text("utf-8")
    (shown,) = re.findall(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {}
    exec(shown, made)  # noqa: S102 - our own page
    times = {
        words: SimpleNamespace(
            analysis=SimpleNamespace(transcript=SimpleNamespace(words=words.split()), entities=find_entities(words))
        )
        for words in ("", "Call me tomorrow at ten.", "Call me back.")
    }
    asked = Criterion("when", "You say when", "says_when", 1.0, "Name a day.", {})
    assert [made["says_when"](case, asked).verdict for case in times.values()] == ["n/a", "pass", "fail"]
    assert made["says_when"](times["Call me tomorrow at ten."], replace(asked, options={"at_least": 3.0})).verdict == "fail"
    assert made["says_when"].question.optional == ("at_least",)
