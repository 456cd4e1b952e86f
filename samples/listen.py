"""Let Whisper listen to the samples: word errors and the number, per file, into the table of README.md.

    python samples/listen.py [--engine openai-whisper:base] [--no-write]
    python samples/listen.py --store demo-output/demo.sqlite      the transcripts that `make demo` made

A sample that `base` does not understand (more than 20 % of the words wrong) should be made again, unless that is its point.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run as a script: let `samples` be found
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

HERE = Path(__file__).resolve().parent
START, END = "<!-- table: made by listen.py -->", "<!-- end of table -->"
FILLERS = {"um", "uh", "mm", "hmm", "erm"}
SPELLINGS = {
    "oh": "zero", "o": "zero", "mr": "mister", "dr": "doctor", "st": "saint", "okay": "ok", "anytime": "any time",
    "paperwork": "paper work", "neighbour": "neighbor",
}  # fmt: skip
DIGIT_WORDS = dict(zip("zero one two three four five six seven eight nine".split(), "0123456789", strict=True))


def normal(text: str) -> list[str]:
    """Words for comparing: numbers read out in words, "oh" as zero, a few spellings made one, no fillers."""
    from vmaudio.text.verbalize import spoken_words

    flat = re.sub(r"\be-mail", "email", text.lower().replace("\u2019", "'"))
    words = [w for word in spoken_words(flat) for w in re.findall(r"[a-z0-9']+", SPELLINGS.get(word, word))]
    return [w for w in words if w not in FILLERS]


def transcribed(truths: Sequence[dict[str, Any]], engine: str, threads: int = 0) -> list[str]:
    """Let an engine listen to every sample."""
    from vmaudio.audio.decode import load_audio
    from vmaudio.audio.vad import detect_speech
    from vmaudio.transcribe.recognisers import get_transcriber

    transcriber = get_transcriber(engine, threads=threads)
    texts = []
    for truth in truths:  # one by one: progress, and little memory
        recording = load_audio(HERE / truth["file"])
        texts.append(transcriber.transcribe_many([recording], [detect_speech(recording)])[0].text)
        print(f"{len(texts)} of {len(truths)}", file=sys.stderr, flush=True)
    return texts


def stored(truths: Sequence[dict[str, Any]], engine: str, where: str) -> list[str]:
    """Take the transcripts from a store that `vmaudio batch` filled; they belong to the bytes by their SHA-256."""
    from vmaudio.store.store import open_store

    store = open_store(where)
    texts = {a.recording_id: a.transcript.text for a in store.analyses() if a.transcript.engine == engine}
    store.close()
    missing = [t["file"] for t in truths if t["sha256"] not in texts]
    if missing:
        raise SystemExit(
            f"{where} holds no transcript by {engine} of: {', '.join(missing)}. Run vmaudio batch on the samples first."
        )
    return [texts[t["sha256"]] for t in truths]


def compare(truths: Sequence[dict[str, Any]], texts: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each sample: its truth, the word error rate, how often the spoken number was written right, the text."""
    import jiwer

    rows = []
    for truth, text in zip(truths, texts, strict=True):
        said, heard = normal(truth["text"]), normal(text)
        digits, times = truth["entities"]["phone_digits"], truth["entities"]["phone_times_said"]
        found = "".join(DIGIT_WORDS.get(w, " ") for w in heard).count(digits) if digits else 0
        wer = jiwer.wer(" ".join(said), " ".join(heard) or "-") if said else (1.0 if heard else 0.0)
        rows.append(truth | {"wer": wer, "numbers_found": found, "numbers_said": times, "heard": text})
    return rows


def table(rows: Sequence[dict[str, Any]], engine: str) -> str:
    """The markdown table of README.md."""
    lines = [
        "| file | approach | what it shows | voice | format | s | kB | wpm | dBFS | WER | number |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        speech = bool(r["parts"])
        number = f"{r['numbers_found']} of {r['numbers_said']}" if r["numbers_said"] else "-"
        cells = [
            r["file"], r["approach"], r["point"], r["voice"] or "-", r["codec"] + (", stereo" if r["channels"] == 2 else ""),
            f"{r['duration_s']:.1f}", f"{r['bytes'] / 1000:.0f}", f"{r['wpm']:.0f}" if speech else "-",
            f"{r['level_dbfs']:.0f}" if r["level_dbfs"] is not None else "-",
            f"{100 * r['wer']:.0f} %" if speech else "-", number,
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    spoken = [r for r in rows if r["parts"]]
    mean = 100 * sum(r["wer"] for r in spoken) / len(spoken)
    asked = [r for r in spoken if r["numbers_said"]]
    right = sum(r["numbers_found"] > 0 for r in asked)
    size = sum(r["bytes"] for r in rows) / 1e6
    lines.append("")
    lines.append(
        f"{len(rows)} recordings, {sum(r['duration_s'] for r in rows) / 60:.1f} minutes, {size:.2f} MB. {engine}: mean WER "
        f"{mean:.1f} % over {len(spoken)} spoken files; the number came out right at least once in {right} of {len(asked)}."
    )
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Listen to all samples, print what was heard, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", default="openai-whisper:base")
    parser.add_argument("--store", metavar="URL", help="take the transcripts from this store instead of listening again")
    parser.add_argument("--threads", type=int, default=0, help="processor threads; 0 is all")
    parser.add_argument("--no-write", action="store_true", help="leave README.md alone")
    args = parser.parse_args(argv)
    truths = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(HERE.glob("[0-9]*.json"))]
    texts = stored(truths, args.engine, args.store) if args.store else transcribed(truths, args.engine, args.threads)
    rows = compare(truths, texts)
    for r in rows:
        print(f"{r['file']:46} WER {100 * r['wer']:5.1f} %  number {r['numbers_found']}/{r['numbers_said']}  {r['heard']}")
    text = table(rows, args.engine)
    print(text.splitlines()[-1])
    if not args.no_write:
        readme = HERE / "README.md"
        old = readme.read_text(encoding="utf-8")
        before, after = old.split(START)[0], old.split(END)[1]
        readme.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
