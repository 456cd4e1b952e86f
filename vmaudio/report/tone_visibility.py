"""Who may see how a message sounds: the setting ``tone``, applied to records before anything is shown or written."""

from __future__ import annotations

import dataclasses

from vmaudio.records import TONE_AXES, Analysis, FeatureRow

TONE_FEATURES = frozenset(f"tone_{axis}" for axis in TONE_AXES)


def tone_is_shown(setting: str, *, team: bool) -> bool:
    """May the reader of a page see how messages sound?

    Args:
        setting: The setting ``tone``: "all", "self-check" or "off".
        team: Do others than the rep read the page?

    Returns:
        True when it may be shown.
    """
    return setting == "all" or (setting == "self-check" and not team)


def without_tone(analysis: Analysis) -> Analysis:
    """The same analysis with no trace of tone: axes, label, model, features and the reasons that rest on them.

    Args:
        analysis: One analysed message.

    Returns:
        A copy; the original is not changed.
    """
    score = analysis.score
    if score is not None:
        reasons = tuple(reason for reason in score.reasons if reason.feature not in TONE_FEATURES)
        score = dataclasses.replace(score, reasons=reasons)
    values = {name: value for name, value in analysis.features.values.items() if name not in TONE_FEATURES}
    return dataclasses.replace(
        analysis, tone=None, score=score, features=FeatureRow(analysis.features.schema, values, analysis.features.lower_bounds)
    )  # fmt: skip
