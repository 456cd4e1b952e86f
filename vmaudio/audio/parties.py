"""A call with one party on each channel: whether a file is one, and in which channel the rep speaks.

Two microphones before one voice are alike at every moment; two parties take turns. So frames of 20 ms are counted that sound on
one channel and not on the other. The tones of the line (ring, record tone) come from the other side, as do greeting and menu;
the rep speaks after them.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from vmaudio.audio.options import DECODE_OPTIONS, VAD_OPTIONS, DecodeOptions
from vmaudio.audio.tone_kinds import is_voice, lines_of
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Activity, Recording, Span

_RATE = 16000
_GLUED_S = 0.055
_FRAME = 320
_FRAME_S = _FRAME / _RATE
NAMES = {"left": 0, "1": 0, "right": 1, "2": 1}
"""What a manifest's column audio_channel may hold, and the index of the channel."""


@dataclass(frozen=True, slots=True, eq=False)
class Party:
    """The rep's channel of a call and what is known of the other.

    Attributes:
        index: of the rep's channel.
        sure: 0 to 1.
        why: what the choice rests on.
        others: where the other party speaks.
        other_tones: tones on the other channel.
        overlaps: where both speak at once.
    """

    index: int
    sure: float
    why: str
    others: tuple[Span, ...]
    other_tones: tuple[Span, ...]
    overlaps: tuple[Span, ...]


def are_parties(levels: np.ndarray, options: DecodeOptions = DECODE_OPTIONS) -> bool:
    """Whether two channels are two parties of a call, not one sound in stereo.

    Args:
        levels: of `frame_levels`.
        options: thresholds.

    Returns:
        True where each channel sounds alone for a while and both together but seldom.
    """
    alone = [float((_leads(levels, one, options)).sum()) * _FRAME_S for one in (0, 1)]
    active = _active(levels, options)
    sounding = float(active.any(axis=0).sum()) * _FRAME_S
    return min(alone) >= options.party_alone_s and sum(alone) >= options.party_share * sounding


def frame_levels(channels: np.ndarray) -> np.ndarray:
    """Levels of frames of 20 ms.

    Args:
        channels: float32 of shape (2, n), 16 kHz.

    Returns:
        dBFS of shape (2, frames).
    """
    n = channels.shape[1] // _FRAME
    frames = channels[:, : n * _FRAME].reshape(2, n, _FRAME)
    return np.asarray(10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=2) + 1e-11))


def choose_party(
    recordings: tuple[Recording, Recording],
    levels: np.ndarray,
    asked: str | None = None,
    options: DecodeOptions = DECODE_OPTIONS,
) -> Party:
    """Choose the rep's channel.

    Args:
        recordings: the two channels.
        levels: of `frame_levels`.
        asked: what the manifest says, a key of `NAMES`; None to find it.
        options: thresholds.

    Returns:
        The choice, with what the other channel holds.
    """
    activities = [detect_speech(one, VAD_OPTIONS) for one in recordings]
    speech = [own_spans(activities[i].speech, levels, i, options) for i in (0, 1)]
    tones = [_apart(own_spans(activities[i].tones, levels, i, options), activities[i].speech, recordings[i]) for i in (0, 1)]
    if asked:
        index, sure, why = NAMES[asked], 1.0, "the manifest says so"
    else:
        index, sure, why = _rep(activities, speech, tones, options)
    other = 1 - index
    overlaps = [
        Span(max(a.start_s, b.start_s), min(a.end_s, b.end_s))
        for a in speech[index]
        for b in speech[other]
        if min(a.end_s, b.end_s) - max(a.start_s, b.start_s) > options.overlap_s
    ]
    return Party(index, sure, why, tuple(speech[other]), tuple(tones[other]), tuple(overlaps))


