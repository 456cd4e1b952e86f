"""Several annotators, messages labelled in part, messages of the same words: nothing is lost, nothing is learned twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, text

from vmaudio.cli.root import cli
from vmaudio.errors import TableError
from vmaudio.records import Message
from vmaudio.store.migrate import upgrade
from vmaudio.store.outcome_rows import observations, put_outcomes
from vmaudio.store.store import Store, open_store
from vmaudio.training.adjudication import labelled_messages, read_decisions, settled_messages, write_conflicts
from vmaudio.training.label_agreement import label_status
from vmaudio.training.label_files import read_label_file, save_labels, text_key
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(str(tmp_path / "vm.sqlite"))
    yield made
    made.close()


def message(*pieces: tuple[str, str | None], id: str = "m1", approach: str | None = None, **more: object) -> LabelledMessage:
    return LabelledMessage(id, "Tom", "p7", tuple(Sentence(*piece) for piece in pieces), approach, **more)  # type: ignore[arg-type]


def test_a_message_labelled_in_part_keeps_its_text(store: Store, tmp_path: Path) -> None:
    """Unlabelled pieces come back with part null; prospect, id and the recogniser's words survive too."""
    given = message(("Hi Dana,", "greeting"), ("it's Tom.", None), ("Call me.", "ask"), recognised="hi dana its tom call me")
    save_labels(store, [given], "Ann")
    (row,) = labelled_messages(store)
    assert row["sentences"] == [
        {"text": "Hi Dana,", "part": "greeting"}, {"text": "it's Tom.", "part": None}, {"text": "Call me.", "part": "ask"},
    ]  # fmt: skip
    assert (row["id"], row["prospect"], row["recognised"], row["annotators"]) == ("m1", "p7", given.recognised, ["Ann"])
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(row) + "\n", "utf-8")
    assert read_label_file(path) == [replace(given, annotator="Ann")], "who labelled it comes back, too"
    assert label_status(store).messages == {"whole": 0, "in_part": 1}


def test_messages_of_the_same_words_stay_apart(store: Store) -> None:
    """3,000 messages of 2,573 texts are 3,000 messages."""
    made = [message((f"Hello number {i % 2573}.", "greeting"), id=f"m{i}") for i in range(3000)]
    save_labels(store, made, "Ann")
    rows = list(labelled_messages(store))
    assert len({row["id"] for row in rows}) == len(rows) == 3000


def test_a_new_cut_replaces_the_old(store: Store) -> None:
    """Labelling again replaces one's own labels, also when the message is cut in other places."""
    save_labels(store, [message(("Hi Dana,", "greeting"), ("call me.", "ask"))], "Ann")
    save_labels(store, [message(("Hi", "greeting"), ("Dana,", "callee"), ("call me.", "ask"))], "Ann")
    (row,) = labelled_messages(store)
    assert [one["part"] for one in row["sentences"]] == ["greeting", "callee", "ask"]


def test_majority_and_conflict(store: Store) -> None:
    """More than half decide; a draw is left open and listed, and the message stands once."""
    for who, second, approach in (("Ann", "reason", "pitch"), ("Bo", "value", "pitch"), ("Cy", "reason", "offer")):
        save_labels(store, [message(("Hi Dana,", "greeting"), ("rates rose.", second), approach=approach)], who)
    (one,) = settled_messages(store)
    assert [sentence.part for sentence in one.message.sentences] == ["greeting", "reason"]
    assert (one.message.approach, one.conflicts, one.annotators) == ("pitch", (), ("Ann", "Bo", "Cy"))
    save_labels(store, [message(("Hi Dana,", "greeting"), ("rates rose.", "value"))], "Dee")
    (one,) = settled_messages(store)
    assert [sentence.part for sentence in one.message.sentences] == ["greeting", None]
    (conflict,) = one.conflicts
    assert (conflict.text, conflict.votes) == ("rates rose.", {"Ann": "reason", "Bo": "value", "Cy": "reason", "Dee": "value"})
    (own,) = settled_messages(store, "Bo")
    assert own.message.sentences[1].part == "value"


