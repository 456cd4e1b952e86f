"""From the words of windows to a Transcript: windows joined, segments cut at sentences and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Segment, Transcript
from vmaudio.transcribe.decode import Decoded
from vmaudio.transcribe.windows import Window
from vmaudio.transcribe.words import Placed

PAUSE_S = 1.0  # a silence this long ends a segment without punctuation
_ENDS = (".", "?", "!", "。", "？", "！")
_NO_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}


@dataclass(slots=True)
class Heard:
    """What was heard in one window."""

    window: Window
    decoded: Decoded
    placed: list[Placed]


def transcript(
    heard: Sequence[Heard], language: str, engine: str, options: Mapping[str, str | int | float | bool]
) -> Transcript:
    """Join the windows of one message.

    Args:
        heard: its windows in time order; none if there is no speech.
        language: the one set; "auto" is replaced by the first window's.
        engine: "openai-whisper:base".
        options: what the words depend on.
    """
    if language == "auto":
        language = heard[0].decoded.language if heard else "en"
    found: list[Segment] = []
    for part in heard:
        keep = part.window.keep
        words = [w for w in part.placed if keep.start_s <= (w.start_s + w.end_s) / 2 < keep.end_s and w.timed.text.strip()]
        found += [_segment(group, part.decoded) for group in _sentences(words)]
    if not found:
        return Transcript("no_speech", language, "", (), engine, options)
    text = ("" if language in _NO_SPACES else " ").join(segment.text for segment in found)
    return Transcript("speech", language, text, tuple(found), engine, options)


def _sentences(words: Sequence[Placed]) -> list[list[Placed]]:
    groups: list[list[Placed]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        ended = last is not None and last.timed.text.rstrip("\"'”’").endswith(_ENDS) and not _abbreviation(last.timed.text)
        if last is None or ended or word.start_s - last.end_s >= PAUSE_S:
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _abbreviation(text: str) -> bool:
    return text.strip() in {"Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Jr.", "Sr.", "No."}


def _segment(words: Sequence[Placed], decoded: Decoded) -> Segment:
    logprobs = [value for word in words for value in word.timed.logprobs]
    return Segment(
        start_s=round(words[0].start_s, 3),
        end_s=round(words[-1].end_s, 3),
        text="".join(word.timed.text for word in words).strip(),
        words=tuple(word.word() for word in words),
        avg_logprob=float(np.mean(logprobs)) if logprobs else 0.0,
        no_speech_prob=decoded.no_speech_prob,
        compression_ratio=decoded.compression_ratio,
    )
