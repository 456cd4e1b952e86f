"""Manifests and outcome files of a CRM -> outcomes joined to messages.

Files are read by `files` (columns named by `columns`, cells by `values`), joined by `match`, and brought into the store by
`load`. Nothing is dropped in silence: faults stop everything and are listed with their lines; lines that fit no message and
lines that say the same twice are counted and listed.
"""

from __future__ import annotations

from vmaudio.outcomes.columns import ColumnMap, parse_map, to_toml
from vmaudio.outcomes.files import OutcomeFile, OutcomeRow, Send, read_manifest, read_outcomes
from vmaudio.outcomes.load import Imported, load, when
from vmaudio.outcomes.match import Matched, match, observations

__all__ = [
    "ColumnMap", "Imported", "Matched", "OutcomeFile", "OutcomeRow", "Send", "load", "match", "observations", "parse_map",
    "read_manifest", "read_outcomes", "to_toml", "when",
]  # fmt: skip
