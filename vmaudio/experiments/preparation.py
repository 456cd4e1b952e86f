"""Preparation: which messages count, and what their outcome is (attribution, observation window, unknown outcomes).

Three things are decided here; each is counted and named in the result:

* *Attribution*: when one prospect got several messages, a callback belongs to the one that the outcome file names, or by
  another rule to the last, the first, or all of those that were sent before it.
* *Window*: an outcome counts within so many days of sending. A message younger than that at the time of the export is left
  out, whatever its outcome, and a later callback is not counted: older messages would otherwise have had more time.
* *Unknown is not no*: a message without an outcome is left out, unless the user says that missing means no.
"""

from __future__ import annotations

import datetime
import itertools
import math
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from vmaudio.errors import SettingError
from vmaudio.experiments.attribution import DEFAULT_ATTRIBUTION, Contest, Messages, contest
from vmaudio.experiments.facts import facts_of
from vmaudio.experiments.moments import MICROSECOND, NEVER, micro
from vmaudio.records import Observation

OUTCOMES = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")
"""Outcomes of a message, in the order of the funnel."""

DIAL, MESSAGE = "dial", "message"
"""What is counted; the first is also the source of what stands for a dial of a call list."""

_SOURCE = operator.attrgetter("message.source")

LOWER_IS_BETTER = frozenset({"complaint", "wrong_person"})

WINDOW = datetime.timedelta(days=7)
"""How long after sending an outcome counts, unless another window is given; our default."""


