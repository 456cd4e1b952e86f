"""Comparisons as a whole: the contract of the JSON, confounding, planted effects and their absence."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable

import numpy as np
import pytest

from vmaudio.errors import SettingError
from vmaudio.experiments.attribution import Messages
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.rates import holm
from vmaudio.experiments.verdict import pair_verdict, why_no_count
from vmaudio.records import Message, Observation, Outcome

START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
NOW = START + datetime.timedelta(days=365)


def trainer() -> list[Observation]:
    """133 messages with 27 callbacks against 133 with 14, over five reps who use both."""
    made = []
    for arm, events in (("curiosity", 27), ("pitch", 14)):
        for i in range(133):
            sent = (START + datetime.timedelta(days=i % 40, minutes=i)).isoformat()
            message = Message(f"{arm}{i}.wav", rep=f"rep{i % 5}", prospect=f"{arm}{i}", sent_at=sent, script=arm)
            made.append(Observation(message, Outcome(message.message_id, callback=i * 8 % 133 < events)))
    return made


def campaign(
    seed: int, n: int, script: Callable[[np.random.Generator, int], str], rate: Callable[[int, str], float], reps: int = 6
) -> list[Observation]:
    """Messages by reps; who uses which script, and what rate that has, is given."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(n):
        rep = int(rng.integers(reps))
        name = script(rng, rep)
        sent = START + datetime.timedelta(days=int(rng.integers(60)), minutes=int(rng.integers(480)))
        message = Message(f"{i}.wav", rep=f"rep{rep}", prospect=f"p{i}", sent_at=sent.isoformat(), script=name)
        made.append(Observation(message, Outcome(message.message_id, callback=bool(rng.random() < rate(rep, name)))))
    return made


def kinds(found: object) -> set[str]:
    return {warned.kind for warned in found.warnings}  # type: ignore[attr-defined]


def test_json_has_every_key_of_the_contract() -> None:
    """The JSON has the keys that other programs rely on, and its numbers are the published ones."""
    found = json.loads(json.dumps(compare(trainer(), "script", now=NOW).to_dict(), allow_nan=False))
    assert {"arms", "pairs", "warnings"} <= set(found)
    first, second = found["arms"]
    assert (first["arm"], first["n"], first["events"]) == ("curiosity", 133, 27)
    assert (round(first["low"], 3), round(first["high"], 3)) == (0.143, 0.279)
    assert second["rate"] == pytest.approx(14 / 133)
    (pair,) = found["pairs"]
    assert (pair["a"], pair["b"]) == ("curiosity", "pitch")
    assert pair["difference"] == pytest.approx(13 / 133)
    assert (pair["low"], pair["high"]) == pytest.approx((0.01054, 0.18456), abs=1e-4)
    assert pair["p_value"] == pair["p_adjusted"] == pytest.approx(0.02728, abs=1e-4)
    assert pair["prob_a_better"] == pytest.approx(0.986, abs=0.001)
    assert pair["n_more_per_arm"] == 81
    assert pair["test"].startswith("score")
    assert {"low", "high", "icc", "design_effect", "n_reps"} <= set(pair["clustered"])
    assert pair["clustered"]["n_reps"] == 5
    assert {"difference", "low", "high"} <= set(pair["adjusted"])
    assert pair["adjusted"]["difference"] == pytest.approx(13 / 133, abs=0.01)
    assert "Beta(1, 1)" in found["prior"]


def test_a_great_rep_is_not_a_great_script() -> None:
    """One great rep alone uses one script: no verdict, a warning, and no adjusted difference, with the reason."""
    rows = campaign(1, 900, lambda rng, rep: "new" if rep == 0 else "old", lambda rep, script: 0.35 if rep == 0 else 0.08)
    found = compare(rows, "script", now=NOW)
    (pair,) = found.pairs
    assert pair.p_value < 0.001
    assert pair.verdict.kind == "confounded"
    assert pair.adjusted.difference is None
    assert "no rep used both" in str(pair.adjusted.reason)
    assert pair.clustered.low is None
    (warned,) = [w for w in found.warnings if w.kind == "confounded"]
    assert "rep0" in warned.sentence
    assert warned.to_dict()["smd"] > 1


