"""Caller, callee and company: found exactly, or within one recognition error, on true text and on recognised text."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import corpus
from benchmarks.common import ROOT, SEED, Table, bootstrap
from benchmarks.known_names import learned, respelled
from benchmarks.rows.clauses import FORMS, Labelled, form_of, half, labelled
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.testing import recording
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.text.entities.name_match import match_name
from vmaudio.transcribe.recognisers import get_transcriber

SAME = 0.75
FIELDS = ("caller", "callee", "company")


def plain(name: str) -> str:
    """For exact comparison: lower case, without marks and a leading "the"."""
    return re.sub(r"^the ", "", re.sub(r"[^\w' ]", "", name.lower().replace("-", " ")).strip())


def after_phrase(text: str, field: str) -> str | None:
    """The named alternative: one or two capitalised words after the commonest phrase of each kind."""
    phrase = {
        "caller": r"(?:this is|my name is)",
        "callee": r"(?:Hi|Hello|Hey|Good morning|Good afternoon),?",
        "company": r"(?:from|with)",
    }[field]
    found = re.search(phrase + r" ((?:(?:Mr|Ms|Mrs|Dr)\. )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)*)", text)
    return found[1] if found else None


def found_right(said: str | None, true: str | None) -> tuple[bool, bool]:
    """Exact, and within one recognition error (or exact)."""
    if said is None or true is None:
        return False, False
    exact = plain(said) == plain(true)
    return exact, exact or min(match_name(said, true), match_name(true, said)) >= SAME


def line(
    name: str, field: str, texts: Sequence[str], truths: Sequence[str | None], groups: Sequence[str]
) -> tuple[object, ...]:
    """Precision and recall of one field on one kind of text."""
    found = [getattr(find_entities(transcript_from_text(text)), field) for text in texts]
    said = [None if mention is None else mention.text for mention in found]
    hits = [found_right(one, true) for one, true in zip(said, truths, strict=True)]
    simple = [found_right(after_phrase(text, field), true)[1] for text, true in zip(texts, truths, strict=True)]
    count, true_count = sum(one is not None for one in said), sum(one is not None for one in truths)
    low, high = bootstrap(
        [float(near) for (_, near), true in zip(hits, truths, strict=True) if true is not None],
        groups=[group for group, true in zip(groups, truths, strict=True) if true is not None],
    )
    exact, near = (sum(hit[k] for hit in hits) for k in (0, 1))
    return (
        name, field, true_count, count, exact / max(count, 1), exact / max(true_count, 1), near / max(count, 1), near /
        max(true_count, 1),
        f"{low:.2f}-{high:.2f}", sum(simple) / max(true_count, 1),
    )  # fmt: skip


EVERY = 6
HINTED = ("no hint", "the manifest's names", "another's names")


@dataclass(frozen=True)
class Sent:
    """A message with its sound, the manifest's names and the true ones."""

    channel: str
    samples: np.ndarray
    hint: str
    truth: Mapping[str, str | None]
    rep: str


def sent(data: Path) -> list[Sent]:
    """Every sixth voicemail and sample with a caller, clean and over a noisy telephone."""
    rows = [json.loads(line) for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [
        (data / "voicemails" / row["file"], (row["prospect"], row["rep"], row["prospect_company"]), row["entities"], row["rep"])
        for row in rows
        if row["kind"] == "message" and row["rep"]
    ]
    with (ROOT / "samples" / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        listed = {row["file"]: row for row in csv.DictReader(stream)}
    for file, row in sorted(listed.items()):
        truth = json.loads((ROOT / "samples" / file).with_suffix(".json").read_text(encoding="utf-8"))
        if truth.get("text"):
            names = (row["prospect_name"], row["rep"], row["company"])
            found.append((ROOT / "samples" / file, names, truth["entities"], row["rep"]))
    rng = np.random.default_rng(SEED)
    made = []
    for path, names, entity, rep in found[::EVERY]:
        sound = load_audio(path).samples
        hint = ", ".join(name for name in names if name)
        made.append(Sent("clean", sound, hint, entity, rep))
        made.append(Sent("telephone, 15 dB", corpus._telephone(sound, rng), hint, entity, rep))
    return made


def hinted(data: Path) -> Table:
    """The names with and without those of the manifest as a hint to the recogniser."""
    messages = sent(data)
    engine = get_transcriber("openai-whisper:base")
    sounds = [recording(message.samples) for message in messages]
    active = [detect_speech(sound) for sound in sounds]
    own = [message.hint for message in messages]
    hints = {HINTED[0]: [], HINTED[1]: own, HINTED[2]: own[len(own) // 2 + 1 :] + own[: len(own) // 2 + 1]}
    lines = []
    for way, given in hints.items():
        texts = [one.text for one in engine.transcribe_many(sounds, active, given)]
        for channel in ("clean", "telephone, 15 dB"):
            at = [i for i, message in enumerate(messages) if message.channel == channel]
            for field in FIELDS:
                truths = [messages[i].truth.get(field) for i in at]
                made = line(f"{channel}, {way}", field, [texts[i] for i in at], truths, [messages[i].rep for i in at])
                lines.append(made[:-1])
    columns = (
        "channel, hint", "name", "said", "found", "precision, exact", "recall, exact", "precision, one error",
        "recall, one error", "95 %",
    )  # fmt: skip
    notes = (
        "base; every sixth of the development voicemails and samples. Manifest: prospect, rep, company of the prospect (it may "
        "not be the caller's). Another's: the names of a message far away in the list, which must not get in: "
        "precision says whether they do. None of these tuned the hint."
    )
    return Table("Names and company with the manifest as a hint", columns, lines, notes)


def run(data: Path) -> list[Table]:
    """Two tables."""
    messages: list[Labelled] = [message for message in labelled(data) if half(message.rep) == "report" and message.entities]
    lines = []
    for form in (FORMS[0], FORMS[2]):
        texts = [" ".join(form_of(piece, form) for piece in message.pieces) for message in messages]
        for field in FIELDS:
            lines.append(
                line(
                    f"true text, {form}",
                    field,
                    texts,
                    [one.entities.get(field) for one in messages],
                    [one.rep for one in messages],
                )
            )
    for engine in ("base", "tiny_en"):
        heard = [message for message in messages if message.row.get(f"{engine}_text")]
        texts = [str(message.row[f"{engine}_text"]) for message in heard]
        for field in FIELDS:
            truths = [one.entities.get(field) for one in heard]
            lines.append(line(f"recognised by {engine}", field, texts, truths, [one.rep for one in heard]))
    columns = (
        "text", "name", "said", "found", "precision, exact", "recall, exact", "precision, one error", "recall, one error",
        "95 %",
        "capitals after a phrase: recall, one error",
    )  # fmt: skip
    notes = (
        "Report half of the reps; the phrases were written on the other half. One error: `match_name` of .75 or more both "
        "ways. No "
        "hints from a manifest. Interval: recall within one error, whole reps drawn. Tried and left out: misspelled words of "
        "a name replaced by the name of a lexicon that they sound like (package names 0.3.0, the 2,000 commonest given names "
        "and 2,000 surnames). On the tune half it changed 9 callers of 213 and 14 listeners of 185; right were none and 3, and "
        "within one error were as many callers as before (34) and one listener less."
    )
    return [Table("Names and company", columns, lines, notes), *respelled(data), learned(data), hinted(data)]
