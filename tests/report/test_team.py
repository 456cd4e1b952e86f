"""What a report says, before any of it is HTML: counts, intervals, and sentences that claim no more than those carry."""

import dataclasses
import datetime
import itertools
import math
import random

import pytest

from tests.report.makers import failure, frozen, glossary, labelled, make, measured_with, team
from vmaudio.plots.shapes import Rate, Spread
from vmaudio.records import Flag, Message, Outcome
from vmaudio.report.data import GroupRow
from vmaudio.report.instructive import choose
from vmaudio.report.intervals import bins_of, missed_rate, rate_of, spread_of
from vmaudio.report.message import computed_by
from vmaudio.report.repeats import repeat_rows
from vmaudio.report.summary import (  # fmt: skip
    check_rows,
    group_rows,
    mark_apart,
    points_of,
    weeks_of,
)
from vmaudio.report.team import build_report

TEAM, OUTCOMES = team(60)
TODAY = datetime.date(2026, 6, 1)


def made(analyses=TEAM, outcomes=OUTCOMES, **options):
    return build_report(analyses, outcomes, glossary=glossary(), today=TODAY, **options)


def real(outcomes):
    """The same outcomes as if they had been observed."""
    return {key: dataclasses.replace(outcome, simulated=False) for key, outcome in outcomes.items()}


# -- numbers -------------------------------------------------------------------------------------------------------------


def test_the_interval_of_a_missed_check_knows_reps_and_what_was_not_judged():
    """Eight reps who differ tell less than their messages; what was not judged moves only the ends of the interval."""
    alike, apart = missed_rate("", [(3, 6, 0)] * 8), missed_rate("", [(6, 6, 0), (0, 6, 0)] * 4)
    assert (alike.rate, apart.rate) == (0.5, 0.5)
    wilson = rate_of("", 24, 48)
    assert apart.low < alike.low < wilson.low
    assert apart.high > alike.high > wilson.high
    some = missed_rate("", [(3, 5, 1)] * 8)
    assert (some.k, some.n) == (24, 40)
    assert some.low < missed_rate("", [(3, 5, 0)] * 8).low
    assert some.high > missed_rate("", [(3, 5, 0)] * 8).high
    one = missed_rate("", [(2, 6, 0)])
    assert (one.low, one.high) == (rate_of("", 2, 6).low, rate_of("", 2, 6).high)
    assert (missed_rate("", []).low, missed_rate("", []).high) == (0.0, 1.0)
    assert 0.1 < missed_rate("", [(0, 6, 0)] * 8).high < 0.3


def test_rates_carry_wilsons_interval():
    """27 of 133 gives 14.3 to 27.9 %, and nothing of nothing says nothing."""
    rate = rate_of("curiosity", 27, 133)
    assert (rate.low, rate.high) == pytest.approx((0.143, 0.279), abs=0.0005)
    assert (rate_of("", 0, 0).low, rate_of("", 0, 0).high) == (0.0, 1.0)
    assert math.isnan(rate_of("", 0, 0).rate)


