"""What every engine has in common: windows cut, heard in batches, guarded, joined. An engine only has to hear windows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio import events
from vmaudio.errors import SettingError
from vmaudio.events import Event, Listener
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe import hallucinations, missed_speech, segments, word_times
from vmaudio.transcribe.segments import Decoded, Placed, Timed
from vmaudio.transcribe.windows import Window, plan_windows


@dataclass(slots=True)
class WindowJob:
    """One window on its way: of which message, its sound (float32, 16 kHz), the hint."""

    message: int
    window: Window
    samples: np.ndarray
    hint: str = ""

    @property
    def seconds(self) -> float:
        """Seconds of sound."""
        return self.window.seconds


class WindowedTranscriber(ABC):
    """Base of the engines: see `vmaudio.transcribe.Transcriber` for the contract."""

    name: str
    options: Mapping[str, str | int | float | bool]
    language: str
    supports_second_pass: bool = True
    supports_scoring: bool = False
    batch_size: int = 16
    listener: Listener = staticmethod(events.ignore)

    @abstractmethod
    def hear(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """Transcribe windows, longest first; return what was decoded and the words with times in the window."""

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Transcribe messages; one Transcript per recording, in the same order.

        Args:
            recordings: decoded sound.
            activities: where there is speech in each; nothing far outside is transcribed.
            hints: per recording, names that may be said ("Dana Whitfield, Acme Roofing"), or nothing at all.

        Raises:
            ValueError: the lengths differ.
        """
        if len(activities) != len(recordings) or (hints and len(hints) != len(recordings)):
            raise ValueError("transcribe_many wants one activity per recording, and one hint per recording or no hints")
        jobs = []
        for message, (recording, activity) in enumerate(zip(recordings, activities, strict=True)):
            for window in plan_windows(activity.speech, recording.duration_s):
                jobs.append(self._job(message, window, recording, hints[message].strip() if hints else ""))
        heard: list[list[segments.Heard]] = [[] for _ in recordings]
        again: list[WindowJob] = []
        for job, decoded, placed in self._hear_all(jobs, recordings, activities):
            heard[job.message].append(segments.Heard(decoded, _own(placed, job.window)))
            for window in missed_speech.missed_windows(placed, job.window, activities[job.message].speech):
                again.append(self._job(job.message, window, recordings[job.message], job.hint))
        for job, decoded, placed in self._hear_all(again, recordings, activities):
            found = _own(placed, job.window)
            around = [word for part in heard[job.message] for word in part.words]
            if missed_speech.is_sure(decoded, found, around):
                heard[job.message].append(segments.Heard(decoded, found))
        return [
            segments.join_transcript(parts, self.language, self.name, self.options, recording.duration_s)
            for parts, recording in zip(heard, recordings, strict=True)
        ]

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring of texts, where the engine can do it; see `vmaudio.transcribe.Transcriber.score_texts`.

        Raises:
            NotImplementedError: this engine cannot.
        """
        raise NotImplementedError(f"{self.name} cannot score texts")

    def _hear_all(
        self, jobs: Sequence[WindowJob], recordings: Sequence[Recording], activities: Sequence[Activity]
    ) -> Iterator[tuple[WindowJob, Decoded, list[Placed]]]:
        order = sorted(jobs, key=lambda job: -job.seconds)
        for begin in range(0, len(order), self.batch_size):
            batch = order[begin : begin + self.batch_size]
            for job, (decoded, timed) in zip(batch, self.hear(batch), strict=True):
                speech = activities[job.message].speech
                placed = word_times.place_words(timed, job.window, speech, recordings[job.message].duration_s)
                yield job, decoded, hallucinations.drop_hallucinations(placed, decoded)
            self.listener(Event("transcribe", self.name, begin + len(batch), len(order)))

    @staticmethod
    def _job(message: int, window: Window, recording: Recording, hint: str) -> WindowJob:
        return WindowJob(message, window, window.samples(recording.samples, recording.sample_rate_hz), hint)


def _own(placed: Sequence[Placed], window: Window) -> list[Placed]:
    """The words that a window decides: those whose middle lies in its own time."""
    keep = window.keep
    return [word for word in placed if keep.start_s <= (word.start_s + word.end_s) / 2 < keep.end_s]


def check_language(model: str, language: str, known: Sequence[str]) -> None:
    """Raise SettingError if a model cannot do a language."""
    if language != "auto" and language not in known:
        raise SettingError(f"Whisper knows no language {language!r}. Use a two-letter code such as en, de, es or fr, or auto.")
    if model.endswith(".en") and language != "en":
        raise SettingError(
            f"Whisper {model!r} knows English only, and the language is set to {language!r}. "
            f"Use the model {model.removesuffix('.en')!r} instead."
        )
