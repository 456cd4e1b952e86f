"""A comparison as text: the verdict first, then the rates, the differences, and the warnings."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vmaudio.cli.compare_arms_text import arms_table, percent, plain_table
from vmaudio.cli.compare_plan_text import show_plan
from vmaudio.experiments import LOWER_IS_BETTER, Arm, CompareOptions, Comparison, Decision, Monitored, Pair, window_words
from vmaudio.records import counted

MOST_PAIRS = 30
MOST_DETAILED = 4
MOST_WARNINGS = 12
_COMPARED = CompareOptions()


def show(found: Comparison, console: Console, decision: Decision | None = None) -> None:
    """Print a comparison.

    Args:
        found: the comparison.
        console: where to print.
        decision: all outcomes together, where others than the one compared are known.
    """
    if found.simulated:
        console.print("[bold reverse] SIMULATED OUTCOMES: an exercise, no evidence [/]")
    if len(found.pairs) != 1:
        console.print(f"[bold]{escape(found.sentence)}[/]\n")
    if decision is not None and decision.sentence:
        console.print(f"[bold]{escape(decision.sentence)}[/]\n")
    if found.by == "checks":
        console.print(_checks(found, console.width))
    else:
        console.print(arms_table(found, console.width))
        for pair in found.pairs[:MOST_DETAILED]:
            _pair(pair, console, found.how_many_looks if len(found.pairs) == 1 else "")
        if len(found.pairs) > MOST_DETAILED:
            console.print(_pairs(found.pairs[MOST_DETAILED:]))
    if found.planned:
        show_plan(found.planned, found, console)
    if decision is not None and len(decision.comparisons) > 1:
        console.print(_outcomes(decision))
    if found.trend:
        t = found.trend
        console.print(
            f"Within reps, {escape(t.by)} higher by {t.step:.3g} (one standard deviation) goes with {t.odds_ratio:.2f} times "
            f"the odds ({t.low:.2f} to {t.high:.2f}; {_p(t.p_value)}; n = {t.n})."
        )
    if found.pooling is not None:
        console.print(f"[dim]pooled, rank: {escape(found.pooling.prior)}.[/]")
    if found.overall_p is not None:
        console.print(f"Test of all arms together: {_p(found.overall_p)} (chi-square, reps not considered).")
    for warned in found.warnings[:MOST_WARNINGS]:
        console.print(f"[yellow]![/] {escape(warned.sentence)}")
    if len(found.warnings) > MOST_WARNINGS:
        console.print(f"[yellow]![/] ... and {len(found.warnings) - MOST_WARNINGS} more warnings: --json has all")
    p = found.prepared
    dials = p.unit == "dial"
    since = "of the dial that reached nobody" if dials else "of sending"
    window = f"within {window_words(p)} {since}" if p.window else "at any time"
    given = "" if dials else f"; {found.to_dict()['attribution']['means']}"
    console.print(
        f"\n[dim]Counted: {found.outcome} {window}{escape(given)}. Intervals: 95 %. "
        f"Prior for 'chance that a is better': {escape(found.to_dict()['prior'])}. Terms: docs/does-it-work.md[/]"
    )


def _p(value: float) -> str:
    return "p < .001" if value < 0.001 else f"p = {value:.3f}"


def _outcomes(decision: Decision) -> Table:
    """Every outcome that is known, arm by arm."""
    lower = [one.outcome for one in decision.comparisons if one.outcome in LOWER_IS_BETTER]
    table = plain_table("all outcomes" + (f"; of {' and '.join(lower)} fewer are better" if lower else ""))
    table.add_column("arm", overflow="fold", min_width=10)
    for one in decision.comparisons:
        table.add_column(one.outcome, justify="right", overflow="fold")
    for arm in decision.comparisons[0].arms:
        rates = [next((a for a in one.arms if a.arm == arm.arm), None) for one in decision.comparisons]
        table.add_row(escape(arm.arm), *(f"{percent(a.rate)} of {a.n:,}" if a and a.n else "" for a in rates))
    return table


def _pair(pair: Pair, console: Console, more: str) -> None:
    """One pair, a line for each way of looking at it; ``more`` is said after its verdict."""
    said = escape(f"{pair.verdict.sentence} {more}".strip())
    console.print(f"[bold]{escape(pair.a)}[/] against [bold]{escape(pair.b)}[/]: {said}")
    lines = [("chance", _chance(pair))]
    if not pair.adaptive:  # what chance favoured got more messages: plain differences are biased
        lines = [
            ("difference", f"{_range(pair.difference, pair.low, pair.high)} points; {_p(pair.p_value)}, {pair.test}"),
            ("many pairs", _corrected(pair)),
            ("by rep", _by_rep(pair)),
            (pair.deciding if pair.deciding.startswith("within") else "within reps", _within(pair)),
            *lines,
            ("still needed", _needed(pair)),
        ]
    if pair.corrected is not None:
        lines.append(("corrected", f"{_range(*pair.corrected)} points, corrected for the classifier's errors"))
    if pair.anytime is not None:
        lines.append(("weighted" if pair.adaptive else "sequential", _sequential(pair.anytime)))
    for name, text in lines:
        if text:
            console.print(f"  [dim]{name:<12}[/] {text}")
    console.print()


def _sequential(seen: Monitored) -> str:
    """The difference that holds at every look."""
    shown = "a difference is shown" if seen.shows_difference else "no difference is shown yet"
    text = f"{_range(seen.estimate, seen.low, seen.high)} points; {_p(seen.p_value)}: {shown}"
    if seen.fraction is not None and seen.fraction < 1:
        text += f"; {100 * seen.fraction:.0f} % of what the expected messages will tell is there"
    return text


def _corrected(pair: Pair) -> str:
    """What is left of the deciding test after correction over all pairs; nothing where there is one pair."""
    if pair.p_deciding_adjusted == pair.p_deciding and pair.p_adjusted == pair.p_value:
        return ""
    return f"{_p(pair.p_deciding_adjusted)} after Holm's correction ({pair.deciding})"


def _by_rep(pair: Pair) -> str:
    c = pair.clustered
    if c.low is None:
        return f"no interval: {c.reason}" if c.n_reps else ""
    text = f"{_range(None, c.low, c.high)} points over {c.n_reps} reps"
    return text if c.icc is None else f"{text}; intraclass correlation {c.icc:.3f}, design effect {c.design_effect:.1f}"


def _within(pair: Pair) -> str:
    a = pair.adjusted
    if a.difference is None:
        return a.reason or ""
    held = ", ".join(a.covariates)
    whose = counted(a.n, pair.unit) + (f" of {counted(a.n_reps, 'rep')}" if a.n_reps else "")
    return f"{_range(a.difference, a.low, a.high)} points; {_p(a.p_value or 0)}; held equal: {held}; {whose}"


def _chance(pair: Pair) -> str:
    if pair.verdict.kind == "confounded":
        return "not given: a higher rate may come from something other than the message"
    if pair.adaptive:
        return "not given: the plain rates of an adaptive plan are biased"
    if pair.prob_a_better is None:
        return f"not given: an arm has only a few {pair.unit}s, or nothing came of any"
    if differ := [one.covariate for one in pair.imbalance if one.flagged and one.covariate != "rep"]:
        return f"not given: it would not hold equal what else differs ({', '.join(differ)})"
    return f"{_sure(pair.prob_a_better)} that '{escape(pair.a)}' is truly better, if reps make no difference"


def _sure(share: float) -> str:
    """Never 0 or 100 %: a posterior is neither."""
    return "over 99.9 %" if share > 0.999 else "under 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"


def _needed(pair: Pair) -> str:
    if pair.verdict.kind == "confounded":
        return f"more {pair.unit}s of this kind do not help"
    if pair.n_more is None:
        return f"no number of {pair.unit}s shows a difference of zero"
    if pair.why_no_count:
        return pair.why_no_count
    if not pair.n_more and pair.verdict.kind == "not_enough":
        if pair.anytime:
            more = f"a verdict at every look needs {_times(pair.anytime)} as many"
            return f"one look at the end would have enough {pair.unit}s by now; {more}"
        by = "" if pair.deciding == "messages" else f", but compared {pair.deciding} it does not show"
        return f"there are enough {pair.unit}s for a difference of this size{by}"
    plain, needed = pair.n_more_per_arm, pair.n_more_deciding
    if needed is not None and (plain is None or plain > _COMPARED.most_further):  # rates that are close, but not within reps
        return f"{counted(needed, f'more {pair.unit}')} per arm for 80 % power, compared {pair.deciding}"
    text = f"{counted(plain or 0, f'more {pair.unit}')} per arm for 80 % power"
    text += f" with one look at the end; at every look {_times(pair.anytime)} as many" if pair.anytime else ""
    if pair.n_more_by_rep and pair.n_more_by_rep > (plain or 0):
        text += f"; {pair.n_more_by_rep:,} if {pair.unit}s of one rep are alike"
    if needed is not None:
        text += f"; {needed:,} for the comparison that decides ({pair.deciding})"
    return text


def _times(seen: Monitored) -> str:
    """How many times the messages of one look a sequence needs for 80 % power: from 3.1 or 2.3 a difference is shown."""
    return "about twice" if seen.fraction is None else "about 1.3 times"


_SAID = {"a_higher": "more", "b_higher": "fewer", "not_enough": "open", "confounded": "mixed up"}


def _checks(found: Comparison, width: int) -> Table:
    """One line for each check of the rubric, passed against failed; differences that are shown come first."""
    rates = {arm.arm: arm for arm in found.arms}
    wide = width >= 96
    table = plain_table(f"{found.outcome} where the check is passed, and where not; differences in points")
    table.padding = (0, 1, 0, 0)
    more = {"difference", "Holm p"} if wide else set()
    columns = ("check", "passed", "failed", "difference", "within reps", "Holm p", "verdict")
    names = [name for name in columns if name in more or name not in ("difference", "Holm p")]
    for name in names:
        table.add_column(name, justify="left" if name in ("check", "verdict") else "right", no_wrap=True)
    for pair in sorted(found.pairs, key=lambda pair: (pair.verdict.kind not in ("a_higher", "b_higher"), pair.p_adjusted)):
        inner = pair.adjusted
        row = [escape(pair.a.removesuffix(": pass")), _share(rates[pair.a]), _share(rates[pair.b])]
        if wide:
            row.append(_whole(pair.difference, pair.low, pair.high))
        row.append(_whole(inner.difference, inner.low, inner.high))
        if wide:
            row.append(_p(pair.p_adjusted).removeprefix("p = ").removeprefix("p "))
        table.add_row(*row, _SAID[pair.verdict.kind])
    table.caption_justify = "left"
    table.caption = (
        "more, fewer: where the check is passed, also within reps. open: not enough data.\n"
        "mixed up: passed and failed differ in more than the message. -: not estimable."
    )
    return table


def _whole(middle: float | None, low: float | None, high: float | None) -> str:
    if middle is None or low is None or high is None:
        return "-"
    return f"{100 * middle:+.0f} ({100 * low:+.0f} to {100 * high:+.0f})"


def _share(arm: Arm) -> str:
    return f"{100 * (arm.rate or 0):.0f} % of {arm.n:,}"


def _pairs(pairs: Sequence[Pair]) -> Table:
    adaptive = any(pair.adaptive for pair in pairs)  # there only what is weighted is not biased
    table = plain_table("further pairs, differences in percentage points")
    names = ("a", "b", "a - b, weighted") if adaptive else ("a", "b", "a - b", "within reps", "p (Holm)")
    for i, name in enumerate(names):
        table.add_column(name, justify="left" if i < 2 else "right", overflow="fold")
    for pair in pairs[:MOST_PAIRS]:
        inner, seen = pair.adjusted, pair.anytime
        if adaptive:
            table.add_row(escape(pair.a), escape(pair.b), _range(seen.estimate, seen.low, seen.high) if seen else "-")
            continue
        table.add_row(
            escape(pair.a), escape(pair.b), _range(pair.difference, pair.low, pair.high),
            _range(inner.difference, inner.low, inner.high) or "-", _p(pair.p_adjusted),
        )  # fmt: skip
    if len(pairs) > MOST_PAIRS:
        table.caption = f"... and {len(pairs) - MOST_PAIRS} more: --json has all"
    return table


def _range(middle: float | None, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    between = f"{100 * low:+.1f} to {100 * high:+.1f}"
    return between if middle is None else f"{100 * middle:+.1f} ({between})"
