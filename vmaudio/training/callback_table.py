"""What the callback model learns from: measured messages with outcomes, as columns of numbers."""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.errors import TableError
from vmaudio.features import CATALOGUE
from vmaudio.intake import shortened

FEWEST_KNOWN = 100
"""Fewest messages in which a feature must be known."""

FEWEST_WORDS = 20
"""Fewest messages with a word (an approach) for it to be a column."""

FEWEST_CUTS = 4
"""A feature with fewer different deciles than this has no bend."""

_LEFT_OUT = frozenset(
    """snr_db clipped_share word_probability number_confidence number_agreement tone_lively tone_confident tone_urgent
    tone_formal tone_friendly""".split()
)
"""Features of the line and the recogniser, and tone axes that real voices have not validated: no reason to call back."""


@dataclass(frozen=True, slots=True)
class Example:
    """A measured message with a known, final outcome.

    Attributes:
        message_id: of the message.
        values: its features.
        called_back: the outcome.
        rep: who left it.
        prospect: who was called.
        sent: when.
        simulated: whether the outcome is invented.
        conditions: what is held equal besides the rep, from `vmaudio.training.callback_held.conditions_of`.
    """

    message_id: str
    values: Mapping[str, Any]
    called_back: bool
    rep: str = ""
    prospect: str = ""
    sent: datetime.datetime | None = None
    simulated: bool = False
    conditions: tuple[str, ...] = ()


class FeatureValues(Mapping[str, Any]):
    """A message's features in a tenth of a dictionary's memory: a hundred numbers in a row, and the few words.

    Args:
        values: features by name; what is no feature of the catalogue is left out.
    """

    __slots__ = ("_numbers", "_words")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._numbers = np.full(len(_NUMBERS), np.nan)
        for name, place in _NUMBERS.items():
            value = values.get(name)
            if isinstance(value, (int, float)):
                self._numbers[place] = value
        self._words = tuple(values.get(name) for name in _WORDS)

    def __getitem__(self, name: str) -> Any:
        if name in _NUMBERS:
            value = float(self._numbers[_NUMBERS[name]])
            return None if math.isnan(value) else value
        return self._words[_WORDS[name]]

    def __iter__(self) -> Iterator[str]:
        return iter((*_NUMBERS, *_WORDS))

    def __len__(self) -> int:
        return len(_NUMBERS) + len(_WORDS)

    @property
    def numbers(self) -> np.ndarray:
        """All numbers in the order of the catalogue, NaN where not known."""
        return self._numbers


_NUMBERS = {name: i for i, name in enumerate(name for name, feature in CATALOGUE.items() if feature.is_number)}
_WORDS = {name: i for i, name in enumerate(name for name, feature in CATALOGUE.items() if not feature.is_number)}


def column_of(examples: Sequence[Example], name: str) -> np.ndarray:
    """One numeric feature of all messages.

    Args:
        examples: the messages.
        name: of the feature.

    Returns:
        (n,), NaN where not known.
    """
    place = _NUMBERS[name]
    made = np.empty(len(examples))
    for i, example in enumerate(examples):
        values = example.values
        if isinstance(values, FeatureValues):
            made[i] = values.numbers[place]
        else:
            value = values.get(name)
            made[i] = value if isinstance(value, (int, float)) else math.nan
    return made


def matrix_of(examples: Sequence[Example], columns: Sequence[Mapping[str, Any]]) -> np.ndarray:
    """Feature values as `vmaudio.callback.feature_matrix` makes them, a column at a time and in single precision.

    Args:
        examples: the messages.
        columns: of the model.

    Returns:
        (n_messages, n_columns) float32.
    """
    made = np.empty((len(examples), len(columns)), dtype=np.float32)
    name, values = "", np.empty(0)
    for place, column in enumerate(columns):
        if "word" in column:
            made[:, place] = [example.values.get(column["feature"]) == column["word"] for example in examples]
            continue
        if column["feature"] != name:
            name, values = column["feature"], column_of(examples, column["feature"])
        made[:, place] = np.clip(values, column["low"], column["high"])
    return made


