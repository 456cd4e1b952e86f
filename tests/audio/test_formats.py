"""Codecs and containers that lie: the sound is what the file holds, or a sentence says what is wrong."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from tests.audio.telephone_files import chunk, first_second, fmt, pcm, riff
from vmaudio.audio import DecodeOptions, decode_audio, decode_native, parse_raw_format
from vmaudio.audio.raw import AMBIGUOUS, CODINGS, ENDINGS
from vmaudio.audio.riff import read_wave
from vmaudio.errors import AudioError, NotAudio, NothingDecoded, SettingError
from vmaudio.testing import encode, noise, tone

DATA = Path(__file__).parent / "data"
TONE = tone(440, 1.0, -20, 8000)


def sndfile(subtype: str, samples: np.ndarray = TONE, form: str = "WAV", rate_hz: int = 8000) -> bytes:
    """A file made with libsndfile."""
    import soundfile

    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate_hz, format=form, subtype=subtype)
    return buffer.getvalue()


def by_ffmpeg(muxer: str, codec: str, samples: np.ndarray = TONE, rate_hz: int = 8000, **options: str) -> bytes:
    """A file made with FFmpeg's encoder of that name."""
    import av

    buffer = io.BytesIO()
    with av.open(buffer, "w", format=muxer) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout="mono", options=options)
        frame = av.AudioFrame.from_ndarray((samples[None] * 32767).astype(np.int16), format="s16", layout="mono")
        frame.sample_rate = rate_hz
        container.mux([*stream.encode(frame), *stream.encode(None)])
    return buffer.getvalue()


def likeness(found: np.ndarray, true: np.ndarray = TONE, rate_hz: int = 8000) -> float:
    """Correlation with the true sound, at the best delay up to 20 ms."""
    import soxr

    true = soxr.resample(true, rate_hz, 16000)
    n = min(len(found), len(true)) - 640
    return max(float(np.corrcoef(found[320 + d : 320 + d + n], true[320 : 320 + n])[0, 1]) for d in range(-320, 320, 2))


def test_pcm_of_64_bits() -> None:
    """Whole numbers of 64 bits in a WAV or AU file: rare, and sound all the same; two channels stay apart."""
    wide = (TONE.astype(np.float64) * 2.0**63).astype(np.int64)
    one = riff(fmt(1, 64), chunk(b"data", wide.tobytes()))
    sound = decode_audio(one, name="x.wav")
    assert sound.duration_s == 1.0
    assert likeness(sound.samples) > 0.999
    assert np.abs(sound.samples).max() == pytest.approx(np.abs(TONE).max(), rel=0.02)
    two = riff(fmt(1, 64, channels=2), chunk(b"data", np.stack([wide, wide * 0], 1).tobytes()))
    native = decode_native(two, name="x.wav")
    assert native.samples.shape == (2, 8000)
    assert np.abs(native.samples[0] - TONE).max() < 1e-6
    assert not native.samples[1].any()


# --- AMR-WB


def test_a_list_of_tags_that_says_it_has_two_gigabytes() -> None:
    """It is passed over where it stands: FFmpeg would take the memory. Behind the sound it changes nothing."""
    whole = encode(TONE, "wav", 8000)
    tags = b"LIST" + (0x7F000000).to_bytes(4, "little") + b"INFOISFT" + b"\x0e\0\0\0Lavf62.12.102\0"
    behind = decode_audio(whole + tags, name="a.wav")
    assert np.array_equal(behind.samples, decode_audio(whole, name="a.wav").samples)
    before = whole[:36] + tags + whole[36:]
    wave = read_wave(before)
    assert wave is not None
    assert b"LIST\0\0\0\x7f" not in wave.joined()
    assert len(wave.joined()) == len(before)
    with pytest.raises(AudioError, match=r"a\.wav"):
        decode_audio(before, name="a.wav")


