"""Messages of voicemail length for the transcription benchmark, made from the development recordings in memory.

Two kinds. *Voicemails*: the 24 labelled synthetic messages, each also at telephone band with babble-like noise and with a
long silence in the middle: 72. *Joined*: clips of real people (read sentences, telephone numbers, dates, commands, short
replies) joined with pauses of 0.3 to 1.2 s into messages of 8 to 25 s: 133, and the three Harvard recordings at 8 kHz as
they are. Clips of one speaker stand together; where one speaker has less than 20 s, speakers of one source follow one
another. A group is the set of messages that share a recording: the bootstrap draws whole groups.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import SEED, manifest
from vmaudio.audio.decode import load_audio
from vmaudio.testing import encode

RATE = 16000
_SOURCES = (
    "transcribed/an4_test", "digits/an4_phone_and_dates", "digits/an4_zip", "transcribed/speechocean762_adults",
    "transcribed/small_samples",
)  # fmt: skip
_LONGEST_CLIP_S = 20.0


def tempo(samples: np.ndarray, factor: float) -> np.ndarray:
    """Speech ``factor`` times as fast, the pitch as it is: sox's tempo -s (WSOLA). sox comes from Debian's package."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "a.wav"), Path(folder, "b.wav")
        before.write_bytes(encode(samples, "float"))
        subprocess.run(["sox", "-V1", str(before), str(after), "tempo", "-s", str(factor)], check=True)
        return load_audio(after).samples


@dataclass(frozen=True)
class Spoken:
    """One message: float32 samples at 16 kHz, what is said, and its bootstrap group."""

    name: str
    kind: str
    samples: np.ndarray
    text: str
    group: str

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE


def messages(data: Path, joined: int = 133) -> list[Spoken]:
    """All messages, the same ones every time."""
    rng = np.random.default_rng(SEED)
    return [*_voicemails(data, rng), *_joined(data, rng, joined), *_harvard(data)]


def _voicemails(data: Path, rng: np.random.Generator) -> list[Spoken]:
    found = []
    for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] != "message":
            continue
        clean = load_audio(data / "voicemails" / row["file"]).samples
        middle = len(clean) // 2
        quiet_at = middle + int(np.argmin(np.convolve(np.abs(clean[middle : middle + 4 * RATE]), np.ones(1600), "valid")))
        pause = np.zeros(6 * RATE, np.float32)
        for kind, samples in (
            ("as recorded", clean),
            ("telephone band, noise", _telephone(clean, rng)),
            ("long silence", np.concatenate([clean[: quiet_at + 800], pause, clean[quiet_at + 800 :]])),
        ):
            found.append(
                Spoken(f"{row['id']} {kind}", f"voicemail, {kind}", samples.astype(np.float32), row["text"], row["id"])
            )
    return found


def _telephone(samples: np.ndarray, rng: np.random.Generator, snr_db: float = 15.0) -> np.ndarray:
    from scipy import signal

    band = signal.butter(6, (300, 3400), "bandpass", fs=RATE, output="sos")
    voice = signal.sosfilt(band, samples)
    noise = signal.sosfilt(band, np.cumsum(rng.standard_normal(len(samples))) * 0.02 + rng.standard_normal(len(samples)))
    gain = np.sqrt(np.mean(voice**2) / (np.mean(noise**2) + 1e-12)) * 10 ** (-snr_db / 20)
    return np.asarray(voice + gain * noise, np.float32)


def _joined(data: Path, rng: np.random.Generator, count: int) -> list[Spoken]:
    pools: list[list[tuple[str, np.ndarray, str]]] = []
    for source in _SOURCES:
        by_speaker: dict[str, list[tuple[str, np.ndarray, str]]] = {}
        for row in manifest(data / source):
            if row["transcript"] and 0.5 < float(row["seconds"]) < _LONGEST_CLIP_S:
                samples = load_audio(data / source / row["file"]).samples
                by_speaker.setdefault(row["speaker"], []).append((f"{source}/{row['file']}", samples, row["transcript"]))
        large = [clips for clips in by_speaker.values() if sum(len(c[1]) for c in clips) >= 20 * RATE]
        small = [clip for clips in by_speaker.values() if clips not in large for clip in clips]
        pools += large + ([small] if small else [])
    seconds = np.array([sum(len(clip[1]) for clip in pool) / RATE for pool in pools])
    shares = np.maximum(1, np.round(count * seconds / seconds.sum())).astype(int)
    found = []
    for pool, share in zip(pools, shares, strict=True):
        for _ in range(int(share)):
            target, pieces, texts = rng.uniform(8, 20), [_gap(rng)], []
            start = int(rng.integers(len(pool)))
            for step in range(len(pool)):
                _, samples, text = pool[(start + step) % len(pool)]
                pieces += [samples, _gap(rng)]
                texts.append(text)
                if sum(map(len, pieces)) / RATE > target:
                    break
            name = f"joined {len(found):03d}"
            group = pool[start][0].split("/")[1] + str(pools.index(pool))
            found.append(Spoken(name, "joined, real people", np.concatenate(pieces), " ".join(texts), f"{group} {start // 8}"))
    return found[:count] if len(found) >= count else found


def _gap(rng: np.random.Generator) -> np.ndarray:
    return (rng.standard_normal(int(rng.uniform(0.3, 1.2) * RATE)) * 1e-4).astype(np.float32)


def _harvard(data: Path) -> list[Spoken]:
    folder = data / "transcribed" / "osr_harvard_8k"
    return [
        Spoken(
            row["file"], "Harvard sentences, 8 kHz", load_audio(folder / row["file"]).samples, row["transcript"], row["file"]
        )
        for row in manifest(folder)
    ]


def plain(text: str) -> str:
    """Text as it is compared: openai-whisper's English normaliser, spelled letters and digits one by one."""
    from whisper.normalizers import EnglishTextNormalizer

    text = re.sub(r"\b[A-Z]{2,}\b|\b[A-Z]+(?=\d)", lambda found: " ".join(found.group()), text)
    text = EnglishTextNormalizer()(text)
    text = re.sub(r"(\d)(st|nd|rd|th)\b", r"\1", text)
    return " ".join(re.sub(r"\d", lambda found: f" {found.group()} ", text).split())
