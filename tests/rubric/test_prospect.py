"""Notes are looked for in the message; flags carry their evidence."""

from tests.makers import analysis, prosody, transcript
from vmaudio.analysis.flags import of_content, of_signal
from vmaudio.records import Message, Pause, Structure
from vmaudio.rubric import prospect
from vmaudio.testing import recording, silence

NOTES = "Form 16 Feb: the hood over the pizza oven drips, can someone come on a Monday when we are closed"


def test_terms_are_words_that_carry_evidence():
    """Everyday words, dates and figures carry none."""
    assert prospect.terms("Called 3 times in Feb, wants a new roof; Roof!") == ("times", "roof")
    assert prospect.terms(None) == ()


def test_words_of_the_notes_are_found_with_their_second():
    """A word of the notes counts when the message has its stem or a close spelling."""
    script = transcript("Hi Irene, about your dripping hood over the pizza ovens")
    found = {item.term: item.word.start_s for item in prospect.heard(prospect.terms(NOTES), script)}
    assert {"hood", "pizza", "oven", "drips"} <= set(found)
    assert found["hood"] == script.words[5].start_s


def test_notes_used_and_ignored():
    """A message that takes the notes up is flagged uses_notes, one that does not ignores_notes, without notes neither."""
    used, ignored = transcript("your pizza oven hood drips"), transcript("we are the leading provider of fire safety")
    message = Message("a.wav", notes=NOTES)
    uses, personal = prospect.notes_flags(message, used)
    assert (uses.kind, uses.start_s, uses.end_s) == ("uses_notes", used.words[1].start_s, used.words[4].end_s)
    assert "'hood' at 2 s" in uses.evidence
    assert personal.kind == "personalised"
    assert personal.evidence == uses.evidence.replace("from the notes", "specific to this prospect")
    (flag,) = prospect.notes_flags(message, ignored)
    assert flag.kind == "ignores_notes"
    assert "pizza" in flag.evidence
    assert prospect.notes_flags(Message("a.wav"), used) == ()


def test_personalised_without_notes():
    """The listener's company in the message makes it personalised, notes or not; a message for anybody has no such flag."""
    message = Message("a.wav", company="Kovac Bakery", prospect_name="Irene")
    (flag,) = prospect.notes_flags(message, transcript("Hi Irene, your bakery opens at six"))
    assert flag.kind == "personalised"
    assert flag.evidence.startswith("specific to this prospect: 'bakery' at ")
    assert prospect.notes_flags(message, transcript("Hi Irene, please call me back")) == ()
    assert prospect.notes_flags(message, transcript("")) == ()


def test_the_prospects_name_is_not_preparation():
    """Saying the listener's name is not something specific; the company's name or a word of the notes is."""
    message = Message("a.wav", prospect_name="Irene Kovac", company="Kovac Bakery Cafe", notes=NOTES)
    found = prospect.specific(message, transcript("Hi Irene Kovac, about the oven in your bakery"))
    assert [item.term for item in found] == ["oven", "bakery"]


def test_flags_of_the_signal():
    """A noisy, clipped, cut or silent recording is flagged with its numbers."""
    sound = recording(silence(1.0))
    noisy = of_signal(sound, transcript(), prosody(snr_db=4.0, clipped_share=0.02))
    assert [flag.kind for flag in noisy] == ["noisy", "clipped"]
    assert [flag.kind for flag in of_signal(sound, transcript(""), prosody())] == ["no_speech"]
    assert of_signal(sound, transcript(), prosody()) == ()


def test_a_prerecorded_message_is_flagged_for_a_person():
    """A robocall is flagged as something for a person to look at, not as a verdict."""
    made = analysis(structure=Structure((), (), "robocall"))
    (flag,) = of_content(made.transcript, made.entities, made.structure)
    assert flag.kind == "sounds_prerecorded"
    assert "a person should look" in flag.evidence


def test_speech_without_words_is_flagged():
    """A stretch of speech that has no words is flagged with its place; its pauses do not count as speech."""
    script = transcript("call me by Thursday")
    end_s = script.words[-1].end_s
    sound = recording(silence(end_s + 6.0))
    heard = of_signal(sound, script, prosody(lead_silence_s=0.0, tail_silence_s=1.0, pauses=(Pause(end_s, 0.5),)))
    (flag,) = [flag for flag in heard if flag.kind == "words_missing"]
    assert (flag.start_s, flag.end_s) == (end_s, end_s + 5.0)
    assert flag.evidence.startswith("4 s of speech")
    still = of_signal(sound, script, prosody(lead_silence_s=0.0, tail_silence_s=1.0, pauses=(Pause(end_s, 4.0),)))
    assert "words_missing" not in {flag.kind for flag in still}
