"""How likely a clause begins at a word, from the words around it: for stretches without marks.

A logistic regression on the words beside the border (names and numbers as placeholders), their capitals and how early in the
message it stands, fitted on labelled messages by ``benchmarks/fit_boundaries.py``: as written, without marks and capitals,
and as recognisers wrote them. Its weights lie in ``boundary_model.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from vmaudio.text.lexicon import BUSINESS, COMMON, FIRST_NAMES, FUNCTION
from vmaudio.text.tokens import Token

Group = Iterable[tuple[int, int]]

EARLY = 16
"""So many words hold greeting, names and company, in short clauses: borders are denser there than later."""


def border_words(tokens: Sequence[Token], groups: Mapping[str, Group]) -> list[str]:
    """The words as the model of borders reads them.

    Args:
        tokens: of the whole message.
        groups: placeholder -> places (first and last token, inclusive).

    Returns:
        One word a token, in lower case: figures are "@n", and the tokens of a group its placeholder with 0 (first) or 1.
    """
    words = ["@n" if token.low[:1].isdigit() else token.low for token in tokens]
    for name, places in groups.items():
        for first, last in places:
            for place in range(first, last + 1):
                words[place] = f"{name}{0 if place == first else 1}"
    return words


def border_features(tokens: Sequence[Token], words: Sequence[str], at: int) -> list[str]:
    """What the model sees of a border.

    Args:
        tokens: of the whole message.
        words: the same, as `border_words` makes them.
        at: the token after the border, 1 or more.

    Returns:
        Names of the features that hold; each counts 1.
    """

    def word(place: int) -> str:
        return words[place] if 0 <= place < len(words) else "#"

    b2, b1, a0, a1, a2 = (word(at + step) for step in (-2, -1, 0, 1, 2))
    before = tokens[at - 1]
    kinds = [_kind(one) for one in (b2, b1, a0, a1)]
    found = [
        f"b1 {b1}",
        f"a0 {a0}",
        f"b2 {b2} {b1}",
        f"a1 {a0} {a1}",
        f"a2 {a0} {a1} {a2}",
        f"ba {b1} {a0}",
        f"n {a1}",
        f"p {b2}",
    ]
    found += [f"k {' '.join(kinds)}", f"k2 {kinds[1]} {kinds[2]}", f"k3 {' '.join(kinds[1:])}", f"k4 {' '.join(kinds[:3])}"]
    found.append("mark stop" if before.stop else "mark comma" if before.comma else "mark none")
    early = next((str(limit) for limit in (1, 3, 6, 10, EARLY) if at <= limit), "late")
    capitals = f"{before.capital:d}{tokens[at].capital:d}"
    found += [f"e {early}", f"e0 {early} {a0}", f"e1 {early} {kinds[1]} {kinds[2]}"]
    found += [
        f"e2 {early} {' '.join(kinds[1:])}",
        f"cap {capitals} {early == 'late':d}",
        f"cap2 {capitals} {kinds[1]} {kinds[2]}",
    ]
    return [*found, f"c0 {a0}", f"c1 {a0} {a1}"] if before.comma else found


def _kind(word: str) -> str:
    """The word's kind, so that unseen names and trades are known by what they are."""
    if word[:1] in "@#":
        return word
    if word in FIRST_NAMES:
        return "name"
    if word in FUNCTION:
        return "small"
    return "trade" if word in BUSINESS else "plain" if word in COMMON else "rare"


@cache
def weights() -> tuple[float, dict[str, float]]:
    """The intercept and the weights (log-odds), by feature."""
    data = json.loads(resources.files("vmaudio.text.clauses").joinpath("boundary_model.json").read_text(encoding="utf-8"))
    return float(data["intercept"]), {str(key): float(value) for key, value in data["weights"].items()}


def border_probability(tokens: Sequence[Token], words: Sequence[str], at: int) -> float:
    """How likely a clause begins at a token.

    Args:
        tokens: of the whole message.
        words: the same, as `border_words` makes them.
        at: the token, 1 or more.

    Returns:
        Probability, 0 to 1.
    """
    intercept, table = weights()
    score = intercept + sum(table.get(name, 0.0) for name in border_features(tokens, words, at))
    return 1.0 / (1.0 + math.exp(-score))
