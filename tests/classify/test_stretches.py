"""Clauses judged in stretches: every way of joining them counts by how likely it is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vmaudio.classify import CLAUSE_COLUMNS, ModelStore, clause_rows
from vmaudio.classify.parts import part_path, part_probabilities
from vmaudio.classify.stretches import cut_features, cut_probabilities, posteriors, stretch_rows, stretches
from vmaudio.text import clauses_from_pieces
from vmaudio.training.recognised import cut

TEXT = "Hi Dana, this is Tom from Acme. We can send you a free sample so that you can try it. Call me at 303-555-0126."


def test_the_posteriors_are_those_of_all_segmentations() -> None:
    """The forward-backward sums equal those over every way of cutting four clauses, written out one by one."""
    rng = np.random.default_rng(1)
    cuts = rng.uniform(0.1, 0.9, 3)
    spans = stretches(cuts, 4, 0.0)
    assert len(spans) == 4 + 3 + 2 + 1
    chances = dict(zip(spans, rng.dirichlet(np.ones(3), len(spans)), strict=True))
    expected, total = np.zeros((4, 3)), 0.0
    for ends in itertools.product((False, True), repeat=3):
        weight = float(np.prod([p if end else 1 - p for p, end in zip(cuts, ends, strict=True)]))
        begins = [0, *(i + 1 for i, end in enumerate(ends) if end), 4]
        total += weight
        for first, after in itertools.pairwise(begins):
            expected[first:after] += weight * chances[first, after - 1]
    np.testing.assert_allclose(posteriors(spans, np.array(list(chances.values())), cuts), expected / total, atol=1e-9)


def test_a_sure_cut_joins_nothing() -> None:
    """A stretch that holds a cut which is as good as sure is not looked at, nor one of more clauses than allowed."""
    assert stretches(np.array([0.99, 0.2]), 4, 0.1) == [(0, 0), (1, 1), (1, 2), (2, 2)]
    assert max(last - first for first, last in stretches(np.zeros(9), 3, 0.1)) == 2
    assert stretches(np.zeros(0), 4, 0.1) == [(0, 0)]


def test_rows_are_those_of_the_joined_clauses() -> None:
    """Where the likely cuts are the labelled ones, a stretch's row is the row of the whole piece among the others."""
    pieces = ["Hi", "Dana,", "this is Tom", "from Acme.", "We can send you a free sample so that you can try it.", "Call me."]
    _, _, whole = clauses_from_pieces(pieces)
    halves = [*pieces[:4], "We can send you a free sample", "so that you can try it.", pieces[5]]
    _, _, fine = clauses_from_pieces(halves)
    cuts = np.array([0.9, 0.9, 0.9, 0.9, 0.2, 0.9])
    spans = stretches(cuts, 4, 0.1)
    rows, expected = stretch_rows(fine, spans, cuts), clause_rows(whole)
    for piece, span in enumerate([(0, 0), (1, 1), (2, 2), (3, 3), (4, 5), (6, 6)]):
        row = rows[spans.index(span)]
        assert row[:3].tolist() == expected[piece, :3].tolist()
        for name, one, other in zip(CLAUSE_COLUMNS[3:], row[3:], expected[piece, 3:], strict=True):
            assert one == pytest.approx(other), (name, piece)


def test_cuts_by_their_features() -> None:
    """Weights of features add up to log-odds; one set of features for each cut."""
    made = cut(TEXT)
    assert len(cut_features(made)) == len(made) - 1
    found = cut_probabilities(made, -2.0, {"m stop": 4.0})
    stops = [clause.text.rstrip().endswith(".") for clause in made[:-1]]
    assert found == pytest.approx([1 / (1 + np.exp(-2 if stop else 2)) for stop in stops])


def test_without_stretches_a_model_answers_as_before() -> None:
    """A model that was trained before there were stretches labels clauses alone; a single clause has its part either way."""
    model = ModelStore().load("part")
    made = cut(TEXT)
    together = part_probabilities(made, model)
    assert together.sum(axis=1) == pytest.approx(np.ones(len(made)))
    assert part_path(part_probabilities(made[-1:], model), model) == ["number"]
    given = model.meta["sequence"]["found"]
    alone = {**model.meta, "sequence": {**model.meta["sequence"], "found": {k: v for k, v in given.items() if k != "joined"}}}
    older = type(model)(model.name, model.version, model.model_id, model.estimator, alone)
    assert not np.allclose(part_probabilities(made, older), together)
    assert part_path(part_probabilities(made, older), older)[0] == "greeting"
