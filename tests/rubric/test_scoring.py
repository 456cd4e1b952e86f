"""Points are weights passed over weights that apply, and every verdict quotes its evidence."""

import dataclasses
import random
import re

import pytest

from tests.makers import analysis, prosody, transcript
from vmaudio.records import (
    Check,
    Entities,
    Failure,
    FileSpan,
    Flag,
    Mention,
    Message,
    Part,
    Pause,
    Phone,
    RepBaseline,
    Span,
    Structure,
)
from vmaudio.rubric import rep_baseline, scoring
from vmaudio.rubric.load import Criterion, Rubric, load_rubric


def judged(test, made=None, baseline=None, **options):
    """The one check of a rubric with one question."""
    criterion = Criterion("it", "It", test, 1.0, "Do it.", options)
    one = Rubric("r@1", "R", (criterion,), 75, 50, ("robocall",), 0.6)
    (check,) = scoring.score(made or analysis(), one, baseline).checks
    return check


def with_structure(parts, approach="pitch", **probabilities):
    order = tuple(dict.fromkeys(part.label for part in parts))
    return Structure(tuple(parts), order, approach, probabilities or {approach: 0.9})


def phone(digits="3035550126", complete=True, agreement=1.0, times=1, rate=2.0, start=5.0, confidence=0.9):
    spans = tuple(Span(start + 4 * i, start + 4 * i + 3) for i in range(times))
    return Phone(digits, None, None, spans, times, agreement, confidence, rate, complete)


def test_the_default_rubric_on_a_good_message():
    """A message that names, explains, asks and gives its number twice passes those checks, with quoted evidence."""
    made = analysis(Message("t.wav", prospect_name="Dana Whitfield", caller_id="(303) 555-0126"))
    checks = {check.id: check for check in scoring.score(made, load_rubric()).checks}
    for name in ("caller_named", "callee_matches", "reason_by_9s", "number_complete", "number_is_caller_id", "one_ask"):
        assert checks[name].verdict == "pass", checks[name]
    assert "Tom Becker" in checks["caller_named"].evidence
    assert checks["caller_named"].start_s == pytest.approx(5.3)
    assert checks["something_for_them"].verdict == "fail"
    assert checks["personal"].verdict == "n/a"


def test_points_are_weights_passed_over_weights_that_apply():
    """n/a leaves the sum; nothing that applies gives no points."""
    checks = [Check("a", "pass", 3, ""), Check("b", "fail", 1, ""), Check("c", "n/a", 96, "")]
    assert scoring.points_of(checks) == 75.0
    assert scoring.points_of(checks[2:]) is None


def test_points_are_the_sum_of_the_checks():
    """The default rubric's points are what its checks add up to."""
    score = scoring.score(analysis(), load_rubric())
    applies = [check for check in score.checks if check.verdict != "n/a"]
    passed = sum(check.weight * check.counts for check in applies if check.verdict == "pass")
    assert score.points == pytest.approx(100 * passed / sum(check.weight * check.counts for check in applies), abs=0.05)
    assert score.callback_probability is None


def test_a_message_without_speech_is_unscored():
    """Silence gets no points, and every check says why."""
    score = scoring.score(analysis(transcript=transcript("")), load_rubric())
    assert (score.points, score.band) == (None, "unscored")
    assert {check.verdict for check in score.checks} == {"n/a"}


def test_a_robocall_is_unscored_only_when_the_model_is_sure():
    """A message that is no sales message gets no points; a doubtful one is scored."""
    for sure, band in ((0.9, "unscored"), (0.4, "weak")):
        made = analysis(structure=with_structure([], "robocall", robocall=sure), entities=Entities())
        assert (scoring.score(made, load_rubric()).band == "unscored") == (band == "unscored")


def test_a_message_that_names_its_listener_is_hardly_a_robocall():
    """A recording made for thousands names nobody: where a listener is named, the model must be very sure."""
    for sure, unscored in ((0.9, False), (0.97, True)):
        made = analysis(structure=with_structure([], "robocall", robocall=sure))
        assert (scoring.score(made, load_rubric()).band == "unscored") is unscored


