"""What the rubric says of a message against its script: precision and recall of fail and pass, and the share of n/a.

The truth is in `benchmarks.verdict_truth`, the recordings are in `benchmarks.verdict_messages`. Every message is recognised
once; what the recogniser heard is kept in the user's cache, so that a change of a rule needs no new recognition.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, Table, bootstrap, notes
from benchmarks.remembered import Remembered
from benchmarks.verdict_messages import Spoken, recordings
from benchmarks.verdict_shares import shares
from benchmarks.verdict_speech import cache
from benchmarks.verdict_truth import LEFT_OUT, Verdict, truth_of
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.classify import ModelStore
from vmaudio.records import Analysis
from vmaudio.rubric import HowRight, Rubric, load_rubric
from vmaudio.transcribe import get_transcriber

ENGINE = "openai-whisper:base"
BATCH = 8


@dataclass(frozen=True)
class Ruled:
    """One check of one recording: what was shown, and what the script says."""

    check: str
    shown: str
    true: Verdict
    not_judged: bool
    evidence: str
    spoken: Spoken

    @property
    def rep(self) -> str:
        return self.spoken.rep


def analysed(messages: Sequence[Spoken], rubric: Rubric, engine: str = ENGINE) -> list[Analysis]:
    """Every message analysed, in their order."""
    remembered = Remembered(get_transcriber(engine, batch_size=BATCH), cache() / "heard")
    analyzer = Analyzer(remembered, ModelStore(None), rubric, batch_size=BATCH)
    found = {one.message.message_id: one for one in analyzer.analyze_many([one.message for one in messages])}
    results = [found[one.message.message_id] for one in messages]
    if failed := [one.message for one in results if not isinstance(one, Analysis)]:
        raise SystemExit(f"{len(failed)} recordings could not be analysed: {failed[0]}")
    return [one for one in results if isinstance(one, Analysis)]


def ruled(messages: Sequence[Spoken], analyses: Sequence[Analysis], rubric: Rubric) -> list[Ruled]:
    """Each check of each recording beside the truth."""
    rows = []
    for spoken, analysis in zip(messages, analyses, strict=True):
        truth = truth_of(spoken.truth, rubric)
        for check in analysis.score.checks if analysis.score else ():
            rows.append(Ruled(check.id, check.verdict, truth[check.id], check.not_judged, check.evidence, spoken))
    return rows


def line(name: str, rows: Sequence[Ruled]) -> tuple[object, ...]:
    """One line: n, of shown fails the true ones, of true fails those shown, the same of passes, n/a."""
    known = [row for row in rows if row.true is not None]
    asked = [row for row in known if row.true != "n/a"]
    cells: list[object] = [name, len(asked)]
    for verdict in ("fail", "pass"):
        shown, true = [row for row in known if row.shown == verdict], [row for row in asked if row.true == verdict]
        cells += [len(shown), *_share(shown, lambda row: row.true == verdict), _percent(true, lambda row: row.shown == verdict)]  # noqa: B023
    return (*cells, *_share(asked, lambda row: row.shown == "n/a"))


def _share(rows: Sequence[Ruled], hit: Callable[[Ruled], bool]) -> tuple[object, object]:
    """A share in per cent, and its interval with whole reps drawn."""
    if not rows:
        return None, None
    hits = [float(hit(row)) for row in rows]
    low, high = bootstrap(hits, groups=[row.rep for row in rows])
    return 100 * float(np.mean(hits)), f"{100 * low:.0f}-{100 * high:.0f}"


def _percent(rows: Sequence[Ruled], hit: Callable[[Ruled], bool]) -> object:
    return 100 * float(np.mean([hit(row) for row in rows])) if rows else None


COLUMNS = (
    "check", "n", "fails shown", "of them true, %", "95 %", "of true fails shown, %", "passes shown", "of them true, % ",
    "95 % ", "of true passes shown, %", "n/a, %", "95 %  ",
)  # fmt: skip


def table(rows: Sequence[Ruled], half: str, checks: Iterable[str]) -> Table:
    """The table of one half of the reps."""
    own = [row for row in rows if row.spoken.half == half]
    lines = [line(name, [row for row in own if row.check == name]) for name in checks]
    lines.append(line("all checks", own))
    if half == "report":
        for source in ("samples", "voicemails", "labels"):
            lines.append(line(f"all checks, {source}", [row for row in own if row.spoken.source == source]))
    reps, n = len({row.rep for row in own}), len({row.spoken.message.source for row in own})
    which = "report half" if half == "report" else "tuning half"
    title = f"Verdicts against the script: {which}, {n} recordings of {reps} reps"
    below = notes("verdicts", engine=ENGINE, left_out=", ".join(LEFT_OUT)) if half == "report" else ""
    return Table(title, COLUMNS, lines, below)


def count(rows: Iterable[Ruled], checks: Iterable[str]) -> list[HowRight]:
    """The report half in numbers, as the scorecard's page shows them."""
    counts = []
    for check in checks:
        own = [row for row in rows if row.check == check and row.spoken.half == "report" and row.true is not None]
        asked = [row for row in own if row.true != "n/a"]
        shown = {verdict: [row for row in own if row.shown == verdict] for verdict in ("fail", "pass")}
        right = [sum(row.true == verdict for row in shown[verdict]) for verdict in ("fail", "pass")]
        left = sum(row.shown == "n/a" for row in asked)
        counts.append(HowRight(check, len(asked), len(shown["fail"]), right[0], len(shown["pass"]), right[1], left))
    return counts


def write_counts(counts: Sequence[HowRight]) -> None:
    """Write what `vmaudio.rubric.how_right` reads."""
    with (ROOT / "vmaudio" / "rubric" / "how_right.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in dataclasses.fields(HowRight))
        writer.writerows(dataclasses.astuple(one) for one in counts)


def run(data: Path) -> list[Table]:
    """Both halves, and whether the report's intervals hold the true shares."""
    rubric = load_rubric("")
    messages = recordings(data)
    rows = ruled(messages, analysed(messages, rubric), rubric)
    checks = [one.id for one in rubric.criteria if one.id not in LEFT_OUT]
    write_counts(count(rows, checks))
    return [table(rows, "report", checks), table(rows, "tune", checks), shares(rows, checks)]
