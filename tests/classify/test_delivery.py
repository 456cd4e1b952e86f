"""Tone: measures of sound and words, the axes, and the word for them."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from vmaudio.classify import Model, ModelStore
from vmaudio.classify.delivery import (
    AXIS_COLUMNS,
    DELIVERY_COLUMNS,
    RULES,
    SOUND_COLUMNS,
    SPEAKER_COLUMNS,
    delivery_row,
    label_delivery,
    rule_label,
)
from vmaudio.errors import ModelRefused
from vmaudio.records import TONE_AXES, TONE_LABELS, Contour, Pause, Prosody
from vmaudio.text.clauses.split import transcript_from_text

SHIPPED = Path(__file__).resolve().parents[2] / "models"
NAN = math.nan


def sound(
    f0: float = 120.0, spread_st: float = 2.0, level: float = -24.0, rate: float = 4.2, drift: float = 0.0, **other: object
) -> Prosody:
    """A made-up message of 12 s: pitch swings round f0, level falls by ``drift`` dB from start to end."""
    times = np.arange(0.025, 12, 0.05)
    st = spread_st * np.sin(times * 2.1)
    hz = f0 * 2 ** (st / 12)
    levels = level + 4 * np.sin(times * 9) - drift * times / 12
    made = Prosody(
        f0_median_hz=f0,
        f0_p10_hz=float(np.percentile(hz, 10)),
        f0_p90_hz=float(np.percentile(hz, 90)),
        f0_range_st=float(12 * np.log2(np.percentile(hz, 90) / np.percentile(hz, 10))),
        final_fall_st=2.0,
        voiced_share=0.6,
        level_mean_dbfs=level,
        level_sd_db=6.0,
        spectral_tilt_db=-6.0,
        hnr_db=10.0,
        snr_db=35.0,
        clipped_share=0.0,
        lead_silence_s=0.3,
        tail_silence_s=0.5,
        speech_s=10.0,
        pauses=(Pause(3.0, 0.4), Pause(7.0, 0.3)),
        syllables=45,
        articulation_rate_syl_s=rate,
        contour=Contour(tuple(times.tolist()), tuple(hz.tolist()), tuple(levels.tolist())),
    )
    return dataclasses.replace(made, **other)  # type: ignore[arg-type]


SILENCE = Prosody(
    NAN, NAN, NAN, NAN, NAN, 0.0, NAN, NAN, NAN, NAN, NAN, 0.0, 5.0, 0.0, 0.0, (), 0, NAN, Contour((), (), ())
)  # fmt: skip
WORDS = transcript_from_text("Hi Dana, this is Tom from Acme, please call me back when you get a minute.")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return ModelStore(tmp_path_factory.mktemp("user"), SHIPPED).load("tone")


def value(name: str, prosody: Prosody, text: str = "hello there") -> float:
    return float(delivery_row(prosody, transcript_from_text(text))[DELIVERY_COLUMNS.index(name)])


def test_measures_of_known_sound() -> None:
    """Pitch in semitones over 100 Hz, drift in dB, pause shares: as the made-up sound has them."""
    assert value("f0_median_st", sound(f0=200)) == pytest.approx(12)
    assert value("level_drift_db", sound(drift=6.0)) == pytest.approx(-6, abs=0.5)
    assert value("level_drift_db", sound()) == pytest.approx(0, abs=0.5)
    assert value("pause_mean_s", sound()) == pytest.approx(0.35)
    assert value("pause_longest_s", sound()) == pytest.approx(0.4)
    assert value("pauses_per_10s", sound()) == pytest.approx(20 / 10.7)
    assert value("f0_sd_st", sound(spread_st=4)) == pytest.approx(2 * value("f0_sd_st", sound(spread_st=2)), rel=0.01)


def test_measures_of_words() -> None:
    """Words are counted per ten: hesitations, restarts, contractions."""
    assert value("hesitation", sound(), "um I think uh we met before maybe on Monday") > 1.5
    assert value("repeats", sound(), "I I wanted to to call you back about that") == pytest.approx(2.0)
    assert value("contractions", sound(), "I'm here and you're there so that's that really now") == pytest.approx(3.0)
    assert value("urgent_words", sound(), "call me right now before noon today") > value(
        "urgent_words", sound(), "I have a book"
    )


def test_silence_has_axes_and_no_label(model: Model) -> None:
    """A message without speech gives five numbers from 0 to 1 and "unclear"."""
    found = label_delivery(SILENCE, transcript_from_text(""), model)
    assert set(found.axes) == set(TONE_AXES)
    assert all(0 <= v <= 1 for v in found.axes.values())
    assert found.label == "unclear"


def test_axes_and_label(model: Model) -> None:
    """Axes are numbers from 0 to 1 for an ordinary message, and the label is a known word."""
    found = label_delivery(sound(), WORDS, model)
    assert set(found.axes) == set(TONE_AXES)
    assert all(0 <= v <= 1 for v in found.axes.values())
    assert found.label in TONE_LABELS
    assert found.model_id == model.model_id


def test_directions(model: Model) -> None:
    """More effort is livelier; fillers, drift and pauses are less confident; urgent and formal words count."""
    quiet, loud = sound(f0=110, level=-38, spectral_tilt_db=-10.0), sound(f0=165, spread_st=4, level=-18, spectral_tilt_db=-2.0)
    axes = {name: label_delivery(p, WORDS, model).axes for name, p in (("quiet", quiet), ("loud", loud))}
    assert axes["loud"]["lively"] > axes["quiet"]["lively"] + 0.3
    shaky = sound(drift=8, final_fall_st=-2.0, pauses=(Pause(1, 1.1), Pause(4, 0.9), Pause(7, 1.2)))
    unsure = transcript_from_text("um hi Dana this is, this is Tom and uh I guess I maybe wanted to, to call")
    assert (
        label_delivery(shaky, unsure, model).axes["confident"] < label_delivery(sound(), WORDS, model).axes["confident"] - 0.3
    )
    pressing = transcript_from_text("Call me right now, the offer closes today at noon, this is your last chance.")
    assert (
        label_delivery(sound(rate=5.5), pressing, model).axes["urgent"] > label_delivery(sound(), WORDS, model).axes["urgent"]
    )
    formal = transcript_from_text("Good morning, Dr. Hale. I am calling on behalf of the board regarding your appointment.")
    casual = transcript_from_text("Hey, yeah, it's Mick, gonna swing by with the stuff, lemme know, cheers buddy.")
    assert label_delivery(sound(), formal, model).axes["formal"] > label_delivery(sound(), casual, model).axes["formal"] + 0.3


@pytest.mark.parametrize(
    ("axes", "pace", "word"),
    [
        ({"urgent": 0.9}, 5.6, "rushed"),
        ({"urgent": 0.9, "friendly": 0.2}, 4.0, "pushy"),
        ({"confident": 0.2}, 4.0, "hesitant"),
        ({"friendly": 0.8, "lively": 0.6}, 4.0, "warm"),
        ({"lively": 0.1, "friendly": 0.3}, 4.0, "flat"),
        ({"formal": 0.9, "confident": 0.8}, 4.0, "businesslike"),
        ({}, 4.0, "neutral"),
        ({"lively": 0.95}, 4.0, "unclear"),
        ({"urgent": 0.9, "friendly": 0.6, "lively": 0.6}, NAN, "warm"),
    ],
)
def test_rules(axes: dict[str, float], pace: float, word: str) -> None:
    """The word follows from axes and pace by the rules, in their order; an unmeasured pace is no fast one."""
    assert rule_label({**dict.fromkeys(TONE_AXES, 0.5), **axes}, pace) == word


def test_rules_cover_the_labels() -> None:
    """Every label of the contract has one rule, but for "unclear", which is what is left."""
    assert sorted(name for name, _, _ in RULES) == sorted(set(TONE_LABELS) - {"unclear"})


def test_columns_of_axes_exist() -> None:
    """Each axis names columns that are measured."""
    assert set(AXIS_COLUMNS) == set(TONE_AXES)
    assert all(set(names) <= set(DELIVERY_COLUMNS) for names in AXIS_COLUMNS.values())
    assert set(SPEAKER_COLUMNS) <= set(SOUND_COLUMNS)
    assert delivery_row(sound(), WORDS).shape == (len(DELIVERY_COLUMNS),)


def test_other_models_are_refused(model: Model) -> None:
    """A model of other columns or of another kind is a sentence."""
    with pytest.raises(ModelRefused, match="other columns"):
        label_delivery(sound(), WORDS, dataclasses.replace(model, meta={**model.meta, "columns": []}))
    with pytest.raises(ModelRefused, match="no tone model"):
        label_delivery(sound(), WORDS, dataclasses.replace(model, name="part"))


def test_unvalidated_axes_say_so(model: Model) -> None:
    """Only axes that were judged on real voices claim it; the others say that they were not, in model.json and card."""
    for axis in ("confident", "urgent", "formal", "friendly"):
        assert model.meta["validation"][axis] == "not validated on real voices"
