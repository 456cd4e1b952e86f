"""What every engine has in common: it only has to transcribe windows.

Here messages are cut into windows, the windows go to the engine in batches, what the signal does not carry is dropped, missed
speech is transcribed again, and the windows are joined.
"""

from __future__ import annotations

import dataclasses
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio import events
from vmaudio.errors import SettingError
from vmaudio.events import Event, Listener
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe import hallucinations, missed_speech, other_languages, segments, word_times
from vmaudio.transcribe.options import DEFAULT, TranscribeOptions
from vmaudio.transcribe.other_languages import ENGLISH
from vmaudio.transcribe.windows import Window, plan_windows
from vmaudio.transcribe.words import Decoded, Placed, Timed, WindowWords


@dataclass(slots=True)
class WindowJob:
    """One window to be transcribed.

    Attributes:
        message: number of its message in the call.
        window: its place in the recording.
        samples: its sound, float32, (n,), 16 kHz, -1 to 1.
        hint: names that may be said in it, or "".
    """

    message: int
    window: Window
    samples: np.ndarray
    hint: str = ""

    @property
    def seconds(self) -> float:
        """Seconds of sound."""
        return self.window.seconds


class WindowedTranscriber(ABC):
    """Base of the engines that transcribe window by window; see `vmaudio.transcribe.Transcriber` for the contract.

    Attributes:
        name: "family:model".
        options: everything that changes the words.
        language: two-letter code, or "auto".
        batch_size: most windows in one call of `transcribe_windows`.
        batch_s: most seconds of sound in one call, unless a single window is longer.
        listener: called after each batch with windows done and total (stage "transcribe").
        thresholds: of all steps.
    """

    name: str
    options: Mapping[str, str | int | float | bool]
    language: str
    supports_second_pass: bool = True
    supports_scoring: bool = False
    batch_size: int = 16
    batch_s: float = math.inf
    listener: Listener = staticmethod(events.ignore)
    thresholds: TranscribeOptions = DEFAULT

    @abstractmethod
    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """Transcribe a batch of windows.

        Args:
            jobs: at most `batch_size` windows, the longest first.

        Returns:
            For each window, in the same order: what was decoded, and the words with times in the window.
        """

    def spoken_languages(self, jobs: Sequence[WindowJob]) -> list[Mapping[str, float]]:
        """How probable each language is in each of some windows.

        Args:
            jobs: windows.

        Returns:
            For each window two-letter code to probability; empty mappings for a model that knows English only.
        """
        return [{} for _ in jobs]

    def text_logprobs(self, jobs: Sequence[WindowJob], languages: Sequence[str]) -> list[float]:
        """How probable the most probable text of each of some windows is in a language.

        Args:
            jobs: windows.
            languages: the two-letter code for each.

        Returns:
            For each window the mean natural log probability of a token; 0 for a model that knows English only.
        """
        return [0.0 for _ in jobs]

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Transcribe messages; one Transcript per recording, in the same order.

        Args:
            recordings: decoded sound, 16 kHz.
            activities: where there is speech in each; what lies far from it is not transcribed.
            hints: per recording, names that may be said ("Dana Whitfield, Acme Roofing"); empty for none at all.

        Returns:
            Transcripts; the status is "no_speech" where no words were found.

        Raises:
            ValueError: the lengths differ.
        """
        if len(activities) != len(recordings) or (hints and len(hints) != len(recordings)):
            raise ValueError("transcribe_many wants one activity per recording, and one hint per recording or no hints")
        jobs = []
        for message, (recording, activity) in enumerate(zip(recordings, activities, strict=True)):
            for window in plan_windows(activity.speech, recording.duration_s, self.thresholds.windows):
                jobs.append(self._job(message, window, recording, hints[message].strip() if hints else ""))
        results: list[list[WindowWords]] = [[] for _ in recordings]
        again: list[WindowJob] = []
        doubted: set[int] = set()
        for job, decoded, placed in self._in_batches(jobs, recordings, activities):
            results[job.message].append(WindowWords(decoded, _own(placed, job.window)))
            if self.language == ENGLISH and other_languages.doubtful(decoded, self.thresholds.languages):
                doubted.add(job.message)
            speech = activities[job.message].speech
            for window in missed_speech.missed_windows(placed, job.window, speech, self.thresholds):
                again.append(self._job(job.message, window, recordings[job.message], job.hint))
        heard = {i: self._pieces(i, recordings[i], activities[i]) for i in sorted(doubted)}
        limits = self.thresholds.languages
        languages = {i: other_languages.settle([piece for _, piece in found], limits) for i, found in heard.items()}
        foreign = {i for i, language in languages.items() if language != ENGLISH}
        again = [job for job in again if job.message not in foreign]
        for i in foreign:
            results[i] = []
        two = [i for i in sorted(foreign) if "+" in languages[i]]  # what is in English there is written down by itself
        english = [job for i in two for job, piece in heard[i] if piece.language(limits) == ENGLISH]
        for job, decoded, placed in self._in_batches(english, recordings, activities):
            results[job.message].append(WindowWords(decoded, _own(placed, job.window)))
        for job, decoded, placed in self._in_batches(again, recordings, activities):
            found = _own(placed, job.window)
            around = [word for part in results[job.message] for word in part.words]
            if missed_speech.is_sure(decoded, found, around, self.thresholds):
                results[job.message].append(WindowWords(decoded, found))
        joined = [self._joined(parts, recording) for parts, recording in zip(results, recordings, strict=True)]
        return [
            dataclasses.replace(one, status="speech", language=languages[i]) if i in foreign else one
            for i, one in enumerate(joined)
        ]

    def _pieces(self, message: int, recording: Recording, activity: Activity) -> list[tuple[WindowJob, other_languages.Piece]]:
        """A message in pieces of a few seconds, each with its languages."""
        options = dataclasses.replace(self.thresholds.windows, longest_s=self.thresholds.languages.piece_s)
        windows = plan_windows(activity.speech, recording.duration_s, options)
        jobs = [self._job(message, window, recording, "") for window in windows]
        found = self.spoken_languages(jobs)
        pieces = [other_languages.Piece(job.seconds, chances) for job, chances in zip(jobs, found, strict=True)]
        maybe = [i for i, piece in enumerate(pieces) if piece.language(self.thresholds.languages) not in ("", ENGLISH)]
        both = [jobs[i] for i in maybe for _ in range(2)]
        sure = self.text_logprobs(both, [code for i in maybe for code in (pieces[i].likeliest, ENGLISH)])
        for i, other, english in zip(maybe, sure[::2], sure[1::2], strict=True):
            pieces[i] = dataclasses.replace(pieces[i], lead=other - english)
        return list(zip(jobs, pieces, strict=True))

    def _joined(self, parts: Sequence[WindowWords], recording: Recording) -> Transcript:
        """The transcript of one message."""
        limits, duration_s = self.thresholds, recording.duration_s
        return segments.join_transcript(
            parts, self.language, self.name, self.options, duration_s, limits.segments, limits.alignment
        )

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring, for the engines that can do it. See `Transcriber.score_texts`.

        Raises:
            NotImplementedError: this engine cannot.
        """
        raise NotImplementedError(f"{self.name} cannot score texts")

    def _in_batches(
        self, jobs: Sequence[WindowJob], recordings: Sequence[Recording], activities: Sequence[Activity]
    ) -> Iterator[tuple[WindowJob, Decoded, list[Placed]]]:
        """Transcribe windows, the longest first; each with its words in the recording, without hallucinations."""
        order, done = sorted(jobs, key=lambda job: -job.seconds), 0
        for batch in _portions(order, self.batch_size, self.batch_s):
            done += len(batch)
            for job, (decoded, timed) in zip(batch, self.transcribe_windows(batch), strict=True):
                speech, duration_s = activities[job.message].speech, recordings[job.message].duration_s
                placed = word_times.place_words(timed, job.window, speech, duration_s, self.thresholds.alignment)
                yield job, decoded, hallucinations.drop_hallucinations(placed, decoded, self.thresholds)
            self.listener(Event("transcribe", self.name, done, len(order)))

    @staticmethod
    def _job(message: int, window: Window, recording: Recording, hint: str) -> WindowJob:
        """A window with its sound."""
        return WindowJob(message, window, window.samples(recording.samples, recording.sample_rate_hz), hint)


