"""What each outcome is worth to a company, and the guardrails that no arm may break: a TOML file of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio.errors import SettingError
from vmaudio.experiments.preparation import LOWER_IS_BETTER, OUTCOMES
from vmaudio.intake import shortened
from vmaudio.records import parse_toml

_SHAPE = (
    "Write [values] with lines such as sale = 400 or complaint = -150, and [guardrails] with lines such as complaint = 0.02."
)


MOST_VALUE = 1e15
"""No outcome is worth more, in any unit."""


@dataclass(frozen=True, slots=True)
class Values:
    """What outcomes are worth.

    Attributes:
        values: what one of each is worth, by outcome; below 0 for what costs.
        guardrails: by outcome a share from 0 to 1: no more than this for complaints and wrong persons, no less for the others.
        unit: what the values are in, such as "EUR"; "" where nobody said.
    """

    values: Mapping[str, float]
    guardrails: Mapping[str, float]
    unit: str = ""

    @property
    def unit_words(self) -> str:
        """The unit in brackets, after a space; empty without one."""
        return f" ({self.unit})" if self.unit else ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"values": dict(self.values), "guardrails": dict(self.guardrails), "unit": self.unit}


def read_values(path: str | Path) -> Values:
    """Read a file of values.

    Args:
        path: a TOML file with ``[values]``, and optionally ``[guardrails]`` and ``unit``.

    Returns:
        The values.

    Raises:
        SettingError: it cannot be read, names no outcome, or holds a value that makes no sense.
    """
    try:
        data = parse_toml(Path(path).read_text("utf-8"))
    except OSError as error:
        raise SettingError(f"{path}: cannot be read ({error.strerror}). Give the path of a TOML file. {_SHAPE}") from error
    except ValueError as error:
        raise SettingError(f"{path}: is not TOML ({error}). {_SHAPE}") from error
    if extra := sorted(set(data) - {"values", "guardrails", "unit"}):
        raise SettingError(f"{path}: {shortened(extra[0])} is not known. {_SHAPE}")
    unit = data.get("unit", "")
    if not isinstance(unit, str):
        raise SettingError(f'{path}: unit must be text, such as unit = "EUR".')
    values, guardrails = _numbers(path, data, "values"), _numbers(path, data, "guardrails")
    if not values:
        raise SettingError(f"{path}: no outcome has a value. {_SHAPE}")
    for name, value in values.items():
        if name in LOWER_IS_BETTER and value > 0:
            raise SettingError(
                f"{path}: a {name} is worth {value:g}, more than 0; fewer are better. Write {name} = {-value:g}."
            )
    for name, value in guardrails.items():
        if not 0 <= value <= 1:
            raise SettingError(f"{path}: the guardrail {name} = {value:g} is no share from 0 to 1; 2 % is 0.02.")
    return Values(values, guardrails, unit)


def _numbers(path: str | Path, data: Mapping[str, Any], table: str) -> dict[str, float]:
    found = data.get(table, {})
    if not isinstance(found, dict):
        raise SettingError(f"{path}: [{table}] must be a table. {_SHAPE}")
    for name, value in found.items():
        if name not in OUTCOMES:
            raise SettingError(
                f"{path}: [{table}] has {shortened(name)}, which is no outcome. Outcomes: {', '.join(OUTCOMES)}."
            )
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= MOST_VALUE:
            shown = shortened(value) if isinstance(value, str) else "what stands there"
            raise SettingError(f"{path}: {name} in [{table}]: {shown} is no number, or one beyond {MOST_VALUE:g}.")
    return {name: float(value) for name, value in found.items()}
