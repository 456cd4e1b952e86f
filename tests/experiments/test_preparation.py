"""Which messages count, and what came of them."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from vmaudio.errors import SettingError
from vmaudio.experiments.attribution import attribute
from vmaudio.experiments.preparation import parse_window, prepare
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=60)


def seen(
    day: float, callback: bool | None = None, after: float | None = None, prospect: str | None = None, known: bool = True
) -> Observation:
    """A message sent on a day, with a callback so many days after the start, to a prospect of its own or a given one."""
    sent = START + datetime.timedelta(days=day)
    message = Message(f"{day}.wav", prospect=prospect or f"p{day}", sent_at=sent.isoformat())
    at = (START + datetime.timedelta(days=after)).isoformat() if after is not None else None
    return Observation(message, Outcome(message.message_id, callback=callback, callback_at=at) if known else None)


def test_unknown_is_not_no() -> None:
    """Messages without an outcome are left out and counted; only --missing-is makes them a no."""
    rows = [seen(0, True), seen(1, False), seen(2, None), seen(3, known=False)]
    found = prepare(rows, now=NOW)
    assert (len(found.rows), found.unknown, found.taken_as_no) == (2, 2, 0)
    found = prepare(rows, missing_is=False, now=NOW)
    assert (len(found.rows), sum(row.event for row in found.rows), found.unknown, found.taken_as_no) == (4, 1, 0, 2)


def test_young_messages_are_left_out_whatever_came_of_them() -> None:
    """A message younger than the window at the export is not counted, not even with a callback."""
    rows = [seen(0, False), seen(10, False), seen(11, True, after=11.5), seen(3, True, after=4)]
    found = prepare(rows, as_of=START + datetime.timedelta(days=12))
    assert (len(found.rows), found.young) == (2, 2)
    assert [row.event for row in found.rows] == [False, True]


def test_exactly_one_window_old_is_old_enough() -> None:
    """A message sent seven days before the export has had its seven days."""
    assert len(prepare([seen(0, False)], as_of=START + datetime.timedelta(days=7)).rows) == 1


def test_callbacks_after_the_window_do_not_count() -> None:
    """A callback that came later than the window is no event, so that old and new messages are alike; it is counted."""
    found = prepare([seen(0, True, after=20), seen(0.5, True, after=3)], now=NOW)
    assert ([row.event for row in found.rows], found.late) == ([False, True], 1)
    longer = prepare([seen(0, True, after=20)], window=parse_window("30d"), now=NOW)
    assert ([row.event for row in longer.rows], longer.late) == ([True], 0)
    without = prepare([seen(0, True, after=20)], window=parse_window("none"), now=NOW)
    assert [row.event for row in without.rows] == [True]


def test_the_exports_own_date_counts_per_outcome() -> None:
    """Without --as-of, the date kept with each outcome ends its observation."""
    sent = START.isoformat()
    outcome = Outcome("m", callback=False, as_of=(START + datetime.timedelta(days=3)).isoformat())
    assert prepare([Observation(Message("a.wav", sent_at=sent), outcome)], now=NOW).young == 1


def test_undated_messages_are_counted_and_said() -> None:
    """A message without sent_at cannot be too young; how many there are is told."""
    found = prepare([Observation(Message("a.wav"), Outcome("m", callback=True))], now=NOW)
    assert (len(found.rows), found.undated) == (1, 1)


def test_last_message_before_the_callback_gets_it() -> None:
    """Of a prospect's messages the last one before the callback is credited, whichever line carried it."""
    rows = [
        seen(0, True, after=6, prospect="x"), seen(5, False, prospect="x"), seen(8, None, prospect="x"), seen(1, True, after=2),
    ]  # fmt: skip
    assert attribute(rows) == (rows, 0), "by default the message that the file names keeps it"
    moved, count = attribute(rows, "last")
    assert count == 1
    assert [o.outcome.callback if o.outcome else None for o in moved] == [False, True, None, True]
    assert moved[1].outcome is not None
    assert moved[1].outcome.callback_at == rows[0].outcome.callback_at  # type: ignore[union-attr]


def test_first_message_and_as_given() -> None:
    """The rule can be the first message, or what the file says."""
    rows = [seen(0, False, prospect="x"), seen(5, True, after=6, prospect="x")]
    first, moved = attribute(rows, "first")
    assert ([o.outcome.callback for o in first if o.outcome], moved) == ([True, False], 1)
    assert attribute(rows, "as-given") == (rows, 0)
    with pytest.raises(SettingError, match="attribution"):
        attribute(rows, "best")


