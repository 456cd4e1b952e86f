"""Evaluating on recognised text, whose words and cuts are not those that were labelled.

The recognised words are aligned with the labelled ones (longest common runs; what lies between them is matched in
proportion). A labelled piece is answered by the part that most of its aligned words were given; a piece of which no word was
recognised counts as missed, and so as wrong.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import numpy as np

from vmaudio.classify import Model, part_path, part_probabilities, parts_of
from vmaudio.records import Clause
from vmaudio.text import SPOKEN_DIGITS, find_entities, separate_words, split_clauses, transcript_from_text
from vmaudio.training.labels import LabelledMessage

MISSED = "missed"
"""The answer for a piece of which nothing was recognised."""


def cut(text: str) -> tuple[Clause, ...]:
    """Clauses of a text as the program cuts it; times are made up.

    Args:
        text: of a message.
    """
    transcript = transcript_from_text(text)
    return split_clauses(transcript, find_entities(transcript))


def align(pieces: Sequence[str], text: str) -> list[list[int]]:
    """Align labelled pieces with what was recognised.

    Figures count digit by digit, so that "303-555" meets "three zero three, five five five".

    Args:
        pieces: the labelled texts of a message, in order.
        text: as recognised.

    Returns:
        For each piece the indices of the recognised words (of `vmaudio.text.separate_words`) that stand in its place.
    """
    truth = [(token, i) for i, piece in enumerate(pieces) for word in separate_words(piece) for token in _tokens(word)]
    heard = [(token, j) for j, word in enumerate(separate_words(text)) for token in _tokens(word)]
    found: list[list[int]] = [[] for _ in pieces]
    matcher = difflib.SequenceMatcher(None, [token for token, _ in truth], [token for token, _ in heard], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind in ("equal", "replace"):
            for j in range(c, d):
                i = a + min(b - a - 1, (j - c) * (b - a) // (d - c))
                found[truth[i][1]].append(heard[j][1])
    return found


def owners(aligned: Sequence[Sequence[int]], text: str) -> list[int]:
    """The labelled piece that each recognised word stands for.

    A word that stands for nothing belongs to the piece of the word before it.

    Args:
        aligned: from `align`.
        text: as recognised.

    Returns:
        A number of a piece for each word; empty where no word stands for anything.
    """
    owner = {word: number for number, words in reversed(list(enumerate(aligned))) for word in words}
    if not owner:
        return []
    found = [owner[min(owner)]]
    for word in range(len(separate_words(text))):
        found.append(owner.get(word, found[-1]))
    return found[1:]


def _tokens(word: str) -> list[str]:
    bare = re.sub(r"[^\w]", "", word.lower())
    if bare in SPOKEN_DIGITS:
        return [SPOKEN_DIGITS[bare]]
    return list(bare) if bare.isdigit() else [bare] if bare else []


def answer_parts(model: Model, message: LabelledMessage, text: str) -> tuple[list[str], list[str], list[float]]:
    """Truth, answer and confidence for each labelled piece of a message, given what was recognised of it.

    Args:
        model: the part model.
        message: with a part for each sentence.
        text: as recognised.
    """
    made = cut(text)
    probabilities = part_probabilities(made, model)
    path = part_path(probabilities, model)
    label_of: dict[int, tuple[str, float]] = {}
    for i, clause in enumerate(made):
        confidence = float(probabilities[i, parts_of(model).index(path[i])])
        for word in range(clause.first_word, clause.last_word + 1):
            label_of[word] = path[i], confidence
    answers, confidences = [], []
    for words in align([sentence.text for sentence in message.sentences], text):
        labels = [label_of[word] for word in words if word in label_of]
        names = [name for name, _ in labels]
        best = max(dict.fromkeys(names), key=names.count) if names else MISSED
        answers.append(best)
        confidences.append(float(np.mean([c for name, c in labels if name == best])) if names else 0.0)
    return [str(sentence.part) for sentence in message.sentences], answers, confidences
