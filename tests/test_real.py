"""Real recordings, the real recogniser (tiny.en), the whole line, as a user gets it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import goldens
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.intake.manifest import read_manifest
from vmaudio.records import Analysis

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
GREETING = Path(__file__).resolve().parent / "audio" / "data" / "greeting.wav"

pytestmark = pytest.mark.real


def truth(name):
    return json.loads(next(SAMPLES.glob(f"{name}*.json")).read_text("utf-8"))


@pytest.fixture(scope="module")
def results():
    """Every tenth sample and the odd ones, analysed by tiny.en in one go."""
    wanted = ("01_", "07_", "10_", "14_", "18_", "20_", "30_", "31_", "32_")
    messages = [message for message in read_manifest(SAMPLES / "manifest.csv") if Path(message.source).name.startswith(wanted)]
    analyzer = Analyzer.from_settings(engine="openai-whisper:tiny.en")
    return {Path(result.source).stem: result for result in analyzer.analyze_many(messages)}


def test_every_sample_is_analysed(results):
    """No sample fails, whatever its format and channel."""
    assert results
    for result in results.values():
        assert isinstance(result, Analysis), result


def test_words_have_times_in_order_inside_the_recording(results):
    """Every word has a start before its end, in order, inside the recording, and a probability."""
    for name, result in results.items():
        words = result.transcript.words
        starts = [word.start_s for word in words]
        assert starts == sorted(starts), name
        for word in words:
            assert 0 <= word.start_s < word.end_s <= result.duration_s + 0.05, (name, word)
            assert 0 < word.probability <= 1


def test_what_was_said_is_heard(results):
    """Most of each script's words are in the transcript, and little else."""
    from vmaudio.text.verbalize import spoken_words

    heard = {}
    for name, result in results.items():
        said = spoken_words(truth(name)["text"])
        if not said:
            assert result.transcript.status == "no_speech", name
            assert result.transcript.text == ""
            continue
        got = spoken_words(result.transcript.text)
        heard[name] = len(set(said) & set(got)) / len(set(said))
        assert 0.6 * len(said) <= len(got) <= 1.4 * len(said), name
    assert sum(heard.values()) / len(heard) > 0.75, heard


def test_recordings_without_speech_give_no_words(results):
    """Silence and dial tones give no_speech, no words and no points."""
    silent = [result for result in results.values() if result.transcript.status == "no_speech"]
    assert silent
    for result in silent:
        assert result.transcript.segments == ()
        assert result.score.points is None


def test_a_message_of_over_a_minute_is_heard_to_its_end(results):
    """A recording longer than a window of Whisper keeps its words to the end."""
    (name,) = [name for name in results if name.startswith("07_")]
    result = results[name]
    assert result.duration_s > 60
    last = [part for part in truth(name)["parts"] if part["label"] in ("closing", "number", "number_repeat", "ask")][-1]
    assert result.transcript.words[-1].end_s > last["start_s"]


def test_check_as_a_user_types_it(tmp_path):
    """`vmaudio check --json` in a process of its own: one object on stdout, nothing else, exit code 0."""
    sample = next(SAMPLES.glob("14_*.wav"))
    env = os.environ | {"XDG_DATA_HOME": str(tmp_path)}
    command = [
        sys.executable,
        "-m",
        "vmaudio",
        "check",
        "--json",
        "--engine",
        "openai-whisper:tiny.en",
        str(sample),
        "gone.wav",
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=300)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert first["transcript"]["status"] == "speech"
    assert first["provenance"]["engine"] == "openai-whisper:tiny.en"
    assert second["error"] == "SourceMissing"
    assert not list(tmp_path.iterdir())


TOLERANCES = {
    "f0_median_st": 0.1, "f0_range_st": 0.5, "level_mean_dbfs": 0.2, "level_sd_db": 0.3, "snr_db": 1.5, "speech_s": 0.1,
    "lead_silence_s": 0.03, "tail_silence_s": 0.03, "pause_count": 1.0, "syllables": 2.0, "words": 2.0, "word_errors": 0.05,
    "digits": 2.0, "first_word_s": 0.15, "last_word_s": 0.3,
}  # fmt: skip
"""How far a measure may move before somebody should look: about a third of what a coach would notice."""


