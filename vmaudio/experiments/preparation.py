"""From observations to messages whose outcome is known and final: attribution, observation window, unknown left out.

Three things are decided here, each counted and named in the result:

* *Attribution*: when one prospect got several messages, a callback with a time belongs to the last message sent before it.
* *Window*: an outcome is looked for within so many days of sending. A message younger than that at the time of the export
  is left out, whatever came of it, and a callback that came later than that is not counted: older messages would otherwise
  have had more time.
* *Unknown is not no*: a message without an outcome is left out, unless the user says that missing means no.
"""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vmaudio.errors import SettingError
from vmaudio.intake import end_of_interval
from vmaudio.records import Observation, Outcome

OUTCOMES = ("callback", "reply", "connect", "sale", "complaint", "wrong_person")
"""What may come of a message, in the order of the funnel."""

LOWER_IS_BETTER = frozenset({"complaint", "wrong_person"})

ATTRIBUTIONS = {
    "last": "a callback belongs to the last message left for the prospect before it",
    "first": "a callback belongs to the first message left for the prospect",
    "as-given": "a callback belongs to the message that the outcome file names",
}

WINDOW = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Row:
    """A message with a known, final outcome. ``callback_delay_s`` is None when the time is not known."""

    observation: Observation
    event: bool
    sent: datetime.datetime | None
    touches: int | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows to count, and what was left out and why. ``as_of`` is the end of observation where one is known."""

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
    attribution: str = "last"
    future: int = 0


def cost_of(observation: Observation) -> float | None:
    """What the message cost: by the outcome file, else by a column ``cost`` of the manifest; None when not known."""
    if observation.outcome is not None and observation.outcome.cost is not None:
        return observation.outcome.cost
    try:
        found = float(observation.message.extra.get("cost", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None


def parse_window(text: str) -> datetime.timedelta | None:
    """Read "7d", "48h" or "2w"; "none" is no window.

    Raises:
        SettingError: it is nothing of the kind.
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


def parse_moment(text: str | None) -> datetime.datetime | None:
    """Read a stored ISO 8601 time; one without a zone is taken as UTC. None for none, or for what is no time."""
    if not text:
        return None
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)


def attribute(observations: Sequence[Observation], rule: str = "last") -> tuple[list[Observation], int]:
    """Move callbacks to the message that the rule names; return the observations in the same order and how many moved.

    Only callbacks with a time, to prospects with several dated messages, can move. The message that loses one has no
    callback then: the next message, or the callback after it, ended its turn.
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


def prepare(
    observations: Iterable[Observation],
    outcome: str = "callback",
    *,
    window: datetime.timedelta | None = WINDOW,
    as_of: datetime.datetime | None = None,
    missing_is: bool | None = None,
    attribution: str = "last",
    now: datetime.datetime | None = None,
) -> Prepared:
    """Decide which messages count and what came of them.

    Args:
        as_of: when the outcomes were exported; else the time kept with each outcome, else ``now`` (default: this moment).
            A callback after it has not come yet.
        missing_is: what a missing outcome means: None unknown (left out), False no.

    Raises:
        SettingError: no such outcome or attribution.
    """
    if outcome not in OUTCOMES:
        raise SettingError(f"There is no outcome {outcome!r}. Known: {', '.join(OUTCOMES)}.")
    given, moved = attribute(list(observations), attribution)
    touches = _touches(given)
    today = now or datetime.datetime.now(datetime.UTC)
    dated = [at for o in given if (at := parse_moment(o.message.sent_at))]
    future = sum(at > today for at in dated)
    # messages of tomorrow: the clock or the dates are wrong, and the newest message is the best guess at the export's day
    end = as_of or max([today, *dated])
    rows: list[Row] = []
    unknown = young = late = undated = taken = simulated = 0
    newest: datetime.datetime | None = None
    exports = [at for o in given if o.outcome and (at := parse_moment(o.outcome.as_of))]
    exported = max(exports, default=None)
    dated_as_of = as_of is not None or exported is not None
    for i, observation in enumerate(given):
        result, sent = observation.outcome, parse_moment(observation.message.sent_at)
        value = getattr(result, outcome) if result else None
        if sent:
            newest = max(newest, sent) if newest else sent
        if value is None:
            if missing_is is None:
                unknown += 1
                continue
            value, taken = missing_is, taken + 1
        own_as_of = parse_moment(result.as_of) if result else None
        finish = as_of or own_as_of or exported or end  # what no line of the export speaks of was watched until then too
        at = parse_moment(result.callback_at) if result and value and outcome == "callback" else None
        if at:
            newest = max(newest, at) if newest else at
        if sent is None:
            undated += 1
        if sent is not None and window is not None:
            if sent + window > finish:
                young += 1
                continue
            if at and at - sent > window:
                value, late, at = False, late + 1, None
        if at and at > finish:  # not yet, on the day that is asked about
            value, late = False, late + 1
        simulated += bool(result and result.simulated)
        rows.append(Row(observation, bool(value), sent, touches[i]))
    near = 0
    if not dated_as_of and window is not None and newest is not None:
        near = sum(row.sent is not None and row.sent + window > newest for row in rows)
    return Prepared(
        outcome, tuple(rows), len(given), unknown, young, late, undated, moved, taken, simulated, near, window,
        as_of or exported or end, dated_as_of, attribution, 0 if as_of else future,
    )  # fmt: skip


def _touches(observations: Sequence[Observation]) -> list[int | None]:
    """Earlier contacts: as the outcome says, else the prospect's earlier messages here; None when neither is known."""
    earlier: list[int | None] = [None] * len(observations)
    dated: dict[str, list[tuple[datetime.datetime, int]]] = defaultdict(list)
    for i, observation in enumerate(observations):
        sent = parse_moment(observation.message.sent_at)
        if observation.message.prospect and sent:
            dated[observation.message.prospect].append((sent, i))
    for members in dated.values():
        for rank, (_, i) in enumerate(sorted(members)):
            earlier[i] = rank
    for i, observation in enumerate(observations):
        if observation.outcome and observation.outcome.touches is not None:
            earlier[i] = observation.outcome.touches
    return earlier
