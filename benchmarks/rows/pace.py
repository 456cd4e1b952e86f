"""Pace and pauses from the signal alone: syllable counts and rates, stretched copies, pauses, silence before and after."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
import shutil
from pathlib import Path

import numpy as np

from benchmarks import corpus
from benchmarks.common import Table, bootstrap, manifest
from vmaudio import testing as signals
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.prosody.measure import measure_prosody
from vmaudio.prosody.options import PROSODY_OPTIONS
from vmaudio.records import Prosody, Recording
from vmaudio.rubric import ConfidenceOptions
from vmaudio.text.verbalize import count_syllables

RATE = 16000
READABLE_SNR_DB = ConfidenceOptions().readable_snr_db
MIN_PAUSE_S = PROSODY_OPTIONS.pauses.min_pause_s
FOLDERS = (
    "an4_test",
    "osr_harvard_8k",
    "small_samples",
    "speechocean762_adults",
)  # the order decides who tunes and who reports


def run(data: Path) -> list[Table]:
    """Syllables, stretching, pauses, borders of the synthetic voicemails."""
    items = _items(data)
    return [_syllables(items), *_stretched(items), _pauses(data), _borders(data)]


@dataclasses.dataclass(frozen=True)
class Item:
    """A recording with counted syllables."""

    source: str
    part: str  # "tune" or "report"
    recording: Recording
    syllables: int
    found: Prosody


def _items(data: Path) -> list[Item]:
    wanted: list[tuple[str, Path, int]] = []
    for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row.get("syllables"):
            wanted.append(("synthetic voicemails", data / "voicemails" / row["file"], row["syllables"]))
    for folder in FOLDERS:
        for row in manifest(data / "transcribed" / folder):
            text = row["transcript"].strip()
            if text and not re.search(r"\d", text):
                wanted.append((folder, data / "transcribed" / folder / row["file"], count_syllables(text)))
    items = []
    for number, (source, path, count) in enumerate(wanted):
        recording = load_audio(path)
        found = measure_prosody(recording, detect_speech(recording))
        if count >= 8 and found.speech_s > 1:
            items.append(Item(source, "report" if number % 2 else "tune", recording, count, found))
    return items


def _praat(recording: Recording) -> int:
    """Nuclei after de Jong & Wempe 2009: intensity peaks over median + 0 dB, dips of 2 dB, voiced."""
    import parselmouth  # type: ignore[import-not-found,unused-ignore]

    sound = parselmouth.Sound(recording.samples.astype(float), RATE)
    intensity = sound.to_intensity(minimum_pitch=50)
    pitch = sound.to_pitch_ac(time_step=0.02, pitch_floor=30, pitch_ceiling=450, very_accurate=False)
    level, times = intensity.values[0], intensity.xs()
    top = np.quantile(level, 0.99)
    threshold = max(top - 25, level.min())
    peaks = [
        k for k in range(1, len(level) - 1) if level[k] > level[k - 1] and level[k] >= level[k + 1] and level[k] > threshold
    ]
    count = 0
    for here, after in zip(peaks, [*peaks[1:], None], strict=True):
        dip = level[here:after].min() if after is not None else -np.inf
        if level[here] - dip > 2 and pitch.get_value_at_time(times[here]) > 0:
            count += 1
    return count


def _syllables(items: list[Item]) -> Table:
    rows: list[list[object]] = []
    sources = [
        ("all, report half", [i for i in items if i.part == "report"]),
        ("all, tune half", [i for i in items if i.part == "tune"]),
    ]
    sources += [
        (f"{name}, readable", [item for item in group if item.found.snr_db >= READABLE_SNR_DB]) for name, group in sources
    ]
    sources += [(name, [i for i in items if i.source == name]) for name in dict.fromkeys(item.source for item in items)]
    for label, group in sources:
        if len(group) < 5:
            continue
        seconds = np.array([item.found.speech_s for item in group])
        true = np.array([item.syllables for item in group])
        for name, counts in (
            ("vmaudio", np.array([item.found.syllables for item in group])),
            ("de Jong & Wempe in Praat", np.array([_praat(item.recording) for item in group])),
        ):
            pairs = np.stack([counts / seconds, true / seconds], axis=1)
            low, high = _r_interval(pairs)
            rows.append([
                label, name, len(group), float(np.corrcoef(counts, true)[0, 1]), float(counts.sum() / true.sum()),
                f"{np.corrcoef(pairs.T)[0, 1]:.2f} ({low:.2f}-{high:.2f})", float(np.abs(pairs[:, 0] - pairs[:, 1]).mean()),
            ])  # fmt: skip
    return Table(
        "Syllables from the signal alone",
        ("recordings", "method", "n", "count: r", "found / true", "rate: r (95 %)", "rate: mean absolute error, syl/s"),
        rows,
        "Recordings of 8 syllables or more: odd ones report, even ones tuned the envelope. Readable: the voice"
        f" lies {READABLE_SNR_DB:g} dB above the noise or more; below, a message gets no points. Truth: the synthesiser's"
        " phonemes for the voicemails, else syllables of the dictionary form of the transcript, which speakers swallow in part."
        " Rate: syllables per second of phonation as measured, for both methods.",
    )


def _r_interval(pairs: np.ndarray) -> tuple[float, float]:
    index = np.arange(len(pairs), dtype=float)
    return bootstrap(list(index), lambda rows: float(np.corrcoef(pairs[rows.astype(int)].T)[0, 1]))


def _stretched(items: list[Item]) -> list[Table]:
    """Copies made with sox tempo (WSOLA); without sox there is no table."""
    if shutil.which("sox") is None:
        return []
    group = [item for item in items if item.part == "report" and item.recording.duration_s > 4][:24]
    rows: list[list[object]] = []
    for factor in (0.7, 0.85, 1.2, 1.4):
        rate, whole, count = [], [], []
        for item in group:
            recording = signals.recording(corpus.tempo(item.recording.samples, factor))
            found = measure_prosody(recording, detect_speech(recording))
            rate.append(found.articulation_rate_syl_s / item.found.articulation_rate_syl_s / factor)
            count.append(found.syllables / item.found.syllables)
            whole.append(_over_all(found, recording) / _over_all(item.found, item.recording) / factor)
        low, high = bootstrap(rate, lambda r: float(np.median(r)))
        medians = [float(np.median(values)) for values in (rate, whole, count)]
        rows.append([factor, len(group), medians[0], f"{low:.3f}-{high:.3f}", *medians[1:]])
    return [
        Table(
            "Copies played faster and slower",
            (
                "factor",
                "n",
                "articulation rate / expected",
                "95 %",
                "syllables over first to last sound / expected",
                "syllables / same",
            ),
            rows,
            "Medians; 1 is exact. sox tempo -s. Slowed down, gaps inside speech grow past the pause limit of"
            f" {MIN_PAUSE_S:g} s and leave the phonation, so the articulation rate moves a little less than the tempo.",
        )
    ]


def _over_all(found: Prosody, recording: Recording) -> float:
    return found.syllables / (recording.duration_s - found.lead_silence_s - found.tail_silence_s)


def _clips(data: Path) -> list[np.ndarray]:
    """Clean sentences without a gap of 0.12 s, trimmed where they fall 35 dB below their loud parts."""
    paths = [
        *sorted((data / "pitch" / "fda_ue").glob("*.wav")),
        *sorted((data / "transcribed" / "small_samples").glob("cmu_arctic*")),
    ]
    paths += sorted((data / "transcribed" / "speechocean762_adults").glob("*.WAV"))
    clips = []
    for path in paths:
        x = load_audio(path).samples
        level = 10 * np.log10(np.maximum(np.convolve(x**2, np.ones(80) / 80, "same")[::40], 1e-12))
        on = _without_clicks(np.flatnonzero(level > np.percentile(level, 97) - 35))
        if np.percentile(level, 3) - np.percentile(level, 97) < -45 and np.diff(on).max() * 40 / RATE <= 0.12:
            clips.append(signals.set_level(x[max(0, on[0] * 40 - 40) : on[-1] * 40 + 40], -26))
    return clips


def _without_clicks(on: np.ndarray) -> np.ndarray:
    """Without sounds of under 20 ms that lie more than 30 ms from the sentence: two of the clips begin or end with one."""
    runs = np.split(on, np.flatnonzero(np.diff(on) > 12) + 1)  # steps of 2.5 ms
    while len(runs) > 1 and len(runs[0]) < 8:
        del runs[0]
    while len(runs) > 1 and len(runs[-1]) < 8:
        del runs[-1]
    return np.concatenate(runs)


def _pauses(data: Path) -> Table:
    clips = _clips(data)
    rows: list[list[object]] = []
    for label, kind, snr in (
        ("no noise", "", 0), ("white", "white", 20), ("pink", "pink", 20), ("hum", "hum", 20), ("six voices", "babble", 20),
        ("pink", "pink", 15), ("pink", "pink", 10),
    ):  # fmt: skip
        hits = total = found_total = 0
        errors: list[float] = []
        ends: list[float] = []
        for seed in range(100, 124):
            samples, spans = _joined(clips, seed, kind, snr)
            recording = signals.recording(samples)
            found = measure_prosody(recording, detect_speech(recording))
            true = [(a[1], b[0]) for a, b in itertools.pairwise(spans)]
            seen = [(p.start_s, p.start_s + p.duration_s) for p in found.pauses]
            pairs = [(t, f) for t in true for f in seen if max(abs(t[0] - f[0]), abs(t[1] - f[1])) <= 0.05]
            hits, total, found_total = hits + len(pairs), total + len(true), found_total + len(seen)
            for t in true:
                over = [f for f in seen if min(t[1], f[1]) - max(t[0], f[0]) > 0.1]
                errors += [abs(over[0][0] - t[0]), abs(over[0][1] - t[1])] if over else []
            ends += [abs(found.lead_silence_s - spans[0][0]), abs(recording.duration_s - found.tail_silence_s - spans[-1][1])]
        rows.append([
            label, snr or None, total, 2 * hits / max(total + found_total, 1), hits / max(found_total, 1), hits / max(total, 1),
            1000 * float(np.median(errors)), 1000 * float(np.percentile(errors, 90)), 1000 * float(np.median(ends)),
        ])  # fmt: skip
    return Table(
        "Pauses in joined sentences",
        ("noise", "SNR, dB", "n pauses", "F1 within 50 ms", "precision", "recall", "border off, ms (median)",
         "(90th percentile)", "lead and tail off, ms (median)"),
        rows,
        "Real clean sentences joined with silences of 0.3 to 1.2 s (these count) and of 0.03 to 0.15 s (these must not), 24"
        " joins; a pause counts when both borders are within 50 ms. Truth: where the clean sentence falls 35 dB below its loud"
        " parts (a click of under 20 ms before or after it is not part of it), which noise at 20 dB buries for the last tens of"
        " milliseconds. Noise thresholds: other joins of the same sentences.",
    )  # fmt: skip


def _joined(clips: list[np.ndarray], seed: int, kind: str, snr_db: float) -> tuple[np.ndarray, list[list[float]]]:
    rng = np.random.default_rng(seed)
    pieces, spans, at = [signals.silence(rng.uniform(0.3, 1.5))], [], 0
    at = len(pieces[0])
    number = int(rng.integers(5, 9))
    for k in range(number):
        clip = clips[rng.integers(len(clips))]
        spans.append([at / RATE, (at + len(clip)) / RATE])
        gap = rng.uniform(0.3, 1.2) if rng.random() < 0.8 or k == number - 1 else rng.uniform(0.03, 0.15)
        pieces += [clip, signals.silence(gap)]
        at += len(clip) + len(pieces[-1])
    samples = np.concatenate(pieces)
    merged = [spans[0]]
    for span in spans[1:]:
        if span[0] - merged[-1][1] < MIN_PAUSE_S:
            merged[-1] = [merged[-1][0], span[1]]
        else:
            merged.append(span)
    seconds, level = len(samples) / RATE + 0.1, -26 - snr_db
    if kind == "babble":
        voices = np.zeros(len(samples))
        for _ in range(6):
            talk = np.concatenate([clips[i] for i in rng.permutation(len(clips))])
            voices += np.roll(np.tile(talk, len(samples) // len(talk) + 1)[: len(samples)], rng.integers(len(samples)))
        samples = samples + signals.set_level(voices, level)
    elif kind == "hum":
        samples = samples + signals.hum(seconds, level)[: len(samples)]
    elif kind:
        samples = samples + signals.noise(seconds, level, kind, seed)[: len(samples)]
    return samples.astype(np.float32), merged


def _borders(data: Path) -> Table:
    folder = data / "voicemails"
    groups: dict[str, list[tuple[float, float, list[float], int, int]]] = {"no added noise": [], "noise, 15 to 30 dB": []}
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not row.get("syllables"):
            continue
        recording = load_audio(folder / row["file"])
        found = measure_prosody(recording, detect_speech(recording))
        parts = row["parts"]
        gaps = [
            (a["end_s"], b["start_s"])
            for a, b in itertools.pairwise(parts)
            if a["end_exact"] and b["start_exact"] and b["start_s"] - a["end_s"] >= MIN_PAUSE_S + 0.02
        ]
        errors: list[float] = []
        for gap in gaps:
            over = [p for p in found.pauses if min(gap[1], p.start_s + p.duration_s) - max(gap[0], p.start_s) > 0.1]
            errors += [abs(over[0].start_s - gap[0]), abs(over[0].start_s + over[0].duration_s - gap[1])] if over else []
        groups["noise, 15 to 30 dB" if row["noise"] else "no added noise"].append((
            abs(found.lead_silence_s - row["lead_silence_s"]), abs(found.tail_silence_s - row["trail_silence_s"]), errors,
            len(errors) // 2, len(gaps),
        ))  # fmt: skip
    rows = []
    for label, group in groups.items():
        errors = [error for item in group for error in item[2]]
        rows.append([
            label, len(group), 1000 * float(np.median([item[0] for item in group])),
            float(np.mean([item[0] <= 0.02 for item in group])), 1000 * float(np.median([item[1] for item in group])),
            float(np.mean([item[1] <= 0.02 for item in group])), f"{sum(i[3] for i in group)} of {sum(i[4] for i in group)}",
            1000 * float(np.median(errors)), float(np.mean(np.array(errors) <= 0.05)),
        ])  # fmt: skip
    columns = (
        "synthetic voicemails", "n", "lead off, ms (median)", "within 20 ms", "tail off, ms (median)", "within 20 ms",
        "known pauses found", "their borders off, ms (median)", "within 50 ms",
    )  # fmt: skip
    notes = (
        "Eleven codecs. Pauses inside a clause have no known time, so precision is not known here; "
        "the clause trim leaves 10-20 ms."
    )
    return Table("Silence and pauses in the synthetic voicemails", columns, rows, notes)
