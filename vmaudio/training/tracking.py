"""A trained model in an MLflow store: its figures, its card and its files, under the names that MLflow users expect.

MLflow is an extra (``vmaudio[mlflow]``). The store is the one that ``MLFLOW_TRACKING_URI`` names, else MLflow's own default on
this machine; the experiment is ``MLFLOW_EXPERIMENT_NAME``, else "vmaudio". MLflow's usage reports are switched off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from vmaudio.classify import ModelFolder
from vmaudio.errors import SettingError

EXPERIMENT = "vmaudio"


def check_mlflow() -> None:
    """Refuse at once, before minutes of training, where MLflow is not installed.

    Raises:
        SettingError: it is not.
    """
    _mlflow()


def log_to_mlflow(folder: ModelFolder) -> str:
    """Log a model folder as one run: parameters, metrics with their intervals, tags, and the folder's files under ``model``.

    Args:
        folder: of the model.

    Returns:
        The id of the run.

    Raises:
        SettingError: MLflow is not installed, or its store cannot be written.
    """
    mlflow = _mlflow()
    meta = folder.meta()
    try:
        if not os.environ.get("MLFLOW_EXPERIMENT_NAME"):
            mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=f"{meta['name']} seed {meta.get('seed', 0)}") as run:
            mlflow.log_params(run_parameters(meta))
            mlflow.log_metrics(dict(run_metrics(meta["metrics"])))
            mlflow.set_tags({"vmaudio.model": meta["name"], "vmaudio.sha256": meta["sha256"]})
            mlflow.log_artifacts(str(folder.path), "model")
            return str(run.info.run_id)
    except (mlflow.exceptions.MlflowException, OSError) as error:
        where = mlflow.get_tracking_uri()
        raise SettingError(
            f"The model is in {folder.path}, but the MLflow store {where} cannot be written ({str(error)[:300]}). "
            "Set MLFLOW_TRACKING_URI to a store that can, and train again."
        ) from error


def run_parameters(meta: Mapping[str, Any]) -> dict[str, str]:
    """What went into a model: seed, data by SHA-256, versions, what was chosen.

    Args:
        meta: the values of model.json.
    """
    found = {"seed": str(meta.get("seed", 0))}
    found |= {f"data.{one['file']}": str(one["sha256"]) for one in meta.get("data", ())}
    found |= {key: str(meta[key]) for key in ("feature_schema", "scikit_learn", "skops", "window", "simulated") if key in meta}
    chosen = meta.get("chosen")
    if isinstance(chosen, Mapping):
        parts = {key: one for key, one in chosen.items() if isinstance(one, Mapping) and "candidate" in one}
        found |= {f"chosen.{key}": str(one["candidate"]) for key, one in parts.items()}
        if "candidate" in chosen:
            found["chosen"] = str(chosen["candidate"])
    elif chosen is not None:
        found["chosen"] = str(chosen)
    return {key: value[:500] for key, value in found.items()}


def run_metrics(metrics: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Figures by name; an interval as two of them, ``macro_f1.low`` and ``macro_f1.high``, a class as ``class.offer.f1``.

    Args:
        metrics: of model.json.

    Yields:
        Names and numbers.
    """
    for name, value in metrics.items():
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            yield name, float(value)
    for name, pair in (metrics.get("ci") or {}).items():
        if pair and None not in pair:
            yield f"{name}.low", float(pair[0])
            yield f"{name}.high", float(pair[1])
    for label, one in (metrics.get("per_class") or {}).items():
        for name, value in one.items():
            if isinstance(value, (int, float)):
                yield f"class.{label}.{name}", float(value)


def _mlflow() -> Any:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when it is imported
    os.environ.setdefault("DO_NOT_TRACK", "true")
    try:
        import mlflow
    except ImportError:
        raise SettingError('--log mlflow needs MLflow. Install it with: pip install "vmaudio[mlflow]"') from None
    return mlflow
