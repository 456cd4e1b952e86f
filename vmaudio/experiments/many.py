"""Which of very many messages count as called back: what `attribute`, `contest` and `prepare` decide, found in columns.

Only a prospect with several dated messages and a callback can have a callback that moves or that two may claim. Columns find
these few, and the rule itself is asked about them alone; of all others the window and the day of the export decide, which are
comparisons of whole numbers.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vmaudio.experiments.attribution import DEFAULT_ATTRIBUTION, Messages, attribute, contest
from vmaudio.experiments.moments import MICROSECOND, NEVER, micro, micros
from vmaudio.experiments.preparation import WINDOW
from vmaudio.intake import person
from vmaudio.records import Message, Observation, Outcome, Sent


class Counted(NamedTuple):
    """Which messages count as called back.

    Attributes:
        outcomes: by message id, with each callback at the message that the rule of attribution names.
        called: by message id whether it was called back; only where that is known for good.
        note: what the rule did where messages of several reps may claim a callback, and what the others would do; else empty.
    """

    outcomes: dict[str, Outcome]
    called: dict[str, bool]
    note: str


def count_many(
    sent: Sequence[Sent],
    outcomes: Mapping[str, Outcome],
    rule: str = DEFAULT_ATTRIBUTION,
    *,
    rep: str | None = None,
    now: datetime.datetime | None = None,
) -> Counted:
    """Count callbacks: the outcomes of `attribute`, the events of `prepare` with its own window, the sentence of `contest`.

    Args:
        sent: the messages, none twice.
        outcomes: by message id, as the outcome files give them.
        rule: to which of a prospect's messages a callback belongs, one of `ATTRIBUTIONS`.
        rep: the note is about the callbacks of this rep's prospects; None is all.
        now: this moment, for tests.

    Returns:
        The count.

    Raises:
        SettingError: no such rule.
    """
    told = [outcomes.get(one.message_id) for one in sent]
    moments = micros([one.sent_at for one in sent])
    places = np.flatnonzero(_contestable(sent, moments, told)).tolist()
    few = Messages(observation_of(sent[i], told[i]) for i in places)
    for i, one in zip(places, attribute(few, rule)[0], strict=True):
        told[i] = one.outcome
    if rep is not None:
        theirs = {one.prospect for one in sent if one.rep == rep}
        few = Messages(one for one in few if one.message.prospect in theirs)
    note = contest(few, "rep", [one.message.rep for one in few]).sentence(rule)
    return Counted(
        {one.message_id: outcome for one, outcome in zip(sent, told, strict=True) if outcome},
        _called(sent, moments, told, now or datetime.datetime.now(datetime.UTC)),
        note or "",
    )


def observation_of(one: Sent, outcome: Outcome | None) -> Observation:
    """A message with its outcome, as the rules of attribution look at it.

    Args:
        one: the message.
        outcome: what came of it; None where nothing is known.
    """
    return Observation(Message("", one.message_id, rep=one.rep, prospect=one.prospect, sent_at=one.sent_at), outcome)


def _contestable(sent: Sequence[Sent], moments: np.ndarray, told: Sequence[Outcome | None]) -> np.ndarray:
    """The dated messages of prospects who got several and called back after any: all that a rule of attribution looks at."""
    people: dict[str, int] = {}
    codes = np.full(len(sent), -1, dtype=np.int64)
    for i in np.flatnonzero(moments != NEVER).tolist():
        if who := person(sent[i].prospect):
            codes[i] = people.setdefault(who, len(people))
    dated = codes >= 0
    called = np.array([one is not None and bool(one.callback) for one in told], dtype=bool)
    several = np.bincount(codes[dated], minlength=len(people)) > 1
    several &= np.bincount(codes[dated & called], minlength=len(people)) > 0
    return dated & np.append(several, False)[codes]


def _called(
    sent: Sequence[Sent], moments: np.ndarray, told: Sequence[Outcome | None], today: datetime.datetime
) -> dict[str, bool]:
    exported = max(micros([one.as_of for one in told if one]).tolist(), default=NEVER)
    known = [(i, one) for i, one in enumerate(told) if one is not None and one.callback is not None]
    if not known:
        return {}
    called, young = count_known(
        moments[[i for i, _ in known]],
        np.array([bool(one.callback) for _, one in known], dtype=bool),
        micros([one.callback_at if one.callback else None for _, one in known]),
        micros([one.as_of for _, one in known]),
        exported=exported,
        newest=int(moments.max()),
        today=micro(today),
    )
    pairs = zip(known, called.tolist(), young.tolist(), strict=True)
    return {sent[i].message_id: event for (i, _), event, out in pairs if not out}


def count_known(
    sent: np.ndarray, called: np.ndarray, at: np.ndarray, finish: np.ndarray, *, exported: int, newest: int, today: int
) -> tuple[np.ndarray, np.ndarray]:
    """Which known outcomes count, by the window of `prepare`; times are microseconds since 1970, `NEVER` where not known.

    Args:
        sent: when each message was sent (n_known,).
        called: whether there was a callback.
        at: when it came.
        finish: the day of its export.
        exported: the newest day of an export of all.
        newest: when the newest message of all was sent.
        today: this moment.

    Returns:
        Whether each counts as called back, and whether it is too young to count at all; bool (n_known,).
    """
    # where no export tells its day it is this moment, or the newest message where the clock or the dates are wrong
    finish = np.where(finish == NEVER, max(today, newest) if exported == NEVER else exported, finish)
    window, dated, timed = WINDOW // MICROSECOND, sent != NEVER, at != NEVER
    ends = np.where(dated, sent, 0) + window
    late = dated & timed & (at > ends)
    return called & ~late & ~(timed & (at > finish)), dated & (ends > finish)
