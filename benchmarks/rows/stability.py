"""Stability: how far the points of a message move when a word that means nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, SEED, Table
from benchmarks.external_data import read_truth
from benchmarks.stability import CHANGES, Shift, shifts
from vmaudio.classify import ModelStore
from vmaudio.rubric.load import load_rubric
from vmaudio.training.labels import read_labelled_messages


def line(name: str, found: Sequence[Shift]) -> tuple[object, ...]:
    """One row: how many, unmoved, over 5 and over 10 points, the largest, and how many are scored only once."""
    jumps = np.array([shift.jump for shift in found])
    scored = jumps[~np.isnan(jumps)]
    rng = np.random.default_rng(SEED)
    ids = np.array([shift.id for shift in found])[~np.isnan(jumps)]
    names, of = np.unique(ids, return_inverse=True)
    means = []
    for _ in range(1000):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))[of]
        means.append((scored * times).sum() / times.sum())
    low, high = np.percentile(means, [2.5, 97.5])
    return (
        name, len(jumps), f"{np.mean(scored == 0):.2f}", f"{scored.mean():.2f} ({low:.2f} to {high:.2f})",
        f"{np.mean(scored > 5):.3f}", f"{np.mean(scored > 10):.3f}", float(scored.max()), int(np.isnan(jumps).sum()),
    )  # fmt: skip


def run(data: Path) -> list[Table]:
    """Reps that trained nothing, and all labelled messages (which trained the models)."""
    store = ModelStore(ROOT / "none", ROOT / "models")
    models = store.load("part"), store.load("approach")
    unseen = read_labelled_messages([ROOT / "samples" / "labels.jsonl"])
    truth = data / "voicemails" / "truth.jsonl"
    if truth.is_file():
        unseen += read_truth(truth, "base")
    known = read_labelled_messages(sorted((ROOT / "labels").glob("messages_*.jsonl")))
    columns = ("change", "n", "points unmoved", "mean move (95 % interval)", "over 5", "over 10", "largest", "scored only once")
    tables = []
    for title, messages in (("reps that trained nothing", unseen), ("all labelled messages", known)):
        found = shifts(messages, *models, load_rubric())
        lines = [line(name, [one for one in found if one.change == name]) for name in CHANGES]
        single = [one for one in found if one.change != "marks and capitals lost"]
        lines.append(line("any single change", single))
        notes = (
            f"{len(messages)} messages as written, default rubric, a plain voice with made-up word times. Points are 0 to 100. "
            "Intervals draw messages. “Scored only once”: a sales message before or after, not both times."
        )
        tables.append(Table(f"What an irrelevant word does to the points: {title}", columns, lines, notes))
    return tables
