"""Telephone numbers as people say them: a number, a style, and the words, with pauses and pace for the synthesiser."""

from __future__ import annotations

import random
from dataclasses import dataclass

from vmaudio.text.lexicon import DIGIT_WORDS, TEEN_WORDS, TENS_WORDS

STYLES = {
    "tune": ("plain", "plain", "pairs", "twice", "double", "hurry"),
    "choose": ("plain", "plain", "hundred", "one by one"),
    "report": ("plain", "plain", "triple", "corrected", "extension", "pause"),
}
"""By part; "plain", by digits in groups of three, three and four, is in all of them, and half again as often."""

_BEFORE = {
    "tune": ("You can reach me at", "My number is", "Please call me back at", "So that's"),
    "choose": ("Give me a ring on", "My direct line is", "I'm at"),
    "report": ("Call me at", "The number here is", "Ring me back on", "Again, I'm on"),
}
_AFTER = {"tune": ("Thanks.", "Talk soon.", ""), "choose": ("Bye now.", ""), "report": ("Thank you.", "Have a good day.", "")}
_TENS = ("_", "ten", *TENS_WORDS)


@dataclass(frozen=True)
class Said:
    """One number as it is said; ``pieces`` are texts, and pauses in seconds between them."""

    digits: str
    pieces: tuple[str | float, ...]
    pace: float = 1.0

    @property
    def text(self) -> str:
        """The words alone."""
        return " ".join(piece for piece in self.pieces if isinstance(piece, str))


def number(rng: random.Random) -> str:
    """Ten digits that the North American plan allows; half of them with the exchange 555, in which recognisers drop a 5."""
    area = rng.choice(("503", "218", "415", "612", "720", "919", "206", "347", "512", "773", "256", "970"))
    exchange = "555" if rng.random() < 0.5 else f"{rng.randrange(2, 10)}{rng.randrange(2, 10)}{rng.randrange(10)}"
    line = f"01{rng.randrange(100):02d}" if exchange == "555" and rng.random() < 0.5 else f"{rng.randrange(10**4):04d}"
    return area + exchange + line


def say_number(style: str, part: str, rng: random.Random) -> Said:
    """A number in a style, between words of the part.

    Args:
        style: one of `STYLES`.
        part: "tune", "choose" or "report".
        rng: what is drawn from.
    """
    digits = number(rng)
    if style == "triple":
        digits = digits[:3] + rng.choice("2345678") * 3 + digits[6:]
    elif style == "double":
        twice = rng.choice("0123456789")
        digits = digits[:6] + (twice * 2 + digits[8:] if rng.random() < 0.5 else digits[6:8] + twice * 2)
    elif style == "hundred":
        digits = (rng.choice(("800", "500", "900")) if rng.random() < 0.5 else digits[:3]) + digits[3:6] + digits[6] + "000"
        digits = digits[:7] + f"{rng.randrange(1, 10)}00" if rng.random() < 0.5 else digits
    zero = rng.choice(("oh", "zero"))
    groups = [digits[:3], digits[3:6], digits[6:]]
    words = [_group(group, style, zero) for group in groups]
    before, after = rng.choice(_BEFORE[part]), rng.choice(_AFTER[part])
    gap = ", " if rng.random() < 0.7 else " "
    row = gap.join(words)
    if style == "pause":
        return Said(digits, (f"{before} {words[0]},", round(rng.uniform(0.6, 1.5), 2), f"{words[1]}{gap}{words[2]}. {after}"))
    if style == "twice":
        row = f"{row}. That's {row}"
    elif style == "corrected":
        wrong = str((int(digits[-1]) + rng.randrange(1, 10)) % 10)
        row = f"{gap.join([*words[:2], _group(groups[2][:3] + wrong, style, zero)])}, sorry, {words[2]}"
    elif style == "extension":
        row = f"{row}, extension {_group(f'{rng.randrange(100, 1000)}', style, zero)}"
    elif style == "one by one":
        row = ", ".join(zero if digit == "0" else DIGIT_WORDS[int(digit)] for digit in digits)
    return Said(digits, (f"{before} {row}. {after}".strip(),), 1.3 if style == "hurry" else 1.0)


def _group(group: str, style: str, zero: str) -> str:
    words = [zero if digit == "0" else DIGIT_WORDS[int(digit)] for digit in group]
    if style == "triple" and len(set(group)) == 1:
        return f"triple {words[0]}"
    if style == "double":
        for at in range(len(group) - 1):
            if group[at] == group[at + 1]:
                return " ".join([*words[:at], "double", *words[at + 1 :]])
    if style == "hundred" and group.endswith("00") and group[-3] != "0":
        return " ".join([*words[:-3], words[-3], "hundred"]) if group[-4:] != f"{group[-3]}000" else " ".join(words)
    if style == "hundred" and group[1:] == "000" and group[0] != "0":
        return f"{words[0]} thousand"
    if style == "pairs":
        pairs = [group[-2:]] if len(group) == 3 else [group[:2], group[2:]]
        return " ".join([*words[: len(group) - 2 * len(pairs)], *(_pair(one, zero) for one in pairs)])
    return " ".join(words)


def _pair(two: str, zero: str) -> str:
    words = [zero if digit == "0" else DIGIT_WORDS[int(digit)] for digit in two]
    if two[0] == "0" or two[1] == "0":
        return " ".join(words)
    return TEEN_WORDS[int(two[1])] if two[0] == "1" else f"{_TENS[int(two[0])]}-{words[1]}"
