"""The first steps for one recording: read, decode, detect speech, lay out the file, measure the prosody. No recogniser yet."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from vmaudio.analysis.clock import Clock
from vmaudio.analysis.failures import failure_of, file_name
from vmaudio.analysis.options import Options
from vmaudio.analysis.prefetch import Prefetcher
from vmaudio.audio import Block, Layout, decode_audio, lay_out, message_only, read_source, speech_of
from vmaudio.events import Event, Listener
from vmaudio.prosody import measure_prosody
from vmaudio.records import Activity, Analysis, Failure, FileSpan, Message, Prosody, Recording, Span

Known = Callable[[str], Analysis | None]
"""What the store holds of a recording, by the SHA-256 of its bytes."""

READY_SECONDS = 300.0
"""Most seconds of decoded audio that may lie ready before the recogniser: 19 MB at 16 kHz float32."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording decoded and measured, not yet transcribed; ``seconds`` is filled as stages end.

    Attributes:
        recording: nothing but what is taken for the message, in the times of the file.
        activity: its speech.
        prosody: of it; None where it has not been measured yet.
        seconds: spent by stage.
        layout: blocks of speech and tones of the file.
        whole: all of the file, until the message has been found in it.
        spans: what lies where in the file, once that is known.
        unsure: why it cannot be told where the message begins; "" where it can.
    """

    recording: Recording
    activity: Activity
    prosody: Prosody | None
    seconds: dict[str, float]
    layout: Layout
    whole: Recording
    spans: tuple[FileSpan, ...] = ()
    unsure: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message on its way: its sound, or what the store knows of these bytes, or why it cannot be used."""

    message: Message
    result: Sound | Analysis | Failure

    @property
    def audio_s(self) -> float:
        """Seconds of decoded audio that it holds in memory."""
        return self.result.recording.duration_s if isinstance(self.result, Sound) else 0.0


def prepare(
    message: Message, opener: Callable[[str], bytes], known: Known | None, options: Options, tell: Listener
) -> Prepared:
    """Read, decode and measure one message; runs ahead in a thread.

    Args:
        message: what to analyse.
        opener: turns its source into bytes.
        known: looks up an earlier result by the SHA-256 of the bytes.
        options: limits, and thresholds of the stages.
        tell: is called when the message is begun.

    Returns:
        The message with its measured sound, its earlier result, or a Failure. Nothing is raised.
    """
    tell(Event("listen", file_name(message.source), 0))
    seconds: dict[str, float] = {}
    stage = "read"
    try:
        with Clock(seconds, "decode"):
            data = opener(message.source)
            measured = message.recording_id(hashlib.sha256(data).hexdigest())
            earlier = known(measured) if known is not None else None
            if earlier is not None:
                return Prepared(message, earlier)
            stage = "decode"
            recording = decode_audio(
                data,
                name=message.source,
                max_seconds=options.max_seconds,
                options=options.decode,
                channel=message.audio_channel,
            )
            recording = dataclasses.replace(recording, sha256=measured)
            del data
        stage = "activity"
        with Clock(seconds, "activity"):
            sound = laid_out(recording, seconds, options)
        stage = "prosody"
        with Clock(seconds, "prosody"):
            measures = measure_prosody(sound.recording, sound.activity, options=options.prosody)
    except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
        return Prepared(message, failure_of(message, stage, error))
    return Prepared(message, dataclasses.replace(sound, prosody=measures))


def reader(options: Options) -> Callable[[str], bytes]:
    """What turns a path into bytes: a bounded read.

    Args:
        options: the limit of a file.
    """
    return lambda source: read_source(source, max_bytes=int(options.max_file_mb * 1e6))


def measured_ahead(
    messages: Iterable[Message],
    opener: Callable[[str], bytes],
    known: Known | None,
    options: Options,
    tell: Listener,
    threads: int,
    batch_size: int,
) -> Prefetcher[Message, Prepared]:
    """Messages decoded and measured ahead in threads, which are not started yet.

    Args:
        messages: what to analyse; read as the work goes on.
        opener: turns a source into bytes.
        known: looks up an earlier result by the SHA-256 of the bytes.
        options: limits, and thresholds of the stages.
        tell: is called when a message is begun.
        threads: how many.
        batch_size: most recordings in one pass of the recogniser; four times as many may lie ready.
    """
    return Prefetcher(
        messages,
        lambda message: prepare(message, opener, known, options, tell),
        workers=threads,
        most=4 * batch_size,
        cost=lambda item: item.audio_s,
        budget=READY_SECONDS,
    )


def laid_out(recording: Recording, seconds: dict[str, float], options: Options) -> Sound:
    """Find the speech of a recording, lay out the file, and take for the message what the signal says.

    Args:
        recording: decoded sound.
        seconds: spent by stage.
        options: thresholds of the stages.

    Returns:
        The sound of that message; of all of the recording where one block of speech is all there is.
    """
    active = speech_of(recording, options.vad)
    layout = lay_out(recording, active, options.spans)
    sound = Sound(recording, active, None, seconds, layout, recording)
    if layout.chosen < 0 or (len(layout.blocks) == 1 and layout.blocks[0].speech == active.speech):
        return sound
    block = layout.blocks[layout.chosen]
    voices = [Span(one.start_s, one.end_s) for one in layout.blocks if one is not block]
    return only(sound, stretch_of(block, voices, [tone.span for tone in layout.tones], recording.duration_s), options)


LEAD_S, SILENCE_S = 0.5, 1.5
"""Silence between the message and another voice before it, or behind it, counts to the message up to this: how long the rep
waited beside another's voice cannot be told (a mailbox begins to record, and says its menu, after a silence of its own)."""


def stretch_of(block: Block, voices: Sequence[Span], tones: Sequence[Span], duration_s: float) -> Span:
    """The stretch of a message: from the tone before it to the tone after it, and not far into the silence beside others.

    Args:
        block: the message's speech.
        voices: others in the file.
        tones: in the file.
        duration_s: of the file.
    """
    by_tones = block.within(tones, duration_s)
    # another voice that reaches into the message, as on a call with one party a channel, ends where that begins
    before = [Span(one.start_s, min(one.end_s, block.start_s)) for one in voices if one.start_s < block.start_s]
    after = [Span(max(one.start_s, block.end_s), one.end_s) for one in voices if one.end_s > block.end_s]
    by_voices = block.within([*before, *after], duration_s)
    start_s, end_s = by_tones.start_s, by_tones.end_s
    if by_voices.start_s > start_s:
        start_s = max(by_voices.start_s, block.start_s - LEAD_S)
    if by_voices.end_s < end_s:
        end_s = min(by_voices.end_s, block.end_s + SILENCE_S)
    return Span(start_s, end_s)


def only(sound: Sound, window: Span, options: Options) -> Sound:
    """The sound of one stretch of a file, not yet measured.

    Args:
        sound: of the file.
        window: the stretch.
        options: thresholds of the stages.

    Returns:
        The recording with nothing else in it, and its speech.
    """
    recording, active = message_only(sound.whole, sound.activity, window, options.vad, mute=not options.spans.keep_greeting)
    return dataclasses.replace(sound, recording=recording, activity=active, prosody=None)
