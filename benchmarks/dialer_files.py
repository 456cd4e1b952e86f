"""Recordings as dialers keep them, composed of known pieces: ring, greeting, record tone, gap, message, menu, other messages.

Every recording knows where its message starts and ends. One in eight is a plain message: a voice alone, as in a mailbox.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import dialer_pieces as pieces
from benchmarks.common import SEED
from vmaudio.testing import busy_tone, noise
from vmaudio.testing.signals import RATE_HZ

Row = tuple[str, np.ndarray, str]
"""Who is heard ("rep", "rep*" for the message itself, "other", "tone" for a record tone), the sound, and the words."""

LAYOUTS = ("mono", "rep left", "rep right", "both alike")


@dataclass(frozen=True, eq=False)
class Dialed:
    """One recording. Times in s from its start: of the message's first and last sound, and of the end of the record tone before
    it (None without one). ``made_of`` names what is in it; ``rep`` and ``text`` are the message's."""

    name: str
    data: bytes
    start_s: float
    end_s: float
    tone_s: float | None
    made_of: tuple[str, ...]
    codec: str
    layout: str
    rep: str
    text: str
    said: tuple[tuple[float, float, str], ...]  # first and last second of every piece of speech, and its words
    lead_s: float  # silence before the message alone
    voice: np.ndarray  # the message alone with the silence around it, at the level and with the noise of the recording

    @property
    def plain(self) -> bool:
        """Nothing but the message is in it."""
        return self.made_of == ("message",)


def recordings(part: str, count: int, plain: int, data: Path) -> Iterator[Dialed]:
    """``count`` recordings of a part ("tune" or "report"), of which ``plain`` are plain messages; always the same ones."""
    rng = np.random.default_rng([SEED, part == "report"])
    said = pieces.messages(part, data)
    greetings = {
        "carrier": pieces.others(pieces.CARRIER[part], part), "own voice": pieces.others(pieces.OWN[part], part),
    }  # fmt: skip
    menus = pieces.others(pieces.MENUS[part], part)
    for number in range(count):
        yield _one(part, number, number < plain, said, greetings, menus, rng)


def _one(
    part: str,
    number: int,
    plain: bool,
    said: list[pieces.Piece],
    greetings: dict[str, list[pieces.Piece]],
    menus: list[pieces.Piece],
    rng: np.random.Generator,
) -> Dialed:
    codec = pieces.CODECS[number % len(pieces.CODECS)]
    message = said[int(rng.integers(len(said)))]
    voice = pieces.at_level(message, float(rng.uniform(-30, -18)))
    line = float(rng.uniform(-75, -50))
    lead, tail = _quiet(float(rng.uniform(0.1, 1.5))), _quiet(float(rng.uniform(0.2, 1.5)))
    alone = _with_noise(np.concatenate([lead, voice, tail]), line, number)
    layout = "mono"
    if plain:
        kinds = ["message"]
        rows = [("rep", lead, ""), ("rep*", voice, message.text), ("rep", tail, "")]
    else:
        if codec not in pieces.MONO_ONLY:
            layout = LAYOUTS[int(rng.choice(4, p=[0.55, 0.15, 0.15, 0.15]))]
        rows, kinds = _composed(part, message, voice, lead, tail, said, greetings, menus, rng)
    laid = _lay(rows)
    rep, other = laid.rep, laid.other
    if layout.startswith("rep") and number % 2:  # echo: each side is heard a little on the other's channel
        leak = np.float32(10 ** (rng.uniform(-50, -30) / 20))
        rep, other = rep + leak * other, other + leak * rep
    both = {"rep left": (rep, other), "rep right": (other, rep), "both alike": (rep + other, rep + other)}
    sound = np.stack(both[layout]) if layout != "mono" else rep + other
    noisy = np.stack([_with_noise(one, line, number) for one in sound]) if sound.ndim == 2 else _with_noise(sound, line, number)
    data, ending = pieces.coded(noisy, codec)
    name = f"{part}_{number:03d}{ending}"
    return Dialed(
        name, data, laid.start_s, laid.end_s, laid.tone_s, tuple(kinds), codec, layout, message.rep, message.text, laid.said,
        len(lead) / RATE_HZ, alone,
    )  # fmt: skip


