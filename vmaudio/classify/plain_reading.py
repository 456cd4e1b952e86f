"""Model files read without scikit-learn: a fitted estimator of skops as plain numbers, for the estimators that `plain` knows.

Importing skops with scikit-learn takes longer than hearing a short message. What is in the file is data that this module turns
into dictionaries, lists, numbers and arrays; no class is looked up by name and nothing is called, so that a file can ask for
nothing. Whatever is not understood is refused by `NotPlain`, and the file is then read by skops.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.records import parse_json


class NotPlain(Exception):
    """The file holds something that is left to skops and scikit-learn."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """An estimator as the file describes it.

    Attributes:
        kind: its class, "StandardScaler".
        values: its attributes.
    """

    kind: str
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        """An attribute.

        Args:
            name: of it.

        Raises:
            NotPlain: there is none.
        """
        if name not in self.values:
            raise NotPlain(f"{self.kind} has no {name}")
        return self.values[name]

    def holds(self, **wanted: Any) -> None:
        """See that attributes have the values under which the plain form is the same.

        Args:
            wanted: by name.

        Raises:
            NotPlain: one has another value.
        """
        for name, value in wanted.items():
            if self[name] != value:
                raise NotPlain(f"{self.kind}: {name} is {self[name]!r}")


def read_fitted(data: bytes) -> Fitted | dict[str, Any]:
    """What a model file holds.

    Args:
        data: as skops wrote them, of a file whose SHA-256 was checked.

    Returns:
        The estimator, or several by name.

    Raises:
        NotPlain: a kind of value that is not read here.
        ValueError: no such file, or a damaged one; also KeyError, TypeError and `zipfile.BadZipFile`.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = _value(parse_json(archive.read("schema.json").decode("utf-8")), archive)
    if not isinstance(found, Fitted | dict):
        raise NotPlain(f"the file holds a {type(found).__name__}")
    return found


def _value(node: Any, archive: zipfile.ZipFile) -> Any:
    """The value of a node of skops' tree."""
    kind, module, name = node["__loader__"], node["__module__"], node["__class__"]
    if kind == "JsonNode" and node["is_json"]:
        text = node["content"]
        return int(text) if text.isascii() and text.isdigit() else parse_json(text)  # most are places in a vocabulary
    if kind == "DictNode" and name == "dict":
        return {key: _value(each, archive) for key, each in node["content"].items()}
    if kind == "ListNode" and name == "list":
        return [_value(each, archive) for each in node["content"]]
    if kind == "TupleNode" and name == "tuple":
        return tuple(_value(each, archive) for each in node["content"])
    if kind == "SliceNode":
        return slice(node["content"]["start"], node["content"]["stop"], node["content"]["step"])
    if kind == "NdArrayNode" and node["type"] == "numpy":
        return np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
    if kind == "TypeNode":
        return f"{module}.{name}"
    if kind == "DTypeNode":
        return _value(node["content"], archive).dtype
    if kind == "ObjectNode" and module.startswith("sklearn."):
        return Fitted(name, _value(node["content"], archive))
    raise NotPlain(f"{kind} of {module}.{name}")