def _rep(
    activities: list[Activity], speech: list[list[Span]], tones: list[list[Span]], options: DecodeOptions
) -> tuple[int, float, str]:
    """The rep's channel by tones, by turns and by time; how sure it is; and why."""
    said = [sum(span.duration_s for span in one) for one in speech]
    for one in (0, 1):
        if said[1 - one] < options.party_speech_s <= said[one]:
            return one, 0.95, "the only channel with speech"
    line = [sum(span.duration_s for span in one) for one in tones]
    for one in (0, 1):
        if line[1 - one] >= options.party_tone_s and line[one] < 0.2 * line[1 - one] and said[one] >= options.party_speech_s:
            last = [tone.end_s for tone in tones[1 - one] if any(span.start_s >= tone.end_s for span in speech[one])]
            after = f", which speaks after the tone at {max(last):.0f} s" if last else ""
            return one, 0.97, f"the channel without the line's tones{after}"
    middle = [_median_s(one) for one in speech]
    later = int(middle[1] > middle[0])
    first_end = max((span.end_s for span in speech[1 - later]), default=0.0)
    turns = bool(speech[later]) and speech[later][0].start_s >= first_end - 0.3
    if turns:
        return later, 0.9, "the party that speaks second, once the first has ended"
    return later, 0.5, "the party that speaks later and longer; both take turns"


def other_party(recording: Recording, options: DecodeOptions = DECODE_OPTIONS) -> Recording:
    """The same call with the other party's channel in the place of the rep's.

    Args:
        recording: with ``other_samples``.
        options: thresholds.

    Returns:
        The recording of the other channel; what it knew of its own is what this one knows of the other.
    """
    assert recording.other_samples is not None  # noqa: S101 - calls with one party a channel have it
    own = dataclasses.replace(recording, samples=recording.other_samples, other_samples=None)
    levels = frame_levels(np.stack([recording.other_samples, recording.samples]))
    found = choose_party((own, recording), levels, "left", options)
    return dataclasses.replace(
        own, channel=3 - recording.channel, others=found.others, other_tones=found.other_tones, overlaps=found.overlaps,
        other_samples=recording.samples,
    )  # fmt: skip


def _apart(tones: list[Span], speech: tuple[Span, ...], recording: Recording) -> list[Span]:
    """The tones that do not touch speech, and are not of its harmonics: what does is a vowel that is held."""
    edges = [edge for span in speech for edge in (span.start_s, span.end_s)]
    return [
        tone
        for tone in tones
        if all(min(abs(edge - tone.start_s), abs(edge - tone.end_s)) > _GLUED_S for edge in edges)
        and not is_voice(tone, lines_of(recording.samples, tone), speech)
    ]


def _median_s(spans: list[Span]) -> float:
    """The middle of what is said, in s from the start; -1 without speech."""
    half = sum(span.duration_s for span in spans) / 2
    for span in spans:
        if half <= span.duration_s:
            return span.start_s + half
        half -= span.duration_s
    return -1.0


def own_spans(spans: tuple[Span, ...], levels: np.ndarray, channel: int, options: DecodeOptions = DECODE_OPTIONS) -> list[Span]:
    """The spans during which a channel is not only the other's echo.

    Args:
        spans: of one channel.
        levels: of `frame_levels`.
        channel: its index.
        options: thresholds.
    """
    echo = levels[channel] < levels[1 - channel] - options.echo_db
    return [span for span in spans if echo[_frames(span)].mean() < 0.5] if len(echo) else list(spans)


def _frames(span: Span) -> slice:
    first = int(span.start_s / _FRAME_S)
    return slice(first, max(first + 1, int(span.end_s / _FRAME_S)))


def _active(levels: np.ndarray, options: DecodeOptions) -> np.ndarray:
    """Frames that sound: well over the channel's quiet, and not far under the loud parts of both."""
    quiet = np.quantile(levels, 0.1, axis=1, keepdims=True) if levels.shape[1] else levels[:, :0]
    return np.asarray((levels > quiet + options.party_over_db) & (levels > levels.max(initial=-110.0) - options.party_range_db))


def _leads(levels: np.ndarray, channel: int, options: DecodeOptions) -> np.ndarray:
    """Frames that sound on one channel and are nothing or an echo on the other."""
    return np.asarray(_active(levels, options)[channel] & (levels[channel] > levels[1 - channel] + options.echo_db))
