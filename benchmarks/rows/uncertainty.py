"""Noise over the sample voicemails: do checks get wrong and sure of it, or do they say that they cannot tell?"""

from __future__ import annotations

import csv
import json
import math
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, SEED, Table, bootstrap
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Analysis, Check, Message
from vmaudio.testing import encode, recording

SNRS_DB = (30, 20, 10, 5, 0)
EVERY = 4
CONFIDENT = 0.5
LEFT_OUT = {"clear_line"}  # it is there to fail in noise


def noisy(samples: np.ndarray, snr_db: float, rng: np.random.Generator) -> np.ndarray:
    """Pink-like noise that far below the mean level of the speech."""
    active = detect_speech(recording(samples))
    inside = np.concatenate([samples[int(s.start_s * 16000) : int(s.end_s * 16000)] for s in active.speech] or [samples])
    noise = np.cumsum(rng.standard_normal(len(samples))) * 0.02
    noise = np.diff(noise, prepend=0.0) + 0.3 * rng.standard_normal(len(samples))
    noise *= math.sqrt(float(np.mean(inside**2)) / float(np.mean(noise**2))) * 10 ** (-snr_db / 20)
    return np.asarray(np.clip(samples + noise, -1, 1), np.float32)


def messages() -> list[tuple[str, Path, Message]]:
    """Every fourth spoken sample that is a sales message, with its manifest's row."""
    with (ROOT / "samples" / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        listed = {row["file"]: row for row in csv.DictReader(stream)}
    found = []
    for file, row in sorted(listed.items()):
        truth = json.loads((ROOT / "samples" / file).with_suffix(".json").read_text(encoding="utf-8"))
        if truth.get("text") and truth["approach"] not in ("robocall", "inquiry", "other"):
            message = Message(file, rep=row["rep"], prospect_name=row["prospect_name"], caller_id=row.get("caller_id"))
            found.append((file, ROOT / "samples" / file, message))
    return found[::EVERY]


def _mean(values: list[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan


def run(data: Path) -> list[Table]:
    """One table, a line for each level of noise."""
    rng = np.random.default_rng(SEED)
    analyzer = Analyzer.from_settings(engine="openai-whisper:base")
    chosen = messages()
    verdicts: dict[str, dict[str, dict[str, Check]]] = {}
    points: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for way in ("clean", *(f"{snr} dB" for snr in SNRS_DB)):
            sent = {}
            for file, path, message in chosen:
                samples = load_audio(path).samples
                if way != "clean":
                    samples = noisy(samples, float(way.split()[0]), rng)
                made = Path(folder) / f"{Path(file).stem} {way}.wav"
                made.write_bytes(encode(samples, "wav"))
                sent[str(made)] = (
                    file,
                    Message(str(made), message.rep, prospect_name=message.prospect_name, caller_id=message.caller_id),
                )
            for one in analyzer.analyze_many([message for _, message in sent.values()]):
                if isinstance(one, Analysis) and one.score:
                    verdicts.setdefault(way, {})[sent[one.source][0]] = {check.id: check for check in one.score.checks}
                    points.setdefault(way, []).append(math.nan if one.score.points is None else one.score.points)
    rows = []
    for way, by_file in verdicts.items():
        pairs = [
            (file, verdicts["clean"][file][name], check)
            for file, checks in by_file.items()
            for name, check in checks.items()
            if name not in LEFT_OUT and verdicts["clean"][file][name].verdict != "n/a"
        ]
        wrong = [check.verdict not in ("n/a", clear.verdict) for _, clear, check in pairs]
        sure = [bad and check.confidence >= CONFIDENT for bad, (_, _, check) in zip(wrong, pairs, strict=True)]
        fails = [bad and check.verdict == "fail" for bad, (_, _, check) in zip(wrong, pairs, strict=True)]
        unknown = [check.verdict == "n/a" for _, _, check in pairs]
        low, high = bootstrap([float(one) for one in sure], groups=[file for file, _, _ in pairs])
        applied = [check.confidence for _, _, check in pairs if check.verdict != "n/a"]
        rows.append((
            way, len(by_file), len(pairs), 100 * float(np.mean(unknown)), 100 * float(np.mean(wrong)),
            100 * float(np.mean(fails)), 100 * float(np.mean(sure)), f"{100 * low:.1f}-{100 * high:.1f}",
            _mean(applied), _mean(points[way]), int(np.isnan(points[way]).sum()),
        ))  # fmt: skip
    columns = (
        "noise below the voice", "messages", "checks", "n/a, %", "other verdict than clean, %", "fail instead of pass, %",
        "other and sure (confidence .5 or more), %", "95 %", "mean confidence", "mean points", "without points",
    )  # fmt: skip
    notes = (
        "Every fourth sales message of samples/, base, default rubric; checks that apply on the clean recording, without "
        "`clear_line`. The clean recording's verdict is taken as right (clean here: the same sound, encoded again). "
        "The limits under which a fail (.4) and a pass (.25) become n/a are "
        "defaults, not fitted to these. Interval: messages drawn whole."
    )
    return [Table("Checks under noise", columns, rows, notes)]