def test_a_name_that_was_not_made_out_is_not_held_against_the_caller():
    """Where the word after the greeting is unsure, whether a name was said cannot be told; where it is sure, it can."""
    text = "Hello this please call me back today at the office"
    for sure, verdict in ((0.2, "n/a"), (0.9, "fail")):
        script = transcript(text)
        words = list(script.words)
        words[1] = dataclasses.replace(words[1], probability=sure)
        script = dataclasses.replace(script, segments=(dataclasses.replace(script.segments[0], words=tuple(words)),))
        check = judged("callee_named", analysis(transcript=script, entities=Entities()))
        assert check.verdict == verdict
    assert "today" in judged("says_any", analysis(transcript=transcript(text)), phrases=("today",)).evidence


def test_a_message_in_another_language_has_no_points_and_says_why():
    """Checks of words are English only: the few that need none give no points, and the reason is the one most checks give."""
    german = dataclasses.replace(transcript(), language="de")
    found = scoring.score(analysis(transcript=german), load_rubric())
    assert (found.points, found.band) == (None, "unscored")
    assert found.why_unscored == "the message is not in English (de); run with --language de"
    unwritten = dataclasses.replace(german, text="", segments=())
    assert scoring.score(analysis(transcript=unwritten), load_rubric()).why_unscored == found.why_unscored
    assert next(check for check in found.checks if check.id == "under_30s").verdict == "pass"
    assert scoring.score(analysis(), load_rubric()).why_unscored == ""


def test_clipping_alone_leaves_the_points():
    """Clipping lowers confidence; that the words cannot be trusted is a matter of noise."""
    assert scoring.score(analysis(prosody=prosody(snr_db=12.0, clipped_share=0.06)), load_rubric()).points is not None


def test_noise_lowers_what_checks_of_words_are_sure_of():
    """In some noise a pass is less sure; the check of the line itself is as sure as ever."""
    some = analysis(prosody=prosody(snr_db=8.0))
    heard = judged("says_any", some, phrases=("call me",))
    assert heard.verdict == "pass"
    assert heard.confidence < 0.7 * judged("says_any", phrases=("call me",)).confidence
    line = judged("clear_line", some, low_snr_db=12.0, high_clipped_share=0.005)
    assert (line.verdict, line.confidence) == ("fail", 1.0)


@pytest.mark.parametrize(
    "changes", [{"snr_db": 0.0}, {"clipped_share": 0.08, "snr_db": 2.0}, {"snr_db": -5.0, "clipped_share": 0.2}]
)
@pytest.mark.parametrize(("phrase", "clear"), [("call me", "pass"), ("dear sir", "fail")])
def test_on_a_line_nobody_can_make_out_checks_are_unknown(changes, phrase, clear):
    """What was heard and what was not are n/a with the reason; on a clear line they pass and fail."""
    bad = judged("says_any", analysis(prosody=prosody(**changes)), phrases=(phrase,))
    assert (bad.verdict, bad.confidence) == ("n/a", 0)
    assert "below the voice" in bad.evidence
    assert scoring.score(analysis(prosody=prosody(**changes)), load_rubric()).band == "unscored"
    assert judged("says_any", phrases=(phrase,)).verdict == clear


def test_confidence_is_that_of_the_words_quoted():
    """The words that a verdict quotes decide how sure it is, not the rest of the message."""
    script = transcript()
    words = tuple(dataclasses.replace(w, probability=0.5 if "Becker" in w.text else 0.9) for w in script.words)
    script = dataclasses.replace(script, segments=(dataclasses.replace(script.segments[0], words=words),))
    made = analysis(transcript=script)
    assert judged("says_any", made, phrases=("becker",)).confidence == pytest.approx(0.5)
    assert judged("says_any", made, phrases=("call me",)).confidence == pytest.approx(0.9)
    overall = judged("feature", made, feature="n_words", low=1.0)
    assert overall.confidence == pytest.approx(made.features.values["word_probability"], abs=0.001)


ROLES = (
    ("part_present", {"parts": ("reason",)}),
    ("part_by", {"parts": ("reason",), "by_s": 9.0}),
    ("part_count", {"parts": ("reason",), "low": 1.0}),
)


@pytest.mark.parametrize(("test", "options"), ROLES)
def test_a_part_that_may_be_there_is_not_missed(test, options):
    """Where some clause may well be a reason, that none was heard cannot be told; where none is likely one, it fails."""

    def of(chance, label="other"):
        part = Part(label, 2.0, 4.0, "looks like rain", 0.5, {"reason": chance, "other": 1 - chance})
        return judged(test, analysis(structure=with_structure([part])), **options)

    open_, missed = of(0.45), of(0.1)
    assert (open_.verdict, open_.confidence) == ("n/a", 0)
    assert "may have been it (45 %)" in open_.evidence
    assert missed.verdict == "fail"
    assert 0.7 < missed.confidence < 0.9
    assert of(0.55, "reason").verdict == "pass"


