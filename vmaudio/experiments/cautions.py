"""Warnings beside the numbers: what was left out or assumed, confounding, few events, messages of one rep that are alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vmaudio.experiments.attribution import ATTRIBUTIONS
from vmaudio.experiments.balance import TIME
from vmaudio.experiments.clusters import ARMS_ARE_REPS
from vmaudio.experiments.options import CompareOptions
from vmaudio.experiments.preparation import DIAL, Prepared
from vmaudio.experiments.results import Arm, Caution, Pair
from vmaudio.experiments.verdict import held_equal
from vmaudio.records import counted

_DEFAULT = CompareOptions()


def _were(n: int, what: str) -> str:
    return f"{counted(n, what)} {'was' if n == 1 else 'were'}"


def window_words(prepared: Prepared) -> str:
    """The observation window in words: "7 days".

    Args:
        prepared: prepared messages.

    Returns:
        The words; "0 days" without a window.
    """
    days = prepared.window.total_seconds() / 86400 if prepared.window else 0
    return f"{days:g} day" if days == 1 else f"{days:g} days"


def data_cautions(p: Prepared) -> Iterator[Caution]:
    """Warnings of what was left out, moved or assumed when the messages were prepared.

    Args:
        p: prepared messages.

    Yields:
        One warning for each thing that happened to at least one message.
    """
    done = "made" if p.unit == DIAL else "sent"
    if p.simulated:
        text = f"{p.simulated} of {len(p.rows)} outcomes are simulated. This is an exercise and says nothing about real calls."
        yield Caution("simulated", text, {"count": p.simulated})
    if p.young and p.as_of:
        text = f"{_were(p.young, p.unit)} younger than {window_words(p)} on {p.as_of.date()} and left out: " + (
            "the next dial may come." if p.unit == DIAL else "a callback may come."
        )
        yield Caution("young_messages", text, {"count": p.young})
    if p.not_sent and p.as_of:
        text = f"{_were(p.not_sent, p.unit)} {done} after {p.as_of.date()} and left out."
        yield Caution("not_sent", text, {"count": p.not_sent})
    if p.timeless and p.as_of:
        text = (
            f"{counted(p.timeless, 'outcome')} ({p.outcome}) of a later export without a time: what was known on "
            f"{p.as_of.date()} cannot be told. Counted as in that export."
        )
        yield Caution("outcome_without_time", text, {"count": p.timeless})
    if p.unknown:
        whose = "prospect" if p.unit == DIAL else "message"
        text = f"{p.unknown} of {counted(p.total, whose)} have no known {p.outcome} and are left out: unknown is not no."
        text += "" if p.unit == DIAL else " If the export lists only what happened, use --missing-is 0."
        yield Caution("unknown_outcome", text, {"count": p.unknown})
    if p.taken_as_no:
        text = f"{counted(p.taken_as_no, 'message')} without an outcome counted as no (--missing-is 0)."
        yield Caution("missing_as_no", text, {"count": p.taken_as_no})
    if p.rows and all(row.event for row in p.rows):
        text = f"Every known {p.outcome} is a yes. Does the export list only those? Then use --missing-is 0."
        yield Caution("only_events", text)
    if p.late:
        late = f"{_were(p.late, 'callback')} not counted"
        text = f"{late}: after the day of --as-of."
        if p.window:
            text = f"{late}: more than {window_words(p)} after the message. Older messages have had more time for that."
            text += " A longer --window counts them."
        yield Caution("late_callbacks", text, {"count": p.late})
    yield from _attribution_cautions(p)
    if p.undated and p.window:
        text = f"{_were(p.undated, 'message')} counted although sent_at is not known: some may be too young."
        yield Caution("undated", text, {"count": p.undated})
    if p.future:
        dated = f"{counted(p.future, p.unit)} dated after today"
        text = f"{dated}: is the clock, or the order of day and month, wrong? Use --as-of."
        yield Caution("future_dates", text, {"count": p.future})
    if p.near_end:
        text = (
            f"{_were(p.near_end, p.unit)} {done} in the last {window_words(p)} before the newest date in the "
            "data. If the outcomes were exported on that date, they are counted too early: use --as-of DATE."
        )
        yield Caution("export_date_unknown", text, {"count": p.near_end})


def _attribution_cautions(p: Prepared) -> Iterator[Caution]:
    """What the rule of attribution did, and what the others would do where several reps or arms may claim a callback."""
    if p.moved and p.attribution == "shared":
        text = f"{_were(p.moved, 'callback')} counted for several messages of the prospect: {ATTRIBUTIONS['shared']}."
        yield Caution("attributed", text + " --attribution as-given counts each once.", {"count": p.moved})
    elif p.moved:
        text = f"{_were(p.moved, 'callback')} given to another message of the prospect: {ATTRIBUTIONS[p.attribution]}."
        yield Caution("attributed", text + " --attribution as-given does not move them.", {"count": p.moved})
    for one in p.contests:
        if sentence := one.sentence(p.attribution):
            others = ", ".join(rule for rule in ATTRIBUTIONS if rule != p.attribution)
            details = {"between": one.what, "count": one.callbacks, "moved": dict(one.moved)}
            yield Caution("contested_callbacks", f"{sentence} Choose with --attribution: {others}.", details)


_AT_ONCE = {"prospect": "to one prospect", "company": "to one company", "day": "of one day"}
_MIXED = {
    "prospect": "More prospects tell more than more {unit}s to each.",
    "company": "More companies tell more than more {unit}s to each.",
    "day": "Change the scripts from {unit} to {unit}, not from day to day.",
}


def rep_cautions(unknown: int, total: int) -> Caution:
    """Warning that reps are not known, so that a strong rep and a strong message look the same.

    Args:
        unknown: messages without a rep.
        total: all messages that count.

    Returns:
        The warning.
    """
    have = "has" if unknown == 1 else "have"
    whose = "No message has a rep" if unknown == total else f"{counted(unknown, 'message')} of {total:,} {have} no rep"
    text = f"{whose}: a strong rep may have used one of the arms more than others did. Add a column 'rep'."
    return Caution("rep_unknown", text, {"count": unknown})


def pair_cautions(pair: Pair, has_rep: bool, options: CompareOptions = _DEFAULT) -> Iterator[Caution]:
    """Warnings about two arms: confounding, use at different times, messages of one rep that are alike.

    Args:
        pair: the two arms.
        has_rep: whether any message has a rep.
        options: thresholds.

    Yields:
        Warnings; none where nothing is wrong.
    """
    both = {"a": pair.a, "b": pair.b}
    timed = False
    for found in pair.imbalance:
        if not found.flagged or (timed and found.covariate in TIME):
            continue
        details = both | {"covariate": found.covariate, "smd": found.smd}
        how = f"standardised difference {found.smd:.2f}" + (" or more" if found.smd >= 9.5 else "")
        held = held_equal(pair, found.covariate)
        if found.covariate in TIME:
            timed = True
            end = "The difference within weeks removes this." if held else "Alternate them: vmaudio compare plan."
            text = f"'{pair.a}' and '{pair.b}' were not used at the same time ({how}): something else may have changed. {end}"
            yield Caution("not_concurrent", text, details | {"adjusted_for": held})
            continue
        where = ""
        if found.share_a is not None and found.share_b is not None:
            where = f"; {found.most}: {100 * found.share_a:.0f} % of '{pair.a}', {100 * found.share_b:.0f} % of '{pair.b}'"
        end = "The difference within reps removes this." if held else "A difference between them may come from this alone."
        text = f"'{pair.a}' and '{pair.b}' differ in {found.covariate} ({how}{where}). {end}"
        yield Caution("confounded", text, details | {"adjusted_for": held})
    if pair.adjusted.together and pair.adjusted.design_effect >= options.mentioned_design_effect:
        one = pair.adjusted.together
        text = (
            f"'{pair.a}' and '{pair.b}' were chosen for all {pair.unit}s {_AT_ONCE[one]} at once, and these are alike: the "
            f"{pair.unit}s tell as much as {1 / pair.adjusted.design_effect:.0%} of them would one by one. The verdict allows "
            f"for this. {_MIXED[one].format(unit=pair.unit)}"
        )
        yield Caution(
            "assigned_together", text.replace("%", " %"), both | {"unit": one, "design_effect": pair.adjusted.design_effect}
        )
    effect = pair.clustered.design_effect
    if has_rep and effect is not None and effect >= options.large_design_effect:
        text = (
            f"{pair.unit.capitalize()}s of one rep are alike ('{pair.a}' and '{pair.b}': intraclass correlation "
            f"{pair.clustered.icc:.3f}, design effect {effect:.1f}): use the interval by rep, not the simple one."
        )
        yield Caution("clustered", text, both | {"design_effect": effect})
    if has_rep and pair.clustered.reason not in (None, ARMS_ARE_REPS) and pair.clustered.n_reps:
        text = f"'{pair.a}' and '{pair.b}': there is no interval by rep: {pair.clustered.reason}."
        yield Caution("few_reps", text, both)


def older_cautions(kind: str, older: int, total: int) -> list[Caution]:
    """A warning where the arms rest on measures that older versions of the measuring stages made.

    Args:
        kind: what makes the arms, as `Arms.kind` says it.
        older: messages that were measured by an older version.
        total: messages that are compared.

    Returns:
        One warning where arms are measured and some messages are older; else none.
    """
    if not older or kind not in ("predicted", "feature", "check", "points"):
        return []
    text = (
        f"{_were(older, 'message')} measured by an older version of vmaudio, of {total}. Their measures may differ from those"
        " of the others. To measure them again: vmaudio batch --redo stale."
    )
    return [Caution("older_measures", text, {"count": older})]


def arm_cautions(arms: Sequence[Arm], no_arm: int, by: str, options: CompareOptions = _DEFAULT) -> list[Caution]:
    """Warnings about the arms: few events, messages in no arm, only one arm.

    Args:
        arms: all arms.
        no_arm: messages that are in none.
        by: what makes the arms, as the user wrote it.
        options: thresholds.

    Returns:
        Warnings; empty where nothing is wrong.
    """
    found = []
    few = [arm for arm in arms if min(arm.events, arm.n - arm.events) < options.smallest_expected]
    if few:
        names = ", ".join(f"'{arm.arm}' ({arm.events} of {arm.n})" for arm in few[:8])
        found.append(Caution("few_events", f"Few events or few non-events, so the rate is only a rough estimate: {names}."))
    if no_arm:
        found.append(Caution("no_arm", f"{_were(no_arm, 'message')} put in no arm: without {by!r}, or with an unclear one."))
    if len([arm for arm in arms if arm.n]) == 1:
        found.append(Caution("one_arm", "There is only one arm, so there is nothing to compare."))
    return found
