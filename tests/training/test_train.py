"""From labels to a model folder: what is learned, what is written, and that it is the same each time."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import LABELS, rows
from vmaudio.classify import ModelStore
from vmaudio.classify.approach import approach_probabilities
from vmaudio.classify.parts import part_probabilities
from vmaudio.errors import ModelRefused, TrainingError
from vmaudio.events import Event
from vmaudio.records import APPROACHES, PARTS
from vmaudio.text.clauses.doubled_numbers import separate_words
from vmaudio.training import tasks, text_variants
from vmaudio.training.evaluation import compare_models, evaluate_model
from vmaudio.training.fit_model import TrainingResult, train_model
from vmaudio.training.fitting import folds
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages
from vmaudio.training.recognised import MISSED, align, cut

SCORES = ("macro_f1", "balanced_accuracy", "majority_baseline", "n", "groups", "ci", "per_class")


def test_folds_never_split_a_rep(small: Path) -> None:
    """No group has rows on both sides, and noisy copies stay with their message."""
    task = tasks.PartTask(read_labelled_messages([small]))
    for train_rows, test_rows in folds(task.y[: len(task.groups)], task.groups, 5):
        assert not set(task.groups[train_rows]) & set(task.groups[test_rows])
    chosen, rest = np.flatnonzero(task.groups != 0), np.flatnonzero(task.groups == 0)
    learned, tested = task.split(chosen, rest)
    assert not set(learned.groups.tolist()) & set(task.groups[rest].tolist())
    assert len(tested) == sum(len(task.versions[i]["given"].path) for i in rest)
    assert len(learned.y) == len(learned.x) == len(learned.groups)


def test_groups_join_reps_of_one_prospect() -> None:
    """Two reps who called the same person are one group; a placeholder joins nobody, nor does what would join everybody."""

    def message(rep: str, prospect: str) -> LabelledMessage:
        return LabelledMessage(rep + prospect, rep, prospect, ())

    many = [message(f"rep {i}", f"prospect {i}") for i in range(9)]
    found = tasks.groups_of([*many, message("rep 0", "Prospect 1 ")])
    assert found[0] == found[1] == found[9]
    assert len(set(found.tolist())) == 8
    unknown = tasks.groups_of([*many, *(message(f"rep {i}", "unknown") for i in range(9))])
    assert len(set(unknown.tolist())) == 9
    chain = [*many, *(message(f"rep {i + d}", f"both {i}") for i in range(8) for d in (0, 1))]
    assert len(set(tasks.groups_of(chain).tolist())) == 9


def test_the_folder_is_complete(part: TrainingResult) -> None:
    """model.json, the card and the pictures are there; the card tells the baseline, the intervals and what it is not for."""
    names = {path.name for path in part.folder.path.iterdir()}
    assert {"model.skops", "model.json", "card.md", "confusion.svg", "calibration.svg"} <= names
    card = part.folder.card()
    for words in ("always the most frequent class", "95 % interval", "## Not for", "What the sequence buys", "9 reps"):
        assert words in card
    meta = json.loads((part.folder.path / "model.json").read_text())
    assert all(name in meta["metrics"] for name in SCORES)
    assert meta["data"][0]["file"] == "small.jsonl"
    assert set(meta["sequence"]) == {"given", "found"}
    assert "/" not in meta["data"][0]["file"], "no path of this machine"


def test_it_learns(part: TrainingResult, approach: TrainingResult) -> None:
    """Even from 36 messages, parts of reps never met are labelled far better than the most frequent class would."""
    assert part.evaluation.accuracy > part.evaluation.majority_baseline + 0.4
    assert part.evaluation.macro_f1 > 0.4
    assert approach.evaluation.accuracy > approach.evaluation.majority_baseline


def test_the_same_each_time(small: Path, part: TrainingResult, tmp_path: Path) -> None:
    """The same data and seed give the same model.json, the digest of the model file in it, and the same predictions."""
    again = train_model("part", [small], tmp_path / "part" / "1")
    one, two = dict(part.folder.meta()), dict(again.folder.meta())
    assert one == two
    store = ModelStore(tmp_path / "none")
    a, b = store.open(part.folder.path), store.open(again.folder.path)
    made = cut("Hi Dana, this is Tom from Acme, call me at 303-555-0126.")
    np.testing.assert_allclose(part_probabilities(made, a), part_probabilities(made, b), atol=1e-9)


def test_events_tell_what_happens(approach: TrainingResult, heard: list[Event]) -> None:
    """A listener hears of reading, cross-validation and saving."""
    assert {"read", "cross-validate", "fit", "save"} <= {event.stage for event in heard}


def test_probabilities_are_in_order(approach: TrainingResult, part: TrainingResult, tmp_path: Path) -> None:
    """Approaches that were never labelled get probability 0, and the rest sum to one."""
    store = ModelStore(tmp_path)
    p = approach_probabilities(cut("Hi Dana, call me."), store.open(part.folder.path), store.open(approach.folder.path))
    known = set(approach.meta["classes"])
    assert p.sum() == pytest.approx(1)
    assert all((value > 0) <= (name in known) for name, value in zip(APPROACHES, p, strict=True))


def test_evaluate_a_folder(part: TrainingResult, approach: TrainingResult, small: Path, tmp_path: Path) -> None:
    """A model is judged before it is promoted; messages that it was trained on are counted and said."""
    store = ModelStore(tmp_path)
    model = store.open(part.folder.path)
    seen = evaluate_model(model, [small])
    assert seen.n_seen == 36
    assert "too good" in seen.notes[0]
    unseen = tmp_path / "b.jsonl"
    plain_text = [{**row, "recognised": None} for row in rows("messages_b.jsonl")[:25]]
    unseen.write_text("".join(json.dumps(row) + "\n" for row in plain_text))
    found = evaluate_model(model, [unseen])
    assert (found.n_seen, found.n_messages) == (0, 25)
    chained = evaluate_model(store.open(approach.folder.path), [unseen])  # by the part model that ships
    assert chained.n_seen == 25
    assert any("of part/" in note and "too good" in note for note in chained.notes), "the part model under it has met them"
    assert found.n == sum(len(message.sentences) for message in read_labelled_messages([unseen]))
    plain = found.to_dict()
    json.dumps(plain, allow_nan=False)
    assert all(name in plain for name in SCORES)
    assert set(plain["per_class"]) == {s.part for m in read_labelled_messages([unseen]) for s in m.sentences}
    assert plain["recognised"] is None
    judged = evaluate_model(store.open(approach.folder.path), [unseen], model)
    assert judged.n == 25
    assert 0 <= judged.coverage <= 1


def test_evaluate_on_recognised_text(part: TrainingResult, tmp_path: Path) -> None:
    """Where a label file holds what a recogniser wrote, that is judged beside the true text; lost pieces count as wrong."""
    chosen = [{**row, "recognised": " ".join(s["text"] for s in row["sentences"])} for row in rows("messages_b.jsonl")[:12]]
    path = tmp_path / "heard.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in chosen))
    model = ModelStore(tmp_path).open(part.folder.path)
    whole = evaluate_model(model, [path]).to_dict()["recognised"]
    assert whole["n"] == sum(len(row["sentences"]) for row in chosen)
    path.write_text("".join(json.dumps({**row, "recognised": row["recognised"][:60]}) + "\n" for row in chosen))
    half = evaluate_model(model, [path]).to_dict()["recognised"]
    assert half["accuracy"] < whole["accuracy"] - 0.2
    assert half["n"] == whole["n"]


def test_alignment_with_digits() -> None:
    """Figures meet spoken digits, wrong words fall into the piece whose place they take, and lost pieces get nothing."""
    pieces = ["Hi", "Walter,", "this is Gemma.", "Call three zero three, five five five."]
    found = align(pieces, "High Walter this is Jemma call 303-555")
    assert found == [[0], [1], [2, 3, 4], [5, 6, 6, 6, 6, 6, 6]]
    assert align(["Hi", "Dana"], "") == [[], []]


def test_recognised_text_is_learned_from(small: Path) -> None:
    """What a recogniser wrote is one more way in which a message comes: its words carry the labels of what they stand for."""
    messages = read_labelled_messages([small])
    task = tasks.PartTask(messages).with_cuts("found")
    assert sum("heard" in several for several in task.versions) >= 30
    for message, several in zip(messages, task.versions, strict=True):
        version = several.get("heard")
        if version is None:
            continue
        assert len(version.words_of_piece) == len(message.sentences)
        assert set(version.path) <= {sentence.part for sentence in message.sentences}
        assert " ".join(clause.text for clause in version.clauses) == " ".join(separate_words(message.recognised or ""))
    i = next(i for i, several in enumerate(task.versions) if "heard" in several)
    assert task.tested(i) is task.versions[i]["heard"]
    assert len(task.learned(i)) == 4


def test_a_piece_that_was_not_heard_is_missed() -> None:
    """A labelled piece without recognised words is answered "missed" with confidence 0; the others keep their labels."""
    pieces = (Sentence("Dana,", "callee"), Sentence("call me.", "ask"), Sentence("303-555-0126.", "number"))
    message = LabelledMessage("m", "rep", "Dana", pieces, recognised="call me. 303-555-0126.")
    version = text_variants.heard(message)["heard"]
    answers = version.answers(version.path)
    assert answers == [MISSED, "ask", "number"]
    assert version.confidences(version.path, [0.9] * len(version.path), answers) == pytest.approx([0, 0.9, 0.9])
    assert not text_variants.heard(dataclasses.replace(message, recognised=""))


def test_compare(part: TrainingResult, approach: TrainingResult, small: Path, tmp_path: Path) -> None:
    """A model does not differ from itself; models of different things are not compared."""
    store = ModelStore(tmp_path)
    model = store.open(part.folder.path)
    found = compare_models(model, model, [small])
    assert found["scores"]["macro_f1"]["difference"] == 0
    assert not found["scores"]["macro_f1"]["real"]
    assert found["n_seen"] == 36
    with pytest.raises(TrainingError, match="different things"):
        compare_models(model, store.open(approach.folder.path), [small])


def test_too_few_reps(tmp_path: Path) -> None:
    """Labels of two reps cannot be judged honestly, and training says what is needed."""
    some = [row for row in rows() if row["rep"] in {rows()[0]["rep"], rows()[2]["rep"]}][:10]
    path = tmp_path / "few.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in some))
    with pytest.raises(TrainingError, match="needs at least 5"):
        train_model("part", [path], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_unlabelled(tmp_path: Path) -> None:
    """Messages without parts, without tone or of an unknown model each have their sentence."""
    path = tmp_path / "plain.jsonl"
    path.write_text(json.dumps({"id": "1", "rep": "a", "prospect": "b", "sentences": [{"text": "hello"}]}))
    with pytest.raises(TrainingError, match="part for each"):
        train_model("part", [path], tmp_path / "out")
    with pytest.raises(TrainingError, match="No message carries a tone label"):
        train_model("tone", [path], tmp_path / "out")
    with pytest.raises(TrainingError, match="Name one of part, approach, tone"):
        train_model("mood", [path], tmp_path / "out")


def test_does_not_write_over_other_things(small: Path, tmp_path: Path) -> None:
    """A folder with something else in it is left alone."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.txt").write_text("x")
    with pytest.raises(ModelRefused, match="holds no model"):
        train_model("approach", [small], tmp_path / "mine")