def test_a_great_rep_who_mostly_uses_a_script_is_taken_out() -> None:
    """Where reps overlap a little, the difference within reps holds zero and nothing is claimed."""
    rows = campaign(
        3, 1500, lambda rng, rep: "new" if rng.random() < (0.9 if rep == 0 else 0.15) else "old",
        lambda rep, script: 0.35 if rep == 0 else 0.08,
    )  # fmt: skip
    found = compare(rows, "script", now=NOW)
    (pair,) = found.pairs
    assert pair.low > 0
    assert pair.adjusted.low is not None
    assert pair.adjusted.high is not None
    assert pair.adjusted.low < 0 < pair.adjusted.high
    assert pair.verdict.kind == "not_enough"
    assert "confounded" in kinds(found)


def test_a_planted_effect_is_found() -> None:
    """Ten points, planted among reps who differ, are found, and every interval holds them."""
    rows = campaign(
        5, 2400, lambda rng, rep: "new" if rng.random() < 0.5 else "old",
        lambda rep, script: 0.05 + 0.03 * rep + (0.10 if script == "new" else 0.0),
    )  # fmt: skip
    found = compare(rows, "script", now=NOW, anytime=True)
    (pair,) = found.pairs
    assert pair.verdict.kind == "a_higher"
    assert pair.low < 0.10 < pair.high
    assert pair.adjusted.low is not None
    assert pair.adjusted.high is not None
    assert pair.adjusted.low < 0.10 < pair.adjusted.high
    assert pair.anytime is not None
    assert pair.anytime.low < 0.10 < pair.anytime.high
    assert pair.anytime.p_value < 0.05
    assert "confounded" not in kinds(found)


def test_still_needed_counts_what_there_is_too() -> None:
    """1 of 1 against 0 of 1: Fisher's exact test shows nothing before 4 of 4 against 0 of 4."""
    one = [Observation(Message(f"{i}.wav", script=arm), Outcome(f"{i}", callback=arm == "a")) for i, arm in enumerate("abbb")]
    (pair,) = compare(one[:2], "script", now=NOW).pairs
    assert (pair.n_more, pair.n_in_all) == (3, (4, 4))
    assert "3 more per arm, 4 per arm in all" in pair.verdict.sentence
    found = compare(one, "script", now=NOW)
    (uneven,) = found.pairs
    assert uneven.n_more is not None
    whole = {"a": 1 + uneven.n_more, "b": 3 + uneven.n_more}
    assert found.to_dict()["pairs"][0]["n_in_all"] == whole
    assert f"{whole['a']} of 'a' and {whole['b']} of 'b' in all" in uneven.verdict.sentence
    nothing = [Observation(Message(f"{i}.wav", script=arm), Outcome(f"{i}", callback=False)) for i, arm in enumerate("ab")]
    assert compare(nothing, "script", now=NOW).to_dict()["pairs"][0]["n_in_all"] is None


def test_where_nothing_was_planted_nothing_is_found() -> None:
    """Over 15 campaigns with six equal scripts, hardly one has any verdict: Holm holds the whole family at 5 %."""
    claimed = 0
    for seed in range(15):
        rows = campaign(
            100 + seed, 600, lambda rng, rep: f"s{rng.integers(6)}", lambda rep, script: 0.08 + 0.04 * (rep == 0)
        )  # fmt: skip
        found = compare(rows, "script", now=NOW)
        claimed += any(pair.verdict.kind in ("a_higher", "b_higher") for pair in found.pairs)
    assert claimed <= 3  # 5 % of 15 is 0.75; four or more would happen once in 180 tries


