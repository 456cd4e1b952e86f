"""Make labels/tone_features.csv: synthetic messages of known delivery, measured; features only, no sound is kept.

    python labels/make_tone_features.py [--draws 4] [--out labels/tone_features.csv]

Needs the voices of samples/voices.py (its docstring says how to install them). Run it again when a definition in
vmaudio/prosody or vmaudio/tone.py changes, then `make models`.

How delivery is made
--------------------
Blocks of voices meet blocks of texts (labels/tone_texts.jsonl), so that a fold by voice has new texts too. ``urgent``,
``formal`` and ``friendly`` are in the text (labelled by hand) and, but for formal, in the voice; each utterance is then bent
into several deliveries:

lively     vocal effort in dB, drawn evenly; high is above 0. One dB of effort raises the pitch by 0.45 semitones, the
           spectrum by 0.3 dB per octave above 500 Hz, and the level at the telephone by 0.9 dB (loud voices are higher and
           flatter: Lienard & Di Benedetto 1999, JASA 106:411; Traunmueller & Eriksson 2000, JASA 107:3438); it widens
           the pitch range a little. Speakers differ in habitual pitch by 2 semitones on top of their voice.
confident  high: ends fall, level holds, pauses short, no fillers. Low: ends rise, level trails off, long pauses, fillers,
           restarts and hedges in the words (Goupil et al. 2021, Nat Commun 12:861).
urgent     words, pace 8 to 25 % over the voice's own and short pauses; low: pace up to 15 % under it.
friendly   words, pitch range 1.3 and a shorter vocal tract by half a semitone (smiling draws the lips back: Tartter 1980,
           Percept Psychophys 27:24); low: range 0.8.

The line is drawn apart from all of that: its gain over 24 dB, its spectral slope by 2.5 dB per octave (a microphone says
nothing of the speaker; these spreads decide how far the model leans on level and brightness), telephone or wide band, noise
in one of three.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from samples import channels, voices  # noqa: E402
from vmaudio.audio.vad import detect_speech  # noqa: E402
from vmaudio.classify.delivery import delivery_row  # noqa: E402
from vmaudio.prosody.measure import measure_prosody  # noqa: E402
from vmaudio.records import TONE_AXES, Recording  # noqa: E402
from vmaudio.text.clauses.split import transcript_from_text  # noqa: E402
from vmaudio.training.delivery_table import Table, write_table  # noqa: E402

PITCH_ST_PER_DB = 0.45
TILT_DB_PER_OCTAVE_PER_DB = 0.3
MOST_EFFORT_DB = 10.0
LEVEL_PER_DB = 0.9
RANGE_PER_DB = 0.015  # natural log of the factor
HABIT_ST = 2.0
SLOPE_DB_PER_OCTAVE = 2.5
UNDECIDED_DB = 1.5  # so near to the middle no label is given
VOICES = (
    ("heart", "rms", "joe", ("rms", 4.5)),
    ("michael", "slt", "joe_high", ("awb", 5.0)),
    ("emma", "awb", ("joe", -1.5), ("slt", 2.5)),
    ("george", ("slt", 1.5), ("rms", -1.2), ("joe", 5.0)),
    ("bella", ("awb", 1.2), ("slt", -1.5), ("rms", 6.0)),
)
"""Voices of each block; a number moves pitch and formants by so many semitones, which makes another speaker
(a man's voice moved by 5 stands for a woman's: absolute pitch must mean little by itself)."""
FILLED_LOST = 0.6  # share of fillers that the recogniser leaves out (it does; see docs)


def clauses_of(text: str) -> list[str]:
    """Cut a text at its marks; each piece is spoken alone, so that pauses can be set."""
    return [piece.strip() for piece in re.findall(r"[^.,!?]+[.,!?]*", text) if piece.strip()]


def hesitant(pieces: Sequence[str], rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Fillers, restarts and hedges put into a text: (as spoken, as a recogniser writes it)."""
    spoken, written = [], []
    for i, piece in enumerate(pieces):
        words = piece.split()
        kind = rng.random()
        if i and kind < 0.3:
            filler = str(rng.choice(["um,", "uh,", "er,"]))
            spoken.append(f"{filler} {piece}")
            written.append(piece if rng.random() < FILLED_LOST else f"{filler} {piece}")
            continue
        if kind < 0.5 and len(words) > 2:
            piece = f"{words[0]}, {piece[0].lower() + piece[1:]}"
        elif kind < 0.65:
            piece = str(rng.choice(["I guess", "maybe", "sort of", "I think"])) + ", " + piece
        spoken.append(piece)
        written.append(piece)
    return spoken, written


