"""Numbers in words and figures -> telephone numbers: every way of saying, repeats, doubts, and what is no telephone number."""

from __future__ import annotations

import math
import random
import string

import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.records import Phone, Segment, Stretch, Transcript, Word
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities.agreement import confirm_numbers
from vmaudio.text.entities.find import find_entities
from vmaudio.text.numbering_plan import is_possible
from vmaudio.text.numbers import find_numbers
from vmaudio.text.quantities import QUANTITY_BEFORE, QUANTITY_NEXT
from vmaudio.text.tokens import tokenize

ONES = "zero one two three four five six seven eight nine".split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()


def phones(text: str, **options: object) -> tuple[Phone, ...]:
    return find_entities(transcript_from_text(text), **options).phones  # type: ignore[arg-type]


def transcript(*words: tuple[str, float, float, float]) -> Transcript:
    made = tuple(Word(*word) for word in words)
    text = "".join(word.text for word in made).strip()
    return Transcript("speech", "en", text, (Segment(made[0].start_s, made[-1].end_s, text, made, -0.2, 0.0, 1.2),), "test")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("call me at three oh three, five five five, oh one two six", "3035550126"),
        ("three zero three five fifty-five zero one twenty-six", "3035550126"),
        ("three oh three double five five oh one two six", "3035550126"),
        ("three oh three triple five nought one two six", "3035550126"),
        ("eight hundred, five five five, twelve thirty", "8005551230"),
        ("two ten, five five five, oh one eight one", "2105550181"),
        ("four eighty, five five five, oh one five eight", "4805550158"),
        ("four eighty five five five oh one five eight", "4805550158"),
        ("area code 303, 555-0126", "3035550126"),
        ("555-0126, area code's 303", "3035550126"),
        ("303-555-0126.", "3035550126"),
        ("(303) 555-0126", "3035550126"),
        ("303 - 555 - 0126", "3035550126"),
        ("303.555.0126", "3035550126"),
        ("3, 0, 3, 5, 5, 5, 0, 1, 2, 6", "3035550126"),
        ("3-0-3-5-5-5-0-1-2-6", "3035550126"),
        ("three-oh-three, five-five-five, oh-one-two-six", "3035550126"),
        ("303, um, 555, uh, 0126", "3035550126"),
        ("303. 555. 0126.", "3035550126"),
        ("+1 (303) 555-0126", "13035550126"),
        ("1-800-555-0126", "18005550126"),
        ("one eight hundred five five five zero one two six", "18005550126"),
        ("1-800-FLOWERS", "18003569377"),
        ("503-555... sorry, 503-555-0126", "5035550126"),
        ("303-555-0126, no wait, 0127", "3035550127"),
        ("303-555-012A", "3035550128"),
        ("please call before five. 303-555-0126", "3035550126"),
        ("say so by eight, two one four, five five five, zero one eight five", "2145550185"),
        ("between two and four, 732-555-0141", "7325550141"),
        ("303 555 0126 by Friday at 3:30", "3035550126"),
        ("303-555-0126, 9 to 5", "3035550126"),
    ],
)
def test_one_number_is_read(text: str, digits: str) -> None:
    """Each of these says one complete number once."""
    found = phones(text)
    assert [(phone.digits, phone.times_said, phone.complete) for phone in found] == [(digits, 1, True)]
    assert found[0].e164 == "+1" + digits[-10:]
    assert found[0].agreement == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "it costs $4,000 and that is 20 percent off in 2025, 24/7",
        "from 9 to 5 on 11/21/2026, at 3:30, for 15 minutes",
        "1,000,000 people and 10,000 users since 1961",
        "two thousand twenty five was better than nineteen ninety nine",
        "no one said one thing, the one at the front won",
        "we have four hundred trucks and thirty one drivers",
        "press one, or press two",
        "may twenty first nineteen sixty",
        "I have been doing it for the last 30 years, 7 days a week",
        "oh, I see. Oh well.",
        "march third nineteen twenty eight",
        "",
    ],
)
def test_other_numbers_are_no_telephone_number(text: str) -> None:
    """Prices, years, times, counts and dates are left alone, even where seven digits count as complete."""
    assert phones(text) == ()
    assert phones(text, local_numbers=True) == ()


