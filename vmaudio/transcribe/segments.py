"""Segments: the words of all windows joined to a Transcript, cut into segments at sentences and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vmaudio.records import Segment, Transcript
from vmaudio.transcribe.options import DEFAULT, AlignmentOptions, SegmentOptions
from vmaudio.transcribe.words import Decoded, Placed, WindowWords, settle

_ENDS = (".", "?", "!", "。", "？", "！")
_SHORT_FORMS = {"Mr.", "Mrs.", "Ms.", "Dr.", "St.", "Jr.", "Sr.", "No."}
_NO_SPACES = {"zh", "ja", "th", "lo", "my", "yue"}


def join_transcript(
    windows: Sequence[WindowWords],
    language: str,
    engine: str,
    options: Mapping[str, str | int | float | bool],
    duration_s: float,
    segment: SegmentOptions = DEFAULT.segments,
    alignment: AlignmentOptions = DEFAULT.alignment,
) -> Transcript:
    """Join the windows of one message.

    Args:
        windows: in any order; none if there is no speech.
        language: the one set; "auto" is replaced by that of the window with the most words.
        engine: "openai-whisper:base".
        options: what the words depend on, as `vmaudio.transcribe.Transcriber` has them.
        duration_s: of the recording, in seconds.
        segment: where segments end.
        alignment: the shortest word.

    Returns:
        The transcript; its status is "no_speech" where there are no words.
    """
    if language == "auto":
        language = max(windows, key=lambda part: len(part.words)).decoded.language if windows else "en"
    words = sorted(((word, part.decoded) for part in windows for word in part.words), key=lambda item: item[0].start_s)
    words = [
        item for index, item in enumerate(words) if not index or not _same(words[index - 1][0], item[0], segment.overlap_s)
    ]
    settle([word for word, _ in words], duration_s, alignment)
    found = tuple(_segment(group, alignment) for group in _sentences(words, segment.pause_s))
    if not found:
        return Transcript("no_speech", language, "", (), engine, options)
    text = ("" if language in _NO_SPACES else " ").join(segment.text for segment in found)
    return Transcript("speech", language, text, found, engine, options)


def _same(last: Placed, word: Placed, overlap_s: float) -> bool:
    """Where two windows share sound, both may have the word at the border: the same word at the same time."""
    return last.bare == word.bare and last.window is not word.window and word.start_s < last.end_s - overlap_s


_Item = tuple[Placed, Decoded]


def _sentences(words: Sequence[_Item], pause_s: float) -> list[list[_Item]]:
    """The words in groups that end with a sentence or before a pause."""
    groups: list[list[_Item]] = []
    for item in words:
        last = groups[-1][-1][0] if groups else None
        if last is None or _ends(last.timed.text) or item[0].start_s - last.end_s >= pause_s:
            groups.append([item])
        else:
            groups[-1].append(item)
    return groups


def _ends(text: str) -> bool:
    """Whether a sentence ends with this word."""
    return text.rstrip("\"'”’)").endswith(_ENDS) and text.strip() not in _SHORT_FORMS


def _segment(items: Sequence[_Item], alignment: AlignmentOptions) -> Segment:
    """The record of a group of words; how sure the model was is that of the first word's window."""
    words, decoded = [word for word, _ in items], items[0][1]
    logprobs = [value for word in words for value in word.timed.logprobs]
    return Segment(
        start_s=round(float(words[0].start_s), 3),
        end_s=round(float(words[-1].end_s), 3),
        text=_text(words),
        words=tuple(word.word(alignment) for word in words),
        avg_logprob=float(np.mean(logprobs)) if logprobs else decoded.avg_logprob,
        no_speech_prob=decoded.no_speech_prob,
        compression_ratio=decoded.compression_ratio,
    )


def _text(words: Sequence[Placed]) -> str:
    """The words as written; a word that begins another window lacks its space."""
    text = ""
    for index, word in enumerate(words):
        seam = index and word.window is not words[index - 1].window and not word.timed.text.startswith(" ")
        text += (" " if seam else "") + word.timed.text
    return text.strip()
