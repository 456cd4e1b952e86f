"""Parts and approach: rows, decoding, and how the shipped models behave on odd messages."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra import numpy as hnp

from vmaudio.classify import Model, ModelStore
from vmaudio.classify.approach import (
    MESSAGE_COLUMNS,
    MESSAGE_CUES,
    MESSAGE_TEXTS,
    approach_probabilities,
    approach_probabilities_of,
    message_row,
)
from vmaudio.classify.part_rows import CLAUSE_COLUMNS, CLAUSE_CUES, CLAUSE_TEXTS, END, START, clause_rows
from vmaudio.classify.parts import (
    part_probabilities,
    part_probabilities_of,
)
from vmaudio.classify.sequence import best_path, transition_matrix
from vmaudio.classify.structure import label_structure
from vmaudio.errors import ModelRefused
from vmaudio.records import APPROACHES, PARTS, Clause, Structure, Transcript
from vmaudio.text.clauses.split import split_clauses, transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.training.recognised import cut
from vmaudio.training.recognition_errors import insert_word, unpunctuated

SHIPPED = Path(__file__).resolve().parents[2] / "models"
SAMPLES = Path(__file__).resolve().parents[2] / "samples"

MESSAGE = (
    "Hi Dana, this is Tom Becker from Acme Plumbing. I saw that your second shop opened on Main Street last week. "
    "Please call me back at 303-555-0126. Again, 303-555-0126. Thanks, bye."
)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, Model]:
    store = ModelStore(tmp_path_factory.mktemp("user"), SHIPPED)
    return store.load("part"), store.load("approach")


def judged(text: str, models: tuple[Model, Model], language: str = "en") -> Structure:
    transcript = dataclasses.replace(transcript_from_text(text), language=language)
    return label_structure(split_clauses(transcript, find_entities(transcript)), transcript, *models)


def forced(text: str, models: tuple[Model, Model]) -> np.ndarray:
    return np.array(list(judged(text, models).approach_probabilities.values()))


def clause(text: str) -> Clause:
    return Clause(text, 0.0, 1.0, 0, 0, model_text=text)


def test_a_plain_message(models: tuple[Model, Model]) -> None:
    """The parts of an ordinary message are found, in order of time, with their probabilities."""
    found = judged(MESSAGE, models)
    for label in ("identity", "company", "reason", "ask", "number", "closing"):
        assert label in found.order, found.order
    assert found.order.index("identity") < found.order.index("number") < found.order.index("closing")
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(found.parts, found.parts[1:], strict=False))
    assert all(a.label != b.label for a, b in zip(found.parts, found.parts[1:], strict=False)), "neighbours are joined"
    assert all(0 < part.probability <= 1 for part in found.parts)
    assert " ".join(part.text for part in found.parts).split() == MESSAGE.split()
    assert found.model_ids == (models[0].model_id, models[1].model_id)


@pytest.mark.parametrize(
    ("text", "approach"),
    [
        ("Hello, this is an automated message. Your account has been suspended. Press one to speak to an agent.", "robocall"),
        ("Hi Dana, Tom Becker. Give me a call when you get a minute, 303-555-0126.", "curiosity"),
        (
            "Hello, this is Tom Becker from Acme. We need forty uniforms by Friday, what would you charge, and do you have "
            "them in stock? Call me at 303-555-0126.",
            "inquiry",
        ),
    ],
)
def test_approaches(models: tuple[Model, Model], text: str, approach: str) -> None:
    """Clear cases of an approach are the best of the forced choice."""
    found = judged(text, models)
    assert max(found.approach_probabilities, key=found.approach_probabilities.__getitem__) == approach


def test_forced_choice_is_always_full(models: tuple[Model, Model]) -> None:
    """The probabilities cover every approach and sum to one, whatever was said."""
    for text in ("", "Hello", "bye", MESSAGE, "la " * 300):
        found = judged(text, models)
        assert tuple(found.approach_probabilities) == APPROACHES
        assert sum(found.approach_probabilities.values()) == pytest.approx(1)
        assert found.approach in (*APPROACHES, "unclear")


def test_nothing_said(models: tuple[Model, Model]) -> None:
    """Silence has no parts and is "other" for certain; every essential part is missing."""
    found = judged("", models)
    assert (found.parts, found.order, found.approach) == ((), (), "other")
    assert len(found.missing) == 5


@pytest.mark.parametrize("text", ["Hello", "Bye now", "303-555-0126", "um"])
def test_a_word_or_two(models: tuple[Model, Model], text: str) -> None:
    """A message of one or two words has no approach to speak of."""
    assert judged(text, models).approach == "unclear"


def test_another_language(models: tuple[Model, Model]) -> None:
    """Of a message in a language that the models do not know only the numbers are parts; the approach is unclear."""
    found = judged("Guten Tag, rufen Sie mich bitte an unter 303-555-0126, ich wiederhole 303-555-0126.", models, "de")
    assert found.approach == "unclear"
    assert set(found.order) <= {"number", "number_repeat"}
    assert "number" in found.order
    unwritten = label_structure((), Transcript("speech", "es", "", (), "text"), *models)
    assert (unwritten.parts, unwritten.approach) == ((), "unclear")


def test_no_repeat_without_a_number(models: tuple[Model, Model]) -> None:
    """The first number is never a repeat, even where the words say so."""
    found = judged("Hi Dana, Tom here. Once again, that number again is 303-555-0126.", models)
    assert "number_repeat" not in found.order or found.order.index("number") < found.order.index("number_repeat")


def test_one_word_more_changes_little(models: tuple[Model, Model]) -> None:
    """An irrelevant word put anywhere into messages that trained nothing hardly moves their approach's probabilities."""
    rng = np.random.default_rng(0)
    moved, flipped = [], []
    for path in sorted(SAMPLES.glob("*.json")):
        text = json.loads(path.read_text(encoding="utf-8")).get("text") or ""
        if len(text.split()) < 8:
            continue
        before = forced(text, models)
        for word in ("actually", "really"):
            after = forced(insert_word(text, rng, word), models)
            moved.append(np.abs(after - before).max())
            flipped.append(after.argmax() != before.argmax())
    assert len(moved) >= 20
    assert np.median(moved) <= 0.05
    assert np.quantile(moved, 0.9) <= 0.25
    assert np.mean(flipped) <= 0.1


