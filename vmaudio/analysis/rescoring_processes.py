"""Stored messages scored again by several processes: workers read and score lots of them, the driver alone writes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from vmaudio.analysis.local import default_workers
from vmaudio.analysis.pool_members import Lost
from vmaudio.analysis.scoring_again import Scoring, bands, message_now, score_again, serve_lots
from vmaudio.analysis.workers import WorkerPool
from vmaudio.errors import VmaudioError
from vmaudio.records import Message
from vmaudio.store import Store, analyses_of, put_rescored, read_lots, sent_twice

LOT = 50
"""Messages that are saved at once: nobody waits long for the database, and little is lost when the program is stopped."""

RESCORER_BYTES = 0.25e9
"""Memory of one process that scores: 110 MB measured."""

FEW = 1000
"""Fewer messages are scored in the time that processes take to start."""

_AHEAD = 4
"""Lots for each worker that are under way or wait for one before them to be saved."""


class LotLost(VmaudioError):
    """Processes died over a lot of messages."""


def rescorers(store: Store, workers: int | None) -> int:
    """How many processes score a store's messages.

    Args:
        store: the store.
        workers: so many; None is as many as memory and cores allow, and one for few messages.

    Returns:
        A number; 1 is this process alone, as for a database in memory, which no other can read.
    """
    url = store.engine.url
    if url.get_backend_name() == "sqlite" and (url.database or ":memory:") == ":memory:":
        return 1
    if workers is not None:
        return workers
    return 1 if store.count() < FEW else default_workers(RESCORER_BYTES)


class LotEngine:
    """Scores the messages of a store again in worker processes.

    Args:
        store: gives the messages and keeps their scores.
        by: what they are scored by.
        contexts: rows of a manifest by the id of the stored message.
        companies: own companies by recording.
        workers: number of processes.
        models_dir: folder of the promoted callback model; None is the setting's.
    """

    def __init__(
        self,
        store: Store,
        by: Scoring,
        contexts: Mapping[str, Message],
        companies: Mapping[str, str],
        *,
        workers: int,
        models_dir: str | None = None,
    ) -> None:
        self.store, self.by, self.contexts, self.companies, self.workers = store, by, contexts, companies, workers
        where = store.engine.url.render_as_string(hide_password=False)
        model_id = by.forecaster.model_id if by.forecaster is not None else None
        build = functools.partial(serve_lots, where, by.rubric, by.team, model_id, models_dir)
        self.pool = WorkerPool(build, workers=workers, threads=1)
        self._shared = sent_twice(store)
        self._renamed: set[str] = set()  # shared recordings whose measurements were changed

    def run(self) -> Iterator[tuple[str, str]]:
        """Score all messages and save them, lot by lot in the order of `rescore`; the workers end with the run.

        Yields:
            The bands of each message before and after.

        Raises:
            LotLost: processes died over a lot twice. What is before it is saved.
            WorkerStartError: no worker can be started.
        """
        lots, pool = self._lots(), self.pool
        answers: dict[int, tuple[Any, Any]] = {}
        given = due = 0
        try:
            while True:
                while given - due < _AHEAD * self.workers and (lot := next(lots, None)) is not None:
                    pool.give([lot | {"number": given}])
                    given += 1
                if due == given:
                    return
                for outcome in pool.wait():
                    if isinstance(outcome, Lost):
                        raise LotLost(_lost(outcome))
                    answers[outcome.item["number"]] = (outcome.item, outcome.value)
                while due in answers:
                    yield from self._save(*answers.pop(due))
                    due += 1
        finally:
            pool.stop()

    def _lots(self) -> Iterator[dict[str, Any]]:
        for lot in read_lots(self.store, LOT):
            ids, recordings = zip(*lot, strict=True)
            yield {
                "ids": ids,
                "contexts": {one: self.contexts[one].to_dict() for one in ids if one in self.contexts},
                "companies": {one: self.companies[one] for one in recordings if one in self.companies},
                "shared": [one for one in recordings if one in self._shared],
            }

    def _save(self, lot: Any, answer: Any) -> Iterator[tuple[str, str]]:
        for _, _, changes, values in answer:
            recording = values["message"]["recording_id"]
            if changes and recording in self._shared:
                self._renamed.add(recording)
            if not changes and recording not in self._renamed:
                values["measures"] = None
        if put_rescored(self.store, [values for *_, values in answer]):
            yield from ((before, after) for before, after, *_ in answer)
            return
        # another program has changed the store meanwhile: a message takes the place of another now
        for old in analyses_of(self.store, lot["ids"]):
            one = score_again(old, message_now(old.message, self.contexts), self.companies, self.by)
            if one.measures is not None:
                self.store.save_measures(one.measures)
            self.store.save_score(one.analysis, instead_of=one.before)
            yield bands(old, one.analysis)


def _lost(lot: Lost) -> str:
    how = "gave no scores" if lot.reason == "unanswered" else f"died {lot.deaths} times"
    code = f" (exit code {lot.exit_code})" if lot.exit_code is not None else ""
    ids = lot.item["ids"]
    return (
        f"The process that scored the messages {ids[0]} to {ids[-1]} again {how}{code}, perhaps for want of memory. "
        "Those before them are saved. Run it again with --workers 1."
    )