@pytest.mark.parametrize("form", ["opus", "wv"])
def test_eight_channels(form: str) -> None:
    """Each is decoded, and in its place: a frame of eight planes had ended the process."""
    tones = np.array([tone(200.0 + 100 * i, 0.5, -20) for i in range(8)])
    found = decode_native(encode(tones, form), name=f"a.{form}")
    assert found.samples.shape[0] == 8
    assert found.samples.shape[1] == pytest.approx(0.5 * found.sample_rate_hz, rel=0.05)
    middle = found.samples[:, found.sample_rate_hz // 10 :][:, : found.sample_rate_hz // 4]
    loudest = np.abs(np.fft.rfft(middle)).argmax(axis=1) * 4.0
    assert sorted(loudest) == pytest.approx([200.0 + 100 * i for i in range(8)], abs=5)
    assert decode_audio(encode(tones, form), name=f"a.{form}").source_channels == 8


def test_silence_suppression_of_amr_wb_keeps_its_time() -> None:
    """12.00 s with a voice at 9.31 s, of which most frames between are silence descriptions or empty."""
    sound = decode_audio((DATA / "amrwb_dtx.amr").read_bytes(), name="x.amr")
    assert sound.duration_s == pytest.approx(12.0, abs=0.001)
    levels = np.sqrt((sound.samples[: 12 * 16000].reshape(-1, 160) ** 2).mean(axis=1))
    assert np.argmax(levels[400:] > 0.02) * 0.01 + 4.0 == pytest.approx(9.31, abs=0.05)
    assert not sound.truncated, sound.truncated_why


def test_silence_suppression_of_amr_wb_in_3gp() -> None:
    """The same frames in a 3GP file."""
    import av

    buffer = io.BytesIO()
    with av.open(str(DATA / "amrwb_dtx.amr")) as source, av.open(buffer, "w", format="3gp") as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux():
            if packet.size:
                packet.stream = stream
                target.mux(packet)
    sound = decode_audio(buffer.getvalue(), name="x.3gp")
    assert sound.source_codec == "amr_wb"
    assert sound.duration_s == pytest.approx(12.0, abs=0.02)
    assert not sound.truncated, sound.truncated_why


# --- WAV


@pytest.mark.parametrize("subtype", ["NMS_ADPCM_16", "NMS_ADPCM_24", "NMS_ADPCM_32", "G721_32"])
@pytest.mark.parametrize("decode", [decode_audio, decode_native])
def test_codecs_that_ffmpeg_reads_wrongly(subtype: str, decode: Any) -> None:
    """NMS ADPCM and G.721 in WAV: a second of clean tone, not noise, not a sample more."""
    sound = decode(sndfile(subtype), name="x.wav")
    samples = sound.samples if decode is decode_audio else sound.samples[0].repeat(2)
    assert len(samples) == 16000
    assert not sound.truncated
    if decode is decode_audio:
        assert likeness(samples) > (0.93 if subtype.endswith("16") else 0.99)


def test_nms_adpcm_that_cannot_be_decoded_is_named() -> None:
    """A block size that the codec does not have is refused with its name and a cure."""
    with pytest.raises(NothingDecoded, match=r"adpcm_nms.*Export it as plain WAV"):
        decode_audio(riff(fmt(0x38, 4, block=77), chunk(b"data", bytes(800))), name="x.wav")


def test_two_data_chunks() -> None:
    """Both are heard, whatever lies between them, with or without the pad byte, and when a WAV file follows a WAV file."""
    first, second = pcm(tone(440, 1, -20, 8000)), pcm(tone(880, 1, -20, 8000))
    between = chunk(b"LIST", b"INFOodd")
    whole = riff(fmt(), chunk(b"data", first))
    for data in (
        riff(fmt(), chunk(b"data", first), chunk(b"data", second)),
        riff(fmt(), chunk(b"data", first), between, chunk(b"data", second)),
        riff(fmt(), chunk(b"data", first), between[:-1], chunk(b"data", second)),
        whole + riff(fmt(), chunk(b"data", second)),
    ):
        sound = decode_audio(data, name="x.wav")
        assert sound.duration_s == pytest.approx(2.0, abs=0.001)
        assert first_second(sound.samples, 880) == pytest.approx(1.0, abs=0.03)
        assert not sound.truncated, sound.truncated_why
    other = whole + riff(fmt(7, 8), chunk(b"data", second))
    assert "another format" in decode_audio(other, name="x.wav").truncated_why


def listed(form: bytes, pieces: list[bytes | int]) -> bytes:
    """A WAV file whose sound is a list: bytes of sound, or so many samples of silence."""
    parts = [chunk(b"slnt", one.to_bytes(4, "little")) if isinstance(one, int) else chunk(b"data", one) for one in pieces]
    return riff(form, chunk(b"LIST", b"wavl" + b"".join(parts)))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (fmt(), pcm),
        (fmt(1, 8), lambda x: (np.asarray(x) * 127 + 128).astype(np.uint8).tobytes()),
        (fmt(7, 8), lambda x: encode(x, "ulaw", 8000)[-len(x) :]),
        (fmt(6, 8), lambda x: encode(x, "alaw", 8000)[-len(x) :]),
    ],
    ids=["pcm", "8 bits", "u-law", "A-law"],
)
def test_a_list_of_sound_and_silence(form: bytes, code: Any) -> None:
    """Recorders that leave out silence write how long it was: later sound is where it was said, and the silence is silent."""
    first, second = code(tone(440, 1, -20, 8000)), code(tone(880, 1, -20, 8000))
    sound = decode_audio(listed(form, [first, 16000, second, 4000]), name="x.wav")
    assert sound.duration_s == pytest.approx(4.5, abs=0.01)
    assert first_second(sound.samples, 880) == pytest.approx(3.0, abs=0.03)
    assert np.abs(sound.samples[17_000:47_000]).max() < 1e-3
    assert not sound.truncated, sound.truncated_why
    assert decode_audio(listed(form, [first]), name="x.wav").duration_s == pytest.approx(1.0, abs=0.01)


