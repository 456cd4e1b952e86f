"""The cheap pass over the store: new rubric, new manifest, new baselines; no recording is opened."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from vmaudio.analysis.own_companies import own_companies
from vmaudio.analysis.rescoring_processes import LOT, LotEngine, rescorers
from vmaudio.analysis.scoring_again import Scoring, bands, message_now, score_again
from vmaudio.analysis.scoring_pass import score_in_context
from vmaudio.classify import Model
from vmaudio.duplicates import find_copies, item_of, stored_copies
from vmaudio.intake import fit_recordings, id_key
from vmaudio.records import Analysis, Message, absolute_source
from vmaudio.rubric import NO_TEAM, RUBRIC_OPTIONS, Rubric, TeamWords, baseline_of, team_words
from vmaudio.store import Rescored, Store, all_outcomes, baseline_rows, put_rescored, rescored_values, stands_alone


def freeze_baselines(store: Store) -> int:
    """Freeze a baseline for every rep with enough messages (`vmaudio.rubric.MIN_BASELINE`).

    Args:
        store: gives the messages and keeps the baselines.

    Returns:
        How many reps have one.
    """
    frozen = 0
    for rep in sorted({message.rep for message in store.messages() if message.rep}):
        made = baseline_of(rep, baseline_rows(store, rep))
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
    """Score every stored message again and save it, with what the team and its campaigns tell others.

    The rep's own company, where it is known, gets one spelling; see `name_companies`.

    Args:
        store: gives the messages and keeps their scores.
        rubric: by which they are scored.
        listed: rows of a manifest: a message takes the context of the row with its id, else of the only row of its file.
        freeze: make each rep's baseline anew first, from all of the rep's messages.
        forecaster: the promoted callback model; without one, earlier probabilities go.

    Yields:
        (before, after) for each message.
    """
    yield from _rescore(store, _known(store, rubric, listed, freeze, forecaster))


def rescore_bands(
    store: Store,
    rubric: Rubric,
    listed: Sequence[Message] = (),
    *,
    freeze: bool = True,
    forecaster: Model | None = None,
    workers: int | None = None,
    models_dir: str | None = None,
) -> Iterator[tuple[str, str]]:
    """`rescore` in several processes, where that pays: the same rows in the same order, in less time.

    Args:
        store: as for `rescore`, as are the next four.
        rubric: by which messages are scored.
        listed: rows of a manifest.
        freeze: make each rep's baseline anew first.
        forecaster: the promoted callback model.
        workers: processes that score; None is as many as memory and cores allow, and one for few messages. Where a message
            takes the place of another, all are scored in this process.
        models_dir: folder where the processes find the promoted model; None is the setting's.

    Yields:
        The bands of each message before and after; "unscored" where it has no score.

    Raises:
        VmaudioError: no process can be started, or two died over one lot of messages; what is before it is saved.
    """
    known = _known(store, rubric, listed, freeze, forecaster)
    count = rescorers(store, workers)
    if count > 1:
        now = ((stored.message_id, message_now(stored, known.contexts)) for stored in store.messages())
        same_ids = all(stored == message.message_id for stored, message in now)
        if same_ids and stands_alone(store, (message_now(stored, known.contexts) for stored in store.messages())):
            engine = LotEngine(store, known.by, known.contexts, known.companies, workers=count, models_dir=models_dir)
            yield from engine.run()
            return
    yield from (bands(old, new) for old, new in _rescore(store, known))


class _Known(NamedTuple):
    """What is known before the first message is scored."""

    by: Scoring
    contexts: Mapping[str, Message]
    companies: Mapping[str, str]


def _known(store: Store, rubric: Rubric, listed: Sequence[Message], freeze: bool, forecaster: Model | None) -> _Known:
    if freeze:
        freeze_baselines(store)
    contexts, _ = _contexts(store, listed)

    def context(stored: Message) -> Message:
        return contexts.get(stored.message_id, stored)

    copies = stored_copies(store, contexts=contexts)
    spoken = (sent for sent in store.spoken() if sent[0].message_id not in copies)
    sent = ((context(message), recording_id, text) for message, recording_id, text in spoken)
    team = team_words(sent, (context(message) for message in store.messages()))
    companies = own_companies(store, context=context)
    return _Known(Scoring(rubric, cache(store.baseline), forecaster, team), contexts, companies)


def _rescore(store: Store, known: _Known) -> Iterator[tuple[Analysis, Analysis]]:
    analyses = (one for one in store.analyses() if one.score is not None)  # without one no message is known to be its
    while lot := list(itertools.islice(analyses, LOT)):
        made = [score_again(old, message_now(old.message, known.contexts), known.companies, known.by) for old in lot]
        _save(store, made)
        yield from zip(lot, (one.analysis for one in made), strict=True)


def _save(store: Store, lot: Sequence[Rescored]) -> None:
    if put_rescored(store, [rescored_values(one) for one in lot]):
        return
    for one in lot:
        if one.measures is not None:
            store.save_measures(one.measures)
        store.save_score(one.analysis, instead_of=one.before)


def score_with_team(store: Store, rubric: Rubric, touched: Iterable[Message], *, forecaster: Model | None = None) -> int:
    """Score messages with notes again, once all of a run is stored: by then it is known what others are told.

    Args:
        store: gives the messages and keeps their scores.
        rubric: by which they are scored.
        touched: the messages of the run; those with notes of their campaigns, and other sends of their recordings, are looked
            at.
        forecaster: the promoted callback model.

    Returns:
        How many messages got another verdict or flag.
    """
    noted = {message.message_id: message for message in store.messages() if message.notes}
    if not noted:
        return 0
    run = list(touched)
    ids, campaigns = {message.message_id for message in run}, {message.campaign for message in run if message.campaign}
    of_recording: dict[str, set[str]] = {}
    sent = []
    for message, recording_id, text in store.spoken():
        of_recording.setdefault(recording_id, set()).add(message.message_id)
        sent.append((message, recording_id, text))
    copies = stored_copies(store)
    team = team_words((one for one in sent if one[0].message_id not in copies), noted.values())
    for others in of_recording.values():
        ids |= others if len(others) > 1 and not others.isdisjoint(ids) else set()
    changed = 0
    for message in noted.values():
        old = store.one(message.message_id) if message.message_id in ids or message.campaign in campaigns else None
        if old is None:
            continue
        new = score_in_context(old, message, rubric, store.baseline, forecaster, team)
        if (new.score, new.flags) == (old.score, old.flags):
            continue
        store.save_score(new)
        changed += new.flags != old.flags or _verdicts(new) != _verdicts(old)
    return changed


def _verdicts(analysis: Analysis) -> list[str]:
    return [check.verdict for check in analysis.score.checks] if analysis.score else []


def team_beside(store: Store, message: Message, analysis: Analysis, copies: Mapping[str, str] | None = None) -> TeamWords:
    """What others are told, for one message that need not be stored yet.

    Args:
        store: gives the messages of the team.
        message: the one that is scored.
        analysis: of it.
        copies: the copies in the store (`vmaudio.duplicates.stored_copies`), where they are known already.

    Returns:
        The counts of the store and of this message, copies left out; `NO_TEAM` for a message without notes, which has nothing
        to compare.
    """
    if not message.notes:
        return NO_TEAM
    known = stored_copies(store) if copies is None else copies
    own = (message, analysis.recording_id, analysis.transcript.text)
    item = item_of(replace(analysis, message=message, source=message.source))

    def counts(sent: tuple[Message, str, str]) -> bool:
        other, recording_id, _ = sent
        if other.message_id in known or recording_id != analysis.recording_id:
            return other.message_id not in known
        beside = item_of(replace(analysis, message=other, source=other.source))
        return not find_copies([item, beside], keep=all_outcomes(store))

    return team_words(itertools.chain(filter(counts, store.spoken()), [own]), [message])


def rows_without_message(store: Store, listed: Sequence[Message]) -> list[Message]:
    """The rows of a manifest that fit no stored message, so that `rescore` makes nothing of them.

    Args:
        store: gives the messages.
        listed: rows of a manifest.

    Returns:
        The rows, in their order.
    """
    return _contexts(store, listed)[1]


def _contexts(store: Store, listed: Sequence[Message]) -> tuple[dict[str, Message], list[Message]]:
    """The row for each stored message by its id: the row with that id, else the only one of its file. And the other rows."""
    if not listed:
        return {}, []
    by_id = {id_key(row.message_id): row for row in listed}
    stored = list(store.messages())
    found = {message.message_id: row for message in stored if (row := by_id.get(id_key(message.message_id)))}
    used = {row.message_id for row in found.values()}
    rest = [message for message in stored if message.message_id not in found and message.source]
    fitted = fit_recordings(dict.fromkeys(message.source for message in rest), [r for r in listed if r.message_id not in used])
    rows: dict[str, list[Message]] = {}
    for row in fitted.messages:
        rows.setdefault(absolute_source(row.source), []).append(row)
    alone = set(fitted.without_row)
    for message in rest:
        about = rows.get(absolute_source(message.source), [])
        if message.source not in alone and len(about) == 1:
            found[message.message_id] = about[0]
            used.add(about[0].message_id)
    return found, [row for row in listed if row.message_id not in used]
