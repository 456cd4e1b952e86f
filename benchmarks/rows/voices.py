"""Telephone numbers in voices, lines and ways to say them that nothing was tuned on: right, and called complete or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT, Table, bootstrap
from benchmarks.rows.phones import national
from benchmarks.voices.hear import ENGINE, comparison, hear, read, replayed
from benchmarks.voices.lines import LINES
from vmaudio.analysis.second_pass import in_doubt
from vmaudio.records import Phone
from vmaudio.text import confirm_numbers, same_number, settle_number

CACHE = ROOT / "build" / "voices.jsonl"
"""What was heard; a run goes on where the last one stopped."""
SHARES = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 0.99), (0.99, 1.01))


def by_rule(row: dict[str, Any]) -> tuple[Phone, ...]:
    """The numbers of a recording, complete by the rule alone, without the probability: both passes alike, or a lead."""
    first, again, _ = replayed(row)
    found = []
    for before, one in zip(first.phones, confirm_numbers(first, again).phones, strict=True):
        doubted = one if one.complete else before
        scores = comparison(row, before) if in_doubt(one, row["snr_db"]) else None
        if scores is not None:
            other = same_number(doubted, again.phones)
            one = settle_number(doubted, other, scores.best, scores.lead, scores.chance, "US")
            one = dataclasses.replace(one, complete=one.complete and not doubted.digits.startswith("0"))
        found.append(one)
    return tuple(found)


def by_probability(row: dict[str, Any]) -> tuple[Phone, ...]:
    """The numbers of a recording where a probable number in doubt is complete too."""
    return replayed(row)[2].phones


def outcome(phones: Sequence[Phone], digits: str) -> str:
    """What became of the number that was said: "complete", "unsure" (right, but not complete), "wrong" (complete, but not what
    was said) or "lost".
    """
    if any(phone.complete and national(phone.digits) != digits for phone in phones):
        return "wrong"
    right = [phone for phone in phones if national(phone.digits) == digits]
    return "lost" if not right else "complete" if any(phone.complete for phone in right) else "unsure"


def compared(rows: Sequence[dict[str, Any]]) -> Table:
    """Both ways to call a number complete, by line."""
    lines = []
    for kind in ("clean", "codec", "loss", "noise", "clipping", "all"):
        some = [row for row in rows if kind in ("all", row["line_kind"])]
        if not some:
            continue
        cells: list[object] = [kind, len(some), len({row["group"] for row in some})]
        ways: tuple[Callable[[dict[str, Any]], tuple[Phone, ...]], ...] = (by_rule, by_probability)
        for way in ways:
            ends = [outcome(way(row), row["digits"]) for row in some]
            low, high = bootstrap([float(end == "complete") for end in ends], groups=[row["group"] for row in some])
            cells += [
                f"{ends.count('complete')} ({100 * low:.0f}-{100 * high:.0f} %)",
                ends.count("unsure"),
                ends.count("wrong"),
            ]
        lines.append(
            (*cells, len(some) - sum(outcome(by_probability(row), row["digits"]) in ("complete", "unsure") for row in some))
        )
    columns = (
        "line", "n", "voices", "by rule: right and complete (95 %)", "right, unsure", "wrong, complete",
        "by probability: right and complete (95 %)", "right, unsure ", "wrong, complete ", "not heard right",
    )  # fmt: skip
    notes = (
        f"{ENGINE}. Report part: no voice, speaker or line (but the clean one) of it took part in fitting, and no way to say "
        f"a number but the plain one. Lines: {', '.join(LINES['report'])}. Synthetic voices (Kokoro blends, Flite, eSpeak NG), "
        "real speakers and recorded digits (half of them, by a checksum of the name). AMR-WB is missing: the decoding library "
        "has no encoder for it. Rule: both passes alike, or a lead over the neighbours. Probability: by the rule, or probable "
        "(.96), heard in full by a pass, and with a lead; this is in use. Intervals: whole voices "
        "drawn. This part was scored five times: once before the parser read "
        "“0135-Sorry-0133” as a correction, which was found here (by either way three numbers were complete and wrong), and "
        "four times after, the fourth with more of its recordings, the fifth with larger leads (a number that neither pass "
        "heard in full: 5.5 nats) and the probability, chosen on the other parts, where they made 197 of 323 complete (before: "
        "188) and 2 wrong (before: 8), one real speaker's number through two lines that both passes heard wrongly alike. "
        "Tried and left out: a second ear, the phoneme recogniser "
        "hama 1.7.0, whose training data is not documented. Of 37 numbers said digit by digit (tune and choose parts) its "
        "scores put the true one before all that differ in one digit or one too many or few in 6 (8-31 %), and had ten digits "
        "in 19 (36-67 %); openai-whisper:base hears ten in 29 at first and 24 the second time. Of 4 right numbers in doubt it "
        "would have cleared 1, of 2 wrong ones it preferred the truth in none."
    )  # fmt: skip
    return Table("Numbers of unseen voices: rule and probability", columns, lines, notes)


def reliability(rows: Sequence[dict[str, Any]]) -> Table:
    """What was stated, and what came true."""
    pairs = [
        (phone.probability, national(phone.digits) == row["digits"])
        for row in rows
        for phone in by_probability(row)
        if phone.probability is not None
    ]
    lines = []
    for low, high in SHARES:
        here = [(chance, true) for chance, true in pairs if low <= chance < high]
        if here:
            stated, right = np.mean(here, axis=0)
            lines.append((f"{low:.2f} to {min(high, 1):.2f}", len(here), float(stated), float(right)))
    return Table(
        "Numbers of unseen voices: stated probability and what came true", ("stated", "numbers", "mean stated", "right"), lines,
        "Of numbers with as many digits as a whole one.",
    )  # fmt: skip


def run(data: Path) -> list[Table]:
    """Both tables; what is not in the cache is heard first, which takes half an hour in all."""
    CACHE.parent.mkdir(exist_ok=True)
    hear(CACHE, data)
    rows = [row for row in read(CACHE) if row["part"] == "report"]
    return [compared(rows), reliability(rows)]
