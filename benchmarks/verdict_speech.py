"""Messages of known script for the benchmark of verdicts: labelled messages spoken by voices and lines that tuned nothing.

Each labelled sales message is a script with its parts. A rep has one voice: Kokoro's English voices that neither the samples
nor the labels' recognised text nor the development voicemails use, alone or two mixed. Clauses are spoken apart and joined, as
for the samples, so that times, pauses, pace, silence and level are known. The lines (G.726, G.723.1, IMA ADPCM, A-law losing
packets, narrow AAC, wide band) tuned nothing either. Each message goes through several of them, and what happens to it there is
drawn by its name: some get a number without its area code or none at all, a long silence, a noisy or a clipped line, a hurried
or a slow voice, another prospect's name or number in the manifest, no notes, notes that come back in the script, or those of
somebody else.

Made once, and kept in the user's cache. `samples/voices.py` says what must be installed."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import ROOT
from samples import channels, make_samples, voices
from samples.scripts import Piece, Script
from vmaudio.audio.decode import load_audio
from vmaudio.testing import encode
from vmaudio.text.lexicon import TEEN_WORDS, TENS_WORDS

RATE_HZ = make_samples.WIDE_RATE_HZ
REPS = 12
TAKES = 6
RELINED = 2
NOT_SALES = frozenset({"robocall", "inquiry", "other"})
LINES = ("g726", "g723_1", "adpcm_ima_wav", "alaw, packets lost", "aac", "wide")
BITS_PER_S = {"aac": 16000, "g726": 32000, "g723_1": 6300}
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SPOKEN = {word: str(value) for value, word in enumerate(WORDS)} | {"oh": "0"}
TENS = {word: str(value) for value, word in enumerate(TENS_WORDS, 2)}
TEENS = {word: str(value) for value, word in enumerate(("ten", *TEEN_WORDS), 10)}

_VOICES = (
    ("af_alloy", "af_river", "am_adam", "am_liam", "bf_alice", "bm_daniel", "hf_alpha", "af_nova", "am_eric"),
    ("af_jessica", "af_sky", "am_echo", "am_santa", "bf_isabella", "bf_lily", "bm_lewis", "hm_omega", "bm_fable"),
)


def cache() -> Path:
    """Where the recordings and what was recognised of them are kept."""
    return Path(os.environ.get("VMAUDIO_BENCH_CACHE") or Path.home() / ".cache" / "vmaudio-benchmarks") / "verdicts"


def rng_of(name: str) -> np.random.Generator:
    """It depends on the name alone."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def pool(rep: str) -> int:
    """Which set of voices a rep has one of."""
    return zlib.crc32(rep.encode()) % 2


