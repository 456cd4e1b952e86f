"""Names that a message is known to hold, found by their sound: misheard ones get the spelling of the manifest.

Recognisers write names as other words ("Claire Wellwater testing" for Clearwell Water Testing). A stretch of the transcript
that sounds like a known name, or like its beginning, is taken for it; what sounds like none stays as it was heard, so no name
gets in that was not said.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vmaudio.records import Entities, Mention, Transcript
from vmaudio.text.entities.name_match import plain_spelling, sound_key
from vmaudio.text.entities.options import DEFAULT, KnownNameOptions
from vmaudio.text.lexicon import BUSINESS, COMMON, DIGIT_WORDS, FIRST_NAMES, FUNCTION, TITLES
from vmaudio.text.tokens import Token, mention, tokenize

_DIGITS = frozenset((*DIGIT_WORDS, "oh"))
_PLAIN = COMMON | FUNCTION | BUSINESS
_EVERYDAY = _PLAIN | _DIGITS
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that the manifest gives for a message; any may be missing.

    Args:
        caller: who speaks, the rep.
        callee: who is spoken to.
        company: the rep's own company.
    """

    caller: str | None = None
    callee: str | None = None
    company: str | None = None


def respell_names(
    entities: Entities, transcript: Transcript, known: KnownNames, *, options: KnownNameOptions = DEFAULT.known_names
) -> Entities:
    """Give names that were heard otherwise the spelling of the manifest.

    Args:
        entities: as found in the transcript.
        transcript: the words.
        known: the manifest's names.
        options: how alike they must sound.

    Returns:
        ``entities`` with other spellings of caller, callee and company; where the rep or the company was not found, but a
        stretch of the words sounds like all of the name, it is found. The listener is found where nobody was heard for sure,
        and a word of the name stands among the first words, before the caller's.
    """
    return respell_found(entities, tokenize(transcript), known, options)


def respell_found(entities: Entities, tokens: Sequence[Token], known: KnownNames, options: KnownNameOptions) -> Entities:
    """What `respell_names` makes of a transcript that was cut already.

    Args:
        entities: as found in the transcript.
        tokens: the words.
        known: the manifest's names.
        options: how alike they must sound.

    Returns:
        As `respell_names`.
    """
    made: dict[str, Mention] = {}
    for field in ("caller", "callee", "company"):
        name, heard = getattr(known, field), getattr(entities, field)
        if not name or not name.strip():
            continue
        if heard is not None and (spelled := _respelled(heard.text, name, options)) is not None:
            made[field] = _with_rest(_spelled(heard, spelled), name, tokens)
            continue
        if field == "callee":
            if (called := _called_first(tokens, name, entities, known.caller or "", options)) is not None:
                made[field] = called
            continue
        found = _heard_in(tokens, name, options, 1 + (field == "caller"))
        if found is not None and (heard is None or _is_of(found, heard, options)):
            made[field] = found
    return replace(
        entities,
        caller=made.get("caller", entities.caller),
        callee=made.get("callee", entities.callee),
        company=made.get("company", entities.company),
    )


def _spelled(heard: Mention, name: str) -> Mention:
    """A mention in the spelling of the manifest; ``heard`` keeps what was recognised where that is another."""
    return replace(heard, text=name, heard=None if name == heard.text else heard.text)


def _with_rest(found: Mention, name: str, tokens: Sequence[Token]) -> Mention:
    """A mention with the words of the name that stand behind it: "Desmond" where "Desmond Price" was said."""
    said, words = found.text.split(), name.split()
    rest = [word.lower().strip(".,") for word in words[len(said) :]]
    at = next((i for i, token in enumerate(tokens, 1) if token.end_s == found.end_s), 0)
    if not rest or found.text != " ".join(words[: len(said)]) or [token.low for token in tokens[at : at + len(rest)]] != rest:
        return found
    behind = mention(tuple(tokens), at, at + len(rest) - 1)
    heard = None if found.heard is None else f"{found.heard} {behind.text}"
    return Mention(name, found.start_s, behind.end_s, min(found.probability, behind.probability), heard)


def _called_first(
    tokens: Sequence[Token], name: str, entities: Entities, caller: str, options: KnownNameOptions
) -> Mention | None:
    """The listener's name where its word stands among the first, before the caller's, and nobody else was heard for sure."""
    callee, who = entities.callee, entities.caller
    if callee is not None and callee.probability >= options.doubted_callee:
        return None
    end_s = who.start_s if who is not None else math.inf
    opening = [token for token in tokens[: options.opening_words] if token.end_s <= end_s + 0.01]
    own = set(_words_of(caller))
    wanted = {word for word in _words_of(name) if len(word) >= options.opening_letters} - own - _EVERYDAY
    at = next((i for i, token in enumerate(opening) if token.low in wanted and token.capital), None)
    return None if at is None else mention(tuple(tokens), at, at)


