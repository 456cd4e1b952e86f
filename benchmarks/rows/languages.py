"""Messages in another language than the English that the recogniser is set to, in two, and English that stays English."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.common import ROOT, Table, manifest
from vmaudio.audio import detect_speech
from vmaudio.audio.decode import load_audio
from vmaudio.errors import VmaudioError
from vmaudio.records import Recording, Span
from vmaudio.testing import recording
from vmaudio.transcribe import get_transcriber
from vmaudio.transcribe.other_languages import Piece, settle
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob
from vmaudio.transcribe.windows import plan_windows

RATE = 16000
_ENGLISH = (
    "voicemails", "transcribed/an4_test", "transcribed/small_samples", "transcribed/speechocean762_adults",
    "transcribed/osr_harvard_8k", "digits/an4_phone_and_dates", "digits/an4_zip", "voicemail/azure_v2t_codecs",
    "style/mfa_fillers_and_styles",
)  # fmt: skip
_HALVES = (
    "02_relevance_first_nadia.wav",
    "14_curiosity_owen.wav",
    "26_offer_pam_no_number.wav",
    "28_referral_alison_stereo.wav",
)
_VOICES = {"es": "es", "fr": "fr-fr", "de": "de", "pt": "pt-br"}
TEXTS = {
    "es": "Hola Carmen, soy Miguel de Soluciones Andinas. Le llamo porque vi que abrieron una nueva oficina en Valencia y "
    "quería saber si necesitan ayuda con la instalación de los equipos. Muchas gracias y que tenga un buen día.",
    "fr": "Bonjour Madame Lefèvre, c'est Antoine de la société Bellecour. Je vous appelle parce que vous avez demandé un devis "
    "pour le nettoyage de vos bureaux. Merci et bonne journée.",
    "de": "Guten Tag Frau Schneider, hier ist Thomas Berger von der Firma Nordlicht. Ich rufe an, weil Sie nach einem Angebot "
    "für neue Fenster gefragt haben. Vielen Dank und auf Wiederhören.",
    "pt": "Olá Dona Beatriz, aqui é o Rafael da empresa Mar Azul. Estou ligando porque a senhora pediu um orçamento para a "
    "reforma do escritório. Muito obrigado e tenha um bom dia.",
}


@dataclass(frozen=True)
class Spoken:
    """A message, and the language that its transcript should have."""

    kind: str
    language: str
    sound: Recording


def run(data: Path) -> list[Table]:
    """One table, a line for each kind of message."""
    transcriber = get_transcriber("openai-whisper:base", threads=1)
    assert isinstance(transcriber, WindowedTranscriber)
    by_kind: dict[str, list[Look]] = {}
    for one in itertools.chain(_german(data), _spoken(), _english(data)):
        by_kind.setdefault(one.kind, []).append(look(transcriber, one))
    return [Table("Languages, base set to English", COLUMNS, [line(kind, found) for kind, found in by_kind.items()], NOTES)]


COLUMNS = ("messages", "n", "language right", "heard as English", "looked at in pieces", "that costs, s for 1 s of sound")
NOTES = (
    "The language of a message from that of its windows and pieces, without writing words down: the comparison of words in "
    "both languages, which can only make it English again, is left out. English taken for another language is a message lost. "
    "Where it is not sure which language it is, none is named, which counts as not right. "
    "The last column is processor time over all messages of the line; recognising takes about 0.1 s."
)


@dataclass(frozen=True)
class Look:
    """What was heard of one message: whether right, whether English, and what looking at its pieces took."""

    right: bool
    english: bool
    again: bool
    spent_s: float
    sound_s: float


def look(transcriber: WindowedTranscriber, one: Spoken) -> Look:
    """The language of one message, as `WindowedTranscriber.transcribe_many` finds it before it compares words."""
    speech, options = detect_speech(one.sound).speech, transcriber.thresholds
    sure = all(
        chances.get("en", 0.0) >= options.languages.english_sure for _, chances in _listen(transcriber, one.sound, speech, None)
    )
    began, language = time.process_time(), "en"
    if not sure:
        found = _listen(transcriber, one.sound, speech, options.languages.piece_s)
        language = settle([Piece(job.seconds, chances) for job, chances in found])
    spent_s = time.process_time() - began
    return Look(language == one.language, language == "en", not sure, spent_s, one.sound.duration_s)


def _listen(
    transcriber: WindowedTranscriber, sound: Recording, speech: Sequence[Span], longest_s: float | None
) -> list[tuple[WindowJob, Mapping[str, float]]]:
    """The languages of the windows of a message, or of pieces of at most ``longest_s``."""
    options = transcriber.thresholds.windows
    options = options if longest_s is None else dataclasses.replace(options, longest_s=longest_s)
    windows = plan_windows(speech, sound.duration_s, options)
    jobs = [WindowJob(0, window, window.samples(sound.samples, sound.sample_rate_hz)) for window in windows]
    return list(zip(jobs, transcriber.spoken_languages(jobs), strict=True)) if jobs else []


def line(kind: str, found: Sequence[Look]) -> list[object]:
    """A line of the table."""
    seconds = sum(one.sound_s for one in found)
    counts = [sum(one.right for one in found), sum(one.english for one in found), sum(one.again for one in found)]
    return [kind, len(found), *counts, sum(one.spent_s for one in found) / seconds]


def _english(data: Path) -> Iterator[Spoken]:
    kind = "English: samples, accents, digits, commands, codecs, noise"
    files = [file for file in sorted((ROOT / "samples").glob("[0-9][0-9]_*.*")) if file.suffix != ".json"]
    files += [data / folder / row["file"] for folder in _ENGLISH for row in manifest(data / folder)]
    for file in files:
        try:
            yield Spoken(kind, "en", load_audio(file))
        except VmaudioError:  # a folder may hold a text beside its recordings
            continue


def _german(data: Path) -> Iterator[Spoken]:
    folder = data / "emotion" / "emodb_de"
    clips = [load_audio(folder / row["file"]).samples for row in manifest(folder)]
    for begin in range(0, len(clips), 4):
        yield Spoken("German: real voices (EmoDB), four sentences each", "de", recording(_joined(clips[begin : begin + 4])))


def _spoken() -> Iterator[Spoken]:
    """Messages of espeak-ng in four languages, alone and beside half an English sample."""
    if shutil.which("espeak-ng") is None:
        return
    said = {(code, style): _say(code, style) for code in TEXTS for style in ("", "+f3", "+m4")}
    for (code, _), samples in said.items():
        yield Spoken("Spanish, French, German, Portuguese: espeak-ng", code, recording(samples))
    halves = [load_audio(ROOT / "samples" / name).samples[: 8 * RATE] for name in _HALVES]
    for ((code, _), samples), half in zip(said.items(), itertools.cycle(halves)):
        for pieces, language in (((half, samples), f"en+{code}"), ((samples, half), f"{code}+en")):
            yield Spoken("in two languages", language, recording(_joined(pieces)))


def _say(code: str, style: str) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "said.wav")
        subprocess.run(["espeak-ng", "-v", _VOICES[code] + style, "-s", "150", "-w", str(file), TEXTS[code]], check=True)
        return load_audio(file).samples


def _joined(clips: Sequence[np.ndarray]) -> np.ndarray:
    """Clips of one loudness with half a second between."""
    gap = np.zeros(RATE // 2, np.float32)
    levelled = [clip * (0.08 / (np.sqrt(np.mean(clip[np.abs(clip) > 0.01] ** 2)) + 1e-9)) for clip in clips]
    return np.concatenate([piece for clip in levelled for piece in (clip, gap)]).astype(np.float32)
