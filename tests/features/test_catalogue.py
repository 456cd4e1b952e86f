"""The flat row has exactly the catalogue's names, and its numbers are what the definitions say."""

import dataclasses
import math

import pytest

from tests.makers import analysis, parts, prosody, transcript
from vmaudio.features.catalogue import CATALOGUE, order_of
from vmaudio.records import Entities, FeatureRow, Part, Pause, Structure
from vmaudio.text import FILLERS


def row(**changes):
    return analysis(**changes).features.values


def test_a_row_has_the_catalogues_names():
    """Every row, full or empty, has the catalogue's names in its order, and words only where the catalogue says so."""
    for values in (row(), row(transcript=transcript(""), entities=Entities(), structure=Structure((), (), "other"), tone=None)):
        assert list(values) == list(CATALOGUE)
        for name, value in values.items():
            assert isinstance(value, float) == CATALOGUE[name].is_number, name
            if not CATALOGUE[name].is_number:
                assert value in CATALOGUE[name].words


def test_every_feature_says_what_it_is():
    """Every line of the catalogue has a meaning and a source, and a range that is one."""
    for feature in CATALOGUE.values():
        assert feature.meaning
        assert feature.source
        assert not feature.is_number or feature.low < feature.high, feature.name


def test_speaking_rate_reads_numbers_out():
    """ "5550123" is seven words: the rate is spoken words over first word to last word."""
    script = transcript("call 5550123", words_per_s=1.0)
    span_s = script.words[-1].end_s - script.words[0].start_s
    assert row(transcript=script)["speaking_rate_wpm"] == pytest.approx(60 * 8 / span_s)
    assert row(transcript=script)["n_words"] == 8


def test_stretched_speech_moves_the_rate_by_the_same_factor():
    """Half the pace is half the rate."""
    fast, slow = row(transcript=transcript(words_per_s=3.0)), row(transcript=transcript(words_per_s=1.5))
    assert fast["speaking_rate_wpm"] / slow["speaking_rate_wpm"] == pytest.approx(2.0, rel=0.01)


def test_you_and_we():
    """The share of you-words is among you- and we-words, and NaN without any."""
    assert row(transcript=transcript("we do our work and you like your time"))["you_share"] == pytest.approx(0.5)
    assert math.isnan(row(transcript=transcript("call me at noon"))["you_share"])


def test_what_was_heard_early():
    """Reason, caller and number are counted by 9 s and by 20 s."""
    values = row()
    assert (values["heard_early"], values["heard_by_deletion"]) == (3.0, 3.0)
    late = [dataclasses.replace(part, start_s=part.start_s + 15) for part in parts(transcript())]
    values = row(structure=Structure(tuple(late), (), "pitch"), entities=Entities())
    assert (values["heard_early"], values["heard_by_deletion"]) == (0.0, 2.0)


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (("reason", "identity"), "what_first"),
        (("company", "offer"), "who_first"),
        (("value",), "what_only"),
        (("identity", "number"), "who_only"),
        (("number",), "neither"),
    ],
)
def test_order(labels, order):
    """The order says whether the reason or the caller came first."""
    made = tuple(Part(label, float(i), i + 1.0, "words", 0.9) for i, label in enumerate(labels))
    assert order_of(Structure(made, labels, "pitch")) == order


def test_pauses_below_the_limit_do_not_count():
    """Pauses count from 250 ms, and their share is of the time from first to last speech."""
    values = row(prosody=prosody(pauses=(Pause(1.0, 0.2), Pause(2.0, 0.5), Pause(4.0, 1.0))))
    assert (values["pause_count"], values["pause_longest_s"]) == (2.0, 1.0)
    assert values["pause_share"] == pytest.approx(1.5 / (12.0 - 0.5 - 0.8))


@pytest.mark.parametrize("word", ["um", "umm", "uh", "uhh", "uhm", "er", "erm", "hmm", "mm", "ah"])
def test_fillers_count_drawn_out_or_not(word):
    """Um and uh count however long the recogniser writes them."""
    assert FILLERS.fullmatch(word)


@pytest.mark.parametrize("word", ["her", "mum", "hum", "the", "a", "mmhmm", "humm's", "era"])
def test_words_that_look_like_fillers_do_not_count(word):
    """Whole words only."""
    assert not FILLERS.fullmatch(word)


def test_the_count_of_fillers_is_a_lower_bound():
    """The row says which of its values are at least."""
    made = analysis(transcript=transcript("Hi Dana, umm, this is, uh, Tom from Acme"))
    assert made.features.values["filler_count"] == 2
    assert made.features.lower_bounds == ("filler_count",)
    assert FeatureRow.from_dict(made.features.to_dict()) == made.features
