"""How the library reports its progress: it never prints, it calls a listener."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One step of work.

    ``stage`` is a short word ("decode", "transcribe", "save", "fetch" ...), ``item`` what is worked on (a file name, a
    weight file), ``done`` and ``total`` count items or bytes; ``total`` is None while it is not known.
    """

    stage: str
    item: str
    done: int
    total: int | None = None


Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Do nothing with an event: the default listener.

    Args:
        event: the event.
    """
