"""What of a file is the message, as far as the signal tells: blocks of speech parted by tones and by the other party.

A dialer's file holds ring, greeting, record tone and then the rep. Tones part the speech into blocks; the last block is the
message unless its voice is that of the greeting before (a menu: "to re-record, press one"). Where words are needed to tell, a
later stage (`vmaudio.analysis`) looks at what each block says. Voices are compared within the file and in memory only.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.audio.options import VAD_OPTIONS, VadOptions
from vmaudio.audio.parties import frame_levels, own_spans
from vmaudio.audio.span_options import SPAN_OPTIONS, SpanOptions
from vmaudio.audio.tone_kinds import NamedTone, name_tones
from vmaudio.audio.vad import detect_speech
from vmaudio.audio.voices import Voice, other_voice, voice_of
from vmaudio.records import OTHER_VOICES, Activity, FileSpan, Recording, Span

_RATE = 16000
_TOUCH_S = 0.1  # what overlaps no more than this lies beside
_WALL_S = 0.5  # less of the other party's speech than this parts nothing: "mhm"


@dataclass(frozen=True, slots=True)
class Block:
    """Speech that no tone parts.

    Attributes:
        speech: its spans, in time order, at least one.
        other: it is the other party's, by its channel.
    """

    speech: tuple[Span, ...]
    other: bool = False

    @property
    def start_s(self) -> float:
        """First voice."""
        return self.speech[0].start_s

    @property
    def end_s(self) -> float:
        """Last voice."""
        return self.speech[-1].end_s

    @property
    def speech_s(self) -> float:
        """Seconds of speech."""
        return sum(span.duration_s for span in self.speech)

    def within(self, rest: Sequence[Span], duration_s: float) -> Span:
        """The stretch of the block with the silence around it: from the end of what comes before to the start of what follows.

        Args:
            rest: what else is in the file.
            duration_s: of the file.
        """
        before = [span.end_s for span in rest if span.end_s <= self.start_s + _TOUCH_S]
        after = [span.start_s for span in rest if span.start_s >= self.end_s - _TOUCH_S]
        return Span(max(before, default=0.0), min(after, default=duration_s))


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of a file, its tones, and which block is the message by the signal alone; -1 without speech.

    Attributes:
        blocks: in time order.
        tones: in time order.
        chosen: index of the block that is the message.
        why: what that rests on.
    """

    blocks: tuple[Block, ...]
    tones: tuple[NamedTone, ...]
    chosen: int
    why: str


def speech_of(recording: Recording, options: VadOptions = VAD_OPTIONS) -> Activity:
    """Find the speech in a recording; of a call with one party a channel without the echo of the other.

    Args:
        recording: decoded sound.
        options: of the speech detection.

    Returns:
        As `detect_speech` gives it.
    """
    found = detect_speech(recording, options)
    if recording.other_samples is None or not found.speech:
        return found
    levels = frame_levels(np.stack([recording.samples, recording.other_samples]))
    own = tuple(own_spans(found.speech, levels, 0))
    return dataclasses.replace(found, speech=own, speech_s=sum(span.duration_s for span in own))


def lay_out(recording: Recording, activity: Activity, options: SpanOptions = SPAN_OPTIONS) -> Layout:
    """Part the speech of a file into blocks and choose the message among them.

    Args:
        recording: decoded sound.
        activity: where in all of it there is speech, and tones.
        options: thresholds.

    Returns:
        The layout.
    """
    tones = sorted((*activity.tones, *recording.other_tones), key=lambda tone: tone.start_s)
    voices = sorted((*activity.speech, *recording.others), key=lambda span: span.start_s)
    named = name_tones(_heard(recording), _joined(tones), voices, options)
    own = _blocks(activity.speech, [tone.span for tone in named], recording.others, other=False)
    others = _blocks(recording.others, [tone.span for tone in named], activity.speech, other=True)
    blocks = [block for block in (*own, *others) if block.speech_s >= options.least_block_s]
    blocks.sort(key=lambda block: block.start_s)
    mine = [i for i, block in enumerate(blocks) if not block.other]
    if not mine:
        longest = max(own, key=lambda block: block.speech_s, default=None)
        if longest is None:
            return Layout(tuple(blocks), named, -1, "no speech")
        blocks = sorted([*blocks, longest], key=lambda block: block.start_s)
        mine = [blocks.index(longest)]
    chosen = mine[-1]
    if len(mine) == 1:
        return Layout(tuple(blocks), named, chosen, "the only speech" if len(blocks) == 1 else "the rep's only speech")
    if len(mine) > 2:  # a menu has the greeting's voice
        first, before, last = (blocks[mine[0]], blocks[mine[-2]], blocks[mine[-1]])
        sounds = [voice_of(recording.samples, block.speech) for block in (first, before, last)]
        if other_voice(sounds[0], sounds[2]) < -options.sure_voice and other_voice(sounds[1], sounds[2]) > options.sure_voice:
            return Layout(tuple(blocks), named, mine[-2], "between two stretches of one other voice")
    return Layout(tuple(blocks), named, chosen, "after the last tone")


