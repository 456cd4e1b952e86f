"""When each word was said, against synthetic truth; beside openai-whisper's and faster-whisper's word times."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import corpus, timed_speech
from benchmarks.common import SEED, Table, bootstrap
from benchmarks.timed_speech import ONES, Timed
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Stretch, Word
from vmaudio.testing.signals import recording
from vmaudio.transcribe.recognisers import get_transcriber

MODELS = ("tiny.en", "base")
MESSAGES = 6
CHANNELS = ("clean", "telephone, 15 dB")


NOTES = """Report part of benchmarks/timed_speech.py: other voices and texts than the tuning part, on which alone one constant
a model (base's attention turns to a word 50 ms early, tiny.en's 90 ms late) and the timing of figures by groups
were chosen. There, mean error of starts before and after, clean: base at a pause 50 and 45 ms, inner 85 and 59,
digits at a pause 111 and 69, inner digits 192 and 105 (15 dB: 80 and 64, 109 and 79, 149 and 146, 172 and 126);
tiny.en at a pause 121 and 62, inner 119 and 73, digits hardly better. Truth: Flite's and Piper's own durations,
real digits cut by level; good to 10 ms, inside Piper's clauses to 20 ms. Words recognised as said are compared; at
a pause: of 0.15 s or more, before a start, behind an end. Bias: median, negative is early. Shared out: digits of
one written group, equal shares, marked `interpolated` in the record. Alternatives with their defaults (whisper
float32, faster-whisper int8, greedy); a written number's digits get equal shares of each of their words. Interval:
voices drawn whole."""


@dataclass(frozen=True)
class Found:
    """One spoken unit (a word, or one digit of a number) as an engine timed it."""

    unit: str
    start_s: float
    end_s: float
    interpolated: bool = False


Hear = Callable[[Sequence[Timed]], list[list[Found]]]


def units(text: str, start_s: float, end_s: float, interpolated: bool = False) -> list[Found]:
    """A written word as the words said: figures one by one, each with an equal share of the time."""
    parts = re.findall(r"\d|[a-z']+", text.lower().replace("’", "'").replace("-", " "))
    parts = [ONES[int(part)] if part.isdigit() else {"oh": "zero"}.get(part, part) for part in parts]
    step = (end_s - start_s) / max(1, len(parts))
    shared = interpolated or len(parts) > 1
    return [Found(part, start_s + i * step, start_s + (i + 1) * step, shared) for i, part in enumerate(parts)]


def our_units(word: Word) -> list[Found]:
    """The units of one of vmaudio's words: figures by the stretches that were timed on their own."""
    pieces = word.stretches or (Stretch(word.text, word.start_s, word.end_s),)
    return [one for piece in pieces for one in units(piece.text, piece.start_s, piece.end_s, word.interpolated)]


def ours(model: str) -> Hear:
    """vmaudio's words."""
    engine = get_transcriber(f"openai-whisper:{model}")

    def hear(messages: Sequence[Timed]) -> list[list[Found]]:
        sounds = [recording(message.samples) for message in messages]
        heard = engine.transcribe_many(sounds, [detect_speech(sound) for sound in sounds])
        return [[one for word in found.words for one in our_units(word)] for found in heard]

    return hear


def whisper_words(model: str) -> Hear:
    """``whisper.transcribe(word_timestamps=True)``, its defaults otherwise."""
    import torch
    import whisper
    from whisper.model import ModelDimensions, Whisper

    from vmaudio.transcribe.weights import load_weights

    found = load_weights(model, None)
    net = Whisper(ModelDimensions(**found.dims))
    net.load_state_dict(found.tensors)
    net.set_alignment_heads(whisper._ALIGNMENT_HEADS[found.model])
    net.eval()

    def hear(messages: Sequence[Timed]) -> list[list[Found]]:
        results = []
        for message in messages:
            with torch.inference_mode():
                got = net.transcribe(message.samples, language="en", word_timestamps=True, fp16=False)
            words = [word for segment in got["segments"] for word in segment["words"]]
            results.append([one for w in words for one in units(w["word"], float(w["start"]), float(w["end"]))])
        return results

    return hear


