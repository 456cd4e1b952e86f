"""What is known and what is not yet known, as sentences with their numbers. No sentence claims more than its interval shows."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from vmaudio.experiments import Pair, Prepared, best_words, compare
from vmaudio.plots import Rate, Spread, percent
from vmaudio.records import Observation, counted
from vmaudio.report.data import CheckRow, Finding, GroupRow
from vmaudio.report.glossary import APPROACH_NAMES

FEWEST = 10
"""Fewest messages for a share or a comparison to be put into a sentence."""

ALPHA = 0.05


def rests_on_enough(row: CheckRow) -> bool:
    """Whether the share of a check may be put into a sentence.

    Args:
        row: A check of the team.

    Returns:
        True where it was judged in `FEWEST` messages or more, and in most of those to which it applies.
    """
    return row.missed.n >= FEWEST and 2 * row.missed.n > row.applies


def interval(rate: Rate) -> str:
    """A rate's interval: 9 to 21 %.

    Args:
        rate: A rate with its interval.

    Returns:
        For example "9 to 21 %"; empty for n = 0.
    """
    return f"{percent(rate.low).removesuffix(' %')} to {percent(rate.high)}" if rate.n else ""


def quoted(title: str) -> str:
    """A check's title as it stands inside a sentence.

    Args:
        title: The title of a check.

    Returns:
        The title in quotation marks.
    """
    return f"“{title}”"


def headline(n: int, n_reps: int, points: Spread, overall: Rate, missed: Sequence[CheckRow], *, simulated: bool) -> str:
    """The report in one sentence.

    Args:
        n: Messages.
        n_reps: Reps who left them; 0 when the manifest gives none.
        points: Points of the messages.
        overall: Callbacks of all messages; n = 0 when no outcome is known.
        missed: The team's checks, costliest first. One is named only where it could be judged in enough messages.
        simulated: Are some of the outcomes invented? Then the sentence says so.

    Returns:
        One sentence.
    """
    if not n:
        return "There is no analysed message to report on."
    who = f"{counted(n, 'message')}" + (f" by {counted(n_reps, 'rep')}" if n_reps else "")
    if overall.n:
        pretend = "in a simulation, " if simulated else ""
        first = f"{pretend}{whole(overall.rate)} of those with a known outcome were called back"
    elif math.isfinite(points.mid):
        first = f"the median is {points.mid:.0f} of 100 points"
    else:
        return f"{who}; none of them has points."
    costly = next((row for row in missed if row.missed.k and rests_on_enough(row)), None)
    if costly is not None:
        # the tables below have no such limit, and would seem to say another thing
        often = "" if costly is next(row for row in missed if row.missed.k) else " of those judged often enough"
        return f"{who}: {first}; the missed check that costs most points{often} is {quoted(costly.title)}."
    return f"{who}: {first}."


def whole(share: float) -> str:
    """A share as whole per cent, for places where its interval is not shown.

    Args:
        share: 0 to 1.

    Returns:
        For example "14 %".
    """
    return f"{100 * share:.0f} %"


def findings(
    observations: Sequence[Observation],
    prepared: Prepared,
    groups: Sequence[GroupRow],
    overall: Rate,
    points: Spread,
    missed: Sequence[CheckRow],
    *,
    by: str,
    titles: Mapping[str, str] | None = None,
) -> tuple[list[Finding], list[Finding]]:
    """Sentences of what is known, and of what is not yet known.

    Args:
        observations: The messages with their outcomes.
        prepared: The same, as `vmaudio compare` counts them.
        groups: The rows of the table of groups.
        overall: Callbacks of all messages; n = 0 when no outcome is known.
        points: Points of the messages.
        missed: The team's checks, costliest first.
        by: What the groups are: "rep", "campaign" or "approach".
        titles: How people read approaches of a team's own, by label.

    Returns:
        Two lists: what is known, and what is not yet known.
    """
    known: list[Finding] = []
    unknown: list[Finding] = []
    if overall.n:
        invented = " These outcomes are simulated: nobody was called." if prepared.simulated else ""
        known.append(
            Finding(
                f"{percent(overall.rate)} of the messages with a known outcome were called back; the true share is likely "
                f"{interval(overall)}.{invented}",
                f"{overall.k} of {overall.n}, Wilson’s 95 % interval",
                ((f"{overall.k}", {"called": "yes"}), (f"{overall.n}", {"called": "known"})),
            )
        )
    else:
        unknown.append(
            Finding(
                "Whether anything here leads to callbacks. No outcome of these messages is known.",
                "Import the outcomes with: vmaudio outcomes import FILE.csv",
            )
        )
    if math.isfinite(points.low):
        known.append(
            Finding(
                f"The median is {points.mid:.0f} points (95 % interval {points.low:.0f} to {points.high:.0f}).",
                f"n = {points.n}; points are a coach’s checklist, not the chance of a callback",
                ((f"{points.n}", {}),) if points.n == len(observations) else (),
            )
        )
    for row in [row for row in missed if rests_on_enough(row)][:3]:
        if row.missed.k:
            left_out = (
                f"; could not be judged in {row.not_judged} of {row.applies}, which the interval allows for"
                if row.not_judged
                else ""
            )
            dispute = "; trainers disagree about this one" if row.disputed else ""
            known.append(
                Finding(
                    f"The check {quoted(row.title)} is missed in {percent(row.missed.rate)} of messages "
                    f"(95 % interval {interval(row.missed)}).",
                    f"{row.missed.k} of {counted(row.missed.n, 'message')} to which it applies{left_out}{dispute}",
                    (
                        (f"{row.missed.k}", {"check": row.id, "verdict": "fail"}),
                        (f"{row.missed.n}", {"check": row.id, "verdict": "judged"}),
                        *(((f"{row.not_judged}", {"check": row.id, "verdict": "unsure"}),) if row.not_judged else ()),
                    ),
                )
            )
    if overall.n:
        for what in _arms(observations):
            shown, not_shown = _comparison(observations, what, {**APPROACH_NAMES, **(titles or {})})
            known += shown
            unknown += not_shown
        unknown += _groups(groups, by)
        shown, not_shown = _points_and_callbacks(observations)
        known += shown
        unknown += not_shown
        unknown += _left_out(prepared)
    return known, unknown


def _arms(observations: Sequence[Observation]) -> list[str]:
    """What to compare: scripts, where the manifest names some (nobody has to guess them), and approaches as heard."""
    scripts = Counter(o.message.script for o in observations if o.message.script)
    used = [script for script, n in scripts.items() if n >= FEWEST]
    return ["script", "approach"] if 2 <= len(used) <= 8 else ["approach"]


def _comparison(observations: Sequence[Observation], by: str, names: Mapping[str, str]) -> tuple[list[Finding], list[Finding]]:
    """What `vmaudio compare` says of pairs: those that hold, else the pair of which most is known."""
    found = compare(observations, by)
    pretend = " (Simulated.)" if found.simulated else ""
    sizes = {arm.arm: (arm.events, arm.n) for arm in found.arms}
    skipped = {"unclear", "other", "robocall", "inquiry"}

    def finding(pair: Pair, more: str = "") -> Finding:
        arms = [(name, names.get(name, name), *sizes[name]) for name in (pair.a, pair.b)]
        one, two = (found.pooling.arm(name) if found.pooling else None for name in (pair.a, pair.b))
        pooled = f" (partially pooled {percent(one.rate)} and {percent(two.rate)})" if one and two else ""
        return Finding(
            f"Callbacks by {by}: {_readable(_for_coaches(pair, by), names)}{pretend}",
            ", ".join(f"{shown} {k} of {n}" for _, shown, k, n in arms)
            + f"{pooled}; p = {pair.p_adjusted:.2g}, adjusted for all pairs{more}",
            tuple(
                count
                for name, shown, k, n in arms
                for count in ((f"{shown} {k}", {by: name, "called": "yes"}), (f"{n}", {by: name, "called": "known"}))
            ),
        )

    pairs = [pair for pair in found.pairs if not skipped & {pair.a, pair.b}]
    shown = sorted((p for p in pairs if p.verdict.kind in ("a_higher", "b_higher")), key=lambda p: p.p_adjusted)
    if shown:
        known = [finding(pair) for pair in shown[:3]]
        if found.pooling is not None and len(found.pooling.arms) > 2 and found.pooling.best.arm not in skipped:
            mixed_up = {name for p in found.pairs if p.verdict.kind == "confounded" for name in (p.a, p.b)}
            known.append(Finding(_readable(best_words(found.pooling, mixed_up), names) + pretend, found.pooling.prior))
        return known, []
    large = [pair for pair in pairs if min(sizes[pair.a][1], sizes[pair.b][1]) >= FEWEST]
    if not large:
        text = f"Which {by} gets more callbacks. Fewer than two have {FEWEST} messages with a known outcome."
        return [], [Finding(text, "The fastest way to find out is to assign them to the next prospects at random.")]
    most = max(large, key=lambda pair: min(sizes[pair.a][1], sizes[pair.b][1]))
    others = f"; no other of the {len(pairs)} pairs differs clearly either" if len(pairs) > 1 else ""
    return [], [finding(most, others)]


def _for_coaches(pair: Pair, by: str) -> str:
    """The verdict on a pair without the words of a statistician, and without a command that a coach does not run."""
    sentence = pair.verdict.without_commands.replace("No verdict:", "which is better cannot be told yet:")
    sentence = sentence.replace(" Which is better cannot be told; alternate", " Alternate")
    if pair.adjusted.reason:
        sentence = sentence.replace(f" ({pair.adjusted.reason})", "")
    return sentence.replace("so few events", "so few callbacks").replace(" per arm", f" per {by}")


def _readable(sentence: str, names: Mapping[str, str]) -> str:
    """A verdict's sentence with approaches written for people; "points" alone are the checklist's here."""
    for label, name in names.items():
        sentence = sentence.replace(f"'{label}'", name)
    sentence = re.sub(r"(?<=\d) points?\b", " percentage points", sentence)
    return sentence[:1].upper() + sentence[1:]


def _groups(groups: Sequence[GroupRow], by: str) -> list[Finding]:
    known = [row for row in groups if row.callbacks.n]
    if len(known) < 2:
        return []
    if any(row.apart for row in known):
        return []
    return [
        Finding(
            f"Whether any {by} gets more callbacks than another. All their intervals overlap.",
            "a ranking by these rates would be mostly chance, so there is none here",
        )
    ]


def _points_and_callbacks(observations: Sequence[Observation]) -> tuple[list[Finding], list[Finding]]:
    """Do a rep's own messages with more points get more callbacks?"""
    if sum(o.points is not None for o in observations) < 2 * FEWEST:
        return [], []
    slope = compare(observations, "points").trend
    if slope is None:
        return [], []
    numbers = (
        f"among the messages of one rep, {slope.step:.0f} more points go with {slope.odds_ratio:.2f} times the odds of a "
        f"callback ({slope.low:.2f} to {slope.high:.2f}), n = {slope.n}"
    )
    if slope.p_value < ALPHA:
        way = "more" if slope.odds_ratio > 1 else "less"
        return [Finding(f"Messages with more points are called back {way} often.", numbers)], []
    return [], [Finding("Whether messages with more points are called back more often.", numbers)]


def _left_out(prepared: Prepared) -> list[Finding]:
    reasons = (
        (prepared.unknown, "has no outcome", "have no outcome"),
        (prepared.young, "was sent too recently", "were sent too recently"),
    )
    said = [f"{n} {one if n == 1 else many}" for n, one, many in reasons if n]
    if not said:
        return []
    days = f" within {prepared.window.days} days" if prepared.window else ""
    return [
        Finding(
            f"What happened after the other messages: {' and '.join(said)}.",
            f"a callback counts{days} of the message; an unknown outcome is not counted as no",
            about={"called": "unknown"},
        )
    ]
