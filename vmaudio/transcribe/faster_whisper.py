"""The faster-whisper engine (CTranslate2, int8), an optional extra: our windows and checks, its decoder and word times."""

from __future__ import annotations

import importlib.util
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vmaudio import events
from vmaudio.errors import EngineMissing
from vmaudio.events import Listener
from vmaudio.transcribe import verbatim as fillers
from vmaudio.transcribe.options import DEFAULT, TranscribeOptions, changed_thresholds
from vmaudio.transcribe.weights import file_sha256, join_package, missing_for_faster, package_files, package_for, side_files
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob, check_language
from vmaudio.transcribe.words import Decoded, Timed, merge

BEAMS = 5
"""Of the second search for a text that is too repetitive or too improbable; faster-whisper's own default."""


class FasterWhisper(WindowedTranscriber):
    """Transcribes with faster-whisper. Make it with `get_transcriber`.

    A text that is too repetitive or too improbable is searched again with `BEAMS` beams. faster-whisper would draw tokens at
    higher temperatures, from generators that cannot be seeded for each window: the same message would get other words with
    each run.

    The weights come from the installed packages, joined in memory after their SHA-256, or from faster-whisper's own cache
    on this machine; nothing is downloaded.

    Args:
        model: an official name, "base".
        language: a two-letter code, or "auto".
        threads: processor threads, 0 for CTranslate2's own choice.
        compute_type: CTranslate2's number type; "int8" is its fastest on processors.
        beam: beams of its search; 1 is greedy.
        verbatim: decode each window once more with a prompt full of um and uh, see `vmaudio.transcribe.verbatim`.
        thresholds: of all steps; of `DecodingOptions` only those that openai-whisper has too.
        listener: called with windows done and total (stage "transcribe").

    Raises:
        EngineMissing: faster-whisper is not installed.
        SettingError: an English-only model with another language, or a language that Whisper does not know.
        WeightsMissing: its weights are not on this machine.
        WeightsCorrupt: they are damaged.
    """

    def __init__(
        self,
        model: str = "base",
        *,
        language: str = "en",
        threads: int = 0,
        compute_type: str = "int8",
        beam: int = 1,
        verbatim: bool = False,
        thresholds: TranscribeOptions = DEFAULT,
        listener: Listener = events.ignore,
    ) -> None:
        if not installed():
            raise EngineMissing("faster-whisper is not installed. Cure: `pip install 'vmaudio[faster]'`.")
        from faster_whisper import WhisperModel
        from faster_whisper.tokenizer import _LANGUAGE_CODES

        check_language(model, language, _LANGUAGE_CODES)
        self.name = f"faster-whisper:{model}"
        self.language = language
        self.batch_size = 1  # it takes one window at a time
        self.listener = listener
        self.thresholds = thresholds
        style = {"verbatim": True} if verbatim else {}
        self.options = {
            "language": language,
            "compute_type": compute_type,
            "beam": beam,
            **style,
            **changed_thresholds(thresholds),
        }
        self._beam = beam
        self._verbatim = verbatim
        self._model: Any = WhisperModel(
            **_where(model), device="cpu", compute_type=compute_type, cpu_threads=threads, local_files_only=True
        )

    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """Transcribe windows one after another, with faster-whisper's own word times; see `WindowedTranscriber`."""
        usual = [self._decode(job, job.hint) for job in jobs]
        if not self._verbatim:
            return usual
        prompted = [self._decode(job, f"{fillers.PROMPT} {job.hint}") for job in jobs]
        return fillers.choose(usual, prompted, self.thresholds.disfluencies)

    def spoken_languages(self, jobs: Sequence[WindowJob]) -> list[Mapping[str, float]]:
        """How probable each language is in each of some windows; see `WindowedTranscriber.spoken_languages`."""
        if not self._model.model.is_multilingual:
            return super().spoken_languages(jobs)
        return [dict(self._model.detect_language(audio=job.samples)[2]) for job in jobs]

    def text_logprobs(self, jobs: Sequence[WindowJob], languages: Sequence[str]) -> list[float]:
        """How probable the text of each window is in a language; see `WindowedTranscriber.text_logprobs`."""
        if not self._model.model.is_multilingual:
            return super().text_logprobs(jobs, languages)
        return [
            self._search(job, "", self._beam, language)[0].avg_logprob for job, language in zip(jobs, languages, strict=True)
        ]

    def _decode(self, job: WindowJob, prompt: str) -> tuple[Decoded, list[Timed]]:
        """One window after a prompt; the better of two searches where the first one's text is suspicious."""
        first = self._search(job, prompt, self._beam)
        if len(self.thresholds.decoding.temperatures) < 2 or self._beam >= BEAMS or not self._suspicious(first[0]):
            return first
        second = self._search(job, prompt, BEAMS)
        worse = self._suspicious(second[0]) and second[0].avg_logprob <= first[0].avg_logprob
        return first if worse else second

    def _suspicious(self, decoded: Decoded) -> bool:
        """Whether a text should be searched again, by openai-whisper's rules."""
        limits = self.thresholds.decoding
        improbable = decoded.avg_logprob < limits.avg_logprob_min
        if improbable and decoded.no_speech_prob > limits.no_speech_prob_max:
            return False
        return improbable or decoded.compression_ratio > limits.compression_ratio_max

    def _search(self, job: WindowJob, prompt: str, beams: int, language: str | None = None) -> tuple[Decoded, list[Timed]]:
        """One window as faster-whisper transcribes it after a prompt, with so many beams and without chance."""
        limits = self.thresholds.decoding
        found, info = self._model.transcribe(
            job.samples,
            language=language or (None if self.language == "auto" else self.language),
            beam_size=beams,
            best_of=1,
            word_timestamps=True,
            condition_on_previous_text=False,
            vad_filter=False,  # the windows hold what our own vad found
            initial_prompt=prompt or None,
            temperature=list(limits.temperatures[:1]),
            compression_ratio_threshold=limits.compression_ratio_max,
            log_prob_threshold=limits.avg_logprob_min,
            no_speech_threshold=limits.no_speech_prob_max,
            max_initial_timestamp=limits.first_time_max_s,
        )
        pieces = list(found)
        words = [
            Timed(word.word, [], [float(word.start), float(word.end)], [math.log(max(float(word.probability), 1e-9))])
            for piece in pieces
            for word in piece.words or ()
        ]
        weight = sum(len(piece.tokens) for piece in pieces) or 1
        decoded = Decoded(
            tuple(token for piece in pieces for token in piece.tokens),
            tuple(value for word in words for value in word.logprobs),
            info.language,
            sum(piece.avg_logprob * len(piece.tokens) for piece in pieces) / weight,
            max((float(piece.no_speech_prob) for piece in pieces), default=1.0),
            max((float(piece.compression_ratio) for piece in pieces), default=0.0),
            max((float(piece.temperature or 0.0) for piece in pieces), default=0.0),
        )
        return decoded, merge(words)


