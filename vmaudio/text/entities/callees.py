"""Where the person addressed is named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from vmaudio.text.entities.name_words import NameWords, by_first_word
from vmaudio.text.entities.phrases import AT_WORDS, CALLEE_CUES, GREETING_FILL, OPENERS
from vmaudio.text.lexicon import COMMON, FIRST_NAMES, FUNCTION, GREETINGS, TITLES

_KNOWN = FIRST_NAMES | TITLES
_CUES = by_first_word((cue, cue[0]) for cue in CALLEE_CUES)
_GREETINGS = by_first_word((greeting, greeting) for greeting in GREETINGS)


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: tokens ``first`` to ``last`` (inclusive) and how strong the phrase around it is."""

    first: int
    last: int
    score: float


class CalleeWords(NameWords):
    """Finds the places where the person addressed is named."""

    def _callees(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            found += self._greeted(at)
            for words, score, _ in _CUES.get(self.lows[at], ()):
                if (
                    self._says(at, words)
                    and self._low(at - 1) not in ("you", "you're", "not")
                    and at + len(words) < len(self.tokens)
                ):
                    end = self._person(at + len(words))
                    known = self.cased or self._low(at + len(words)) in _KNOWN
                    if end is not None and known and not self._is_business(at + len(words), end):
                        found.append(Found(at + len(words), end, score))
            if self.lows[at] == "for" and at and (addressed := self._addressed_by_for(at)) is not None:
                found.append(addressed)
            end = self._person(at)
            if (
                end is not None
                and self.lows[end].endswith("'s")
                and self._low(end + 1) in ("line", "desk", "phone", "voicemail", "office")
            ):
                found.append(Found(at, end, self.options.callee_line))
        if self._addressed_first is not None:
            found.append(self._addressed_first)
        found += self._addressed_last()
        return found

    def _addressed_by_for(self, at: int) -> Found | None:
        """ "Tom Hall, Acme, for Dana Ortiz.": the person that a message is for, after the caller or the company."""
        before = self.tokens[at - 1]
        end = self._person(at + 1)
        if end is None or self._low(at + 1) not in _KNOWN or not self.tokens[end].ends or before.stop:
            return None
        return Found(at + 1, end, self.options.callee_for) if self.cased and before.capital else None

    def _greeted(self, at: int) -> list[Found]:
        """ "Hi Dana", "good morning, Mr. Hall", "hello there Dana"."""
        for greeting in _GREETINGS.get(self.lows[at], ()):
            if not self._says(at, greeting):
                continue
            if len(greeting) == 1 and greeting[0] in ("morning", "afternoon", "evening", "dear") and at > 0:
                return []
            place = at + len(greeting)
            place = self._past(place, GREETING_FILL)
            end = self._person(place)
            if end is None or self._introduces(place, end) or (self.tokens[place - 1].stop and not self.tokens[end].ends):
                return []
            named = at > 0 and self._addressed_first is not None
            late = named or at >= self.options.greeted_words
            return [Found(place, end, self.options.callee_greeted_late if late else self.options.callee_greeted)]
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

    @cached_property
    def _addressed_first(self) -> Found | None:
        """ "Dana, it's Tom": the message begins with a name and a mark."""
        start = 0
        while start < len(self.tokens) and self.lows[start] in OPENERS:
            start += 1
        end = self._person(start)
        if (
            end is None
            or end - start >= self.options.first_name_words
            or self._introduces(start, end)
            or self._is_business(start, end)
        ):
            return None
        known = self.lows[start] in FIRST_NAMES or self.lows[start] in TITLES
        follows = self._low(end + 1)
        if not self.cased:
            likely = known or (start == 0 and (follows in FIRST_NAMES or follows in FUNCTION))
            score = self.options.callee_first_lower if known else self.options.callee_first_lower_unknown
            return Found(start, end, score) if likely else None
        if self.tokens[end].ends and (known or self.lows[start] not in COMMON):
            clear = known or end > start or self.tokens[end].comma
            return Found(start, end, self.options.callee_first if clear else self.options.callee_first_unknown)
        if known and follows in ("it's", "this", "hi", "hello", "hey", "good", "i'm", "my", "i"):
            return Found(start, end, self.options.callee_first_phrase)
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
                found.append(Found(at, end, self.options.callee_last))
        return found
