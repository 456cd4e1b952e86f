"""A small callback model made in a second: for tests of what is done with one, not of how good it is."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.callback.changes import CHANGEABLE
from vmaudio.callback.predict import COVARIANCE_PART, MODEL_NAME, MODEL_PART
from vmaudio.classify import ModelStore
from vmaudio.training.callback_effects import effects_of
from vmaudio.training.callback_fitting import as_pipeline, fit
from vmaudio.training.callback_held import CallbackData
from vmaudio.training.callback_table import Example, columns_of, matrix_of

START = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


def messages(seed: int, n: int = 400, longer_s: float = 0.0, help_: float = 0.8) -> list[Example]:
    """Messages of eight reps alike, in which saying the number twice helps, and pace and length do nothing."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        values: dict[str, Any] = {
            "speaking_rate_wpm": float(rng.normal(165, 20)),
            "duration_s": float(rng.normal(28, 8)) + longer_s,
            "number_times_said": float(rng.integers(0, 3)),
            "email_said": float(rng.random() < 0.4),
            "f0_median_hz": float(rng.normal(160, 40)),
            "number_said_s": float(rng.normal(18, 4)) if rng.random() < 0.8 else math.nan,
            "approach": str(rng.choice(["pitch", "curiosity", "referral"])),
        }
        logit = -1.5 + help_ * (values["number_times_said"] - 1) + 1.5 * (values["approach"] == "referral")
        called = bool(rng.random() < 1 / (1 + math.exp(-logit)))
        sent = START + datetime.timedelta(hours=i)
        made.append(Example(f"m{i}", values, called, f"rep{i % 8}", f"p{i}", sent))
    return made


def save(folder: Path, *, simulated: bool = False, seed: int = 1) -> Path:
    """Fit and save without an evaluation; gives the folder."""
    examples = messages(seed)
    columns, info = columns_of(examples)
    data = CallbackData(
        matrix_of(examples, columns), np.array([one.called_back for one in examples], dtype=float),
        np.array([one.rep for one in examples]), np.array([one.prospect for one in examples]),
        np.zeros((len(examples), 0), int),
    )  # fmt: skip
    fitted = fit(data)
    tested = effects_of(fitted, data, columns, [name for name in info if name in CHANGEABLE])
    members = {MODEL_PART: as_pipeline(fitted), COVARIANCE_PART: fitted.covariance}
    meta = {
        "name": MODEL_NAME, "metrics": {"n": len(data.y), "events": int(data.y.sum())}, "columns": columns,
        "reference": {name: one["reference"] for name, one in info.items()},
        "features": {name: {**one, **tested.get(name, {})} for name, one in info.items()}, "simulated": simulated,
        "window": [examples[0].sent.isoformat(), examples[-1].sent.isoformat()],
    }  # fmt: skip
    ModelStore(folder).save(folder / MODEL_NAME / "1", members, meta, "# Model card: callback\n")
    return folder / MODEL_NAME / "1"