def test_without_punctuation(models: tuple[Model, Model]) -> None:
    """Recognised text without marks and capitals still gives the essential parts."""
    assert {"identity", "ask", "number"} <= set(judged(unpunctuated(MESSAGE), models).order)


def test_columns_match_the_rows() -> None:
    """Rows are as wide as their list of columns, text first, and the numbers are finite."""
    made = [clause("hi"), clause("call me at xphonex"), clause("bye")]
    rows = clause_rows(made)
    assert rows.shape == (3, len(CLAUSE_COLUMNS))
    assert list(rows[:, 0]) == ["hi", "call me at xphonex", "bye"]
    assert list(rows[:, 1]) == [START, "hi", "call me at xphonex"]
    assert list(rows[:, 2]) == ["call me at xphonex", "bye", END]
    assert np.isfinite(rows[:, CLAUSE_TEXTS:].astype(float)).all()
    column = CLAUSE_COLUMNS.index("phones_before")
    assert rows[:, column].tolist() == [0.0, 0.0, 1.0]
    row = message_row(made, np.full((3, len(PARTS)), 1 / len(PARTS)), ["greeting", "ask", "closing"])
    assert row.shape == (1, len(MESSAGE_COLUMNS))
    assert np.isfinite(row[0, MESSAGE_TEXTS:].astype(float)).all()
    assert CLAUSE_COLUMNS[CLAUSE_CUES].startswith("cue_")
    assert MESSAGE_COLUMNS[MESSAGE_CUES].startswith("cue_")


def test_transitions_count() -> None:
    """The matrix holds the shares of what follows what; the last row starts a message, the last column ends it."""
    matrix = transition_matrix([["greeting", "ask"], ["greeting", "closing"]], smoothing=0)
    greeting, ask = PARTS.index("greeting"), PARTS.index("ask")
    assert matrix[len(PARTS), greeting] == pytest.approx(1)
    assert matrix[greeting, ask] == pytest.approx(0.5)
    assert matrix[ask, len(PARTS)] == pytest.approx(1)


