"""How far coaches agree with each other and with the machine, check by check, and how lenient each of them is.

Intervals are by drawing messages again (Bayesian bootstrap; Rubin 1981), with two further messages of which nothing is known.
Agreement between coaches is Krippendorff's alpha, between the machine and the coaches' majority Cohen's kappa, both of pass,
fail and n/a.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.experiments import Corrected
from vmaudio.records import Analysis
from vmaudio.store import CoachVerdict
from vmaudio.training.coach_shares import KINDS, by_check, corrected_misses, machine_of

DRAWS = 1000
SEED = 11

Estimate = tuple[float, float, float]
"""A number with its 95 % interval; NaN where it is not defined."""

NOTHING: Estimate = (math.nan, math.nan, math.nan)

UNSEEN = 2.0
"""So many messages' weight have those that might have been and were not seen, in an interval."""

FEWEST = 10
"""Messages below which no agreement is told, as no corrected share is (`vmaudio.experiments.Corrected`): drawing so few again
says next to nothing of how it would be on others."""


@dataclass(frozen=True, slots=True)
class CheckAgreement:
    """Agreement on one check.

    Attributes:
        check: its id.
        messages: messages that some coach judged.
        coaches: who judged it.
        alpha: Krippendorff's alpha of the coaches, with its interval; NaN with fewer than two coaches, on fewer than `FEWEST`
            messages, and where chance alone decides it (all verdicts equal, or those of one side). Without any difference it
            is 1, and the interval is NaN.
        kappa: Cohen's kappa of the machine with the coaches' majority, with its interval; NaN as for alpha, and where the
            machine judged none of these messages (n/a in all).
        same: share of messages where machine and majority say the same, 0 to 1.
        missed: share of all messages that miss the check, corrected by the coaches; None with too few, and where the machine
            judged no message.
        alpha_n: messages on which coaches can be held against each other.
        kappa_n: messages on which machine and coaches can be.
    """

    check: str
    messages: int
    coaches: int
    alpha: Estimate
    kappa: Estimate
    same: float
    missed: Corrected | None
    alpha_n: int
    kappa_n: int