def test_a_handful_of_messages_says_little() -> None:
    """3 of 3 against 0 of 3 is no winner and needs more; one message in an arm has no chance of being better."""
    three = [one for one in trainer() if one.outcome and one.outcome.callback and one.message.script == "curiosity"][:3]
    none = [one for one in trainer() if one.outcome and not one.outcome.callback and one.message.script == "pitch"]
    (pair,) = compare([*three, *none[:3]], "script", now=NOW).pairs
    assert (pair.p_value, pair.n_more_per_arm) == (pytest.approx(0.1), 1)
    assert pair.verdict.kind == "not_enough"
    assert "too few messages to say how many more" in pair.verdict.sentence
    assert "if the rates were those seen, 1 more per arm, 4 per arm in all" in pair.verdict.sentence
    assert "from" not in pair.verdict.sentence  # Newcombe's interval excludes 0, and Fisher's test decides
    lone = compare([three[0], *none], "script", now=NOW)
    assert lone.pairs[0].prob_a_better is None
    assert lone.to_dict()["pairs"][0]["prob_a_better"] is None
    assert lone.pairs[0].verdict.kind == "not_enough"
    assert compare([*trainer()[:10], *none], "script", now=NOW).pairs[0].prob_a_better is not None


def test_ten_equal_scripts_have_no_winner() -> None:
    """12 reps with levels and mixes of their own, 10 scripts that do nothing, 2,500 messages: Holm is on what decides."""
    claimed, uncorrected = 0, 0
    for seed in range(20):
        rng = np.random.default_rng(500 + seed)
        level, mix = rng.beta(2, 14, 12), rng.dirichlet(np.full(10, 3.0), 12)
        rows = campaign(
            seed,
            2500,
            lambda rng, rep, mix=mix: f"s{rng.choice(10, p=mix[rep])}",
            lambda rep, script, level=level: float(level[rep]),
            reps=12,
        )  # fmt: skip
        found = compare(rows, "script", now=NOW)
        assert {pair.deciding for pair in found.pairs} <= {"within reps", "within weeks and reps"}
        assert all(pair.p_deciding_adjusted >= pair.p_deciding for pair in found.pairs)
        uncorrected += any(pair.p_deciding < 0.05 for pair in found.pairs)
        claimed += any(pair.verdict.kind in ("a_higher", "b_higher") for pair in found.pairs)
    assert uncorrected >= 6  # without the correction every second or third campaign would have a winner
    assert claimed <= 3  # 5 % of 20 is 1; four or more would happen once in 60 tries


def test_holm_is_held_against_the_difference_within_reps() -> None:
    """Of 15 pairs one is real within reps: the corrected p-value within reps says which, and the JSON has it."""
    rows = campaign(
        9, 3000, lambda rng, rep: f"s{rng.integers(6)}", lambda rep, script: 0.05 + 0.03 * rep + 0.20 * (script == "s0")
    )  # fmt: skip
    found = compare(rows, "script", now=NOW)
    shown = [pair for pair in found.pairs if pair.verdict.kind != "not_enough"]
    assert len(shown) == 5
    assert all(pair.a == "s0" for pair in shown)
    made = [pair.p_deciding for pair in found.pairs]
    assert [pair.p_deciding_adjusted for pair in found.pairs] == pytest.approx(holm(made))
    one = found.to_dict()["pairs"][0]
    assert (one["deciding"], one["p_deciding"]) == ("within reps", one["adjusted"]["p_value"])
    assert one["p_deciding_adjusted"] == pytest.approx(15 * one["p_deciding"])


def test_arms_that_are_reps_are_not_adjusted_for_reps() -> None:
    """Comparing reps says that their difference cannot be told from them."""
    (pair, *_) = compare(trainer(), "rep", now=NOW).pairs
    assert pair.adjusted.difference is None
    assert "the arms are the reps" in str(pair.adjusted.reason)


def test_unlike_lists_are_named_and_not_judged() -> None:
    """Scripts that went to different campaigns get no verdict, whatever the numbers."""
    rows = []
    for i, observation in enumerate(trainer()):
        where = "warm" if observation.message.script == "curiosity" else "cold"
        message = dataclasses.replace(observation.message, campaign=where if i % 20 else "warm")
        rows.append(dataclasses.replace(observation, message=message))
    found = compare(rows, "script", now=NOW)
    assert "campaign" in {w.to_dict().get("covariate") for w in found.warnings}
    assert found.pairs[0].verdict.kind == "confounded"


