"""The three things that are learned, in one form: messages in, rows and labels out, split by rep.

A task knows how to turn messages into rows for a given split. Approach rows rest on predicted parts, and so each split
predicts the parts of its training messages by inner folds, and those of its test messages by a part model that has seen
none of them.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from vmaudio.classify import (
    CLAUSE_COLUMNS,
    CLAUSE_CUES,
    CLAUSE_TEXTS,
    MESSAGE_COLUMNS,
    MESSAGE_CUES,
    MESSAGE_TEXTS,
    best_path,
    boosted,
    message_row,
    ordered_columns,
    transition_matrix,
)
from vmaudio.errors import TrainingError
from vmaudio.records import APPROACHES, PARTS
from vmaudio.training import recognition_errors
from vmaudio.training.labels import LabelledMessage
from vmaudio.training.text_variants import Version, heard, versions

INNER_FOLDS = 3
FEWEST_GROUPS = 5
MOST_REPS_OF_A_PERSON = 2
LARGEST_GROUP = 0.3


@dataclass(frozen=True)
class Candidate:
    """A pipeline that may be chosen: a name for the card, and a function that makes it unfitted."""

    name: str
    make: Callable[[], Any]


@dataclass(frozen=True)
class Rows:
    """Rows for a classifier: ``x`` (n, columns), ``y`` (n,) labels, ``groups`` (n,) one per rep, never split."""

    x: np.ndarray
    y: np.ndarray
    groups: np.ndarray


class Task(Protocol):
    """What training needs to know of one problem."""

    name: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    y: np.ndarray  # labels of the rows as they are judged
    row_message: np.ndarray  # index of each row's message
    groups: np.ndarray  # group of each message

    @property
    def size(self) -> int:
        """Rows that a fit on everything reads, to tell whether a second process pays."""

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        """Training rows of some messages (with noisy copies), and the rows of other messages as they are judged."""


def groups_of(messages: Sequence[LabelledMessage]) -> np.ndarray:
    """Number the groups that must not be split: messages of one rep, and reps who called the same person, belong together.

    A prospect of three or more reps is taken for a placeholder ("unknown", "front desk") and joins nobody. Where joining
    would leave fewer than five groups, or one with over three tenths of all messages, only the rep counts.
    """
    reps_of: dict[str, set[str]] = defaultdict(set)
    for message in messages:
        reps_of[message.prospect.strip().lower()].add(message.rep)
    parent = {message.rep: message.rep for message in messages}

    def root(rep: str) -> str:
        while parent[rep] != rep:
            rep = parent[rep]
        return rep

    for prospect, reps in reps_of.items():
        if prospect and len(reps) == MOST_REPS_OF_A_PERSON:
            one, two = sorted(reps)
            parent[root(two)] = root(one)
    joined = [root(message.rep) for message in messages]
    largest = max(Counter(joined).values(), default=0)
    own_largest = max(Counter(message.rep for message in messages).values(), default=0)
    if len(set(joined)) < FEWEST_GROUPS or largest > max(own_largest, LARGEST_GROUP * len(joined)):
        joined = [message.rep for message in messages]
    return np.unique(np.array(joined), return_inverse=True)[1]


def check(labels: Sequence[str], groups: Sequence[int], what: str) -> None:
    """Refuse labels that nothing honest can be learned from.

    Raises:
        TrainingError: fewer than five reps, or than two labels.
    """
    n_groups = len(set(groups))
    if n_groups < FEWEST_GROUPS:
        raise TrainingError(
            f"The labels come from {n_groups} rep(s) or circle(s) of reps with the same prospects. A model is judged on reps "
            f"that it has not heard, and that needs at least {FEWEST_GROUPS}. Label messages of more reps."
        )
    if len(set(labels)) < 2:
        raise TrainingError(f"All {what} labels are the same, so there is nothing to learn. Label messages of another kind.")


def _text(analyzer: str = "word", **options: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    if analyzer == "word":
        options.setdefault("token_pattern", r"[\w']+|\?")
    return TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, dtype=np.float32, **options)


def _measures() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())


def classifier(kind: str, c: float) -> Any:
    """A linear classifier with class weights: support vectors ("svm") or logistic regression ("logistic")."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    if kind == "svm":
        return LinearSVC(C=c, class_weight="balanced", dual=True, random_state=0, tol=1e-3, max_iter=5000)
    return LogisticRegression(C=c, class_weight="balanced", tol=1e-3, max_iter=2000)


