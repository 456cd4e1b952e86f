"""Numbers -> rows of digits, cut into sayings of a telephone number.

A run is a row of numbers with nothing between them but pauses, marks and carrier words ("that's", "again", "area code"). It
is cut into sayings by dynamic programming (`run_cuts`): pieces of ten digits cost nothing, other lengths cost more, a piece
that repeats the one before is cheap, and each cut costs by what stands there (a carrier word nothing, a comma some, the middle
of a written number most).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vmaudio.text.digits import Digit, Number
from vmaudio.text.entities.extensions import Extension, next_extension
from vmaudio.text.entities.number_words import ABROAD, AREA, CARRIER, CORRECT, HESITATION, REPEAT, is_time_before
from vmaudio.text.entities.options import DEFAULT, RunOptions
from vmaudio.text.entities.readings import hundreds_read_otherwise, tens_read_otherwise
from vmaudio.text.entities.run_cuts import Joint, cut_run, length_cost
from vmaudio.text.entities.same_digits import national_digits
from vmaudio.text.entities.whose import WORDS, is_to_call
from vmaudio.text.numbering_plan import is_possible, telephone_rows
from vmaudio.text.tokens import Token

_SHAPES = ((3, 3, 4), (1, 3, 3, 4))


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
    time: bool = False  # a time of day that stands right before a number
    first: int = 0  # tokens
    last: int = 0
    cue: str = ""
    cue_ended: bool = False  # a sentence ended between the cue and the digits
    groups: tuple[int, ...] = ()  # lengths of the groups in which the digits were written or said
    shaped: bool = False  # figures, grouped as a telephone number is
    to_call: bool = True  # the words around do not say that it is the listener's, a fax or an old one

    @property
    def text(self) -> str:
        """The digits as one string."""
        return "".join(digit.value for digit in self.digits)


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
    ahead: Extension | None = None  # said before the number that it belongs to
    for place, run in enumerate(_runs(numbers, tokens, options)):
        begin = 0
        while begin < len(run):
            extension, end, following = next_extension(run, begin, tokens, options.extension_digits)
            part = run[begin:end]
            if sum(len(number.digits) for number in part) > options.row_digits:
                break
            made = _sayings_before(extension, part, tokens, place, local, options) if part else []
            if made and ahead is not None and made[0].first - ahead.last <= options.extension_words:
                made = _give(ahead, made)
            ahead = None
            if (not part and following < len(run)) or (not part and not (sayings and _near(sayings[-1], extension, options))):
                ahead = extension
            elif not part:
                sayings[-1] = replace(sayings[-1], extension=extension.digits, extension_end_s=extension.end_s)
            sayings += made
            begin = following
    return sayings


def _near(saying: Saying, extension: Extension, options: RunOptions) -> bool:
    """Whether an extension that stands by itself may be a number's that was said before it."""
    return saying.extension is None and extension.first - saying.last <= options.extension_words and len(saying.digits) >= 7


def _give(extension: Extension, sayings: list[Saying]) -> list[Saying]:
    """The first saying with an extension that was said before it."""
    whole = next((at for at, one in enumerate(sayings) if len(one.digits) >= 7 and one.extension is None), None)
    if whole is not None:
        sayings[whole] = replace(sayings[whole], extension=extension.digits)
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
    if CORRECT.search(" ".join(token.low for token in between)) and len(between) <= options.correction_words:
        return True
    words = HESITATION.sub(" ", " ".join(token.low for token in between)).split()
    return all(word in CARRIER or word.strip("-–—.") == "" or word == "one" for word in words)


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


def _sayings_before(
    extension: Extension, run: list[Number], tokens: Sequence[Token], place: int, local: bool, options: RunOptions
) -> list[Saying]:
    """The sayings in a row of digits; the last one has the extension."""
    run = _area_code_first(run, tokens)
    plain = _cut_run(run, tokens, local, options)
    readings = [run, *hundreds_read_otherwise(run, tokens)]
    if not any(_fits(run, piece, options) for piece in plain):
        readings += tens_read_otherwise(run, options.readings)
    choices = [plain, *(_cut_run(reading, tokens, local, options) for reading in readings[1:])]
    scores = [_score(reading, choice, options) for reading, choice in zip(readings, choices, strict=True)]
    # the plain reading unless another fits better
    best = max(range(len(readings)), key=lambda order: (scores[order] > scores[0], -order))
    sure = best == 0 or sum(score >= scores[best] for score in scores) == 1
    run, borders = readings[best], choices[best]
    digits = [digit for number in run for digit in number.digits]
    owner = [number for number in run for _ in number.digits]
    joints = _joints(run, tokens, options)
    edges = _edges(run)
    cue = " ".join(token.low for token in tokens[max(0, run[0].first - 6) : run[0].first])
    before = tokens[run[0].first - 1] if run[0].first else None
    cue_ended = before is not None and before.stop and before.low != "no"  # "account no. 42"
    text = "".join(digit.value for digit in digits)
    torn = {  # cut in the middle of a written number, and not because it was written twice
        border
        for before, (border, end) in itertools.pairwise(borders)
        if joints[border].inside and national_digits(text[slice(*before)]) != national_digits(text[border:end])
    }
    shaped = _shaped(run)
    sayings = []
    for order, (begin, end) in enumerate(borders):
        final = order == len(borders) - 1
        sayings.append(
            Saying(
                digits=tuple(digits[begin:end]),
                joint=joints[begin],
                run=place,
                written=all(number.written for number in owner[begin:end]),
                plus=owner[begin].plus or (begin == 0 and _is_abroad(run, tokens, text)),
                first=owner[begin].first,
                last=owner[end - 1].last,
                cue=cue if order == 0 else joints[begin].words,
                cue_ended=order == 0 and cue_ended,
                alone=sure and not torn & {begin, end},
                time=begin == 0 and end == _time_before_number(run, tokens),
                groups=_lengths([begin, *(edge for edge in edges if begin < edge < end), end]),
                shaped=(begin, end) in shaped,
                to_call=is_to_call(*_words_around(tokens, owner[begin].first, owner[end - 1].last)),
                extension=extension.digits if final else None,
                extension_end_s=extension.end_s if final else None,
            )
        )
    return sayings


