"""How rare a word is in voicemails: a word that many reps say to anybody tells nothing of one prospect."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from functools import cache
from importlib import resources

from vmaudio.rubric.options import RUBRIC_OPTIONS, ProspectOptions
from vmaudio.text import COMMON, FUNCTION


@cache
def _reps() -> tuple[Mapping[str, int], int]:
    """Reps by word, and how many there are; made by labels/make_everyday.py."""
    with resources.files("vmaudio.rubric").joinpath("everyday.csv").open(encoding="utf-8") as file:
        rows = {row["word"]: int(row["reps"]) for row in csv.DictReader(file)}
    return rows, rows.pop("*")


def is_everyday(word: str) -> bool:
    """Whether a word is of everyday speech, or of every second voicemail.

    Args:
        word: in lower case, without marks.
    """
    return word in COMMON or word in FUNCTION or word in _reps()[0]


def rarity(word: str, options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> float:
    """How much a word tells of one prospect: its inverse document frequency, where a rep is a document.

    Args:
        word: in lower case, without marks.
        options: the shares of reps at which a word tells nothing, and at which it tells enough.

    Returns:
        0 for an everyday word, 1 for a rare one, and between them by the logarithm of the share of reps who say it.
    """
    if word in COMMON or word in FUNCTION:
        return 0.0
    reps, n = _reps()
    return share_rarity(max(reps.get(word, 0), 0.5) / n, options)


def share_rarity(share: float, options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> float:
    """How much a word tells that this share of speakers say, or of listeners are told.

    Args:
        share: above 0.
        options: the shares at which a word tells nothing, and at which it tells enough.

    Returns:
        0 to 1, between the two shares by the logarithm of the share.
    """
    span = math.log(options.everyday_share / options.rare_share)
    return min(1.0, max(0.0, math.log(options.everyday_share / share) / span))
