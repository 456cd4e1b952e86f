"""No speech, no words; speech, no loss: the gate and the recogniser together, with the recognisers' own ways beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import corpus, transcribe
from benchmarks.common import SEED, Table, bootstrap
from benchmarks.corpus import RATE, Spoken
from benchmarks.nonspeech import MAKERS, NAMED, clips, telephone
from benchmarks.speech_split import recordings
from vmaudio.audio.decode import load_audio
from vmaudio.testing import noise, set_level

MODELS = ("tiny.en", "base")
BESIDE = 4  # the alternatives hear every fourth clip only: whisper takes seconds for each
EDGES_S = (29.0, 30.0, 31.0, 59.9, 60.1)
CLIPS_SEED = 4242  # neither that of fitting nor that of the gate's own row


def run(data: Path) -> list[Table]:
    """Three tables: invented words, lost messages, messages whose speech runs to an edge."""
    return [_invented(), _lost(data), _edges(data)]


def engines(model: str) -> dict[str, transcribe.Hear]:
    """Ours, then the named alternatives."""
    return {
        "vmaudio": transcribe.our_engine(model, None, 16),
        "whisper": transcribe.whisper_engine(model, None),
        "faster-whisper": transcribe.faster_engine(model, 1),
        "faster-whisper, VAD": transcribe.faster_engine(model, 1, vad_filter=True),
    }


def _invented() -> Table:
    named = clips(200, CLIPS_SEED, NAMED, longest_s=45.0)
    other = clips(140, CLIPS_SEED + 1, [kind for kind in MAKERS if kind not in NAMED])
    rows: list[list[object]] = []
    notes = []
    for model in MODELS:
        transcribers = engines(model)
        for label, pool in (("that voicemail lines know", named), ("of other kinds", other)):
            made = [Spoken(f"{kind} {i}", kind, x, "", str(i)) for i, (kind, x) in enumerate(pool)]
            counts = {name: _spoke(hear, made if name == "vmaudio" else made[::BESIDE]) for name, hear in transcribers.items()}
            ours = counts["vmaudio"]
            low, high = bootstrap([float(n > 0) for n, _ in ours])
            cells = [f"{sum(n > 0 for n, _ in found)} of {len(found)}" for found in counts.values()]
            words = [sum(n for n, _ in found) for found in counts.values()]
            both = [f"{clip} ({n} words)" for clip, n in zip(cells, words, strict=True)]
            rows.append([model, label, *both, f"{100 * low:.1f}-{100 * high:.1f} %"])
            notes += [f"{m.name}: {text!r}" for m, (n, text) in zip(made, ours, strict=True) if n]
    said = f" What vmaudio wrote: {'; '.join(notes)}." if notes else ""
    return Table(
        "Words written for clips without speech",
        ("model", "clips", *engines_names(), "95 % interval (vmaudio)"),
        rows,
        "Generated, 0.3 to 45 s (other kinds to 12 s), -60 to -5 dBFS, clean, noisy and in telephone band; "
        f"benchmarks/nonspeech.py with a seed of its own. The alternatives heard every fourth clip.{said}",
    )


def engines_names() -> tuple[str, ...]:
    """The columns, in the order of `engines`."""
    return ("vmaudio", "whisper", "faster-whisper", "faster-whisper, VAD")


def _spoke(hear: transcribe.Hear, made: Sequence[Spoken]) -> list[tuple[int, str]]:
    return [(len(corpus.plain(text).split()), text) for text, _ in hear(made)]


def variants(whole: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """One recording as messages that are easily lost."""
    rms = float(np.sqrt(np.mean(whole.astype(float) ** 2)))
    hiss = noise(len(whole) / RATE + 0.1, 20 * np.log10(rms) - 10, "pink", int(rng.integers(1 << 30)))
    return {
        "as it is": whole,
        "at -45 dBFS": set_level(whole, -45.0),
        "telephone, 10 dB SNR": (telephone(whole) + hiss[: len(whole)]).astype(np.float32),
    }


def _lost(data: Path) -> Table:
    rng = np.random.default_rng(SEED)
    made: dict[tuple[str, str], list[Spoken]] = {}
    for name, part, path in recordings(data):
        if part != "report" or name == "single digits, 8 kHz":
            continue
        whole = load_audio(path, max_seconds=20).samples
        for variant, samples in variants(whole, rng).items():
            made.setdefault((name, variant), []).append(Spoken(path.name, variant, samples, "", path.stem))
    rows: list[list[object]] = []
    transcribers = {model: transcribe.our_engine(model, None, 16) for model in MODELS}
    for (name, variant), group in made.items():
        group = group[:24]
        counts = [sum(words == 0 for words, _ in _spoke(hear, group)) for hear in transcribers.values()]
        rows.append([name, variant, len(group), *counts])
    rows.append(["all", "", *(sum(int(str(row[i])) for row in rows) for i in (2, 3, 4))])
    return Table(
        "Real speech for which not one word is written",
        ("recordings", "variant", "n", *MODELS),
        rows,
        "Speakers that took no part in fitting the gate (benchmarks/speech_split.py), at most 20 s of each and 24 of a set.",
    )


def _edges(data: Path) -> Table:
    rng = np.random.default_rng(SEED)
    pool = [m for m in corpus.messages(data) if m.kind == "joined, real people"]
    rows: list[list[object]] = []
    for seconds in EDGES_S:
        made = [_filled(pool, seconds, rng) for _ in range(8)]
        for model in ("base",):
            row: list[object] = [seconds, len(made), sum(len(corpus.plain(m.text).split()) for m in made)]
            for hear in (transcribe.our_engine(model, None, 16), transcribe.whisper_engine(model, None)):
                row.append(_errors(hear, made))
            rows.append(row)
    return Table(
        "Speech to the edges of the windows",
        ("seconds", "messages", "words said", "vmaudio: lost, invented, other", "whisper: lost, invented, other"),
        rows,
        "base. Real people's sentences joined with pauses until the message is exactly so long, the last sentence whole and at"
        " the very end. Lost and invented are deletions and insertions of the word error rate.",
    )


def _filled(pool: Sequence[Spoken], seconds: float, rng: np.random.Generator) -> Spoken:
    """Messages joined to exactly ``seconds``; what is left over is silence between them; the last word is at the end."""
    left, chosen = seconds, []
    for place in rng.permutation(len(pool)):
        if pool[place].seconds <= left:
            chosen.append(pool[place])
            left -= pool[place].seconds
        if left < 5.0:
            break
    gap = np.zeros(int(left * RATE / max(1, len(chosen) - 1)) if len(chosen) > 1 else 0, np.float32)
    pieces = [piece for one in chosen for piece in (gap, np.trim_zeros(one.samples))][1:]
    sound = np.concatenate(pieces)
    total = round(seconds * RATE)
    sound = np.concatenate([np.zeros(max(0, total - len(sound)), np.float32), sound])[-total:]
    return Spoken(f"{seconds} s", "edge", sound.astype(np.float32), " ".join(one.text for one in chosen), chosen[0].group)


def _errors(hear: transcribe.Hear, made: Sequence[Spoken]) -> str:
    import jiwer

    found = [
        jiwer.process_words(corpus.plain(m.text), corpus.plain(text)) for m, (text, _) in zip(made, hear(made), strict=True)
    ]
    return ", ".join(str(sum(getattr(one, key) for one in found)) for key in ("deletions", "insertions", "substitutions"))
