"""Recordings without names and numbers: the stretches that `redact_text` leaves out of the text become a soft tone.

pydub edits the sound. It fails closed: a word without a usable time takes its whole segment with it, and text that had to be
left out altogether takes all of the speech, and speech without words is covered too.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence

from vmaudio.audio import NativeAudio
from vmaudio.privacy.options import DEFAULT, RedactOptions
from vmaudio.privacy.redact_analysis import redact_text
from vmaudio.privacy.redact_unheard import SoundOfFile, unknown_speech, with_edges
from vmaudio.privacy.redact_words import MASK, NAME, NUMBER
from vmaudio.records import OTHER_VOICES, Analysis, Segment, Span, Word

_LEFT_OUT = (NAME, NUMBER, MASK)


def spans_to_cover(
    analysis: Analysis, *, sound: SoundOfFile | None = None, options: RedactOptions = DEFAULT
) -> tuple[Span, ...]:
    """When names and numbers are said, when others than the rep speak, and when nobody knows what is said.

    Args:
        analysis: as measured, not redacted.
        sound: where there is speech in the file, see `sound_of_file`; speech without words can be found only with it.
        options: what is left out, and how far around a word the sound is covered.

    Returns:
        Stretches in time order, joined where they touch, in seconds from the start of the file.
    """
    redacted = redact_text(analysis, options=options)
    margin_s = options.margin_s
    duration_s = sound.duration_s if sound else analysis.duration_s
    found: list[Span] = []
    numbers: list[Span] = []
    for before, after in zip(analysis.transcript.segments, redacted.transcript.segments, strict=True):
        if after.text == MASK or not before.words:
            found.append(_whole(before, duration_s, margin_s))
            continue
        for said, kept in zip(before.words, after.words, strict=True):
            if any(mark in kept.text for mark in _LEFT_OUT):
                kind = numbers if NUMBER in kept.text else found
                kind.append(_span(said, before, duration_s, margin_s))
    for phone in analysis.entities.phones:  # the number's own spans may reach beyond its words
        numbers += [Span(span.start_s - margin_s, span.end_s + margin_s) for span in phone.spans if _usable(span)]
    said_numbers = [part for part in analysis.structure.parts if part.plays in ("number", "number_repeat")]
    numbers += [Span(part.start_s - margin_s, part.end_s + margin_s) for part in said_numbers]
    found += [with_edges(span, sound, options=options) for span in numbers] if sound else numbers
    found += _greeting(analysis, options)
    if sound:
        found += unknown_speech(sound, analysis.transcript.words, options=options)
    # what others say was not transcribed, so nobody knows which names are in it
    found += [Span(s.start_s - margin_s, s.end_s + margin_s) for s in analysis.spans if s.kind in OTHER_VOICES]
    return tuple(join(found, duration_s))


def _greeting(analysis: Analysis, options: RedactOptions) -> list[Span]:
    """The start of the message where nobody knows the listener's name: misheard, it is in no text and still audible."""
    starts = [word.start_s for word in analysis.transcript.words if math.isfinite(word.start_s)]
    if not starts or analysis.entities.callee is not None or analysis.message.prospect_name:
        return []
    return [Span(starts[0] - options.margin_s, starts[0] + options.greeting_s)]


def _usable(span: Span | Word) -> bool:
    return math.isfinite(span.start_s) and math.isfinite(span.end_s) and span.end_s > span.start_s


def _whole(segment: Segment, duration_s: float, margin_s: float) -> Span:
    if not (math.isfinite(segment.start_s) and segment.end_s > segment.start_s):
        return Span(0.0, duration_s)
    return Span(segment.start_s - margin_s, segment.end_s + margin_s)


def _span(word: Word, segment: Segment, duration_s: float, margin_s: float) -> Span:
    if not _usable(word) or word.interpolated:
        return _whole(segment, duration_s, margin_s)
    return Span(word.start_s - margin_s, word.end_s + margin_s)


def join(found: Iterable[Span], duration_s: float) -> list[Span]:
    """Sort spans, cut them to the recording, and join those that overlap.

    Args:
        found: spans in any order, seconds; what lies outside the recording, or ends before it begins, is left out.
        duration_s: of the recording.

    Returns:
        Spans in time order that do not touch each other.
    """
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


def cover_with_tone(native: NativeAudio, covered: Sequence[Span], *, options: RedactOptions = DEFAULT) -> bytes:
    """The recording with a soft tone over some stretches.

    Args:
        native: the sound as it lies in the file.
        covered: what `spans_to_cover` found; in time order, without overlaps.
        options: pitch, level and fade of the tone.

    Returns:
        A wav file of 16-bit samples; rate, channels and length stay as they are.
    """
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
        tone = Sine(options.tone_hz, sample_rate=native.sample_rate_hz).to_audio_segment(
            duration=end_ms - start_ms, volume=options.tone_dbfs
        )
        tone = (
            tone.fade_in(options.fade_ms)
            .fade_out(options.fade_ms)
            .set_channels(sound.channels)
            .set_frame_rate(sound.frame_rate)
        )
        sound = sound[:start_ms] + tone + sound[end_ms:]
    stream = io.BytesIO()
    sound.export(stream, format="wav")
    return stream.getvalue()
