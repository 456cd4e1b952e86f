"""Arms: groups of messages by a manifest column, a measured feature (binned), a check of the rubric, or their points."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments.options import CompareOptions
from vmaudio.records import Observation

if TYPE_CHECKING:
    from vmaudio.store import Measures

COLUMNS = ("script", "campaign", "channel", "rep", "company", "caller_id", "prospect")
PREDICTED = ("approach", "order")
_DEFAULT = CompareOptions()

UNSURE = frozenset({"", "unclear"})


@dataclass(frozen=True, slots=True)
class Arms:
    """The arms, and which one each message is in.

    Attributes:
        by: what makes the arms, as the user wrote it.
        kind: "column", "predicted" (a classifier's answer), "label" (a coach's), "feature", "check", "points" or "plan".
        names: names of the arms, in order.
        index: number of each message's arm (n_messages,); -1 when it is in none.
    """

    by: str
    kind: str
    names: tuple[str, ...]
    index: np.ndarray


def choose(observations: Sequence[Observation], by: str, bins: str | None = None, options: CompareOptions = _DEFAULT) -> Arms:
    """Put each message into an arm.

    Args:
        observations: the messages.
        by: ``approach``, ``order``, ``label:approach``, ``check:<id>``, ``points``, ``feature:<name>``, or the name of a
            column of the manifest or of a feature; a column wins over a feature of the same name.
        bins: for numbers: how many bins of equal size ("3"), or the cut points ("20,30").
        options: thresholds.

    Returns:
        The arms.

    Raises:
        SettingError: no message has it, or it has too many different values.
    """
    kind, read = _reader(observations, by)
    values = list(map(read, observations))
    if kind == "column":  # texts: each that is different is looked at once
        known = {value: _text(value) for value in set(values)}
        texts = [known[value] for value in values]
    else:
        texts = [_text(value) for value in values]
    present = [text for text in texts if text is not None]
    if not present:
        raise SettingError(f"No message has {by!r}. {_known(observations)}")
    numbers = _numbers(texts)
    if numbers is not None and (bins or len(set(present)) > options.few_values):
        return _binned(by, kind, numbers, bins)
    names = sorted(set(present), key=_natural if numbers is not None else str)
    if kind == "check":
        names = [name for name in ("pass", "fail") if name in names]
    if len(names) > options.most_arms:
        raise SettingError(
            f"{by!r} has {len(names)} different values, such as {names[0]!r}: more than {options.most_arms} cannot be compared."
        )
    place = {name: i for i, name in enumerate(names)}
    return Arms(
        by, kind, tuple(names), np.array([place.get(text, -1) if text is not None else -1 for text in texts], dtype=int)
    )


def _text(value: object) -> str | None:
    text = None if value is None else str(value).strip()
    return None if text in UNSURE else text


def measures_of(by: str) -> Measures | None:
    """What `choose`, and what is said of the arms, reads of messages in a store besides who left them, for whom and when.

    Args:
        by: what makes the arms, as in `choose`; ``checks`` for every check.

    Returns:
        The measures; None for all of them, where a name is none that every database finds.
    """
    from vmaudio.store import PLAIN_NAME, Measures

    head, _, rest = by.partition(":")
    if by.lower() in COLUMNS or by == "plan":
        return Measures()
    if by == "checks" or (head == "check" and rest):
        return Measures(checks=True)
    if by == "label:approach":
        return Measures(labels=True)
    name = by.removeprefix("feature:")
    if not PLAIN_NAME.fullmatch(name):
        return None
    column = None if head == "feature" and rest else by.lower()
    return Measures(None if by == "points" else name, points=by == "points", column=column)


def _reader(observations: Sequence[Observation], by: str) -> tuple[str, Callable[[Observation], object]]:
    head, _, rest = by.partition(":")
    if head == "check" and rest:
        # n/a is no arm: the check says nothing there
        return "check", lambda o: o.checks.get(rest) if o.checks.get(rest) in ("pass", "fail") else None
    if by == "label:approach":
        return "label", lambda o: o.approach_label
    if head == "feature" and rest:
        return "predicted" if rest in PREDICTED else "feature", lambda o: _feature(o, rest)
    if by.lower() in COLUMNS:
        return "column", operator.attrgetter(f"message.{by.lower()}")
    if any(by.lower() in o.message.extra for o in observations):
        return "column", lambda o: o.message.extra.get(by.lower())
    if by == "plan":
        return "plan", lambda o: o.message.extra.get("plan")
    if by == "points":
        return "points", lambda o: o.points
    return "predicted" if by in PREDICTED else "feature", lambda o: _feature(o, by)


def _feature(observation: Observation, name: str) -> object:
    value = observation.features.get(name)
    return None if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _numbers(texts: Sequence[str | None]) -> np.ndarray | None:
    """The values as floats (NaN where absent), or None when one is no number."""
    try:
        found = np.array([math.nan if text is None else float(text) for text in texts])
    except ValueError:
        return None
    return found if not np.isinf(found).any() else None


def _natural(text: str) -> float:
    return float(text)


def _binned(by: str, kind: str, numbers: np.ndarray, bins: str | None) -> Arms:
    cuts = _cuts(by, numbers[~np.isnan(numbers)], bins or "3")
    labels = [f"<= {cuts[0]:.4g}", *(f"{a:.4g} to {b:.4g}" for a, b in itertools.pairwise(cuts)), f"> {cuts[-1]:.4g}"]
    index = np.searchsorted(np.array(cuts), numbers, side="left")
    index[np.isnan(numbers)] = -1
    filled = [i for i in range(len(labels)) if (index == i).any()]
    place = {old: new for new, old in enumerate(filled)}
    return Arms(by, kind, tuple(labels[i] for i in filled), np.array([place.get(int(i), -1) for i in index], dtype=int))


def _cuts(by: str, numbers: np.ndarray, bins: str) -> list[float]:
    try:
        given = [float(part) for part in bins.split(",")]
    except ValueError:
        raise SettingError(f"--bins {bins!r}: write a number of bins (3) or cut points (20,30).") from None
    if "," not in bins and given[0] == int(given[0]) and 2 <= given[0] <= 10:
        cuts = np.unique(np.quantile(numbers, np.linspace(0, 1, int(given[0]) + 1)[1:-1])).tolist()
    elif "," in bins or not 0 <= given[0] <= 10:
        cuts = sorted(set(given))
    else:
        raise SettingError(f"--bins {bins!r}: write 2 to 10 bins, or cut points such as 20,30.")
    if not cuts or not all(math.isfinite(cut) for cut in cuts):
        raise SettingError(f"--bins {bins!r} gives {by!r} no arms.")
    return [float(cut) for cut in cuts]


def _known(observations: Sequence[Observation]) -> str:
    columns = [name for name in COLUMNS if any(getattr(o.message, name) for o in observations)]
    columns += sorted({name for o in observations for name in o.message.extra})
    checks = sorted({name for o in observations for name in o.checks})
    text = f"Columns: {', '.join(columns) or 'none'}."
    if checks:
        text += f" Checks: {', '.join('check:' + name for name in checks[:30])}."
    if any(o.features for o in observations):
        return text + " Or a feature's name."
    return text + " Features, checks and approaches need recordings: run `vmaudio batch` first, and no --manifest here."
