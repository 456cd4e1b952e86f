"""Redaction: what is left of names and numbers in the text of 400 messages, and in covered sound that is heard again."""

from __future__ import annotations

import csv
import json
import random
import re
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import corpus
from benchmarks.common import ROOT, SEED, Table, bootstrap
from benchmarks.rows.clauses import FORMS, form_of, labelled
from tests.makers import analysis as made_analysis
from vmaudio.analysis import Analyzer
from vmaudio.audio import decode_audio, decode_native, detect_speech, load_audio
from vmaudio.privacy import cover_with_tone, redact_text, sound_of_file, spans_to_cover
from vmaudio.records import Analysis, Message
from vmaudio.text import COMMON, FUNCTION, SPOKEN_DIGITS, find_entities, match_name, transcript_from_text
from vmaudio.transcribe import get_transcriber

COUNT = 400
LEAK_DIGITS = 4
SAME_NAME = 0.75
HEARERS = ("openai-whisper:base", "openai-whisper:tiny.en")
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "doctor"}


@dataclass(frozen=True)
class Spoken:
    """A message with a sound file, its manifest and the truth."""

    channel: str
    message: Message
    truth: dict[str, Any]


@dataclass(frozen=True)
class Left:
    """What of one message is left: its number and its names (None: not said), and the share that was taken out."""

    rep: str
    number: bool | None
    names: tuple[bool, ...]
    share: float


def digits_left(text: str, number: str) -> bool:
    """Whether a text has `LEAK_DIGITS` digits of a number in a row, in figures or words."""
    found = re.sub(r"\D", "", " ".join(SPOKEN_DIGITS.get(word, word) for word in re.findall(r"\d|[a-z]+", text.lower())))
    return any(number[at : at + LEAK_DIGITS] in found for at in range(len(number) - LEAK_DIGITS + 1))


def name_left(text: str, name: str, *, alike: bool) -> bool:
    """Whether a text has one of a name's words; with ``alike`` also one that sounds so, unless it is an everyday word."""
    tokens = re.findall(r"[^\W\d_]+", text)
    for part in re.findall(r"[^\W\d_]{3,}", name):
        folded = part.lower()
        if folded in _TITLES:
            continue
        if any(token == part or (token.lower() == folded and folded not in FUNCTION) for token in tokens):
            return True
        others = [token for token in tokens if alike and len(token) > 2 and token.lower() not in FUNCTION | COMMON]
        if any(match_name(token, part) >= SAME_NAME for token in others):
            return True
    return False


def left(rep: str, text: str, truth: dict[str, Any], share: float, *, alike: bool) -> Left:
    """Hold a text against the true names and number."""
    number = truth.get("phone_digits")
    names = [truth[key] for key in ("caller", "callee") if truth.get(key)]
    return Left(
        rep,
        digits_left(text, number) if number else None,
        tuple(name_left(text, name, alike=alike) for name in names),
        share,
    )


def line(label: Sequence[object], found: Sequence[Left]) -> tuple[object, ...]:
    """Recall of numbers and names with intervals (whole reps drawn), and the share taken out."""
    cells: list[object] = [*label, len(found)]
    numbers = [(one.rep, not one.number) for one in found if one.number is not None]
    names = [(one.rep, not gone) for one in found for gone in one.names]
    for rows in (numbers, names):
        low, high = bootstrap([float(hit) for _, hit in rows], groups=[rep for rep, _ in rows])
        hits = sum(hit for _, hit in rows)
        share = 100 * hits / len(rows) if rows else float("nan")
        cells += [len(rows), len(rows) - hits, share, f"{100 * low:.1f}-{100 * high:.1f}"]
    return (*cells, 100 * float(np.mean([one.share for one in found])))


def on_text(data: Path) -> Table:
    """Labelled messages: the true words, in three forms, with the names of the manifest and without."""
    messages = [message for message in labelled(data) if message.entities]
    messages = random.Random(SEED).sample(messages, min(COUNT, len(messages)))
    lines = []
    for form in FORMS:
        for with_manifest in (True, False):
            found = []
            for message in messages:
                row = message.row
                sent = Message("a.wav")
                if with_manifest:
                    sent = Message("a.wav", rep=message.rep or None, prospect_name=row.get("prospect"))
                transcript = transcript_from_text(" ".join(form_of(piece, form) for piece in message.pieces))
                made = made_analysis(sent, transcript=transcript, entities=find_entities(transcript))
                clean = redact_text(made).transcript
                gone = sum(said.text != kept.text for said, kept in zip(transcript.words, clean.words, strict=True))
                share = gone / max(1, len(transcript.words))
                found.append(left(message.rep, clean.text, message.entities, share, alike=False))
            lines.append(line((form, "yes" if with_manifest else "no"), found))
    columns = (
        "text", "manifest", "messages", "numbers", "left", "gone, %", "95 %", "names", "left ", "gone, % ", "95 % ",
        "words left out, %",
    )  # fmt: skip
    notes = (
        f"True words of labelled messages, drawn by a seed. A number is left when {LEAK_DIGITS} of its digits stand in a row; "
        "a name (caller, callee) when one of its words of three letters or more does. Manifest: rep and prospect. The rules "
        "were written with these messages at hand. Intervals: whole reps drawn; with none left they say nothing, and the "
        "upper bound of what may be left is three by the count (0.8 % of 362)."
    )
    return Table("Redacted text", columns, lines, notes)


