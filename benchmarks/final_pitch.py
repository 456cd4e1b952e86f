"""Sentences whose pitch moves at the end by a known amount: pulses through formants, and spoken clips bent by PSOLA."""

from __future__ import annotations

import csv
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.rows.pitch import telephone
from samples.voices import bend
from vmaudio import testing as signals
from vmaudio.audio import load_audio

RATE = 16000
MOST_ST = 6.0
BEND_S = 0.4
"""Over how much before its last voiced point `samples.voices.bend` moves the pitch."""

CHANNELS = ("clean", "telephone", "pink noise at 20 dB", "pink noise at 10 dB")
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (660, 1720, 2410), (500, 1500, 2500), (570, 840, 2410))
_WIDTHS = (70, 100, 130)


@dataclass(frozen=True, eq=False)
class Sentence:
    """A sentence alone: where it comes from, its half ("tune" or "report"), the rise of its end in semitones, its sound."""

    source: str
    half: str
    rise_st: float
    samples: np.ndarray


def pulses(seed: int, rise_st: float) -> np.ndarray:
    """A voice of pulses through three formants whose pitch wanders, and then moves evenly over its last 0.2 to 0.5 s."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    seconds, move_s = rng.uniform(0.9, 2.0), rng.uniform(0.2, 0.5)
    t = np.arange(int(seconds * RATE)) / RATE
    wander = rng.normal(0, 1) * np.sin(2 * np.pi * np.minimum(t - seconds + 0.5, 0) / rng.uniform(0.6, 1.2))
    st = wander + rise_st * np.clip((t - (seconds - move_s)) / move_s, 0, 1)
    phase = np.cumsum(rng.uniform(85, 250) * 2 ** (st / 12)) / RATE
    source = lfilter([1], [1, -0.95], np.append(0.0, np.diff(np.floor(phase))))
    pieces = []
    for at in range(0, len(t), int(0.18 * RATE)):
        piece = source[at : at + int(0.18 * RATE)]
        for hz, width in zip(_VOWELS[rng.integers(len(_VOWELS))], _WIDTHS, strict=True):
            r = np.exp(-np.pi * width / RATE)
            piece = lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * hz / RATE), r * r], piece)
        swell = np.sin(np.pi * (np.arange(len(piece)) + 0.5) / len(piece)) ** 0.5
        piece = piece * swell / np.sqrt(np.mean(piece**2) + 1e-12) * 10 ** (rng.normal(0, 2) / 20)
        if rng.random() < 0.4:  # a hiss in the place of the vowel's onset
            piece[: int(0.05 * RATE)] = rng.normal(0, 0.3, len(piece[: int(0.05 * RATE)]))
        pieces.append(piece)
    x = np.concatenate(pieces) * np.clip(np.minimum(np.arange(len(t)), np.arange(len(t))[::-1]) / (0.03 * RATE), 0, 1)
    return signals.set_level(x.astype(np.float32), -25)


def _spoken(data: Path) -> Iterator[tuple[str, str, str, np.ndarray]]:
    """Source, name, whose half it is in, and sound of read and synthetic sentences."""
    folder = data / "pitch" / "fda_ue"
    for path in sorted(folder.glob("*.wav")):
        yield "read, two speakers", path.stem, str(int(path.stem[2:]) % 2), load_audio(path).samples
    folder = data / "transcribed" / "speechocean762_adults"
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            yield "read, 17 accented speakers", row["file"], row["speaker"], load_audio(folder / row["file"]).samples
    folder = data / "voicemails"
    for row in map(json.loads, (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        whole = load_audio(folder / row["file"]).samples if row.get("parts") else np.zeros(0)
        for part in row.get("parts", ()):
            if part["text"].rstrip().endswith(".") and part["end_exact"] and part["end_s"] - part["start_s"] > 0.8:
                piece = whole[int(part["start_s"] * RATE) : int((part["end_s"] + 0.05) * RATE)]
                yield "synthetic voices", f"{row['id']}@{part['start_s']}", row["rep"], piece


def sentences(data: Path, pulse_count: int = 400, takes: int = 4) -> Iterator[Sentence]:
    """Every sentence, its own melody taken out and its end moved by -6 to 6 semitones."""
    for seed in range(pulse_count):
        rise = float(np.random.default_rng([seed, 1]).uniform(-MOST_ST, MOST_ST))
        yield Sentence("pulses through formants", ("tune", "report")[seed // 4 % 2], rise, pulses(seed, rise))
    for source, name, group, samples in _spoken(data):
        half = ("tune", "report")[zlib.crc32(group.encode()) % 2]
        for take in range(takes):
            rise = float(np.random.default_rng([zlib.crc32(name.encode()), take]).uniform(-MOST_ST, MOST_ST))
            yield Sentence(source, half, rise, bend(samples, RATE, pitch_range=0.0, end_st=rise))


def through(samples: np.ndarray, channel: str, seed: int) -> np.ndarray:
    """The sentence with silence around it, as the channel brings it."""
    x = np.concatenate([signals.silence(0.5), samples, signals.silence(0.6)]).astype(np.float32)
    if channel == "telephone":
        return telephone(x, steep=False)
    if channel == "clean":
        return x
    loud = samples[np.abs(samples) > 0.05 * np.abs(samples).max()].astype(float)
    level = 10 * np.log10(np.mean(loud**2)) - float(channel.split()[-2])
    return x + signals.noise(len(x) / RATE + 0.1, level, "pink", seed)[: len(x)]
