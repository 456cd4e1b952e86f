"""SVG as text, with everything escaped: elements, axes, and the few shapes that the pictures share.

A picture uses classes and CSS variables for its colours (see `vmaudio.plots.theme`), so the page it stands in decides about
light and dark; `standalone` adds the style for a file of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udfff]")

CHAR_PX = {10: 5.8, 11: 6.4, 12: 7.0, 13: 7.5}
"""Mean width of a character of a sans-serif face, in px by font size: that of DejaVu Sans, among the widest."""


class Svg(str):
    """Finished markup: never escaped again, also by Jinja (it looks for ``__html__``)."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def number(value: float) -> str:
    """A coordinate with at most one decimal.

    Args:
        value: Pixels.

    Returns:
        The number as short as it can be written; 0 for what is not finite.
    """
    return f"{value:.1f}".removesuffix(".0") if math.isfinite(value) else "0"


def clean(text: str) -> str:
    """Text with the characters taken out that XML does not allow, escaped.

    Args:
        text: Any text, also a stranger's.

    Returns:
        Text that is safe inside an element and inside an attribute.
    """
    return escape(_NOT_IN_XML.sub("", text), quote=True)


def el(name: str, /, *children: str, **attributes: str | float | None) -> Svg:
    """One element.

    Args:
        name: Its tag.
        *children: What is inside: `Svg` goes in as it is, any other text is escaped.
        **attributes: ``class_`` is class, ``stroke_width`` is stroke-width; None leaves an attribute out.

    Returns:
        The element.
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{clean(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = "".join(child if isinstance(child, Svg) else clean(child) for child in children)
    return Svg(f"<{name}{shown}>{inner}</{name}>" if inner else f"<{name}{shown}/>")


def group(children: Iterable[str], **attributes: str | float | None) -> Svg:
    """A <g> of finished elements.

    Args:
        children: What is inside.
        **attributes: As in `el`.

    Returns:
        The element.
    """
    return el("g", *children, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Svg:
    """A straight line; coordinates in px.

    Args:
        x1: Start, from the left.
        y1: Start, from the top.
        x2: End, from the left.
        y2: End, from the top.
        class_: The CSS class, which gives the stroke.

    Returns:
        The element.
    """
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, *children: str, rx: float | None = None) -> Svg:
    """A rectangle; lengths in px.

    Args:
        x: Left edge.
        y: Top edge.
        width: Never drawn below 0.
        height: Never drawn below 0.
        class_: The CSS class, which gives the fill.
        children: What is inside, such as a <title>.
        rx: Radius of the corners.

    Returns:
        The element.
    """
    return el("rect", *children, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), rx=rx, class_=class_)


def label(x: float, y: float, text: str, class_: str = "p-text", anchor: str | None = None) -> Svg:
    """A line of text; coordinates in px.

    Args:
        x: Where it is anchored, from the left.
        y: Its baseline, from the top.
        text: Any text; it is escaped.
        class_: The CSS class.
        anchor: "start", "middle" or "end".

    Returns:
        The element.
    """
    return el("text", text, x=x, y=y, class_=class_, text_anchor=anchor)


def path(points: Iterable[Sequence[tuple[float, float]]], class_: str, *, closed: bool = False) -> Svg:
    """One path of several strokes.

    Args:
        points: Strokes, each a list of points in px; those with fewer than two points are left out.
        class_: The CSS class.
        closed: Close each stroke?

    Returns:
        The element.
    """
    strokes = ["M" + "L".join(f"{number(x)} {number(y)}" for x, y in stroke) for stroke in points if len(stroke)]
    return el("path", d=("Z" if closed else "").join(strokes) + ("Z" if closed and strokes else ""), class_=class_)


def width_of(text: str, size: int = 11) -> float:
    """About how wide a text is, in px.

    Args:
        text: Any text.
        size: Font size in px.

    Returns:
        Pixels, rather too many than too few.
    """
    return len(text) * CHAR_PX[size]


def shorten(text: str, width: float, size: int = 11) -> str:
    """The text, cut with an ellipsis to about ``width`` px.

    Args:
        text: Any text.
        width: Room in px.
        size: Font size in px.

    Returns:
        The text, if it has room, else its beginning with an ellipsis.
    """
    most = max(int(width / CHAR_PX[size]), 1)
    return text if len(text) <= most else text[: max(most - 1, 0)].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from values to px."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        span = self.high - self.low
        return self.start + (value - self.low) / (span if span else 1.0) * (self.end - self.start)

    def inside(self, value: float) -> float:
        """The same, for a value pulled into the scale's range.

        Args:
            value: Any value.

        Returns:
            Pixels between the scale's ends.
        """
        return self(min(max(value, self.low), self.high))


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two limits, at steps of 1, 2 or 5 times a power of ten.

    Args:
        low: Lower limit.
        high: Upper limit.
        most: Most values.

    Returns:
        The values, in order.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return [low]
    raw = (high - low) / most
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw - 1e-12)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 10) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def picture(width: float, height: float, children: Iterable[str], *, title: str, class_: str = "p", **data: str | float) -> Svg:
    """The root element, to stand inside a page.

    Args:
        width: In px; the picture scales with the page.
        height: In px.
        children: What is drawn.
        title: What the picture shows, in words, for readers who do not see it.
        class_: The CSS classes.
        **data: Further attributes, as in `el`.

    Returns:
        The <svg> element.
    """
    return el(
        "svg",
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=title,
        class_=class_,
        **data,
    )
