"""Rates of arms with reps, drawn towards each other: a logistic mixed model with a level for each arm, each rep, and each of a
rep's arms, fitted by Laplace's approximation.

By hand in numpy: the mixed logistic model of statsmodels (``BinomialBayesMixedGLM``) wants a row for each message and takes
6.8 s where this takes 0.03 (20,000 messages of 50 reps; the arms' levels agree to .015 log-odds), and holds its standard
deviations at one value, so that two arms that happen to agree would be called equal for certain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vmaudio.experiments.pooling_options import PoolingOptions


@dataclass(frozen=True, slots=True)
class Cells:
    """Messages and events by arm and rep.

    Attributes:
        arm: arm numbers from 0 (n_cells,).
        rep: rep numbers from 0 (n_cells,).
        n: messages (n_cells,), above 0.
        events: messages with the outcome (n_cells,).
        n_arms: arms.
        n_reps: reps; 1 where they are not known or are the arms themselves.
    """

    arm: np.ndarray
    rep: np.ndarray
    n: np.ndarray
    events: np.ndarray
    n_arms: int
    n_reps: int

    @classmethod
    def of(cls, arm: np.ndarray, rep: np.ndarray | None, y: np.ndarray) -> Cells:
        """Count.

        Args:
            arm: arm numbers from 0 (n_messages,).
            rep: rep numbers, any integers (n_messages,); None where there are none.
            y: 0 or 1 (n_messages,), the outcomes.

        Returns:
            The counts of the cells that have messages.
        """
        who = np.zeros(len(arm), dtype=int) if rep is None else np.unique(rep, return_inverse=True)[1]
        n_arms, n_reps = int(arm.max()) + 1, int(who.max()) + 1
        n = np.bincount(arm * n_reps + who, minlength=n_arms * n_reps).astype(float)
        events = np.bincount(arm * n_reps + who, weights=y, minlength=n_arms * n_reps)
        used = np.flatnonzero(n)
        return cls(used // n_reps, used % n_reps, n[used], events[used], n_arms, n_reps)


@dataclass(frozen=True, slots=True)
class _Fit:
    """The posterior at one set of standard deviations: a normal in mean level and arms, and in reps given these."""

    log_evidence: float
    beta: np.ndarray  # mean level, then the arms
    half: np.ndarray  # Cholesky factor of beta's precision
    reps: np.ndarray
    rep_precision: np.ndarray
    cross: np.ndarray  # (n_reps, 1 + n_arms)


@dataclass(frozen=True, slots=True)
class Posterior:
    """Draws of each arm's rate.

    Attributes:
        rates: shares from 0 to 1 (n_draws, n_arms): what an arm would have if all reps used it as often as they left messages.
        arm_sd: expected standard deviation of the arms on the log-odds scale.
        rep_sd: standard deviation of the reps, likewise; 0 where there are none.
        cell_sd: standard deviation of a rep's arms around both, likewise.
    """

    rates: np.ndarray
    arm_sd: float
    rep_sd: float
    cell_sd: float


def _fit(c: Cells, arm_sd: float, rep_sd: float, cell_sd: float, options: PoolingOptions, start: np.ndarray) -> _Fit:
    """Newton's method, the reps and cells eliminated: their blocks are diagonal."""
    level, wide = options.mean_level, options.mean_level_sd
    prior = np.concatenate([[1 / wide**2], np.full(c.n_arms, 1 / arm_sd**2)])
    centre = np.concatenate([[level], np.zeros(c.n_arms)])
    beta, reps, inner = start.copy(), np.zeros(c.n_reps), np.zeros(len(c.n))
    with_reps = rep_sd > 0
    cell_variance = cell_sd**2 if with_reps else 0.0

    def total(b: np.ndarray, v: np.ndarray, w: np.ndarray) -> float:
        eta = b[0] + b[1 + c.arm] + v[c.rep] + w
        found = float((c.events * eta - c.n * np.logaddexp(0, eta)).sum() - 0.5 * (prior * (b - centre) ** 2).sum())
        if with_reps:
            found -= 0.5 * float((v**2).sum() / rep_sd**2 + (w**2).sum() / cell_variance)
        return found

    now = total(beta, reps, inner)
    for _ in range(options.most_steps):
        p = 1 / (1 + np.exp(-(beta[0] + beta[1 + c.arm] + reps[c.rep] + inner)))
        h, g = c.n * p * (1 - p), c.events - c.n * p
        gone = h / (h + 1 / cell_variance) if with_reps else np.zeros_like(h)
        weight, score = h * (1 - gone), g - gone * (g - inner / cell_variance) if with_reps else g
        table = np.zeros((c.n_reps, c.n_arms))
        table[c.rep, c.arm] = weight
        scores = np.zeros((c.n_reps, c.n_arms))
        scores[c.rep, c.arm] = score
        cross = np.hstack([table.sum(axis=1, keepdims=True), table])
        arms = table.sum(axis=0)
        precision = np.diag(prior)
        precision[0, 0] += arms.sum()
        precision[0, 1:] += arms
        precision[1:, 0] += arms
        precision[np.arange(1, c.n_arms + 1), np.arange(1, c.n_arms + 1)] += arms
        gradient = np.concatenate([[scores.sum()], scores.sum(axis=0)]) - prior * (beta - centre)
        if with_reps:
            rep_precision = table.sum(axis=1) + 1 / rep_sd**2
            pull = scores.sum(axis=1) - reps / rep_sd**2
            precision -= cross.T @ (cross / rep_precision[:, None])
            gradient -= cross.T @ (pull / rep_precision)
        else:
            rep_precision, pull = np.ones(c.n_reps), np.zeros(c.n_reps)
        half = np.linalg.cholesky(precision)
        step = np.linalg.solve(precision, gradient)
        rep_step = (pull - cross @ step) / rep_precision if with_reps else np.zeros(c.n_reps)
        moved = step[0] + step[1 + c.arm] + rep_step[c.rep]
        inner_step = (g - inner / cell_variance - h * moved) / (h + 1 / cell_variance) if with_reps else np.zeros_like(h)
        size = 1.0
        while (
            new := total(beta + size * step, reps + size * rep_step, inner + size * inner_step)
        ) < now - 1e-9 and size > 1e-3:
            size /= 2
        beta, reps, inner = beta + size * step, reps + size * rep_step, inner + size * inner_step
        done, now = abs(new - now) < options.tolerance, new
        if done:
            break
    evidence = now - c.n_arms * math.log(arm_sd) - float(np.log(np.diag(half)).sum())
    if with_reps:
        evidence -= 0.5 * float(np.log(rep_precision * rep_sd**2).sum() + np.log1p(cell_variance * h).sum())
    return _Fit(evidence, beta, half, reps, rep_precision, cross)


