"""The prompted text counts only where it adds ums and changes nothing else."""

from __future__ import annotations

import pytest

from vmaudio.transcribe import verbatim
from vmaudio.transcribe.words import Timed


def heard(text: str) -> list[Timed]:
    return [Timed(f" {word}", [0], [0.0, 0.1], [-0.1]) for word in text.split()]


@pytest.mark.parametrize(
    ("usual", "prompted", "better"),
    [
        ("Hi Dana, this is Tom.", "Hi Dana, um, this is, uhh, Tom.", True),
        ("Hi Dana, this is Tom.", "Hi Dana, this is Tom.", False),
        ("Hi Dana, um, this is Tom.", "Hi Dana, this is Tom.", False),
        ("a b f n q 57", "Umm, be if in queue...", False),
        ("", "Um, like, thinking.", False),
    ],
)
def test_only_ums_may_be_added(usual, prompted, better):
    """More fillers and the same other words: kept. Other words, or no more fillers: not."""
    assert verbatim.better(heard(usual), heard(prompted)) is better
