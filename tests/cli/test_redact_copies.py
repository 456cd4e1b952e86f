"""The copies that `vmaudio redact` writes: no tags of the original, nothing plain beyond what was analysed."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest

from vmaudio.testing import speech_like

SECRET = "Zbigniew Quintero"


def tagged(path, codec, rate):
    """Write some seconds of a voice with names in every tag that the format takes."""
    samples = speech_like((5, 7, 4), pause_s=0.3, level_dbfs=-25, f0_hz=140, seed=3).samples
    with av.open(str(path), "w") as made:
        for key in ("title", "artist", "album", "comment"):
            made.metadata[key] = SECRET
        stream = made.add_stream(codec, rate=rate)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray((samples[None] * 32767).astype("<i2"), format="s16", layout="mono")
        frame.sample_rate = 16000
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(piece):
                made.mux(packet)
        for packet in stream.encode(None):
            made.mux(packet)


@pytest.mark.parametrize(
    ("ending", "codec", "rate"),
    [
        ("m4a", "aac", 16000),
        ("ogg", "libopus", 48000),
        ("flac", "flac", 16000),
        ("mp3", "libmp3lame", 16000),
        ("wav", "pcm_s16le", 16000),
    ],
)
def test_tags_of_the_original_are_not_in_the_copies(run, fake, tmp_path, ending, codec, rate):
    """Neither the sound nor the text of the copy holds what stands in the tags of the file, or its name."""
    path = tmp_path / f"{SECRET}.{ending}"
    tagged(path, codec, rate)
    assert SECRET.split()[1].encode() in path.read_bytes()
    assert run("redact", path, "--out", tmp_path / "redacted").code == 0
    copies = sorted((tmp_path / "redacted").iterdir())
    assert [copy.suffix for copy in copies] == [".json", ".wav"]
    for copy in copies:
        assert not any(name.encode() in copy.read_bytes() for name in SECRET.split()), copy
        assert not any(name in copy.name for name in SECRET.split())
    data = copies[1].read_bytes()
    assert data[36:40] == b"data"  # nothing between the header and the samples
    assert len(data) == 44 + int.from_bytes(data[40:44], "little")


def test_beyond_the_limit_of_seconds_the_copy_is_covered(run, fake, tmp_path, monkeypatch):
    """Of a file that is longer than what is analysed, nothing of the rest is left in the copy; its length stays."""
    samples = speech_like((5, 7, 4, 6, 5, 7, 8), pause_s=0.3, level_dbfs=-25, f0_hz=140, seed=3).samples
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, 16000, 0, "NONE", ""))
        stream.writeframes((samples * 32767).astype("<i2").tobytes())
    monkeypatch.setenv("VMAUDIO_MAX_SECONDS", "3")
    assert run("redact", path, "--out", tmp_path / "redacted").code == 0
    (copy,) = (tmp_path / "redacted").glob("*.wav")
    with wave.open(io.BytesIO(copy.read_bytes())) as stream:
        out = np.frombuffer(stream.readframes(stream.getnframes()), "<i2") / 32768
    assert len(out) == pytest.approx(len(samples), abs=50)
    rest, old = out[3 * 16000 :], samples[3 * 16000 : len(out)]
    assert abs(np.corrcoef(rest[: len(old)], old[: len(rest)])[0, 1]) < 0.05
    assert 20 * np.log10(np.abs(rest).max()) == pytest.approx(-30, abs=1)
