"""Fit how probable it is that a telephone number is right: weights to vmaudio/text/entities/number_model.json.

Reads what `benchmarks.voices.hear` kept. Two logistic regressions on the tuning part; what is printed of the choosing part and
of left-out folds of the tuning part shows how far the probabilities can be trusted and where the wrong ones lie
(`HypothesisOptions.complete_from` was set by that, by hand). The report part is not looked at. Run::

    python -m benchmarks.fit_numbers heard.jsonl [--write]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT
from benchmarks.rows.phones import national
from benchmarks.voices.hear import comparison, read, replayed
from vmaudio.analysis.second_pass import in_doubt
from vmaudio.text import confirm_numbers, same_number
from vmaudio.text.entities.doubt import COMPARED, HEARD, evidence

MODEL = ROOT / "vmaudio" / "text" / "entities" / "number_model.json"
PENALTY = 1.0
"""L2, on standardised columns."""


def examples(rows: list[dict[str, Any]]) -> list[tuple[dict[str, float], dict[str, float] | None, bool, dict[str, Any]]]:
    """Of every number that was heard in whole: what is known without and with the comparison, whether it is right, its row."""
    found = []
    for row in rows:
        first, again, last = replayed(row)
        confirmed_phones = confirm_numbers(first, again).phones
        for before, confirmed, after in zip(first.phones, confirmed_phones, last.phones, strict=True):
            if after.probability is None:
                continue
            other = same_number(before, again.phones)
            scores = comparison(row, before) if in_doubt(confirmed, row["snr_db"]) else None
            known = evidence(before, after, other, None)
            more = evidence(before, after, other, scores) if scores is not None else None
            found.append((known, more, national(after.digits) == row["digits"], row))
    return found


def fit(names: tuple[str, ...], known: list[dict[str, float]], right: np.ndarray) -> dict[str, Any]:
    """Weights on the raw figures, and the intercept."""
    from sklearn.linear_model import LogisticRegression

    table = np.array([[one[name] for name in names] for one in known])
    middle, spread = table.mean(axis=0), table.std(axis=0) + 1e-9
    spread = np.where(spread < 1e-3, 1.0, spread)
    model = LogisticRegression(C=PENALTY, max_iter=2000).fit((table - middle) / spread, right)
    weights = model.coef_[0] / spread
    return {
        "intercept": round(float(model.intercept_[0] - weights @ middle), 3),
        "weights": dict(zip(names, np.round(weights, 3).tolist(), strict=True)),
    }


def chances(model: dict[str, Any], known: list[dict[str, float]]) -> np.ndarray:
    """Probabilities by fitted weights."""
    logits = [model["intercept"] + sum(w * one[name] for name, w in model["weights"].items()) for one in known]
    return 1.0 / (1.0 + np.exp(-np.array(logits)))


def both(found: list[Any], heard: dict[str, Any], compared: dict[str, Any]) -> np.ndarray:
    """Of each number its probability by the model that applies to it."""
    plain = chances(heard, [one[0] for one in found])
    full = chances(compared, [one[1] or dict.fromkeys(COMPARED, 0.0) for one in found])
    return np.array([f if one[1] is not None else p for p, f, one in zip(plain, full, found, strict=True)])


def fitted(found: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two models."""
    right = np.array([one[2] for one in found])
    some = [one for one in found if one[1] is not None]
    return (
        fit(HEARD, [one[0] for one in found], right),
        fit(COMPARED, [one[1] for one in some], np.array([one[2] for one in some])),
    )


def threshold(chance: np.ndarray, right: np.ndarray, share: float = 0.995) -> float:
    """The lowest probability above which (and above any higher one) that share of the numbers is right."""
    order = np.argsort(-chance)
    wrong = np.cumsum(~right[order])
    kept = np.flatnonzero(wrong <= (1 - share) * np.arange(1, len(order) + 1))
    last = int(kept[-1]) if len(kept) else 0
    return float(chance[order][last])


def main() -> None:
    """Fit, print, and with --write store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rows = [row for row in read(args.file) if row["part"] != "report"]
    found = examples(rows)
    tune = [one for one in found if one[3]["part"] == "tune"]
    rest = [one for one in found if one[3]["part"] == "choose"]
    groups = sorted({one[3]["group"] for one in tune})
    left_out, right = np.zeros(len(tune)), np.array([one[2] for one in tune])
    for fold in range(5):
        out = np.array([groups.index(one[3]["group"]) % 5 == fold for one in tune])
        models = fitted([one for one, other in zip(tune, out, strict=True) if not other])
        left_out[out] = both([one for one, other in zip(tune, out, strict=True) if other], *models)
    models = fitted(tune)
    chosen = both(rest, *models)
    right_rest = np.array([one[2] for one in rest])
    print(f"tune {len(tune)} numbers ({(~right).sum()} wrong), choose {len(rest)} ({(~right_rest).sum()} wrong)")
    for name, chance, true in (("tune, left out", left_out, right), ("choose", chosen, right_rest)):
        print(name, f"Brier {np.mean((chance - true) ** 2):.4f}, of the base rate {true.mean() * (1 - true.mean()):.4f}")
        for low, high in ((0, 0.2), (0.2, 0.5), (0.5, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.98), (0.98, 1.01)):
            here = (chance >= low) & (chance < high)
            if here.any():
                print(
                    f"  {low:.2f}-{high:.2f}: n {here.sum()}, stated {chance[here].mean():.3f}, right {true[here].mean():.3f}"
                )
    all_chance, all_right = np.concatenate([left_out, chosen]), np.concatenate([right, right_rest])
    print("complete from", threshold(all_chance, all_right), "choose alone", threshold(chosen, right_rest))
    print(json.dumps(models, indent=1))
    if args.write:
        about = {"numbers": len(tune), "wrong": int((~right).sum()), "voices": len(groups)}
        text = json.dumps({"fitted_on": about, "heard": models[0], "compared": models[1]}, indent=1)
        MODEL.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