def _composed(
    part: str,
    message: pieces.Piece,
    voice: np.ndarray,
    lead: np.ndarray,
    tail: np.ndarray,
    said: list[pieces.Piece],
    greetings: dict[str, list[pieces.Piece]],
    menus: list[pieces.Piece],
    rng: np.random.Generator,
) -> tuple[list[Row], list[str]]:
    """(who, sound) in time order, "rep*" is the message itself; and what it is made of."""
    rows: list[Row] = []
    kinds: list[str] = []
    level = float(rng.uniform(-32, -18))
    if rng.random() < 0.55:
        rows.append(("other", pieces.ring(int(rng.choice(3, p=[0.7, 0.15, 0.15])), int(rng.integers(1, 4)), rng), ""))
        kinds.append("ring")
    greeting = str(rng.choice(["carrier", "own voice", "none"], p=[0.42, 0.48, 0.1]))
    if greeting != "none":
        which = greetings[greeting][int(rng.integers(len(greetings[greeting])))]
        rows += [("other", _quiet(float(rng.uniform(0.2, 1.0))), ""), ("other", pieces.at_level(which, level), which.text)]
        kinds.append(f"greeting ({greeting})")
    toneless = greeting != "none" and rng.random() < 1 / 9
    tones = pieces.TONES[part]
    if not toneless:
        kind = tones[int(rng.integers(len(tones)))]
        rows += [("other", _quiet(float(rng.uniform(0.15, 1.5))), ""), ("tone", pieces.record_tone(kind, rng), "")]
        kinds.append(f"tone ({kind})")
    else:
        kinds.append("no tone")
    if rng.random() < 0.1 and not toneless:
        first = said[int(rng.integers(len(said)))]
        first = message if first.who != message.who and rng.random() < 0.5 else first
        sound = pieces.at_level(first, float(rng.uniform(-28, -20)))
        kind = tones[int(rng.integers(len(tones)))]
        rows += [
            ("rep", _quiet(float(rng.uniform(0.2, 1.0))), ""),
            ("rep", sound, first.text),
            ("rep", _quiet(float(rng.uniform(0.4, 2.0))), ""),
            ("tone", pieces.record_tone(kind, rng), ""),
        ]
        kinds.append("earlier message")
    gap = lead if not toneless else _quiet(float(rng.uniform(0.5, 2.0)))
    rows += [("rep", gap, ""), ("rep*", voice, message.text), ("rep", tail, "")]
    kinds.append("message")
    end = rng.random()
    if end < 0.22:
        menu = menus[int(rng.integers(len(menus)))]
        if rng.random() < 0.4:
            rows.append(("other", pieces.record_tone(tones[int(rng.integers(len(tones)))], rng), ""))
            kinds.append("tone after")
        rows += [
            ("other", _quiet(float(rng.uniform(0.6, 3.0))), ""),
            ("other", pieces.at_level(menu, level), menu.text),
            ("other", _quiet(0.3), ""),
        ]
        kinds.append("menu")
    elif end < 0.34:
        busy = busy_tone(float(rng.uniform(1.0, 4.0)), float(rng.uniform(-30, -16)))
        rows += [("other", _quiet(0.3), ""), ("other", busy, "")]
        kinds.append("busy tone")
    elif end < 0.42:
        rows.append(("other", pieces.record_tone(tones[int(rng.integers(len(tones)))], rng), ""))
        kinds.append("tone after")
    return rows, kinds


@dataclass(frozen=True, eq=False)
class _Laid:
    """The rep's sound and the other side's, each of full length, and where in them things are."""

    rep: np.ndarray
    other: np.ndarray
    start_s: float
    end_s: float
    tone_s: float | None
    said: tuple[tuple[float, float, str], ...]


def _lay(rows: list[Row]) -> _Laid:
    """The rows one after another."""
    n = sum(len(sound) for _, sound, _ in rows)
    rep, other = np.zeros(n, np.float32), np.zeros(n, np.float32)
    at, start_s, end_s, tone_s, last_tone_s = 0, 0.0, 0.0, None, None
    said = []
    for who, sound, text in rows:
        (rep if who.startswith("rep") else other)[at : at + len(sound)] = sound
        span = at / RATE_HZ, (at + len(sound)) / RATE_HZ
        if who == "rep*":
            (start_s, end_s), tone_s = span, last_tone_s
        if who == "tone":
            last_tone_s = span[1]
        if text:
            said.append((*span, text))
        at += len(sound)
    return _Laid(rep, other, start_s, end_s, tone_s, tuple(said))


def _quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def _with_noise(samples: np.ndarray, level_dbfs: float, seed: int) -> np.ndarray:
    """The line's noise under everything."""
    bed = _bed()
    first = (seed * 7919 * 160) % (len(bed) - 1)
    under = np.take(bed, range(first, first + len(samples)), mode="wrap")
    return np.asarray(samples + under * np.float32(10 ** ((level_dbfs + 40) / 20)), np.float32)


@functools.cache
def _bed() -> np.ndarray:
    """Two minutes of noise at -40 dBFS: making it anew for each recording took most of the time."""
    return noise(120.0, -40.0, "pink", SEED)