def _words_of(name: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", name.lower())


def _is_of(found: Mention, heard: Mention, options: KnownNameOptions) -> bool:
    """Whether a name stands where another was heard, and is about as long."""
    there = found.start_s < heard.end_s and heard.start_s < found.end_s
    return there and len(_letters(found.text)) >= (1 - options.length_share) * len(_letters(heard.text))


def _respelled(heard: str, name: str, options: KnownNameOptions) -> str | None:
    """The part of a name that was heard, as the manifest spells it; None where none sounds like it."""
    words = heard.split()
    title = words[0] if len(words) > 1 and words[0].lower().strip(".") in TITLES else ""
    bare = " ".join(words[1:] if title else words)
    given = bare.lower().strip(".,") in FIRST_NAMES
    fits = []
    for part in _parts(name):
        score = likeness(bare, part, options=options)
        short = max(0, options.mentioned_letters - len(_letters(part)))
        if score >= options.mentioned + short * options.mentioned_short + given * options.given_name:
            fits.append((score, len(part), part))
    return f"{title} {max(fits)[2]}".strip() if fits else None


def _parts(name: str) -> Iterator[str]:
    """Every run of words of a name that names something: not "the State" of "the State Office"."""
    words = name.split()
    lows = [word.lower().strip(".,") for word in words]
    for first in range(len(words)):
        for last in range(first, len(words)):
            whole = first == 0 and last == len(words) - 1
            if whole or (not FUNCTION & {lows[first], lows[last]} and not _PLAIN.issuperset(lows[first : last + 1])):
                yield " ".join(words[first : last + 1])


def _heard_in(tokens: Sequence[Token], name: str, options: KnownNameOptions, least_words: int) -> Mention | None:
    """The stretch of the words that sounds most like a name, or like its first words, of which it must have ``least_words``: a
    given name alone sounds like too much.
    """
    best = (0.0, 0, 0, "")
    lows = [token.low for token in tokens]
    spelled = [_letters(low) for low in lows]
    whole, ends = "".join(spelled), list(itertools.accumulate(map(len, spelled), initial=0))
    figure = [len(lows)] * (len(lows) + 1)  # from each place on the first one
    for at in range(len(lows) - 1, -1, -1):
        figure[at] = at if lows[at] in _DIGITS else figure[at + 1]
    for part in filter(name.startswith, _parts(name)):
        bare, count = _letters(part), part.count(" ") + 1
        letters = len(bare)
        if letters < options.search_letters or count < least_words:
            continue
        own = set(part.lower().split())
        least = options.searched + max(0, options.searched_letters - letters) * options.searched_short
        most = options.length_share * letters
        places = [
            (first, last, whole[ends[first] : ends[last + 1]])
            for first in range(len(tokens))
            for last in range(max(first, first + count - 2), min(figure[first], first + count + 2))
            if abs(ends[last + 1] - ends[first] - letters) <= most
        ]
        for first, last, heard in _may_be_like(places, bare, least, options):
            framed = not FUNCTION.isdisjoint({lows[first], lows[last]} - own)
            needed = least + options.everyday * _EVERYDAY.issuperset(lows[first : last + 1])
            score = _likeness(heard, bare, options, needed + options.framed * framed) - options.framed * framed
            weight = (score - 0.5) * letters
            if weight > best[0] and score >= needed:
                best = (weight, first, last, part)
    if not best[3]:
        return None
    found = mention(tuple(tokens), best[1], best[2])
    return _spelled(found, best[3])


def _may_be_like(
    places: Sequence[tuple[int, int, str]], name: str, least: float, options: KnownNameOptions
) -> list[tuple[int, int, str]]:
    """The places whose letters may be as much like a name as ``least``, in order: most are not, whatever their sound.

    All are compared at once, as `_likeness` does one by one.
    """
    import numpy as np
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    if not places:
        return []
    letters = [heard for _, _, heard in places]
    spelling, plain = (
        cdist([wanted], heard, scorer=Levenshtein.normalized_similarity, dtype=np.float64)[0]
        for wanted, heard in ((name, letters), (_plain(name), list(map(_plain, letters))))
    )
    enough = least - _above(name, options) - _ROUNDING
    return [places[at] for at in np.flatnonzero(np.maximum(spelling, options.sound_share * plain) >= enough).tolist()]


def _above(name: str, options: KnownNameOptions) -> float:
    """By how much the likeness of the sound with a name may lie above that of the spelling."""
    return min(options.sound_over_spelling, options.sound_by_consonant * max(0, len(_key(name)) - 1))


def likeness(heard: str, name: str, *, options: KnownNameOptions = DEFAULT.known_names) -> float:
    """How alike two names sound, wherever their words end.

    Args:
        heard: words as recognised.
        name: as the manifest spells it.
        options: how much the sound counts.

    Returns:
        0 to 1: the largest of the normalised edit likeness of the letters, a little less than that of their plain spellings
        (`plain_spelling`), and a little less than that of the sound keys, which lies above the others by at most
        `KnownNameOptions.sound_over_spelling`, and less for a name of few consonants: "call" and Gallo have one key.
    """
    return _likeness(_letters(heard), _letters(name), options)


def _likeness(one: str, other: str, options: KnownNameOptions, needed: float = 0.0) -> float:
    """`likeness` of the letters of two names; where it is less than ``needed``, anything below that."""
    from rapidfuzz.distance import Levenshtein

    if not one or not other:
        return 0.0
    other_key = _key(other)
    spelling = Levenshtein.normalized_similarity(one, other)
    spelling = max(spelling, options.sound_share * Levenshtein.normalized_similarity(_plain(one), _plain(other)))
    above = _above(other, options)
    if spelling + above < needed - _ROUNDING:  # whatever the sound is
        return float(spelling)
    sound = options.sound_share * Levenshtein.normalized_similarity(_key(one), other_key)
    return float(max(spelling, min(sound, spelling + above)))


_key = lru_cache(maxsize=4096)(sound_key)
_plain = lru_cache(maxsize=4096)(plain_spelling)
"""The stretches of one message are compared with many names."""


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower().replace("&", "and"))
