"""A report counted in columns says what one made of analyses says; coaching, trends and the digest rest on it."""

import dataclasses
import datetime
import email
import email.policy

import numpy as np
import pytest

from tests.report.makers import glossary, team
from vmaudio.errors import SettingError
from vmaudio.report.coaching import chance_right, coaching_of
from vmaudio.report.columns import build_columns_report, slow_parts
from vmaudio.report.counting import count_callbacks
from vmaudio.report.digest import build_digest, digest_html, digest_mail, monday_of
from vmaudio.report.kept_sheet import read_sheet
from vmaudio.report.sheet import Coded, chosen_by
from vmaudio.report.team import build_report
from vmaudio.report.trends import changes_of, trends_of
from vmaudio.rubric import HowRight, how_right
from vmaudio.store import Search, all_coach_notes, open_store, overrides_by_message, put_coach_note, put_outcomes

MADE, OUTCOMES = team(90, seed=3)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A team's messages, of which the newer ones name a script."""
    store = open_store(str(tmp_path_factory.mktemp("columns") / "team.sqlite"))
    for i, one in enumerate(MADE):
        script = "lease-b" if (one.message.sent_at or "") >= "2026-04-06" else "lease-a"
        message = dataclasses.replace(one.message, script=script, prospect=f"p{i}")
        store.save(dataclasses.replace(one, recording_id=f"{i:064d}", message=message))
    put_outcomes(store, OUTCOMES.values())
    yield store
    store.close()


@pytest.fixture(scope="module")
def sheet(store):
    return read_sheet(store)


@pytest.mark.parametrize("by", ["rep", "campaign", "approach"])
def test_both_ways_count_the_same(store, sheet, by):
    """Groups, checks, callbacks, flags and sentences agree with those of the report made of analyses."""
    counting = count_callbacks(store)
    analyses = list(store.analyses())
    slow = build_report(analyses, counting.outcomes, glossary=glossary(), by=by, called=counting.called)
    everything = np.ones(sheet.n, dtype=bool)
    quick = build_columns_report(sheet, everything, glossary(), by=by)
    assert quick.headline == slow.headline
    assert [dataclasses.replace(row, key="") for row in quick.groups] == list(slow.groups)
    assert quick.checks == slow.checks
    assert quick.overall == slow.overall
    assert {(one.kind, one.n) for one in quick.flags} == {(one.kind, one.n) for one in slow.flags}
    for name in ("scores", "approaches", "trend", "paces", "pitches", "funnel", "weekdays", "hours"):
        assert getattr(quick.pictures, name) == getattr(slow.pictures, name), name
    found = slow_parts(store, sheet, everything, quick)
    assert (found.known, found.unknown) == (slow.known, slow.unknown)


@pytest.mark.parametrize(
    "which",
    [
        Search(),
        Search(rep="Finn O’Leary", band="weak"),
        Search(since="2026-03-10", until="2026-03-20"),
        Search(until="2026-03-20T12:00:00+00:00"),
        Search(check="number_slow", verdict="fail"),
        Search(check="personal", verdict="n/a"),
        Search(verdict="pass"),
        Search(check="no_such_check", verdict="fail"),
        Search(text="call lease"),
        Search(ids=("msg-0001", "msg-0003", "nobody")),
        Search(campaign="new builds", approach="offer"),
    ],
)
def test_columns_find_what_the_table_finds(store, sheet, which):
    """A filter chooses the same messages in the columns and in the database."""
    chosen = {sheet.rows[i].message_id for i in np.flatnonzero(chosen_by(sheet, which, store)).tolist()}
    page = store.page(which, limit=200)
    assert chosen == {row.message_id for row in page.rows}
    assert page.total == len(chosen)


def coaching(store, sheet, overrides=None):
    return coaching_of(
        store, sheet, np.ones(sheet.n, dtype=bool), glossary(), overrides=overrides or {}, notes=all_coach_notes(store)
    )  # fmt: skip


def test_what_to_coach(store, sheet):
    """At most two things for a rep, of checks that were really missed, each with recordings that miss it, newest sure first."""
    found = coaching(store, sheet)
    assert found.week is not None
    assert found.things
    for rep, things in found.things.items():
        assert 1 <= len(things) <= 2
        for thing in things:
            assert thing.rep == rep
            assert 2 <= thing.missed <= thing.judged
            assert 0 < thing.cost <= 100
            assert thing.week <= thing.until
            assert 1 <= len(thing.recordings) <= 2
            for one in thing.recordings:
                analysis = store.one(one.message_id)
                assert analysis.message.rep == rep
                check = next(c for c in analysis.score.checks if c.id == thing.check.id)
                assert (check.verdict, check.evidence) == ("fail", one.evidence)
                assert thing.since <= datetime.date.fromisoformat(analysis.message.sent_at[:10]) <= thing.until