def test_one_callback_told_twice_is_one() -> None:
    """A CRM that marks all of a contact's messages with the one callback does not make two."""
    rows = [seen(0, True, after=6, prospect="x"), seen(5, True, after=6, prospect="x")]
    for rule in ("as-given", "last"):
        moved, count = attribute(rows, rule)
        assert [o.outcome.callback for o in moved if o.outcome] == [False, True]
        assert count == 1


def test_a_shared_callback_counts_for_each_message_before_it() -> None:
    """Every earlier message gets it, also one whose outcome was not known; a later one does not."""
    rows = [seen(0, False, prospect="x"), seen(2, None, prospect="x"), seen(5, True, after=6, prospect="x"),
            seen(9, False, prospect="x")]  # fmt: skip
    found, moved = attribute(rows, "shared")
    assert [o.outcome.callback if o.outcome else None for o in found] == [True, True, True, False]
    assert moved == 1


def test_two_callbacks_stay_two() -> None:
    """A callback after each of two messages stays with each."""
    rows = [seen(0, True, after=1, prospect="x"), seen(5, True, after=6, prospect="x")]
    assert attribute(rows) == (rows, 0)


def test_earlier_touches_are_counted() -> None:
    """Earlier messages to the prospect are touches, unless the outcome says how many there were."""
    rows = [seen(5, False, prospect="x"), seen(0, False, prospect="x"), seen(1, False)]
    assert [row.touches for row in prepare(rows, now=NOW).rows] == [1, 0, 0]


@pytest.mark.parametrize("text", ["7", "7d", "168h", "1w"])
def test_windows(text: str) -> None:
    """Windows are days, hours or weeks."""
    assert parse_window(text) == datetime.timedelta(days=7)


@pytest.mark.parametrize("text", ["soon", "-1d", "7 fortnights"])
def test_no_windows(text: str) -> None:
    """What is no window is refused."""
    with pytest.raises(SettingError, match="window"):
        parse_window(text)


def test_unknown_outcomes_are_refused() -> None:
    """There is a fixed list of outcomes."""
    with pytest.raises(SettingError, match="callback, reply"):
        prepare([], "happiness")


def test_looking_back_sees_no_later_callback() -> None:
    """As of an earlier day, a callback that came later has not come yet; those of young messages are not late."""
    rows = [seen(0, True, after=20), seen(1, True, after=2), seen(9, True, after=12)]
    day = START + datetime.timedelta(days=10)
    found = prepare(rows, as_of=day)
    assert ([row.event for row in found.rows], found.late, found.young) == ([False, True], 1, 1)
    unlimited = prepare(rows, as_of=day, window=None)
    assert ([row.event for row in unlimited.rows], unlimited.late) == ([False, True, False], 2)


def test_the_day_of_the_export_is_told() -> None:
    """What is told as the end of observation is the day kept with the outcomes, not today."""
    outcome = Outcome("m", callback=False, as_of=(START + datetime.timedelta(days=9)).isoformat())
    found = prepare([Observation(Message("a.wav", sent_at=START.isoformat()), outcome)], now=NOW)
    assert found.as_of == START + datetime.timedelta(days=9)


def test_missing_means_no_until_the_export() -> None:
    """A message that the export does not name was watched until the export, not until today."""
    rows = [seen(10, known=False), seen(2, known=False), seen(0, True, after=1)]
    outcome = rows[2].outcome
    assert outcome is not None
    marked = dataclasses.replace(outcome, as_of=(START + datetime.timedelta(days=11)).isoformat())
    found = prepare([*rows[:2], dataclasses.replace(rows[2], outcome=marked)], missing_is=False, now=NOW)
    assert (len(found.rows), found.young) == (2, 1)


def test_messages_of_tomorrow_do_not_make_all_young() -> None:
    """When dates lie after today, the newest message ends the observation, and the fault is counted."""
    rows = [seen(100, False), seen(101, False), seen(120, False)]
    found = prepare(rows, now=NOW)
    assert (len(found.rows), found.young, found.future) == (2, 1, 3)
    assert prepare(rows, as_of=START + datetime.timedelta(days=130)).future == 0
