"""What else is in a file beside the message: ring, greeting, tones, menus, as fields in the picture of a message."""

from __future__ import annotations

import math
from collections.abc import Sequence

from vmaudio.plots.svg import Scale, Svg, el, label, rect, width_of
from vmaudio.records import FileSpan

SPAN_NAMES = {
    "ring": "ring", "answer": "answered", "greeting": "greeting", "record_tone": "record tone", "message": "message",
    "other_message": "another message", "menu": "menu", "tone": "tone", "hang_up": "hung up", "overlap": "both speak",
}  # fmt: skip
"""Words for the kinds of `vmaudio.records.SPAN_KINDS`."""


def other_spans(spans: Sequence[FileSpan], time: Scale, rows: tuple[float, float]) -> list[Svg]:
    """A field with its name for each stretch that is not the message.

    Args:
        spans: what lies where in the file.
        time: seconds to px.
        rows: upper and lower edge of the fields, in px.
    """
    drawn = []
    top, bottom = rows
    for span in spans:
        if span.kind == "message" or not (math.isfinite(span.start_s) and math.isfinite(span.end_s)):
            continue
        x, end, name = time.inside(span.start_s), time.inside(span.end_s), SPAN_NAMES[span.kind]
        tip = el("title", f"{name}, {span.start_s:.1f} to {span.end_s:.1f} s ({100 * span.confidence:.0f} % sure): {span.why}")
        drawn.append(rect(x, top, max(end - x, 1.5), bottom - top, f"p-pause p-span-{span.kind}", tip))
        if span.kind == "overlap" or end - x < width_of(name, 10) - 4:
            continue
        drawn.append(label((x + end) / 2, top + 22, name, "p-small", "middle"))
    return drawn
