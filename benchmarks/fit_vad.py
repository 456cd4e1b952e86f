"""Fit the model of `vmaudio.audio.vad_evidence` and write vmaudio/audio/vad_model.json: ``python -m benchmarks.fit_vad``.

Speech: frames near the loud parts of the recordings of the tuning part, twice each, at random levels, half of them with
noise of 5 to 30 dB SNR, a third through a telephone band, some cut to half a second. Not speech: generated clips. What is
rare or hard counts more (whisper, single digits, cuts; key tones, chords, clicks), what voicemail lines seldom know less.
"""

from __future__ import annotations

import json

import numpy as np

from benchmarks.common import ROOT, SEED, shared_data
from benchmarks.nonspeech import clips, telephone
from benchmarks.speech_split import recordings
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad_evidence import MEASURES, likeness, products, standardised
from vmaudio.audio.vad_frames import measure
from vmaudio.testing.signals import noise

WEIGHTS = {"single digits, 8 kHz": 3.0, "styles": 3.0, "cut": 3.0, "keys": 3.0, "chords": 3.0, "clicks": 3.0, "busy": 3.0,
           "beeps": 3.0, "drums": 0.5, "thuds": 0.5, "melody": 0.5}  # fmt: skip
PER_CLIP = 60


def main() -> None:
    """Fit, print what share of each kind of frames the model calls speech, and write the model."""
    from sklearn.linear_model import LogisticRegression

    rows, truth, kinds = [], [], []
    rng = np.random.default_rng(SEED)

    def add(samples: np.ndarray, speech: bool, kind: str, usable: np.ndarray | None = None) -> None:
        frames = measure(samples)
        n = len(frames["level_db"])
        if n < 10:
            return
        usable = frames["level_db"] > -85 if usable is None else usable[:n]
        chosen = np.flatnonzero(usable)
        chosen = rng.choice(chosen, min(len(chosen), PER_CLIP), replace=False)
        rows.append(likeness(frames)[chosen])
        truth.extend([speech] * len(chosen))
        kinds.extend([kind] * len(chosen))

    for name, part, path in recordings(shared_data()):
        if part != "tune":
            continue
        samples = load_audio(path, max_seconds=20).samples
        level = measure(samples)["level_db"]
        if len(level) < 15:
            continue
        loud = level > max(np.percentile(level, 95) - 25, np.percentile(level, 5) + 6)
        if not loud.any():
            continue
        power = np.mean(samples[: len(loud) * 160].astype(float)[np.repeat(loud, 160)] ** 2)
        for turn in range(6 if name == "styles" else 2):
            copy, usable, kind = samples, loud, name
            if rng.random() < 0.6:
                wave = noise(len(samples) / 16000 + 0.1, 0.0, str(rng.choice(["white", "pink", "brown"])), turn)
                copy = copy + wave[: len(copy)] * np.sqrt(power) * 10 ** (-rng.choice([5, 10, 15, 20, 30]) / 20)
            if rng.random() < 0.3:
                copy = telephone(copy)
            copy = np.clip(copy * 10 ** (rng.uniform(-25, 10) / 20), -1, 1).astype(np.float32)
            if turn == 1 and len(copy) > 16000:
                middle = int(rng.choice(np.flatnonzero(loud)))
                first, last = max(0, middle - 25), min(len(loud), middle + 25)
                copy, usable, kind = copy[first * 160 : last * 160], loud[first:last], "cut"
            add(copy, True, kind, usable)
    for kind, samples in clips(1500, SEED):
        add(samples, False, kind)

    x, y = np.concatenate(rows), np.array(truth)
    centre, scale = x.mean(axis=0), x.std(axis=0)
    z = standardised(x, centre, scale)
    inputs = np.hstack([z, products(z)])
    weight = np.where(y, 1 / y.mean(), 1 / (1 - y.mean())) * np.array([WEIGHTS.get(kind, 1.0) for kind in kinds])
    model = LogisticRegression(C=0.3, max_iter=5000).fit(inputs, y, sample_weight=weight)
    found = model.decision_function(inputs) > 0
    print(
        f"{len(y)} frames; called speech:",
        {k: round(float(found[np.array(kinds) == k].mean()), 3) for k in sorted(set(kinds))},
    )
    linear, quadratic = np.split(model.coef_[0], [z.shape[1]])
    stored: dict[str, object] = {"made_by": "benchmarks/fit_vad.py", "frames": len(y), "measures": MEASURES}
    for name, values in (("centre", centre), ("scale", scale), ("linear", linear), ("quadratic", quadratic)):
        stored[name] = [round(float(value), 3) for value in values]
    stored["intercept"] = round(float(model.intercept_[0]), 3)
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in stored.items())
    (ROOT / "vmaudio" / "audio" / "vad_model.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
