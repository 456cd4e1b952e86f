"""Recognised words -> tokens: what the finders of numbers, names and times look at.

Recognisers cut written numbers in odd places (``" 303"``, ``"-555"``, ``"-0126"``): pieces that were written without a space
between them become one token here, and each character still knows its word, so that each digit can be given a time.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from vmaudio.records import Mention, Transcript, Word
from vmaudio.text.stuck import unstick

_EDGE = " \t\r\n.,;:!?\"'()[]{}<>…“”‘’`*_«»"
_STOPS = ".!?…"
_PART = re.compile(r"\S+")
_GLUE_START = "-,:.@%/'’_+"


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters ``first`` to ``end`` (exclusive) of a token, the word they stand in, and their time."""

    first: int
    end: int
    word: int
    start_s: float
    end_s: float
    probability: float
    interpolated: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of text without spaces.

    ``core`` is the text without punctuation around it and with plain apostrophes, ``low`` the same in lower case. ``stop``
    says that a sentence mark follows, ``comma`` that a comma, colon or dash follows (a stop is not a comma). ``gap_s`` is the
    time from the end of the token before to the start of this one, 0 for the first. ``pieces`` cover ``text``.
    ``glued`` says that it was written without a space after the token before.
    """

    text: str
    core: str
    low: str
    start_s: float
    end_s: float
    probability: float
    gap_s: float
    stop: bool
    comma: bool
    capital: bool
    pieces: tuple[Piece, ...]
    glued: bool = False

    @property
    def first_word(self) -> int:
        """Index of the first word of the transcript that it holds a part of."""
        return self.pieces[0].word

    @property
    def last_word(self) -> int:
        """Index of the last such word."""
        return self.pieces[-1].word

    @property
    def ends(self) -> bool:
        """Some mark follows: a comma or a stop."""
        return self.stop or self.comma


@dataclass(frozen=True, slots=True)
class _Part:
    """Text without spaces, the index of its word and its place in it; ``several``: the word holds other parts too."""

    text: str
    word: int
    at: int
    several: bool


def tokenize(transcript: Transcript, breaks: Collection[int] = ()) -> tuple[Token, ...]:
    """Cut a transcript into stretches without spaces.

    Args:
        transcript: recognised words; engines may cut figures in odd places and write spaces or not.
        breaks: indices of words that begin a token whatever their first character.

    Returns:
        Tokens in time order. Words that hold several parts with spaces between are several tokens, and words written without a
        space between them are one.
    """
    words = transcript.words
    spaced = any(word.text[:1].isspace() for word in words)
    firsts = _segment_starts(transcript) | set(breaks)
    groups: list[list[_Part]] = []
    for index, word in enumerate(words):
        parts = list(_PART.finditer(word.text))
        for position, found in enumerate(parts):
            part = _Part(found[0], index, found.start(), len(parts) > 1)
            bare = position == 0 and not word.text[:1].isspace()
            glued = bare and groups and index not in firsts and _glues(part.text, spaced, groups[-1][-1].text)
            if glued:
                groups[-1].append(part)
            else:
                groups.append([part])
    tokens: list[Token] = []
    for group in groups:
        text, pieces = _text_of(group, words)
        for first, end in unstick(text):
            made = _token(text[first:end], _cut(pieces, first, end), tokens[-1].end_s if tokens else None)
            tokens.append(replace(made, glued=True) if first else made)
    return tuple(tokens)


def _segment_starts(transcript: Transcript) -> set[int]:
    starts, count = set(), 0
    for segment in transcript.segments:
        starts.add(count)
        count += len(segment.words)
    return starts


def _glues(part: str, spaced: bool, before: str) -> bool:
    """True where the part continues the token before. Without the engine's leading spaces only a telling first mark glues."""
    if spaced:
        return True
    if part[0] == "+" and part[1:2].isdigit():
        return False  # a country code, and no part of the word before
    return (
        part[0] in _GLUE_START and (len(part) > 1 or part == "%") and before[-1:].isalnum() and part[1:2].isalnum()
    ) or part == "%"


def _text_of(group: list[_Part], words: tuple[Word, ...]) -> tuple[str, list[Piece]]:
    """The text of words and parts of words that were written without a space between them, and its pieces."""
    pieces: list[Piece] = []
    at = 0
    for part in group:
        pieces += _pieces(words[part.word], part, at, alone=len(group) == 1)
        at += len(part.text)
    return "".join(part.text for part in group), pieces


