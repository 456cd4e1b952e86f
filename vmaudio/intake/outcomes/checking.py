"""What an import would make of a manifest and an outcome file: the dry run, and the summary that is kept with a run."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio.intake.manifest import Manifest, Send, load_manifest
from vmaudio.intake.outcomes.cures import join_cure
from vmaudio.intake.outcomes.files import OutcomeFile, read_outcomes
from vmaudio.intake.outcomes.joining import Matched, join_outcomes
from vmaudio.intake.tables import ColumnMap, TableRead, is_nothing, mappings_for, table_read

_KEPT_LINES = 100


@dataclass(frozen=True, slots=True)
class IntakeCheck:
    """How tables were read, and how they join.

    Attributes:
        manifest: how the manifest was read; None without one.
        outcomes: how the outcome file was read; None without one.
        matched: lines of the outcome file that found their message.
        unmatched: (line, reason) of those that did not.
        duplicates: (line, earlier line) of lines that repeat another.
        without_outcome: (line of the manifest, name) of messages that no line is about.
        cure: what would join the lines that found no message; None where nothing is to be said.
        questions: what a person has to be asked about the reading of the outcome file, in sentences.
    """

    manifest: TableRead | None
    outcomes: TableRead | None
    matched: int = 0
    unmatched: tuple[tuple[int, str], ...] = ()
    duplicates: tuple[tuple[int, int], ...] = ()
    without_outcome: tuple[tuple[int, str], ...] = ()
    cure: str | None = None
    questions: tuple[str, ...] = ()

    def left_over(self) -> list[str]:
        """What strict reading does not allow, in sentences: values not understood, lines and messages that join to nothing."""
        found = []
        for table in filter(None, (self.manifest, self.outcomes)):
            for ours, value in table.not_understood():
                found.append(f"{Path(table.path).name}: {ours} {value.text[:60]!r} ({value.count}) is not understood")
        if self.unmatched:
            found.append(f"{len(self.unmatched)} lines of the outcome file join to no message")
        if self.without_outcome:
            found.append(f"{len(self.without_outcome)} messages have no line in the outcome file")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "manifest": self.manifest.to_dict() if self.manifest else None,
            "outcomes": self.outcomes.to_dict() if self.outcomes else None,
            "matched": self.matched,
            "unmatched": [{"line": line, "reason": reason} for line, reason in self.unmatched],
            "duplicates": [{"line": line, "same_as_line": first} for line, first in self.duplicates],
            "without_outcome": [{"line": line, "message": name} for line, name in self.without_outcome],
            "cure": self.cure,
            "questions": list(self.questions),
            "left_over": self.left_over(),
        }

    def kept(self) -> dict[str, Any]:
        """What is kept with a run: counts, lines and words of outcomes; nobody's name, number or id."""
        return {
            "manifest": self.manifest.kept() if self.manifest else None,
            "outcomes": self.outcomes.kept() if self.outcomes else None,
            "matched": self.matched,
            "unmatched": len(self.unmatched),
            "unmatched_lines": [line for line, _ in self.unmatched[:_KEPT_LINES]],
            "duplicates": len(self.duplicates),
            "without_outcome": len(self.without_outcome),
        }


def check_tables(
    manifest: str | Path,
    outcomes: str | Path | None = None,
    mapping: ColumnMap | None = None,
    *,
    timezone: str = "UTC",
    as_of: datetime.datetime | None = None,
) -> IntakeCheck:
    """Read a manifest and an outcome file as an import would, and change nothing.

    Args:
        manifest: the manifest.
        outcomes: the outcome file; None for none.
        mapping: which columns are which, where their names are not known ones.
        timezone: zone of times without one.
        as_of: when the outcome file was exported.

    Returns:
        How they were read, how they join, and what is left over on either side.

    Raises:
        TableError: a file cannot be read or has faults, all listed with their line.
        SettingError: there is no such time zone.
    """
    theirs = mappings_for([manifest, outcomes] if outcomes else [manifest], mapping)
    listed = load_manifest(manifest, theirs[0], timezone=timezone)
    if outcomes is None:
        return IntakeCheck(table_read(listed.rows), None)
    file = read_outcomes(outcomes, theirs[1], timezone=timezone, as_of=as_of)
    return check_of(file, join_outcomes(file, listed.sends), listed.sends, listed)


def check_of(
    file: OutcomeFile,
    matched: Matched,
    sends: Sequence[Send],
    listed: Manifest | None = None,
    listed_sends: Sequence[Send] | None = None,
) -> IntakeCheck:
    """Sum up an import that was read and joined.

    Args:
        file: the outcome file.
        matched: how its lines were joined.
        sends: the messages.
        listed: the manifest, where one was given.
        listed_sends: its messages, where they are stored under other ids.

    Returns:
        The summary.
    """
    lacking = tuple(
        (send.line, send.file_name or send.message.message_id)
        for send in (listed_sends or (listed.sends if listed else ()))
        if listed is not None and send.line and send.message.message_id not in matched.outcomes
    )
    return IntakeCheck(
        table_read(listed.rows) if listed else None,
        table_read(file.cells, {"result": is_nothing}),
        matched.matched,
        matched.unmatched,
        matched.duplicates,
        lacking,
        join_cure(file, sends) if matched.unmatched else None,
        matched.questions,
    )
