"""The cheapest way to lay a script beside what was heard."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vmaudio.text.entities import match_name
from vmaudio.text.lexicon import DIGIT_WORDS, FUNCTION
from vmaudio.text.script.options import ScriptOptions
from vmaudio.text.script.units import Unit

_NUMBER_SLOTS = ("number", "phone", "extension")
_FIGURE_SLOTS = ("price", "amount", "percent", "date", "day", "time", "zip", "address")
_NAME_SLOTS = ("name", "rep", "prospect", "caller", "contact")
_FAR = float("inf")
_PAIR, _LEFT_OUT, _ADDED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Step:
    """A step of an alignment: a unit of the script (None: added) and the heard units for it (none: left out)."""

    script: int | None
    heard: range


@lru_cache(maxsize=50_000)
def likeness(one: str, other: str) -> float:
    """How much two words are alike, in spelling or sound.

    Args:
        one: a word in lower case.
        other: another.

    Returns:
        0 to 1; 1 for the same word.
    """
    return 1.0 if one == other else match_name(one, other)


def slot_kind(slot: str) -> str:
    """What a slot asks for.

    Args:
        slot: its name in lower case.

    Returns:
        "number" (digits alone), "figures" (a price, a day: digits or words), "name", "company", or "words".
    """
    if any(word in slot for word in _NUMBER_SLOTS):
        return "number"
    if any(word in slot for word in _FIGURE_SLOTS):
        return "figures"
    of_a_firm = "company" in slot or "business" in slot
    if of_a_firm:
        return "company"
    return "name" if any(word in slot for word in _NAME_SLOTS) else "words"


def spoken(unit: Unit) -> str:
    """A unit as it is said: "3" is "three".

    Args:
        unit: a word or a digit.

    Returns:
        A word.
    """
    return DIGIT_WORDS[int(unit.norm)] if unit.kind == "digit" else unit.norm


def gap(unit: Unit, options: ScriptOptions) -> float:
    """What it costs to leave a unit out, or to add it.

    Args:
        unit: of the script, or heard.
        options: the costs.

    Returns:
        The cost.
    """
    if unit.kind == "filler":
        return options.filler
    if unit.kind == "digit":
        return options.digit
    return options.function_word if unit.norm in FUNCTION else options.content_word


def exchange(script: Unit, heard: Unit, options: ScriptOptions) -> float:
    """What it costs that one unit was heard for another.

    Args:
        script: a word or digit of the script.
        heard: what was heard.
        options: the costs.

    Returns:
        The cost; 0 for the same.
    """
    if script.kind == heard.kind and script.norm == heard.norm:
        return 0.0
    both = gap(script, options) + gap(heard, options)
    if script.kind == heard.kind == "digit":
        return options.unlike * both
    like = max(0.0, 2 * likeness(spoken(script), spoken(heard)) - 1)
    return both * (options.unlike + like * (options.like - options.unlike))


def _fits(kind: str, heard: Unit) -> bool:
    """Whether a unit may begin or end what stands in a slot."""
    if kind == "number":
        return heard.kind == "digit"
    named = kind in ("name", "company")
    return not named or (heard.kind != "digit" and heard.norm not in FUNCTION and heard.capital)


def align(script: Sequence[Unit], heard: Sequence[Unit], options: ScriptOptions) -> list[Step]:
    """The alignment with the lowest sum of costs, by dynamic programming with affine gaps (Gotoh 1982).

    jiwer and rapidfuzz give the alignment with the fewest edits; neither weighs words by what they carry, by their sound or by
    the length of a gap, and neither has slots that take several words.

    Args:
        script: units of the script.
        heard: units of what was said.
        options: the costs.

    Returns:
        Steps in the order of the script; together they hold each unit of both sides once.
    """
    table = _Table(heard, options)
    for unit in script:
        table.add(unit)
    return table.steps()


class _Table:
    """The cheapest costs up to each place, a row for each unit of the script; ``best`` is the least of the three."""

    def __init__(self, heard: Sequence[Unit], options: ScriptOptions) -> None:
        self.heard, self.options = heard, options
        self.added_costs = [gap(unit, options) for unit in heard]
        # a slot takes no part of a number that was written in one
        self.whole = [not 0 < j < len(heard) or heard[j - 1].item != heard[j].item for j in range(len(heard) + 1)]
        self.exchanges: dict[tuple[str, str], list[float]] = {}
        nothing = [_FAR] * (len(heard) + 1)
        self.rows: list[list[list[float]]] = []
        self.best: list[list[float]] = []
        self.taken: list[list[int]] = []
        self._finish([0.0, *nothing[1:]], nothing, [])

    def add(self, unit: Unit) -> None:
        """Add the row of the next unit of the script."""
        above, options = self.best[-1], self.options
        if unit.kind == "slot":
            pairs, taken = self._slot(unit.norm, above)
        else:
            key = (unit.kind, unit.norm)
            if key not in self.exchanges:
                self.exchanges[key] = [exchange(unit, other, options) for other in self.heard]
            pairs, taken = [_FAR, *map(operator.add, above, self.exchanges[key])], [1] * len(above)
        cost, opening = gap(unit, options), options.opening
        left = [cost + min(one + opening, on) for one, on in zip(above, self.rows[-1][_LEFT_OUT], strict=True)]
        self._finish(pairs, left, taken)

    def _finish(self, pairs: list[float], left: list[float], taken: list[int]) -> None:
        best, added, opening = [min(pairs[0], left[0])], [_FAR], self.options.opening
        for j, cost in enumerate(self.added_costs):
            one = cost + min(best[j] + opening, added[j])
            added.append(one)
            best.append(min(pairs[j + 1], left[j + 1], one))
        self.rows.append([pairs, left, added])
        self.best.append(best)
        self.taken.append(taken)

    def _slot(self, name: str, above: list[float]) -> tuple[list[float], list[int]]:
        # one word is what a name's slot asks for; each further one costs as much as anywhere, less only a stretch's opening
        kind, options = slot_kind(name), self.options
        most = {"number": options.slot_digits, "name": options.slot_name}.get(kind, options.slot_words)
        further = 1.0 if kind in ("name", "company") else options.slot_further
        misfits = [0.0 if _fits(kind, unit) else options.slot_misfit for unit in self.heard]
        pairs, taken = [_FAR] * len(above), [0] * len(above)
        for j in range(1, len(above)):
            filled = options.slot
            for k in range(1, min(most, j) + 1 if self.whole[j] else 1):
                at = j - k
                if kind == "number":
                    filled += _FAR if misfits[at] else 0.0
                elif k > 1:
                    filled += further * self.added_costs[at] + (options.slot_misfit if self.heard[at].ends else 0.0)
                total = above[at] + filled + misfits[at] + (misfits[j - 1] if k > 1 else 0.0)
                if self.whole[at] and total < pairs[j]:
                    pairs[j], taken[j] = total, k
        return pairs, taken

    def steps(self) -> list[Step]:
        """The way back from the end."""
        found: list[Step] = []
        i, j = len(self.rows) - 1, len(self.heard)
        state = self._state(i, j)
        while i or j:
            if state == _PAIR:
                k = self.taken[i][j]
                found.append(Step(i - 1, range(j - k, j)))
                i, j = i - 1, j - k
                state = self._state(i, j)
                continue
            found.append(Step(i - 1, range(j, j)) if state == _LEFT_OUT else Step(None, range(j - 1, j)))
            i, j = (i - 1, j) if state == _LEFT_OUT else (i, j - 1)
            goes_on = self.rows[i][state][j] < self.best[i][j] + self.options.opening
            state = state if goes_on else self._state(i, j)
        return found[::-1]

    def _state(self, i: int, j: int) -> int:
        costs = [row[j] for row in self.rows[i]]
        return costs.index(min(costs))
