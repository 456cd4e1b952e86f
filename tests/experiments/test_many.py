"""Callbacks of many messages, counted in columns: the same as message by message, whatever the messages are."""

from __future__ import annotations

import dataclasses
import datetime

from hypothesis import given, settings, strategies as st

from vmaudio.experiments import ATTRIBUTIONS, KeptCount, attribute, count_many, prepare
from vmaudio.records import Message, Observation, Outcome, Sent

NOW = datetime.datetime(2026, 3, 20, 12, tzinfo=datetime.UTC)
PROSPECTS = (None, "p1", "p2", "(218) 555-0134", "+12185550134", "N/A")

_times = st.sampled_from(
    (None, "no time", "2026-03-01", "2026-03-01T00:00:00", "2026-03-01T23:30:00-05:00", "2026-03-02T09:00:00.000001+00:00",
     "2026-03-09T09:00:00.000001+00:00", "2026-03-09T09:00:00.000002+00:00", "2026-03-10", "2026-03-14T10:00:00Z", "2026-04-02")
)  # fmt: skip
_told = st.none() | st.builds(
    Outcome, st.just(""), callback=st.sampled_from((None, True, True, False)), callback_at=_times,
    as_of=st.sampled_from((None, None, "2026-03-09T09:00:00+00:00", "2026-03-19T00:00:00+00:00")),
    reply=st.none() | st.booleans(),
)  # fmt: skip
_rows = st.lists(st.tuples(st.sampled_from(("Ann", "Bob", None)), st.sampled_from(PROSPECTS), _times, _told), max_size=12)


def one_by_one(
    sent: list[Sent], outcomes: dict[str, Outcome], rule: str, rep: str | None
) -> tuple[dict[str, Outcome], dict[str, bool], str]:
    """The rule as it is written for one message after another."""
    seen = [
        Observation(Message("", one.message_id, rep=one.rep, prospect=one.prospect, sent_at=one.sent_at), outcomes.get(one[0]))
        for one in sent
    ]
    given, _ = attribute(seen, rule)
    rows = prepare(seen, "callback", attribution=rule, now=NOW).rows
    theirs = {one.prospect for one in sent if rep is None or one.rep == rep}
    told = prepare([one for one in seen if one.message.prospect in theirs], "callback", attribution=rule, now=NOW)
    notes = [sentence for one in told.contests if (sentence := one.sentence(rule))]
    called = {row.observation.message.message_id: row.event for row in rows}
    return {one.message.message_id: one.outcome for one in given if one.outcome}, called, " ".join(notes)


@settings(max_examples=250, deadline=None)
@given(_rows, st.sampled_from(tuple(ATTRIBUTIONS)), st.sampled_from((None, "Ann")))
def test_columns_count_what_the_rule_counts(
    rows: list[tuple[str | None, str | None, str | None, Outcome | None]], rule: str, rep: str | None
) -> None:
    """Outcomes, callbacks and the sentence about contested ones, by every rule, in the same order."""
    sent = [Sent(f"m{i}", who, prospect, at) for i, (who, prospect, at, _) in enumerate(rows)]
    outcomes = {
        f"m{i}": Outcome(f"m{i}", callback=told.callback, callback_at=told.callback_at, as_of=told.as_of, reply=told.reply)
        for i, (*_, told) in enumerate(rows)
        if told
    }
    found = count_many(sent, outcomes, rule, rep=rep, now=NOW)
    expected, called, note = one_by_one(sent, outcomes, rule, rep)
    assert list(found.outcomes.items()) == list(expected.items())
    assert list(found.called.items()) == list(called.items())
    assert found.note == note


_now = st.none() | st.tuples(st.sampled_from(("Ann", "Bob")), st.sampled_from(PROSPECTS), _times)
_changes = st.lists(st.tuples(st.integers(0, 11), _now, st.booleans(), _told), max_size=8)


@settings(max_examples=100, deadline=None)
@given(_rows, st.lists(_changes, max_size=3), st.sampled_from(tuple(ATTRIBUTIONS)))
def test_a_count_that_is_kept_is_that_of_a_new_one(
    rows: list[tuple[str | None, str | None, str | None, Outcome | None]],
    rounds: list[list[tuple[int, tuple[str, str | None, str | None] | None, bool, Outcome | None]]],
    rule: str,
) -> None:
    """Messages and outcomes that come, change and go leave the count that counting all of them anew would give."""
    sent = {f"m{i}": Sent(f"m{i}", who, prospect, at) for i, (who, prospect, at, _) in enumerate(rows)}
    outcomes = {f"m{i}": dataclasses.replace(told, message_id=f"m{i}") for i, (*_, told) in enumerate(rows) if told}
    kept = KeptCount(rule)
    kept.change(sent, outcomes)
    for changes in [[], *rounds]:
        moved: dict[str, Sent | None] = {}
        told_now: dict[str, Outcome | None] = {}
        for i, now, is_told, told in changes:
            moved[f"m{i}"] = Sent(f"m{i}", *now) if now else None
            if is_told:
                told_now[f"m{i}"] = dataclasses.replace(told, message_id=f"m{i}") if told else None
        kept.change(moved, told_now)
        sent = {name: one for name, one in {**sent, **moved}.items() if one}
        outcomes = {name: one for name, one in {**outcomes, **told_now}.items() if one}
        order = sorted(sent.values(), key=lambda one: (one.sent_at is not None, one.sent_at or "", one.message_id))
        found, expected = kept.result(NOW), count_many(order, outcomes, rule, now=NOW)
        assert (found.outcomes, found.called, found.note) == (expected.outcomes, expected.called, expected.note)
        by_slot = kept.called[kept.slots_of([one.message_id for one in order])].tolist()
        assert by_slot == [expected.called.get(one.message_id, -1) for one in order]
