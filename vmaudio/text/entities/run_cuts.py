"""The cheapest cut of a row of digits into sayings of a number, by dynamic programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.text.entities.same_digits import similarity


@dataclass(frozen=True, slots=True)
class Joint:
    """What stands before a digit: ``cost`` of a cut there, and the carrier words in lower case."""

    cost: float
    words: str = ""
    mark: bool = False


def length_cost(text: str, local: bool) -> float:
    length = len(text)
    if length == 10 and text[0] != "1":
        return 0.0
    if length == 11 and text[0] == "1":
        return 0.2
    if length == 7:
        return 0.2 if local else 1.0
    if length <= 2:
        return 2.0
    if length in (4, 3):
        return 2.4
    return 2.2 + 0.25 * abs(length - 10)


def _repeat_saves(before: str, piece: str, own: float) -> float:
    """How much cheaper a piece of cost ``own`` is because it repeats the one before."""
    alike = similarity(before, piece)
    if alike < 0.7 or min(len(before), len(piece)) < 4:
        return 0.0
    if alike < 1.0:
        return 0.8 if own > 0 else 0.0
    if min(len(before), len(piece)) < 8:
        return 1.5
    # no chance repeats eight digits: of a wrong length, it is a number that lost the same digit both times
    return 2.5 + (own + 2.0 if own > 0 and piece == before else 0.0)


def cut_run(text: str, joints: Sequence[Joint], local: bool, time: int) -> list[tuple[int, int]]:
    """Best cut of the run into pieces (first, last + 1); the first ``time`` digits tell a time and want a piece of their
    own."""
    count, longest = len(text), 13
    best: dict[tuple[int, int], tuple[float, int]] = {}  # (start, end) of the last piece -> cost, start of the piece before
    for end in range(1, count + 1):
        for start in range(max(0, end - longest), end):
            piece = text[start:end]
            own = length_cost(piece, local)
            if start == 0 and time:
                own = 0.1 if end == time else own + 1.0
            if start == 0:
                best[start, end] = (own, -1)
                continue
            options = []
            for before in range(max(0, start - longest), start):
                if (before, start) not in best:
                    continue
                saved = _repeat_saves(text[before:start], piece, own)
                options.append((best[before, start][0] + own + 0.3 + joints[start].cost - saved, before))
            if options:
                best[start, end] = min(options)
    # a long row may also stay whole
    whole = (length_cost(text, local), -1)
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
