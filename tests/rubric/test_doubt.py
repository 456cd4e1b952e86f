"""How much a verdict counts near to its limit, what speaks against a pitch, and which messages get no points."""

import dataclasses

import pytest

from tests.makers import PIECES, TEXT, analysis, parts, prosody, transcript
from tests.rubric.test_scoring import judged, phone, with_structure
from vmaudio.classify import contact_of
from vmaudio.records import Check, Entities, Mention, Message, Part, Structure
from vmaudio.rubric import load_rubric, scoring


@pytest.mark.parametrize(
    ("snr", "verdict", "counts"), [(12.1, "pass", 0.1), (12.6, "pass", 0.5), (20.0, "pass", 1.0), (11.4, "fail", 0.5)]
)
def test_a_measure_near_its_limit_counts_in_part(snr, verdict, counts):
    """From the limit on the weight rises evenly to its whole, on either side."""
    check = judged("clear_line", analysis(prosody=prosody(snr_db=snr)), low_snr_db=12.0, high_clipped_share=0.005)
    assert (check.verdict, check.counts) == (verdict, pytest.approx(counts, abs=0.01))


def test_points_are_weighed_by_what_counts():
    """A fail that counts by half costs half."""
    checks = [Check("a", "pass", 10, ""), Check("b", "fail", 10, "", counts=0.5), Check("c", "n/a", 99, "")]
    assert scoring.points_of(checks) == pytest.approx(66.7)


def with_value(p):
    heard = Part("value", 2.0, 5.0, "saves your cooks an hour a day.", p, {"value": p, "proof": 1 - p})
    return analysis(structure=with_structure([heard]))


@pytest.mark.parametrize(("p", "verdict"), [(0.4, "n/a"), (0.6, "pass"), (0.9, "pass")])
def test_a_part_that_may_be_another_is_no_ground_for_a_pass(p, verdict):
    """Less probable than even, a value is left to the listener; a surer one counts more."""
    check = judged("part_present", with_value(p), parts=("value", "offer"))
    assert check.verdict == verdict
    if verdict == "pass":
        assert check.counts == pytest.approx(min(1.0, (p - 0.5) / 0.3), abs=0.01)


@pytest.mark.parametrize(
    ("text", "p", "verdict"),
    [
        ("It turns out you roast at noon.", 0.6, "n/a"),
        ("It turns out you roast at noon.", 0.9, "pass"),
        ("You would get your roof for nothing.", 0.6, "pass"),
        ("We pride ourselves on competitive quality and sprinklers.", 0.9, "n/a"),
    ],
)
def test_a_gain_is_said_in_words_or_sure(text, p, verdict):
    """A reason taken for a value is no pass; praise of the own company is left to the listener, whatever stands beside it."""
    heard = Part("value", 2.0, 5.0, text, p, {"value": p, "reason": 1 - p})
    check = judged("part_present", analysis(structure=with_structure([heard])), parts=("value", "offer"))
    assert check.verdict == verdict
    assert check.not_judged is (verdict == "n/a")


@pytest.mark.parametrize(("lasts_s", "counts"), [(0.8, 1.0), (2.5, None)])
def test_too_short_for_a_number_hides_none(lasts_s, counts):
    """ "Take care" may look like a number to the part model; a number lasts longer, and a stretch that does may be one."""
    closing = Part("closing", 6.0, 6.0 + lasts_s, "Take care.", 0.8, {"closing": 0.8, "number": 0.17})
    check = judged(
        "number_complete",
        analysis(
            entities=Entities(),
            transcript=transcript("Hi Karen, call me back. Take care."),
            structure=with_structure([closing]),
        ),
    )
    assert check.verdict == "fail"
    assert (check.counts == counts) if counts else check.counts < 1.0


def test_of_two_values_the_plainly_said_one_is_the_ground():
    """The one without a word of gain is surer, and says less."""
    surer = Part("value", 2.0, 5.0, "It turns out you roast at noon.", 0.7, {"value": 0.7})
    plain = Part("value", 6.0, 9.0, "You would get your roof for nothing.", 0.6, {"value": 0.6})
    check = judged("part_present", analysis(structure=with_structure([surer, plain])), parts=("value", "offer"))
    assert (check.verdict, check.start_s) == ("pass", 6.0)


