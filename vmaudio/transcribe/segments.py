"""From the words of windows to a Transcript: windows joined, segments cut at sentences and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vmaudio.records import Segment, Stretch, Transcript, Word
from vmaudio.transcribe.windows import Window

SHORTEST_S = 0.04  # of a word
PAUSE_S = 1.0  # a silence this long ends a segment without punctuation
_PREPENDED = "\"'“¿([{-"  # as whisper.timing.merge_punctuations
_APPENDED = "\"'.。,，!！?？:：”)]}、"
_ENDS = (".", "?", "!", "。", "？", "！")
_SHORT_FORMS = {"Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Jr.", "Sr.", "No."}
_NO_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of one window as tokens, and how sure the model was.

    ``logprobs`` are natural log probabilities, one per token; ``avg_logprob`` is their mean, end of text included; ``cut``
    says that the limit of tokens was reached, or that it was stopped going round in circles.
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
    word lies, without the hint, below what the model would rather have written (the worst of its tokens). ``cuts`` are the
    pieces (characters, start, end in the window) of a word that was timed in pieces; empty for one timed as a whole.
    """

    text: str
    tokens: list[int]
    edges_s: list[float]
    logprobs: list[float]
    deficit: float = 0.0
    cuts: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def pieces(self) -> list[tuple[str, float, float]]:
        """Its cuts; for a word timed as a whole, that whole."""
        return self.cuts or [(self.text, self.edges_s[0], self.edges_s[-1])]

    @property
    def probability(self) -> float:
        """Mean of the tokens' probabilities, as in openai-whisper."""
        return float(np.mean(np.exp(self.logprobs))) if self.logprobs else 0.0


def merge(words: list[Timed]) -> list[Timed]:
    """Join opening punctuation to the word after it and closing punctuation to the word before it.

    A hyphen or apostrophe between two words that the tokenizer split ("555-0126") joins them too: written without a space,
    they are one word.
    """
    merged: list[Timed] = []
    for word in words:
        last = merged[-1] if merged else None
        bare = word.text.strip()
        opens = last is not None and last.text.startswith(" ") and last.text.strip() in _PREPENDED
        if last is not None and (opens or bare in _APPENDED or not word.text.startswith(" ")) and _joins(last, word, opens):
            last.cuts = last.pieces + word.pieces
            last.text += word.text
            last.tokens += word.tokens
            last.edges_s = last.edges_s[:-1] + word.edges_s
            last.logprobs += word.logprobs
        else:
            merged.append(word)
    return merged


def _joins(last: Timed, word: Timed, opens: bool) -> bool:
    """Whether ``word`` is written on to ``last``: no space between, and not a new word of a script without spaces."""
    if opens or word.text.strip() in _APPENDED:
        return True
    return word.text.isascii() and last.text.isascii() and not word.text.startswith(" ")


@dataclass(slots=True)
class Placed:
    """A word in the recording: ``heard_s`` is how much of it lies in speech, ``far_s`` how far from any speech it lies."""

    timed: Timed
    start_s: float
    end_s: float
    heard_s: float
    far_s: float = 0.0
    interpolated: bool = False
    heard_in: Window | None = None
    stretches: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def bare(self) -> str:
        """Lower case, without the punctuation around it."""
        return self.timed.text.strip().strip(".,!?;:\"'“”’…-").lower()

    def word(self) -> Word:
        """As a record; the leading space goes."""
        probability = min(1.0, max(0.0, self.timed.probability))
        times = (round(float(self.start_s), 3), round(float(self.end_s), 3))
        return Word(self.timed.text.strip(), *times, round(probability, 4), self.interpolated, self._stretches(*times))

    def _stretches(self, start_s: float, end_s: float) -> tuple[Stretch, ...]:
        """The pieces with figures, inside the word's settled times, not overlapping; none where one would have no length."""
        if self.interpolated or len(self.stretches) < 2:
            return ()
        starts = [min(max(start, start_s), end_s) for _, start, _ in self.stretches]
        ends = [min(max(end, start_s), end_s) for _, _, end in self.stretches]
        ends = [min(end, after) for end, after in zip(ends, [*starts[1:], end_s], strict=True)]
        if any(end - start < SHORTEST_S for start, end in zip(starts, ends, strict=True)):
            return ()
        texts = [text for text, _, _ in self.stretches]
        rounded = [(round(float(start), 3), round(float(end), 3)) for start, end in zip(starts, ends, strict=True)]
        return tuple(Stretch(text, *times) for text, times in zip(texts, rounded, strict=True))


@dataclass(slots=True)
class Heard:
    """What was heard in one window: the words that it decides."""

    decoded: Decoded
    words: list[Placed]


