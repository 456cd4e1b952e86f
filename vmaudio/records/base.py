"""The base of the stored records: a frozen dataclass that turns to plain JSON values and back.

Units are in the field names; times are seconds from the start of the file. ``to_dict`` gives plain JSON values (NaN as
None, tuples as lists); ``from_dict`` is its inverse and ignores keys that it does not know, so that an older program
reads a newer file as far as it can.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """How a value of this type is read back. Worked out once per type: a stored Analysis holds thousands of values."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if type(None) not in args:
            return lambda value: math.nan if value is None else value
        inner = _reader(next(arg for arg in args if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict
    if hint is float:
        return lambda value: math.nan if value is None else float(value)
    if origin is tuple:
        item = _reader(args[0])
        return lambda value: tuple(map(item, value))
    if origin is not None and issubclass(origin, Mapping):
        item = _reader(args[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    return lambda value: value


@cache
def _readers(cls: type) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((f.name, _reader(hints[f.name])) for f in dataclasses.fields(cls))


class Record:
    """Base of the records that are stored: a dataclass that turns to plain JSON values and back."""

    __slots__ = ()
    _derived: ClassVar[tuple[str, ...]] = ()  # properties shown in JSON, not read back
    _if_set: ClassVar[tuple[str, ...]] = ()  # fields that JSON has only where they are not empty

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinities become None."""
        names = [f.name for f in dataclasses.fields(self)]  # type: ignore[arg-type]
        shown = [name for name in names if name not in self._if_set or getattr(self, name)] if self._if_set else names
        return {name: _plain(getattr(self, name)) for name in (*shown, *self._derived)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the record from ``to_dict``'s output. Missing keys take their defaults; unknown keys are ignored.

        Args:
            data: JSON values by field name.
        """
        return cls(**{name: read(data[name]) for name, read in _readers(cls) if name in data})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Span(Record):
    """A stretch of time, in seconds from the start of the file."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s
