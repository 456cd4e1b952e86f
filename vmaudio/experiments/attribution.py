"""Attribution: to which of a prospect's messages a callback belongs."""

from __future__ import annotations

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Sequence

from vmaudio.errors import SettingError
from vmaudio.intake import end_of_interval
from vmaudio.records import Observation, Outcome

ATTRIBUTIONS = {
    "last": "a callback belongs to the last message left for the prospect before it",
    "first": "a callback belongs to the first message left for the prospect",
    "as-given": "a callback belongs to the message that the outcome file names",
}


def parse_moment(text: str | None) -> datetime.datetime | None:
    """Read a stored time.

    Args:
        text: an ISO 8601 time; one without a zone is UTC.

    Returns:
        The time; None for no text, or for text that is no time.
    """
    if not text:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def attribute(observations: Sequence[Observation], rule: str = "last") -> tuple[list[Observation], int]:
    """Give each callback to the message that the rule names.

    Only callbacks with a time, of prospects with several dated messages, can move. The message that loses a callback has none.

    Args:
        observations: messages with their outcomes.
        rule: one of `ATTRIBUTIONS`.

    Returns:
        The observations in the same order, and how many callbacks moved.

    Raises:
        SettingError: no such rule.
    """
    if rule not in ATTRIBUTIONS:
        raise SettingError(f"There is no attribution {rule!r}. Known: {', '.join(ATTRIBUTIONS)}.")
    found = list(observations)
    if rule == "as-given":
        return found, 0
    by_prospect: dict[str, list[int]] = defaultdict(list)
    for i, observation in enumerate(found):
        if observation.message.prospect and parse_moment(observation.message.sent_at):
            by_prospect[observation.message.prospect].append(i)
    moved = 0
    for members in by_prospect.values():
        if len(members) < 2:
            continue
        sent = {i: parse_moment(found[i].message.sent_at) for i in members}
        members.sort(key=lambda i: (sent[i], i))
        credit: dict[int, str] = {}
        lost: list[int] = []
        for i in members:
            outcome = found[i].outcome
            at = parse_moment(outcome.callback_at) if outcome and outcome.callback else None
            if outcome is None or at is None or outcome.callback_at is None:
                continue
            before = [j for j in members if sent[j] <= end_of_interval(at)]  # type: ignore[operator]
            target = (before[-1] if rule == "last" else before[0]) if before else i
            credit[target] = min(credit.get(target, outcome.callback_at), outcome.callback_at)
            if target != i:
                lost.append(i)
        for i in lost:
            if i not in credit:
                found[i] = _with(found[i], callback=False, callback_at=None)
        for i, callback_at in credit.items():
            found[i] = _with(found[i], callback=True, callback_at=callback_at)
        moved += len(lost)
    return found, moved


def _with(observation: Observation, *, callback: bool, callback_at: str | None) -> Observation:
    outcome = observation.outcome or Outcome(observation.message.message_id)
    return dataclasses.replace(observation, outcome=dataclasses.replace(outcome, callback=callback, callback_at=callback_at))
