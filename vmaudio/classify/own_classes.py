"""Parts and approaches of a team's own, beside ours: declared once in a TOML file, then labelled, trained and shown like ours.

    language = "es"

    [parts.motivo]
    title = "motivo"
    meaning = "Dicen por qué esta persona, por qué ahora."
    examples = ["Vi que abrieron una segunda tienda.", "Su permiso salió el lunes."]
    role = "reason"

    [approaches.event]
    meaning = "Invites the listener to an event."
    examples = ["We have a breakfast for roofers on the ninth.", "There is a chair with your name on it."]

The setting ``classes`` (``VMAUDIO_CLASSES``) names the file. A model that was trained with it remembers its classes, and needs
the file no more (`vmaudio.classify.model_classes`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio import settings
from vmaudio.errors import SettingError
from vmaudio.records import APPROACH_CLASSES, APPROACHES, PART_CLASSES, PARTS, parse_toml

FEWEST_EXAMPLES = 2
"""A class without examples is labelled differently by each annotator."""
MOST_CLASSES = 40
"""Of each kind; nobody keeps more apart, and every one needs examples by several reps."""
MOST_EXAMPLES, LONGEST_TITLE, LONGEST_TEXT = 50, 40, 400
"""Examples of a class; characters of a title, and of a meaning or an example."""
LARGEST_FILE = 1_000_000
"""Bytes of a file of classes."""

ENGLISH = "en"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# begins with a letter or a figure, so that no spreadsheet takes it for a formula
_TITLE = re.compile(r"[^\W_].*")
_OURS: Mapping[str, tuple[str, ...]] = {"parts": PARTS, "approaches": APPROACHES}
_TAKEN: Mapping[str, frozenset[str]] = {
    "parts": frozenset({*PARTS, "missed"}),  # the answer for a piece that was not recognised
    "approaches": frozenset({*APPROACHES, "unclear"}),
}
_TITLES: Mapping[str, frozenset[str]] = {
    "parts": frozenset(one.title for one in PART_CLASSES),
    "approaches": frozenset({*(one.title for one in APPROACH_CLASSES), "not sure"}),
}
_KEYS = ("title", "meaning", "examples", "role")


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class of a team's own.

    Attributes:
        name: the label: lower case, with underscores.
        title: as people read it.
        meaning: a sentence, for the label guide.
        examples: what is said in such a part or message.
        role: the class of ours that it counts as for checks and colours; "" for none.
    """

    name: str
    title: str
    meaning: str
    examples: tuple[str, ...]
    role: str = ""


@dataclass(frozen=True, slots=True)
class OwnClasses:
    """What a file of own classes declares, or a model remembers.

    Attributes:
        language: two-letter code of the language of the texts.
        parts: in the order of the file.
        approaches: in the order of the file.
    """

    language: str = ENGLISH
    parts: tuple[OwnClass, ...] = ()
    approaches: tuple[OwnClass, ...] = ()


NONE_OWN = OwnClasses()
"""Ours alone, in English."""


def declared_classes(path: str | None = None) -> OwnClasses:
    """What the file of own classes declares.

    Args:
        path: of the file; None is the setting ``classes``, and where that is empty there are none.

    Returns:
        The classes and the language of their texts.

    Raises:
        SettingError: the file cannot be read, or has faults; all of them are named.
    """
    given = str(settings.get("classes", path))
    if not given:
        return NONE_OWN
    file = Path(given).expanduser()
    try:
        about = file.stat()
        return _read(str(file), about.st_mtime_ns, about.st_size)
    except OSError as error:
        raise SettingError(
            f"{file}: the file of own classes cannot be read ({error.strerror}). Give the path of a TOML file."
        ) from None


def known_parts(path: str | None = None) -> tuple[str, ...]:
    """Our parts, then the team's own.

    Args:
        path: as in `declared_classes`.

    Raises:
        SettingError: as in `declared_classes`.
    """
    return (*PARTS, *(one.name for one in declared_classes(path).parts))


def known_approaches(path: str | None = None) -> tuple[str, ...]:
    """Our approaches, then the team's own.

    Args:
        path: as in `declared_classes`.

    Raises:
        SettingError: as in `declared_classes`.
    """
    return (*APPROACHES, *(one.name for one in declared_classes(path).approaches))