def test_on_monday_the_others_are_coached_too(store, sheet):
    """Who has left no message yet in the newest week is judged by the weeks before, as one with too few is."""
    found = coaching(store, sheet)
    came = {sheet.rep.names[code] for code in sheet.rep.codes[sheet.week == found.week.toordinal()]}
    assert came
    others = set(found.things) - came
    assert others
    assert all(thing.since < found.week == thing.week for rep in others for thing in found.things[rep])


def test_the_recordings_of_a_thing_are_different_sounds(tmp_path):
    """One recording left for several prospects is heard once."""
    with open_store(str(tmp_path / "drops.sqlite")) as store:
        for i, one in enumerate(MADE):
            store.save(dataclasses.replace(one, recording_id=f"{i // 3:064d}"))  # every sound left three times
        found = coaching(store, read_sheet(store))
        sounds = [
            [store.one(r.message_id).recording_id for r in t.recordings] for things in found.things.values() for t in things
        ]
    assert sounds
    assert all(len(set(own)) == len(own) for own in sounds)


def test_a_check_that_is_often_right_comes_first():
    """The chance that "missed" is right is counted; without a count it is one half."""
    assert chance_right(None) == 0.5
    often = HowRight("number_early_or_twice", n=40, fails=15, fails_true=15, passes=20, passes_true=20, not_judged=5)
    seldom = HowRight("caller_named", n=40, fails=2, fails_true=0, passes=35, passes_true=30, not_judged=3)
    assert chance_right(often) == 16 / 17
    assert chance_right(seldom) == 1 / 4
    assert all(0 < chance_right(one) < 1 for one in how_right().values())


def test_a_miss_that_a_person_denies_is_not_coached(store, sheet):
    """Where a coach said "passed", the message is neither counted nor shown."""
    rep, (first, *_) = next(iter(coaching(store, sheet).things.items()))
    for one in first.recordings:
        store.save_override(one.message_id, first.check.id, "pass", "I heard it", "Kim")
    after = coaching(store, sheet, overrides_by_message(store.overrides())).things.get(rep, ())
    same = [thing for thing in after if thing.check.id == first.check.id]
    denied = {one.message_id for one in first.recordings}
    assert all(thing.missed == first.missed - len(denied) for thing in same)
    assert not denied & {one.message_id for thing in same for one in thing.recordings}
    for message_id in denied:
        store.delete_override(message_id, first.check.id, "Kim")


def test_notes_come_back_under_their_week(store, sheet):
    """This week's note stands with its mark; that of an earlier week stands as the note before."""
    found = coaching(store, sheet)
    rep, (thing, *_) = next(iter(found.things.items()))
    earlier = (found.week - datetime.timedelta(weeks=1)).isoformat()
    put_coach_note(store, rep, thing.check.id, earlier, note="read it off a card", done=False, author="Kim")
    put_coach_note(store, rep, thing.check.id, found.week.isoformat(), note="first", done=False, author="Kim")
    put_coach_note(store, rep, thing.check.id, found.week.isoformat(), note="again", done=True, author="Kim")
    shown = coaching(store, sheet).things[rep][0]
    assert (shown.note.note, shown.note.done) == ("again", True)
    assert shown.before.note == "read it off a card"


def test_a_rep_against_the_own_past(sheet):
    """The newest week is held against the eight before; small weeks say too few; a new script is marked in its week."""
    rep = "Finn O’Leary"
    trends = trends_of(sheet, sheet.rep.is_(rep), glossary())
    own = [one for one in MADE if one.message.rep == rep]
    week = [one for one in own if one.message.sent_at[:10] >= trends.week.isoformat()]
    assert trends.messages == len(week)
    points = next(one for one in trends.against if one.what == "points")
    assert points.n == len([one for one in week if one.score.points is not None])
    few = trends_of(sheet, sheet.rep.is_("Dev Pillai"), glossary())
    assert any(one.verdict == "too few" for one in few.against if one.n < 6)
    changes = changes_of(sheet, sheet.rep.is_(rep))
    assert [(one.week.isoformat(), one.text) for one in changes] == [("2026-04-06", "new script: lease-b")]
    assert all("new script" in one.svg for one in trends.figures)


