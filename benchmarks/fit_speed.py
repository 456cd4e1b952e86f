"""Fit the weights with which `vmaudio.analysis.speed` tells a voice at double or half speed from a natural one.

Voices of the samples, the development voicemails and read or acted speech, up to 14 s each, as they are, through a
telephone's band, muffled (nothing over 2.5 kHz) and with noise; each at its own, at twice and at half its speed. Prints the
weights for the module, and what is told and what is falsely told, every source left out of the fit in turn.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, SEED, shared_data
from vmaudio.analysis.options import FlagOptions
from vmaudio.analysis.speed import signs, spoken
from vmaudio.audio import detect_speech, load_audio
from vmaudio.errors import AudioError
from vmaudio.prosody import measure_prosody
from vmaudio.records import Recording

_RATE, _MOST_S = 16000, 14
_SPEECH_S, _SYLLABLES = 3.0, 10  # a little less than the flag asks for: 14 s are short at double speed
_SPEAKER = {  # which part of a file's name is the speaker
    "transcribed/an4_test": lambda stem: stem.split("-")[1],
    "digits/an4_phone_and_dates": lambda stem: stem.split("-")[1],
    "emotion/ravdess": lambda stem: stem.split("-")[-1],
    "emotion/emodb_de": lambda stem: stem[:2],
    "pitch/fda_ue": lambda stem: stem[:2],
    "transcribed/speechocean762_adults": lambda stem: stem[:4],
    "transcribed/osr_harvard_8k": lambda stem: stem,
    "voicemails/audio": lambda stem: stem,
}
_ENDINGS = (".wav", ".sph", ".flac", ".mp3", ".m4a", ".ogg", ".amr", ".gsm")
LINES = ("plain", "telephone", "muffled", "noise")


def voices(data: Path) -> Iterator[tuple[str, np.ndarray]]:
    """(source, sound) of every voice, at most 14 s."""
    for path in sorted((ROOT / "samples").glob("[0-9][0-9]_*")):
        if path.suffix in _ENDINGS and not path.name.startswith(("31_", "32_")):
            yield "samples", load_audio(path, max_seconds=_MOST_S).samples
    for source, speaker in _SPEAKER.items():
        found: dict[str, list[np.ndarray]] = defaultdict(list)
        for path in sorted((data / source).rglob("*")):
            name = speaker(path.stem) if path.suffix.lower() in _ENDINGS else ""
            if name and sum(map(len, found[name])) < _MOST_S * _RATE:
                try:
                    found[name].append(load_audio(path, max_seconds=_MOST_S).samples)
                except AudioError:
                    continue
        yield from ((source, np.concatenate(sounds)[: _MOST_S * _RATE]) for sounds in found.values() if sounds)


def lines(samples: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The sound over each of `LINES`."""
    from scipy.signal import butter, sosfilt

    hiss = sosfilt(butter(1, 400, "low", fs=_RATE, output="sos"), np.random.default_rng(SEED).standard_normal(len(samples)))
    hiss *= np.sqrt(np.mean(samples**2) / np.mean(hiss**2)) * 10 ** (-12 / 20)
    yield "plain", samples
    yield "telephone", sosfilt(butter(4, [300, 3400], "band", fs=_RATE, output="sos"), samples).astype(np.float32)
    yield "muffled", sosfilt(butter(6, 2500, "low", fs=_RATE, output="sos"), samples).astype(np.float32)
    yield "noise", (samples + hiss).astype(np.float32)


def rows(data: Path) -> Iterator[tuple[str, str, float, np.ndarray]]:
    """(source, line, speed, signs) of every voice that has enough speech at that speed."""
    import soxr

    options = FlagOptions()
    for source, sound in voices(data):
        for speed in (1.0, 2.0, 0.5):
            played = _recording(sound if speed == 1.0 else soxr.resample(sound, _RATE * speed, _RATE))
            prosody = measure_prosody(played, detect_speech(played))
            f0_hz, rate = prosody.f0_median_hz, prosody.articulation_rate_syl_s
            enough = prosody.speech_s >= _SPEECH_S and prosody.syllables >= _SYLLABLES
            if not enough or not prosody.voiced_share >= options.speed_voiced_share or not (f0_hz > 0 and rate > 0):
                continue
            for line, heard in lines(sound):
                again = heard if speed == 1.0 else soxr.resample(heard, _RATE * speed, _RATE)
                found = signs(spoken(dataclasses.replace(played, samples=again), prosody), f0_hz, rate)
                if found is not None:
                    yield source, line, speed, found


def _recording(samples: np.ndarray) -> Recording:
    return Recording("", samples, _RATE, len(samples) / _RATE, _RATE, 1, "")


def fit(x: np.ndarray, wrong: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and intercept of the logistic regression on signs of shape (n, 6)."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = x.mean(axis=0), x.std(axis=0)
    made = LogisticRegression(C=0.3, max_iter=3000).fit((x - middle) / spread, wrong)
    weights = made.coef_[0] / spread
    return weights, float(made.intercept_[0] - weights @ middle)


def main() -> None:
    """Print the weights, and what every source says when it is left out."""
    found = list(rows(shared_data()))
    options = FlagOptions()
    for name, speed, least in (("FAST", 2.0, options.speed_fast), ("SLOW", 0.5, options.speed_slow)):
        mine = [row for row in found if row[2] in (1.0, speed)]
        source, line = (np.array([row[i] for row in mine]) for i in (0, 1))
        wrong, x = np.array([row[2] != 1.0 for row in mine]), np.stack([row[3] for row in mine])
        weights, bias = fit(x, wrong)
        print(f"{name} = (({', '.join(f'{one:.2f}' for one in weights)}), {bias:.2f})")
        left_out = np.zeros(len(x))
        for one in sorted(set(source)):
            theirs, constant = fit(x[source != one], wrong[source != one])
            left_out[source == one] = x[source == one] @ theirs + constant
        for one in LINES:
            told, false = ((left_out > least)[(line == one) & (wrong == truth)] for truth in (True, False))
            print(f"  {one}: told {told.sum()} of {len(told)}, falsely {false.sum()} of {len(false)}")


if __name__ == "__main__":
    main()