@pytest.mark.parametrize(
    ("text", "digits", "times"),
    [
        ("303-555-0126. 303-555-0126.", "3035550126", 2),
        ("3035550126 3035550126", "3035550126", 2),
        ("30355501263035550126", "3035550126", 2),
        ("3-0-3-5-5-5-0-1-2-6 3-0-3-5-5-5-0-1-2-6", "3035550126", 2),
        ("215-555-0158-215-555-0158", "2155550158", 2),
        (
            "three oh three, five five five, oh one two six, again, three oh three, five five five, oh one two six",
            "3035550126",
            2,
        ),
        ("303-555-0126, once more, 303-555-0126, that's 303-555-0126", "3035550126", 3),
        ("my number is 303-555-0126, and again that's 555-0126", "3035550126", 2),
        ("303-555-0126, that's 0126", "3035550126", 2),
        ("Call 303-555-0126 about the van. I need it on Monday. Thanks, 303-555-0126", "3035550126", 2),
        ("1-303-555-0126, that's 303-555-0126", "13035550126", 2),
    ],
)
def test_repeats_are_one_number(text: str, digits: str, times: int) -> None:
    """The same number said again, whole or its end, is one number with a span for each saying."""
    (phone,) = phones(text)
    assert (phone.digits, phone.times_said, phone.complete, phone.agreement) == (digits, times, True, 1.0)
    assert len(phone.spans) == times
    assert all(one.end_s <= other.start_s + 1e-9 for one, other in zip(phone.spans, phone.spans[1:], strict=False))


@pytest.mark.parametrize(
    "text",
    [
        "303-555-0126. 303-555-0127.",
        "919-555-0131-9555-0131",
        "303-555-0126, again, 303-555-012",
        "my cell is 303-555-0126, again my cell is 303-555-0128",
        "303-555-0126, that's 0129",
    ],
)
def test_sayings_that_disagree_are_not_complete(text: str) -> None:
    """Where two sayings differ in a digit, the number is shown with its agreement and is not called complete."""
    (phone,) = phones(text)
    assert phone.times_said == 2
    assert 0.5 < phone.agreement < 1
    assert not phone.complete


@pytest.mark.parametrize(
    ("text", "digits"),
    [("562966390456293904", "5629663904"), ("7455210884745210884", "7455210884"), ("347590293472759029", "3472759029")],
)
def test_a_saying_that_lost_digits_does_not_shift_the_other(text: str, digits: str) -> None:
    """Two sayings run together, one of them short of a digit or two: the whole one is kept, and it is not vouched for."""
    (phone,) = phones(" ".join(text))
    assert (phone.digits, phone.times_said, phone.complete) == (digits, 2, False)


def test_four_digits_that_a_number_ends_with_are_no_saying_of_it() -> None:
    """A number said with a digit too many the second time is not cut after its first four digits."""
    (phone,) = phones("on two one five five five five oh one five eight two one five five five five five oh one five eight")
    assert (phone.digits, phone.complete, phone.times_said) == ("2155550158", False, 2)


@pytest.mark.parametrize(
    "text", ["303-555-012", "303-555-01266", "call me at 3-303-555-0126", "0-303-555-0126", "216-555-104-216-555-104"]
)
def test_a_digit_too_few_or_too_many_is_not_complete(text: str) -> None:
    """A number of the wrong length is shown, never completed or cut to fit."""
    (phone,) = phones(text)
    assert not phone.complete
    assert phone.e164 is None
    assert phone.confidence <= 0.5


