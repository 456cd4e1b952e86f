"""A rubric's text with values changed in place, so that comments and the order of the checks stay."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from importlib import resources

from vmaudio.errors import RubricError
from vmaudio.rubric.load import Rubric

_BLOCK = re.compile(r"\s*\[\[\s*check\s*\]\]")
_TABLE = re.compile(r"\s*\[")

LARGEST = 1e9
"""Largest number that an edit may write, up or down: beyond that it is a slip of the keyboard."""


def default_rubric_text() -> str:
    """The text of the default rubric.

    Returns:
        TOML, with its comments.
    """
    return resources.files("vmaudio.rubric").joinpath("default.toml").read_text("utf-8")


def edit_rubric(text: str, rubric: Rubric, changes: Mapping[tuple[str, str], str]) -> str:
    """Change numbers and tips inside the text of a rubric.

    Args:
        text: TOML.
        rubric: What the text says, as `parse_rubric` reads it.
        changes: What was typed, by (id of the check, key). The key is "tip", "weight" or an option that is a number.

    Returns:
        The text with the changed values. A key that the check does not have yet is added below its head.

    Raises:
        RubricError: a value is not a number, a tip is empty, or a value is written over several lines.
    """
    lines = text.splitlines()
    index = {criterion.id: i for i, criterion in enumerate(rubric.criteria)}
    for (check_id, key), typed in changes.items():
        starts = [i for i, line in enumerate(lines) if _BLOCK.match(line)]
        criterion = rubric.criteria[index[check_id]]
        start = starts[index[check_id]]
        stop = next((i for i in range(start + 1, len(lines)) if _TABLE.match(lines[i])), len(lines))
        if key == "tip":
            value = _toml_text(typed)
        else:
            value = _toml_number(typed, f"{criterion.title}: {key.replace('_', ' ')}")
        at = next((i for i in range(start, stop) if re.match(rf"\s*{re.escape(key)}\s*=", lines[i])), None)
        if at is None:
            lines.insert(start + 1, f"{key} = {value}")
            continue
        left, comment = _comment_of(lines[at])
        if left.rstrip().endswith(("[", '"""', "'''")):
            raise RubricError(f"{criterion.title}: {key} is written over several lines. Change it in the text.")
        lines[at] = f"{left.split('=', 1)[0].rstrip()} = {value}{'  ' + comment if comment else ''}"
    return "\n".join(lines) + "\n"


def _comment_of(line: str) -> tuple[str, str]:
    """A line's assignment and its comment; a # inside quotes is not a comment."""
    quote = ""
    for i, sign in enumerate(line):
        if quote:
            if sign == quote and line[i - 1] != "\\":
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign == "#":
            return line[:i], line[i:]
    return line, ""


def _toml_number(typed: str, what: str) -> str:
    """A typed number as TOML writes it; a comma is taken for the decimal point."""
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        raise RubricError(f"{what} must be a number, not {typed[:40]!r}.") from None
    if math.isnan(value) or abs(value) > LARGEST:
        raise RubricError(f"{what} must be an ordinary number, not {typed[:40]!r}.")
    return f"{value:g}"


def _toml_text(typed: str) -> str:
    """A typed tip as TOML writes it, on one line."""
    text = " ".join(typed.split())
    if not text:
        raise RubricError("A tip must not be empty: say what to do instead, in one sentence.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
