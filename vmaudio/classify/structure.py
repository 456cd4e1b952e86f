"""What the message is made of: the part that each clause plays, their order, and the approach of the whole.

Parts: one row per clause (its words, its neighbours' words, the cue phrases of `cues`, its place in the message),
a scikit-learn pipeline for the label probabilities, then the best path through a transition matrix (Viterbi). Approach: one
row per message (all words, the words of the clauses that carry the reason, and what parts there are, where and in which
order, by their probabilities). Both pipelines and their numbers come from `registry`; this module holds the code
that turns clauses into rows, which training and use share.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vmaudio.classify import cues
from vmaudio.classify.registry import Model
from vmaudio.errors import ModelRefused
from vmaudio.records import APPROACHES, PARTS, Clause, Part, Structure, Transcript

START, END = "xstartx", "xendx"
"""What the neighbour's text is before the first and after the last clause."""

FEWEST_WORDS = 4
"""Under this many words a message's approach is "unclear", whatever the model says: there is nothing to judge."""

MAYBE = 0.05
"""Labels of a part that are less probable are not told."""

_N_CUES = len(cues.CUES)
_PLACE = (
    "clauses_before", "clauses_after", "place", "words_before", "words_after", "log_words", "is_first", "is_second",
    "is_last", "phones_before",
)  # fmt: skip
_SHARES = ("we_share", "you_share", "i_share", "they_share", "asks")
CLAUSE_COLUMNS = (
    "text", "text_before", "text_after", *_PLACE, *_SHARES,
    *(f"cue_{name}" for name in cues.CUES),
    *(f"before_{name}" for name in cues.CUES),
    *(f"after_{name}" for name in cues.CUES),
    *(f"so_far_{name}" for name in cues.CUES),
)  # fmt: skip
"""Columns of `clause_rows`; the first three are text, the others numbers."""
CLAUSE_TEXTS = 3
CLAUSE_CUES = CLAUSE_TEXTS + len(_PLACE) + len(_SHARES)
"""Index of the first cue column."""

_MATTER = ("reason", "value", "offer", "proof", "other", "next_step")
"""Parts whose words say what the message is about."""
_FIRST = ("identity", "company", "reason", "value", "offer", "ask", "number", "callee")
MESSAGE_COLUMNS = (
    "text", "matter_text", "reason_text", "log_words", "n_clauses", *_SHARES,
    *(f"has_{part}" for part in PARTS),
    *(f"share_{part}" for part in PARTS),
    *(f"first_{part}" for part in _FIRST),
    "reason_before_identity", "reason_before_company", "offer_before_identity", "matter_words",
    *(f"cue_{name}" for name in cues.CUES),
    *(f"matter_{name}" for name in cues.CUES),
)  # fmt: skip
"""Columns of `message_row`; the first three are text, the others numbers."""
MESSAGE_TEXTS = 3
MESSAGE_CUES = len(MESSAGE_COLUMNS) - 2 * _N_CUES
"""Index of the first cue column."""


def clause_rows(clauses: Sequence[Clause]) -> np.ndarray:
    """Turn the clauses of one message into rows for the part model.

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


def message_row(clauses: Sequence[Clause], parts: np.ndarray, path: Sequence[str]) -> np.ndarray:
    """Turn a message with judged clauses into one row for the approach model.

    Args:
        clauses: of one message. parts: label probabilities (n_clauses, len(PARTS)) in the order of PARTS.
        path: the label chosen for each clause.

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