@pytest.mark.parametrize(
    "text", ["30-3555-0126", "303-55-50126", "303-5555-126", "303 5555126", "3.035550126", "6.02555 the 0147"]
)
def test_odd_groups_are_read_but_not_vouched_for(text: str) -> None:
    """Figures grouped as no number is, or four equal ones in a long group: recognisers lose digits there."""
    (phone,) = phones(text)
    assert len(phone.digits) == 10
    assert not phone.complete


def test_ten_digits_that_begin_with_one_lost_a_digit() -> None:
    """No area code begins with 0 or 1: such ten digits are not complete."""
    assert [phone.complete for phone in phones("1-303-555-012")] == [False]


def test_two_numbers_stay_two() -> None:
    """Another telephone is another number."""
    found = phones("my office is 303-555-0126 or my cell 720-555-0199")
    assert [phone.digits for phone in found] == ["3035550126", "7205550199"]
    assert all(phone.complete for phone in found)


def test_local_numbers_count_when_allowed() -> None:
    """Seven digits are complete with the setting, and only then."""
    assert [(phone.digits, phone.complete) for phone in phones("call 555-0126")] == [("5550126", False)]
    assert [(phone.digits, phone.complete, phone.e164) for phone in phones("call 555-0126", local_numbers=True)] == [
        ("5550126", True, None)
    ]


@pytest.mark.parametrize(
    "text", ["9.09.232.155.9.09.232.155. 1, 1, 5, 5.", "216-555-104-216-555-104-104", "303 555 126 303 555 126"]
)
def test_the_same_nine_digits_twice_are_one_number_that_lost_a_digit(text: str) -> None:
    """A digit lost in both sayings does not let the first saying borrow from the second."""
    (phone,) = phones(text)
    assert len(phone.digits) == 9
    assert not phone.complete


def test_a_number_torn_from_a_longer_row_is_not_vouched_for() -> None:
    """Of seventeen figures in one word, ten make no number that can be trusted."""
    assert not any(phone.complete for phone in phones("30355512630355126"))
    assert [(phone.digits, phone.complete) for phone in phones("30355501263035550126")] == [("3035550126", True)]


@pytest.mark.parametrize(("text", "digits"), [("828102.", "828102"), ("882-102", "882102"), ("12 31 70", None)])
def test_a_local_number_that_lost_a_digit_is_kept_in_doubt(text: str, digits: str | None) -> None:
    """Six digits in one row may be a local number heard badly; three pairs are a date."""
    found = phones(text, local_numbers=True)
    assert [phone.digits for phone in found] == ([digits] if digits else [])
    assert not any(phone.complete for phone in found)
    assert not phones(text)


def test_extensions_are_kept_apart() -> None:
    """The digits after "extension" are no part of the number."""
    for text in (
        "303-555-0126 extension 12",
        "303 555 0126, ext. 12",
        "three oh three five five five oh one two six extension one two",
    ):
        (phone,) = phones(text)
        assert (phone.digits, phone.extension, phone.complete) == ("3035550126", "12", True)


def test_other_regions_and_country_codes() -> None:
    """A country code that is said, or the region of the setting, decides the length."""
    assert [(phone.e164, phone.complete) for phone in phones("+44 20 7946 0958")] == [("+442079460958", True)]
    assert [(phone.e164, phone.complete) for phone in phones("020 7946 0958", region="GB")] == [("+442079460958", True)]


def test_an_unsure_digit_is_not_complete() -> None:
    """One badly recognised word lowers the confidence and keeps the number from being complete; a sure repeat mends that."""
    parts = [("303", 0.9), ("555", 0.05), ("0126", 0.9)]
    once = [(f" {text}", place * 1.0, place + 0.8, probability) for place, (text, probability) in enumerate(parts)]
    (phone,) = find_entities(transcript(*once)).phones
    assert (phone.digits, phone.complete, phone.confidence) == ("3035550126", False, 0.05)
    again = [(text, start + 5, end + 5, 0.9) for text, start, end, _ in once]
    (phone,) = find_entities(transcript(*once, *again)).phones
    assert (phone.times_said, phone.complete, phone.confidence) == (2, True, 0.9)


