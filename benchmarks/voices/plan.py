"""Which recordings there are: voices, ways to say a number and lines, put together by seed, and the real spoken numbers."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.common import SEED
from benchmarks.rows.phones import Item, recordings
from benchmarks.voices.lines import LINES, RATE_HZ, through
from benchmarks.voices.speakers import PARTS, speakers
from benchmarks.voices.styles import STYLES, Said, say_number
from samples.voices import Voice, join, resample, say
from vmaudio.records import Recording

SHARES = {"tune": 0.5, "choose": 0.2, "report": 0.3}
UTTERANCES = 120
"""Different synthetic utterances; each goes through `LINES_EACH` lines of its part, and so does each
real one but the long voicemails."""
LINES_EACH = 3


@dataclass(frozen=True)
class Task:
    """One recording that can be made: ``group`` is the voice or the speaker, ``local`` whether seven digits are whole."""

    key: str
    part: str
    group: str
    kind: str
    style: str
    line: str
    digits: str
    local: bool
    source: Voice | Path | int
    said: Said | None = None


def plan(data: Path, utterances: int = UTTERANCES, seed: int = SEED) -> list[Task]:
    """All recordings; utterances are shuffled, so that the first n are a sample of all, and each is spoken once for its lines.

    Args:
        data: the folder of development recordings, for the real spoken numbers.
        utterances: synthetic ones, over all parts.
        seed: of everything that is drawn.
    """
    tasks = [*_synthetic(utterances, seed), *_real(data)]
    spoken: dict[str, list[Task]] = {}
    for task in tasks:
        spoken.setdefault(task.key.removesuffix(task.line), []).append(task)
    order = list(spoken.values())
    random.Random(seed).shuffle(order)
    return [task for one in order for task in one]


def _synthetic(utterances: int, seed: int) -> list[Task]:
    voices, tasks = speakers(), []
    for part in PARTS:
        rng = random.Random(f"{seed} {part} said")
        order = rng.sample(voices[part], len(voices[part]))
        for index in range(round(utterances * SHARES[part])):
            voice, style = order[index % len(order)], STYLES[part][index % len(STYLES[part])]
            said = say_number(style, part, rng)
            for line in rng.sample(LINES[part], LINES_EACH):
                key = f"{part} {index:03d} {voice.name} {style} {line}"
                tasks.append(Task(key, part, voice.name, voice.engine, style, line, said.digits, False, voice, said))
    return tasks


def _real(data: Path) -> list[Task]:
    tasks = []
    for index, item in enumerate(_items(data)):
        third = zlib.crc32(f"choose {item.group}".encode()) % 3 == 0
        part = "choose" if item.part == "tune" and third and item.kind == "real voices" else item.part
        rng = random.Random(f"{item.kind} {index}")
        for line in rng.sample(LINES[part], 1 if item.kind == "voicemails" else LINES_EACH):
            key = f"{item.kind} {index:03d} {line}"
            tasks.append(Task(key, part, item.group, item.kind, "real", line, item.digits, item.local, index))
    return tasks


@lru_cache(maxsize=1)
def _items(data: Path) -> list[Item]:
    return recordings(data)


@lru_cache(maxsize=8)
def _spoken(voice_name: str, said: Said, voice: _ByName) -> np.ndarray:
    pieces: list[np.ndarray | float] = []
    rate = RATE_HZ
    for piece in said.pieces:
        if isinstance(piece, str):
            sound, rate = say(piece, voice.voice, speed=said.pace, seed=zlib.crc32(said.digits.encode()) % 8)
            pieces.append(sound)
        else:
            pieces.append(piece)
    return resample(join([0.3, *pieces, 0.4], rate).samples, rate, RATE_HZ)


@dataclass(frozen=True)
class _ByName:
    """A voice that compares by its name: its blend cannot be hashed."""

    voice: Voice

    def __hash__(self) -> int:
        return hash(self.voice.name)


def sound_of(task: Task, data: Path) -> Recording:
    """The recording of a task, made anew."""
    if task.said is None:
        assert isinstance(task.source, int)
        samples = _items(data)[task.source].samples
    else:
        assert isinstance(task.source, Voice)
        samples = _spoken(task.group, task.said, _ByName(task.source))
    return through(samples, task.line, zlib.crc32(task.key.encode()))
