"""Entry points of other packages: found without loading, and one that is broken names its package and harms no other."""

from __future__ import annotations

import logging
import sys

import pytest

from vmaudio import plugins
from vmaudio.errors import PluginError

GROUP = "vmaudio.transcribers"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Makes installed packages: `package(name, entries, module text)`."""
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.installed.cache_clear()

    def make(name: str, entries: dict[str, str], text: str = "", version: str = "1.2"):
        folder = tmp_path / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = "".join(f"{key} = {value}\n" for key, value in entries.items())
        (folder / "entry_points.txt").write_text(f"[{GROUP}]\n{lines}")
        if text:
            (tmp_path / f"{name.replace('-', '_')}.py").write_text(text)

    yield make
    plugins.installed.cache_clear()
    for name in [name for name in sys.modules if name.startswith("vm_")]:
        del sys.modules[name]


def test_entries_are_found_and_loaded_on_demand(package):
    """Listing imports nothing; `load` gives the object, nested ones too."""
    package("vm-toy", {"toy": "vm_toy:Maker.make"}, "class Maker:\n    make = staticmethod(lambda model: model * 2)\n")
    found = plugins.load_group(GROUP)
    assert (found["toy"].distribution, found["toy"].value) == ("vm-toy 1.2", "vm_toy:Maker.make")
    assert "vm_toy" not in sys.modules
    assert found["toy"].load()("ab") == "abab"


def test_ours_are_there_without_metadata_and_cannot_be_replaced(package, caplog):
    """The table of the code comes first and wins; the package that wanted the name is named in a warning."""
    package("vm-thief", {"json": "vm_thief:steal", "other": "vm_thief:steal"}, "steal = 1\n")
    with caplog.at_level(logging.WARNING):
        found = plugins.load_group(GROUP, {"json": "json:dumps"})
    assert list(found) == ["json", "other"]
    assert found["json"].load()([1]) == "[1]"
    assert "vm-thief 1.2 brings 'json'" in caplog.text


@pytest.mark.parametrize(
    ("value", "text", "cause"),
    [
        ("vm_bad:make", "import no_such_module_at_all\n", "ModuleNotFoundError"),
        ("vm_bad:make", "1 / 0\n", "ZeroDivisionError"),
        ("vm_bad:make", "other = 1\n", "AttributeError"),
        ("vm bad", "make = 1\n", "ModuleNotFoundError"),
    ],
)
def test_a_broken_package_is_named_and_harms_no_other(package, value, text, cause):
    """Whatever its module raises becomes a sentence with its name, and the next entry still loads."""
    package("vm-bad", {"bad": value}, text)
    package("vm-good", {"good": "vm_good:make"}, "make = 7\n")
    found = plugins.load_group(GROUP)
    with pytest.raises(PluginError, match=rf"(?s)'bad' of {GROUP}, brought by vm-bad 1\.2 .*{cause}.*uninstall"):
        found["bad"].load()
    assert found["good"].load() == 7


def test_two_packages_that_claim_one_name(package):
    """Neither is chosen by chance: loading says which packages they are."""
    package("vm-a", {"same": "vm_a:make"}, "make = 1\n")
    package("vm-b", {"same": "vm_b:make"}, "make = 2\n")
    with pytest.raises(PluginError, match=r"claimed by vm-a 1\.2 and vm-b 1\.2"):
        plugins.load_group(GROUP)["same"].load()
