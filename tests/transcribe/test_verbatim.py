"""The prompted hearing counts only where it adds ums and changes nothing else."""

from __future__ import annotations

import pytest

from vmaudio import features
from vmaudio.transcribe import verbatim
from vmaudio.transcribe.segments import Timed


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


def test_the_prompted_hearing_brings_no_name_of_the_hint_back(monkeypatch):
    """A name that only the hint put into the prompted hearing costs that hearing, though it adds an um."""
    from types import SimpleNamespace

    from vmaudio.transcribe.whisper import HINT_DEFICIT, OpenAIWhisper

    said = "good morning this is Tom I am calling about the lease on your trucks that ends in May please call me back"
    usual, honest = heard(said), heard(said.replace("about", "um about"))
    invented = heard(said.replace("about", "um about").replace("morning", "morning Dana"))
    next(word for word in invented if word.text == " Dana").deficit = HINT_DEFICIT + 1
    assert verbatim.better(usual, invented)

    engine = object.__new__(OpenAIWhisper)
    engine._verbatim, engine._features = True, lambda jobs: []
    engine._net = SimpleNamespace(listen=lambda features: None)
    engine._decoder = SimpleNamespace(languages=lambda audio: ["en", "en"])
    made = iter([[(None, usual), (None, usual)], [(None, invented), (None, honest)]])
    monkeypatch.setattr(engine, "_decode", lambda *args, **options: next(made))
    jobs = [SimpleNamespace(hint="Dana Whitfield"), SimpleNamespace(hint="Dana Whitfield")]
    assert [words for _, words in engine.hear(jobs)] == [usual, honest]


def test_both_layers_mean_the_same_fillers():
    """The engine's fillers are those that the features count."""
    assert verbatim.FILLERS.pattern == features.FILLERS.pattern
