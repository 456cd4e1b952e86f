"""Telephone numbers are heard twice, and names from the manifest go to the recogniser."""

import dataclasses

import numpy as np
import pytest

from tests.lines import analyzer, voice, write_voice
from vmaudio.analysis import second_pass
from vmaudio.analysis.options import Options
from vmaudio.analysis.recognise import hint, known_names
from vmaudio.analysis.second_pass import DEFAULT
from vmaudio.records import Message
from vmaudio.testing import FakeTranscriber, encode, recording
from vmaudio.text import KnownNames
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.text.entities.hypotheses import spelled_digits, written_number

SAID = "Hi Dana, this is Tom Becker. Call me back at 303-555-0126. Thanks."


class Twice(FakeTranscriber):
    """Hears ``first``, and ``again`` where it is asked a second time (a sound of another length); keeps the hints."""

    supports_second_pass = True

    def __init__(self, again: str | Exception, first: str = SAID, **options):
        super().__init__(default=first, **options)
        self.again, self.lengths, self.hints = again, {}, []

    def transcribe_many(self, recordings, activities, hints=()):
        self.hints += list(hints) if hints else [""] * len(recordings)
        return super().transcribe_many(recordings, activities, hints)

    def _one(self, sound, active):
        first = self.lengths.setdefault(sound.sha256, sound.duration_s)
        if first == sound.duration_s:
            return super()._one(sound, active)
        if isinstance(self.again, Exception):
            raise self.again
        return FakeTranscriber(default=self.again)._one(sound, active)


@pytest.fixture
def file(tmp_path):
    write_voice(tmp_path / "tom.wav", 12.0)
    return str(tmp_path / "tom.wav")


def phones(again, file):
    engine = Twice(again)
    return analyzer(transcriber=engine).analyze(Message(file)), engine


def test_two_equal_hearings_vouch_for_a_number(file):
    """A number that comes back is complete, and the message was heard twice."""
    made, engine = phones("call me back at 303 555 0126", file)
    (phone,) = made.entities.phones
    assert (phone.digits, phone.complete) == ("3035550126", True)
    assert len(engine.calls) == 2


def test_a_number_that_does_not_come_back_is_in_doubt(file):
    """Where the second hearing differs the number is not called complete, and a flag says so."""
    made, _ = phones("call me back at 303 555 0127", file)
    (phone,) = made.entities.phones
    assert not phone.complete
    assert phone.agreement == pytest.approx(0.9)
    assert "number_unsure" in {flag.kind for flag in made.flags}


def test_a_second_hearing_that_fails_costs_nothing(file):
    """The first hearing stands when the recogniser fails at the second."""
    made, _ = phones(RuntimeError("out of memory"), file)
    assert made.entities.phones[0].complete


class Spelling(Twice):
    """Also tells how well numbers fit: ``said`` by ``lead`` nats better than all others."""

    supports_scoring = True

    def __init__(self, again, said, lead):
        super().__init__(again)
        self.said, self.lead, self.asked = (spelled_digits(said), written_number(said)), lead, []

    def score_texts(self, sound, before, *lists):
        self.asked.append((round(sound.duration_s, 2), before, *map(len, lists)))
        return [
            np.array([0.0 if text in self.said else -self.lead / (1 + DEFAULT.figures_weight) for text in texts])
            for texts in lists
        ]


def test_a_number_heard_without_a_digit_is_mended(file):
    """Where a digit was missed the neighbour that fits the sound at three speeds is taken, and the flag is gone."""
    engine = Spelling("call me back at 303 555 0126", "3035550126", 5.0)
    engine.default = "Hi Dana, this is Tom Becker. Call me back at 303-555-012. Thanks."
    made = analyzer(transcriber=engine).analyze(Message(file))
    (phone,) = made.entities.phones
    assert (phone.digits, phone.complete) == ("3035550126", True)
    assert "number_unsure" not in {flag.kind for flag in made.flags}
    assert len({seconds for seconds, *_ in engine.asked}) == 3
    assert engine.asked[0][1].endswith(" at")  # the words of the last second and a half
    assert [counts for _, _, *counts in engine.asked[1:]] == [[DEFAULT.shortlist, DEFAULT.shortlist]] * 3


