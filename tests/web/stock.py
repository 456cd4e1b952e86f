"""A store with messages to show."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from tests.makers import analysis, transcript
from vmaudio.records import Analysis, Flag, Message
from vmaudio.rubric.load import load_rubric
from vmaudio.rubric.scoring import score
from vmaudio.store.store import Store

RUBRIC = load_rubric()
REPS = ("Ann", "Bo", "Cleo")


def made(i: int, folder: Path | None = None, **changes) -> Analysis:
    """One of several messages that differ in what a filter asks for."""
    source = str(folder / f"{i}.wav") if folder else f"calls/{i}.wav"
    sent = Message(
        source, message_id=f"m{i}", rep=REPS[i % 3], prospect_name=f"Dana {i}", campaign=("spring", "autumn")[i % 2],
        sent_at=f"2026-03-{i % 28 + 1:02d}T10:00:00+00:00",
    )  # fmt: skip
    text = f"Hi Dana, your lease number{i} ends in May. This is Tom." if i % 2 else None
    one = analysis(sent, recording_id=f"{i:064d}", **({"transcript": transcript(text)} if text else {}), **changes)
    if i % 4 == 0:
        one = dataclasses.replace(one, flags=(Flag("noisy", "the line hisses", 1.0, 2.0),))
    return dataclasses.replace(one, score=score(one, RUBRIC))


def fill(store: Store, n: int = 12) -> list[Analysis]:
    """Save n messages."""
    all_made = [made(i) for i in range(n)]
    for one in all_made:
        store.save(one)
    return all_made
