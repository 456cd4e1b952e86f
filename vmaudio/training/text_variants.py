"""The ways in which one labelled message may come: as written, with errors put in, as recognised; cut by a person or by the
program. Each holds the clauses, their rows and their labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.classify import clause_rows
from vmaudio.records import Clause
from vmaudio.text import clauses_from_pieces, separate_words, split_clauses
from vmaudio.training import recognised
from vmaudio.training.labels import LabelledMessage


@dataclass(frozen=True)
class Version:
    """One way a message may come: its clauses, their part rows, their labels."""

    clauses: tuple[Clause, ...]
    rows: np.ndarray
    path: list[str]
    words_of_piece: tuple[tuple[int, ...], ...]
    """For each labelled piece the numbers of its words; the same for all cuts. Empty where nothing of it was recognised."""

    def answers(self, path: Sequence[str]) -> list[str]:
        """What a path of these clauses says of each labelled piece: the label that most of its words are given.

        Args:
            path: a label for each clause.
        """
        by_piece = self._by_piece(path, [0.0] * len(path))
        return [_majority([label for label, _ in words]) if words else recognised.MISSED for words in by_piece]

    def confidences(self, path: Sequence[str], confidence: Sequence[float], answers: Sequence[str]) -> list[float]:
        """Confidence in each piece's answer: the mean over its words that were given this label; 0 for a missed piece.

        Args:
            path: a label for each clause.
            confidence: of each label, 0 to 1.
            answers: for each piece, from `answers`.
        """
        by_piece = self._by_piece(path, confidence)
        sure = [[c for label, c in words if label == a] for words, a in zip(by_piece, answers, strict=True)]
        return [float(np.mean(one)) if one else 0.0 for one in sure]

    def _by_piece(self, path: Sequence[str], confidence: Sequence[float]) -> list[list[tuple[str, float]]]:
        of_word: dict[int, tuple[str, float]] = {}
        for clause, label, sure in zip(self.clauses, path, confidence, strict=True):
            for word in range(clause.first_word, clause.last_word + 1):
                of_word[word] = label, sure
        return [[of_word[word] for word in words] for words in self.words_of_piece]


def versions(message: LabelledMessage, *wanted: str) -> dict[str, Version]:
    """The message cut as labelled ("given") and as the program cuts it ("found"); both, or those that are wanted.

    A found clause has the part that most of its words carry.

    Args:
        message: labelled.
        wanted: "given", "found"; none means both.
    """
    transcript, entities, given = clauses_from_pieces([sentence.text for sentence in message.sentences])
    pieces = [number for number, sentence in enumerate(message.sentences) for _ in separate_words(sentence.text)]
    owners = [str(message.sentences[number].part) for number in pieces]
    words_of = [tuple(word for word, owner in enumerate(pieces) if owner == i) for i in range(len(message.sentences))]
    out = {}
    for cuts in wanted or ("given", "found"):
        made = given if cuts == "given" else split_clauses(transcript, entities)
        path = [_majority(owners[clause.first_word : clause.last_word + 1]) for clause in made]
        out[cuts] = Version(made, clause_rows(made), path, tuple(words_of))
    return out


def heard(message: LabelledMessage) -> Version | None:
    """The message as a real recogniser wrote it, cut by the program; None where that is not known or nothing was heard.

    Args:
        message: labelled, with what was recognised.
    """
    made = recognised.cut(message.recognised or "")
    if not made:
        return None
    text = message.recognised or ""
    words_of = recognised.align([sentence.text for sentence in message.sentences], text)
    owners = [str(message.sentences[number].part) for number in recognised.owners(words_of, text)]
    if not owners:
        return None
    path = [_majority(owners[clause.first_word : clause.last_word + 1]) for clause in made]
    return Version(made, clause_rows(made), path, tuple(map(tuple, words_of)))


def _majority(labels: Sequence[str]) -> str:
    return max(dict.fromkeys(labels), key=list(labels).count)
