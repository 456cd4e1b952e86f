"""Pictures of an evaluation as SVG text: the confusion matrix, and calibration with its null band.

Drawn by hand as SVG, so that training needs no plotting library and gives the same bytes each time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from vmaudio.training.answers import Evaluation

_FONT = 'font-family="system-ui, sans-serif"'


def draw_evaluation(evaluation: Evaluation) -> dict[str, str]:
    """File name to SVG for every picture that this evaluation allows.

    Args:
        evaluation: of a model.
    """
    if evaluation.axes:
        found = {
            f"calibration-{axis}.svg": calibration(one["calibration"], f"{axis}: calibration")
            for axis, one in evaluation.axes.items()
        }
        return {name: svg for name, svg in found.items() if svg}
    title = f"{evaluation.name}: what it is (rows) and what the model says (columns)"
    out = {"confusion.svg": confusion(evaluation.confusion["labels"], evaluation.confusion["matrix"], title)}
    curve = calibration(evaluation.calibration, f"{evaluation.name}: calibration")
    return {**out, "calibration.svg": curve} if curve else out


def confusion(labels: Sequence[str], matrix: Sequence[Sequence[float]], title: str) -> str:
    """Confusion matrix; the shade is the share of the row, the number the count.

    Args:
        labels: in the order of the matrix.
        matrix: counts, row = truth, column = answer.
        title: of the picture.

    Returns:
        SVG.
    """
    cell, left, top = 34, 110, 120
    size = cell * len(labels)
    lines = [_head(left + size + 20, top + size + 20, title)]
    for i, label in enumerate(labels):
        y, x = top + i * cell, left + i * cell
        lines.append(f'<text x="{left - 6}" y="{y + cell / 2 + 4}" text-anchor="end" font-size="12">{escape(label)}</text>')
        lines.append(
            f'<text transform="translate({x + cell / 2 + 4},{top - 6}) rotate(-50)" font-size="12">{escape(label)}</text>'
        )
        total = sum(matrix[i]) or 1
        for j, value in enumerate(matrix[i]):
            share = value / total
            shade = f"rgb({round(255 - 225 * share)},{round(255 - 165 * share)},{round(255 - 95 * share)})"
            x = left + j * cell
            lines.append(f'<rect x="{x}" y="{y}" width="{cell - 1}" height="{cell - 1}" fill="{shade}" stroke="#ddd"/>')
            if value:
                colour = "#fff" if share > 0.55 else "#222"
                lines.append(
                    f'<text x="{x + cell / 2}" y="{y + cell / 2 + 4}" text-anchor="middle" font-size="11" '
                    f'fill="{colour}">{int(value)}</text>'
                )
    return "\n".join([*lines, "</svg>"])


def calibration(table: Mapping[str, Any], title: str) -> str:
    """How often answers are right, by confidence; the bars are where a perfectly calibrated model falls 95 % of the time.

    Args:
        table: from `vmaudio.training.metrics.calibration`.
        title: of the picture.

    Returns:
        SVG.
    """
    bins = table.get("bins") or []
    if not bins:
        return ""
    side, left, top = 320, 60, 50

    def x(value: float) -> float:
        return round(left + side * value, 1)

    def y(value: float) -> float:
        return round(top + side * (1 - value), 1)

    null = table.get("ece_null") or []
    band = f" (a perfectly calibrated model shows up to {null[2]:.3f})" if len(null) == 3 else ""
    lines = [
        _head(left + side + 30, top + side + 60, title),
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="#999"/>',
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" stroke-dasharray="4 4"/>',
    ]
    for one in bins:
        at, low, high = x(one["confidence"]), y(one["null"][0]), y(one["null"][1])
        lines.append(f'<line x1="{at}" y1="{low}" x2="{at}" y2="{high}" stroke="#bcd" stroke-width="12"/>')
    for one in bins:
        lines.append(f'<circle cx="{x(one["confidence"])}" cy="{y(one["right"])}" r="4" fill="#1e5aa0"/>')
        lines.append(
            f'<text x="{x(one["confidence"]) + 7}" y="{y(one["right"]) + 4}" font-size="10" fill="#555">{one["n"]}</text>'
        )
    for tick in (0.0, 0.5, 1.0):
        lines.append(f'<text x="{x(tick)}" y="{top + side + 16}" text-anchor="middle" font-size="11">{tick:g}</text>')
        lines.append(f'<text x="{left - 8}" y="{y(tick) + 4}" text-anchor="end" font-size="11">{tick:g}</text>')
    label = f"confidence; ECE {table['ece']:.3f}{band}"
    lines.append(f'<text x="{left + side / 2}" y="{top + side + 40}" text-anchor="middle" font-size="11">{label}</text>')
    return "\n".join([*lines, "</svg>"])


def _head(width: float, height: float, title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" {_FONT}>'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="12" y="22" font-size="14">{escape(title)}</text>'
    )
