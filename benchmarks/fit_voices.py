"""Fit the weights with which `vmaudio.audio.voices` tells two voices of one recording apart.

Pairs of stretches of 2 to 15 s, half of them of one voice, through one of seven codecs each, with noise, at two levels:
voices of the tuning part of the dialer benchmark, and read sentences of real people. Logistic regression on the logarithms of
the two distances. Prints the weights for the module, and how sure and how right they are.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks import dialer_pieces as pieces
from benchmarks.common import SEED, manifest, shared_data
from vmaudio.audio.decode import decode_audio, load_audio
from vmaudio.audio.voices import distances, voice_of
from vmaudio.records import Span
from vmaudio.testing.signals import RATE_HZ

_REAL = (
    "transcribed/speechocean762_adults", "transcribed/an4_test", "digits/an4_phone_and_dates", "transcribed/osr_harvard_8k",
)  # fmt: skip
_CODECS = ("wav 8 kHz", "ulaw", "gsm", "amr", "mp3", "opus", "wav")
_LEAST_S, _PAIRS = 6.0, 160


def voices(data: Path) -> list[tuple[str, np.ndarray]]:
    """(kind, sound) of every voice with enough of it, at most 40 s each."""
    found: dict[str, list[np.ndarray]] = {}
    for texts in (pieces.CARRIER, pieces.OWN, pieces.MENUS):
        for piece in pieces.others(texts["tune"], "tune"):
            found.setdefault(f"made {piece.who}", []).append(piece.samples)
    for piece in pieces.messages("tune", data):
        found.setdefault(f"made {piece.who}", []).append(piece.samples)
    for source in _REAL:
        for row in manifest(data / source):
            name = f"real {source} {row['speaker']}"
            if sum(map(len, found.get(name, []))) < 40 * RATE_HZ:
                found.setdefault(name, []).append(load_audio(data / source / row["file"]).samples)
    joined = [(name.split()[0], np.concatenate(sounds)[: 40 * RATE_HZ]) for name, sounds in found.items()]
    return [(kind, sound) for kind, sound in joined if len(sound) >= _LEAST_S * RATE_HZ]


def pairs(data: Path, count: int = _PAIRS) -> tuple[np.ndarray, np.ndarray, int]:
    """Distances of shape (n, 2), whether the voices differ, and how many voices there are."""
    rng = np.random.default_rng(SEED)
    known = voices(data)
    rows, other = [], []
    while len(rows) < count:
        one, two = (int(at) for at in rng.integers(len(known), size=2))
        first, second = (int(seconds * RATE_HZ) for seconds in (rng.uniform(2, 10), rng.uniform(3, 15)))
        if rng.random() < 0.5:
            two = one
        elif two == one or known[one][0] != known[two][0]:
            continue  # made and real voices come from other rooms: that is not what is to be told
        if one == two:
            cut = int(len(known[one][1]) * rng.uniform(0.3, 0.7))
            a, b = known[one][1][:cut][-first:], known[one][1][cut:][:second]
        else:
            a, b = (_stretch(known[at][1], n, rng) for at, n in ((one, first), (two, second)))
        gap = np.zeros(RATE_HZ // 2, np.float32)
        sound = np.concatenate([a * np.float32(10 ** (rng.uniform(-8, 8) / 20)), gap, b])
        sound = sound + rng.standard_normal(len(sound)) * 10 ** (rng.uniform(-70, -52) / 20)
        file, ending = pieces.coded(sound / max(1.0, 1.02 * np.abs(sound).max()), _CODECS[int(rng.integers(len(_CODECS)))])
        heard = decode_audio(file, name=f"pair{ending}").samples
        border = len(a) / RATE_HZ
        both = [voice_of(heard, [span]) for span in (Span(0.0, border), Span(border + 0.5, len(sound) / RATE_HZ))]
        if all(len(voice.pitch_st) and voice.voiced_s >= 0.5 for voice in both):
            rows.append(distances(*both))
            other.append(one != two)
    return np.array(rows), np.array(other), len(known)


def _stretch(sound: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    first = int(rng.integers(0, max(1, len(sound) - n)))
    return sound[first : first + n]


def main() -> None:
    """Fit, and print."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    rows, other, known = pairs(shared_data())
    logs = np.log(rows + 0.1)
    model = LogisticRegression(C=10.0)
    odds = cross_val_predict(model, logs, other, cv=10, method="decision_function")
    model.fit(logs, other)
    print(f"{len(rows)} pairs of {known} voices; right side of 0: {100 * np.mean((odds > 0) == other):.1f} % (10-fold)")
    for sure in (1.0, 2.0):
        print(
            f"beyond {sure:g}: other voices told {100 * np.mean(odds[other] > sure):.1f} %, called one voice "
            f"{100 * np.mean(odds[other] < -sure):.1f} %; one voice told {100 * np.mean(odds[~other] < -sure):.1f} %, called "
            f"two {100 * np.mean(odds[~other] > sure):.1f} %"
        )
    print(f"_WEIGHTS, _BIAS = {tuple(np.round(model.coef_[0], 2).tolist())}, {model.intercept_[0]:.2f}")


if __name__ == "__main__":
    main()
