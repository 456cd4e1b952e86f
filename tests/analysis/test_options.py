"""The thresholds of every stage reach the stage, and what is not at its default is part of the stored key."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import pytest

from tests.lines import analyzer, write_voice
from vmaudio.analysis import Options
from vmaudio.audio import VadOptions
from vmaudio.errors import SettingError
from vmaudio.prosody import ProsodyOptions
from vmaudio.records import Analysis, Message, option_fields


@pytest.fixture
def voice(tmp_path):
    """A recording with speech and pauses."""
    write_voice(tmp_path / "a.wav", 6.0)
    return Message(str(tmp_path / "a.wav"))


def analysed(message: Message, options: Options, default: str = "Hi Dana, this is Tom. Call 303-555-0126.") -> Analysis:
    found = analyzer(default=default, options=options).analyze(message)
    assert isinstance(found, Analysis), found
    return found


def test_every_threshold_says_what_it_is():
    """Each nested field has a meaning and a source, and every stage that measures has its dataclass."""
    fields = {name: info.metadata for name, _, _, info in option_fields(Options()) if "." in name}
    assert len(fields) > 250
    assert not [name for name, info in fields.items() if not info.get("meaning") or not info.get("source")]
    stages = {field.name for field in dataclasses.fields(Options) if dataclasses.is_dataclass(getattr(Options(), field.name))}
    assert stages == {
        "decode", "vad", "spans", "prosody", "transcribe", "entities", "second_pass", "clauses", "structure", "delivery",
        "features", "flags",
    }  # fmt: skip


def test_defaults_leave_the_key_alone():
    """Untouched options add nothing to the key: it is the key that 0.1.0 made."""
    assert Options().for_key() == {
        "max_seconds": 600.0, "max_file_mb": 512.0, "local_numbers": False, "region": "US", "tone": True, "hints": True,
    }  # fmt: skip


def test_a_changed_threshold_is_in_the_key():
    """By its dotted name; another value is another digest."""
    pauses = replace(ProsodyOptions().pauses, min_pause_s=0.4)
    options = Options(vad=VadOptions(min_pause_s=0.3), prosody=replace(ProsodyOptions(), pauses=pauses))
    key, usual = analyzer(options=options).key, analyzer().key
    assert key.options["vad.min_pause_s"] == 0.3
    assert key.options["prosody.pauses.min_pause_s"] == 0.4
    assert key.digest != usual.digest
    assert set(key.options) - set(usual.options) == {"vad.min_pause_s", "prosody.pauses.min_pause_s"}


def test_a_recognisers_thresholds_are_its_own():
    """What a transcriber was loaded with stands in its options; the analyzer's copy does not change the key twice."""
    options = Options()
    windows = replace(options.transcribe.windows, longest_s=20.0)
    changed = replace(options, transcribe=replace(options.transcribe, windows=windows))
    assert changed.for_key() == options.for_key()


@pytest.mark.parametrize("stage", ["prosody", "flags", "structure", "entities"])
def test_thresholds_reach_their_stage(voice, stage):
    """A threshold moved far away changes what its stage finds."""
    usual = Options()
    if stage == "prosody":
        pauses = replace(usual.prosody.pauses, min_pause_s=30.0)
        found = analysed(voice, replace(usual, prosody=replace(usual.prosody, pauses=pauses)))
        assert found.prosody.pauses == ()
        assert analysed(voice, usual).prosody.pauses != ()
    elif stage == "flags":
        found = analysed(voice, replace(usual, flags=replace(usual.flags, noisy_snr_db=200.0)))
        assert "noisy" in {flag.kind for flag in found.flags}
        assert "noisy" not in {flag.kind for flag in analysed(voice, usual).flags}
    elif stage == "structure":
        words = replace(usual.structure, fewest_words=1000)
        assert analysed(voice, replace(usual, structure=words)).structure.approach == "unclear"
        assert (
            analysed(voice, usual, "Press one now to claim your refund. This is an automated call.").structure.approach
            != "unclear"
        )
    else:
        phones = replace(usual.entities.phones, digit_probability=1.1)
        doubting = analysed(voice, replace(usual, entities=replace(usual.entities, phones=phones)))
        assert [phone.complete for phone in doubting.entities.phones] == [False]
        assert [phone.complete for phone in analysed(voice, usual).entities.phones] == [True]


@pytest.mark.parametrize("value", [0, -1, float("nan"), "5", True, None])
def test_a_limit_is_a_number_above_zero(value):
    """What is no limit is refused by name, before a file is opened."""
    for name in ("max_seconds", "max_file_mb"):
        with pytest.raises(SettingError, match=f"{name}=.* is no limit"):
            Options(**{name: value})
