"""What a difference within reps needs of the messages, whatever their outcome: found once, and used for each outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from vmaudio.experiments.clusters import cells

LEAST_LENGTH = 1e-9
"""A column of which less than this is left, beside the others, is one of them."""


@dataclass(frozen=True, slots=True)
class Within:
    """The messages of reps who used both arms.

    Attributes:
        use: bool (n_messages,), which messages these are.
        group: their reps' numbers from 0 (n,).
        in_a: bool (n,), whether each is in arm a.
        columns: covariates that vary among them, by name, (n, n_columns) each.
        _found: what `own` found.
    """

    use: np.ndarray
    group: np.ndarray
    in_a: np.ndarray
    columns: dict[str, np.ndarray]
    _found: list[tuple[np.ndarray, np.ndarray, float]] = field(default_factory=list)

    def demeaned(self, values: np.ndarray) -> np.ndarray:
        """Columns without each rep's mean.

        Args:
            values: (n, n_columns).

        Returns:
            The same shape.
        """
        size = np.bincount(self.group)
        means = np.stack([np.bincount(self.group, weights=column) / size for column in values.T], axis=1)
        return np.asarray(values - means[self.group])

    def own(self) -> tuple[np.ndarray, np.ndarray, float]:
        """What of the arm the covariates do not explain, within reps.

        Returns:
            An orthonormal basis of the covariates (n, n_columns or fewer), what is left of the arm (n,), and the share of the
            arm's variation that this is.
        """
        if not self._found:
            arm = self.demeaned(self.in_a[:, None].astype(float))[:, 0]
            q = _basis(self.demeaned(np.hstack(list(self.columns.values()))))
            own = arm - q @ (q.T @ arm)
            self._found.append((q, own, float(own @ own) / float(arm @ arm)))
        return self._found[0]


def _basis(columns: np.ndarray) -> np.ndarray:
    """An orthonormal basis of columns (n, k): from their products, which takes a third of the time of a QR decomposition."""
    length = np.sqrt(np.einsum("nk,nk->k", columns, columns))
    own = length > LEAST_LENGTH * max(1.0, float(length.max(initial=0.0)))
    columns, length = columns[:, own], length[own]
    value, vector = np.linalg.eigh((columns.T @ columns) / np.outer(length, length))
    apart = value > LEAST_LENGTH
    return np.asarray(columns @ ((vector[:, apart] / np.sqrt(value[apart])) / length[:, None]))


Ready = Callable[[np.ndarray, np.ndarray, Mapping[str, np.ndarray] | None], Within | str]


def within(rep: np.ndarray, in_a: np.ndarray, covariates: Mapping[str, np.ndarray] | None = None) -> Within | str:
    """Find the messages that tell of a difference within reps.

    Args:
        rep: rep numbers from 0 (n_messages,); -1 where not known, and these messages are left out.
        in_a: bool (n_messages,), whether the message is in arm a.
        covariates: by name, columns of shape (n_messages, n_columns) without NaN.

    Returns:
        The messages, or the reason why there are none.
    """
    known = rep >= 0
    if not known.any():
        return "not estimable: the messages' reps are not known"
    group = np.full(len(rep), -1, dtype=int)
    group[known] = np.unique(rep[known], return_inverse=True)[1]
    n, _ = cells(group[known], in_a[known], np.zeros(int(known.sum())))
    both: np.ndarray = np.all(n > 0, axis=1)
    if not both.any():
        return "not estimable: no rep used both"
    use = known & both[np.maximum(group, 0)]
    columns = {name: values[use] for name, values in (covariates or {}).items()}
    columns = {name: varying for name, values in columns.items() if (varying := values[:, np.ptp(values, axis=0) > 0]).size}
    return Within(use, np.unique(group[use], return_inverse=True)[1], in_a[use], columns)
