"""What a report is made of, read from the store: once over whole analyses, or over what a team's page says of each message."""

from __future__ import annotations

import dataclasses
from typing import Any

from vmaudio.duplicates import DuplicateItem, compared_levels, counted_once, find_copies, repeats_among
from vmaudio.errors import SettingError
from vmaudio.experiments import DEFAULT_ATTRIBUTION
from vmaudio.privacy import redact_text, rep_aliases
from vmaudio.report.counting import count_callbacks
from vmaudio.report.glossary import Glossary
from vmaudio.report.material import Material
from vmaudio.report.overrides import redacted_overrides
from vmaudio.report.provenance import data_hash
from vmaudio.report.repeats import repeat_items, rows_of_groups
from vmaudio.store import Filter, Store, brief_analyses, overrides_by_message, stored_digests


def collect(
    store: Store | None,
    glossary: Glossary,
    *,
    since: str | None = None,
    message_id: str | None = None,
    rep: str | None = None,
    redact: bool = False,
    tone: bool = False,
    repeats: bool = False,
    attribution: str = DEFAULT_ATTRIBUTION,
    brief: bool = False,
) -> Material:
    """Read from the store what a report is made of.

    Args:
        store: the store, or None where there is none yet.
        glossary: titles of checks and meanings of features.
        since: only messages left on or after this day, ISO 8601.
        message_id: only this message.
        rep: only this rep's messages.
        redact: leave out names and numbers, in everything.
        tone: how a message sounds may be shown; see `tone_in`.
        repeats: look for messages said again, in a report about a team.
        attribution: to which of a prospect's messages a callback belongs, one of `vmaudio.experiments.ATTRIBUTIONS`.
        brief: read of each message only what the team's page says of it (`vmaudio.store.brief_analyses`), where the page asks
            for no more: it is about one message or rep, or leaves names out of all that was said.

    Raises:
        SettingError: no analysed message matches, or there is none at all; or there is no such attribution.
    """
    brief = brief and not (message_id or rep or redact)
    which = Filter(rep=rep, since=since, message_id=message_id)
    analyses = [] if store is None else brief_analyses(store, which) if brief else list(store.analyses(which))
    if not analyses or store is None:
        asked = [f"{name} {value}" for name, value in (("message", message_id), ("rep", rep), ("since", since)) if value]
        if asked:
            raise SettingError(f"No analysed message matches {' and '.join(asked)}. vmaudio report lists what is there.")
        raise SettingError("The store has no analysed message yet. Run: vmaudio batch FOLDER")
    whole = not (message_id or rep or since)
    counting = count_callbacks(store, attribution, rep)
    listed, items = len(analyses), list[DuplicateItem]()
    if message_id is None:
        # without files that hold the same bytes, or the same sound in another format; what has an outcome of its own is none
        items = repeat_items(analyses, counting.outcomes)
        if brief:
            levels = compared_levels(store, items, counting.outcomes)
        else:
            levels = {one.recording_id: one.prosody.contour.level_dbfs for one in analyses}
        copies = counted_once(find_copies(items, levels, keep=counting.outcomes))
        analyses = [one for one in analyses if one.message.message_id not in copies]
        items = [one for one in items if one.message_id not in copies]
    found = Material(
        analyses,
        counting.outcomes,
        store.failures() if whole else [],
        overrides_by_message(store.overrides(message_id)),
        glossary,
        rep,
        message_id,
        tone=tone,
        called=counting.called,
        attribution=counting.note,
        copies=listed - len(analyses),
        ids=[analysis.message.message_id for analysis in analyses],
        whole=store.one if brief else None,
    )
    shown = redacted_material(found) if redact else found
    if not repeats or message_id or rep:
        return shown
    # looked for in what was said, shown in what may be shown
    groups = repeats_among(store, items)
    instead = {old.message.message_id: new for old, new in zip(found.analyses, shown.analyses, strict=True)} if redact else None
    return dataclasses.replace(shown, repeats=rows_of_groups(groups, instead))


def what_was_read(store: Store, given: Material) -> dict[str, Any]:
    """Count and hash what a report was made of, so that two reports can be told to be of the same data.

    Args:
        store: of which the material was collected.
        given: the material, with or without names.

    Returns:
        ``what``, ``records`` and ``sha256``; the order of the messages makes no difference.
    """
    stored = stored_digests(store, given.ids)
    names = [analysis.message.message_id for analysis in given.analyses]
    digests = [stored.get(one, one) for one in given.ids]
    return data_hash(digests, [given.outcomes.get(name) for name in names], [given.overrides.get(name, {}) for name in names])


def redacted_material(given: Material) -> Material:
    """Everything without names and numbers; outcomes and people's verdicts follow their message to its new id.

    Args:
        given: material with names, without repeats.
    """
    aliases = rep_aliases(given.analyses)
    made = [redact_text(analysis, aliases=aliases) for analysis in given.analyses]
    renamed = {old.message.message_id: new.message.message_id for old, new in zip(given.analyses, made, strict=True)}
    hidden = []
    for failure in given.failures:
        what = f"{failure.error}; its name is left out here"
        hidden.append(dataclasses.replace(failure, source="", file_name=f"a file ({failure.stage})", message=what))
    return dataclasses.replace(
        given,
        analyses=made,
        outcomes={
            renamed[key]: dataclasses.replace(outcome, message_id=renamed[key])
            for key, outcome in given.outcomes.items()
            if key in renamed
        },
        called=None if given.called is None else {renamed[key]: back for key, back in given.called.items() if key in renamed},
        failures=hidden,
        overrides=redacted_overrides(given.overrides, renamed),
        rep=aliases.get(given.rep or "", given.rep) if given.rep else None,
        redacted=True,
    )
