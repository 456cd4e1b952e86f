"""Text without names and numbers: nothing known is left in, and in doubt more is left out."""

import dataclasses
import json
import math
import re

import pytest
from hypothesis import given, settings, strategies as st

from tests.makers import analysis, transcript
from tests.report.makers import labelled, make
from vmaudio.privacy.options import RedactOptions
from vmaudio.privacy.redact_analysis import redact_text, rep_aliases
from vmaudio.privacy.redact_tokens import fold
from vmaudio.privacy.redact_words import MASK, NAME, NUMBER
from vmaudio.records import Analysis, Check, Entities, Flag, Mention, Message, Part, Phone, Score, Span

NOBODY = Message("/calls/a.wav")
"""A message whose manifest names nobody, so that no name is missing."""

NO_PARTS = dataclasses.replace(analysis().structure, parts=())
"""A structure in which nothing was classified."""

THESE_WORDS = RedactOptions(digit_s=0.0)
"""Leaves out a number's own words alone, not its surroundings."""


def all_text(made: Analysis) -> str:
    """Every text in the record but ids, keys, models and the rubric."""
    body = made.to_dict()
    for name in ("provenance", "recording_id", "prosody", "features"):
        del body[name]
    body["structure"] = body["structure"]["parts"]
    return json.dumps(body, ensure_ascii=False)


def tokens(text: str) -> set[str]:
    return {fold(token) for token in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text)}


def test_names_and_numbers_are_gone_from_every_field():
    """Names, numbers, paths and notes of the manifest are in no field of the redacted record."""
    sent = Message(
        "calls/tom-becker-to-dana.wav",
        message_id="tom-dana-1",
        rep="Tom Becker",
        prospect="dana.w",
        prospect_name="Dana Whitfield",
        company="Main Street Bakery",
        sent_at="2026-03-02T10:00:00+00:00",
        campaign="Whitfield list",
        caller_id="+13035550126",
        notes="Dana said call after Easter",
        script="Hi Dana, Tom here",
        extra={"owner": "Becker"},
    )
    checks = (
        Check("callee_matches", "pass", 8, "heard “Dana”, the list says “Dana Whitfield”", 0.9, 1.2),
        Check("number_complete", "pass", 10, "3035550126 at 0:08", 8.9, 9.3),
        Check("number_is_caller_id", "fail", 5, "said 3035550126, the phone shows 13035550126"),
    )
    flags = (
        Flag("ignores_notes", "the notes say: Dana said call after Easter"),
        Flag("number_unsure", "3035550126: digits are missing"),
    )
    made = redact_text(analysis(sent, score=Score(80.0, "strong", checks, "default-1"), flags=flags))
    text = all_text(made)
    for secret in (
        "Tom",
        "Becker",
        "Dana",
        "dana",
        "Whitfield",
        "Acme",
        "Copiers",
        "Bakery",
        "303",
        "0126",
        "Easter",
        "calls/",
    ):
        assert secret not in text, secret
    assert made.message.rep == NAME
    assert made.score is not None
    assert made.score.points == 80.0
    assert [check.verdict for check in made.score.checks] == ["pass", "pass", "fail"]
    assert made.score.checks[2].evidence == f"said {NUMBER}, the phone shows {NUMBER}"


def test_what_is_no_name_stays():
    """Ordinary words, times and measurements stay as they were."""
    made = analysis()
    clean = redact_text(made)
    assert "your lease on" in clean.transcript.text
    assert "ends in May." in clean.transcript.text
    assert clean.prosody == made.prosody
    assert clean.features == made.features
    assert [word.start_s for word in clean.transcript.words] == [word.start_s for word in made.transcript.words]


