"""Observations (messages with their outcomes) from files or from the store, as `vmaudio.experiments.compare` takes them."""

from __future__ import annotations

from pathlib import Path

from vmaudio.errors import TableError
from vmaudio.intake.manifest import read_crm_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.joining import Matched, join_outcomes, joined_observations
from vmaudio.intake.tables import ColumnMap, mappings_for
from vmaudio.records import Observation
from vmaudio.store import Measures, Store, compared_observations, observations


def file_observations(
    manifest: str | Path, outcomes: str | Path, mapping: ColumnMap | None = None, *, timezone: str = "UTC"
) -> tuple[list[Observation], Matched]:
    """Join a manifest with an outcome file; no recordings and no store are needed.

    Args:
        manifest: CSV file that lists the messages.
        outcomes: CSV file that says what their outcomes were.
        mapping: which columns are which, where their names are not ours or those of common CRMs.
        timezone: zone of times without one.

    Returns:
        Every message of the manifest, with its outcome where it has one; and how the lines of the outcome file were matched.

    Raises:
        TableError: a file cannot be read or has faults, all listed with their line.
        SettingError: there is no such time zone.
    """
    for_manifest, for_outcomes = mappings_for([manifest, outcomes], mapping)
    sends = read_crm_manifest(manifest, for_manifest, timezone=timezone)
    matched = join_outcomes(read_outcomes(outcomes, for_outcomes, timezone=timezone), sends)
    return joined_observations(sends, matched), matched


def store_observations(store: Store | None, measures: Measures | None = None) -> list[Observation]:
    """Every message of the store with its outcome, features, points and checks.

    Args:
        store: the store; None when there is none yet.
        measures: which of features, points and checks are read; None for all.

    Returns:
        The observations, at least one.

    Raises:
        TableError: there is no store, or it has no messages.
    """
    found = []
    if store:
        found = list(observations(store)) if measures is None else compared_observations(store, measures)
    if not found:
        raise TableError(
            "The store has no messages. Run `vmaudio batch` and `vmaudio outcomes import`, or give --manifest and --outcomes."
        )
    return found