def test_pieces_of_a_written_number_are_glued_with_their_own_times() -> None:
    """Recognisers cut "303-555-0126" into words without spaces: one number, its span and pace from the words' times."""
    (phone,) = find_entities(transcript((" 303", 1.0, 2.0, 0.9), ("-555", 2.5, 3.5, 0.9), ("-0126.", 4.0, 6.0, 0.8))).phones
    assert (phone.digits, phone.complete, phone.confidence) == ("3035550126", True, 0.8)
    assert (phone.spans[0].start_s, phone.spans[0].end_s) == (1.0, 6.0)
    assert phone.digits_per_s == pytest.approx(10 / 5)


def test_each_digit_has_a_time_inside_its_word() -> None:
    """Digits share the time of their word by characters, in order."""
    said = transcript(
        (" at", 0.0, 0.5, 1.0),
        (" 303", 1.0, 1.6, 1.0),
        ("-5", 2.0, 2.2, 1.0),
        (" fifty", 3.0, 3.4, 1.0),
        (" five", 3.4, 4.0, 1.0),
    )
    digits = [digit for number in find_numbers(tokenize(said)) for digit in number.digits]
    assert [digit.value for digit in digits] == list("303555")
    starts = [digit.start_s for digit in digits]
    assert starts == pytest.approx([1.0, 1.2, 1.4, 2.0, 3.0, 3.4])
    assert [digit.word for digit in digits] == [1, 1, 1, 2, 3, 4]


def test_the_slowest_saying_gives_the_pace() -> None:
    """digits_per_s counts digits over first to last digit, of the slowest saying."""
    fast, slow = (" 303-555-0126.", 0.0, 2.0, 1.0), (" 303-555-0126.", 3.0, 8.0, 1.0)
    (phone,) = find_entities(transcript(fast, slow)).phones
    assert phone.digits_per_s == pytest.approx(2.0)
    (still,) = find_entities(transcript((" 303-555-0126.", 1.0, 1.0, 1.0))).phones
    assert math.isnan(still.digits_per_s)


def test_a_second_hearing_confirms_or_doubts() -> None:
    """The same digits again keep a number complete, other digits or none make it doubtful."""
    first = find_entities(transcript_from_text("call 303-555-0126"))
    for text, complete, agreement in (
        ("call 303 555 0126", True, 1.0),
        ("call 303-555-0128", False, 0.9),
        ("call me", False, 0.0),
    ):
        (phone,) = confirm_numbers(first, find_entities(transcript_from_text(text))).phones
        assert (phone.digits, phone.complete, phone.agreement) == ("3035550126", complete, agreement)


@st.composite
def renderings(draw: st.DrawFn) -> tuple[str, str]:
    """A dialable number and a way to say or write it."""
    digits = draw(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True).filter(is_possible))
    groups = [digits[:3], digits[3:6], digits[6:]]
    rng = random.Random(draw(st.integers(0, 10**6)))
    way = draw(st.sampled_from(["dashes", "dots", "spaces", "brackets", "singles", "glued", "words"]))
    if way == "dashes":
        return digits, "-".join(groups)
    if way == "dots":
        return digits, ".".join(groups)
    if way == "spaces":
        return digits, draw(st.sampled_from([" ", ", ", ". "])).join(groups)
    if way == "brackets":
        return digits, f"({groups[0]}) {groups[1]}-{groups[2]}"
    if way == "singles":
        return digits, draw(st.sampled_from(["-", ", ", " "])).join(digits)
    if way == "glued" and not any(sign * 4 in digits for sign in string.digits):
        return digits, digits
    return digits, draw(st.sampled_from([", ", " ", "... "])).join(in_words(group, rng) for group in groups)


