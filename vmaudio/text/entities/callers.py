"""Where the person calling is named."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from vmaudio.text.entities.callees import CalleeWords, Found
from vmaudio.text.entities.name_words import NO_NAME, by_first_word
from vmaudio.text.entities.phrases import (
    AFTER_CALLER,
    AT_WORDS,
    CALLER_CUES,
    DOING,
    FROM_WORDS,
    GREET_ENDS,
    REPORTING_VERBS,
    ROLES,
)
from vmaudio.text.lexicon import BUSINESS, FIRST_NAMES, TITLES

_CUES = by_first_word((cue, cue[0]) for cue in CALLER_CUES)
_CUT_OFF = ((("is",), 3.0, True),)
_ROLE_WORDS = 4
_REST_WORDS = 2


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
            for words, score, strict in self._cues_at(at):
                if not self._says(at, words) or (words[0] == "this" and self._low(at - 1) == "is"):
                    continue
                place = self._past_role(at + len(words))
                while self._low(place) in ("uh", "um", "ol'", "just"):
                    place += 1
                end = self._person(place, strong=not strict)
                if end is None or self._is_business(place, end):
                    continue
                if self.lows[place] in NO_NAME and self.lows[place] not in TITLES:
                    continue
                end = self._past_stop(place, end)
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

    def _cues_at(self, at: int) -> Sequence[tuple[tuple[str, ...], float, bool]]:
        """The phrases that may begin at a token; a message that was cut off at its start begins in the middle of one."""
        return _CUT_OFF if at == 0 and self.lows[at] == "is" else _CUES.get(self.lows[at], ())

    def _is_start(self, at: int) -> bool:
        """The first word; or the first after the rest of a word, where the message was cut off: "s Tom Hall from Acme"."""
        rest = self.cased and at <= _REST_WORDS and self.tokens[at].capital
        return at == 0 or (rest and not any(self.tokens[k].capital or self.tokens[k].ends for k in range(at)))

    def _past_role(self, place: int) -> int:
        """ "this is your neighbor Tom": where the name begins."""
        if self._low(place) != "your" or not self.cased:
            return place
        for at in range(place + 1, min(place + 1 + _ROLE_WORDS, len(self.tokens))):
            if self.tokens[at].capital:
                return at
            if self.tokens[at].ends:
                break
        return place

    def _past_stop(self, first: int, end: int) -> int:
        """ "This is Tom. Hall with Acme": recognisers put a stop in the middle of a name."""
        following = end + 1
        if not self.cased or end != first or not self.tokens[end].stop or not self._name_word(following, False):
            return end
        goes_on = self._low(following + 1) in FROM_WORDS and not self.tokens[following].ends
        return following if goes_on and self.lows[following] not in NO_NAME else end

    def _named_plainly(self, at: int) -> list[Found]:
        """ "Tom Hall here", "Tom from Acme", "Tom's my name", "Tom, Acme", and after the callee "Tom."."""
        ended = at - 1 in self._callee_ends or (self._low(at - 1) == "got" and self._low(at - 2) in ("you've", "you"))
        starts = self._is_start(at) or self.tokens[at - 1].ends or ended or self.lows[at - 1] in GREET_ENDS
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
        if starts and self._does(at, end):
            return [Found(at, end, self.options.caller_doing)]
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

    def _does(self, first: int, end: int) -> bool:
        """ "Tom Hall returning your call", "Tom Hall your account manager", "Tom Hall your contact at Acme"."""
        known = self.lows[first] in FIRST_NAMES or end > first
        if not (known and self.cased and self.tokens[first].capital) or self.tokens[end].stop:
            return False
        role = self._low(end + 2) in ROLES or {self._low(end + 3), self._low(end + 4)} & AT_WORDS
        return self._low(end + 1) in DOING or (self._low(end + 1) == "your" and bool(role))

    def _linked(self, end: int) -> int | None:
        """Last token of a company that follows the name ending at ``end`` by "from", "up at" and the like; else None."""
        place = end + 1
        while self._low(place) in ("up", "down", "over", "out", "here", "again", "um", "uh") and place < end + 3:
            place += 1
        if self._low(place) not in AT_WORDS:
            return None
        place += 1
        while self._low(place) in ("um", "uh", "a"):
            place += 1
        return self._company(place)
