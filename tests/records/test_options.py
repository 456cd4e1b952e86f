"""Options: thresholds with unit and source, and what differs from the defaults."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vmaudio.records import changed_options, option_fields, threshold


@dataclass(frozen=True)
class Inner:
    """One stage."""

    gap_s: float = threshold(0.25, "Shorter silences are no pauses.", unit="s", source="our default", tuned_on="nothing")
    words: tuple[str, ...] = ("um",)


@dataclass(frozen=True)
class Outer:
    """All stages."""

    inner: Inner = field(default_factory=Inner)
    most: int = threshold(3, "At most so many.")


def test_fields_carry_their_meaning():
    """Dotted names, values, defaults and metadata, inner dataclasses included."""
    found = {name: (value, default, info.metadata.get("unit")) for name, value, default, info in option_fields(Outer(most=5))}
    assert found == {"inner.gap_s": (0.25, 0.25, "s"), "inner.words": (("um",), ("um",), None), "most": (5, 3, "")}


def test_only_what_differs_is_told():
    """An untouched dataclass changes nothing; a changed inner value is named by its path."""
    assert changed_options(Outer()) == {}
    assert changed_options(replace(Outer(), inner=Inner(gap_s=0.3))) == {"inner.gap_s": 0.3}
