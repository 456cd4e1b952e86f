"""What of a dialer's file is the message: right choice, its beginning, points moved, and what a greeting must not cause.

Files are composed of known pieces (benchmarks/dialer_files.py). The whole line runs on them but for the recogniser: words come
from the scripts, spread over each piece, so that thousands of decisions cost minutes; a second table has words as recognised.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import dialer_files
from benchmarks.common import Table, bootstrap
from benchmarks.dialer_files import Dialed
from benchmarks.dialer_pieces import coded
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.analysis.message_spans import settle
from vmaudio.analysis.prepare import Sound, laid_out
from vmaudio.audio.decode import decode_audio
from vmaudio.classify import ModelStore
from vmaudio.records import Activity, Analysis, FileSpan, Message, Recording, Segment, Transcript, Word
from vmaudio.rubric import load_rubric
from vmaudio.testing import FakeTranscriber
from vmaudio.text import SPOKEN_DIGITS

COUNT, PLAIN = 300, 40


class Scripted(FakeTranscriber):
    """A transcriber that hears what was put into the file where the activity is, and nothing elsewhere."""

    def __init__(self, files: dict[str, Dialed]) -> None:
        super().__init__({}, name="fake:scripts")
        self.files = files

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """The words of every piece of speech that at least half lies in the activity."""
        return [self._heard(self.files[sound.sha256], active) for sound, active in zip(recordings, activities, strict=True)]

    def _heard(self, file: Dialed, active: Activity) -> Transcript:
        words: list[Word] = []
        for start_s, end_s, text in file.said:
            tokens = text.split()
            step = (end_s - start_s) / max(1, len(tokens))
            for i, token in enumerate(tokens):
                at = start_s + (i + 0.5) * step
                if active.speech and any(span.start_s - 0.4 <= at <= span.end_s + 0.4 for span in active.speech):
                    words.append(Word(token, start_s + i * step, start_s + (i + 1) * step, 0.95))
        if not words:
            return Transcript("no_speech", "en", "", (), self.name, self.options)
        text = " ".join(word.text for word in words)
        segment = Segment(words[0].start_s, words[-1].end_s, text, tuple(words), -0.2, 0.01, 1.2)
        return Transcript("speech", "en", text, (segment,), self.name, self.options)


@dataclass(frozen=True)
class Outcome:
    """What became of one file. ``right``: the judged span is the message; ``off_s``: how far its beginning lies from the truth;
    ``unsure``: it was flagged and not judged; ``moved``: points less those of the message alone, None where that was not looked
    at or either has none; ``harm``: "robocall" or "number" where the file had one."""

    file: Dialed
    right: bool
    off_s: float
    unsure: bool
    moved: float | None
    harm: str


def outcome(file: Dialed, line: Analyzer, *, points: bool) -> Outcome:
    """What the line makes of a file: all of it with ``points``, without them the stages that find the message."""
    if not points:
        sound = laid_out(decode_audio(file.data, name=file.name), {}, line.options)
        ((message,), _) = settle(
            [(sound, None)], lambda jobs: line.transcriber.transcribe_many(*_sounds(jobs)), line.options
        )  # fmt: skip
        span = next((span for span in message.spans if span.kind == "message"), None)
        return _compared(file, span, bool(message.unsure), None, "")
    with tempfile.TemporaryDirectory() as folder:
        both = []
        for truth, data in ((file, file.data), (_alone(file), coded(file.voice, file.codec)[0])):
            path = Path(folder, truth.name)
            path.write_bytes(data)
            if isinstance(line.transcriber, Scripted):
                line.transcriber.files[hashlib.sha256(data).hexdigest()] = truth
            both.append(line.analyze(Message(str(path), rep=truth.rep)))
    whole, alone = both
    assert isinstance(whole, Analysis), whole
    assert isinstance(alone, Analysis), alone
    scores = [one.score.points if one.score else None for one in (whole, alone)]
    moved = scores[0] - scores[1] if scores[0] is not None and scores[1] is not None else None
    kinds, own_kinds = ({flag.kind for flag in one.flags} for one in (whole, alone))
    others = _digits("".join(text for at, _, text in file.said if at != file.start_s))
    own = _digits(file.text)
    taken = any(phone.digits in others and phone.digits not in own for phone in whole.entities.phones)
    harm = "robocall" if "sounds_prerecorded" in kinds - own_kinds else "number" if taken else ""
    return _compared(file, whole.judged, "message_start_unsure" in kinds, moved, harm)


def _sounds(jobs: Sequence[tuple[int, Sound]]) -> tuple[list[Recording], list[Activity]]:
    return [sound.recording for _, sound in jobs], [sound.activity for _, sound in jobs]


def _compared(file: Dialed, span: FileSpan | None, unsure: bool, moved: float | None, harm: str) -> Outcome:
    """The judged span against the truth."""
    start_s, end_s = (span.start_s, span.end_s) if span else (0.0, 0.0)
    shared = max(0.0, min(end_s, file.end_s) - max(start_s, file.start_s))
    length = file.end_s - file.start_s
    right = shared >= 0.9 * length and (end_s - start_s) - shared <= 0.1 * length
    return Outcome(file, right, abs(start_s - file.start_s), unsure, moved, harm)


def _alone(file: Dialed) -> Dialed:
    """The truth about the message alone: its voice starts after the silence that the recording has before it."""
    return dataclasses.replace(file, said=((file.lead_s, file.lead_s + file.end_s - file.start_s, file.text),))


def _digits(text: str) -> str:
    """The digits in a text, those in words too."""
    return "".join(SPOKEN_DIGITS.get(one, one if one.isdigit() else "") for one in re.findall(r"\d|[a-z]+", text.lower()))


def rows(found: Sequence[Outcome]) -> list[tuple[object, ...]]:
    """A line for all files and for each kind of them."""
    kinds = {
        "all": lambda o: True,
        "plain messages": lambda o: o.file.plain,
        "with a record tone": lambda o: o.file.tone_s is not None,
        "greeting without a tone": lambda o: "no tone" in o.file.made_of,
        "an earlier message": lambda o: "earlier message" in o.file.made_of,
        "a menu behind": lambda o: "menu" in o.file.made_of,
        "a channel for each party": lambda o: o.file.layout.startswith("rep"),
    }
    made = []
    for name, is_kind in kinds.items():
        part = [one for one in found if is_kind(one)]
        sure = [one for one in part if not one.unsure]
        if not sure:
            continue
        low, high = bootstrap([float(one.right) for one in sure], groups=[one.file.rep for one in sure])
        offs = [one.off_s for one in sure if one.right]
        moved = [abs(one.moved) for one in sure if one.right and one.moved is not None]
        made.append(
            (
                name,
                len(part),
                len(part) - len(sure),
                100 * np.mean([one.right for one in sure]),
                f"{100 * low:.1f}-{100 * high:.1f}",
                1000 * float(np.median(offs)),
                100 * np.mean([off <= 0.1 for off in offs]),
                f"{max(moved):.1f} of {len(moved)}" if moved else "",
                sum(one.harm == "robocall" for one in part),
                sum(one.harm == "number" for one in part),
            )
        )
    return made


COLUMNS = (
    "files", "n", "flagged unsure", "right choice, %", "95 %", "start off, median ms", "start within 100 ms, %",
    "points moved, most", "robocall by greeting", "greeting's number taken",
)  # fmt: skip


def scripted() -> Analyzer:
    """The line with a recogniser that reads the scripts."""
    return Analyzer(Scripted({}), ModelStore(), load_rubric())


def outcomes(files: Iterable[Dialed], line: Analyzer, points_of: int) -> Iterator[Outcome]:
    """What the line makes of files; with points every ``points_of``-th of those that are not plain."""
    for done, file in enumerate(files):
        if isinstance(line.transcriber, Scripted):
            line.transcriber.files[hashlib.sha256(file.data).hexdigest()] = file
        yield outcome(file, line, points=not file.plain and done % points_of == 0)
        if done % 20 == 0:
            print(f"dialer {done}", file=sys.stderr, flush=True)


def tables(found: Sequence[Outcome], heard: Sequence[Outcome], engine: str) -> list[Table]:
    """The tables of the scripted and of the recognised words."""
    reps = len({one.file.rep for one in found})
    notes = (
        f"{len(found)} files of {reps} reps of the report half, composed of spoken and recorded messages, 20 greetings, 8 "
        "record tones and none, ring, menus, earlier messages, 12 codecs and 4 layouts of channels. The comparison of "
        "voices and all thresholds were tuned on the tuning half: other reps, voices, greetings and tones; the phrases of "
        "greetings were written by one who had written both halves' greetings. Words are those of the scripts. Right: the "
        "judged span covers 90 % of the message and at most a tenth of its length of anything else; of those not flagged "
        "unsure. Points: against the message alone in the same codec, of every fifth file; a plain message of which "
        "nothing is cut goes the way it went before. Intervals: reps drawn whole. Published for telling from 15 timing "
        "features of the vad: 96.1 % of 764 recordings (arXiv 2604.09675)."
    )
    made = [Table("The message in a dialer's file", COLUMNS, rows(found), notes)]
    if heard:
        made.append(Table(f"The same as {engine} hears it", COLUMNS, rows(heard), f"{len(heard)} of these files."))
    return made


def run(data: Path) -> list[Table]:
    """The tables of the report part."""
    files = list(dialer_files.recordings("report", COUNT, PLAIN, data))
    engine = os.environ.get("VMAUDIO_BENCH_DIALER_ENGINE", "openai-whisper:tiny.en")
    # every 13th: the 12 codecs come in turn, so that every 12th would be of one codec
    heard = outcomes(files[7::13], Analyzer.from_settings(engine=engine), 5)
    return tables(list(outcomes(files, scripted(), 5)), list(heard), engine)
