"""What a message gives as its reason to call back, as a problem to learn: messages in, rows and labels out, split by rep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from vmaudio.classify import EMPTY, REASON_COLUMNS, reason_rows
from vmaudio.errors import TrainingError
from vmaudio.records import REASONS
from vmaudio.training import recognised
from vmaudio.training.labels import LabelledMessage
from vmaudio.training.pipelines import reason_pipeline
from vmaudio.training.rows import FEWEST_REPS_OF_A_WORD, Candidate, Rows, check_labels, groups_of

_SURE = (0.5, 0.6, 0.7, 0.8, 0.9)


class ReasonTask:
    """One row per message, from its text alone; learned as written and, where it is known, as a recogniser wrote it.

    Args:
        messages: labelled messages; those without a reason are left out.
        fewest_reps: that must say a word for the model to learn it.

    Raises:
        TrainingError: no message can be used, or there are fewer than five reps, or than two labels.
    """

    name = "reason"
    columns: tuple[str, ...] = REASON_COLUMNS
    labels: tuple[str, ...] = REASONS
    candidates: tuple[Candidate, ...] = (
        Candidate("logistic regression, C 10", partial(reason_pipeline, 10.0)),
        Candidate("logistic regression, C 3", partial(reason_pipeline, 3.0)),
    )

    def __init__(self, messages: Sequence[LabelledMessage], fewest_reps: int = FEWEST_REPS_OF_A_WORD) -> None:
        usable = [message for message in messages if message.reason and message.text.strip()]
        if not usable:
            raise TrainingError("No message has a reason. Fill in 'reason' and try again.")
        self.fewest_reps, self.messages = fewest_reps, usable
        self.groups = groups_of(usable)
        self.y = np.array([str(message.reason) for message in usable])
        self.row_message = np.arange(len(usable))
        self._written = reason_rows([recognised.cut(message.text) for message in usable])
        self._heard = reason_rows([recognised.cut(message.recognised or "") for message in usable])
        check_labels(self.y.tolist(), self.groups.tolist(), "reason")

    @property
    def size(self) -> int:
        """Rows that a fit on everything reads."""
        return len(self.y) + int((self._heard[:, 0] != "").sum())

    def split(self, train: np.ndarray, test: np.ndarray) -> tuple[Rows, np.ndarray]:
        """Rows of messages to learn from, as written and as recognised, and of messages to test on, as written.

        Args:
            train: numbers of messages to learn from.
            test: numbers of messages to test on.

        Returns:
            Rows to fit on, and rows (n, columns) of the tested messages.
        """
        heard = train[self._heard[train, 0] != ""]
        both = np.concatenate([train, heard])
        x = np.vstack([self._written[train], self._heard[heard]])
        return Rows(x, self.y[both], self.groups[both], self.fewest_reps), self._written[test]

    def emptiness(self, probabilities: np.ndarray) -> Mapping[str, Mapping[str, float]]:
        """How well messages are told that give no reason (`vmaudio.classify.EMPTY`) from those that do.

        Args:
            probabilities: (n, len(REASONS)), out of fold.

        Returns:
            By least probability of the two together: precision, recall and n of the messages that reach it.
        """
        sure = probabilities[:, [REASONS.index(kind) for kind in EMPTY]].sum(axis=1)
        empty = np.isin(self.y, EMPTY)
        found = {}
        for least in _SURE:
            here = sure >= least
            found[f"{least:g}"] = {
                "precision": float(empty[here].mean()) if here.any() else float("nan"),
                "recall": float((here & empty).sum() / max(1, empty.sum())),
                "n": int(here.sum()),
            }
        return found
