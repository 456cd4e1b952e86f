"""What names from the manifest buy as a hint to the recogniser, and whether a hint ever puts in a name that was not said."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks import corpus
from benchmarks.common import ROOT, SEED, Table, bootstrap
from benchmarks.corpus import Spoken
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Transcript
from vmaudio.testing import recording
from vmaudio.transcribe.recognisers import get_transcriber

MODELS = ("tiny.en", "base")


def messages(data: Path) -> list[tuple[Spoken, str]]:
    """(message, its manifest's names as a hint): voicemails and samples, clean and over a noisy telephone."""
    rng = np.random.default_rng(SEED)
    found = []
    for line in (data / "voicemails" / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] == "message":
            names = (row["prospect"], row["rep"], row["prospect_company"])
            found.append((data / "voicemails" / row["file"], row["text"], row["rep"] or "robot", names))
    with (ROOT / "samples" / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        listed = {row["file"]: row for row in csv.DictReader(stream)}
    for file, row in listed.items():
        truth = json.loads((ROOT / "samples" / file).with_suffix(".json").read_text(encoding="utf-8"))
        if truth.get("text"):
            found.append(
                (ROOT / "samples" / file, truth["text"], row["rep"], (row["prospect_name"], row["rep"], row["company"]))
            )
    made = []
    for path, text, rep, names in found:
        sound = load_audio(path).samples
        hint = ", ".join(name for name in names if name)
        if hint:
            made.append((Spoken(path.name, "clean", sound, text, rep), hint))
            made.append((Spoken(path.name, "telephone, 15 dB", corpus._telephone(sound, rng), text, rep), hint))
    return made


def words_of(text: str) -> list[str]:
    """Lower-case words without marks; titles and company forms are no names."""
    return [word for word in re.findall(r"[a-z']+", text.lower()) if word not in {"mr", "mrs", "ms", "dr", "the", "and", "of"}]


def names_in(hint: str, said: str, heard: str) -> tuple[int, int, int]:
    """Name words that were said; of those, written; and name words written that were not said."""
    names = set(words_of(hint))
    true, found = set(words_of(said)), set(words_of(heard))
    return len(names & true), len(names & true & found), len((names & found) - true)


def run(data: Path) -> list[Table]:
    """One table."""
    pairs = messages(data)
    others = [pairs[(i + len(pairs) // 2 + 1) % len(pairs)][1] for i in range(len(pairs))]  # names of somebody else
    rows: list[list[object]] = []
    for model in MODELS:
        engine = get_transcriber(f"openai-whisper:{model}")
        sounds = [recording(message.samples) for message, _ in pairs]
        active = [detect_speech(sound) for sound in sounds]
        plain: list[Transcript] = []
        for way, hints in (("no hint", []), ("the message's names", [hint for _, hint in pairs]), ("another's names", others)):
            heard = engine.transcribe_many(sounds, active, hints)
            plain = plain or heard
            for kind in ("clean", "telephone, 15 dB"):
                place = [i for i, (message, _) in enumerate(pairs) if message.kind == kind]
                rows.append([model, kind, way, *_line(pairs, place, heard, plain, hints or [hint for _, hint in pairs])])
    columns = (
        "model",
        "channel",
        "hint",
        "n",
        "name words said",
        "written, %",
        "95 %",
        "names put in",
        "word errors, %",
        "difference, 95 %",
    )
    notes = (
        "Development voicemails and samples: synthetic voices, none of which took part in tuning the hint. Hint: prospect, rep,"
        " company, as in a manifest. Names put in: words of the hint in the text that were not said. Intervals: reps drawn"
        " whole; the difference is to no hint, paired."
    )
    return [Table("Names as hints", columns, rows, notes)]


def _line(
    pairs: Sequence[tuple[Spoken, str]],
    place: list[int],
    heard: list[Transcript],
    plain: list[Transcript],
    hints: Sequence[str],
) -> tuple[object, ...]:
    import jiwer

    def errors(found: list[Transcript]) -> np.ndarray:
        rows = []
        for i in place:
            one = jiwer.process_words(corpus.plain(pairs[i][0].text), corpus.plain(found[i].text))
            rows.append((one.substitutions + one.insertions + one.deletions, one.hits + one.substitutions + one.deletions))
        return np.array(rows, dtype=float)

    groups = [pairs[i][0].group for i in place]
    names = np.array([names_in(hints[i], pairs[i][0].text, heard[i].text) for i in place])
    said, written, put_in = names.sum(axis=0)
    rate = lambda rows: float(rows[:, 1].sum() / max(1, rows[:, 0].sum()))  # noqa: E731
    index = np.arange(len(place))
    low, high = bootstrap(index, lambda at: rate(names[at.astype(int)]), groups)
    mine, reference = errors(heard), errors(plain)

    def gap(at: np.ndarray) -> float:
        rows = at.astype(int)
        return float((mine[rows, 0].sum() - reference[rows, 0].sum()) / mine[rows, 1].sum())

    down, up = bootstrap(index, gap, groups)
    wer = 100 * float(mine[:, 0].sum() / mine[:, 1].sum())
    difference = "" if heard is plain else f"{100 * down:+.1f} to {100 * up:+.1f}"
    return (
        len(place), int(said), 100 * written / max(1, said), f"{100 * low:.0f}-{100 * high:.0f}", int(put_in), wer, difference
    )  # fmt: skip