def test_simulated_outcomes_say_so() -> None:
    """One simulated outcome marks the whole result."""
    rows = trainer()
    rows[0] = dataclasses.replace(rows[0], outcome=dataclasses.replace(rows[0].outcome, simulated=True))  # type: ignore[type-var]
    found = compare(rows, "script", now=NOW)
    assert found.to_dict()["simulated"] is True
    assert "simulated" in kinds(found)
    assert compare(trainer(), "script", now=NOW).to_dict()["simulated"] is False


def test_warnings_count_what_is_left_out() -> None:
    """Unknown outcomes and young messages are in the JSON, with their numbers."""
    rows = trainer()
    rows[0] = dataclasses.replace(rows[0], outcome=None)
    found = compare(rows, "script", as_of=START + datetime.timedelta(days=30))
    by_kind = {w.kind: w.to_dict() for w in found.warnings}
    assert by_kind["unknown_outcome"]["count"] == 1
    assert by_kind["young_messages"]["count"] == found.prepared.young > 0
    assert found.to_dict()["left_out"]["young"] == found.prepared.young


def test_only_callbacks_in_the_export() -> None:
    """When all known outcomes are yes, the missing noes are asked for; with --missing-is 0 the rates are right."""
    rows = [o if o.outcome and o.outcome.callback else dataclasses.replace(o, outcome=None) for o in trainer()]
    found = compare(rows, "script", now=NOW)
    assert {"only_events", "unknown_outcome"} <= kinds(found)
    full = compare(rows, "script", missing_is=False, now=NOW)
    assert [(arm.n, arm.events) for arm in full.arms] == [(133, 27), (133, 14)]


def test_many_arms_are_corrected_by_holm() -> None:
    """With several pairs, the corrected p-values are larger, and an overall test is given."""
    rows = [
        dataclasses.replace(o, message=dataclasses.replace(o.message, script=f"{o.message.script}{i % 2}"))
        for i, o in enumerate(trainer())
    ]
    found = compare(rows, "script", now=NOW)
    assert len(found.pairs) == 6
    assert all(pair.p_adjusted >= pair.p_value for pair in found.pairs)
    assert found.overall_p is not None


def test_few_events_are_warned_of() -> None:
    """An arm with under five callbacks is a rough guess, and named."""
    found = compare(trainer()[:20] + trainer()[133:150], "script", now=NOW)
    assert "few_events" in kinds(found)
    assert found.pairs[0].test == "Fisher exact"


def test_unknown_reps_are_said() -> None:
    """Without reps nobody can see whether a strong one used one script: that is a warning, with the count."""
    bare = [dataclasses.replace(o, message=dataclasses.replace(o.message, rep=None)) for o in trainer()]
    for rows, count in ((bare, 266), ([*bare[:5], *trainer()[5:]], 5), (trainer(), 0)):
        said = [w.to_dict()["count"] for w in compare(rows, "script", now=NOW).warnings if w.kind == "rep_unknown"]
        assert said == ([count] if count else [])


def test_bad_outcomes_are_better_when_rare() -> None:
    """Of complaints the lower rate is the better one."""
    rows = [
        dataclasses.replace(o, outcome=Outcome(o.message.message_id, complaint=o.outcome.callback if o.outcome else None))
        for o in trainer()
    ]
    found = compare(rows, "script", "complaint", now=NOW)
    assert found.to_dict()["better"] == "lower"
    assert found.pairs[0].prob_a_better == pytest.approx(0.014, abs=0.002)


def test_columns_that_are_not_there() -> None:
    """An unknown column says which there are; an id is no arm."""
    with pytest.raises(SettingError, match="script"):
        compare(trainer(), "colour", now=NOW)
    with pytest.raises(SettingError, match="different values"):
        compare(trainer(), "prospect", now=NOW)