def test_a_list_of_hours_of_silence() -> None:
    """It is left out and said, and costs neither time nor memory; a list that breaks off is flagged."""
    first, second = pcm(tone(440, 1, -20, 8000)), pcm(tone(880, 1, -20, 8000))
    sound = decode_audio(listed(fmt(), [first, 0xFFFFFFFF, second, *[200 * 8000] * 50]), name="x.wav")
    assert sound.duration_s < 303
    assert "of silence in its list of sounds were left out" in sound.truncated_why
    assert decode_audio(listed(fmt(), [first, 800, second])[:-4000], name="x.wav").truncated


PLACEHOLDERS = [0, 0xFFFFFFFF, 0x7FFFFFFF, 0x7FFFF000, 0x7FFEFFFF, 0x7FF00000, 0x40000000, 0x10000000, 0x7FFFFFDB, 123_456_789]


@pytest.mark.parametrize("size", PLACEHOLDERS)
@pytest.mark.parametrize("whole", [None, 0, 0xFFFFFFFF])
def test_lengths_that_were_never_filled_in(size: int, whole: int | None) -> None:
    """The sound is all there, so nothing is called missing."""
    data = riff(fmt(), chunk(b"data", pcm(TONE), size), size=whole)
    sound = decode_audio(data, name="x.wav")
    assert sound.duration_s == pytest.approx(1.0, abs=0.001)
    assert not sound.truncated, sound.truncated_why


@pytest.mark.parametrize("more", [8, 36, 44, 58])
def test_a_length_that_counts_the_header(more: int) -> None:
    """44 bytes too many, in both lengths, is a recorder's mistake and no missing sound."""
    sound = decode_audio(riff(fmt(), chunk(b"data", pcm(TONE), 16000 + more), size=16036 + more), name="x.wav")
    assert not sound.truncated, sound.truncated_why


