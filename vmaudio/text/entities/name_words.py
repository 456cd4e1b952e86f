"""How far a person's or a company's name reaches that begins at a token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from vmaudio.text.digits import Number
from vmaudio.text.entities.options import DEFAULT, NameOptions
from vmaudio.text.entities.phrases import AFTER_SURNAME, NOT_COMPANY, OF_HEADS, TITLE_ALONE
from vmaudio.text.lexicon import BUSINESS, COMMON, FIRST_NAMES, FUNCTION, NEVER, PARTICLES, TITLES
from vmaudio.text.tokens import Token

NO_NAME = COMMON - FIRST_NAMES
_NO_BUSINESS = COMMON - BUSINESS
_BEFORE_OF = OF_HEADS | {"of", "for"}

_Cue = TypeVar("_Cue")


def by_first_word(cues: Iterable[tuple[_Cue, tuple[str, ...]]]) -> Mapping[str, tuple[_Cue, ...]]:
    """Phrases by their first word: at each word of a message only those are looked for that begin with it.

    Args:
        cues: phrases and their words.

    Returns:
        The phrases of each first word, in their order.
    """
    found: dict[str, list[_Cue]] = {}
    for cue, words in cues:
        found.setdefault(words[0], []).append(cue)
    return {word: tuple(some) for word, some in found.items()}


class NameWords:
    """One message's tokens, and where names in it end.

    ``cased`` says that the transcript has capitals inside sentences.

    Args:
        tokens: the words of the message, in order.
        numbers: numbers in it: names never reach into one.
        options: thresholds.
    """

    def __init__(self, tokens: Sequence[Token], numbers: Sequence[Number] = (), options: NameOptions = DEFAULT.names) -> None:
        self.options = options
        self.tokens = tuple(tokens)
        self.lows = [token.low for token in tokens]
        inner = [
            token
            for before, token in zip(self.tokens, self.tokens[1:], strict=False)
            if not before.stop and token.core[:1].isalpha()
        ]
        self.cased = any(token.capital and token.low not in ("i", "i'm", "i'll", "i've", "i'd") for token in inner)
        self._passed: dict[frozenset[str], list[int]] = {}
        self.figures = {place for number in numbers for place in range(number.first, number.last + 1)}

    def _low(self, place: int) -> str:
        return self.lows[place] if 0 <= place < len(self.lows) else ""

    def _past(self, place: int, words: frozenset[str]) -> int:
        """The first place from ``place`` on where none of the words stands; a row of them is gone through once."""
        if words not in self._passed:
            past = [len(self.lows)] * (len(self.lows) + 1)
            for at in range(len(self.lows) - 1, -1, -1):
                past[at] = past[at + 1] if self.lows[at] in words else at
            self._passed[words] = past
        return self._passed[words][place]

    def _says(self, at: int, words: tuple[str, ...]) -> bool:
        if (
            self._low(at) != words[0]
            or at + len(words) > len(self.lows)
            or any(self.lows[at + k] != word for k, word in enumerate(words))
        ):
            return False
        return not any(self.tokens[at + k].stop for k in range(len(words) - 1))

    def _is_business(self, first: int, last: int) -> bool:
        return any(low.removesuffix("'s") in BUSINESS for low in self.lows[first : last + 1])

    def _person(self, place: int, strong: bool = False) -> int | None:
        """Last token of the person's name that begins at ``place``, or None."""
        at = place
        while self._low(at) in TITLES and at < place + 2 and not self.tokens[at].comma:
            at += 1
        titled = at > place
        if not self._name_word(at, strong or titled):
            return place if titled and at == place + 1 and self._low(place) in TITLE_ALONE and self.cased else None
        end = at
        while end - at < self.options.person_words - 1 and not self.tokens[end].ends and not self.lows[end].endswith("'s"):
            last = end
            while self._low(last + 1) in PARTICLES and last < end + 2 and not self.tokens[last + 1].ends:
                last += 1
            if last > end and self._name_word(last + 1, False):
                end = last + 1
            elif self._goes_on(at, end, titled):
                end += 1
            else:
                break
        return end

    def _goes_on(self, first: int, end: int, titled: bool) -> bool:
        """True where the token after ``end`` belongs to the person's name that began at ``first``."""
        following = self._low(end + 1).removesuffix("'s")
        if not self._name_word(end + 1, False):
            return False
        if following in NO_NAME:
            return self.cased and end == first and self._is_common_surname(end + 1)
        if self.cased:
            return True
        # without capitals: a first name and one word that is neither a first name nor the head of a company's name
        return (
            not titled
            and end == first
            and following not in FIRST_NAMES
            and following not in BUSINESS
            and (self._low(end + 2) not in BUSINESS and self._low(first) in FIRST_NAMES)
        )

    def _is_common_surname(self, place: int) -> bool:
        """True for a common word written as a name, with what follows names: "Grace Long from", "Joss Price here"."""
        token, follows = self.tokens[place], self._low(place + 1)
        if not token.capital:
            return False
        if self.lows[place - 1] in FIRST_NAMES:
            return token.ends or follows in AFTER_SURNAME
        return follows in ("here", "calling", "speaking") and not token.ends

    def _name_word(self, place: int, strong: bool) -> bool:
        if not 0 <= place < len(self.tokens) or place in self.figures:
            return False
        token = self.tokens[place]
        low = token.low.removesuffix("'s")
        if len(low) < 2 and not (token.capital and low.isalpha() and token.text[1:2] == "."):
            return False
        if not low.replace("'", "").replace("-", "").replace(".", "").isalpha() or low in TITLES:
            return False
        if low in NEVER and not (self.cased and token.capital and low in FIRST_NAMES and self._before_surname(place)):
            return False
        if self.cased:
            return token.capital or (strong and low not in COMMON and low not in FUNCTION)
        return low in FIRST_NAMES or (low not in COMMON and low not in FUNCTION)

    def _before_surname(self, place: int) -> bool:
        """ "Will Price": another word with a capital follows."""
        if place + 2 >= len(self.tokens) or self.tokens[place].ends:
            return False
        return self.tokens[place + 1].capital and self.lows[place + 1] not in FUNCTION

    def _lower_company(self, place: int) -> int | None:
        """Last token of a company that was written without capitals ("with bright water systems"), or None."""
        for end in range(place, min(place + self.options.company_words_lower, len(self.tokens))):
            if self.lows[end] in FUNCTION or end in self.figures:
                return None
            if end > place and self.lows[end] in BUSINESS:
                return end + 1 if not self.tokens[end].ends and self._low(end + 1) in BUSINESS else end
            if self.tokens[end].ends:
                return None
        return None

    def _company(self, place: int) -> int | None:
        """Last token of the company's name that begins at ``place``, or None."""
        at = place
        if self._low(at) == "the":
            at += 1
        end, last = at, None
        while end < len(self.tokens) and end - at < self.options.company_words:
            token, low = self.tokens[end], self.lows[end].removesuffix("'s")
            links = low in ("and", "&", "'n", "n") or (low in ("of", "for", "the") and self._low(end - 1) in _BEFORE_OF)
            if links and last is not None and self._company_goes_on(end + 1):
                end += 1
                continue
            named = token.capital and low not in NOT_COMPANY if self.cased else low not in FUNCTION and low not in _NO_BUSINESS
            inner = last is not None and low in BUSINESS
            figure = last is not None and (token.core.isdigit() and self._low(end + 1) == "and")
            lead = last is None and not named and low in BUSINESS
            lead = lead or (at > place and last is None and low not in FUNCTION and self._low(end + 1) in BUSINESS)
            if not (named or inner or figure or lead) or (end in self.figures and not figure and not token.capital):
                break
            last = end
            if token.ends and not (token.comma and self._low(end + 1) in ("inc", "inc.", "llc", "ltd")):
                break
            end += 1
        longest = self.options.company_words_lower
        if last is None or (not self.cased and last - at >= longest):
            return last if last is None else at + longest - 1
        if not any(self.tokens[k].capital for k in range(at, last + 1)) and self.cased and not self._is_business(at, last):
            return None
        return last

    def _company_goes_on(self, place: int) -> bool:
        if not 0 <= place < len(self.tokens):
            return False
        low = self.lows[place]
        return low in BUSINESS or (self.cased and self.tokens[place].capital and low not in FUNCTION)
