"""Which readers there are: those that ship, and those that other packages bring.

Another package registers a reader as an entry point of the group ``vmaudio.sources``: a name, leading to a class that inherits
from `Source`. The shipped ones stand in the same group of vmaudio's own pyproject.toml, and in `SOURCES` here, which is what
counts; a test holds the two together.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from vmaudio.errors import PluginError, SettingError, SourceMissing
from vmaudio.intake.sources.source import REASONS, LeftOut, Reading, ReadOptions, Source
from vmaudio.plugins import LazyEntry, load_group
from vmaudio.records import Message

log = logging.getLogger(__name__)

GROUP = "vmaudio.sources"
"""The group of entry points."""

SOURCES: Mapping[str, str] = {
    "asterisk": "vmaudio.intake.sources.asterisk:Asterisk",
    "freeswitch": "vmaudio.intake.sources.freeswitch:FreeSwitch",
    "mailbox": "vmaudio.intake.sources.mailbox:Mailbox",
    "export": "vmaudio.intake.sources.exports:Exports",
    "files": "vmaudio.intake.sources.files:Files",
}
"""The readers that ship, in the order in which they are asked; those of other packages are asked before the last."""


def _entries() -> Mapping[str, LazyEntry]:
    return load_group(GROUP, SOURCES)


def source_names() -> tuple[str, ...]:
    """Names of all registered readers, in the order in which they are asked; nothing is loaded."""
    names = [name for name in _entries() if name != "files"]
    return (*names, "files")


def find_source(name: str) -> Source:
    """Load a reader.

    Args:
        name: its name.

    Returns:
        The reader.

    Raises:
        SettingError: no reader has this name.
        PluginError: the package that brings it cannot be loaded, or brings something else than a reader.
    """
    entry = _entries().get(name)
    if entry is None:
        raise SettingError(f"There is no source {name[:80]!r}. Known: {', '.join(source_names())}.")
    made = entry.load()
    made = made() if isinstance(made, type) else made
    if not isinstance(made, Source):
        raise entry.fault(f"is no Source, but a {type(made).__name__}")
    return made


def all_sources() -> tuple[list[Source], list[PluginError]]:
    """Every reader that can be used here, in the order in which they are asked, and an error for each that cannot."""
    found, errors = [], []
    for name in source_names():
        try:
            found.append(find_source(name))
        except PluginError as error:
            errors.append(error)
    return found, errors


def recognise(path: Path) -> Source:
    """The reader that understands what lies at a path: the first that says so.

    Args:
        path: a file or folder.

    Returns:
        The reader; that of plain files where no other knows it, also for a path that does not exist.
    """
    for source in all_sources()[0]:
        try:
            if source.recognises(path):
                return source
        except Exception as error:  # noqa: BLE001 - another package's reader must not keep the others from theirs
            log.warning("the source %s cannot look at %s (%s: %s)", source.name, path, type(error).__name__, error)
    return find_source("files")


def read_place(
    path: str | Path, *, source: str | None = None, options: ReadOptions | None = None, empty: bool = False
) -> Reading:
    """Read the messages of a place.

    Args:
        path: a file or folder.
        source: name of the reader; None looks which one understands the place.
        options: what readers may need to know.
        empty: a place in which the named reader finds nothing is no error: it may fill later.

    Returns:
        The messages, each once, and what was left out.

    Raises:
        SettingError: no reader has this name, or this reader finds nothing that it knows there.
        VmaudioError: the place as a whole cannot be read.
    """
    path = Path(path)
    reader = find_source(source) if source else recognise(path)
    if source and not path.exists():
        raise SourceMissing(f"{path} does not exist. Check the path and the spelling of the name.")
    found = list(reader.read(path, options or ReadOptions()))
    messages, left_out = once(found)
    if source and not empty and not messages and all(one.reason == "not a message" for one in left_out):
        raise SettingError(f"{path} has nothing in it that the source {source} reads: {reader.reads}.")
    return Reading(reader.name, tuple(messages), tuple(left_out))


def once(found: Iterable[Message | LeftOut]) -> tuple[list[Message], list[LeftOut]]:
    """Each message once: another with the same id is the same send, filed or named a second time.

    Args:
        found: what readers yielded.

    Returns:
        The messages in their order, and what was left out, those copies among them.
    """
    messages: dict[str, Message] = {}
    left_out: list[LeftOut] = []
    for one in found:
        if isinstance(one, LeftOut):
            left_out.append(one)
            continue
        first = messages.setdefault(one.message_id, one)
        if first is not one and first.source != one.source:
            left_out.append(LeftOut(one.source, "copy", f"the same message as {first.source}"))
    return list(messages.values()), left_out


def summary(left_out: Iterable[LeftOut], most: int = 4) -> Iterator[str]:
    """What was left out, in sentences.

    Args:
        left_out: as readers yielded it.
        most: names in a sentence; the rest is counted.

    Yields:
        A line for each reason, with how many there are and their names.
    """
    by_reason: dict[str, list[LeftOut]] = {}
    for one in left_out:
        by_reason.setdefault(one.reason, []).append(one)
    for reason in (*REASONS, *(set(by_reason) - set(REASONS))):
        members = by_reason.get(reason, [])
        if members:
            names = ", ".join(f"{one.what} ({one.why})" if one.why else one.what for one in members[:most])
            more = f" and {len(members) - most:,} more" if len(members) > most else ""
            yield f"{len(members):,} left out, {REASONS.get(reason, reason)}: {names}{more}"