@pytest.mark.parametrize("form", ["wav", "ulaw", "adpcm", "msadpcm"])
def test_a_wav_that_does_break_off_is_flagged(form: str) -> None:
    """A tenth of a second missing at the end is told from a wrong header."""
    data = encode(noise(3.0, -20, rate_hz=8000), form, 8000)
    assert not decode_audio(data, name="x.wav").truncated
    assert decode_audio(data[: -len(data) // 30], name="x.wav").truncated


def rf64() -> bytes:
    sound = pcm(TONE)
    long = chunk(b"ds64", (len(sound) + 72).to_bytes(8, "little") + len(sound).to_bytes(8, "little") + bytes(12))
    return riff(long, fmt(), chunk(b"data", sound, 0xFFFFFFFF), size=0xFFFFFFFF, magic=b"RF64")


def test_rf64() -> None:
    """RF64 keeps its lengths in a chunk of their own; half of one is flagged."""
    assert decode_audio(rf64(), name="x.wav").duration_s == pytest.approx(1.0, abs=0.001)
    assert not decode_audio(rf64(), name="x.wav").truncated
    assert decode_audio(rf64()[:8000], name="x.wav").truncated


# --- MP3


def xing(count: int | None = None, size: int | None = None) -> bytes:
    """An MP3 of 3 s whose Xing header holds these counts instead of the true ones."""
    data = bytearray(encode(noise(3.0, -20), "mp3"))
    place = max(data.find(b"Xing"), data.find(b"Info"))
    assert place > 0
    if count is not None:
        data[place + 8 : place + 12] = count.to_bytes(4, "big")
    if size is not None:
        data[place + 7] &= 0xFD if size < 0 else 0xFF
        data[place + 12 : place + 16] = max(size, 0).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("count", [0, 1, 840, 840_000])
@pytest.mark.parametrize("size", [None, 0])
def test_frame_counts_that_lie(count: int, size: int | None) -> None:
    """None, too few or ten times too many frames in the header of an MP3: decoded whole, and nothing is called missing."""
    sound = decode_audio(xing(count, size), name="x.mp3")
    assert sound.duration_s == pytest.approx(3.0, abs=0.1)
    assert not sound.truncated, sound.truncated_why


@pytest.mark.parametrize("size", [None, 0])
def test_an_mp3_that_does_break_off_is_flagged(size: int | None) -> None:
    """Two thirds of a file, by the count of bytes or by its cut last frame."""
    data = xing(None, size)
    assert decode_audio(data[: len(data) * 2 // 3], name="x.mp3").truncated


# --- sound without a header


def g726(kbps: int) -> bytes:
    return by_ffmpeg("g726le", "g726le", code_size=str(kbps // 8))


RAW: dict[str, tuple[Any, float, float]] = {  # ending: (bytes, seconds, least likeness with the tone)
    **dict.fromkeys((".ul", ".ulw", ".ulaw", ".mu", ".mulaw"), (lambda: by_ffmpeg("mulaw", "pcm_mulaw"), 1.0, 0.99)),
    **dict.fromkeys((".al", ".alw", ".alaw"), (lambda: by_ffmpeg("alaw", "pcm_alaw"), 1.0, 0.99)),
    ".sln": (lambda: pcm(TONE), 1.0, 0.999),
    ".gsm": (lambda: sndfile("GSM610", form="RAW"), 1.0, 0.95),
    ".g722": (lambda: by_ffmpeg("g722", "g722", tone(440, 1.0, -20), 16000), 1.0, 0.99),
    ".g726": (lambda: g726(32), 1.0, 0.98),
    **{f".g726-{kbps}": ((lambda kbps=kbps: g726(kbps)), 1.0, 0.9) for kbps in (16, 24, 32, 40)},
    ".g729": (lambda: bytes(1000), 1.0, -1.0),  # no encoder: 100 frames of 10 ms
    ".vox": (lambda: sndfile("VOX_ADPCM", form="RAW"), 1.0, 0.98),
    **{
        f".sln{khz}": ((lambda khz=khz: pcm(tone(440, 1.0, -20, khz * 1000))), 1.0, 0.999)
        for khz in (8, 12, 16, 24, 32, 48, 96, 192)
    },
    ".sln44": (lambda: pcm(tone(440, 1.0, -20, 44100)), 1.0, 0.999),
}  # fmt: skip


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_raw_switchboard_files_by_their_ending(ending: str) -> None:
    """Each ending of a switchboard gives a second of clean tone, in capital letters too."""
    make, seconds, least = RAW[ending]
    sound = decode_audio(make(), name="msg0000" + ending)
    assert sound.duration_s == pytest.approx(seconds, abs=0.021)
    assert least < 0 or likeness(sound.samples) > least
    assert not sound.truncated, sound.truncated_why
    assert decode_audio(make(), name="MSG0000" + ending.upper()).duration_s == sound.duration_s


@pytest.mark.parametrize("ending", [*AMBIGUOUS, ".sln", ".ulaw", ".vox"])
def test_bytes_with_a_header_win_over_the_ending(ending: str) -> None:
    """WAV, MP3 without a tag, Ogg and MP4 are what they are, whatever the name and the raw format say."""
    options = DecodeOptions(raw_format="alaw:8000")
    for form in ("wav", "opus", "m4a", "mp3"):
        data = encode(tone(440, 1.0, -20), form)
        data = data[data.find(b"\xff\xf3") :] if form == "mp3" else data
        assert decode_audio(data, name="x" + ending, options=options).duration_s == pytest.approx(1.0, abs=0.15), form


@pytest.mark.parametrize("ending", AMBIGUOUS)
def test_an_ending_that_does_not_tell(ending: str) -> None:
    """Without --raw-format the sentence names the cure; with it the sound is there."""
    data = by_ffmpeg("mulaw", "pcm_mulaw")
    with pytest.raises(NotAudio, match=r"--raw-format.*ulaw:8000"):
        decode_audio(data, name="x" + ending)
    assert likeness(decode_audio(data, name="x" + ending, options=DecodeOptions(raw_format="ulaw:8000")).samples) > 0.99
    sound = decode_audio(pcm(TONE), name="x" + ending, options=DecodeOptions(raw_format="S16LE:8000"))
    assert likeness(sound.samples) > 0.999


def test_vox_at_6_khz() -> None:
    """A .vox of 6 kHz is read with oki:6000: the raw format wins over what the ending would mean."""
    data = sndfile("VOX_ADPCM", tone(440, 1.0, -20, 6000), "RAW", 6000)
    sound = decode_audio(data, name="x.vox", options=DecodeOptions(raw_format="oki:6000"))
    assert sound.duration_s == pytest.approx(1.0, abs=0.01)
    assert likeness(sound.samples, tone(440, 1.0, -20, 6000), 6000) > 0.98


def test_the_offset_of_oki_adpcm_is_taken_out() -> None:
    """A byte that is missing amid a slope leaves an offset that nothing in the codec takes back; the sound has none."""
    import soundfile

    def plain(data: bytes) -> float:
        stream = io.BytesIO(data)
        sound = soundfile.read(stream, format="RAW", subtype="VOX_ADPCM", samplerate=8000, channels=1)[0]
        return abs(float(sound[2000:].mean()))

    whole = sndfile("VOX_ADPCM", form="RAW")
    data = max((whole[:at] + whole[at + 1 :] for at in range(500, 520)), key=plain)
    assert plain(data) > 0.03
    assert abs(decode_audio(data, name="x.vox").samples[4000:].mean()) < 0.003


def test_silence_without_a_header_is_no_text() -> None:
    """A second of A-law silence is 8000 times the letter U."""
    assert decode_audio(b"U" * 8000, name="x.alaw").duration_s == pytest.approx(1.0)
    with pytest.raises(NotAudio, match="text"):
        decode_audio(b"Dear team, this is not a recording.\n" * 5, name="x.alaw")


@pytest.mark.parametrize(
    "text", ["pcm", "ulaw:", "ulaw:x", "ulaw:0", "g722:8000", "s16le:99999999", ":8000", "gsm:16000", "ulaw:\u0661000"]
)
def test_a_raw_format_that_is_none(text: str) -> None:
    """It is refused with the list of codings."""
    with pytest.raises(SettingError, match=r"ulaw:8000.*g726-32"):
        parse_raw_format(text)


@pytest.mark.parametrize("coding", sorted(CODINGS))
def test_every_raw_format_decodes(coding: str) -> None:
    """Each coding reads bytes of any kind without a fault that is not a sentence."""
    data = np.random.default_rng(1).bytes(4000)
    try:
        sound = decode_audio(data, name="x.raw", options=DecodeOptions(raw_format=coding))
    except NothingDecoded:
        assert coding in ("gsm", "g729")
    else:
        assert 0.05 < sound.duration_s < 5


# --- what stays as it is


def aac_in_wav() -> bytes:
    """ADTS frames in a WAV file."""
    frames = encode(TONE, "aac", 8000)
    return riff(fmt(0x1600, 16, block=1, bytes_per_s=len(frames)), chunk(b"data", frames))


@pytest.mark.parametrize("make", [aac_in_wav, lambda: encode(TONE, "alac", 8000), lambda: encode(TONE, "caf", 8000),
                                  lambda: encode(TONE, "au", 8000), lambda: encode(TONE, "w64", 8000), rf64])  # fmt: skip
def test_what_stays_as_it_is(make: Any) -> None:
    """AAC in WAV, ALAC, CAF, AU, W64 and RF64 decode whole."""
    sound = decode_audio(make(), name="x")
    assert sound.duration_s == pytest.approx(1.0, abs=0.16)
    assert likeness(sound.samples[2048 if make is aac_in_wav else 0 :]) > 0.98  # an ADTS stream does not say how it is padded
    assert not sound.truncated, sound.truncated_why


# --- hostile headers

HEADERS = {
    "wav": riff(fmt(), chunk(b"data", pcm(TONE)), chunk(b"data", pcm(TONE))),
    "nms": sndfile("NMS_ADPCM_32"),
    "g721": sndfile("G721_32"),
    "rf64": rf64(),
    "mp3": xing(840),
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(HEADERS)), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 255)), min_size=1, max_size=6))
def test_damaged_headers_give_sound_or_a_sentence(form: str, edits: list[tuple[int, int]]) -> None:
    """However the first bytes are changed, the outcome is finite sound within limits or a sentence, soon."""
    data = bytearray(HEADERS[form])
    for at, value in edits:
        data[at] = value
    begun = time.monotonic()
    try:
        sound = decode_audio(bytes(data), name="x.wav", max_seconds=20)
    except AudioError:
        pass
    else:
        assert 0 < sound.duration_s <= 20
        assert np.isfinite(sound.samples).all()
    assert time.monotonic() - begun < 10


def test_thousands_of_chunks_cost_no_time() -> None:
    """A WAV of a million empty chunks is walked a little way only."""
    begun = time.monotonic()
    with pytest.raises(AudioError):
        decode_audio(riff(fmt(), chunk(b"junk", b"") * 1_000_000), name="x.wav")
    assert time.monotonic() - begun < 10
