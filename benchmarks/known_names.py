"""The manifest's names found by their sound in recognised messages: exact or not, and how often a wrong one gets in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from benchmarks.common import SEED, Table, bootstrap
from benchmarks.rows.clauses import Labelled, labelled
from vmaudio.records import Entities
from vmaudio.text import KnownNames, find_entities, respell_names, transcript_from_text

FIELDS = ("caller", "callee", "company")
DISTRACTORS = 4
"""Other messages whose names are tried on each message, one after the other."""


def manifest_names(messages: Sequence[Labelled]) -> list[KnownNames]:
    """What a manifest with a column rep_company has of each message; a rep's company is the longest that the rep ever names."""
    companies: dict[str, str] = {}
    for one in messages:
        company = one.entities.get("company") or ""
        if not company.startswith("the ") and len(company) > len(companies.get(one.rep, "")):
            companies[one.rep] = company
    return [KnownNames(one.rep, one.row.get("prospect"), companies.get(one.rep)) for one in messages]


def texts(message: Labelled) -> list[tuple[str, str]]:
    """(kind, text) of a message: as written, and as recognised where it was recorded."""
    kinds = [("base", message.row.get("base_text")), ("tiny.en", message.row.get("tiny_en_text"))]
    return [("as written", " ".join(message.pieces)), *((kind, str(text)) for kind, text in kinds if text)]


def said(entities: Entities, field: str) -> str:
    """A name as found, for comparison; "" where none was."""
    from benchmarks.rows.names import plain

    mention = getattr(entities, field)
    return plain(mention.text) if mention is not None else ""


def respelled(data: Path) -> Table:
    """Names exact without the manifest's, with them, and with another message's."""
    from benchmarks.rows.names import plain

    messages = [one for one in labelled(data) if one.entities]
    names, rng = manifest_names(messages), random.Random(SEED)
    hits: dict[tuple[str, str], list[tuple[bool, bool, str]]] = {}
    entered: dict[str, list[tuple[float, str]]] = {}
    for message, known in zip(messages, names, strict=True):
        others = [other for other, one in zip(names, messages, strict=True) if one.rep != message.rep]
        for kind, text in texts(message):
            transcript = transcript_from_text(text)
            found = find_entities(transcript)
            with_names = respell_names(found, transcript, known)
            for field in FIELDS:
                if kind != "as written" and (true := message.entities.get(field)):
                    pair = (said(found, field) == plain(true), said(with_names, field) == plain(true))
                    hits.setdefault((kind, field), []).append((*pair, message.rep))
            for other in rng.sample(others, DISTRACTORS):
                wrong = respell_names(found, transcript, other)
                new = any(said(wrong, field) not in ("", said(found, field)) for field in FIELDS)
                entered.setdefault(kind, []).append((float(new), message.rep))
    lines = []
    for (kind, field), rows in sorted(hits.items()):
        low, high = bootstrap([float(row[1]) for row in rows], groups=[row[2] for row in rows])
        wrong_ones = [value for value, _ in entered[kind]]
        lines.append(
            (
                kind, field, len(rows), sum(row[0] for row in rows), sum(row[1] for row in rows), f"{low:.2f}-{high:.2f}",
                f"{sum(wrong_ones):.0f} of {len(wrong_ones)}",
            )
        )  # fmt: skip
    written = [value for value, _ in entered["as written"]]
    lines.append(("as written", "any", None, None, None, None, f"{sum(written):.0f} of {len(written)}"))
    columns = (
        "recognised by", "name", "said", "exact without", "exact with the manifest's names", "share with, 95 %",
        "messages into which another's name got",
    )  # fmt: skip
    notes = (
        "Texts kept from development recordings; no names were given to the recogniser. All of them were looked at while the "
        "rule was written: none is unseen. Manifest: rep, prospect, the rep's own company. Another's: the three names of a "
        "message of "
        f"another rep, {DISTRACTORS} times for each text; a name counts where it was not found without. Intervals: whole "
        "reps drawn."
    )
    return Table("The manifest's names by their sound", columns, lines, notes)