def _portions(jobs: Sequence[WindowJob], most: int, seconds: float) -> Iterator[list[WindowJob]]:
    """Neighbours among jobs: at most ``most`` together, and ``seconds`` of sound unless one alone has more."""
    portion: list[WindowJob] = []
    for job in jobs:
        if portion and (len(portion) == most or sum(one.seconds for one in portion) + job.seconds > seconds):
            yield portion
            portion = []
        portion.append(job)
    if portion:
        yield portion


def _own(placed: Sequence[Placed], window: Window) -> list[Placed]:
    """The words that are a window's own: those whose middle lies in its own time."""
    keep = window.keep
    return [word for word in placed if keep.start_s <= (word.start_s + word.end_s) / 2 < keep.end_s]


def check_language(model: str, language: str, known: Sequence[str]) -> None:
    """Check that a model knows a language.

    Args:
        model: an official name; one that ends in ".en" knows English only.
        language: two-letter code, or "auto".
        known: codes of all languages of the multilingual models.

    Raises:
        SettingError: it does not; the message says what to set instead.
    """
    if language != "auto" and language not in known:
        raise SettingError(f"Whisper knows no language {language!r}. Use a two-letter code such as en, de, es or fr, or auto.")
    if model.endswith(".en") and language != "en":
        raise SettingError(
            f"Whisper {model!r} knows English only, and the language is set to {language!r}. "
            f"Use the model {model.removesuffix('.en')!r} instead."
        )
