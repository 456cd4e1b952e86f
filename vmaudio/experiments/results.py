"""What a comparison found: arms, pairs, warnings, verdicts, and all of it as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vmaudio.experiments.balance import Imbalance
from vmaudio.experiments.clusters import Clustered
from vmaudio.experiments.fixed_effects import FixedEffect
from vmaudio.experiments.preparation import ATTRIBUTIONS, LOWER_IS_BETTER, Prepared
from vmaudio.experiments.rates import LEVEL, POWER, PRIOR
from vmaudio.experiments.sequential import Monitored
from vmaudio.experiments.trend import Trend


@dataclass(frozen=True, slots=True)
class Caution:
    """``details`` are further keys of the JSON object."""

    kind: str
    sentence: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "sentence": self.sentence, **self.details}


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kind``: "a_higher", "b_higher", "confounded" or "not_enough"."""

    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: ``rate`` with its Wilson interval; cost only of messages whose cost is known."""

    arm: str
    n: int
    events: int
    rate: float | None
    low: float | None
    high: float | None
    n_reps: int = 0
    cost: float | None = None
    cost_per_event: float | None = None
    anytime: tuple[float, float] | None = None
    corrected: float | None = None
    purity: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms; every difference is a - b. See docs/does-it-work.md for each number."""

    a: str
    b: str
    difference: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    prob_a_better: float
    n_more_per_arm: int | None
    test: str
    risk_ratio: tuple[float, float, float] | None
    clustered: Clustered
    adjusted: FixedEffect
    n_more_by_rep: int | None = None
    imbalance: tuple[Imbalance, ...] = ()
    anytime: Monitored | None = None
    corrected: tuple[float, float, float] | None = None
    verdict: Verdict = field(default_factory=lambda: Verdict("not_enough", ""))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `compare` found; ``to_dict`` is what ``--json`` prints."""

    by: str
    outcome: str
    arms: tuple[Arm, ...]
    pairs: tuple[Pair, ...]
    warnings: tuple[Caution, ...]
    prepared: Prepared
    no_arm: int
    overall_p: float | None
    trend: Trend | None
    headline: str

    @property
    def simulated(self) -> bool:
        return self.prepared.simulated > 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what cannot be computed is None."""
        p = self.prepared
        done: dict[str, Any] = _finite(
            {
                "by": self.by,
                "outcome": self.outcome,
                "better": "lower" if self.outcome in LOWER_IS_BETTER else "higher",
                "arms": [_arm(arm) for arm in self.arms],
                "pairs": [_pair(pair) for pair in self.pairs],
                "warnings": [warned.to_dict() for warned in self.warnings],
                "verdict": self.headline,
                "overall_p": self.overall_p,
                "trend": self.trend.to_dict() if self.trend else None,
                "simulated": self.simulated,
                "n": sum(arm.n for arm in self.arms),
                "left_out": {"unknown": p.unknown, "young": p.young, "no_arm": self.no_arm},
                "taken_as_no": p.taken_as_no,
                "late_callbacks": p.late,
                "window_days": p.window.total_seconds() / 86400 if p.window else None,
                "as_of": p.as_of.isoformat() if p.as_of else None,
                "attribution": {"rule": p.attribution, "means": ATTRIBUTIONS[p.attribution], "moved": p.moved},
                "prior": f"Beta({PRIOR[0]:g}, {PRIOR[1]:g}) on each arm's rate",
                "level": LEVEL,
                "power": POWER,
            }
        )
        return done


def _arm(arm: Arm) -> dict[str, Any]:
    made = {k: getattr(arm, k) for k in ("arm", "n", "events", "rate", "low", "high", "n_reps")}
    if arm.cost is not None:
        made |= {"cost": arm.cost, "cost_per_event": arm.cost_per_event}
    if arm.anytime is not None:
        made["monitor"] = dict(zip(("low", "high"), arm.anytime, strict=True))
    if arm.purity is not None:
        made |= {"rate_corrected": arm.corrected, "purity": arm.purity}
    return made


def _pair(pair: Pair) -> dict[str, Any]:
    plain = (
        "a", "b", "difference", "low", "high", "p_value", "p_adjusted", "prob_a_better", "n_more_per_arm", "n_more_by_rep",
        "test",
    )  # fmt: skip
    made: dict[str, Any] = {name: getattr(pair, name) for name in plain}
    made["risk_ratio"] = dict(zip(("ratio", "low", "high"), pair.risk_ratio, strict=True)) if pair.risk_ratio else None
    made |= {"clustered": pair.clustered.to_dict(), "adjusted": pair.adjusted.to_dict()}
    made["imbalance"] = [one.to_dict() for one in pair.imbalance]
    if pair.anytime is not None:
        made["monitor"] = pair.anytime.to_dict()
    if pair.corrected is not None:
        made["corrected"] = dict(zip(("difference", "low", "high"), pair.corrected, strict=True))
    return made | {"verdict": pair.verdict.sentence, "verdict_kind": pair.verdict.kind}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
