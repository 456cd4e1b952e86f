"""What is known and what is not yet known, as sentences with their numbers. Nothing is said that its interval does not carry."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from vmaudio.evidence.prepare import Prepared
from vmaudio.evidence.rates import difference_test, further_messages, holm, newcombe
from vmaudio.plots import Rate, Spread, percent
from vmaudio.records import Analysis
from vmaudio.report.data import CheckRow, Finding, GroupRow
from vmaudio.report.glossary import approach_name
from vmaudio.report.summary import Called, callbacks_of, grouped

FEWEST_PER_ARM = 10
"""Fewest messages with a known outcome for a comparison to be put into a sentence."""

ALPHA = 0.05


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 message, 2 messages."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def interval(rate: Rate) -> str:
    """A rate's interval: 9 to 21 %."""
    return f"{percent(rate.low).removesuffix(' %')} to {percent(rate.high)}"


def quoted(title: str) -> str:
    """A check's title as it stands inside a sentence."""
    return f"“{title}”"


def headline(n: int, n_reps: int, points: Spread, overall: Rate, missed: Sequence[CheckRow], *, simulated: bool) -> str:
    """The report in one sentence."""
    if not n:
        return "There is no analysed message to report on."
    who = f"{counted(n, 'message')}" + (f" by {counted(n_reps, 'rep')}" if n_reps else "")
    said = []
    if overall.n:
        what = "simulated callbacks" if simulated else "were called back"
        said.append(f"{percent(overall.rate)} {what} ({interval(overall)}, {overall.k} of {overall.n} known)")
    elif math.isfinite(points.mid):
        said.append(f"the median message has {points.mid:.0f} of 100 points")
    else:
        said.append("none of them has points")
    if missed and missed[0].missed.k:
        top = missed[0]
        said.append(f"the check that costs most is {quoted(top.title)}, missed in {percent(top.missed.rate)}")
    return f"{who}: " + "; ".join(said) + "."


def findings(
    analyses: Sequence[Analysis],
    called: Called,
    prepared: Prepared,
    groups: Sequence[GroupRow],
    overall: Rate,
    points: Spread,
    missed: Sequence[CheckRow],
    *,
    by: str,
) -> tuple[list[Finding], list[Finding]]:
    """Sentences of what is known, and of what is not yet known."""
    known: list[Finding] = []
    unknown: list[Finding] = []
    if overall.n:
        invented = " These outcomes are simulated: nobody was called." if prepared.simulated else ""
        known.append(
            Finding(
                f"{percent(overall.rate)} of the messages were called back; the true share is likely between {interval(overall)}.{invented}",
                f"{overall.k} of {overall.n}, Wilson 95 % interval",
            )
        )
    else:
        unknown.append(
            Finding(
                "Whether anything here leads to callbacks: no outcome is known for these messages.",
                "bring them in with: vmaudio outcomes import FILE.csv",
            )
        )
    if math.isfinite(points.low):
        known.append(
            Finding(
                f"The median message has {points.mid:.0f} points ({points.low:.0f} to {points.high:.0f}).",
                f"n = {points.n}; points are a coach's checklist, not a chance of a callback",
            )
        )
    for row in missed[:3]:
        if row.missed.k and row.missed.n >= FEWEST_PER_ARM:
            dispute = "; trainers disagree about this one" if row.disputed else ""
            known.append(
                Finding(
                    f"{quoted(row.title)} is missed in {percent(row.missed.rate)} ({interval(row.missed)}).",
                    f"{row.missed.k} of {row.missed.n} messages to which it applies{dispute}",
                )
            )
    if overall.n:
        known_pairs, unknown_pairs = _comparisons(analyses, called, simulated=bool(prepared.simulated))
        known += known_pairs
        unknown += unknown_pairs
        unknown += _groups(groups, by)
        unknown += _points_and_callbacks(analyses, called)
    unknown += _left_out(prepared) if overall.n else []
    return known, unknown


