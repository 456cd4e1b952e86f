"""Um and uh: how many does the recogniser write down, as usual and in verbatim mode, and does it invent some?"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import corpus, timed_speech
from benchmarks.common import SEED, Table, bootstrap, manifest
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Transcript
from vmaudio.testing.signals import recording
from vmaudio.text import FILLERS
from vmaudio.text.verbalize import spoken_words
from vmaudio.transcribe.recognisers import get_transcriber

MODELS = ("tiny.en", "base")
SAID = {"um": ("um", "umm"), "uh": ("uh",)}
MESSAGES = 8
REAL = ("acoustic_corpus.wav", "cold_corpus.wav", "cold_corpus3.wav", "commercial_mono.wav")
WITH_FILLERS = ("filler um", "filler uh", "hesitation", "er + pause", "er")
CLEAN = {"an4_test": (24, 32), "speechocean762_adults": (8, 9)}  # recordings of the report and of the tuning part


@dataclass(frozen=True)
class Clip:
    """One recording; ``fillers`` said in it."""

    name: str
    samples: np.ndarray
    fillers: int
    text: str = ""


def counted(text: str) -> int:
    """Fillers in a text, drawn out or not."""
    return sum(bool(FILLERS.fullmatch(word)) for word in spoken_words(text))


def inserted(data: Path, part: str = "report", count: int = MESSAGES) -> list[Clip]:
    """Timed synthetic messages with none to four fillers, spoken by the same voice, put into their pauses."""
    rng = random.Random(SEED)
    made = []
    for message in timed_speech.messages(part, count, data):
        if message.kind in ("real digits", "kokoro"):
            continue
        gaps = [word.end_s + 0.05 for word in message.words[:-1] if word.after]
        samples, said = message.samples, 0
        for at in sorted(rng.sample(gaps, min(rng.randrange(5), len(gaps))), reverse=True):
            piece = timed_speech._say(message.voice, rng.choice([way for ways in SAID.values() for way in ways]), 0.7)
            if piece is None:
                continue
            said += 1
            quiet = np.zeros(int(0.15 * corpus.RATE), np.float32)
            place = int(at * corpus.RATE)
            samples = np.concatenate([samples[:place], quiet, piece[0], quiet, samples[place:]])
        made.append(Clip(message.name, samples, said, " ".join(word.word for word in message.words)))
    return made


def transcribed(data: Path) -> list[Clip]:
    """Real spontaneous speech with its fillers written down."""
    folder = data / "transcribed" / "small_samples"
    rows = {row["file"]: row for row in manifest(folder)}
    return [
        Clip(name, load_audio(folder / name).samples, counted(rows[name]["transcript"]), rows[name]["transcript"])
        for name in REAL
    ]


def labelled(data: Path) -> list[Clip]:
    """Real clips of one man, labelled by file: 1 where the label is a filler, else 0. Not counted one by one."""
    folder = data / "style" / "mfa_fillers_and_styles"
    rows = [row for row in manifest(folder) if row["label"] not in ("uh-huh", "uh-um")]
    return [Clip(row["label"], load_audio(folder / row["file"]).samples, int(row["label"] in WITH_FILLERS)) for row in rows]


def clean(data: Path, part: str = "report") -> list[Clip]:
    """Read sentences, commands and numbers in which nobody says um; no recording is in both parts."""
    found = []
    for name, (report, tune) in CLEAN.items():
        folder = data / "transcribed" / name
        rows = [row for row in manifest(folder) if row["transcript"] and not counted(row["transcript"])]
        rows = random.Random(SEED).sample(rows, min(report + tune, len(rows)))
        rows = rows[:report] if part == "report" else rows[report:]
        found += [Clip(row["file"], load_audio(folder / row["file"]).samples, 0, row["transcript"]) for row in rows]
    return found


def run(data: Path) -> list[Table]:
    """One table."""
    sets = {
        "synthetic, inserted": inserted(data),
        "real, transcribed": transcribed(data),
        "real, labelled by file": labelled(data),
        "real, without fillers": clean(data),
    }
    rows = []
    for model in MODELS:
        for mode in (False, True):
            engine = get_transcriber(f"openai-whisper:{model}", verbatim=mode)
            for kind, clips in sets.items():
                sounds = [recording(clip.samples) for clip in clips]
                heard = engine.transcribe_many(sounds, [detect_speech(sound) for sound in sounds])
                rows.append((model, "verbatim" if mode else "usual", kind, len(clips), *_line(clips, heard)))
            print(f"{model} {mode}", file=sys.stderr, flush=True)
    columns = (
        "model", "mode", "recordings", "n", "fillers said", "written", "recall, %", "95 %", "precision, %",
        "recordings with more than were said", "word errors, %",
    )  # fmt: skip
    notes = (
        "By recording: right ones are the smaller of written and said. Labelled by file: said is 1 or 0, and so is written "
        "(they are not transcribed; other labels may hide a filler, so this precision is a lower limit). Without fillers: "
        "read sentences and commands; what is written there is invented. Word errors as the normaliser counts them, "
        "which leaves fillers out. Verbatim: ums put in where another pass over the "
        "words that were heard scores one; its threshold was fitted on other synthetic voices "
        "and other read sentences. The four real recordings were looked at while the method was chosen, not the threshold. "
        "Interval: recordings drawn."
    )
    return [Table("Fillers", columns, rows, notes)]


def _line(clips: Sequence[Clip], heard: Sequence[Transcript]) -> tuple[object, ...]:
    import jiwer

    said = np.array([clip.fillers for clip in clips])
    written = np.array([counted(one.text) for one in heard])
    if not any(clip.text for clip in clips):
        written = np.minimum(written, 1)
    right = np.minimum(said, written)
    low, high = bootstrap(
        list(range(len(clips))), lambda at: float(right[at.astype(int)].sum() / max(1, said[at.astype(int)].sum()))
    )
    pairs = [(corpus.plain(c.text), corpus.plain(t.text)) for c, t in zip(clips, heard, strict=True) if c.text]
    errors = 100 * jiwer.wer([one for one, _ in pairs], [two for _, two in pairs]) if pairs else None
    total = int(said.sum())
    return (
        total, int(written.sum()), 100 * float(right.sum() / total) if total else None,
        f"{100 * low:.0f}-{100 * high:.0f}" if total else "",
        100 * float(right.sum() / written.sum()) if written.sum() else None, int((written > said).sum()), errors,
    )  # fmt: skip
