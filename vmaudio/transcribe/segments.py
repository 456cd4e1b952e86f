"""From the words of windows to a Transcript: windows joined, segments cut at sentences and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Segment, Span, Transcript, Word
from vmaudio.transcribe.windows import Window

PAUSE_S = 1.0  # a silence this long ends a segment without punctuation
_ENDS = (".", "?", "!", "。", "？", "！")
_SHORT_FORMS = {"Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Jr.", "Sr.", "No."}
_NO_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of one window as tokens, and how sure the model was.

    ``logprobs`` are natural log probabilities, one per token; ``avg_logprob`` is their mean, end of text included; ``cut``
    says that the limit of tokens was reached.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    language: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    cut: bool = False


@dataclass(slots=True)
class Timed:
    """One word in a window: text as the model wrote it (with its leading space), tokens, times in the window.

    ``edges_s`` are the first moments of the tokens, and the end: one more than there are tokens, or just start and end.
    ``logprobs`` are the tokens' natural log probabilities. ``deficit`` is set where a hint was given: how many nats the
    word lies, without the hint, below what the model would rather have written (the worst of its tokens).
    """

    text: str
    tokens: list[int]
    edges_s: list[float]
    logprobs: list[float]
    deficit: float = 0.0

    @property
    def probability(self) -> float:
        """Mean of the tokens' probabilities, as in openai-whisper."""
        return float(np.mean(np.exp(self.logprobs))) if self.logprobs else 0.0


@dataclass(slots=True)
class Placed:
    """A word in the recording: ``heard_s`` is how much of it lies in speech, ``far_s`` how far from any speech it lies."""

    timed: Timed
    start_s: float
    end_s: float
    heard_s: float
    far_s: float = 0.0
    interpolated: bool = False

    @property
    def bare(self) -> str:
        """Lower case, without the punctuation around it."""
        return self.timed.text.strip().strip(".,!?;:\"'“”’…-").lower()

    def word(self) -> Word:
        """As a record; the leading space goes."""
        probability = min(1.0, max(0.0, self.timed.probability))
        times = (round(float(self.start_s), 3), round(float(self.end_s), 3))
        return Word(self.timed.text.strip(), *times, round(probability, 4), self.interpolated)


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
        language: the one set; "auto" is replaced by the longest window's.
        engine: "openai-whisper:base".
        options: what the words depend on.
    """
    if language == "auto":
        language = max(heard, key=lambda part: part.window.seconds).decoded.language if heard else "en"
    found: list[Segment] = []
    before: list[Placed] = []
    for part in heard:
        words = _own(part, before)
        found += [_segment(group, part.decoded) for group in _sentences(words)]
        before = words or before
    if not found:
        return Transcript("no_speech", language, "", (), engine, options)
    text = ("" if language in _NO_SPACES else " ").join(segment.text for segment in found)
    return Transcript("speech", language, text, tuple(found), engine, options)


def _own(part: Heard, before: Sequence[Placed]) -> list[Placed]:
    """The words that this window decides: those whose middle lies in its own time, less any said by the window before.

    Where two windows share sound, their times of one word may differ a little, so that both or neither would have it; a
    word is not taken twice if the last one before the border is the same and lies at the same time.
    """
    keep: Span = part.window.keep
    words = [
        word for word in part.placed if keep.start_s <= (word.start_s + word.end_s) / 2 < keep.end_s and word.timed.text.strip()
    ]
    if before and words and keep.start_s > 0:
        last, first = before[-1], words[0]
        if first.bare == last.bare and first.start_s < last.end_s - 0.02:
            words = words[1:]
        for word in words:  # times may not run backwards over the border
            word.start_s = max(word.start_s, last.end_s)
            word.end_s = max(word.end_s, word.start_s)
    return words


def _sentences(words: Sequence[Placed]) -> list[list[Placed]]:
    groups: list[list[Placed]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        if last is None or _ends(last.timed.text) or word.start_s - last.end_s >= PAUSE_S:
            groups.append([word])
        else:
            groups[-1].append(word)
    return groups


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’)").endswith(_ENDS) and text.strip() not in _SHORT_FORMS


def _segment(words: Sequence[Placed], decoded: Decoded) -> Segment:
    logprobs = [value for word in words for value in word.timed.logprobs]
    return Segment(
        start_s=round(float(words[0].start_s), 3),
        end_s=round(float(words[-1].end_s), 3),
        text="".join(word.timed.text for word in words).strip(),
        words=tuple(word.word() for word in words),
        avg_logprob=float(np.mean(logprobs)) if logprobs else decoded.avg_logprob,
        no_speech_prob=decoded.no_speech_prob,
        compression_ratio=decoded.compression_ratio,
    )