def in_words(group: str, rng: random.Random) -> str:
    zero = rng.choice(["zero", "oh"])
    words = [zero if digit == "0" else ONES[int(digit)] for digit in group]
    way = rng.random()
    if way < 0.2 and group == group[0] * 3:
        return f"triple {words[0]}"
    if way < 0.2 and group[0] == group[1] != group[2]:
        return " ".join(["double", words[0], *words[2:]])
    if way < 0.4 and group[1:] == "00":
        return f"{words[0]} hundred"
    if way < 0.6 and group[-2] == "1":
        return " ".join([*words[:-2], TEENS[int(group[-1])]])
    if way < 0.6 and group[-2] > "1" and group[-1] != "0":
        return " ".join([*words[:-2], f"{TENS[int(group[-2])]}-{words[-1]}"])
    return " ".join(words)


@settings(max_examples=60, deadline=None)
@given(
    renderings(),
    st.sampled_from(["", "call me at ", "my number is ", "we sold 20 trucks. ", "I'm out until 3:30. "]),
    st.booleans(),
)
def test_any_number_said_in_any_way_comes_back(rendering: tuple[str, str], before: str, again: bool) -> None:
    """A dialable ten-digit number comes back exactly, complete, however it is said, once or twice."""
    digits, text = rendering
    said = f"{before}{text}. Again, {text}. Thanks." if again else f"{before}{text}. Thanks."
    (phone,) = phones(said)
    assert (phone.digits, phone.times_said, phone.complete) == (digits, 1 + again, True)


BESIDE = sorted(
    (QUANTITY_NEXT | QUANTITY_BEFORE | {"or", "and", "please", "the", "no", "one's", "number", "at", "is", "by", "24/7"})
    - {"hundred", "thousand", "x"}
)


def test_an_oddly_grouped_number_with_a_word_stuck_to_it_is_shown_in_doubt():
    """Recognisers group "five five five oh, one three four" so; the digits are there, and to be looked at."""
    assert [(phone.digits, phone.complete) for phone in phones("So that's 218-5550-134-Thanks.")] == [("2185550134", False)]


@settings(max_examples=80, deadline=None)
@given(renderings(), st.sampled_from(["", *BESIDE]), st.sampled_from(["", *BESIDE]))
def test_any_number_survives_any_word_beside_it(rendering: tuple[str, str], before: str, after: str) -> None:
    """What counts, costs or dates something beside a ten-digit number takes no digit of it away."""
    digits, text = rendering
    assert [(phone.digits, phone.complete) for phone in phones(f"call {before} {text} {after}")] == [(digits, True)]


@pytest.mark.parametrize(
    ("text", "digits", "extension"),
    [
        ("218-555-0134x42", "2185550134", "42"),
        ("218-555-0135-Sorry-0134", "2185550134", None),
        ("218-555-0134ext42.", "2185550134", "42"),
        ("218-555-0134-extension-7", "2185550134", "7"),
        ("(218)555-0134ext.42, thanks", "2185550134", "42"),
        ("tel:+12185550134;ext=7", "12185550134", "7"),
        ("218-555-0134 extension 12345678", "2185550134", "12345678"),
        ("218 555 0134 extension 42, 218 555 0134", "2185550134", "42"),
        ("218-555-0134-day or night", "2185550134", None),
        ("#218-555-0134", "2185550134", None),
        ("218/555-0134", "2185550134", None),
        ("cell/218-555-0134", "2185550134", None),
        ("218-triple 5-0134", "2185550134", None),
        ("218-Triple 5-0134", "2185550134", None),
        ("218-double-5-5-0134", "2185550134", None),
        ("218-555-0134 24 7", "2185550134", None),
        ("218 555 0134 9 to 5", "2185550134", None),
        ("218-555-0134 ×2", "2185550134", None),
        ("your zip code is 55802, call 218-555-0134", "2185550134", None),
        ("your account ending in 4456, call 218 555 0134", "2185550134", None),
        ("at 3 30 218 555 0134", "2185550134", None),
        ("before 1145 218 555 0134", "2185550134", None),
        ("I'm in until 5 218 555 0134", "2185550134", None),
        ("you don't want to be the last one. Five oh five, five five five, oh one six three", "5055550163", None),
        ("I'm with Padlock Nine, two one four, five five five, zero one eight five", "2145550185", None),
        ("1-800-Flowers", "18003569377", None),
        ("1 800 GO FEDEX", "18004633339", None),
    ],
)
def test_what_stands_beside_a_number_is_no_part_of_it(text: str, digits: str, extension: str | None) -> None:
    """Extensions, times, accounts, other words and marks, written with the number or beside it."""
    for said in (text, f"Hi, this is Bob. Call me. {text}"):
        assert [(one.digits, one.extension, one.complete) for one in phones(said)] == [(digits, extension, True)]