@pytest.mark.parametrize(("chance", "verdict"), [(0.9, "fail"), (0.7, "n/a"), (0.4, "n/a")])
def test_one_part_too_many_counts_only_where_it_is_likely_one(chance, verdict):
    """Three asks are too many; where the third may be something else, that is left to the listener."""
    sure = [Part("ask", 2.0 * at, 2.0 * at + 1, "call me back", 0.9, {"ask": 0.9}) for at in range(2)]
    third = Part("ask", 6.0, 7.0, "if you need me", chance, {"ask": chance, "other": 1 - chance})
    ruling = judged("part_count", analysis(structure=with_structure([*sure, third])), parts=("ask",), low=1.0, high=2.0)
    assert ruling.verdict == verdict
    assert "3 × ask" in ruling.evidence


def test_a_part_that_reads_as_another_names_nobody():
    """ "just checking in" where the listener is named: a label that comes of the place alone is no name that was heard."""
    for chances, verdict in (({"reason": 0.45, "callee": 0.15}, "n/a"), ({"callee": 0.8, "reason": 0.15}, "pass")):
        part = Part("callee", 2.0, 4.0, "just checking in", 0.15, chances)
        who = dataclasses.replace(analysis().entities, callee=None)
        assert judged("callee_named", analysis(structure=with_structure([part]), entities=who)).verdict == verdict


def test_a_late_reason_is_late_only_if_none_was_likely_before():
    """A reason at 12 s comes too late; not if what was said at 2 s may have been one."""
    for early, verdict in ((0.05, "fail"), (0.4, "n/a")):
        first = Part("other", 2.0, 4.0, "looks like rain", 1 - early, {"reason": early, "other": 1 - early})
        late = Part("reason", 12.0, 14.0, "about your lease", 0.9, {"reason": 0.9})
        made = analysis(structure=with_structure([first, late]))
        assert judged("part_by", made, parts=("reason",), by_s=9.0).verdict == verdict


def test_a_name_that_a_clause_may_hold_is_not_missed():
    """A caller's name that was heard passes whatever the parts say; without it no clause must be likely to name the caller."""
    maybe = Part("other", 2.0, 3.0, "looks", 0.6, {"identity": 0.3, "other": 0.6})
    assert judged("caller_named", analysis(structure=with_structure([maybe]))).verdict == "pass"
    without = analysis(Message("t.wav"), structure=with_structure([maybe]), entities=Entities())
    assert judged("caller_named", without).verdict == "n/a"


def test_a_check_to_hear_again_says_so():
    """Pass or fail of little confidence is marked; n/a is not."""
    made = [Check("a", verdict, 1, "", confidence=c) for verdict, c in (("fail", 0.45), ("pass", 0.9), ("n/a", 0.0))]
    assert [check.unsure for check in made] == [True, False, False]


def test_words_that_cannot_be_made_out_are_not_judged():
    """A check of words is n/a with the reason when the recogniser is unsure; a check of the signal is not."""
    made = analysis(transcript=transcript(probability=0.2))
    assert judged("caller_named", made).verdict == "n/a"
    assert "hard to make out" in judged("caller_named", made).evidence
    assert judged("clear_line", made, low_snr_db=12.0, high_clipped_share=0.01).verdict == "pass"


@pytest.mark.parametrize(
    ("expected", "said", "verdict"),
    [
        ("Dana Whitfield", "Dana", "pass"),
        ("Dana Whitfield", "Mr. Whitfield", "pass"),
        ("Jon Petersen", "John", "pass"),
        ("Dana Whitfield", "Robert", "fail"),
        (None, "Dana", "n/a"),
    ],
)
def test_the_callee_is_compared_with_the_manifest(expected, said, verdict):
    """The name heard is compared with the manifest's, first name or last, within a recognition error."""
    made = analysis(Message("t.wav", prospect_name=expected), entities=Entities(callee=Mention(said, 0.9, 1.2, 0.9)))
    assert judged("callee_matches", made, least_similarity=0.8).verdict == verdict


