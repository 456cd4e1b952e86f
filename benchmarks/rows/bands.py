"""Bands against readers: do messages that readers call good, middling and poor become strong, fair and weak?

Each of the 150 messages of labels/quality.jsonl, and of 60 that one reader labelled (quality_fresh.jsonl), is spoken by a flite
voice of its rep and sent through a drawn telephone line; the whole line then runs twice, once around the words as written and
once around a recogniser's. Needs flite and sox.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, Table, bootstrap, notes
from benchmarks.rows.clauses import half
from samples import channels, voices
from vmaudio import Analysis, Analyzer, Message, ModelStore, Score, Transcriber, get_transcriber, load_rubric, score
from vmaudio.rubric import Rubric
from vmaudio.testing import FakeTranscriber, encode

RATE = 16000
ENGINE = "openai-whisper:tiny.en"
VOICES = ("slt", "rms", "awb")
LINES = ("ulaw", "band", "amr", "gsm", "mp3", "wide")
ONES = "oh one two three four five six seven eight nine".split()
LABELS = ("poor", "middling", "good")
BANDS = ("weak", "fair", "strong")


@dataclass(frozen=True)
class Judged:
    """A message with the readers' labels."""

    id: str
    rep: str
    prospect: str | None
    company: str | None
    text: str
    first: str
    second: str
    label: str

    @property
    def is_new(self) -> bool:
        """Written for this: no model has trained on it."""
        return self.id.startswith("q")


def judged() -> list[Judged]:
    """The messages that two readers labelled."""
    return [
        Judged(r["id"], r["rep"], r["prospect"], r["prospect_company"], r["text"], r["first"], r["second"], r["label"])
        for r in _rows("quality.jsonl")
    ]


def fresh() -> list[Judged]:
    """The sixty messages that one reader labelled before they were scored; no rule was chosen on them."""
    return [
        Judged(r["id"], r["rep"], r["prospect"], r["prospect_company"], r["text"], r["label"], r["label"], r["label"])
        for r in _rows("quality_fresh.jsonl")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (ROOT / "labels" / name).read_text(encoding="utf-8").splitlines()]


def in_words(text: str) -> str:
    """The text with its telephone numbers digit by digit, in groups."""

    def digits(found: re.Match[str]) -> str:
        return ", ".join(" ".join(ONES[int(digit)] for digit in group) for group in re.findall(r"\d+", found.group()))

    return re.sub(r"\d[\d ,-]{6,}\d", digits, text)


