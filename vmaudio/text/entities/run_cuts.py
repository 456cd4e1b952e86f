"""The cheapest cut of a row of digits into sayings of a number, by dynamic programming."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from vmaudio.text.entities.options import RunOptions
from vmaudio.text.entities.same_digits import similarity


@dataclass(frozen=True, slots=True)
class Joint:
    """What stands before a digit: ``cost`` of a cut there, the carrier words in lower case, and whether a mark stands there.

    ``inside``: it is the middle of a written number.
    """

    cost: float
    words: str = ""
    mark: bool = False
    inside: bool = False


def length_cost(text: str, local: bool, options: RunOptions) -> float:
    """Cost of a piece by its length: none for ten digits, more the less a telephone number has so many.

    Args:
        text: digits.
        local: seven digits are a number.
        options: the costs.
    """
    length = len(text)
    if length == 10 and text[0] != "1":
        return 0.0
    if length == 11 and text[0] == "1":
        return options.eleven
    if length == 7:
        return options.seven_local if local else options.seven
    if length <= 2:
        return options.one_or_two
    if length in (4, 3):
        return options.three_or_four
    return options.other_length + options.digit_off * abs(length - 10)


def _repeat_saves(before: str, piece: str, own: float, options: RunOptions) -> float:
    """How much cheaper a piece of cost ``own`` is because it repeats the one before."""
    alike = similarity(before, piece)
    if alike < options.repeat_share or min(len(before), len(piece)) < options.repeat_digits:
        return 0.0
    if alike < 1.0:
        return options.saves_alike if own > 0 else 0.0
    if min(len(before), len(piece)) < options.chance_digits:
        return options.saves_short
    # of a wrong length, it is a number that lost the same digit both times
    return options.saves_long + (own + options.saves_wrong_length if own > 0 and piece == before else 0.0)


def cut_run(
    text: str,
    joints: Sequence[Joint],
    local: bool,
    time: int,
    options: RunOptions,
    shaped: Collection[tuple[int, int]] = (),
) -> list[tuple[int, int]]:
    """The cheapest cut of a row of digits into sayings.

    Args:
        text: the digits; not empty.
        joints: what stands before each of them.
        local: seven digits are a number.
        time: so many digits at the start tell a time and want a piece of their own.
        options: the costs.
        shaped: pieces that are written as a telephone number is, as first digit and last digit + 1.

    Returns:
        The pieces in order, each as first digit and last digit + 1; together they are the row.
    """
    count, longest = len(text), options.piece_digits
    best: dict[tuple[int, int], tuple[float, int]] = {}  # (start, end) of the last piece -> cost, start of the piece before
    for end in range(1, count + 1):
        for start in range(max(0, end - longest), end):
            piece = text[start:end]
            own = length_cost(piece, local, options) - (options.saves_shaped if (start, end) in shaped else 0.0)
            if start == 0 and time:
                own = options.leading_time if end == time else own + options.no_time
            if start == 0:
                best[start, end] = (own, -1)
                continue
            ways = []
            for before in range(max(0, start - longest), start):
                if (before, start) not in best:
                    continue
                saved = _repeat_saves(text[before:start], piece, own, options)
                ways.append((best[before, start][0] + own + options.cut_any + joints[start].cost - saved, before))
            if ways:
                best[start, end] = min(ways)
    # a long row may also stay whole
    whole = (length_cost(text, local, options), -1)
    if (0, count) not in best or best[0, count][0] > whole[0]:
        best[0, count] = whole
    end, start = count, min((start for start in range(count) if (start, count) in best), key=lambda s: best[s, count][0])
    pieces = []
    while True:
        pieces.append((start, end))
        before = best[start, end][1]
        if before < 0:
            return pieces[::-1]
        start, end = before, start
