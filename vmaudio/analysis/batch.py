"""Many recordings: skip what is done, save each result as it arrives, count."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

from vmaudio.analysis.counting import Counted, check_count
from vmaudio.analysis.engines import BatchEngine
from vmaudio.records import Analysis, Failure, Message
from vmaudio.store import Claims, Store

log = logging.getLogger(__name__)
WAITING = "%d messages are being analysed by another run on this database. Their results are taken over when they are there."
PORTION = 8
"""Messages that are claimed at a time: one transaction for each would be felt where everything is stored already."""
PAUSE_S = 1.0
"""Between two looks at what another run is working on."""

Redo = Literal["no", "stale", "all"]
"""What of the stored results is measured again."""


@dataclass(slots=True)
class BatchSummary:
    """What a run did, counted in messages.

    ``analysed`` anew; ``stored`` already and only scored again, of which ``older`` were measured by older versions of the
    measuring stages (`vmaudio.records.MEASURE_VERSIONS`); ``failed``, with the ``failures`` themselves. ``renamed``: files
    that were stored under another path before (path, path before), whose row moved with them.
    """

    analysed: int = 0
    stored: int = 0
    older: int = 0
    failed: int = 0
    failures: list[Failure] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)

    def __add__(self, other: BatchSummary) -> BatchSummary:
        """The counts of both."""
        return BatchSummary(
            self.analysed + other.analysed, self.stored + other.stored, self.older + other.older, self.failed + other.failed,
            [*self.failures, *other.failures], [*self.renamed, *other.renamed],
        )  # fmt: skip

    @property
    def total(self) -> int:
        """Messages that were dealt with."""
        return self.analysed + self.stored + self.failed


def run_batch(
    engine: BatchEngine,
    messages: Iterable[Message],
    store: Store,
    *,
    redo: Redo = "no",
    fail_fast: bool = False,
    on_result: Callable[[Analysis | Failure], None] | None = None,
    tables: Mapping[str, Any] | None = None,
) -> BatchSummary:
    """Analyse messages and save every result at once.

    What the store holds for the same bytes under the engine's key (recogniser with options, feature schema, models) is not
    measured again: it only gets its score under this context and rubric. What another run on the same database is working on is
    left to that run, and its result taken over; see `vmaudio.store.Claims`.

    Args:
        engine: where the work is done.
        messages: what to analyse.
        store: where results are kept; this process is the only one of this run that writes.
        redo: "no": what is stored is used, also where an older version of a measuring stage made it; "stale": those are
        measured
            again, and only those; "all": everything is.
        fail_fast: stop at the first failure. Failures are saved too, and tried again by the next run.
        on_result: called for each message after its result was saved.
        tables: how the run's tables were read; kept with the run.

    Returns:
        How many messages were analysed, stored already, and failed.
    """
    digest, reused, fresh = engine.key.digest, set[str](), set[str]()

    def known(recording_id: str) -> Analysis | None:
        if redo == "all" and recording_id not in fresh:
            return None
        found = store.known(recording_id, digest)
        if found is not None and redo == "stale" and found.provenance.is_older:
            return None
        if found is not None and recording_id not in fresh:
            reused.add(recording_id)
        return found

    def keep(result: Analysis | Failure) -> None:
        before = None
        if isinstance(result, Failure):
            store.save_failure(result)
            summary.failed += 1
            summary.failures.append(result)
        elif result.recording_id in reused:
            before = store.save_score(result, look_for_renamed=True)
            summary.stored += 1
            summary.older += result.provenance.is_older
        else:
            before = store.save(result, look_for_renamed=True)
            fresh.add(result.recording_id)
            summary.analysed += 1
        if before is not None:
            summary.renamed.append((result.source, before))
        claims.release(result.source)
        if on_result is not None:
            on_result(result)

    summary = BatchSummary()
    run_id = store.begin_run("batch", tables)
    try:
        with Claims(store) as claims:
            ahead: Iterable[Message] = messages
            while not (fail_fast and summary.failed):
                elsewhere: list[Message] = []
                counted, before = Counted(_unclaimed(ahead, claims, elsewhere)), summary.total
                results = engine.run(counted, known)
                with contextlib.closing(results):
                    for result in results:
                        keep(result)
                        if fail_fast and summary.failed:
                            break
                    else:
                        check_count(engine.name, counted.taken, summary.total - before)
                if not elsewhere:
                    break
                if ahead is messages:
                    log.warning(WAITING, len(elsewhere))
                if not counted.taken:
                    time.sleep(PAUSE_S)
                ahead = elsewhere
    finally:
        store.end_run(run_id, analysed=summary.analysed, stored=summary.stored, failed=summary.failed)
    return summary


def _unclaimed(messages: Iterable[Message], claims: Claims, elsewhere: list[Message]) -> Iterator[Message]:
    """Messages that are this run's, claimed a few at a time; the others go to ``elsewhere``."""
    source = iter(messages)
    while portion := list(islice(source, PORTION)):
        ours = claims.take([message.source for message in portion])
        for message in portion:
            if message.source in ours:
                yield message
            else:
                elsewhere.append(message)
