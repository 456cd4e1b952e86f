"""Speech of which nobody knows what is said: it is covered in the sound, since a name or number may be in it.

The speech of every channel of the file is held against the words. What no word accounts for, what is on a channel that the
recogniser did not hear, and what lies behind the end of what was analysed is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vmaudio.audio import NativeAudio, VadOptions, detect_speech
from vmaudio.privacy.options import DEFAULT, RedactOptions
from vmaudio.records import Recording, Span, Word

_RATE_HZ = 16000


@dataclass(frozen=True, slots=True)
class SoundOfFile:
    """Where there is speech in a file, on any of its channels.

    Args:
        duration_s: length of the file's sound.
        heard_s: so far it was analysed.
        speech: stretches of speech on any channel, in time order; they may overlap.
        not_heard: stretches of speech that are not in the sound that the recogniser was given.
    """

    duration_s: float
    heard_s: float
    speech: tuple[Span, ...]
    not_heard: tuple[Span, ...]


def sound_of_file(
    native: NativeAudio, heard: Recording, *, vad: VadOptions | None = None, options: RedactOptions = DEFAULT
) -> SoundOfFile:
    """Find the speech on every channel of a file.

    Args:
        native: the file's sound, all channels.
        heard: the same file as the recogniser was given it: one channel at 16 kHz, perhaps shorter.
        vad: thresholds of the detection of speech; those of the package by default.
        options: how alike a channel must be to what was heard.

    Returns:
        The speech, in seconds from the start of the file.
    """
    import numpy as np
    import soxr

    speech: list[Span] = []
    foreign: list[Span] = []
    for channel in native.samples:
        samples = np.asarray(channel, np.float32)
        if native.sample_rate_hz != _RATE_HZ:
            samples = soxr.resample(samples, native.sample_rate_hz, _RATE_HZ)
        samples = np.clip(np.nan_to_num(samples), -1.0, 1.0).astype(np.float32)
        alone = Recording(
            heard.sha256, samples, _RATE_HZ, len(samples) / _RATE_HZ, native.sample_rate_hz, 1, native.codec
        )  # fmt: skip
        found = (detect_speech(alone, vad) if vad else detect_speech(alone)).speech
        speech += found
        if len(native.samples) > 1:
            foreign += [block for span in found for block in _unlike(span, samples, heard.samples, options)]
    speech.sort(key=lambda span: span.start_s)
    return SoundOfFile(
        native.samples.shape[1] / native.sample_rate_hz, heard.duration_s, tuple(speech), tuple(foreign)
    )  # fmt: skip


def _unlike(span: Span, channel: object, heard: object, options: RedactOptions) -> Iterable[Span]:
    """Blocks of a stretch in which a channel is not what was heard: their correlation is low."""
    import numpy as np

    mine, other = np.asarray(channel), np.asarray(heard)
    step = int(options.block_s * _RATE_HZ)
    for start in range(int(span.start_s * _RATE_HZ), int(span.end_s * _RATE_HZ), step):
        a, b = mine[start : start + step], other[start : start + step]
        n = min(len(a), len(b))
        norm = float(np.linalg.norm(a[:n]) * np.linalg.norm(b[:n]))
        if norm <= 0 or abs(float(np.dot(a[:n], b[:n]))) / norm < options.same_sound:
            yield Span(start / _RATE_HZ, (start + step) / _RATE_HZ)


def unknown_speech(sound: SoundOfFile, words: Sequence[Word], *, options: RedactOptions = DEFAULT) -> list[Span]:
    """Speech that no word accounts for, and everything behind the end of what was analysed.

    Args:
        sound: where there is speech.
        words: as recognised; one that is unsure, or without a time of its own, accounts for nothing.
        options: how far a word reaches, and how much speech counts.

    Returns:
        Stretches in seconds, in any order; they may overlap.
    """
    known = sorted(
        (word.start_s - options.word_reach_s, min(word.end_s, word.start_s + _longest_s(word, options)) + options.word_reach_s)
        for word in words
        if math.isfinite(word.start_s)
        and word.end_s > word.start_s
        and not word.interpolated
        and word.probability >= options.word_probability
    )
    found = list(sound.not_heard)
    for span in sound.speech:
        at = span.start_s
        for left, right in [*known, (math.inf, math.inf)]:
            if left >= span.end_s or left > at:
                end = min(left, span.end_s)
                if end - at >= options.unknown_s:
                    guard_s = options.long_guard_s if end - at >= options.long_s else options.margin_s / 2
                    found.append(Span(at - guard_s, end + guard_s))
            if left >= span.end_s:
                break
            at = max(at, right)
    if sound.duration_s - sound.heard_s > options.end_s:
        found.append(Span(sound.heard_s - options.margin_s, sound.duration_s))
    return found


def _longest_s(word: Word, options: RedactOptions) -> float:
    """The longest time that a word plausibly takes: figures and letters of a spelled name are said one by one."""
    return options.word_s + options.figure_s * sum(ch.isdigit() for ch in word.text) + options.letter_s * len(word.text)


def with_edges(span: Span, sound: SoundOfFile, *, options: RedactOptions = DEFAULT) -> Span:
    """A number with the whole of its sound: to the next edge of the speech where that is near.

    Args:
        span: the number by its words' times, in seconds.
        sound: where there is speech.
        options: how far the edge may be.

    Returns:
        The span, or a longer one.
    """
    start_s, end_s = span.start_s, span.end_s
    for speech in sound.speech:
        if 0 < span.start_s - speech.start_s <= options.edge_s:
            start_s = min(start_s, speech.start_s)
        if 0 < speech.end_s - span.end_s <= options.edge_s:
            end_s = max(end_s, speech.end_s)
    return Span(start_s, end_s)
