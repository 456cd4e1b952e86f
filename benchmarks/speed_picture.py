"""The picture of `benchmarks.speed`: bars of seconds of audio per second, by instruction set and engine."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

_BAR, _GAP, _LEFT, _WIDTH = 16, 6, 230, 520
_COLOURS = {"analysis": "#1d6f8a", "words": "#58a4bd"}


def picture(pieces: Sequence[dict[str, Any]]) -> str:
    """Draw the pieces.

    Args:
        pieces: of `benchmarks.speed`, one for each engine, model, instruction set and number of threads.

    Returns:
        An SVG.
    """
    order = sorted(pieces, key=lambda one: (one["model"], one["isa"], one["threads"], one["wall_s"]))
    top = max((one["audio_s"] / one["wall_s"] for one in order), default=1.0)
    parts, y, before = [], 20, None
    for one in order:
        group = one["model"], one["isa"], one["threads"]
        if group != before:
            y += 24
            head = f"{one['model']}, {one['isa']}, {one['threads']} threads"
            parts.append(f'<text x="10" y="{y - 8}" font-weight="bold">{escape(head)}</text>')
            before = group
        speed = one["audio_s"] / one["wall_s"]
        width = (_WIDTH - 60) * speed / top
        parts.append(f'<text x="{_LEFT - 8}" y="{y + _BAR - 4}" text-anchor="end">{escape(one["engine"])}</text>')
        colour = _COLOURS.get(one["engine"], "#b9b9b9")
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>')
        parts.append(f'<text x="{_LEFT + width + 5:.1f}" y="{y + _BAR - 4}">{speed:.1f}</text>')
        y += _BAR + _GAP
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH}" height="{y + 10}" font-family="sans-serif"'
        f' font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f'<text x="10" y="18">Seconds of audio per second (dark: the whole analysis)</text>{"".join(parts)}</svg>\n'
    )
