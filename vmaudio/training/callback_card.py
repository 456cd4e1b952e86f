"""The callback model's card: how good it is, on whom, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def callback_card(meta: Mapping[str, Any]) -> str:
    """The model card.

    Args:
        meta: values of model.json, as `vmaudio.training.callback_model` makes them.

    Returns:
        Markdown.
    """
    m = meta["metrics"]
    window = f"{meta['window'][0][:10]} to {meta['window'][1][:10]}" if meta["window"] else "not known"
    ece_low, ece_middle, ece_high = m["ece_null"]
    lines = [
        "# Model card: callback", "",
        "The probability that a message is called back, for a rep of average level. It is fitted and calibrated on observed "
        "outcomes of one team. It says what went with callbacks there, not what caused them.", "",
        *(["**SIMULATED OUTCOMES: an exercise, no evidence.**", ""] if meta["simulated"] else []),
        "## Trained on", "",
        f"- {m['n']:,} messages, {m['events']:,} callbacks (base rate {100 * m['base_rate']:.1f} %), {m['groups']} reps, "
        f"{m['prospects']:,} prospects",
        f"- sent {window}; seed {meta['seed']}",
        f"- chosen: {meta['chosen']} (in the folds: {', '.join(meta['chosen_in_folds'])})", "",
        "## How good it is", "",
        f"Nested cross-validation, split by {m['grouped_by']}; intervals draw {m['ci_draws']}.", "",
        "| figure | value | 95 % interval | right would be |",
        "| --- | --- | --- | --- |",
        *(
            f"| {label} | {m[name]:.3f} | {interval(m, name)} | {right} |"
            for name, label, right in (
                ("brier_skill", "Brier skill against the base rate", "above 0"), ("auc", "AUC", "above .5"),
                ("brier", "Brier score", f"under {m['brier_base']:.4f}, the base rate's"),
                ("calibration_slope", "calibration slope", "1"), ("calibration_intercept", "calibration intercept", "0"),
            )
        ),
        f"| ECE, 10 bins | {m['ece']:.3f} | | {ece_low:.3f} to {ece_high:.3f} (median {ece_middle:.3f}), as chance gives |",
        "", "| family | Brier skill | AUC |", "| --- | --- | --- |",
        *(f"| {name} | {f['brier_skill']:.3f} ({interval(f, 'brier_skill')}) | {f['auc']:.3f} ({interval(f, 'auc')}) |"
          for name, f in m["families"].items()),
        "", "## Rule", "", f"A model is saved only with {meta['rule']}.", "",
        "## Not for", "",
        "- another team, product, list or season: train again, and look at the drift check",
        "- ranking reps: a rep's own level is taken out on purpose",
        "- proof that a change works: that needs an experiment (`vmaudio compare plan`)",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def interval(metrics: Mapping[str, Any], name: str) -> str:
    """A figure's 95 % interval as text.

    Args:
        metrics: with ``ci``.
        name: of the figure.
    """
    low, high = metrics["ci"][name]
    return f"{low:.3f} to {high:.3f}"