def _cut(pieces: list[Piece], first: int, end: int) -> list[Piece]:
    """The pieces of characters ``first`` to ``end``, counted from ``first``; one that is cut gets its share of the time."""
    found = []
    for place in range(bisect.bisect_right(pieces, first, key=lambda piece: piece.end), len(pieces)):
        piece = pieces[place]
        left, right = max(piece.first, first), min(piece.end, end)
        if left >= right:
            break
        scale = (piece.end_s - piece.start_s) / (piece.end - piece.first)
        found.append(
            replace(
                piece,
                first=left - first,
                end=right - first,
                start_s=piece.start_s if left == piece.first else piece.start_s + (left - piece.first) * scale,
                end_s=piece.end_s if right == piece.end else piece.start_s + (right - piece.first) * scale,
                interpolated=piece.interpolated or (left, right) != (piece.first, piece.end),
            )
        )
    return found


def _token(text: str, pieces: list[Piece], before_s: float | None) -> Token:
    start_s, end_s = pieces[0].start_s, pieces[-1].end_s
    core = text.strip(_EDGE).strip("-–—").replace("’", "'")
    tail = text[len(text.rstrip(_EDGE + "-–—")) :]
    low = core.lower()
    stop = any(mark in _STOPS for mark in tail) and not (low in _ABBREVIATIONS and "." in tail)
    return Token(
        text=text,
        core=core,
        low=low,
        start_s=start_s,
        end_s=end_s,
        probability=min(piece.probability for piece in pieces),
        gap_s=0.0 if before_s is None else max(0.0, start_s - before_s),
        stop=stop,
        comma=not stop and any(mark in ",;:-–—" for mark in tail),
        capital=core[:1].isupper(),
        pieces=tuple(pieces),
    )


def _pieces(word: Word, part: _Part, at: int, alone: bool) -> list[Piece]:
    """The part of a token that a word gives: one piece, or one for each stretch of the word that has its own time."""
    end_at = at + len(part.text)
    found: list[Piece] = []
    end = 0
    for stretch in word.stretches:
        text = stretch.text.strip()
        first = part.text.find(text, end) if text else -1
        if first < 0:
            found = []
            break
        end = first + len(text)
        begin = at + first if found else at
        if found:  # marks between two stretches belong to the one before
            found[-1] = replace(found[-1], end=begin)
        found.append(Piece(begin, at + end, part.word, stretch.start_s, stretch.end_s, word.probability, word.interpolated))
    if found:
        return [*found[:-1], replace(found[-1], end=end_at)]
    return [Piece(at, end_at, part.word, *_share(word, part, alone), word.probability, word.interpolated)]


def _share(word: Word, part: _Part, alone: bool) -> tuple[float, float]:
    """The part's time: the word's, or its share by characters where one word holds several parts."""
    if not alone or not part.several:
        return word.start_s, word.end_s
    scale = (word.end_s - word.start_s) / len(word.text)
    return word.start_s + part.at * scale, word.start_s + (part.at + len(part.text)) * scale


_ABBREVIATIONS = frozenset({"mr", "mrs", "ms", "dr", "st", "ext", "ex", "prof", "a.m", "p.m", "jr", "sr"})


def written(tokens: Sequence[Token]) -> str:
    """Tokens as one text, as they were written.

    Args:
        tokens: in order.

    Returns:
        Their texts with a space between those that had one.
    """
    return "".join(token.text if token.glued else " " + token.text for token in tokens).strip()


def mention(tokens: tuple[Token, ...], first: int, last: int, text: str | None = None) -> Mention:
    """A stretch of tokens as a mention.

    Args:
        tokens: of the whole message.
        first: the first token of the stretch.
        last: its last token, inclusive.
        text: replaces the words' own text.

    Returns:
        The words without marks around them, from the first token's start to the last one's end, with the lowest probability.
    """
    part = tokens[first : last + 1]
    if text is None:
        text = written(part)
        text = text.strip(_EDGE).strip("-–—").replace("’", "'")
        text = " ".join(piece.rstrip(",;:!?") for piece in text.split())
    return Mention(text, part[0].start_s, part[-1].end_s, min(token.probability for token in part))