def test_numbers_are_binned() -> None:
    """A measured feature with many values is cut into thirds, or where one says, and its trend within reps is given."""
    rng = np.random.default_rng(1)
    rows = []
    for observation in trainer():
        pace = float(rng.normal(150, 20))
        callback = bool(rng.random() < 0.15 + 0.004 * (pace - 150))
        outcome = Outcome(observation.message.message_id, callback=callback)
        rows.append(dataclasses.replace(observation, outcome=outcome, features={"speaking_rate_wpm": pace}))
    found = compare(rows, "speaking_rate_wpm", now=NOW)
    assert [arm.n for arm in found.arms] == pytest.approx([89, 88, 89], abs=1)
    assert found.trend is not None
    assert found.trend.odds_ratio > 1.2
    cut = compare(rows, "speaking_rate_wpm", bins="140,160", now=NOW)
    assert [arm.arm for arm in cut.arms] == ["<= 140", "140 to 160", "> 160"]


def test_checks_are_compared_all_at_once() -> None:
    """Every check is passed against failed, with one correction over all of them; n/a is in no arm."""
    rows = [
        dataclasses.replace(
            o, checks={"named": "pass" if o.message.script == "curiosity" else "fail", "short": ("pass", "fail", "n/a")[i % 3]}
        )
        for i, o in enumerate(trainer())
    ]
    found = compare(rows, "checks", now=NOW)
    assert [(pair.a, pair.b) for pair in found.pairs] == [("named: pass", "named: fail"), ("short: pass", "short: fail")]
    assert found.pairs[0].p_adjusted == pytest.approx(2 * found.pairs[0].p_value)
    one = compare(rows, "check:short", now=NOW)
    assert [arm.arm for arm in one.arms] == ["pass", "fail"]
    assert sum(arm.n for arm in one.arms) < 266
    assert "no_arm" in kinds(one)


def test_predicted_arms_are_corrected() -> None:
    """Arms that a classifier heard carry a warning, and with its confusion matrix the larger difference."""
    rows = [dataclasses.replace(o, features={"approach": o.message.script}) for o in trainer()]
    bare = compare(rows, "approach", now=NOW)
    assert "diluted" in kinds(bare)
    assert bare.pairs[0].corrected is None
    meta = {"confusion": {"labels": ["curiosity", "pitch"], "matrix": [[85, 15], [15, 85]]}}
    found = compare(rows, "approach", now=NOW, approach_meta=meta)
    assert found.pairs[0].corrected is not None
    assert found.pairs[0].corrected[0] == pytest.approx(found.pairs[0].difference / 0.7, rel=0.01)
    assert found.to_dict()["arms"][0]["purity"] == pytest.approx(0.85, abs=0.01)


def test_costs() -> None:
    """Cost per callback is the sum of costs over the callbacks of the same messages."""
    rows = [dataclasses.replace(o, outcome=dataclasses.replace(o.outcome, cost=0.5)) for o in trainer()]  # type: ignore[type-var]
    found = compare(rows, "script", now=NOW).to_dict()
    assert found["arms"][0]["cost_per_event"] == pytest.approx(133 * 0.5 / 27)


def test_one_arm_and_none() -> None:
    """One arm, or no known outcome at all, is no error but a sentence."""
    assert "only one arm" in compare(trainer()[:133], "script", now=NOW).headline
    empty = compare([dataclasses.replace(o, outcome=None) for o in trainer()], "script", now=NOW)
    assert empty.arms == ()
    assert "No message" in empty.headline


def test_measures_of_an_older_version_are_named() -> None:
    """Arms that are measured say how many messages older code measured; arms of the manifest rest on no measure."""
    seen = [
        dataclasses.replace(one, points=float(50 + i % 3), older=i < 5, features={"approach": "pitch"})
        for i, one in enumerate(trainer())
    ]
    (caution,) = [one for one in compare(seen, "points", now=NOW).warnings if one.kind == "older_measures"]
    assert caution.sentence.startswith("5 messages were measured by an older version of vmaudio, of 266.")
    assert "older_measures" not in kinds(compare(seen, "script", now=NOW))
    today = [dataclasses.replace(one, older=False) for one in seen]
    assert "older_measures" not in kinds(compare(today, "points", now=NOW))


