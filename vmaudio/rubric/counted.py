"""How often the verdicts of the default rubric's checks were right, on recordings of known script."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class HowRight:
    """One check, counted on the report half of the benchmark `verdicts`.

    Attributes:
        check: id in the default rubric.
        n: recordings in which the script says pass or fail.
        fails: how often fail was shown.
        fails_true: of those, how often the script says so.
        passes: how often pass was shown.
        passes_true: of those, how often the script says so.
        not_judged: in how many of ``n`` neither was shown.
    """

    check: str
    n: int
    fails: int
    fails_true: int
    passes: int
    passes_true: int
    not_judged: int


@cache
def how_right() -> Mapping[str, HowRight]:
    """The counts by check id; checks of which the truth cannot be known from a script are left out.

    The file is written by ``python -m benchmarks.accuracy verdicts``; docs/benchmarks/verdicts.md has the intervals.
    """
    with resources.files("vmaudio.rubric").joinpath("how_right.csv").open(encoding="utf-8") as file:
        rows = [HowRight(row.pop("check"), **{name: int(value) for name, value in row.items()}) for row in csv.DictReader(file)]
    return {row.check: row for row in rows}