def _words_around(tokens: Sequence[Token], first: int, last: int) -> tuple[str, str]:
    """The words before and after the tokens ``first`` to ``last``."""
    before = "".join(token.low + (". " if token.stop else " ") for token in tokens[max(0, first - WORDS) : first])
    after = "" if last + 1 >= len(tokens) else " ".join(token.low for token in tokens[last + 1 : last + 1 + WORDS])
    return before.rstrip(" "), after


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
    if _is_abroad(run, tokens, text):
        return [(0, len(text))]  # a country code was said: no length to go by
    return cut_run(text, _joints(run, tokens, options), local, _leading_time(run, tokens, options), options, _shaped(run))


def _is_abroad(run: Sequence[Number], tokens: Sequence[Token], text: str) -> bool:
    """A plus, or the 011 that is dialled for other countries, stands before 8 to 15 digits."""
    plus = run[0].plus or (run[0].first > 0 and tokens[run[0].first - 1].low == "plus")
    code = text.removeprefix(ABROAD)
    return (plus or code != text) and text[0] != "1" and code[:1] not in ("", "0", "1") and 8 <= len(code) <= 15


def _shaped(run: Sequence[Number]) -> set[tuple[int, int]]:
    """The pieces of a run that are figures grouped as a telephone number is."""
    found = set()
    starts = [0, *itertools.accumulate(len(number.digits) for number in run)]
    for first, last in telephone_rows(run):
        row = run[first : last + 1]
        if all(number.written for number in row) and (len(row) == 1 or _groups(row) in _SHAPES):
            found.add((starts[first], starts[last + 1]))
    return found


def _groups(row: Sequence[Number]) -> tuple[int, ...]:
    """Lengths of the groups in which the digits of a row are written."""
    return _lengths([*_edges(row), sum(len(number.digits) for number in row)])


def _fits(run: Sequence[Number], piece: tuple[int, int], options: RunOptions) -> bool:
    text = "".join(number.text for number in run)[piece[0] : piece[1]]
    return length_cost(text, False, options) <= options.fits and is_possible(national_digits(text))


def _score(run: Sequence[Number], choice: Sequence[tuple[int, int]], options: RunOptions) -> tuple[int, int]:
    """How well a reading fits: pieces that are whole numbers, then the fewer digits left over the better."""
    fitting = [piece for piece in choice if _fits(run, piece, options)]
    return len(fitting), sum(end - begin for begin, end in fitting) - sum(len(number.digits) for number in run)


def _leading_time(run: Sequence[Number], tokens: Sequence[Token], options: RunOptions) -> int:
    """Digits at the start of the run that tell a time ("by nine. 218 ..."): their count, or 0."""
    first = run[0]
    if count := _time_before_number(run, tokens):
        return count
    if len(first.text) > 2 or len(run) < 2:
        return 0
    mark = _joint(first, run[1], tokens, options)
    before = _words_before(first, tokens)
    if not (mark.mark or first.written != run[1].written) or not is_time_before(before):
        return 0
    stop = any(token.stop for token in tokens[first.last : run[1].first])
    return len(first.text) if stop or not before.endswith("at") or first.text != "1" else 0


def _time_before_number(run: Sequence[Number], tokens: Sequence[Token]) -> int:
    """Digits of a time of day where just one telephone number follows it ("at three thirty 218 ..."), or 0."""
    if not is_time_before(_words_before(run[0], tokens)):
        return 0
    text = "".join(number.text for number in run)
    for count in (len(run[0].text) + len(run[1].text) if len(run) > 1 else 0, len(run[0].text)):
        hour, minutes = (text[:count], "00") if count <= 2 else (text[: count - 2], text[count - 2 : count])
        if hour and 1 <= int(hour) <= 12 and int(minutes) < 60 and is_possible(national_digits(text[count:])):
            return count
    return 0


def _words_before(number: Number, tokens: Sequence[Token]) -> str:
    words: list[str] = []
    for token in reversed(tokens[max(0, number.first - 3) : number.first]):
        if token.stop:
            break
        words.insert(0, token.low)
    return " ".join(words)


def _area_code_first(run: list[Number], tokens: Sequence[Token]) -> list[Number]:
    """ "555 0114, area code 207": put the area code where it is dialled."""
    for at in range(1, len(run)):
        words = " ".join(token.low for token in tokens[run[at - 1].last + 1 : run[at].first])
        before = sum(len(number.digits) for number in run[:at])
        if AREA.search(words) and before == 7 and sum(len(number.digits) for number in run[at:]) == 3:
            return run[at:] + run[:at]
    return run