def voices_apart(recording: Recording, before: tuple[Span, ...], after: tuple[Span, ...]) -> float:
    """How sure it is that two stretches have different voices, see `vmaudio.audio.voices`.

    Args:
        recording: decoded sound.
        before: spans of speech.
        after: spans of speech.

    Returns:
        Log-odds; NaN where there is too little voice.
    """
    return other_voice(voice_of(recording.samples, before), voice_of(recording.samples, after))


def pauses_apart(recording: Recording, speech: tuple[Span, ...], least_s: float) -> list[tuple[int, float, float]]:
    """The pauses of a stretch at which another voice may begin.

    Args:
        recording: decoded sound.
        speech: spans in time order.
        least_s: shortest pause that is looked at.

    Returns:
        (index of the span after it, its seconds, log-odds that the voices before and after differ) of each, in time order.
    """
    found = []
    each: list[Voice] = [voice_of(recording.samples, (span,)) for span in speech]
    for at in range(1, len(speech)):
        gap = speech[at].start_s - speech[at - 1].end_s
        if gap >= least_s:
            apart = other_voice(_together(each[:at]), _together(each[at:]))
            found.append((at, gap, -9.0 if math.isnan(apart) else apart))
    return found


def _together(voices: list[Voice]) -> Voice:
    return Voice(np.concatenate([v.cepstra for v in voices]), np.concatenate([v.pitch_st for v in voices]))


def message_only(
    recording: Recording, activity: Activity, window: Span, options: VadOptions = VAD_OPTIONS, *, mute: bool = True
) -> tuple[Recording, Activity]:
    """The recording with nothing but the message, in the times of the file.

    Args:
        recording: decoded sound.
        activity: of all of it.
        window: the stretch that is the message's.
        options: of the speech detection, which is made anew: noise and level are the message's own.
        mute: other voices become silence; False keeps the sound.

    Returns:
        The recording, silent outside the window, and the speech inside it.
    """
    first, last = round(window.start_s * _RATE), round(window.end_s * _RATE)
    inside = dataclasses.replace(recording, samples=recording.samples[first:last], duration_s=(last - first) / _RATE)
    found = detect_speech(inside, options)
    begin = first / _RATE

    def in_file(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(round(s.start_s + begin, 3), round(s.end_s + begin, 3)) for s in spans)

    active = Activity(
        in_file(found.speech), found.speech_s, found.noise_dbfs, found.snr_db, activity.tones, in_file(found.voice), window
    )
    if not mute:
        return recording, active
    samples = np.zeros_like(recording.samples)
    samples[first:last] = recording.samples[first:last]
    return dataclasses.replace(recording, samples=samples, other_samples=None), active


def without_spans(recording: Recording, spans: Sequence[FileSpan]) -> Recording:
    """The recording without what others say: for copies that are played or passed on.

    Args:
        recording: decoded sound.
        spans: what lies where in the file.

    Returns:
        Silence where another voice than the judged message's speaks; the recording itself where none does.
    """
    cut = [span for span in spans if span.kind in OTHER_VOICES and span.kind != "overlap"]
    if not cut:
        return recording
    samples = recording.samples.copy()
    for span in cut:
        samples[max(0, round((span.start_s - _TOUCH_S) * _RATE)) : round((span.end_s + _TOUCH_S) * _RATE)] = 0.0
    return dataclasses.replace(recording, samples=samples)


def _blocks(speech: tuple[Span, ...], tones: list[Span], apart: tuple[Span, ...], *, other: bool) -> list[Block]:
    """Runs of speech between which neither a tone nor a longer stretch of the other party lies."""
    walls = [*tones, *(span for span in apart if span.duration_s >= _WALL_S)]
    runs: list[list[Span]] = []
    for span in speech:
        if runs and not any(wall.start_s >= runs[-1][-1].end_s - 0.1 and wall.end_s <= span.start_s + 0.1 for wall in walls):
            runs[-1].append(span)
        else:
            runs.append([span])
    return [Block(tuple(run), other) for run in runs]


def _joined(tones: list[Span]) -> list[Span]:
    """Tones heard on both channels count once."""
    out: list[Span] = []
    for tone in tones:
        if out and tone.start_s <= out[-1].end_s:
            out[-1] = Span(out[-1].start_s, max(out[-1].end_s, tone.end_s))
        else:
            out.append(tone)
    return out


def _heard(recording: Recording) -> np.ndarray:
    """The sound in which tones are looked at: of both parties."""
    other = recording.other_samples
    return recording.samples if other is None else recording.samples + other
