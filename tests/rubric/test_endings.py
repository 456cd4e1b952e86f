"""How sentences end: a rise is a rise only beyond the error of the measure, and only of sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from tests.makers import analysis, prosody, transcript
from tests.rubric.test_scoring import judged
from vmaudio.records import Analysis, Check, PhraseEnd

TEXT = "Hi Dana. It is about the lease. I can save you rent. Call me back, please, at the office. Is that fine?"
STEP = 0.4


def ends(*falls_st: float, error_st: float = 0.5) -> tuple[PhraseEnd, ...]:
    """Ends at the first words with a full stop, in turn."""
    last = [i for i, word in enumerate(TEXT.split()) if word.endswith((".", "?"))]
    times = [0.5 + (i + 0.9) * STEP for i in last]
    return tuple(PhraseEnd(at - 0.5, at, fall, error_st) for at, fall in zip(times, falls_st, strict=False))


def message(given: Sequence[PhraseEnd], text: str = TEXT) -> Analysis:
    return analysis(transcript=transcript(text), prosody=prosody(ends=tuple(given)))


def verdict(*falls_st: float, error_st: float = 0.5) -> Check:
    return judged("ends_fall", message(ends(*falls_st, error_st=error_st)))


@pytest.mark.parametrize(
    ("falls_st", "wanted"),
    [
        ((2.0, 1.5, 3.0, 2.5), "pass"),
        ((-2.0, -1.5, -3.0, -2.5), "fail"),
        ((0.3, -0.2, 0.4, 0.1), "n/a"),
        ((-2.0, 2.0, -2.0, 2.0), "n/a"),
        ((3.0, 3.0, 3.0, -3.0), "pass"),
        ((-3.0, -3.0, -3.0, 3.0), "fail"),
        ((-2.0, -0.9, -0.4, 0.4), "n/a"),
        ((1.2,), "pass"),
        ((-0.8,), "n/a"),
        ((-7.5,), "n/a"),
        ((), "n/a"),
    ],
)
def test_falls_rises_and_neither(falls_st: tuple[float, ...], wanted: str) -> None:
    """Beyond the error a fall passes and a rise fails; a level end, as many of one as of the other, and none at all are n/a."""
    assert verdict(*falls_st).verdict == wanted


def test_a_greater_error_is_a_greater_tolerance() -> None:
    """Ends that were measured badly are held against nobody."""
    assert verdict(-1.2, -1.2, error_st=0.5).verdict == "fail"
    assert verdict(-1.2, -1.2, error_st=0.95).verdict == "n/a"


def test_words_and_second() -> None:
    """The evidence is in words that a person reads, with the second of the clearest end."""
    found = verdict(-1.2, -1.7, -4.0)
    assert found.evidence == "ends rise by 1.7 semitones (3 of 3 sentences), most at 0:04"
    assert found.start_s == pytest.approx(ends(0, 0, 0)[2].start_s)
    assert verdict(2.0).evidence == "ends fall by 2.0 semitones"


def test_only_sentences_count() -> None:
    """A rise before a comma and one of a question are not held against anybody; without marks every phrase counts."""
    words = transcript(TEXT).words
    comma = next(word for word in words if word.text == "back,")
    listed = PhraseEnd(comma.end_s - 0.5, comma.end_s, -4.0, 0.5)
    question = PhraseEnd(words[-1].end_s - 0.5, words[-1].end_s, -5.0, 0.5)
    assert judged("ends_fall", message([ends(2.0)[0], listed, question])).verdict == "pass"
    plain = TEXT.replace(".", "").replace(",", "").replace("?", "")
    assert judged("ends_fall", message([ends(2.0)[0], listed, question], plain)).verdict == "fail"


def test_results_of_older_versions_say_so() -> None:
    """A stored result with a final fall and no ends was measured before there were any."""
    assert "older version" in judged("ends_fall", message(())).evidence
    unmeasured = analysis(prosody=prosody(final_fall_st=math.nan, ends=()))
    assert "could not be measured" not in judged("ends_fall", message(())).evidence
    assert judged("ends_fall", unmeasured).evidence.startswith("no end of a sentence could be measured")


@pytest.mark.parametrize(("fall_st", "wanted"), [(1.5, "pass"), (0.4, "n/a"), (-0.9, "n/a"), (-1.7, "fail")])
def test_the_feature_has_the_same_tolerance(fall_st: float, wanted: str) -> None:
    """A rubric that asks for ``final_fall_st`` itself is answered in the same words, and n/a within the error."""
    made = analysis(prosody=prosody(final_fall_st=fall_st, ends=ends(fall_st)))
    found = judged("feature", made, feature="final_fall_st", low=0.0)
    assert found.verdict == wanted
    assert f"ends {'fall' if fall_st > 0 else 'rise'} by {abs(fall_st):.1f} semitones" in found.evidence
