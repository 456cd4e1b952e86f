"""Recordings as dialers keep them, composed of known pieces: ring, greeting, record tone, gap, message, menu, other messages.

Every recording knows where its message starts and ends. One in eight is a plain message: a voice alone, as in a mailbox.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import dialer_pieces as pieces
from benchmarks.common import SEED
from vmaudio.testing import busy_tone, noise
from vmaudio.testing.signals import RATE_HZ

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
    voice: np.ndarray  # the message alone with the silence around it, at the level and with the noise of the recording

    @property
    def plain(self) -> bool:
        """Nothing but the message is in it."""
        return self.made_of == ("message",)


def recordings(part: str, count: int, plain: int, data: Path) -> list[Dialed]:
    """``count`` recordings of a part ("tune" or "report"), of which ``plain`` are plain messages; always the same ones."""
    rng = np.random.default_rng([SEED, part == "report"])
    said = pieces.messages(part, data)
    greetings = {
        "carrier": pieces.others(pieces.CARRIER[part], part), "own voice": pieces.others(pieces.OWN[part], part),
    }  # fmt: skip
    menus = pieces.others(pieces.MENUS[part], part)
    return [_one(part, number, number < plain, said, greetings, menus, rng) for number in range(count)]


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
        rows = [("rep", lead), ("rep", voice), ("rep", tail)]
    else:
        if codec not in pieces.MONO_ONLY:
            layout = LAYOUTS[int(rng.choice(4, p=[0.55, 0.15, 0.15, 0.15]))]
        rows, kinds = _composed(part, message, voice, lead, tail, said, greetings, menus, rng)
    rep, other, start_s, end_s, tone_s = _lay(rows)
    if layout.startswith("rep") and number % 2:  # echo: each side is heard a little on the other's channel
        leak = np.float32(10 ** (rng.uniform(-50, -30) / 20))
        rep, other = rep + leak * other, other + leak * rep
    both = {"rep left": (rep, other), "rep right": (other, rep), "both alike": (rep + other, rep + other)}
    sound = np.stack(both[layout]) if layout != "mono" else rep + other
    noisy = np.stack([_with_noise(one, line, number) for one in sound]) if sound.ndim == 2 else _with_noise(sound, line, number)
    data, ending = pieces.coded(noisy, codec)
    name = f"{part}_{number:03d}{ending}"
    return Dialed(name, data, start_s, end_s, tone_s, tuple(kinds), codec, layout, message.rep, message.text, alone)


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
) -> tuple[list[tuple[str, np.ndarray]], list[str]]:
    """(who, sound) in time order, "rep*" is the message itself; and what it is made of."""
    rows: list[tuple[str, np.ndarray]] = []
    kinds: list[str] = []
    level = float(rng.uniform(-32, -18))
    if rng.random() < 0.55:
        rows.append(("other", pieces.ring(int(rng.choice(3, p=[0.7, 0.15, 0.15])), int(rng.integers(1, 4)), rng)))
        kinds.append("ring")
    greeting = str(rng.choice(["carrier", "own voice", "none"], p=[0.42, 0.48, 0.1]))
    if greeting != "none":
        which = greetings[greeting][int(rng.integers(len(greetings[greeting])))]
        rows += [("other", _quiet(float(rng.uniform(0.2, 1.0)))), ("other", pieces.at_level(which, level))]
        kinds.append(f"greeting ({greeting})")
    toneless = greeting != "none" and rng.random() < 1 / 9
    tones = pieces.TONES[part]
    if not toneless:
        kind = tones[int(rng.integers(len(tones)))]
        rows += [("other", _quiet(float(rng.uniform(0.15, 1.5)))), ("tone", pieces.record_tone(kind, rng))]
        kinds.append(f"tone ({kind})")
    else:
        kinds.append("no tone")
    if rng.random() < 0.1 and not toneless:
        first = said[int(rng.integers(len(said)))]
        first = message if first.who != message.who and rng.random() < 0.5 else first
        sound = pieces.at_level(first, float(rng.uniform(-28, -20)))
        kind = tones[int(rng.integers(len(tones)))]
        rows += [("rep", _quiet(float(rng.uniform(0.2, 1.0)))), ("rep", sound), ("rep", _quiet(float(rng.uniform(0.4, 2.0))))]
        rows.append(("tone", pieces.record_tone(kind, rng)))
        kinds.append("earlier message")
    gap = lead if not toneless else _quiet(float(rng.uniform(0.5, 2.0)))
    rows += [("rep", gap), ("rep*", voice), ("rep", tail)]
    kinds.append("message")
    end = rng.random()
    if end < 0.22:
        menu = menus[int(rng.integers(len(menus)))]
        if rng.random() < 0.4:
            rows.append(("other", pieces.record_tone(tones[int(rng.integers(len(tones)))], rng)))
            kinds.append("tone after")
        rows += [
            ("other", _quiet(float(rng.uniform(0.6, 3.0)))),
            ("other", pieces.at_level(menu, level)),
            ("other", _quiet(0.3)),
        ]
        kinds.append("menu")
    elif end < 0.34:
        rows += [("other", _quiet(0.3)), ("other", busy_tone(float(rng.uniform(1.0, 4.0)), float(rng.uniform(-30, -16))))]
        kinds.append("busy tone")
    elif end < 0.42:
        rows.append(("other", pieces.record_tone(tones[int(rng.integers(len(tones)))], rng)))
        kinds.append("tone after")
    return rows, kinds


def _lay(rows: list[tuple[str, np.ndarray]]) -> tuple[np.ndarray, np.ndarray, float, float, float | None]:
    """The rep's sound and the other side's, each of full length; start and end of the message, end of the tone before it."""
    n = sum(len(sound) for _, sound in rows)
    rep, other = np.zeros(n, np.float32), np.zeros(n, np.float32)
    at, start_s, end_s = 0, 0.0, n / RATE_HZ
    tone_s: float | None = None
    main = max(range(len(rows)), key=lambda i: (rows[i][0] == "rep*", len(rows[i][1])))
    for index, (who, sound) in enumerate(rows):
        (rep if who.startswith("rep") else other)[at : at + len(sound)] = sound
        if index == main:
            start_s, end_s = at / RATE_HZ, (at + len(sound)) / RATE_HZ
        at += len(sound)
        if who == "tone" and index < main:
            tone_s = at / RATE_HZ
    return rep, other, start_s, end_s, tone_s


def _quiet(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def _with_noise(samples: np.ndarray, level_dbfs: float, seed: int) -> np.ndarray:
    """The line's noise under everything."""
    return samples + noise(len(samples) / RATE_HZ + 0.01, level_dbfs, "pink", seed)[: len(samples)]