def test_no_known_name_or_number_is_left_in_labelled_messages():
    """In every third labelled message, no token of caller, callee, company, prospect or number is left in any text."""
    for row in labelled()[::3]:
        made = make(row)
        said = row["entities"]
        clean = redact_text(made)
        text = all_text(clean).replace(NAME, "").replace(NUMBER, "").replace(MASK, "")
        names = tokens(" ".join(str(said.get(key) or "") for key in ("caller", "callee", "company")) + " " + row["prospect"])
        capital = {token for token in re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text) if token[:1].isupper()}
        left = {fold(token) for token in capital} & {name for name in names if len(name) > 1}
        assert not left - {"mr", "mrs", "ms", "miss", "dr", "doctor"}, (row["id"], left, clean.transcript.text)
        assert not re.search(r"\d{3}", clean.transcript.text), (row["id"], clean.transcript.text)
        assert not re.search(r"(five|zero|oh)[ ,]+(five|zero|oh|one)[ ,]+(five|zero|oh|one)", clean.transcript.text), row["id"]


def test_a_name_comes_again_and_is_found_by_its_letters():
    """A name said again, in another spelling of case or with an s, is left out there too."""
    made = analysis(transcript=transcript("Hi Dana, Tom here. Was that Dana's shop? I like dana a lot."))
    heard = Entities(callee=Mention("Dana", made.transcript.words[1].start_s, made.transcript.words[1].end_s, 0.9))
    clean = redact_text(dataclasses.replace(made, entities=heard))
    assert "dana" not in clean.transcript.text.lower()
    assert "Tom" not in clean.transcript.text  # the rep of the manifest


def test_names_that_nobody_listed_are_left_out_by_their_capital():
    """A third person or place, known to nobody, is left out where its capital gives it away."""
    made = analysis(
        NOBODY,
        transcript=transcript("We met at Contoso. Your neighbour Marguerite said so. Priya too."),
        entities=Entities(),
        structure=NO_PARTS,
    )
    text = redact_text(made).transcript.text
    assert not {"Contoso", "Marguerite", "Priya"} & set(re.findall(r"\w+", text))
    assert "Your neighbour" in text


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("call five five five oh one two six now", "five"),
        ("call 3 0 3 now", "3"),
        ("it is double five, dash, one two six now", "double"),
        ("suite 1400 now", "1400"),
    ],
)
def test_spoken_and_written_runs_of_digits_are_left_out(said, gone):
    """Three or more digits in a row are left out, however they are written; small numbers stay."""
    clean = redact_text(
        analysis(NOBODY, transcript=transcript(said), entities=Entities(), structure=NO_PARTS), options=THESE_WORDS
    )
    assert gone not in clean.transcript.text
    assert clean.transcript.text.endswith(f"{NUMBER} now")
    kept = redact_text(
        analysis(NOBODY, transcript=transcript("two calls at 3 with 20% off"), entities=Entities(), structure=NO_PARTS)
    )
    assert kept.transcript.text == "two calls at 3 with 20% off"


@pytest.mark.parametrize(
    "lost",
    [
        Entities(caller=Mention("Zbigniew", math.nan, math.nan, 0.5)),
        Entities(caller=Mention("Zbigniew", 500.0, 501.0, 0.5)),
        Entities(phones=(Phone("3035550126", None, None, (), 1, 1.0, 0.9, 3.0, True),)),
        Entities(phones=(Phone("3035550126", None, None, (Span(math.nan, math.nan),), 1, 1.0, 0.9, 3.0, True),)),
        Entities(emails=(Mention("tom@acme.example", math.nan, math.nan, 0.5),)),
    ],
)
def test_what_cannot_be_found_takes_everything_with_it(lost):
    """A name or number without a place among the words masks the whole text, and every quotation of it."""
    checks = (Check("one_ask", "pass", 8, "1 × ask: “Call me at” at 0:08", 8.0, 8.5),)
    clean = redact_text(analysis(entities=lost, score=Score(80.0, "strong", checks, "default-1")))
    assert clean.transcript.text == MASK
    assert {word.text for word in clean.transcript.words} == {MASK}
    assert {part.text for part in clean.structure.parts} == {MASK}
    assert clean.score is not None
    assert clean.score.checks[0].evidence == f"1 × ask: “{MASK}” at 0:08"


