"""The approach of a message: what the listener is offered as the reason to call back.

One row per message: all words, the words of the clauses that carry the reason, and what parts there are, where and in which
order, by their probabilities. The pipeline and its numbers come from the model's folder; this module holds the code that
turns a message into a row, which training and use share.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify import cues
from vmaudio.classify.model_classes import approaches_of, in_our_parts, own_of
from vmaudio.classify.model_folder import Model
from vmaudio.classify.part_rows import SHARES
from vmaudio.classify.parts import part_path, part_probabilities_of
from vmaudio.classify.sequence import model_probabilities
from vmaudio.records import PARTS, Clause

_MATTER = ("reason", "value", "offer", "proof", "other", "next_step")
"""Parts whose words say what the message is about."""
_FIRST = ("identity", "company", "reason", "value", "offer", "ask", "number", "callee")
MESSAGE_COLUMNS = (
    "text", "matter_text", "reason_text", "log_words", "n_clauses", *SHARES,
    *(f"has_{part}" for part in PARTS),
    *(f"share_{part}" for part in PARTS),
    *(f"first_{part}" for part in _FIRST),
    "reason_before_identity", "reason_before_company", "offer_before_identity", "matter_words",
    *(f"cue_{name}" for name in cues.CUES),
    *(f"matter_{name}" for name in cues.CUES),
)  # fmt: skip
"""Columns of `message_row`; the first three are text, the others numbers."""
MESSAGE_TEXTS = 3
MESSAGE_CUES = len(MESSAGE_COLUMNS) - 2 * len(cues.CUES)
"""Index of the first cue column."""


def message_row(clauses: Sequence[Clause], parts: np.ndarray, path: Sequence[str]) -> np.ndarray:
    """Turn a message with labelled clauses into one row for the approach model.

    Args:
        clauses: of one message.
        parts: label probabilities (n_clauses, len(PARTS)) in the order of PARTS; a team's own are counted by their roles, see
            `in_our_parts`.
        path: the label chosen for each clause, of PARTS.

    Returns:
        Object array (1, len(MESSAGE_COLUMNS)).
    """
    texts = [clause.model_text for clause in clauses]
    text = " ".join(texts)
    matter = " ".join(t for t, label in zip(texts, path, strict=True) if label in _MATTER)
    reason = " ".join(t for t, label in zip(texts, path, strict=True) if label == "reason")
    said = np.array(cues.pronouns(text), dtype=float)
    words = np.array([cues.pronouns(t)[4] for t in texts], dtype=float)
    n, total = len(texts), max(1.0, said[4])
    has = 1 - np.prod(1 - np.clip(parts, 0, 1), axis=0) if n else np.zeros(len(PARTS))
    share = (parts * words[:, None]).sum(axis=0) / total if n else np.zeros(len(PARTS))
    starts = (np.concatenate([[0.0], np.cumsum(words)])[:n]) / total
    # probability-weighted place at which a part is first reached; 1 when it never is
    first = {}
    for part in _FIRST:
        p = parts[:, PARTS.index(part)] if n else np.zeros(0)
        reach = p * np.concatenate([[1.0], np.cumprod(1 - p)])[:n]
        first[part] = float((reach * starts).sum() + max(0.0, 1 - reach.sum()))
    at = {part: next((i for i, label in enumerate(path) if label == part), n + 1) for part in _FIRST}
    matter_at = min(at["reason"], at["value"])
    numbers = [
        np.log1p(said[4]),
        n,
        *(said[:4] / total),
        said[5],
        *has,
        *share,
        *(first[part] for part in _FIRST),
        np.sign(at["identity"] - matter_at),
        np.sign(at["company"] - matter_at),
        np.sign(at["identity"] - at["offer"]),
        np.log1p(cues.pronouns(matter)[4]),
        *np.log1p(cues.count_cues(text)),
        *np.log1p(cues.count_cues(matter)),
    ]
    row = np.empty((1, len(MESSAGE_COLUMNS)), dtype=object)
    row[0, :MESSAGE_TEXTS] = text, matter, reason
    row[0, MESSAGE_TEXTS:] = np.array(numbers, dtype=float)
    return row


def approach_probabilities(clauses: Sequence[Clause], part_model: Model, approach_model: Model) -> np.ndarray:
    """The forced choice over all approaches for a message that the program cut into clauses.

    Args:
        clauses: of one message.
        part_model: labels the clauses first.
        approach_model: reads the message with its labels.

    Returns:
        (n_approaches,), in the order of `approaches_of`, sums to 1; a message without clauses is "other" for certain.

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    return approach_probabilities_of([clauses], part_model, approach_model)[0]


def approach_probabilities_of(messages: Sequence[Sequence[Clause]], part_model: Model, approach_model: Model) -> np.ndarray:
    """`approach_probabilities` of many messages in one go.

    Args:
        messages: the clauses of each.
        part_model: labels the clauses first.
        approach_model: reads the messages with their labels.

    Returns:
        (n_messages, n_approaches) in the order of `approaches_of`, rows sum to 1.

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    out = np.tile([float(name == "other") for name in approaches_of(approach_model)], (len(messages), 1))
    spoken = [i for i, clauses in enumerate(messages) if clauses]
    parts = part_probabilities_of([messages[i] for i in spoken], part_model) if spoken else []
    own = own_of(part_model).parts
    rows = [
        message_row(messages[i], *in_our_parts(p, part_path(p, part_model), own)) for i, p in zip(spoken, parts, strict=True)
    ]
    if rows:
        out[spoken] = probabilities_of_rows(np.vstack(rows), approach_model)
    return out


def probabilities_of_rows(rows: np.ndarray, model: Model) -> np.ndarray:
    """The forced choice over all approaches for rows of the approach model.

    Args:
        rows: (n, len(MESSAGE_COLUMNS)) from `message_row`.
        model: the approach model.

    Returns:
        (n, n_approaches) in the order of `approaches_of`, rows sum to 1.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    return model_probabilities(rows, model, "approach", MESSAGE_COLUMNS, approaches_of(model))


def choose(probabilities: np.ndarray, threshold: float, labels: Sequence[str]) -> str:
    """The best approach, or "unclear" below the threshold.

    Args:
        probabilities: (n_approaches,).
        threshold: least probability of an answer.
        labels: the approaches in their order.
    """
    best = int(probabilities.argmax())
    return labels[best] if probabilities[best] >= threshold else "unclear"
