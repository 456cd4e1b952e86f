"""What of the messages with their outcomes does not depend on the outcome that is asked for, as arrays: read once for all."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vmaudio.experiments.attribution import Messages, attribute
from vmaudio.experiments.moments import micros, parse_moment
from vmaudio.records import Observation


@dataclass(frozen=True, slots=True)
class Facts:
    """Messages as a rule of attribution leaves them.

    Attributes:
        given: the messages, with the callbacks that the rule gives them.
        moved: how many callbacks it gave to another message.
        sent: when each was sent (n,), as `micros` gives it; likewise the other times.
        exported: when each outcome was exported (n,).
        called: when each callback came (n,), of those that came.
        simulated: bool (n,), whether the outcome is simulated.
        touches: earlier contacts with each prospect; None where not known.
        export: when the latest outcomes were exported; None where none says it.
    """

    given: Sequence[Observation]
    moved: int
    sent: np.ndarray
    exported: np.ndarray
    called: np.ndarray
    simulated: np.ndarray
    touches: Sequence[int | None]
    export: datetime.datetime | None
    _values: dict[str, np.ndarray] = field(default_factory=dict)

    def value(self, outcome: str) -> np.ndarray:
        """What is known of one outcome.

        Args:
            outcome: its name.

        Returns:
            (n,) 1 for yes, 0 for no, -1 where it is not known.
        """
        if outcome not in self._values:
            read = operator.attrgetter(outcome)
            told = [None if one.outcome is None else read(one.outcome) for one in self.given]
            self._values[outcome] = np.array([-1 if value is None else bool(value) for value in told], dtype=np.int8)
        return self._values[outcome]


def facts_of(messages: Messages, rule: str) -> Facts:
    """Read messages as a rule of attribution leaves them, once for each rule.

    Args:
        messages: the messages with their outcomes.
        rule: one of `vmaudio.experiments.attribution.ATTRIBUTIONS`.

    Returns:
        The facts.

    Raises:
        SettingError: no such rule.
    """
    found: Facts | None = messages.kept.get(("facts", rule))
    if found is None:
        given, moved = attribute(messages, rule)
        outcomes = [one.outcome for one in given]
        touches = [
            earlier if one is None or one.touches is None else one.touches
            for one, earlier in zip(outcomes, messages.earlier, strict=True)  # else the prospect's earlier messages here
        ]
        as_of = [None if one is None else one.as_of for one in outcomes]
        found = messages.kept["facts", rule] = Facts(
            given, moved,
            messages.moments,
            micros(as_of),
            micros([one.callback_at if one is not None and one.callback else None for one in outcomes]),
            np.array([one is not None and one.simulated for one in outcomes], dtype=bool),
            touches,
            max((at for text in dict.fromkeys(as_of) if (at := parse_moment(text))), default=None),
        )  # fmt: skip
    return found
