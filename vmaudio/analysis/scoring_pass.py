"""The cheap pass: the measurements of a recording under one message's context, a rubric and the rep's own baseline."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from vmaudio.analysis import flags
from vmaudio.analysis.failures import file_name
from vmaudio.callback import add_probability
from vmaudio.classify import Model
from vmaudio.records import Analysis, Flag, Message, RepBaseline, Score
from vmaudio.rubric import NO_TEAM, Rubric, TeamWords, score

Baselines = Callable[[str], RepBaseline | None]
"""The own baseline of a rep, by name; None where there is none."""


def no_baseline(rep: str) -> RepBaseline | None:
    """Answer None whatever the rep: nobody has a baseline.

    Args:
        rep: name of the rep; it does not matter.
    """
    return None


def score_in_context(
    measured: Analysis,
    message: Message,
    rubric: Rubric,
    baselines: Baselines = no_baseline,
    forecaster: Model | None = None,
    team: TeamWords = NO_TEAM,
) -> Analysis:
    """The cheap pass: the same measurements under a message's context, a rubric and the rep's own baseline.

    Args:
        measured: the recording's measurements, scored or not.
        message: who sent it to whom: the context.
        rubric: by which it is scored.
        baselines: gives a rep's own baseline.
        forecaster: the promoted callback model, if there is one (`vmaudio.callback.promoted_model`).
        team: what others are told (`vmaudio.rubric.team_words`); `NO_TEAM` for a message scored alone.

    Returns:
        The measurements with this message, its flags and its score.
    """
    kept = tuple(flag for flag in measured.flags if flag.kind not in flags.CONTEXT_KINDS)
    draft = dataclasses.replace(
        measured,
        source=message.source,
        file_name=file_name(message.source),
        message=message,
        flags=(*kept, *flags.of_context(message, measured.transcript, measured.entities, measured.recording_id, team)),
        score=None,
    )
    scored = score(draft, rubric, baselines(message.rep) if message.rep else None, team=team)
    scored = add_probability(scored, draft.features.values, forecaster)
    provenance = dataclasses.replace(draft.provenance, rubric_id=scored.rubric_id, baseline_id=scored.baseline_id)
    return dataclasses.replace(draft, flags=_agreeing(draft.flags, scored, rubric), score=scored, provenance=provenance)


def _agreeing(found: tuple[Flag, ...], scored: Score, rubric: Rubric) -> tuple[Flag, ...]:
    """The flags without praise for notes that the rubric's own check of them does not pass, as their words are not sure."""
    asked = {criterion.id for criterion in rubric.criteria if criterion.test == "personal"}
    if all(check.verdict == "pass" for check in scored.checks if check.id in asked):
        return found
    return tuple(flag for flag in found if flag.kind not in flags.PRAISE_OF_NOTES)
