"""What every engine has in common: windows cut, heard in batches, guarded, joined. An engine only has to hear windows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio import events
from vmaudio.errors import SettingError
from vmaudio.events import Event, Listener
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe import guard, segments, words
from vmaudio.transcribe.segments import Decoded, Timed
from vmaudio.transcribe.windows import Window, plan


@dataclass(slots=True)
class Job:
    """One window on its way: of which message, its sound (float32, 16 kHz), the hint."""

    message: int
    window: Window
    samples: np.ndarray
    hint: str = ""

    @property
    def seconds(self) -> float:
        """Seconds of sound."""
        return self.window.seconds


class Engine(ABC):
    """Base of the engines: see `vmaudio.transcribe.Transcriber` for the contract."""

    name: str
    options: Mapping[str, str | int | float | bool]
    language: str
    batch_size: int = 16
    listener: Listener = staticmethod(events.ignore)

    @abstractmethod
    def hear(self, jobs: Sequence[Job]) -> list[tuple[Decoded, list[Timed]]]:
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
            for window in plan(activity.speech, recording.duration_s):
                samples = window.samples(recording.samples, recording.sample_rate_hz)
                if len(samples):
                    jobs.append(Job(message, window, samples, hints[message].strip() if hints else ""))
        order = sorted(jobs, key=lambda job: -job.seconds)
        heard: list[list[segments.Heard]] = [[] for _ in recordings]
        for begin in range(0, len(order), self.batch_size):
            batch = order[begin : begin + self.batch_size]
            for job, (decoded, timed) in zip(batch, self.hear(batch), strict=True):
                recording, speech = recordings[job.message], activities[job.message].speech
                placed = words.place(timed, job.window, speech, recording.duration_s)
                kept = guard.keep(placed, decoded, job.window, speech)
                heard[job.message].append(segments.Heard(job.window, decoded, kept))
            self.listener(Event("transcribe", self.name, begin + len(batch), len(order)))
        for parts in heard:
            parts.sort(key=lambda part: part.window.pieces[0].start_s)
        return [segments.transcript(parts, self.language, self.name, self.options) for parts in heard]


def check_language(model: str, language: str, known: Sequence[str]) -> None:
    """Raise SettingError if a model cannot do a language."""
    if language != "auto" and language not in known:
        raise SettingError(f"Whisper knows no language {language!r}. Use a two-letter code such as en, de, es or fr, or auto.")
    if model.endswith(".en") and language != "en":
        raise SettingError(
            f"Whisper {model!r} knows English only, and the language is set to {language!r}. "
            f"Use the model {model.removesuffix('.en')!r} instead."
        )
