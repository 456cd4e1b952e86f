"""Written words as they are spoken: numbers read out, and syllables counted.

"303-555-0126" is one written word and ten spoken ones; a speaking rate that counts written words makes a message with a
number in figures look slow. Written by hand, since the libraries that read numbers out take seconds to import (inflect)
and the syllable dictionaries come under licences that a package like this cannot take over.
"""

from __future__ import annotations

import re
from functools import lru_cache

from vmaudio.text.lexicon import DIGIT_WORDS, ORDINAL_WORDS, SCALE_WORDS, TEEN_WORDS, TENS_WORDS

_ONES = (*DIGIT_WORDS, *TEEN_WORDS)  # 0 to 19
_TENS = ("_", "_", *TENS_WORDS)
_SCALES = sorted(((value, word) for word, value in SCALE_WORDS.items()), reverse=True)
_ORDINALS = {DIGIT_WORDS[number]: ORDINAL_WORDS[number - 1] for number in (1, 2, 3, 5, 8, 9)}  # not made with "th" alone
_UNITS = {"%": "percent", "$": "dollars", "€": "euros", "£": "pounds"}
_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[$€£]?\d[\d,.:/-]*(?:st|nd|rd|th|s|am|pm)?%?|[%&@+]", re.IGNORECASE)
_CALLABLE = re.compile(
    r"(?<![\w$€£])\+?\(?\d(?:[\d().-]|[ ,]+(?=[\d(]))*\d"
)  # figures in a row, as a number to call is written
_CALLABLE_FROM = 7
_DIGITWISE_FROM = 5  # five and more digits in a row are read one by one: a number to call, a zip code, an account


