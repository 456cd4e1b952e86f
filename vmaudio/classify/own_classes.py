"""Approaches of a team's own, beside ours: declared once in a TOML file, then labelled, trained, evaluated and shown like ours.

    [approaches.event]
    meaning = "Invites the listener to an event."
    examples = ["We have a breakfast for roofers on the ninth, and a chair with your name on it."]

The setting ``classes`` (``VMAUDIO_CLASSES``) names the file. A model that was trained with it remembers its classes, and needs
the file no more.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vmaudio import settings
from vmaudio.classify.model_folder import Model
from vmaudio.errors import SettingError
from vmaudio.records import APPROACHES, parse_toml

FEWEST_EXAMPLES = 2
"""A class without examples is labelled differently by each annotator."""

_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_TAKEN = frozenset({*APPROACHES, "unclear"})


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class of a team's own.

    Attributes:
        name: lower case, with underscores.
        meaning: a sentence, for the label guide.
        examples: what is said in such a message.
    """

    name: str
    meaning: str
    examples: tuple[str, ...]


def own_approaches(path: str | None = None) -> Mapping[str, OwnClass]:
    """The approaches that the file of own classes declares.

    Args:
        path: of the file; None is the setting ``classes``, and where that is empty there are none.

    Returns:
        Classes by name, in the order of the file.

    Raises:
        SettingError: the file cannot be read, or a class of it has a fault; all of them are named.
    """
    given = str(settings.get("classes", path))
    if not given:
        return {}
    file = Path(given).expanduser()
    try:
        return _read(str(file), file.stat().st_mtime_ns)
    except OSError as error:
        raise SettingError(f"{file}: the file of own classes cannot be read ({error.strerror}).") from None


def known_approaches(path: str | None = None) -> tuple[str, ...]:
    """Our approaches, then the team's own.

    Args:
        path: as in `own_approaches`.

    Raises:
        SettingError: as in `own_approaches`.
    """
    return (*APPROACHES, *own_approaches(path))


def approaches_of(model: Model) -> tuple[str, ...]:
    """The approaches that an approach model knows, in the order of its probabilities.

    Args:
        model: the approach model.
    """
    return tuple(model.meta.get("labels") or APPROACHES)


@functools.lru_cache(maxsize=8)
def _read(path: str, changed: int) -> Mapping[str, OwnClass]:
    try:
        found = parse_toml(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingError(f"{path}: is no TOML that can be read ({error}).") from None
    faults = [f"{key!r} is not understood; classes stand under [approaches.NAME]" for key in found if key != "approaches"]
    classes: dict[str, OwnClass] = {}
    declared = found.get("approaches")
    for name, about in (declared if isinstance(declared, dict) else {}).items():
        examples = about.get("examples") if isinstance(about, dict) else None
        meaning = about.get("meaning") if isinstance(about, dict) else None
        if not _NAME.fullmatch(name) or name in _TAKEN:
            faults.append(f"{name[:60]!r} is one of ours, or no name (lower case letters, figures, underscores)")
        elif not isinstance(meaning, str) or not meaning.strip():
            faults.append(f"{name} has no meaning")
        elif not isinstance(examples, list) or len([one for one in examples if isinstance(one, str)]) < FEWEST_EXAMPLES:
            faults.append(f"{name} needs {FEWEST_EXAMPLES} examples or more")
        else:
            classes[name] = OwnClass(name, meaning.strip(), tuple(str(one) for one in examples))
    if not classes and not faults:
        faults.append("it declares no class")
    if faults:
        raise SettingError(f"{path}: " + "; ".join(faults) + ".")
    return classes
