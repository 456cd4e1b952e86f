"""The pages of the benchmarks: each row has its place in the list, and the list is what the program writes."""

from __future__ import annotations

import pkgutil

from benchmarks import rows
from benchmarks.accuracy import GROUPS, LIST, PAGES, listed, page


def test_every_row_stands_in_one_group() -> None:
    known = {module.name for module in pkgutil.iter_modules(rows.__path__)}
    named = [name for names in GROUPS.values() for name in names]
    assert len(named) == len(set(named))
    assert known | {"speed"} == set(named)
    assert {path.stem for path in PAGES.glob("*.md")} <= set(named)


def test_the_list_is_up_to_date() -> None:
    assert LIST.read_text(encoding="utf-8") == listed()


def test_a_page_begins_with_what_is_asked() -> None:
    made = page("phones", "## Telephone numbers\n")
    assert made.startswith("# Phones\n\nTelephone numbers: the parser on true text")
    for path in PAGES.glob("*.md"):
        assert path.read_text(encoding="utf-8").startswith(page(path.stem, "").rstrip("\n"))