def part_pipeline(kind: str, c: float, neighbours: float = 0.5) -> Any:
    """Words of the clause and of its neighbours, its place, and its cues; the weights put the blocks on one scale."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler

    first, cue, end = CLAUSE_TEXTS, CLAUSE_CUES, len(CLAUSE_COLUMNS)
    around = [("before", _text(min_df=3, max_features=600), 1), ("after", _text(min_df=3, max_features=600), 2)]
    blocks = ColumnTransformer(
        [
            ("words", _text(ngram_range=(1, 2), min_df=2, max_features=4000), 0),
            *(around if neighbours else []),
            ("place", _measures(), slice(first, cue)),
            ("cues", MaxAbsScaler(), slice(cue, end)),  # not centred, so that they stay sparse
        ],
        transformer_weights={"words": 1.0, "before": neighbours, "after": neighbours, "place": 0.3, "cues": 0.6}
        if neighbours
        else {"words": 1.0, "place": 0.3, "cues": 0.6},
    )
    return make_pipeline(blocks, classifier(kind, c))


def approach_pipeline(kind: str, c: float, cues: float = 0.6, measures: float = 0.3) -> Any:
    """Words of the message, words of what it is about, its parts and their order, and cues."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import MaxAbsScaler

    first, cue, end = MESSAGE_TEXTS, MESSAGE_CUES, len(MESSAGE_COLUMNS)
    blocks = ColumnTransformer(
        [
            ("words", _text(ngram_range=(1, 2), min_df=3, max_features=3000), 0),
            ("matter", _text(ngram_range=(1, 2), min_df=2, max_features=2000), 1),
            ("reason", _text(min_df=2, max_features=1000), 2),
            ("parts", _measures(), slice(first, cue)),
            ("cues", MaxAbsScaler(), slice(cue, end)),
        ],
        transformer_weights={"words": 1.0, "matter": 0.7, "reason": 0.7, "parts": measures, "cues": cues},
    )
    return make_pipeline(blocks, classifier(kind, c))


class PartTask:
    """One row per clause.

    ``cuts`` "given": the annotator's, judged on the text as written, and learned from it and a copy with errors put in.
    "found": the program's own, which are finer, judged on what a recogniser wrote (``recognised`` in the label file; a copy
    with errors put in where there is none). They learn from the text as written, from what was recognised, and from two noisy
    copies: on 511 messages, macro F1 on recognised text is .64 without the recognised copy and .66 with it. (Tried without
    gain: a second model over the scores of a clause and its neighbours, bigrams and more weight for the neighbours' words,
    shares of capitals and of rare words. Character n-grams gain .003 for twice the time.)

    The candidates are linear SVMs. Logistic regression is as good before calibration (macro F1 .84) and loses .04 by it:
    a sigmoid for each of sixteen classes undoes what the class weights did for the rare ones.
    """

    name = "part"
    labels: tuple[str, ...] = PARTS
    columns: tuple[str, ...] = CLAUSE_COLUMNS
    candidates: tuple[Candidate, ...] = (
        Candidate("linear SVM, C 0.1", partial(part_pipeline, "svm", 0.1)),
        Candidate("linear SVM, C 0.3", partial(part_pipeline, "svm", 0.3)),
    )
    learns = MappingProxyType({"given": ("given", "given_noisy"), "found": ("found", "found_noisy", "found_again", "heard")})

    def __init__(self, messages: Sequence[LabelledMessage], seed: int = 0) -> None:
        usable = [m for m in messages if m.sentences and all(s.part for s in m.sentences)]
        if not usable:
            raise TrainingError("No message has a part for each of its sentences. Fill in 'part' and try again.")
        rng, more = np.random.default_rng(seed), np.random.default_rng(seed + 1)
        self.messages = usable
        self.groups = groups_of(usable)
        self.versions: list[dict[str, Version]] = []
        for message in usable:
            noisy = versions(recognition_errors.with_recognition_errors(message, rng))
            again = versions(recognition_errors.with_recognition_errors(message, more), "found")
            several = {**versions(message), "found_noisy": noisy["found"], "given_noisy": noisy["given"]}
            real = heard(message)
            self.versions.append({**several, "found_again": again["found"], **({"heard": real} if real else {})})
        self._judge("given")
        check(self.y.tolist(), self.groups.tolist(), "part")

    def with_cuts(self, cuts: str) -> PartTask:
        """The same messages, judged on the other kind of cut; nothing is computed again."""
        other = copy.copy(self)
        other._judge(cuts)
        return other

    def _judge(self, cuts: str) -> None:
        self.cuts = cuts
        self.y = np.array([label for i in range(len(self.versions)) for label in self.judged(i).path])
        lengths = [len(self.judged(i).path) for i in range(len(self.versions))]
        self.row_message = np.repeat(np.arange(len(self.messages)), lengths)

    def judged(self, i: int) -> Version:
        """Message ``i`` as it is judged: what was recognised of it, where that is known, for the program's own cuts."""
        several = self.versions[i]
        return several["given"] if self.cuts == "given" else several.get("heard", several["found_noisy"])

    def learned(self, i: int) -> list[Version]:
        """The ways of message ``i`` that are learned from."""
        return [self.versions[i][kind] for kind in self.learns[self.cuts] if kind in self.versions[i]]

    @property
    def size(self) -> int:
        return sum(len(version.path) for i in range(len(self.versions)) for version in self.learned(i))

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        x, y, groups = [], [], []
        for i in train:
            for version in self.learned(i):
                x.append(version.rows)
                y += version.path
                groups += [self.groups[i]] * len(version.path)
        judged = [self.judged(i).rows for i in test]
        empty = np.empty((0, len(self.columns)), dtype=object)
        return Rows(np.vstack(x), np.array(y), np.array(groups)), np.vstack(judged) if judged else empty

    def transitions(self, train: Sequence[int]) -> np.ndarray:
        """How labels follow one another in these messages, for this kind of cut."""
        ways = [version for i in train for version in self.learned(i)]
        return transition_matrix([version.path for version in ways])