@pytest.mark.parametrize(("sure", "verdict"), [(0.5, "pass"), (0.9, "n/a")])
def test_a_guess_that_is_like_the_listed_name_is_that_name(sure, verdict):
    """ "Tabisa" for Tabitha passes where the recogniser guessed; where it was sure, somebody has to listen."""
    heard = Entities(callee=Mention("Tabisa", 0.9, 1.2, sure))
    made = analysis(Message("t.wav", prospect_name="Tabitha Crane"), entities=heard)
    assert judged("callee_matches", made, least_similarity=0.8).verdict == verdict


def test_a_name_that_was_not_made_out_is_compared_with_none():
    """Where a name may have been said that is left to the listener, and not called missing."""
    message = Message("t.wav", prospect_name="Diane Kemp")
    script = transcript("They end. I read about your window and those two dresses.")
    said = script.segments[0]
    words = (dataclasses.replace(said.words[0], probability=0.2), *said.words[1:])
    script = dataclasses.replace(script, segments=(dataclasses.replace(said, words=words),))
    check = judged("callee_matches", analysis(message, entities=Entities(), transcript=script), least_similarity=0.8)
    assert (check.verdict, check.not_judged) == ("n/a", True)
    assert "listen at" in check.evidence


@pytest.mark.parametrize(("sure", "evidence"), [(0.4, "“Arpegged” at 0:01, heard so: not sure"), (0.9, "“Arpegged” at 0:01")])
def test_a_name_that_was_guessed_is_said_to_be_unsure(sure, evidence):
    """A name was said, and whether it is the one that was heard is left open."""
    made = analysis(entities=Entities(caller=Mention("Arpegged", 1.0, 1.4, sure)))
    check = judged("caller_named", made)
    assert (check.verdict, check.evidence) == ("pass", evidence)


def test_a_prospect_that_is_a_name_is_taken_for_one():
    """A manifest with names in its prospect column and no prospect_name is understood; an id is not a name."""
    entities = Entities(callee=Mention("Walter", 0.9, 1.2, 0.9))
    named = analysis(Message("t.wav", prospect="Walter Ashby"), entities=entities)
    coded = analysis(Message("t.wav", prospect="Water List 2"), entities=entities)
    assert judged("callee_matches", named, least_similarity=0.8).verdict == "pass"
    assert judged("callee_matches", coded, least_similarity=0.8).verdict == "n/a"


@pytest.mark.parametrize(
    ("phones", "verdict"),
    [
        ((phone(),), "pass"),
        ((), "fail"),
        ((phone("5550126", complete=False),), "fail"),
        ((phone("5550126", complete=False, confidence=0.3),), "n/a"),
        ((phone("5550126", complete=False, agreement=0.9),), "n/a"),
        ((phone("303555126", complete=False),), "n/a"),
        ((phone(complete=False, agreement=0.9, times=2),), "n/a"),
        ((phone(complete=False, confidence=0.2),), "n/a"),
    ],
)
def test_number_complete(phones, verdict):
    """Fewer digits than ten fail where they were said for sure; a number that may have lost one in hearing is n/a."""
    script = transcript("Hi Dana, your lease ends in May, call me back")
    made = analysis(entities=Entities(phones=phones), structure=with_structure([]), transcript=script)
    check = judged("number_complete", made)
    assert (check.verdict, check.not_judged) == (verdict, verdict == "n/a")


def heard_numbers(*sayings, times=None, agreement=1.0, probability=0.9, again=None, lead="Call me at"):
    """A message that says a number: the words of each saying, one a second from 5 s on."""
    script = transcript(f"{lead} " + " ".join(sayings), words_per_s=1.0, probability=probability)
    spans = tuple(Span(w.start_s, w.end_s) for w in script.words[len(lead.split()) :])
    digits = re.sub(r"\D", "", sayings[0])
    one = Phone(digits, None, None, spans, times or len(sayings), agreement, 0.5, 2.0, False, heard_again=again)
    return analysis(entities=Entities(phones=(one,)), structure=with_structure([]), transcript=script)


