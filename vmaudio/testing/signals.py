"""Signals of known truth and other stand-ins: for vmaudio's own tests and for other people's.

First come the signal makers. They return float32 arrays of shape (n_samples,); levels are RMS in dBFS, 0 dBFS being an RMS
of 1 (a full-scale sine has -3.01 dBFS); every random one takes a ``seed``. `recording` wraps samples for the measuring
modules, `encode` makes a file of them in memory.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vmaudio.records import Activity, Recording, Segment, Span, Transcript, Word

RATE_HZ = 16000


def set_level(samples: np.ndarray, level_dbfs: float) -> np.ndarray:
    """Scale to an RMS of ``level_dbfs``. Silence stays silence; nothing is clipped."""
    rms = float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0
    return (samples * (10 ** (level_dbfs / 20) / rms if rms > 0 else 0.0)).astype(np.float32)


def silence(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Digital zero."""
    return np.zeros(round(seconds * rate_hz), np.float32)


def tone(freq_hz: float | Sequence[float], seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A sine, or several of equal amplitude; ``level_dbfs`` is that of the sum."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    freqs = np.atleast_1d(np.asarray(freq_hz, dtype=float))
    return set_level(np.sin(2 * np.pi * freqs[:, None] * t).sum(axis=0), level_dbfs)


def chirp(start_hz: float, end_hz: float, seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A sine that glides linearly from one frequency to the other."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return set_level(np.sin(2 * np.pi * (start_hz * t + (end_hz - start_hz) * t**2 / (2 * seconds))), level_dbfs)


def noise(seconds: float, level_dbfs: float = -40.0, kind: str = "white", seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Stationary noise: "white", "pink" (-3 dB per octave) or "brown" (-6 dB per octave), the latter two from 20 Hz up."""
    n = round(seconds * rate_hz)
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0}[kind]
    if n == 0:
        return np.zeros(0, np.float32)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
    freqs = np.fft.rfftfreq(n, 1 / rate_hz)
    spectrum *= np.where(freqs >= 20, np.maximum(freqs, 20.0) ** -slope, 0.0 if slope else 1.0)
    return set_level(np.fft.irfft(spectrum, n), level_dbfs)


def hum(seconds: float, level_dbfs: float = -40.0, mains_hz: float = 60.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Mains hum: the mains frequency and its harmonics to the 15th, odd ones stronger."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    parts = [(1.0 if k % 2 else 0.4) / k * np.sin(2 * np.pi * k * mains_hz * t + k) for k in range(1, 16)]
    return set_level(np.sum(parts, axis=0), level_dbfs)


def bursts(wave: np.ndarray, on_s: float, off_s: float, rate_hz: int = RATE_HZ, ramp_s: float = 0.005) -> np.ndarray:
    """Switch a sound on and off, beginning with on; soft ramps, so that no clicks arise."""
    t = np.arange(len(wave)) / rate_hz % (on_s + off_s)
    gate = np.clip(np.minimum(t, on_s - t) / ramp_s, 0.0, 1.0)
    return (wave * gate).astype(np.float32)


def beeps(
    seconds: float, level_dbfs: float = -20.0, freq_hz: float = 1000.0, on_s: float = 0.3, off_s: float = 0.7,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:  # fmt: skip
    """A tone that comes and goes; ``level_dbfs`` is that of the tone while on."""
    return bursts(tone(freq_hz, seconds, level_dbfs, rate_hz), on_s, off_s, rate_hz)


def dial_tone(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American dial tone: 350 and 440 Hz."""
    return tone((350, 440), seconds, level_dbfs, rate_hz)


def ring_back(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American ring-back tone: 440 and 480 Hz, 2 s on, 4 s off."""
    return bursts(tone((440, 480), seconds, level_dbfs, rate_hz), 2.0, 4.0, rate_hz)


def busy_tone(seconds: float, level_dbfs: float = -20.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The North American busy signal: 480 and 620 Hz, half a second on and off."""
    return bursts(tone((480, 620), seconds, level_dbfs, rate_hz), 0.5, 0.5, rate_hz)


def dtmf(digits: str, on_s: float = 0.1, off_s: float = 0.1, level_dbfs: float = -15.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Telephone keys: each digit, ``*`` or ``#`` as its two tones (ITU-T Q.23)."""
    keys = "123456789*0#"
    low, high = (697, 770, 852, 941), (1209, 1336, 1477)
    pieces = [
        np.concatenate([
            bursts(tone((low[keys.index(d) // 3], high[keys.index(d) % 3]), on_s, level_dbfs, rate_hz), on_s, 1.0, rate_hz),
            silence(off_s, rate_hz),
        ])
        for d in digits
    ]  # fmt: skip
    return np.concatenate(pieces) if pieces else silence(0)


def chords(seconds: float, level_dbfs: float = -20.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Music-like: triads of plucked notes with harmonics, a new chord every third to whole second."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    out = np.zeros(n)
    at = 0
    while at < n:
        length = int(rng.uniform(0.33, 1.0) * rate_hz)
        t = np.arange(min(n - at, int(length * 1.5))) / rate_hz
        root = 110 * 2 ** (rng.integers(0, 24) / 12)
        for interval in (0, int(rng.choice([3, 4])), 7, 12):
            for k in range(1, 6):
                freq = k * root * 2 ** (interval / 12)
                out[at : at + len(t)] += np.sin(2 * np.pi * freq * t + rng.uniform(0, 6)) / k * np.exp(-t * (1 + k))
        at += length
    return set_level(out, level_dbfs)


def clicks(seconds: float, level_dbfs: float = -35.0, per_s: float = 5.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Keyboard-like: short noise bursts with a resonance, each key down and up, at irregular times."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    out = np.zeros(n + rate_hz)
    at = rng.uniform(0, 0.2)
    while at < seconds:
        for delay, gain in ((0.0, 1.0), (rng.uniform(0.06, 0.11), 0.4)):
            t = np.arange(int(0.02 * rate_hz)) / rate_hz
            body = np.sin(2 * np.pi * rng.uniform(1500, 4000) * t) + rng.standard_normal(len(t))
            start = int((at + delay) * rate_hz)
            out[start : start + len(t)] += gain * rng.uniform(0.5, 1.0) * body * np.exp(-t / 0.004)
        at += rng.exponential(1 / per_s) + 0.05
    return set_level(out[:n], level_dbfs)


def breathing(seconds: float, level_dbfs: float = -40.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Breathing-like: band noise that swells and fades, in and out, about 15 breaths a minute."""
    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal(n)) if n else np.zeros(1)
    freqs = np.fft.rfftfreq(max(n, 1), 1 / rate_hz)
    shape = np.exp(-0.5 * (np.log2(np.maximum(freqs, 1) / rng.uniform(600, 1500)) / 1.2) ** 2)
    t = np.arange(n) / rate_hz
    swell = np.clip(np.sin(2 * np.pi * t / rng.uniform(1.6, 2.4) + rng.uniform(0, 6)), 0, 1) ** 1.5
    return set_level(np.fft.irfft(spectrum * shape, n) * (swell + 0.01) if n else silence(0), level_dbfs)


def street(seconds: float, level_dbfs: float = -30.0, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Street-like: brown and pink noise, with cars that pass (slow swells) and engine hum."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    out = noise(seconds, -20, "brown", seed, rate_hz) + noise(seconds, -30, "pink", seed + 1, rate_hz)
    for _ in range(max(1, round(seconds / 6))):
        bump = np.exp(-0.5 * ((t - rng.uniform(0, max(seconds, 1))) / rng.uniform(0.7, 2.0)) ** 2)
        out = out + noise(seconds, -14, "pink", int(rng.integers(1 << 30)), rate_hz) * bump
        out = out + 0.02 * np.sin(2 * np.pi * rng.uniform(60, 130) * t) * bump
    return set_level(out, level_dbfs)


@dataclass(frozen=True, slots=True, eq=False)
class SpeechLike:
    """A synthetic utterance and its truth. ``samples`` float32; ``spans`` are phrases, ``syllable_times_s`` vowel centres.

    ``f0_median_hz`` is over voiced time; ``level_dbfs`` the RMS over the spans.
    """

    samples: np.ndarray
    rate_hz: int
    spans: tuple[Span, ...]
    pauses: tuple[Span, ...]
    syllable_times_s: tuple[float, ...]
    f0_median_hz: float
    level_dbfs: float


# First three formants in Hz (Peterson & Barney 1952, men), for a as in "father", i, u, ae, schwa, o.
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (660, 1720, 2410), (500, 1500, 2500), (570, 840, 2410))


def speech_like(
    phrases: Sequence[int] = (5, 7, 4),
    *,
    syllable_s: float = 0.2,
    pause_s: float = 0.5,
    lead_s: float = 0.5,
    tail_s: float = 0.5,
    f0_hz: float = 120.0,
    fall_st: float = 3.0,
    level_dbfs: float = -25.0,
    voiced: bool = True,
    seed: int = 0,
    rate_hz: int = RATE_HZ,
) -> SpeechLike:
    """Vowels and hisses with the timing of speech, and exact truth.

    Each number in ``phrases`` is a count of syllables; a phrase lasts that many times ``syllable_s``. Phrases are parted by
    ``pause_s`` of digital silence. Pitch falls over each phrase by ``fall_st`` semitones around ``f0_hz``. Each syllable
    is a vowel of harmonics under three formants, with every other one led by a hiss; ``voiced=False`` whispers all of it.
    """
    rng = np.random.default_rng(seed)
    pieces, spans, centres, f0s = [silence(lead_s, rate_hz)], [], [], []
    at = len(pieces[0])
    for number, count in enumerate(phrases):
        if number:
            pieces.append(silence(pause_s, rate_hz))
            at += len(pieces[-1])
        n, one = round(count * syllable_s * rate_hz), syllable_s * rate_hz
        position = np.arange(n) / max(n, 1)
        f0 = f0_hz * 2 ** (fall_st * (0.5 - position) / 12)
        phase = 2 * np.pi * np.cumsum(f0) / rate_hz
        index = np.minimum((np.arange(n) / one).astype(int), count - 1)
        inside = np.arange(n) / one - index
        vowels = np.array([_VOWELS[i] for i in rng.integers(len(_VOWELS), size=count)], dtype=float)
        smooth = np.ones(int(0.03 * rate_hz)) / int(0.03 * rate_hz)
        tracks = [
            np.convolve(np.pad(vowels[index, j], len(smooth), "edge"), smooth, "same")[len(smooth) : -len(smooth)]
            for j in range(3)
        ]
        swell = 0.15 + 0.85 * np.sin(np.pi * np.clip((inside - 0.1) / 0.9, 0, 1)) ** 0.7
        wave = np.zeros(n)
        hiss = rng.standard_normal(n)
        for k in range(1, int(min(4000, 0.45 * rate_hz) / f0_hz) + 1):
            gain = sum(_resonance(k * f0, track, 60 + 40 * j) for j, track in enumerate(tracks)) / k**0.5
            wave += gain * (np.sin(k * phase) if voiced else rng.standard_normal(n) * np.sin(k * phase))
        wave *= swell
        led = (inside < 0.22) & (index % 2 == 1)
        peak = float(np.sqrt(np.mean(wave**2))) or 1.0
        wave += np.append(0.0, np.diff(hiss)) * led * np.sin(np.pi * np.clip(inside / 0.22, 0, 1)) * 0.25 * peak
        ramp = int(0.005 * rate_hz)
        wave *= np.clip(np.minimum(np.arange(n), np.arange(n)[::-1]) / max(ramp, 1), 0, 1)
        pieces.append(wave.astype(np.float32))
        spans.append((at, at + n))
        centres += [(at + (i + 0.55) * one) / rate_hz for i in range(count)]
        f0s.append(f0)
        at += n
    pieces.append(silence(tail_s, rate_hz))
    samples = np.concatenate(pieces)
    power = np.mean(np.concatenate([samples[a:b] for a, b in spans]).astype(float) ** 2) if spans else 0.0
    samples = (samples * (10 ** (level_dbfs / 20) / np.sqrt(power) if power else 0.0)).astype(np.float32)
    return SpeechLike(
        samples=samples,
        rate_hz=rate_hz,
        spans=tuple(Span(a / rate_hz, b / rate_hz) for a, b in spans),
        pauses=tuple(Span(a[1] / rate_hz, b[0] / rate_hz) for a, b in itertools.pairwise(spans)),
        syllable_times_s=tuple(centres),
        f0_median_hz=float(np.median(np.concatenate(f0s))) if f0s and voiced else float("nan"),
        level_dbfs=level_dbfs,
    )


def _resonance(freq_hz: np.ndarray, centre_hz: np.ndarray, width_hz: float) -> np.ndarray:
    """Gain of a formant, 1 at its centre."""
    return width_hz / np.sqrt(width_hz**2 + (freq_hz - centre_hz) ** 2)


def recording(samples: np.ndarray, rate_hz: int = RATE_HZ) -> Recording:
    """Wrap samples as if they had been decoded; other rates than 16 kHz are resampled as `vmaudio.audio` does it."""
    samples = np.asarray(samples, dtype=np.float32)
    sha256 = hashlib.sha256(samples.tobytes()).hexdigest()
    if rate_hz != RATE_HZ:
        import soxr

        samples = soxr.resample(samples, rate_hz, RATE_HZ)
    return Recording(
        sha256=sha256,
        samples=samples,
        sample_rate_hz=RATE_HZ,
        duration_s=len(samples) / RATE_HZ,
        source_rate_hz=rate_hz,
        source_channels=1,
        source_codec="pcm_f32le",
    )


FORMATS = {
    "wav": ("wav", "pcm_s16le"), "wav8": ("wav", "pcm_u8"), "wav24": ("wav", "pcm_s24le"), "wav32": ("wav", "pcm_s32le"),
    "float": ("wav", "pcm_f32le"), "double": ("wav", "pcm_f64le"), "ulaw": ("wav", "pcm_mulaw"), "alaw": ("wav", "pcm_alaw"),
    "adpcm": ("wav", "adpcm_ima_wav"), "msadpcm": ("wav", "adpcm_ms"), "aiff": ("aiff", "pcm_s16be"), "au": ("au", "pcm_mulaw"),
    "caf": ("caf", "pcm_s16le"), "w64": ("w64", "pcm_s16le"), "flac": ("flac", "flac"), "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"), "alac": ("ipod", "alac"), "aac": ("adts", "aac"), "3gp": ("3gp", "libopencore_amrnb"),
    "amr": ("amr", "libopencore_amrnb"), "opus": ("ogg", "libopus"), "oggflac": ("ogg", "flac"), "webm": ("webm", "libopus"),
    "wma": ("asf", "wmav2"), "mka": ("matroska", "flac"), "g722": ("g722", "g722"),
    "wv": ("wv", "wavpack"), "tta": ("tta", "tta"),
}  # fmt: skip
"""What `encode` can make: name -> (FFmpeg's muxer, encoder)."""


def encode(samples: np.ndarray, form: str = "wav", rate_hz: int = RATE_HZ) -> bytes:
    """A file of ``samples``, shape (n_samples,) or (channels, n_samples), in one of `FORMATS`, made with PyAV.

    AMR takes 8000 Hz alone.
    """
    import av

    muxer, codec = FORMATS[form]
    block = np.atleast_2d(np.asarray(samples, dtype=np.float32))
    layout = {1: "mono", 2: "stereo", 4: "quad", 6: "5.1"}[len(block)]
    buffer = io.BytesIO()
    with av.open(buffer, "w", format=muxer) as container:
        stream: Any = container.add_stream(codec, rate=rate_hz, layout=layout)
        if codec == "wmav2":
            stream.bit_rate = 64000
        chunk = 4000
        for start in range(0, block.shape[1], chunk):
            piece = np.ascontiguousarray(block[:, start : start + chunk])
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
            frame.sample_rate, frame.pts = rate_hz, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return buffer.getvalue()


class FakeTranscriber:
    """A transcriber that knows what was said: the whole line runs in milliseconds.

    ``texts`` maps a recording's id (the SHA-256 of its file's bytes) to its words; others get ``default``. The words are
    spread evenly over the activity's speech, with ``probability``. A text that is an exception is raised, so that an
    engine's failure can be played. ``calls`` keeps the size of every batch. It knows the words, so a second pass would tell
    nothing new, and it scores no texts: a test that needs either makes a subclass that says so.
    """

    supports_second_pass: bool = False
    supports_scoring: bool = False

    def __init__(
        self,
        texts: Mapping[str, str | Exception] | None = None,
        *,
        default: str | Exception = "Hi Dana, this is Tom Becker. Call me at 303-555-0126. Thanks.",
        probability: float = 0.9,
        name: str = "fake:words",
    ) -> None:
        self.texts, self.default, self.probability, self.name = dict(texts or {}), default, probability, name
        self.options: Mapping[str, str | int | float | bool] = {"language": "en"}
        self.calls: list[int] = []

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Return one written transcript per recording; "no_speech" where the activity has none."""
        self.calls.append(len(recordings))
        return [self._one(sound, active) for sound, active in zip(recordings, activities, strict=True)]

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring, which a recogniser without sound in its head cannot do.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"{self.name} cannot score texts")

    def _one(self, sound: Recording, active: Activity) -> Transcript:
        text = self.texts.get(sound.sha256, self.default)
        if isinstance(text, Exception):
            raise text
        tokens = text.split()
        if not active.speech or not tokens:
            return Transcript("no_speech", "en", "", (), self.name, self.options)
        start_s, end_s = active.speech[0].start_s, active.speech[-1].end_s
        step = (end_s - start_s) / len(tokens)
        words = tuple(
            Word(token, start_s + i * step, start_s + (i + 1) * step, self.probability) for i, token in enumerate(tokens)
        )
        segment = Segment(start_s, end_s, text, words, -0.2, 0.01, 1.2)
        return Transcript("speech", "en", text, (segment,), self.name, self.options)
