"""Decoding: every codec the wheel can make, every fault a sentence, hostile bytes harmless."""

from __future__ import annotations

import csv
import io
import os
import struct
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from vmaudio.audio.decode import decode_audio, decode_native, load_audio
from vmaudio.audio.source import read_source
from vmaudio.errors import (
    AudioError,
    NoAudioStream,
    NotAudio,
    NothingDecoded,
    SourceEmpty,
    SourceMissing,
    SourceNotAFile,
    SourceRefused,
    SourceTooLarge,
)
from vmaudio.testing import FORMATS, encode, noise, silence, tone

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
LOSSLESS = {"wav", "wav24", "wav32", "float", "double", "aiff", "caf", "w64", "flac", "alac", "oggflac", "mka"}


def level_dbfs(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(float) ** 2) + 1e-20))


def wav(samples: np.ndarray, rate_hz: int = 16000) -> bytes:
    buffer = io.BytesIO()
    block = np.atleast_2d(samples)
    with wave.open(buffer, "wb") as stream:
        stream.setnchannels(len(block))
        stream.setsampwidth(2)
        stream.setframerate(rate_hz)
        stream.writeframes((block.T * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def sphere(samples: np.ndarray, coding: str = "pcm", rate_hz: int = 8000) -> bytes:
    size = 1 if coding == "ulaw" else 2
    body = np.full(len(samples), 0xFF, np.uint8).tobytes() if coding == "ulaw" else (samples * 32767).astype("<i2").tobytes()
    lines = [
        "NIST_1A", "   1024", f"sample_count -i {len(samples)}", f"sample_rate -i {rate_hz}", "channel_count -i 1",
        f"sample_n_bytes -i {size}", f"sample_coding -s{len(coding)} {coding}", "sample_byte_format -s2 01", "end_head",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode().ljust(1024) + body


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_codec_decodes(form: str) -> None:
    """A tone survives each codec with its length, frequency and level."""
    rate_hz = 8000 if form in ("amr", "3gp") else 16000
    data = encode(tone(1000, 2.0, -20, rate_hz), form, rate_hz)
    recording = decode_audio(data, name=f"tone.{form}")
    assert recording.samples.dtype == np.float32
    assert recording.samples.ndim == 1
    assert (recording.sample_rate_hz, recording.source_rate_hz) == (
        16000,
        48000 if "opus" in recording.source_codec else rate_hz,
    )
    assert not recording.truncated, recording.truncated_why
    assert recording.duration_s == pytest.approx(2.0, abs=0.001 if form in LOSSLESS else 0.13)
    middle = recording.samples[4000:28000]
    assert level_dbfs(middle) == pytest.approx(-20, abs=0.01 if form in LOSSLESS else 0.6)
    spectrum = np.abs(np.fft.rfft(middle))
    assert np.argmax(spectrum) * 16000 / len(middle) == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("rate_hz", [1000, 8000, 11025, 22050, 44100, 48000, 96000, 192000])
def test_resampling_keeps_length_and_level(rate_hz: int) -> None:
    """Any sample rate comes to 16 kHz with its length within a millisecond and its level within 0.05 dB."""
    recording = decode_audio(wav(tone(300, 1.5, -20, rate_hz), rate_hz), name="tone.wav")
    assert recording.duration_s == pytest.approx(1.5, abs=0.001)
    assert level_dbfs(recording.samples[3000:-3000]) == pytest.approx(-20, abs=0.05)


def test_content_wins_over_name() -> None:
    """A lying extension changes nothing."""
    data = wav(tone(500, 0.5))
    for name in ("x.mp3", "x.g711", "x.gsm", "x.txt", "x"):
        assert decode_audio(data, name=name).source_codec == "pcm_s16le"


def test_raw_gsm_by_name_and_by_content() -> None:
    """GSM 6.10 has no header: frames of 33 bytes whose first half byte is 13 are enough."""
    frames = (b"\xd0" + bytes(32)) * 100
    assert decode_audio(frames, name="x.gsm").duration_s == pytest.approx(2.0)
    assert decode_audio(frames, name="x.bin").source_codec == "gsm"


def test_raw_telephone_formats_by_name() -> None:
    """Headerless u-law is known by its name alone."""
    data = np.random.default_rng(0).integers(128, 256, 8000, dtype=np.uint8).tobytes()
    assert decode_audio(data, name="x.ulaw").duration_s == pytest.approx(1.0)


def test_sphere() -> None:
    """NIST sphere decodes as PCM and as u-law."""
    assert level_dbfs(decode_audio(sphere(tone(500, 1, -20, 8000)), name="x.sph").samples) == pytest.approx(-20, abs=0.1)
    assert decode_audio(sphere(silence(1, 8000), "ulaw"), name="x.sph").duration_s == pytest.approx(1.0)


@pytest.mark.parametrize("other_db", [None, -60.0, -45.0])
def test_silent_channel_is_dropped(other_db: float | None) -> None:
    """A silent or nearly silent channel does not halve the level."""
    loud = tone(440, 1.0, -20)
    other = silence(1.0) if other_db is None else noise(1.0, -20 + other_db)
    for pair in ([loud, other], [other, loud]):
        assert level_dbfs(decode_audio(encode(np.stack(pair), "float"), name="x.wav").samples) == pytest.approx(-20, abs=0.05)


def test_equal_channels_keep_their_level_and_opposite_ones_do_not_cancel() -> None:
    """Mixing equal channels, or channels of opposite phase, changes no level."""
    one = tone(440, 1.0, -20)
    for pair in ([one, one], [one, -one], [one, -0.5 * one]):
        assert level_dbfs(decode_audio(encode(np.stack(pair), "float"), name="x.wav").samples) == pytest.approx(-20, abs=0.05)


def test_surround_and_two_speakers() -> None:
    """Six channels with one voice keep its level; two different voices are both heard."""
    six = np.stack([tone(440, 1.0, -20), *[silence(1.0)] * 5])
    assert level_dbfs(decode_audio(wav(six), name="x.wav").samples) == pytest.approx(-20, abs=0.1)
    both = decode_audio(wav(np.stack([tone(440, 1.0, -20), tone(1100, 1.0, -26)])), name="x.wav").samples
    spectrum = np.abs(np.fft.rfft(both))
    assert spectrum[1100] / spectrum[440] == pytest.approx(0.5, abs=0.02)


def test_wild_floats() -> None:
    """NaN and infinities become 0, loud values are clipped to 1."""
    samples = tone(440, 0.5, -20).astype("<f4")
    samples[100:110], samples[200], samples[300], samples[400] = np.nan, np.inf, -np.inf, 1e30
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + 4 * len(samples), b"WAVE", b"fmt ", 16, 3, 1, 16000, 64000, 4, 32,
                         b"data", 4 * len(samples))  # fmt: skip
    decoded = decode_audio(header + samples.tobytes(), name="x.wav").samples
    assert np.isfinite(decoded).all()
    assert np.abs(decoded).max() <= 1.0
    assert not decoded[100:110].any()
    assert decoded[200] == decoded[300] == 0
    native = decode_native(header + samples.tobytes(), name="x.wav").samples
    assert np.isfinite(native).all()


def test_limit_of_seconds() -> None:
    """A recording over the limit is cut there and flagged; one of just the limit is not."""
    data = encode(noise(5.0, -20), "mp3")
    cut = decode_audio(data, name="x.mp3", max_seconds=3.0)
    assert cut.duration_s == pytest.approx(3.0, abs=0.001)
    assert "3 s" in cut.truncated_why
    assert not decode_audio(wav(noise(3.0, -20)), name="x.wav", max_seconds=3.0).truncated


def test_limit_of_decoded_bytes() -> None:
    """Decoding stops near the byte limit and says so."""
    cut = decode_audio(wav(noise(10.0, -20)), name="x.wav", max_decoded_bytes=128_000)
    assert 1.9 < cut.duration_s < 2.6
    assert "MB" in cut.truncated_why


@pytest.mark.parametrize("form", ["mp3", "wav", "ulaw", "flac", "opus", "webm", "aiff", "au", "amr", "aac"])
def test_half_a_file_is_kept_and_flagged(form: str) -> None:
    """Of a file that breaks off half-way the first half is decoded, and marked as truncated."""
    rate_hz = 8000 if form == "amr" else 16000
    data = encode(noise(6.0, -20, rate_hz=rate_hz), form, rate_hz)
    half = decode_audio(data[: len(data) // 2], name=f"x.{form}")
    assert 1.9 < half.duration_s < 3.3
    assert half.truncated
    assert half.truncated_why


def test_damage_in_the_middle_is_flagged() -> None:
    """Garbage amid an MP3 costs some frames, not the file."""
    data = bytearray(encode(noise(6.0, -20), "mp3"))
    middle = len(data) // 2
    data[middle : middle + 1500] = np.random.default_rng(1).bytes(1500)
    recording = decode_audio(bytes(data), name="x.mp3")
    assert recording.duration_s > 4.5
    assert recording.truncated


def test_streamed_wav_headers_are_not_truncation() -> None:
    """Recorders that stream leave the size at 0 or at its maximum; all of the sound is there."""
    data = bytearray(wav(noise(1.0, -20)))
    for size in (0, 0xFFFFFFFF, 0x7FFFF000):
        data[40:44] = struct.pack("<I", size)
        recording = decode_audio(bytes(data), name="x.wav")
        assert recording.duration_s == pytest.approx(1.0, abs=0.001)
        assert not recording.truncated


def test_native() -> None:
    """decode_native keeps channels, rate, codec and values."""
    stereo = np.stack([tone(440, 1.0, -20, 44100), tone(880, 1.0, -30, 44100)])
    native = decode_native(encode(stereo, "wav", 44100), name="x.wav")
    assert native.samples.shape == (2, 44100)
    assert (native.sample_rate_hz, native.codec, native.sample_format) == (44100, "pcm_s16le", "s16")
    assert np.abs(native.samples - stereo).max() < 1e-4
    assert not native.truncated


def picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + bytes(100)


def silent_video() -> bytes:
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 32, 32
        for _ in range(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


FAULTS = {
    "text.wav": (lambda: b"Dear team, this is not a recording.\n" * 5, NotAudio, "text"),
    "page.mp3": (lambda: "<html>gr\u00fcezi</html>".encode() * 9, NotAudio, "text"),
    "playlist.m3u8": (lambda: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n", NotAudio, "text"),
    "book.wav": (lambda: b"%PDF-1.4\n" + bytes(500), NotAudio, "PDF"),
    "zeros.wav": (lambda: bytes(5000), NotAudio, "format"),
    "nothing.wav": (lambda: b"", SourceEmpty, "0 bytes"),
    "hollow.wav": (lambda: wav(np.zeros(0)), NothingDecoded, "not one sample"),
    "photo.wav": (picture, NoAudioStream, "picture"),
    "film.mp4": (silent_video, NoAudioStream, "video"),
    "cut.m4a": (lambda: encode(noise(3.0, -20), "m4a")[:5000], NothingDecoded, "index"),
    "hz.wav": (lambda: wav(noise(0.5, -20), 3), NothingDecoded, "3 Hz"),
}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_fault_has_its_own_sentence(name: str) -> None:
    """What cannot be used raises its own error, whose sentence names the file, the cause and a cure."""
    make, kind, word = FAULTS[name]
    for decode in (decode_audio, decode_native):
        with pytest.raises(kind) as caught:
            decode(make(), name=name)
        assert type(caught.value) is kind
        assert name in str(caught.value)
        assert word in str(caught.value)
        assert str(caught.value).count(".") >= 2


def test_sources(tmp_path: Path) -> None:
    """Missing, folder, pipe, empty and too large sources are told apart; a pipe nobody writes to does not hang."""
    with pytest.raises(SourceMissing, match=r"gone\.wav does not exist"):
        read_source(tmp_path / "gone.wav")
    with pytest.raises(SourceNotAFile, match="folder"):
        read_source(tmp_path)
    (tmp_path / "empty.wav").touch()
    with pytest.raises(SourceEmpty, match="0 bytes"):
        read_source(tmp_path / "empty.wav")
    (tmp_path / "big.wav").write_bytes(bytes(2000))
    with pytest.raises(SourceTooLarge, match="max_file_mb"):
        read_source(tmp_path / "big.wav", max_bytes=1999)
    assert len(read_source(tmp_path / "big.wav", max_bytes=2000)) == 2000
    with pytest.raises(SourceMissing):
        read_source(tmp_path / "big.wav" / "inside.wav")
    with pytest.raises(SourceMissing):
        read_source("nul\0byte.wav")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.wav")
        with pytest.raises(SourceNotAFile, match="pipe"):
            read_source(tmp_path / "pipe.wav")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is refused with a sentence."""
    path = tmp_path / "locked.wav"
    path.write_bytes(b"x")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceRefused, match=r"locked\.wav may not be read"):
        read_source(path)


def test_load_is_read_then_decode(tmp_path: Path) -> None:
    """load gives the SHA-256 of the file's bytes."""
    import hashlib

    data = wav(tone(440, 0.5))
    (tmp_path / "a.wav").write_bytes(data)
    assert load_audio(tmp_path / "a.wav").sha256 == hashlib.sha256(data).hexdigest()


def test_silence_frames_of_amr_keep_their_time() -> None:
    """AMR frames without data last 20 ms each: later times must not come early."""
    data = encode(tone(1000, 1.0, -20, 8000), "amr", 8000)
    quiet = b"\x7c" * 50  # frame type 15, no data
    assert decode_audio(data + quiet, name="x.amr").duration_s == pytest.approx(
        decode_audio(data, name="x.amr").duration_s + 1.0, abs=0.021
    )


def test_nothing_reaches_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """FFmpeg's complaints about a damaged file stay inside."""
    data = bytearray(encode(noise(3.0, -20), "mp3"))
    data[3000:4000] = bytes(range(250)) * 4
    decode_audio(bytes(data), name="x.mp3")
    with pytest.raises(AudioError):
        decode_audio(b"RIFF\x10\0\0\0WAVEfmt \xff\xff\xff\xff", name="x.wav")
    assert capfd.readouterr() == ("", "")


SEEDS = {
    form: encode(noise(0.4, -20, rate_hz=8000), form, 8000)
    for form in ("wav", "mp3", "amr", "flac", "m4a", "msadpcm", "opus", "au")
}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    form=st.sampled_from(sorted(SEEDS)),
    edits=st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=8)), max_size=6),
    keep=st.floats(0.05, 1.0),
)
def test_damaged_bytes_give_sound_or_a_sentence(form: str, edits: list[tuple[int, bytes]], keep: float) -> None:
    """However a file is damaged, the outcome is finite samples within limits or a VmaudioError, soon."""
    data = bytearray(SEEDS[form])
    for at, patch in edits:
        at %= len(data)
        data[at : at + len(patch)] = patch
    start = time.monotonic()
    try:
        recording = decode_audio(bytes(data[: int(len(data) * keep)]), name=f"x.{form}", max_seconds=5.0)
    except AudioError:
        pass
    else:
        assert 0 < len(recording.samples) <= 80_000
        assert np.isfinite(recording.samples).all()
        assert np.abs(recording.samples).max() <= 1.0
    assert time.monotonic() - start < 20


@settings(max_examples=60, deadline=None)
@given(data=st.binary(min_size=1, max_size=600), suffix=st.sampled_from([".wav", ".mp3", ".gsm", ".ulaw", ".g722", ""]))
def test_random_bytes(data: bytes, suffix: str) -> None:
    """Random bytes give sound or a VmaudioError."""
    try:
        recording = decode_audio(data, name="x" + suffix)
    except AudioError:
        return
    assert np.isfinite(recording.samples).all()


# Where we differ from the reference decoder of the manifest, and why.
BETTER = {
    "amr_3gp_aac/AMRaudioNB.amr": 2.86,  # its 20 silence frames are decoded as well
    "amr_3gp_aac/mpeg4-amr_nb.3gp": 5.0,  # the reference stopped after a second
    "amr_3gp_aac/aac_he_sr22k_br64k_1c_16b_libfdk_aac.m4a": 0.514,  # no edit list applied
    "ogg/audio-gaps.ogg": 2.3007,  # its time stamps leave a gap of 0.83 s, which is kept
    "mp4parse/opus_audioinit.mp4": 10.94,  # its first time stamp is 0.83 s
    "mutagen/52-too-short-block-size.flac": 0.314,  # the damaged frames are left out
}


@pytest.mark.shared
def test_odd_broken_and_hostile_files() -> None:
    """Real odd files decode to the length that a reference decoder found, or raise an AudioError; none takes seconds."""
    folder = SHARED / "malformed"
    if not folder.is_dir():
        pytest.skip("the development recordings are not beside the repository")
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 200
    wrong = []
    for row in rows:
        start = time.monotonic()
        try:
            seconds = load_audio(folder / row["file"]).duration_s
        except AudioError:
            seconds = 0.0
        if time.monotonic() - start > 10:
            wrong.append((row["file"], "slow"))
        expected = BETTER.get(row["file"], float(row["seconds"]))
        expected = 0.0 if expected < 0.0002 else expected  # a few samples
        if abs(seconds - expected) > 0.035 or (seconds > 0 if row["outcome"] == "no_audio" else seconds == 0 < expected):
            wrong.append((row["file"], seconds, expected))
    assert not wrong


@pytest.mark.shared
def test_real_recordings_decode() -> None:
    """The same message decodes from 8 telephone codecs with odd extensions."""
    folder = SHARED / "voicemail" / "azure_v2t_codecs"
    if not folder.is_dir():
        pytest.skip("the development recordings are not beside the repository")
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        recording = load_audio(folder / row["file"])
        assert recording.duration_s == pytest.approx(float(row["seconds"]), abs=0.1)
        assert not recording.truncated, row["file"]
