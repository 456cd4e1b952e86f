"""Which recording is which call, all at once: the most probable assignment, and how probable each of its pairs is."""

from __future__ import annotations

import numpy as np

MOST_STEPS = 200
"""Steps of message passing; it converges on every bipartite graph (Williams & Lau 2014) and needs about ten here."""

CONVERGED = 1e-6


def pair_probabilities(left: np.ndarray, right: np.ndarray, weight: np.ndarray, n_left: int, n_right: int) -> np.ndarray:
    """How probable each pair is, where every recording and every call is in one pair at most.

    The weights multiply: an assignment is as likely as the product of its pairs' weights, and being in no pair has weight 1.
    Summing over all assignments is the permanent of a matrix; belief propagation gives it to within a few per cent where
    pairs are in doubt, and exactly where they are not (Williams & Lau 2014, IEEE Trans. Aerospace and Electronic Systems 50).

    Args:
        left: number of each pair's recording (n_pairs,).
        right: number of each pair's call (n_pairs,).
        weight: how much likelier the pair is than no pair for both (n_pairs,), above 0.
        n_left: recordings.
        n_right: calls.

    Returns:
        Probabilities (n_pairs,).
    """
    back = np.ones(len(weight))
    for _ in range(MOST_STEPS):
        offered = weight * back
        forth = weight / (1 + np.bincount(left, offered, n_left)[left] - offered)
        fresh = 1 / (1 + np.bincount(right, forth, n_right)[right] - forth)
        change = float(np.abs(fresh - back).max(initial=0.0))
        back = fresh
        if change < CONVERGED:
            break
    offered = weight * back
    found: np.ndarray = offered / (1 + np.bincount(left, offered, n_left)[left])
    return found


def best_assignment(left: np.ndarray, right: np.ndarray, weight: np.ndarray, n_left: int, n_right: int) -> np.ndarray:
    """The most probable assignment.

    Args:
        left: number of each pair's recording (n_pairs,).
        right: number of each pair's call (n_pairs,).
        weight: how much likelier the pair is than no pair (n_pairs,), above 0.
        n_left: recordings.
        n_right: calls.

    Returns:
        bool (n_pairs,), the pairs of the assignment.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    chosen = np.zeros(len(weight), dtype=bool)
    if not len(weight):
        return chosen
    gain = np.log(weight)
    top = float(max(gain.max(), 0.0)) + 1.0  # costs are above 0: a sparse matrix drops zeros
    alone = np.arange(n_left)  # every recording may also go with nobody
    rows = np.concatenate([left, alone])
    columns = np.concatenate([right, n_right + alone])
    costs = np.concatenate([top - gain, np.full(n_left, top)])
    matched = min_weight_full_bipartite_matching(csr_array((costs, (rows, columns)), shape=(n_left, n_right + n_left)))
    partner = np.full(n_left, -1)
    partner[matched[0]] = matched[1]
    chosen[:] = partner[left] == right
    return chosen
