"""Who calls whom from where, addresses and times, and the likeness of names."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings, strategies as st

from vmaudio.records import Entities, Mention, Segment, Transcript, Word
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities.find import find_entities
from vmaudio.text.entities.name_match import match_name, sound_key


def found(text: str) -> Entities:
    return find_entities(transcript_from_text(text))


def named(text: str) -> tuple[str | None, str | None, str | None]:
    """Caller, callee, company."""
    one = found(text)
    caller, callee, company = (None if mention is None else mention.text for mention in (one.caller, one.callee, one.company))
    return caller, callee, company


@pytest.mark.parametrize(
    ("text", "caller", "callee", "company"),
    [
        ("Hi Walter, this is Gemma Lindstrom from Pinecrest Fire.", "Gemma Lindstrom", "Walter", "Pinecrest Fire"),
        ("Pilar, hello, Gemma from Pinecrest. We teach a class.", "Gemma", "Pilar", "Pinecrest"),
        (
            "Hello Mr. Bellamy, my name is Gemma Lindstrom and I'm with Pinecrest Fire and Safety. We sell.",
            "Gemma Lindstrom",
            "Mr. Bellamy",
            "Pinecrest Fire and Safety",
        ),
        (
            "Good morning Peter. Graham Whitlock, Ironbridge Computer Services, Cleveland.",
            "Graham Whitlock",
            "Peter",
            "Ironbridge Computer Services",
        ),
        ("Hi Wes, Olga, Ridgeline. I will write your ad.", "Olga", "Wes", "Ridgeline"),
        ("Nora, Graham Whitlock here. Call me this afternoon.", "Graham Whitlock", "Nora", None),
        (
            "Aoife Brennan from Larkspur Cleaning here, looking for Hank Delgado.",
            "Aoife Brennan",
            "Hank Delgado",
            "Larkspur Cleaning",
        ),
        (
            "Hello, is this Dr. Okafor? It's Tom calling from the Front Range Group.",
            "Tom",
            "Dr. Okafor",
            "the Front Range Group",
        ),
        (
            "This is a message for Dana Reyes. My name's Tom de la Cruz, calling on behalf of Acme Tools.",
            "Tom de la Cruz",
            "Dana Reyes",
            "Acme Tools",
        ),
        ("Hal. Dale Ruckert's my name. Give me a ring.", "Dale Ruckert", "Hal", None),
        ("Afternoon, Gareth. Colin Ashdown, from a firm called Fathom Ledger.", "Colin Ashdown", "Gareth", "Fathom Ledger"),
        ("Is this Dana's line? Tom here.", "Tom", "Dana", None),
        ("hi dana this is tom hale from acme roofing i'm calling about your roof", "tom hale", "dana", "acme roofing"),
        ("hello this is emily with pinecrest about your form", "emily", None, "pinecrest"),
    ],
)
def test_names_are_found_by_the_phrases_around_them(
    text: str, caller: str | None, callee: str | None, company: str | None
) -> None:
    """Each way of introducing oneself and addressing the other is understood, with and without capitals."""
    assert named(text) == (caller, callee, company)


@pytest.mark.parametrize(
    "text",
    [
        "This is just about your account. It's the last call. I'm calling because your warranty is over.",
        "Hello, this is an important message. Please call us back on Monday.",
        "Good morning, I'm looking to book a room for Friday. It's urgent.",
        "hi this is about the thing we said i'm sorry it's late thanks",
        "Wrong number. Sorry.",
        "Hi, it's me. I'm on my way. This is great.",
        "Press one to speak to a representative.",
        "",
    ],
)
def test_nobody_is_named_who_was_not(text: str) -> None:
    """Common words, weekdays and phrases after "this is" are no names."""
    assert named(text) == (None, None, None)


def test_people_spoken_of_are_not_the_caller() -> None:
    """A third person or a customer's company is neither caller nor the caller's company."""
    caller, callee, company = named("Marcy, good afternoon, Lyle Jamison told me about the smell. I'm Hiroshi, from Clearwell.")
    assert (caller, callee, company) == ("Hiroshi", "Marcy", "Clearwell")
    assert (
        named("Hello Ms. Al-Masri. Peter Quist at Plumline Bank asked me to call. This is Judith Lane, Tallgrass Payroll.")[0]
        == "Judith Lane"
    )


def test_the_fuller_name_wins() -> None:
    """Where the caller gives the name twice, the one with the last name is kept."""
    assert named("Hi Dana, it's Tom from Acme. Again, this is Tom Hale.")[0] == "Tom Hale"


def test_mentions_carry_times_and_the_lowest_probability() -> None:
    """A mention spans its words, with the probability of the least sure one."""
    texts = [("Hi", 0.9), ("Dana,", 0.8), ("this", 1.0), ("is", 1.0), ("Tom", 0.7), ("Hale.", 0.4)]
    words = tuple(Word(text, place * 0.5, place * 0.5 + 0.4, probability) for place, (text, probability) in enumerate(texts))
    said = Transcript("speech", "en", "", (Segment(0.0, 3.0, "", words, 0.0, 0.0, 1.0),), "test")
    assert find_entities(said).caller == Mention("Tom Hale", 2.0, 2.9, 0.4)
    assert find_entities(said).callee == Mention("Dana", 0.5, 0.9, 0.8)


@pytest.mark.parametrize(
    ("text", "emails"),
    [
        ("write to dana@acme.com.", ["dana@acme.com"]),
        ("email Dana at Acme dot com please", ["dana@acme.com"]),
        ("it's dana dot reyes at acme hardware dot co", ["dana.reyes@acmehardware.co"]),
        ("reach dana at acme.com", ["dana@acme.com"]),
        ("look at acme dot com, or find us at acme.com", []),
        ("I am at the office at three", []),
    ],
)
def test_addresses_in_words_and_figures(text: str, emails: list[str]) -> None:
    """Addresses are read as spoken and as written; sites to look at are no addresses."""
    assert [mention.text for mention in found(text).emails] == emails


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("call me tomorrow at three or by Friday", ["tomorrow at three", "by Friday"]),
        ("on Monday night at 7:30 pm, before noon", ["on Monday night at 7:30 pm", "before noon"]),
        ("I'm in until 5 pm today", ["until 5 pm today"]),
        ("see you next week, or on May 3rd", ["next week", "on May 3rd"]),
        ("at half past nine", ["at half past nine"]),
        ("call me today, 303-555-0126", ["today"]),
        ("we have three trucks and 15 minutes", []),
    ],
)
def test_times_of_day_and_week(text: str, times: list[str]) -> None:
    """Days, clock times and both together; counts and telephone digits are no times."""
    assert [mention.text for mention in found(text).times] == times


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Jemma Lindstrom", "Gemma Lindstrom"), ("Donnie", "Donny"), ("Esperanza Villobos", "Esperanza Villalobos"),
        ("Pinecrust Fire", "Pinecrest Fire"),
        ("Mr. Bellamy", "Stuart Bellamy"), ("Walter", "Walter Ashby"), ("Marisol Uniform", "Marisol Uniforms"),
        ("Mercy", "Marcy"),
        ("Clare Well", "Clearwell"),
        ("Katherine", "Catherine"), ("Steven", "Stephen"), ("Jon", "John"), ("Okafor Lane", "Judith Okafor-Lane"),
    ],
)  # fmt: skip
def test_one_recognition_error_still_matches(said: str, expected: str) -> None:
    """A name heard with one error, or in part, or spelled otherwise, scores .75 or more."""
    assert match_name(said, expected) >= 0.75


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Walter", "Graham"),
        ("Dana", "Donald"),
        ("Kim", "Tom"),
        ("Peter", "Simon"),
        ("Abe", "Lyle"),
        ("Olga", "Wes"),
        ("", "Dana"),
        ("Dana", ""),
    ],
)
def test_other_names_do_not_match(said: str, expected: str) -> None:
    """Different names stay under .75."""
    assert match_name(said, expected) < 0.75


def test_sound_keys_join_spellings() -> None:
    """Spellings that sound alike share a key, names that do not differ."""
    for one, other in (
        ("Catherine", "Katherine"),
        ("Stephen", "Steven"),
        ("Philip", "Filip"),
        ("Schmidt", "Shmit"),
        ("Gemma", "Jemma"),
    ):
        assert sound_key(one) == sound_key(other)
    assert sound_key("Walter") != sound_key("Graham")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_and_one_for_equals(one: str, other: str) -> None:
    """Any two texts have a likeness from 0 to 1; a name is wholly like itself."""
    assert 0 <= match_name(one, other) <= 1
    if any("a" <= sign <= "z" for sign in one.lower()):
        assert match_name(one, one) == 1


NAMES = st.sampled_from(
    "Dana Tom Gemma Lindstrom Acme Fire Pinecrest Monday just the about your Mr. Dr. O'Hara de la von Jean-Luc I'm It's".split()
)
CUES = st.sampled_from(
    [
        "hi",
        "this is",
        "my name is",
        "from",
        "with",
        "it's",
        "here",
        "calling",
        "for",
        "is this",
        ",",
        ".",
        "'s line",
        "at",
        "dot com",
        "tomorrow",
    ]
)


@settings(max_examples=60, deadline=None)
@example("Dana from ,")
@given(st.lists(st.one_of(NAMES, CUES, st.text(max_size=6)), max_size=30).map(" ".join))
def test_nothing_is_invented(text: str) -> None:
    """Whatever the text, a mention's words stand in it, in order and side by side, inside the message's time."""
    transcript = transcript_from_text(text)
    one = find_entities(transcript)
    for mention in (one.caller, one.callee, one.company, *one.times):
        if mention is None:
            continue
        inside = [
            word.text
            for word in transcript.words
            if mention.start_s - 1e-9 <= word.start_s and word.end_s <= mention.end_s + 1e-9
        ]
        assert "".join(inside).replace("’", "'").replace(",", "").find(mention.text.replace(" ", "").replace(",", "")) in (
            0,
            1,
            2,
        )
        assert mention.text.strip()


@pytest.mark.parametrize(
    ("text", "caller", "company"),
    [
        (
            "Victor, Ruth Dempsey over at Dempsey Cabinets told me to call you. I'm Desmond Price with Bluegate.",
            "Desmond Price",
            "Bluegate",
        ),
        ("Hi Ann, my neighbor over at Crown Foods said you need one. I'm Dana with Acme.", "Dana", "Acme"),
        ("Hi Hannah, Joss Price here. Just wanted to say hello.", "Joss Price", None),
        ("Hannah, I'm Ray Call me with it.", "Ray", None),
    ],
)
def test_somebody_elses_company_is_not_the_callers(text, caller, company):
    """ "Ruth over at Acme told me" names the one who sent the caller; a surname may be an everyday word."""
    assert named(text)[::2] == (caller, company)


def test_a_name_that_is_said_again_in_full_is_no_company():
    """ "This is Deke, Deke Ansel": the caller's whole name; with a trade behind it a company."""
    assert named("Hey there, Marge! Uh, this is Deke, Deke Ansel. So I was driving around.")[::2] == ("Deke Ansel", None)
    assert named("Hi Ann, it's Dale Kirk, Dale Kirk Roofing. Call me.")[2] == "Dale Kirk Roofing"