def join_transcript(
    heard: Sequence[Heard], language: str, engine: str, options: Mapping[str, str | int | float | bool], duration_s: float
) -> Transcript:
    """Join the windows of one message.

    Args:
        heard: its windows; none if there is no speech.
        language: the one set; "auto" is replaced by that of the window with the most words.
        engine: "openai-whisper:base".
        options: what the words depend on.
        duration_s: of the recording.
    """
    if language == "auto":
        language = max(heard, key=lambda part: len(part.words)).decoded.language if heard else "en"
    words = sorted(((word, part.decoded) for part in heard for word in part.words), key=lambda item: item[0].start_s)
    words = [item for index, item in enumerate(words) if not index or not _same(words[index - 1][0], item[0])]
    settle([word for word, _ in words], duration_s)
    found = tuple(_segment(group) for group in _sentences(words))
    if not found:
        return Transcript("no_speech", language, "", (), engine, options)
    text = ("" if language in _NO_SPACES else " ").join(segment.text for segment in found)
    return Transcript("speech", language, text, found, engine, options)


def _same(last: Placed, word: Placed) -> bool:
    """Where two windows share sound, both may have the word at the border: the same word at the same time."""
    return last.bare == word.bare and last.heard_in is not word.heard_in and word.start_s < last.end_s - 0.02


_Item = tuple[Placed, Decoded]


def _sentences(words: Sequence[_Item]) -> list[list[_Item]]:
    groups: list[list[_Item]] = []
    for item in words:
        last = groups[-1][-1][0] if groups else None
        if last is None or _ends(last.timed.text) or item[0].start_s - last.end_s >= PAUSE_S:
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def _ends(text: str) -> bool:
    return text.rstrip("\"'”’)").endswith(_ENDS) and text.strip() not in _SHORT_FORMS


def _segment(items: Sequence[_Item]) -> Segment:
    words, decoded = [word for word, _ in items], items[0][1]
    logprobs = [value for word in words for value in word.timed.logprobs]
    return Segment(
        start_s=round(float(words[0].start_s), 3),
        end_s=round(float(words[-1].end_s), 3),
        text=_text(words),
        words=tuple(word.word() for word in words),
        avg_logprob=float(np.mean(logprobs)) if logprobs else decoded.avg_logprob,
        no_speech_prob=decoded.no_speech_prob,
        compression_ratio=decoded.compression_ratio,
    )


def _text(words: Sequence[Placed]) -> str:
    """The words as written; a word that begins another window lacks its space."""
    text = ""
    for index, word in enumerate(words):
        seam = index and word.heard_in is not words[index - 1].heard_in and not word.timed.text.startswith(" ")
        text += (" " if seam else "") + word.timed.text
    return text.strip()


def settle(placed: list[Placed], duration_s: float) -> None:
    """Make times monotone and give every word some length; words that had none share time with a neighbour."""
    floor = 0.0
    for word in placed:
        word.start_s = min(max(word.start_s, floor), duration_s)
        word.end_s = min(max(word.end_s, word.start_s), duration_s)
        floor = word.end_s
    index = 0
    while index < len(placed):
        if placed[index].end_s - placed[index].start_s >= SHORTEST_S:
            index += 1
            continue
        last = index
        while last + 1 < len(placed) and placed[last + 1].end_s - placed[last + 1].start_s < SHORTEST_S:
            last += 1
        _share(placed, index, last, duration_s)
        index = last + 1


def _share(placed: list[Placed], first: int, last: int, duration_s: float) -> None:
    """Give the words first..last, which have no length, time: from the gap around them, else from the longer neighbour."""
    before = placed[first - 1] if first else None
    after = placed[last + 1] if last + 1 < len(placed) else None
    low, high = (before.end_s if before else 0.0), (after.start_s if after else duration_s)
    need = SHORTEST_S * (last - first + 1)
    group = placed[first : last + 1]
    for word in group:
        word.interpolated = True
    if high - low >= need:
        centre = (group[0].start_s + group[-1].end_s) / 2
        low = min(max(low, centre - need / 2), high - need)
        high = low + need
    else:
        lengths = [other.end_s - other.start_s if other else 0.0 for other in (before, after)]
        if before and lengths[0] >= lengths[1]:
            low, group = before.start_s, [before, *group]
        elif after:
            high, group = after.end_s, [*group, after]
    sizes = [max(1, len(word.timed.text.strip())) for word in group]
    at = low
    for word, size in zip(group, sizes, strict=True):
        word.start_s, at = at, at + (high - low) * size / sum(sizes)
        word.end_s = at
