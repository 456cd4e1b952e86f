"""Are new messages still like those that the callback model learned from? Feature by feature, and as a whole.

A feature's distribution over the training deciles (or words, or "not found") is compared with the training window's: the
population stability index, less what chance alone gives, and Pearson's chi-square test with Holm's correction over features.
A feature counts as drifted if both show it. Where outcomes of the new messages are known, the callbacks that came are
compared with those that the model expected.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio import settings
from vmaudio.callback.options import DRIFT_OPTIONS
from vmaudio.callback.predict import check_model, log_odds
from vmaudio.classify import Model
from vmaudio.duplicates import stored_copies, without_copies
from vmaudio.experiments import holm, parse_moment, prepare
from vmaudio.intake import parse_as_of
from vmaudio.records import Record
from vmaudio.store import Store, observations


@dataclass(frozen=True, slots=True)
class Drift(Record):
    """How far one feature of new messages is from the training window.

    Attributes:
        feature: name in the catalogue.
        psi: population stability index, less what chance gives.
        p_value: of the chi-square test, corrected for the number of features (Holm).
        drifted: whether both speak for it.
        then: median or commonest word of the training window.
        now: of the new messages.
    """

    feature: str
    psi: float
    p_value: float
    drifted: bool
    then: float | str | None
    now: float | str | None


@dataclass(frozen=True, slots=True)
class DriftReport(Record):
    """New messages against the training window.

    Attributes:
        model_id: of the callback model.
        n: new messages.
        features: the furthest from the training window first.
        expected: mean probability that the model gives the new messages, 0 to 1.
        observed: callbacks among the messages with a known outcome.
        known: how many have one.
        expected_known: mean probability that the model gives those.
        p_value: of the difference between callbacks that came and that were expected.
        simulated: whether the model learned from invented outcomes.
    """

    model_id: str
    n: int
    features: tuple[Drift, ...]
    expected: float | None = None
    observed: int = 0
    known: int = 0
    expected_known: float | None = None
    p_value: float | None = None
    simulated: bool = False

    @property
    def enough(self) -> bool:
        """Whether there are messages enough to say anything."""
        return self.n >= DRIFT_OPTIONS.fewest

    @property
    def drifted(self) -> tuple[Drift, ...]:
        """The features that have drifted."""
        return tuple(one for one in self.features if one.drifted)

    @property
    def sentence(self) -> str:
        """What a reader must know; empty when nothing drifted."""
        said = []
        if self.drifted:
            named = ", ".join(one.feature for one in self.drifted[:4]) + (" and more" if len(self.drifted) > 4 else "")
            said.append(f"New messages are not like those that {self.model_id} learned from ({named}).")
        if self.p_value is not None and self.p_value < DRIFT_OPTIONS.chance and self.expected_known is not None:
            said.append(
                f"{self.model_id} expected {100 * self.expected_known:.1f} % callbacks of {self.known:,} new messages, and "
                f"{100 * self.observed / self.known:.1f} % came."
            )
        return " ".join([*said, "Train it again: vmaudio models train callback."]) if said else ""


def check_drift(
    rows: Sequence[Mapping[str, Any]],
    model: Model,
    called_back: Sequence[bool | None] = (),
    reps: Sequence[str | None] = (),
) -> DriftReport:
    """Compare new messages with the training window.

    Args:
        rows: feature values of new messages.
        model: the callback model.
        called_back: what came of them, None where not known, in the same order.
        reps: who left them, in the same order.

    Raises:
        ModelRefused: the model is no callback model.
    """
    check_model(model)
    simulated = bool(model.meta.get("simulated"))
    if len(rows) < DRIFT_OPTIONS.fewest:
        return DriftReport(model.model_id, len(rows), (), simulated=simulated)
    p = 1 / (1 + np.exp(-log_odds(model, rows)))
    known = np.array([value is not None for value in called_back] or [False] * len(rows), dtype=bool)
    y = np.array([bool(value) for value in called_back if value is not None], dtype=float)
    whose = [rep for rep, value in zip(reps, called_back, strict=False) if value is not None]
    found = _features(rows, model)
    return DriftReport(
        model.model_id, len(rows), tuple(sorted(found, key=lambda one: -one.psi)), float(p.mean()), int(y.sum()),
        len(y), float(p[known].mean()) if known.any() else None,
        _unexpected(y - p[known], p[known], whose) if len(y) >= DRIFT_OPTIONS.fewest else None, simulated,
    )  # fmt: skip


def check_store_drift(store: Store, model: Model, since: str | None = None, timezone: str | None = None) -> DriftReport:
    """Compare the store's new messages with the training window of a callback model.

    Args:
        store: with analyses and outcomes.
        model: the callback model.
        since: messages sent from this date on; None is those sent after the newest that the model learned from.
        timezone: of dates without one; None is the setting ``timezone``.

    Raises:
        ModelRefused: the model is no callback model.
        SettingError: ``since`` is no date.
    """
    zone = str(settings.get("timezone", timezone))
    seen = [one for one in without_copies(observations(store), stored_copies(store)) if one.features]
    start = _start(model, since, zone)
    new = seen
    if start is not None:
        new = [o for o in seen if (sent := parse_moment(o.message.sent_at)) and (sent >= start if since else sent > start)]
    called = {row.observation.message.message_id: row.event for row in prepare(seen, "callback").rows}
    return check_drift(
        [o.features for o in new], model, [called.get(o.message.message_id) for o in new], [o.message.rep for o in new]
    )


def _start(model: Model, since: str | None, timezone: str) -> datetime.datetime | None:
    """From when on messages are new: midnight of the date given, else the end of the training window; None means all."""
    if not since:
        window = model.meta.get("window")
        return parse_moment(window[1]) if window else None
    start = parse_as_of(since, timezone)
    if start and "T" not in since and ":" not in since:
        start = start.replace(hour=0, minute=0, second=0)
    return start


def _features(rows: Sequence[Mapping[str, Any]], model: Model) -> list[Drift]:
    """Every feature that the model remembers well enough, with Holm over all of them."""
    n_then = int(model.meta["metrics"]["n"])
    measured = []
    for name, info in model.meta.get("features", {}).items():
        shares = info.get("shares")
        if shares is None:
            continue
        counts, now = _count([row.get(name) for row in rows], info)
        then = np.asarray(shares, dtype=float)
        if len(counts) != len(then):
            continue
        psi = _psi(counts, then, n_then)
        measured.append((name, psi, _p_value(counts, then * n_then), info.get("median", info.get("reference")), now))
    corrected = holm([p for _, _, p, _, _ in measured])
    return [
        Drift(name, psi, p, psi >= DRIFT_OPTIONS.large and p < DRIFT_OPTIONS.chance, then, now)
        for (name, psi, _, then, now), p in zip(measured, corrected, strict=True)
    ]


def _count(values: Sequence[Any], info: Mapping[str, Any]) -> tuple[np.ndarray, float | str | None]:
    """Counts over the training bins, the last bin for "not found" (or another word), and what is typical."""
    words = info.get("words")
    if words:
        known = [str(value) for value in values if value in words]
        counts = [known.count(word) for word in words]
        return np.array([*counts, len(values) - len(known)], dtype=float), words[int(np.argmax(counts))]
    numbers = np.array([float(v) if isinstance(v, (int, float)) else math.nan for v in values])
    there = numbers[~np.isnan(numbers)]
    cuts = np.asarray(info["cuts"], dtype=float)
    counted = np.bincount(np.searchsorted(cuts, there, side="left"), minlength=len(cuts) + 1)
    middle = float(np.median(there)) if len(there) else None
    return np.array([*counted.tolist(), len(numbers) - len(there)], dtype=float), middle


def _psi(counts: np.ndarray, then: np.ndarray, n_then: int) -> float:
    """Population stability index with half a message added to each bin, less its mean when nothing has changed."""
    now = (counts + 0.5) / (counts.sum() + 0.5 * len(counts))
    was = (then * n_then + 0.5) / (n_then + 0.5 * len(then))
    used = int(((counts > 0) | (then > 0)).sum())
    chance = (used - 1) * (1 / counts.sum() + 1 / n_then)
    return max(0.0, float(((now - was) * np.log(now / was)).sum() - chance))


def _p_value(counts: np.ndarray, then: np.ndarray) -> float:
    """Two samples over the same bins: Pearson's chi-square; bins with few are joined with their neighbour."""
    from scipy.stats import chi2_contingency

    table: list[list[float]] = [[0.0, 0.0]]
    for now, was in zip(counts.tolist(), then.tolist(), strict=True):
        table[-1][0] += now
        table[-1][1] += was
        total = counts.sum() + then.sum()
        if sum(table[-1]) * min(counts.sum(), then.sum()) / total >= 5:
            table.append([0.0, 0.0])
    rest = table.pop()
    if not table:
        return 1.0
    table[-1] = [table[-1][0] + rest[0], table[-1][1] + rest[1]]
    return float(chi2_contingency(np.array(table), correction=False).pvalue) if len(table) > 1 else 1.0


def _unexpected(residual: np.ndarray, p: np.ndarray, reps: Sequence[str | None]) -> float | None:
    """How often callbacks would differ so much from what was expected by chance, a rep's messages being alike.

    The sum of residuals over the wider of its binomial spread and its spread over reps, with t on reps - 1 degrees of
    freedom. None with fewer than six reps: the model speaks of an average rep, and a few reps are none.
    """
    from scipy.stats import t

    names = [name or "" for name in reps]
    groups = len(set(names))
    if groups < DRIFT_OPTIONS.fewest_reps or len(names) != len(residual):
        return None
    group = np.unique(names, return_inverse=True)[1]
    sums = np.bincount(group, weights=residual - residual.mean())
    spread = math.sqrt(max(float((p * (1 - p)).sum()), float((sums**2).sum()) * groups / (groups - 1)))
    return float(2 * t.sf(abs(float(residual.sum())) / spread, groups - 1)) if spread > 0 else 1.0
