"""Evaluating a model on labelled messages, promoted or not, and comparing two models on the same messages.

Parts are evaluated on the labelled cuts; the approach is evaluated from the text alone, with the program's own cuts and
predicted parts.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.classify import (
    NONE_OWN,
    Model,
    ModelStore,
    approach_probabilities_of,
    approaches_of,
    declared_classes,
    known_approaches,
    known_parts,
    language_of,
    part_path,
    part_probabilities_of,
    parts_of,
    reason_probabilities,
    reason_rows,
)
from vmaudio.errors import TrainingError
from vmaudio.records import REASONS
from vmaudio.training import delivery, delivery_table, metrics, recognised
from vmaudio.training.anonymous_reps import known_reps
from vmaudio.training.answers import Answers, Evaluation, combine, plain, summarise
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages
from vmaudio.training.text_variants import versions


def evaluate_model(model: Model, data: Sequence[Path], part_model: Model | None = None) -> Evaluation:
    """How good a model is on label files.

    Args:
        model: part, approach, tone or reason, promoted or not.
        data: labels.jsonl files; for tone also feature tables (.csv).
        part_model: for approach only; the current part model by default.

    Raises:
        TableError: a file has faults.
        TrainingError: nothing in it is labelled for this model.
        ModelRefused: the model cannot be used with this vmaudio.
    """
    if model.name == "tone":
        return evaluate_tone(model, data)
    messages = read_labelled_messages(data)
    if model.name == "approach":
        part_model = part_model or ModelStore().load("part")
    answers = _answers_of(model, part_model, messages)
    seen, notes = _seen(_chain(model, part_model), messages)
    notes += _other_language(_chain(model, part_model))
    threshold = float(model.meta["threshold"])
    found = summarise(answers, model.name, model.model_id, threshold, len(messages), seen, notes)
    heard = answer_recognised(model, part_model, messages)
    if not heard.truth:
        return found
    n_heard = sum(message.recognised is not None for message in messages)
    also = summarise(heard, model.name, model.model_id, threshold, n_heard, seen, notes)
    return dataclasses.replace(found, recognised=also.to_dict())


def evaluate_tone(model: Model, data: Sequence[Path]) -> Evaluation:
    """How good a tone model is: one evaluation per axis, and their averages (accuracy and so on are means over the axes).

    Args:
        model: the tone model.
        data: label files with sound, or feature tables (.csv).

    Raises:
        TableError: a file has faults.
        TrainingError: nothing in it carries a tone label.
    """
    table = delivery_table.read_table(data)
    axes: dict[str, Evaluation] = {}
    for axis in model.meta["axes"]:
        rows = np.flatnonzero(~np.isnan(table.labels[axis]))
        if not len(rows):
            continue
        p = delivery.axis_probability(model, axis, table.x[rows])
        truth = ["high" if v else "low" for v in table.labels[axis][rows]]
        guess = ["high" if v >= 0.5 else "low" for v in p]
        answers = Answers(truth, guess, np.maximum(p, 1 - p).tolist(), [table.groups[i] for i in rows], ("low", "high"))
        axes[axis] = summarise(answers, axis, model.model_id, 0.0, len(rows))
    if not axes:
        raise TrainingError(f"There is nothing to evaluate {model.model_id} on: no message carries a tone label.")
    return combine(model.model_id, axes, [table.key(i) for i in range(len(table.x))], model.meta.get("trained_on", ()))


def compare_models(a: Model, b: Model, data: Sequence[Path], part_model: Model | None = None) -> dict[str, Any]:
    """Is the difference between two models real? Both answer the same messages; reps are drawn in pairs.

    Args:
        a: one model.
        b: another of the same name.
        data: label files; for tone also feature tables (.csv).
        part_model: for approach only; the current part model by default.

    Returns:
        ``{"a", "b": model ids, "n", "groups", "n_seen", "notes", "scores": {score: {a, b, difference, ci, p, real}}}``.

    Raises:
        TrainingError: the models are of different kinds, or fewer than two reps are in the data.
        TableError: a file has faults.
    """
    if a.name != b.name:
        raise TrainingError(f"{a.model_id} and {b.model_id} are models of different things. Compare two {a.name} models.")
    messages = [] if a.name == "tone" else read_labelled_messages(data)
    if a.name == "approach":
        part_model = part_model or ModelStore().load("part")
    if a.name == "tone":
        pairs = delivery.answers_of_both(a, b, data)
    else:
        one, two = _answers_of(a, part_model, messages), _answers_of(b, part_model, messages)
        pairs = (list(one.truth), list(one.guess), list(two.guess), list(one.groups))
    truth, guess_a, guess_b, groups = pairs
    labels = sorted(set(truth) | set(guess_a) | set(guess_b))
    names, counts_a = metrics.group_counts(truth, guess_a, groups, labels)
    _, counts_b = metrics.group_counts(truth, guess_b, groups, labels)
    if len(names) < 2:
        raise TrainingError(f"The data hold {len(names)} rep(s); a difference needs at least two.")
    chains = [] if a.name == "tone" else [_chain(model, part_model) for model in (a, b)]
    known = [(chain[0].model_id, *_seen(chain, messages)) for chain in chains]
    return plain(
        {
            "a": a.model_id, "b": b.model_id, "n": len(truth), "groups": len(names),
            "n_seen": max((seen for _, seen, _ in known), default=0),
            "notes": [f"{model_id}: {note}" for model_id, _, notes in known for note in notes],
            "scores": metrics.paired(counts_a, counts_b),
        }
    )  # fmt: skip


def answer_parts(model: Model, messages: Sequence[LabelledMessage]) -> Answers:
    """The labels that a part model gives to the labelled cuts.

    Args:
        model: the part model.
        messages: those without a part for each sentence are left out.
    """
    usable = [m for m in messages if m.sentences and all(s.part for s in m.sentences)]
    made = [versions(message)["given"] for message in usable]
    out = Answers([], [], [], [], _all_parts(model))
    each = part_probabilities_of([version.clauses for version in made], model, cuts="given")
    for message, version, p in zip(usable, made, each, strict=True):
        path = part_path(p, model, cuts="given")
        out.truth.extend(version.path)
        out.guess.extend(path)
        out.confidence.extend(float(p[i, parts_of(model).index(label)]) for i, label in enumerate(path))
        out.groups.extend([message.rep] * len(path))
    return out


def _all_parts(model: Model) -> tuple[str, ...]:
    """The parts that the model knows, then others that labels may have."""
    return tuple(dict.fromkeys((*parts_of(model), *known_parts())))


def answer_approach(model: Model, part_model: Model, messages: Sequence[LabelledMessage]) -> Answers:
    """The approaches that a model gives to messages, from their text alone.

    Args:
        model: the approach model.
        part_model: that labels the clauses first.
        messages: those without an approach are left out.
    """
    usable = [m for m in messages if m.approach]
    forced = approach_probabilities_of([recognised.cut(m.text) for m in usable], part_model, model)
    labels = approaches_of(model)
    return Answers(
        [str(m.approach) for m in usable],
        [labels[i] for i in forced.argmax(axis=1)],
        forced.max(axis=1).tolist(),
        [m.rep for m in usable],
        tuple(dict.fromkeys((*labels, *known_approaches()))),
    )


def answer_reason(model: Model, messages: Sequence[LabelledMessage]) -> Answers:
    """The kinds of reason that a model gives to messages, from their text alone.

    Args:
        model: the reason model.
        messages: those without a reason are left out.
    """
    usable = [m for m in messages if m.reason]
    if not usable:
        return Answers([], [], [], [], REASONS)
    found = reason_probabilities(reason_rows([recognised.cut(m.text) for m in usable]), model)
    return Answers(
        [str(m.reason) for m in usable],
        [REASONS[i] for i in found.argmax(axis=1)],
        found.max(axis=1).tolist(),
        [m.rep for m in usable],
        REASONS,
    )


def answer_recognised(model: Model, part_model: Model | None, messages: Sequence[LabelledMessage]) -> Answers:
    """The labels that a model gives to messages as a recogniser wrote them.

    Args:
        model: of parts, approaches or reasons.
        part_model: for approach only; the current part model by default.
        messages: those without recognised text are left out.
    """
    heard = [m for m in messages if m.recognised is not None]
    texts = [dataclasses.replace(m, sentences=(Sentence(m.recognised or "", None),)) for m in heard]
    if model.name == "reason":
        return answer_reason(model, texts)
    if model.name == "approach":
        return answer_approach(model, part_model or ModelStore().load("part"), texts)
    out = Answers([], [], [], [], (*_all_parts(model), recognised.MISSED))
    for message in heard:
        if message.sentences and all(s.part for s in message.sentences):
            truth, guess, confidence = recognised.answer_parts(model, message, message.recognised or "")
            out.truth.extend(truth)
            out.guess.extend(guess)
            out.confidence.extend(confidence)
            out.groups.extend([message.rep] * len(truth))
    return out


def _answers_of(model: Model, part_model: Model | None, messages: Sequence[LabelledMessage]) -> Answers:
    if model.name == "part":
        return answer_parts(model, messages)
    if model.name == "approach":
        return answer_approach(model, part_model or ModelStore().load("part"), messages)
    if model.name == "reason":
        return answer_reason(model, messages)
    raise TrainingError(f"Model {model.model_id} is none of part, approach, tone and reason, so it cannot be evaluated here.")


def _chain(model: Model, part_model: Model | None) -> list[Model]:
    """The models that an answer rests on: an approach rests on the parts under it."""
    return [model, part_model] if model.name == "approach" and part_model is not None else [model]


def _other_language(chain: Sequence[Model]) -> list[str]:
    """What to say of models that read another language than that which the file of own classes declares."""
    own = declared_classes()
    if own is NONE_OWN:
        return []
    return [
        f"{model.model_id} reads {language_of(model)}, and your classes are for {own.language}: "
        "in use it does not judge such messages"
        for model in chain
        if language_of(model) != own.language
    ]


def _seen(chain: Sequence[Model], messages: Sequence[LabelledMessage]) -> tuple[int, list[str]]:
    """How many messages trained any of the models, word for word, and what to say of them and of reps that they know."""
    every: set[int] = set()
    notes = []
    for place, model in enumerate(chain):
        known = set(model.meta.get("trained_on", ()))
        reps = known_reps((message.rep for message in messages), model.meta.get("reps", ()))
        seen = {i for i, message in enumerate(messages) if message.key in known}
        by_known = sum(message.rep in reps for i, message in enumerate(messages) if i not in seen)
        every |= seen
        whose = f" of {model.model_id}, on which this rests" if place else ""
        if seen:
            notes.append(
                f"{len(seen)} of {len(messages)} messages were in the training data{whose}: these numbers are too good"
            )
        if by_known:
            notes.append(
                f"{by_known} of {len(messages)} messages are by reps of the training data{whose}: reps it never met are harder"
            )
    return len(every), notes
