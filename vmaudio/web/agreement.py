"""What the rubric's page says of each check: how far coaches agree on it with each other and with the machine."""

from __future__ import annotations

import math

from vmaudio.store import Filter, Store, coach_verdicts_of
from vmaudio.training import CheckAgreement, calibrate


def agreement_lines(store: Store) -> dict[str, str]:
    """Agreement on each check that coaches scored blind, as a line.

    Args:
        store: the store; only the messages that coaches scored are read of it.

    Returns:
        Lines by the check's id; empty where no coach has scored.
    """
    verdicts = coach_verdicts_of(store)
    ids = dict.fromkeys(one.message_id for one in verdicts)
    found = calibrate(verdicts, (a for message_id in ids for a in store.analyses(Filter(message_id=message_id))))
    return {one.check: _line(one, simulated=found.simulated) for one in found.checks}


def _line(one: CheckAgreement, *, simulated: bool) -> str:
    said = []
    if math.isfinite(one.alpha[0]):
        said.append(f"{one.coaches} coaches among themselves {_estimate(one.alpha)}")
    if math.isfinite(one.kappa[0]):
        said.append(f"with the machine {_estimate(one.kappa)}")
    pretend = "Simulated coaches: " if simulated else ""
    return f"{pretend}agreement on {one.messages} messages: {'; '.join(said) or 'not enough to say'}"


def _estimate(value: tuple[float, float, float]) -> str:
    return f"{value[0]:.2f} ({value[1]:.2f} to {value[2]:.2f})"
