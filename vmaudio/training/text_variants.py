"""The ways in which one labelled message may come: as written, with errors put in, as recognised; cut by a person or by the
program. Each holds the clauses, their rows and their labels.
"""

from __future__ import annotations

import itertools
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

    def words(self, parts: Sequence[str], path: Sequence[str]) -> list[tuple[str, str]]:
        """For each word that stands for a labelled piece: the piece's part, and the label of its clause.

        Args:
            parts: of the labelled pieces.
            path: a label for each clause.
        """
        of_word = {
            word: label
            for clause, label in zip(self.clauses, path, strict=True)
            for word in range(clause.first_word, clause.last_word + 1)
        }
        # a figure stands in a piece once for each of its digits
        return [
            (part, of_word[word])
            for part, words in zip(parts, self.words_of_piece, strict=True)
            for word in dict.fromkeys(words)
        ]

    def begins(self) -> list[int]:
        """For each clause but the first: 1 where another labelled piece begins with it, 0 where the same one goes on."""
        owner = {word: piece for piece, words in reversed(list(enumerate(self.words_of_piece))) for word in words}
        piece, pieces = owner[min(owner)] if owner else 0, []
        for clause in self.clauses:
            here = []
            for word in range(clause.first_word, clause.last_word + 1):
                piece = owner.get(word, piece)
                here.append(piece)
            pieces.append(max(dict.fromkeys(here), key=here.count))
        return [int(before != after) for before, after in itertools.pairwise(pieces)]

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


def heard(message: LabelledMessage) -> dict[str, Version]:
    """The message as a real recogniser wrote it, cut by the program ("heard") and where the labelled pieces begin
    ("heard_given"); nothing where it is not known, or nothing was heard.

    Args:
        message: labelled, with what was recognised.
    """
    text = message.recognised or ""
    made = recognised.cut(text)
    words_of = recognised.align([sentence.text for sentence in message.sentences], text)
    pieces = recognised.owners(words_of, text)
    if not made or not pieces:
        return {}
    runs = [list(run) for _, run in itertools.groupby(zip(separate_words(text), pieces, strict=True), key=lambda one: one[1])]
    _, _, given = clauses_from_pieces([" ".join(word for word, _ in run) for run in runs])
    owners = [str(message.sentences[number].part) for number in pieces]
    out = {}
    for name, clauses in (("heard", made), ("heard_given", given)):
        path = [_majority(owners[clause.first_word : clause.last_word + 1]) for clause in clauses]
        out[name] = Version(clauses, clause_rows(clauses), path, tuple(map(tuple, words_of)))
    return out


def _majority(labels: Sequence[str]) -> str:
    return max(dict.fromkeys(labels), key=list(labels).count)