def test_a_number_in_doubt_says_where_to_listen_and_what_was_heard():
    """What was heard each time stands in the evidence, the time as minutes and seconds; the place is the first saying."""
    check = judged("number_complete", heard_numbers("303-555-0126,", "303-555-126.", agreement=0.9))
    assert check.evidence == "heard as 303-555-0126 and then 303-555-126; listen to 0:03"
    assert (check.verdict, check.start_s) == ("n/a", pytest.approx(3.5))
    again = judged("number_complete", heard_numbers("303-555-0126", agreement=0.9, again="303555126"))
    assert again.evidence == "heard as 303-555-0126, and when heard again as 303-555-126; listen to 0:03"
    lost = judged("number_complete", heard_numbers("303-555-0126", agreement=0.0, again=""))
    assert lost.evidence == "heard as 303-555-0126, and when heard again as no such number; listen to 0:03"
    assert (again.verdict, lost.verdict) == ("n/a", "n/a")
    twice = judged("number_complete", heard_numbers("303-555-126", again="303555126"))
    assert twice.evidence == "heard as 303-555-126 in both hearings; listen to 0:03"
    odd = judged("number_complete", heard_numbers("5555063", agreement=0.9, again="55550163"))
    assert odd.evidence == "heard as 5555063, and when heard again as 55550163; listen to 0:03"


@pytest.mark.parametrize(
    ("sayings", "again", "verdict"),
    [
        (("303-555-0126", "303-555-0128"), "3035550126", "n/a"),  # ten digits each time, but which?
        (("303-555-0126",), "3035550128", "n/a"),
        (("303-555-126", "303-555-0126"), "3035550126", "n/a"),
        (("303-555-126",), "303555126", "n/a"),  # nine digits are nobody's number: one was lost
        (("155-555-0126",), "1555550126", "n/a"),  # no area code begins with 1
        (("555-0126",), "5550126", "fail"),
        (("555-0126", "555-0126"), "5550126", "fail"),
        (("555-0126",), "3035550126", "n/a"),
        (("555-0126",), "", "n/a"),
    ],
)
def test_what_was_heard_more_than_once_is_judged(sayings, again, verdict):
    """Seven digits were said where nothing else was heard; whatever else is in doubt neither blames nor praises."""
    assert judged("number_complete", heard_numbers(*sayings, agreement=0.9, again=again)).verdict == verdict


@pytest.mark.parametrize(
    ("lead", "verdict"),
    [
        ("My number is free of free.", "n/a"), ("It is eight oh", "n/a"), ("Ask for two or three", "n/a"),
        ("You can reach me at", "fail"), ("It is free. Call me at", "fail"), ("I have one for you, at", "fail"),
        ("You don't want to be the last one. Ivo", "n/a"), ("Ask for Ivo,", "fail"), ("Thanks, Ivo. Call", "fail"),
    ],
)  # fmt: skip
def test_words_that_sound_like_an_area_code(lead, verdict):
    """Recognisers write "free of free" for 303 and "Ivo" for 505: nobody is told that digits were missing where such words
    stand before."""
    assert judged("number_complete", heard_numbers("555-0126", "555-0126", again="5550126", lead=lead)).verdict == verdict


def test_speech_without_words_may_hold_the_number():
    """Where no words were made out for as long as a number takes, nobody is told to say the number."""
    script = transcript("Hi Dana, your lease ends in May, call me at")
    made = analysis(entities=Entities(), structure=with_structure([]), transcript=script)
    assert judged("number_complete", made).verdict == "fail"
    longer = dataclasses.replace(made, duration_s=made.duration_s + 2.5)
    check = judged("number_complete", longer)
    assert (check.verdict, check.not_judged, check.start_s) == ("n/a", True, script.words[-1].end_s)


def test_number_early_or_twice():
    """A number that ends after 20 s passes only when it is said twice."""
    late, twice = phone(start=25.0), phone(start=25.0, times=2)
    assert judged("number_by_or_twice", analysis(entities=Entities(phones=(late,))), by_s=20.0).verdict == "fail"
    assert judged("number_by_or_twice", analysis(entities=Entities(phones=(twice,))), by_s=20.0).verdict == "pass"
    assert judged("number_by_or_twice", analysis(entities=Entities()), by_s=20.0).verdict == "n/a"


def test_number_slow():
    """A number above the limit of digits per second fails, with its pace and its second."""
    check = judged("number_slow", analysis(entities=Entities(phones=(phone(rate=4.2),))), high_digits_per_s=3.0)
    assert (check.verdict, check.start_s) == ("fail", 5.0)
    assert "4.2 digits per second" in check.evidence


