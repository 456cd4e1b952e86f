"""Words on their way: as decoded, with times in their window, with times in the recording."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vmaudio.records import Stretch, Word
from vmaudio.transcribe.options import DEFAULT, AlignmentOptions
from vmaudio.transcribe.windows import Window

_PREPENDED = "\"'“¿([{-"  # as whisper.timing.merge_punctuations
_APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of one window as tokens, and how sure the model was.

    Attributes:
        tokens: ids of the text, without time tokens.
        logprobs: natural log probability of each token.
        language: two-letter code.
        avg_logprob: mean log probability of everything that was written, end of text and time tokens included.
        no_speech_prob: the model's probability that nobody speaks, 0 to 1.
        compression_ratio: bytes of the text over bytes of it compressed by zlib; 0 for an empty text.
        temperature: at which it was decoded; 0 is greedy.
        cut: the text was ended by the limit of tokens, or because it repeated itself.
        english: the model's probability that the window is in English; None where it does not say.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    language: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    cut: bool = False
    english: float | None = None


@dataclass(slots=True)
class Timed:
    """One word with its times in a window.

    Attributes:
        text: as the model wrote it, with its leading space.
        tokens: ids; may be empty where an engine gives none.
        edges_s: seconds in the window at which each token begins, and the end: one more than there are tokens, or just start
            and end.
        logprobs: natural log probability of each token.
        deficit: only where a hint was given: how many nats less probable the word is, without the hint, than what the
            model would have written (the worst of its tokens).
        cuts: pieces (characters, start, end in the window) of a word that was timed in pieces; empty for one timed as a
            whole.
    """

    text: str
    tokens: list[int]
    edges_s: list[float]
    logprobs: list[float]
    deficit: float = 0.0
    cuts: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def pieces(self) -> list[tuple[str, float, float]]:
        """Its cuts as (characters, start, end in the window); one piece for a word timed as a whole."""
        return self.cuts or [(self.text, self.edges_s[0], self.edges_s[-1])]

    @property
    def probability(self) -> float:
        """Mean of the tokens' probabilities, 0 to 1, as in ``whisper.timing``; 0 without tokens."""
        return float(np.mean(np.exp(self.logprobs))) if self.logprobs else 0.0


def merge(words: list[Timed]) -> list[Timed]:
    """Join opening punctuation to the word after it and closing punctuation to the word before it.

    A hyphen or apostrophe between two words that the tokenizer split ("555-0126") joins them too: written without a space,
    they are one word. The marks are those of ``whisper.timing.merge_punctuations``.

    Args:
        words: in order; those that others are joined to are changed.

    Returns:
        The words that are left, in order.
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
    """A word with its times in the recording.

    Attributes:
        timed: the word in its window.
        start_s: seconds from the start of the recording.
        end_s: the same.
        speech_s: how many seconds of it lie in speech.
        far_s: seconds to the nearest speech; 0 where it lies on some.
        interpolated: it had no time of its own and shares that of its neighbours.
        window: in which it was transcribed.
        stretches: (text, start, end) of each group of figures of a number, in seconds of the recording; empty for other
            words.
    """

    timed: Timed
    start_s: float
    end_s: float
    speech_s: float
    far_s: float = 0.0
    interpolated: bool = False
    window: Window | None = None
    stretches: list[tuple[str, float, float]] = field(default_factory=list)

    @property
    def bare(self) -> str:
        """The text in lower case, without the punctuation around it."""
        return self.timed.text.strip().strip(".,!?;:\"'“”’…-").lower()

    def word(self, options: AlignmentOptions = DEFAULT.alignment) -> Word:
        """The record of the word: without its leading space, times rounded to 1 ms, probability to four places.

        Args:
            options: a number whose groups of figures are not all as long as `AlignmentOptions.shortest_s` has none.
        """
        probability = min(1.0, max(0.0, self.timed.probability))
        times = (round(float(self.start_s), 3), round(float(self.end_s), 3))
        return Word(
            self.timed.text.strip(),
            *times,
            round(probability, 4),
            self.interpolated,
            self._stretches(*times, options.shortest_s),
        )

    def _stretches(self, start_s: float, end_s: float, shortest_s: float) -> tuple[Stretch, ...]:
        """The groups of figures, inside the word's settled times, not overlapping; none where one would be too short."""
        if self.interpolated or len(self.stretches) < 2:
            return ()
        starts = [min(max(start, start_s), end_s) for _, start, _ in self.stretches]
        ends = [min(max(end, start_s), end_s) for _, _, end in self.stretches]
        ends = [min(end, after) for end, after in zip(ends, [*starts[1:], end_s], strict=True)]
        if any(end - start < shortest_s for start, end in zip(starts, ends, strict=True)):
            return ()
        texts = [text for text, _, _ in self.stretches]
        rounded = [(round(float(start), 3), round(float(end), 3)) for start, end in zip(starts, ends, strict=True)]
        return tuple(Stretch(text, *times) for text, times in zip(texts, rounded, strict=True))


@dataclass(slots=True)
class WindowWords:
    """The words of one window that are its own, and what was decoded there."""

    decoded: Decoded
    words: list[Placed]


def settle(placed: list[Placed], duration_s: float, options: AlignmentOptions = DEFAULT.alignment) -> None:
    """Make the times of words monotone, in place, and give every word some length.

    Words that are too short share the time of the gap around them, or of the longer neighbour, by their letters, and are
    marked ``interpolated``.

    Args:
        placed: in order; their times are changed.
        duration_s: of the recording; no time is later.
        options: the shortest word.
    """
    floor = 0.0
    for word in placed:
        word.start_s = min(max(word.start_s, floor), duration_s)
        word.end_s = min(max(word.end_s, word.start_s), duration_s)
        floor = word.end_s
    index = 0
    while index < len(placed):
        if placed[index].end_s - placed[index].start_s >= options.shortest_s:
            index += 1
            continue
        last = index
        while last + 1 < len(placed) and placed[last + 1].end_s - placed[last + 1].start_s < options.shortest_s:
            last += 1
        _share(placed, index, last, duration_s, options.shortest_s)
        index = last + 1


def _share(placed: list[Placed], first: int, last: int, duration_s: float, shortest_s: float) -> None:
    """Give the words first..last, which have no length, time: from the gap around them, else from the longer neighbour."""
    before = placed[first - 1] if first else None
    after = placed[last + 1] if last + 1 < len(placed) else None
    low, high = (before.end_s if before else 0.0), (after.start_s if after else duration_s)
    need = shortest_s * (last - first + 1)
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
