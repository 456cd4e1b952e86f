"""The engine on real weights and recordings: tiny.en on the samples, base on another language."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest

from tests.transcribe.conftest import SAMPLES, everywhere, recording
from vmaudio.audio.decode import load_audio
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Activity, Recording
from vmaudio.testing import (
    beeps,
    breathing,
    busy_tone,
    chords,
    clicks,
    dial_tone,
    dtmf,
    hum,
    noise,
    ring_back,
    silence,
    street,
    tone,
)
from vmaudio.transcribe.recognisers import get_transcriber

pytestmark = pytest.mark.real
Voices = list[tuple[Recording, Activity]]


def plain(text: str) -> str:
    """Lower case, letters and digits only; a number is one word, written "218-555-0134" or "2 1 8 5 5 5 0 1 3 4"."""
    words = " ".join("".join(c if c.isalnum() else " " for c in text.lower().replace("-", "")).split())
    return re.sub(r"(?<=\d) (?=\d)", "", words)


def hear(engine: Any, made: Recording) -> str:
    return engine.transcribe_many([made], [detect_speech(made)])[0].text


def clean(name: str) -> tuple[Recording, str]:
    """A sample and what is said in it."""
    (path,) = (p for p in SAMPLES.glob(f"{name}*") if p.suffix != ".json")
    return load_audio(path), json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["text"]


def test_a_batch_gives_the_words_of_one_by_one(exact: Any, voices: Voices):
    """In float32, text and times do not depend on what else is in the batch."""
    found = exact.transcribe_many([r for r, _ in voices[:4]], [a for _, a in voices[:4]])
    for (made, speech), batched in zip(voices, found, strict=False):
        (alone,) = exact.transcribe_many([made], [speech])
        assert alone.text == batched.text
        assert [(w.start_s, w.end_s) for w in alone.words] == [(w.start_s, w.end_s) for w in batched.words]
        assert [w.probability for w in alone.words] == pytest.approx([w.probability for w in batched.words], abs=2e-3)


def test_the_quick_number_type_says_nearly_the_same(exact: Any, tiny: Any, voices: Voices):
    """bfloat16, where it is used, changes few words (docs/benchmarks/batches.md has the rate over 200 messages)."""
    if tiny.options["dtype"] == "float32":
        pytest.skip("this processor has no bfloat16")
    made, speech = [r for r, _ in voices[:4]], [a for _, a in voices[:4]]
    pairs = zip(exact.transcribe_many(made, speech), tiny.transcribe_many(made, speech), strict=True)
    texts = [(plain(one.text), plain(other.text)) for one, other in pairs]
    assert jiwer.wer([one for one, _ in texts], [other for _, other in texts]) < 0.12


def test_samples_are_understood(tiny: Any):
    """tiny.en gets most words of a clean sample, and each word lies in speech."""
    made, text = clean("01_")
    speech = detect_speech(made)
    (found,) = tiny.transcribe_many([made], [speech])
    from whisper.normalizers import EnglishTextNormalizer

    normal = EnglishTextNormalizer()
    assert jiwer.wer(normal(text), normal(found.text)) < 0.4
    for word in found.words:
        heard = sum(max(0.0, min(word.end_s, s.end_s) - max(word.start_s, s.start_s)) for s in speech.speech)
        assert heard > 0 or word.interpolated


@pytest.mark.parametrize("seconds", [29.0, 30.0, 31.0, 59.9, 60.1])
def test_nothing_is_lost_or_invented_at_the_edges(tiny: Any, seconds: float):
    """Messages of just under and over 30 and 60 s, full of speech, give the words of their parts."""
    parts = [clean(name)[0].samples for name in ("01_", "02_", "09_")]
    pause = np.zeros(8000, np.float32)
    pieces, expected = [], []
    length, at = round(seconds * 16000), 0
    while at < length:
        part = parts[len(pieces) % 3]
        if at + len(part) > length:
            break
        pieces += [part, pause]
        expected.append(hear(tiny, recording(part)))
        at += len(part) + len(pause)
        pieces, at = pieces, at
    # the rest of the time is filled with the beginning of the last part's speech, up to the very last sample
    sound = np.concatenate(pieces)[:length]
    missing = length - len(sound)
    tail = parts[0][-missing:] if missing > 0 else np.zeros(0, np.float32)
    made = recording(np.concatenate([sound, tail]))
    found = plain(hear(tiny, made)).split()
    wanted = plain(" ".join([*expected, hear(tiny, recording(tail)) if len(tail) > 1600 else ""])).split()
    assert abs(made.duration_s - seconds) < 0.01
    errors = jiwer.process_words(" ".join(wanted), " ".join(found))
    assert errors.insertions + errors.deletions <= 0.12 * len(wanted) + 3


def nothing_said() -> dict[str, np.ndarray]:
    """Sounds without a voice."""
    return {
        "silence": silence(8),
        "hum": hum(5, -30),
        "dial tone": dial_tone(8),
        "ring": ring_back(10),
        "busy": busy_tone(4),
        "beeps": beeps(3),
        "keys": dtmf("5550123#"),
        "music": chords(8, -20),
        "white": noise(3, -35, "white"),
        "pink": noise(45, -30, "pink"),
        "typing": clicks(5),
        "breath": breathing(6),
        "street": street(8),
        "blip": tone(600, 0.3),
    }


def test_no_voice_no_words(tiny: Any):
    """Silence, hum, tones, keys, music, noise, typing, breath and street give no_speech and not one word."""
    made = {name: recording(sound) for name, sound in nothing_said().items()}
    found = tiny.transcribe_many(list(made.values()), [detect_speech(r) for r in made.values()])
    assert {name: t.text for name, t in zip(made, found, strict=True) if t.text or t.status != "no_speech"} == {}


def test_even_past_the_gate_little_is_invented(tiny: Any):
    """Were the gate to let all of it through, nearly everything would still be dropped."""
    made = [recording(sound[: 8 * 16000]) for sound in nothing_said().values()]
    found = tiny.transcribe_many(made, [everywhere(r) for r in made])
    assert sum(bool(t.text) for t in found) <= 2


def test_quiet_and_short_messages_are_not_lost(tiny: Any):
    """A message at -45 dBFS, one in telephone band, and half a second of a voice are heard."""
    from scipy import signal

    sound = clean("02_")[0].samples
    full = plain(hear(tiny, recording(sound))).split()
    quiet = sound * np.float32(10 ** (-45 / 20) / np.sqrt(np.mean(sound**2)))
    band = signal.sosfilt(signal.butter(6, (300, 3400), "bandpass", fs=16000, output="sos"), sound)
    for other in (quiet, band):
        assert len(plain(hear(tiny, recording(other))).split()) > 0.8 * len(full)
    first = detect_speech(recording(sound)).speech[0]
    begin = round(first.start_s * 16000)
    greeting = np.concatenate([np.zeros(4000), sound[begin : begin + 10000], np.zeros(4000)])
    assert hear(tiny, recording(greeting))


def test_a_hint_never_puts_in_a_name_that_was_not_said(tiny: Any, voices: Voices):
    """Other people's names as a hint appear in no transcript; silence with a hint stays silence."""
    names = "Wilhelmina Featherstone, Octavia Bloomberg, Zephyr Dynamics"
    made = [*(r for r, _ in voices[:4]), recording(silence(5)), recording(noise(5))]
    speech = [detect_speech(r) for r in made]
    hinted = tiny.transcribe_many(made, speech, [names] * len(made))
    said = set(plain(" ".join(t.text for t in hinted)).split())
    assert not said & set(plain(names).split())
    assert [t.status for t in hinted[4:]] == ["no_speech", "no_speech"]


