"""Recognise the voices once, and keep all that was heard: a line of JSON for each recording.

Resumable: what the file has is not recognised again. Words with times and probabilities of both passes, the noise, and of each
number how well it and its neighbours fit the sound; `replayed` gives the entities that any rules make of them. Run in pieces::

    python -m benchmarks.voices.hear heard.jsonl --engine openai-whisper:base --seconds 240
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.common import shared_data
from benchmarks.voices.lines import kind_of
from benchmarks.voices.plan import UTTERANCES, Task, plan, sound_of
from vmaudio.analysis.second_pass import DEFAULT, compared, in_doubt, settled, stretch
from vmaudio.audio import detect_speech
from vmaudio.records import Entities, Phone, Recording, Transcript
from vmaudio.text import Comparison, confirm_numbers, find_entities, same_number
from vmaudio.transcribe import Transcriber, get_transcriber

BATCH = 6
ENGINE = "openai-whisper:base"


def heard(tasks: Iterable[Task], transcriber: Transcriber, data: Path) -> Iterator[dict[str, Any]]:
    """What is kept of each recording.

    Args:
        tasks: the recordings.
        transcriber: supports a second pass and scoring.
        data: the folder of development recordings.
    """
    batch = list(tasks)
    sounds = [sound_of(task, data) for task in batch]
    active = [detect_speech(sound) for sound in sounds]
    first = transcriber.transcribe_many(sounds, active)
    found = [find_entities(_text(one), local_numbers=task.local) for one, task in zip(first, batch, strict=True)]
    cuts = [stretch(sounds[i], one.phones, DEFAULT.stretch) for i, one in enumerate(found) if one.phones]
    seconds = iter(transcriber.transcribe_many(cuts, [detect_speech(cut) for cut in cuts]) if cuts else [])
    for task, sound, activity, script, one in zip(batch, sounds, active, map(_text, first), found, strict=True):
        second = _text(next(seconds)) if one.phones else None
        again = find_entities(second, local_numbers=task.local) if second is not None else Entities()
        doubted = [
            phone
            for phone, both in zip(one.phones, confirm_numbers(one, again).phones, strict=True)
            if in_doubt(both, activity.snr_db)
        ]
        yield {
            "key": task.key, "part": task.part, "group": task.group, "kind": task.kind, "style": task.style, "line": task.line,
            "line_kind": kind_of(task.line), "digits": task.digits, "local": task.local, "snr_db": activity.snr_db,
            "first": script.to_dict(), "second": second.to_dict() if second is not None else None,
            "compared": {p.digits: _scores(transcriber, sound, script, p, again.phones, task.local) for p in doubted},
        }  # fmt: skip


def _text(transcript: Transcript | Exception) -> Transcript:
    if isinstance(transcript, Exception):
        raise transcript
    return transcript


def _scores(
    transcriber: Transcriber, sound: Recording, script: Transcript, phone: Phone, others: tuple[Phone, ...], local: bool
) -> dict[str, Any] | None:
    scores = compared(transcriber, sound, script, phone, same_number(phone, others), local=local)
    return {"numbers": scores.numbers, "scores": scores.scores} if scores is not None else None


def comparison(row: dict[str, Any], phone: Phone) -> Comparison | None:
    """What was kept of a number's comparison with its neighbours; None where there was none."""
    kept = row["compared"].get(phone.digits)
    return Comparison(tuple(kept["numbers"]), tuple(map(tuple, kept["scores"]))) if kept else None


def replayed(row: dict[str, Any]) -> tuple[Entities, Entities, Entities]:
    """The entities of the first pass, of the second, and as they are settled, by today's rules.

    Args:
        row: what `heard` kept of a recording.
    """
    first, again = (
        find_entities(Transcript.from_dict(one), local_numbers=row["local"]) if one else Entities()
        for one in (row["first"], row["second"])
    )
    if not first.phones:
        return first, again, first
    last = settled(
        first, again, row["snr_db"], lambda phone, _: comparison(row, phone), local=row["local"]
    )  # fmt: skip
    return first, again, last


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, none where there is no file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def hear(
    file: Path,
    data: Path,
    *,
    engine: str = ENGINE,
    seconds: float = math.inf,
    utterances: int = UTTERANCES,
    limit: int | None = None,
) -> None:
    """Recognise what a file does not have yet.

    Args:
        file: lines of JSON; it is made where there is none.
        data: the folder of development recordings.
        engine: recogniser and model.
        seconds: stop after the batch in which they pass.
        utterances: synthetic ones in the plan.
        limit: only the first so many recordings of the plan.
    """
    begin, done = time.monotonic(), {row["key"] for row in read(file)}
    chosen = [task for task in plan(data, utterances)[:limit] if task.key not in done]
    transcriber = get_transcriber(engine) if chosen else None
    for at in range(0, len(chosen), BATCH):
        if transcriber is None or time.monotonic() - begin > seconds:
            break
        rows = list(heard(chosen[at : at + BATCH], transcriber, data))
        with file.open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(row) + "\n" for row in rows)
        print(f"{at + len(rows)} of {len(chosen)}", flush=True)


def main() -> None:
    """Recognise what is missing, for so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--engine", default=ENGINE)
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop after the batch in which they pass")
    parser.add_argument("--utterances", type=int, default=UTTERANCES, help="synthetic ones")
    parser.add_argument("--limit", type=int, help="the first so many recordings of the plan, which is shuffled")
    args = parser.parse_args()
    hear(args.file, shared_data(), engine=args.engine, seconds=args.seconds, utterances=args.utterances, limit=args.limit)


if __name__ == "__main__":
    main()
