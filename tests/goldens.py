"""Golden files: what the program printed when somebody last looked. ``make accept`` takes today's output over.

A mismatch is written to tests/actual/ beside the expected file's name, so that the two can be compared.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

from vmaudio.records import MEASURE_VERSIONS

GOLDEN = Path(__file__).parent / "golden"
ACTUAL = Path(__file__).parent / "actual"


def check(name: str, text: str) -> None:
    """Compare text with the golden file; with VMAUDIO_ACCEPT=1 take the text over instead."""
    path = GOLDEN / name
    if os.environ.get("VMAUDIO_ACCEPT") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return
    expected = path.read_text("utf-8") if path.exists() else ""
    if text != expected:
        ACTUAL.mkdir(exist_ok=True)
        (ACTUAL / name).write_text(text, "utf-8")
    assert text == expected, f"{name} differs from tests/golden; if that is right: make accept"


Measures = dict[str, dict[str, float]]


def check_measures(
    name: str, found: Measures, tolerances: dict[str, float], stages: dict[str, tuple[str, ...]], folder: Path = GOLDEN
) -> None:
    """Hold measures against the stored ones: every measure of every item within its own tolerance; NaN equals NaN.

    ``stages`` names for each measure the stages that make it. The file holds the versions of all stages (MEASURE_VERSIONS)
    beside the measures. A measure that moves while none of its stages has another version is a failure, and cannot be
    accepted either: results in people's stores would be mixed with new ones in silence. With VMAUDIO_ACCEPT=1 all else is
    taken over.
    """
    path = folder / name
    stored = json.loads(path.read_text("utf-8"))
    versions, was = stored["measure_versions"], stored["measures"]
    moved, unversioned = [], []
    for item, row in found.items():
        for key, before in was.get(item, {}).items():
            if not (math.isnan(before) and math.isnan(row[key])) and not abs(row[key] - before) <= tolerances[key]:
                line = f"{item}: {key} is {row[key]:.4g}, was {before:.4g} (tolerance {tolerances[key]:g})"
                moved.append(line)
                if all(versions.get(stage) == MEASURE_VERSIONS[stage] for stage in stages[key]):
                    unversioned.append(f"{line}; raise MEASURE_VERSIONS of {' or '.join(stages[key])}")
    assert not unversioned, "measures moved without a version:\n" + "\n".join(unversioned)
    if os.environ.get("VMAUDIO_ACCEPT") == "1":
        rounded = {item: {key: round(value, 4) for key, value in row.items()} for item, row in found.items()}
        path.write_text(json.dumps({"measure_versions": dict(MEASURE_VERSIONS), "measures": rounded}, indent=1) + "\n", "utf-8")
        return
    assert found.keys() == was.keys()
    assert not moved, "measures moved; if that is right: make accept\n" + "\n".join(moved)
    assert versions == dict(MEASURE_VERSIONS), "a stage has another version: make accept"
