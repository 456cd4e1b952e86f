"""Level and voice quality: known gains, noise, signal-to-noise ratio, clipping through channels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.common import Table, bootstrap
from vmaudio import testing as signals
from vmaudio.audio.decode import decode_audio, load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.prosody.level import clipped_share
from vmaudio.prosody.measure import measure_prosody
from vmaudio.records import Prosody

RATE = 16000


def run(data: Path) -> list[Table]:
    """Gains and noise; SNR; clipping."""
    folder = data / "voicemails"
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row.get("syllables")]
    return [_moved(folder, rows), _snr(folder, rows), _clipping(folder, rows)]


def _measure(samples: np.ndarray) -> Prosody:
    recording = signals.recording(samples)
    return measure_prosody(recording, detect_speech(recording))


def _quiet(folder: Path, rows: list[dict]) -> list[np.ndarray]:
    return [load_audio(folder / row["file"]).samples for row in rows if row["noise"] is None and not row["clipped"]][:12]


def _moved(folder: Path, rows: list[dict]) -> Table:
    sounds = _quiet(folder, rows)
    base = [_measure(x) for x in sounds]
    changes: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        f"gain {gain:+d} dB": lambda x, gain=gain: x * np.float32(10 ** (gain / 20))  # type: ignore[misc]
        for gain in (-30, -20, -10)
    }
    changes |= {f"pink noise at {snr} dB": lambda x, snr=snr: _noisy(x, snr, "pink") for snr in (30, 20, 15)}  # type: ignore[misc]
    names = ("level_mean_dbfs", "level_sd_db", "spectral_tilt_db", "hnr_db", "f0_median_hz", "articulation_rate_syl_s")
    table = []
    for label, change in changes.items():
        found = [_measure(change(x)) for x in sounds]
        expected = float(label.split()[1]) if label.startswith("gain") else 0.0
        moved = {name: [getattr(b, name) - getattr(a, name) for a, b in zip(base, found, strict=True)] for name in names}
        table.append([
            label, len(sounds), max(abs(value - expected) for value in moved["level_mean_dbfs"]),
            *(float(np.mean(np.abs(moved[name]))) for name in names[1:]),
        ])  # fmt: skip
    columns = ("change", "n", "level off, dB (largest)", "spread, dB", "tilt, dB", "HNR, dB", "median pitch, Hz", "syllables/s")
    notes = (
        "Synthetic voicemails without added noise, measured before and after; mean absolute change. 0 dBFS is an RMS"
        " of 1. The"
        " noise is relative to the RMS of the speech. No alternative: these are checks of the definition."
    )
    return Table("What gain and noise move", columns, table, notes)


def _noisy(x: np.ndarray, snr_db: float, kind: str, seed: int = 3) -> np.ndarray:
    loud = detect_speech(signals.recording(x)).speech
    talk = np.concatenate([x[int(s.start_s * RATE) : int(s.end_s * RATE)] for s in loud]).astype(float)
    return x + signals.noise(len(x) / RATE + 0.1, 10 * np.log10(np.mean(talk**2)) - snr_db, kind, seed)[: len(x)]


def _snr(folder: Path, rows: list[dict]) -> Table:
    sounds = _quiet(folder, rows)
    table = []
    for snr in (5, 10, 15, 20, 25, 30, 35):
        off = []
        for seed, x in enumerate(sounds):
            kind = ("white", "pink", "brown")[seed % 3]
            found = detect_speech(signals.recording(_noisy(x, snr, kind, seed)))
            if found.speech:
                off.append(found.snr_db - snr)
        low, high = bootstrap(off)
        size = np.abs(off)
        mean, near = float(np.mean(size)), float(np.mean(size <= 3))
        table.append([snr, len(off), float(np.mean(off)), f"{low:.1f} to {high:.1f}", mean, near])
    columns = ("true SNR, dB", "n", "mean error, dB", "95 %", "mean absolute error, dB", "share within 3 dB")
    return Table(
        "Signal-to-noise ratio",
        columns,
        table,
        "White, pink and brown noise in turn; the voicemails' own floor is 50 to 66 dB down.",
    )


def _clipping(folder: Path, rows: list[dict]) -> Table:
    import soxr  # type: ignore[import-untyped]

    whole = [load_audio(folder / row["file"]).samples for row in rows if not row["clipped"]]
    table: list[list[object]] = [
        ["not clipped", len(whole), 0.0, *_spread([clipped_share(x) for x in whole])],
    ]
    forms = {"16 kHz, turned down 12 dB": None, "8 kHz u-law": "ulaw", "8 kHz AAC": "m4a", "8 kHz MP3": "mp3", "AMR-NB": "amr"}
    for label, form in forms.items():
        for share in (0.001, 0.01, 0.03):
            found = []
            for x in whole[::2]:
                y = x if form is None else soxr.resample(x, RATE, 8000)
                rail = float(np.quantile(np.abs(y), 1 - share))
                y = np.clip(y, -rail, rail) / rail
                if form is None:
                    found.append(clipped_share(y * np.float32(0.25)))
                else:
                    coded = signals.encode(y.astype(np.float32) * np.float32(0.95), form, 8000)
                    found.append(clipped_share(decode_audio(coded, name=label).samples))
            table.append([label, len(found), share, *_spread(found)])
    columns = ("channel after clipping", "n", "true share", "median found", "lowest", "highest")
    return Table(
        "Clipping",
        columns,
        table,
        "Synthetic voicemails, every other one, cut at the level that the given share of samples passes.",
    )


def _spread(values: list[float]) -> list[object]:
    return [f"{np.median(values):.4f}", f"{min(values):.4f}", f"{max(values):.4f}"]
