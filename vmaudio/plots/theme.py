"""Colours and type of the pictures, for light, dark and paper.

The hues are those of Okabe and Ito (2008), chosen to stay apart for colour-blind eyes; they are darkened on white or
lightened on black where text needs contrast. No meaning rests on colour alone: parts are named, verdicts carry a sign.
"""

from __future__ import annotations

from collections.abc import Mapping

from vmaudio.plots.svg import Svg, clean, number, rect
from vmaudio.records import PART_CLASSES

FAMILIES: Mapping[str, str] = {one.name: one.family for one in PART_CLASSES}
"""Parts by what they do for the listener: six colours can be distinguished, sixteen cannot."""

FAMILY_NAMES: Mapping[str, str] = {
    "open": "to whom", "who": "who calls", "why": "why", "ask": "what to do", "number": "the number", "rest": "the rest",
}  # fmt: skip


def family(part: str) -> str:
    """The family of a part; what is not known belongs to the rest.

    Args:
        part: A part's label.

    Returns:
        One of `FAMILY_NAMES`; "rest" for a label that is not known.
    """
    return FAMILIES.get(part, "rest")


LIGHT: Mapping[str, str] = {
    "paper": "#ffffff", "wash": "#f4f5f7", "rule": "#d5d9df", "ink": "#1c2025", "soft": "#59616c", "faint": "#b6bcc5",
    "accent": "#0072b2", "accent-soft": "#cfe3f0", "good": "#00694c", "bad": "#a84300", "warn": "#8a5a00",
    "open": "#56b4e9", "who": "#0072b2", "why": "#009e73", "ask": "#e69f00", "number": "#d55e00", "rest": "#9aa1ab",
}  # fmt: skip
DARK: Mapping[str, str] = {
    "paper": "#15181c", "wash": "#1e2227", "rule": "#363c44", "ink": "#e7eaee", "soft": "#a3abb6", "faint": "#565e69",
    "accent": "#6cbdf0", "accent-soft": "#23475e", "good": "#4fcea6", "bad": "#ff9a5c", "warn": "#f0c052",
    "open": "#8fd0f5", "who": "#4a9fd8", "why": "#2fbf93", "ask": "#f0b429", "number": "#f2803a", "rest": "#858d98",
}  # fmt: skip


def _variables(colours: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in colours.items())


VARIABLES = (
    f":root{{color-scheme:light dark;{_variables(LIGHT)}}}\n"
    f"@media (prefers-color-scheme:dark){{:root{{{_variables(DARK)}}}}}\n"
    f"@media print{{:root{{color-scheme:light;{_variables(LIGHT)}}}}}\n"
)
"""The CSS variables: light, dark where the reader's system asks for it, and light again on paper."""

STYLE = """\
.p{display:block;width:100%;height:auto;overflow:visible;font-variant-numeric:tabular-nums;\
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.p text{font-size:11px;fill:var(--ink)}
.p .p-soft{fill:var(--soft)}
.p .p-small{font-size:10px;fill:var(--soft)}
.p .p-name{font-size:12px}
.p .p-strong{font-weight:600}
.p .p-mark{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}
.p .p-unsure{fill:var(--soft);font-style:italic}
.p .p-said{font-weight:600;fill:var(--bad)}
.p .p-grid{stroke:var(--rule);stroke-width:1}
.p .p-axis{stroke:var(--faint);stroke-width:1}
.p .p-thread{stroke:var(--rule);stroke-width:1}
.p .p-limit{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}
.p .p-mean{stroke:var(--soft);stroke-width:1;stroke-dasharray:4 3}
.p .p-pitch{fill:none;stroke:var(--ink);stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.p .p-pause{fill:var(--wash)}
.p .p-box{fill:var(--number);fill-opacity:.13;stroke:var(--number);stroke-width:1}
.p .p-interval{stroke:var(--accent);stroke-width:2;stroke-linecap:butt}
.p .p-point{fill:var(--accent);stroke:var(--paper);stroke-width:1.5}
.p .p-dot{fill:var(--faint)}
.p .p-ring{fill:var(--paper);stroke:var(--accent);stroke-width:2}
.p .p-line{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round}
.p .p-ribbon{fill:var(--accent);fill-opacity:.16}
.p .p-behind{fill:var(--rule)}
.p .p-behind-dark{fill:var(--faint)}
.p .p-bars{fill:var(--accent);fill-opacity:.85}
.p .p-rug{stroke:var(--faint);stroke-width:1}
.p .p-rug-yes{stroke:var(--accent);stroke-width:1.5}
.p .p-cursor{stroke:var(--ink);stroke-width:1.5;visibility:hidden}
.p .p-cursor.on{visibility:visible}
""" + "".join(f".p .f-{name}{{fill:var(--{name})}}\n" for name in FAMILY_NAMES)
"""Classes of the pictures."""


def standalone(svg: Svg, *, margin: float = 16.0) -> str:
    """The picture as a file of its own: with its style, on paper that follows the reader's light or dark.

    Args:
        svg: A picture of ours.
        margin: White space around it, in px.

    Returns:
        An SVG document.
    """
    head, body = svg.split(">", 1)
    _, box = head.split('viewBox="', 1)
    x, y, width, height = (float(value) for value in box.split('"', 1)[0].split())
    wide, high = width + 2 * margin, height + 2 * margin
    head = head.replace(box.split('"', 1)[0], f"{number(x - margin)} {number(y - margin)} {number(wide)} {number(high)}", 1)
    paper = rect(-margin, -margin, wide, high, "paper").replace('class="paper"', 'fill="var(--paper)"')
    style = f"<style>{clean(VARIABLES + STYLE).replace('&quot;', chr(34))}</style>"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head} width="{number(wide)}" height="{number(high)}">{style}{paper}{body}\n'
    )