def test_decode_uses_what_follows_what() -> None:
    """An undecided clause takes the label that fits between its neighbours, when the matrix has weight."""
    matrix = transition_matrix([["identity", "company", "ask"]] * 50)
    p = np.full((3, len(PARTS)), 1e-3)
    p[0, PARTS.index("identity")] = p[2, PARTS.index("ask")] = 1
    p[1, PARTS.index("company")], p[1, PARTS.index("filler")] = 0.45, 0.55
    p /= p.sum(axis=1, keepdims=True)
    assert best_path(p, matrix, 0.0) == ["identity", "filler", "ask"]
    assert best_path(p, matrix, 1.0) == ["identity", "company", "ask"]


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(float, st.tuples(st.integers(1, 9), st.just(len(PARTS))), elements=st.floats(0, 1)),
    st.sampled_from([0.0, 0.3, 1.0]),
)
def test_decode_never_repeats_before_a_number(weights: np.ndarray, weight: float) -> None:
    """Whatever the probabilities, there is one label per clause and no number_repeat before a number."""
    p = (weights + 1e-6) / (weights + 1e-6).sum(axis=1, keepdims=True)
    path = best_path(p, transition_matrix([["number", "number_repeat"]]), weight)
    assert len(path) == len(p)
    assert set(path) <= set(PARTS)
    if "number_repeat" in path:
        assert "number" in path[: path.index("number_repeat")]


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(float, (6, len(PARTS)), elements=st.floats(0.01, 1)))
def test_decode_is_the_best_path(weights: np.ndarray) -> None:
    """With weight 0 and no repeat in play, each clause takes its most probable label."""
    weights[:, PARTS.index("number_repeat")] = 0
    p = weights / weights.sum(axis=1, keepdims=True)
    matrix = transition_matrix([["greeting"]])
    taken = [p[i, PARTS.index(label)] for i, label in enumerate(best_path(p, matrix, 0.0))]
    assert taken == pytest.approx(p.max(axis=1).tolist())  # where two are equal either will do


def test_wrong_model_is_refused(models: tuple[Model, Model]) -> None:
    """An approach model in the place of a part model, or one of other columns, is a sentence."""
    made = [clause("hi")]
    with pytest.raises(ModelRefused, match="no part model"):
        part_probabilities(made, models[1])
    other = dataclasses.replace(models[0], meta={**models[0].meta, "columns": ["text"]})
    with pytest.raises(ModelRefused, match="other columns"):
        part_probabilities(made, other)


def test_many_messages_as_one_by_one(models: tuple[Model, Model]) -> None:
    """Judging many messages in one go gives what judging them singly gives, empty ones among them."""
    texts = [MESSAGE, "", "Hello", "Press one to speak to an agent about your account.", ""]
    made = [cut(text) for text in texts]
    together = approach_probabilities_of(made, *models)
    alone = [approach_probabilities(one, *models) for one in made]
    np.testing.assert_allclose(together, alone, atol=1e-9)
    parts = part_probabilities_of(made, models[0])
    assert [len(p) for p in parts] == [len(one) for one in made]
    np.testing.assert_allclose(parts[0], part_probabilities(made[0], models[0]), atol=1e-9)
    assert approach_probabilities_of([], *models).shape == (0, len(APPROACHES))


def test_a_message_that_sells_nothing_has_no_parts_of_selling(models: tuple[Model, Model]) -> None:
    """ "My flight is two hours late" is no company, and "don't leave yet" no filler."""
    found = judged(
        "Hey Uncle Len, it's Owen. My flight is two hours late, so don't leave yet. I'll get a coffee and I'll text you when "
        "we land. And tell Aunt Rose I didn't forget the cake. See you tonight. Bye!",
        models,
    )
    assert found.approach == "other"
    assert {part.label for part in found.parts} <= {"greeting", "callee", "identity", "ask", "closing", "other"}
    assert any("flight" in part.text for part in found.parts if part.label == "other")
