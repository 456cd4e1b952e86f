"""Messages said again, as rows of a report: from `vmaudio.duplicates`, with words and dates for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vmaudio.duplicates import DuplicateGroup, DuplicateItem, find_duplicates, item_of
from vmaudio.records import Analysis, Outcome
from vmaudio.report.data import RepeatRow
from vmaudio.report.message import sent_words

NAMES: Mapping[str, str] = {
    "after_wrong_person": "called again after “wrong person”",
    "same_prospect": "the same message to the same prospect",
    "mass_drop": "one recording for many prospects",
    "same_script": "the same words for many prospects",
    "copy": "one message under two names or in two formats",
}

MOST = 40
"""Most groups in a report; `vmaudio repeats` has them all."""

_WHO = 4


def repeat_rows(analyses: Iterable[Analysis], outcomes: Mapping[str, Outcome] | None = None) -> list[RepeatRow]:
    """Find repeated messages, the worst kind first.

    Call it before names are left out of the analyses: a redacted text is shorter, so more messages look alike.

    Args:
        analyses: The messages.
        outcomes: Outcomes by message id; of these only "wrong person" is used.

    Returns:
        One row per group of repeated messages, at most `MOST`.
    """
    analyses = list(analyses)
    levels = {one.recording_id: one.prosody.contour.level_dbfs for one in analyses}
    return rows_of_groups(find_duplicates(repeat_items(analyses, outcomes or {}), levels=levels))


def repeat_items(analyses: Iterable[Analysis], outcomes: Mapping[str, Outcome]) -> list[DuplicateItem]:
    """Messages as `vmaudio.duplicates.find_duplicates` takes them.

    Args:
        analyses: The messages.
        outcomes: Outcomes by message id.

    Returns:
        One item per message, in the same order.
    """
    wrong = {key for key, outcome in outcomes.items() if outcome.wrong_person}
    return [item_of(analysis, wrong_person=analysis.message.message_id in wrong) for analysis in analyses]


def rows_of_groups(groups: Sequence[DuplicateGroup], shown: Mapping[str, Analysis] | None = None) -> list[RepeatRow]:
    """Groups of repeated messages as rows of a report.

    Args:
        groups: As `find_duplicates` gives them.
        shown: Analyses to quote, by message id, if they are not the ones that were compared (redacted copies, say). Groups
            without any of them are left out.

    Returns:
        One row per group, at most `MOST`.
    """
    rows = []
    for group in groups[:MOST]:
        first = group.members[0]
        if shown is None:
            reps, prospects, text = [m.rep for m in group.members], [m.listener for m in group.members], first.text
        else:
            known = [shown[m.message_id] for m in group.members if m.message_id in shown]
            if not known:
                continue
            reps = [a.message.rep for a in known]
            prospects = [a.message.prospect_name or a.message.prospect for a in known]
            text = known[0].transcript.text
        by = _listed(dict.fromkeys(rep for rep in reps if rep))
        to = _listed(dict.fromkeys(prospect for prospect in prospects if prospect))
        dates = [sent_words(m.sent_at).split(",")[0] for m in (first, group.members[-1]) if m.sent_at]
        rows.append(
            RepeatRow(
                kind=NAMES.get(group.kind, group.kind),
                n=len(group.members),
                who=" ".join(part for part in (f"by {by}" if by else "", f"to {to}" if to else "") if part) or "not given",
                when=" to ".join(dict.fromkeys(dates)),
                words=text if len(text) <= 140 else text[:138].rsplit(" ", 1)[0] + " …",
                detail="" if group.similarity >= 1 else f"at least {100 * group.similarity:.0f} % similar",
                ids=() if shown is not None else tuple(m.message_id for m in group.members),
            )
        )
    return rows


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _WHO} more" if len(listed) > _WHO else ""
    return ", ".join(listed[:_WHO]) + more