@pytest.mark.parametrize(("heard", "p", "verdict"), [("Oh", 0.5, "n/a"), ("Oh", 0.9, "pass"), ("Acme Copiers", 0.5, "pass")])
def test_a_guess_of_everyday_words_is_no_company(heard, p, verdict):
    """ "It's me, from Oh sorry" names none: it neither praises nor decides whether the reason comes first."""
    company = Part("company", 1.0, 2.0, f"from {heard}", 0.9)
    reason = Part("reason", 3.0, 5.0, "your board asked for three bids.", 0.9)
    made = analysis(structure=with_structure([company, reason]), entities=Entities(company=Mention(heard, 1.2, 2.0, p)))
    assert judged("company_named", made).verdict == verdict
    order = judged("part_before", made, first=("reason",), then=("company",))
    assert order.verdict == ("n/a" if verdict == "n/a" else "fail")


def test_a_number_in_pieces_is_neither_fast_nor_said_once():
    """Eight digits may be two sayings run together."""
    odd = analysis(entities=Entities(phones=(phone("55550134", complete=False, rate=4.0, start=23.0),)))
    assert judged("number_slow", odd, high_digits_per_s=3.0).not_judged
    assert judged("number_by_or_twice", odd, by_s=20.0).not_judged
    nine = analysis(entities=Entities(phones=(phone("303555012", complete=False, rate=4.0, start=23.0),)))
    assert judged("number_slow", nine, high_digits_per_s=3.0).verdict == "fail"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("I was talking to Arthur, and he mentioned that you might need labels.", "mentioned that you"),
        ("Hugh suggested I call about the press.", "suggested i call"),
        ("I'm following up on the form you filled out.", "you filled out"),
        ("We are the number one provider of labels.", ""),
        ("You ask for the best, and we have it.", "you ask for"),
    ],
)
def test_phrases_of_contact(text, phrase):
    """Somebody sent the caller, or the two were in contact."""
    assert contact_of(text) == phrase


def test_a_reason_of_contact_is_not_said_to_fit_anybody():
    """Heard as a pitch, "Ann told me to call you" is left to the listener."""
    said = "Hi Dana, Ann told me to call you about the lease."
    heard = [Part("reason", 1.0, 4.0, "Ann told me to call you about the lease.", 0.9)]
    structure = Structure(tuple(heard), ("reason",), "unclear", {"pitch": 0.9, "referral": 0.1})
    made = analysis(transcript=transcript(said), structure=structure)
    options = {"parts": ("reason",), "approaches": ("referral",), "sure": 0.75}
    assert "told me to" in judged("own_reason", made, **options).evidence
    assert judged("own_reason", made, **options).not_judged
    assert judged("not_heard_as", made, approaches=("pitch",), sure=0.6).not_judged


@pytest.mark.parametrize(
    ("approach", "p", "pieces", "scored"),
    [
        ("inquiry", 0.72, (), False),
        ("inquiry", 0.65, (), True),
        ("inquiry", 0.72, (("value", "your lease on Main Street ends in May."),), True),
        ("inquiry", 0.85, (("value", "your lease on Main Street ends in May."),), False),
        ("robocall", 0.72, (), True),
    ],
)
def test_who_offers_nothing_does_not_sell(approach, p, pieces, scored):
    """An inquiry gets no points from a lower probability on where no part is a value or an offer; "unclear" or not."""
    heard = tuple(Part(label, 1.0, 2.0, text, 0.9) for label, text in pieces)
    made = analysis(structure=Structure(heard, (), "unclear", {approach: p, "pitch": 1 - p}))
    assert (scoring.score(made, load_rubric()).points is not None) is scored


@pytest.mark.parametrize(("text", "why"), [("Hey Mum, call me when you can, bye.", "private"), ("Call me.", "too few words")])
def test_family_and_a_word_or_two_get_no_points(text, why):
    """Neither is a sales message; the sentence is the same in every check."""
    made = scoring.score(analysis(transcript=transcript(text)), load_rubric())
    assert made.band == "unscored"
    assert why in made.why_unscored


