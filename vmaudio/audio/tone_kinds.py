"""What a tone is by its place, its lines and its rhythm: ring, record tone, the tones of an ended call, or another one."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.audio.span_options import SPAN_OPTIONS, SpanOptions
from vmaudio.records import Span

_RATE = 16000
_RINGING = ((440.0, 480.0), (400.0, 450.0), (425.0,), (440.0,), (450.0,), (400.0,), (420.0, 460.0))
"""Lines of ringback in Hz: North America, Britain, most of Europe, and others (ITU-T E.180, supplement 2)."""

_ENDED = ((480.0, 620.0), (350.0, 440.0), (425.0,), (400.0,), (450.0,))
"""Lines of busy, congestion and dial tones in Hz: the same list."""

_GLUED_S, _NEAR_S = 0.055, 0.12  # a record tone is not said without a breath between
_PITCH_HZ = (75.0, 330.0)
_LINE_HZ = 290.0  # no tone of a telephone lies below 300 Hz
_OFF_HZ = 12.0
_LOW_HZ = 150.0  # below lies hum
_BUSY_REST_S = 0.8  # a busy tone rests at most 0.75 s, a ring for 1 s or more (E.180, supplement 2), but for Britain's pairs
_STRONG_DB = 12.0  # a line this far under the strongest is not counted


@dataclass(frozen=True, slots=True)
class NamedTone:
    """A tone with its kind, one of "ring", "record_tone", "hang_up" and "tone"."""

    span: Span
    kind: str
    why: str


def name_tones(
    samples: np.ndarray, tones: Sequence[Span], speech: Sequence[Span], options: SpanOptions = SPAN_OPTIONS
) -> tuple[NamedTone, ...]:
    """Name tones by their place between the voices, their lines and their rhythm.

    Args:
        samples: of the recording, float32 of shape (n,), 16 kHz.
        tones: in time order.
        speech: of all voices, in time order.
        options: thresholds.

    Returns:
        The tones with their kinds, in time order, without those that are held vowels.
    """
    spoken = [span for span in speech if span.duration_s > 0]
    first = spoken[0].start_s if spoken else float("inf")
    last = spoken[-1].end_s if spoken else float("-inf")
    lines = [lines_of(samples, tone) for tone in tones]
    named = []
    for index, tone in enumerate(tones):
        if is_voice(tone, lines[index], spoken):
            continue
        told = " and ".join(f"{hz:.0f}" for hz in lines[index])
        what = f"a tone of {told} Hz, {tone.duration_s:.1f} s" if told else f"a tone of {tone.duration_s:.1f} s"
        again = [other for other in tones if other is not tone and abs(other.duration_s - tone.duration_s) < 0.25]
        if tone.end_s <= first + 0.1 and spoken:
            ringing = _is(lines[index], _RINGING) and tone.duration_s >= options.ring_s
            repeated = ringing and any(other.end_s <= first + 0.1 for other in again)
            two = ringing and len(lines[index]) == 2
            if two or repeated or (ringing and 0.8 <= tone.duration_s <= 2.5 and first - tone.end_s > options.answer_s):
                named.append(NamedTone(tone, "ring", what))
                continue
        if tone.duration_s > options.longest_record_tone_s:
            ended = tone.start_s >= last - 0.1 and _is(lines[index], _ENDED)
            named.append(NamedTone(tone, "hang_up" if ended else "tone", what))
        elif _ends_call(tone, lines[index], again, tones, last if spoken else None):
            named.append(NamedTone(tone, "hang_up", f"{what}, again and again"))
        else:
            named.append(NamedTone(tone, "record_tone", what))
    return tuple(named)


def lines_of(samples: np.ndarray, tone: Span) -> tuple[float, ...]:
    """The strongest spectral lines of a tone.

    Args:
        samples: of the recording, float32 of shape (n,), 16 kHz.
        tone: where it sounds.

    Returns:
        Up to three frequencies in Hz, rising; those within 12 dB of the strongest.
    """
    middle, half = (tone.start_s + tone.end_s) / 2, min(0.25, tone.duration_s / 2 - 0.05)
    cut = samples[max(0, round((middle - half) * _RATE)) : round((middle + half) * _RATE)]
    if len(cut) < 800:
        return ()
    power = np.abs(np.fft.rfft(cut * np.hanning(len(cut)), 16384)) ** 2
    hertz = np.fft.rfftfreq(16384, 1 / _RATE)
    power[(hertz < _LOW_HZ) | (hertz > 3600)] = 0.0
    found: list[float] = []
    strongest = float(power.max())
    for _ in range(3):
        at = int(power.argmax())
        if power[at] <= strongest * 10 ** (-_STRONG_DB / 10) or power[at] <= 0:
            break
        if hertz[at] > _LOW_HZ + 2.0:  # at the edge it is the slope of something lower
            found.append(float(hertz[at]))
        power[np.abs(hertz - hertz[at]) < 18] = 0.0
    return tuple(sorted(found))


def is_voice(tone: Span, lines: tuple[float, ...], speech: Sequence[Span]) -> bool:
    """Whether a tone is a vowel that is held: said in the middle of speech, or beside it and of the harmonics of a voice.

    Args:
        tone: where it sounds.
        lines: of `lines_of`.
        speech: of all voices.
    """
    before = min((abs(tone.start_s - span.end_s) for span in speech), default=_NEAR_S)
    after = min((abs(span.start_s - tone.end_s) for span in speech), default=_NEAR_S)
    if max(before, after) < _GLUED_S:
        return True
    if min(before, after) >= _NEAR_S or not lines:
        return False
    if len(lines) == 1:
        return lines[0] < _LINE_HZ
    pitch = min(b - a for a, b in itertools.pairwise(lines))
    multiples = [line / pitch for line in lines]
    low, high = _PITCH_HZ
    return low <= pitch <= high and all(abs(one - round(one)) < 0.03 * one for one in multiples)


def _ends_call(
    tone: Span, lines: tuple[float, ...], again: Sequence[Span], tones: Sequence[Span], last_s: float | None
) -> bool:
    """Whether a short tone is one of a row behind the last voice, or, where nobody speaks, one of a busy line."""
    if last_s is None:
        return _is(lines, _ENDED) and any(_beside(tone, other) for other in again)
    after = last_s - 0.1
    row = any(other.start_s >= after for other in again) or sum(other.start_s >= after for other in tones) > 2
    return tone.start_s >= after and row


def _beside(tone: Span, other: Span) -> bool:
    """Whether one tone follows the other as those of a busy line do: a ring rests longer."""
    return max(tone.start_s, other.start_s) - min(tone.end_s, other.end_s) < _BUSY_REST_S


def _is(lines: tuple[float, ...], known: Sequence[tuple[float, ...]]) -> bool:
    """Whether lines are those of a known tone."""
    return any(len(lines) == len(one) and all(abs(a - b) < _OFF_HZ for a, b in zip(lines, one, strict=True)) for one in known)
