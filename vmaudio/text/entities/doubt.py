"""How probable it is that a telephone number is right, from both passes and the comparison of its neighbours.

Two logistic regressions, of few weights as few recordings were heard wrongly: of numbers that were put to both passes, and of
numbers that were compared with their neighbours as well. The weights lie in number_model.json, which
``benchmarks/fit_numbers.py`` writes.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vmaudio.records import Phone
from vmaudio.text.entities.comparison import Comparison
from vmaudio.text.entities.options import DEFAULT, HypothesisOptions
from vmaudio.text.entities.same_digits import national_digits
from vmaudio.text.numbering_plan import is_possible

HEARD = ("heard first", "heard again", "first certainty")
"""What is known of every number."""

COMPARED = (*HEARD, "lead")
"""What is known of a number that was compared with its neighbours too."""

LOCAL_DIGITS = 7
_LEAST_CERTAIN = 0.02  # recognition probabilities below this are as bad as none
_LEADS = (-4.0, 8.0)  # nats: beyond these a lead tells no more


def evidence(before: Phone, after: Phone, again: Phone | None, compared: Comparison | None) -> dict[str, float]:
    """What is known of a number, as figures.

    Args:
        before: as the first pass heard it.
        after: as both passes and the comparison left it.
        again: what the second pass heard of it, if it did.
        compared: how well its neighbours fit the sound; None where they were not compared.

    Returns:
        One figure for each of `HEARD`, or of `COMPARED`: whether each pass heard these digits (0 or 1), the natural logarithm
        of the first pass' confidence, and by how many nats the number leads the likeliest other.
    """
    number = national_digits(after.digits)
    known = {
        "heard first": float(national_digits(before.digits) == number),
        "heard again": float(again is not None and national_digits(again.digits) == number),
        "first certainty": math.log(max(before.confidence, _LEAST_CERTAIN)),
    }
    if compared is None:
        return known
    leads, (low, high) = compared.leads(number), _LEADS
    return {**known, "lead": low if leads is None else min(high, max(low, sum(leads) / len(leads)))}


def judge_number(
    before: Phone,
    after: Phone,
    again: Phone | None,
    compared: Comparison | None,
    *,
    local: bool = False,
    options: HypothesisOptions = DEFAULT.hypotheses,
) -> Phone:
    """A number with the probability that it is right; one in doubt that is probable enough is complete after all, by `options`.

    Args:
        before: as the first pass heard it.
        after: as both passes and the comparison left it.
        again: what the second pass heard of it, if it did.
        compared: how well its neighbours fit the sound; None where they were not compared.
        local: seven digits may be a whole number.
        options: from which probability and lead on a number is complete.

    Returns:
        ``after`` with its probability. As it is where it cannot be a whole number of the North American plan.
    """
    number = national_digits(after.digits)
    if not (is_possible(number) or (local and len(number) == LOCAL_DIGITS)) or before.digits.startswith("0"):
        return after
    known = evidence(before, after, again, compared)
    chance = chance_right(known)
    probable = chance >= options.complete_from and known.get("lead", 0.0) >= options.complete_lead and _in_full(known)
    return replace(after, probability=round(chance, 4), complete=after.complete or probable)


def _in_full(known: Mapping[str, float]) -> bool:
    """Whether a pass heard the number itself; what the comparison made of others needs a lead (`HypothesisOptions.made`)."""
    return bool(known["heard first"] or known["heard again"])


def chance_right(known: Mapping[str, float]) -> float:
    """The probability that a number is right.

    Args:
        known: what `evidence` gives.

    Returns:
        0 to 1.
    """
    part = number_model()["compared" if "lead" in known else "heard"]
    logit = part["intercept"] + sum(weight * known[name] for name, weight in part["weights"].items())
    return 1.0 / (1.0 + math.exp(-min(50.0, max(-50.0, logit))))


@functools.cache
def number_model() -> dict[str, Any]:
    """The fitted model: for "heard" and "compared" each an ``intercept`` and ``weights`` by name."""
    text = importlib.resources.files("vmaudio.text.entities").joinpath("number_model.json").read_text("utf-8")
    model: dict[str, Any] = json.loads(text)
    return model
