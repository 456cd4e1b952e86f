"""What was said of a script, word by word."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records.base import Record


@dataclass(frozen=True, slots=True)
class ScriptWord(Record):
    """One word of a script and what was heard for it, or one word that was added or only repeats a number.

    Args:
        status: "said", "changed", "left out", "added", "repeated" (a number once more), or "unsure" where the recogniser may
            have misheard: nobody's fault.
        text: as the script writes it; "" for a word that was added or repeated.
        heard: as the recogniser wrote it; "" where nothing was heard for it.
        start_s: where it was heard, in seconds from the start of the file; None where nothing was heard.
        end_s: where that ends.
        slot: what the script asks for here ("name" of ``{name}``); "" for a word that stands in the script.
    """

    status: str
    text: str
    heard: str = ""
    start_s: float | None = None
    end_s: float | None = None
    slot: str = ""


@dataclass(frozen=True, slots=True)
class ScriptAdherence(Record):
    """How far a message keeps to its script.

    Args:
        share: words and slots that were said, of those that were said, changed or left out; 0 to 1. Unsure ones are in neither
            number; None where all are unsure.
        said: how many words and slots of the script were said.
        changed: how many were said otherwise.
        left_out: how many were not said.
        added: how many words were said that the script does not have; they lower no share.
        unsure: how many may have been misheard.
        words: the script's words in its order, with added words where they were heard.
    """

    share: float | None
    said: int
    changed: int
    left_out: int
    added: int
    unsure: int
    words: tuple[ScriptWord, ...]
