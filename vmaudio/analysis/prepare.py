"""The first steps for one recording: read, decode, detect speech, measure the prosody. They need no recogniser."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from vmaudio.analysis.clock import Clock
from vmaudio.analysis.failures import failure_of, file_name
from vmaudio.analysis.options import Options
from vmaudio.audio import decode_audio, detect_speech
from vmaudio.events import Event, Listener
from vmaudio.prosody import measure_prosody
from vmaudio.records import Activity, Analysis, Failure, Message, Prosody, Recording

Known = Callable[[str], Analysis | None]
"""What the store holds of a recording, by the SHA-256 of its bytes."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording decoded and measured, not yet transcribed; ``seconds`` is filled as stages end."""

    recording: Recording
    activity: Activity
    prosody: Prosody
    seconds: dict[str, float]


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
            earlier = known(hashlib.sha256(data).hexdigest()) if known is not None else None
            if earlier is not None:
                return Prepared(message, earlier)
            stage = "decode"
            recording = decode_audio(data, name=message.source, max_seconds=options.max_seconds, options=options.decode)
            del data
        stage = "activity"
        with Clock(seconds, "activity"):
            active = detect_speech(recording, options=options.vad)
        stage = "prosody"
        with Clock(seconds, "prosody"):
            sound = measure_prosody(recording, active, options=options.prosody)
    except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
        return Prepared(message, failure_of(message, stage, error))
    return Prepared(message, Sound(recording, active, sound, seconds))
