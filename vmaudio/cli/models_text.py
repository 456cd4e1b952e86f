"""How the evaluation of a model is printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vmaudio.cli.common import out
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.training import Evaluation


def print_evaluation(found: Evaluation) -> None:
    """Print the metrics of a model beside its baseline, label by label.

    Args:
        found: What `vmaudio.training.evaluate_model` found.
    """
    console = out()
    tested = f"{counted(found.n, 'item')} of {counted(found.n_messages, 'message')} by {counted(found.groups, 'rep')}"
    console.print(f"{found.model_id}: {tested}", markup=False)
    heard = found.recognised
    if heard is not None:
        console.print(f"  {'':<20}{'true text':<46}recognised text ({counted(heard['n_messages'], 'message')})", markup=False)
    for key in ("macro_f1", "balanced_accuracy", "accuracy"):
        cells = [_with_interval(getattr(found, key), found.ci.get(key))]
        cells += [_with_interval(heard[key], heard["ci"].get(key))] if heard is not None else []
        console.print(f"  {key.replace('_', ' '):<20}" + "".join(f"{cell:<46}" for cell in cells).rstrip(), markup=False)
    console.print(f"  {'majority baseline':<20}{found.majority_baseline:.3f}")
    if found.calibration.get("ece_null"):
        low, _, high = found.calibration["ece_null"]
        found_error = f"{found.calibration['ece']:.3f}  (a perfectly calibrated model shows {low:.3f} to {high:.3f})"
        console.print(f"  {'calibration error':<20}{found_error}")
    console.print(
        f"  gives a label for {found.coverage:.0%} of the items; {found.precision_at_coverage:.0%} of these labels are right"
    )
    for label, row in sorted(found.per_class.items(), key=lambda item: -item[1]["n"]):
        line = "  ".join(f"{key} {row[key]:.2f}" for key in ("precision", "recall", "f1"))
        also = heard["per_class"].get(label) if heard is not None else None
        more = f"  recognised: f1 {also['f1']:.2f}" if also else ""
        console.print(f"    {label:<16}{line}  n {row['n']:.0f}{more}", markup=False)
    for note in found.notes:
        console.print(f"  {note}", markup=False)


def _with_interval(value: float | None, ci: Sequence[float] | None) -> str:
    """A metric with its interval by rep."""
    if value is None:
        return "n/a"
    low, high = ci if ci else (float("nan"), float("nan"))
    return f"{value:.3f}  (95 % by rep {low:.3f} to {high:.3f})"