@pytest.mark.parametrize(
    ("n", "low", "high"),
    # ranks of the sign test's 95 % interval of a median, as tabulated (Conover 1999, table A3 by binomial p = 1/2)
    [(5, None, None), (6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (15, 4, 12), (20, 6, 15), (25, 8, 18), (50, 18, 33)],
)
def test_medians_carry_an_interval_of_order_statistics(n, low, high):
    """The interval's ends are the tabulated ranks; under six values there is none."""
    values = list(range(1, n + 1))
    random.Random(1).shuffle(values)
    spread = spread_of("", values)
    assert spread.mid == (n + 1) / 2
    if low is None:
        assert math.isnan(spread.low)
    else:
        assert (spread.low, spread.high) == (low, high)


def test_the_interval_of_many_values_joins_the_exact_one():
    """From 1000 values on an approximation is used; it is a rank away from the exact one at most."""
    exact, near = spread_of("", range(1, 1000)), spread_of("", range(1, 1001))
    assert abs(exact.low - near.low) <= 2
    assert abs(exact.high - near.high) <= 2


def row(name: str, k: int, n: int) -> GroupRow:
    return GroupRow(name, n, Spread(name, (), math.nan, math.nan, math.nan), math.nan, None, rate_of(name, k, n))


def test_reps_are_called_apart_only_when_intervals_of_all_do_not_overlap():
    """A large difference is named on both sides; the same difference among few messages is not."""
    ann, bob = mark_apart([row("Ann", 60, 200), row("Bob", 10, 200)])
    assert ann.apart == ("Bob",)
    assert bob.apart == ("Ann",)
    assert not any(r.apart for r in mark_apart([row("Ann", 6, 20), row("Bob", 1, 20)]))
    assert mark_apart([row("Ann", 3, 9), row("Bob", 0, 0)])[1].apart == ()


def test_alike_reps_are_rarely_called_apart():
    """Of reports on ten reps who are really alike, about one in twenty or fewer calls any two apart."""
    rng = random.Random(5)
    wrong = 0
    for _ in range(300):
        rows = [row(str(i), sum(rng.random() < 0.15 for _ in range(60)), 60) for i in range(10)]
        wrong += any(r.apart for r in mark_apart(rows))
    assert wrong <= 0.05 * 300 + 8


def test_groups_stand_in_the_order_of_names_not_of_rates():
    """Rows come by name, messages without a rep last, whatever the rates are."""
    nobody = dataclasses.replace(TEAM[0], message=dataclasses.replace(TEAM[0].message, rep=None))
    rows = group_rows([*TEAM, nobody], {}, glossary(), "rep")
    names = [r.name for r in rows]
    assert names[-1] == "not given"
    assert names[:-1] == sorted(names[:-1], key=str.casefold)
    assert sum(r.n for r in rows) == len(TEAM) + 1


def test_missed_checks_count_only_messages_to_which_they_apply():
    """A check that does not apply is no miss, and the costliest stands first."""
    rows = check_rows(TEAM, glossary())
    for found in rows:
        verdicts = [c.verdict for a in TEAM for c in a.score.checks if c.id == found.id]
        assert found.missed.k == verdicts.count("fail")
        assert found.missed.n == len(verdicts) - verdicts.count("n/a")
    weights = {c.id: c.weight for c in TEAM[0].score.checks}
    costs = [weights[r.id] * r.missed.rate for r in rows]
    assert costs == sorted(costs, reverse=True)


def test_weeks_without_messages_are_gaps():
    """Weeks run from Monday to Monday without a hole."""
    weeks = weeks_of(TEAM)
    assert sum(week.spread.n for week in weeks) == len(points_of(TEAM))
    later = dataclasses.replace(TEAM[0].message, sent_at="2026-07-15T10:00:00+00:00")
    far = dataclasses.replace(TEAM[0], recording_id="f" * 64, message=later)
    longer = weeks_of([*TEAM, far])
    assert len(longer) > len(weeks) + 5
    assert any(week.spread.n == 0 for week in longer)
    assert longer[-1].label == "13 Jul"


def test_bins_hold_every_pair_once():
    """Stretches of pace hold all messages, about as many each, and join without a hole; too few make none."""
    pairs = [(float(i % 37) + i / 100, i % 5 == 0) for i in range(100)]
    bins = bins_of(pairs)
    assert sum(b.rate.n for b in bins) == 100
    assert sum(b.rate.k for b in bins) == 20
    assert all(a.high == b.low for a, b in itertools.pairwise(bins))
    assert bins_of(pairs[:15]) == []


# -- sentences -----------------------------------------------------------------------------------------------------------


def test_the_headline_says_n_and_the_share_called_back():
    """One sentence: how many, by how many, the share of known outcomes that were called back."""
    data = made(outcomes=real(OUTCOMES))
    assert data.headline.startswith(f"60 messages by {data.n_reps} reps: {100 * data.overall.rate:.0f} % of those")
    assert data.headline.count(".") == 1
    assert "simulation" not in data.headline


def test_simulated_outcomes_are_said_wherever_they_are_used():
    """Headline, findings and messages say that outcomes are simulated; observed ones do not."""
    data = made()
    assert data.simulated
    assert "in a simulation" in data.headline
    assert "simulated" in data.known[0].text
    assert all(view.simulated for view in data.instructive if view.callback is not None)
    assert not made(outcomes=real(OUTCOMES)).simulated


def test_without_outcomes_nothing_is_said_about_callbacks():
    """No outcome known: that is the first thing not known, and no picture or rate of callbacks is made."""
    data = made(outcomes={})
    assert data.overall.n == 0
    assert "No outcome of these messages is known" in data.unknown[0].text
    assert data.pictures.approaches is None
    assert data.pictures.pace is None
    assert not [f for f in data.known if "called back" in f.text]


def test_a_real_difference_between_approaches_is_known():
    """Two approaches far apart, used alike by every rep, become a sentence of what is known; luck does not."""
    rng = random.Random(3)
    rows = {name: next(r for r in labelled() if r["approach"] == name) for name in ("referral", "pitch")}
    base = {name: make(r) for name, r in rows.items()}
    analyses, outcomes = [], {}
    for i in range(400):
        name = ("referral", "pitch")[i % 2]
        sent = Message(
            f"{i}.wav", message_id=f"m{i}", rep=f"rep {i // 2 % 4}", prospect=f"p{i}", sent_at="2026-03-02T10:00:00+00:00"
        )
        analyses.append(dataclasses.replace(base[name], message=sent))
        outcomes[f"m{i}"] = Outcome(
            f"m{i}", rng.random() < (0.35 if name == "referral" else 0.08), as_of="2026-05-01T00:00:00+00:00"
        )
    data = made(analyses, outcomes)
    assert any("Referral has the higher rate than pitch" in finding.text for finding in data.known)
    flat = {key: dataclasses.replace(value, callback=i % 5 == 0) for i, (key, value) in enumerate(outcomes.items())}
    alike = made(analyses, flat)
    assert not any("higher rate" in finding.text for finding in alike.known)
    assert any("Not enough data" in finding.text for finding in alike.unknown)


def test_overlapping_reps_are_said_to_overlap():
    """When all intervals overlap the report says so, instead of an order."""
    data = made()
    assert any("All their intervals overlap" in f.text for f in data.unknown) == (not any(g.apart for g in data.groups))


# -- contents --------------------------------------------------------------------------------------------------------------


def test_five_messages_teach_five_lessons():
    """The chosen are different recordings, each with a reason, from different reps while there are enough."""
    data = made()
    assert len(data.instructive) == 5
    assert len({view.id for view in data.instructive}) == 5
    assert all(view.why for view in data.instructive)
    assert len({view.rep for view in data.instructive}) == 5
    best = max(points_of(TEAM))
    assert data.instructive[0].points == best


def test_the_good_example_is_strong_and_shows_most():
    """A bare call with all points is no example; of two strong ones that in which more could be judged is."""
    base = next(a for a in TEAM if a.score is not None and a.score.points is not None)
    checks = base.score.checks

    def scored(name, band, judged):
        shown = tuple(dataclasses.replace(c, verdict="pass" if i < judged else "n/a") for i, c in enumerate(checks))
        score = dataclasses.replace(base.score, points=100.0, band=band, checks=shown)
        message = dataclasses.replace(base.message, message_id=name)
        return dataclasses.replace(base, score=score, message=message, recording_id=name.ljust(64, "0"))

    team = [scored("z", "fair", 20), scored("y", "strong", 5), scored("x", "strong", 12)]
    assert choose(team, {}, [], most=1)[0].analysis.message.message_id == "x"


def test_a_message_that_misses_a_check_is_chosen_for_it():
    """One change away means: it fails that very check, and has the most points of those that do."""
    missed = check_rows(TEAM, glossary())
    choices = choose(TEAM, {}, missed, most=2)
    failing = {c.id for c in choices[1].analysis.score.checks if c.verdict == "fail"}
    assert missed[0].id in failing


def test_few_or_no_messages_make_a_report_too():
    """No message, one message, messages without speech or score: the report says what there is."""
    assert build_report([], {}).headline == "There is no analysed message to report on."
    one = made(TEAM[:1], {})
    assert len(one.instructive) == 1
    unscored = build_report([dataclasses.replace(TEAM[0], score=None)], {})
    assert unscored.instructive == ()
    assert "none of them has points" in unscored.headline


def test_tone_is_nowhere_unless_the_setting_lets_it():
    """Without leave no view carries tone; with it the views do."""
    assert not any(view.tone or view.tone_label for view in made().instructive)
    assert all(view.tone for view in made(tone=True).instructive)


def test_flags_failures_and_what_computed_are_counted():
    """Flags are counted by kind, failures listed, and mixed recognisers are told with how many messages each."""
    flagged = [dataclasses.replace(a, flags=(Flag("noisy", "12 dB"),)) for a in TEAM[:7]]
    other = dataclasses.replace(TEAM[8].provenance, engine="faster-whisper:base")
    data = made([*flagged, TEAM[7], dataclasses.replace(TEAM[8], provenance=other)], failures=[failure()])
    noisy = next(group for group in data.flags if group.kind == "noisy")
    assert noisy.n >= 7
    assert len(noisy.examples) == 5
    assert data.failures[0].file_name == "broken.mp3"
    recogniser = next(fact.value for fact in data.computed if fact.name == "recogniser")
    assert "(8 messages)" in recogniser
    assert "faster-whisper:base" in recogniser


def test_the_order_of_messages_changes_nothing():
    """Shuffled messages give the same groups, findings, checks and choice."""
    shuffled = list(TEAM)
    random.Random(2).shuffle(shuffled)
    a, b = made(), made(shuffled)
    assert (a.headline, a.known, a.unknown, a.groups) == (b.headline, b.known, b.unknown, b.groups)
    assert [view.id for view in a.instructive] == [view.id for view in b.instructive]


def test_repeats_are_told_with_who_and_when():
    """The same words to the same prospect are a row with both dates."""
    row_ = labelled()[3]
    twice = [
        make(row_, Message(f"{day}.wav", rep="Ann", prospect="p1", sent_at=f"2026-0{day}-02T10:00:00+00:00")) for day in (3, 6)
    ]
    twice[1] = dataclasses.replace(twice[1], recording_id="f" * 64)
    rows = repeat_rows(twice)
    assert rows[0].kind == "the same message to the same prospect"
    assert rows[0].n == 2
    assert rows[0].when == "2 Mar 2026 to 2 Jun 2026"
    assert "Ann" in rows[0].who


def test_calibration_is_drawn_only_from_a_models_forecasts():
    """Points are never shown as a forecast: without a callback model there is no calibration picture."""
    assert made().pictures.calibration is None
    forecasts = [
        dataclasses.replace(a, score=dataclasses.replace(a.score, callback_probability=0.05 + 0.002 * i))
        for i, a in enumerate(TEAM)
    ]
    assert made(forecasts).pictures.calibration is not None


def test_rates_of_unknown_outcomes_are_not_zero():
    """Messages without an outcome leave the rate, they do not lower it."""
    half = dict(list(OUTCOMES.items())[::2])
    assert made(outcomes=half).overall.n <= len(half)
    assert isinstance(made(outcomes=half).overall, Rate)


def test_results_of_an_older_version_are_counted():
    """A report that stands on results of older measuring stages says so, with the cure; one of today's says nothing."""
    analyses, outcomes = frozen()
    assert not [fact for fact in build_report(analyses, outcomes, glossary=glossary()).computed if fact.name == "measured"]
    older = [measured_with(one, {"vad": 0}) if i < 3 else one for i, one in enumerate(analyses)]
    (fact,) = [fact for fact in build_report(older, outcomes, glossary=glossary()).computed if fact.name == "measured"]
    assert (
        fact.value
        == f"3 of {len(analyses)} messages by an older version; vmaudio batch PATH... --redo stale measures them again"
    )
    names = [[fact.name for fact in computed_by(one)] for one in older[2:4]]
    assert ["measured" in found for found in names] == [True, False]