def labelled() -> list[dict[str, Any]]:
    """A labelled sales message of each of the first reps by name; one without a number where there is such.

    Of the first three hands only: more reps would change who has which voice, and which half a rep belongs to.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "labels").glob("messages_[abc].jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["approach"] not in NOT_SALES:
                rows.setdefault(row["rep"], []).append(row)

    def order(row: Mapping[str, Any]) -> tuple[bool, float]:
        return any(one["part"] == "number" for one in row["sentences"]), float(rng_of("order " + row["id"]).random())

    return [min(rows[rep], key=order) for rep in sorted(rows)[:REPS]]


def voice_of(rep: str, place: int) -> voices.Voice:
    """The voice of the rep who is at this place among those of the same set; no two have the same."""
    names = _VOICES[pool(rep)]
    first, second = names[place % len(names)], names[(place + 1 + place // len(names)) % len(names)]
    mixed = place >= len(names)
    source = {first: 0.6, second: 0.4} if mixed else {first: 1.0}
    shift = float(np.round(rng_of("voice " + rep).uniform(-0.8, 0.8), 1)) if mixed else 0.0
    return voices.Voice(f"bench {rep}", "kokoro", source, "f" if first[1] == "f" else "m", first[0], shift_st=shift)


def spoken_digits(text: str, zero: str) -> str:
    """Figures of a telephone number read out in groups: "785-555" -> "seven eight five, five five five"."""
    figures = re.sub(r"(?<=\d)[\s,.()-]+(?=\d)", "-", text)

    def read(match: re.Match[str]) -> str:
        return ", ".join(" ".join(zero if d == "0" else WORDS[int(d)] for d in group) for group in match[0].split("-"))

    return re.sub(r"\d[\d-]*\d", read, figures)


def digits_of(text: str) -> str:
    """The digits that the words of a number say; "triple five" is three of them."""
    found, times = "", 1
    for word in re.findall(r"[a-z]+-[a-z]+|[a-z]+|\d", text.lower()):
        tens, _, ones = word.partition("-")
        if tens in TENS and ones in SPOKEN:
            found += TENS[tens] + SPOKEN[ones]
        elif word in TEENS:
            found += TEENS[word]
        elif word in TENS:
            found += TENS[word] + "0"
        elif word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word.isdigit() or word in SPOKEN:
            found, times = found + times * SPOKEN.get(word, word), 1
    return found


def without_area_code(text: str) -> str:
    """A spoken number without its first three digits (and a one before them)."""
    left = len(digits_of(text)) - 7
    words = re.findall(r"[^\s]+|\s+", text)
    for at, word in enumerate(words):
        if left > 0 and re.sub(r"\W", "", word).lower() in SPOKEN:
            words[at], left = "", left - 1
    local = re.sub(r"\s+", " ", "".join(words)).strip(" ,")
    return local if len(digits_of(local)) == 7 else text


def pieces_of(row: Mapping[str, Any], number: str) -> list[Piece]:
    """The script, ready to be spoken; ``number`` is "whole", "local" or "none"."""
    rng = rng_of("pieces " + row["id"])
    zero = str(rng.choice(["oh", "zero"]))
    slow = float(rng.choice([0.62, 0.75, 0.9, 1.0, 1.1]))
    pieces: list[Piece] = []
    for one in row["sentences"]:
        label, text = one["part"], one["text"].strip()
        options: dict[str, Any] = {}
        if label in ("number", "number_repeat"):
            if number == "none":
                continue
            text, options = spoken_digits(text, zero), {"speed": slow}
            if number == "local" and len(digits_of(text)) >= 10:
                text = without_area_code(text)
            if text[-1] not in ".,?!;:":
                text += ","
            if pieces and pieces[-1].text[-1] not in ".,?!;:":
                pieces[-1] = Piece(pieces[-1].label, pieces[-1].text + ",", pieces[-1].options)
        pieces.append(Piece(label, text, options))
    last = pieces[-1]
    pieces[-1] = last if last.text[-1] in ".?!" else Piece(last.label, last.text.rstrip(",;:") + ".", last.options)
    return pieces


def through(samples: np.ndarray, line: str, seed: int, rate_hz: int = RATE_HZ, **how: Any) -> tuple[np.ndarray, int]:
    """The sound behind a line, aligned with the sound before it."""
    sound, rate = channels.channel(samples, rate_hz, "wide" if line == "wide" else "band", seed=seed, **how)
    if line == "wide":
        return sound, rate
    if line.startswith("alaw"):
        back = coded(sound, rate, "pcm_alaw")
        frame, rng = rate // 50, np.random.default_rng(seed)
        for at in np.flatnonzero(rng.random(len(back) // frame) < 0.01):  # a lost packet: 20 ms of nothing
            back[at * frame : (at + 1) * frame] = 0.0
        return back, rate
    return coded(sound, rate, line), rate


def coded(samples: np.ndarray, rate: int, codec: str) -> np.ndarray:
    """The samples after an encoder and a decoder, aligned and as long as before."""
    import av
    from av.audio.resampler import AudioResampler

    buffer = io.BytesIO()
    with av.open(buffer, "w", format="adts" if codec == "aac" else "wav") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        if codec in BITS_PER_S:
            stream.bit_rate = BITS_PER_S[codec]
        for at in range(0, len(samples), 4000):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 4000].copy(), format="flt", layout="mono")
            frame.sample_rate, frame.pts = rate, at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    buffer.seek(0)
    out, to = [], AudioResampler(format="flt", layout="mono", rate=rate)
    with av.open(buffer) as container:
        for frame in container.decode(audio=0):
            out += [one.to_ndarray().ravel() for one in to.resample(frame)]
    heard = np.concatenate(out).astype(np.float32)
    lag = channels.delay(samples, heard, rate)
    heard = heard[lag:] if lag >= 0 else np.pad(heard, (-lag, 0))
    return np.asarray(np.pad(heard, (0, max(0, len(samples) - len(heard))))[: len(samples)], np.float32)


def drawn(row: Mapping[str, Any], take: int) -> dict[str, Any]:
    """What happens to a take of a message, by its name; the pace is of both takes."""
    rng = rng_of(f"how {row['id']} {take}")
    kind = rng.random(7)
    noisy = float(rng.uniform(8, 10.5)) if kind[0] < 0.07 else float(rng.uniform(17, 30)) if kind[0] < 0.3 else None
    pace, lines = rng_of("pace " + row["id"]), rng_of("lines " + row["id"]).permutation(len(LINES))
    hurry = float(pace.random())
    return {
        "number": "none" if kind[1] < 0.06 else "local" if kind[1] < 0.2 else "whole",
        "snr_db": noisy if noisy is not None else float(rng.uniform(44, 56)),
        "noise": str(rng.choice(["white", "street"])) if noisy is not None else "pink",
        "clip_share": float(rng.uniform(0.012, 0.03)) if kind[2] < 0.06 else 0.0,
        "level": float(rng.uniform(-27, -19)),
        "speed": round(float(pace.uniform(1.28, 1.4) if hurry < 0.08 else pace.uniform(0.66, 0.72) if hurry < 0.16 else
                             pace.uniform(0.92, 1.08)), 2),
        "lead": float(rng.uniform(2.7, 3.6) if kind[3] < 0.09 else rng.uniform(0.2, 0.9)),
        "tail": float(rng.uniform(3.8, 5.5) if kind[4] < 0.09 else rng.uniform(0.4, 1.8)),
        "line": LINES[int(lines[take % len(LINES)])],
        "listed": "other name" if kind[5] < 0.15 else "own",
        "caller_id": "other" if kind[6] < 0.15 else "own",
        "notes": ("own", "own", "others", "others", "none")[int(rng.integers(5))],
    }  # fmt: skip


def notes_of(row: Mapping[str, Any]) -> str:
    """Notes that the script uses: what it says as the reason, the value or the offer, at most fourteen words."""
    said = [one["text"] for one in row["sentences"] if one["part"] in ("reason", "offer", "value")]
    return " ".join(" ".join(said).split()[:14]).strip(" ,.")


def make_all() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every take of the labelled messages with its truth; those not in the cache yet are spoken."""
    rows = labelled()
    reps = [sorted({row["rep"] for row in rows if pool(row["rep"]) == one}) for one in range(len(_VOICES))]
    for take in range(TAKES):
        for at, row in enumerate(rows):
            path = cache() / "made" / f"{row['id']}_{take}.wav"
            if not path.with_suffix(".json").is_file():
                voice = voice_of(row["rep"], reps[pool(row["rep"])].index(row["rep"]))
                voices.VOICES[voice.name] = voice
                _make(path, row, rows[(at + 3) % len(rows)], voice, take)  # the other message is another rep's
                print(f"take {take}, {at + 1} of {len(rows)}", file=sys.stderr, flush=True)
            yield path, json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def relined(name: str, path: Path, snr_db: float | None, take: int) -> tuple[Path, float | None]:
    """A finished recording sent through another line; its times stay, noise is added to some.

    Returns:
        The new file, and how far its voice lies above the noise (None: as quiet as a line is).
    """
    rng = rng_of(f"reline {name} {take}")
    line = LINES[int(rng_of("relines " + name).permutation(len(LINES))[take])]
    added = float(rng.uniform(17, 30)) if rng.random() < 0.25 and (snr_db is None or snr_db > 30) else None
    seed = int(rng.integers(1 << 30))
    out = cache() / "relined" / f"{name}_{take}.wav"
    if not out.is_file():
        sound = load_audio(path)
        lined, rate = through(sound.samples, line, seed, sound.sample_rate_hz, snr_db=added, noise="white")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(encode(lined, "wav", rate))
    return out, snr_db if added is None else added