def test_a_guess_of_a_little_word_hides_no_reason():
    """Praise stays praise where "and" was a guess; where another word was, something may have been said."""
    text = TEXT.replace("your lease on Main Street ends in May.", "we are proud and our quality is great.")
    pieces = tuple(
        (label, "we are proud and our quality is great.") if label == "reason" else (label, t) for label, t in PIECES
    )
    script = transcript(text)
    guess = {"and": "fail", "quality": "n/a"}
    for word, verdict in guess.items():
        words = [w if w.text != word else type(w)(w.text, w.start_s, w.end_s, 0.4) for w in script.words]
        first = script.segments[0]
        segment = type(first)(first.start_s, first.end_s, first.text, tuple(words), -0.2, 0.01, 1.2)
        heard = [
            Part("value" if p.label == "reason" else p.label, p.start_s, p.end_s, p.text, 0.9) for p in parts(script, pieces)
        ]
        made = analysis(transcript=transcript(text, segments=(segment,)), structure=with_structure(heard, pitch=0.95))
        check = next(c for c in scoring.score(made, load_rubric()).checks if c.id == "gives_reason")
        assert check.verdict == verdict, (word, check.evidence)


@pytest.mark.parametrize(("probability", "verdict"), [(0.4, "n/a"), (0.9, "fail")])
def test_guesses_in_the_opening_may_be_the_caller(probability, verdict):
    """ "When the maitre you asked" is what is left of "Gwen. Dmitri. You asked": nobody is told to say a name."""
    script = transcript("When the maitre you asked on the phone yesterday whether the vans can be white with no logo.")
    first = script.segments[0]
    words = tuple(dataclasses.replace(w, probability=probability) if w.text == "maitre" else w for w in script.words)
    made = analysis(transcript=transcript(first.text, segments=(dataclasses.replace(first, words=words),)), entities=Entities())
    check = judged("caller_named", made)
    assert (check.verdict, check.not_judged) == (verdict, verdict == "n/a")


@pytest.mark.parametrize(("said", "given"), [("and you can have it with the fee paid.", True), ("and it lasts a year.", False)])
def test_a_thing_to_have_speaks_against_a_pitch(said, given):
    """Heard as a pitch, an offer of one kit is neither a list of services nor a reason that fits anybody."""
    text = f"Hi Dana, the last spore test kit is on my desk, {said} Tom Becker with Acme. 303-555-0126."
    pieces = [
        ("greeting", "Hi"), ("callee", "Dana,"), ("reason", "the last spore test kit is on my desk,"), ("value", said),
        ("identity", "Tom Becker"), ("company", "with Acme."), ("number", "303-555-0126."),
    ]  # fmt: skip
    script = transcript(text)
    made = analysis(transcript=script, structure=with_structure(parts(script, pieces), pitch=0.9))
    own = {"parts": ("reason", "value", "offer"), "approaches": ("offer", "referral"), "sure": 0.75}
    for name, options in (("own_reason", own), ("not_heard_as", {"approaches": ("pitch",), "sure": 0.6})):
        check = judged(name, made, **options)
        assert (check.verdict, "you can have it" in check.evidence) == ("n/a" if given else "fail", given)


def test_the_reps_name_is_heard_wherever_it_stands():
    """Two names run together are no missing name; without the manifest nobody can know."""
    text = "Gwen Dmitri, you asked on the phone yesterday whether the vans can be white with no logo."
    plain_text = transcript(text)
    for rep, verdict in (("Dmitri Volchenko", "pass"), ("Ann Lee", "fail")):
        made = analysis(Message("t.wav", rep=rep), transcript=plain_text, entities=Entities())
        assert judged("caller_named", made).verdict == verdict


@pytest.mark.parametrize(
    ("approach", "entities", "scored"), [("unclear", Entities(), False), ("pitch", Entities(), True), ("unclear", None, True)]
)
def test_a_message_of_nobody_about_nothing_gets_no_points(approach, entities, scored):
    """Unclear, and without a name, a company or a number: whichever words a codec leaves of it."""
    text = "Hey there, looks like you are in our home. Anyway, call me when you have a chance. Waiting for you."
    structure = Structure((), (), approach, {"pitch": 0.5, "curiosity": 0.4, "other": 0.1})
    changes = {} if entities is None else {"entities": entities}
    made = scoring.score(analysis(transcript=transcript(text), structure=structure, **changes), load_rubric())
    assert (made.points is not None) is scored
