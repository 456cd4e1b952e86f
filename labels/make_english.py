"""Everyday English: the list of words that ``vmaudio.privacy`` ships, by which it knows which words may be names.

The words are those that GPT-2's vocabulary holds whole, in lower case and after a space: the most frequent ones of a large
English text. Whisper ships that vocabulary (MIT licence). First names that come with a capital more often than without
("frank", "jack") are left out. Run ``python labels/make_english.py``; it writes ``vmaudio/privacy/english_words.txt``.
"""

from __future__ import annotations

import base64
import importlib.util
import re
from pathlib import Path

from vmaudio.text.lexicon import FIRST_NAMES

OUT = Path(__file__).parent.parent / "vmaudio" / "privacy" / "english_words.txt"


def ranks() -> dict[str, int]:
    """The vocabulary: each token with its rank, the most frequent first."""
    spec = importlib.util.find_spec("whisper")  # whisper itself is slow to import
    if spec is None or spec.origin is None:
        raise SystemExit("openai-whisper is not installed.")
    found = {}
    for line in (Path(spec.origin).parent / "assets" / "gpt2.tiktoken").read_bytes().splitlines():
        token, rank = line.split()
        found[base64.b64decode(token).decode("utf-8", "replace")] = int(rank)
    return found


def main() -> None:
    """Write the list, one word a line, in alphabetical order."""
    rank = ranks()
    words = [token[1:] for token in rank if re.fullmatch(r" [a-z]{2,}", token)]
    kept = [w for w in words if w not in FIRST_NAMES or rank[f" {w}"] < rank.get(f" {w.capitalize()}", len(rank))]
    OUT.write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