@pytest.mark.parametrize("text", ["218-555-0134/218-555-0199", "218-555-0134 / 218-555-0199", "218-555-0134-or-218-555-0199"])
def test_two_numbers_written_as_one_are_two(text: str) -> None:
    """A slash between two numbers means or."""
    assert [(one.digits, one.complete) for one in phones(text)] == [("2185550134", True), ("2185550199", True)]


@pytest.mark.parametrize(
    "number", ["503-155-0126", "911-555-0126", "370-555-0126", "960-555-0126", "390-555-0126", "218-911-0126"]
)
def test_a_number_that_cannot_exist_is_shown_and_not_complete(number: str) -> None:
    """Area codes and exchanges that the numbering plan rules out; whether a code is in service today is not asked."""
    ((digits, complete, e164),) = [(one.digits, one.complete, one.e164) for one in phones(f"call {number}")]
    assert (digits, complete, e164) == (number.replace("-", ""), False, None)
    assert phones("call 436-555-0126")[0].complete


def test_a_digit_beside_a_number_leaves_it_in_doubt() -> None:
    """One digit before a number that is whole may be a time, or a digit too many: the number is shown, and not vouched for."""
    for text in ("call me at 3 303 555 0126", "0 303 555 0126"):
        assert [(one.digits, one.complete) for one in phones(text)] == [("3035550126", False)]


@pytest.mark.parametrize("text", ["call 011 44 20 7946 0958", "call plus 44 20 7946 0958", "call +44 20 7946 0958"])
def test_a_number_of_another_country(text: str) -> None:
    """The 011 that is dialled for another country, or a plus said or written."""
    assert [(one.e164, one.complete) for one in phones(text)] == [("+442079460958", True)]


@pytest.mark.parametrize("what", ["account number is", "order number", "confirmation code is", "account ending in"])
def test_an_account_is_no_number_to_call(what: str) -> None:
    """Ten digits that are announced as something else."""
    assert phones(f"your {what} 2185550134") == ()


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Call me with the serial number. 402-555-0139.", 1),
        ("Call me with the serial number. 402-555-0139. 402-555-0139.", 2),
        ("Call me with the serial number 402-555-0139. 402-555-0139.", 2),
        ("Call me with the serial number 402-555-0139. I say it again, that's 402-555-0139.", 2),
        ("Call me at 402-555-0139 with the account number. Four oh two, five five five, oh one three nine.", 2),
    ],
)
def test_a_number_to_call_may_follow_what_to_call_with(text: str, times: int) -> None:
    """What the sentence before asks for, or what is said again as the number to call, is not announced as something else."""
    assert [(one.digits, one.times_said, one.complete) for one in phones(text)] == [("4025550139", times, True)]


@pytest.mark.parametrize("text", ["Account no. 218-555-0134.", "The serial number. 1185550134.", "Order number. 21855501."])
def test_what_ends_a_sentence_may_still_announce_something_else(text: str) -> None:
    """An abbreviation ends no sentence, and digits that nobody can dial are no number to call."""
    assert phones(text) == ()