@dataclass(frozen=True, slots=True)
class CoachAgreement:
    """One coach against the others.

    Attributes:
        coach: the coach.
        messages: messages judged.
        verdicts: verdicts given.
        lenient: points by which this coach passes more often than the other coaches do on the same checks of the same messages,
            with its interval; below 0 is strict. NaN where nobody else judged them, and on fewer than `FEWEST` messages.
        lenient_to_machine: the same against the machine.
        simulated: whether the coach is invented.
        lenient_n: messages that others judged too.
        lenient_to_machine_n: messages that the machine judged too.
    """

    coach: str
    messages: int
    verdicts: int
    lenient: Estimate
    lenient_to_machine: Estimate
    simulated: bool
    lenient_n: int
    lenient_to_machine_n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """All of it: the checks on which coaches disagree most come first.

    Attributes:
        checks: agreement by check.
        coaches: each coach.
        simulated: whether any coach is invented.
    """

    checks: tuple[CheckAgreement, ...] = ()
    coaches: tuple[CoachAgreement, ...] = ()
    simulated: bool = field(default=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what is not defined is None."""
        return {
            "checks": [
                {
                    "check": one.check, "messages": one.messages, "coaches": one.coaches,
                    "alpha": _ends(one.alpha, one.alpha_n),
                    "kappa_with_machine": _ends(one.kappa, one.kappa_n), "same_as_machine": _plain(one.same),
                    "missed": dataclasses.asdict(one.missed) if one.missed else None,
                }
                for one in self.checks
            ],
            "coaches": [
                {
                    "coach": one.coach, "messages": one.messages, "verdicts": one.verdicts,
                    "lenient": _ends(one.lenient, one.lenient_n),
                    "lenient_to_machine": _ends(one.lenient_to_machine, one.lenient_to_machine_n), "simulated": one.simulated,
                }
                for one in self.coaches
            ],
            "simulated": self.simulated,
        }  # fmt: skip


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _ends(value: Estimate, n: int) -> dict[str, float | None]:
    return {**dict(zip(("value", "low", "high"), map(_plain, value), strict=True)), "n": n}


def estimate_words(value: Estimate, n: int, form: str = ".2f") -> str:
    """An agreement or a leniency, as text.

    Args:
        value: the number and its ends.
        n: messages behind it.
        form: how a number is written.

    Returns:
        For example "0.61 (0.40 to 0.78)"; a dash where there is nothing to compare, and words where there is too little.
    """
    middle, low, high = value
    if not n:
        return "–"
    if not math.isfinite(middle):
        return "too few to tell"
    if not math.isfinite(low):
        return f"{middle:{form}} (the same in all {n})"
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def calibrate(verdicts: Sequence[CoachVerdict], analyses: Iterable[Analysis]) -> Calibration:
    """Hold coaches against each other and against the machine.

    Args:
        verdicts: verdicts that were given blind.
        analyses: all scored messages of the team, those that were judged among them.

    Returns:
        The agreement; empty without verdicts.
    """
    return hold_against(verdicts, *machine_of(analyses))


def hold_against(
    verdicts: Sequence[CoachVerdict], machine: Mapping[str, Mapping[str, str]], everywhere: Mapping[str, np.ndarray]
) -> Calibration:
    """The same from the machine's verdicts alone, as a store has them in columns.

    Args:
        verdicts: verdicts that were given blind; what a coach could not tell is left out.
        machine: the machine's verdicts by message and check, at least of the messages that were judged; without those that it
            could not judge.
        everywhere: by check the machine's verdicts on all messages of the team, as text (n_messages,), without those that it
            could not judge.

    Returns:
        The agreement; empty without verdicts.
    """
    verdicts = [one for one in verdicts if one.verdict in KINDS]
    given = by_check(verdicts)
    checks = [_check(check, by_message, machine, everywhere.get(check)) for check, by_message in given.items()]
    checks.sort(key=lambda one: (one.alpha[0] if math.isfinite(one.alpha[0]) else 2.0, one.check))
    coaches = [_coach(coach, verdicts, given, machine) for coach in sorted({one.coach for one in verdicts})]
    return Calibration(tuple(checks), tuple(coaches), any(one.simulated for one in verdicts))


def _check(
    check: str,
    by_message: Mapping[str, Mapping[str, str]],
    machine: Mapping[str, Mapping[str, str]],
    everywhere: np.ndarray | None,
) -> CheckAgreement:
    counts = np.array([[list(own.values()).count(kind) for kind in KINDS] for own in by_message.values()], dtype=float)
    both = [(m, counts[i]) for i, m in enumerate(by_message) if check in machine.get(m, {})]
    pairs = np.zeros((len(both), 9))
    for i, (message, votes) in enumerate(both):
        pairs[i, 3 * KINDS.index(machine[message][check]) + int(votes.argmax())] = 1
    same = float(pairs[:, [0, 4, 8]].sum() / len(both)) if both else math.nan
    missed = corrected_misses(check, by_message, machine, everywhere)
    coaches = {coach for own in by_message.values() for coach in own}
    if all(machine[m][check] == "n/a" for m, _ in both):
        pairs = pairs[:0]
    counts = counts[counts.sum(axis=1) > 1]
    sides = pairs.reshape(-1, 3, 3).sum(axis=0)
    used = np.flatnonzero(counts.sum(axis=0) + sides.sum(axis=0) + sides.sum(axis=1) + np.array([1, 1, 0]))
    cells = [(i, j) for i in used for j in used]
    alpha = _bootstrap(counts, _alphas, np.array([np.eye(3)[i] + np.eye(3)[j] for i, j in cells]))
    kappa = NOTHING  # where one side said the same of every message it is 0 whatever the other said
    if min(np.count_nonzero(sides.sum(axis=axis)) for axis in (0, 1)) > 1:
        kappa = _bootstrap(pairs, _kappas, np.array([np.eye(9)[3 * i + j] for i, j in cells]))
    return CheckAgreement(check, len(by_message), len(coaches), alpha, kappa, same, missed, len(counts), len(pairs))


def _alphas(weights: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha (nominal) for each row of weights (n_draws, n_messages) of counts (n_messages, n_kinds); each
    message has two or more.
    """
    size = counts.sum(axis=1)
    apart = weights @ ((size**2 - (counts**2).sum(axis=1)) / (size - 1))
    totals = weights @ counts
    n = totals.sum(axis=1)
    expected = n**2 - (totals**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (n - 1) * apart / expected, np.nan))


