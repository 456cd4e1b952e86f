"""Redaction: what is left of names and numbers in the text of 400 messages, and in covered sound that is heard again."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.common import SEED, Table, bootstrap
from benchmarks.redacted_sound import ENGINE, HEARERS, SECRET, Covered, analysed, cover, heard_again, names_of
from benchmarks.rows.clauses import FORMS, form_of, labelled
from benchmarks.verdict_messages import recordings
from tests.makers import analysis as made_analysis
from vmaudio.privacy import redact_text
from vmaudio.records import Message, Structure
from vmaudio.text import COMMON, FUNCTION, SPOKEN_DIGITS, find_entities, match_name, transcript_from_text

COUNT = 400
LEAK_DIGITS = 4
SAME_NAME = 0.75
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "doctor"}


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
            found: list[Left] = []
            plain: list[bool] = []
            for message in messages:
                row = message.row
                sent = Message("a.wav")
                if with_manifest:
                    sent = Message("a.wav", rep=message.rep or None, prospect_name=row.get("prospect"))
                transcript = transcript_from_text(" ".join(form_of(piece, form) for piece in message.pieces))
                nothing = Structure((), (), "pitch", {}, ())
                made = made_analysis(sent, transcript=transcript, entities=find_entities(transcript), structure=nothing)
                clean = redact_text(made).transcript
                gone = [said.text != kept.text for said, kept in zip(transcript.words, clean.words, strict=True)]
                labels = [
                    label
                    for piece, label in zip(message.pieces, message.parts, strict=True)
                    for _ in form_of(piece, form).split()
                ]
                plain += [out for out, label in zip(gone, labels, strict=False) if label not in SECRET]
                found.append(left(message.rep, clean.text, message.entities, float(np.mean(gone or [False])), alike=False))
            lines.append((*line((form, "yes" if with_manifest else "no"), found), 100 * float(np.mean(plain))))
    columns = (
        "text", "manifest", "messages", "numbers", "left", "gone, %", "95 %", "names", "left ", "gone, % ", "95 % ",
        "words left out, %", "in parts without a name or number, %",
    )  # fmt: skip
    notes = (
        f"True words of labelled messages, drawn by a seed. A number is left when {LEAK_DIGITS} of its digits stand in a row; "
        "a name (caller, callee) when one of its words of three letters or more does. Manifest: rep and prospect. The rules "
        "were written with these messages at hand. Parts without a name or number: those that the labels call neither callee, "
        "identity, company nor number; third persons and places in them are left out too. Intervals: whole reps drawn; with "
        "none left they say nothing, and the upper bound of what may be left is three by the count (0.8 % of 362)."
    )
    return Table("Redacted text", columns, lines, notes)


def on_sound(copies: Sequence[Covered], heard: Mapping[str, Sequence[str]], manifest: str) -> list[tuple[object, ...]]:
    """Lines of the table on sound: the originals as they were heard, and the copies as each hearer heard them.

    Args:
        copies: covered recordings.
        heard: by hearer, what it made of each copy.
        manifest: "yes" or "no", for the first column.
    """
    rows = [("original", ENGINE, [one.plain for one in copies], [0.0] * len(copies))]
    rows += [("copy", hearer, list(texts), [one.share for one in copies]) for hearer, texts in heard.items()]
    lines = []
    for file, hearer, texts, shares in rows:
        found = []
        for one, text, share in zip(copies, texts, shares, strict=True):
            names = names_of(one.spoken.truth)
            truth = dict(zip(("caller", "callee"), names, strict=False)) | {"phone_digits": said_number(one.spoken.truth)}
            found.append(left(one.spoken.rep, text, truth, share, alike=True))
        needless = 100 * float(np.mean([one.needless for one in copies])) if file == "copy" else None
        lines.append((*line((manifest, file, hearer), found), needless))
    return lines


def said_number(truth: Mapping[str, Any]) -> str | None:
    """The digits of the telephone number that a script says."""
    return truth["entities"].get("phone_digits") or None


def sound_table(lines: Sequence[tuple[object, ...]]) -> Table:
    """The table of `on_sound`'s lines."""
    columns = (
        "manifest", "file", "heard by", "messages", "numbers", "left", "gone, %", "95 %", "names", "left ", "gone, % ",
        "95 % ", "speech covered, %", "of speech without a name or number, %",
    )  # fmt: skip
    return Table("Redacted sound, heard again", columns, lines, SOUND_NOTES)


SOUND_NOTES = (
    "The recordings of the benchmark of verdicts: samples, development voicemails and labelled messages, as they are and "
    "through lines from wide band to G.723.1, some with noise; analysed with base, covered, and heard again by two "
    "recognisers. Left: as above, in what the hearer wrote; for names also words that fit one with "
    f"{SAME_NAME} or more (`match_name`), some by chance. "
    "The lines of the original say what is found without a cover. Speech without a name or number is what the script has "
    "neither for a person, a company nor a number. Voices and messages are synthetic, and the rules were tuned on the "
    "voicemails among them. Intervals: whole reps drawn."
)


def run(data: Path) -> list[Table]:
    """Both tables; recognition is kept in the user's cache, and a run that was stopped goes on from there."""
    messages, lines = recordings(data), []
    for manifest in ("yes", "no"):
        copies = [cover(*one) for one in analysed(messages, manifest=manifest == "yes")]
        heard = {hearer: heard_again(copies, hearer) for hearer in HEARERS}
        lines += on_sound(copies, heard, manifest)
    return [on_text(data), sound_table(lines)]
