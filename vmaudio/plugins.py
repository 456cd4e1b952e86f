"""What other packages bring: entry points of a group, found without loading any of them.

A package names what it brings in its ``pyproject.toml``, and Python's package metadata holds it once it is installed.
vmaudio's own members of a group stand in a table of the code, which its ``pyproject.toml`` repeats: so they are found even
where the metadata is missing or older than the code, and no other package can take their place.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from vmaudio.errors import PluginError

log = logging.getLogger(__name__)

OURS = "vmaudio"


@dataclass(frozen=True, slots=True)
class LazyEntry:
    """One member of a group, not yet imported.

    Args:
        group: the entry points' group, "vmaudio.transcribers".
        name: its name in the group, "archive".
        value: where it is: "module:attribute".
        distribution: name and version of the package that brings it, "vmaudio-archive 1.0.0"; "vmaudio" for ours.
        rivals: other packages that claim the same name; such an entry cannot be loaded.
    """

    group: str
    name: str
    value: str
    distribution: str
    rivals: tuple[str, ...] = ()

    def load(self) -> Any:
        """Import what the entry points to.

        Returns:
            The object, which nobody has looked at: its caller checks that it is what the group asks for.

        Raises:
            PluginError: two packages claim the name, or the import fails; the sentence names the package.
        """
        if self.rivals:
            raise PluginError(
                f"{self.name!r} of {self.group} is claimed by {' and '.join((self.distribution, *self.rivals))}. "
                "Uninstall all but one of them."
            )
        module, _, attribute = self.value.partition(":")
        try:
            found = importlib.import_module(module.strip())
            for step in filter(None, attribute.split("[")[0].strip().split(".")):
                found = getattr(found, step)
        except Exception as error:  # a stranger's module may raise anything at all
            raise self.fault(f"cannot be loaded ({type(error).__name__}: {error})") from error
        return found

    def fault(self, what: str) -> PluginError:
        """An error about this entry, to be raised.

        Args:
            what: what it did wrong, as the rest of a sentence: "cannot be loaded".

        Returns:
            The error; its sentence names the package and says what to do.
        """
        return PluginError(
            f"{self.name!r} of {self.group}, brought by {self.distribution} ({self.value}), {what}. "
            "Update or uninstall that package, or tell its authors."
        )


def load_group(group: str, shipped: Mapping[str, str] | None = None) -> dict[str, LazyEntry]:
    """The members of a group of entry points. Nothing of theirs is imported.

    The metadata of installed packages is read once per process and group.

    Args:
        group: "vmaudio.transcribers" or "vmaudio.checks".
        shipped: vmaudio's own members, name to "module:attribute". They come first, and win over a package's.

    Returns:
        Entries by name: ours in the table's order, then those of other packages by name.
    """
    ours = {name: LazyEntry(group, name, value, OURS) for name, value in (shipped or {}).items()}
    return ours | {name: entry for name, entry in installed(group, frozenset(ours)).items() if name not in ours}


@cache
def installed(group: str, reserved: frozenset[str]) -> dict[str, LazyEntry]:
    """Entries of packages other than vmaudio, by name; those with a reserved name are left out with a warning.

    Args:
        group: name of the group of entry points.
        reserved: names that only vmaudio itself may use.

    Returns:
        Entries by name. Where two packages use one name, the first by the package's name is taken, and the others are its
        rivals.
    """
    found: dict[str, LazyEntry] = {}
    for entry in sorted(importlib.metadata.entry_points(group=group), key=lambda one: (one.name, _who(one))):
        if entry.dist is not None and entry.dist.name == OURS:
            continue
        who = _who(entry)
        if entry.name in reserved:
            log.warning("%s brings %r of %s, which is vmaudio's own: vmaudio's is used", who, entry.name, group)
            continue
        first = found.get(entry.name)
        if first is None:
            found[entry.name] = LazyEntry(group, entry.name, entry.value, who)
        elif who not in (first.distribution, *first.rivals):
            found[entry.name] = LazyEntry(group, entry.name, first.value, first.distribution, (*first.rivals, who))
    return found


def _who(entry: importlib.metadata.EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else "an unknown package"