def test_still_needed_is_that_of_the_comparison_that_decides() -> None:
    """3 of 3 against 0 of 3: one more message of each where one rep left all, and more where every rep left one of each, as the
    exact test within reps has less to go by; with many messages within reps the count follows from that comparison."""

    def three(reps: tuple[str, str, str]) -> list[Observation]:
        rows = [("a", rep, True) for rep in reps] + [("b", rep, False) for rep in reps]
        messages = [Message(f"{i}.wav", rep=rep, sent_at=START.isoformat(), script=arm) for i, (arm, rep, _) in enumerate(rows)]
        return [Observation(m, Outcome(m.message_id, callback=hit)) for m, (_, _, hit) in zip(messages, rows, strict=True)]

    (one,) = compare(three(("x", "x", "x")), "script", now=NOW).pairs
    assert (one.n_more_per_arm, one.n_more_deciding) == (1, None)
    assert "per arm would show" not in one.verdict.sentence
    (apart,) = compare(three(("x", "y", "z")), "script", now=NOW).pairs
    assert apart.deciding == "within reps"
    assert apart.n_more_deciding is not None
    assert apart.n_more_deciding > 2
    assert "too few messages to say how many more" in apart.verdict.sentence


def test_not_enough_data_is_said_by_the_interval_of_the_test_that_decides() -> None:
    """The simple interval leaves out 0, the comparison within reps does not: its own interval is shown, or none."""
    (pair,) = compare(trainer(), "script", now=NOW).pairs
    inner = dataclasses.replace(pair.adjusted, difference=0.03, low=-0.05, high=0.11, p_value=0.4)
    apart = dataclasses.replace(
        pair, low=0.01, high=0.2, adjusted=inner, deciding="within reps", p_deciding_adjusted=0.4, n_more_deciding=900
    )
    said = pair_verdict(apart).sentence
    assert "compared within reps the difference may be anything from -5.0 to +11.0 points. 900 more messages per arm" in said
    corrected = dataclasses.replace(apart, adjusted=dataclasses.replace(inner, low=0.001))
    assert "chance alone may make a difference such as this one" in pair_verdict(corrected).sentence
    assert why_no_count(apart) == ""
    assert why_no_count(dataclasses.replace(apart, n_more_per_arm=73_406)) == ""  # another test than the one that decides
    endless = dataclasses.replace(apart, n_more_deciding=73_406)
    assert "too close so far" in why_no_count(endless)
    assert "73,406" not in pair_verdict(dataclasses.replace(endless, why_no_count=why_no_count(endless))).sentence


def test_what_does_not_depend_on_the_outcome_is_taken_over_and_changes_nothing() -> None:
    sent = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    seen = Messages(
        Observation(
            Message(f"{i}.wav", f"m{i}", rep=f"r{i % 5}", prospect=f"p{i % 150}", campaign="ab"[i % 3 > 0],
                    sent_at=(sent + datetime.timedelta(hours=7 * i)).isoformat(), script="xyz"[i * i % 7 % 3]),
            Outcome(f"m{i}", callback=i % 4 == 0, sale=i % 9 == 0 if i % 10 or i < 100 else None, complaint=i % 7 == 0),
        )
        for i in range(200)
    )  # fmt: skip
    now = sent + datetime.timedelta(days=365)
    told = [("script", "callback"), ("script", "complaint"), ("script", "sale"), ("rep", "sale"), ("script", "callback")]
    together = [compare(seen, by, outcome, now=now).to_dict() for by, outcome in told]
    assert together == [compare(list(seen), by, outcome, now=now).to_dict() for by, outcome in told]
    assert together[0]["n"] != together[2]["n"], "other messages count, so nothing may be taken over"
