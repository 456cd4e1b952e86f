"""Looking more than once: a fixed test holds for one look, and the store remembers how often a comparison was looked at."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vmaudio.experiments.results import Caution, Comparison
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.store import Store


def remembered(found: Comparison, definition: Mapping[str, Any], store: Store, expect: int | None = None) -> Comparison:
    """Count this look at a comparison, and say how many there were.

    A comparison is the same one when what is compared, the arms, the window and all filters are the same. Its data are the same
    when every arm has the same messages and events: looking at those again is no further test.

    Args:
        found: the comparison.
        definition: plain values that say what is compared and how, besides the arms.
        store: where looks are remembered.
        expect: messages expected in the end, as ``--expect`` says.

    Returns:
        The comparison with its looks, and a warning where there were several that a fixed test does not allow for.

    Raises:
        StoreError: the store cannot be written to.
    """
    from vmaudio.store import remember_look

    arms = sorted(arm.arm for arm in found.arms)
    comparison = _digest({**definition, "by": found.by, "outcome": found.outcome, "arms": arms})
    data = _digest(sorted((arm.arm, arm.n, arm.events) for arm in found.arms))
    looks = remember_look(store, comparison, data, expect)
    warned = list(found.warnings)
    if looks.states > 1 and found.pairs and not found.monitored:
        text = f"This comparison was looked at {counted(looks.times, 'time')}, at {looks.states} states of the data. The tests"
        details = {"count": looks.times, "states": looks.states}
        warned.append(Caution("looks", f"{text} hold for one look: use --monitor.", details))
    if len(looks.expected) > 1:
        said = " and ".join(str(n) for n in sorted(looks.expected))
        text = (
            f"--expect was {said} at different looks. Choose it once, before the first look: the intervals hold for one choice."
        )
        warned.append(Caution("expect_changed", text, {"expected": sorted(looks.expected)}))
    return dataclasses.replace(found, looks=looks, warnings=tuple(warned))


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()