def test_caller_id():
    """The number said is compared with the number shown, in whatever form it is written."""
    said = Entities(phones=(phone(),))
    for shown, verdict in (
        ("+1 303-555-0126", "pass"), ("3035550199", "fail"), (None, "n/a"), ("+1 303-555-0126 x12", "pass"),
        ("sip:13035550126@host:5060", "pass"), ('"Tom" <3035550126>', "pass"), ("804-555-0192; 303-555-0126", "pass"),
        ("Anonymous", "n/a"), ("3.03555E+09", "n/a"), ("sip:18045550192@host", "fail"),
    ):  # fmt: skip
        assert judged("number_is_caller_id", analysis(Message("t", caller_id=shown), entities=said)).verdict == verdict


def test_an_office_and_a_cell_are_both_said():
    """The first said is the number to call; either of them may be the one that the phone shows."""
    said = Entities(phones=(phone("2065550127", confidence=0.93), phone("2065550194", start=25.0, confidence=0.96)))
    for shown in ("206-555-0127", "206-555-0194"):
        made = analysis(Message("t", caller_id=shown), entities=said)
        assert judged("number_is_caller_id", made).verdict == "pass"
        assert judged("number_by_or_twice", made, by_s=20.0).verdict == "pass"


def test_a_caller_id_of_several_numbers_is_compared_with_each():
    """Any of them in any hearing passes; but for one digit of either, nobody can say."""
    shown = Message("t", caller_id="804-555-0192; 303-555-0126 x12")
    for said, verdict in ((phone("8045550192"), "pass"), (phone("3035550136"), "n/a"), (phone("4155550147"), "fail")):
        check = judged("number_is_caller_id", analysis(shown, entities=Entities(phones=(said,))))
        assert check.verdict == verdict
        assert verdict == "pass" or "804-555-0192 or 303-555-0126" in check.evidence


def test_a_number_that_was_put_right_is_the_one_that_the_phone_shows():
    """Its digits count, not only those of the hearings: no sentence says one number twice as if they were two."""
    made = heard_numbers("303-555-126", again="303555126")
    settled = dataclasses.replace(made.entities.phones[0], digits="3035550126", complete=True)
    made = dataclasses.replace(made, message=Message("t", caller_id="+1 303-555-0126"), entities=Entities(phones=(settled,)))
    check = judged("number_is_caller_id", made)
    assert (check.verdict, check.evidence) == ("pass", "said 303-555-0126, the phone shows it")


def test_a_number_in_doubt_is_not_compared_and_one_digit_off_is_not_held_against_the_rep():
    """Beside a number in doubt nothing is said of the phone's own; one that is it but for a digit may be it, misheard."""
    shown = Message("t", caller_id="+1 303-555-0126")
    in_doubt = dataclasses.replace(phone("3035550136", complete=False), heard_again="3035550126")
    near, far = phone("3035550136"), phone("3035550199")
    verdicts = []
    for said in (in_doubt, near, far, dataclasses.replace(in_doubt, heard_again="303555126")):
        check = judged("number_is_caller_id", analysis(shown, entities=Entities(phones=(said,))))
        verdicts.append((check.verdict, check.not_judged))
    assert verdicts == [("n/a", True), ("n/a", True), ("fail", False), ("n/a", True)]
    nine = dataclasses.replace(phone("303555126", complete=False), heard_again="3035550126")
    assert judged("number_complete", analysis(shown, entities=Entities(phones=(nine,)))).not_judged
    assert judged("number_complete", analysis(entities=Entities(phones=(nine,)))).verdict == "n/a"
    twice = Entities(phones=(dataclasses.replace(nine, heard_again="303555126"),))
    check = judged("number_complete", analysis(shown, entities=twice))
    assert check.not_judged
    assert "the phone shows 303-555-0126" in check.evidence
    other = Message("t", caller_id="+1 415-555-0147")
    assert "phone" not in judged("number_complete", analysis(other, entities=twice)).evidence


def test_a_fail_is_na_where_the_message_may_be_of_an_approach_that_it_is_not_for():
    """A message that may be a curiosity message is not told to name its company; one that surely is none is."""
    for chance, verdict in ((0.45, "n/a"), (0.3, "fail")):
        built = with_structure([], pitch=1 - chance, curiosity=chance)
        checks = scoring.score(analysis(entities=Entities(), structure=built), load_rubric()).checks
        (check,) = [one for one in checks if one.id == "company_named"]
        assert (check.verdict, check.not_judged) == (verdict, verdict == "n/a")


