"""Who calls, for whom, from which company: by the phrases in which people say so.

Capital letters are evidence where the transcript has any; without them a word must stand in a naming phrase and be no common
word. Every mention is a stretch of the transcript's own words: nothing is completed, and nobody is named who was not.
"""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.records import Mention
from vmaudio.text.digits import Number
from vmaudio.text.entities.callees import Found
from vmaudio.text.entities.callers import CallerWords
from vmaudio.text.entities.name_words import by_first_word
from vmaudio.text.entities.options import DEFAULT, NameOptions
from vmaudio.text.entities.phrases import BETWEEN, COMPANY_CUES, FROM_WORDS, REPORTING_VERBS, ROLES, WORK_VERBS
from vmaudio.text.lexicon import BUSINESS, COMMON, FIRST_NAMES, FUNCTION
from vmaudio.text.tokens import Token, mention

_CUES = by_first_word((cue, cue[0]) for cue in COMPANY_CUES)
_ARTICLES = frozenset({"a", "an", "the", "one", "your"})
_CUT_OFF = frozenset({"from", "with", "at"})
"""With which a message begins that was cut off at its start."""
_OWN_VERBS = frozenset({"is", "has", "had", "was"})
"""After a company they may speak of the caller's own: "the message from Acme is ..."."""
_NO_COMPANY = (COMMON | FUNCTION) - BUSINESS - {"the"}


