"""Where the person calling is named."""

from __future__ import annotations

from functools import cached_property

from vmaudio.text.entities.callees import CalleeWords, Found
from vmaudio.text.entities.name_words import NO_NAME, by_first_word
from vmaudio.text.entities.phrases import AFTER_CALLER, AT_WORDS, CALLER_CUES, GREET_ENDS, REPORTING_VERBS
from vmaudio.text.lexicon import BUSINESS, FIRST_NAMES, TITLES

_CUES = by_first_word((cue, cue[0]) for cue in CALLER_CUES)


class CallerWords(CalleeWords):
    """Finds the places where the person calling is named; those of the person addressed must be known by then."""

    callees: list[Found]

    @cached_property
    def _callee_ends(self) -> dict[int, float]:
        """Where the places that name the person addressed end, with the score of the surest."""
        ends: dict[int, float] = {}
        for call in self.callees:
            ends[call.last] = max(call.score, ends.get(call.last, call.score))
        return ends

    @cached_property
    def _first_callee_end(self) -> int:
        return min(self._callee_ends, default=len(self.tokens))

    def _callers(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            for words, score, strict in _CUES.get(self.lows[at], ()):
                if not self._says(at, words) or (words[0] == "this" and self._low(at - 1) == "is"):
                    continue
                place = at + len(words)
                while self._low(place) in ("uh", "um", "ol'", "just"):
                    place += 1
                end = self._person(place, strong=not strict)
                if end is None or self._is_business(place, end) or self.lows[place] in NO_NAME:
                    continue
                if self.cased and self._low(end + 1).removesuffix("'s") in BUSINESS and self.tokens[end + 1].capital:
                    continue  # "this is Pacific Sun Energy"
                follows = self._low(end + 1)
                marked = self.tokens[end].ends or follows in AFTER_CALLER or end == len(self.tokens) - 1
                known = self.lows[place] in FIRST_NAMES
                evident = marked and (self.cased or words == ("this", "is"))
                if strict and not (evident or known or (self.cased and self.tokens[place].capital)):
                    continue
                found.append(Found(place, end, score + self.options.caller_marked * marked))
            found += self._named_plainly(at)
        return found

    def _named_plainly(self, at: int) -> list[Found]:
        """ "Tom Hall here", "Tom from Acme", "Tom's my name", "Tom, Acme", and after the callee "Tom."."""
        ended = at - 1 in self._callee_ends
        starts = at == 0 or self.tokens[at - 1].ends or ended or self.lows[at - 1] in GREET_ENDS
        end = self._person(at) if starts or not self.cased else None
        if end is None or self._is_business(at, end) or self.lows[at] in NO_NAME or self.lows[at] in TITLES:
            return []
        if not starts and self.lows[at] not in FIRST_NAMES:
            return []
        follows, third = self._low(end + 1), self._low(end + 2)
        if (self.lows[end].endswith("'s") or follows == "is") and "name" in (third, self._low(end + 3)):
            return [Found(at, end, self.options.caller_name_after)]
        if follows in ("here", "calling", "speaking") or (follows == "is" and third == "calling"):
            return [Found(at, end, self.options.caller_here)]
        if follows == "again" and self.tokens[end + 1].ends:
            return [Found(at, end, self.options.caller_again)]
        if not self.tokens[end].stop and (company := self._linked(end)) is not None:
            after = self._low(company + 1)
            if not self.tokens[company].ends and (after in REPORTING_VERBS or not starts):
                return [Found(at, end, self.options.caller_spoken_of)] if starts else []
            here = after in ("here", "calling", "speaking")
            return [Found(at, end, self.options.caller_company_here if here else self.options.caller_company)]
        if not self.cased:
            return [Found(at, end, self.options.caller_lower)] if ended and self.lows[at] in FIRST_NAMES else []
        if not self.tokens[at].capital or not self.tokens[end].ends:
            return []
        score = (
            self.options.lone_base
            + self.options.lone_first_name * (self.lows[at] in FIRST_NAMES)
            + self.options.lone_after_callee * (self._first_callee_end < at)
            + self.options.lone_longer * (end > at)
        )
        following = self._company(end + 1)
        if (
            following is not None
            and self.tokens[end + 1].capital
            and (self._is_business(end + 1, following) or self.tokens[following].ends)
        ):
            score += self.options.lone_company
        after_callee = any(self._callee_ends.get(last, 0.0) >= self.options.sure_callee for last in (at - 1, at - 2))
        counts = score > self.options.lone_least or after_callee
        return [Found(at, end, score + self.options.lone_next_to_callee * after_callee)] if counts else []

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