def _comparisons(analyses: Sequence[Analysis], called: Called, *, simulated: bool) -> tuple[list[Finding], list[Finding]]:
    """Pairs of approaches: those that differ after Holm's correction, and the most telling pair that does not."""
    rates = [callbacks_of(name, members, called) for name, members in grouped(analyses, "approach").items()]
    rates = [rate for rate in rates if rate.n >= FEWEST_PER_ARM and rate.name not in map(approach_name, ("unclear", "other"))]
    pairs = [(a, b) if a.rate >= b.rate else (b, a) for a, b in combinations(rates, 2)]
    if not pairs:
        return [], [
            Finding(
                "Which approach gets more callbacks.",
                f"fewer than two approaches have {FEWEST_PER_ARM} messages with a known outcome",
            )
        ]
    corrected = holm([difference_test(a.k, a.n, b.k, b.n)[0] for a, b in pairs])
    known = []
    for (a, b), p in zip(pairs, corrected, strict=True):
        if p < ALPHA:
            low, high = newcombe(a.k, a.n, b.k, b.n)
            text = (
                f"{a.name.capitalize()} was called back more often than {b.name}: {percent(a.rate)} against {percent(b.rate)}, a "
                f"difference of {100 * low:.0f} to {100 * high:.0f} points" + (" (simulated)." if simulated else ".")
            )
            detail = f"{a.k} of {a.n} against {b.k} of {b.n}, p = {p:.3f} after Holm; not freed from who called whom: see vmaudio compare"
            known.append(Finding(text, detail))
    if known:
        return known, []
    a, b = max(pairs, key=lambda pair: pair[0].rate - pair[1].rate)
    low, high = newcombe(a.k, a.n, b.k, b.n)
    more = further_messages(a.rate, a.n, b.rate, b.n)
    needed = f"; about {_round(more)} further messages each would show a difference of this size" if more else ""
    return [], [
        Finding(
            f"Whether {a.name} really does better than {b.name}: {percent(a.rate)} against {percent(b.rate)}, but the difference may be "
            f"anywhere from {100 * low:+.0f} to {100 * high:+.0f} points.",
            f"{a.k} of {a.n} against {b.k} of {b.n}, the two furthest apart of {len(rates)}{needed}",
        )
    ]


def _round(value: int) -> str:
    """Two figures are all that such a number carries."""
    if value < 100:
        return str(value)
    power = 10 ** (len(str(value)) - 2)
    return f"{round(value / power) * power:,}"


def _groups(groups: Sequence[GroupRow], by: str) -> list[Finding]:
    known = [row for row in groups if row.callbacks.n]
    if len(known) < 2:
        return []
    if any(row.apart for row in known):
        return []
    return [
        Finding(
            f"Whether any {by} gets more callbacks than another: all their intervals overlap.",
            "an order by these rates would be an order by luck, so none is given",
        )
    ]


def _points_and_callbacks(analyses: Sequence[Analysis], called: Called) -> list[Finding]:
    """Do messages with more points get more callbacks? Halves at the median."""
    known = [a for a in analyses if a.message.message_id in called and a.score and a.score.points is not None]
    ordered = sorted(a.score.points for a in known if a.score and a.score.points is not None)
    if len(ordered) < 2 * FEWEST_PER_ARM:
        return []
    middle = ordered[len(ordered) // 2]
    upper = callbacks_of("", [a for a in known if a.score and (a.score.points or 0) >= middle], called)
    lower = callbacks_of("", [a for a in known if a.score and (a.score.points or 0) < middle], called)
    if not (upper.n and lower.n):
        return []
    low, high = newcombe(upper.k, upper.n, lower.k, lower.n)
    numbers = f"{upper.k} of {upper.n} against {lower.k} of {lower.n}: {100 * low:+.0f} to {100 * high:+.0f} points of callback"
    if low > 0 or high < 0:
        return []
    return [
        Finding(
            f"Whether more points mean more callbacks: messages from {middle:.0f} points on are not clearly apart from the rest.",
            numbers,
        )
    ]


def _left_out(prepared: Prepared) -> list[Finding]:
    reasons: Mapping[str, int] = {
        "have no outcome": prepared.unknown,
        "are too young to judge": prepared.young,
    }
    said = [f"{n} {why}" for why, n in reasons.items() if n]
    if not said:
        return []
    days = f" within {prepared.window.days} days" if prepared.window else ""
    return [
        Finding(
            f"What came of the rest: {' and '.join(said)}.",
            f"a callback counts{days} of the message; unknown is not counted as no",
        )
    ]
