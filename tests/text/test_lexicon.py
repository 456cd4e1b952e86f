"""Word lists that are built from the lexicon are the lists that were written out before: the literals here are the record."""

import re

import pytest

from vmaudio.classify import cues
from vmaudio.duplicates import normalize
from vmaudio.privacy import redact_tokens, redact_words
from vmaudio.rubric import prospect
from vmaudio.rubric.checks import names
from vmaudio.text import lexicon, numbers, quantities, verbalize
from vmaudio.text.entities import contact
from vmaudio.training import recognised, recognition_errors
from vmaudio.transcribe import hallucinations

DIGITS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "oh": "0",
}  # fmt: skip


@pytest.mark.parametrize(
    ("built", "written"),
    [
        (
            numbers.UNITS,
            {**DIGITS, "o": "0", "nought": "0", "naught": "0", "aught": "0", "niner": "9"},
        ),
        (
            numbers.TEENS,
            {
                "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
                "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
            },
        ),
        (
            numbers.TENS,
            {
                "twenty": "20", "thirty": "30", "forty": "40", "fourty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
                "eighty": "80", "ninety": "90",
            },
        ),
        (lexicon.REPEAT_WORDS, {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}),
        (numbers.SCALES, {"hundred": "00", "thousand": "000"}),
        (recognised.SPOKEN_DIGITS, DIGITS),
        (recognition_errors.SPOKEN_DIGITS, DIGITS),
        (
            verbalize._ORDINALS,
            {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"},
        ),
    ],
)  # fmt: skip
def test_words_mean_what_they_meant(built, written):
    """Words of numbers have the values that they had."""
    assert built == written


@pytest.mark.parametrize(
    ("built", "written"),
    [
        (
            verbalize._ONES,
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
            "eighteen nineteen",
        ),
        (verbalize._TENS, "_ _ twenty thirty forty fifty sixty seventy eighty ninety"),
    ],
)
def test_lists_by_place(built, written):
    """Lists that are read by place have the order that they had."""
    assert list(built) == written.split()
    assert list(verbalize._SCALES) == [
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1_000, "thousand"),
        (100, "hundred"),
    ]


@pytest.mark.parametrize(
    ("built", "written"),
    [
        (
            redact_tokens.NUMBER_WORDS,
            """zero oh o nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
            sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand
            double triple""",
        ),
        (
            redact_words._PLAIN,
            """i i'm i'll i've i'd monday tuesday wednesday thursday friday saturday sunday january february march april
            may june july august september october november december mr mrs ms miss dr doctor sir madam ok okay am pm
            a.m p.m english""",
        ),
        (
            normalize.NUMBER_WORDS,
            """zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
            seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand double
            triple first second third fourth fifth sixth seventh eighth ninth tenth extension am pm o'clock""",
        ),
        (
            normalize.DAYS,
            """monday tuesday wednesday thursday friday saturday sunday january february march april june july august
            september october november december today tomorrow morning afternoon evening tonight week""",
        ),
        (
            normalize.GREETINGS,
            "hi hello hey good dear there mr mrs ms miss dr um uh er erm ah thanks thank bye goodbye cheers",
        ),
        (hallucinations._DIGITS, "oh zero one two three four five six seven eight nine double triple"),
        (
            quantities.QUANTITY_BEFORE,
            """press january february march april june july august september october november december jan feb mar apr jun
            jul aug sept sep oct nov dec version windows suite room floor chapter page step option section form year age
            aged grade top since circa route highway interstate exit door gate platform
            unit apartment apt lot building bay aisle""",
        ),
        (
            lexicon.WEEKDAYS,
            "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays",
        ),
        (lexicon.MONTHS, "january february march july september october november december"),
        ({word for (word,) in names._GREETINGS}, "hi hello hey morning afternoon evening"),
        (
            prospect._STOP,
            """a about above after again all also am an and any are as asked at back be because been before being but by
            call called calling can come could day did do does done down each email emailed e-mail e-mailed every few
            first for form from get go going good had has have he hello her here hi him his how i if in into is it its
            just know last let like made mail make many me message message more most much my need new next no not note
            notes now number of off on one only or other our out over phone please said say says see send sent she
            should so some someone something spoke still such take talk talked than thank thanks that the their them
            then there they thing this time to today told too two up us use very voicemail want wanted wants was we web
            week went were what when where which while who why will with would wrote year yes yet you your jan january
            feb february mar march apr april may jun june jul july aug august sep sept september oct october nov
            november dec december monday tuesday wednesday thursday friday saturday sunday prospect customer lead
            company inc llc ltd""",
        ),
    ],
)
def test_sets_hold_what_they_held(built, written):
    """Sets of words that are left out, kept or counted hold the words that they held."""
    assert built == set(written.split())


@pytest.mark.parametrize(
    ("built", "written"),
    [
        (contact._HOUR, r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"),
        (
            contact._MONTH,
            r"(?:january|february|march|april|may|june|july|august|september|october|november|december)",
        ),
        (
            contact._ORDINAL,
            r"(?:\d{1,2}(?:st|nd|rd|th)?|(?:twenty |thirty )?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|"
            r"tenth|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth|twentieth|thirtieth)",
        ),
        (contact._NO_DIGITS, r"(?! \w{0,20}(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|\d))"),
        (cues._DIGIT, r"(?:one|two|three|four|five|six|seven|eight|nine|zero|star|pound|free|xdigitx|\d)"),
        (
            cues._PATTERNS["when"],
            r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight|today|this (?:week|morning|"
            r"afternoon|evening)|next (?:week|month)|noon|o'clock|a\.?m\.?|p\.?m\.?)\b",
        ),
    ],
)
def test_patterns_are_letter_for_letter(built, written):
    """Regular expressions built from lists are those that were written out."""
    assert built == written


def test_days_with_and_without_s():
    """The pattern of days takes each day and its plural, and nothing shorter."""
    days = "monday tuesday wednesday thursday friday saturday sunday".split()
    assert all(re.fullmatch(contact._DAYS, word) for day in days for word in (day, f"{day}s"))
    assert not any(re.fullmatch(contact._DAYS, word) for word in ("mon", "days", "mondayss", "tues"))