def _rng(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def speak(message: Judged) -> bytes:
    """The message as a WAV file at 16 kHz: voice and vocal tract by rep, pace, pauses and line by message."""
    who, rng = _rng(message.rep), _rng(message.id)
    voice, shift = VOICES[int(who.integers(len(VOICES)))], float(who.uniform(-1.2, 1.2))
    pace = float(rng.uniform(0.9, 1.1))
    pieces = []
    for sentence in re.split(r"(?<=[.?!])\s+", in_words(message.text)):
        if re.search(r"\w", sentence):
            sound, rate = voices.say(sentence, voice, speed=pace, shift_st=shift)
            pieces += [voices.resample(sound, rate, RATE), np.zeros(int(RATE * rng.uniform(0.15, 0.6)), np.float32)]
    silence = np.zeros(RATE // 2, np.float32)
    line, seed = LINES[int(rng.integers(len(LINES)))], int(rng.integers(1 << 30))
    samples, rate = channels.channel(
        np.concatenate([silence, *pieces, silence]), RATE, line, level=-22.0, snr_db=30.0, noise="pink", seed=seed
    )
    return encode(voices.resample(samples, rate, RATE), "float")


def analysed(messages: Sequence[Judged], sounds: Mapping[str, bytes], engine: Transcriber) -> dict[str, Analysis]:
    """The whole line on each message, with the names that a manifest would give."""
    line = Analyzer(engine, ModelStore(), load_rubric())
    made = {}
    for message in messages:
        context = Message(
            message.id, message_id=message.id, rep=message.rep, prospect=message.prospect, prospect_name=message.prospect
        )
        found = line.analyze(context, open=functools.partial(_bytes_of, sounds[message.id]))
        if isinstance(found, Analysis):
            made[message.id] = found
    return made


def _bytes_of(data: bytes, _source: str) -> bytes:
    return data


def weighted_kappa(first: Sequence[int], second: Sequence[int], n: int = 3, power: int = 1) -> float:
    """Cohen's kappa with linear (``power`` 1) or quadratic (2) weights; NaN where chance agrees perfectly."""
    counts = np.zeros((n, n))
    np.add.at(counts, (np.asarray(first, int), np.asarray(second, int)), 1)
    distance = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) ** power
    chance = np.outer(counts.sum(1), counts.sum(0)) / max(counts.sum(), 1)
    return float("nan") if not (distance * chance).sum() else 1 - (distance * counts).sum() / (distance * chance).sum()


@dataclass(frozen=True)
class Placed:
    """A label and a band as numbers 0 to 2, and whose message it is."""

    rep: str
    label: int
    band: int


def with_interval(placed: Sequence[Placed], power: int = 1) -> str:
    """The weighted kappa with its 95 % interval, whole reps drawn."""
    pairs = np.array([[one.label, one.band] for one in placed])

    def kappa(at: np.ndarray) -> float:
        rows = pairs[at.astype(int)]
        return weighted_kappa(rows[:, 0], rows[:, 1], power=power)

    low, high = bootstrap(list(range(len(placed))), kappa, [one.rep for one in placed])
    return f"{kappa(np.arange(len(placed))):.2f} ({low:.2f}-{high:.2f})"


def by_points(rubric: Rubric) -> Callable[[Score], str]:
    """Bands by points alone, without the rules."""
    return lambda made: (
        "strong" if (made.points or 0) >= rubric.strong else "fair" if (made.points or 0) >= rubric.fair else "weak"
    )


def lines(words: str, messages: Sequence[Judged], made: Mapping[str, Analysis]) -> Iterator[tuple[object, ...]]:
    """One line per half and kind of message."""
    for part in ("tune", "report"):
        own = [message for message in messages if half(message.rep) == part]
        for kind, chosen in (("all", own), ("written for this", [m for m in own if m.is_new])):
            yield line((words, part, kind), chosen, made)


def line(head: tuple[str, str, str], messages: Sequence[Judged], made: Mapping[str, Analysis]) -> tuple[object, ...]:
    """How the bands and the points of some messages agree with their labels."""
    rubric = load_rubric()
    scores = {message.id: score(made[message.id], rubric) for message in messages if message.id in made}
    scored = [message for message in messages if message.id in scores and scores[message.id].points is not None]

    def placed(band: Callable[[Score], str]) -> list[Placed]:
        return [Placed(m.rep, LABELS.index(m.label), BANDS.index(band(scores[m.id]))) for m in scored]

    found, points = placed(lambda made: made.band), placed(by_points(rubric))
    medians = [np.median([scores[m.id].points or 0 for m in scored if m.label == label] or [np.nan]) for label in LABELS]
    equal = np.mean([one.label == one.band for one in found])
    majority = max(np.mean([one.label == label for one in found]) for label in range(3))
    return (
        *head, len(scores), len(scores) - len(scored), with_interval(found), with_interval(found, 2),
        with_interval(points), float(equal), float(majority), "/".join(f"{median:.0f}" for median in medians),
    )  # fmt: skip


def crossed(head: tuple[str, str], messages: Sequence[Judged], made: Mapping[str, Analysis]) -> Iterator[tuple[object, ...]]:
    """How many of each label came into each band."""
    rubric = load_rubric()
    mine = [message for message in messages if message.id in made]
    for label in reversed(LABELS):
        bands = [score(made[message.id], rubric).band for message in mine if message.label == label]
        yield (*head, label, len(bands), *(bands.count(band) for band in (*reversed(BANDS), "unscored")))


def tables(messages: Sequence[Judged], new: Sequence[Judged], ways: Mapping[str, Mapping[str, Analysis]]) -> list[Table]:
    """The tables of analyses by how the words were come by: of the messages of two readers, and the fresh ones of one."""
    readers = [Placed(m.rep, LABELS.index(m.first), LABELS.index(m.second)) for m in messages]
    head = (
        "words", "half", "messages", "n", "unscored", "weighted kappa", "quadratic weights", "points only", "in their band",
        "majority", "median points poor/middling/good",
    )  # fmt: skip
    rows = [row for words, made in ways.items() for row in lines(words, messages, made)]
    unseen = [(words, made) for words, made in ways.items() if any(message.id in made for message in new)]
    rows += [line((words, "unseen", "fresh, one reader"), new, made) for words, made in unseen]
    report = [message for message in messages if half(message.rep) == "report"]
    counts = [row for words, made in ways.items() for row in crossed((words, "report half"), report, made)]
    counts += [row for words, made in unseen for row in crossed((words, "fresh"), new, made)]
    return [
        Table("Bands against readers", head, rows, notes("bands", readers=with_interval(readers))),
        Table("Labels and bands", ("words", "messages", "label", "n", "strong", "fair", "weak", "unscored"), counts, ""),
    ]


def run(data: Path) -> list[Table]:
    """Two tables."""
    messages, new = judged(), fresh()
    spoken = [*messages, *new]
    sounds = {message.id: speak(message) for message in spoken}
    texts = {hashlib.sha256(sounds[message.id]).hexdigest(): in_words(message.text) for message in spoken}
    return tables(
        messages,
        new,
        {
            "as written": analysed(spoken, sounds, FakeTranscriber(texts)),
            "recognised by tiny.en": analysed(spoken, sounds, get_transcriber(ENGINE)),
        },
    )
