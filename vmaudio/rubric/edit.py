"""A rubric's text with values changed in place, so that comments and the order of the checks stay."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from importlib import resources

from vmaudio.errors import RubricError
from vmaudio.rubric.load import LARGEST, Rubric

_BLOCK = re.compile(r"\[\[\s*check\s*\]\]")


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
    before, blocks = _blocks(text.splitlines())
    index = {criterion.id: i for i, criterion in enumerate(rubric.criteria)}
    for (check_id, key), typed in changes.items():
        criterion = rubric.criteria[index[check_id]]
        if key == "tip":
            value = _toml_text(typed)
        else:
            value = _toml_number(typed, f"{criterion.title}: {key.replace('_', ' ')}")
        _set(blocks[index[check_id]], key, value, criterion.title)
    return "\n".join([*before, *(line for block in blocks for line in block)]) + "\n"


def _blocks(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    """The lines before the first check, and those of each check up to the next one. Each line is looked at once: a text may
    have a hundred thousand empty ones."""
    before: list[str] = []
    blocks: list[list[str]] = []
    for line in lines:
        if _BLOCK.match(line.lstrip()):
            blocks.append([])
        (blocks[-1] if blocks else before).append(line)
    return before, blocks


def _set(block: list[str], key: str, value: str, title: str) -> None:
    """Write a key's new value into a check's lines, in place."""
    begins = re.compile(rf"{re.escape(key)}\s*=")
    for i, line in enumerate(block):
        bare = line.lstrip()
        if i and bare.startswith("["):  # a table of another kind, which may have a key of this name
            break
        if bare and begins.match(bare):
            left, comment = _comment_of(line)
            if left.rstrip().endswith(("[", '"""', "'''")):
                raise RubricError(f"{title}: {key} is written over several lines. Change it in the text.")
            block[i] = f"{left.split('=', 1)[0].rstrip()} = {value}{'  ' + comment if comment else ''}"
            return
    block.insert(1, f"{key} = {value}")


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
