"""Caller, callee and company: found exactly, or within one recognition error, on true text and on recognised text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import Table, bootstrap
from benchmarks.rows.clauses import FORMS, Labelled, form_of, half, labelled
from vmaudio import clauses, entities
from vmaudio.entities import match_name

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


def judged(said: str | None, true: str | None) -> tuple[bool, bool]:
    """Exact, and within one recognition error (or exact)."""
    if said is None or true is None:
        return False, False
    exact = plain(said) == plain(true)
    return exact, exact or min(match_name(said, true), match_name(true, said)) >= SAME


def line(
    name: str, field: str, texts: Sequence[str], truths: Sequence[str | None], groups: Sequence[str]
) -> tuple[object, ...]:
    """Precision and recall of one field on one kind of text."""
    found = [getattr(entities.find(clauses.transcript_from_text(text)), field) for text in texts]
    said = [None if mention is None else mention.text for mention in found]
    hits = [judged(one, true) for one, true in zip(said, truths, strict=True)]
    simple = [judged(after_phrase(text, field), true)[1] for text, true in zip(texts, truths, strict=True)]
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


def run(data: Path) -> list[Table]:
    """One table."""
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
        "hints from a manifest. Interval: recall within one error, whole reps drawn."
    )
    return [Table("Names and company", columns, lines, notes)]
