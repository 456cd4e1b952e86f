"""What is known of the prospect, looked for in the message: the notes, the company, the name.

A word of the notes counts as heard when the message has a word with the same stem, or one so close that a recogniser may
have written the one for the other. Everyday words carry no evidence and are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from vmaudio.records import Flag, Message, Transcript, Word
from vmaudio.text import MONTH_NAMES, MONTH_SHORT, WEEKDAY_NAMES

CLOSE_ENOUGH = 85.0
"""Least rapidfuzz ratio (0 to 100) of two words of six letters or more that count as the same: about one letter in seven."""

_STOP = frozenset({*WEEKDAY_NAMES, *MONTH_NAMES, *MONTH_SHORT}) | frozenset(
    """a about above after again all also am an and any are as asked at back be because been before being but by call called
    calling can come could day did do does done down each email emailed e-mail e-mailed every few first for form from get go
    going good had has have he hello her here hi him his how i if in into is it its just know last let like made mail make
    many me message message more most much my need new next no not note notes now number of off on one only or other our out
    over phone please said say says see send sent she should so some someone something spoke still such take talk talked than
    thank thanks that the their them then there they thing this time to today told too two up us use very voicemail want
    wanted wants was we web week went were what when where which while who why will with would wrote year yes yet you your
    prospect customer lead company inc llc ltd""".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Heard:
    """A term that came back in the message: the term as written in the manifest, and the word that was heard."""

    term: str
    word: Word


def terms(text: str | None) -> tuple[str, ...]:
    """Words of a note that carry evidence, in order, each once."""
    found = dict.fromkeys(token.lower() for token in _WORD.findall(text or ""))
    return tuple(term for term in found if term not in _STOP and not term.isdigit() and len(term) > 2)


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)  # the stemmer is plain Python; without this it is nine tenths of judging a message
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word.replace("’", "'")))


def heard(wanted: tuple[str, ...], transcript: Transcript) -> tuple[Heard, ...]:
    """Find the first word of the message for each wanted term; terms not heard are left out."""
    if not wanted:
        return ()
    from rapidfuzz.fuzz import ratio

    said = [(token.lower(), word) for word in transcript.words for token in _WORD.findall(word.text)]
    found = []
    for term in wanted:
        stem = _stem(term)
        for token, word in said:
            same = token == term or _stem(token) == stem
            if same or (len(term) >= 6 and len(token) >= 6 and ratio(term, token) >= CLOSE_ENOUGH):
                found.append(Heard(term, word))
                break
    return tuple(found)


def specific(message: Message, transcript: Transcript) -> tuple[Heard, ...]:
    """What the message says that is true of this prospect only: words of the notes and of the company's name.

    The prospect's own name is not counted: saying a name is no preparation.
    """
    name = set(terms(message.prospect_name)) | set(terms(message.prospect))
    wanted = [term for term in (*terms(message.notes), *terms(message.company)) if term not in name]
    return heard(tuple(dict.fromkeys(wanted)), transcript)


def notes_flags(message: Message, transcript: Transcript) -> tuple[Flag, ...]:
    """Say whether the notes come back in the message: ``uses_notes`` with the words heard, or ``ignores_notes``.

    One word is enough when the notes have fewer than four that carry evidence, else two. No notes give no flag.
    ``personalised`` names everything that is specific to this prospect (see `specific`), with or without notes.
    """
    if transcript.status != "speech":
        return ()
    own = specific(message, transcript)
    personal = (_flag("personalised", "specific to this prospect", own),) if own else ()
    wanted = terms(message.notes)
    if not wanted:
        return personal
    found = heard(wanted, transcript)
    if len(found) >= (1 if len(wanted) < 4 else 2):
        return (_flag("uses_notes", "from the notes", found), *personal)
    return (Flag("ignores_notes", f"the notes say: {message.notes}"), *personal)


def _flag(kind: str, what: str, found: tuple[Heard, ...]) -> Flag:
    """A flag with each word and its second, from the first of them to the last."""
    words = ", ".join(f"'{item.term}' at {item.word.start_s:.0f} s" for item in found)
    start = min(item.word.start_s for item in found)
    return Flag(kind, f"{what}: {words}", start, max(item.word.end_s for item in found))
