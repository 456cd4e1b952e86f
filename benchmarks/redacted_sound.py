"""Covered copies of recordings, heard again by two recognisers: the part of the benchmark of redaction that is on sound.

The recordings are those of the benchmark of verdicts, each analysed with its manifest and without one. What is recognised is
kept in the user's cache, so that a run that was stopped goes on from there, and a change of a rule hears only the copies anew
that it changes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.remembered import Remembered
from benchmarks.verdict_messages import Spoken
from benchmarks.verdict_speech import cache
from vmaudio.analysis import Analyzer
from vmaudio.audio import decode_audio, decode_native, detect_speech
from vmaudio.classify import ModelStore
from vmaudio.privacy import cover_with_tone, sound_of_file, spans_to_cover
from vmaudio.records import Analysis, Message, Span
from vmaudio.rubric import load_rubric
from vmaudio.transcribe import Transcriber, get_transcriber

ENGINE = "openai-whisper:base"
HEARERS = ("openai-whisper:tiny.en", "faster-whisper:base")
BATCH = 8
SECRET = frozenset({"callee", "identity", "company", "number", "number_repeat"})
"""Parts of a script that hold names and numbers."""


@dataclass(frozen=True)
class Covered:
    """A covered copy: how much of the speech is covered, and how much of that is no part that holds a name or number."""

    spoken: Spoken
    plain: str
    copy: bytes
    share: float
    needless: float


def remembered(engine: str) -> Transcriber:
    """A recogniser whose answers are kept in the cache of the verdicts."""
    return Remembered(get_transcriber(engine, batch_size=BATCH), cache() / "heard")


def analysed(messages: Sequence[Spoken], *, manifest: bool) -> Iterator[tuple[Spoken, Analysis]]:
    """Each recording analysed by base, in any order; what cannot be analysed is left out.

    Args:
        messages: of known script.
        manifest: whether the analysis knows who called whom.
    """
    analyzer = Analyzer(remembered(ENGINE), ModelStore(None), load_rubric(""), batch_size=BATCH)
    by_source = {one.message.source: one for one in messages}
    asked = [one.message if manifest else Message(one.message.source) for one in messages]
    for done, result in enumerate(analyzer.analyze_many(asked), 1):
        if isinstance(result, Analysis):
            yield by_source[result.source], result
        print(f"analysed {done} of {len(asked)}", file=sys.stderr, flush=True)


def cover(spoken: Spoken, analysis: Analysis) -> Covered:
    """The covered copy of a recording."""
    data = Path(analysis.source).read_bytes()
    native = decode_native(data, name=analysis.source)
    sound = sound_of_file(native, decode_audio(data, name=analysis.source))
    spans = spans_to_cover(analysis, sound=sound)
    secret = [Span(one["start_s"], one["end_s"]) for one in spoken.truth["parts"] if one["label"] in SECRET]
    speech_s = sum(span.end_s - span.start_s for span in sound.speech)
    plain = [span for speech in sound.speech for span in _without(speech, secret)]
    plain_s = sum(span.end_s - span.start_s for span in plain)
    share = _under(sound.speech, spans) / speech_s if speech_s else 1.0
    needless = _under(plain, spans) / plain_s if plain_s else 0.0
    return Covered(spoken, analysis.transcript.text, cover_with_tone(native, spans), share, needless)


def _under(speech: Sequence[Span], spans: Sequence[Span]) -> float:
    return sum(max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s)) for a in speech for b in spans)


def _without(span: Span, others: Sequence[Span]) -> Iterator[Span]:
    """What is left of a span."""
    at = span.start_s
    for other in sorted(others, key=lambda one: one.start_s):
        if other.end_s > at and other.start_s < span.end_s:
            if other.start_s > at:
                yield Span(at, other.start_s)
            at = max(at, other.end_s)
    if at < span.end_s:
        yield Span(at, span.end_s)


def heard_again(copies: Sequence[Covered], engine: str) -> list[str]:
    """What a recogniser makes of each copy, without any hint."""
    transcriber, texts = remembered(engine), []
    for start in range(0, len(copies), BATCH):
        sounds = [decode_audio(one.copy, name="copy.wav") for one in copies[start : start + BATCH]]
        texts += [said.text for said in transcriber.transcribe_many(sounds, [detect_speech(sound) for sound in sounds])]
        print(f"heard {len(texts)} of {len(copies)} by {engine}", file=sys.stderr, flush=True)
    return texts


def names_of(truth: Mapping[str, Any]) -> list[str]:
    """Who calls whom, as far as the script is known to say it."""
    said = (truth["entities"].get("caller"), truth["entities"].get("callee"))
    return [name for name in said if isinstance(name, str) and name]
