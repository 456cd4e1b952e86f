"""The same message in eight codecs: the same words, the same checks, the same points?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks import corpus
from benchmarks.common import Table, manifest
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.records import Analysis, Message
from vmaudio.text.entities.same_digits import national_digits

REFERENCE = "pcm_s16le"


def run(data: Path) -> list[Table]:
    """One table, a line for each recording."""
    folder = data / "voicemail" / "azure_v2t_codecs"
    listed = manifest(folder)
    analyzer = Analyzer.from_settings(engine="openai-whisper:base")
    files = {str(folder / row["file"]): row for row in listed}
    found = {a.source: a for a in analyzer.analyze_many([Message(path) for path in files]) if isinstance(a, Analysis)}
    rows: list[list[object]] = []
    for label in sorted({row["label"] for row in listed}):
        group = {row["codec"]: found[path] for path, row in files.items() if row["label"] == label and path in found}
        rows += [[label.partition(":")[0], codec, *_line(one, group[REFERENCE])] for codec, one in sorted(group.items())]
        points = [one.score.points for one in group.values() if one.score and one.score.points is not None]
        spread = f"{min(points):.1f} to {max(points):.1f}" if points else "unscored"
        rows.append([label.partition(":")[0], "all", "", "", spread, ""])
    return [
        Table(
            "One message in eight codecs",
            ("message", "codec", "words that differ from PCM's, %", "number", "points", "checks that differ from PCM's"),
            rows,
            "base and the default rubric. One rule followed message 2, which is private: a message that is not clear and in "
            "which neither a name, a company nor a number is heard gets no points (before it had 50 to 90 of them).",
        )
    ]


def _line(one: Analysis, reference: Analysis) -> tuple[object, ...]:
    import jiwer

    gap = 100 * jiwer.wer(corpus.plain(reference.transcript.text), corpus.plain(one.transcript.text))
    numbers = ", ".join(
        national_digits(phone.digits) + ("" if phone.complete else " (unsure)") for phone in one.entities.phones
    )
    return gap, numbers or "none", one.score.points if one.score else None, ", ".join(_differ(one, reference)) or "none"


def _differ(one: Analysis, reference: Analysis) -> Sequence[str]:
    if one.score is None or reference.score is None:
        return ()
    verdicts = {check.id: check.verdict for check in reference.score.checks}
    return [f"{c.id} ({verdicts[c.id]} -> {c.verdict})" for c in one.score.checks if verdicts.get(c.id) != c.verdict]
