"""What approaches of a team's own are called where people read them, by the analyses that have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from vmaudio.records import APPROACHES
from vmaudio.store.database import Database
from vmaudio.store.tables import analyses

_OURS = frozenset({*APPROACHES, "unclear"})


def approach_titles(store: Database, labels: Iterable[str]) -> Mapping[str, str]:
    """Titles of approaches that are not ours.

    Args:
        store: the store.
        labels: approaches as they are stored; ours have their titles in the program, and cost nothing here.

    Returns:
        Title by label, as the newest analysis with it has it; a label without one is left out.
    """
    found: dict[str, str] = {}
    own = sorted({label for label in labels if label} - _OURS)
    if not own:
        return found
    with store.engine.connect() as connection:
        for label in own:
            query = select(analyses.c.body["structure"]["approach_title"].as_string()).where(analyses.c.approach == label)
            title = connection.execute(query.order_by(analyses.c.analysis_id.desc()).limit(1)).scalar()
            if title:
                found[label] = title
    return found
