"""The activity gate alone: generated clips without speech, real speech, SNR, borders and speed; Silero's detector beside it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.common import Table, bootstrap
from benchmarks.nonspeech import MAKERS, NAMED, clips, telephone
from benchmarks.speech_split import SETS, recordings
from vmaudio.audio import vad, vad_frames
from vmaudio.audio.decode import load_audio
from vmaudio.audio.moving import moving_mean
from vmaudio.testing import signals

SEED = 777  # another than the one that the coefficients were fitted with
Gate = Callable[[np.ndarray], float]


def run(data: Path) -> list[Table]:
    """Tables: false alarms, lost speech, SNR error, borders."""
    gates: dict[str, Gate] = {"vmaudio": lambda x: vad.detect_speech(signals.recording(x)).speech_s}
    if (silero := _silero()) is not None:
        gates["Silero (faster-whisper)"] = silero
    return [_false_alarms(gates), _lost(data, gates), _snr(), _borders()]


def _silero() -> Gate | None:
    try:
        from faster_whisper.vad import get_speech_timestamps
    except ImportError:
        return None
    return lambda x: sum(span["end"] - span["start"] for span in get_speech_timestamps(x)) / 16000


def _false_alarms(gates: dict[str, Gate]) -> Table:
    named = clips(200, SEED, NAMED, longest_s=45.0)
    other = clips(266, SEED + 1, [kind for kind in MAKERS if kind not in NAMED])
    rows: list[list[object]] = []
    for label, kinds, pool in (
        ("the kinds that voicemail lines know", NAMED, named),
        *((kind, (kind,), named) for kind in NAMED),
        *((kind, (kind,), other) for kind in MAKERS if kind not in NAMED),
    ):
        group = [x for kind, x in pool if kind in kinds]
        counts = [[gate(x) > 0 for x in group] for gate in gates.values()]
        low, high = bootstrap([float(hit) for hit in counts[0]])
        rows.append([label, len(group), *(sum(hits) for hits in counts), f"{100 * low:.1f}-{100 * high:.1f} %"])
    return Table(
        "Clips without speech in which speech is found",
        ("clips", "n", *gates, "95 % interval (vmaudio)"),
        rows,
        "Generated, 0.3 to 45 s (other kinds to 12 s), -60 to -5 dBFS; a fifth over pink noise, 40 % over hiss, 40 % through a"
        " telephone band. The makers are those of fitting with another seed, so unknown kinds of sound will do worse: real hold"
        " music mostly passes for speech.",
    )


def _lost(data: Path, gates: dict[str, Gate]) -> Table:
    rng = np.random.default_rng(SEED)
    found: dict[tuple[str, str], list[list[float]]] = {}
    for name, part, path in recordings(data):
        if part != "report":
            continue
        whole = load_audio(path, max_seconds=20).samples
        rms = float(np.sqrt(np.mean(whole.astype(float) ** 2)))
        hiss = signals.noise(len(whole) / 16000 + 0.1, 20 * np.log10(rms) - 10, "pink", int(rng.integers(1 << 30)))
        frames = vad_frames.measure(whole)["level_db"]
        middle = int(np.argmax(moving_mean(10 ** (frames / 10), 15)))  # around the loudest 0.3 s: a "Hi"
        variants = {
            "as it is": whole,
            "at -45 dBFS": signals.set_level(whole, -45.0),
            "telephone, 10 dB SNR": (telephone(whole) + hiss[: len(whole)]).astype(np.float32),
            "half a second": whole[max(0, middle - 25) * 160 : (middle + 25) * 160],
        }
        for variant, samples in variants.items():
            found.setdefault((name, variant), []).append([gate(samples) for gate in gates.values()])
    rows: list[list[object]] = []
    for name in SETS:
        for variant in ("as it is", "at -45 dBFS", "telephone, 10 dB SNR", "half a second"):
            heard = np.array(found.get((name, variant), np.zeros((0, len(gates)))))
            if len(heard):
                rows.append([name, variant, len(heard), *(int((heard[:, i] == 0).sum()) for i in range(len(gates)))])
    total = {variant: np.concatenate([v for (_, key), v in found.items() if key == variant]) for _, variant in found}
    for variant, heard in total.items():
        rows.append(["all", variant, len(heard), *(int((heard[:, i] == 0).sum()) for i in range(len(gates)))])
    return Table(
        "Real speech in which none is found",
        ("recordings", "variant", "n", *(f"lost by {gate}" for gate in gates)),
        rows,
        "Speakers that took no part in fitting (benchmarks/speech_split.py); at most 20 s of each. Half a second: around the"
        " loudest third of a second.",
    )


def _noisy(kind: str, snr_db: float, seed: int) -> tuple[signals.SpeechLike, np.ndarray]:
    rng = np.random.default_rng(seed)
    speech = signals.speech_like(
        tuple(rng.integers(2, 8, 4)), pause_s=(0.15, 0.2, 0.3, 0.5)[seed % 4], f0_hz=float(rng.choice([100, 130, 200, 230])),
        syllable_s=rng.uniform(0.14, 0.25), level_dbfs=-25, seed=seed,
    )  # fmt: skip
    noise = signals.noise(len(speech.samples) / 16000 + 0.1, -25 - snr_db, kind, seed)
    return speech, speech.samples + noise[: len(speech.samples)]


def _snr() -> Table:
    rows: list[list[object]] = []
    for snr_db in (5, 10, 15, 20, 25, 30, 35):
        row: list[object] = [snr_db]
        for kind in ("white", "pink", "brown"):
            errors = [vad.detect_speech(signals.recording(_noisy(kind, snr_db, i)[1])).snr_db - snr_db for i in range(100, 116)]
            row += [float(np.mean(errors)), float(np.max(np.abs(errors)))]
        rows.append(row)
    columns = (
        "true SNR, dB",
        *(f"{kind}: {what}" for kind in ("white", "pink", "brown") for what in ("mean error", "largest")),
    )
    return Table("Signal-to-noise ratio, dB", columns, rows, "Synthetic speech of exact level, 16 utterances per cell.")


def _borders() -> Table:
    rows: list[list[object]] = []
    for snr_db, kind in ((10, "pink"), (20, "white"), (20, "pink"), (20, "brown"), (30, "pink")):
        starts, ends, pauses, hits, extra = [], [], 0, 0, 0
        for i in range(100, 116):
            speech, samples = _noisy(kind, snr_db, i)
            spans = vad.detect_speech(signals.recording(samples)).speech
            gaps = [(a.end_s, b.start_s) for a, b in itertools.pairwise(spans)]
            pauses += len(speech.pauses)
            extra += len(gaps)
            for pause in speech.pauses:
                mine = [g for g in gaps if min(g[1], pause.end_s) - max(g[0], pause.start_s) > 0.5 * pause.duration_s]
                if mine:
                    hits += 1
                    extra -= 1
                    ends.append(mine[0][0] - pause.start_s)
                    starts.append(mine[0][1] - pause.end_s)
        error = 1000 * np.abs(np.array(starts + ends))
        f1 = 2 * hits / (2 * hits + extra + pauses - hits)
        rows.append([f"{snr_db} dB, {kind}", pauses, f1, float(np.median(error)), float(np.percentile(error, 95))])
    return Table(
        "Pauses of 150 to 500 ms as gaps between spans",
        ("noise", "n", "F1", "border error, median, ms", "95th percentile, ms"),
        rows,
        f"Synthetic speech with exact pauses. One core takes {_speed():.4f} s per second of audio.",
    )


def _speed() -> float:
    recording = signals.recording(_noisy("pink", 20, 1)[1])
    vad.detect_speech(recording)
    start = time.process_time()
    for _ in range(5):
        vad.detect_speech(recording)
    return (time.process_time() - start) / 5 / recording.duration_s