WORDS = st.sampled_from(
    [*ONES, *TENS[2:], *TEENS, "oh", "hundred", "thousand", "double", "triple", "point", "at", "and", "again", "that's",
     "extension",
     "x",
     "area", "code", "no", "wait", "303", "555-0126", "$4,000", "3:30", "20", "%", "2025", "-", "--", "dana", "dot", "com", "@",
     "+", "1-800-", "١٢٣",
     "²", "½", "..."]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=60).map(" ".join), st.text(string.digits + " -,.", max_size=150))
)
def test_no_text_raises_and_every_phone_is_sound(text: str) -> None:
    """Whatever the text: no exception, digits are digits, ranges hold, and complete means ten digits or eleven with a 1."""
    for phone in phones(text):
        assert phone.digits.isascii()
        assert phone.digits.isdigit()
        assert 0 <= phone.confidence <= 1
        assert 0 <= phone.agreement <= 1
        assert phone.times_said == len(phone.spans) >= 1
        if phone.complete and not text.count("+"):
            assert len(phone.digits) == 10 or (len(phone.digits) == 11 and phone.digits[0] == "1")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["in 2025", "in 1999", "$4,000", "$19.99", "20 percent", "15 minutes", "at 3:30", "24/7", "by 5 pm",
             "10,000 people",
             "nine o'clock",
             "four hundred trucks", "the 3rd", "thirty days", "half of one percent", "a hundred times", "two weeks",
             "from 9 to 5", "press one"]
        ),
        max_size=8,
    )
)  # fmt: skip
def test_years_prices_and_times_are_never_complete(phrases: list[str]) -> None:
    """However many years, prices, times and counts stand in a row: no number to call."""
    assert not any(phone.complete for phone in phones(", ".join(phrases), local_numbers=True))


def test_every_digit_has_a_time_and_shared_ones_say_so():
    """Digits said one by one keep their words' times; those of a written group share the group's time and are marked."""
    spoken = find_entities(words_at(*((word, i * 0.5, i * 0.5 + 0.4) for i, word in enumerate(DIGIT_WORDS)))).phones[0]
    assert [(d.digit, d.start_s, d.interpolated) for d in spoken.digit_times][:2] == [("3", 0.0, False), ("0", 0.5, False)]
    stretches = (Stretch("303-", 1.0, 1.9), Stretch("555-", 2.5, 3.4), Stretch("0126", 4.0, 5.2))
    number = Word("303-555-0126.", 1.0, 5.2, 0.9, False, stretches)
    segment = Segment(1.0, 5.2, number.text, (number,), -0.1, 0.0, 1.0)
    written = find_entities(Transcript("speech", "en", number.text, (segment,), "test")).phones[0]
    assert "".join(d.digit for d in written.digit_times) == written.digits == "3035550126"
    assert [d.start_s for d in written.digit_times] == pytest.approx([1.0, 1.3, 1.6, 2.5, 2.8, 3.1, 4.0, 4.3, 4.6, 4.9])
    assert all(d.interpolated for d in written.digit_times)


def words_at(*said: tuple[str, float, float]) -> Transcript:
    words = tuple(Word(text, start, end, 0.9) for text, start, end in said)
    text = " ".join(word.text for word in words)
    return Transcript("speech", "en", text, (Segment(0.0, words[-1].end_s, text, words, -0.1, 0.0, 1.0),), "test")


DIGIT_WORDS = "three zero three five five five zero one two six".split()


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("May I come by and show you one? 505-555-0163", "5055550163"),
        ("Do you need one? five oh five, five five five, oh one six three", "5055550163"),
        ("I could bring one 505-555-0163", "5055550163"),
        ("By Thursday at 1. 505-555-0163", "5055550163"),
        ("Call me at one 505 555 0163", "15055550163"),
        ("That's one five oh five, five five five, oh one six three", "15055550163"),
        ("My number is 1 505 555 0163", "15055550163"),
    ],
)
def test_one_before_a_number_is_the_country_only_where_it_can_be(said: str, digits: str) -> None:
    (phone,) = find_entities(transcript_from_text(said)).phones
    assert (phone.digits, phone.e164, phone.complete) == (digits, "+15055550163", True)
