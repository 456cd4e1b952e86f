"""Ends of sentences: rises and falls of known size, real sentences against the laryngograph, and the check's verdicts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.common import Table, bootstrap
from benchmarks.final_pitch import CHANNELS, RATE, Sentence, sentences, through
from benchmarks.rows.pitch import REFERENCE_HOP_S
from vmaudio import testing as signals
from vmaudio.audio import detect_speech, load_audio
from vmaudio.prosody import measure_prosody
from vmaudio.prosody.endings import phrase_ends
from vmaudio.prosody.options import PROSODY_OPTIONS
from vmaudio.records import PhraseEnd, Prosody, Span
from vmaudio.rubric.checks.endings import judge_ends

BEYOND_ST = 1.0
PER_MESSAGE = 4


def run(data: Path) -> list[Table]:
    """Ends one by one, real sentences, and messages of several."""
    made = [one for one in sentences(data) if one.half == "report"]
    return [_one_by_one(made), _laryngograph(data), _messages(made)]


def _measure(samples: np.ndarray) -> Prosody:
    recording = signals.recording(samples)
    return measure_prosody(recording, detect_speech(recording))


def _right(ends: Sequence[tuple[float, PhraseEnd]]) -> list[float]:
    """Of those that truly move by more than a semitone: whether the direction is right."""
    return [float(-end.fall_st * rise > 0) for rise, end in ends if abs(rise) > BEYOND_ST]


def _one_by_one(made: list[Sentence]) -> Table:
    found: dict[tuple[str, str], list[tuple[float, PhraseEnd | None]]] = {}
    for number, one in enumerate(made):
        channel = CHANNELS[number % len(CHANNELS)]
        ends = _measure(through(one.samples, channel, number)).ends
        found.setdefault((one.source, channel), []).append((one.rise_st, ends[-1] if ends else None))
    groups = {**found, ("all", "all"): [pair for pairs in found.values() for pair in pairs]}
    rows = []
    for (source, channel), pairs in groups.items():
        known = [(rise, end) for rise, end in pairs if end is not None]
        right = _right(known)
        low, high = bootstrap(right)
        off = np.array([abs(-end.fall_st - rise) for rise, end in known])
        error = np.array([end.error_st for _, end in known])
        rows.append([
            source, channel, len(pairs), len(pairs) - len(known), len(right), float(np.mean(right)) if right else float("nan"),
            f"{low:.2f}-{high:.2f}" if right else "", float(np.median(off)) if len(off) else float("nan"),
            float(np.mean(off < 2 * error)) if len(off) else float("nan"),
        ])  # fmt: skip
    columns = (
        "sentences", "channel", "n", "not measured", "move by over 1 st, measured", "direction right", "95 %",
        "median error, st", "error under two of its own",
    )  # fmt: skip
    notes = (
        "The sentence's own melody is taken out (PSOLA) and the last 0.2 to 0.5 s (spoken: 0.4 s) moved evenly by -6 to 6"
        " semitones. Report half: other speakers, reps and seeds than those of the thresholds. At 10 dB the voice's fade is"
        " under the noise, and nothing is measured. Spoken ends: the true movement is that of Praat's voiced points, which"
        " may go on after what can be heard as voiced."
    )
    return Table("Ends of known movement", columns, rows, notes)


def _laryngograph(data: Path) -> Table:
    folder = data / "pitch" / "fda_ue"
    rows = []
    for speaker in ("rl", "sb"):
        pairs, missed = [], 0
        for path in sorted(folder.glob(f"{speaker}*.wav")):
            if int(path.stem[2:]) % 2:
                continue
            hz = np.loadtxt(path.with_suffix(".f0ref")).ravel()
            grid = np.arange(int(len(hz) * REFERENCE_HOP_S / 0.01)) * 0.01
            f0 = np.append(hz, 0)[np.round(grid / REFERENCE_HOP_S).astype(int)]
            whole = (Span(0.0, len(f0) * 0.01 - 0.01),)
            options = dataclasses.replace(PROSODY_OPTIONS.ends, voiceless_s=9.0, most_error_st=9.0)
            truth = phrase_ends(np.where(f0 > 0, f0, np.nan), np.zeros(len(f0)), -90.0, whole, options)
            ends = _measure(through(load_audio(path).samples, "clean", 0)).ends
            if truth and ends:
                pairs.append((-truth[-1].fall_st, ends[-1]))
            missed += int(bool(truth) and not ends)
        right = _right(pairs)
        off = [abs(-end.fall_st - rise) for rise, end in pairs]
        rows.append([speaker, len(pairs), missed, len(right), float(np.mean(right)), float(np.median(off))])
    columns = ("speaker", "n", "not measured", "move by over 1 st", "direction right", "median difference, st")
    notes = "Sentences with even numbers as they were read; the same line through the laryngograph's track is the truth."
    return Table("Real sentences against the laryngograph", columns, rows, notes)


def _messages(made: list[Sentence]) -> Table:
    rng = np.random.default_rng(5)
    rows: list[list[object]] = []
    for label, low, high in (("rise by 1 to 6 st", 1, 6), ("fall by 1 to 6 st", -6, -1), ("level, within 0.3 st", -0.3, 0.3)):
        for channel in CHANNELS[:3]:
            verdicts = []
            for source in sorted({one.source for one in made}):
                pool = [one for one in made if one.source == source and low <= one.rise_st <= high]
                for _ in range(20 if len(pool) >= PER_MESSAGE else 0):
                    chosen = [pool[i] for i in rng.choice(len(pool), PER_MESSAGE, replace=False)]
                    pause = np.zeros(int(0.6 * RATE), np.float32)
                    joined = np.concatenate([piece for one in chosen for piece in (signals.set_level(one.samples, -25), pause)])
                    ends = _measure(through(joined, channel, len(verdicts))).ends
                    verdicts.append(judge_ends(ends).verdict if ends else "n/a")
            rows.append([label, channel, len(verdicts), *(verdicts.count(verdict) for verdict in ("pass", "fail", "n/a"))])
    columns = ("ends of its sentences", "channel", "messages", "pass (fall)", "fail (rise)", "n/a")
    notes = f"{PER_MESSAGE} sentences of the first table's report half, 0.6 s apart. Level ones may be neither."
    return Table("Verdicts on messages", columns, rows, notes)
