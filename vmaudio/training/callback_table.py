"""What the callback model learns from: measured messages with outcomes, as columns of numbers."""

from __future__ import annotations

import csv
import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.errors import TableError
from vmaudio.features import CATALOGUE

FEWEST_KNOWN = 100
"""Fewest messages in which a feature must be known."""

FEWEST_WORDS = 20
"""Fewest messages with a word (an approach) for it to be a column."""

_LEFT_OUT = frozenset(
    """snr_db clipped_share word_probability number_confidence number_agreement tone_lively tone_confident tone_urgent
    tone_formal tone_friendly""".split()
)
"""Features of the line and the recogniser, and tone axes that real voices have not validated: no reason to call back."""


@dataclass(frozen=True, slots=True)
class Example:
    """A measured message with a known, final outcome."""

    message_id: str
    values: Mapping[str, Any]
    called_back: bool
    rep: str = ""
    prospect: str = ""
    sent: datetime.datetime | None = None
    simulated: bool = False


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
        values = [example.values.get(name) for example in examples]
        about = {"unit": feature.unit, "meaning": feature.meaning}
        if not feature.is_number:
            counts = {word: values.count(word) for word in feature.words}
            words = [word for word, n in counts.items() if n >= FEWEST_WORDS]
            if len(words) > 1:
                columns += [{"feature": name, "word": word} for word in words]
                shares = [*(counts[word] / len(values) for word in words), 1 - sum(counts[w] for w in words) / len(values)]
                usual = max(counts, key=lambda word: counts[word])
                info[name] = {**about, "words": words, "reference": usual, "shares": shares}
            continue
        known = np.array([float(v) for v in values if isinstance(v, (int, float)) and not math.isnan(v)])
        if len(known) < 0.3 * len(values) or len(known) < FEWEST_KNOWN or float(np.ptp(known)) == 0:
            continue
        low, p10, median, p90, high = (float(v) for v in np.quantile(known, [0.01, 0.1, 0.5, 0.9, 0.99]))
        if high <= low:
            low, high = float(known.min()), float(known.max())
        cuts = np.unique(np.quantile(known, np.linspace(0, 1, 11)[1:-1]))
        counted = np.bincount(np.searchsorted(cuts, known, side="left"), minlength=len(cuts) + 1)
        in_bins = [n / len(values) for n in (*counted.tolist(), len(values) - len(known))]
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
    path = Path(path)
    if path.suffix.lower() in (".parquet", ".pq"):
        rows = _read_parquet(path)
    else:
        try:
            with path.open(newline="", encoding="utf-8-sig") as stream:
                rows = [dict(row) for row in csv.DictReader(stream)]
        except OSError as error:
            raise TableError(f"{path}: cannot be read ({error.strerror}). Give the table that vmaudio report wrote.") from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise TableError(f"{path}: is no CSV text in UTF-8 ({error}).") from error
    wrong, found = [], []
    for line, row in enumerate(rows, 2):
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
            except ValueError:
                wrong.append(f"line {line}: {name} {cell!r} is no number")
        found.append(made)
    if wrong:
        raise TableError(f"{path}: {len(wrong)} faults:\n  " + "\n  ".join(wrong[:50]))
    return found


def _read_parquet(path: Path) -> list[dict[str, Any]]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise TableError(f"{path}: Parquet needs pyarrow. Install it, or export the table as CSV.") from None
    try:
        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
    except (OSError, pyarrow.ArrowException) as error:
        raise TableError(f"{path}: is no Parquet file that can be read ({error}).") from None
    return rows