def test_a_hint_spells_the_name_that_was_said(tiny: Any):
    """With the caller's and prospect's names as a hint, at least as many of them are right as without."""
    right = {"plain": 0, "hinted": 0}
    for name in ("01_", "02_", "09_", "14_"):
        path = next(SAMPLES.glob(f"{name}*.json"))
        truth = json.loads(path.read_text(encoding="utf-8"))
        names = [
            str(value) for value in truth["entities"].values() if isinstance(value, str) and value.replace(" ", "").isalpha()
        ]
        made = clean(name)[0]
        speech = detect_speech(made)
        for kind, hints in (("plain", ()), ("hinted", (", ".join(names),))):
            text = plain(tiny.transcribe_many([made], [speech], hints)[0].text)
            right[kind] += sum(piece in text for value in names for piece in plain(value).split())
    assert right["hinted"] >= right["plain"]
    assert right["hinted"] > 0


@pytest.mark.shared
def test_another_language(shared: Path, weights_cache: Path):
    """base finds German by itself and writes German; told English, it still loads and answers."""
    folder = shared / "emotion" / "emodb_de"
    files = sorted(folder.glob("*.flac"))[:4]
    made = [load_audio(file) for file in files]
    engine = get_transcriber("openai-whisper:base", language="auto", cache_dir=weights_cache)
    found = engine.transcribe_many(made, [detect_speech(r) for r in made])
    assert [t.language for t in found].count("de") >= 3
    german = {
        "der",
        "die",
        "das",
        "ich",
        "er",
        "sie",
        "ist",
        "am",
        "auf",
        "es",
        "und",
        "in",
        "den",
        "wird",
        "mit",
        "werde",
        "hat",
    }
    assert sum(bool(german & set(plain(t.text).split())) for t in found) >= 3


def test_verbatim_writes_ums_down(exact: Any, weights_cache: Path):
    """In verbatim mode a hesitant sample keeps its ums, none is invented, and the prompt's own words do not appear."""
    from vmaudio.text import FILLERS

    made, said = clean("11_")
    verbatim = get_transcriber("openai-whisper:tiny.en", cache_dir=weights_cache, dtype="float32", threads=1, verbatim=True)
    texts = [hear(engine, made) for engine in (exact, verbatim)]
    usual, more, true = [sum(bool(FILLERS.fullmatch(word)) for word in plain(text).split()) for text in (*texts, said)]
    assert max(usual, 1) <= more <= true
    assert "like thinking" not in plain(texts[1])
    assert verbatim.options == {**exact.options, "verbatim": True}
    assert "verbatim" not in exact.options
