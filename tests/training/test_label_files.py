"""Labels go out to a coach and come back, every fault is named, and agreement is what the textbooks say."""

import io
import json
import math

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from tests.makers import analysis
from vmaudio.errors import TableError
from vmaudio.intake.spreadsheet import harmless_cell, restore_cell
from vmaudio.records import Message, Structure
from vmaudio.store.store import open_store
from vmaudio.training.adjudication import labelled_messages, read_decisions, settled_messages, write_conflicts
from vmaudio.training.label_agreement import krippendorff_alpha, label_status
from vmaudio.training.label_files import (
    COLUMNS,
    label_worklist,
    read_label_file,
    save_labels,
    write_label_csv,
    write_label_json_lines,
)
from vmaudio.training.labels import LabelledMessage, Sentence


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "vm.sqlite"))
    yield opened
    opened.close()


def filled(tmp_path, analyses, change=lambda rows: rows, name="done.csv"):
    """The exported CSV with the guesses taken as labels, changed, and written to a file."""
    import csv

    stream = io.StringIO()
    write_label_csv(analyses, stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    for row in rows:
        row["part"] = row["guess"]
    rows[0]["approach"], rows[0]["lively"] = "pitch", "1"
    path = tmp_path / name
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(change(rows))
    return path


def test_a_csv_goes_out_and_comes_back(tmp_path, store):
    """Labels filled into the exported file come back as labelled messages and train-ready rows."""
    made = analysis()
    path = filled(tmp_path, [made])
    assert save_labels(store, read_label_file(path), "Ann") == len(made.structure.parts) + 2
    (row,) = labelled_messages(store)
    assert row["sentences"] == [{"text": part.text, "part": part.label} for part in made.structure.parts]
    assert (row["approach"], row["tone"], row["rep"]) == ("pitch", {"lively": 1}, "Tom")


def test_json_lines_go_out_and_come_back(tmp_path):
    """The JSON Lines form has nulls to fill in, and is read by the reader of labels.jsonl."""
    stream = io.StringIO()
    write_label_json_lines([analysis()], stream)
    row = json.loads(stream.getvalue())
    assert row["approach"] is None
    assert {sentence["part"] for sentence in row["sentences"]} == {None}
    row["sentences"][0]["part"], row["approach"] = "greeting", "referral"
    path = tmp_path / "done.jsonl"
    path.write_text(json.dumps(row) + "\n")
    (message,) = read_label_file(path)
    assert (message.sentences[0].part, message.sentences[1].part, message.approach) == ("greeting", None, "referral")


def test_unknown_labels_are_named_with_their_line(tmp_path, store):
    """An unknown label is named with its line and the valid ones; nothing is stored."""

    def spoil(rows):
        rows[2]["part"], rows[0]["approach"] = "reson", "pitchy"
        return rows

    with pytest.raises(TableError, match=r"line 4: unknown part 'reson'; valid: greeting") as caught:
        read_label_file(filled(tmp_path, [analysis()], spoil))
    assert "line 2: unknown approach 'pitchy'" in str(caught.value)


def test_two_annotators_are_kept_apart(tmp_path, store):
    """Two people's labels of one clause are two labels; one person's second try replaces the first."""
    made = read_label_file(filled(tmp_path, [analysis()]))
    save_labels(store, made, "Ann")
    save_labels(store, made, "Bo")
    save_labels(store, made, "Bo")
    found = label_status(store)
    assert found.annotators == {"Ann": len(PARTS_AND_MORE), "Bo": len(PARTS_AND_MORE)}
    assert {item.kind: item.items for item in found.agreement}["part"] == 9


PARTS_AND_MORE = [*analysis().structure.parts, "approach", "lively"]


def test_the_least_sure_come_first():
    """The message whose approach the model is least sure of is the first to label."""
    sure = analysis(Message("sure.wav"))
    doubtful = analysis(
        Message("doubtful.wav"), structure=Structure(sure.structure.parts, (), "unclear", {"pitch": 0.3, "offer": 0.3})
    )
    assert [made.source for made in label_worklist([sure, doubtful])] == ["doubtful.wav", "sure.wav"]


def test_formulas_do_not_run(tmp_path):
    """A transcript that is a spreadsheet formula is written as text, and read back as it was."""
    for text in ("=cmd|' /C calc'!A0", "+1 303", "-x", "@SUM(A1)", "plain", "'quoted"):
        safe = harmless_cell(text)
        assert safe[0] not in "=+-@"
        assert restore_cell(safe) == text


def test_alpha_of_the_published_example():
    """Krippendorff's alpha of the nominal example in Krippendorff (2011): four observers, twelve units, 0.743."""
    observers = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    units = [[str(row[i]) for row in observers if row[i] is not None] for i in range(12)]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.001)
    assert math.isnan(krippendorff_alpha([["a"]]))


def test_kappa_is_scikit_learns(tmp_path, store):
    """Kappa between two annotators is scikit-learn's on the clauses that both labelled."""
    rng = np.random.default_rng(0)
    first, second = rng.choice(["ask", "reason", "value"], 30), rng.choice(["ask", "reason", "value"], 30)
    for who, labels in (("Ann", first), ("Bo", second)):
        message = LabelledMessage("m", "r", "p", tuple(Sentence(f"words {i}", str(part)) for i, part in enumerate(labels)))
        save_labels(store, [message], who)
    (parts,) = [item for item in label_status(store).agreement if item.kind == "part"]
    assert parts.kappas["Ann", "Bo"] == pytest.approx(cohen_kappa_score(first, second))


def test_a_reason_survives_the_round_trip(tmp_path, store):
    """The reason is a label like the approach: it goes out with a guess, comes back, is counted, and is settled."""
    made = analysis()

    def named(kind):
        return lambda rows: [{**rows[0], "reason": kind}, *rows[1:]]

    assert save_labels(store, read_label_file(filled(tmp_path, [made], named("own"))), "Ann") == len(made.structure.parts) + 3
    (row,) = labelled_messages(store)
    assert row["reason"] == "own"
    assert label_status(store).counts["reason"] == {"own": 1}
    save_labels(store, read_label_file(filled(tmp_path, [made], named("none"))), "Bob")
    (row,) = labelled_messages(store)
    assert "reason" not in row
    (settled,) = settled_messages(store)
    assert [conflict.kind for conflict in settled.conflicts] == ["reason"]
    stream = io.StringIO()
    write_conflicts(settled.conflicts, stream)
    decided = tmp_path / "decided.csv"
    decided.write_text(stream.getvalue().replace("Bob: none,", "Bob: none,own"), "utf-8")
    save_labels(store, read_decisions(decided, store), "Carla", adjudicated=True)
    (row,) = labelled_messages(store)
    assert row["reason"] == "own"
    with pytest.raises(TableError, match="unknown reason 'because'; valid: own"):
        read_label_file(filled(tmp_path, [made], named("because")))
