"""One recording that was left for five prospects: five chances of a callback, and one message in what it sounds like."""

import dataclasses

import numpy as np
import pytest

from tests.report.makers import glossary, team
from vmaudio.records import Flag
from vmaudio.report.coaching import coaching_of
from vmaudio.report.columns import build_columns_report, slow_parts
from vmaudio.report.counting import count_callbacks
from vmaudio.report.html import render_feedback, render_report
from vmaudio.report.kept_sheet import read_sheet
from vmaudio.report.rep_sheet import build_rep_sheet
from vmaudio.report.sends import Drops, first_sends
from vmaudio.report.tallies import distribution_of_rep
from vmaudio.report.team import build_report
from vmaudio.report.trends import trends_of
from vmaudio.store import CoachVerdict, open_store, put_outcomes
from vmaudio.training import calibrate

ALONE, OUTCOMES = team(60, seed=3)
ALONE[0] = dataclasses.replace(ALONE[0], flags=(*ALONE[0].flags, Flag("noisy", "the line hisses", 1.0, 2.0)))
REP = ALONE[0].message.rep
SAID = "5 sends of one recording count once here in points, pace, pitch, checks and flags; every send counts in callbacks."


def sent_again(one, number, day=None):
    """The same recording for another prospect, some hours later."""
    own = one.message
    message = dataclasses.replace(
        own, message_id=f"{own.message_id}-{number}", source=own.source.replace(".wav", f"-{number}.wav"),
        prospect=f"q{number}", sent_at=f"{day or (own.sent_at or '')[:10]}T23:{number:02d}:00+00:00",
    )  # fmt: skip
    return dataclasses.replace(one, message=message, source=message.source)


