"""Notes are looked for in the message; flags carry their evidence."""

import csv

from labels import make_everyday
from tests.makers import analysis, prosody, transcript
from vmaudio.analysis.flags import of_content, of_signal
from vmaudio.records import Message, Pause, Structure
from vmaudio.rubric import Case, Criterion, Known, prospect, team_words
from vmaudio.rubric.checks import run_check
from vmaudio.rubric.everyday import rarity
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
    uses, personal = prospect.notes_flags(Known(message), used)
    assert (uses.kind, uses.start_s, uses.end_s) == ("uses_notes", used.words[1].start_s, used.words[4].end_s)
    assert "'hood' at 0:01" in uses.evidence
    assert personal.kind == "personalised"
    assert personal.evidence == uses.evidence
    (flag,) = prospect.notes_flags(Known(message), ignored)
    assert flag.kind == "ignores_notes"
    assert "pizza" in flag.evidence
    assert prospect.notes_flags(Known(Message("a.wav")), used) == ()


def test_a_company_name_alone_is_nothing_specific():
    """Without notes there is nothing to compare with: naming the listener's company is no preparation."""
    message = Message("a.wav", company="Kovac Bakery", prospect_name="Irene")
    assert prospect.notes_flags(Known(message), transcript("Hi Irene, your Kovac Bakery opens at six")) == ()
    assert prospect.facts(Known(message)) == ()


def test_names_everyday_words_and_the_own_company_are_not_specific():
    """Neither the listener's names, nor the words of the rep's company, nor what everybody says count as specific."""
    message = Message("a.wav", prospect_name="Irene Kovac", company="Kovac Bakery Cafe", notes=NOTES)
    found = prospect.specific(Known(message), transcript("Hi Irene Kovac, about the oven in your bakery"))
    assert [item.term for item in found] == ["oven"]
    notes = Message("a.wav", company="Rowe", notes="Rowe: dental office, looks for work, chairs squeak")
    assert prospect.facts(Known(notes, ("Parkway Dental Supply",))) == ("chairs", "squeak")
    named = Message("a.wav", notes=notes.notes, extra={"rep_company": "Parkway Dental Supply"})
    assert "dental" not in prospect.facts(Known(named))


def test_rare_words_weigh_more():
    """A word that no other rep says is worth one; words that some say are worth less, and must come together."""
    assert rarity("sterilizer") == 1.0
    assert rarity("work") == rarity("the") == 0.0
    assert 0 < rarity("kitchen") < 1
    one = Message("a.wav", notes="kitchen, dock, roof")
    assert prospect.specific(Known(one), transcript("about your kitchen")) == ()
    assert [item.term for item in prospect.specific(Known(one), transcript("your kitchen has a dock and a roof"))] == [
        "kitchen",
        "dock",
        "roof",
    ]


def test_one_recording_for_many_is_specific_to_nobody():
    """A message dropped on many has no facts, whatever the notes say."""
    drop = Message("a.wav", notes=NOTES, channel="drop")
    assert prospect.facts(Known(drop)) == prospect.specific(Known(drop), transcript("your pizza oven hood drips")) == ()
    criterion = Criterion("p", "P", "personal", 1.0, "", {})
    verdicts = {}
    for name, notes, channel in (("empty", None, None), ("drop", NOTES, "drop"), ("ignored", NOTES, "live")):
        case = Case(analysis(Message("a.wav", company="Kovac Bakery", notes=notes, channel=channel)))
        verdicts[name] = run_check(case, criterion).verdict
    assert verdicts == {"empty": "n/a", "drop": "n/a", "ignored": "fail"}


def sends(*rows):
    """Messages as (prospect, campaign, recording, text), as a store gives them."""
    return [
        (Message(f"{recording}.wav", f"m{i}", prospect=who, campaign=campaign), recording, text)
        for i, (who, campaign, recording, text) in enumerate(rows)
    ]


def test_words_of_a_campaigns_script_are_not_specific():
    """What two others of the campaign are told too says nothing of one; one other, or another campaign, may be chance."""
    mine = Message("a.wav", "mine", prospect="p0", campaign="ovens", notes="pizza oven hood drips")
    script = transcript("your pizza oven hood drips")
    own = (mine, "r0", script.text)
    one = team_words([own, *sends(("p1", "ovens", "r1", "the oven hood"))], [mine])
    assert prospect.facts(Known(mine, team=one), script) == ("pizza", "oven", "hood", "drips")
    two = team_words([own, *sends(("p1", "ovens", "r1", "the oven hood"), ("p2", "ovens", "r2", "an oven hood"))], [mine])
    assert prospect.facts(Known(mine, team=two), script) == ("pizza", "drips")
    again = sends(("p1", "ovens", "r1", "the oven hood"), ("p1", "ovens", "r2", "the oven hood"))
    assert prospect.facts(Known(mine, team=team_words([own, *again], [mine])), script) == ("pizza", "oven", "hood", "drips")
    other = sends(("p1", "roofs", "r1", "the oven hood"), ("p2", "roofs", "r2", "the oven hood"))
    assert "hood" in prospect.facts(Known(mine, team=team_words([own, *other], [mine])), script)


def test_a_recording_that_several_got_is_specific_to_nobody():
    """One recording for two prospects is a drop, whatever its channel says; sent twice to one prospect it is none."""
    mine = Message("a.wav", "mine", prospect="p0", notes=NOTES)
    script = transcript("your pizza oven hood drips")
    for who, dropped in (("p1", True), ("p0", False)):
        team = team_words([(mine, "r0", script.text), *sends((who, None, "r0", script.text))], [mine])
        assert (prospect.facts(Known(mine, team=team, recording_id="r0"), script) == ()) is dropped


def test_words_that_the_team_tells_many_weigh_less():
    """In a team of forty a word that half of the prospects are told is worth nothing, in a small team it counts in full."""
    mine = Message("a.wav", "mine", prospect="p0", notes="pizza oven hood")
    script = transcript("about your pizza oven")
    for n, worth in ((40, 0.0), (10, 1.0)):
        rows = [(f"p{i}", None, f"r{i}", "an oven" if i % 2 else "a roof") for i in range(1, n)]
        known = Known(mine, team=team_words([(mine, "r0", script.text), *sends(*rows)], [mine]))
        assert known.worth("oven", said=True) == worth
        assert known.worth("pizza", said=True) == 1.0


def test_the_list_of_everyday_words_is_made_from_the_labels():
    """The shipped list is what the script makes of the labelled messages today."""
    counted, n = make_everyday.count()
    rows = list(csv.DictReader(make_everyday.OUT.read_text("utf-8").splitlines()))
    assert {row["word"]: int(row["reps"]) for row in rows} == counted | {"*": n}


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
    half = analysis(structure=Structure((), (), "robocall", {"robocall": 0.68}))
    assert of_content(half.transcript, half.entities, half.structure) == ()  # it names its listener


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
