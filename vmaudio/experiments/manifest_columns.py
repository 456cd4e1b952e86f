"""Columns of a manifest that vmaudio has no field for: the list a prospect is from, a lead's source, a state.

Arms may differ in them as in anything else, and then a better list looks like a better script. A list is held equal like a
campaign. Of the others nobody said what they are: one that came of the message (a disposition that stands in a call log) must
not be held equal, so only those in which two arms differ strongly are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vmaudio.intake import is_list, is_ours
from vmaudio.records import Message

MOST_VALUES = 20
"""A column with more different values is an id, a number or free text."""

LEAST_KNOWN = 0.5
"""Least share of the messages that have a value."""


def list_column(messages: Sequence[Message]) -> np.ndarray | None:
    """The list of each message's prospect.

    Args:
        messages: the messages.

    Returns:
        Text (n,), "" where not known; None where there is no such column, or where it is the campaign.
    """
    names = {name: is_list(name) for extra in _kinds(messages) for name in extra}
    lists = [name for name, wanted in names.items() if wanted]
    if not lists:
        return None
    values = np.array([next((m.extra[name] for name in lists if name in m.extra), "") for m in messages], dtype=object)
    same = all(value == (m.campaign or "") for value, m in zip(values, messages, strict=True))
    return None if same else values


def other_columns(messages: Sequence[Message]) -> dict[str, np.ndarray]:
    """Columns with a few values each, besides lists and what says the same as a field of vmaudio's.

    Args:
        messages: the messages.

    Returns:
        Text (n,) by name, "" where not known.
    """
    found = {}
    for name in sorted({name for extra in _kinds(messages) for name in extra}):
        if is_list(name) or is_ours(name) or name in _OWN:
            continue
        values = [m.extra.get(name, "") for m in messages]
        if 2 <= len(set(values) - {""}) <= MOST_VALUES and sum(map(bool, values)) >= LEAST_KNOWN * len(values):
            found[name] = np.array(values, dtype=object)
    return found


_OWN = ("plan", "script_text")
"""What vmaudio itself keeps there."""


def _kinds(messages: Sequence[Message]) -> set[tuple[str, ...]]:
    """Which columns messages have: a few sets for a whole manifest."""
    return {tuple(message.extra) for message in messages}
