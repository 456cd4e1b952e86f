"""Fit the learned clause borders on labelled messages and write vmaudio/text/clauses/boundary_model.json.

    python -m benchmarks.fit_borders

Only the tune half of the reps is used (see `benchmarks.rows.clauses`), so that the row stays a fair test. Each message is
taken three times: as written, without marks, and without marks and capitals; and, where it was recognised, as the recogniser
wrote it.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Sequence

from benchmarks.common import ROOT, SEED, shared_data
from benchmarks.rows.clauses import FORMS, Labelled, form_of, half, labelled
from vmaudio.text.clauses.boundaries import groups, marks
from vmaudio.text.clauses.boundary_model import border_features, border_words
from vmaudio.text.clauses.doubled_numbers import separate_words
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.text.tokens import tokenize
from vmaudio.training import recognised

RECOGNISED = "recognised"
MIN_COUNT = 6  # a feature seen less often is a name or an accident


def rows_of(message: Labelled, form: str) -> tuple[list[list[str]], list[int]]:
    """Features and truth of every border of one message; empty for what was not recognised."""
    if form == RECOGNISED:
        text = message.row.get("recognised") or ""
        starts = recognised_starts(message.pieces, text)
    else:
        pieces = [form_of(piece, form) for piece in message.pieces]
        text = " ".join(pieces)
        starts = set(itertools.accumulate(len(separate_words(piece)) for piece in pieces[:-1]))
    transcript = transcript_from_text(text)
    tokens = tokenize(transcript)
    words = border_words(tokens, groups(marks(tokens, find_entities(transcript)))) if tokens else []
    places = range(1, len(tokens))
    return [border_features(tokens, words, at) for at in places], [int(tokens[at].first_word in starts) for at in places]


def recognised_starts(pieces: Sequence[str], text: str) -> set[int]:
    """The recognised words with which a labelled piece begins."""
    owners = recognised.owners(recognised.align(pieces, text), text)
    return {word for word, (before, owner) in enumerate(itertools.pairwise(owners), 1) if owner != before}


def main() -> None:
    """Fit and write."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    features: list[list[str]] = []
    truth: list[int] = []
    own = (message for message in labelled(shared_data()) if "sentences" in message.row)
    messages = [message for message in own if half(message.rep) == "tune"]
    for message in messages:
        for form in (*FORMS, RECOGNISED):
            found, is_start = rows_of(message, form)
            features += found
            truth += is_start
    counts = Counter(name for row in features for name in row)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform([{name: 1 for name in row if counts[name] >= MIN_COUNT} for row in features])
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")
    model = LogisticRegression(C=0.5, l1_ratio=1.0, solver="liblinear", random_state=SEED).fit(matrix, truth)
    table = {
        name: round(float(weight), 3)
        for name, weight in zip(vectorizer.feature_names_, model.coef_[0], strict=True)
        if abs(weight) > 0.01
    }
    path = ROOT / "vmaudio" / "text" / "clauses" / "boundary_model.json"
    data = {
        "intercept": round(float(model.intercept_[0]), 3),
        "messages": len(messages),
        "weights": dict(sorted(table.items())),
    }
    path.write_text(json.dumps(data, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
