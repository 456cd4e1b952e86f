"""A message that gives no reason, or presses, by the reason model: only where it is sure, and with the words that say so."""

import dataclasses
from pathlib import Path

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.records import Analysis, Message, ReasonHeard
from vmaudio.rubric import load_rubric, score

RUBRIC = load_rubric()
TEXT = (
    "Hi Karen, this is Dale Rowan with Summit Partners. We look after walk-in coolers, and yours may want new seals before the "
    "summer. Call me back at 303-555-0126. Again, 303-555-0126."
)


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A message with a reason, as it is measured."""
    path = tmp_path_factory.mktemp("reasons") / "a.wav"
    write_voice(path, len(TEXT.split()) / 2.2)
    return analyzer(default=TEXT).analyze(Message(str(path), rep="Dale Rowan"))


def told(measured, **chances):
    """Its checks and band where the reason model says this."""
    heard = ReasonHeard(chances, "We look after walk-in coolers,", 3.0, 5.0) if chances else None
    made = dataclasses.replace(measured, structure=dataclasses.replace(measured.structure, reason=heard))
    scored = score(made, RUBRIC)
    return {check.id: check for check in scored.checks}, scored.band


def test_sure_that_no_reason_is_given(measured):
    """The missing reason is told with the clause that says so most; nothing else on the card says that there is one."""
    checks, band = told(measured, none=0.95, general=0.05)
    assert checks["gives_reason"].verdict == checks["own_reason"].verdict == "fail"
    assert "We look after walk-in coolers" in checks["gives_reason"].evidence
    assert checks["reason_by_9s"].verdict != "pass"
    assert checks["no_pressure"].verdict == "pass"
    assert band == "weak"


def test_two_models_that_say_the_same(measured):
    """Half is enough where the approach model hears a pitch; elsewhere it is left open."""
    sounds_like = lambda chances: dataclasses.replace(  # noqa: E731
        measured, structure=dataclasses.replace(measured.structure, approach="pitch", approach_probabilities=chances)
    )
    reason = {"none": 0.35, "pressure": 0.2, "general": 0.45}
    pitch, _ = told(sounds_like({"pitch": 0.95, "offer": 0.05}), **reason)
    assert pitch["gives_reason"].verdict == "fail"
    unsure, _ = told(sounds_like({"pitch": 0.8, "offer": 0.2}), **reason)
    assert unsure["gives_reason"].verdict == "n/a"


def test_sure_that_it_presses(measured):
    """Pressure is told with its words, and the message is weak."""
    checks, band = told(measured, pressure=0.9, none=0.1)
    assert checks["no_pressure"].verdict == "fail"
    assert "We look after walk-in coolers" in checks["no_pressure"].evidence
    assert band == "weak"


def test_nobody_is_blamed_in_doubt(measured):
    """Below the thresholds the parts decide as they did, and pressure is left open."""
    before, band = told(measured)
    assert before["no_pressure"].verdict == "n/a"
    assert not before["no_pressure"].not_judged
    checks, same = told(measured, none=0.2, pressure=0.25, general=0.55)
    assert checks["no_pressure"].verdict == "n/a"
    assert checks["no_pressure"].not_judged
    assert {name: check.verdict for name, check in checks.items() if name != "no_pressure"} == {
        name: check.verdict for name, check in before.items() if name != "no_pressure"
    }
    assert same == band != "weak"


@pytest.mark.parametrize(
    "said", ["Bill Hogan told me to call you, he said", "You can have one of them for free, it's yours, no charge"]
)
def test_a_named_sender_or_a_gift_speaks_against_it(measured, said):
    """Words that name who sent the caller, or a thing to have, leave it to the listener."""
    segments = tuple(dataclasses.replace(one, text=f"{one.text} {said}") for one in measured.transcript.segments[:1])
    words = measured.transcript.text + " " + said
    other = dataclasses.replace(measured.transcript, text=words, segments=segments)
    checks, _ = told(dataclasses.replace(measured, transcript=other), none=0.99, general=0.01)
    assert checks["gives_reason"].verdict != "fail"


def test_an_older_rubric_and_an_older_analysis(measured, tmp_path: Path):
    """A rubric without the check scores as before; an analysis of before the model comes back without a reason."""
    own = tmp_path / "own.toml"
    own.write_text(
        'id = "own"\ntitle = "Own"\nversion = 1\n[bands]\nstrong = 80\nfair = 60\n'
        '[[check]]\nid = "gives_reason"\ntitle = "Say why"\ntest = "gives_reason"\nparts = ["reason", "value"]\nweight = 1\n'
        'tip = "Say it."\n',
        encoding="utf-8",
    )
    assert [check.id for check in score(measured, load_rubric(str(own))).checks] == ["gives_reason"]
    row = measured.to_dict()
    assert row["structure"]["reason"]["probabilities"]
    assert measured.structure.model_ids[-1] == "reason/1"
    assert "reason/1" not in measured.provenance.model_ids  # results of before lie under the same key, as older ones
    del row["structure"]["reason"]
    assert Analysis.from_dict(row).structure.reason is None
