"""``vmaudio check`` with a script: from a file, from a manifest's column, in the terminal and as JSON."""

from __future__ import annotations

import pytest

from vmaudio.testing import encode, speech_like

SCRIPT = "Hi {name}, your lease on Main Street ends in May. This is [Rep] with {company}. Call me at {number}. See you soon."


@pytest.fixture
def sound(tmp_path):
    """A recording; the recogniser knows its words."""
    spoken = speech_like((5, 7, 4), seed=1)
    path = tmp_path / "a.wav"
    path.write_bytes(encode(spoken.samples, "wav", spoken.rate_hz))
    return path


def test_check_with_a_script(run, fake, sound, tmp_path):
    """The card says how much was said and what was not; JSON has every word, and null without a script."""
    script = tmp_path / "opener.txt"
    script.write_text("\ufeff" + SCRIPT, "utf-8")
    card = run("check", sound, "--script", script)
    assert card.code == 0
    assert "The script" in card.out
    assert "left out" in card.out
    assert "[-soon.-]" in card.out
    found = run("check", sound, "--script", script, "--json").json[0]
    assert found["script"]["left_out"] == 3
    assert found["message"]["extra"] == {"script_text": SCRIPT}
    assert run("check", sound, "--json").json[0]["script"] is None


def test_a_manifest_names_the_script(run, fake, sound, tmp_path):
    """A file beside the manifest, the text itself, a column with the text, or a name that stays a name."""
    (tmp_path / "opener.txt").write_text(SCRIPT, "utf-8")
    (tmp_path.parent / "outside.txt").write_text(SCRIPT, "utf-8")
    listed = tmp_path / "m.csv"
    for cell, more, compared in (
        ("opener.txt", "", True),
        (f'"{SCRIPT}"', "", True),
        ("class-v1", f'"{SCRIPT}"', True),
        ("class-v1", "", False),
        ("missing.txt", "", False),
        ("../outside.txt", "", False),
    ):
        listed.write_text(f"file,script,script_text\na.wav,{cell},{more}\n", "utf-8")
        found = run("check", sound, "--manifest", listed, "--json").json[0]
        assert (found["script"] is not None) == compared, cell
        assert found["message"]["script"] == cell.strip('"')


@pytest.mark.parametrize(("content", "says"), [(b"\xff\xfe\x00", "UTF-8"), (b"[pause]", "no words"), (b"a " * 500, "at most")])
def test_a_file_that_is_no_script(run, fake, sound, tmp_path, content, says):
    """Is refused with its reason before anything is analysed."""
    script = tmp_path / "opener.txt"
    script.write_bytes(content)
    done = run("check", sound, "--script", script)
    assert done.code == 1
    assert says in done.err
    assert "opener.txt" in done.err
    assert done.out == ""
