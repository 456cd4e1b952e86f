"""Checks are registered by name: those that ship, and those of other packages, which can break nothing but themselves."""

import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from tests.makers import analysis
from vmaudio import plugins
from vmaudio.errors import PluginError, RubricError
from vmaudio.rubric import CHECKS, QUESTIONS, load_rubric, parse_rubric, score
from vmaudio.rubric.checks import registry

ROOT = Path(__file__).resolve().parents[2]

MODULE = """
from vmaudio.rubric import Ruling, asks, failed, not_applicable, passed

def says_thanks(case, criterion):
    \"\"\"Is anybody thanked?

    More about it.
    \"\"\"
    return passed("thanks", 1.0, 2.0)

@asks("how many words?", options={"low": 3.0, "words": ("a",), "mood": "kind"}, optional=("mood",),
      choices={"words": ("a", "b")}, needs_words=False)
def long_enough(case, criterion):
    if criterion.words("words") == ("b",):
        return not_applicable("no words")
    return failed(f"{criterion.number('low'):g} {criterion.options.get('mood')}")

def raises(case, criterion):
    raise RuntimeError("out of luck")

def returns_text(case, criterion):
    return "pass"

no_function = 3
"""

GOOD = '[[check]]\nid = "a"\ntest = "{}"\nweight = 2\ntip = "Do it."\n'


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that makes a package known: its metadata with entry points, and a module that they lead to."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "strange_checks.py").write_text(MODULE, "utf-8")

    def install(package, **checks):
        folder = tmp_path / f"{package.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
        lines = [f"{name} = {value}" for name, value in checks.items()]
        (folder / "entry_points.txt").write_text("\n".join(["[vmaudio.checks]", *lines, ""]), "utf-8")
        plugins.installed.cache_clear()
        registry.find_check.cache_clear()

    yield install
    sys.modules.pop("strange_checks", None)
    plugins.installed.cache_clear()
    registry.find_check.cache_clear()


def checked(test, **lines):
    """The one check of a rubric with one test."""
    text = GOOD.format(test) + "".join(f"{name} = {value}\n" for name, value in lines.items())
    (check,) = score(analysis(), parse_rubric(text, "r.toml")).checks
    return check


def test_what_ships_is_registered_as_other_packages_are():
    """The entry points in pyproject.toml lead to the functions of the table in the code, name by name."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][registry.GROUP]
    loaded = {name: metadata.EntryPoint(name, value, registry.GROUP).load() for name, value in listed.items()}
    assert loaded == dict(CHECKS)


def test_every_check_that_ships_says_what_it_asks():
    """Each function is marked with a question, whose options that may be left out are options."""
    for name, function in CHECKS.items():
        assert function.question.asks.endswith("?"), name
        question = QUESTIONS[name]
        assert question.name == name
        assert {*question.optional, *question.one_of, *question.choices} <= set(question.options)


def test_a_function_of_another_package_is_a_check(installed):
    """A plain function is a question without options, asked in the first line of its docstring."""
    installed("vmaudio-thanks", says_thanks="strange_checks:says_thanks")
    check = checked("says_thanks")
    assert (check.verdict, check.evidence, check.start_s) == ("pass", "thanks", 1.0)
    questions, errors = registry.all_questions()
    assert questions["says_thanks"].asks == "Is anybody thanked?"
    assert set(questions) - set(CHECKS) == {"says_thanks"}
    assert not errors
    with pytest.raises(RubricError, match=r"line 6: 'low' is not known"):
        checked("says_thanks", low=3)


def test_the_plug_in_of_the_documentation(installed, monkeypatch):
    """The check of the package that the documentation shows works as it stands there."""
    monkeypatch.syspath_prepend(ROOT / "tests" / "plugin_example")
    installed("vmaudio-archive", says_thanks="vmaudio_archive:says_thanks")
    assert checked("says_thanks").verdict in ("pass", "fail")
    assert registry.find_check("says_thanks").question.asks == "Is anybody thanked?"


def test_a_question_with_options_is_checked_like_those_that_ship(installed):
    """Options have the types of their examples, and those that are needed must be given."""
    installed("vmaudio-long", long_enough="strange_checks:long_enough")
    check = checked("long_enough", low=4, words='["a"]', mood='"glad"')
    assert (check.verdict, check.evidence, check.confidence) == ("fail", "4 glad", 1.0)
    assert checked("long_enough", low=4, words='["b"]').verdict == "n/a"
    for lines, cause in (
        ({"words": '["a"]'}, "needs low"),
        ({"low": 3, "words": '["c"]'}, "'c' in words is not one of a, b"),
        ({"low": 3, "words": '["a"]', "mood": "4"}, "mood must be text, not 4"),
    ):
        with pytest.raises(RubricError, match=cause):
            checked("long_enough", **lines)


@pytest.mark.parametrize("value", ["gone_module:check", "strange_checks:gone", "strange_checks:no_function"])
def test_a_package_that_cannot_be_loaded_stops_only_a_rubric_that_uses_it(installed, value):
    """The error names the package; the default rubric scores as before, and other names are found."""
    installed("vmaudio-broken", broken=value)
    assert score(analysis(), load_rubric()).points is not None
    with pytest.raises(PluginError, match=r"'broken' of vmaudio\.checks, brought by vmaudio-broken 1\.0 .*uninstall"):
        parse_rubric(GOOD.format("broken"), "r.toml")
    questions, errors = registry.all_questions()
    assert set(questions) == set(CHECKS)
    assert len(errors) == 1
    with pytest.raises(RubricError, match=r"there is no test 'brokn'; there are .*, broken"):
        parse_rubric(GOOD.format("brokn"), "r.toml")


@pytest.mark.parametrize(
    ("name", "cause"), [("raises", "failed on .*RuntimeError: out of luck"), ("returns_text", "gave 'pass', and should give")]
)
def test_a_check_that_fails_names_its_package(installed, name, cause):
    """What goes wrong in a check of another package is an error with the check and the package."""
    installed("vmaudio-broken", **{name: f"strange_checks:{name}"})
    with pytest.raises(PluginError, match=f"'{name}' of vmaudio.checks, brought by vmaudio-broken 1.0 .*{cause}"):
        checked(name)


def test_a_name_that_ships_is_not_taken_over(installed, caplog):
    """A package with a check named like one of vmaudio's is named in the log, and vmaudio's check is used."""
    installed("vmaudio-thief", caller_named="strange_checks:says_thanks")
    with caplog.at_level("WARNING"):
        assert "Becker" in checked("caller_named").evidence
        registry.check_names()
    assert "vmaudio-thief 1.0 brings 'caller_named'" in caplog.text


def test_two_packages_with_one_name_are_refused(installed):
    """Which of the two is meant cannot be known."""
    installed("vmaudio-one", says_thanks="strange_checks:says_thanks")
    installed("vmaudio-two", says_thanks="strange_checks:raises")
    with pytest.raises(PluginError, match=r"claimed by vmaudio-one 1\.0 and vmaudio-two 1\.0"):
        checked("says_thanks")


def test_an_older_installation_of_vmaudio_changes_nothing(installed):
    """Entry points of vmaudio itself may be older than its code: the table in the code counts."""
    installed("vmaudio", caller_named="strange_checks:says_thanks", gone="strange_checks:says_thanks")
    assert "Becker" in checked("caller_named").evidence
    with pytest.raises(RubricError, match="no test 'gone'"):
        checked("gone")
