"""What was said of a script, in words for people: a sentence, and the stretches that differ."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.plots import percent
from vmaudio.records import ScriptAdherence, counted


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """Words side by side with one status.

    Args:
        status: As of a `ScriptWord`.
        text: What the script says; "" where words were added.
        heard: What was heard; "" where words were left out.
        start_s: Where it was heard, in seconds; for words that were left out the end of the word before, None at the start.
        end_s: Where it ends.
    """

    status: str
    text: str
    heard: str
    start_s: float | None
    end_s: float | None

    @property
    def sentence(self) -> str:
        """What happened, as a clause."""
        text, heard = self.text.strip(" ,.;:!?"), self.heard
        return {
            "left out": f"left out: “{text}”",
            "added": f"added: “{heard}”",
            "repeated": f"said again: “{heard}”",
            "changed": f"“{heard}” instead of “{text}”",
            "unsure": f"perhaps misheard: “{heard}” for “{text}”" if text and heard else f"not certain: “{text or heard}”",
        }.get(self.status, text)


def script_sentence(found: ScriptAdherence) -> str:
    """How much of a script was said, as a sentence.

    Args:
        found: The comparison.

    Returns:
        For example "18 of 22 words were said (82 %); 2 changed, 2 left out; 1 may have been misheard and does not count."
    """
    sure = found.said + found.changed + found.left_out
    if found.share is None:
        return "No word of the script can be judged: all may have been misheard."
    head = f"{found.said} of {counted(sure, 'word')} {'was' if sure == 1 else 'were'} said ({percent(found.share)})"
    counts = ((found.changed, "changed"), (found.left_out, "left out"), (found.added, "added"))
    rest = ", ".join(f"{n} {what}" for n, what in counts if n)
    unsure = f"; {found.unsure} may have been misheard and {'does' if found.unsure == 1 else 'do'} not count"
    return head + (f"; {rest}" if rest else "") + (unsure if found.unsure else "") + "."


def script_runs(found: ScriptAdherence) -> tuple[ScriptRun, ...]:
    """The stretches that differ from the script, in its order.

    Args:
        found: The comparison.

    Returns:
        One for each stretch of words with the same status; nothing for words that were said.
    """
    runs: list[ScriptRun] = []
    before = "said"
    at_s: float | None = None
    for word in found.words:
        if word.status != "said":
            start_s = word.start_s if word.start_s is not None else at_s
            if word.status == before:
                last = runs.pop()
                text, heard = f"{last.text} {word.text}".strip(), f"{last.heard} {word.heard}".strip()
                runs.append(ScriptRun(word.status, text, heard, last.start_s, word.end_s or last.end_s))
            else:
                runs.append(ScriptRun(word.status, word.text, word.heard, start_s, word.end_s))
        before = word.status
        at_s = word.end_s if word.end_s is not None else at_s
    return tuple(runs)