def bends(columns: Sequence[Mapping[str, Any]], info: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A further column for each feature with more than a few values, from its median on: its effect may bend there.

    Args:
        columns: from `columns_of`.
        info: from `columns_of`.
    """
    return [
        {"feature": column["feature"], "low": about["median"], "high": column["high"], "bend": True}
        for column in columns
        if "word" not in column
        and len((about := info[column["feature"]])["cuts"]) >= FEWEST_CUTS
        and column["low"] < about["median"] < column["high"]
    ]


def columns_of(examples: Sequence[Example]) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Columns of the matrix, and what the model must remember of each feature: unit, meaning, range, deciles.

    ``shares`` are of the training messages: in each bin (or with each word), and last where it is not known.

    Args:
        examples: of which the model learns.
    """
    columns: list[dict[str, Any]] = []
    info: dict[str, dict[str, Any]] = {}
    for name, feature in CATALOGUE.items():
        if name in _LEFT_OUT:
            continue
        about = {"unit": feature.unit, "meaning": feature.meaning}
        if not feature.is_number:
            values = [example.values.get(name) for example in examples]
            counts = {word: values.count(word) for word in feature.words}
            words = [word for word, n in counts.items() if n >= FEWEST_WORDS]
            if len(words) > 1:
                columns += [{"feature": name, "word": word} for word in words]
                shares = [*(counts[word] / len(values) for word in words), 1 - sum(counts[w] for w in words) / len(values)]
                usual = max(counts, key=lambda word: counts[word])
                info[name] = {**about, "words": words, "reference": usual, "shares": shares}
            continue
        numbers = column_of(examples, name)
        known = numbers[~np.isnan(numbers)]
        if len(known) < 0.3 * len(numbers) or len(known) < FEWEST_KNOWN or float(np.ptp(known)) == 0:
            continue
        low, p10, median, p90, high = (float(v) for v in np.quantile(known, [0.01, 0.1, 0.5, 0.9, 0.99]))
        if high <= low:
            low, high = float(known.min()), float(known.max())
        cuts = np.unique(np.quantile(known, np.linspace(0, 1, 11)[1:-1]))
        counted = np.bincount(np.searchsorted(cuts, known, side="left"), minlength=len(cuts) + 1)
        in_bins = [n / len(numbers) for n in (*counted.tolist(), len(numbers) - len(known))]
        columns.append({"feature": name, "low": low, "high": high})
        info[name] = {
            **about, "reference": float(np.clip(known.mean(), low, high)), "median": median, "p10": p10, "p90": p90,
            "cuts": cuts.tolist(), "shares": in_bins,
        }  # fmt: skip
    return columns, info


def read_features(path: str | Path) -> list[dict[str, Any]]:
    """Rows of an exported flat table (CSV or Parquet): features as numbers, all else as text; empty cells are None.

    Args:
        path: of the table.

    Raises:
        TableError: it cannot be read, a feature's cell is no number, or Parquet is asked for without pyarrow.
    """
    return list(feature_rows(path))


def feature_rows(path: str | Path) -> Iterator[dict[str, Any]]:
    """The rows of `read_features` one by one; faults are said after the last.

    Args:
        path: of the table.

    Yields:
        A row each.

    Raises:
        TableError: as `read_features`.
    """
    path = Path(path)
    wrong: list[str] = []
    for line, row in enumerate(_read_parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _read_csv(path), 2):
        made: dict[str, Any] = {}
        for name, cell in row.items():
            feature = CATALOGUE.get(name)
            if name is None or cell is None or cell == "":
                continue
            if feature is None or not feature.is_number:
                made[name] = cell if isinstance(cell, str) else str(cell)
                continue
            try:
                made[name] = float({"true": 1, "false": 0}.get(cell.lower(), cell) if isinstance(cell, str) else cell)
            except (ValueError, TypeError, OverflowError):
                wrong.append(f"line {line}: {name} {shortened(str(cell))} is no number")
        yield made
    if wrong:
        raise TableError(f"{path}: {len(wrong)} faults:\n  " + "\n  ".join(wrong[:50]))


def _read_csv(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            yield from csv.DictReader(stream)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the table that vmaudio report wrote.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: is no CSV text in UTF-8 ({error}).") from error


def _read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise TableError(f"{path}: Parquet needs pyarrow. Install it, or export the table as CSV.") from None
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(4096):
            yield from batch.to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise TableError(f"{path}: is no Parquet file that can be read ({error}).") from None