@pytest.mark.parametrize(("noise_db", "lead", "complete"), [(-60, 0.2, True), (-28, 0.2, False), (-28, 3.0, True)])
def test_in_noise_two_equal_hearings_of_one_saying_do_not_suffice(tmp_path, noise_db, lead, complete):
    """On a noisy line a number said once must fit better than its neighbours too; on a quiet one they are not asked."""
    noise = 10 ** (noise_db / 20) * np.random.default_rng(0).standard_normal(len(voice(12.0)))
    (tmp_path / "tom.wav").write_bytes(encode((voice(12.0) + noise).astype(np.float32), "wav"))
    engine = Spelling("call me back at 303 555 0126", "3035550126", lead)
    (phone,) = analyzer(transcriber=engine).analyze(Message(str(tmp_path / "tom.wav"))).entities.phones
    assert (phone.digits, phone.complete) == ("3035550126", complete)
    assert bool(engine.asked) == (noise_db > -60)


def test_a_number_of_another_region_is_not_mended(file):
    """The rules of the North American plan are not applied elsewhere."""
    engine = Spelling("call me back at 303 555 0126", "3035550126", 5.0)
    engine.default = "Call me back at 303-555-012. Thanks."
    made = analyzer(transcriber=engine, options=Options(region="DE")).analyze(Message(file))
    assert not engine.asked
    assert made.entities.phones[0].digits == "303555012"


def test_an_engine_that_does_not_ask_for_it_is_not_asked_twice(file):
    """Only engines that say so hear a number twice."""
    engine = FakeTranscriber(default=SAID)
    analyzer(transcriber=engine).analyze(Message(file))
    assert engine.calls == [1]


def test_the_stretch_holds_all_sayings():
    """The sound for the second hearing runs from before the first digit to behind the last, a little slower."""
    made = recording(np.zeros(20 * 16000, np.float32))
    transcript = FakeTranscriber(default=SAID)._one(made, dataclasses.replace(everywhere(20.0)))
    found = find_entities(transcript)
    span = found.phones[0].spans[0]
    cut = second_pass.stretch(made, found.phones, 1.08)
    wanted = (span.end_s + DEFAULT.tail_s - span.start_s + DEFAULT.lead_s) * 1.08
    assert cut.duration_s == pytest.approx(wanted, abs=0.01)
    assert len(cut.samples) == round(cut.duration_s * 16000)


def everywhere(seconds):
    from vmaudio.records import Activity, Span

    return Activity((Span(0.0, seconds),), seconds, -60.0, 20.0)


def test_hints_are_the_names_of_the_only_message(file):
    """Prospect, rep and company are the hint; a recording sent to many has none, and hints can be switched off."""
    message = Message(file, rep="Tom Becker", prospect_name="Dana Whitfield", company=" ")
    assert hint([message]) == "Dana Whitfield, Tom Becker"
    assert hint([message, dataclasses.replace(message, prospect_name="Ann")]) == ""
    assert hint([dataclasses.replace(message, extra={"rep_company": "Acme"})], "Other") == "Dana Whitfield, Tom Becker, Acme"
    assert hint([message], "Acme") == "Dana Whitfield, Tom Becker, Acme"
    engine = Twice(SAID)
    analyzer(transcriber=engine).analyze(message)
    assert engine.hints[0] == "Dana Whitfield, Tom Becker"
    engine = Twice(SAID)
    analyzer(transcriber=engine, options=Options(hints=False)).analyze(message)
    assert set(engine.hints) == {""}


def test_the_manifests_spelling_of_what_was_misheard(file):
    """The rep, and the company by the setting, are found by their sound; without hints nothing is respelled."""
    heard = "Hi Dana, this is Thom Becker with Acmee Dental Supplies. Call me."
    message = Message(file, rep="Tom Becker")
    engine = FakeTranscriber(default=heard)
    who = analyzer(transcriber=engine, options=Options(rep_company="Acme Dental Supply")).analyze(message).entities
    assert (who.caller.text, who.caller.heard) == ("Tom Becker", "Thom Becker")
    assert who.company.text == "Acme Dental Supply"
    asis = analyzer(transcriber=engine, options=Options(hints=False)).analyze(message).entities
    assert (asis.caller.text, asis.caller.heard) == ("Thom Becker", None)