class NameFinder(CallerWords):
    """Finds the three names of one message.

    Args:
        tokens: the words of the message, in order.
        numbers: numbers in it: names never reach into one.
        options: thresholds.
    """

    def __init__(self, tokens: Sequence[Token], numbers: Sequence[Number] = (), options: NameOptions = DEFAULT.names) -> None:
        super().__init__(tokens, numbers, options)
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
            if found in chosen
            or found.score >= self.options.sure_person
            or (found.score >= self.options.known_person and self.lows[found.first] in FIRST_NAMES)
            for place in range(found.first, found.last + 1)
        }
        free = [one for one in self._companies() if one.first not in people or self._is_business(one.first, one.last)]
        best = self._best(free)
        return None if best is None else self._mention(best)

    def _mention(self, found: Found) -> Mention | None:
        """The words of a candidate; None where they are marks alone ("from ,")."""
        made = mention(self.tokens, found.first, found.last)
        text = made.text[:-2] if made.text.lower().endswith("'s") else made.text
        return Mention(text, made.start_s, made.end_s, made.probability) if text else None

    @staticmethod
    def _best(candidates: Sequence[Found]) -> Found | None:
        return max(candidates, key=lambda found: (found.score, -found.first), default=None)

    def _best_caller(self) -> Found | None:
        sure = self.options.sure_person
        taken = {place for found in self.callees if found.score >= sure for place in range(found.first, found.last + 1)}
        free = [found for found in self.callers if found.first not in taken] or []
        best = self._best(free)
        if best is None:
            return None
        fuller = [
            found
            for found in free
            if (found.score >= sure or found.first == best.last + 1)  # "this is Deke, Deke Ansel"
            and self.lows[found.first] == self.lows[best.first]
            and found.last - found.first > best.last - best.first
        ]
        return self._best(fuller) or best

    # phrases -----------------------------------------------------------------------------------------------------------

    def _companies(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            for words, score, _ in _CUES.get(self.lows[at], ()):
                end = self._company(at + len(words)) if self._says(at, words) else None
                if end is not None and self._is_spoken_of(end):
                    continue
                if end is not None and words[-1] in FROM_WORDS:
                    end = self._past_lower(end)
                if end is not None and (
                    self.cased or score > self.options.spoken_company or self._is_business(at + len(words), end)
                ):
                    found.append(Found(at + len(words), end, score))
            if at == 0 and self.lows[at] in _CUT_OFF and (end := self._company(at + 1)) is not None:
                found.append(Found(at + 1, end, self.options.company_cut_off))
            if self._says(at, ("this", "is")) and (end := self._company(at + 2)) is not None and self._is_business(at + 2, end):
                found.append(Found(at + 2, end, self.options.company_this_is))
        caller = self._best_caller()
        if caller is not None:
            found += self._after_caller(caller)
        for other in self.callers:
            if caller is None or other != caller:
                found += [
                    Found(one.first, one.last, one.score - self.options.other_caller) for one in self._after_caller(other)
                ]
        return found

    def _is_spoken_of(self, end: int) -> bool:
        """True for "Ruth over at Acme told me", "your friend from Acme says": somebody else's company."""
        return not self.tokens[end].ends and self._low(end + 1) in REPORTING_VERBS - _OWN_VERBS

    def _after_caller(self, caller: Found) -> list[Found]:
        place = caller.last + 1
        if self._low(place) == "is" and self._low(place + 1) in ("my", "calling"):
            place += 2
        place = self._past(self._past_spelling(self._past(place, BETWEEN)), BETWEEN)
        if self._low(place) in FROM_WORDS and place - caller.last <= self.options.from_words:
            place += 1
            while self._low(place) in ("um", "uh"):
                place += 1
            if self._low(place - 1) in ("for", "of") and self._low(place) in FIRST_NAMES and not self._goes_to_business(place):
                return []
            end = self._company(place)
            end = self._lower_company(place) if end is None else self._past_lower(end)
            if end is None or (not self.tokens[end].ends and self._low(end + 1) in REPORTING_VERBS):
                return []
            return [Found(place, end, self.options.company_after_caller)]
        found = []
        if (
            self.tokens[min(place, len(self.tokens)) - 1].ends
            and self.cased
            and place < len(self.tokens)
            and self.tokens[place].capital
        ):
            end = self._company(place)
            if end is not None and self.lows[place] not in _NO_COMPANY:
                business = self._is_business(place, end) and end > place
                tail = self.tokens[end].ends or self._low(end + 1) in ("out", "in", "here", "down", "up", "over", "of")
                near = self.options.company_beside_comma * self.tokens[place - 1].comma
                if tail or business:
                    score = self.options.company_beside_trade if business else self.options.company_beside
                    found.append(Found(place, end, score + near))
        elif (
            not self.cased
            and place < len(self.tokens)
            and (end := self._company(place)) is not None
            and self._is_business(place, end)
        ):
            found.append(Found(place, end, self.options.company_lower))
        # "Tom, I'm the office manager at Acme"
        for at in range(place, min(place + self.options.role_words, len(self.tokens) - 1)):
            if (
                self.lows[at] in ("at", "for", "with", "by", "of", "from", "people")
                and (end := self._company(at + 1)) is not None
            ):
                named = (
                    self.tokens[at + 1].capital or self.lows[at + 1] == "the" if self.cased else self._is_business(at + 1, end)
                )
                if named and (self._low(at - 1) in ROLES or self._is_role(caller.last + 1, at)):
                    found.append(Found(at + 1, end, self.options.company_role))
                elif named and self.lows[at] == "at" and self.cased and self._works(place, at):
                    found.append(Found(at + 1, end, self.options.company_works))
        return found

    def _works(self, first: int, at: int) -> bool:
        """ "Tom, I look after the bookings at Acme": one sentence says what the caller does there."""
        if any(self.tokens[k].stop for k in range(max(first - 1, 0), at)):
            return False
        return any(self.lows[k] == "i" and self.lows[k + 1] in WORK_VERBS for k in range(max(first - 1, 0), at - 1))

    def _is_role(self, first: int, at: int) -> bool:
        """ "Tom, I'm a broker with Acme", "Tom, your contact at Acme": some words say what the caller is there."""
        said = self.lows[first:at]
        if len(said) > self.options.role_phrase_words or any(
            self.tokens[k].ends or self.tokens[k].capital for k in range(first + 1, at)
        ):
            return False
        of_own = said[:1] in (["i'm"], ["i"]) and any(word in _ARTICLES for word in said[1:3])
        return self.cased and len(said) > 1 and (of_own or said[0] == "your")

    def _past_lower(self, end: int) -> int:
        """ "Fox split supply": where a company ends of which only the first word was written with a capital."""
        at = end + 1
        if self.tokens[end].ends or not self.cased or at >= len(self.tokens) or self.tokens[at].capital:
            return end
        last = self._lower_company(at)
        return end if last is None else last

    def _past_spelling(self, place: int) -> int:
        """ "F E L D", "that's M A R C U S": where the letters end that spell a name."""
        at = place + 1 if self._low(place) in ("that's", "spelled") else place
        end = at
        while end < len(self.tokens) and len(self.lows[end]) == 1 and self.tokens[end].capital and self.lows[end].isalpha():
            end += 1
        return end if end > at + 1 else place

    def _goes_to_business(self, place: int) -> bool:
        """Whether a company of that name begins there: "for Ellis Roofing"."""
        end = self._company(place)
        return end is not None and self._is_business(place, end)
