"""Numbers that are said twice where the script has them once: the first saying counts, the second repeats it."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.text.script.align import Step, slot_kind
from vmaudio.text.script.options import ScriptOptions
from vmaudio.text.script.units import Side, Unit

_LEADS = frozenset("again once more one that's that is it's the my number and so i'll say repeat it time at".split())
"""Words with which a repeated number is led in; they belong to the repetition."""


def first_sayings(steps: Sequence[Step], wanted: Side, heard: Side, options: ScriptOptions) -> tuple[list[Step], set[int]]:
    """The alignment with each number of the script on its first complete saying.

    The cheapest alignment may as well take the second saying and call the first one added.

    Args:
        steps: the cheapest alignment.
        wanted: the script.
        heard: what was said.
        options: how many digits are a number that people say twice.

    Returns:
        The steps, and the places of the heard units that only repeat a number or lead in its repetition.
    """
    made, again = list(steps), set[int]()
    at = 0
    while at < len(made):
        end = _end_of_number(made, at, wanted)
        if end == at:
            at += 1
            continue
        first = at
        while first and made[first - 1].script is None:
            first -= 1
        last = end
        while last < len(made) and made[last].script is None:
            last += 1
        found = _retaken(made[first:last], made[at:end], wanted, heard, options)
        if found is not None:
            made[first:last], repeated = found
            again |= repeated
        at = first + len(found[0]) if found is not None else end
    return made, again


def _end_of_number(steps: Sequence[Step], at: int, wanted: Side) -> int:
    """Where the steps of one number of the script end; ``at`` where none begins there."""
    end = at
    while end < len(steps):
        place = steps[end].script
        unit = wanted.units[place] if place is not None else None
        if unit is None or (unit.kind == "slot" and (end > at or slot_kind(unit.norm) != "number")):
            break
        if unit.kind not in ("digit", "slot"):
            break
        end += 1
        if unit.kind == "slot":
            break
    return end


def _retaken(
    around: Sequence[Step], number: Sequence[Step], wanted: Side, heard: Side, options: ScriptOptions
) -> tuple[list[Step], set[int]] | None:
    places = [place for step in around for place in step.heard]
    sayings = _sayings(places, heard.units, options.repeated_digits)
    values = ["".join(heard.units[place].norm for place in saying) for saying in sayings]
    twice = next((i for i, value in enumerate(values) if _said_again(value, values[i + 1 :])), None)
    if twice is None:
        return None
    taken = sayings[twice]
    scripts = [step.script for step in number]
    if len(scripts) > 1:
        if "".join(wanted.units[place].norm for place in scripts if place is not None) != values[twice]:
            return None
        filled = [Step(script, range(place, place + 1)) for script, place in zip(scripts, taken, strict=True)]
    else:
        filled = [Step(scripts[0], range(taken[0], taken[-1] + 1))]
    repeats = [
        one for value, one in zip(values[twice + 1 :], sayings[twice + 1 :], strict=True) if values[twice].endswith(value)
    ]
    again = {place for one in repeats for place in one}
    for one in repeats:
        lead = one[0] - 1
        while lead > taken[-1] and heard.units[lead].norm.strip(".,") in _LEADS:
            again.add(lead)
            lead -= 1
    before = [Step(None, range(place, place + 1)) for place in places if place < taken[0]]
    after = [Step(None, range(place, place + 1)) for place in places if place > taken[-1]]
    return [*before, *filled, *after], again


def _said_again(value: str, later: Sequence[str]) -> bool:
    """Whether a number, or its end without the area code, is said once more."""
    return any(value.endswith(other) for other in later)


def _sayings(places: Sequence[int], units: Sequence[Unit], least: int) -> list[list[int]]:
    """Runs of digits; one that is twice the same in a row is two, where a new word begins there."""
    runs: list[list[int]] = []
    before = -2
    for place in places:
        if units[place].kind == "digit":
            if before == place - 1:
                runs[-1].append(place)
            else:
                runs.append([place])
            before = place
    found: list[list[int]] = []
    for run in runs:
        text = "".join(units[place].norm for place in run)
        size = next(
            (
                size for size in range(least, len(run) // 2 + 1)
                if text == text[:size] * (len(run) // size) and units[run[size]].item != units[run[size - 1]].item
            ),
            len(run),
        )  # fmt: skip
        found += [run[i : i + size] for i in range(0, len(run), size)]
    return [one for one in found if len(one) >= least]
