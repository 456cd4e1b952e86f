"""What a message is made of: the parts of its clauses, their order, and the approach of the whole."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.classify.approach import choose, message_row, probabilities_of_rows
from vmaudio.classify.contact import contact_of
from vmaudio.classify.model_classes import approaches_of, in_our_parts, language_of, own_of, reads
from vmaudio.classify.model_folder import Model
from vmaudio.classify.options import STRUCTURE_OPTIONS, StructureOptions
from vmaudio.classify.own_classes import ENGLISH
from vmaudio.classify.parts import join_parts, number_parts, part_path, part_views_of
from vmaudio.records import Clause, Part, Structure, Transcript

_SELLING = frozenset({"company", "reason", "value", "offer", "proof", "next_step", "filler", "opt_out"})
"""Parts that only a sales message has. In one of another kind the part model, which knows sales messages, takes the nearest of
them ("company" for "my flight is two hours late"); there they are "other"."""


def label_structure(
    clauses: Sequence[Clause],
    transcript: Transcript,
    part_model: Model,
    approach_model: Model,
    options: StructureOptions = STRUCTURE_OPTIONS,
) -> Structure:
    """The parts and the approach of one message.

    ``approach_probabilities`` always holds the forced choice over all approaches, summing to 1. ``approach`` is its best
    label, or "unclear" where that is below the model's abstention threshold, where fewer than four words were said, where a
    pitch tells of somebody who sent the caller or of an earlier contact (`contact_of`), and where the language is none that
    both models read (ours read English). In a language that the part model does not read, parts are only the telephone numbers.
    A message without words is "other".

    Args:
        clauses: of the message, cut by the program.
        transcript: of it; its status and language count.
        part_model: for the clauses.
        approach_model: for the message.
        options: thresholds.

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    return label_many([clauses], [transcript], part_model, approach_model, options)[0]


def label_many(
    messages: Sequence[Sequence[Clause]],
    transcripts: Sequence[Transcript],
    part_model: Model,
    approach_model: Model,
    options: StructureOptions = STRUCTURE_OPTIONS,
) -> list[Structure]:
    """`label_structure` of many messages in one go: most of the time of a single one goes into calling the pipelines.

    Args:
        messages: the clauses of each.
        transcripts: of each.
        part_model: for the clauses.
        approach_model: for the messages.
        options: thresholds.

    Raises:
        ModelRefused: a model was trained on other columns than this version makes.
    """
    labels, own = approaches_of(approach_model), own_of(part_model).parts
    about = {one.name: one for one in own_of(approach_model).approaches}
    titles = {name: one.title for name, one in about.items()}
    roles = {name: one.role for name, one in about.items() if one.role}
    ids = (part_model.model_id, approach_model.model_id)
    language = "" if language_of(part_model) == ENGLISH else language_of(part_model)
    even = dict.fromkeys(labels, 1 / len(labels))
    out: list[Structure | None] = [None] * len(messages)
    for i, (clauses, transcript) in enumerate(zip(messages, transcripts, strict=True)):
        readable = reads(part_model, transcript)
        if transcript.status == "no_speech" or (not clauses and transcript.is_english and readable):
            chances = {name: float(name == "other") for name in labels}
            out[i] = Structure((), (), "other", chances, ids, approach_roles=roles)
        elif not readable or not clauses:
            found = number_parts(clauses)
            out[i] = Structure(found, _order(found), "unclear", even, ids, approach_roles=roles)
    rest = [i for i, done in enumerate(out) if done is None]
    each = part_views_of([messages[i] for i in rest], part_model)
    paths = [part_path(probabilities, part_model) for probabilities, _ in each]
    rows = [message_row(messages[i], *in_our_parts(p, path, own)) for i, (p, _), path in zip(rest, each, paths, strict=True)]
    forced = probabilities_of_rows(np.vstack(rows), approach_model) if rows else np.zeros((0, len(labels)))
    for i, (probabilities, highest), path, row in zip(rest, each, paths, forced, strict=True):
        parts = join_parts(messages[i], path, probabilities, options.may_be, own, highest)
        if not reads(approach_model, transcripts[i]):
            out[i] = Structure(parts, _order(parts), "unclear", even, ids, approach_roles=roles, language=language)
            continue
        chosen = choose(row, float(approach_model.meta["threshold"]), labels)
        few = sum(len(clause.model_text.split()) for clause in messages[i]) < options.fewest_words
        if few or (chosen == "pitch" and contact_of(transcripts[i].text)):
            chosen = "unclear"
        if chosen == "other" and "other" in labels and not roles.get("other"):
            path = ["other" if label in _SELLING else label for label in path]
            parts = join_parts(messages[i], path, probabilities, options.may_be, own, highest)
        chances, title = dict(zip(labels, row.tolist(), strict=True)), titles.get(chosen, "")
        out[i] = Structure(parts, _order(parts), chosen, chances, ids, title, roles, language)
    return [one for one in out if one is not None]


def _order(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.label for part in parts))
