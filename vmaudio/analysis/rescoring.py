"""The cheap pass over the store: new rubric, new manifest, new baselines; no recording is opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vmaudio.analysis.scoring_pass import score_in_context
from vmaudio.classify import Model
from vmaudio.records import Analysis, Message
from vmaudio.rubric import RUBRIC_OPTIONS, Rubric, rep_baseline
from vmaudio.store import Filter, Store


def freeze_baselines(store: Store) -> int:
    """Freeze a baseline for every rep with enough messages (`vmaudio.rubric.MIN_BASELINE`).

    Args:
        store: gives the messages and keeps the baselines.

    Returns:
        How many reps have one.
    """
    frozen = 0
    for rep in sorted({message.rep for message in store.messages() if message.rep}):
        made = rep_baseline(rep, store.analyses(Filter(rep=rep)))
        if made.n >= RUBRIC_OPTIONS.checks.min_baseline:
            store.save_baseline(made)
            frozen += 1
    return frozen


def rescore(
    store: Store,
    rubric: Rubric,
    listed: Sequence[Message] = (),
    *,
    freeze: bool = True,
    forecaster: Model | None = None,
) -> Iterator[tuple[Analysis, Analysis]]:
    """Score every stored message again and save it.

    Args:
        store: gives the messages and keeps their scores.
        rubric: by which they are scored.
        listed: rows of a manifest: a message takes the context of the row with its id, else of the only row with its file.
        freeze: make each rep's baseline anew first, from all of the rep's messages.
        forecaster: the promoted callback model; without one, earlier probabilities go.

    Yields:
        (before, after) for each message.
    """
    if freeze:
        freeze_baselines(store)
    by_id = {message.message_id: message for message in listed}
    by_file: dict[Path, list[Message]] = {}
    for message in listed:
        by_file.setdefault(Path(message.source).absolute(), []).append(message)
    for old in store.analyses():
        rows = by_file.get(Path(old.source).absolute(), [])
        message = by_id.get(old.message.message_id) or (rows[0] if len(rows) == 1 else old.message)
        if old.message.audio_message:  # one of several messages in its file: the row is about all of them
            own = old.message
            message = replace(message, message_id=own.message_id, audio_message=own.audio_message)
        new = score_in_context(old, message, rubric, store.baseline, forecaster)
        store.save_score(new, instead_of=old.message.message_id)
        yield old, new
