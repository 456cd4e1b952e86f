"""The stage after the vad: what of a file is the message; everything behind it sees that alone, in the times of the file.

Blocks of speech are transcribed one by one, in memory, and what they say tells greeting, message and menu apart
(`vmaudio.analysis.roles`). A greeting is somebody else's voice: of its words and its sound nothing is kept.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence

from vmaudio.analysis.options import Options
from vmaudio.analysis.prepare import Sound, only, stretch_of
from vmaudio.analysis.roles import NO_MESSAGE, Roles, find_roles
from vmaudio.audio import Block, Layout
from vmaudio.prosody import measure_prosody
from vmaudio.records import FileSpan, Recording, Span, Transcript

Hear = Callable[[Sequence[tuple[int, Sound]]], list[Transcript | Exception]]
"""Transcribes sounds, each with the number of the recording that it is of."""

_NEVER = RuntimeError("not transcribed")

LEAST_CHANNEL = 0.8
"""With a channel that is less sure than this it cannot be told where the message is."""


def settle(
    asked: Sequence[tuple[Sound, str | None]], hear: Hear, options: Options
) -> tuple[list[Sound], list[Transcript | Exception]]:
    """Transcribe recordings, find the message in each, and leave nothing but it.

    Args:
        asked: sounds as `vmaudio.analysis.prepare` makes them, each with which of several messages is wanted, counted from "1";
            None for the last.
        hear: transcribes.
        options: thresholds.

    Returns:
        The sounds of the messages, with their spans, and their transcripts; why there is none where the recogniser failed.
    """
    sounds = [sound for sound, _ in asked]
    jobs: list[tuple[int, int, Sound]] = []  # number of the recording, index of the block, sound of the block
    for number, sound in enumerate(sounds):
        layout = sound.layout
        own = [i for i, block in enumerate(layout.blocks) if not block.other]
        if len(own) <= 1:
            jobs.append((number, layout.chosen, sound))
        else:
            jobs += [
                (number, i, sound if i == layout.chosen else only(sound, _window(layout, i, sound.whole), options)) for i in own
            ]
    heard = hear([(number, one) for number, _, one in jobs])
    done: list[Sound] = list(sounds)
    scripts: list[Transcript | Exception] = []
    again: list[tuple[int, Sound]] = []
    for number, sound in enumerate(sounds):
        of_block = {block: (one, text) for (n, block, one), text in zip(jobs, heard, strict=True) if n == number}
        try:
            done[number], script = _one(sound, of_block, asked[number][1], options)
        except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
            script = error
        if script is None:
            again.append((number, done[number]))
        scripts.append(script or _NEVER)
    for (number, _), text in zip(again, hear(again) if again else [], strict=True):
        scripts[number] = text
    return done, scripts


def _one(
    sound: Sound, of_block: Mapping[int, tuple[Sound, Transcript | Exception]], wanted: str | None, options: Options
) -> tuple[Sound, Transcript | Exception | None]:
    """The sound of one recording's message and its transcript; None where that is still to be made."""
    said = {block: text for block, (_, text) in of_block.items() if isinstance(text, Transcript)}
    failed = next((text for _, text in of_block.values() if isinstance(text, Exception)), None)
    if failed is not None:
        return sound, failed
    roles = find_roles(sound.layout, sound.whole, said, options.spans, wanted)
    if roles.chosen < 0:
        return dataclasses.replace(sound, spans=file_spans(roles, sound), whole=sound.recording), of_block[-1][1]
    piece = roles.pieces[roles.chosen]
    if roles.unsure == NO_MESSAGE and piece.block in of_block:
        message, script = of_block[piece.block]
        if isinstance(script, Transcript):  # somebody else's words: of them nothing is kept
            script = dataclasses.replace(script, text="", segments=())
        return _finished(message, roles, options), script
    if piece.whole and piece.block in of_block:
        message, script = of_block[piece.block]
        return _finished(message, roles, options), script
    return _finished(only(sound, _around(roles, sound.layout, sound.whole.duration_s), options), roles, options), None


def _finished(message: Sound, roles: Roles, options: Options) -> Sound:
    """The message's sound with its prosody and spans; the whole file is let go."""
    if message.prosody is None:
        measured = measure_prosody(message.recording, message.activity, options=options.prosody)
        message = dataclasses.replace(message, prosody=measured)
    unsure = roles.unsure
    if message.whole.channel and message.whole.channel_sure < LEAST_CHANNEL:
        unsure = unsure or "it cannot be told on which channel the rep speaks"
    spans = file_spans(roles, message, unsure)
    return dataclasses.replace(message, spans=spans, unsure=unsure, whole=message.recording)


def file_spans(roles: Roles, sound: Sound, unsure: str = "") -> tuple[FileSpan, ...]:
    """What lies where in the file.

    Args:
        roles: of its pieces.
        sound: of the message that was chosen.
        unsure: why it cannot be told where the message begins.

    Returns:
        The spans in time order.
    """
    chosen = roles.pieces[roles.chosen] if roles.chosen >= 0 else None
    found = []
    for piece in roles.pieces:
        if piece is chosen:
            start_s, end_s = piece.start_s, piece.end_s
            if sound.prosody is not None and sound.prosody.speech_s > 0:
                start_s, end_s = sound.prosody.speech_start_s, sound.recording.duration_s - sound.prosody.after_speech_s
            sure = min(piece.sure, 0.5) if unsure else piece.sure
            found.append(FileSpan("message", start_s, end_s, sure, unsure or piece.why, sound.whole.channel))
        else:
            kind = "other_message" if piece.role == "message" else piece.role or "greeting"
            found.append(FileSpan(kind, piece.start_s, piece.end_s, piece.sure, piece.why))
    last = max((piece.end_s for piece in roles.pieces if piece.role == "message"), default=0.0)
    for tone in sound.layout.tones:
        after = tone.kind == "record_tone" and chosen is not None and tone.span.start_s >= last - 0.1
        found.append(FileSpan("tone" if after else tone.kind, tone.span.start_s, tone.span.end_s, 0.9, tone.why))
    found += [FileSpan("overlap", span.start_s, span.end_s, 0.9, "both speak") for span in sound.whole.overlaps]
    rings = [span.end_s for span in found if span.kind == "ring"]
    then = [span.start_s for span in found if span.kind != "ring" and rings and span.start_s >= max(rings) - 0.1]
    if rings and then and min(then) > max(rings):
        found.append(FileSpan("answer", max(rings), min(then), 0.9, "between the last ring and the first sound"))
    return tuple(sorted((_rounded(span) for span in found), key=lambda span: (span.start_s, span.end_s)))


def _rounded(span: FileSpan) -> FileSpan:
    return dataclasses.replace(
        span, start_s=round(span.start_s, 3), end_s=round(span.end_s, 3), confidence=round(span.confidence, 2)
    )


def _window(layout: Layout, index: int, whole: Recording) -> Span:
    """The stretch of a block with the silence around it."""
    voices = [Span(block.start_s, block.end_s) for i, block in enumerate(layout.blocks) if i != index]
    return stretch_of(layout.blocks[index], voices, [tone.span for tone in layout.tones], whole.duration_s)


def _around(roles: Roles, layout: Layout, duration_s: float) -> Span:
    """The stretch of the chosen piece with the silence around it."""
    voices = [Span(one.start_s, one.end_s) for i, one in enumerate(roles.pieces) if i != roles.chosen]
    return stretch_of(Block(roles.pieces[roles.chosen].speech), voices, [tone.span for tone in layout.tones], duration_s)