DROPS = [sent_again(ALONE[0], number) for number in range(4)]
SENDS = [dataclasses.replace(OUTCOMES[ALONE[1].message.message_id], message_id=one.message.message_id) for one in DROPS]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A store without drops, and one in which a recording was sent to four others."""
    made = []
    for name, more in (("alone", []), ("drops", DROPS)):
        store = open_store(str(tmp_path_factory.mktemp(name) / "team.sqlite"))
        for i, one in enumerate(ALONE):
            own = dataclasses.replace(one, message=dataclasses.replace(one.message, prospect=f"p{i}"))
            store.save(own)
        for one in more:
            store.save(one)
        put_outcomes(store, [*OUTCOMES.values(), *(SENDS if more else [])])
        made.append(store)
    yield made
    for store in made:
        store.close()


def test_the_first_send_is_the_one():
    """By date, those without one last; another rep's send of the same recording is another's."""
    early, late = ALONE[0], sent_again(ALONE[0], 1)
    undated = dataclasses.replace(early, message=dataclasses.replace(early.message, message_id="a", sent_at=None))
    other = dataclasses.replace(late, message=dataclasses.replace(late.message, message_id="b", rep="Somebody Else"))
    assert first_sends([undated, late, early, other]) == [early, other]


@pytest.mark.parametrize("by", ["rep", "campaign", "approach"])
def test_both_ways_count_a_recording_once_and_every_send(stores, by):
    """Points, pace and checks are those of the store without drops; callbacks and messages are those of all sends."""
    alone, drops = (columns(store, by) for store in stores)
    counting = count_callbacks(stores[1])
    slow = build_report(
        list(stores[1].analyses()), counting.outcomes, glossary=glossary(), by=by, called=counting.called
    )  # fmt: skip
    assert [dataclasses.replace(row, key="") for row in drops.groups] == list(slow.groups)
    for name in ("headline", "checks", "overall", "drops", "n"):
        assert getattr(drops, name) == getattr(slow, name), name
    for name in ("scores", "approaches", "trend", "paces", "pitches", "funnel", "weekdays", "hours"):
        assert getattr(drops.pictures, name) == getattr(slow.pictures, name), name
    assert drops.drops == Drops(5, 1)
    assert alone.drops == Drops()
    assert (drops.checks, drops.overall_points, drops.weak) == (alone.checks, alone.overall_points, alone.weak)
    assert [(g.points, g.pace_wpm, g.top_missed) for g in drops.groups] == [
        (g.points, g.pace_wpm, g.top_missed) for g in alone.groups
    ]
    assert (drops.n, drops.overall.n) == (alone.n + 4, alone.overall.n + 4)
    assert sum(g.n for g in drops.groups) == drops.n
    flags = [{one.kind: one.n for one in made.flags} for made in (alone, drops, slow)]
    assert flags[0] == flags[1] == flags[2]
    assert flags[0]["noisy"] == sum(any(flag.kind == "noisy" for flag in one.flags) for one in ALONE)
    everything = np.ones(drops.n, dtype=bool)
    found = slow_parts(stores[1], read_sheet(stores[1]), everything, drops)
    assert (found.known, found.unknown) == (slow.known, slow.unknown)


def columns(store, by="rep"):
    sheet = read_sheet(store)
    return build_columns_report(sheet, np.ones(sheet.n, dtype=bool), glossary(), by=by)


def test_coaching_weeks_and_voices_count_a_recording_once(stores):
    """What to coach, the weeks and the pictures of voices are the same with drops; only callbacks have more."""
    made = []
    for store in stores:
        sheet = read_sheet(store)
        everything = np.ones(sheet.n, dtype=bool)
        coached = coaching_of(store, sheet, everything, glossary(), overrides={}, notes=[])
        things = {rep: [dataclasses.replace(one, recordings=()) for one in found] for rep, found in coached.things.items()}
        weeks = trends_of(sheet, sheet.rep.is_(REP), glossary())
        against = [one for one in weeks.against if not one.what.startswith("called back")]
        figures = [one for one in weeks.figures if not one.name.startswith("called-back")]
        back = [one for one in weeks.figures if one.name.startswith("called-back")]
        made.append((things, against, figures, distribution_of_rep(sheet, REP), back))
    assert made[0][0]
    assert made[0][:4] == made[1][:4]
    assert made[0][4] != made[1][4]


def test_a_filter_has_its_own_first_send(tmp_path):
    """Where the first send is filtered out, the next one counts; a group by campaign has a recording of its own."""
    again = sent_again(ALONE[0], 1)
    again = dataclasses.replace(again, message=dataclasses.replace(again.message, campaign="another"))
    with open_store(str(tmp_path / "two.sqlite")) as store:
        for one in (ALONE[0], again):
            store.save(one)
        sheet = read_sheet(store)
        assert sheet.sounds.once(np.ones(2, dtype=bool)).tolist() == [True, False]
        assert sheet.sounds.once(np.array([False, True])).tolist() == [False, True]
        assert not sheet.sounds.once(np.zeros(2, dtype=bool)).any()
        rows = columns(store, "campaign").groups
    assert [(row.n, row.points.n) for row in rows] == [(1, 1), (1, 1)]


def test_a_feedback_sheet_counts_a_recording_once(stores):
    """Progress and checks are those without drops, and the pages say so."""
    made = [build_rep_sheet(list(store.analyses()), REP, glossary=glossary()) for store in stores]
    for name in ("before", "lately", "progress", "strengths"):
        assert getattr(made[0], name) == getattr(made[1], name), name
    assert [one.check for one in made[0].tries] == [one.check for one in made[1].tries]
    assert made[1].n == made[0].n + 4
    assert SAID in render_feedback(made[1])
    assert SAID not in render_feedback(made[0])
    assert SAID in render_report(build_report(list(stores[1].analyses()), glossary=glossary()))
    assert Drops(12, 3).sentence.startswith("12 sends of 3 recordings count once each here")


def test_a_flag_of_a_later_send_counts():
    """A flag that only a later send has, as one about its prospect, is not lost with it."""
    later = dataclasses.replace(sent_again(ALONE[1], 1), flags=(Flag("wrong_name", "Dan, and not Dana"),))
    found = {one.kind: one.n for one in build_report([*ALONE, later, sent_again(later, 2)], glossary=glossary()).flags}
    assert found["wrong_name"] == 1


def test_coaches_are_held_against_each_recording_once():
    """The share of all messages that miss a check is that without drops."""
    check = next(one.id for one in ALONE[0].score.checks if one.verdict == "fail")
    verdicts = [CoachVerdict(one.message.message_id, check, "Ann", ("pass", "fail")[i % 2]) for i, one in enumerate(ALONE)]
    alone, drops = (calibrate(verdicts, made).checks[0].missed for made in (ALONE, [*ALONE, *DROPS]))
    assert alone == drops
    assert alone.n_all <= len(ALONE)
