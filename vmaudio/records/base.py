"""The base of the stored records: a frozen dataclass that turns to plain JSON values and back.

Units are in the field names; times are seconds from the start of the file. ``to_dict`` gives plain JSON values (NaN as
None, tuples as lists); ``from_dict`` is its inverse and ignores keys that it does not know, so that an older program
reads a newer file as far as it can.
"""

from __future__ import annotations

import dataclasses
import math
import operator
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Self

_AS_IS = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    kind = type(value)  # of the usual kinds one look is enough: a message holds thousands of numbers
    if kind in _AS_IS:
        return value
    if kind is tuple or kind is list:
        return _numbers(value)
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return _numbers(value)
    return value


def _numbers(values: tuple[Any, ...] | list[Any]) -> list[Any]:
    """A list; one of finite numbers alone, as a contour is, is not looked at number by number: their sum is finite too."""
    if values and type(values[0]) is float:
        try:
            if math.isfinite(sum(values)):
                return list(values)
        except TypeError:
            pass  # something else is among them
    return _list(values)


def _list(values: Iterable[Any]) -> list[Any]:
    return [
        value
        if (kind := type(value)) in _AS_IS
        else (value if math.isfinite(value) else None)
        if kind is float
        else _plain(value)
        for value in values
    ]


@cache
def _shown(cls: type[Record]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Names of what is written of a record, and what gets the values."""
    names = (*(f.name for f in dataclasses.fields(cls)), *cls._derived)  # type: ignore[arg-type]
    if len(names) > 1:
        return names, operator.attrgetter(*names)
    return names, lambda one: tuple(getattr(one, name) for name in names)


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
    if origin is tuple and args[0] is float:
        return lambda value: tuple(map(float, value)) if None not in value else tuple(map(_reader(float), value))
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
        names, values = _shown(type(self))  # type: ignore[arg-type]
        made = dict(zip(names, _list(values(self)), strict=True))
        for name in self._if_set:
            if not getattr(self, name):
                del made[name]
        return made

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
