"""Judging the shipped models on development recordings by other writers and real voices, which never train them.

They are development data all the same: cues, noise and our own robocall texts were written by people who had read them, and
the tone material was revised after looking at the acted voices. Only messages that nobody here has seen are a clean test.

Expects the folders ``voicemails`` (synthetic messages with truth), ``robocall`` (recogniser output of real robocalls, by
campaign) and ``emotion/ravdess`` (acted speech, for evaluation only); what is absent is left out.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio import activity, audio, clauses, prosody, structure, tone
from vmaudio.modelstore import Model, ModelStore
from vmaudio.records import APPROACHES, Recording
from vmaudio.training import metrics, recognised
from vmaudio.training.evaluation import Judged, judge_approach, judge_parts, judge_recognised, summarise
from vmaudio.training.labels import LabelledMessage, Sentence

HIGH = ("angry", "happy", "fearful")
"""Acted classes of high vocal activation; neutral, calm and sad are low."""

SCORES = ("macro_f1", "balanced_accuracy", "accuracy", "majority_baseline", "n", "groups", "ci")


def judge(store: ModelStore, folder: Path) -> dict[str, dict[str, Any]]:
    """All that can be judged with what the folder holds, by model name."""
    out: dict[str, dict[str, Any]] = {}
    part, approach = store.load("part"), store.load("approach")
    truth = folder / "voicemails" / "truth.jsonl"
    if truth.is_file():
        for engine in ("base", "tiny_en"):
            messages = read_truth(truth, engine)
            key = f"other writer, recognised by {engine.replace('_', '.')}"
            for model in (part, approach):
                judged = judge_recognised(model, part, messages)
                out.setdefault(model.name, {})[key] = _scores(judged, model)
        out["part"]["other writer, true text"] = _scores(judge_parts(part, messages), part)
        written = [dataclasses.replace(m, recognised=m.text) for m in messages]
        out["part"]["other writer, true text, own cuts"] = _scores(judge_recognised(part, None, written), part)
        out["approach"]["other writer, true text"] = _scores(judge_approach(approach, part, messages), approach)
    calls = folder / "robocall" / "transcripts.csv"
    if calls.is_file():
        out.setdefault("approach", {})["robocalls"] = robocalls(calls, part, approach)
    acted = folder / "emotion" / "ravdess"
    if (acted / "manifest.csv").is_file():
        out["tone"] = {"lively": lively(acted, store.load("tone"))}
    return out


def _scores(judged: Judged, model: Model) -> dict[str, Any]:
    found = summarise(judged, model.name, model.model_id, float(model.meta["threshold"]), len(judged.truth)).to_dict()
    names = ("coverage", "precision_at_coverage", "per_class")
    return {name: found[name] for name in (*SCORES, *names)}


def read_truth(path: Path, engine: str) -> list[LabelledMessage]:
    """Messages of a truth.jsonl with parts; special files (silence, broken ones) have none and are left out."""
    messages = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("parts"):
            pieces = tuple(Sentence(piece["text"], piece["label"]) for piece in row["parts"])
            text = row.get(f"{engine}_text")
            messages.append(LabelledMessage(row["id"], row["rep"], row["prospect"], pieces, row["approach"], recognised=text))
    return messages


def robocalls(path: Path, part: Model, approach: Model) -> dict[str, Any]:
    """Recall of real robocalls, pooled and per campaign.

    No transcript trains the model, but our robocalls.jsonl was written after reading excerpts of these campaigns and tells
    of the same frauds in other words: leave that file out of the training for the recall of campaigns truly unseen.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            p = structure.approach_probabilities(recognised.cut(row["transcript"]), part, approach)
            hits[row["campaign"]].append(APPROACHES[int(p.argmax())] == "robocall")
    everything = [hit for one in hits.values() for hit in one]
    low, high = metrics.wilson(sum(everything), len(everything))
    rates = {campaign: [sum(one), len(one)] for campaign, one in sorted(hits.items())}
    return {
        "recall": float(np.mean(everything)), "ci": [low, high], "n": len(everything), "campaigns": len(hits),
        "mean_of_campaigns": float(np.mean([np.mean(one) for one in hits.values()])),
        "campaigns_at_95": sum(float(np.mean(one)) >= 0.95 for one in hits.values()), "by_campaign": rates,
    }  # fmt: skip


def lively(folder: Path, model: Model) -> dict[str, Any]:
    """Balanced accuracy of ``lively`` on acted speech, by actor: as recorded and through a telephone, level kept or evened.

    The telephone is 300-3400 Hz at 8 kHz; "evened" sets every clip to one level, as a line with gain control would.
    """
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        clips = list(csv.DictReader(stream))
    out = {}
    rows: dict[str, list[np.ndarray]] = {"clean": [], "telephone": [], "telephone, level evened": []}
    for clip in clips:
        recording = audio.load(str(folder / clip["file"]))
        words = clauses.transcript_from_text(clip["transcript"])
        for name, found in rows.items():
            sound = recording if name == "clean" else telephone(recording, evened="evened" in name)
            found.append(tone.row(prosody.measure(sound, activity.detect(sound)), words))
    truth = ["high" if clip["label"] in HIGH else "low" for clip in clips]
    actors = [clip["speaker"] for clip in clips]
    for name, found in rows.items():
        p = np.array([tone.axes(row, model)["lively"] for row in found])
        guess = ["high" if value >= 0.5 else "low" for value in p]
        judged = Judged(truth, guess, np.maximum(p, 1 - p).tolist(), actors, ("low", "high"))
        result = summarise(judged, "lively", model.model_id, 0.0, len(truth)).to_dict()
        out[name] = {**{key: result[key] for key in SCORES}, "auc": _auc(p, truth)}
    return out


def _auc(p: np.ndarray, truth: Sequence[str]) -> float:
    high = np.array([one == "high" for one in truth])
    difference = p[high][:, None] - p[~high][None]
    return float((difference > 0).mean() + 0.5 * (difference == 0).mean())


def telephone(recording: Recording, evened: bool) -> Recording:
    """The recording as a telephone line brings it: 300-3400 Hz, 8 kHz, back at 16 kHz."""
    from scipy.signal import butter, resample_poly, sosfiltfilt

    narrow = resample_poly(recording.samples.astype(float), 1, 2)
    narrow = sosfiltfilt(butter(4, [300, 3400], "bandpass", fs=8000, output="sos"), narrow)
    samples = resample_poly(narrow, 2, 1)
    if evened:
        loud = np.sqrt(np.mean(samples[np.abs(samples) > 0.1 * np.abs(samples).max()] ** 2))
        samples = np.clip(samples * 10 ** (-24 / 20) / max(float(loud), 1e-9), -1, 1)
    return dataclasses.replace(recording, samples=samples.astype(np.float32), duration_s=len(samples) / 16000)


def lively_sentence(found: Mapping[str, Any]) -> str:
    """One line for the card and for whoever shows the axis."""
    parts = [f"{name} {one['balanced_accuracy']:.2f}" for name, one in found["lively"].items()]
    n, actors = found["lively"]["clean"]["n"], found["lively"]["clean"]["groups"]
    return f"acted speech, balanced accuracy by actor: {', '.join(parts)} ({n} clips, {actors} actors; published .735)"