def test_a_new_rubric_is_marked_where_most_messages_have_it(sheet):
    """Single older messages that were scored again move no mark; the last weeks, scored by it, have one."""
    own = sheet.rep.is_("Finn O’Leary")
    weeks = np.unique(sheet.week[own]).tolist()
    codes = np.zeros_like(sheet.rubric.codes)
    codes[own & (sheet.week >= weeks[-2])] = 1
    second = np.flatnonzero(own & (sheet.week == weeks[1]))
    codes[second[:1]] = 1  # scored again
    mixed = dataclasses.replace(sheet, rubric=Coded(("first", "second"), codes))
    found = [(one.week.toordinal(), one.text) for one in changes_of(mixed, own) if "rubric" in one.text]
    assert found == [(weeks[-2], "new rubric: second")]
    alone = own & ~np.isin(np.arange(len(own)), second[1:])  # and where it is the only one of its week
    found = [(one.week.toordinal(), one.text) for one in changes_of(mixed, alone) if "rubric" in one.text]
    assert found == [(weeks[-2], "new rubric: second")]
    codes[own & (sheet.week >= weeks[-2])] = 0
    assert not [one for one in changes_of(mixed, alone) if "rubric" in one.text]


def test_a_clear_change_is_named(sheet):
    """A share that moved from none to all is lower or higher, and says whether that is better."""
    marks = sheet.marks.copy()
    own, column = sheet.rep.is_("Finn O’Leary"), sheet.checks.index("number_slow")
    last = int(sheet.week[own].max())
    weeks = np.where(own & (np.arange(sheet.n) % 2 == 0), last, np.where(own, last - 7, sheet.week))
    marks[own, column] = np.where(weeks[own] == last, ord("p"), ord("f"))
    moved = dataclasses.replace(sheet, marks=marks, week=weeks)
    found = trends_of(moved, own, glossary(), pictures=False)
    change = next(one for one in found.against if "number slowly" in one.what)
    assert (change.verdict, change.good) == ("lower", True)


def test_the_digest_is_a_mail_and_a_page(store):
    """Both hold every rep of the week; the mail has a text for programs without HTML; nothing is loaded and nothing runs."""
    made = build_digest(store, glossary(), monday_of("2026-W15"))
    assert made.week == datetime.date(2026, 4, 6)
    sent = digest_mail(made)
    mail = email.message_from_bytes(sent, policy=email.policy.default)
    page, text = (mail.get_body((kind,)).get_content() for kind in ("html", "plain"))
    assert mail["Subject"] == made.title
    assert page.split() == digest_html(made).split()
    for rep in made.reps:
        assert rep in text
        assert rep in page
    assert "simulated" in page
    assert "simulated" in text
    assert " points a message." in page
    assert " 1 points" not in page
    longer = sum(bool(thing.counts) for rep in made.reps for thing in made.things.get(rep, ()))
    assert longer > 0, "a thing of which more than the week was counted"
    assert text.count(" in the last four weeks. ") == " ".join(page.split()).count(" in the last four weeks, ") == longer
    for forbidden in ("<script", "src=", "http:", "https:", "url("):
        assert forbidden not in page
    assert max(map(len, sent.split(b"\r\n"))) <= 998


def test_what_a_thing_to_coach_costs_is_a_sentence(store, sheet):
    """One point is no "1 points", what rounds to none is "less than 1"; where more than its week was counted, that is said."""
    everything = np.ones(sheet.n, dtype=bool)
    found = coaching_of(store, sheet, everything, glossary(), overrides={}, notes=())
    thing = next(iter(found.things.values()))[0]
    costs = [dataclasses.replace(thing, cost=cost).costs for cost in (0.3, 0.8, 1.4, 4.2)]
    assert costs == [
        "less than 1 point a message", "about 1 point a message", "about 1 point a message", "about 4 points a message",
    ]  # fmt: skip
    week = dataclasses.replace(thing, since=thing.until - datetime.timedelta(days=6))
    assert week.counts == ""
    assert dataclasses.replace(thing, since=thing.until - datetime.timedelta(days=27)).counts == " in the last four weeks"


def test_weeks_of_a_digest(store):
    """A week or a day of it is understood; a week without messages is refused."""
    assert monday_of("2026-04-09") == monday_of("2026-w15") == datetime.date(2026, 4, 6)
    with pytest.raises(SettingError, match="no week"):
        monday_of("2026-W60")
    with pytest.raises(SettingError, match="week of 2020-01-06"):
        build_digest(store, glossary(), datetime.date(2020, 1, 6))
