"""What `import vmaudio` offers: the list, that it is quick, typed, and that every name says what its arguments are."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import vmaudio
from tests.docstrings import documented_arguments
from vmaudio import store, testing

PUBLIC = [
    "Analysis",
    "Analyzer",
    "AudioError",
    "Check",
    "Entities",
    "ExtraMissing",
    "Failure",
    "FeatureRow",
    "Flag",
    "Message",
    "ModelError",
    "ModelStore",
    "Options",
    "PluginError",
    "Prosody",
    "Recording",
    "RubricError",
    "Score",
    "SettingError",
    "StoreError",
    "Structure",
    "TableError",
    "Tone",
    "TranscribeError",
    "Transcriber",
    "Transcript",
    "VmaudioError",
    "analyze",
    "compare",
    "find_entities",
    "get_transcriber",
    "load_rubric",
    "open_store",
    "score",
    "wilson",
]


def test_the_list_of_public_names():
    """A name that comes or goes changes this list too; it is sorted, and nothing else is in sight."""
    assert vmaudio.__all__ == PUBLIC
    assert sorted(PUBLIC) == PUBLIC
    assert set(PUBLIC) <= set(dir(vmaudio))
    for name in PUBLIC:
        assert getattr(vmaudio, name).__name__ == name


def test_importing_is_quick_and_loads_nothing():
    """`import vmaudio` loads no other module of vmaudio, and takes less than 30 ms of processor time."""
    code = (
        "import sys, time; t = time.process_time(); import vmaudio; t = time.process_time() - t; "
        "print(t, sorted(name for name in sys.modules if name.startswith('vmaudio.') or name in ('numpy', 'torch')))"
    )
    spent = []
    for _ in range(3):  # the quickest of three: a busy machine may stop one of them
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        took, _, loaded = done.strip().partition(" ")
        assert loaded == "[]"
        spent.append(float(took))
    assert min(spent) < 0.030


def test_an_unknown_name_is_an_attribute_error():
    """A typing error is answered as any module does it."""
    with pytest.raises(AttributeError, match="analyse"):
        vmaudio.analyse  # noqa: B018


def test_the_package_is_typed():
    """Type checkers read py.typed, and __init__.pyi gives the same names as the running module."""
    folder = Path(vmaudio.__file__).parent
    assert (folder / "py.typed").is_file()
    listed = re.findall(r"^    (\w+) as \1,$", (folder / "__init__.pyi").read_text("utf-8"), flags=re.MULTILINE)
    assert sorted(listed) == PUBLIC


def arguments_of(thing: Any) -> list[str]:
    """The names of its parameters, without self."""
    return [name for name in inspect.signature(thing).parameters if name not in ("self", "cls")]


def test_the_checker_sees_what_is_missing():
    """Both halves of the comparison below do find a difference."""

    def one(a: int, *more: int, b: int = 2, **rest: int) -> None:
        """Do one thing.

        Args:
            a: the first,
                over two lines.
            b: the second.

        Returns:
            none: nothing
        """

    assert documented_arguments(inspect.getdoc(one) or "") == ["a", "b"]
    assert arguments_of(one) == ["a", "more", "b", "rest"]


def public_things() -> dict[str, Any]:
    """Public functions and classes, and the public methods of classes that do something."""
    things = {}
    for name in PUBLIC:
        thing = getattr(vmaudio, name)
        if isinstance(thing, type) and issubclass(thing, BaseException):
            continue
        if not getattr(thing, "_is_protocol", False):
            things[name] = thing
        if name in ("Analyzer", "Transcriber", "ModelStore"):
            things |= methods(thing)
    return things | methods(store.Store)


def methods(cls: type) -> dict[str, Any]:
    found = {}
    for name, member in inspect.getmembers(cls):
        if not name.startswith("_") and (inspect.isfunction(member) or inspect.ismethod(member)):
            found[f"{cls.__name__}.{name}"] = member
    return found


@pytest.mark.parametrize("name", PUBLIC)
def test_every_name_has_a_docstring(name):
    """The first line is a sentence that says what it is."""
    first = (inspect.getdoc(getattr(vmaudio, name)) or "").split("\n\n")[0]
    assert re.search(r"[.:]$", first.strip()), first
    assert not first.startswith(f"{name}(")  # dataclass writes that where nobody wrote anything


THINGS = public_things()


@pytest.mark.parametrize("name", THINGS)
def test_every_argument_is_documented(name):
    """The parameters of a public function, class or method are those of its docstring's Args, in the same order."""
    thing = THINGS[name]
    assert documented_arguments(inspect.getdoc(thing) or "") == arguments_of(thing)


@pytest.mark.parametrize("name", testing.__all__)
def test_the_testing_tools_are_documented(name):
    """What other people's tests use says its arguments too."""
    thing = getattr(testing, name)
    if callable(thing) and name != "SpeechLike":
        assert documented_arguments(inspect.getdoc(thing) or "") == arguments_of(thing)
