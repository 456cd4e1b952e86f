"""Rows for a classifier, what a problem is to training, and the groups of messages that no split may separate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from vmaudio.errors import TrainingError
from vmaudio.training.labels import LabelledMessage

FEWEST_GROUPS = 5
MOST_REPS_OF_A_PERSON = 2
LARGEST_GROUP = 0.3
FEWEST_REPS_OF_A_WORD = 3
"""A word that fewer reps say stays out of a model's vocabulary: it may be a customer's name."""


@dataclass(frozen=True)
class Candidate:
    """A pipeline that may be chosen.

    Attributes:
        name: for the card.
        make: makes it, unfitted.
    """

    name: str
    make: Callable[[], Any]


@dataclass(frozen=True)
class Rows:
    """Rows for a classifier.

    Attributes:
        x: (n, columns).
        y: (n,) labels.
        groups: (n,) numbers, one per rep or circle of reps; never split.
        fewest_reps: that must say a word for a model to learn it; 1 learns every word, names too.
    """

    x: np.ndarray
    y: np.ndarray
    groups: np.ndarray
    fewest_reps: int = FEWEST_REPS_OF_A_WORD


class Task(Protocol):
    """What training needs to know of one problem."""

    name: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    y: np.ndarray  # labels of the rows that are tested
    row_message: np.ndarray  # index of each row's message
    groups: np.ndarray  # group of each message

    @property
    def size(self) -> int:
        """Rows that a fit on everything reads, to tell whether a second process pays."""

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        """Training rows of some messages (with noisy copies), and the rows of other messages to test on.

        Args:
            train: numbers of messages.
            test: numbers of other messages.
        """


def groups_of(messages: Sequence[LabelledMessage]) -> np.ndarray:
    """Number the groups that must not be split: messages of one rep, and reps who called the same person, belong together.

    A prospect of three or more reps is taken for a placeholder ("unknown", "front desk") and joins nobody. Where joining
    would leave fewer than five groups, or one with over three tenths of all messages, only the rep counts.

    Args:
        messages: with rep and prospect.

    Returns:
        (n_messages,) numbers of groups, from 0.
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


def check_labels(labels: Sequence[str], groups: Sequence[int], what: str) -> None:
    """Refuse labels that nothing honest can be learned from.

    Args:
        labels: of the rows.
        groups: of the messages.
        what: is labelled, for the message.

    Raises:
        TrainingError: fewer than five reps, or than two labels.
    """
    n_groups = len(set(groups))
    if n_groups < FEWEST_GROUPS:
        raise TrainingError(
            f"The labels come from {n_groups} rep(s) or circle(s) of reps with the same prospects. A model is tested on reps "
            f"that it has not heard, and that needs at least {FEWEST_GROUPS}. Label messages of more reps."
        )
    if len(set(labels)) < 2:
        raise TrainingError(f"All {what} labels are the same, so there is nothing to learn. Label messages of another kind.")
