"""Records turn to JSON and back without loss."""

import json
import math
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from tests.makers import analysis
from vmaudio.records import (
    Analysis,
    Check,
    Contour,
    Entities,
    FeatureRow,
    Key,
    Message,
    Phone,
    Score,
    Span,
    Structure,
    Transcript,
    clock,
    is_english,
    messages_of,
    parse_json,
    parse_toml,
    records_of,
)

NUMBERS = st.floats(allow_nan=True, allow_infinity=False)


def test_an_analysis_survives_json():
    """An analysis written as JSON text and read back is the same."""
    made = analysis()
    text = json.dumps(made.to_dict(), allow_nan=False)
    assert Analysis.from_dict(json.loads(text)).to_dict() == made.to_dict()


def test_nan_is_null():
    """NaN is null in JSON and NaN again in the record; None stays None where a field may be None."""
    contour = Contour((0.025,), (math.nan,), (-20.0,))
    assert contour.to_dict()["f0_hz"] == [None]
    assert math.isnan(Contour.from_dict(contour.to_dict()).f0_hz[0])
    assert Check.from_dict(Check("a", "pass", 1.0, "").to_dict()).start_s is None


@given(st.dictionaries(st.text(max_size=8), st.one_of(NUMBERS, st.text(max_size=8)), max_size=6))
def test_feature_rows_survive(values):
    """Any numbers and words in a feature row survive JSON, NaN as NaN."""
    row = FeatureRow("vm1", values)
    back = FeatureRow.from_dict(json.loads(json.dumps(row.to_dict(), allow_nan=False)))
    for name, value in values.items():
        found = back.values[name]
        assert found == value or (math.isnan(value) and math.isnan(found))


def test_unknown_keys_are_ignored():
    """A record reads a newer file as far as it can."""
    assert Span.from_dict({"start_s": 1, "end_s": 2.5, "colour": "red"}) == Span(1.0, 2.5)


def test_a_property_is_shown_and_not_read():
    """Structure.missing is in the JSON and is worked out anew."""
    made = Structure((), ("reason", "number"), "pitch")
    assert made.to_dict()["missing"] == ["callee", "identity", "ask"]
    assert Structure.from_dict({**made.to_dict(), "missing": []}).missing == ("callee", "identity", "ask")


def test_records_are_frozen():
    """A record cannot be changed in place."""
    with pytest.raises(FrozenInstanceError):
        Span(0.0, 1.0).end_s = 2.0


def test_one_channel_or_message_of_a_file_has_an_id_of_its_own():
    """The recording's id is the file's hash, another one for a channel or a message that is asked for, always the same."""
    sha = "a" * 64
    asked = [Message("a.wav"), Message("a.wav", audio_channel="left"), Message("a.wav", audio_channel="right"),
             Message("a.wav", audio_message="1"), Message("a.wav", audio_channel="left", audio_message="1")]  # fmt: skip
    ids = [one.recording_id(sha) for one in asked]
    assert ids[0] == sha
    assert len(set(ids)) == len(ids)
    assert {len(one) for one in ids} == {64}
    assert Message("b.wav", audio_channel="left").recording_id(sha) == ids[1]


def test_a_message_id_is_made_of_source_prospect_and_time(tmp_path, monkeypatch):
    """A message without an id gets one from its file, prospect and time, however the path is written."""
    monkeypatch.chdir(tmp_path)
    first = Message("a.wav", prospect="p1", sent_at="2026-01-01")
    assert first.message_id == Message(str(tmp_path / "a.wav"), prospect="p1", sent_at="2026-01-01").message_id
    assert first.message_id != Message("a.wav", prospect="p2", sent_at="2026-01-01").message_id
    assert Message("a.wav", message_id="crm-7").message_id == "crm-7"


def test_a_message_takes_a_path_and_refuses_what_is_no_text():
    """A pathlib.Path is its text, so both have one id; a number or a time from a data frame is named with its field."""
    assert Message(Path("/calls/a.wav")) == Message("/calls/a.wav")
    with pytest.raises(TypeError, match=r"source of a message is a path or URL, and no int"):
        Message(7)
    with pytest.raises(TypeError, match=r"prospect of a message is text or None, and no int \(126\)"):
        Message("a.wav", prospect=126)
    with pytest.raises(TypeError, match=r"rep of a message is text or None, and no float \(nan\)"):
        Message("a.wav", rep=math.nan)
    with pytest.raises(TypeError, match=r"extra of a message is a mapping"):
        Message("a.wav", extra=[1])


