"""Stored messages scored again, and the worker process that does it for lots of them: it reads the store and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from vmaudio.analysis.own_companies import with_own_company
from vmaudio.analysis.scoring_pass import Baselines, score_in_context
from vmaudio.callback import promoted_model
from vmaudio.classify import Model, ModelStore
from vmaudio.errors import VmaudioError
from vmaudio.events import Listener
from vmaudio.records import Analysis, Message
from vmaudio.rubric import Rubric, TeamWords
from vmaudio.store import Rescored, Store, analyses_of, open_store, rescored_values


class Scoring(NamedTuple):
    """What all messages of a run are scored by.

    Attributes:
        rubric: the rubric.
        baselines: gives a rep's own baseline.
        forecaster: the promoted callback model, if there is one.
        team: what others are told.
    """

    rubric: Rubric
    baselines: Baselines
    forecaster: Model | None
    team: TeamWords


def message_now(stored: Message, contexts: Mapping[str, Message]) -> Message:
    """A stored message with what is known of it by now.

    Args:
        stored: the message.
        contexts: rows of a manifest by the id of the stored message.

    Returns:
        The manifest's row where there is one. For one of several messages in a file, which the row is about together, it has
        the id of the stored message.
    """
    message = contexts.get(stored.message_id, stored)
    if stored.audio_message:
        return replace(message, message_id=stored.message_id, audio_message=stored.audio_message)
    return message


def score_again(old: Analysis, message: Message, companies: Mapping[str, str], by: Scoring) -> Rescored:
    """Score a stored message again.

    Args:
        old: its analysis.
        message: what is known of it by now.
        companies: own companies by recording.
        by: what it is scored by.

    Returns:
        What is to be saved.
    """
    named = with_own_company(old, companies)
    new = score_in_context(named, message, by.rubric, by.baselines, by.forecaster, by.team)
    return Rescored(new, old.message.message_id, named if named is not old else None)


def bands(old: Analysis, new: Analysis) -> tuple[str, str]:
    """The bands of a message before and after.

    Args:
        old: its analysis before.
        new: and after.
    """
    before, after = (one.score.band if one.score else "unscored" for one in (old, new))
    return before, after


class LotHandler:
    """Scores lots of stored messages; see `vmaudio.analysis.workers.Handler`.

    Args:
        store: the store, only read.
        by: what the messages are scored by.
    """

    def __init__(self, store: Store, by: Scoring) -> None:
        self.store, self.by = store, by

    def describe(self) -> Any:
        """The rubric's id."""
        return self.by.rubric.rubric_id

    def answer(self, items: Sequence[Any], listener: Listener) -> Iterator[tuple[int, Any]]:
        """Score lots.

        Args:
            items: of each lot the ids of its messages, what the manifest says of them by id ("contexts"), own companies by
                recording ("companies"), and which recordings other messages share ("shared").
            listener: not used.

        Yields:
            (index of the lot, [band before, band after, whether its measurements change, what is to be saved] of each message
            that is there). Where the recording is shared, the measurements are always among what is to be saved: another
            message may have changed them.
        """
        del listener
        for index, lot in enumerate(items):
            contexts = {one: Message.from_dict(data) for one, data in lot["contexts"].items()}
            made = []
            for old in analyses_of(self.store, lot["ids"]):
                new = score_again(old, message_now(old.message, contexts), lot["companies"], self.by)
                changes = new.measures is not None
                if not changes and old.recording_id in lot["shared"]:
                    new = new._replace(measures=old)
                made.append([*bands(old, new.analysis), changes, rescored_values(new)])
            yield index, made


def serve_lots(
    where: str, rubric: Rubric, team: TeamWords, model_id: str | None, models_dir: str | None, *, threads: int | None
) -> LotHandler:
    """Make a worker's handler.

    Args:
        where: URL of the database.
        rubric: by which messages are scored.
        team: what others are told.
        model_id: of the callback model; None where there is none.
        models_dir: folder of promoted models.
        threads: not used: scoring takes one.

    Raises:
        VmaudioError: the database cannot be read, or another callback model was promoted meanwhile.
    """
    del threads
    store = open_store(where, read_only=True)
    forecaster = None if model_id is None else promoted_model(ModelStore.from_settings(models_dir))
    if model_id is not None and (forecaster is None or forecaster.model_id != model_id):
        raise VmaudioError(f"The callback model {model_id} is no longer the promoted one. Run it again.")
    return LotHandler(store, Scoring(rubric, cache(store.baseline), forecaster, team))
