"""--raw-format: sound without a header, from the option or the setting, in the store under its own key."""

from __future__ import annotations

import pytest

from vmaudio.testing import speech_like


@pytest.fixture
def raw(tmp_path):
    """Two seconds of 16-bit sound without a header; its ending does not tell."""
    samples = speech_like((5, 7, 4), pause_s=0.3, level_dbfs=-25, f0_hz=140, seed=3).samples[::2]
    path = tmp_path / "msg0000.pcm"
    path.write_bytes((samples * 32767).astype("<i2").tobytes())
    return path


def test_check_without_it_names_the_cure(run, fake, raw):
    """The sentence says which option, and an example of it."""
    done = run("check", raw)
    assert done.code == 1
    assert "--raw-format" in done.err
    assert "ulaw:8000" in done.err.replace("\n", " ")


def test_check_with_option_or_setting(run, fake, raw, monkeypatch):
    """Both read the same sound, and say in the result how it was read."""
    (by_option,) = run("check", "--json", "--raw-format", "s16le:8000", raw).json
    monkeypatch.setenv("VMAUDIO_RAW_FORMAT", "s16le:8000")
    (by_setting,) = run("check", "--json", raw).json
    assert by_option["duration_s"] == by_setting["duration_s"] == pytest.approx(raw.stat().st_size / 16000, abs=0.001)
    assert by_option["provenance"]["options"]["decode.raw_format"] == "s16le:8000"
    (otherwise,) = run("check", "--json", "--raw-format", "ulaw:8000", raw).json
    assert otherwise["duration_s"] == pytest.approx(raw.stat().st_size / 8000, abs=0.001)


@pytest.mark.parametrize("command", ["check", "batch"])
def test_a_wrong_one_is_refused(run, fake, raw, command):
    """Before anything is decoded, with the list of codings."""
    done = run(command, "--raw-format", "mp3", raw)
    assert done.code == 1
    assert "g726-32" in done.err


def test_batch_keeps_results_of_two_formats_apart(run, fake, raw):
    """Another raw format is another measurement: it is not taken from the store."""
    assert "1 analysed" in run("batch", "--raw-format", "s16le:8000", raw).err
    assert "1 stored already" in run("batch", "--raw-format", "s16le:8000", raw).err
    assert "1 analysed" in run("batch", "--raw-format", "ulaw:8000", raw).err


def test_redact_reads_it_too(run, fake, raw, tmp_path, monkeypatch):
    """The covered copy is of the sound as the setting says."""
    monkeypatch.setenv("VMAUDIO_RAW_FORMAT", "s16le:8000")
    assert run("redact", raw, "--out", tmp_path / "redacted").code == 0
    (copy,) = (tmp_path / "redacted").glob("*.wav")
    assert copy.stat().st_size == pytest.approx(raw.stat().st_size, abs=100)
