"""Recordings without names and numbers: the stretches that `redact_words` leaves out of the text become a soft tone.

pydub edits the sound. It fails closed: a word without a usable time takes its whole segment with it, and text that had to be
left out altogether takes all of the speech.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence

from vmaudio.audio import NativeAudio
from vmaudio.privacy.redact_analysis import redact_text
from vmaudio.privacy.redact_words import MASK, NAME, NUMBER
from vmaudio.records import Analysis, Segment, Span, Word

MARGIN_S = 0.25
"""Added on both sides of a word: recognised word times err by about so much (a tenth start 0.27 s off)."""

TONE_HZ = 440
TONE_DBFS = -30.0
FADE_MS = 10

_LEFT_OUT = (NAME, NUMBER, MASK)


def spans_to_cover(analysis: Analysis) -> tuple[Span, ...]:
    """The stretches to cover, joined where they touch, in seconds from the start of the file."""
    redacted = redact_text(analysis)
    found: list[Span] = []
    for before, after in zip(analysis.transcript.segments, redacted.transcript.segments, strict=True):
        if after.text == MASK or not before.words:
            found.append(_whole(before, analysis.duration_s))
            continue
        for said, kept in zip(before.words, after.words, strict=True):
            if any(mark in kept.text for mark in _LEFT_OUT):
                found.append(_span(said, before, analysis.duration_s))
    for phone in analysis.entities.phones:  # the number's own spans may reach beyond its words
        found += [Span(span.start_s - MARGIN_S, span.end_s + MARGIN_S) for span in phone.spans if _usable(span)]
    return tuple(join(found, analysis.duration_s))


def _usable(span: Span | Word) -> bool:
    return math.isfinite(span.start_s) and math.isfinite(span.end_s) and span.end_s > span.start_s


def _whole(segment: Segment, duration_s: float) -> Span:
    if not (math.isfinite(segment.start_s) and segment.end_s > segment.start_s):
        return Span(0.0, duration_s)
    return Span(segment.start_s - MARGIN_S, segment.end_s + MARGIN_S)


def _span(word: Word, segment: Segment, duration_s: float) -> Span:
    if not _usable(word) or word.interpolated:
        return _whole(segment, duration_s)
    return Span(word.start_s - MARGIN_S, word.end_s + MARGIN_S)


def join(found: Iterable[Span], duration_s: float) -> list[Span]:
    """Sort, cut to the recording, and join spans that overlap."""
    joined: list[Span] = []
    for span in sorted(found, key=lambda span: span.start_s):
        span = Span(max(0.0, span.start_s), min(duration_s, span.end_s))
        if span.end_s <= span.start_s:
            continue
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return joined


def cover_with_tone(native: NativeAudio, covered: Sequence[Span]) -> bytes:
    """A 16-bit wav of the recording with a soft tone over the spans; rate, channels and length stay as they are."""
    import warnings

    import numpy as np

    with warnings.catch_warnings():
        # pydub looks for ffmpeg when it is imported and warns; wav needs none, and decoding is PyAV's
        warnings.simplefilter("ignore")
        from pydub import AudioSegment
        from pydub.generators import Sine

    samples = np.clip(native.samples, -1.0, 1.0 - 1 / 32768)
    data = (samples.T * 32768).astype("<i2").tobytes()
    sound = AudioSegment(data=data, sample_width=2, frame_rate=native.sample_rate_hz, channels=native.samples.shape[0])
    for span in covered:
        start_ms, end_ms = math.floor(1000 * span.start_s), math.ceil(1000 * span.end_s)
        tone = Sine(TONE_HZ, sample_rate=native.sample_rate_hz).to_audio_segment(duration=end_ms - start_ms, volume=TONE_DBFS)
        tone = tone.fade_in(FADE_MS).fade_out(FADE_MS).set_channels(sound.channels).set_frame_rate(sound.frame_rate)
        sound = sound[:start_ms] + tone + sound[end_ms:]
    stream = io.BytesIO()
    sound.export(stream, format="wav")
    return stream.getvalue()
