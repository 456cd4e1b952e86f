"""Versions of what is stored: the shape of an Analysis, the feature catalogue, and the code of each measuring stage.

When does a number rise?

- `SCHEMA_VERSION`: a field of Analysis changes its meaning. A new field with a default does not need it.
- `FEATURE_SCHEMA`: a feature changes its definition. Models refuse rows of another schema.
- `MEASURE_VERSIONS`: the stage may give another result for the same bytes under the same options. A change that only makes it
  faster, or moves code, does not need it; a change of a default threshold does. Raise the number in the commit that changes the
  measure, and take the golden measures over (``make accept``): a test fails where measures move and no number does.

Results of an older version stay in the store and stay usable: they count as older (`Provenance.is_older`), `vmaudio batch`
and the reports say how many they are, and ``vmaudio batch PATH... --redo stale`` measures just those again. vmaudio 0.1.0 of
before November 2026 stored no versions; its results count as older.
"""

from __future__ import annotations

from collections.abc import Mapping

SCHEMA_VERSION = 1
"""Version of the shape of Analysis."""

FEATURE_SCHEMA = "vm1"
"""Name of the feature catalogue."""

MEASURE_VERSIONS: Mapping[str, int] = {
    "decode": 3,  # bytes -> samples
    "vad": 4,  # samples -> spans of speech, noise, signal-to-noise ratio
    "spans": 3,  # samples, tones, words -> what of the file is the message
    "prosody": 4,  # samples -> pitch, level, pauses, syllable nuclei
    "transcribe": 5,  # samples -> words with times
    "entities": 6,  # words -> names, numbers, addresses, times
    "second_pass": 5,  # numbers heard again and compared with their neighbours
    "clauses": 2,  # words -> clauses
    "structure": 4,  # clauses -> parts, approach, reason (the fitted models have ids of their own)
    "delivery": 1,  # prosody, words -> axes and word of delivery
    "features": 1,  # everything -> the flat row
    "flags": 6,  # what a person should look at
}
"""Version of the code of each measuring stage, in the order of the stages."""


def versions_text(versions: Mapping[str, int]) -> str:
    """Versions as one line of text, as the store keeps them: "clauses=1 decode=1 ..."; empty for none.

    Args:
        versions: version by stage, as in `MEASURE_VERSIONS`.

    Returns:
        The text, stages in alphabetical order.
    """
    return " ".join(f"{stage}={version}" for stage, version in sorted(versions.items()))