def test_a_segment_without_words_is_masked():
    """Text whose words have no times is left out whole."""
    made = analysis()
    segment = dataclasses.replace(made.transcript.segments[0], words=())
    clean = redact_text(
        dataclasses.replace(made, transcript=dataclasses.replace(made.transcript, segments=(segment,)), entities=Entities())
    )
    assert clean.transcript.text == MASK


def test_reps_stay_apart_under_stand_ins():
    """Each rep gets a stand-in of its own, which the redacted message carries."""
    made = [analysis(Message("a.wav", rep=rep)) for rep in ("Tom", "Ann", "Tom")]
    aliases = rep_aliases(made)
    assert set(aliases) == {"Tom", "Ann"}
    assert set(aliases.values()) == {"Rep 1", "Rep 2"}
    assert redact_text(made[0], aliases=aliases).message.rep == aliases["Tom"]


def test_ids_of_the_manifest_do_not_leak():
    """An id from the manifest becomes a hash, the same each time; our own ids are kept."""
    given_id = analysis(Message("a.wav", message_id="tom-to-dana"))
    ours = analysis(Message("a.wav"))
    assert re.fullmatch("m[0-9a-f]{16}", redact_text(given_id).message.message_id)
    assert redact_text(given_id).message.message_id == redact_text(given_id).message.message_id
    assert redact_text(ours).message.message_id == ours.message.message_id


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_redacted_and_keeps_its_word_count(text):
    """Whatever the words are, none is added or lost, and times stay."""
    made = analysis(transcript=transcript(text), entities=Entities(), structure=NO_PARTS)
    clean = redact_text(made)
    assert len(clean.transcript.words) == len(made.transcript.words)
    assert not re.search(r"\d\d\d", clean.transcript.text)


def test_options_say_what_a_number_is():
    """Shorter runs are left out, or longer ones stay, when the options say so; evidence has its own limit."""
    made = analysis(NOBODY, transcript=transcript("two calls about suite 1400 now"), entities=Entities(), structure=NO_PARTS)
    one_digit = RedactOptions(run_digits=1, digit_s=0.0)
    assert redact_text(made, options=one_digit).transcript.text == f"{NUMBER} calls about suite {NUMBER} now"
    assert "1400" in redact_text(made, options=RedactOptions(run_digits=5)).transcript.text
    check = Check("number_complete", "pass", 10, "303 55 at 0:08")
    judged = dataclasses.replace(made, score=Score(80.0, "strong", (check,), "default-1"))
    evidence = [redact_text(judged, options=RedactOptions(written_digits=n)).score.checks[0].evidence for n in (5, 6)]
    assert evidence == [f"{NUMBER} at 0:08", "303 55 at 0:08"]


def test_slack_decides_which_words_a_name_takes():
    """A word beside a name goes with it only as far as the slack reaches."""
    made = analysis(NOBODY, transcript=transcript("we met bob there"), structure=NO_PARTS)
    middle = made.transcript.words[2]
    heard = Entities(callee=Mention("bob", middle.start_s, middle.end_s, 0.9))
    said = [
        redact_text(dataclasses.replace(made, entities=heard), options=options).transcript.text
        for options in (RedactOptions(slack_s=0.0), RedactOptions())
    ]
    assert said == [f"we met {NAME} there", f"we {NAME}"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("call and ask for extension 12 please", "extension [number] please"),
        ("then dial ext. 4 twice", "ext. [number] twice"),
        ("the line ends in 26 okay", "ends in [number] okay"),
        ("the last two are twenty six okay", "are [number] okay"),
        ("My name is Will. Call me", "name is [name] Call me"),
        ("my name is will and we spoke", "my name is [name] and we spoke"),
        ("hi dana, do call", "hi [name] do call"),
        ("hello there this is tom becker with acme copiers your lease", "this is [name] with [name] your lease"),
        ("that is spelled D-A-N-A okay", "spelled [name] okay"),
        ("that is d a n a okay", "that is [name] okay"),
        ("it's d as in dog a as in apple n as in nora okay", "[name] okay"),
    ],
)
def test_what_its_place_gives_away_is_left_out(said, left):
    """Extensions, the end of a number, names in lower case or that are everyday words, and spelled names are left out."""
    clean = redact_text(
        analysis(NOBODY, transcript=transcript(said), entities=Entities(), structure=NO_PARTS), options=THESE_WORDS
    )
    assert clean.transcript.text.endswith(left)


