"""A trained model may be handed on: nobody's message and nobody's name is in its folder."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.training.conftest import LABELS, rows
from vmaudio.classify import ModelStore
from vmaudio.training.anonymous_reps import known_reps, rep_digests
from vmaudio.training.fit_model import TrainingResult
from vmaudio.training.fitting import made
from vmaudio.training.labels import LabelledMessage, read_labelled_messages
from vmaudio.training.rows import FEWEST_REPS_OF_A_WORD, Rows
from vmaudio.training.tasks import PartTask

SHIPPED = Path(__file__).resolve().parents[2] / "models"
STRETCH = 5
"""Words of a message in a row that would give it away."""


def everything_in(folder: Path) -> str:
    """All that can be read in a model's folder, its packed files unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                found += [archive.read(name).decode("latin-1") for name in archive.namelist()]
        elif path.is_file():
            found.append(path.read_bytes().decode("latin-1"))
    return " ".join(re.findall(r"[\w']+", "\n".join(found).lower()))


def stretches(text: str) -> set[str]:
    words = re.findall(r"[\w']+", text.lower())
    return {" ".join(words[i : i + STRETCH]) for i in range(len(words) - STRETCH + 1)}


def check(folder: Path, messages: list[dict], *, invented: bool = False) -> None:
    """No rep's name, and no stretch of any message, is in the folder. Names of invented people may be words of a vocabulary."""
    content = f" {everything_in(folder)} "
    told = " ".join(path.read_text("utf-8").lower() for path in folder.iterdir() if path.suffix in (".json", ".md"))
    held = stretches(content)
    assert len(content) > 10_000
    assert told
    for row in messages:
        name = " ".join(row["rep"].lower().split())
        assert name not in told
        assert invented or f" {name} " not in content
        assert not stretches(" ".join(sentence["text"] for sentence in row["sentences"])) & held


@pytest.mark.parametrize("kind", ["part", "approach"])
def test_a_model_that_was_trained_here(kind: str, small: Path, request: pytest.FixtureRequest) -> None:
    """Trained from a team's labels."""
    trained: TrainingResult = request.getfixturevalue(kind)
    check(trained.folder.path, [json.loads(line) for line in small.read_text("utf-8").splitlines()])


@pytest.mark.parametrize("kind", ["part", "approach", "tone", "reason"])
def test_a_shipped_model(kind: str) -> None:
    """The same holds for those that come with vmaudio."""
    check(
        ModelStore().current(kind).path,
        [row for file in SHIPPED.parent.glob("labels/messages_*.jsonl") for row in rows(file.name)],
        invented=True,
    )


def test_a_word_of_few_reps_is_not_learned(small: Path) -> None:
    """A customer's name that one rep says in every message stays out of the vocabulary, and so do pairs with it."""
    task = PartTask(read_labelled_messages([small]))
    everything, _ = task.split(np.arange(len(task.messages)), np.arange(0))
    x = everything.x.copy()
    for group in range(9):
        x[everything.groups == group, 0] += " everyday" + (" quillfeather" if group < FEWEST_REPS_OF_A_WORD - 1 else "")
    blocks = {
        name: block for name, block, _ in made(task.candidates[0], Rows(x, everything.y, everything.groups))[0].transformers
    }
    learned = blocks["words"].vocabulary
    assert "everyday" in learned
    assert not [term for term in learned if "quillfeather" in term]
    assert any(" " in term for term in learned)


def test_reps_are_known_again_without_their_names() -> None:
    """A digest tells whether a rep was in the training data, and is no plain hash of the name."""
    digests = rep_digests(["Maren Holt", "Theo Lambert", "Maren Holt"])
    assert len(digests) == 2
    assert known_reps(["Maren Holt", "maren holt", "Ann"], digests) == {"Maren Holt"}
    assert known_reps(["Maren Holt"], ()) == set()
    assert not any("aren" in digest for digest in digests)


def test_a_fold_of_two_reps_has_words() -> None:
    """A fold may hold fewer reps than must say a word: then what all of them say is learned."""
    messages = read_labelled_messages([LABELS / "messages_a.jsonl"])
    two = list(dict.fromkeys(message.rep for message in messages))[:2]
    task = PartTask([message for message in messages if message.rep in two] + enough_others(messages, two))
    inside = np.array([i for i, message in enumerate(task.messages) if message.rep in two])
    rows, _ = task.split(inside, inside[:0])
    assert len(set(rows.groups.tolist())) == 2 < rows.fewest_reps
    made(task.candidates[0], rows).fit(rows.x, rows.y)


def enough_others(messages: list[LabelledMessage], but: list[str]) -> list[LabelledMessage]:
    """A message of each of the others, as a task wants five reps."""
    return list({message.rep: message for message in messages if message.rep not in but}.values())