def test_cuts_in_different_places_are_compared_word_by_word(store: Store) -> None:
    """Where two people cut differently, only the words on which they disagree are in conflict."""
    save_labels(store, [message(("Hi Dana, it's Tom", "greeting"), ("call me.", "ask"))], "Ann")
    save_labels(store, [message(("Hi Dana,", "greeting"), ("it's Tom", "identity"), ("call me.", "ask"))], "Bo")
    (one,) = settled_messages(store)
    assert one.message.sentences == (Sentence("Hi Dana,", "greeting"), Sentence("it's Tom", None), Sentence("call me.", "ask"))
    assert [conflict.text for conflict in one.conflicts] == ["it's Tom"]


def test_a_third_person_decides(store: Store, tmp_path: Path) -> None:
    """Conflicts go out, decisions come back, and hold against any majority; wrong ones are named with their line."""
    save_labels(store, [message(("Hi Dana,", "greeting"), ("rates rose.", "reason"), approach="pitch")], "Ann")
    save_labels(store, [message(("Hi Dana,", "greeting"), ("rates rose.", "value"), approach="offer")], "Bo")
    path = tmp_path / "conflicts.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_conflicts([conflict for one in settled_messages(store) for conflict in one.conflicts], stream)
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 3
    with pytest.raises(TableError, match="nothing is filled in"):
        read_decisions(path, store)
    path.write_text("\n".join([lines[0], lines[1] + "reson", lines[2] + "pitch"]) + "\n", "utf-8")
    with pytest.raises(TableError, match="line 2: 'reson' is no label"):
        read_decisions(path, store)
    path.write_text("\n".join([lines[0], lines[1] + "value", lines[2] + "pitch"]) + "\n", "utf-8")
    assert save_labels(store, read_decisions(path, store), "Carla", adjudicated=True) == 2
    (one,) = settled_messages(store)
    assert ([sentence.part for sentence in one.message.sentences], one.message.approach) == (["greeting", "value"], "pitch")
    assert one.conflicts == ()
    put_outcomes(store, [], [(Message("a.wav", "m1"), "a.wav")])
    assert [seen.approach_label for seen in observations(store)] == ["pitch"], "comparisons by a coach's label follow it"
    approach = next(item for item in label_status(store).agreement if item.kind == "approach")
    assert set(approach.kappas) == {("Ann", "Bo")}, "who decides is no third annotator"


def test_nobody_trains_on_two_answers(tmp_path: Path) -> None:
    """A file with one message by two people is read for import, and refused for training with the cure."""
    row = {"id": "m1", "rep": "r", "prospect": "p", "sentences": [{"text": "Hi.", "part": "greeting"}], "approach": None}
    path = tmp_path / "both.jsonl"
    path.write_text("".join(json.dumps(row | {"annotator": who}) + "\n" for who in ("Ann", "Bo")), "utf-8")
    assert [one.annotator for one in read_label_file(path)] == ["Ann", "Bo"]
    with pytest.raises(TableError, match=r"1 messages were labelled by several people.*labels adjudicate"):
        read_labelled_messages([path])


def test_adjudicate_at_the_command_line(store: Store, tmp_path: Path) -> None:
    """The command writes the conflicts, takes the decisions, and says what is left; export says what it left empty."""

    def run(*args: object) -> str:
        done = CliRunner().invoke(cli, ["--db", str(tmp_path / "vm.sqlite"), "labels", *map(str, args)], catch_exceptions=False)
        assert done.exit_code == 0
        return " ".join(done.stderr.split())

    save_labels(store, [message(("Hi Dana.", "greeting"))], "Ann")
    save_labels(store, [message(("Hi Dana.", "callee"))], "Bo")
    assert "1 label on which annotators disagree left empty" in run("export", "--labelled", "-o", tmp_path / "l.jsonl")
    assert "1 conflict." in run("adjudicate", "-o", tmp_path / "c.csv")
    lines = (tmp_path / "c.csv").read_text("utf-8").splitlines()
    (tmp_path / "c.csv").write_text(f"{lines[0]}\n{lines[1]}callee\n", "utf-8")
    assert "1 decision stored; 0 conflicts left." in run("adjudicate", tmp_path / "c.csv", "--annotator", "Carla")
    run("export", "--labelled", "-o", tmp_path / "l.jsonl")
    assert json.loads((tmp_path / "l.jsonl").read_text("utf-8"))["sentences"] == [{"text": "Hi Dana.", "part": "callee"}]