def _kappas(weights: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Cohen's kappa for each row of weights (n_draws, n_messages) of pairs (n_messages, 9), each 1 in its cell."""
    table = (weights @ pairs).reshape(len(weights), 3, 3)
    n = table.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        seen = np.trace(table, axis1=1, axis2=2) / n
        chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1) / n**2
        return np.asarray(np.where(chance < 1, (seen - chance) / (1 - chance), np.nan))


def _bootstrap(rows: np.ndarray, statistic: Any, unseen: np.ndarray) -> Estimate:
    """The statistic of all messages, with the 2.5th and 97.5th percentile over messages drawn again; see `FEWEST`.

    Messages drawn again say that what none of them shows does not exist: of twenty, the interval of a rare disagreement then
    holds the truth in two of three cases. So whatever might be is drawn with them, with the weight of `UNSEEN` messages in all
    (as Agresti & Coull 1998 do for a share). Where no message differs there is no interval.

    Args:
        rows: (n_messages, width).
        statistic: of weights (n_draws, n_messages) and rows.
        unseen: (k, width) what a message might be.
    """
    if len(rows) < FEWEST:
        return NOTHING
    middle = float(statistic(np.ones((1, len(rows))), rows)[0])
    if not math.isfinite(middle):
        return NOTHING
    if not np.ptp(statistic(1 - np.eye(len(rows)), rows)) > 1e-9:
        return middle, math.nan, math.nan
    weights = np.concatenate([np.ones(len(rows)), np.full(len(unseen), UNSEEN / len(unseen))])
    drawn = statistic(np.random.default_rng(SEED).dirichlet(weights, DRAWS) * weights.sum(), np.concatenate([rows, unseen]))
    low, high = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return middle, min(middle, float(low)), max(middle, float(high))


def _means(weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Mean difference of pass shares: rows hold for each message the sum of differences and their number."""
    sums = weights @ rows
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[:, 0] / sums[:, 1])


def _coach(
    coach: str,
    verdicts: Sequence[CoachVerdict],
    given: Mapping[str, Mapping[str, Mapping[str, str]]],
    machine: Mapping[str, Mapping[str, str]],
) -> CoachAgreement:
    own = [one for one in verdicts if one.coach == coach]
    messages = sorted({one.message_id for one in own})
    place = {name: i for i, name in enumerate(messages)}
    others, theirs = np.zeros((len(messages), 2)), np.zeros((len(messages), 2))
    for one in own:
        if one.verdict == "n/a":
            continue
        passed = float(one.verdict == "pass")
        rest = [v for who, v in given[one.check_id][one.message_id].items() if who != coach and v != "n/a"]
        if rest:
            others[place[one.message_id]] += (passed - rest.count("pass") / len(rest), 1)
        if (said := machine.get(one.message_id, {}).get(one.check_id)) in ("pass", "fail"):
            theirs[place[one.message_id]] += (passed - (said == "pass"), 1)
    both = [rows[rows[:, 1] > 0] for rows in (others, theirs)]
    points = [_hundred(_bootstrap(rows, _means, _one_apart(rows))) for rows in both]
    simulated = any(one.simulated for one in own)
    return CoachAgreement(coach, len(messages), len(own), points[0], points[1], simulated, len(both[0]), len(both[1]))


def _one_apart(rows: np.ndarray) -> np.ndarray:
    """A message of as many checks as usual, on one of which this coach alone passes, or alone does not."""
    usual = float(rows[:, 1].mean()) if len(rows) else 1.0
    return np.array([[1.0, usual], [-1.0, usual]])


def _hundred(value: Estimate) -> Estimate:
    return 100 * value[0], 100 * value[1], 100 * value[2]
