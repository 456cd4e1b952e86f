"""Arms that a classifier predicted (approach, order): corrected rates, and the card of the model they come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from vmaudio.errors import ModelMissing
from vmaudio.experiments.arms import Arms
from vmaudio.experiments.misclassification import Corrected, correct_misclassification
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.results import Arm, Caution

if TYPE_CHECKING:
    from vmaudio.classify import ModelStore

_DEFAULT = CompareOptions()


def approach_card(by: str, models: ModelStore) -> dict[str, Any] | None:
    """The card of the approach model where the arms are its answers; `compare` needs it to correct for its errors.

    Args:
        by: what makes the arms, as in `compare`.
        models: the model folders.

    Returns:
        The current approach model's model.json; None when the arms are something else, or there is no such model.
    """
    if by not in ("approach", "feature:approach"):
        return None
    try:
        return models.current("approach").meta()
    except ModelMissing:
        return None


def correct_predicted_arms(
    family: Arms, made: Sequence[Arm], meta: Mapping[str, Any] | None, options: CompareOptions = _DEFAULT
) -> tuple[list[Arm], Corrected | None, Caution]:
    """Add the corrected rates to arms that a classifier predicted.

    Args:
        family: the arms, and which message is in which.
        made: their rates, in the same order.
        meta: the classifier's model.json; None when there is none.
        options: thresholds.

    Returns:
        The arms (as they are where no correction is possible), the correction, and a warning that says what was done.
    """
    reason: str | Corrected = "there is no card of the model"
    if family.by.endswith("order"):
        reason = "the order comes from several parts, and has no confusion matrix"
    elif meta is not None and len(made) > 1:
        reason = correct_misclassification(family.names, [arm.n for arm in made], [arm.events for arm in made], meta, options)
    text = (
        "These arms are the answers of a classifier. Its errors mix the arms: true differences are larger than those "
        "shown, and more messages are needed. Arms from the manifest (script) or a coach's labels do not have this problem."
    )
    if isinstance(reason, str):  # the kind "diluted" is older than the term misclassification: other programs rely on it
        return list(made), None, Caution("diluted", f"{text} No correction: {reason}.")
    fixed = [
        dataclasses.replace(arm, corrected=float(min(1, max(0, rate))), purity=float(pure))
        for arm, rate, pure in zip(made, reason.rates, reason.purity, strict=True)
    ]
    worst = min(fixed, key=lambda arm: arm.purity or 0.0)
    text += f" By the model's confusion matrix, {100 * (worst.purity or 0):.0f} % of '{worst.arm}' truly belong to it."
    if reason.forced:
        text += " That matrix is of forced answers; here the model may answer 'unclear': the correction is a little too large."
    return fixed, reason, Caution("diluted", text)
