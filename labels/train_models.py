"""Train the models that ship: ``python -m labels.train_models``, from the label files of a checkout.

Deterministic: the same labels and seed give the same metrics and predictions. With ``--external FOLDER`` (development
recordings that are not part of the repository) the models are then evaluated on other people's words and voices, and those
numbers join model.json and card.md; they never take part in training. Where a second reader's labels lie beside the others
(second_reader.jsonl), the readers' agreement joins them too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.external_data import evaluate, lively_sentence
from labels.agreement import agreement, read_second
from vmaudio.classify import CURRENT_FILE, ModelStore
from vmaudio.events import Event
from vmaudio.training.answers import plain
from vmaudio.training.card import model_card
from vmaudio.training.fit_model import NAMES, train_model
from vmaudio.training.labels import read_labelled_messages
from vmaudio.training.tasks import PartTask

TEXTS = ("messages_a.jsonl", "messages_b.jsonl", "messages_c.jsonl", "messages_d.jsonl", "robocalls.jsonl")
UNSEEN = "unseen_messages.jsonl"
"""Messages of twelve reps that no model is fitted, chosen or calibrated on."""
SOUNDS = ("tone_features.csv",)
REASONS = ("reasons.jsonl",)
"""What each message gives as its reason to call back, read for this alone."""
SECOND = "second_reader.jsonl"
VERSION = "1"


def main(argv: Sequence[str] | None = None) -> int:
    """Train what is asked for; write models/<name>/1 and CURRENT."""
    root = Path(__file__).resolve().parents[1]
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(NAMES), help="part, approach, tone, reason; all of them by default")
    parser.add_argument("--labels", type=Path, default=root / "labels", help="folder of the label files")
    parser.add_argument("--models", type=Path, default=root / "models", help="folder to write")
    parser.add_argument("--external", type=Path, help="folder of development recordings to evaluate on")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(argv)
    began = time.monotonic()

    def listen(event: Event) -> None:
        total = f" of {event.total}" if event.total else ""
        print(f"{time.monotonic() - began:5.0f} s  {event.stage} {event.item} {event.done}{total}", file=sys.stderr, flush=True)

    prepared: PartTask | None = None
    for name in options.names:
        data = [options.labels / file for file in {"tone": SOUNDS, "reason": REASONS}.get(name, TEXTS)]
        if (
            name in ("part", "approach") and prepared is None
        ):  # cutting and measuring the texts takes a third of the approach's time
            prepared = PartTask(
                read_labelled_messages(data), options.seed, fewest_reps=1
            )  # invented people's words are nobody's secret
        given = prepared if name in ("part", "approach") else None
        result = train_model(name, data, options.models / name / VERSION, options.seed, listen, given)
        (options.models / name / CURRENT_FILE).write_text(VERSION + "\n", encoding="utf-8")
        if name in ("part", "approach") and (options.labels / SECOND).is_file():
            texts = [options.labels / file for file in TEXTS if (options.labels / file).is_file()]
            readers = agreement(read_labelled_messages(texts), read_second(options.labels / SECOND))
            amend(options.models / name / VERSION, {"readers": readers[name]})
        m = result.evaluation
        print(f"{name}: macro F1 {m.macro_f1:.3f}, accuracy {m.accuracy:.3f}, majority {m.majority_baseline:.3f}, n {m.n}")
    if options.external is not None:
        store = ModelStore(options.models / "none", options.models)
        for name, found in evaluate(store, options.external).items():
            folder = options.models / name / VERSION
            more: dict[str, Any] = {"outside": found}
            if name == "tone":
                validation = json.loads((folder / "model.json").read_text(encoding="utf-8"))["validation"]
                more["validation"] = {**validation, "lively": lively_sentence(found)}
            amend(folder, more)
            print(f"{name}, external: {json.dumps(plain(found))[:2000]}")
    return 0


def amend(folder: Path, more: Mapping[str, Any]) -> None:
    """Add values to a written model's model.json and write its card again; the estimator stays as it is."""
    meta = {**json.loads((folder / "model.json").read_text(encoding="utf-8")), **plain(more)}
    text = json.dumps(meta, indent=1, ensure_ascii=False, allow_nan=False)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")
    svgs = sorted(path.name for path in folder.glob("*.svg"))
    (folder / "card.md").write_text(model_card(meta, svgs), encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