def test_found_clauses_take_the_labels_of_their_words(small: Path) -> None:
    """Every word of the program's cuts carries the label of the piece that it stands in."""
    for message in read_labelled_messages([small])[:10]:
        made = tasks.versions(message)
        assert made["given"].path == [s.part for s in message.sentences]
        owners = [s.part for s in message.sentences for _ in s.text.split()]
        assert sum(c.last_word - c.first_word + 1 for c in made["found"].clauses) == len(owners)
        for clause, label in zip(made["found"].clauses, made["found"].path, strict=True):
            assert label in owners[clause.first_word : clause.last_word + 1]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    return ModelStore(tmp_path_factory.mktemp("user"))


def test_shipped_models_know_every_label(shipped: ModelStore) -> None:
    """The models that ship have every class of the contract, small files, and numbers by reps they never met."""
    part, approach = shipped.load("part"), shipped.load("approach")
    assert set(part.meta["classes"]) == set(PARTS)
    assert set(approach.meta["classes"]) == set(APPROACHES)
    for name in ("part", "approach", "tone", "reason"):
        folder = shipped.current(name)
        assert (folder.path / "model.skops").stat().st_size < 2_000_000
        assert folder.meta()["metrics"]["groups"] >= 10
        assert folder.card().startswith(f"# Model card: {name}")


def test_noise_costs_little(shipped: ModelStore) -> None:
    """Dropping one word in twenty keeps the approach of nine in ten messages (the shipped model, its own training text)."""
    from vmaudio.training.recognition_errors import drop_words

    part, approach = shipped.load("part"), shipped.load("approach")
    rng = np.random.default_rng(0)
    messages = read_labelled_messages([LABELS / "messages_a.jsonl"])[::6]
    same = []
    for message in messages:
        noisy = dataclasses.replace(message, sentences=(Sentence(drop_words(message.text, rng, 0.05), None),))
        best = [int(approach_probabilities(cut(m.text), part, approach).argmax()) for m in (message, noisy)]
        same.append(best[0] == best[1])
    assert np.mean(same) >= 0.9
