"""Records and numbers in, pictures out: SVG text, without a file being read or written.

Pictures are drawn by hand as SVG: they are small, stand inside a page, follow its light or dark, and print. `standalone`
makes a file of one. The public names are here; `vmaudio.plots.svg` has the elements, `vmaudio.plots.theme` the colours.
"""

from __future__ import annotations

from vmaudio.plots.message import in_words, message_picture
from vmaudio.plots.shapes import Bin, Rate, Spread, Week, percent
from vmaudio.plots.svg import Svg
from vmaudio.plots.team import approaches_picture, calibration_picture, pace_picture, scores_picture, trend_picture
from vmaudio.plots.theme import FAMILIES, FAMILY_NAMES, STYLE, VARIABLES, family, standalone

__all__ = [
    "FAMILIES", "FAMILY_NAMES", "STYLE", "VARIABLES", "Bin", "Rate", "Spread", "Svg", "Week", "approaches_picture",
    "calibration_picture", "family", "in_words", "message_picture", "pace_picture", "percent", "scores_picture", "standalone",
    "trend_picture",
]  # fmt: skip