def spoken(data: Path, folder: Path) -> list[Spoken]:
    """Voicemails and samples with words, clean and over a noisy telephone, written to a folder."""
    rows = [json.loads(one) for one in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [
        (data / "voicemails" / row["file"], (row["rep"], row["prospect"], row["prospect_company"]), row["entities"])
        for row in rows
        if row["kind"] == "message" and row["rep"]
    ]
    with (ROOT / "samples" / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        listed = {row["file"]: row for row in csv.DictReader(stream)}
    for file, row in sorted(listed.items()):
        truth = json.loads((ROOT / "samples" / file).with_suffix(".json").read_text(encoding="utf-8"))
        if truth.get("text"):
            found.append((ROOT / "samples" / file, (row["rep"], row["prospect_name"], row["company"]), truth["entities"]))
    rng = np.random.default_rng(SEED)
    made = []
    for channel in ("clean", "phone"):
        for path, (rep, prospect, company), truth in found:
            samples = load_audio(path).samples
            if channel == "phone":
                samples = corpus._telephone(samples, rng)
            copy = folder / f"{path.stem}_{channel}.wav"
            with wave.open(str(copy), "wb") as stream:
                stream.setparams((1, 2, 16000, 0, "NONE", ""))
                stream.writeframes((np.clip(samples, -1.0, 1 - 1 / 32768) * 32768).astype("<i2").tobytes())
            sent = Message(str(copy), rep=rep or None, prospect_name=prospect or None, company=company or None)
            made.append(Spoken("clean" if channel == "clean" else "telephone, 15 dB", sent, truth))
    return made


def covered(analysis: Analysis) -> tuple[bytes, float]:
    """The covered copy of a recording, and the share of its speech that is covered."""
    data = Path(analysis.source).read_bytes()
    native = decode_native(data, name=analysis.source)
    sound = sound_of_file(native, decode_audio(data, name=analysis.source))
    spans = spans_to_cover(analysis, sound=sound)
    speech_s = sum(span.end_s - span.start_s for span in sound.speech)
    under_s = sum(max(0.0, min(a.end_s, b.end_s) - max(a.start_s, b.start_s)) for a in sound.speech for b in spans)
    return cover_with_tone(native, spans), under_s / speech_s if speech_s else 1.0


def on_sound(messages: Sequence[Spoken], analyses: dict[str, Analysis], hearers: Sequence[str] = HEARERS) -> Table:
    """Covered copies heard again; and for comparison what was heard in the recordings as they are."""
    have = [one for one in messages if one.message.source in analyses]
    made = [covered(analyses[one.message.source]) for one in have]
    plain = [analyses[one.message.source].transcript.text for one in have]
    rows: list[tuple[str, str, list[str], list[float]]] = [("original", HEARERS[0], plain, [0.0] * len(have))]
    for hearer in hearers:
        sounds = [decode_audio(copy, name="copy.wav") for copy, _ in made]
        heard = get_transcriber(hearer).transcribe_many(sounds, [detect_speech(sound) for sound in sounds])
        rows.append(("copy", hearer, [said.text for said in heard], [share for _, share in made]))
    lines = []
    for channel in ("clean", "telephone, 15 dB"):
        for file, hearer, texts, shares in rows:
            found = [
                left(one.message.rep or "", text, one.truth, share, alike=True)
                for one, text, share in zip(have, texts, shares, strict=True)
                if one.channel == channel
            ]
            lines.append(line((channel, file, hearer), found))
    columns = (
        "channel", "file", "heard by", "messages", "numbers", "left", "gone, %", "95 %", "names", "left ", "gone, % ",
        "95 % ", "speech covered, %",
    )  # fmt: skip
    notes = (
        "Analysed with base and a manifest (rep, prospect, company), covered, and heard again. Left: as above, in what the "
        f"second hearing wrote; for names also words that fit one with {SAME_NAME} or more (`match_name`), some by chance. The "
        "lines of the original say what is found without a cover. Voices and messages are synthetic, and the "
        "rules were tuned on the voicemails among them. Intervals: whole reps drawn."
    )
    return Table("Redacted sound, heard again", columns, lines, notes)


def run(data: Path) -> list[Table]:
    """Both tables."""
    with tempfile.TemporaryDirectory() as folder:
        messages = spoken(data, Path(folder))
        analyzer = Analyzer.from_settings(engine=HEARERS[0])
        results = analyzer.analyze_many([one.message for one in messages])
        analyses = {result.source: result for result in results if isinstance(result, Analysis)}
        return [on_text(data), on_sound(messages, analyses)]
