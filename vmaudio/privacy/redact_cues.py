"""What the words around it give away: names after "my name is" or a greeting, spelled names, extensions, ends of numbers.

A recogniser may write a name in lower case, as an everyday word ("Will"), letter by letter, or as other words that sound
like it. Its place gives it away then: after a greeting or an introduction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_tokens import TOKEN, digits_in, fold, tokens_of
from vmaudio.records import Word
from vmaudio.text import COMMON, DAYTIMES, FUNCTION, HELLO_WORDS, WEEKDAY_NAMES, match_name

_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mister", "dr", "doctor"})
_GREETINGS = frozenset({*HELLO_WORDS, "dear", *_TITLES})
EVERYDAY_NAMES = frozenset(
    "will hope may april june august art joy grace faith rose mark bill grant frank rich ray drew pat sue rob jack "
    "guy chase dawn miles summer autumn wade dale dean glen cliff heath lane reed case price young long best buck gene herb "
    "crystal penny ginger amber clay ruth max violet melody".split()
)
"""First and last names that are everyday words too: taken for names after a greeting or an introduction, with a capital."""

_NOT_NEXT = frozenset("a an the not on in at of spelled spelt and with from calling i".split())
"""What may follow "my name is" and is no name."""

_EXTENSIONS = frozenset({"extension", "extensions", "ext", "x"})
_ORDINARY = FUNCTION | COMMON | _EXTENSIONS | {*WEEKDAY_NAMES, *DAYTIMES}
FIRMS = frozenset({"with", "from", "at", "of", "over", "here"})
"""What stands between a name and its firm."""


def ordinary(folded: str) -> bool:
    """Whether a word is so frequent in voicemails that it names nobody, also where a name is expected.

    Args:
        folded: as `fold` gives it.
    """
    return folded in _ORDINARY


def introduced(words: Sequence[Word]) -> set[int]:
    """Words that stand where a name is said: after a greeting, "my name is", "this is", "ask for" and the like.

    Args:
        words: as recognised.

    Returns:
        Their places, with the words of a company that follow such a name ("with acme copiers").
    """
    found: set[int] = set()
    folded = [fold(word.text.strip(" .,;:!?-")) for word in words]
    for i in range(len(words)):
        if i in found or not (sure := _cue_before(folded, words, i)):
            continue
        at = i
        while at < len(words) and at < i + 4 and _may_be_name(words[at], sure=sure == 2 and at == i, first=at == i):
            found.add(at)
            at += 1
            if stops(words[at - 1]):
                break
        if at > i and at < len(words) and folded[at] in FIRMS:
            firm = at + 1
            while firm < len(words) and firm < at + 5 and folded[firm] not in _ORDINARY:
                found.add(firm)
                if stops(words[firm]):
                    break
                firm += 1
    return found


def _cue_before(folded: Sequence[str], words: Sequence[Word], i: int) -> int:
    """0: no name is expected here; 1: perhaps; 2: surely."""
    one = folded[i - 1] if i else ""
    two = folded[i - 2] if i > 1 else ""
    if (two, one) == ("name", "is") or (one == "name" and words[i - 1].text.strip().lower().endswith("s")):
        return 2
    if i and words[i - 1].text.strip()[-1:] in ".?!" and one not in _TITLES:
        return 0
    if one in _GREETINGS or (two, one) in (("this", "is"), ("ask", "for"), ("speak", "with"), ("speak", "to")):
        return 1
    if two == "good" and one in DAYTIMES:
        return 1
    return int((one == "it" and words[i - 1].text.strip().lower() in ("it's", "it’s")) or one in ("i'm", "im"))


def _may_be_name(word: Word, *, sure: bool, first: bool) -> bool:
    tokens = TOKEN.findall(word.text)
    if not tokens or any(ch.isdigit() for ch in word.text):
        return False
    token = fold(tokens[0])
    if sure:
        return token not in _NOT_NEXT
    if tokens[0][:1].isupper() and token in EVERYDAY_NAMES:
        return True
    return token not in _ORDINARY and (first or len(token) > 1)


def stops(word: Word) -> bool:
    """Whether a mark behind a word ends the name that it belongs to.

    Args:
        word: as recognised, with its marks.
    """
    return word.text.strip()[-1:] in ".,;:?!"


def spelled(words: Sequence[Word], least: int) -> set[int]:
    """Words that are said letter by letter: "D-A-N-A", "d a n a", "d as in dog, a as in apple".

    Args:
        words: as recognised.
        least: letters from which on a row of them counts.

    Returns:
        Their places.
    """
    found: set[int] = set()
    run: list[int] = []
    letters = i = 0
    while i <= len(words):
        tokens = tokens_of(words[i].text) if i < len(words) else []
        if tokens and all(len(token) == 1 and token.isalpha() for token in tokens):
            run.append(i)
            letters += len(tokens)
        elif run and tokens in (["as"], ["like"]) and i + 2 < len(words) and tokens_of(words[i + 1].text) == ["in"]:
            run += [i, i + 1, i + 2]
            i += 2
        elif run and tokens == ["for"] and i + 1 < len(words) and _stands_for(words[run[-1]], words[i + 1]):
            run += [i, i + 1]
            i += 1
        elif not (run and tokens == ["double"]):
            if letters >= least:
                found.update(run)
            run, letters = [], 0
        i += 1
    return found


def _stands_for(letter: Word, word: Word) -> bool:
    """Whether a word begins with the letter that it explains: "d for dog"."""
    return tokens_of(word.text)[:1] != [] and tokens_of(word.text)[0][:1] == tokens_of(letter.text)[-1]


def short_numbers(words: Sequence[Word]) -> set[int]:
    """Digits that tell of a number though they are few: an extension, "ends in 26", "the last two are 26".

    Args:
        words: as recognised.

    Returns:
        The places of the digits.
    """
    found: set[int] = set()
    folded = [fold(word.text.strip(" .,;:!?-#")) for word in words]
    for i, token in enumerate(folded):
        if token in _EXTENSIONS:
            at = i + 1
        elif _ends(token, folded[i + 1 : i + 2]) or (token == "last" and i + 1 < len(folded) and digits_in(words[i + 1].text)):
            at = i + 2
        else:
            if token[:1] in ("x", "e") and token.removeprefix("ext").removeprefix("x").isdigit():
                found.add(i)
            continue
        skipped = 0
        while at < len(words) and skipped < 3 and not digits_in(words[at].text) and folded[at] in _BETWEEN:
            at, skipped = at + 1, skipped + 1
        while at < len(words) and digits_in(words[at].text):
            found.add(at)
            at += 1
    return found


def _ends(token: str, following: Sequence[str]) -> bool:
    return token in ("end", "ends", "ending", "ended") and following in (["in"], ["with"])


_BETWEEN = frozenset({"is", "are", "digits", "numbers", "number", "of", "the", "my", "it", "at"})


def sounding_like(words: Sequence[Word], listed: Collection[str], near: Collection[int], options: RedactOptions) -> set[int]:
    """Words that sound like a name of the manifest, also a name that was written as two words ("bridge it").

    Args:
        words: as recognised.
        listed: the manifest's names.
        near: places of words by a greeting or an introduction, where less likeness is enough.
        options: how much.

    Returns:
        Their places.
    """
    names = sorted({token for name in listed for token in tokens_of(name) if len(token) > 2 and token not in FUNCTION})
    found: set[int] = set()
    for i, word in enumerate(words):
        for taken in ((i,), (i, i + 1)):
            if taken[-1] >= len(words):
                continue
            tokens = [token for at in taken for token in tokens_of(words[at].text)]
            said = "".join(tokens)
            if len(said) < 3 or not said.isalpha() or (len(taken) == 1 and said in FUNCTION):
                continue
            everyday = all(token in _ORDINARY for token in tokens)
            least = options.alike_near if i in near and not everyday else options.alike
            if (len(taken) == 1 or not stops(word)) and any(match_name(said, n) >= least for n in names):
                found.update(taken)
    return found