def test_order_of_parts():
    """Reason before company passes, company before reason fails, one of them missing is n/a."""
    reason, company = Part("reason", 1.0, 2.0, "it ends in May", 0.9), Part("company", 3.0, 4.0, "with Acme", 0.9)
    options = {"first": ("reason", "offer"), "then": ("company",)}
    assert (
        judged("part_before", analysis(entities=Entities(), structure=with_structure([reason, company])), **options).verdict
        == "pass"
    )
    swapped = [dataclasses.replace(company, start_s=0.5), reason]
    assert judged("part_before", analysis(entities=Entities(), structure=with_structure(swapped)), **options).verdict == "fail"
    assert judged("part_before", analysis(entities=Entities(), structure=with_structure([reason])), **options).verdict == "n/a"
    named = Entities(company=Mention("Acme", 3.1, 3.4, 0.9))
    late = judged("part_before", analysis(entities=named, structure=with_structure(swapped)), **options)
    assert (late.verdict, late.not_judged) == ("n/a", True)  # the part is no company: its name comes behind the reason
    greeting = Part("greeting", 0.1, 0.4, "hi there", 0.6, {"greeting": 0.6, "reason": 0.4})
    unsure = judged("part_before", analysis(entities=Entities(), structure=with_structure([greeting, *swapped])), **options)
    assert (unsure.verdict, unsure.not_judged) == ("n/a", True)


def test_part_by_a_second():
    """A reason at 12 s is too late for 9 s, and the evidence says when it came."""
    late = Part("reason", 12.4, 14.0, "your lease ends in May", 0.9)
    check = judged("part_by", analysis(structure=with_structure([late])), parts=("reason", "offer"), by_s=9.0)
    assert (check.verdict, check.start_s) == ("fail", 12.4)
    assert "0:12" in check.evidence


def test_phrases():
    """A phrase is found across punctuation and capitals, with its second, and not after the limit."""
    made = analysis(transcript=transcript("Hello there. How are you? Fine. I just wanted to touch base."))
    options = {"phrases": ("how are you", "touch base")}
    assert judged("says_none", made, **options, within_s=3.0).evidence.startswith("“how are you” at 0:01")
    assert judged("says_none", made, phrases=("touch base",), within_s=3.0).verdict == "pass"
    assert judged("says_any", made, phrases=("TOUCH BASE",)).verdict == "pass"
    assert judged("says_any", made, phrases=("are you how",)).verdict == "fail"


def test_pace_is_judged_against_the_reps_own():
    """With a baseline of ten messages the rep's own pace counts, without it the rubric's band."""
    made = analysis(transcript=transcript(words_per_s=3.5))
    rate = made.features.values["speaking_rate_wpm"]
    own = RepBaseline("b1", "Tom", 10, {"speaking_rate_wpm": rate}, {})
    few = dataclasses.replace(own, n=9)
    options = {"high_wpm": rate / 1.1, "above_own": 1.15}
    assert judged("pace_under", made, **options).verdict == "fail"
    assert judged("pace_under", made, own, **options).verdict == "pass"
    assert judged("pace_under", made, few, **options).verdict == "fail"


def test_feature_ranges():
    """A feature is held to its range, and n/a when it was not measured."""
    assert judged("feature", feature="tail_silence_s", high=3.0).verdict == "pass"
    long = analysis(prosody=prosody(tail_silence_s=5.0))
    assert judged("feature", long, feature="tail_silence_s", high=3.0).verdict == "fail"
    unvoiced = analysis(prosody=prosody(final_fall_st=float("nan")))
    assert judged("feature", unvoiced, feature="final_fall_st", low=0.0).verdict == "n/a"


def test_a_baseline_does_not_depend_on_order():
    """A rep's baseline has the same id whatever the order of the messages."""
    made = [analysis(transcript=transcript(words_per_s=2 + 0.1 * i)) for i in range(12)]
    shuffled = random.Random(0).sample(made, len(made))
    one, other = rep_baseline("Tom", made), rep_baseline("Tom", shuffled)
    assert one == other
    assert one.n == 12
    assert one.medians["tail_silence_s"] == pytest.approx(0.8)
    assert one.baseline_id != rep_baseline("Tom", made[:11]).baseline_id


def test_one_irrelevant_word_changes_no_points():
    """One more everyday word in the reason moves no check of the default rubric."""
    text = analysis().transcript.text
    more = analysis(transcript=transcript(text.replace("ends in May", "really ends in May")), structure=analysis().structure)
    one, other = scoring.score(analysis(), load_rubric()), scoring.score(more, load_rubric())
    assert one.points == other.points


