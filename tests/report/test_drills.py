"""Which drills a rep gets, what is said in them, and when an attempt meets its target."""

from __future__ import annotations

import dataclasses

import pytest

from tests.makers import PIECES, analysis, parts, prosody, transcript
from vmaudio.records import Analysis, Message, Structure
from vmaudio.report import DRILLS, DrillOptions, drills_for, judge_drill
from vmaudio.rubric import load_rubric, score
from vmaudio.store import open_store

RUBRIC = load_rubric()
PLAIN = score(analysis(Message("a.wav")), RUBRIC)


def message(number: int, *missed: str, unsure: tuple[str, ...] = (), without: str = "") -> Analysis:
    """A message by Ann that misses some checks for sure, some perhaps, and passes all others; ``without`` a part."""
    verdicts = tuple(
        dataclasses.replace(
            check, verdict="fail" if check.id in (*missed, *unsure) else "pass", confidence=0.2 if check.id in unsure else 0.9
        )
        for check in PLAIN.checks
    )
    made = analysis(
        Message(f"{number}.wav", f"m{number}", rep="Ann", sent_at=f"2026-03-{number:02d}T10:00:00+00:00"),
        recording_id=f"{number:064d}",
    )
    pieces = parts(made.transcript, PIECES)
    structure = dataclasses.replace(made.structure, parts=tuple(part for part in pieces if part.label != without))
    return dataclasses.replace(made, structure=structure, score=dataclasses.replace(PLAIN, checks=verdicts))


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    with open_store(tmp_path / "vm.sqlite") as opened:
        yield opened


def missed(store, **more) -> dict[str, int]:
    """Drills with own misses, in the order of the offers."""
    return {offer.drill.id: offer.missed for offer in drills_for(store, "Ann", RUBRIC, **more) if offer.missed}


def test_a_rep_that_nothing_is_known_of_gets_them_all_in_their_order(store):
    """The default set, with examples."""
    for rep in ("", "Nobody"):
        offers = drills_for(store, rep, RUBRIC)
        assert [offer.drill.id for offer in offers] == list(DRILLS)
        assert all(offer.say == offer.drill.example and not offer.missed for offer in offers)


def test_own_misses_come_first_by_what_they_cost(store):
    """The number costs more than the pause at the end; a doubtful miss and what a person overruled ask for nothing."""
    store.save(message(1, "no_trailing_silence", unsure=("final_falls",)))
    store.save(message(2, "number_slow", "no_trailing_silence", "one_ask"))
    store.save(message(3, "number_slow"))
    store.save_override("m2", "one_ask", "pass", "she asks once", "Kim")
    assert missed(store) == {"number": 2, "end": 2}
    assert list(missed(store)) == ["number", "end"]
    assert missed(store, options=DrillOptions(newest=1)) == {"number": 1}


def test_what_is_said_is_the_reps_own_where_it_can_be(store):
    """The newest message that missed it gives the words, unless it lacks the part that the drill is about."""
    store.save(message(1, "number_slow"))
    (own,) = drills_for(store, "Ann", RUBRIC, drill="number")
    assert (own.say, own.own_message) == ("Call me at 303-555-0126.", "m1")
    store.save(message(2, "number_slow", without="number"))
    assert drills_for(store, "Ann", RUBRIC, drill="number")[0].own_message == "m1"
    short = drills_for(store, "Ann", RUBRIC, drill="pace", options=DrillOptions(most_words=5))[0]
    assert short.say.endswith(" …")
    assert len(short.say.split()) == 6


def test_a_drill_that_the_rubric_does_not_ask_for_is_left_out(store):
    """And the limits of the target are the rubric's own."""
    mine = dataclasses.replace(
        RUBRIC,
        criteria=tuple(
            dataclasses.replace(one, options={**one.options, "by_s": 12.0})
            for one in RUBRIC.criteria
            if one.id == "reason_by_9s"
        ),
    )
    (offer,) = drills_for(store, "Ann", mine)
    assert offer.target == "Say why you call in the first 12 s."


def test_only_the_checks_of_the_drill_count():
    """The pause before the number is missing: that is no fault of the drill for names."""
    made = analysis(Message("a.wav"))
    assert judge_drill(made, DRILLS["names"], RUBRIC).passed is True
    verdict = judge_drill(made, DRILLS["number"], RUBRIC)
    assert verdict.passed is False
    assert "Pause before the number" in verdict.evidence
    assert {check.id for check in verdict.checks} == set(DRILLS["number"].checks)


def test_a_fragment_that_is_no_message_is_judged_all_the_same():
    """A sentence alone would get no points as a message; the drill still answers what it asks."""
    said = transcript("Call me at 303-555-0126.")
    structure = dataclasses.replace(
        analysis(Message("a.wav")).structure, parts=(), approach="other", approach_probabilities={"other": 0.99}
    )
    made = analysis(Message("a.wav"), transcript=said, structure=structure)
    assert score(made, RUBRIC).points is None
    assert judge_drill(made, DRILLS["start"], RUBRIC).passed is True
    late = dataclasses.replace(made, features=dataclasses.replace(
        made.features, values={**made.features.values, "lead_silence_s": 5.0}
    ))  # fmt: skip
    assert judge_drill(late, DRILLS["start"], RUBRIC).passed is False


def test_what_cannot_be_judged_is_neither():
    """Without phrase ends nobody can say whether they fall; without speech nothing."""
    none = analysis(Message("a.wav"), prosody=prosody(ends=(), final_fall_st=float("nan")))
    assert judge_drill(none, DRILLS["ends"], RUBRIC).passed is None
    silent = analysis(Message("a.wav"), transcript=transcript(""))
    assert judge_drill(silent, DRILLS["pace"], RUBRIC).passed is None
    assert isinstance(silent.structure, Structure)


def test_a_target_is_not_met_while_one_of_its_checks_could_not_be_heard(monkeypatch):
    """The pause was good and the digits were not made out: that is no number that was said well."""

    def half_heard(*given):
        found = score(*given)
        checks = tuple(
            dataclasses.replace(one, verdict="pass", confidence=0.9)
            if one.id == "pause_before_number"
            else dataclasses.replace(one, verdict="n/a", not_judged=True)
            for one in found.checks
        )
        return dataclasses.replace(found, checks=checks)

    monkeypatch.setattr("vmaudio.report.drills.score", half_heard)
    verdict = judge_drill(analysis(Message("a.wav")), DRILLS["number"], RUBRIC)
    assert {check.verdict for check in verdict.checks} == {"pass", "n/a"}
    assert verdict.passed is None
