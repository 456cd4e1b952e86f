"""Several places read together, and a manifest laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from vmaudio.intake.recordings import fit_messages
from vmaudio.intake.sources.registry import once, read_place
from vmaudio.intake.sources.source import LeftOut, ReadOptions
from vmaudio.records import Message


def gather(
    paths: Iterable[str | Path],
    listed: Sequence[Message] = (),
    *,
    source: str | None = None,
    options: ReadOptions | None = None,
    empty: bool = False,
) -> tuple[list[Message], list[LeftOut]]:
    """Read the messages of several places.

    Args:
        paths: files and folders; each is read by the reader that understands it.
        listed: messages of a manifest: what it says wins over what the place says.
        source: name of the reader for all of them; None looks.
        options: what readers may need to know.
        empty: a place in which the named reader finds nothing is no error.

    Returns:
        Each message once, in the order of the places, and what was left out.

    Raises:
        VmaudioError: a place as a whole cannot be read.
    """
    found: list[Message | LeftOut] = []
    for path in paths:
        reading = read_place(path, source=source, options=options, empty=empty)
        found += [*reading.messages, *reading.left_out]
    messages, left_out = once(found)
    return list(fit_messages(messages, listed).messages), left_out
