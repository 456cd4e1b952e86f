"""Words without names and numbers.

Left out are the names that were heard and those of the manifest, wherever they come again, every other word that is written
like a name, telephone numbers and other runs of digits, written or spoken. It fails closed: a name or number that has no
place in the words takes the stretch around it with it, or the whole text. What is left out too much costs little; what is left
in by mistake costs trust.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Sequence

from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_cues import introduced, short_numbers, sounding_like, spelled
from vmaudio.privacy.redact_tokens import TOKEN, digits_in, fold, tokens_of
from vmaudio.privacy.redact_unlisted import beside, unlisted
from vmaudio.records import Span, Word
from vmaudio.text import MONTH_NAMES, WEEKDAY_NAMES

NAME, NUMBER, MASK = "[name]", "[number]", "[left out]"

_LINKS = frozenset({"dash", "hyphen", "and", "area", "code"})  # inside a spoken number
_MISHEARD = frozenset("to too for ate won tree owe oh uh um er".split())
"""What digits are written as by mistake, and what is said between them: part of a number once it has begun."""
_PLAIN = {*WEEKDAY_NAMES, *MONTH_NAMES} | set(
    "i i'm i'll i've i'd mr mrs ms miss dr doctor sir madam ok okay am pm a.m p.m english".split()
)
"""Words with a capital that name nobody."""

_OPENERS = frozenset(
    """a about actually after again all also an and any anyway are as at bye because been before best but by call calling can
    cheers could did do does don't each either enjoy every first for from give given go good goodbye got great had happy has
    have he hello her here hey hi hope how however if in is it it's its just keep kind let let's like listen look maybe me my
    never next no not nothing now of oh on once one only or our out over please probably quick quickly really reach right ring
    say see she should since so some someone something sorry speak still sure take talk text thank thanks that that's the their
    then there there's these they they're this those to today tomorrow tonight try um uh until up us very was we we'd we'll
    we're we've well were what what's when where which while who why will with would yeah yes yesterday yet you you'd you'll
    you're you've your""".split()
)
"""Words that often open a sentence: their capital says nothing."""


def is_name(token: str, names: Collection[str]) -> bool:
    """Whether a token is a known name; one that is an everyday word too (Will, May) only with its capital.

    Args:
        token: as written.
        names: folded tokens of the known names.
    """
    folded = fold(token)
    return folded in names and (token[:1].isupper() or not is_ordinary(folded))


def is_ordinary(folded: str) -> bool:
    """Whether a word says nothing by itself: a weekday, a month, or one that often opens a sentence.

    Args:
        folded: as `fold` gives it.
    """
    return folded in _PLAIN or folded in _OPENERS


def inside(word: Word, span: Span, slack_s: float) -> bool:
    """Whether a word lies in a span.

    Args:
        word: with its times; NaN is in nothing.
        span: seconds.
        slack_s: so far outside the span still counts.
    """
    return word.start_s < span.end_s + slack_s and word.end_s > span.start_s - slack_s


def joined(words: Iterable[Word]) -> str:
    """The words as text.

    Args:
        words: some of them replaced by `NAME`, `NUMBER` or `MASK`.

    Returns:
        The words with a space between them; the same mark several times in a row stands once.
    """
    text: list[str] = []
    for word in words:
        token = word.text.strip()
        if token and not (text and token == text[-1] and token in (NAME, NUMBER, MASK)):
            text.append(token)
    return " ".join(text)


def clean_words(
    words: Sequence[Word],
    names: Collection[str],
    spans: Sequence[tuple[Span, str]],
    options: RedactOptions,
    *,
    listed: Collection[str] = (),
    near: Sequence[Span] = (),
) -> list[Word]:
    """Replace the words that are names or parts of numbers.

    Args:
        words: as recognised; times may be NaN.
        names: folded tokens of the known names.
        spans: when names and numbers were said, each with `NAME` or `NUMBER`.
        options: see `RedactOptions`.
        listed: names of the manifest, whole: words that sound like them are left out too.
        near: when somebody is greeted or introduced.

    Returns:
        As many words, with `NAME` or `NUMBER` in place of the text of those that were left out.
    """
    kinds: list[str | None] = [None] * len(words)
    for i, word in enumerate(words):
        for span, kind in spans:
            if inside(word, span, options.slack_s):
                kinds[i] = kind
        if kinds[i] is None and any(is_name(token, names) for token in TOKEN.findall(word.text)):
            kinds[i] = NAME
        if kinds[i] is None and ("@" in word.text or re.search(r"\w\.(?:com|net|org|co|io)\b", word.text, re.I)):
            kinds[i] = NAME
    by_place = introduced(words)
    close = {i for i, word in enumerate(words) if i < options.greeting_words or any(inside(word, s, 0.0) for s in near)}
    like = _like_names(words) | by_place | spelled(words, options.spelled_letters) | unlisted(words)
    for i in like | sounding_like(words, listed, close | by_place, options):
        kinds[i] = kinds[i] or NAME
    cased = bool(_like_names(words))
    for i in beside(words, {i for i, kind in enumerate(kinds) if kind == NAME}, cased=cased):
        kinds[i] = NAME
    for i in _numbers(words, options.run_digits) | short_numbers(words):
        kinds[i] = NUMBER
    return [dataclasses.replace(word, text=kind) if kind else word for word, kind in zip(words, kinds, strict=True)]


def _like_names(words: Sequence[Word]) -> set[int]:
    """Words written like a name: a capital inside a sentence, or at its start when it is no word that opens sentences."""
    found: set[int] = set()
    starts = True
    for i, word in enumerate(words):
        text = word.text.strip()
        tokens = TOKEN.findall(text)
        if tokens and tokens[0][:1].isupper():
            folded = [fold(token) for token in tokens]
            everyday = all(is_ordinary(token) for token in folded)
            contraction = tokens[0].lower().replace("’", "'") in _OPENERS
            if not everyday and not contraction and not (starts and _common_opening(folded[0], words, i)):
                found.add(i)
        starts = text[-1:] in ".?!" if text else starts
    return found


def _common_opening(token: str, words: Sequence[Word], i: int) -> bool:
    """Whether the start alone explains a capital at a sentence's start: only if the word comes in lower case elsewhere too."""
    return any(TOKEN.findall(w.text)[:1] == [token] for j, w in enumerate(words) if j != i)


def _numbers(words: Sequence[Word], least: int) -> set[int]:
    """Words in runs of at least so many digits, written or spoken."""
    found: set[int] = set()
    run: list[int] = []
    size = 0

    def close() -> None:
        nonlocal size
        if size >= least:
            found.update(run)
        run.clear()
        size = 0

    for i, word in enumerate(words):
        tokens = tokens_of(word.text)
        digits = digits_in(word.text)
        if digits:
            run.append(i)
            size += digits
        elif run and tokens and all(token in _LINKS or (size >= least and token in _MISHEARD) for token in tokens):
            run.append(i)
        else:
            close()
    close()
    return found
