"""How often a check is missed as coaches would say it: the machine's share, corrected by the messages that they judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from vmaudio.experiments import Corrected, corrected_rate
from vmaudio.records import Analysis
from vmaudio.report import first_sends
from vmaudio.store import CoachVerdict

KINDS = ("pass", "fail", "n/a")
"""Verdicts that count; what a coach could not tell is left out."""


def machine_of(analyses: Iterable[Analysis]) -> tuple[dict[str, dict[str, str]], dict[str, np.ndarray]]:
    """The machine's verdicts, without those that it could not judge.

    Args:
        analyses: scored messages.

    Returns:
        By message and check; and by check those on all messages, as text (n_messages,), where a recording that its rep sent
        to several counts once.
    """
    scored = [analysis for analysis in analyses if analysis.score is not None]
    machine = {
        one.message.message_id: {c.id: c.verdict for c in one.score.checks if not c.not_judged} for one in scored if one.score
    }
    said: dict[str, list[str]] = defaultdict(list)
    for one in first_sends(scored):
        for check, verdict in machine[one.message.message_id].items():
            said[check].append(verdict)
    return machine, {check: np.array(all_said) for check, all_said in said.items()}


def by_check(verdicts: Iterable[CoachVerdict]) -> dict[str, dict[str, dict[str, str]]]:
    """Coaches' verdicts by check, message and coach, without what they could not tell.

    Args:
        verdicts: the verdicts.

    Returns:
        Dicts of dicts.
    """
    given: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for one in verdicts:
        if one.verdict in KINDS:
            given[one.check_id][one.message_id][one.coach] = one.verdict
    return given


def corrected_shares(
    verdicts: Iterable[CoachVerdict], machine: Mapping[str, Mapping[str, str]], everywhere: Mapping[str, np.ndarray]
) -> dict[str, Corrected]:
    """The share of messages that miss each check, as coaches would say it.

    Args:
        verdicts: verdicts that were given blind; those on messages that the machine did not judge are left out.
        machine: the machine's verdicts by message and check, see `machine_of`.
        everywhere: by check the machine's verdicts on all messages, see `machine_of`.

    Returns:
        By check; only checks with enough verdicts.
    """
    found = {
        check: corrected_misses(check, votes, machine, everywhere.get(check)) for check, votes in by_check(verdicts).items()
    }
    return {check: one for check, one in found.items() if one is not None}


def corrected_misses(
    check: str,
    by_message: Mapping[str, Mapping[str, str]],
    machine: Mapping[str, Mapping[str, str]],
    everywhere: np.ndarray | None,
) -> Corrected | None:
    """The share of all messages that miss a check, as coaches would say it.

    Args:
        check: id of the check.
        by_message: coaches' verdicts, by message and coach.
        machine: the machine's verdicts, see `machine_of`.
        everywhere: the machine's verdicts on all messages, see `machine_of`.

    Returns:
        The share with its interval; None with too few verdicts, and where the machine judged no message.
    """
    if everywhere is None or not np.isin(everywhere, ("pass", "fail")).any():
        return None
    both = [(list(own.values()), machine[name][check]) for name, own in by_message.items() if check in machine.get(name, {})]
    people = np.array([votes.count("fail") / len(votes) for votes, _ in both])
    return corrected_rate(people, np.array([float(said == "fail") for _, said in both]), (everywhere == "fail").astype(float))