@pytest.mark.parametrize(("words_per_s", "verdict"), [(2.9, "pass"), (3.1, "n/a"), (3.4, "fail")])
def test_a_pace_just_over_the_limit_is_not_held_against_the_caller(words_per_s, verdict):
    """A pace over the limit by less than the error of measuring it is n/a; beyond that it fails."""
    script = transcript("we sell copiers to offices like yours in town and we fix them all", words_per_s=words_per_s)
    made = analysis(transcript=script)
    limit = made.features.values["speaking_rate_wpm"] / (60 * words_per_s) * 60 * 3.0
    assert judged("pace_under", made, high_wpm=limit).verdict == verdict


def test_fillers_are_counted_as_at_least():
    """The evidence says that there may be more ums than were written down, and points at the first."""
    said = transcript("Hi Dana, umm, this is, uh, Tom and, er, I call about copiers")
    plain = judged("feature", analysis(transcript=said), feature="filler_count", high=2.0)
    assert (plain.verdict, plain.not_judged) == ("n/a", False)
    made = analysis(transcript=dataclasses.replace(said, options={"verbatim": True}))
    check = judged("feature", made, feature="filler_count", high=2.0)
    assert (check.verdict, check.evidence) == ("fail", "at least 3 ums (wanted: at most 2)")
    assert check.start_s == pytest.approx(1.3)
    listened = dataclasses.replace(transcript(), options={"verbatim": True})
    none = judged("feature", analysis(transcript=listened), feature="filler_count", high=2.0)
    assert (none.verdict, none.evidence.startswith("no um was heard")) == ("pass", True)


def test_a_fail_is_let_off_before_a_pass_is():
    """On a line that can hardly be made out what was heard still counts; what was not heard is not held against the caller."""
    hardly = analysis(prosody=prosody(snr_db=5.0), transcript=transcript(probability=0.7))
    assert judged("says_any", hardly, phrases=("call me",)).verdict == "pass"
    assert judged("says_any", hardly, phrases=("dear sir",)).verdict == "n/a"


def test_score_says_what_it_takes():
    """A failure has no measurements, and a rubric is loaded first: both are said, before anything is looked up in them."""
    failure = Failure(source="a.wav", file_name="a.wav", stage="decode", error="NotAudio", message="...")
    with pytest.raises(TypeError, match="takes an Analysis, and no Failure"):
        scoring.score(failure, load_rubric())
    with pytest.raises(TypeError, match=r"takes a Rubric, and no str. Make one with load_rubric"):
        scoring.score(analysis(), "default")


def test_a_recording_at_another_speed_gets_no_points():
    """Pace and pitch of a file with a wrong rate in its header are not the rep's: unscored, with the flag's own words."""
    made = analysis()
    fast = dataclasses.replace(made, flags=(Flag("wrong_speed", "the voice is implausibly high and fast: 2 x"),))
    found = scoring.score(fast, load_rubric())
    assert (found.points, found.band) == (None, "unscored")
    assert found.why_unscored == "the voice is implausibly high and fast: 2 x"
    assert scoring.score(made, load_rubric()).points is not None


@pytest.mark.parametrize(
    ("pauses", "says", "verdict"),
    [((), "no pause before the number", "fail"), ((Pause(4.6, 0.4),), "0.4 s of pause before the number", "pass")],
)
def test_a_pause_before_the_number_is_said_in_words(pauses, says, verdict):
    """None is "no pause", and not 0.0 s of it."""
    made = analysis(entities=Entities(phones=(phone(start=5.0),)), prosody=prosody(pauses=pauses))
    check = judged("pause_before_number", made, low_s=0.2)
    assert (check.evidence, check.verdict) == (says, verdict)


def test_the_rest_of_a_ring_is_not_the_reps_silence():
    """Where it rang and nobody was heard, it is not known when the call was answered; without a ring the start is late."""
    late = prosody(lead_silence_s=3.0, before_s=3.0)
    answer = FileSpan("answer", 3.0, 6.0, 0.9, "between the last ring and the first sound")
    values = dataclasses.replace(analysis().features, values={**analysis().features.values, "lead_silence_s": 3.0})
    options = {"feature": "lead_silence_s", "high": 2.0}
    check = judged("feature", analysis(prosody=late, features=values, spans=(answer,)), **options)
    assert (check.verdict, check.not_judged) == ("n/a", True)
    assert "rang until 0:03" in check.evidence
    assert judged("feature", analysis(prosody=late, features=values), **options).verdict == "fail"