def installed() -> bool:
    """Whether the package faster-whisper is installed; it is not imported."""
    return importlib.util.find_spec("faster_whisper") is not None


def _where(model: str) -> dict[str, Any]:
    """faster-whisper's arguments that name the model: files in memory, or its folder in the local cache."""
    package = package_for(model)
    parts = package_files(package) if package else None
    if package and parts:
        data, side = join_package(package, parts), side_files(package)
        files: dict[str, Any] = {name: io.BytesIO(content) for name, content in side.items() if name != "tokenizer.json"}
        return {
            "model_size_or_path": package.model,
            "files": {**files, "model.bin": io.BytesIO(data), "tokenizer.json": side["tokenizer.json"]},
        }
    folder = cached_folder(model)
    if folder is None:
        raise missing_for_faster(model)
    return {"model_size_or_path": str(folder)}


def cached_folder(model: str) -> Path | None:
    """faster-whisper's own copy of a model on this machine; nothing is downloaded.

    Args:
        model: an official name, "base".

    Returns:
        The folder; None if there is none, or if its bytes do not match the SHA-256 by which the hub's cache names the file.
    """
    from faster_whisper import download_model

    try:
        folder = Path(download_model(model, local_files_only=True))
    except Exception:  # noqa: BLE001 - any way of not being there; the caller says what to do
        return None
    binary = (folder / "model.bin").resolve()
    return folder if binary.is_file() and binary.name == file_sha256([binary]) else None