def test_a_file_that_nobody_filled_in_is_said_to_be(store: Store, tmp_path: Path) -> None:
    """It is no import of zero labels; beside a filled one it is named."""
    empty, full = tmp_path / "empty.jsonl", tmp_path / "full.jsonl"
    row = {"id": "m1", "rep": "r", "prospect": "p", "sentences": [{"text": "Hi.", "part": None}], "approach": None}
    empty.write_text(json.dumps(row) + "\n", "utf-8")
    full.write_text(json.dumps(row | {"id": "m2", "approach": "pitch"}) + "\n", "utf-8")
    where = ["--db", str(tmp_path / "vm.sqlite"), "labels", "import"]
    with pytest.raises(TableError, match="not one label is filled in"):
        CliRunner().invoke(cli, [*where, str(empty)], catch_exceptions=False)
    done = CliRunner().invoke(cli, [*where, str(empty), str(full), "--annotator", "Ann"], catch_exceptions=False)
    assert "empty.jsonl: not one label is filled in" in " ".join(done.stderr.split())
    assert [one["id"] for one in labelled_messages(store)] == ["m2"]


def test_labels_of_an_older_database_stay(tmp_path: Path) -> None:
    """After the upgrade they are there, with the text as far as they tell it; labelling again completes it."""
    engine = create_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    with engine.begin() as connection:
        upgrade(connection, "0003")
        for position, words, label in ((0, "Hi Dana,", "greeting"), (2, "call me.", "ask")):
            connection.execute(
                text(
                    "insert into labels (kind, text_key, text, position, label, annotator, message_id, rep, created_utc) "
                    "values ('part', :key, :words, :position, :label, 'Ann', 'm1', 'Tom', '2026-01-01')"
                ),
                {"key": text_key("Hi Dana, it's Tom. call me."), "words": words, "position": position, "label": label},
            )
    engine.dispose()
    store = open_store(str(tmp_path / "old.sqlite"), migrate_old=True)
    (row,) = labelled_messages(store)
    assert row["sentences"] == [{"text": "Hi Dana,", "part": "greeting"}, {"text": "call me.", "part": "ask"}]
    save_labels(store, [message(("Hi Dana,", "greeting"), ("it's Tom.", None), ("call me.", "ask"))], "Ann")
    (row,) = labelled_messages(store)
    assert [one["part"] for one in row["sentences"]] == ["greeting", None, "ask"]
    store.close()


def test_what_is_labelled_in_part_is_counted(store: Store, tmp_path: Path) -> None:
    """Import and status say how many messages are labelled in part, and a file that nobody filled in is said to be so."""
    rows = [
        {"id": f"m{i}", "rep": "r", "prospect": "p", "approach": None,
         "sentences": [{"text": "Hi.", "part": part}, {"text": "Call.", "part": more}]}
        for i, (part, more) in enumerate([("greeting", "ask"), ("greeting", None), (None, None)])
    ]  # fmt: skip
    path = tmp_path / "l.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")

    def run(*args: object) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["--db", str(tmp_path / "vm.sqlite"), "labels", *map(str, args)])
        return done.exit_code, " ".join(f"{done.stdout} {done.stderr} {done.exception or ''}".split())

    said = run("import", path, "--annotator", "Ann")[1]
    assert "1 message labelled in part: the whole text is kept" in said
    assert "1 message without a label left out" in said
    assert "messages: 1 with a part for each piece, 1 labelled in part" in run("status")[1]
    assert json.loads(run("status", "--json")[1])["messages"] == {"whole": 1, "in_part": 1}
    path.write_text(json.dumps(rows[2]) + "\n", "utf-8")
    code, said = run("import", path)
    assert code == 1
    assert "not one label is filled in" in said
