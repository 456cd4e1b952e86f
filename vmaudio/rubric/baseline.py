"""A rep's own medians and spreads, against which pace is judged."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence

from vmaudio.features import CATALOGUE
from vmaudio.records import Analysis, RepBaseline


def rep_baseline(rep: str, analyses: Iterable[Analysis]) -> RepBaseline:
    """A rep's own medians and interquartile ranges of every number in the feature catalogue.

    Args:
        rep: the rep's id.
        analyses: of the rep's messages, in any order. Messages without speech are left out.

    Returns:
        The baseline, frozen under an id that is made of the values, so the same messages give the same id whatever their
        order. A feature measured in fewer than two messages is not in it.
    """
    return baseline_of(rep, [one.features.values for one in analyses if one.transcript.status == "speech"])


def baseline_of(rep: str, rows: Sequence[Mapping[str, float | str]]) -> RepBaseline:
    """The same of features.

    Args:
        rep: the rep's id.
        rows: values by name of the feature of the rep's messages with speech.

    Returns:
        As `rep_baseline`.
    """
    medians: dict[str, float] = {}
    spreads: dict[str, float] = {}
    for name, feature in CATALOGUE.items():
        values = [float(row[name]) for row in rows if feature.is_number and not math.isnan(float(row.get(name, math.nan)))]
        if len(values) >= 2:
            low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
            medians[name], spreads[name] = middle, high - low
    digest = hashlib.sha256(json.dumps([rep, len(rows), medians, spreads], sort_keys=True).encode()).hexdigest()
    return RepBaseline(baseline_id="b" + digest[:12], rep=rep, n=len(rows), medians=medians, spreads=spreads)
