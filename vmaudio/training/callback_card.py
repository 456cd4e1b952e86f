"""The callback model's card: how good it is, on whom, and what it is not for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vmaudio.callback import CALLBACK_OPTIONS


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
        "The probability that a message is called back, for the average of all reps. It is fitted on observed outcomes of one "
        "team. It says what went with callbacks there, not what caused them.", "",
        *(["**SIMULATED OUTCOMES: an exercise, no evidence.**", ""] if meta["simulated"] else []),
        "## Trained on", "",
        f"- {m['n']:,} messages, {m['events']:,} callbacks (base rate {100 * m['base_rate']:.1f} %), {m['groups']} reps, "
        f"{m['prospects']:,} prospects",
        f"- sent {window}; seed {meta['seed']}",
        f"- saved: logistic regression, {_FAMILY[meta['chosen']]}",
        f"- held equal: {', '.join(meta['held_equal'])}", "",
        "## How good it is", "",
        f"Cross-validation of what is saved, split by {m['grouped_by']}; intervals draw {m['ci_draws']}. Skill is what a "
        "message adds: what is held equal is taken out of the features, so that a better list counts for no message.", "",
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
        *(f"| {name}{' (saved)' if name == meta['chosen'] else ''} | "
            f"{f['brier_skill']:.3f} ({interval(f, 'brier_skill')}) | {f['auc']:.3f} ({interval(f, 'auc')}) |"
          for name, f in m["families"].items()),
        "", "## What goes with callbacks, of what a rep can change", "", *_effects(meta),
        "", "## Rule", "", f"A model is saved only with {meta['rule']}.", "",
        "## Not for", "",
        "- another team, product, list or season: train again, and look at the drift check",
        "- ranking reps: a rep's own level is taken out on purpose",
        "- proof that a change works: that needs an experiment (`vmaudio compare plan`)",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


_FAMILY = {"straight": "a straight line for each feature", "bent": "each feature's line may bend at its median"}


def _effects(meta: Mapping[str, Any]) -> list[str]:
    tested = {name: about for name, about in meta["features"].items() if "q" in about}
    rate = CALLBACK_OPTIONS.false_discoveries
    named = sorted((about["q"], name) for name, about in tested.items() if about["q"] <= rate)
    said = ", ".join(f"{name} (q {q:.1g})" for q, name in named) or "none"
    return [
        f"More than chance: {said}; of {len(tested)} tested, with at most {100 * rate:g} % false ones expected among those "
        'named (Benjamini and Hochberg). Only these are named under a message\'s "what goes with a higher probability". '
        "Associated is not caused: only a plan by chance tells more.",
    ]


def interval(metrics: Mapping[str, Any], name: str) -> str:
    """A figure's 95 % interval as text.

    Args:
        metrics: with ``ci``.
        name: of the figure.
    """
    low, high = metrics["ci"][name]
    return f"{low:.3f} to {high:.3f}"
