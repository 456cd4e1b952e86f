"""Who calls, for whom, from which company: by the phrases in which people say so.

Capital letters are evidence where the transcript has any; without them a word must stand in a naming phrase and be no common
word.
Every mention is a stretch of the transcript's own words: nothing is completed, and nobody is named who was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.records import Mention
from vmaudio.text.entities.name_words import NameWords
from vmaudio.text.entities.phrases import (
    AFTER_CALLER,
    AT_WORDS,
    BETWEEN,
    CALLEE_CUES,
    CALLER_CUES,
    COMPANY_CUES,
    FROM_WORDS,
    GREET_ENDS,
    GREETING_FILL,
    OPENERS,
    ROLES,
    TOLD,
)
from vmaudio.text.lexicon import BUSINESS, COMMON, FIRST_NAMES, FUNCTION, GREETINGS, TITLES
from vmaudio.text.numbers import Number
from vmaudio.text.tokens import Token, mention


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: tokens ``first`` to ``last`` (inclusive) and how strong the phrase around it is."""

    first: int
    last: int
    score: float


class NameFinder(NameWords):
    """Finds the three names of one message."""

    def __init__(self, tokens: Sequence[Token], numbers: Sequence[Number] = ()) -> None:
        super().__init__(tokens, numbers)
        self.callees = self._callees()
        self.callers = self._callers()

    # the answers -------------------------------------------------------------------------------------------------------

    def callee(self) -> Mention | None:
        """The person addressed."""
        best = self._best(self.callees)
        return None if best is None else self._mention(best)

    def caller(self) -> Mention | None:
        """The person calling."""
        best = self._best_caller()
        return None if best is None else self._mention(best)

    def company(self) -> Mention | None:
        """The caller's company."""
        chosen = (self._best(self.callees), self._best_caller())
        people = {
            place
            for found in (*self.callees, *self.callers)
            if found in chosen or found.score >= 2 or (found.score >= 1.2 and self.lows[found.first] in FIRST_NAMES)
            for place in range(found.first, found.last + 1)
        }
        free = [one for one in self._companies() if one.first not in people or self._is_business(one.first, one.last)]
        best = self._best(free)
        return None if best is None else self._mention(best)

    def _mention(self, found: Found) -> Mention:
        made = mention(self.tokens, found.first, found.last)
        text = made.text[:-2] if made.text.lower().endswith("'s") else made.text
        return Mention(text, made.start_s, made.end_s, made.probability)

    @staticmethod
    def _best(candidates: Sequence[Found]) -> Found | None:
        return max(candidates, key=lambda found: (found.score, -found.first), default=None)

    def _best_caller(self) -> Found | None:
        taken = {place for found in self.callees if found.score >= 2 for place in range(found.first, found.last + 1)}
        free = [found for found in self.callers if found.first not in taken] or []
        best = self._best(free)
        if best is None:
            return None
        fuller = [
            found
            for found in free
            if found.score >= 2
            and self.lows[found.first] == self.lows[best.first]
            and found.last - found.first > best.last - best.first
        ]
        return self._best(fuller) or best

    # phrases -----------------------------------------------------------------------------------------------------------

    def _callees(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            found += self._greeted(at)
            for words, score, _ in CALLEE_CUES:
                if (
                    self._says(at, words)
                    and self._low(at - 1) not in ("you", "you're", "not")
                    and at + len(words) < len(self.tokens)
                ):
                    end = self._person(at + len(words))
                    known = self.cased or self._low(at + len(words)) in FIRST_NAMES | TITLES
                    if end is not None and known and not self._is_business(at + len(words), end):
                        found.append(Found(at + len(words), end, score))
            end = self._person(at)
            if (
                end is not None
                and self.lows[end].endswith("'s")
                and self._low(end + 1) in ("line", "desk", "phone", "voicemail", "office")
            ):
                found.append(Found(at, end, 2.0))
        if (first := self._addressed_first()) is not None:
            found.append(first)
        found += self._addressed_last()
        return found

    def _greeted(self, at: int) -> list[Found]:
        """ "Hi Dana", "good morning, Mr. Hall", "hello there Dana"."""
        for greeting in GREETINGS:
            if not self._says(at, greeting):
                continue
            if len(greeting) == 1 and greeting[0] in ("morning", "afternoon", "evening", "dear") and at > 0:
                return []
            place = at + len(greeting)
            while self._low(place) in GREETING_FILL and place < len(self.tokens):
                place += 1
            end = self._person(place)
            if end is None or self._introduces(place, end) or (self.tokens[place - 1].stop and not self.tokens[end].ends):
                return []
            named = at > 0 and self._addressed_first() is not None
            return [Found(place, end, 2.0 if named or at >= 6 else 3.0)]
        return []

    def _introduces(self, first: int, end: int) -> bool:
        """True where the name is followed as a caller's is: "Gemma here", "Gemma from Pinecrest", "Gemma, Pinecrest Fire."."""
        follows, third = self._low(end + 1), self._low(end + 2)
        if follows in ("here", "calling", "speaking") or (follows == "is" and third in ("calling", "my")):
            return True
        if self.lows[end].endswith("'s") and follows in ("my", "the", "calling"):
            return True
        if follows in AT_WORDS and not self.tokens[end].ends:
            return True
        if follows in ("up", "down", "over", "out") and third in AT_WORDS and not self.tokens[end].ends:
            return True
        # two names in a row, the second a company's, and nobody was named before
        if (
            self.cased
            and self.tokens[end].ends
            and (last := self._company(end + 1)) is not None
            and self.tokens[end + 1].capital
        ):
            return self._is_business(end + 1, last) and self.tokens[last].ends
        return False

    def _addressed_first(self) -> Found | None:
        """ "Dana, it's Tom": the message begins with a name and a mark."""
        start = 0
        while start < len(self.tokens) and self.lows[start] in OPENERS:
            start += 1
        end = self._person(start)
        if end is None or end - start > 2 or self._introduces(start, end) or self._is_business(start, end):
            return None
        known = self.lows[start] in FIRST_NAMES or self.lows[start] in TITLES
        follows = self._low(end + 1)
        if not self.cased:
            likely = known or (start == 0 and (follows in FIRST_NAMES or follows in FUNCTION))
            return Found(start, end, 2.0 if known else 1.5) if likely else None
        if self.tokens[end].ends and (known or self.lows[start] not in COMMON):
            return Found(start, end, 2.5 if known or end > start or self.tokens[end].comma else 2.2)
        if known and follows in ("it's", "this", "hi", "hello", "hey", "good", "i'm", "my", "i"):
            return Found(start, end, 2.0)
        return None

    def _addressed_last(self) -> list[Found]:
        """ "Cheers, Cliff." at the end, "Rohan, ring me" in the middle: a name between marks that is no introduction."""
        found = []
        for at in range(1, len(self.tokens)):
            if self.lows[at] not in FIRST_NAMES and self.lows[at] not in TITLES:
                continue
            end = self._person(at)
            if end is None or not self.tokens[at - 1].ends or not self.tokens[end].ends or not self.cased:
                continue
            bye = self.lows[at - 1] in ("cheers", "thanks", "bye", "goodbye", "regards", "you", "later", "care")
            asked = self.tokens[at - 1].stop and self._low(end + 1) in (
                "ring",
                "call",
                "please",
                "could",
                "can",
                "would",
                "give",
                "hi",
            )
            if (bye and end == len(self.tokens) - 1) or asked or "?" in self.tokens[end].text:
                found.append(Found(at, end, 1.5))
        return found

    def _callers(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            for words, score, strict in CALLER_CUES:
                if not self._says(at, words) or (words[0] == "this" and self._low(at - 1) == "is"):
                    continue
                place = at + len(words)
                while self._low(place) in ("uh", "um", "ol'", "just"):
                    place += 1
                end = self._person(place, strong=not strict)
                if end is None or self._is_business(place, end) or self.lows[place] in COMMON - FIRST_NAMES:
                    continue
                if self.cased and self._low(end + 1).removesuffix("'s") in BUSINESS and self.tokens[end + 1].capital:
                    continue  # "this is Pacific Sun Energy"
                follows = self._low(end + 1)
                marked = self.tokens[end].ends or follows in AFTER_CALLER or end == len(self.tokens) - 1
                known = self.lows[place] in FIRST_NAMES
                evident = marked and (self.cased or words == ("this", "is"))
                if strict and not (evident or known or (self.cased and self.tokens[place].capital)):
                    continue
                found.append(Found(place, end, score + 0.5 * marked))
            found += self._named_plainly(at)
        return found

    def _named_plainly(self, at: int) -> list[Found]:
        """ "Tom Hall here", "Tom from Acme", "Tom's my name", "Tom, Acme", and after the callee "Tom."."""
        ended = any(call.last == at - 1 for call in self.callees)
        starts = at == 0 or self.tokens[at - 1].ends or ended or self.lows[at - 1] in GREET_ENDS
        end = self._person(at) if starts or not self.cased else None
        if end is None or self._is_business(at, end) or self.lows[at] in COMMON - FIRST_NAMES or self.lows[at] in TITLES:
            return []
        if not starts and self.lows[at] not in FIRST_NAMES:
            return []
        follows, third = self._low(end + 1), self._low(end + 2)
        if (self.lows[end].endswith("'s") or follows == "is") and "name" in (third, self._low(end + 3)):
            return [Found(at, end, 3.5)]
        if follows in ("here", "calling", "speaking") or (follows == "is" and third == "calling"):
            return [Found(at, end, 2.5)]
        if follows == "again" and self.tokens[end + 1].ends:
            return [Found(at, end, 2.0)]
        if not self.tokens[end].stop and (company := self._linked(end)) is not None:
            after = self._low(company + 1)
            if not self.tokens[company].ends and (after in TOLD or not starts):
                return [Found(at, end, 1.0)] if starts else []
            return [Found(at, end, 2.8 if after in ("here", "calling", "speaking") else 2.2)]
        if not self.cased:
            return [Found(at, end, 1.2)] if ended and self.lows[at] in FIRST_NAMES else []
        if not self.tokens[at].capital or not self.tokens[end].ends:
            return []
        score = (
            0.9 + 0.4 * (self.lows[at] in FIRST_NAMES) + 0.3 * any(call.last < at for call in self.callees) + 0.2 * (end > at)
        )
        following = self._company(end + 1)
        if (
            following is not None
            and self.tokens[end + 1].capital
            and (self._is_business(end + 1, following) or self.tokens[following].ends)
        ):
            score += 0.6
        after_callee = any(call.last in (at - 1, at - 2) and call.score >= 2.2 for call in self.callees)
        return [Found(at, end, score + 0.5 * after_callee)] if score > 1.2 or after_callee else []

    def _linked(self, end: int) -> int | None:
        """Last token of a company that follows the name ending at ``end`` by "from", "up at" and the like; else None."""
        place = end + 1
        while self._low(place) in ("up", "down", "over", "out", "here", "um", "uh") and place < end + 3:
            place += 1
        if self._low(place) not in AT_WORDS:
            return None
        place += 1
        while self._low(place) in ("um", "uh", "a"):
            place += 1
        return self._company(place)

    def _companies(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            for words, score, _ in COMPANY_CUES:
                end = self._company(at + len(words)) if self._says(at, words) else None
                if end is not None and (self.cased or score > 1 or self._is_business(at + len(words), end)):
                    found.append(Found(at + len(words), end, score))
            if self._says(at, ("this", "is")) and (end := self._company(at + 2)) is not None and self._is_business(at + 2, end):
                found.append(Found(at + 2, end, 1.6))
        caller = self._best_caller()
        if caller is not None:
            found += self._after_caller(caller)
        for other in self.callers:
            if caller is None or other != caller:
                found += [Found(one.first, one.last, one.score - 0.7) for one in self._after_caller(other)]
        return found

    def _after_caller(self, caller: Found) -> list[Found]:
        place = caller.last + 1
        if self._low(place) == "is" and self._low(place + 1) in ("my", "calling"):
            place += 2
        while self._low(place) in BETWEEN and place < len(self.tokens):
            place += 1
        if self._low(place) in FROM_WORDS and place - caller.last <= 7:
            place += 1
            while self._low(place) in ("um", "uh"):
                place += 1
            end = self._company(place)
            if end is None or (not self.tokens[end].ends and self._low(end + 1) in TOLD):
                return []
            return [Found(place, end, 3.0)]
        found = []
        if self.tokens[place - 1].ends and self.cased and place < len(self.tokens) and self.tokens[place].capital:
            end = self._company(place)
            if end is not None and self.lows[place] not in (COMMON | FUNCTION) - BUSINESS - {"the"}:
                business = self._is_business(place, end) and end > place
                tail = self.tokens[end].ends or self._low(end + 1) in ("out", "in", "here", "down", "up", "over", "of")
                near = 0.3 * self.tokens[place - 1].comma
                if tail or business:
                    found.append(Found(place, end, (1.9 if business else 1.1) + near))
        elif (
            not self.cased
            and place < len(self.tokens)
            and (end := self._company(place)) is not None
            and self._is_business(place, end)
        ):
            found.append(Found(place, end, 1.4))
        for at in range(place, min(place + 10, len(self.tokens) - 1)):  # "Tom, I'm the office manager at Acme"
            if (
                self.lows[at] in ("at", "for", "with", "by", "of", "from", "people")
                and (end := self._company(at + 1)) is not None
            ):
                named = (
                    self.tokens[at + 1].capital or self.lows[at + 1] == "the" if self.cased else self._is_business(at + 1, end)
                )
                if named and self._low(at - 1) in ROLES:
                    found.append(Found(at + 1, end, 1.8))
        return found
