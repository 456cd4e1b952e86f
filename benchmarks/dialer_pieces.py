"""What the recordings of the dialer benchmark are made of: spoken messages, greetings and menus, record tones, codecs.

Messages are labelled ones, each rep with a voice; greetings and menus are said by other voices. The tuning part and the
report part share no rep, no voice, no text of a greeting and no record tone. Spoken pieces are made once by the voices of
samples/voices.py and kept in a folder (VMAUDIO_BENCH_DIALER, else the user's cache), as they take minutes.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT
from vmaudio.audio.decode import load_audio
from vmaudio.testing import tone
from vmaudio.testing.signals import RATE_HZ

VOICES = {
    "report": ("slt", "awb", "slt +2", "awb -2", "slt -2", "awb +2", "joe"),
    "tune": ("af_river", "bf_alice", "am_echo", "bm_fable", "rms", "af_nova"),
}
"""Voices of reps: names of samples/voices.py, perhaps resampled by semitones, or one Kokoro style."""

OTHERS = {
    "report": (
        "af_jessica",
        "af_sky",
        "af_alloy",
        "bf_lily",
        "am_adam",
        "am_liam",
        "bm_lewis",
        "am_onyx",
        "joe_high",
        "bf_isabella",
    ),
    "tune": ("af_nicole", "am_santa", "kal16", "bm_daniel", "af_kore"),
}
"""Voices of greetings and menus, which no rep of the same part has."""

CARRIER = {
    "report": (
        "Your call has been forwarded to an automatic voice message system. 3 0 3, 5 5 5, 0 1 4 2, is not available. "
        "At the tone, please record your message. When you have finished recording, you may hang up, or "
        "press 1 for more options.",
        "The person you are trying to reach is not available. Please leave a message after the tone.",
        "We're sorry, the Verizon customer you have dialed is unavailable. Please leave a message at the beep.",
        "You have reached the voicemail box of 7 2 0, 5 5 5, 0 1 8 8. To leave a message, wait for the tone.",
        "Please leave your message for 6 1 4, 5 5 5, 0 1 0 7. Record your message after the tone. To send a "
        "numeric page, press 5.",
        "The Google subscriber you have called is not available. Please leave a message after the tone.",
        "Hello. No one is available to take your call. Please leave a message after the tone.",
        "Thank you for calling. The mailbox belonging to extension 4 1 2 is not answered. Please record your message now.",
    ),
    "tune": (
        "Your call has been forwarded to an automated voice messaging system. 5 1 2, 5 5 5, 0 1 6 3, is not available. At the "
        "tone, please record your message. When you are finished, hang up, or press pound for further options.",
        "The subscriber you have dialed is not available. Please record your message after the tone.",
        "The number you have reached, 4 0 2, 5 5 5, 0 1 3 9, can not come to the phone right now. Leave a "
        "message after the beep.",
        "Nobody can take your call at the moment. Please leave a message.",
    ),
}
"""What carriers and switchboards say."""

OWN = {
    "report": (
        "Hi, you've reached Dana Whitfield at Parkway Dental Supply. I'm away from my desk or on the other "
        "line. Leave your name "
        "and number and I will call you back as soon as I can.",
        "Hey, this is Marcus. I can't get to the phone. Leave me a message.",
        "Good day, this is the voicemail of Ellen Brandt, purchasing. I am out of the office until Monday. For urgent matters "
        "call my colleague Jim Dorsey at 6 1 4, 5 5 5, 0 1 7 4. Otherwise leave a message after the tone.",
        "You've reached Castillo Roofing. Our office hours are eight to five, Monday through Friday. Please leave your name, "
        "number, and a brief message, and someone will return your call.",
        "Hello, you have reached the Hendersons. We are not home right now. Please leave a message after the beep.",
        "This is Priya Nair with Lakeside Physical Therapy. I'm with a patient. Please leave a detailed message, and I'll get "
        "back to you today. Thank you, and have a great day.",
        "Hi, it's Tom. Sorry I missed you. You know what to do.",
        "Thanks for calling Achterberg Dental. If this is an emergency, hang up and dial 9 1 1. To reach the "
        "front desk, stay on "
        "the line. Our fax number is 3 0 3, 5 5 5, 0 1 9 9. Leave us a message and we will call you back.",
        "Hello, my name is Walter Ashby, and I am either on the phone or away. Your call is important to me, so please leave a "
        "message, and I'll return your call. Bye bye.",
    ),
    "tune": (
        "Hi, you've got the voicemail of Lena Hartwig at Bridgewater Freight. I can't take your call right now. Please leave a "
        "message and I'll call you back.",
        "Hey, Pete here. I'm not around. Leave me your name and number and I'll get back to you. Cheers.",
        "You have reached the office of Donovan and Clark. All of our staff are busy. Leave a message after "
        "the tone, or call our "
        "cell phone at 5 1 2, 5 5 5, 0 1 2 8.",
        "Hello, this is Ruth. I'm sorry that I can't come to the phone. If you leave your name and number, I will call you.",
    ),
}
"""What people say themselves."""

MENUS = {
    "report": (
        "To listen to your message, press 1. To re-record, press 2. To send it now, hang up or press pound.",
        "Your message has been recorded. To mark it urgent, press 1. For delivery, press 2. To re-record, press 3.",
        "Thank you. Your message was sent. Goodbye.",
    ),
    "tune": (
        "To re-record your message, press one. To hear it again, press two. When you are satisfied, press the pound key.",
        "Message saved. If you are finished, hang up. For more options, press star.",
    ),
}
"""What a mailbox says after the message."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Speech at 16 kHz, about -23 dBFS, cut to its sound; ``who`` is its voice."""

    samples: np.ndarray
    text: str
    who: str
    rep: str = ""
    name: str = ""


