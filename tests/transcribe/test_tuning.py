"""What was measured on a machine counts there, and nowhere else."""

from pathlib import Path

import pytest

from vmaudio.analysis.doctor import best_engine
from vmaudio.transcribe import tuning
from vmaudio.transcribe.tuning import Figure, best_dtype, quickest, read_figures, save_figures

BASE = (
    Figure("openai-whisper:base", "bfloat16", 10.0, 2.0),
    Figure("openai-whisper:base", "float32", 14.0, 2.0),
    Figure("faster-whisper:base", "int8", 30.0, 1.0),
)
TINY = (Figure("openai-whisper:tiny.en", "bfloat16", 90.0, 1.0),)


def test_figures_of_each_model_are_kept(tmp_path: Path):
    """A new measurement of one model takes the place of its old one; those of others stay."""
    save_figures(BASE, tmp_path)
    save_figures(TINY, tmp_path)
    save_figures(BASE[:1], tmp_path)
    assert read_figures(tmp_path) == [*TINY, BASE[0]]


def test_the_quickest_number_type_is_taken(tmp_path: Path):
    """The type "auto" is the quickest of openai-whisper's own; a model that was not measured keeps the default."""
    default = best_dtype("cpu", "small", tmp_path)
    save_figures(BASE, tmp_path)
    assert best_dtype("cpu", "base", tmp_path) == "float32"
    assert best_dtype("cpu", "small", tmp_path) == default
    assert best_dtype("cuda", "base", tmp_path) == "float16"


def test_the_recommendation_goes_by_what_was_measured():
    """The quickest engine that can be used is named; without figures ours, which says that nothing was measured."""
    both = ["openai-whisper:base", "faster-whisper:base"]
    assert best_engine(both, "openai-whisper:base", BASE)[0] == "faster-whisper:base"
    assert best_engine(both, "openai-whisper:base", BASE[:2])[0] == "openai-whisper:base"
    name, why = best_engine(both, "openai-whisper:base", ())
    assert name == "openai-whisper:base"
    assert why.startswith("not measured here")
    assert quickest(BASE, "base", "openai-whisper") == BASE[1]


@pytest.mark.parametrize("what", ["processor", "libraries", "damaged"])
def test_elsewhere_they_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what):
    """Figures of another processor, of other libraries, or in a damaged file are none."""
    path = save_figures(BASE, tmp_path)
    if what == "processor":
        monkeypatch.setattr(tuning, "processor_name", lambda: "Another")
    elif what == "libraries":
        monkeypatch.setattr("importlib.metadata.version", lambda name: "0")
    else:
        path.write_text('{"format": 1, "processor": ')
    assert read_figures(tmp_path) == []