@pytest.mark.parametrize("said", ["Hi Brigit, call us back now then please", "hello bridge it call us back now then please"])
def test_a_misheard_name_near_a_greeting_is_left_out(said):
    """Words that sound like a name of the manifest go, also when the recogniser made two of the name."""
    sent = Message("a.wav", prospect_name="Bridget")
    kept = redact_text(analysis(sent, transcript=transcript(said), entities=Entities(), structure=NO_PARTS)).transcript.text
    assert not {"brigit", "bridge", "it"} & tokens(kept)
    assert kept.endswith("call us back now then please")


def test_a_name_that_was_not_heard_takes_its_place_with_it():
    """Where nothing sounds like the rep of the manifest, the introduction is left out; with the name heard it stays."""
    said = transcript("good day to you just for random we do shirts and towels for shops all over town and more than that")
    at = said.words[5:7]
    parts = (Part("identity", at[0].start_s, at[1].end_s, "for random", 0.9),)
    missing, heard = (
        redact_text(
            analysis(
                Message("a.wav", rep=rep),
                transcript=said,
                entities=Entities(),
                structure=dataclasses.replace(analysis().structure, parts=parts),
            ),
            options=RedactOptions(introduction_s=0.5),
        ).transcript.text
        for rep in ("Esperanza", "Shirts")
    )
    assert "random" not in missing
    assert missing.endswith("do shirts and towels for shops all over town and more than that")
    assert "for random" in heard


def test_a_number_without_all_its_digits_takes_what_is_around_it():
    """Words that stand where digits are missing go with the number; around one that was heard whole they stay."""
    before = "we talked last week about the lease on your shop and about the roof"
    said = f"{before} please call to one thing five five five so let us go forward thanks"
    clean = redact_text(analysis(NOBODY, transcript=transcript(said), entities=Entities(), structure=NO_PARTS)).transcript.text
    assert not {"one", "five", "let", "us"} & tokens(clean)
    assert clean.startswith("we talked")
    said = "please call one thing 303-555-0126 so let us go forward"
    clean = redact_text(analysis(NOBODY, transcript=transcript(said), entities=Entities(), structure=NO_PARTS)).transcript.text
    assert clean == f"please call one thing {NUMBER} so let us go forward"


def test_an_everyday_word_is_no_name_that_was_heard():
    """ "You've" sounds like Aoife and does not count as the rep's name: the introduction is left out."""
    said = "you saw I lost my clue and you've looked at what we do for shops"
    made = analysis(Message("a.wav", rep="Aoife"), transcript=transcript(said), entities=Entities(), structure=NO_PARTS)
    assert redact_text(made).transcript.text.startswith(f"{NAME} at what")


@pytest.mark.parametrize("label", ["callee", "identity", "company"])
def test_a_part_that_names_somebody_is_left_out_where_no_name_was_found_in_it(label):
    """ "With copper line signs" in lower case is no company that was found; its part gives it away."""
    said = transcript("we talked about it last week over at copper line signs and that was all")
    at = said.words[8:11]
    parts = (Part(label, at[0].start_s, at[-1].end_s, "copper line signs", 0.9),)
    made = analysis(
        NOBODY, transcript=said, entities=Entities(), structure=dataclasses.replace(analysis().structure, parts=parts)
    )
    assert redact_text(made).transcript.text == f"we talked about it last week over {NAME} that was all"