def half(rep: str) -> str:
    """Tune or report, as for the benchmark of telephone numbers."""
    return "report" if zlib.crc32(rep.encode()) % 2 else "tune"


def folder() -> Path:
    """Where spoken pieces are kept."""
    return Path(os.environ.get("VMAUDIO_BENCH_DIALER") or Path.home() / ".cache" / "vmaudio-samples" / "dialer")


def spoken(text: str, voice: str, seed: int = 0) -> np.ndarray:
    """Text in a voice, float32 at 16 kHz, -23 dBFS, without silence around it; from the folder where it is there already."""
    path = folder() / f"{hashlib.sha256(f'{text}|{voice}|{seed}'.encode()).hexdigest()[:20]}.npy"
    if path.is_file():
        return np.asarray(np.load(path, allow_pickle=False), np.float32) / 32768
    from samples.voices import VOICES as NAMED, Voice, level_dbfs, resample, say, trim

    name, _, shift = voice.partition(" ")
    who = NAMED.get(name) or Voice(name, "kokoro", {name: 1.0}, "f" if name[1] == "f" else "m", "")
    raw, rate = say(text, who, seed=seed, shift_st=float(shift or 0))
    sound, _ = trim(resample(raw, rate, RATE_HZ), RATE_HZ, -38.0)
    sound = sound * np.float32(10 ** ((-23.0 - level_dbfs(sound, RATE_HZ)) / 20))
    path.parent.mkdir(parents=True, exist_ok=True)
    half_done = path.with_suffix(f".{os.getpid()}.npy")
    np.save(half_done, np.round(np.clip(sound, -1, 1) * 32767).astype(np.int16))
    half_done.replace(path)
    return np.asarray(np.load(path, allow_pickle=False), np.float32) / 32768


def _sounding(sound: np.ndarray) -> np.ndarray:
    """Cut to what lies within 30 dB of the loudest 5 ms: a click of the synthesiser before the voice is no beginning."""
    from samples.voices import trim

    return np.asarray(trim(sound, RATE_HZ, -30.0)[0])