def ordered_columns(probabilities: np.ndarray, classes: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Put the columns of ``predict_proba`` into the order of ``wanted``; a class never trained gets 0; rows sum to 1."""
    out = np.zeros((len(probabilities), len(wanted)))
    for column, name in enumerate(classes):
        if name in wanted:
            out[:, wanted.index(name)] = probabilities[:, column]
    total = out.sum(axis=1, keepdims=True)
    return np.where(total > 0, out / np.where(total > 0, total, 1), 1 / len(wanted))


def sharpened(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Raise probabilities to the power 1 / temperature, rows to sum 1: below 1 they become surer, above 1 less sure.

    One sigmoid per class, normalised, is too modest where there are many classes; one number fitted on out-of-fold
    predictions mends that (temperature scaling: Guo et al. 2017, ICML).
    """
    powered = probabilities ** (1 / temperature)
    return powered / powered.sum(axis=1, keepdims=True)


def transition_matrix(paths: Sequence[Sequence[str]], smoothing: float = 0.5) -> np.ndarray:
    """Estimate how labels follow one another.

    Returns:
        Array (len(PARTS) + 1, len(PARTS) + 1) of probabilities, rows sum to 1; the last row is the start of a message,
        the last column its end. ``smoothing`` is added to each count.
    """
    size = len(PARTS)
    counts = np.full((size + 1, size + 1), max(smoothing, 1e-9))  # a label never seen must not divide by 0
    for path in paths:
        before = size
        for label in path:
            counts[before, PARTS.index(label)] += 1
            before = PARTS.index(label)
        counts[before, size] += 1
    return counts / counts.sum(axis=1, keepdims=True)


def best_path(probabilities: np.ndarray, matrix: np.ndarray, weight: float) -> list[str]:
    """Choose the best path of labels (Viterbi).

    ``number_repeat`` is only allowed once a ``number`` has been; the search therefore carries one bit besides the label.

    Args:
        probabilities: (n_clauses, len(PARTS)), each row sums to 1. matrix: from `transitions`.
        weight: exponent on the transition probabilities; 0 ignores them (and keeps the rule for ``number_repeat``).
    """
    n, size = probabilities.shape
    if n == 0:
        return []
    emit = np.log(np.clip(probabilities, 1e-6, 1))
    move = weight * np.log(matrix)
    number, repeat = PARTS.index("number"), PARTS.index("number_repeat")
    # states 0..size-1: no number yet; size..2*size-1: a number has been said
    step = np.full((2 * size, 2 * size), -np.inf)
    step[:size, :size] = move[:size, :size]
    step[size:, size:] = move[:size, :size]
    step[:size, size + number] = move[:size, number]
    step[:, [number, repeat]] = -np.inf  # a number sets the bit; no repeat without it
    best = np.full(2 * size, -np.inf)
    best[:size] = move[size, :size] + emit[0]
    best[size + number] = best[number]
    best[[number, repeat]] = -np.inf
    back = np.zeros((n, 2 * size), dtype=int)
    for i in range(1, n):
        scores = best[:, None] + step
        back[i] = scores.argmax(axis=0)
        best = scores.max(axis=0) + np.tile(emit[i], 2)
    state = int((best + np.tile(move[:size, size], 2)).argmax())
    path = [state]
    for i in range(n - 1, 0, -1):
        state = int(back[i, state])
        path.append(state)
    return [PARTS[state % size] for state in reversed(path)]


def boosted(probabilities: np.ndarray, shares: np.ndarray, boost: float) -> np.ndarray:
    """Lift rare labels: divide by their share of all clauses to the power ``boost`` (0 to 1), rows to sum 1.

    Calibrated probabilities favour frequent labels as often as these are frequent; a macro average counts all labels alike
    (decision by balanced posteriors: Saerens et al. 2002, Neural Computation 14:21).
    """
    lifted = probabilities * np.maximum(shares, 1e-4) ** -boost
    return lifted / lifted.sum(axis=1, keepdims=True)


def part_probabilities(clauses: Sequence[Clause], model: Model, cuts: str = "found") -> np.ndarray:
    """Label probabilities of each clause, (n_clauses, len(PARTS)) in the order of PARTS.

    Args:
        clauses: of one message. model: the part model.
        cuts: "found" where the program cut the message, "given" where a person did. The program cuts finer (at pauses and
            cue phrases), so the model folder holds one pipeline for each kind of cut.

    Raises:
        ModelRefused: the model was trained on other columns than this version makes.
    """
    return part_probabilities_of([clauses], model, cuts)[0]


def part_probabilities_of(messages: Sequence[Sequence[Clause]], model: Model, cuts: str = "found") -> list[np.ndarray]:
    """`part_probabilities` of many messages in one go: most of the time of a single one goes into calling the pipeline."""
    _check(model, "part", CLAUSE_COLUMNS)
    lengths = [len(clauses) for clauses in messages]
    if not sum(lengths):
        return [np.zeros((0, len(PARTS))) for _ in messages]
    rows = np.vstack([clause_rows(clauses) for clauses in messages])
    in_order = ordered_columns(model.estimator[cuts].predict_proba(rows), list(model.meta["classes"]), PARTS)
    probabilities = sharpened(in_order, float(model.meta["sequence"][cuts].get("temperature", 1.0)))
    return np.split(probabilities, np.cumsum(lengths)[:-1])


def part_path(probabilities: np.ndarray, model: Model, cuts: str = "found") -> list[str]:
    """The label of each clause, given their probabilities and the model's transition matrix for this kind of cut."""
    sequence = model.meta["sequence"][cuts]
    lifted = boosted(probabilities, np.array(sequence.get("shares", [1.0] * len(PARTS))), float(sequence.get("boost", 0.0)))
    return best_path(lifted, np.array(sequence["transitions"]), float(sequence["weight"]))


def approach_probabilities(clauses: Sequence[Clause], part_model: Model, approach_model: Model) -> np.ndarray:
    """The forced choice over all approaches for a message cut by the program: (len(APPROACHES),), sums to 1.

    A message without clauses is "other" for certain.

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    return approach_probabilities_of([clauses], part_model, approach_model)[0]


def approach_probabilities_of(messages: Sequence[Sequence[Clause]], part_model: Model, approach_model: Model) -> np.ndarray:
    """`approach_probabilities` of many messages in one go: (n_messages, len(APPROACHES))."""
    out = np.tile([float(name == "other") for name in APPROACHES], (len(messages), 1))
    spoken = [i for i, clauses in enumerate(messages) if clauses]
    parts = part_probabilities_of([messages[i] for i in spoken], part_model) if spoken else []
    rows = [message_row(messages[i], p, part_path(p, part_model)) for i, p in zip(spoken, parts, strict=True)]
    if rows:
        out[spoken] = _approach(np.vstack(rows), approach_model)
    return out


def _approach(rows: np.ndarray, model: Model) -> np.ndarray:
    _check(model, "approach", MESSAGE_COLUMNS)
    in_order = ordered_columns(model.estimator.predict_proba(rows), list(model.meta["classes"]), APPROACHES)
    return sharpened(in_order, float(model.meta.get("temperature", 1.0)))


def label_structure(clauses: Sequence[Clause], transcript: Transcript, part_model: Model, approach_model: Model) -> Structure:
    """Judge one message.

    ``approach_probabilities`` always holds the forced choice over all approaches, summing to 1. ``approach`` is its best
    label, or "unclear" where that is below the model's abstention threshold, where fewer than four words were said, and
    where the language is not English (the models know no other; parts are then only the telephone numbers). A message
    without words is "other".

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    return label_many([clauses], [transcript], part_model, approach_model)[0]


def label_many(
    messages: Sequence[Sequence[Clause]], transcripts: Sequence[Transcript], part_model: Model, approach_model: Model
) -> list[Structure]:
    """`label` of many messages in one go: most of the time of a single one goes into calling the pipelines."""
    ids = (part_model.model_id, approach_model.model_id)
    out: list[Structure | None] = [None] * len(messages)
    for i, (clauses, transcript) in enumerate(zip(messages, transcripts, strict=True)):
        if not clauses or transcript.status == "no_speech":
            out[i] = Structure((), (), "other", {name: float(name == "other") for name in APPROACHES}, ids)
        elif not transcript.is_english:
            found = _numbers_only(clauses)
            even = dict.fromkeys(APPROACHES, 1 / len(APPROACHES))
            out[i] = Structure(found, _order(found), "unclear", even, ids)
    rest = [i for i, done in enumerate(out) if done is None]
    each = part_probabilities_of([messages[i] for i in rest], part_model)
    paths = [part_path(probabilities, part_model) for probabilities in each]
    rows = [message_row(messages[i], p, path) for i, p, path in zip(rest, each, paths, strict=True)]
    forced = _approach(np.vstack(rows), approach_model) if rows else np.zeros((0, len(APPROACHES)))
    for i, probabilities, path, row in zip(rest, each, paths, forced, strict=True):
        parts = _join(messages[i], path, probabilities)
        chosen = choose(row, float(approach_model.meta["threshold"]))
        if sum(len(clause.model_text.split()) for clause in messages[i]) < FEWEST_WORDS:
            chosen = "unclear"
        out[i] = Structure(parts, _order(parts), chosen, dict(zip(APPROACHES, row.tolist(), strict=True)), ids)
    return [one for one in out if one is not None]


def choose(probabilities: np.ndarray, threshold: float) -> str:
    """The best approach, or "unclear" below the threshold; ``probabilities`` in the order of APPROACHES."""
    best = int(probabilities.argmax())
    return APPROACHES[best] if probabilities[best] >= threshold else "unclear"


def _join(clauses: Sequence[Clause], path: Sequence[str], probabilities: np.ndarray) -> tuple[Part, ...]:
    """Join neighbours of equal label; a part's probability is the mean over its clauses, weighted by their words."""
    parts: list[Part] = []
    i = 0
    while i < len(path):
        j = i
        while j + 1 < len(path) and path[j + 1] == path[i]:
            j += 1
        weights = [max(1, len(clause.text.split())) for clause in clauses[i : j + 1]]
        p = probabilities[i : j + 1, PARTS.index(path[i])]
        text = " ".join(clause.text.strip() for clause in clauses[i : j + 1])
        most = probabilities[i : j + 1].max(axis=0)  # one clause of several may be something else: the mean would hide it
        maybe = {label: round(float(most[k]), 3) for k, label in enumerate(PARTS) if most[k] >= MAYBE}
        parts.append(Part(path[i], clauses[i].start_s, clauses[j].end_s, text, float(np.average(p, weights=weights)), maybe))
        i = j + 1
    return tuple(parts)


def _order(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.label for part in parts))


def _numbers_only(clauses: Sequence[Clause]) -> tuple[Part, ...]:
    """The telephone numbers, which need no language: figures are figures."""
    parts: list[Part] = []
    for clause in clauses:
        if "xphonex" in clause.model_text:
            name = "number_repeat" if parts else "number"
            parts.append(Part(name, clause.start_s, clause.end_s, clause.text.strip(), 1.0))
    return tuple(parts)


def _check(model: Model, name: str, columns: Sequence[str]) -> None:
    meta: Mapping[str, Any] = model.meta
    if model.name != name:
        raise ModelRefused(f"Model {model.model_id} is no {name} model. Name one, as `vmaudio models list` shows them.")
    if list(meta.get("columns", ())) != list(columns):
        raise ModelRefused(
            f"Model {model.model_id} was trained on other columns than this vmaudio makes. "
            f"Train it again with `vmaudio models train {name}`."
        )
