"""The callback model on simulated messages with known truth: do its intervals hold it, and is what does nothing named?

``python -m benchmarks.callback_truth [sets]`` prints one line for each world, over so many training sets (20). Messages have
the catalogue's features, correlated by six hidden factors; reps differ in their level. Truth is the log-odds for a rep of
average level, of 200 messages that trained nothing.
"""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table
from vmaudio.callback.changes import CHANGEABLE
from vmaudio.callback.predict import feature_matrix
from vmaudio.features import CATALOGUE
from vmaudio.training.callback_effects import effects_of
from vmaudio.training.callback_fitting import fit
from vmaudio.training.callback_held import CallbackData
from vmaudio.training.callback_table import Example, columns_of

START = datetime.datetime(2026, 1, 5, 8, tzinfo=datetime.UTC)
LEFT_OUT = ("snr_db", "clipped_share", "word_probability", "number_confidence", "number_agreement")
NUMBERS = [
    name for name, about in CATALOGUE.items() if about.is_number and not name.startswith("tone") and name not in LEFT_OUT
]
APPROACHES, SHARES = ("pitch", "curiosity", "relevance_first", "identity_first", "offer"), (0.3, 0.2, 0.2, 0.2, 0.1)


@dataclass(frozen=True)
class World:
    """What is true: effects in log-odds for a fifth of a feature's usual range, or of a word of the approach."""

    effects: dict[str, float] = field(default_factory=dict)
    n: int = 2000
    reps: int = 12
    base: float = -2.3
    rep_sd: float = 0.3
    slope_sd: float = 0.0
    hot: float = 0.0


WORLDS = {
    "no effect": World(),
    "three weak effects": World({"number_times_said": 0.2, "duration_s": -0.2, "curiosity": 0.3}),
    "four strong effects": World({"number_times_said": 0.5, "duration_s": -0.5, "curiosity": 0.8, "question_count": 0.3}),
    "forty small effects": World({name: 0.1 * (-1) ** i for i, name in enumerate(NUMBERS[:40])}),
    "1,000 messages": World({"number_times_said": 0.5, "curiosity": 0.8}, n=1000, base=-1.8),
    "10,000 messages": World({"number_times_said": 0.3, "curiosity": 0.5, "duration_s": -0.3}, n=10000),
    "effects that differ by rep": World({"number_times_said": 0.4, "duration_s": -0.3}, slope_sd=0.15),
    "reps who differ much": World({"number_times_said": 0.4, "curiosity": 0.6}, rep_sd=0.7),
    "a hot list with shorter messages": World({"number_times_said": 0.4}, hot=1.2),
}


def _messages(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    z = rng.normal(size=(n, 6)) @ (rng.normal(size=(len(NUMBERS), 6)) * 0.5).T + rng.normal(size=(n, len(NUMBERS))) * 0.8
    z /= z.std(axis=0)
    made: dict[str, np.ndarray] = {}
    for name, column in zip(NUMBERS, z.T, strict=True):
        low, high, unit = CATALOGUE[name].low or 0.0, CATALOGUE[name].high or 1.0, CATALOGUE[name].unit
        values = (low + high) / 2 + column * (high - low) / 5
        if unit == "0/1":
            values = (column > 0.2).astype(float)
        elif unit == "" and high <= 6:
            values = np.clip(np.round((low + high) / 2 + column * (high - low) / 4), low, high)
        if name.endswith("_s") and name not in ("duration_s", "speech_s", "lead_silence_s", "tail_silence_s"):
            values = np.where(rng.random(n) < 0.25, np.nan, values)
        made[name] = values
    made["approach"] = rng.choice(APPROACHES, size=n, p=SHARES)
    return made


def _units(name: str, values: np.ndarray) -> np.ndarray:
    low, high = CATALOGUE[name].low or 0.0, CATALOGUE[name].high or 1.0
    return np.nan_to_num((values - (low + high) / 2) / ((high - low) / 5))


def _log_odds(world: World, values: dict[str, np.ndarray]) -> np.ndarray:
    found = np.full(len(values["approach"]), world.base)
    for name, effect in world.effects.items():
        found = found + effect * (_units(name, values[name]) if name in CATALOGUE else values["approach"] == name)
    return found


def _rows(values: dict[str, np.ndarray]) -> list[dict[str, Any]]:
    return [dict(zip(values, row, strict=True)) for row in zip(*(column.tolist() for column in values.values()), strict=True)]


def trained(world: World, seed: int) -> tuple[np.ndarray, set[str]]:
    """Whether each test message's interval holds its truth, and the features that are named."""
    rng = np.random.default_rng(seed)
    values = _messages(rng, world.n)
    rep, warm = rng.integers(world.reps, size=world.n), rng.integers(2, size=world.n) if world.hot else np.zeros(world.n, int)
    values["duration_s"] = values["duration_s"] - 15 * warm
    odds = _log_odds(world, values) + rng.normal(0, world.rep_sd, world.reps)[rep] + world.hot * warm
    for name in NUMBERS[:20] if world.slope_sd else ():
        odds = odds + rng.normal(0, world.slope_sd, world.reps)[rep] * _units(name, values[name])
    called = rng.random(world.n) < 1 / (1 + np.exp(-odds))
    examples = [Example(f"m{i}", row, bool(called[i]), f"rep{rep[i]}", f"p{i}", START) for i, row in enumerate(_rows(values))]
    columns, _ = columns_of(examples)
    data = CallbackData(
        feature_matrix([one.values for one in examples], columns), called.astype(float), rep.astype(str),
        np.arange(world.n).astype(str), warm[:, None] if world.hot else np.zeros((world.n, 0), int),
    )  # fmt: skip
    fitted = fit(data)
    new = _messages(np.random.default_rng(SEED), 200)
    truth = _log_odds(world, new)
    if world.hot:  # half of the messages go to either list
        p = (1 / (1 + np.exp(-truth)) + 1 / (1 + np.exp(-truth - world.hot))) / 2
        truth = np.log(p / (1 - p))
    z = np.nan_to_num((feature_matrix(_rows(new), columns) - fitted.mean) / fitted.scale)
    design = np.hstack([np.ones((len(z), 1)), z])
    half = 1.959964 * np.sqrt(np.einsum("ij,jk,ik->i", design, fitted.covariance, design))
    holds = np.abs(fitted.intercept + z @ fitted.coefficients - truth) <= half
    tested = effects_of(fitted, data, columns, [name for name in CHANGEABLE if name in CATALOGUE])
    return holds, {name for name, found in tested.items() if found["q"] <= 0.05}


def coverage(sets: int = 20) -> Table:
    """One row for each world."""
    rows = []
    for title, world in WORLDS.items():
        runs = [trained(world, SEED + seed) for seed in range(sets)]
        real = {name if name in CATALOGUE else "approach" for name in world.effects} & set(CHANGEABLE)
        false = [len(named - real) / max(1, len(named)) for _, named in runs]
        found = [len(named & real) / len(real) for _, named in runs] if real else []
        held = [float(holds.mean()) for holds, _ in runs]
        rows.append((title, float(np.mean(held)), min(held), float(np.mean(false)), float(np.mean(found)) if found else None))
        print(*rows[-1], flush=True)
    columns = ("world", "intervals that hold the truth", "in the worst set", "false among named", "effects that are named")
    return Table("The callback model against known truth", columns, rows, f"{sets} training sets each, 200 new messages.")


if __name__ == "__main__":
    print(coverage(int(sys.argv[1]) if len(sys.argv) > 1 else 20).markdown())