def _make(path: Path, row: Mapping[str, Any], other: Mapping[str, Any], voice: voices.Voice, take: int) -> None:
    how = drawn(row, take)
    pieces = pieces_of(row, how["number"])
    script = Script(
        {"id": row["id"], "name": f"verdicts {row['id']}", "voice": voice.name, "lead": how["lead"], "tail": how["tail"],
         "speed": how["speed"]},
        {"name": row["rep"], "voice": voice.name, "number": ""}, tuple(pieces), {},
    )  # fmt: skip
    sound, parts, pauses = make_samples.build(script)
    line = {key: how[key] for key in ("snr_db", "noise", "clip_share")}
    level = None if how["clip_share"] else how["level"]
    lined, rate = through(sound, how["line"], int(rng_of("line " + path.stem).integers(1 << 30)), level=level, **line)
    numbers = [digits_of(piece.text) for piece in pieces if piece.label in ("number", "number_repeat")]
    labels = {piece.label for piece in pieces}
    known = row.get("entities") or {}
    said = next((d for d in numbers if len(d) >= 10), "")
    truth = {
        "id": path.stem, "rep": row["rep"], "voice": voice.formula, "how": how,
        "approach": row["approach"], "text": script.text, "parts": parts, "pauses": pauses,
        "duration_s": round(len(lined) / rate, 3), "snr_db": how["snr_db"], "clipped_share": how["clip_share"],
        "entities": {
            "caller": known.get("caller") or ("identity" in labels or None), "callee": known.get("callee") or _callee(row),
            "company": known.get("company") or ("company" in labels or None),
            "phone_digits": max(numbers, key=len, default=None), "phone_times_said": sum(len(d) >= 7 for d in numbers),
        },
        "prospect_name": other["prospect"] if how["listed"] == "other name" else row["prospect"],
        "company": row.get("prospect_company"),
        "caller_id": f"+1{said[-10:] if how['caller_id'] == 'own' else said[-10:-2] + '99'}" if said else None,
        "notes": {"own": notes_of(row), "others": notes_of(other), "none": None}[how["notes"]],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(lined, "wav", rate))
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _callee(row: Mapping[str, Any]) -> str | None:
    return next((re.sub(r"[^\w' .-]", "", one["text"]).strip() for one in row["sentences"] if one["part"] == "callee"), None)


if __name__ == "__main__":
    list(make_all())
