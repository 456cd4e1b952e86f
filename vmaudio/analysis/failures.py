"""A message that cannot be analysed is a result too: the sentence that says why."""

from __future__ import annotations

import logging
import os
from pathlib import Path, PurePosixPath

from vmaudio.errors import AudioError, VmaudioError
from vmaudio.records import Failure, Message, absolute_source

log = logging.getLogger(__name__)


def not_there(message: Message) -> Failure | None:
    """The failure of a message whose path leads to no file, before anything is loaded that would analyse it.

    Args:
        message: to be analysed.

    Returns:
        What an analysis of it would give; None where there may be a recording: it is a file, or lies at a URL.
    """
    from vmaudio.audio import read_source

    if "://" in message.source or os.path.isfile(message.source):
        return None
    try:
        read_source(message.source)
    except AudioError as error:
        return failure_of(message, "read", error)
    return None


def file_name(source: str) -> str:
    """Last part of a path or URL.

    Args:
        source: path or URL as the user gave it.

    Returns:
        The name, or the source itself where it has none.
    """
    return PurePosixPath(absolute_source(source)).name if "://" in source else Path(source).name or source


def failure_of(message: Message, stage: str, error: Exception) -> Failure:
    """Turn an exception into a Failure; an unexpected one says that it is our bug, and its traceback is logged.

    Args:
        message: that cannot be analysed.
        stage: at which it failed, a short word.
        error: what was raised.
    """
    if isinstance(error, VmaudioError):
        sentence = str(error)
    else:
        log.debug("%s failed at %s", message.source, stage, exc_info=error)
        sentence = (
            f"{message.source}: unexpected {type(error).__name__} at stage {stage!r}: {error}. "
            "This is a bug of vmaudio, not of the file; run with -v for the traceback and report it."
        )
    return Failure(
        source=message.source, file_name=file_name(message.source), stage=stage, error=type(error).__name__, message=sentence
    )
