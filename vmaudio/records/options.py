"""Thresholds as fields of frozen dataclasses: each says its unit, where the number comes from and on what it was tuned.

A stage takes one such dataclass (`VadOptions`, `PauseOptions` ...) with a default for everything. What differs from the
defaults goes into the key under which a result is stored (`changed_options`), so that results of other thresholds are never
mixed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any


def threshold(default: Any, meaning: str, *, unit: str = "", source: str = "", tuned_on: str = "") -> Any:
    """A field of an options dataclass.

    Args:
        default: the value that is used unless another is passed.
        meaning: one sentence: what it decides.
        unit: "s", "dB", "dBFS", "Hz", "st", "share", "nats" ...; empty for counts and words.
        source: where the number comes from: a paper, a standard, a benchmark row, "our default".
        tuned_on: the data that it was chosen on; empty where nothing was tuned.

    Returns:
        A `dataclasses.field` with these as metadata, which the reference of options is generated from.
    """
    metadata = {"meaning": meaning, "unit": unit, "source": source, "tuned_on": tuned_on}
    return dataclasses.field(default=default, metadata=metadata)


def option_fields(options: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any, dataclasses.Field[Any]]]:
    """Every value in an options dataclass and in the dataclasses inside it.

    Args:
        options: an options dataclass.
        prefix: put before the names, "vad.".

    Yields:
        Dotted name ("vad.min_pause_s"), the value, the default, and the field with its metadata.
    """
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        name = f"{prefix}{field.name}"
        if dataclasses.is_dataclass(value):
            yield from option_fields(value, f"{name}.")
        else:
            default = field.default if field.default is not dataclasses.MISSING else None
            if field.default_factory is not dataclasses.MISSING:
                default = field.default_factory()
            yield name, value, default, field


def changed_options(options: Any) -> dict[str, Any]:
    """The values that differ from their defaults, by dotted name; empty for an options dataclass as it comes.

    Args:
        options: an options dataclass.

    Returns:
        Values by dotted name, as `option_fields` gives them.
    """
    return {name: value for name, value, default, _ in option_fields(options) if value != default}
