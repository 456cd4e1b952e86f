"""How far two readers agree: held against scikit-learn, and the second reader's file that ships."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import cohen_kappa_score

from labels.agreement import Reading, agreement, kappa, main, read_second, table
from tests.training.conftest import LABELS
from vmaudio.errors import TableError
from vmaudio.training.labels import LabelledMessage, Sentence, read_labelled_messages

SECOND = LABELS / "second_reader.jsonl"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=40))
def test_kappa_is_scikit_learns(pairs: list[tuple[str, str]]) -> None:
    """Kappa is scikit-learn's, and NaN where both readers know only one label."""
    a, b = zip(*pairs, strict=True)
    if len({*a, *b}) == 1:
        assert np.isnan(kappa(a, b))
    else:
        assert kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


def test_counts_by_hand() -> None:
    """Two messages, one clause and one approach different: shares, kappas and the confused pair are as counted by hand."""
    first = [
        LabelledMessage("1", "r", "p", (Sentence("hi", "greeting"), Sentence("call", "ask")), "curiosity"),
        LabelledMessage("2", "r", "p", (Sentence("hey", "greeting"), Sentence("it is free", "offer")), "offer"),
    ]
    second = [
        Reading("1", ("greeting", "ask"), "curiosity"),
        Reading("2", ("greeting", "value"), "pitch"),
    ]
    found = agreement(first, second)
    part = found["part"]
    assert (part["n"], part["messages"], part["agreed"]) == (4, 2, 0.75)
    # chance: greeting 2/4 * 2/4, ask 1/4 * 1/4 -> 5/16; (12/16 - 5/16) / (11/16)
    assert part["kappa"] == pytest.approx(7 / 11)
    assert part["confused"] == [["offer", "value", 1]]
    assert part["per_label"]["greeting"]["kappa"] == pytest.approx(1)
    assert part["per_label"]["offer"] == {"first": 1, "second": 0, "kappa": 0, "ci": part["per_label"]["offer"]["ci"]}
    assert part["macro_f1"] == pytest.approx((1 + 1 + 0) / 3)
    assert found["approach"]["agreed"] == 0.5


def test_our_second_reader() -> None:
    """Forty messages were read twice, clause by clause; agreement is high, not perfect, and the guide shows today's table."""
    found = agreement(read_labelled_messages(sorted(LABELS.glob("messages_*.jsonl"))), read_second(SECOND))
    assert found["part"]["messages"] == found["approach"]["n"] == 40
    low, high = found["part"]["ci"]
    assert 0.8 < low < found["part"]["kappa"] < high < 1
    guide = (LABELS.parent / "docs" / "label-guide.md").read_text(encoding="utf-8")
    assert table(found["part"]) in guide
    assert f"{found['part']['macro_f1']:.2f}" in guide


def test_the_second_reader_trains_nothing() -> None:
    """The blind labels are not among the files that the shipped models learn from."""
    from labels.train_models import SOUNDS, TEXTS

    assert SECOND.name not in (*TEXTS, *SOUNDS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: no object"),
        ("[]", "line 1: no object"),
        ('{"id": "1"}', "'parts'"),
        ('{"id": "1", "parts": ["hello"]}', "unknown label 'hello'"),
        ('{"id": "1", "parts": [], "approach": "sales"}', "unknown label 'sales'"),
    ],
)
def test_faults_are_named(tmp_path: Path, line: str, words: str) -> None:
    """A faulty line of a second reader's file is named."""
    path = tmp_path / "second.jsonl"
    path.write_text(line)
    with pytest.raises(TableError, match=words):
        read_second(path)


def test_other_messages_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A message that the first reader has not, or has with other cuts, is a sentence; the command says it and fails."""
    first = [LabelledMessage("1", "r", "p", (Sentence("hi", "greeting"),), None)]
    with pytest.raises(TableError, match="no message '2'"):
        agreement(first, [Reading("2", ("greeting",), None)])
    with pytest.raises(TableError, match="1 clauses and 2 labels"):
        agreement(first, [Reading("1", ("greeting", "ask"), None)])
    path = tmp_path / "second.jsonl"
    path.write_text(json.dumps({"id": "a0", "parts": ["ask"]}))
    assert main([str(path), str(LABELS / "messages_a.jsonl")]) == 1
    assert "hold no message" in capsys.readouterr().err
