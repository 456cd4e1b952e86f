"""How many reps say each word in the labelled messages: the list of everyday words that ``vmaudio.rubric`` ships.

A word that many reps say in messages to different people says nothing of one prospect. Run ``python labels/make_everyday.py``
after labels were added; it writes ``vmaudio/rubric/everyday.csv``.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "vmaudio" / "rubric" / "everyday.csv"
FEWEST_REPS = 4
"""Words of fewer reps are left out: whatever is not listed is rare, and names stay out that two or three
reps happen to say."""


def count() -> tuple[dict[str, int], int]:
    """Count the reps who say each word.

    Returns:
        Reps by word in lower case, for words of enough reps; and the number of all reps.
    """
    reps: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(HERE.glob("messages_*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            text = " ".join(sentence["text"] for sentence in row["sentences"]).lower().replace("’", "'")
            for word in re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text):
                reps[word].add(row["rep"])
    found = {word: len(who) for word, who in reps.items() if len(who) >= FEWEST_REPS}
    return found, len(set().union(*reps.values()))


def main() -> None:
    """Write the list, the number of all reps in its first line."""
    found, n = count()
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("word", "reps"))
        writer.writerow(("*", n))
        writer.writerows(sorted(found.items(), key=lambda item: (-item[1], item[0])))


if __name__ == "__main__":
    main()
