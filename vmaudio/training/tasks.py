"""Parts and approaches as problems to learn: messages in, rows and labels out, split by rep.

A task knows how to turn messages into rows for a given split. Approach rows rest on predicted parts, and so each split
predicts the parts of its training messages by inner folds, and those of its test messages by a part model that has seen
none of them.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from vmaudio.classify import (
    CLAUSE_COLUMNS,
    ENGLISH,
    MESSAGE_COLUMNS,
    best_path,
    boosted,
    declared_classes,
    in_our_parts,
    known_approaches,
    known_parts,
    message_row,
    mixed,
    ordered_columns,
    transition_matrix,
)
from vmaudio.errors import TrainingError
from vmaudio.records import counted
from vmaudio.training import decoding, fitting, joining, recognition_errors
from vmaudio.training.labels import LabelledMessage
from vmaudio.training.pipelines import approach_pipeline, part_pipeline
from vmaudio.training.rows import FEWEST_REPS_OF_A_WORD, Candidate, Rows, check_labels, groups_of
from vmaudio.training.text_variants import Version, heard, versions

INNER_FOLDS = 3

PartModel = tuple[Any, joining.Joined, np.ndarray, np.ndarray]
"""What labels the clauses of approach rows: alone, in stretches, transitions, shares of the labels."""


class PartTask:
    """One row per clause.

    ``cuts`` "given": the annotator's, tested on the text as written, and learned from it and a copy with errors put in.
    "found": the program's own, which are finer, tested on what a recogniser wrote (``recognised`` in the label file; a copy
    with errors put in where there is none). They learn from the text as written, from what was recognised, and from two noisy
    copies: on 511 messages, macro F1 on recognised text is .64 without the recognised copy and .66 with it. "joined": whole
    pieces, of which `vmaudio.training.joining` makes stretches of found clauses; tested as "given". (Tried without
    gain: a second model over the scores of a clause and its neighbours, bigrams and more weight for the neighbours' words,
    shares of capitals and of rare words. Character n-grams gain .003 for twice the time.)

    The candidates are linear SVMs. Logistic regression is as good before calibration (macro F1 .84) and loses .04 by it:
    a sigmoid for each of sixteen classes undoes what the class weights did for the rare ones.

    Args:
        messages: labelled messages; those without a part for each sentence are left out.
        seed: of the errors that are put in.
        fewest_reps: that must say a word for the model to learn it.

    Raises:
        TrainingError: no message can be used, or there are fewer than five reps, or than two labels.
    """

    name = "part"
    columns: tuple[str, ...] = CLAUSE_COLUMNS
    candidates: tuple[Candidate, ...] = (
        Candidate("linear SVM, C 0.1", partial(part_pipeline, "svm", 0.1)),
        Candidate("linear SVM, C 0.3", partial(part_pipeline, "svm", 0.3)),
    )
    learns = MappingProxyType(
        {
            "given": ("given", "given_noisy"),
            "found": ("found", "found_noisy", "found_again", "heard"),
            "joined": ("given", "given_noisy", "heard_given"),
        }
    )

    def __init__(self, messages: Sequence[LabelledMessage], seed: int = 0, fewest_reps: int = FEWEST_REPS_OF_A_WORD) -> None:
        self.fewest_reps, self.own, self.labels = fewest_reps, declared_classes(), known_parts()
        usable = [m for m in messages if m.sentences and all(s.part for s in m.sentences)]
        if not usable:
            raise TrainingError("No message has a part for each of its sentences. Fill in 'part' and try again.")
        errors: dict[str, Any] = {"roles": {one.name: one.role for one in self.own.parts if one.role}}
        if self.own.language != ENGLISH:  # the words that are put in are English: only marks and words are lost
            errors |= {"wrong": 0.0, "names": 0.0}
        rng, more = np.random.default_rng(seed), np.random.default_rng(seed + 1)
        in_part = sum(message.in_part for message in messages)
        self.notes = (f"{counted(in_part, 'message')} labelled in part left out",) if in_part else ()
        self.messages = usable
        self.groups = groups_of(usable)
        self.versions: list[dict[str, Version]] = []
        for message in usable:
            noisy = versions(recognition_errors.with_recognition_errors(message, rng, **errors))
            again = versions(recognition_errors.with_recognition_errors(message, more, **errors), "found")
            several = {**versions(message), "found_noisy": noisy["found"], "given_noisy": noisy["given"]}
            self.versions.append({**several, "found_again": again["found"], **heard(message)})
        self._test_on("given")
        check_labels(self.y.tolist(), self.groups.tolist(), "part")

    def with_cuts(self, cuts: str) -> PartTask:
        """The same messages, tested on the other kind of cut; nothing is computed again.

        Args:
            cuts: "given", "found" or "joined".
        """
        other = copy.copy(self)
        other._test_on(cuts)
        return other

    def _test_on(self, cuts: str) -> None:
        self.cuts = cuts
        self.y = np.array([label for i in range(len(self.versions)) for label in self.tested(i).path])
        lengths = [len(self.tested(i).path) for i in range(len(self.versions))]
        self.row_message = np.repeat(np.arange(len(self.messages)), lengths)

    def tested(self, i: int) -> Version:
        """Message ``i`` as it is tested: what was recognised of it, where that is known, for the program's own cuts.

        Args:
            i: number of the message.
        """
        several = self.versions[i]
        return several.get("heard", several["found_noisy"]) if self.cuts == "found" else several["given"]

    def learned(self, i: int) -> list[Version]:
        """The versions of a message that are learned from.

        Args:
            i: number of the message.
        """
        return [self.versions[i][kind] for kind in self.learns[self.cuts] if kind in self.versions[i]]

    @property
    def size(self) -> int:
        """Rows that a fit on everything reads."""
        return sum(len(version.path) for i in range(len(self.versions)) for version in self.learned(i))

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        """Rows of messages to learn from, in all their versions, and of messages to test on.

        Args:
            train: numbers of messages to learn from.
            test: numbers of messages to test on.

        Returns:
            Rows to fit on, and rows (n, columns) of the tested messages.
        """
        x, y, groups = [], [], []
        for i in train:
            for version in self.learned(i):
                x.append(version.rows)
                y += version.path
                groups += [self.groups[i]] * len(version.path)
        tested = [self.tested(i).rows for i in test]
        empty = np.empty((0, len(self.columns)), dtype=object)
        return Rows(np.vstack(x), np.array(y), np.array(groups), self.fewest_reps), np.vstack(tested) if tested else empty

    def transitions(self, train: Sequence[int]) -> np.ndarray:
        """How labels follow one another in these messages, for this kind of cut.

        Args:
            train: numbers of messages.

        Returns:
            As `vmaudio.classify.transition_matrix`.
        """
        return transition_matrix([version.path for i in train for version in self.learned(i)], labels=self.labels)


class ApproachTask:
    """One row per message, from its text alone: the cuts are the program's, and the parts are predicted.

    Args:
        messages: labelled messages; those without an approach, or a part for each sentence, are left out.
        seed: of the errors that are put in.
        parts: the task of the parts, to be used again if it has the same messages.

    Raises:
        TrainingError: no message can be used, or there are fewer than five reps, or than two labels.
    """

    name = "approach"
    columns: tuple[str, ...] = MESSAGE_COLUMNS
    candidates: tuple[Candidate, ...] = (
        Candidate("linear SVM, C 0.1", partial(approach_pipeline, "svm", 0.1)),
        Candidate("linear SVM, C 0.03", partial(approach_pipeline, "svm", 0.03)),
    )
    learns = ("found", "found_noisy", "heard")

    def __init__(self, messages: Sequence[LabelledMessage], seed: int = 0, parts: PartTask | None = None) -> None:
        usable = [m for m in messages if m.sentences and m.approach and all(s.part for s in m.sentences)]
        if not usable:
            raise TrainingError("No message has an approach and a part for each sentence. Fill them in and try again.")
        self.messages = usable
        self.labels = known_approaches()
        shared = parts if parts is not None and parts.messages == usable else PartTask(usable, seed)
        self.parts = shared.with_cuts("found")
        self.groups = self.parts.groups
        self.y = np.array([str(m.approach) for m in usable])
        self.row_message = np.arange(len(usable))
        self._fitted: dict[tuple[int, ...], PartModel] = {}
        check_labels(self.y.tolist(), self.groups.tolist(), "approach")

    @property
    def size(self) -> int:
        """Rows that a fit on everything reads."""
        return self.parts.size

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        """Rows of messages to learn from, whose parts are predicted by inner folds, and of messages to test on.

        Args:
            train: numbers of messages to learn from.
            test: numbers of messages to test on.

        Returns:
            Rows to fit on, and rows (n, columns) of the tested messages.
        """
        rows, y, groups = [], [], []
        for inner, held in fitting.folds(self.y[train], self.groups[train], INNER_FOLDS):
            ways = self.parts.versions
            several = [(i, ways[i][kind]) for i in train[held] for kind in self.learns if kind in ways[i]]
            rows.append(self.rows([version for _, version in several], self.part_model(train[inner])))
            y += [self.y[i] for i, _ in several]
            groups += [self.groups[i] for i, _ in several]
        tested = np.empty((0, len(self.columns)), dtype=object)
        if len(test):
            tested = self.rows([self.parts.versions[i]["found"] for i in test], self.part_model(train))
        return Rows(np.vstack(rows), np.array(y), np.array(groups), self.parts.fewest_reps), tested

    def part_model(self, train: np.ndarray) -> PartModel:
        """A part model for program's cuts fitted on these messages only, with its transitions and the labels' shares; kept.

        Args:
            train: numbers of the messages.
        """
        key = tuple(train.tolist())
        if key not in self._fitted:
            rows, _ = self.parts.split(train, train[:0])
            labels = np.array([label for i in train for label in self.parts.tested(i).path])
            matrix = self.parts.transitions(train.tolist())
            model = fitting.calibrated(self.parts.candidates[0], rows, n_folds=fitting.QUICK_FOLDS)
            joined = joining.fit_joined(self.parts, train, self.parts.candidates[0], n_folds=fitting.QUICK_FOLDS)
            self._fitted[key] = (model, joined, matrix, decoding.shares_of(labels, self.parts.labels))
        return self._fitted[key]

    def rows(self, several: Sequence[Version], model: PartModel) -> np.ndarray:
        """The messages' rows, (n, columns), with parts predicted by a part model: all clauses in one go, as that is quick.

        Args:
            several: messages with their clauses.
            model: from `part_model`.
        """
        estimator, joined, matrix, shares = model
        names = self.parts.labels
        borders = np.cumsum([len(version.rows) for version in several])[:-1]
        together = estimator.predict_proba(np.vstack([version.rows for version in several]))
        in_order = ordered_columns(together, estimator.classes_.tolist(), names)
        each = np.split(mixed(in_order, joining.probabilities(several, joined, names), joined.about), borders)
        paths = [best_path(boosted(p, shares, decoding.DEFAULT_BOOST), matrix, decoding.DEFAULT_WEIGHT, names) for p in each]
        return np.vstack(
            [
                message_row(version.clauses, *in_our_parts(p, path, self.parts.own.parts))
                for version, p, path in zip(several, each, paths, strict=True)
            ]
        )