def slope(samples: np.ndarray, rate: int, db_per_octave: float) -> np.ndarray:
    """Tilt the spectrum above 500 Hz; the level stays."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / rate)
    octaves = np.log2(np.clip(hz, 500, 4000) / 500)
    out = np.fft.irfft(spectrum * 10 ** (octaves * db_per_octave / 20), len(samples))
    before, after = np.sqrt(np.mean(samples**2)), np.sqrt(np.mean(out**2))
    return (out * (before / max(float(after), 1e-9))).astype(np.float32)


def deliver(pieces: Sequence[np.ndarray], rate: int, how: dict[str, Any], rng: np.random.Generator) -> np.ndarray:
    """Join the pieces of an utterance with pauses and bend them into a delivery."""
    db = how["effort_db"]
    wide = float(np.exp(RANGE_PER_DB * db + rng.normal(0, 0.2))) * (1.3 if how["friendly"] else 0.85)
    out: list[np.ndarray | float] = []
    for i, piece in enumerate(pieces):
        place = i / max(1, len(pieces) - 1)
        drop = (rng.normal(0.5, 0.8) if how["confident"] else rng.normal(4, 2)) * place
        ends = piece
        if i % 2 or i == len(pieces) - 1:
            end = rng.normal(-2.0, 1.0) if how["confident"] else rng.normal(1.8, 1.2)
            ends = voices.bend(piece, rate, end_st=float(end))
        out.append((ends * 10 ** (-drop / 20)).astype(np.float32))
        if i < len(pieces) - 1:
            base = 0.16 if how["urgent"] else 0.32
            long = rng.random() < (0.1 if how["confident"] else 0.4)
            out.append(float(base * np.exp(rng.normal(0, 0.4)) + (rng.uniform(0.3, 0.9) if long else 0.0)))
    joined = voices.join(out, rate).samples
    bent = voices.bend(joined, rate, pitch_st=float(PITCH_ST_PER_DB * db + rng.normal(0, HABIT_ST)), pitch_range=wide)
    return slope(bent, rate, TILT_DB_PER_OCTAVE_PER_DB * db)


def line(samples: np.ndarray, rate: int, db: float, rng: np.random.Generator) -> Recording:
    """Send the sound through a drawn line."""
    kind = str(rng.choice(["wide", "band", "ulaw"], p=[0.3, 0.4, 0.3]))
    gain = rng.uniform(-44, -20)
    noisy = rng.random() < 1 / 3
    lead, tail = rng.uniform(0.2, 1.0), rng.uniform(0.2, 1.5)
    coloured = slope(samples, rate, float(rng.normal(0, SLOPE_DB_PER_OCTAVE)))
    padded = np.concatenate([np.zeros(int(lead * rate)), coloured, np.zeros(int(tail * rate))]).astype(np.float32)
    sound, new_rate = channels.channel(
        padded,
        rate,
        kind,
        level=float(np.clip(gain + LEVEL_PER_DB * db, -54, -12)),
        snr_db=float(rng.uniform(14, 32)) if noisy else None,
        noise=str(rng.choice(["pink", "babble", "street"])),
        seed=int(rng.integers(1 << 30)),
    )
    if not noisy:
        sound = sound + rng.normal(0, 10 ** (-75 / 20), len(sound)).astype(np.float32)
    sound = channels.resample(sound, new_rate, 16000).astype(np.float32)
    return Recording("", sound, 16000, len(sound) / 16000, new_rate, 1, kind)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draws", type=int, default=4, help="deliveries of each utterance")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("tone_features.csv"))
    parser.add_argument("--texts", type=int, default=0, help="only so many texts of each block (a quick look)")
    parser.add_argument("--fast", action="store_true", help="leave out the kokoro voices, which take most of the time")
    options = parser.parse_args(argv)
    lines = Path(__file__).with_name("tone_texts.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(row) for row in lines]
    ids, groups, prospects, x = [], [], [], []
    marks: dict[str, list[float]] = {axis: [] for axis in TONE_AXES}
    began = time.time()
    speakers = [(block, *(one if isinstance(one, tuple) else (one, 0.0))) for block, row in enumerate(VOICES) for one in row]
    for number, (block, voice, moved) in enumerate(speakers):
        name = f"{voice}{moved:+g}" if moved else voice
        if options.fast and voices.VOICES[voice].engine == "kokoro":
            continue
        chosen = [text for text in texts if text["block"] == block]
        for t, text in enumerate(chosen[: options.texts or None]):
            rng = np.random.default_rng([zlib.crc32(name.encode()), t])  # a voice's rows do not hang on the others
            speed = float(rng.uniform(1.08, 1.25) if text["urgent"] else rng.uniform(0.85, 1.02))
            shift = moved + (0.4 if text["friendly"] else -0.1)
            # one take of each text, confident or not in turn over texts and voices, so that it goes with no other axis
            confident = bool((t + t // 2 + t // 4 + number) % 2)
            plain = clauses_of(text["text"])
            spoken, written = (plain, plain) if confident else hesitant(plain, rng)
            said = [voices.say(piece, voice, speed=speed, shift_st=shift, seed=t) for piece in spoken]
            pieces, rate = [samples for samples, _ in said], said[0][1]
            for draw in range(options.draws):
                db = float(rng.uniform(-MOST_EFFORT_DB, MOST_EFFORT_DB))
                how = {"effort_db": db, "confident": confident, "urgent": text["urgent"], "friendly": text["friendly"]}
                recording = line(deliver(pieces, rate, how, rng), rate, db, rng)
                sound = measure_prosody(recording, detect_speech(recording))
                x.append(delivery_row(sound, transcript_from_text(" ".join(written))))
                ids.append(f"{name}-{t}-{draw}")
                groups.append(name)
                prospects.append(f"text block {block}")
                marks["lively"].append(float(db > 0) if abs(db) > UNDECIDED_DB else np.nan)
                marks["confident"].append(float(confident))
                for axis in ("urgent", "formal", "friendly"):
                    marks[axis].append(float(text[axis]))
        print(
            f"{number + 1} of {len(speakers)} voices, {len(ids)} rows, {time.time() - began:.0f} s", file=sys.stderr, flush=True
        )
    labels = {axis: np.array(values) for axis, values in marks.items()}
    write_table(options.out, Table(tuple(ids), tuple(groups), tuple(prospects), np.vstack(x), labels))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
