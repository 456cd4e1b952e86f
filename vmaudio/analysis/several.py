"""Several messages in one file: the last is judged by default, and the others when they are asked for."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable

from vmaudio.records import Analysis, Failure, Message

_MOST_ID = 200
"""Most characters of a message_id, as the database keeps them."""


def other_messages(results: Iterable[Analysis | Failure]) -> list[Message]:
    """The messages that lie beside the judged ones in their files.

    Args:
        results: of an analyzer, each of the last message in its file.

    Returns:
        One Message for each, in the order of the results and of time. ``audio_message`` counts from "1"; the id is that of the
        file's message with it, "m1#1", and so is the same in every run.
    """
    found = []
    for result in results:
        if not isinstance(result, Analysis) or result.message.audio_message:
            continue
        kinds = [span.kind for span in result.spans if span.kind in ("message", "other_message")]
        for place, kind in enumerate(kinds, start=1):
            if kind == "other_message":
                number, base = str(place), result.message.message_id
                found.append(dataclasses.replace(result.message, message_id=_id(base, number), audio_message=number))
    return found


def _id(base: str, number: str) -> str:
    """The id of one of several messages."""
    made = f"{base}#{number}"
    return made if len(made) <= _MOST_ID else "m" + hashlib.sha256(made.encode("utf-8", "surrogatepass")).hexdigest()[:16]