def messages(part: str, data: Path) -> list[Piece]:
    """Messages of the reps of a part: labelled ones, at most two of a rep, each rep with one voice; and for the report part the
    recorded ones of samples/ and of the development recordings, cut to their sound.
    """
    found: list[Piece] = []
    count: dict[str, int] = {}
    for path in sorted((ROOT / "labels").glob("messages_[abc].jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            text = " ".join(one["text"] for one in row.get("sentences") or [])
            rep = row["rep"]
            if half(rep) != part or not 25 <= len(text.split()) <= 75 or count.get(rep, 0) >= 2:
                continue
            count[rep] = count.get(rep, 0) + 1
            voice = VOICES[part][zlib.crc32(rep.encode()) // 2 % len(VOICES[part])]
            found.append(Piece(np.zeros(0, np.float32), text, voice, rep, row["id"]))
    made = [Piece(_sounding(spoken(one.text, one.who)), one.text, one.who, one.rep, one.name) for one in found[: MOST[part]]]
    return made if part == "tune" else [*made, *_recorded(data)]


MOST = {"tune": 20, "report": 32}
"""Most labelled messages that are spoken."""


def _recorded(data: Path) -> list[Piece]:
    """Recorded messages of the report part."""
    from samples.voices import level_dbfs, trim

    texts = {}
    for path in sorted((ROOT / "samples").glob("*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))
        texts[row["file"]] = row["text"]
    for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts[row["file"]] = row.get("text") or ""
    found = []
    for folder, left_out in ((ROOT / "samples", ("31_", "32_")), (data / "voicemails", ("vm_020",))):
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
            rows = {row["file"]: row["rep"] for row in csv.DictReader(stream)}
        for file, rep in rows.items():
            if not rep or half(rep) != "report" or Path(file).name.startswith(left_out):
                continue
            sound, _ = trim(load_audio(folder / file).samples, RATE_HZ, -30.0)
            sound = sound * np.float32(10 ** ((-23.0 - level_dbfs(sound, RATE_HZ)) / 20))
            found.append(Piece(sound, texts[file], f"recorded {rep}", rep, Path(file).stem))
    return found


def others(texts: tuple[str, ...], part: str) -> list[Piece]:
    """Greetings or menus in the voices of others."""
    voices = OTHERS[part]
    return [
        Piece(_sounding(spoken(text, who)), text, who)
        for text, who in ((text, voices[zlib.crc32(text.encode()) % len(voices)]) for text in texts)
    ]


def record_tone(kind: str, rng: np.random.Generator) -> np.ndarray:
    """A record tone of a kind, 16 kHz; level drawn between -30 and -12 dBFS."""
    level = float(rng.uniform(-30, -12))
    if kind == "two notes":
        sound = np.concatenate([tone(800, 0.18, level), tone(1200, 0.25, level)])
    elif kind == "three beeps":
        gap = np.zeros(1600, np.float32)
        sound = np.concatenate([tone(1000, 0.12, level), gap, tone(1000, 0.12, level), gap, tone(1000, 0.4, level)])
    elif kind == "two lines":
        sound = tone((697, 1209), 0.4, level)
    else:
        hz, seconds = kind.removesuffix(" s").split(" Hz ")
        sound = tone(float(hz), float(seconds), level)
    ramp = np.linspace(0, 1, 80, dtype=np.float32)
    sound = sound.copy()
    sound[:80] *= ramp
    sound[-80:] *= ramp[::-1]
    return sound


TONES = {
    "report": (
        "1000 Hz 0.65 s",
        "1400 Hz 0.5 s",
        "440 Hz 0.5 s",
        "850 Hz 0.3 s",
        "2000 Hz 0.2 s",
        "480 Hz 1.2 s",
        "two notes",
        "three beeps",
    ),
    "tune": ("1000 Hz 0.3 s", "950 Hz 0.8 s", "620 Hz 0.4 s", "1600 Hz 0.25 s", "400 Hz 1 s", "two lines"),
}
"""Record tones by part."""


def ring(kind: int, cycles: int, rng: np.random.Generator) -> np.ndarray:
    """Ringback: North American (440 and 480 Hz, 2 s), British (400 and 450 Hz, twice 0.4 s) or one of 425 Hz for 1 s."""
    level = float(rng.uniform(-32, -18))
    if kind == 1:
        one = np.concatenate([tone((400, 450), 0.4, level), np.zeros(3200, np.float32), tone((400, 450), 0.4, level)])
        pause = 2.0
    elif kind == 2:
        one, pause = tone(425, 1.0, level), 4.0
    else:
        one, pause = tone((440, 480), 2.0, level), 4.0
    last = float(rng.uniform(0.2, 1.5))  # it is answered during a pause
    pieces = []
    for number in range(cycles):
        pieces += [one, np.zeros(round((pause if number < cycles - 1 else last) * RATE_HZ), np.float32)]
    return np.concatenate(pieces)


CODECS = ("wav", "wav 8 kHz", "ulaw", "alaw", "gsm", "adpcm", "amr", "mp3", "mp3 8 kHz", "opus", "m4a", "g722")
"""Codecs of the files; the last three letters do not say the rate: it is 16 kHz unless the name or the codec says 8."""

MONO_ONLY = ("gsm", "amr", "g722")
"""Codecs that hold one channel."""


def coded(samples: np.ndarray, codec: str) -> tuple[bytes, str]:
    """A file of samples, shape (n,) or (channels, n) at 16 kHz, and an ending for its name."""
    import soxr

    from vmaudio.testing import encode

    form = codec.removesuffix(" 8 kHz")
    rate = 8000 if codec.endswith("8 kHz") or form in ("ulaw", "alaw", "gsm", "adpcm", "amr") else RATE_HZ
    block = np.atleast_2d(samples)
    if rate != RATE_HZ:
        block = np.stack([soxr.resample(one, RATE_HZ, rate) for one in block])
    block = np.clip(block, -0.999, 0.999).astype(np.float32)
    if form == "gsm":
        import subprocess
        import tempfile

        with tempfile.TemporaryDirectory() as where:
            before, after = Path(where, "a.wav"), Path(where, "b.gsm")
            before.write_bytes(encode(block, "wav", rate))
            subprocess.run(["sox", "-V1", str(before), str(after)], check=True)
            return after.read_bytes(), ".gsm"
    ending = {"amr": ".amr", "mp3": ".mp3", "opus": ".ogg", "m4a": ".m4a", "g722": ".g722"}.get(form, ".wav")
    return encode(block, form, rate), ending


def at_level(piece: Piece, level_dbfs: float) -> np.ndarray:
    """The piece at another speech level (it has about -23 dBFS)."""
    return piece.samples * np.float32(10 ** ((level_dbfs + 23.0) / 20))