def test_the_number_that_the_phone_shows_is_no_longer_in_doubt(file):
    """Heard as the manifest's caller_id to the last digit it is complete, from the second pass too; not without hints."""
    for first, again, vouched in (
        ("303-555-0126", "303-555-0136", True),
        ("303-555-0136", "303-555-0126", True),
        ("303-555-0136", "303-555-0199", False),
        ("303-555-126", "303-555-0126", False),
    ):
        said, heard = (f"Hi Dana, this is Tom. Call me at {number}." for number in (first, again))
        for hints in (True, False):
            made = analyzer(transcriber=Twice(heard, said), options=Options(hints=hints))
            (phone,) = made.analyze(Message(file, rep="Tom", caller_id="+1 (303) 555-0126")).entities.phones
            assert phone.complete == (vouched and hints)
            if phone.complete:
                assert (phone.digits, phone.e164) == ("3035550126", "+13035550126")
                assert "".join(one.digit for one in phone.digit_times) == "3035550126"


@pytest.mark.parametrize(
    ("first", "again", "caller_id", "digits"),
    [
        ("303-555-126", "303-555-126", "+1 303 555 0126", "3035550126"),
        ("303-555-126", "303-555-1266", "+1 303 555 0126", "3035550126"),
        ("303-555-126", "303-555-0126", "+1 303 555 0126", "3035550126"),
        ("303-555-126", "303-555-126", "+1 303 555 0144", "303555126"),
        ("303-555-126", "303-555-126", "303-555-0126; 303-555-1026", "303555126"),
        ("303-555-0136", "303-555-0137", "+1 303 555 0126", "3035550136"),
    ],
)
def test_a_digit_that_was_lost_in_hearing_is_filled_in_from_the_phone_and_stays_in_doubt(file, first, again, caller_id, digits):
    """Of the numbers that one lost digit allows it is the one that the phone shows; nothing makes it complete."""
    said, heard = (f"Hi Dana, this is Tom. Call me at {number}." for number in (first, again))
    made = analyzer(transcriber=Twice(heard, said))
    (phone,) = made.analyze(Message(file, rep="Tom", caller_id=caller_id)).entities.phones
    assert (phone.digits, phone.complete) == (digits, False)
    if len(digits) == 10:
        assert phone.e164 == f"+1{digits}"


def test_many_listeners_have_one_rep_and_one_company(file):
    """A recording sent to many keeps the names that all its messages share."""
    both = [Message(file, rep="Tom", prospect_name=name, extra={"rep_company": "Acme"}) for name in ("Ann", "Bo")]
    assert known_names(both) == KnownNames("Tom", None, "Acme")


def test_a_number_that_begins_with_a_zero_is_not_bent_to_the_plan():
    """Two hearings that agree on a first 0 heard no American number: its digits stay; one such hearing is never vouched for."""
    sound, script = recording(np.zeros(160000, np.float32)), transcript_from_text("Call me at 079 566 3427 please")
    (phone,) = find_entities(script).phones

    class Fits:
        def score_texts(self, cut, before, *lists):
            said = (spelled_digits("7995663427"), written_number("7995663427"))
            return [np.array([0.0 if text in said else -50.0 for text in texts]) for texts in lists]

    def compare(one, other):
        return second_pass.compared(Fits(), sound, script, one, other)

    first = find_entities(script)
    again = find_entities(transcript_from_text("at 079 656 3427"))
    assert compare(phone, again.phones[0]) is None
    assert second_pass.settled(first, again, 30.0, compare).phones[0].digits == phone.digits
    other = find_entities(transcript_from_text("at 799 566 3427"))
    assert compare(phone, other.phones[0]).best == "7995663427"
    assert not second_pass.settled(first, other, 30.0, compare).phones[0].complete