class Row(NamedTuple):
    """A message with a known, final outcome; a tuple, as very many are made for each outcome.

    Attributes:
        observation: the message with its outcome.
        event: whether the outcome came.
        sent: when it was sent; None when not known.
        touches: earlier contacts with the prospect; None when not known.
    """

    observation: Observation
    event: bool
    sent: datetime.datetime | None
    touches: int | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The messages that count, and what was left out and why.

    Attributes:
        outcome: the outcome asked for.
        rows: the messages that count.
        total: all messages.
        unknown: left out: the outcome is not known.
        young: left out: younger than the window at the end of observation.
        not_sent: left out: sent after the end of observation, where there is no window.
        timeless: outcomes that count as in an export later than the end of observation, as it is not known when they came.
        late: callbacks not counted, as they came after the window or after the end of observation.
        undated: messages that count although it is not known when they were sent.
        moved: callbacks that attribution gave to another message.
        taken_as_no: messages without an outcome that count as no.
        simulated: outcomes among ``rows`` that are simulated.
        near_end: messages that may be too young, when the day of the export is not known.
        window: how long after sending an outcome counts; None for any time.
        as_of: end of observation.
        as_of_given: whether it was given or is in the outcome file; otherwise it is this moment.
        attribution: the rule that was used.
        future: messages dated after this moment.
        contests: callbacks that several reps, or several arms, may claim, and what each rule makes of them.
        unit: what is counted: "message", or "dial" where the rows are first dials of a call list.
    """

    outcome: str
    rows: tuple[Row, ...]
    total: int
    unknown: int = 0
    young: int = 0
    late: int = 0
    undated: int = 0
    moved: int = 0
    taken_as_no: int = 0
    simulated: int = 0
    near_end: int = 0
    window: datetime.timedelta | None = WINDOW
    as_of: datetime.datetime | None = None
    as_of_given: bool = False
    attribution: str = DEFAULT_ATTRIBUTION
    future: int = 0
    contests: tuple[Contest, ...] = ()
    not_sent: int = 0
    timeless: int = 0
    unit: str = MESSAGE


def unit_of(observations: Iterable[Observation]) -> str:
    """What observations are, as a word.

    Args:
        observations: the observations.

    Returns:
        "dial" where any is one, as `next_connects` makes them; else "message".
    """
    return DIAL if DIAL in map(_SOURCE, observations) else MESSAGE


def cost_of(observation: Observation) -> float | None:
    """Cost of a message.

    Args:
        observation: the message with its outcome.

    Returns:
        The outcome's cost, else the column ``cost`` of the manifest, 0 or more in their currency; None when not known.
    """
    if observation.outcome is not None and observation.outcome.cost is not None:
        return observation.outcome.cost
    text = observation.message.extra.get("cost", "")
    if text == "":
        return None
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def parse_window(text: str) -> datetime.timedelta | None:
    """Read an observation window: "7d", "48h" or "2w"; "none" is no window.

    Args:
        text: the window as a user writes it; a number alone means days.

    Returns:
        The window; None for none.

    Raises:
        SettingError: it is not understood, or longer than ten years.
    """
    if text.strip().lower() in ("none", "0", "0d"):
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([hdw]?)\s*", text.lower())
    if not match:
        raise SettingError(f"The window {text!r} is not understood. Write 7d, 48h, 2w, or none.")
    hours = float(match[1]) * {"h": 1, "d": 24, "w": 168, "": 24}[match[2]]
    if not 0 < hours <= 24 * 3650:
        raise SettingError(f"The window {text!r} is not between one hour and ten years. Write 7d, 48h, 2w, or none.")
    return datetime.timedelta(hours=hours)


def prepare(
    observations: Iterable[Observation],
    outcome: str = "callback",
    *,
    window: datetime.timedelta | None = WINDOW,
    as_of: datetime.datetime | None = None,
    missing_is: bool | None = None,
    attribution: str = DEFAULT_ATTRIBUTION,
    now: datetime.datetime | None = None,
) -> Prepared:
    """Decide which messages count and what their outcome is.

    Args:
        observations: messages with their outcomes.
        outcome: one of `OUTCOMES`.
        window: how long after sending an outcome counts; None for any time.
        as_of: when the outcomes were exported (the end of observation); else the time kept with each outcome, else ``now``.
            A callback after it has not come yet.
        missing_is: what a missing outcome means: None unknown (left out), False no.
        attribution: to which of a prospect's messages a callback belongs, one of `ATTRIBUTIONS`.
        now: this moment, for tests.

    Returns:
        The messages that count, and what was left out.

    Raises:
        SettingError: no such outcome or attribution.
    """
    if outcome not in OUTCOMES:
        raise SettingError(f"There is no outcome {outcome!r}. Known: {', '.join(OUTCOMES)}.")
    raw = Messages.of(observations)
    facts = facts_of(raw, attribution)
    contests = (contest(raw, "rep", [one.message.rep for one in raw]),) if outcome == "callback" else ()
    if "dials" not in raw.kept:
        raw.kept["dials"] = unit_of(raw) == DIAL  # of very many messages it is asked once, not for each outcome
    dials = raw.kept["dials"]
    today, sent, value = now or datetime.datetime.now(datetime.UTC), facts.sent, facts.value(outcome)
    dated = sent != NEVER
    # messages dated tomorrow: the clock or the dates are wrong, and the newest message is the best guess at the export's day
    end = as_of or max([today, *([raw.newest] if raw.newest else [])])
    exported = facts.export
    dated_as_of = as_of is not None or exported is not None
    # a message without a line in the export was watched until the end of the others' too
    finish = np.where(facts.exported == NEVER, micro(exported or end), facts.exported) if as_of is None else micro(as_of)
    event = value == 1 if missing_is is None else np.where(value < 0, missing_is, value == 1)
    counts = (value >= 0) | (missing_is is not None)
    at = np.where(event & (outcome == "callback"), facts.called, NEVER)
    newest = max(int(sent.max(initial=NEVER)), int(at[counts].max(initial=NEVER)))
    timed, none = at != NEVER, np.zeros(len(raw), dtype=bool)
    if window is None:
        not_sent, young, after, over = counts & dated & (sent > finish), none, none, sent
    else:
        over = np.where(dated, sent, 0) + window // MICROSECOND
        not_sent, young, after = none, counts & dated & (over > finish), timed & dated & (at > over)
    kept = counts & ~not_sent & ~young
    late = kept & (after | (timed & (at > finish)))  # or not yet, on the day that is asked about
    event &= ~late
    timeless = kept & event & ~timed & (facts.exported > micro(as_of)) if as_of else none
    each = zip(facts.given, event.tolist(), raw.sent, facts.touches, strict=True)
    chosen = itertools.compress(each, kept.tolist())
    rows = tuple(map(tuple.__new__, itertools.repeat(Row), chosen))  # as Row._make does, in a third of its time
    near = 0
    if not dated_as_of and window is not None and newest != NEVER:
        near = int((kept & dated & (over > newest)).sum())
    missing = int((value < 0).sum())
    return Prepared(
        outcome, rows, len(raw),
        unknown=missing if missing_is is None else 0,
        young=int(young.sum()),
        late=int(late.sum()),
        undated=int((kept & ~dated).sum()),
        moved=facts.moved,
        taken_as_no=0 if missing_is is None else missing,
        simulated=int((kept & facts.simulated).sum()),
        near_end=near,
        window=window,
        as_of=as_of or exported or end,
        as_of_given=dated_as_of,
        attribution=attribution,
        future=0 if as_of else int((sent[dated] > micro(today)).sum()),
        contests=contests,
        not_sent=int(not_sent.sum()),
        timeless=int(timeless.sum()),
        unit=unit_of(row.observation for row in rows) if dials else MESSAGE,
    )  # fmt: skip
