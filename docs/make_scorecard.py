"""Make docs/images/scorecard.svg, the README's picture: what `vmaudio check` prints for one of the samples.

python docs/make_scorecard.py
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from vmaudio.analysis.analyzer import Analyzer
from vmaudio.cli.scorecard import scorecard
from vmaudio.intake.manifest import read_manifest
from vmaudio.records import Analysis

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = "09_offer_ray_fast_number"


def main() -> None:
    """Analyse the sample with the default recogniser and save the printed scorecard as SVG."""
    message = next(message for message in read_manifest(ROOT / "samples" / "manifest.csv") if SAMPLE in message.source)
    analyzer = Analyzer.from_settings()
    result = analyzer.analyze(message)
    if not isinstance(result, Analysis):
        raise SystemExit(result.message)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True, highlight=False)
    console.print(scorecard(result, analyzer.rubric))
    target = ROOT / "docs" / "images" / "scorecard.svg"
    target.parent.mkdir(exist_ok=True)
    console.save_svg(str(target), title=f"vmaudio check {Path(message.source).name}")


if __name__ == "__main__":
    main()