def faster_words(model: str) -> Hear:
    """faster-whisper with ``word_timestamps=True``, int8, greedy."""
    from faster_whisper import WhisperModel

    from vmaudio.transcribe import faster_whisper

    net = WhisperModel(**faster_whisper._where(model), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(messages: Sequence[Timed]) -> list[list[Found]]:
        results = []
        for message in messages:
            segments, _ = net.transcribe(message.samples, language="en", beam_size=1, word_timestamps=True)
            words = [word for segment in segments for word in segment.words or ()]
            results.append([one for w in words for one in units(w.word, float(w.start), float(w.end))])
        return results

    return hear


ENGINES: dict[str, Callable[[str], Hear]] = {"vmaudio": ours, "whisper": whisper_words, "faster-whisper": faster_words}


def errors(message: Timed, found: Sequence[Found]) -> list[tuple[str, str, float, bool]]:
    """(which border, where, signed error in s, interpolated) of each word that was recognised as said."""
    match = difflib.SequenceMatcher(None, [word.word for word in message.words], [one.unit for one in found], autojunk=False)
    rows = []
    for block in match.get_matching_blocks():
        for step in range(block.size):
            true, one = message.words[block.a + step], found[block.b + step]
            digit = true.word in ONES and message.words[max(0, block.a + step - 1)].word in ONES
            kind = "digit, " if digit else ""
            for border, pause, error in (
                ("start", true.before, one.start_s - true.start_s),
                ("end", true.after, one.end_s - true.end_s),
            ):
                if true.exact or pause:
                    rows.append((border, kind + ("at a pause" if pause else "inner"), error, one.interpolated))
    return rows


def noisy(message: Timed, rng: np.random.Generator) -> Timed:
    """The same words in telephone band with noise 15 dB below; the filter moves nothing by more than 2 ms."""
    return Timed(message.name, message.voice, message.kind, corpus._telephone(message.samples, rng), message.words)


def measure(
    part: str, count: int, data: Path, models: Sequence[str] = MODELS, engines: Sequence[str] = tuple(ENGINES)
) -> list[Table]:
    """Both tables for one part of the material."""
    rng = np.random.default_rng(SEED)
    clean = timed_speech.messages(part, count, data)
    channels = {"clean": clean, "telephone, 15 dB": [noisy(message, rng) for message in clean]}
    lines: list[tuple[object, ...]] = []
    for model in models:
        for engine in engines:
            hear = ENGINES[engine](model)
            for channel, messages in channels.items():
                heard = hear(messages)
                print(f"{model} {engine} {channel} done", file=sys.stderr, flush=True)
                rows = [
                    (*row, message.voice)
                    for message, found in zip(messages, heard, strict=True)
                    for row in errors(message, found)
                ]
                said = sum(len(message.words) for message in messages)
                backwards = sum(
                    one.end_s <= one.start_s or (i > 0 and one.start_s < found[i - 1].end_s - 1e-6)
                    for found in heard
                    for i, one in enumerate(found)
                )
                for where in ("at a pause", "inner", "digit, at a pause", "digit, inner"):
                    lines.append((model, channel, where, engine, said, *_line(rows, where), backwards))
    columns = (
        "model", "channel", "words", "engine", "said", "matched", "start: mean, ms", "95 %", "start: 95th, ms",
        "start: bias, ms", "end: mean, ms", "end: 95th, ms", "end: bias, ms", "shared out, %", "empty or overlapping",
    )  # fmt: skip
    return [Table("Word times", columns, sorted(lines, key=lambda line: (line[0], line[1], line[2])), NOTES)]


def _line(rows: Sequence[tuple[str, str, float, bool, str]], where: str) -> tuple[object, ...]:
    start = [row for row in rows if row[0] == "start" and row[1] == where]
    end = [row for row in rows if row[0] == "end" and row[1] == where]
    first, last = (1000 * np.array([row[2] for row in group] or [np.nan]) for group in (start, end))
    low, high = bootstrap(np.abs(first).tolist(), groups=[row[4] for row in start]) if start else (np.nan, np.nan)
    shared = 100 * float(np.mean([row[3] for row in start])) if start else float("nan")
    return (
        len(start), float(np.mean(np.abs(first))), f"{low:.0f}-{high:.0f}", float(np.percentile(np.abs(first), 95)),
        float(np.median(first)), float(np.mean(np.abs(last))), float(np.percentile(np.abs(last), 95)), float(np.median(last)),
        shared,
    )  # fmt: skip


def run(data: Path) -> list[Table]:
    """The report part."""
    return measure("report", MESSAGES, data)