_SOUND = ("decode", "vad", "prosody")
_WORDS = ("decode", "vad", "transcribe")
STAGES = {
    **dict.fromkeys(
        ("f0_median_st", "f0_range_st", "level_mean_dbfs", "level_sd_db", "speech_s", "lead_silence_s", "tail_silence_s"),
        _SOUND,
    ),
    **dict.fromkeys(("snr_db", "pause_count", "syllables"), _SOUND),
    **dict.fromkeys(("words", "word_errors", "first_word_s", "last_word_s"), _WORDS),
    "digits": (*_WORDS, "entities", "second_pass"),
}
"""Which stages make each measure: one of them has a new version when the measure moves."""


@pytest.mark.golden
def test_an_upgrade_that_moves_a_measure_is_noticed(results):
    """Pitch, level, silence, pauses, syllables, words, word times and digits of the spoken samples are the accepted ones."""
    import math

    import jiwer

    from vmaudio.text.verbalize import spoken_words

    found = {}
    for name, result in sorted(results.items()):
        sound, words = result.prosody, result.transcript.words
        if not words:
            continue
        said = " ".join(spoken_words(truth(name)["text"]))
        found[name] = {
            "f0_median_st": 12 * math.log2(sound.f0_median_hz / 100),
            **{key: getattr(sound, key) for key in TOLERANCES if hasattr(sound, key)},
            "pause_count": len(sound.pauses),
            "words": len(words),
            "word_errors": jiwer.wer(said, " ".join(spoken_words(result.transcript.text)) or "-"),
            "digits": float(sum(len(phone.digits) for phone in result.entities.phones)),
            "first_word_s": words[0].start_s,
            "last_word_s": words[-1].end_s,
        }
    goldens.check_measures("measures.json", found, TOLERANCES, STAGES)


def test_a_greeting_before_a_message_changes_nothing(tmp_path):
    """Ring, a carrier's greeting with a number, a record tone and then a sample: words, number and points are the sample's."""
    import numpy as np

    from vmaudio.audio import load_audio
    from vmaudio.records import Message
    from vmaudio.testing import encode, ring_back, silence, tone

    greeting = load_audio(GREETING).samples
    voice = load_audio(next(SAMPLES.glob("02_*.wav"))).samples
    before = [ring_back(2.5), silence(0.7), greeting, silence(0.4), tone(1000, 0.6, -18)]
    files = {"alone.wav": voice, "dialed.wav": np.concatenate([*before, voice, tone(620, 0.3, -20)])}
    for name, samples in files.items():
        (tmp_path / name).write_bytes(encode(samples, "wav"))
    line = Analyzer.from_settings(engine="openai-whisper:tiny.en")
    alone, dialed = (line.analyze(Message(str(tmp_path / name))) for name in files)
    assert [span.kind for span in dialed.spans] == ["ring", "answer", "greeting", "record_tone", "message", "tone"]
    assert dialed.transcript.text.split()[:12] == alone.transcript.text.split()[:12]
    assert [phone.digits[:7] for phone in dialed.entities.phones] == [phone.digits[:7] for phone in alone.entities.phones]
    assert abs(dialed.origin_s - sum(map(len, before)) / 16000) < 0.06
    assert abs(dialed.judged.start_s - dialed.origin_s - alone.judged.start_s) < 0.06
    assert abs(dialed.prosody.snr_db - alone.prosody.snr_db) < 3
    assert not {flag.kind for flag in dialed.flags} & {"sounds_prerecorded", "message_start_unsure"}
    early = {check.id: check.verdict for check in dialed.score.checks}
    for check in alone.score.checks:
        if check.id in ("reason_by_9s", "no_lead_silence", "no_trailing_silence", "under_30s", "clear_line"):
            assert early[check.id] == check.verdict, check.id