class ApproachTask:
    """One row per message, from its text alone: the cuts are the program's, and the parts are predicted."""

    name = "approach"
    labels: tuple[str, ...] = APPROACHES
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
        shared = parts if parts is not None and parts.messages == usable else PartTask(usable, seed)
        self.parts = shared.with_cuts("found")
        self.groups = self.parts.groups
        self.y = np.array([str(m.approach) for m in usable])
        self.row_message = np.arange(len(usable))
        self._fitted: dict[tuple[int, ...], tuple[Any, np.ndarray, np.ndarray]] = {}
        check(self.y.tolist(), self.groups.tolist(), "approach")

    @property
    def size(self) -> int:
        return self.parts.size

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        from vmaudio.training import fitting

        rows, y, groups = [], [], []
        for inner, held in fitting.folds(self.y[train], self.groups[train], INNER_FOLDS):
            ways = self.parts.versions
            several = [(i, ways[i][kind]) for i in train[held] for kind in self.learns if kind in ways[i]]
            rows.append(self.rows([version for _, version in several], self.part_model(train[inner])))
            y += [self.y[i] for i, _ in several]
            groups += [self.groups[i] for i, _ in several]
        judged = np.empty((0, len(self.columns)), dtype=object)
        if len(test):
            judged = self.rows([self.parts.versions[i]["found"] for i in test], self.part_model(train))
        return Rows(np.vstack(rows), np.array(y), np.array(groups)), judged

    def part_model(self, train: np.ndarray) -> tuple[Any, np.ndarray, np.ndarray]:
        """A part model for program's cuts fitted on these messages only, with its transitions and the labels' shares; kept."""
        from vmaudio.training import fitting

        key = tuple(train.tolist())
        if key not in self._fitted:
            rows, _ = self.parts.split(train, train[:0])
            labels = np.array([label for i in train for label in self.parts.judged(i).path])
            matrix = self.parts.transitions(train.tolist())
            model = fitting.calibrated(self.parts.candidates[0], rows, n_folds=fitting.QUICK_FOLDS)
            self._fitted[key] = (model, matrix, fitting.shares_of(labels))
        return self._fitted[key]

    def rows(self, several: Sequence[Version], model: tuple[Any, np.ndarray, np.ndarray]) -> np.ndarray:
        """The messages' rows, (n, columns), with parts predicted by a part model: all clauses in one go, as that is quick."""
        from vmaudio.training import fitting

        estimator, matrix, shares = model
        borders = np.cumsum([len(version.rows) for version in several])[:-1]
        together = estimator.predict_proba(np.vstack([version.rows for version in several]))
        in_order = ordered_columns(together, estimator.classes_.tolist(), PARTS)
        each = np.split(in_order, borders)
        return np.vstack(
            [
                message_row(
                    version.clauses,
                    p,
                    best_path(boosted(p, shares, fitting.DEFAULT_BOOST), matrix, fitting.DEFAULT_WEIGHT),
                )
                for version, p in zip(several, each, strict=True)
            ]
        )
