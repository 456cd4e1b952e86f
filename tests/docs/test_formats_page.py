"""The page of formats says what the code reads and what the tests hold."""

from __future__ import annotations

import re
from pathlib import Path

from vmaudio.audio.raw import AMBIGUOUS, CODINGS, ENDINGS
from vmaudio.testing import FORMATS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "formats.md").read_text("utf-8")
TESTS = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/*/test_*.py"))


def test_every_codec_of_the_tests_is_on_the_page() -> None:
    """What `test_every_codec_decodes` makes is listed, and nothing else."""
    listed = [name for row in re.findall(r"test_every_codec_decodes(\[.*)", PAGE) for name in re.findall(r"\[(\w+)\]", row)]
    assert sorted(listed) == sorted(FORMATS)


def test_every_raw_ending_is_on_the_page() -> None:
    """Endings and what they are read as are those of the code."""
    rows = re.findall(r"^\| (\.\S.*?) \| `(\S+?:\d+)` \|$", PAGE, flags=re.MULTILINE)
    assert {ending: form for endings, form in rows for ending in endings.split()} == dict(ENDINGS)
    assert f"| {' '.join(AMBIGUOUS)} |" in PAGE
    assert all(f"`{coding}`" in PAGE for coding in CODINGS)


def test_every_test_and_file_on_the_page_exists() -> None:
    """Every test that a row names is there, and so is its file."""
    named = set(re.findall(r"`(test_\w+)", PAGE))
    assert len(named) > 20
    assert [name for name in sorted(named) if f"def {name}(" not in TESTS] == []
    files = re.findall(r"with `([\w.]+)`", PAGE)
    assert files
    assert all((ROOT / "tests" / "audio" / "data" / name).is_file() for name in files)
