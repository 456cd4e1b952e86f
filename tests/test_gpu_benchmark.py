"""The benchmark of a graphics card, as far as it goes without one."""

from __future__ import annotations

import sys

import pytest
import torch

from benchmarks import gpu


def test_without_a_card_nothing_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so and ends with code 2."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(sys, "argv", ["gpu"])
    assert gpu.main() == 2
    told = capsys.readouterr()
    assert (told.out, "no CUDA device here" in told.err) == ("", True)


def test_distance_of_words() -> None:
    """One word of four differs; messages without words are the same."""
    assert gpu.distance(["call me", "now please", ""], ["call me", "now pleas", ""]) == pytest.approx(1 / 5)