def posterior(c: Cells, options: PoolingOptions) -> Posterior:
    """Fit, and draw the arms' rates.

    The standard deviations of reps and of a rep's arms are estimated (empirical Bayes, with a prior that keeps them off 0:
    Chung et al. 2013); that of the arms, of which there are few, is averaged over.

    Args:
        c: the counts.
        options: thresholds.

    Returns:
        The draws, the same for the same counts.
    """
    share = (c.events.sum() + 0.5) / (c.n.sum() + 1)
    start = np.concatenate([[math.log(share / (1 - share))], np.zeros(c.n_arms)])
    rep_sd, cell_sd = _nuisance(c, options, start)
    arm_sds = np.array(options.arm_sds)
    fits = []
    for arm_sd in options.arm_sds:
        fits.append(_fit(c, arm_sd, rep_sd, cell_sd, options, start))
        start = fits[-1].beta
    log_weight = np.array([fit.log_evidence for fit in fits]) - 0.5 * (arm_sds / options.arm_scale) ** 2
    weight = np.exp(log_weight - log_weight.max()) * np.gradient(arm_sds)
    weight /= weight.sum()
    draws = max(options.fewest_draws, min(options.draws, int(options.most_numbers / (c.n_reps * c.n_arms))))
    counts = np.diff(np.round(np.concatenate([[0], np.cumsum(weight)]) * draws).astype(int))
    rng = np.random.default_rng(options.seed)
    rates = [_draw(c, fit, int(count), rng, with_reps=rep_sd > 0) for fit, count in zip(fits, counts, strict=True) if count]
    return Posterior(np.vstack(rates), float(weight @ arm_sds), rep_sd, cell_sd)


def _nuisance(c: Cells, options: PoolingOptions, start: np.ndarray) -> tuple[float, float]:
    """Standard deviations of reps, and of a rep's arms, of the highest posterior density, one after the other, twice."""
    if c.n_reps < 2:
        return 0.0, 0.0

    def density(rep_sd: float, cell_sd: float) -> float:
        found = _fit(c, options.arm_scale / 2, rep_sd, cell_sd, options, start).log_evidence
        for sd, scale in ((rep_sd, options.rep_scale), (cell_sd, options.cell_scale)):
            found += math.log(sd) - 0.5 * (sd / scale) ** 2
        return found

    rep_sd, cell_sd = options.rep_scale, options.cell_scale
    for _ in range(2):
        rep_sd = max(options.rep_sds, key=lambda sd: density(sd, cell_sd))
        cell_sd = max(options.cell_sds, key=lambda sd: density(rep_sd, sd))
    return rep_sd, cell_sd


def _draw(c: Cells, fit: _Fit, count: int, rng: np.random.Generator, *, with_reps: bool) -> np.ndarray:
    """Rates of the arms in one fit's posterior, averaged over the reps as they left messages."""
    off = np.linalg.solve(fit.half.T, rng.standard_normal((c.n_arms + 1, count))).T
    beta = fit.beta + off
    if not with_reps:
        return np.asarray(1 / (1 + np.exp(-(beta[:, :1] + beta[:, 1:]))))
    reps = fit.reps - off @ (fit.cross / fit.rep_precision[:, None]).T
    reps += rng.standard_normal(reps.shape) / np.sqrt(fit.rep_precision)
    share = np.bincount(c.rep, weights=c.n, minlength=c.n_reps) / c.n.sum()
    base = beta[:, :1] + reps
    return np.stack([(1 / (1 + np.exp(-(base + beta[:, 1 + a : 2 + a])))) @ share for a in range(c.n_arms)], axis=1)
