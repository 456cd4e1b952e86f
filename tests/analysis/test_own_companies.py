"""The company a rep calls for is learned from the rep's messages, and its odd spellings get one."""

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis import Options, name_companies, rescore, run_batch
from vmaudio.analysis.engines import InlineEngine
from vmaudio.records import Message
from vmaudio.rubric import load_rubric
from vmaudio.store.store import open_store
from vmaudio.text import learn_company, name_company, transcript_from_text

SAID = {
    "a": "Hi Hank, this is Tom from Larkspur Cleaning. Call me at 303-555-0126.",
    "b": "Hello Ann, this is Tom from Larkspur Cleaning. I saw the new windows. Call me.",
    "c": "Hey Joe, Tom with Larkspur Cleaning here, about the carpets. Call me back.",
    "d": "Hi Ray, this is Tom from Locksburg cleaning. Call me at 303-555-0126.",
    "e": "Hi Sue, it's Tom over at lark spur cleaning, your lobby came up. Call me.",
    "f": "Hi Bob, this is Tom from Acme Dental. Call me at 303-555-0126.",
    "g": "Hi Liz, the windows are dirty, call me at 303-555-0126.",
}


def script(text):
    """Words without sound."""
    return transcript_from_text(text)


def test_the_name_that_most_messages_hold_by_its_sound_is_learned():
    """Whatever one odd spelling says; the same texts twice count once."""
    texts = [script(text) for text in SAID.values()]
    own = learn_company(texts)
    assert (own.name, own.messages) == ("Larkspur Cleaning", 5)
    assert learn_company([*texts, *texts]) == own
    assert learn_company([script(SAID["a"])] * 5) is None


@pytest.mark.parametrize(
    ("texts", "others"),
    [
        ([SAID["a"], SAID["b"], SAID["f"]], ()),
        ([SAID["a"], SAID["b"], SAID["c"]], ("Larkspur Cleaning Service",)),
        (["Hi, this is Tom from Acme.", "Hi, this is Tom from Bolt Dental.", "Hi, this is Tom from Zephyr Roofing."], ()),
    ],
)
def test_too_few_messages_and_names_of_others_teach_nothing(texts, others):
    """Two are too few, a prospect's company is not the own one, and different names have nothing in common."""
    assert learn_company([script(text) for text in texts], others) is None


def test_a_company_gets_the_known_spelling_only_where_it_sounds_so():
    """Another company and a message without one stay as they are."""
    assert (said := name_company(script(SAID["d"]), "Larkspur Cleaning")).text == "Larkspur Cleaning"
    assert said.heard == "Locksburg cleaning"
    assert name_company(script(SAID["f"]), "Larkspur Cleaning").text == "Acme Dental"
    assert name_company(script(SAID["g"]), "Larkspur Cleaning") is None


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "vm.sqlite"))
    yield opened
    opened.close()


def measured(store, tmp_path, keys, rep="Tom Becker", options=None, **extra):
    """Messages of a batch, as the command runs it; the messages that were renamed."""
    made, texts = [], {}
    for key in keys:
        texts[write_voice(tmp_path / f"{key}.wav", 3.0, seed=ord(key))] = SAID[key]
        made.append(Message(str(tmp_path / f"{key}.wav"), key, rep=rep, extra=extra))
    given = {} if options is None else {"options": options}
    run_batch(InlineEngine(analyzer(texts, **given)), made, store)
    return {message.message_id for message in name_companies(store, load_rubric(), made)}


def company(store, key):
    """As shown, and as heard where that is other."""
    found = store.one(key).entities.company
    return found and (found.text, found.heard)


def test_after_a_batch_and_after_rescore_a_rep_has_one_spelling(store, tmp_path):
    """The order of batches does not matter; the words stay; a second look changes nothing; a changed name goes again."""
    assert measured(store, tmp_path, "de") == set()
    assert company(store, "d") == ("Locksburg cleaning", None)
    assert measured(store, tmp_path, "abcfg") == {"d", "e"}
    assert company(store, "d") == ("Larkspur Cleaning", "Locksburg cleaning")
    assert company(store, "e") == ("Larkspur Cleaning", "lark spur cleaning")
    assert (company(store, "a"), company(store, "f")) == (("Larkspur Cleaning", None), ("Acme Dental", None))
    assert company(store, "g") is None
    assert store.one("d").transcript.text == SAID["d"]
    assert store.one("e").features.values["company_named"] == 1.0
    assert name_companies(store, load_rubric(), store.messages()) == []
    assert all(old.entities == new.entities for old, new in rescore(store, load_rubric()))
    other = [Message(str(tmp_path / f"{key}.wav"), key, rep="Somebody Else") for key in "de"]
    list(rescore(store, load_rubric(), other))
    assert company(store, "d") == ("Locksburg cleaning", None)


def test_what_the_manifest_says_goes_before_what_is_learned(store, tmp_path):
    """A column rep_company that comes later is used by rescore; messages with one teach nothing."""
    assert measured(store, tmp_path, "abcd", rep_company="Lockburgh Cleaning") == set()
    assert company(store, "d") == ("Lockburgh Cleaning", "Locksburg cleaning")
    assert measured(store, tmp_path, "e") == set()
    listed = [Message(str(tmp_path / "e.wav"), "e", rep="Tom Becker", extra={"rep_company": "Larkspur Cleaning Ltd"})]
    list(rescore(store, load_rubric(), listed))
    assert company(store, "e") == ("Larkspur Cleaning", "lark spur cleaning")


def test_without_hints_names_stay_as_they_were_recognised(store, tmp_path):
    """Options(hints=False) holds for what is learned too."""
    assert measured(store, tmp_path, "abcd", options=Options(hints=False)) == set()
    assert company(store, "d") == ("Locksburg cleaning", None)
