"""Rubrics: TOML files that a coach can edit, read with the line and the cause of every fault."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from vmaudio.errors import RubricError
from vmaudio.features import CATALOGUE
from vmaudio.records import APPROACHES, parse_toml
from vmaudio.rubric.bands import Bands
from vmaudio.rubric.checks import check_names, find_check
from vmaudio.rubric.criterion import Criterion, Question, Value

LARGEST = 1e9
"""Largest number of a rubric, up or down: beyond that it is a slip of the keyboard."""

_TEXTS = ("id", "title", "test", "tip", "source")
_COMMON = {*_TEXTS, "weight", "disputed", "na_for"}


@dataclass(frozen=True, slots=True)
class Rubric:
    """What messages are scored by.

    Attributes:
        rubric_id: its name and the first eight figures of its text's SHA-256, so an edit is a new rubric.
        title: its heading for people.
        criteria: its checks, in the order of the file.
        strong: least points (0 to 100) of a strong message.
        fair: least points of a fair one.
        not_for: approaches that get no points.
        not_for_probability: how sure the approach model must be of such an approach, 0 to 1.
        weak_without: ids of checks without which a message is weak, whatever its points.
        strong_needs: ids of checks without which a message is fair at most, whatever its points.
        strong_heard: the same of checks that must have been heard to pass, so that doubt is not enough for praise.
    """

    rubric_id: str
    title: str
    criteria: tuple[Criterion, ...]
    strong: float
    fair: float
    not_for: tuple[str, ...] = ()
    not_for_probability: float = 0.6
    weak_without: tuple[str, ...] = ()
    strong_needs: tuple[str, ...] = ()
    strong_heard: tuple[str, ...] = ()

    @property
    def bands(self) -> Bands:
        """What makes a message strong, fair or weak."""
        return Bands(self.strong, self.fair, self.weak_without, self.strong_needs, self.strong_heard)


def load_rubric(path: Path | str | None = None) -> Rubric:
    """Read a rubric file.

    Args:
        path: a TOML file; None, "" and "default" are the one that ships.

    Returns:
        The rubric, checked: every check has a test that exists, with the options that it needs.

    Raises:
        RubricError: no such file, no TOML, or a fault in it; the sentence names file, line and cause.
        PluginError: a check that it uses comes from a package that cannot be used.
    """
    if not path or path == "default":
        return parse_rubric(resources.files("vmaudio.rubric").joinpath("default.toml").read_text("utf-8"), "default.toml")
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise RubricError(
            f"{path}: the rubric cannot be read ({error.strerror or error}). Give the path of a TOML file."
        ) from error
    except UnicodeDecodeError as error:
        raise RubricError(f"{path}: the rubric is not UTF-8 text. Save it as UTF-8.") from error
    return parse_rubric(text, str(path))


def parse_rubric(text: str, name: str) -> Rubric:
    """Turn the text of a rubric into a Rubric.

    Args:
        text: TOML.
        name: of the file, for messages; the rubric's id where the text gives none.

    Raises:
        RubricError: a fault, with its line.
        PluginError: a check that it uses comes from a package that cannot be used.
    """
    try:
        data = parse_toml(text)
    except tomllib.TOMLDecodeError as error:
        where = str(error).replace("at end of document", f"at line {len(text.splitlines())}, the end")
        raise RubricError(f"{name}: {where}. Mend that line; the file must be TOML.") from error
    reader = _Reader(name, text.splitlines())
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    known = {"id", "title", "version", "not_for", "not_for_probability", "bands", "check"}
    reader.unknown(data, known, -1)
    bands = reader.table(data, "bands", {"strong": 80, "fair": 60})
    reader.unknown(bands, {"strong", "fair", "weak_without", "strong_needs", "strong_heard"}, -1)
    strong, fair = (reader.number(bands.get(key, default), key, -1) for key, default in (("strong", 80), ("fair", 60)))
    if not 0 <= fair <= strong <= 100:
        reader.fail(-1, "strong", "bands must be 0 <= fair <= strong <= 100")
    checks = data.get("check", [])
    if not isinstance(checks, list) or not checks or not all(isinstance(check, dict) for check in checks):
        reader.fail(-1, "check", "a rubric needs at least one [[check]]")
    criteria = tuple(reader.criterion(check, index) for index, check in enumerate(checks))
    seen: set[str] = set()
    for index, criterion in enumerate(criteria):
        if criterion.id in seen:
            reader.fail(index, "id", f"the id {criterion.id!r} is used twice")
        seen.add(criterion.id)
    if not any(criterion.weight > 0 for criterion in criteria):
        reader.fail(0, "weight", "at least one weight must be above 0")
    weak_without, strong_needs, strong_heard = (
        reader.words(bands.get(key, []), key, -1, tuple(seen)) for key in ("weak_without", "strong_needs", "strong_heard")
    )
    return Rubric(
        rubric_id=f"{data.get('id', Path(name).stem)}@{digest}",
        title=str(data.get("title", data.get("id", name))),
        criteria=criteria,
        strong=strong,
        fair=fair,
        not_for=reader.words(data.get("not_for", []), "not_for", -1, APPROACHES),
        not_for_probability=reader.number(data.get("not_for_probability", 0.6), "not_for_probability", -1),
        weak_without=weak_without,
        strong_needs=strong_needs,
        strong_heard=strong_heard,
    )


class _Reader:
    """Checks values and knows on which line a key of the n-th [[check]] stands."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines
        self.starts = [i for i, line in enumerate(lines) if re.match(r"\[\[\s*check\s*\]\]", line.lstrip())]

    def fail(self, index: int, key: str, cause: str) -> None:
        start = self.starts[index] if 0 <= index < len(self.starts) else 0
        stop = self.starts[index + 1] if 0 <= index + 1 < len(self.starts) else len(self.lines)
        begins = re.compile(rf"{re.escape(key)}\b")
        at = next((i for i in range(start, stop) if begins.match(self.lines[i].lstrip("[ \t"))), start)
        raise RubricError(f"{self.name}, line {at + 1}: {cause}.")

    def unknown(self, table: Mapping[str, Any], known: set[str], index: int) -> None:
        for key in table:
            if key not in known:
                self.fail(index, key, f"{key!r} is not known here; known are {', '.join(sorted(known))}")

    def table(self, data: Mapping[str, Any], key: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
        value = data.get(key, default)
        if not isinstance(value, dict):
            self.fail(-1, key, f"{key} must be a table, written [{key}]")
        return value

    def number(self, value: Any, key: str, index: int) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fail(index, key, f"{key} must be a number, not {value!r}")
        if not abs(value) <= LARGEST:  # nan, inf, and whole numbers that are no float
            self.fail(index, key, f"{key} must be an ordinary number")
        return float(value)

    def words(self, value: Any, key: str, index: int, allowed: tuple[str, ...] | None = None) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(index, key, f'{key} must be a list of words, such as ["a", "b"]')
        for item in value:
            if allowed and item not in allowed:
                self.fail(index, key, f"{item!r} in {key} is not one of {', '.join(allowed)}")
        return tuple(value)

    def criterion(self, check: Mapping[str, Any], index: int) -> Criterion:
        for key in ("id", "test", "weight", "tip"):
            if key not in check:
                self.fail(index, "[check", f"this [[check]] has no {key}")
        for key in _TEXTS:
            if not isinstance(check.get(key, ""), str) or (key in ("id", "tip") and not check[key].strip()):
                self.fail(index, key, f"{key} must be text")
        if check["test"] not in check_names():
            self.fail(index, "test", f"there is no test {check['test']!r}; there are {', '.join(check_names())}")
        question = find_check(check["test"]).question
        self.unknown(check, _COMMON | set(question.options), index)
        weight = self.number(check["weight"], "weight", index)
        if weight < 0:
            self.fail(index, "weight", "a weight must not be below 0")
        options = self.options(check, question, index)
        disputed = check.get("disputed", False)
        if not isinstance(disputed, bool):
            self.fail(index, "disputed", "disputed must be true or false")
        return Criterion(
            id=check["id"],
            title=check.get("title", check["id"]),
            test=question.name,
            weight=weight,
            tip=check["tip"],
            options=options,
            source=check.get("source", ""),
            disputed=disputed,
            na_for=self.words(check.get("na_for", []), "na_for", index, APPROACHES),
        )

    def options(self, check: Mapping[str, Any], question: Question, index: int) -> dict[str, Value]:
        """The values that the rubric gives a question, each of the type of the question's example."""
        options: dict[str, Value] = {}
        for key, example in question.options.items():
            if key not in check:
                if key not in question.optional:
                    self.fail(index, "[check", f"the test {question.name!r} needs {key}, such as {key} = {example!r}")
                continue
            if isinstance(example, tuple):
                options[key] = self.words(check[key], key, index, question.choices.get(key))
            elif isinstance(example, str):
                options[key] = self.text(check[key], key, index)
            else:
                options[key] = self.number(check[key], key, index)
        if question.one_of and not any(key in options for key in question.one_of):
            several = ", ".join(question.one_of) + (" or both" if len(question.one_of) == 2 else "")
            self.fail(index, "test", f"the test {question.name!r} needs {several}")
        return options

    def text(self, value: Any, key: str, index: int) -> str:
        """An option that is a text; one called "feature" names a number of the catalogue."""
        if key == "feature" and (not isinstance(value, str) or value not in CATALOGUE or not CATALOGUE[value].is_number):
            self.fail(index, key, f"{value!r} is not a number in the feature catalogue")
        if not isinstance(value, str):
            self.fail(index, key, f"{key} must be text, not {value!r}")
        return str(value)
