"""What the part model reads of a clause: its words, its neighbours' words, its place in the message, and its cues."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify import cues
from vmaudio.records import Clause

START, END = "xstartx", "xendx"
"""What the neighbour's text is before the first and after the last clause."""

_N_CUES = len(cues.CUES)
_PLACE = (
    "clauses_before", "clauses_after", "place", "words_before", "words_after", "log_words", "is_first", "is_second",
    "is_last", "phones_before",
)  # fmt: skip
SHARES = ("we_share", "you_share", "i_share", "they_share", "asks")
"""Columns of pronouns and questions, which both models read."""
CLAUSE_COLUMNS = (
    "text", "text_before", "text_after", *_PLACE, *SHARES,
    *(f"cue_{name}" for name in cues.CUES),
    *(f"before_{name}" for name in cues.CUES),
    *(f"after_{name}" for name in cues.CUES),
    *(f"so_far_{name}" for name in cues.CUES),
)  # fmt: skip
"""Columns of `clause_rows`; the first three are text, the others numbers."""
CLAUSE_TEXTS = 3
CLAUSE_CUES = CLAUSE_TEXTS + len(_PLACE) + len(SHARES)
"""Index of the first cue column."""


def clause_rows(clauses: Sequence[Clause]) -> np.ndarray:
    """Turn the clauses of one message into rows for the part model.

    Args:
        clauses: of one message.

    Returns:
        Object array (n_clauses, len(CLAUSE_COLUMNS)): three texts, then floats.
    """
    texts = [clause.model_text for clause in clauses]
    n = len(texts)
    found = np.array([cues.count_cues(text) for text in texts], dtype=float).reshape(n, _N_CUES)
    said = np.array([cues.pronouns(text) for text in texts], dtype=float).reshape(n, len(cues.PRONOUNS))
    words = said[:, 4]
    before = np.concatenate([[0.0], np.cumsum(words)])[:n]
    total = max(1.0, float(words.sum()))
    index = np.arange(n, dtype=float)
    phones = np.array([text.count("xphonex") for text in texts], dtype=float)
    place = np.column_stack(
        [
            np.minimum(index, 6),
            np.minimum(n - 1 - index, 6),
            index / max(1, n - 1),
            before / total,
            (total - before - words) / total,
            np.log1p(words),
            (index == 0).astype(float),
            (index == 1).astype(float),
            (index == n - 1).astype(float),
            np.minimum(np.concatenate([[0.0], np.cumsum(phones)])[:n], 2),
        ]
    )
    shares = np.column_stack([said[:, :4] / np.maximum(1, words)[:, None], said[:, 5]])
    any_cue = np.minimum(found, 1)
    none = np.zeros((1, _N_CUES))
    so_far = np.minimum(np.vstack([none, np.cumsum(found, axis=0)])[:n], 1)
    numbers = np.hstack(
        [place, shares, np.log1p(found), np.vstack([none, any_cue])[:n], np.vstack([any_cue, none])[1 : n + 1], so_far]
    )
    rows = np.empty((n, len(CLAUSE_COLUMNS)), dtype=object)
    for i in range(n):
        rows[i, 0] = texts[i]
        rows[i, 1] = texts[i - 1] if i else START
        rows[i, 2] = texts[i + 1] if i + 1 < n else END
    rows[:, CLAUSE_TEXTS:] = numbers
    return rows
