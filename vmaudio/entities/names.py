"""Who calls, for whom, from which company: by the phrases in which people say so.

Capital letters are evidence where the transcript has any; without them a word must stand in a naming phrase and be no common word.
Every mention is a stretch of the transcript's own words: nothing is completed, and nobody is named who was not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.entities.numbers import Number
from vmaudio.entities.tokens import Token, mention
from vmaudio.entities.words import BUSINESS, COMMON, FIRST_NAMES, FUNCTION, GREETINGS, NEVER, PARTICLES, TITLES
from vmaudio.records import Mention

FROM_WORDS = frozenset({"from", "with", "at", "of", "for", "representing"})


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: tokens ``first`` to ``last`` (inclusive) and how strong the phrase around it is."""

    first: int
    last: int
    score: float


class NameFinder:
    """Finds the three names of one message."""

    def __init__(self, tokens: Sequence[Token], numbers: Sequence[Number] = ()) -> None:
        self.tokens = tuple(tokens)
        self.lows = [token.low for token in tokens]
        inner = [
            token
            for before, token in zip(self.tokens, self.tokens[1:], strict=False)
            if not before.stop and token.core[:1].isalpha()
        ]
        self.cased = any(token.capital and token.low not in ("i", "i'm", "i'll", "i've", "i'd") for token in inner)
        self.figures = {place for number in numbers for place in range(number.first, number.last + 1)}
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
            for words, score in _CALLEE_CUES:
                if (
                    self._says(at, words)
                    and self._low(at - 1) not in ("you", "you're", "not")
                    and at + len(words) < len(self.tokens)
                ):
                    end = self._person(at + len(words))
                    if end is not None and not self._is_business(at + len(words), end):
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
            while self._low(place) in _GREETING_FILL and place < len(self.tokens):
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
        if follows in _AT_WORDS and not self.tokens[end].ends:
            return True
        if follows in ("up", "down", "over", "out") and third in _AT_WORDS and not self.tokens[end].ends:
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
        while start < len(self.tokens) and self.lows[start] in _OPENERS:
            start += 1
        end = self._person(start)
        if end is None or end - start > 2 or self._introduces(start, end):
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
            for words, score, strict in _CALLER_CUES:
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
                marked = self.tokens[end].ends or follows in _AFTER_CALLER or end == len(self.tokens) - 1
                known = self.lows[place] in FIRST_NAMES
                if strict and not (marked and (self.cased or known or words == ("this", "is"))):
                    if not ((self.cased and self.tokens[place].capital) or known):
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
            if not self.tokens[company].ends and (after in _TOLD or not starts):
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
        if self._low(place) not in _AT_WORDS:
            return None
        place += 1
        while self._low(place) in ("um", "uh", "a"):
            place += 1
        return self._company(place)

    def _companies(self) -> list[Found]:
        found: list[Found] = []
        for at in range(len(self.tokens)):
            for words, score in _COMPANY_CUES:
                if self._says(at, words) and (end := self._company(at + len(words))) is not None:
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
        while self._low(place) in _BETWEEN and place < len(self.tokens):
            place += 1
        if self._low(place) in FROM_WORDS and place - caller.last <= 7:
            place += 1
            while self._low(place) in ("um", "uh"):
                place += 1
            end = self._company(place)
            if end is None or (not self.tokens[end].ends and self._low(end + 1) in _TOLD):
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
                if named and self._low(at - 1) in _ROLES:
                    found.append(Found(at + 1, end, 1.8))
        return found

    # names -------------------------------------------------------------------------------------------------------------

    def _low(self, place: int) -> str:
        return self.lows[place] if 0 <= place < len(self.lows) else ""

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
            return place if titled and at == place + 1 and self._low(place) in _TITLE_ALONE and self.cased else None
        end = at
        while end - at < 3 and not self.tokens[end].ends and not self.lows[end].endswith("'s"):
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
        if not self._name_word(end + 1, False) or following in COMMON - FIRST_NAMES:
            return False
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

    def _name_word(self, place: int, strong: bool) -> bool:
        if not 0 <= place < len(self.tokens) or place in self.figures:
            return False
        token = self.tokens[place]
        low = token.low.removesuffix("'s")
        if len(low) < 2 and not (token.capital and low.isalpha() and token.text[1:2] == "."):
            return False
        if not low.replace("'", "").replace("-", "").replace(".", "").isalpha() or low in NEVER or low in TITLES:
            return False
        if self.cased:
            return token.capital or (strong and low not in COMMON and low not in FUNCTION)
        return low in FIRST_NAMES or (low not in COMMON and low not in FUNCTION)

    def _company(self, place: int) -> int | None:
        """Last token of the company's name that begins at ``place``, or None."""
        at = place
        if self._low(at) == "the":
            at += 1
        end, last = at, None
        while end < len(self.tokens) and end - at < 7:
            token, low = self.tokens[end], self.lows[end].removesuffix("'s")
            links = low in ("and", "&", "'n", "n") or (
                low in ("of", "for", "the") and self._low(end - 1) in _OF_HEADS | {"of", "for"}
            )
            if links and last is not None and self._company_goes_on(end + 1):
                end += 1
                continue
            named = (
                token.capital and low not in _NOT_COMPANY
                if self.cased
                else low not in FUNCTION and low not in COMMON - BUSINESS
            )
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
        if last is None or (not self.cased and last - at > 3):
            return last if last is None else at + 3
        if not any(self.tokens[k].capital for k in range(at, last + 1)) and self.cased and not self._is_business(at, last):
            return None
        return last

    def _company_goes_on(self, place: int) -> bool:
        if not 0 <= place < len(self.tokens):
            return False
        low = self.lows[place]
        return low in BUSINESS or (self.cased and self.tokens[place].capital and low not in FUNCTION)


