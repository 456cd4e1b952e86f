"""Which column of an outcome file would name its messages, where the one that was taken does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vmaudio.intake.manifest import Send
from vmaudio.intake.outcomes.files import OutcomeFile
from vmaudio.intake.outcomes.index import Index
from vmaudio.intake.tables import person, texts_of

_TRIED = 500
"""Values of each column that are tried."""


def join_cure(file: OutcomeFile, sends: Sequence[Send]) -> str | None:
    """The option that joins more lines, found by trying every column as every name of a message.

    Args:
        file: the outcome file.
        sends: the messages.

    Returns:
        A sentence with the option; None where no column names more messages than the ones that were taken.
    """
    table = file.cells.table
    index, base = Index(sends), str(file.path.parent)
    ways: dict[str, Callable[[str], bool]] = {
        "message_id": lambda text: index.with_id(text) is not None,
        "file": lambda text: bool(index.with_file(text, base)),
        "recording_id": lambda text: bool(index.with_recording(text)),
        "prospect": lambda text: bool(index.by_prospect.get(person(text) or "")),
    }
    best: tuple[int, int, str, str] | None = None
    taken = 0
    for column in filter(None, table.header):
        texts = list(dict.fromkeys(filter(None, texts_of(table, column))))[:_TRIED]
        for ours, fits in ways.items():
            hits = sum(map(fits, texts))
            if file.columns.get(ours) == column:
                taken = max(taken, hits)
            elif hits and column not in file.columns.values() and (best is None or hits > best[0]):
                best = (hits, len(texts), ours, column)
    if best is None or best[0] <= taken:
        return None
    hits, tried, ours, column = best
    option = f"{ours}={column}"
    return (
        f"{hits} of {tried} values in the column {column!r} name a message: --map "
        f"{option if option.replace('=', '').replace('_', '').isalnum() else repr(option)}."
    )
