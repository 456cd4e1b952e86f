"""Names of the manifest are found by their sound, and what was not said stays out."""

from dataclasses import replace

import pytest

from vmaudio.records import Mention
from vmaudio.text import KnownNames, find_entities, respell_names, transcript_from_text


def respelled(text, **known):
    transcript = transcript_from_text(text)
    return respell_names(find_entities(transcript), transcript, KnownNames(**known))


@pytest.mark.parametrize(
    ("text", "field", "name", "spelled", "heard"),
    [
        ("Hi, this is Jemma Lindstrom. Call me.", "caller", "Gemma Lindstrom", "Gemma Lindstrom", "Jemma Lindstrom"),
        ("Hi, this is Jemma. Call me.", "caller", "Gemma Lindstrom", "Gemma", "Jemma"),
        ("Hey Donnie, this is Tom.", "callee", "Donny Macklin", "Donny", "Donnie"),
        ("Hello Mr. Belamy, this is Tom.", "callee", "Stuart Bellamy", "Mr. Bellamy", "Mr. Belamy"),
        ("Hi Hank, Locksburg cleaning here.", "company", "Larkspur Cleaning", "Larkspur Cleaning", "Locksburg cleaning"),
        ("Hi, this is Tom Becker.", "caller", "Tom Becker", "Tom Becker", None),
    ],
)  # fmt: skip
def test_a_misheard_name_gets_the_spelling_of_the_manifest(text, field, name, spelled, heard):
    """Whole names and parts of them, with titles; what was recognised is kept beside the spelling."""
    found = getattr(respelled(text, **{field: name}), field)
    assert (found.text, found.heard) == (spelled, heard)
    assert found.as_heard == (heard or spelled)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Hi, this is Tom Becker from Acme Dental.", {"caller": "Dana Whitfield", "company": "Three River Freight"}),
        ("Hi Brenda, it's Tom.", {"callee": "Walter Ashby"}),
        ("Call three three five, four five three, oh one two six.", {"company": "Threeriver Freight"}),
        ("The state is the office of the insurance center.", {"company": "the State Insurance Office"}),
        ("Please call me about the colours.", {"caller": "Colleen"}),
        ("Hi Ann, this is Dale. Please call me.", {"caller": "Tamsin Doyle", "company": "Gallo Wines"}),
        ("Hi Ann, this is Dale. This is about the brother of your wedding and cake.", {"company": "Tsosie Trading Post"}),
        ("Hi Ann, this is about the brother of the bride, the wedding and the cake.", {"company": "Prather Elevator"}),
        ("Hi Lucinda, the wedding and the cake are paid.", {"callee": "Lucille Nadeau", "caller": "Tunde Akande"}),
    ],
)
def test_a_name_that_was_not_said_stays_out(text, known):
    """Other names, numbers and everyday words are not taken for one."""
    transcript = transcript_from_text(text)
    assert respell_names(find_entities(transcript), transcript, KnownNames(**known)) == find_entities(transcript)


def test_a_longer_name_that_was_heard_is_not_cut_down():
    """A name that holds the manifest's, but goes on, is another's."""
    found = respelled("Good morning. This is Terrence Mbeki-Walsh from Sentry Oak.", caller="Terrence Obafemi").caller
    assert found.text == "Terrence Mbeki-Walsh"


def test_what_was_recognised_survives_json():
    """Both spellings come back; results of before, without the field, are read too."""
    one = Mention("Gemma", 1.0, 2.0, 0.5, "Jemma")
    assert Mention.from_dict(one.to_dict()) == one
    assert Mention.from_dict({"text": "Tom", "start_s": 1.0, "end_s": 2.0, "probability": 0.5}).as_heard == "Tom"


def test_the_rest_of_a_name_behind_what_was_heard_belongs_to_it():
    """A surname that is an everyday word is found where the manifest has it."""
    found = respelled("I'm Jemma Long and I sell books.", caller="Gemma Long").caller
    assert (found.text, found.heard) == ("Gemma Long", "Jemma Long")
    assert respelled("I'm Gemma. Long ago we met.", caller="Gemma Short").caller.text == "Gemma"


def heard(text, callee, probability):
    """Entities in which the listener was heard with this probability."""
    transcript = transcript_from_text(text)
    found = find_entities(transcript)
    if found.callee is not None:
        found = replace(found, callee=replace(found.callee, probability=probability))
    return respell_names(found, transcript, KnownNames(callee=callee, caller="Hugh Merriman")).callee


def test_the_listed_listener_is_found_in_the_opening():
    """A guess in the listener's place gives way to the listed name, said beside it; a name heard for sure does not."""
    text = "Ram, hello to Teresa. This is Hugh Merriman from Kestrel Printing."
    assert heard(text, "Teresa Lowell", 0.2).text == "Teresa"
    assert heard(text, "Teresa Lowell", 0.9).text == "Ram"
    assert heard(text, "Grace Lowell", 0.2).text == "Ram"
    assert heard("Ram, this is Hugh Merriman. Teresa sent me.", "Teresa Lowell", 0.2).text == "Ram"
