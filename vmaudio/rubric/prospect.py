"""What is known of the prospect, looked for in the message: what the notes say.

A word of the notes counts as heard when the message has a word with the same stem, or one so close that a recogniser may
have written the one for the other. Everyday words carry no evidence and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from vmaudio.records import Flag, Message, Transcript, Word, clock
from vmaudio.rubric.everyday import rarity
from vmaudio.rubric.options import RUBRIC_OPTIONS, ProspectOptions
from vmaudio.text import MONTH_NAMES, MONTH_SHORT, WEEKDAY_NAMES

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
_DROPPED = frozenset({"drop", "dropped", "voice drop", "ringless"})
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Heard:
    """A term that came back in the message.

    Attributes:
        term: as written in the manifest, in lower case.
        word: that was heard.
    """

    term: str
    word: Word


def terms(text: str | None, options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> tuple[str, ...]:
    """Words of a note that carry evidence.

    Args:
        text: the note, or None.
        options: how short a word carries none.

    Returns:
        The words in lower case, in their order, each once; everyday words and figures are left out.
    """
    found = dict.fromkeys(token.lower() for token in _WORD.findall(text or ""))
    return tuple(term for term in found if term not in _STOP and not term.isdigit() and len(term) >= options.term_letters)


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=20_000)  # the stemmer is plain Python; without this it is nine tenths of scoring a message
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word.replace("’", "'")))


def heard(
    wanted: tuple[str, ...], transcript: Transcript, options: ProspectOptions = RUBRIC_OPTIONS.prospect
) -> tuple[Heard, ...]:
    """Find the first word of the message for each wanted term.

    Args:
        wanted: terms in lower case.
        transcript: of the message.
        options: how alike two words must be.

    Returns:
        What was heard, in the order of the terms; terms not heard are left out.
    """
    if not wanted:
        return ()
    from rapidfuzz.fuzz import ratio

    said = [(token.lower(), word) for word in transcript.words for token in _WORD.findall(word.text)]
    found, letters = [], options.close_letters
    for term in wanted:
        stem = _stem(term)
        for token, word in said:
            same = token == term or _stem(token) == stem
            joined = len(term) >= options.compound_letters and (token.startswith(term) or token.endswith(term))
            if same or joined or (min(len(term), len(token)) >= letters and ratio(term, token) >= options.close_enough):
                found.append(Heard(term, word))
                break
    return tuple(found)


def facts(message: Message, own: Iterable[str] = (), options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> tuple[str, ...]:
    """Words of the notes that would be specific to this prospect if they were said.

    Left out are the names of the prospect and of the prospect's company (saying a name is no preparation), the words of the
    rep's own company ("dental" says nothing where Parkway Dental Supply calls), and everyday words (`rarity` 0). Words of the
    campaign's script that others are sent too cannot be told here: scoring sees one message at a time.

    Args:
        message: with what the manifest knows of the prospect.
        own: names of the rep's own company, as heard or as the manifest has them.
        options: which words carry evidence.

    Returns:
        The words in lower case, in their order. None for a message dropped on many (channel "drop"): one recording for all is
        specific to nobody.
    """
    if (message.channel or "").strip().lower() in _DROPPED:
        return ()
    names = (message.prospect_name, message.prospect, message.company, message.extra.get("rep_company"), *own)
    left_out = {_stem(term) for name in names for term in terms(name, options)}
    return tuple(t for t in terms(message.notes, options) if _stem(t) not in left_out and rarity(t, options) > 0)


def specific(
    message: Message,
    transcript: Transcript,
    options: ProspectOptions = RUBRIC_OPTIONS.prospect,
    own: Iterable[str] = (),
) -> tuple[Heard, ...]:
    """What the message says that is true of this prospect only.

    Args:
        message: with what the manifest knows of the prospect.
        transcript: of the message.
        options: which words count as said, and how much rare words they must be worth together.
        own: names of the rep's own company.

    Returns:
        The words of `facts` that were heard; none where they tell too little together (`ProspectOptions.specific_weight`).
    """
    found = heard(facts(message, own, options), transcript, options)
    told = {_stem(item.term): rarity(item.term, options) for item in found}
    return found if sum(told.values()) >= options.specific_weight - 1e-9 else ()


def notes_flags(
    message: Message,
    transcript: Transcript,
    options: ProspectOptions = RUBRIC_OPTIONS.prospect,
    own: Iterable[str] = (),
) -> tuple[Flag, ...]:
    """Say whether the notes come back in the message.

    Args:
        message: with what the manifest knows of the prospect.
        transcript: of the message.
        options: which words count as said, and what they are worth.
        own: names of the rep's own company.

    Returns:
        ``uses_notes`` with the words of the notes heard and ``personalised`` with those of them that are specific to this
        prospect (see `specific`); ``ignores_notes`` where there are such words and none of the notes was heard; nothing where
        it is neither the one nor the other, and without notes.
    """
    if transcript.status != "speech" or not facts(message, own, options):
        return ()
    found = heard(terms(message.notes, options), transcript, options)
    if told := specific(message, transcript, options, own):
        return (_flag("uses_notes", found), _flag("personalised", told))
    return () if found else (Flag("ignores_notes", f"the notes say: {message.notes}"),)


def _flag(kind: str, found: tuple[Heard, ...]) -> Flag:
    """A flag with each word and its second, from the first of them to the last."""
    words = ", ".join(f"'{item.term}' at {clock(item.word.start_s)}" for item in found)
    start = min(item.word.start_s for item in found)
    return Flag(kind, words, start, max(item.word.end_s for item in found))
