"""Make the frozen team anew: ``python -m tests.report.freeze``. Then: make accept."""

from __future__ import annotations

import dataclasses
import json

from tests.report.makers import FROZEN, team
from vmaudio.records import Analysis, Contour, Provenance


def _light(analysis: Analysis) -> Analysis:
    """The same with every fourth frame of its contour: the file stays small."""
    contour = analysis.prosody.contour
    thin = Contour(contour.times_s[::4], contour.f0_hz[::4], contour.level_dbfs[::4])
    made: Provenance = dataclasses.replace(analysis.provenance, rubric_id="default-frozen")
    score = dataclasses.replace(analysis.score, rubric_id="default-frozen") if analysis.score else None
    prosody = dataclasses.replace(analysis.prosody, contour=thin)
    return dataclasses.replace(analysis, prosody=prosody, provenance=made, score=score)


def main() -> None:
    """Write ``frozen.jsonl``."""
    analyses, outcomes = team(16, seed=11, weeks=5)
    with FROZEN.open("w", encoding="utf-8") as file:
        for analysis in map(_light, analyses):
            outcome = outcomes.get(analysis.message.message_id)
            line = {"analysis": analysis.to_dict(), "outcome": outcome.to_dict() if outcome else None}
            file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
