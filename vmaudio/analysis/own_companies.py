"""The companies that reps call for, over a store: given by the manifest, or learned from the rep's messages.

A company is known once a rep's messages are stored, so it is context, as what the team tells others is: it is looked up at the
end of a batch and by `rescore`, never while a message is measured. The words of a message stay as they were recognised; the
same store gives the same names, whatever they were before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from vmaudio.analysis.recognise import own_company
from vmaudio.analysis.scoring_pass import score_in_context
from vmaudio.classify import Model
from vmaudio.features import with_company
from vmaudio.records import Analysis, Message
from vmaudio.rubric import Rubric
from vmaudio.store import Store, heard_companies
from vmaudio.text import OwnCompanyOptions, learn_company, name_company, transcript_from_text

_KEPT = 4 * OwnCompanyOptions().read
"""Texts of a rep that are kept for learning: some of them are equal."""


def own_companies(
    store: Store, reps: Iterable[str] | None = None, *, context: Callable[[Message], Message] = lambda message: message
) -> dict[str, str]:
    """The own company of each recording where it is known.

    Args:
        store: gives the messages and what was said.
        reps: only recordings of these, as the store names them; None for all.
        context: what is known of a stored message by now.

    Returns:
        The company by recording: what the manifest says (`rep_company`), else what was learned from the rep's messages that
        have no such entry. A recording that was sent by several reps has none, unless all call for the same company.
    """
    wanted = None if reps is None else set(reps)
    spoken: dict[str, deque[tuple[str, tuple[str | None, ...]]]] = {}
    sent_by: dict[str, set[tuple[str | None, str]]] = {}
    for stored, recording_id, text in store.spoken(wanted):
        message = context(stored)
        rep, given = message.rep, own_company(message)
        sent_by.setdefault(recording_id, set()).add((rep, given))
        if rep and not given and (wanted is None or rep in wanted):
            about = (message.prospect_name, message.company)
            spoken.setdefault(rep, deque(maxlen=_KEPT)).append((text, about))
    learned = {rep: _learned(rep, said) for rep, said in spoken.items()}
    found: dict[str, str] = {}
    for recording_id, senders in sent_by.items():
        names = {given or learned.get(rep or "", "") for rep, given in senders if wanted is None or rep in wanted}
        if len(names) == 1 and (name := names.pop()):
            found[recording_id] = name
    return found


def _learned(rep: str, said: Iterable[tuple[str, tuple[str | None, ...]]]) -> str:
    """The company of a rep by what was said, and by the names that the messages are about; "" where there is none."""
    texts, about = zip(*said, strict=True)
    others = {rep, *(name for names in about for name in names if name and name.strip())}
    own = learn_company([transcript_from_text(text) for text in texts], sorted(others))
    return own.name if own else ""


def with_own_company(measured: Analysis, companies: Mapping[str, str]) -> Analysis:
    """A message whose company has the spelling of the rep's own, or is found by its sound.

    Args:
        measured: the measurements.
        companies: from `own_companies`.

    Returns:
        The same object where nothing changes: where the company is written so already or does not sound like it, and where the
        message was measured without hints or with a company from the settings. A spelling that is known no longer goes.
    """
    entities, options = measured.entities, measured.provenance.options
    name, before = companies.get(measured.recording_id), entities.company
    respelled = before is not None and before.heard is not None
    written = before.text if before is not None else None
    if not _may_change(name, written, options, respelled=respelled, status=measured.transcript.status):
        return measured
    now = name_company(measured.transcript, name)
    if now == before or (not respelled and (now is None or (now.heard is None and now.text != name))):
        return measured
    return replace(
        measured,
        entities=replace(entities, company=now),
        features=with_company(measured.features, now, measured.origin_s),
    )


def _may_change(name: str | None, written: str | None, options: Mapping[str, object], *, respelled: bool, status: str) -> bool:
    """Whether the words must be looked at: what has the name already, or none at all, needs no look."""
    if options.get("rep_company") or not options.get("hints", True) or status != "speech":
        return False
    return (name is not None or respelled) and (written is None or written != name)


def name_companies(
    store: Store, rubric: Rubric, touched: Iterable[Message], *, forecaster: Model | None = None
) -> list[Message]:
    """Give the messages of a run's reps the own company's spelling, once all of the run is stored, and score them again.

    Those with notes are left for `score_with_team`, which knows what others are told.

    Args:
        store: gives the messages and keeps them.
        rubric: by which they are scored.
        touched: the messages of the run.
        forecaster: the promoted callback model.

    Returns:
        The messages that have another company now.
    """
    reps = sorted({message.rep for message in touched if message.rep})
    companies = own_companies(store, reps) if reps else {}
    changed = []
    renamed: set[int] = set()  # measures that other sends of the recording share
    for rep in reps:
        for one in heard_companies(store, rep):
            name, respelled = companies.get(one.recording_id), one.heard is not None
            if one.analysis_id not in renamed and not _may_change(
                name, one.text, one.options, respelled=respelled, status=one.status
            ):
                continue
            old = store.one(one.message_id)
            if old is None:
                continue
            named = with_own_company(old, companies)
            if named is old and one.analysis_id not in renamed:
                continue
            renamed.add(one.analysis_id)
            store.save_measures(named)
            if not old.message.notes:
                store.save_score(score_in_context(named, old.message, rubric, store.baseline, forecaster))
            changed.append(old.message)
    return changed