def cardinal(number: int) -> list[str]:
    """Read a whole number out: 1250 -> one thousand two hundred fifty.

    Args:
        number: 0 to 999,999,999,999.

    Returns:
        Its words, in lower case.
    """
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        return [_TENS[number // 10], *([_ONES[number % 10]] if number % 10 else [])]
    for scale, name in _SCALES:
        if number >= scale:
            rest = number % scale
            return [*cardinal(number // scale), name, *(cardinal(rest) if rest else [])]
    raise AssertionError("unreachable")


def ordinal(number: int) -> list[str]:
    """Read an ordinal out: 21 -> twenty first.

    Args:
        number: as for `cardinal`.

    Returns:
        Its words, in lower case.
    """
    words = cardinal(number)
    last = words[-1]
    if last.endswith("y"):
        words[-1] = last[:-1] + "ieth"
    else:
        words[-1] = _ORDINALS.get(last) or (last[:-2] + "fth" if last.endswith("ve") else last + "th")
    return words


def _year_or_cardinal(digits: str) -> list[str]:
    number = int(digits)
    if len(digits) == 4 and 1100 <= number <= 2099 and not 2000 <= number <= 2009:
        head, tail = divmod(number, 100)
        return [*cardinal(head), *(["hundred"] if tail == 0 else ["oh", _ONES[tail]] if tail < 10 else cardinal(tail))]
    return cardinal(number)


def _digitwise(digits: str) -> list[str]:
    return [_ONES[int(d)] for d in digits]


def _read_figures(token: str) -> list[str]:
    body = token.lower()
    before = ""
    after: list[str] = []
    if body[0] in _UNITS:
        before, body = body[0], body[1:]
    if body.endswith("%"):
        after, body = ["percent"], body[:-1]
    suffix = re.search(r"(st|nd|rd|th|s|am|pm)$", body)
    if suffix:
        body = body[: suffix.start()]
    body = body.strip(",.:/-")
    if re.fullmatch(r"\d{1,3}(,\d{3})+", body):
        body = body.replace(",", "")
        words = cardinal(int(body)) if len(body) <= 12 else _digitwise(body)
    elif re.fullmatch(r"\d{1,2}:\d\d", body):
        hour, minute = body.split(":")
        words = cardinal(int(hour)) + (
            [] if minute == "00" else ["oh", _ONES[int(minute)]] if minute[0] == "0" else cardinal(int(minute))
        )
    elif re.fullmatch(r"\d{1,12}\.\d+", body) and body.count(".") == 1 and len(body.split(".")[0]) < 4:
        whole, fraction = body.split(".")
        words = [*cardinal(int(whole)), "point", *_digitwise(fraction)]
    elif re.fullmatch(r"\d+", body):
        if len(body) >= _DIGITWISE_FROM or (len(body) > 1 and body[0] == "0"):
            words = _digitwise(body)
        elif suffix and suffix.group() in ("st", "nd", "rd", "th"):
            words = ordinal(int(body))
        else:
            words = _year_or_cardinal(body)
    else:  # groups such as 303-555-0126, 24/7, 1-800
        groups = [group for group in re.split(r"[^\d]+", body) if group]
        long = sum(map(len, groups)) >= _DIGITWISE_FROM
        words = [word for group in groups for word in (_digitwise(group) if long else cardinal(int(group)))]
    if suffix and suffix.group() in ("am", "pm"):
        after = [suffix.group()[0], "m", *after]
    return [*words, *after, *([_UNITS[before]] if before else [])]


def _join_callable(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    amount = re.fullmatch(r"\d{1,3}(,\d{3})+", match.group())
    return digits if len(digits) >= _CALLABLE_FROM and not amount else match.group()


def spoken_words(text: str) -> list[str]:
    """The words of a text as a reader would say them.

    Args:
        text: English, written or recognised.

    Returns:
        Words in lower case, numbers read out. Five or more digits in a row are read one by one, as telephone numbers are:
        "5550123" gives seven words.

    Example:
        >>> spoken_words("Call 555-0123 at 9:30, 20% off")
        ['call', 'five', 'five', 'five', 'zero', 'one', 'two', 'three', 'at', 'nine', 'thirty', 'twenty', 'percent', 'off']
    """
    words: list[str] = []
    text = _CALLABLE.sub(_join_callable, text)
    for token in _TOKEN.findall(text):
        if any(ch.isdigit() for ch in token):
            # str.isdigit also accepts digits of other scripts, which int() reads; superscripts have no reading and go
            words += _read_figures("".join(ch for ch in token if not ch.isdigit() or ch.isdecimal()) or "0")
        elif token in "%&@+":
            words.append({"%": "percent", "&": "and", "@": "at", "+": "plus"}[token])
        else:
            words.append(token.lower().replace("’", "'"))
    return words


_SILENT_E = re.compile(r"[^aeiouy]e$")
_VOWELS = re.compile(r"[aeiouy]+")
_ADD = re.compile(
    r"ia(?!n$|l$|t)|[^aeiouct]ious$|creat|eo(?!u)|iu|[aeiou]ing$|[^aeiou]les?$|ism|u[aeo]l|^mc|[^s]ci[ae]|ier$|iest$|ua(?!r)|rial|dial"
)
_DROP = re.compile(r"[^aeiouydt]ed$|[^aeioulrxszc]es$|ely$|eless|eful|ement|eways?$|[^aeiouy]e(?=(?:ly|ment|ful|less)$)")
_EXCEPTIONS = {
    "business": 2, "businesses": 3, "every": 2, "everything": 3, "everyone": 3, "evening": 2, "different": 2, "interest": 2,
    "interested": 3, "interesting": 3, "wednesday": 2, "people": 2, "being": 2, "doing": 2, "going": 2, "seeing": 2,
    "area": 3, "idea": 3, "ideas": 3, "hour": 1, "hours": 1, "our": 1, "ours": 1, "fire": 1, "hired": 1, "tired": 1,
    "quiet": 2, "science": 2, "client": 2, "clients": 2, "real": 1, "really": 2, "realize": 2, "real-estate": 3, "seven": 2,
    "zero": 2, "video": 3, "radio": 3, "audio": 3, "free": 1, "toll": 1, "w": 3, "sometime": 2, "sometimes": 2, "someone": 2,
    "something": 2, "somewhere": 2, "homeowner": 3, "wireless": 2, "email": 2, "emails": 2, "voicemail": 2, "voicemails": 2,
    "create": 2, "created": 3, "actually": 4, "usually": 4, "annual": 3, "usual": 3, "business's": 3, "insurance": 3,
    "quote": 1, "question": 2, "questions": 2, "association": 5, "appreciate": 4, "associate": 4, "recipe": 3, "maybe": 2,
    "therefore": 2, "i'm": 1, "you're": 1, "we're": 1, "they're": 1, "i've": 1, "we've": 1, "you've": 1, "didn't": 2,
    "doesn't": 2, "isn't": 2, "wasn't": 2, "couldn't": 2, "wouldn't": 2, "shouldn't": 2, "haven't": 2, "hasn't": 2,
    "hello": 2, "goodbye": 2, "ok": 2, "okay": 2, "co": 1, "mrs": 2, "mr": 2, "ms": 1, "dr": 2, "vs": 2, "hvac": 3,
}  # fmt: skip


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Count the syllables of one English word by its spelling.

    Vowel groups less silent e, with the usual corrections.

    Args:
        word: one word; case does not matter.

    Returns:
        1 or more for a word with a letter, else 0. Letters spelled out count one each (w: three).
    """
    word = word.lower().strip("'’-")
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    if not any(ch.isalpha() for ch in word):
        return 0
    if len(word) == 1:
        return 1
    base = re.sub(r"['’](s|ll|d|re|ve|m|t)$", "", word)
    count = len(_VOWELS.findall(base))
    if count > 1 and _SILENT_E.search(base) and not re.search(r"[^aeiou]le$", base):
        count -= 1
    count += len(_ADD.findall(base)) - (1 if re.search(r"[^aeiou]les?$", base) else 0)
    if count > 1:
        count -= len(_DROP.findall(base))
    return max(count, 1)


def count_syllables(text: str) -> int:
    """Count the syllables of a text.

    Args:
        text: English, written or recognised.

    Returns:
        The sum over its words with numbers read out.
    """
    return sum(syllables(word) for word in spoken_words(text))
