"""What lies where in a file: ring, greeting, record tone, the message, other messages, menus, the end of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.records.base import Record

SPAN_KINDS = ("ring", "answer", "greeting", "record_tone", "message", "other_message", "menu", "tone", "hang_up", "overlap")
"""Kinds of `FileSpan`: ``message`` is the one that is judged, ``other_message`` another one in the same file; ``tone`` any
other tone (keys, music); ``overlap`` is where both parties of a call speak at once."""

OTHER_VOICES = ("greeting", "menu", "other_message", "overlap")
"""Kinds in which somebody else than the rep of the judged message speaks, or may speak."""


@dataclass(frozen=True, slots=True)
class FileSpan(Record):
    """A stretch of a file with its kind. Stretches may touch, and an ``overlap`` lies within others.

    Args:
        kind: one of `SPAN_KINDS`.
        start_s: in seconds from the start of the file; of a message its first voice.
        end_s: of a message its last voice.
        confidence: 0 to 1: how sure it is that the stretch is of this kind.
        why: what that rests on, in a few words. It holds no word that was said by anybody but the rep.
        channel: of the message that is judged: the channel of the file that it is on, counted from 1, where each party has
            its own; else 0.
    """

    kind: str
    start_s: float
    end_s: float
    confidence: float
    why: str
    channel: int = 0

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


def judged_channel(asked: str | None, spans: Sequence[FileSpan]) -> str | None:
    """The channel of a file that was judged, as a manifest's column audio_channel names it.

    Args:
        asked: what the manifest says.
        spans: what lies where in the file.

    Returns:
        What the manifest says, else the channel that was found; None where the channels are to be mixed or it is not known.
    """
    found = next((span.channel for span in spans if span.kind == "message" and span.channel), 0)
    return asked or (str(found) if found else None)