@functools.lru_cache(maxsize=8)
def _read(path: str, changed: int, size: int) -> OwnClasses:
    if size > LARGEST_FILE:
        raise SettingError(f"{path}: is larger than {LARGEST_FILE:,} bytes, so it is no file of classes. Give a TOML file.")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise SettingError(f"{path}: is not UTF-8 text. Save it as UTF-8.") from None
    try:
        found = parse_toml(text)
    except ValueError as error:
        raise SettingError(f"{path}: is no TOML that can be read ({error}). Correct that line.") from None
    made, faults = classes_of(found)
    if faults:
        told = "; ".join(f"{_line(text, key)}{fault}" for key, fault in faults)
        raise SettingError(f"{path}: {told}. Correct the file; docs/own-classes.md shows one.")
    return made


def _line(text: str, key: str) -> str:
    """Where a table or a key of the file begins, as "line 3: "; "" where it is not found."""
    begins = re.compile(rf"\s*(?:\[\s*{re.escape(key)}\s*\]|{re.escape(key)}\s*=)")
    at = next((n for n, line in enumerate(text.splitlines(), start=1) if begins.match(line)), None)
    return "" if at is None else f"line {at}: "


def classes_of(found: Mapping[str, Any]) -> tuple[OwnClasses, list[tuple[str, str]]]:
    """Check what a file declares, or a model remembers.

    Args:
        found: ``language``, ``parts`` and ``approaches``, each of which may be absent.

    Returns:
        The classes without fault; and the faults, each with the key where it lies.
    """
    faults = [
        (str(key), f"{str(key)[:60]!r} is not understood; there are language, [parts.NAME] and [approaches.NAME]")
        for key in found
        if key not in ("language", *_OURS)
    ]
    language = found.get("language", ENGLISH)
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        faults.append(("language", f"the language {str(language)[:20]!r} is no code of two letters, such as 'es'"))
        language = ENGLISH
    made: dict[str, tuple[OwnClass, ...]] = {}
    for kind in _OURS:
        declared = found.get(kind, {})
        if not isinstance(declared, dict):
            faults.append((kind, f"{kind!r} is no table; a class is declared as [{kind}.NAME]"))
            declared = {}
        if len(declared) > MOST_CLASSES:
            faults.append((kind, f"{len(declared)} {kind} are declared, and {MOST_CLASSES} are the most"))
        good = []
        for name, about in declared.items():
            wrong = list(_faults(kind, name, about))
            faults += [(f"{kind}.{name}", fault) for fault in wrong]
            if not wrong:
                good.append(_made(name, about))
        titles = [one.title.casefold() for one in good]
        twice = sorted({title for title in titles if titles.count(title) > 1 or title in _TITLES[kind]})
        faults += [(kind, f"the title {title!r} is that of another of the {kind}") for title in twice]
        made[kind] = tuple(good)
    if not faults and not any(made.values()) and "language" not in found:
        faults.append(("", "it declares no class"))
    return OwnClasses(language, made["parts"], made["approaches"]), faults


def _faults(kind: str, name: str, about: Any) -> Iterator[str]:
    shown = name[:60]
    if not _NAME.fullmatch(name) or name in _TAKEN[kind]:
        yield f"{shown!r} is one of ours, or no name (2 to 40 lower case letters, figures, underscores)"
        return
    if not isinstance(about, dict):
        yield f"{shown} is no table; write [{kind}.{shown}]"
        return
    for key in about:
        if key not in _KEYS:
            yield f"{shown} has the key {str(key)[:60]!r}, which is not understood; there are {', '.join(_KEYS)}"
    title, meaning, examples, role = (about.get(key) for key in _KEYS)
    if title is not None and (not _is_text(title, LONGEST_TITLE) or not _TITLE.fullmatch(title.strip())):
        yield f"{shown} has a title that is no text of 1 to {LONGEST_TITLE} characters that begins with a letter"
    if not _is_text(meaning):
        yield f"{shown} has no meaning: a sentence of at most {LONGEST_TEXT} characters"
    if not isinstance(examples, (list, tuple)) or not all(map(_is_text, examples)):
        yield f"{shown} has examples that are no list of texts of at most {LONGEST_TEXT} characters"
    elif not FEWEST_EXAMPLES <= len(set(examples)) <= MOST_EXAMPLES:
        yield f"{shown} needs {FEWEST_EXAMPLES} examples or more, at most {MOST_EXAMPLES}, all different"
    if role not in (None, "", *_OURS[kind]):
        yield f"{shown} has the role {str(role)[:60]!r}, which is none of ours: {', '.join(_OURS[kind])}"


def _is_text(value: Any, longest: int = LONGEST_TEXT) -> bool:
    """Whether a value is printable text in one line."""
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest and value.isprintable()


def _made(name: str, about: Mapping[str, Any]) -> OwnClass:
    title = str(about.get("title") or name.replace("_", " ")).strip()
    return OwnClass(name, title, str(about["meaning"]).strip(), tuple(about["examples"]), str(about.get("role") or ""))