def test_nested_optional_records():
    """Optional and nested records are built as records."""
    phone = Phone("3035550126", None, "+13035550126", (Span(1.0, 2.0),), 1, 1.0, 0.9, 2.0, True)
    assert Phone.from_dict(phone.to_dict()) == phone
    score = Score(None, "unscored", (), "r@1")
    assert Score.from_dict(score.to_dict()) == score


def test_keys_differ_in_every_field():
    """Keys of results differ when engine, options, schema or models differ, and only then."""
    base = Key("e", {"a": 1, "b": "x"}, "vm1", ("part/1",))
    others = [
        Key("f", base.options, "vm1", base.model_ids),
        Key("e", {"a": 2, "b": "x"}, "vm1", base.model_ids),
        Key("e", base.options, "vm2", base.model_ids),
        Key("e", base.options, "vm1", ("part/2",)),
    ]
    assert len({key.digest for key in (base, *others)}) == 5
    assert base.digest == Key("e", {"b": "x", "a": 1}, "vm1", ("part/1",)).digest


def number(digits: str, *, complete: bool = False, confidence: float = 0.9) -> Phone:
    """A telephone number of which only what decides between two of them is of interest."""
    return Phone(digits, None, None, (Span(1.0, 4.0),), 1, 1.0, confidence, 3.0, complete)


@pytest.mark.parametrize(
    ("phones", "wanted"),
    [
        ((), None),
        ((number("3035550126"),), 0),
        ((number("30355501261", confidence=1.0), number("3035550126", complete=True, confidence=0.2)), 1),
        ((number("5550126", confidence=1.0), number("303555012", confidence=0.1)), 1),
        ((number("3035550126", confidence=0.4), number("7205550199", confidence=0.6)), 1),
        ((number("3035550126"), number("7205550199")), 0),
        ((number("3035550126", confidence=0.9), number("7205550199", confidence=0.95)), 0),
    ],
    ids=["none", "one", "complete first", "then the longer", "then the surer", "then the earlier", "both sure"],
)
def test_the_number_to_call(phones, wanted):
    """Of several numbers the complete one is called, then the longer, the surer, the earlier."""
    assert Entities(phones=phones).number_to_call == (None if wanted is None else phones[wanted])


@pytest.mark.parametrize(
    ("language", "english"),
    [
        ("en", True), ("en-US", True), ("en_GB", True), ("EN", True), ("", True), ("auto", True),
        ("de", False), ("es-US", False), ("eng1ish", False), ("fr", False), ("enm", False),
    ],
)  # fmt: skip
def test_is_english(language, english):
    """Regions and case do not matter, unknown counts as English, and other languages whose code begins alike do not."""
    assert is_english(language) is english
    assert Transcript("speech", language, "", (), "test").is_english is english


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0:00"), (7.99, "0:07"), (59.999, "0:59"), (60.0, "1:00"), (754.2, "12:34"), (3665.0, "61:05"),
        (-0.3, "0:00"), (-5.0, "0:00"), (math.nan, ""), (math.inf, ""), (-math.inf, ""), (None, ""),
    ],
)  # fmt: skip
def test_clock(seconds, shown):
    """Fractions are dropped, minutes go on beyond an hour, and what is no place in a recording shows nothing."""
    assert clock(seconds) == shown


@pytest.mark.parametrize("parse", [parse_json, parse_toml])
def test_brackets_without_end_are_a_value_error(parse):
    """A document that is valid and deeper than Python's parser goes is no crash."""
    with pytest.raises(ValueError, match="nested too deeply"):
        parse(("a = " if parse is parse_toml else "") + "[" * 100_000 + "]" * 100_000)


def test_messages_of_columns_are_those_made_one_by_one():
    columns = {
        "source": ["a.wav", "b.wav"], "message_id": ["m1", "m2"], "rep": ["Ann", None], "extra": [{}, {"list": "hot"}]
    }  # fmt: skip
    assert messages_of(columns, 2) == [Message("a.wav", "m1", "Ann"), Message("b.wav", "m2", extra={"list": "hot"})]
    made = messages_of({**columns, "message_id": ["m1", ""]}, 2)
    assert made[1].message_id == Message("b.wav").message_id
    with pytest.raises(TypeError, match="rep of a message is text or None, and no int"):
        messages_of({**columns, "rep": ["Ann", 3]}, 2)
    with pytest.raises(FrozenInstanceError):
        made[0].rep = "Bob"
    with pytest.raises(TypeError, match="no column 'end_s'"):
        records_of(Span, {"start_s": [1.0]}, 1)