GREET_ENDS = frozenset(
    {"hi", "hello", "hey", "morning", "afternoon", "evening", "uh", "um", "yes", "well", "mornin'", "evenin'", "day"}
)
_GREETING_FILL = frozenset({"there", "again", "uh", "um", "yes", "hello", "hi", "hey", "to", "you", "my", "friend"})
_OPENERS = frozenset(
    "uh um yes yeah ah oh well okay ok so ay hola mornin evenin yessir naw yuh hey hi hello now right congratulations buenas".split()
)
_TITLE_ALONE = frozenset({"father", "sister", "chef", "coach", "pastor", "doctor", "professor", "captain"})
_AT_WORDS = frozenset({"from", "with", "at", "of", "for"})
_TOLD = frozenset(
    "asked said told suggested gave recommended thought mentioned says tells handed thinks sent put is was had has".split()
)
_BETWEEN = frozenset(
    "here calling again speaking and uh um over up down out i'm im we're you i am work works working just, back name".split()
)
_ROLES = frozenset(
    """manager director translator work works sell buy drive rep representative owner office engineer advisor specialist
    consultant president assistant sales account accounts technician partner run buyer agent bookkeeper people guy lady
    woman man team me calling here us buddy friend""".split()
)
_OF_HEADS = frozenset(
    "bank department university center bureau board office house council church friends institute college city".split()
)
_NOT_COMPANY = frozenset(
    {"i", "i'm", "i'd", "i'll", "i've", "we", "we're", "it's", "if", "and", "my", "your", "our", "you", "the", "this", "that"}
)
_AFTER_CALLER = frozenset(
    """from with at here calling and over i'm i again of speaking your we we're our i'd i've i'll just the in giving
    returning following uh um out on""".split()
)
_CALLEE_CUES: tuple[tuple[tuple[str, ...], float], ...] = tuple(
    (tuple(words.split()), score)
    for words, score in (
        ("is this", 2.6), ("this message is for", 2.8), ("calling for", 2.0), ("message for", 2.8), ("message is for", 2.8), ("this is for", 2.6), ("looking for", 2.3),
        ("trying to reach", 2.6), ("trying to get hold of", 2.4), ("hoping to reach", 2.5), ("reach out to", 1.2), ("speak to", 1.8),
        ("speak with", 1.8), ("attention", 1.5), ("intended for", 2.4), ("is that", 2.0), ("to speak to", 1.9), ("meant for", 2.3),
        ("calling", 2.2), ("i search for", 2.0), ("is for", 2.0), ("calling to reach", 2.4), ("trying to catch", 2.2), ("hoping to catch", 2.2), ("asking for", 1.6),
    )
)  # fmt: skip
_CALLER_CUES: tuple[tuple[tuple[str, ...], float, bool], ...] = tuple(
    (tuple(words.split()), score, strict)
    for words, score, strict in (
        ("my name is", 4.0, False), ("my name's", 4.0, False), ("name is", 3.0, False), ("the name's", 3.5, False), ("name's", 3.0, False), ("you speak with", 2.8, False), ("you're speaking with", 2.8, False), ("this here's", 3.0, True), ("this here is", 3.0, True), ("here is", 1.0, True), ("this is", 3.0, True),
        ("it's", 2.4, True), ("it is", 2.4, True), ("its", 1.8, True), ("i'm", 2.4, True), ("i am", 2.4, True), ("im", 2.0, True),
        ("ask for", 1.6, True), 
    )
)  # fmt: skip
_COMPANY_CUES: tuple[tuple[tuple[str, ...], float], ...] = tuple(
    (tuple(words.split()), score)
    for words, score in (
        ("message from", 2.2), ("notice from", 2.2), ("call from", 2.0), ("reminder from", 2.2), ("comes from", 2.0), ("update from", 2.0), ("you have reached", 1.4), ("calling from", 2.8), ("calling with", 2.4), ("i'm from", 2.6), ("i'm with", 2.6), ("i am with", 2.6), ("i am from", 2.6),
        ("i run", 1.8), ("i own", 1.6), ("i work for", 2.6), ("i work at", 2.6), ("i work with", 2.2), ("on behalf of", 2.6),
        ("i represent", 2.6), ("here at", 2.4), ("we're", 0.8), ("we are", 0.8), ("calling you from", 2.8), ("over at", 1.4), ("here from", 2.4),
        ("here with", 2.2), ("calling on behalf of", 2.8), ("company is", 2.4), ("firm called", 3.1), ("company called", 3.1), ("outfit called", 3.1), ("place called", 2.4), ("company is called", 2.6), ("my company", 1.6),
    )
)  # fmt: skip
