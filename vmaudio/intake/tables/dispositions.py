"""What the words of CRMs and dialers say of a call: one reviewed table, with its sources, in ``dispositions.csv``.

A disposition says how the *rep's* call ended. Only some of them say what the prospect did; a voicemail that picked up, a call
that the rep will make later and the state of a line say nothing of it, and are never counted.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from vmaudio.errors import SettingError
from vmaudio.intake.tables.faults import shortened

OUTCOME_MEANINGS = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")
"""Meanings that are outcomes: the field becomes yes."""

MEANINGS: Mapping[str, str] = {
    "callback": "the prospect called back",
    "reply": "the prospect answered in another way",
    "connect": "the rep talked with the prospect",
    "sale": "the prospect bought",
    "complaint": "the prospect complained, or asked not to be called",
    "wrong_person": "the number or the person was wrong",
    "appointment": "the rep is to call again later; not the prospect's action, and never counted as one",
    "voicemail": "a machine picked up, or a message was left: no connect",
    "no contact": "the prospect was not reached",
    "no outcome": "a state of the call or of the record; says nothing of the prospect",
}
"""Every meaning of the table and what it stands for."""

_SEPARATORS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Disposition:
    """One line of the table.

    Attributes:
        system: the CRM or dialer; "any" for words that many use.
        word: the word as the system writes it.
        meaning: one of `MEANINGS`.
        source: where the system's maker, or common usage, says so.
    """

    system: str
    word: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class WordRead:
    """A distinct word of a file, and how it was read.

    Attributes:
        word: as it stands in the file, the first spelling that was met.
        meaning: one of `MEANINGS`; None when the table does not know it, so that it says nothing.
        count: rows that have it.
        own: whether the user said what it means.
    """

    word: str
    meaning: str | None
    count: int
    own: bool = False


@cache
def disposition_table() -> tuple[Disposition, ...]:
    """The table of what the words of CRMs and dialers mean.

    Returns:
        Its lines, by system.
    """
    with resources.files("vmaudio.intake.tables").joinpath("dispositions.csv").open(encoding="utf-8") as file:
        return tuple(Disposition(**row) for row in csv.DictReader(file))


@cache
def _by_word() -> Mapping[str, str]:
    """Meaning by word. A word means one thing in all systems that have it; a test holds the table to that."""
    return {word_key(line.word): line.meaning for line in disposition_table()}


def word_key(word: str) -> str:
    """How words are compared: without case, with one space for blanks, underscores and hyphens.

    Args:
        word: a word as somebody wrote it.

    Returns:
        The word for comparison.
    """
    return _SEPARATORS.sub(" ", word.replace("’", "'").strip().lower())


def meaning_of(word: str, own: Mapping[str, str] | None = None) -> str | None:
    """What a word says.

    Args:
        word: a disposition such as "Left voicemail", or HubSpot's id of one.
        own: the user's own meanings by `word_key`; they win.

    Returns:
        One of `MEANINGS`; None when nobody says what it means.
    """
    key = word_key(word)
    return (own or {}).get(key) or _by_word().get(key)


def parse_map_values(given: Sequence[str]) -> dict[str, str]:
    """Read what users say their words mean: ``Interested=connect``.

    Args:
        given: texts of ``--map-value``, later ones winning.

    Returns:
        Meanings by word, the word as it was written.

    Raises:
        SettingError: a text is not WORD=MEANING, or there is no such meaning.
    """
    found: dict[str, str] = {}
    for text in given:
        word, sign, meaning = (part.strip() for part in text.rpartition("="))
        if not sign or not word or not meaning:
            raise SettingError(f"--map-value {shortened(text)}: write WORD=MEANING, such as Interested=connect.")
        found[word] = checked_meaning(word, meaning)
    return found


def checked_meaning(word: str, meaning: str) -> str:
    """Check a meaning that a user gave.

    Args:
        word: the word, for the error.
        meaning: one of `MEANINGS`, or "none" for a word that says nothing.

    Returns:
        The meaning as the table writes it.

    Raises:
        SettingError: there is no such meaning.
    """
    plain = meaning.strip().lower()
    for name in (plain, plain.replace("_", " "), plain.replace(" ", "_")):
        if name in MEANINGS:
            return name
    if plain == "none":
        return "no outcome"
    known = ", ".join((*OUTCOME_MEANINGS, "appointment", "none"))
    raise SettingError(f"--map-value: {shortened(word)} cannot mean {shortened(meaning)}. Meanings: {known}.")


class WordReader:
    """Reads the words of one file, and counts each.

    Args:
        own: what the user says that words mean; it wins over the table.
    """

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = {word_key(word): meaning for word, meaning in own.items()}
        self._counts: Counter[str] = Counter()
        self._spelled: dict[str, str] = {}

    def meaning(self, word: str) -> str | None:
        """What a word means, without counting it.

        Args:
            word: a cell of the file.

        Returns:
            Its meaning; None when it is not known.
        """
        return meaning_of(word, self._own)

    def read(self, word: str) -> str | None:
        """Read a word and count it.

        Args:
            word: a cell of the file.

        Returns:
            Its meaning; None when it is not known.
        """
        key = word_key(word)
        self._counts[key] += 1
        self._spelled.setdefault(key, word.strip())
        return self.meaning(word)

    def words(self) -> tuple[WordRead, ...]:
        """Every distinct word that was read.

        Returns:
            The words, the most frequent first.
        """
        return tuple(
            WordRead(self._spelled[key], meaning_of(key, self._own), count, key in self._own)
            for key, count in self._counts.most_common()
        )


def words_sentences(words: Iterable[WordRead], most: int = 20) -> list[str]:
    """Say what has to be asked about the words of a file: appointments, and words that the table does not know.

    Args:
        words: the words that were read.
        most: words listed in a sentence; the rest is counted.

    Returns:
        A sentence for each of the two that there are.
    """
    by_meaning: dict[str | None, list[WordRead]] = defaultdict(list)
    for one in words:
        by_meaning[one.meaning].append(one)
    found = []
    later = [one for one in by_meaning["appointment"] if not one.own]
    if later:
        found.append(
            f"Read as an appointment, which is the rep's to keep and no callback by the prospect: {_listed(later, most)}. "
            f"If it means that the prospect called: --map-value {shortened(later[0].word + '=callback')}."
        )
    unknown = by_meaning[None]
    if unknown:
        found.append(
            f"Not understood, so that they count as nothing: {_listed(unknown, most)}. Say what they mean: "
            f"--map-value {shortened(unknown[0].word + '=connect')} (or callback, reply, sale, complaint, wrong_person, none)."
        )
    return found


def _listed(words: Sequence[WordRead], most: int) -> str:
    shown = ", ".join(f"{shortened(one.word)} ({one.count})" for one in words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
