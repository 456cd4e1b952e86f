"""The sheet on which a coach scores messages blind: a row for each check of each message, without the machine's verdict.

The messages are drawn by chance from all that have points, one of each recording, so that they stand for the team and nobody
hears a sound twice; every coach gets the same ones.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vmaudio.errors import SettingError, TableError
from vmaudio.intake import RowWriter, harmless_cell, restore_cell, shortened
from vmaudio.records import Analysis
from vmaudio.store import CoachVerdict

COLUMNS = ("message_id", "file", "check", "question", "verdict")

UNSURE = "unsure"
"""A coach listened and cannot tell: the question is answered, and says nothing about the machine."""

WORDS: Mapping[str, str] = {
    "pass": "pass", "passed": "pass", "yes": "pass", "y": "pass", "1": "pass", "fail": "fail", "failed": "fail", "no": "fail",
    "n": "fail", "0": "fail", "n/a": "n/a", "na": "n/a", "-": "n/a", "?": UNSURE, "unsure": UNSURE, "can't tell": UNSURE,
}  # fmt: skip
"""What a coach may write, and what it means."""


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What a filled sheet says.

    Attributes:
        verdicts: the verdicts.
        empty: rows without one.
        rows: all rows.
    """

    verdicts: tuple[CoachVerdict, ...]
    empty: int
    rows: int


def draw_messages(recordings: Mapping[str, str], *, n: int = 30, seed: int = 0) -> list[str]:
    """Draw the messages that coaches score.

    Args:
        recordings: id of the recording of each message that has points, by message id.
        n: messages to draw; all, one of each recording, where there are fewer.
        seed: another one draws other messages.

    Returns:
        Message ids in the order in which they were drawn.
    """
    once = {recordings[name]: name for name in sorted(recordings, reverse=True)}
    named = sorted(once.values())
    return [named[int(i)] for i in np.random.default_rng(seed).permutation(len(named))[:n]]


def make_sheet(
    analyses: Sequence[Analysis], titles: Mapping[str, str], *, n: int = 30, checks: Sequence[str] = (), seed: int = 0
) -> tuple[str, int]:
    """Draw messages and write the sheet.

    Args:
        analyses: all scored messages.
        titles: the question of each check, by its id, in the rubric's order.
        n: messages to draw; all that have points, one of each recording, where there are fewer.
        checks: only these checks; all of the rubric where empty.
        seed: another one draws other messages.

    Returns:
        The sheet as CSV, and how many messages are on it.

    Raises:
        SettingError: no message is scored, or there is no such check.
    """
    scored = {
        a.message.message_id: a for a in analyses if a.score is not None and a.score.checks and a.score.points is not None
    }
    if not scored:
        raise SettingError("No message is scored yet. Run: vmaudio batch FOLDER")
    if unknown := [check for check in checks if check not in titles]:
        raise SettingError(f"There is no check {unknown[0]!r}. Checks: {', '.join(titles)}.")
    drawn = draw_messages({name: analysis.recording_id for name, analysis in scored.items()}, n=n, seed=seed)
    stream = io.StringIO()
    writer = RowWriter(stream)
    writer.writerow(COLUMNS)
    for name in drawn:
        for check in checks or titles:
            row = (name, scored[name].source, check, titles[check], "")
            writer.writerow([harmless_cell(cell) for cell in row])
    return stream.getvalue(), len(drawn)


def read_sheet(path: str | Path, coach: str, known: Mapping[str, frozenset[str]], *, simulated: bool = False) -> SheetRead:
    """Read a filled sheet: all of it, or nothing where it has faults.

    Args:
        path: the CSV file.
        coach: who filled it.
        known: the checks of each stored message, by message id.
        simulated: whether the coach is invented.

    Returns:
        The verdicts.

    Raises:
        TableError: it cannot be read, lacks a column, names an unknown message or check, holds a word that is no verdict or two
            verdicts on one thing, or is not filled at all.
    """
    if not coach.strip():
        raise SettingError("Say who filled the sheet: --coach NAME.")
    try:
        rows = list(csv.DictReader(io.StringIO(Path(path).read_text("utf-8-sig"))))
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}). Give the path of a filled sheet.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{path}: is no CSV file in UTF-8 ({error}). Save the sheet as CSV UTF-8.") from error
    lacking = [name for name in ("message_id", "check", "verdict") if not rows or name not in rows[0]]
    if lacking:
        raise TableError(f"{path}: has no column {lacking[0]!r}. Make a sheet with: vmaudio calibrate sheet -o sheet.csv")
    found: dict[tuple[str, str], CoachVerdict] = {}
    faults: list[str] = []
    empty = 0
    for line, row in enumerate(rows, start=2):
        message, check = restore_cell((row["message_id"] or "").strip()), (row["check"] or "").strip()
        word = (row["verdict"] or "").strip().lower()
        if not word:
            empty += 1
            continue
        verdict = WORDS.get(word)
        if message not in known:
            faults.append(f"line {line}: there is no message {shortened(message)}")
        elif check not in known[message]:
            faults.append(f"line {line}: message {shortened(message)} has no check {shortened(check)}")
        elif verdict is None:
            faults.append(f"line {line}: {word[:40]!r} is no verdict; write pass, fail, n/a or unsure")
        elif (message, check) in found and found[message, check].verdict != verdict:
            faults.append(f"line {line}: another verdict on {check!r} of {message!r} stands above")
        else:
            found[message, check] = CoachVerdict(message, check, coach.strip(), verdict, simulated)
    if faults:
        more = f"; and {len(faults) - 10} more" if len(faults) > 10 else ""
        raise TableError(f"{path}: nothing was read. {'; '.join(faults[:10])}{more}.")
    if not found:
        raise TableError(f"{path}: is not filled: none of its {len(rows)} rows has a verdict (pass, fail or n/a).")
    return SheetRead(tuple(found.values()), empty, len(rows))
