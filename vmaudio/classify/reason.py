"""What a message gives as its reason to call back: something of the listener's own, something general, nothing, or pressure.

One row per message: its words, with names and numbers replaced by placeholders. The pipeline and its numbers come from the
model's folder; this module holds the code that turns a message into a row, which training and use share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify.model_folder import Model
from vmaudio.classify.sequence import model_probabilities
from vmaudio.records import REASONS, Clause, ReasonHeard

REASON_COLUMNS = ("text",)
"""Columns of `reason_rows`."""

EMPTY = ("none", "pressure")
"""Kinds of reason that are none to the listener."""

_LIKELY = 0.4
"""From this probability of `EMPTY` on the clause is looked for that speaks most for it."""

_FEWEST_WORDS = 5
"""With fewer words the clauses behind it are named too, so that a reader knows what is meant."""


def reason_rows(messages: Sequence[Sequence[Clause]]) -> np.ndarray:
    """Turn messages into rows for the reason model.

    Args:
        messages: the clauses of each.

    Returns:
        Object array (n_messages, len(REASON_COLUMNS)).
    """
    rows = np.empty((len(messages), len(REASON_COLUMNS)), dtype=object)
    rows[:, 0] = [" ".join(clause.model_text for clause in clauses) for clauses in messages]
    return rows


def reason_probabilities(rows: np.ndarray, model: Model) -> np.ndarray:
    """How probable each kind of reason is.

    Args:
        rows: (n, len(REASON_COLUMNS)) from `reason_rows`.
        model: the reason model.

    Returns:
        (n, len(REASONS)), in that order; rows sum to 1.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    return model_probabilities(rows, model, "reason", REASON_COLUMNS, REASONS)


def hear_reason(clauses: Sequence[Clause], model: Model) -> ReasonHeard | None:
    """What a message gives as its reason; where that is likely nothing or pressure, also the clause that says so most.

    That clause is the one without which the message would be taken for it the least; a short one is named with the next.

    Args:
        clauses: of one message, cut by the program.
        model: the reason model.

    Returns:
        None for a message without clauses.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    if not clauses:
        return None
    (found,) = reason_probabilities(reason_rows([clauses]), model)
    chances = dict(zip(REASONS, found.tolist(), strict=True))
    of = max(EMPTY, key=lambda kind: chances[kind])
    if sum(chances[kind] for kind in EMPTY) < _LIKELY:
        return ReasonHeard(chances)
    without = [[*clauses[:i], *clauses[i + 1 :]] for i in range(len(clauses))]
    left = reason_probabilities(reason_rows(without), model)[:, REASONS.index(of)]
    first = last = int(left.argmin())
    while last + 1 < len(clauses) and sum(len(one.text.split()) for one in clauses[first : last + 1]) < _FEWEST_WORDS:
        last += 1
    text = " ".join(one.text for one in clauses[first : last + 1])
    return ReasonHeard(chances, text, clauses[first].start_s, clauses[last].end_s)
