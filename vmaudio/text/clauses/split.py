"""Transcript (+ Entities, Prosody) -> clauses: pieces of the transcript that carry one part label each.

`split_clauses` cuts a recognised message; `clauses_from_pieces` takes the cuts as labelled, for training;
`transcript_from_text` gives written text made-up times. What a classifier reads of a clause is made in `model_text`, the cuts
in `boundaries`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from vmaudio.records import Clause, Entities, Prosody, Segment, Transcript, Word
from vmaudio.text.clauses.boundaries import find_cuts, marks
from vmaudio.text.clauses.doubled_numbers import second_numbers, separate_words
from vmaudio.text.clauses.model_text import model_text
from vmaudio.text.clauses.options import DEFAULT, ClauseOptions
from vmaudio.text.entities import find_entities
from vmaudio.text.numbers import find_numbers
from vmaudio.text.tokens import Token, tokenize, written

WORDS_PER_S = 2.9
"""Pace of made-up word times: 174 words a minute, typical of recorded sales calls (evidence: 173, Gong)."""


def split_clauses(
    transcript: Transcript, entities: Entities, prosody: Prosody | None = None, *, options: ClauseOptions = DEFAULT
) -> tuple[Clause, ...]:
    """Cut the transcript into clauses.

    Args:
        transcript: recognised words with times in seconds; marks and capitals may be missing.
        entities: what `vmaudio.text.find_entities` found in this transcript.
        prosody: pauses of the same recording; without it only gaps between words count as pauses.
        options: thresholds of the cuts.

    Returns:
        Clauses in time order. Together they hold every word of the transcript exactly once; none without words.
    """
    tokens = tokenize(transcript)
    if not tokens:
        return ()
    if breaks := second_numbers(tokens, options):
        tokens = tokenize(transcript, breaks)
    found = marks(tokens, entities)
    return _clauses(transcript, tokens, entities, find_cuts(tokens, found, prosody, options))


def clauses_from_pieces(
    pieces: Sequence[str], *, words_per_s: float = WORDS_PER_S
) -> tuple[Transcript, Entities, tuple[Clause, ...]]:
    """Labelled text -> transcript with made-up times, its entities, and one clause for each piece.

    Args:
        pieces: the labelled pieces of one message, in order.
        words_per_s: pace of the made-up times, words per second.

    Returns:
        The transcript, what was found in it, and the clauses, as many as pieces.

    Raises:
        ValueError: a piece holds no word, so that clauses and labels could not be matched.
    """
    counts = [len(separate_words(piece)) for piece in pieces]
    if 0 in counts:
        raise ValueError(f"Piece {counts.index(0)} holds no word: leave empty pieces out.")
    transcript = transcript_from_text(" ".join(pieces), words_per_s=words_per_s)
    entities = find_entities(transcript)
    firsts = list(itertools.accumulate(counts))[:-1]
    tokens = tokenize(transcript, firsts)
    starts = [index for index, token in enumerate(tokens) if token.first_word in firsts]
    return transcript, entities, _clauses(transcript, tokens, entities, starts)


def transcript_from_text(text: str, *, words_per_s: float = WORDS_PER_S) -> Transcript:
    """Written text -> Transcript with made-up times: words of equal length, written numbers one length per digit.

    Args:
        text: English. A number written twice in one word ("303-555-0126-303-555-0126") becomes two words: see
            `separate_words`.
        words_per_s: pace, words per second.

    Returns:
        A transcript of one segment. Every word is marked as interpolated, so that nothing measures pace on it. Text without
        words gives status "no_speech".
    """
    words, at = [], 0.0
    for piece in separate_words(text):
        length = max(1, len(re.findall(r"\d", piece))) / words_per_s
        words.append(Word(piece, at, at + length, 1.0, interpolated=True))
        at += length
    if not words:
        return Transcript("no_speech", "en", "", (), "text")
    whole = " ".join(word.text for word in words)
    return Transcript("speech", "en", whole, (Segment(0.0, at, whole, tuple(words), 0.0, 0.0, 1.0),), "text")


def _clauses(transcript: Transcript, tokens: Sequence[Token], entities: Entities, starts: Sequence[int]) -> tuple[Clause, ...]:
    """Build the clauses that begin at token 0 and at ``starts``."""
    if not tokens:
        return ()
    words = transcript.words
    found, numbers = marks(tokens, entities), find_numbers(tokens)
    # a cut inside a word (one word that holds several parts) is no cut
    firsts = [0, *(start for start in starts if tokens[start].first_word > tokens[start - 1].last_word)]
    borders = [*firsts, len(tokens)]
    clauses = []
    for index, start in enumerate(firsts):
        places = (start, borders[index + 1] - 1)
        first = 0 if index == 0 else tokens[places[0]].first_word
        last = len(words) - 1 if index == len(firsts) - 1 else tokens[places[1] + 1].first_word - 1
        clauses.append(
            Clause(
                text=written(tokens[places[0] : places[1] + 1]),
                start_s=words[first].start_s,
                end_s=words[last].end_s,
                first_word=first,
                last_word=last,
                model_text=model_text(tokens, places, found, numbers),
            )
        )
    return tuple(clauses)
