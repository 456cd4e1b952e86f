"""Numbers -> rows of digits, cut into sayings of a telephone number.

A run is a row of numbers with nothing between them but pauses, marks and carrier words ("that's", "again", "area code"). It
is cut into sayings by dynamic programming (`run_cuts`): pieces of ten digits cost nothing, other lengths cost more, a piece
that repeats the one before is cheap, and each cut costs by what stands there (a carrier word nothing, a comma some, the middle
of a written number most).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmaudio.text.digits import Digit, Number
from vmaudio.text.entities.options import DEFAULT, RunOptions
from vmaudio.text.entities.run_cuts import Joint, cut_run, length_cost
from vmaudio.text.entities.same_digits import national_digits
from vmaudio.text.tokens import Token

REPEAT = re.compile(
    r"\b(?:again|once more|one more time|once again|i repeat|i'll repeat|let me repeat|i'll say|say "
    r"(?:that|it)|repeat|that's|that is|thats|"
    r"that number|the number|number is|number's|my number)\b"
)
CORRECT = re.compile(
    r"\b(?:no wait|wait no|wait|scratch that|correction|i mean|sorry|make that|excuse me|rather|oops|actually|my mistake)\b"
)
AREA = re.compile(r"\barea code(?:'s)?\b")
EXTENSION = re.compile(r"\b(?:extension|ext|extn|x)\b")
TIME_BEFORE = re.compile(r"\b(?:before|by|until|till|after|around|at|past|about|between \w+ (?:and|or))$")
OTHER_PHONE = re.compile(r"\b(?:or|cell|mobile|office|fax|direct|desk|home|text|alternatively|also)\b")
_CARRIER = frozenset(
    """
    uh um er erm ah hm and so that's thats that is it's its it again once more time i repeat i'll will say let me you the
    my our number number's numbers area code code's dash hyphen dot then okay ok alright right yes yeah no wait sorry scratch
    correction mean make excuse actually rather oops mistake extension ext extn x is was here's here a plus call at on
    """.split()
)


@dataclass(frozen=True, slots=True)
class Saying:
    """One saying of a number, or of a part of it. ``joint`` is what stands before it, ``cue`` the words before the run."""

    digits: tuple[Digit, ...]
    joint: Joint
    run: int
    written: bool
    plus: bool = False
    extension: str | None = None
    extension_end_s: float | None = None
    alone: bool = True  # no stray digits beside it in its run
    first: int = 0  # tokens
    last: int = 0
    cue: str = ""
    groups: tuple[int, ...] = ()  # lengths of the groups in which the digits were written or said

    @property
    def text(self) -> str:
        """The digits as one string."""
        return "".join(digit.value for digit in self.digits)


@dataclass(frozen=True, slots=True)
class _Extension:
    """The digits after "extension", and when they end; None where none was said."""

    digits: str | None = None
    end_s: float | None = None


def find_sayings(
    numbers: Sequence[Number], tokens: Sequence[Token], local: bool, options: RunOptions = DEFAULT.runs
) -> list[Saying]:
    """Find every saying of a telephone number, or of a part of one.

    Args:
        numbers: of the whole message, quantities marked.
        tokens: of the whole message.
        local: seven digits are a number.
        options: where rows end, and what a cut costs.

    Returns:
        The sayings of all rows, in order. Single digits beside a number are among them: they make it doubtful.
    """
    sayings: list[Saying] = []
    for place, run in enumerate(_runs(numbers, tokens, options)):
        sayings += _sayings_of(run, tokens, place, local, options)
    return sayings


def _runs(numbers: Sequence[Number], tokens: Sequence[Token], options: RunOptions) -> list[list[Number]]:
    runs: list[list[Number]] = []
    for number in numbers:
        if number.quantity:
            continue
        if runs and _joins(runs[-1][-1], number, tokens, options):
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _joins(left: Number, right: Number, tokens: Sequence[Token], options: RunOptions) -> bool:
    between = tokens[left.last + 1 : right.first]
    if right.digits[0].start_s - left.digits[-1].end_s > options.pause_s:
        return False
    if len(between) > options.carrier_words:
        return False
    return all(token.low in _CARRIER or token.low.strip("-–—.") == "" or token.low == "one" for token in between)


def _joint(left: Number, right: Number, tokens: Sequence[Token], options: RunOptions) -> Joint:
    between = tokens[left.last + 1 : right.first]
    words = " ".join(token.low for token in between)
    mark = tokens[left.last].ends or any(token.ends for token in between)
    if REPEAT.search(words) or CORRECT.search(words):
        return Joint(options.cut_repeat, words, True)
    gap_s = right.digits[0].start_s - left.digits[-1].end_s
    stop = tokens[left.last].stop or any(token.stop for token in between)
    apart = gap_s > options.break_s
    cost = options.cut_stop if stop or apart else options.cut_comma if tokens[left.last].comma else options.cut_word
    return Joint(cost, words, mark or apart)


def _sayings_of(run: list[Number], tokens: Sequence[Token], place: int, local: bool, options: RunOptions) -> list[Saying]:
    sayings: list[Saying] = []
    begin = 0
    while begin < len(run):
        extension, end, following = _next_extension(run, begin, tokens, options.extension_digits)
        part = run[begin:end]
        if sum(len(number.digits) for number in part) > options.row_digits:
            break
        sayings += _sayings_before(extension, part, tokens, place, local, options)
        begin = following
    return sayings


def _sayings_before(
    extension: _Extension, run: list[Number], tokens: Sequence[Token], place: int, local: bool, options: RunOptions
) -> list[Saying]:
    """The sayings in a row of digits; the last one has the extension."""
    run = _area_code_first(run, tokens)
    plain = _cut_run(run, tokens, local, options)
    readings = [run, *([] if any(_fits(run, piece, options) for piece in plain) else _other_readings(run, options.readings))]
    choices = [plain, *(_cut_run(reading, tokens, local, options) for reading in readings[1:])]
    scores = [
        sum(_fits(reading, piece, options) for piece in choice) for reading, choice in zip(readings, choices, strict=True)
    ]
    best = max(
        range(len(readings)), key=lambda order: (scores[order] > scores[0], -order)
    )  # the plain reading unless another fits
    sure = best == 0 or sum(score >= scores[best] for score in scores) == 1
    run, borders = readings[best], choices[best]
    digits = [digit for number in run for digit in number.digits]
    owner = [number for number in run for _ in number.digits]
    joints = _joints(run, tokens, options)
    edges = _edges(run)
    cue = " ".join(token.low for token in tokens[max(0, run[0].first - 6) : run[0].first])
    text = "".join(digit.value for digit in digits)
    torn = {  # cut in the middle of a written number, and not because it was written twice
        border
        for before, (border, end) in itertools.pairwise(borders)
        if joints[border].inside and national_digits(text[slice(*before)]) != national_digits(text[border:end])
    }
    sayings = []
    for order, (begin, end) in enumerate(borders):
        final = order == len(borders) - 1
        sayings.append(
            Saying(
                digits=tuple(digits[begin:end]),
                joint=joints[begin],
                run=place,
                written=all(number.written for number in owner[begin:end]),
                plus=owner[begin].plus,
                first=owner[begin].first,
                last=owner[end - 1].last,
                cue=cue if order == 0 else joints[begin].words,
                alone=sure and not torn & {begin, end},
                groups=_lengths([begin, *(edge for edge in edges if begin < edge < end), end]),
                extension=extension.digits if final else None,
                extension_end_s=extension.end_s if final else None,
            )
        )
    return sayings


def _edges(run: Sequence[Number]) -> list[int]:
    """Where a group of digits begins, counted from the start of the run."""
    edges, at = [], 0
    for number in run:
        edges += [at, *(at + group for group in sorted(number.groups))]
        at += len(number.digits)
    return edges


def _lengths(borders: Sequence[int]) -> tuple[int, ...]:
    return tuple(right - left for left, right in itertools.pairwise(borders))


def _joints(run: Sequence[Number], tokens: Sequence[Token], options: RunOptions) -> list[Joint]:
    """What stands before each digit of the run."""
    joints: list[Joint] = []
    dash, inside = Joint(options.cut_dash), Joint(options.cut_inside, inside=True)
    for at, number in enumerate(run):
        first = Joint(0.0) if at == 0 else _joint(run[at - 1], number, tokens, options)
        joints += [first if order == 0 else dash if order in number.groups else inside for order in range(len(number.digits))]
    return joints


def _cut_run(run: Sequence[Number], tokens: Sequence[Token], local: bool, options: RunOptions) -> list[tuple[int, int]]:
    text = "".join(number.text for number in run)
    if run[0].plus and text[0] != "1" and 8 <= len(text) <= 15:
        return [(0, len(text))]  # a country code was written: no length to go by
    return cut_run(text, _joints(run, tokens, options), local, _leading_time(run, tokens, options), options)


def _fits(run: Sequence[Number], piece: tuple[int, int], options: RunOptions) -> bool:
    text = "".join(number.text for number in run)[piece[0] : piece[1]]
    return length_cost(text, False, options) <= options.fits


def _leading_time(run: Sequence[Number], tokens: Sequence[Token], options: RunOptions) -> int:
    """Digits at the start of the run that tell a time ("by nine. 218 ..."): their count, or 0."""
    first = run[0]
    if len(first.text) > 2 or len(run) < 2:
        return 0
    mark = _joint(first, run[1], tokens, options)
    before = " ".join(token.low for token in tokens[max(0, first.first - 3) : first.first])
    if not (mark.mark or first.written != run[1].written) or not TIME_BEFORE.search(before):
        return 0
    stop = any(token.stop for token in tokens[first.last : run[1].first])
    return len(first.text) if stop or not before.endswith("at") or first.text != "1" else 0


def _area_code_first(run: list[Number], tokens: Sequence[Token]) -> list[Number]:
    """ "555 0114, area code 207": put the area code where it is dialled."""
    for at in range(1, len(run)):
        words = " ".join(token.low for token in tokens[run[at - 1].last + 1 : run[at].first])
        before = sum(len(number.digits) for number in run[:at])
        if AREA.search(words) and before == 7 and sum(len(number.digits) for number in run[at:]) == 3:
            return run[at:] + run[:at]
    return run


def _other_readings(run: list[Number], most: int) -> list[list[Number]]:
    """Each "eighty five" read as 80, 5: "four eighty five five five" may be 480 55 ..."""
    others: list[list[Number]] = []
    for at, number in enumerate(run):
        tens = not number.written and len(number.digits) == 2 and number.text[0] > "1" and number.text[1] != "0"
        if tens and len(others) < most:
            ten, unit = number.digits
            middle_s = (ten.start_s + ten.end_s) / 2
            split = (replace(ten, end_s=middle_s), replace(ten, value="0", start_s=middle_s))
            others.append([*run[:at], replace(number, digits=split), replace(number, digits=(unit,)), *run[at + 1 :]])
    return others


def _next_extension(run: list[Number], begin: int, tokens: Sequence[Token], most_digits: int) -> tuple[_Extension, int, int]:
    """The first extension after the number ``begin``: (extension, where its word stands in the run, the number after it)."""
    for at in range(begin + 1, len(run)):
        words = " ".join(token.low for token in tokens[run[at - 1].last + 1 : run[at].first])
        if not EXTENSION.search(words):
            continue
        end, text = at, ""
        while end < len(run) and len(text) + len(run[end].digits) <= most_digits:
            between = tokens[run[end - 1].last + 1 : run[end].first]
            if end > at and (between or tokens[run[end - 1].last].stop):
                break
            text += run[end].text
            end += 1
        if text:
            return _Extension(text, run[end - 1].digits[-1].end_s), at, end
    return _Extension(), len(run), len(run)
