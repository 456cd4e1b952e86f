"""Parts and approaches: how often are they right for reps, and in domains, that no model was trained on?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.common import ROOT, Table
from labels.train_models import UNSEEN
from vmaudio.classify import ModelStore
from vmaudio.training.evaluation import evaluate_model
from vmaudio.training.metrics import wilson

AIMS = {
    ("part", "as written, labelled cuts"): "macro F1 .83",
    ("part", "as recognised, own cuts"): "macro F1 .78",
    ("approach", "as recognised, own cuts"): "unclear at most .08",
}


def run(data: Path) -> list[Table]:
    """One table of scores and one of the parts; ``data`` is not needed."""
    store = ModelStore(ROOT / "models" / "none", ROOT / "models")
    part = store.load("part")
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for model in (part, store.load("approach")):
        written = evaluate_model(model, [ROOT / "labels" / UNSEEN], part).to_dict()
        cuts = "labelled" if model is part else "own"
        found[model.name, f"as written, {cuts} cuts"] = written
        found[model.name, "as recognised, own cuts"] = written["recognised"]
    lines = [(*key, *_scores(one), AIMS.get(key, "")) for key, one in found.items()]
    columns = (
        "model", "text", "n", "reps", "macro F1", "95 %", "accuracy", "95 % ", "unclear", "right of those answered", "95 %  ",
        "aim",
    )  # fmt: skip
    notes = (
        f"labels/{UNSEEN}: voicemails written by hand for twelve reps in twelve domains, which no model is fitted, chosen, "
        "calibrated or given a threshold on. The hand that wrote and labelled them also wrote messages_d.jsonl, which trains: "
        "a stranger's messages may differ more. Recognised: spoken by synthetic voices through telephone lines, written down "
        "by base or tiny.en; a piece that was not heard counts as wrong. Intervals draw whole reps, and are Wilson's for the "
        "share of right answers. Scores are of the forced choice."
    )
    each = [found["part", text]["per_class"] for text in ("as written, labelled cuts", "as recognised, own cuts")]
    labels = [
        (label, one["n"], one["precision"], one["recall"], one["f1"], each[1].get(label, {}).get("f1"))
        for label, one in each[0].items()
    ]
    return [
        Table("Reps and domains that trained nothing", columns, lines, notes),
        Table("Part by part", ("part", "n", "precision", "recall", "F1", "F1 as recognised, own cuts"), labels),
    ]


def _scores(one: dict[str, Any]) -> tuple[object, ...]:
    answered = round(one["n"] * one["coverage"])
    right = round(answered * (one["precision_at_coverage"] or 0.0))
    low, high = wilson(right, answered)
    return (
        one["n"], one["groups"], one["macro_f1"], _interval(one, "macro_f1"), one["accuracy"], _interval(one, "accuracy"),
        1 - one["coverage"], one["precision_at_coverage"], f"{low:.2f}-{high:.2f}",
    )  # fmt: skip


def _interval(one: dict[str, Any], score: str) -> str:
    low, high = one["ci"][score]
    return f"{low:.2f}-{high:.2f}"
