"""Fill in ``recognised`` in the label files: each message is spoken, sent through a telephone line and recognised.

    python labels/make_recognised.py [--most 20] [--again]

Real recognition errors teach more than invented ones. Each message is spoken by a flite voice of its rep (voice and vocal
tract by rep, pace by message), goes through a drawn line (codec, level, noise in half of them), and what comes out of the
line is written down by base or by tiny.en, drawn by message. Only text is kept. Needs flite and sox (see samples/README.md)
and both recognisers' weights; some twenty minutes. Run it again with ``--again`` when messages are changed, then `make models`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from labels.train_models import TEXTS, UNSEEN  # noqa: E402
from samples import channels, voices  # noqa: E402
from vmaudio.audio.vad import detect_speech  # noqa: E402
from vmaudio.records import Recording  # noqa: E402
from vmaudio.transcribe.recognisers import get_transcriber  # noqa: E402

ENGINES = ("openai-whisper:base", "openai-whisper:tiny.en")
VOICES = ("slt", "rms", "awb")
LINES = ("ulaw", "band", "ulaw", "amr", "gsm", "mp3", "wide")
BATCH = 24


def rng_of(name: str) -> np.random.Generator:
    """A generator that depends on the name alone."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def speak(row: dict[str, Any]) -> Recording:
    """The message as a recording at 16 kHz, as a telephone line brings it."""
    who, rng = rng_of(row["rep"]), rng_of(row["id"])
    voice = VOICES[int(who.integers(len(VOICES)))]
    shift = float(who.uniform(-1.2, 1.2))
    pace = float(rng.uniform(0.9, 1.15))
    text = " ".join(sentence["text"] for sentence in row["sentences"])
    pieces: list[np.ndarray] = []
    rate = 16000
    for piece in re.split(r"(?<=[.?!])\s+", text):
        sound, own = voices.say(piece, voice, speed=pace, shift_st=shift)
        pieces += [voices.resample(sound, own, rate), np.zeros(int(rate * rng.uniform(0.15, 0.6)), dtype=np.float32)]
    silence = np.zeros(rate // 2, dtype=np.float32)
    whole = np.concatenate([silence, *pieces, silence])
    noisy = rng.random() < 0.5
    samples, own = channels.channel(
        whole, rate, LINES[int(rng.integers(len(LINES)))], level=float(rng.uniform(-30, -18)),
        snr_db=float(rng.uniform(12, 30)) if noisy else None, noise=str(rng.choice(("pink", "babble", "street", "hum"))),
        seed=int(rng.integers(1 << 30)),
    )  # fmt: skip
    samples = voices.resample(samples, own, 16000)
    return Recording(row["id"], samples, 16000, len(samples) / 16000, own, 1, "pcm")


def main() -> int:
    """Speak, recognise, write the label files again."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--most", type=int, default=0, help="do only so many messages of each file")
    parser.add_argument("--again", action="store_true", help="also those that have recognised text")
    parser.add_argument("--labels", type=Path, default=ROOT / "labels", help="folder of the label files")
    options = parser.parse_args()
    engines = [get_transcriber(name, threads=1, batch_size=BATCH) for name in ENGINES]
    began = time.monotonic()
    for file in (*TEXTS, UNSEEN):
        path = options.labels / file
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        todo = [row for row in rows if options.again or not row.get("recognised")]
        todo = todo[: options.most or len(todo)]
        for at in range(0, len(todo), BATCH):
            batch = todo[at : at + BATCH]
            for number, engine in enumerate(engines):
                own = [row for row in batch if zlib.crc32(row["id"].encode()) % len(engines) == number]
                recordings = [speak(row) for row in own]
                heard = engine.transcribe_many(recordings, [detect_speech(recording) for recording in recordings])
                for row, one in zip(own, heard, strict=True):
                    row["recognised"] = " ".join(word.text for word in one.words)
            path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
            print(f"{time.monotonic() - began:5.0f} s  {file} {at + len(batch)} of {len(todo)}", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
